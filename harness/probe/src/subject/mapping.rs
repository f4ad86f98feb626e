//! Maps the segment that the orchestrator made into this process.

use super::control::owned;
use squall_model::segment::{Layout, Segment};
use std::os::fd::AsRawFd;
use std::sync::atomic::AtomicU64;

/// Maps the inherited segment for the rest of the process's life.
///
/// # Errors
/// If there is none, it has another size than the layout, or the system refuses, in words.
pub(super) fn map(descriptor: i32, layout: Layout) -> Result<Segment<'static>, String> {
    let file = owned(descriptor).ok_or("the orchestrator left no segment")?;
    let length = file.metadata().map_err(|error| error.to_string())?.len() as usize;
    if length < layout.bytes() {
        return Err(format!("the segment has {length} bytes, the plan needs {}", layout.bytes()));
    }
    let words = map_words(&file, layout)?;
    Segment::new(words, layout).map_err(|error| error.to_string())
}

#[expect(unsafe_code, reason = "memory is mapped by the operating system")]
fn map_words(file: &std::fs::File, layout: Layout) -> Result<&'static [AtomicU64], String> {
    // SAFETY: a new mapping at an address of the kernel's choice. The file is at least that long and sealed against
    // shrinking. It is never unmapped, so the slice lives as long as the process; every access is atomic, and the mapping
    // is aligned to a page.
    unsafe {
        let address = libc::mmap(
            std::ptr::null_mut(),
            layout.bytes(),
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_SHARED,
            file.as_raw_fd(),
            0,
        );
        if address == libc::MAP_FAILED {
            return Err(format!("the segment cannot be mapped: {}", std::io::Error::last_os_error()));
        }
        Ok(std::slice::from_raw_parts(address.cast(), layout.bytes() / size_of::<u64>()))
    }
}
