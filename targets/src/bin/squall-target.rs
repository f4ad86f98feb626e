//! The subject program: hands the catalogue of workloads to the probe's main loop, with the allocator that faults can
//! make hostile.

use squall_probe::FaultyAllocator;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: FaultyAllocator = FaultyAllocator::new();

fn main() -> ExitCode {
    squall_probe::subject_main(&squall_targets::catalogue())
}
