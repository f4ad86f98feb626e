//! Counts how often each outcome came. One thread writes it; the number of different outcomes is bounded.

use super::script_trait::{Judgement, Outcome};
use squall_model::OutcomeKind;

/// So many different outcomes have a row of their own; a drawn script of few threads and operations has some dozens.
const ROWS_MAX: usize = 200;
/// The places of the index: a power of two, at most four fifths of which are used.
const PLACES: usize = 256;
/// The mark of a place that leads to no row.
const NO_ROW: u8 = u8::MAX;
const _: () = assert!(ROWS_MAX < NO_ROW as usize && PLACES > ROWS_MAX);

/// One outcome, and how often it came.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) outcome: Outcome,
    pub(super) judgement: Judgement,
    pub(super) samples: u64,
}

/// How often each outcome came.
#[derive(Debug, Clone)]
pub(super) struct OutcomeTable {
    rows: Vec<Row>,
    index: [u8; PLACES],
    /// Samples without a row of their own that may come, and those that are forbidden.
    pub(super) others: u64,
    pub(super) others_forbidden: u64,
}

impl Default for OutcomeTable {
    fn default() -> Self {
        Self { rows: Vec::new(), index: [NO_ROW; PLACES], others: 0, others_forbidden: 0 }
    }
}

impl OutcomeTable {
    /// Counts an outcome, which is judged if it is new; hands on its kind.
    #[inline]
    pub(super) fn count(&mut self, outcome: &Outcome, judge: impl FnOnce() -> Judgement) -> OutcomeKind {
        let place = place_of(outcome);
        if let Some(row) = self.rows.get_mut(self.index[place] as usize)
            && row.outcome == *outcome
        {
            row.samples += 1;
            return row.judgement.kind;
        }
        self.find(outcome, judge, 1)
    }

    fn find(&mut self, outcome: &Outcome, judge: impl FnOnce() -> Judgement, samples: u64) -> OutcomeKind {
        let mut place = place_of(outcome);
        while let Some(row) = self.rows.get_mut(self.index[place] as usize) {
            if row.outcome == *outcome {
                row.samples += samples;
                return row.judgement.kind;
            }
            place = (place + 1) % PLACES;
        }
        self.enter(place, outcome, judge(), samples)
    }

    #[cold]
    fn enter(&mut self, place: usize, outcome: &Outcome, judgement: Judgement, samples: u64) -> OutcomeKind {
        let kind = judgement.kind;
        if self.rows.len() < ROWS_MAX {
            self.index[place] = self.rows.len() as u8;
            self.rows.push(Row { outcome: *outcome, judgement, samples });
        } else if kind == OutcomeKind::Forbidden {
            self.others_forbidden += samples;
        } else {
            self.others += samples;
        }
        kind
    }

    /// Takes in what another thread counted.
    pub(super) fn merge(&mut self, other: Self) {
        for row in other.rows {
            self.find(&row.outcome, || row.judgement.clone(), row.samples);
        }
        self.others += other.others;
        self.others_forbidden += other.others_forbidden;
    }

    /// The outcomes: forbidden ones first, then by how often they came.
    pub(super) fn into_rows(mut self) -> Vec<Row> {
        self.rows.sort_by_key(|row| (row.judgement.kind, std::cmp::Reverse(row.samples)));
        self.rows
    }

    pub(super) fn samples(&self) -> u64 {
        self.rows.iter().map(|row| row.samples).sum::<u64>() + self.others + self.others_forbidden
    }
}

/// Where the search for an outcome begins: products that do not wait for each other.
#[inline]
fn place_of(outcome: &Outcome) -> usize {
    const FACTORS: [u64; 6] = [
        0x9E37_79B9_7F4A_7C15,
        0xC2B2_AE3D_27D4_EB4F,
        0x1656_67B1_9E37_79F9,
        0x27D4_EB2F_1656_67C5,
        0xD6E8_FEB8_6659_FD93,
        0xA076_1D64_78BD_642F,
    ];
    let [first, second, third, fourth] = outcome.threads;
    let words = [first, second, third, fourth, outcome.end as u64, (outcome.end >> 64) as u64];
    let sum = words.iter().zip(FACTORS).fold(0, |sum: u64, (word, factor)| sum.wrapping_add(word.wrapping_mul(factor)));
    (sum >> 56) as usize % PLACES
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::Oracle;
    use std::cell::Cell;

    fn outcome(number: u64) -> Outcome {
        Outcome { threads: [number % 7, number / 7, 0, 0], end: 0 }
    }

    fn judgement(kind: OutcomeKind) -> Judgement {
        Judgement { kind, why: String::new(), oracle: Oracle::new(0, "explained") }
    }

    #[test]
    fn each_outcome_is_judged_once_and_counted_always() {
        let (mut table, judged) = (OutcomeTable::default(), Cell::new(0));
        for number in 0..10_000 {
            table.count(&outcome(number % 150), || {
                judged.set(judged.get() + 1);
                judgement(OutcomeKind::Accepted)
            });
        }
        assert_eq!((judged.get(), table.samples()), (150, 10_000));
        assert!(table.into_rows().iter().all(|row| (66..=67).contains(&row.samples)));
    }

    #[test]
    fn no_forbidden_outcome_is_overlooked_where_too_many_are_different() {
        let mut table = OutcomeTable::default();
        for number in 0..1_000 {
            let kind = if number % 2 == 0 { OutcomeKind::Accepted } else { OutcomeKind::Forbidden };
            assert_eq!(table.count(&outcome(number), || judgement(kind)), kind);
        }
        assert_eq!((table.others, table.others_forbidden), (400, 400));
        let mut merged = OutcomeTable::default();
        merged.merge(table);
        assert_eq!(merged.samples(), 1_000);
        assert_eq!(merged.into_rows()[0].judgement.kind, OutcomeKind::Forbidden);
    }
}
