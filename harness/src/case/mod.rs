//! The knowledge base: what outlives a run. Only the cli sees this stage; it knows no other stage's types but plain data.
//!
//! So far it remembers what each site of a campaign was worth. One SQLite file in the results directory; two runs at once
//! both leave what they learned.

mod case_error;
mod sites;
mod store;

pub use case_error::CaseError;
pub use store::Store;
