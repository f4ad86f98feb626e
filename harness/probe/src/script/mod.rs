//! Short scripts: 2 to 4 threads do a few operations each on a fresh small object, over and over, and each outcome is counted.
//!
//! A long load meets a rare interleaving by chance; a script meets it millions of times, from the one state in which it matters. The
//! objects of a *stride* lie side by side: all threads make a share of them, meet, walk along them together, meet again, and
//! count a share of the outcomes. A [`Script`] says what the objects are, what each thread does, and which outcomes may come. A
//! [`ScriptSource`] draws one script after the other; a [`WrittenScript`] is one that a person wrote.

mod answers;
mod director;
mod draw;
mod meeting;
mod outcome_table;
mod performer;
mod places;
mod rehearsal;
mod script_trait;
mod stage;
mod stride;
mod walk;
mod written;

pub use answers::{ANSWER_BITS, ANSWER_MAX, answers, packed, unpacked};
pub use draw::Draw;
pub use rehearsal::{ScriptRehearsal, rehearse_scripts};
pub use script_trait::{AnyScript, Judgement, Outcome, Pace, Script, ScriptSource, ScriptText};
pub use squall_model::{OutcomeKind, Scripts};
pub use written::{Expected, Written, WrittenScript};

/// The most threads of a script.
pub const THREADS_MAX: usize = squall_model::SCRIPT_THREADS_MAX as usize;

pub(crate) use performer::perform_in_trial;
pub(crate) use stage::Stage;
