//! The relic `bytes-is-unique`: in bytes 1.6.0, a handle that came out of a shared `BytesMut` looks for the number of handles where
//! another kind of buffer has it, and may say that it is unique while others share the buffer. 1.6.1 looks in the right place.
//! Source: <https://github.com/tokio-rs/bytes/pull/718>.

use bytes::{Bytes, BytesMut};
use squall_targets::workloads::handle::{BufferHandleWorkload, BufferUnderTest};
use std::ops::Range;

/// `handle.bytes`, with what these versions of the crate offer.
enum BytesUnderTest {
    /// Bytes that are shared.
    Shared(Bytes),
    /// Bytes that may be written.
    Mutable(BytesMut),
}

impl BytesUnderTest {
    /// The bytes as ones that are shared.
    fn shared(&mut self) -> &mut Bytes {
        if let Self::Mutable(bytes) = self {
            *self = Self::Shared(std::mem::take(bytes).freeze());
        }
        match self {
            Self::Shared(bytes) => bytes,
            Self::Mutable(_) => unreachable!("they were frozen"),
        }
    }
}

impl BufferUnderTest for BytesUnderTest {
    const NAME: &'static str = "handle.bytes";
    const SUMMARY: &'static str = "the handles of the crate bytes";
    const WAYS: usize = 4;

    fn holding(bytes: &[u8], way: usize) -> Self {
        match way {
            0 => Self::Shared(Bytes::copy_from_slice(bytes)),
            1 => Self::Mutable(BytesMut::from(bytes)),
            2 => {
                let mut spacious = Vec::with_capacity(2 * bytes.len() + 1);
                spacious.extend_from_slice(bytes);
                Self::Shared(Bytes::from(spacious))
            }
            _ => {
                let mut spacious = BytesMut::with_capacity(2 * bytes.len() + 8);
                spacious.extend_from_slice(bytes);
                Self::Mutable(spacious)
            }
        }
    }

    fn bytes(&self) -> &[u8] {
        match self {
            Self::Shared(bytes) => bytes,
            Self::Mutable(bytes) => bytes,
        }
    }

    fn share(&mut self) -> Self {
        Self::Shared(self.shared().clone())
    }

    fn slice(&mut self, range: Range<usize>) -> Self {
        Self::Shared(self.shared().slice(range))
    }

    fn split_off(&mut self, at: usize) -> Self {
        match self {
            Self::Shared(bytes) => Self::Shared(bytes.split_off(at)),
            Self::Mutable(bytes) => Self::Mutable(bytes.split_off(at)),
        }
    }

    fn split_to(&mut self, at: usize) -> Self {
        match self {
            Self::Shared(bytes) => Self::Shared(bytes.split_to(at)),
            Self::Mutable(bytes) => Self::Mutable(bytes.split_to(at)),
        }
    }

    fn truncate(&mut self, length: usize) {
        match self {
            Self::Shared(bytes) => bytes.truncate(length),
            Self::Mutable(bytes) => bytes.truncate(length),
        }
    }

    fn write(&mut self, change: impl FnOnce(&mut [u8])) -> bool {
        match self {
            Self::Shared(_) => false,
            Self::Mutable(bytes) => {
                change(bytes);
                true
            }
        }
    }

    fn append(&mut self, more: &[u8]) -> bool {
        match self {
            Self::Shared(_) => false,
            Self::Mutable(bytes) => {
                bytes.extend_from_slice(more);
                true
            }
        }
    }

    fn join(&mut self, other: Self) -> Result<(), Self> {
        match (self, other) {
            (Self::Mutable(bytes), Self::Mutable(other)) => {
                bytes.unsplit(other);
                Ok(())
            }
            (_, other) => Err(other),
        }
    }

    fn turn(&mut self) {
        self.shared();
    }

    fn is_unique(&self) -> Option<bool> {
        match self {
            Self::Shared(bytes) => Some(bytes.is_unique()),
            Self::Mutable(_) => None,
        }
    }

    fn into_vec(self) -> Vec<u8> {
        match self {
            Self::Shared(bytes) => bytes.into(),
            Self::Mutable(bytes) => bytes.into(),
        }
    }
}

squall_probe::subject_main!(BufferHandleWorkload<BytesUnderTest>);
