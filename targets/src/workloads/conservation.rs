//! Counts what goes into a container and what comes out of it: each element comes out once, none is foreign, and none
//! that has to be there is missing.
//!
//! Each worker keeps a [`Record`] of its own, without sharing anything; [`reckon`] puts the records together once the
//! workers have left.

use squall_probe::write_back;
use std::fmt;

/// How many elements of a kind a reckoning names; more are counted.
const NAMED_MAX: usize = 8;

/// Which element: the worker that made it, and its how-manieth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identity {
    /// The worker that made it.
    pub worker: u32,
    /// Its number among the worker's, from 0.
    pub sequence: u64,
}

impl fmt::Display for Identity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "worker {} #{}", self.worker, self.sequence)
    }
}

/// What one worker put in and took out.
///
/// An operation that ended with a panic leaves open what it did: such an element may be there or not, and such a taking
/// may have taken something.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    put: u64,
    unsure_puts: Vec<u64>,
    taken: Vec<Identity>,
    unsure_takes: u64,
}

impl Record {
    /// Begins to put the worker's next element in; hands on its number. Until [`Record::put`], it is open whether it is in.
    pub fn begin_put(&mut self) -> u64 {
        let sequence = self.put;
        self.unsure_puts.push(sequence);
        self.put += 1;
        write_back(self);
        sequence
    }

    /// The element begun last is in.
    pub fn put(&mut self) {
        self.unsure_puts.pop();
    }

    /// The element begun last was refused: its number is free again.
    pub fn refused(&mut self) {
        self.unsure_puts.pop();
        self.put -= 1;
    }

    /// Begins to take something out.
    pub fn begin_take(&mut self) {
        self.unsure_takes += 1;
        write_back(self);
    }

    /// Something was taken out.
    pub fn took(&mut self, element: Identity) {
        self.unsure_takes -= 1;
        self.taken.push(element);
    }

    /// Nothing was taken out.
    pub fn took_nothing(&mut self) {
        self.unsure_takes -= 1;
    }
}

/// Some elements: how many, and the first of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Named {
    /// How many.
    pub count: u64,
    first: Vec<Identity>,
}

impl Named {
    fn add(&mut self, element: Identity) {
        self.count += 1;
        if self.first.len() < NAMED_MAX {
            self.first.push(element);
        }
    }
}

impl fmt::Display for Named {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> = self.first.iter().map(Identity::to_string).collect();
        let more = if self.count > names.len() as u64 { ", …" } else { "" };
        write!(formatter, "{}{more}", names.join(", "))
    }
}

/// What the records of a round come to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reckoning {
    /// How many elements were put in.
    pub put: u64,
    /// Elements that were put in, and neither taken out nor there in the end.
    pub lost: Named,
    /// How many takings were left open: each may have taken one of the lost.
    pub open_takes: u64,
    /// Elements that came out more than once.
    pub doubled: Named,
    /// Elements that came out and that nobody had put in.
    pub foreign: Named,
}

impl Reckoning {
    /// Whether every element came out once, and no other, as far as can be known.
    #[must_use]
    pub const fn is_clean(&self) -> bool {
        self.is_clean_but_for(0)
    }

    /// The same where so many elements were taken out without being seen.
    #[must_use]
    pub const fn is_clean_but_for(&self, unseen: u64) -> bool {
        self.lost.count <= self.open_takes + unseen && self.doubled.count == 0 && self.foreign.count == 0
    }
}

impl fmt::Display for Reckoning {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kinds = [("lost", &self.lost), ("came out again", &self.doubled), ("foreign", &self.foreign)];
        for (kind, named) in kinds.into_iter().filter(|(_, named)| named.count > 0) {
            write!(formatter, "{} {kind} ({named}); ", named.count)?;
        }
        if self.open_takes > 0 {
            write!(formatter, "takings left open: {}; ", self.open_takes)?;
        }
        write!(formatter, "{} were put in", self.put)
    }
}

/// Puts the records of the workers together with the rest that was in the container in the end. Without the rest, as when
/// the container was dropped with what was in it, nothing can be called lost. A taking that was left open excuses one
/// lost element, whichever it is.
#[must_use]
pub fn reckon(records: &[(u32, Record)], rest: Option<&[Identity]>) -> Reckoning {
    let sum = |count: fn(&Record) -> u64| records.iter().map(|(_, record)| count(record)).sum();
    let (put, open_takes) = (sum(|record| record.put), sum(|record| record.unsure_takes));
    let mut reckoning = Reckoning { put, open_takes, ..Reckoning::default() };
    let workers = records.iter().map(|(worker, _)| *worker as usize + 1).max().unwrap_or(0);
    let mut seen: Vec<Vec<bool>> = vec![Vec::new(); workers];
    for (worker, record) in records {
        seen[*worker as usize] = vec![false; record.put as usize];
    }
    let taken = records.iter().flat_map(|(_, record)| &record.taken);
    for element in taken.chain(rest.unwrap_or_default()) {
        let place = seen.get_mut(element.worker as usize).and_then(|seen| seen.get_mut(element.sequence as usize));
        match place {
            None => reckoning.foreign.add(*element),
            Some(true) => reckoning.doubled.add(*element),
            Some(place) => *place = true,
        }
    }
    if rest.is_some() {
        for (worker, record) in records {
            name_lost(&mut reckoning.lost, *worker, record, &seen[*worker as usize]);
        }
    }
    reckoning
}

fn name_lost(lost: &mut Named, worker: u32, record: &Record, seen: &[bool]) {
    for (sequence, _) in (0_u64..).zip(seen).filter(|(_, seen)| !**seen) {
        if !record.unsure_puts.contains(&sequence) {
            lost.add(Identity { worker, sequence });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn identity(worker: u32, sequence: u64) -> Identity {
        Identity { worker, sequence }
    }

    fn putting(count: u64) -> Record {
        let mut record = Record::default();
        for _ in 0..count {
            record.begin_put();
            record.put();
        }
        record
    }

    fn taking(mut record: Record, elements: &[Identity]) -> Record {
        for element in elements {
            record.begin_take();
            record.took(*element);
        }
        record
    }

    proptest! {
        /// Whoever takes what, and whatever is left: as long as each element comes out once, all is well; and one element
        /// less, more or other is told as what it is.
        #[test]
        fn what_comes_out_once_is_clean_and_one_mistake_is_told(
            counts in prop::collection::vec(1..20_u64, 1..5), seed in any::<u64>()
        ) {
            let all: Vec<_> = (0..).zip(&counts).flat_map(|(worker, count)| {
                (0..*count).map(move |sequence| identity(worker, sequence))
            }).collect();
            let taker = |element: &Identity| (seed.rotate_left(element.sequence as u32) as usize) % (counts.len() + 1);
            let of = |number: usize| all.iter().filter(|element| taker(element) == number).copied().collect::<Vec<_>>();
            let records: Vec<_> = (0..).zip(&counts).map(|(worker, count)| {
                (worker, taking(putting(*count), &of(worker as usize)))
            }).collect();
            let rest = of(counts.len());
            prop_assert!(reckon(&records, Some(&rest)).is_clean());
            let mut more = rest.clone();
            more.extend([all[0], identity(77, 0)]);
            let told = reckon(&records, Some(&more));
            prop_assert_eq!((told.lost.count, told.doubled.count, told.foreign.count), (0, 1, 1));
            if let Some((_, less)) = rest.split_first() {
                prop_assert_eq!(reckon(&records, Some(less)).lost.count, 1);
                prop_assert!(reckon(&records, None).is_clean());
            }
        }
    }

    #[test]
    fn an_operation_that_panicked_leaves_its_own_element_open_and_no_other() {
        let mut record = putting(2);
        record.begin_put();
        assert_eq!(reckon(&[(0, record.clone())], Some(&[identity(0, 0), identity(0, 1)])).lost.count, 0);
        assert!(reckon(&[(0, record.clone())], Some(&[0, 1, 2].map(|sequence| identity(0, sequence)))).is_clean());
        assert_eq!(reckon(&[(0, record)], Some(&[identity(0, 0)])).lost.to_string(), "worker 0 #1");
    }

    #[test]
    fn a_taking_that_was_left_open_excuses_one_lost_element_and_no_more() {
        let mut record = putting(3);
        record.begin_take();
        let records = [(0, record)];
        let one_lost = reckon(&records, Some(&[identity(0, 0), identity(0, 2)]));
        assert!(one_lost.is_clean(), "the taking may have taken it: {one_lost}");
        let all_lost = reckon(&records, Some(&[]));
        assert!(!all_lost.is_clean());
        let told = "3 lost (worker 0 #0, worker 0 #1, worker 0 #2); takings left open: 1; 3 were put in";
        assert_eq!(all_lost.to_string(), told);
        assert!(all_lost.is_clean_but_for(2) && !all_lost.is_clean_but_for(1), "some may be gone unseen");
    }

    #[test]
    fn a_refused_element_is_foreign_when_it_comes_out_and_its_number_is_used_again() {
        let mut record = putting(1);
        assert_eq!(record.begin_put(), 1);
        record.refused();
        let told = reckon(&[(0, record.clone())], Some(&[identity(0, 0), identity(0, 1)]));
        assert_eq!(told.to_string(), "1 foreign (worker 0 #1); 1 were put in");
        assert_eq!(record.begin_put(), 1);
    }
}
