//! The relic `boxcar-iter`: in boxcar 0.2.12, a walk counts what it has shown against a length that may lag behind, and so may end
//! before it has come to elements whose push had finished when it began. 0.2.13 shows them.
//! Source: <https://github.com/ibraheemdev/boxcar/pull/33>.

use squall_targets::workloads::vector::VectorWorkload;
use squall_targets::{tracked, workloads};

/// The adapter that the present version of the crate is put under load with.
#[path = "../../src/crates/boxcar.rs"]
mod adapter;

squall_probe::subject_main!(VectorWorkload<adapter::BoxcarUnderTest>);
