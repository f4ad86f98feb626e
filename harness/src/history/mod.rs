//! Histories: decides whether the answers that the threads of a program were given can be explained by any order in which one
//! operation takes effect after the other. Takes the events of a file or of a recorder, hands on a verdict, and what is wrong.

mod anomaly;
mod check;
mod containers;
mod draw;
mod error;
mod evidence;
mod forms;
mod generations;
mod model;
mod monitor;
mod oracle;
mod order;
mod part;
mod reader;
mod record;
mod recorded;
mod search;
mod shrink;
#[cfg(test)]
mod tests;
mod value;
mod words;
mod writer;

pub use anomaly::Anomaly;
pub use check::{Failure, Judgement, Settings};
pub use draw::Drawing;
pub use error::{HistoryError, HistoryProblem};
pub use kind::{Answer, Argument, HistoryModel, Operations, Verb};
pub use oracle::{Shown, judge_recorded};
pub use order::Order;
pub use reader::{Assembly, Event, Kind, read};
pub use record::{History, NEVER, Record};
use squall_model::history as kind;
pub use value::{Value, Values};
