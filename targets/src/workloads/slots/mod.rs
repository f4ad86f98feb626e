//! Tables of records that are used again, under load: the hazard `aba` as a stamp on which slot and metadata disagree, and its
//! repair, in one workload.

mod workload;

pub use workload::{SlotsLocal, SlotsOperation, SlotsParams, SlotsWorkload, TableName};
