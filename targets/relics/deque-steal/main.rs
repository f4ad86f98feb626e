//! The relic `deque-steal`: in crossbeam-deque 0.8.0, a thief that takes several tasks goes on reading from the buffer that it saw first,
//! although the owner may have put another one in its place, and may have taken tasks back and put others in their
//! stead. A task is then done twice, and another one is lost. 0.8.1 looks whether the buffer is still the same.
//! Source: <https://rustsec.org/advisories/RUSTSEC-2021-0093>.

use adapter::{DequeUnderTest, InjectorUnderTest, TeamUnderTest};
use squall_targets::workloads::queue::QueueWorkload;
use squall_targets::{tracked, workloads};

/// The adapters that the present version of the crate is put under load with.
#[path = "../../src/crates/crossbeam_deque.rs"]
mod adapter;

squall_probe::subject_main!(
    QueueWorkload<DequeUnderTest>,
    QueueWorkload<TeamUnderTest>,
    QueueWorkload<InjectorUnderTest>
);
