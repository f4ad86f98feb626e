//! Handles that share what they stand for, under load: on a buffer of bytes, and on an object that is interned. An adapter for
//! each, and one workload for either kind.

mod board;
mod buffer_under_test;
mod buffer_workload;
mod intern_under_test;
mod intern_workload;

pub use buffer_under_test::BufferUnderTest;
pub use buffer_workload::{BufferHandleOperation, BufferHandleParams, BufferHandleWorkload};
pub use intern_under_test::InternUnderTest;
pub use intern_workload::{InternLocal, InternOperation, InternWorkload};
