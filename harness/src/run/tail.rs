//! Keeps the end of what a child process writes, in bounded memory, readable at any moment.

use std::sync::{Arc, Mutex, PoisonError};
use tokio::io::{AsyncRead, AsyncReadExt};

/// The last bytes of a stream.
#[derive(Debug, Clone)]
pub(super) struct Tail {
    kept: Arc<Mutex<Vec<u8>>>,
    bytes_max: usize,
}

impl Tail {
    /// Keeps at most so many bytes.
    pub(super) fn new(bytes_max: usize) -> Self {
        Self { kept: Arc::default(), bytes_max }
    }

    /// Reads the stream to its end, if there is one.
    pub(super) async fn follow(self, stream: Option<impl AsyncRead + Unpin>) {
        let Some(mut stream) = stream else { return };
        let mut chunk = [0_u8; 4_096];
        while let Ok(length @ 1..) = stream.read(&mut chunk).await {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.extend_from_slice(&chunk[..length]);
            let surplus = kept.len().saturating_sub(self.bytes_max);
            kept.drain(..surplus);
        }
    }

    /// What is kept so far, as text.
    pub(super) fn text(&self) -> String {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&kept).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_long_stream_is_kept() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let text: String = (0..10_000).map(|number| format!("{number} ")).collect();
        let tail = Tail::new(100);
        runtime.block_on(tail.clone().follow(Some(text.as_bytes())));
        assert_eq!(tail.text(), text[text.len() - 100..]);
    }
}
