//! From a YAML file's text to a validated experiment, or to an error with file, line, column and the offending text.

mod build;
mod built;
mod check_aim;
mod check_expect;
mod check_faults;
mod check_load;
mod check_target;
mod check_scripts;
mod check_thresholds;
mod error;
mod file;
mod location;
mod node;
mod objection;
mod origin;
mod overrides;
mod path;
mod problem;
mod reader;
mod replay;
mod schema;
mod source;
mod suggestion;
#[cfg(test)]
mod tests;
mod yaml;

pub use built::{Described, Experiment, ExperimentLoad, Program, Repair, Target};
pub use error::ExperimentError;
pub use file::{ExperimentFile, LimitsFile, LoadFile, PhasesFile, RepairFile, TargetFile};
pub use location::Location;
pub use problem::{FaultProblem, KeysProblem, Problem, TargetProblem};
pub use schema::json_schema;
pub use suggestion::Suggestion;
