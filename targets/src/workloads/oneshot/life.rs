//! What is known of one channel's life, for both ends to judge answers by. A mark is set before what it announces, or after what
//! it reports; what is under way, was stalled or ended with a panic leaves open what it did, and excuses what may follow from it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering, fence};

/// The life of one channel.
#[derive(Debug)]
pub struct Life {
    /// The channel's number, which its value is made for.
    pub number: u64,
    sender_going: AtomicBool,
    sent: AtomicBool,
    sender_gone: AtomicBool,
    closing: AtomicBool,
    closed: AtomicBool,
    /// How often the value came out, at either end.
    out: AtomicU64,
}

/// What was certain before a call.
#[derive(Debug, Clone, Copy)]
pub struct Before {
    /// The value was in.
    pub sent: bool,
    /// The sender was gone without having put one in.
    pub abandoned: bool,
    /// Nothing was let in any more.
    pub closed: bool,
}

/// Sets a mark ahead of all that follows.
fn mark(flag: &AtomicBool) {
    flag.store(true, Ordering::Release);
    fence(Ordering::Release);
}

impl Life {
    /// A channel that is open.
    #[must_use]
    pub fn begin(number: u64) -> Self {
        let no = || AtomicBool::new(false);
        let (sender_going, sent, sender_gone, closing, closed) = (no(), no(), no(), no(), no());
        Self { number, sender_going, sent, sender_gone, closing, closed, out: AtomicU64::new(0) }
    }

    /// The sender is about to send, or to go.
    pub fn sender_goes(&self) {
        mark(&self.sender_going);
    }

    /// The value is in, and the sender is gone.
    pub fn was_sent(&self) {
        mark(&self.sent);
    }

    /// The sender is gone, and no value is in.
    pub fn was_abandoned(&self) {
        mark(&self.sender_gone);
    }

    /// The receiver is about to close the channel, or to go.
    pub fn closes(&self) {
        mark(&self.closing);
    }

    /// The channel is closed.
    pub fn was_closed(&self) {
        mark(&self.closed);
    }

    /// The value came out; hands on how often it had come out before.
    pub fn came_out(&self) -> u64 {
        self.out.fetch_add(1, Ordering::Relaxed)
    }

    /// What is certain now.
    #[must_use]
    pub fn before(&self) -> Before {
        let is = |flag: &AtomicBool| flag.load(Ordering::Acquire);
        Before { sent: is(&self.sent), abandoned: is(&self.sender_gone), closed: is(&self.closed) }
    }

    /// Whether the sender may have gone, or be sending: to be asked after a call.
    #[must_use]
    pub fn sender_may_be_gone(&self) -> bool {
        fence(Ordering::Acquire);
        self.sender_going.load(Ordering::Acquire)
    }

    /// Whether the channel may be closed: to be asked after a call.
    #[must_use]
    pub fn may_be_closed(&self) -> bool {
        fence(Ordering::Acquire);
        self.closing.load(Ordering::Acquire)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_under_way_is_possible_and_not_yet_certain() {
        let life = Life::begin(3);
        life.sender_goes();
        life.closes();
        assert!(life.sender_may_be_gone() && life.may_be_closed());
        let before = life.before();
        assert!(!before.sent && !before.abandoned && !before.closed);
        life.was_sent();
        life.was_closed();
        assert!(life.before().sent && life.before().closed && !life.before().abandoned);
        assert_eq!((life.came_out(), life.came_out()), (0, 1));
    }
}
