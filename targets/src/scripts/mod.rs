//! Scripts that were written by hand: what a processor may reorder and what it may not, and hazards of the catalogue in their
//! smallest form. Each says which outcomes may come and why; an outcome that it does not name is forbidden.
//!
//! A script of relaxed words shows what the machine does; its twin with the ordering that it lacks has to show none of that. The
//! scripts of hazards are known to fail, and their repairs have to be clean.

mod buffering;
mod coherence;
mod messages;
mod once;
mod pair;
mod publication;
mod update;

pub use buffering::{FencedBuffering, StoreBuffering};
pub use coherence::Coherence;
pub use messages::MessagePassing;
pub use once::{BuiltOnce, BuiltTwice};
pub use pair::{TornPair, WholePair};
pub use publication::{FirstAppends, FirstAppendsReady};
pub use update::{LostUpdate, WholeUpdate};

use squall_probe::Entry;
use squall_probe::script::Written;

/// The workloads of all written scripts.
pub(crate) fn entries() -> Vec<Entry> {
    vec![
        Entry::of::<Written<StoreBuffering>>(),
        Entry::of::<Written<FencedBuffering>>(),
        Entry::of::<Written<MessagePassing>>(),
        Entry::of::<Written<Coherence>>(),
        Entry::of::<Written<TornPair>>(),
        Entry::of::<Written<WholePair>>(),
        Entry::of::<Written<LostUpdate>>(),
        Entry::of::<Written<WholeUpdate>>(),
        Entry::of::<Written<BuiltTwice>>(),
        Entry::of::<Written<BuiltOnce>>(),
        Entry::of::<Written<FirstAppends>>(),
        Entry::of::<Written<FirstAppendsReady>>(),
    ]
}
