//! The knowledge base: what outlives a run. Only the cli sees this stage; it knows no other stage's types but plain data.
//!
//! It reads panics out of logs (`reading`), gives each the names by which its defect is known again (`signature`) and the class of its
//! cause (`cause`), and remembers what each site of a campaign was worth. One SQLite file in the results directory; two runs
//! at once both leave what they learned.

mod case_error;
mod cause;
mod ingest;
mod occurrences;
mod reading;
mod signature;
mod sites;
mod store;

pub use case_error::CaseError;
pub use cause::{CauseClass, Ranked, classify};
pub use ingest::{Entry, Ingested, ingested};
pub use occurrences::Remembered;
pub use reading::{Consequence, Frame, Kind, Language, Occurrence, Place, Reader, Reading, read};
pub use signature::{Groups, Key, Signature, Strength};
pub use store::Store;
