//! Sequences that share their beginnings: takes a sequence and one more value, hands on a number for the longer sequence, the
//! same one for the same sequence. So that a state is a number, and a step costs the same however long the sequence is.

use super::Removal;
use crate::history::value::Value;
use foldhash::fast::FixedState;
use hashbrown::HashMap;

/// A sequence.
#[derive(Debug, Clone, Copy)]
struct Link {
    /// All but the last value.
    before: u32,
    /// The last value.
    last: Value,
    length: u32,
    /// A much shorter beginning, so that a place is found in steps that double.
    far_before: u32,
    /// When its values are taken out.
    removal: Removal,
}

/// All sequences that were met.
#[derive(Debug)]
pub(in crate::history) struct Chain {
    links: Vec<Link>,
    longer: HashMap<(u32, Value), u32, FixedState>,
}

impl Default for Chain {
    fn default() -> Self {
        let empty = Link { before: 0, last: Value::NULL, length: 0, far_before: 0, removal: Removal::UNKNOWN };
        Self { links: vec![empty], longer: HashMap::with_hasher(FixedState::default()) }
    }
}

impl Chain {
    /// The empty sequence.
    pub(in crate::history) const EMPTY: u32 = 0;

    /// The sequence with one more value.
    pub(in crate::history) fn with(&mut self, before: u32, last: Value, removal: Removal) -> u32 {
        let links = &mut self.links;
        *self.longer.entry((before, last)).or_insert_with(|| {
            let (near, far) = (links[before as usize], links[links[before as usize].far_before as usize]);
            // Two leaps of the same width become one of both and one more.
            let equal = near.length - far.length == far.length - links[far.far_before as usize].length;
            let far_before = if equal && near.length > 0 { far.far_before } else { before };
            let removal = near.removal.and(removal);
            links.push(Link { before, last, length: near.length + 1, far_before, removal });
            links.len() as u32 - 1
        })
    }

    /// All but the last value, and the last one.
    pub(in crate::history) fn split_last(&self, sequence: u32) -> Option<(u32, Value)> {
        let link = self.links[sequence as usize];
        (link.length > 0).then_some((link.before, link.last))
    }

    /// How long it is.
    pub(in crate::history) fn length(&self, sequence: u32) -> u32 {
        self.links[sequence as usize].length
    }

    /// When its values are taken out.
    pub(in crate::history) fn removal(&self, sequence: u32) -> Removal {
        self.links[sequence as usize].removal
    }

    /// The value at a place.
    pub(in crate::history) fn at(&self, sequence: u32, place: u32) -> Option<Value> {
        if place >= self.length(sequence) {
            return None;
        }
        let mut link = self.links[sequence as usize];
        while link.length > place + 1 {
            let far = self.links[link.far_before as usize];
            link = if far.length > place { far } else { self.links[link.before as usize] };
        }
        Some(link.last)
    }

    /// The sequence of these values.
    pub(in crate::history) fn of(&mut self, values: &[Value]) -> u32 {
        values.iter().fold(Self::EMPTY, |sequence, value| self.with(sequence, *value, Removal::UNKNOWN))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_of_a_long_sequence_is_found() {
        let mut chain = Chain::default();
        let values: Vec<Value> = (0..1_000).filter_map(Value::whole).collect();
        let whole = chain.of(&values);
        assert_eq!(chain.of(&values), whole, "the same sequence has the same number");
        let found: Vec<Value> = (0..1_000).filter_map(|place| chain.at(whole, place)).collect();
        assert_eq!(found, values);
        assert_eq!(chain.at(whole, 1_000), None);
    }
}
