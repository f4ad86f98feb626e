//! Stamps that order the events of all workers: an operation whose last stamp is below another one's first had ended before it began.
//!
//! A plain read of the time stamp counter does not give that: the processor may read it before an earlier instruction or after a
//! later one, and what an operation wrote may still lie in the core's store buffer. So the operation's loads wait for the first
//! read, and the last read waits until all that the operation did is done and seen by others. That holds between cores only if their
//! counters agree, which the kernel has found out if it keeps its own time by them; where it does not, all workers count together.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering, fence};

/// Whether the time stamp counters of all cores agree and run at one rate.
static COUNTERS_AGREE: AtomicBool = AtomicBool::new(false);
/// The counter by which the kernel keeps its time.
const CLOCK_SOURCE: &str = "/sys/devices/system/clocksource/clocksource0/current_clocksource";

/// Chooses what orders events; once, before the load. A processor that is not known to keep one time orders by counting.
pub(crate) fn choose() {
    let agree = cfg!(target_arch = "x86_64")
        && crate::clock::counter_is_invariant()
        && std::fs::read_to_string(CLOCK_SOURCE).is_ok_and(|source| source.trim() == "tsc");
    COUNTERS_AGREE.store(agree, Ordering::Relaxed);
}

/// The stamp before an operation.
#[inline]
pub(super) fn before(order: &AtomicU64) -> u64 {
    if COUNTERS_AGREE.load(Ordering::Relaxed) { counter_then_all() } else { count(order) }
}

/// The stamp after an operation; never 0.
#[inline]
pub(super) fn after(order: &AtomicU64) -> u64 {
    if COUNTERS_AGREE.load(Ordering::Relaxed) {
        // What was written is seen by others from here on.
        fence(Ordering::SeqCst);
        all_then_counter()
    } else {
        count(order)
    }
}

/// Counts with all workers, in one total order that agrees with what each of them does before and after.
fn count(order: &AtomicU64) -> u64 {
    fence(Ordering::SeqCst);
    let number = order.fetch_add(1, Ordering::SeqCst) + 1;
    fence(Ordering::SeqCst);
    number
}

#[cfg(target_arch = "x86_64")]
#[inline]
fn counter_then_all() -> u64 {
    // SAFETY: every x86-64 processor has both instructions. Nothing after the fence begins before the counter is read.
    #[expect(unsafe_code, reason = "the time stamp counter is read by an intrinsic")]
    unsafe {
        let ticks = core::arch::x86_64::_rdtsc();
        core::arch::x86_64::_mm_lfence();
        ticks
    }
}

#[cfg(target_arch = "x86_64")]
#[inline]
fn all_then_counter() -> u64 {
    // SAFETY: as above. The counter is not read before everything ahead of the fence has ended.
    #[expect(unsafe_code, reason = "the time stamp counter is read by an intrinsic")]
    unsafe {
        core::arch::x86_64::_mm_lfence();
        core::arch::x86_64::_rdtsc()
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn counter_then_all() -> u64 {
    unreachable!("elsewhere events are ordered by counting")
}

#[cfg(not(target_arch = "x86_64"))]
fn all_then_counter() -> u64 {
    unreachable!("elsewhere events are ordered by counting")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    /// One thread stamps and publishes, the other sees that and stamps: its stamp is the later one.
    fn orders(before: impl Fn() -> u64 + Sync, after: impl Fn() -> u64 + Sync) {
        const ROUNDS: u64 = 2_000;
        let (ended, begun) = (AtomicU64::new(0), AtomicU64::new(0));
        let wait_for = |word: &AtomicU64, round: u64| {
            while word.load(Ordering::Relaxed) >> 1 != round {
                thread::yield_now();
            }
        };
        let stamp = [AtomicU64::new(0), AtomicU64::new(0)];
        thread::scope(|scope| {
            scope.spawn(|| {
                for round in 1..=ROUNDS {
                    stamp[0].store(after(), Ordering::Relaxed);
                    ended.store(round << 1, Ordering::Release);
                    wait_for(&begun, round);
                }
            });
            for round in 1..=ROUNDS {
                wait_for(&ended, round);
                fence(Ordering::Acquire);
                stamp[1].store(before(), Ordering::Relaxed);
                let [earlier, later] = [0, 1].map(|place: usize| stamp[place].load(Ordering::Relaxed));
                assert!(earlier < later, "{earlier} is not below {later}");
                begun.store(round << 1, Ordering::Release);
            }
        });
    }

    #[test]
    fn what_was_seen_to_have_ended_has_the_lower_stamp() {
        choose();
        let order = AtomicU64::new(0);
        orders(|| before(&order), || after(&order));
        orders(|| count(&order), || count(&order));
    }
}
