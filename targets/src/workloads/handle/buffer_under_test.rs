//! What a handle on a shared buffer has to offer to be put under load: the adapter that one workload drives them all through. A
//! type that has a handle of its own for a buffer that may be written is adapted as one of two.

use std::ops::Range;

/// A handle under test. A part that is not empty shares the buffer of what it is a part of.
pub trait BufferUnderTest: Send + Sized + 'static {
    /// The workload's name.
    const NAME: &'static str;
    /// The workload in one line.
    const SUMMARY: &'static str;
    /// In how many ways a handle can be made.
    const WAYS: usize = 1;

    /// A handle on a new buffer with these bytes, made in one of the ways.
    fn holding(bytes: &[u8], way: usize) -> Self;

    /// The bytes.
    fn bytes(&self) -> &[u8];

    /// Another handle on the same bytes.
    fn share(&mut self) -> Self;

    /// Another handle on a part of the bytes.
    fn slice(&mut self, range: Range<usize>) -> Self;

    /// Keeps the bytes before a place; hands on the others.
    fn split_off(&mut self, at: usize) -> Self {
        let rest = self.slice(at..self.bytes().len());
        *self = self.slice(0..at);
        rest
    }

    /// Keeps the bytes from a place on; hands on the others: `split_to`, `advance`.
    fn split_to(&mut self, at: usize) -> Self {
        let first = self.slice(0..at);
        *self = self.slice(at..self.bytes().len());
        first
    }

    /// Keeps the first bytes.
    fn truncate(&mut self, length: usize) {
        *self = self.slice(0..length);
    }

    /// Writes to the bytes, if the handle may or can come to own them; hands on whether it did.
    fn write(&mut self, change: impl FnOnce(&mut [u8])) -> bool {
        let _ = change;
        false
    }

    /// Puts bytes behind the last one, if the handle may; hands on whether it did.
    fn append(&mut self, more: &[u8]) -> bool {
        let _ = more;
        false
    }

    /// Joins the bytes of another handle to its own ones: `unsplit`; or gives the other one back.
    ///
    /// # Errors
    /// If handles cannot be joined: the other one.
    fn join(&mut self, other: Self) -> Result<(), Self> {
        Err(other)
    }

    /// Makes bytes that may be written ones that are shared, or the other way round if nobody else has them: `freeze`,
    /// `try_into_mut`.
    fn turn(&mut self) {}

    /// Whether it says that it is the only handle on its buffer; nothing if it does not say, or if handles need no buffer.
    fn is_unique(&self) -> Option<bool> {
        None
    }

    /// The bytes as a vector, with the buffer itself if that can be had.
    fn into_vec(self) -> Vec<u8> {
        self.bytes().to_vec()
    }
}
