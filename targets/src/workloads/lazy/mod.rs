//! Buffers that are allocated when they are first needed, or before: the hazard `nil-versus-empty` and its repairs, behind
//! the adapter of the buffers, so that the same workload with its rounds accounts for every element.

use super::buffer::BufferUnderTest;
use crate::containers::{EagerBuffer, Full, LazyBuffer, OnceBuffer};

impl BufferUnderTest for LazyBuffer {
    const NAME: &'static str = "lazy.unguarded";
    const SUMMARY: &'static str =
        "hazard nil-versus-empty: two workers find no buffer, both allocate one, and one's elements vanish";

    fn build(_: usize, capacity: usize) -> Self {
        Self::new(capacity)
    }

    fn append(&self, _: usize, element: u64) -> Result<(), Full> {
        self.append(element)
    }

    fn read(&self, place: usize) -> Option<u64> {
        self.buffer()?.read(place)
    }

    fn for_each(&mut self, visit: impl FnMut(u64)) {
        if let Some(buffer) = self.buffer() {
            buffer.copied().into_iter().for_each(visit);
        }
    }

    fn clear(&mut self) {
        self.clear();
    }

    fn relocate(&mut self) {}
}

impl BufferUnderTest for EagerBuffer {
    const NAME: &'static str = "lazy.eager";
    const SUMMARY: &'static str =
        "repair of nil-versus-empty: the buffer is there, and empty, before anyone knows of it";

    fn build(_: usize, capacity: usize) -> Self {
        Self::new(capacity)
    }

    fn append(&self, _: usize, element: u64) -> Result<(), Full> {
        self.append(element)
    }

    fn read(&self, place: usize) -> Option<u64> {
        self.buffer().read(place)
    }

    fn for_each(&mut self, visit: impl FnMut(u64)) {
        self.buffer_mut().elements().iter().copied().for_each(visit);
    }

    fn clear(&mut self) {
        self.clear();
    }

    fn relocate(&mut self) {
        self.buffer_mut().relocate();
    }
}

impl BufferUnderTest for OnceBuffer {
    const NAME: &'static str = "lazy.once";
    const SUMMARY: &'static str = "repair of nil-versus-empty: the first worker allocates, the others wait for it";

    fn build(_: usize, capacity: usize) -> Self {
        Self::new(capacity)
    }

    fn append(&self, _: usize, element: u64) -> Result<(), Full> {
        self.append(element)
    }

    fn read(&self, place: usize) -> Option<u64> {
        self.buffer()?.read(place)
    }

    fn for_each(&mut self, visit: impl FnMut(u64)) {
        if let Some(buffer) = self.buffer_mut() {
            buffer.elements().iter().copied().for_each(visit);
        }
    }

    fn clear(&mut self) {
        self.clear();
    }

    fn relocate(&mut self) {
        if let Some(buffer) = self.buffer_mut() {
            buffer.relocate();
        }
    }
}
