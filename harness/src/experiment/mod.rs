//! From a YAML file's text to a validated experiment, or to an error with file, line, column and the offending text.

mod error;
mod location;
mod node;
mod objection;
mod path;
mod problem;
mod source;
mod suggestion;
mod yaml;

pub use error::ExperimentError;
pub use location::Location;
pub use problem::{FaultProblem, KeysProblem, Problem, TargetProblem};
pub use suggestion::Suggestion;
