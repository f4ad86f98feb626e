//! Hands on the monotonic time in nanoseconds, from the processor's time stamp counter where that is invariant.
//!
//! A read costs about 10 ns instead of the 25 ns of `Instant::now`, and two are needed for an operation. The value is on the
//! kernel's monotonic clock, so that the orchestrator can compare it with its own.

use std::sync::atomic::{AtomicU64, Ordering};

/// Nanoseconds per tick as a fixed-point number with 32 fractional bits; 0 until calibrated or without a usable counter.
static NANOS_PER_TICK: AtomicU64 = AtomicU64::new(0);
static BASE_TICKS: AtomicU64 = AtomicU64::new(0);
static BASE_NANOS: AtomicU64 = AtomicU64::new(0);
/// How long the calibration watches both clocks: long enough for an error below 10 parts in a million.
const CALIBRATION_NANOS: u64 = 20_000_000;

/// The monotonic time in nanoseconds.
#[inline]
pub fn now_nanos() -> u64 {
    #[cfg(target_arch = "x86_64")]
    {
        let nanos_per_tick = NANOS_PER_TICK.load(Ordering::Relaxed);
        if nanos_per_tick != 0 {
            let ticks = ticks().wrapping_sub(BASE_TICKS.load(Ordering::Relaxed));
            let elapsed = ((u128::from(ticks) * u128::from(nanos_per_tick)) >> 32) as u64;
            return BASE_NANOS.load(Ordering::Relaxed).wrapping_add(elapsed);
        }
    }
    kernel_nanos()
}

/// The kernel's monotonic clock, in nanoseconds. Async-signal-safe.
pub(crate) fn kernel_nanos() -> u64 {
    read_clock(libc::CLOCK_MONOTONIC)
}

/// The processor time that the current thread has used, in nanoseconds.
pub(crate) fn thread_cpu_nanos() -> u64 {
    read_clock(libc::CLOCK_THREAD_CPUTIME_ID)
}

fn read_clock(clock: libc::clockid_t) -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the pointer is to a live local of the right type.
    #[expect(unsafe_code, reason = "the standard library's Instant does not give the number that another process sees")]
    unsafe {
        libc::clock_gettime(clock, &raw mut time);
    }
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

/// Calibrates the time stamp counter against the kernel's clock, once; takes 20 ms. Without an invariant counter the
/// kernel's clock stays in use.
#[cfg(target_arch = "x86_64")]
pub(crate) fn calibrate() {
    if NANOS_PER_TICK.load(Ordering::Relaxed) != 0 || !counter_is_invariant() {
        return;
    }
    let (start_ticks, start_nanos) = both_clocks();
    std::thread::sleep(std::time::Duration::from_nanos(CALIBRATION_NANOS));
    let (end_ticks, end_nanos) = both_clocks();
    let ticks = end_ticks.saturating_sub(start_ticks);
    if ticks == 0 {
        return;
    }
    BASE_TICKS.store(start_ticks, Ordering::Relaxed);
    BASE_NANOS.store(start_nanos, Ordering::Relaxed);
    let fixed_point = (u128::from(end_nanos - start_nanos) << 32) / u128::from(ticks);
    NANOS_PER_TICK.store(fixed_point as u64, Ordering::Release);
}

/// Elsewhere the kernel's clock is used.
#[cfg(not(target_arch = "x86_64"))]
pub(crate) fn calibrate() {}

#[cfg(target_arch = "x86_64")]
#[inline]
fn ticks() -> u64 {
    // SAFETY: every x86-64 processor has the instruction.
    #[expect(unsafe_code, reason = "the time stamp counter is read by an intrinsic")]
    unsafe {
        core::arch::x86_64::_rdtsc()
    }
}

/// Reads both clocks close together: of several tries the one with the shortest gap between two kernel reads.
#[cfg(target_arch = "x86_64")]
fn both_clocks() -> (u64, u64) {
    let tries = (0..16).map(|_| {
        let before = kernel_nanos();
        let ticks = ticks();
        let after = kernel_nanos();
        (after - before, ticks, before + (after - before) / 2)
    });
    let (_, ticks, nanos) = tries.min().unwrap_or((0, 0, 0));
    (ticks, nanos)
}

/// Whether the counter runs at one rate in all power states (CPUID leaf 0x8000_0007, EDX bit 8).
#[cfg(target_arch = "x86_64")]
pub(crate) fn counter_is_invariant() -> bool {
    use core::arch::x86_64::__cpuid;
    const POWER_LEAF: u32 = 0x8000_0007;
    __cpuid(0x8000_0000).eax >= POWER_LEAF && __cpuid(POWER_LEAF).edx & (1 << 8) != 0
}

/// Other processors' counters are not used.
#[cfg(not(target_arch = "x86_64"))]
pub(crate) const fn counter_is_invariant() -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_calibrated_clock_keeps_up_with_the_kernels() {
        calibrate();
        for _ in 0..20 {
            std::thread::sleep(std::time::Duration::from_millis(5));
            let (ours, kernels) = (now_nanos(), kernel_nanos());
            assert!(ours.abs_diff(kernels) < 1_000_000, "{ours} against {kernels}");
        }
    }
}
