//! Oracles decide whether answers are right. They count what they looked at, because an oracle that looked at nothing
//! proves nothing.

use squall_model::{OracleReport, TEXT_BYTES_MAX, Violation};

/// How many wrong answers of one oracle are told in full, on each thread; more are counted.
const VIOLATIONS_TOLD_MAX: usize = 16;

/// One oracle of a workload. Declare it as a constant and list it in the workload's `ORACLES`:
///
/// ```
/// use squall_probe::Oracle;
/// const OWN_VALUE: Oracle = Oracle::new(0, "own_value");
/// const NO_LOST_UPDATE: Oracle = Oracle::new(1, "no_lost_update");
/// const ORACLES: &[Oracle] = &[OWN_VALUE, NO_LOST_UPDATE];
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Oracle {
    place: usize,
    name: &'static str,
}

impl Oracle {
    /// The oracle at this place of the workload's list.
    #[must_use]
    pub const fn new(place: usize, name: &'static str) -> Self {
        Self { place, name }
    }

    /// The oracle's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.name
    }
}

/// What one thread saw of each oracle.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    counts: Vec<OracleCount>,
}

#[derive(Debug, Clone, Default)]
struct OracleCount {
    checked: u64,
    wrong: u64,
    told: Vec<String>,
    spared: Option<String>,
}

impl Tally {
    pub(crate) fn new(oracles: &[Oracle]) -> Self {
        Self { counts: vec![OracleCount::default(); oracles.len()] }
    }

    #[inline]
    pub(crate) fn count(&mut self, oracle: Oracle, checked: u64) {
        self.counts[oracle.place].checked += checked;
    }

    /// Counts a wrong answer; its detail is made only while few are known. Hands on the detail if it was made.
    #[cold]
    pub(crate) fn wrong(&mut self, oracle: Oracle, wrong: u64, detail: impl FnOnce() -> String) -> Option<&str> {
        let count = &mut self.counts[oracle.place];
        count.wrong += wrong;
        if count.told.len() >= VIOLATIONS_TOLD_MAX {
            return None;
        }
        let mut text = detail();
        text.truncate(text.floor_char_boundary(TEXT_BYTES_MAX));
        count.told.push(text);
        count.told.last().map(String::as_str)
    }

    pub(crate) fn merge(&mut self, other: Self) {
        for (mine, theirs) in self.counts.iter_mut().zip(other.counts) {
            mine.checked += theirs.checked;
            mine.wrong += theirs.wrong;
            mine.told.extend(theirs.told);
            mine.told.truncate(VIOLATIONS_TOLD_MAX);
            mine.spared = mine.spared.take().or(theirs.spared);
        }
    }

    /// The reports of the oracles that were asked for. `undecided` is why the final check did not come to its end.
    pub(crate) fn reports(self, oracles: &[Oracle], asked: &[String], undecided: Option<&str>) -> Vec<OracleReport> {
        let counted =
            oracles.iter().zip(self.counts).filter(|(oracle, _)| asked.iter().any(|name| name == oracle.name));
        counted
            .map(|(oracle, count)| OracleReport {
                oracle: oracle.name.to_owned(),
                checked: count.checked,
                wrong: count.wrong,
                violations: count.told.into_iter().map(|detail| violation(oracle, detail)).collect(),
                undecided: undecided.map(str::to_owned),
                spared: count.spared,
            })
            .collect()
    }
}

fn violation(oracle: &Oracle, detail: String) -> Violation {
    Violation { oracle: oracle.name.to_owned(), detail, count: 1 }
}

/// The check after the load: the workload looks at its container once all workers have ended.
#[derive(Debug)]
pub struct FinalCheck {
    pub(crate) tally: Tally,
}

impl FinalCheck {
    /// States whether something holds; `detail` names the keys or elements concerned if not.
    pub fn expect(&mut self, oracle: Oracle, holds: bool, detail: impl FnOnce() -> String) {
        self.tally.count(oracle, 1);
        if !holds {
            let _ = self.tally.wrong(oracle, 1, detail);
        }
    }

    /// Says what the oracle did not judge, and why; it is told beside what the oracle came to.
    pub fn spare(&mut self, oracle: Oracle, what_and_why: String) {
        self.tally.counts[oracle.place].spared = Some(what_and_why);
    }

    /// States that `wrong` of `checked` elements are wrong; `detail` names them.
    pub fn expect_none(&mut self, oracle: Oracle, checked: u64, wrong: u64, detail: impl FnOnce() -> String) {
        self.tally.count(oracle, checked);
        if wrong > 0 {
            let _ = self.tally.wrong(oracle, wrong, detail);
        }
    }
}
