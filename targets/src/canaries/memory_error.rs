//! Planted: memory is misused, in one of four ways: freed twice, freed from its middle, freed with another size, or written to
//! after its free. Squall's allocator catches each at the act, keeps it from the system, and the process goes on.

use super::planted::{Canary, ONE_IN};
use squall_probe::{OperationError, Setup, Worker};
use std::alloc::{Layout, alloc, dealloc};

squall_probe::params! {
    /// The parameters of the canary.
    pub(super) struct MemoryErrorParams {
        after: u64 = 3000, in 1.0..=1000000000.0, "how many operations of all workers together are done well first";
        way: u64 = 1, in 1.0..=4.0, "1: freed twice, 2: freed from its middle, 3: freed with another size, 4: written to after its free";
    }
}

/// Misuses a block.
#[derive(Debug)]
pub(super) struct Misuse {
    way: u64,
}

const BLOCK: Layout = Layout::new::<[u64; 8]>();

impl Canary for Misuse {
    type Params = MemoryErrorParams;
    const NAME: &'static str = "canary.memory_error";
    const SUMMARY: &'static str =
        "planted bug: a block is freed twice, in its middle, with another size, or written to";

    fn plant(params: &MemoryErrorParams, _: &Setup) -> Result<Self, String> {
        Ok(Self { way: params.way })
    }

    fn after(params: &MemoryErrorParams) -> u64 {
        params.after
    }

    fn strike(&self, _: &mut Worker, _: u64, number: u64) -> Result<(), OperationError> {
        if number.is_multiple_of(ONE_IN) {
            misuse(self.way);
        }
        Ok(())
    }
}

#[expect(unsafe_code, reason = "the canary of misused memory has to misuse it")]
fn misuse(way: u64) {
    // SAFETY: there is none, and that is what is planted. The fault of the experiment keeps every wrong free from the system's
    // allocator and freed blocks mapped, and the process is a subject, started for nothing but this.
    unsafe {
        let block = std::hint::black_box(alloc(BLOCK));
        match way {
            1 => dealloc(block, BLOCK),
            2 => dealloc(std::hint::black_box(block.add(16)), Layout::new::<[u64; 2]>()),
            3 => return dealloc(block, Layout::new::<[u64; 4]>()),
            _ => {
                dealloc(block, BLOCK);
                return std::hint::black_box(block).add(24).write_volatile(0x2A);
            }
        }
        dealloc(std::hint::black_box(block), BLOCK);
    }
}
