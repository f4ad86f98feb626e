//! Planted: an address is taken for a pointer that is none. The process dies of SIGSEGV, and no code of its own runs.

use super::planted::{Canary, plain_canary};
use squall_probe::{OperationError, Worker};

/// Well aligned, not null, and in the first page, which no process has: an offset taken from a null pointer.
const OFFSET_FROM_NULL: usize = 0x40;

/// Reads from nowhere.
#[derive(Debug)]
pub(super) struct InvalidRead;

impl Canary for InvalidRead {
    plain_canary!("canary.signal", "planted bug: an invalid read ends the process by SIGSEGV");

    fn strike(&self, _: &mut Worker, _: u64, _: u64) -> Result<(), OperationError> {
        let dangling = std::hint::black_box(std::ptr::without_provenance::<u64>(OFFSET_FROM_NULL));
        // SAFETY: there is none, and that is what is planted: the address belongs to nothing. The compiler sees neither
        // where the pointer comes from nor that the value is unused, so it has to emit the read; no memory is changed, and
        // the process is a subject, started for nothing but this.
        #[expect(unsafe_code, reason = "the canary of a signal has to cause one")]
        let read = unsafe { std::ptr::read_volatile(dangling) };
        Err(OperationError::new(format!("an invalid read was answered with {read}")))
    }
}
