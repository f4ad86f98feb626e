//! Multisets that share their parts: takes one and a value more or less, hands on a number, the same one for the same values however
//! it came about. So that a state is a number, and a step costs the depth of a tree.
//!
//! Each is a tree that is sorted by value and heaped by a hash of the value, so that its shape follows from what is in it; and equal
//! trees are kept once.

use crate::history::value::Value;
use foldhash::fast::FixedState;
use hashbrown::HashMap;
use std::cmp::Ordering;
use std::hash::BuildHasher;

/// The root of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Node {
    value: Value,
    /// How often it is there.
    count: u32,
    smaller: u32,
    larger: u32,
}

/// All multisets that were met.
#[derive(Debug, Default)]
pub(in crate::history) struct Multisets {
    /// Number 0 is none.
    nodes: Vec<Node>,
    numbers: HashMap<Node, u32, FixedState>,
}

/// Whole numbers by size, before everything else.
fn compare(left: Value, right: Value) -> Ordering {
    match (left.as_whole(), right.as_whole()) {
        (Some(left), Some(right)) => left.cmp(&right),
        (None, None) => left.cmp(&right),
        (left, right) => right.is_some().cmp(&left.is_some()),
    }
}

/// What is higher in the heap: by a hash, and where that is the same by the value.
fn height(value: Value) -> (u64, Value) {
    (FixedState::default().hash_one(value), value)
}

impl Multisets {
    /// The empty one.
    pub(in crate::history) const EMPTY: u32 = 0;

    fn node(&self, number: u32) -> Option<Node> {
        self.nodes.get(number.checked_sub(1)? as usize).copied()
    }

    fn number(&mut self, node: Node) -> u32 {
        let new = self.nodes.len() as u32 + 1;
        let number = *self.numbers.entry(node).or_insert(new);
        if number == new {
            self.nodes.push(node);
        }
        number
    }

    /// The multiset with one value more.
    pub(in crate::history) fn with(&mut self, whole: u32, value: Value) -> u32 {
        let node = match self.node(whole) {
            Some(node) if node.value == value => Node { count: node.count + 1, ..node },
            Some(node) if height(node.value) > height(value) => match compare(value, node.value) {
                Ordering::Less => Node { smaller: self.with(node.smaller, value), ..node },
                _ => Node { larger: self.with(node.larger, value), ..node },
            },
            _ => {
                let (smaller, larger) = self.split(whole, value);
                Node { value, count: 1, smaller, larger }
            }
        };
        self.number(node)
    }

    /// The multiset with one value less; `None` if it is not there.
    pub(in crate::history) fn without(&mut self, whole: u32, value: Value) -> Option<u32> {
        let node = self.node(whole)?;
        let less = match compare(value, node.value) {
            Ordering::Equal if node.count > 1 => Node { count: node.count - 1, ..node },
            Ordering::Equal => return Some(self.joined(node.smaller, node.larger)),
            Ordering::Less => Node { smaller: self.without(node.smaller, value)?, ..node },
            Ordering::Greater => Node { larger: self.without(node.larger, value)?, ..node },
        };
        Some(self.number(less))
    }

    /// What is smaller than a value that is not there, and what is larger.
    fn split(&mut self, whole: u32, value: Value) -> (u32, u32) {
        let Some(node) = self.node(whole) else { return (Self::EMPTY, Self::EMPTY) };
        if compare(node.value, value) == Ordering::Less {
            let (smaller, larger) = self.split(node.larger, value);
            (self.number(Node { larger: smaller, ..node }), larger)
        } else {
            let (smaller, larger) = self.split(node.smaller, value);
            (smaller, self.number(Node { smaller: larger, ..node }))
        }
    }

    /// Both in one; all values of the first are smaller.
    fn joined(&mut self, smaller: u32, larger: u32) -> u32 {
        let joined = match (self.node(smaller), self.node(larger)) {
            (None, _) => return larger,
            (_, None) => return smaller,
            (Some(left), Some(right)) if height(left.value) > height(right.value) => {
                Node { larger: self.joined(left.larger, larger), ..left }
            }
            (_, Some(right)) => Node { smaller: self.joined(smaller, right.smaller), ..right },
        };
        self.number(joined)
    }

    /// The smallest value.
    pub(in crate::history) fn smallest(&self, whole: u32) -> Option<Value> {
        let mut node = self.node(whole)?;
        while let Some(smaller) = self.node(node.smaller) {
            node = smaller;
        }
        Some(node.value)
    }

    /// The values, each once, the smallest first.
    pub(in crate::history) fn values(&self, whole: u32) -> Vec<Value> {
        let Some(node) = self.node(whole) else { return Vec::new() };
        [self.values(node.smaller), vec![node.value], self.values(node.larger)].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn a_multiset_is_a_sorted_list_and_has_one_number(steps in proptest::collection::vec((-9_i64..9, proptest::bool::ANY), 0..60)) {
            let (mut sets, mut list, mut whole) = (Multisets::default(), Vec::<i64>::new(), Multisets::EMPTY);
            for (number, comes) in steps {
                let value = Value::whole(number).unwrap();
                let place = list.partition_point(|other| *other < number);
                let is_there = list.get(place) == Some(&number);
                if comes {
                    list.insert(place, number);
                    whole = sets.with(whole, value);
                } else {
                    let less = sets.without(whole, value);
                    assert_eq!(less.is_some(), is_there);
                    if is_there {
                        list.remove(place);
                    }
                    whole = less.unwrap_or(whole);
                }
                assert_eq!(sets.smallest(whole).and_then(Value::as_whole), list.first().copied());
            }
            let anew = list.iter().rev().fold(Multisets::EMPTY, |set, number| sets.with(set, Value::whole(*number).unwrap()));
            assert_eq!(anew, whole, "the same values have the same number, however they came");
            list.dedup();
            let values: Vec<i64> = sets.values(whole).into_iter().filter_map(Value::as_whole).collect();
            assert_eq!(values, list);
        }
    }
}
