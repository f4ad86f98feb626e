//! Records that are known by their address, under load: the hazard `aba` as it depends on the allocator, and its repair.

mod workload;

pub use workload::{AddressOperation, AddressParams, AddressWorkload};
