//! A priority queue whose values are all different. It takes out what is smallest, so that only smaller values are in the way of one;
//! that is why values can be judged one after the other from the smallest on, each by itself ("decrease and conquer": Lee and Mathur,
//! "Efficient Decrease-and-Conquer Linearizability Monitoring", 2025):
//!
//! - in some slot in which a value may be taken, no smaller value is certainly inside;
//! - in some slot of each removal that found nothing, no value is certainly inside.
//!
//! If there are such slots, there is an order: in a slot in which no smaller value is certainly inside, all smaller ones that are
//! inside can be taken right before, the smallest first, or put there right after, and what is inside less hinders nobody.

use super::cover::Cover;
use super::lives::{Beginning, Life, decide};
use crate::history::record::Record;
use crate::history::search::Found;

/// Decides; `None` if the history is none of those that it can decide.
pub(in crate::history) fn priority_queue(records: &[Record]) -> Option<Found> {
    decide(records, is_explained)
}

fn is_explained(beginning: &Beginning) -> bool {
    let mut smallest_first: Vec<&Life> = beginning.lives.iter().collect();
    smallest_first.sort_unstable_by_key(|life| life.value.as_whole());
    let mut cover = Cover::of(beginning.slots, std::iter::empty());
    for life in smallest_first {
        let may_go = *life.comes.start().max(life.goes.start())..=*life.goes.end();
        if cover.first_bare(&may_go).is_none() {
            return false;
        }
        cover.change(&life.inside(), 1);
    }
    beginning.empty.iter().all(|slots| cover.first_bare(slots).is_some())
}
