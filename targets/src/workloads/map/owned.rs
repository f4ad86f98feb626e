//! Keys of which one worker alone changes the value, and so knows what each of them holds: the sharpest form of the oracle
//! `no_lost_update`, which needs no word from the map about what an operation replaced or removed.

use crate::tracked::{PREFILL_WORKER, Value};
use squall_probe::write_back;
use std::collections::BTreeMap;

/// What an owner knows of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// It is not there.
    Absent,
    /// It holds the value that this writer wrote, under this number.
    Holds(u32, u64),
    /// A change is under way, or was ended by a panic.
    Open,
}

/// The keys that one worker owns, as far as it has changed or looked at them.
#[derive(Debug, Default)]
pub struct Owned {
    known: BTreeMap<u64, Known>,
    prefilled: bool,
}

impl Owned {
    /// Says how all keys began.
    pub const fn began(&mut self, prefilled: bool) {
        self.prefilled = prefilled;
    }

    const fn first(&self) -> Known {
        if self.prefilled { Known::Holds(PREFILL_WORKER, 0) } else { Known::Absent }
    }

    /// What is wrong with what was found under a key, if anything.
    #[must_use]
    pub fn wrong(&self, key: u64, found: Option<&Value>) -> Option<String> {
        let known = self.known.get(&key).copied().unwrap_or_else(|| self.first());
        if known == Known::Open || known == seen(found) {
            return None;
        }
        Some(format!("key {key} held {}, and its only writer left {}", spelled(seen(found)), spelled(known)))
    }

    /// A change of a key begins; hands on what was known before. A panic in the midst of it leaves it open.
    pub fn begin(&mut self, key: u64) -> Known {
        let before = self.known.insert(key, Known::Open).unwrap_or_else(|| self.first());
        write_back(self);
        before
    }

    /// A change has ended that changed nothing.
    pub fn left_as(&mut self, key: u64, before: Known) {
        self.known.insert(key, before);
    }

    /// A change has ended, with this value under the key.
    pub fn left(&mut self, key: u64, writer: u32, sequence: u64) {
        self.known.insert(key, Known::Holds(writer, sequence));
    }

    /// A change has ended, with nothing under the key.
    pub fn removed(&mut self, key: u64) {
        self.known.insert(key, Known::Absent);
    }

    /// Each key that the owner has changed.
    pub fn keys(&self) -> impl Iterator<Item = u64> {
        self.known.keys().copied()
    }
}

fn seen(found: Option<&Value>) -> Known {
    found.map_or(Known::Absent, |value| Known::Holds(value.writer(), value.sequence()))
}

fn spelled(known: Known) -> String {
    match known {
        Known::Absent => "nothing".to_owned(),
        Known::Holds(PREFILL_WORKER, _) => "the value from before the load".to_owned(),
        Known::Holds(writer, sequence) => format!("a value by worker {writer} #{sequence}"),
        Known::Open => "what is open".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_knows_what_it_left_and_nothing_of_what_a_panic_ended() {
        let mut owned = Owned::default();
        owned.began(true);
        assert_eq!(owned.wrong(1, Some(&Value::new(1, PREFILL_WORKER, 0))), None);
        owned.begin(1);
        assert_eq!((owned.wrong(1, None), owned.wrong(1, Some(&Value::new(1, 0, 9)))), (None, None));
        owned.left(1, 0, 9);
        assert_eq!(owned.wrong(1, Some(&Value::new(1, 0, 9))), None);
        let told = owned.wrong(1, Some(&Value::new(1, 0, 8))).unwrap();
        assert_eq!(told, "key 1 held a value by worker 0 #8, and its only writer left a value by worker 0 #9");
        assert!(owned.wrong(1, None).is_some());
        owned.removed(1);
        assert!(owned.wrong(1, None).is_none() && owned.wrong(1, Some(&Value::new(1, 0, 9))).is_some());
        assert_eq!(owned.keys().collect::<Vec<_>>(), [1]);
    }
}
