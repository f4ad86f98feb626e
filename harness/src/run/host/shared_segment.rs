//! Makes the memory segment that a subject records into, and maps it.

use squall_model::segment::{Layout, Segment};
use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::sync::atomic::AtomicU64;

/// A segment of shared memory, mapped for as long as this lives.
#[derive(Debug)]
pub(in crate::run) struct SharedSegment {
    file: File,
    layout: Layout,
    address: std::ptr::NonNull<AtomicU64>,
}

// SAFETY: the mapping belongs to this value alone and is only read and written through atomics.
#[expect(unsafe_code, reason = "a raw address is not sendable by itself")]
unsafe impl Send for SharedSegment {}
// SAFETY: as above.
#[expect(unsafe_code, reason = "a raw address is not shareable by itself")]
unsafe impl Sync for SharedSegment {}

impl SharedSegment {
    /// Makes and maps a zeroed segment of this layout. It is sealed against any change of its size, so that a subject
    /// cannot pull the memory away from under the orchestrator.
    ///
    /// # Errors
    /// If the system has no such memory.
    pub(in crate::run) fn create(layout: Layout) -> io::Result<Self> {
        let file = memory_file()?;
        file.set_len(layout.bytes() as u64)?;
        seal_size(&file)?;
        let address = map(&file, layout.bytes())?;
        Ok(Self { file, layout, address })
    }

    /// The segment through its layout.
    pub(in crate::run) fn view(&self) -> Segment<'_> {
        let words = self.layout.bytes() / size_of::<u64>();
        // SAFETY: the mapping has this many words, aligned to a page and zeroed, and lives as long as `self`; the subject
        // changes them only as atomics do.
        #[expect(unsafe_code, reason = "mapped memory is seen through a raw address")]
        let words = unsafe { std::slice::from_raw_parts(self.address.as_ptr(), words) };
        match Segment::new(words, self.layout) {
            Ok(segment) => segment,
            Err(error) => unreachable!("the mapping is as long as its layout: {error}"),
        }
    }

    /// The file that a subject inherits.
    pub(in crate::run) fn file(&self) -> &File {
        &self.file
    }
}

impl Drop for SharedSegment {
    fn drop(&mut self) {
        // SAFETY: this mapping was made by `create`, is unmapped once, and no view of it outlives `self`.
        #[expect(unsafe_code, reason = "memory is unmapped by the operating system")]
        unsafe {
            libc::munmap(self.address.as_ptr().cast(), self.layout.bytes());
        }
    }
}

#[expect(unsafe_code, reason = "the standard library makes no memory files")]
fn memory_file() -> io::Result<File> {
    // SAFETY: the name is a valid C string; a descriptor that comes back is new and ours alone.
    unsafe {
        let descriptor = libc::memfd_create(c"squall-segment".as_ptr(), libc::MFD_CLOEXEC | libc::MFD_ALLOW_SEALING);
        if descriptor == -1 {
            return Err(io::Error::last_os_error());
        }
        Ok(OwnedFd::from_raw_fd(descriptor).into())
    }
}

fn seal_size(file: &File) -> io::Result<()> {
    let seals = libc::F_SEAL_SHRINK | libc::F_SEAL_GROW | libc::F_SEAL_SEAL;
    // SAFETY: the descriptor is open, the rest are plain numbers.
    #[expect(unsafe_code, reason = "seals are set by fcntl")]
    let outcome = unsafe { libc::fcntl(file.as_raw_fd(), libc::F_ADD_SEALS, seals) };
    if outcome == -1 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

fn map(file: &File, bytes: usize) -> io::Result<std::ptr::NonNull<AtomicU64>> {
    // SAFETY: a new mapping at an address of the kernel's choice touches no memory of ours.
    #[expect(unsafe_code, reason = "memory is mapped by the operating system")]
    let address = unsafe {
        let (protection, flags) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_SHARED);
        libc::mmap(std::ptr::null_mut(), bytes, protection, flags, file.as_raw_fd(), 0)
    };
    if address == libc::MAP_FAILED {
        return Err(io::Error::last_os_error());
    }
    std::ptr::NonNull::new(address.cast()).ok_or_else(|| io::Error::other("the segment was mapped at address 0"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use squall_model::Phase;

    #[test]
    fn a_segment_begins_zeroed_and_cannot_be_cut() {
        let segment = SharedSegment::create(Layout::new(2, 3).unwrap()).unwrap();
        assert_eq!(segment.view().header().phase(), None);
        segment.view().header().set_phase(Phase::Fault);
        assert_eq!(segment.view().header().phase(), Some(Phase::Fault));
        assert!(segment.file().set_len(0).is_err());
    }
}
