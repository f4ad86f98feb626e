//! The recorder's memory segment: its layout in 64-bit words, and safe views for its writers and readers.
//!
//! The orchestrator makes the segment, subject and orchestrator both map it. Every word is an atomic with relaxed access
//! and, but for the few noted, one writer. What was measured survives the death of the subject at any instruction. A
//! reader computes every offset from the plan and trusts no number in the segment beyond its range.

mod bucket;
mod header;
mod history;
#[cfg(test)]
mod history_tests;
mod layout;
mod memory;
mod meter;
mod slot;

pub use bucket::{BUCKETS, bucket_high, bucket_low, bucket_of};
pub use header::{Header, NO_PHASE};
pub use history::{HistoryRecord, HistoryStart, HistoryView, Told, history_rank, history_room};
pub use layout::{Layout, LayoutError, Segment};
pub use memory::{CaughtMisuse, MEMORY_ROWS, MemoryView, TRACE_FRAMES_MAX, Trace};
pub use meter::{LANES, MeterView};
pub use slot::{BREADCRUMB_BYTES_MAX, BREADCRUMBS, FLIGHT_LENGTH, OperationUnderWay, SlotView};
