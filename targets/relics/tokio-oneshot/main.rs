//! The relic `tokio-oneshot`: in tokio 1.13.0, a sender that finds its channel closed has already told the receiver that the value is in. Both then
//! take it out, at the same time. 1.13.1 tells nobody if the channel is closed.
//! Source: <https://rustsec.org/advisories/RUSTSEC-2021-0124>.

use squall_targets::workloads::oneshot::OneshotWorkload;
use squall_targets::{tracked, workloads};

/// The adapter that the present version of the crate is put under load with.
#[path = "../../src/crates/tokio_oneshot.rs"]
mod adapter;

squall_probe::subject_main!(OneshotWorkload<adapter::TokioUnderTest>);
