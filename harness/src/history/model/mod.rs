//! What objects do when they are used by one after the other: a trait, and a module for each family of objects.

mod bag;
mod cell;
mod chain;
mod counter;
mod multisets;
mod pool;
mod removals;
mod sequence;
mod sequential;
mod text;

pub(super) use bag::{Bag, bag_call};
pub(super) use cell::{Cell, CellCall, cell_call};
pub(super) use chain::Chain;
pub(super) use counter::{Counter, counter_call};
pub(super) use multisets::Multisets;
pub(super) use pool::{Pool, pool_call};
pub(super) use removals::{Removal, Removals};
pub(super) use sequence::{Discipline, Sequence, SequenceCall, sequence_call};
pub(super) use sequential::{Operation, Sequential};
pub(super) use text::{Text, text_call};
