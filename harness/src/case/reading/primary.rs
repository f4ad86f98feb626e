//! Takes occurrences as they are read, hands on which of them only follow from others, and which one is the primary: the first that
//! stands for itself.

use super::occurrence::{Consequence, Kind, Language, Occurrence};

/// What the message of a panic says that only follows from another one, and why.
const WORDS: [(&str, Consequence); 30] = [
    ("PoisonError", Consequence::PoisonedLock),
    ("poisoned lock: ", Consequence::PoisonedLock),
    ("lock poisoned", Consequence::PoisonedLock),
    ("mutex poisoned", Consequence::PoisonedLock),
    ("Mutex poisoned", Consequence::PoisonedLock),
    ("lock was poisoned", Consequence::PoisonedLock),
    ("lock is poisoned", Consequence::PoisonedLock),
    ("mutex is poisoned", Consequence::PoisonedLock),
    ("previously been poisoned", Consequence::PoisonedLock),
    ("Once instance has previously", Consequence::PoisonedLock),
    ("panic in a destructor during cleanup", Consequence::DoublePanic),
    ("panic in a function that cannot unwind", Consequence::DoublePanic),
    ("thread panicked while", Consequence::DoublePanic),
    ("thread caused non-unwinding panic", Consequence::DoublePanic),
    ("panic during panic", Consequence::DoublePanic),
    ("`Err` value: Any { .. }", Consequence::RaisedAgain),
    ("`Err` value: Any", Consequence::RaisedAgain),
    ("a scoped thread panicked", Consequence::RaisedAgain),
    ("JoinError::Panic", Consequence::RaisedAgain),
    ("`async fn` resumed after panicking", Consequence::RaisedAgain),
    ("GenericConnectionError(\"task panicked", Consequence::RaisedAgain),
    ("task panicked", Consequence::RaisedAgain),
    ("thread panicked", Consequence::RaisedAgain),
    ("RecvError", Consequence::ChannelClosed),
    ("SendError", Consequence::ChannelClosed),
    ("sending on a disconnected channel", Consequence::ChannelClosed),
    ("sending on a closed channel", Consequence::ChannelClosed),
    ("receiving on a closed channel", Consequence::ChannelClosed),
    ("receiving on an empty and disconnected channel", Consequence::ChannelClosed),
    ("channel closed", Consequence::ChannelClosed),
];

/// Follows a log and remembers the primary.
#[derive(Debug, Default)]
pub(super) struct Primary {
    best: Option<(u8, usize)>,
    count: usize,
}

impl Primary {
    /// Takes the next occurrence, and notes in it why it only follows from another one.
    pub(super) fn see(&mut self, occurrence: &mut Occurrence) {
        let has_cause = self.best.is_some_and(|(rank, _)| rank <= 1);
        occurrence.consequence = occurrence.consequence.or_else(|| consequence(occurrence, has_cause));
        let rank = rank(occurrence);
        if self.best.is_none_or(|(best, _)| rank < best) {
            self.best = Some((rank, self.count));
        }
        self.count += 1;
    }

    /// Takes the last occurrence again, now that more is known of it.
    pub(super) fn see_again(&mut self, occurrence: &Occurrence) {
        let rank = rank(occurrence);
        if self.best.is_none_or(|(best, _)| rank < best) {
            self.best = Some((rank, self.count.saturating_sub(1)));
        }
    }

    /// Which occurrence it is, counted from 0.
    pub(super) fn index(&self) -> Option<usize> {
        self.best.map(|(_, index)| index)
    }
}

/// How far an occurrence is from being a cause.
fn rank(occurrence: &Occurrence) -> u8 {
    match (occurrence.consequence, occurrence.kind) {
        (Some(Consequence::Aftermath), _) => 4,
        (Some(_), _) => 2,
        // A dump that says why it was asked for is the better word for a signal after it.
        (None, Kind::GoroutineDump) if occurrence.message.is_empty() => 3,
        (None, Kind::GoroutineDump | Kind::Error) => 1,
        // Go never panics without its goroutine: a line alone, such as a title, only mentions one.
        (None, Kind::Panic | Kind::FatalError)
            if occurrence.language == Language::Go && occurrence.frames.is_empty() =>
        {
            1
        }
        (None, _) => 0,
    }
}

fn consequence(occurrence: &Occurrence, has_cause: bool) -> Option<Consequence> {
    let is_end = matches!(occurrence.kind, Kind::Signal | Kind::Abort)
        || (occurrence.kind == Kind::StackOverflow
            && occurrence.thread.is_none()
            && occurrence.language == Language::Rust);
    if is_end && has_cause {
        return Some(Consequence::Aftermath);
    }
    if !matches!(occurrence.kind, Kind::Panic | Kind::Abort) || occurrence.language == Language::Go {
        return None;
    }
    let (_, found) = WORDS.iter().find(|(words, _)| occurrence.message.contains(words))?;
    let is_sure = matches!(found, Consequence::PoisonedLock | Consequence::DoublePanic);
    (is_sure || has_cause).then_some(*found)
}
