//! What the probe remembers about the thread it runs on.
//!
//! Everything is a `Cell` without a destructor, so that the allocator and the signal handler can read it at any moment of
//! a thread's life without allocating.

use crate::history::Recording;
use squall_model::fault::FAULTS_MAX;
use squall_model::segment::SlotView;
use std::cell::Cell;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicU64, Ordering};

/// Threads that are not workers are numbered from here, in the order in which the probe first sees them.
const OTHER_THREADS_START: u64 = 1 << 32;
static OTHER_THREADS: AtomicU64 = AtomicU64::new(OTHER_THREADS_START);
/// The mark of a thread that has no number yet.
const UNNUMBERED: u64 = u64::MAX;

pub(crate) struct ThreadState {
    number: Cell<u64>,
    /// How often each fault was asked on this thread: the last coordinate of a decision.
    counts: [Cell<u64>; FAULTS_MAX],
    /// The worker's slot in the recorder.
    pub(crate) slot: Cell<Option<SlotView<'static>>>,
    /// The worker's part of the history.
    pub(crate) recording: Cell<Recording>,
    /// The operation under way.
    pub(crate) operation: Cell<Option<&'static str>>,
    /// Whether a fault has called back into the container on this thread: it does so one level deep.
    pub(crate) reentered: Cell<bool>,
    /// How deep the thread is in the probe's own work: above 0 no fault acts, and a stall waits until it is 0 again,
    /// since a thread that is held with one of the probe's locks would hold all others.
    exempt_depth: Cell<u32>,
    /// How deep the thread is in calls that may answer with a panic, so that such a panic is no report.
    pub(crate) answering_depth: Cell<u32>,
    /// Whether the kernel was asked to wake this thread as punctually as it can.
    pub(crate) punctual: Cell<bool>,
    /// From when on this thread may take the stacks of its allocations again.
    pub(crate) trace_from_nanos: Cell<u64>,
    /// How many blocks this thread was given while the allocator was armed.
    pub(crate) blocks: Cell<u64>,
}

thread_local! {
    static STATE: ThreadState = const {
        ThreadState {
            number: Cell::new(UNNUMBERED),
            counts: [const { Cell::new(0) }; FAULTS_MAX],
            slot: Cell::new(None),
            recording: Cell::new(Recording::new(None)),
            operation: Cell::new(None),
            reentered: Cell::new(false),
            exempt_depth: Cell::new(0),
            answering_depth: Cell::new(0),
            punctual: Cell::new(false),
            trace_from_nanos: Cell::new(0),
            blocks: Cell::new(0),
        }
    };
}

/// Looks at the state of the current thread.
#[inline]
pub(crate) fn with<R>(look: impl FnOnce(&ThreadState) -> R) -> R {
    STATE.with(look)
}

impl ThreadState {
    /// The thread's number: the worker's, or one above all workers'.
    pub(crate) fn number(&self) -> u64 {
        if self.number.get() == UNNUMBERED {
            self.number.set(OTHER_THREADS.fetch_add(1, Ordering::Relaxed));
        }
        self.number.get()
    }

    /// Makes the thread a worker.
    pub(crate) fn become_worker(&self, number: u32, slot: SlotView<'static>, recording: Recording) {
        self.number.set(u64::from(number));
        self.slot.set(Some(slot));
        self.recording.set(recording);
    }

    /// The worker's number, if the thread is a worker.
    pub(crate) fn worker(&self) -> Option<u32> {
        let number = self.number.get();
        (number < OTHER_THREADS_START).then_some(number as u32)
    }

    /// How often `fault` was asked on this thread before.
    pub(crate) fn next_count(&self, fault: usize) -> u64 {
        let count = self.counts[fault].get();
        self.counts[fault].set(count + 1);
        count
    }

    pub(crate) fn exempt(&self) -> bool {
        self.exempt_depth.get() > 0
    }
}

/// Keeps every fault away from the current thread for as long as it lives. A stall that was asked for meanwhile comes when
/// the last one is dropped.
#[must_use = "faults act again once the guard is dropped"]
pub(crate) struct Exemption {
    /// It counts for the thread that made it, and for no other.
    _of_this_thread: PhantomData<*const ()>,
}

impl Exemption {
    pub(crate) fn begin() -> Self {
        with(|state| state.exempt_depth.set(state.exempt_depth.get() + 1));
        Self { _of_this_thread: PhantomData }
    }
}

impl Drop for Exemption {
    fn drop(&mut self) {
        let depth = with(|state| {
            state.exempt_depth.set(state.exempt_depth.get() - 1);
            state.exempt_depth.get()
        });
        if depth == 0 {
            crate::fault::hold_if_asked();
        }
    }
}
