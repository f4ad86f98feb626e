//! Wakes the threads of a subject that wait on a word of the segment.

use std::sync::atomic::AtomicU64;

/// Wakes every thread, of whatever process, that waits on this word.
pub(in crate::run) fn wake_waiters(word: &AtomicU64) {
    // SAFETY: the word lives through the call and is aligned; the kernel uses only its address.
    #[expect(unsafe_code, reason = "the standard library wakes only threads of its own process")]
    unsafe {
        libc::syscall(libc::SYS_futex, std::ptr::from_ref(word).cast::<u32>(), libc::FUTEX_WAKE, i32::MAX);
    }
}
