//! From records and judgement to findings: one for each distinct symptom and cause, with the evidence for it.

mod broken;
mod context;
mod derive;
mod dying;
mod fingerprint;
mod frames;
mod lift;
mod mask;
mod memory;
mod panics;
mod rank;
mod violations;

pub use derive::derive;
pub use fingerprint::{fingerprint, source_file};
pub use frames::{in_app_frames, without_type_arguments};
pub use lift::lift;
pub use mask::masked;
pub use rank::{rank, ranks, sites_of_trial};
