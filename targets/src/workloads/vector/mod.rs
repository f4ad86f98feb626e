//! Append-only vectors under load: an adapter for each, and one workload.

mod vector_under_test;
mod workload;

pub use vector_under_test::VectorUnderTest;
pub use workload::{VectorLocal, VectorOperation, VectorParams, VectorRound, VectorWorkload};
