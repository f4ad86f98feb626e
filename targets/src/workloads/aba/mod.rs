//! Free lists under load: the hazard `aba` and its repairs behind one adapter and one workload, with the register in which
//! the owner of each slot is written down.

mod free_list_under_test;
mod register;
mod workload;

pub use free_list_under_test::FreeListUnderTest;
pub use register::Register;
pub use workload::{AbaLocal, AbaOperation, AbaParams, AbaWorkload};
