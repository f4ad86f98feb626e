//! Decides whether any sequential order explains a history of one object: takes its operations and a model, hands on whether
//! there is such an order, or which operation could not be placed.
//!
//! The search is that of Wing and Gong in the form of Lowe ("Testing for linearizability", 2017): responses are gone through in
//! the order of time, and each operation is put into the order at the latest when its response comes. What was tried in vain is
//! remembered as the response that was waited for, the state, and which of the open operations had taken effect. Four rules
//! leave most of the search out. Each is safe, because an order that it leaves out can be turned into one that it keeps:
//!
//! - **An operation that changes nothing takes effect as soon as its answer fits.** In an order that places it later, take it
//!   out and put it here: the others see the same states as before, and it began before now and ends later, so that no two
//!   operations change places that did not overlap.
//! - **Of open operations without an answer that ask for the same, the one that was begun first goes first.** In an order that
//!   prefers the other one, let them change places: they do the same, the first one has begun, too, and neither ends.
//! - **What failed with some of the operations without an answer used up fails with more of them used up.** An order that goes
//!   on from the latter uses none of those that are used up there, so that it goes on from the former as well.
//! - **A hidden operation takes effect right before an overwriting one, or in a hidden state; without an answer, it never does.**
//!   Until the next that overwrites, no operation that says anything of the state can follow it, by what hidden means. So what
//!   lies between them in an order says nothing of the state, and goes as well without it; and where it is put instead, the state is
//!   overwritten at once, or is the one that it leaves.

mod budget;
mod explore;
mod program;
mod situation;
mod timeline;
mod tracks;

pub(super) use budget::Budget;
pub(super) use explore::search;
pub(super) use program::search_by_program;

/// What became of a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// There is an order.
    Order,
    /// There is none; the answer of this operation is the first that no order reaches.
    None {
        /// The operation's place among those that were given.
        operation: usize,
    },
    /// The budget was used up before either was certain.
    GaveUp,
}
