//! Planted bugs, one for each way in which a program can go wrong or die. A run that does not catch its canary is not to
//! be trusted with anything else.
//!
//! Every canary is a workload `canary.<symptom>` that does its one operation well until all workers together have done
//! `after` of them; from then on it is broken. The file of each says what is planted and how it shows.

mod abort;
mod deadlock;
mod double_panic;
mod early_exit;
mod error;
mod leak;
mod livelock;
mod memory_error;
mod out_of_memory;
mod panic;
mod panic_in_drop;
mod planted;
mod signal;
mod stack_overflow;
mod wrong_result;

use planted::Planted;
use squall_probe::Entry;

/// The names of all canaries: each is `canary.` and the name of its symptom.
pub const NAMES: [&str; 14] = [
    "canary.panic",
    "canary.error",
    "canary.wrong_result",
    "canary.memory_error",
    "canary.leak",
    "canary.abort",
    "canary.signal",
    "canary.stack_overflow",
    "canary.out_of_memory",
    "canary.deadlock",
    "canary.livelock",
    "canary.early_exit",
    "canary.double_panic",
    "canary.panic_in_drop",
];

/// The workloads of all canaries.
pub(crate) fn entries() -> Vec<Entry> {
    vec![
        Entry::of::<Planted<panic::UnwrapOfNothing>>(),
        Entry::of::<Planted<error::FailingOperation>>(),
        Entry::of::<Planted<wrong_result::NeighboursValue>>(),
        Entry::of::<Planted<memory_error::Misuse>>(),
        Entry::of::<Planted<leak::ForgottenBox>>(),
        Entry::of::<Planted<abort::Abort>>(),
        Entry::of::<Planted<signal::InvalidRead>>(),
        Entry::of::<Planted<stack_overflow::EndlessRecursion>>(),
        Entry::of::<Planted<out_of_memory::Leak>>(),
        Entry::of::<Planted<deadlock::OppositeOrder>>(),
        Entry::of::<Planted<livelock::AfterYou>>(),
        Entry::of::<Planted<early_exit::Exit>>(),
        Entry::of::<Planted<double_panic::PanickingDisplay>>(),
        Entry::of::<Planted<panic_in_drop::PanickingDrop>>(),
    ]
}
