//! Planted: each operation keeps a chunk of memory and never gives it back. The orchestrator's limit ends the process; if
//! it has none, the canary ends itself as an allocator without memory does, before the machine suffers.

use super::planted::Canary;
use squall_probe::{OperationError, Setup, Worker};
use std::alloc::{Layout, handle_alloc_error};
use std::sync::{Mutex, PoisonError};

/// What one operation keeps: small enough for an orchestrator to see memory grow before the limit is passed by far.
const CHUNK_BYTES: usize = 256 * 1024;
/// One byte in each page is written, so that the kernel has to give the page.
const PAGE_BYTES: usize = 4_096;

squall_probe::params! {
    /// The parameters of the canary.
    pub(super) struct LeakParams {
        after: u64 = 3000, in 1.0..=1000000000.0, "how many operations of all workers together are done well first";
        ceiling_mebibytes: u64 = 1024, in 1.0..=65536.0, "how much is kept before the canary ends itself, if no limit did";
    }
}

/// Keeps everything.
#[derive(Debug)]
pub(super) struct Leak {
    kept: Mutex<Vec<Vec<u8>>>,
    chunks_max: usize,
}

impl Canary for Leak {
    type Params = LeakParams;
    const NAME: &'static str = "canary.out_of_memory";
    const SUMMARY: &'static str = "planted bug: memory is kept until there is none left";

    fn plant(params: &LeakParams, _: &Setup) -> Result<Self, String> {
        let chunks_max = (params.ceiling_mebibytes as usize) * (1 << 20) / CHUNK_BYTES;
        Ok(Self { kept: Mutex::new(Vec::new()), chunks_max })
    }

    fn after(params: &LeakParams) -> u64 {
        params.after
    }

    fn strike(&self, _: &mut Worker, _: u64, _: u64) -> Result<(), OperationError> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= self.chunks_max {
            handle_alloc_error(Layout::new::<[u8; CHUNK_BYTES]>());
        }
        let mut chunk = vec![0; CHUNK_BYTES];
        chunk.iter_mut().step_by(PAGE_BYTES).for_each(|byte| *byte = 1);
        kept.push(std::hint::black_box(chunk));
        Ok(())
    }
}
