//! Drives futures without a runtime, so that nothing stands between a worker and what it waits for: a worker polls by hand, or
//! waits on its own thread. Faults can act between two polls, and a wake-up that never comes is seen.

use squall_probe::point;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;
use std::time::{Duration, Instant};

/// A waker that counts, and that ends the wait of the thread that made it.
///
/// Point: `waker.wake`, inside of whatever wakes.
#[derive(Debug)]
pub struct Alarm {
    rung: AtomicU64,
    thread: Thread,
}

impl Alarm {
    /// An alarm that has not rung, for the current thread.
    #[must_use]
    pub fn new() -> Arc<Self> {
        Arc::new(Self { rung: AtomicU64::new(0), thread: std::thread::current() })
    }

    /// Whether it has rung.
    #[must_use]
    pub fn has_rung(&self) -> bool {
        self.rung.load(Ordering::Acquire) > 0
    }

    /// Waits until it rings, but no longer than this. Hands on whether it rang.
    pub fn wait(&self, most: Duration) -> bool {
        let end = Instant::now() + most;
        while !self.has_rung() {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            std::thread::park_timeout(left);
        }
        true
    }
}

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        point!("waker.wake");
        self.rung.fetch_add(1, Ordering::Release);
        self.thread.unpark();
    }
}

/// Drives a future to its end on this thread. One that is never woken hangs, and that shows.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        let alarm = Alarm::new();
        let waker = Waker::from(Arc::clone(&alarm));
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
        while !alarm.has_rung() {
            std::thread::park();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[test]
    fn a_future_is_polled_again_once_it_is_woken_and_by_another_thread_too() {
        let (sender, receiver) = std::sync::mpsc::channel::<Waker>();
        let waking = std::thread::spawn(move || receiver.into_iter().for_each(Waker::wake));
        let mut polls = 0;
        let output = block_on(std::future::poll_fn(|context| {
            polls += 1;
            if polls == 3 {
                return Poll::Ready("done");
            }
            sender.send(context.waker().clone()).unwrap();
            Poll::Pending
        }));
        drop(sender);
        waking.join().unwrap();
        assert_eq!((output, polls), ("done", 3));
    }

    #[test]
    fn an_alarm_rings_for_the_last_waker_only_and_a_wait_in_vain_ends() {
        let kept = Mutex::new(None);
        let (first, second) = (Alarm::new(), Alarm::new());
        for alarm in [&first, &second] {
            kept.lock().unwrap().replace(Waker::from(Arc::clone(alarm)));
        }
        kept.lock().unwrap().take().unwrap().wake();
        assert!(!first.wait(Duration::from_micros(10)) && second.wait(Duration::ZERO));
    }
}
