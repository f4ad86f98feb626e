//! `cell`: each snapshot is whole, in order, and replaced once.

use crate::driver::{Said, all, assert_caught, drive};
use squall_targets::workloads::cell::{CellParams, CellUnderTest, CellWorkload, Snapshot};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// A cell behind a lock that makes a mistake every now and then.
struct Planted<const MISTAKE: char> {
    present: Mutex<Arc<Snapshot>>,
    earlier: Mutex<Arc<Snapshot>>,
    calls: AtomicU64,
}

const NONE: char = 'n';
const LOOKS_BACK: char = 'b';
const HANDS_OUT_TWICE: char = 't';
const LOSES_AN_UPDATE: char = 'u';
const LEAKS: char = 'k';

impl<const MISTAKE: char> Planted<MISTAKE> {
    fn errs(&self, mistake: char) -> bool {
        MISTAKE == mistake && self.calls.fetch_add(1, Ordering::Relaxed).is_multiple_of(10)
    }
}

impl<const MISTAKE: char> CellUnderTest for Planted<MISTAKE> {
    const NAME: &'static str = "cell.test";
    const SUMMARY: &'static str = "a cell for tests";

    fn holding(first: Arc<Snapshot>) -> Self {
        let earlier = Mutex::new(Arc::clone(&first));
        Self { present: Mutex::new(first), earlier, calls: AtomicU64::new(0) }
    }

    fn look<R>(&self, look: impl FnOnce(&Snapshot) -> R) -> R {
        look(&self.load())
    }

    fn load(&self) -> Arc<Snapshot> {
        if self.errs(LOOKS_BACK) {
            return Arc::clone(&self.earlier.lock().unwrap());
        }
        Arc::clone(&self.present.lock().unwrap())
    }

    fn store(&self, next: Arc<Snapshot>) {
        self.swap(next);
    }

    fn swap(&self, next: Arc<Snapshot>) -> Arc<Snapshot> {
        if self.errs(LEAKS) {
            std::mem::forget(Arc::clone(&next));
        }
        let replaced = std::mem::replace(&mut *self.present.lock().unwrap(), next);
        let mut earlier = self.earlier.lock().unwrap();
        if self.errs(HANDS_OUT_TWICE) {
            return Arc::clone(&earlier);
        }
        if !self.calls.fetch_add(1, Ordering::Relaxed).is_multiple_of(3) {
            *earlier = Arc::clone(&replaced);
        }
        replaced
    }

    fn compare_and_swap(&self, present: &Arc<Snapshot>, next: Arc<Snapshot>) -> (Arc<Snapshot>, bool) {
        let mut there = self.present.lock().unwrap();
        if Arc::ptr_eq(&there, present) {
            return (std::mem::replace(&mut there, next), true);
        }
        (Arc::clone(&there), false)
    }

    fn update(&self, mut next: impl FnMut(&Arc<Snapshot>) -> Arc<Snapshot>) -> Arc<Snapshot> {
        if MISTAKE == LOSES_AN_UPDATE {
            let fresh = next(&self.load());
            std::thread::yield_now();
            return self.swap(fresh);
        }
        let mut there = self.present.lock().unwrap();
        let fresh = next(&there);
        std::mem::replace(&mut there, fresh)
    }
}

fn said<const MISTAKE: char>() -> Said {
    let params = CellParams { round: 200 };
    drive::<CellWorkload<Planted<MISTAKE>>>(&params, all::<CellWorkload<Planted<MISTAKE>>>(), 5_000)
}

#[test]
fn a_correct_cell_is_called_so_by_all_oracles() {
    said::<NONE>().assert_clean(&["own_value", "version_order", "replaced_once", "no_lost_update", "drop_balance"]);
}

#[test]
fn a_reader_that_sees_an_earlier_snapshot_again_is_named() {
    assert_caught(said::<LOOKS_BACK>, "version_order", " was seen after #");
}

#[test]
fn a_snapshot_that_is_handed_out_twice_is_named() {
    assert_caught(said::<HANDS_OUT_TWICE>, "replaced_once", "came out again");
}

#[test]
fn an_update_that_replaces_what_it_was_not_computed_from_is_caught() {
    assert_caught(said::<LOSES_AN_UPDATE>, "no_lost_update", "what was computed from worker ");
}

#[test]
fn a_snapshot_that_is_never_dropped_is_missed() {
    assert_caught(said::<LEAKS>, "drop_balance", "never dropped");
}
