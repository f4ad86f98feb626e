//! Records what a worker asks and is told, for the oracles that look at whole histories: takes questions and answers, hands them to the
//! recorder's segment with stamps that tell which operation had ended when another one began.

mod bench;
mod recording;
mod stamp;

pub use bench::Recorder;
pub use recording::Question;

pub(crate) use recording::Recording;
pub(crate) use stamp::choose;
