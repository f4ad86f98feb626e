//! The relic `thingbuf-full`: in thingbuf 0.1.5, a producer that passes a slot which a consumer still holds goes further than the ring is
//! long, and from then on takes a full ring for one with room: it spins until somebody takes something out. 0.1.6 says that it is full.
//! Source: <https://github.com/hawkw/thingbuf/issues/83>.

use squall_targets::workloads::queue::QueueWorkload;
use squall_targets::{tracked, workloads};

/// The adapter that the present version of the crate is put under load with.
#[path = "../../src/crates/thingbuf.rs"]
mod adapter;

squall_probe::subject_main!(QueueWorkload<adapter::ThingBufUnderTest>);
