//! The monotonic clock as a number, as the subject's recorder writes it.

/// The kernel's monotonic clock, in nanoseconds.
pub(in crate::run) fn monotonic_nanos() -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the pointer is to a live local of the right type.
    #[expect(unsafe_code, reason = "the standard library's Instant does not give the number that another process sees")]
    unsafe {
        libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut time);
    }
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}
