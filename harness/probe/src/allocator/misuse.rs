//! Notes misuse of memory in the recorder's segment, where it outlives the process that misused it.

use super::spin_lock::SpinLock;
use crate::fault::session;
use crate::thread_state;
use squall_model::MemoryMisuse;
use squall_model::segment::CaughtMisuse;
use std::sync::atomic::{AtomicU64, Ordering};

/// One thread at a time writes the rows.
static TURN: SpinLock<()> = SpinLock::new(());
/// How much was caught in this process.
static CAUGHT: AtomicU64 = AtomicU64::new(0);

/// Notes a misuse with who was caught at it. Without a trial there is nowhere to note it: it is only counted.
pub(super) fn note(mut caught: CaughtMisuse) {
    CAUGHT.fetch_add(1, Ordering::Relaxed);
    let Some(session) = session() else { return };
    caught.worker = thread_state::with(thread_state::ThreadState::worker);
    caught.phase = session.segment.header().phase();
    let turn = TURN.lock();
    session.segment.memory().note(&caught);
    drop(turn);
}

/// How often memory was misused so far, leaks left out.
pub(super) fn caught() -> u64 {
    session().map_or_else(
        || CAUGHT.load(Ordering::Relaxed),
        |session| {
            let count = |misuse: &MemoryMisuse| session.segment.memory().count(*misuse);
            MemoryMisuse::ALL.iter().filter(|misuse| **misuse != MemoryMisuse::Leak).map(count).sum()
        },
    )
}
