//! Maps that one owner at a time uses, each owned by a worker or standing behind one lock, under load: an adapter for each, and
//! one workload.

mod bench;
mod calls;
mod operations;
mod table_under_test;
mod workload;

pub use crate::table_calls;
pub use table_under_test::TableUnderTest;
pub use workload::{TableOperation, TableParams, TableWorkload};
