//! What a published header has to offer to be put under load, and how the three variants offer it.

use crate::containers::{Header, SequenceLock, Snapshot, TornHeader};
use squall_probe::point;

/// A published header under test.
pub trait HeaderUnderTest: Send + Sync + Sized + 'static {
    /// The workload's name.
    const NAME: &'static str;
    /// The workload in one line.
    const SUMMARY: &'static str;

    /// Publishes a first header.
    fn build(header: Header) -> Self;

    /// Publishes another header.
    fn store(&self, header: Header);

    /// The header that is published.
    fn load(&self) -> Header;
}

impl HeaderUnderTest for TornHeader {
    const NAME: &'static str = "header.torn";
    const SUMMARY: &'static str = "hazard torn-header: three words are written and read one by one";

    fn build(header: Header) -> Self {
        let torn = Self::new();
        torn.store(header);
        torn
    }

    fn store(&self, header: Header) {
        self.store(header);
    }

    fn load(&self) -> Header {
        self.load()
    }
}

impl HeaderUnderTest for SequenceLock {
    const NAME: &'static str = "header.seqlock";
    const SUMMARY: &'static str = "repair of torn-header: words that changed while they were read are read again";

    fn build(header: Header) -> Self {
        let lock = Self::new();
        lock.store(header);
        lock
    }

    fn store(&self, header: Header) {
        self.store(header);
    }

    fn load(&self) -> Header {
        self.load()
    }
}

/// The points stand where the hazard has them: before the header is published, and between taking it and looking at it.
impl HeaderUnderTest for Snapshot<Header> {
    const NAME: &'static str = "header.pointer";
    const SUMMARY: &'static str = "repair of torn-header: the header is published as one pointer";

    fn build(header: Header) -> Self {
        Self::new(header)
    }

    fn store(&self, header: Header) {
        point!("header.store.between");
        self.publish(header);
    }

    fn load(&self) -> Header {
        let taken = self.load();
        point!("header.load.between");
        *taken
    }
}
