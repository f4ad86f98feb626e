//! What an experiment on a known hazard expects to find, how soon, and what became of that: found or missed, by which
//! fault, which repairs are clean, and what each variant costs.

use crate::finding::Symptom;
use crate::units::TimeSpan;
use crate::verdict::Verdict;
use serde::{Deserialize, Serialize};

/// The most attempts at an expected finding; more are no experiment, but a fuzzing campaign.
pub const ATTEMPTS_MAX: u64 = 100;

/// The finding that a run has to come to; a run that misses it has lost its power and is not to be trusted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// The hazard that has to be found, such as `shared-backing`.
    pub finding: String,
    /// The symptoms that it may show as; one of them has to be seen. If left out: a panic, or any symptom that fails a run
    /// by itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shows_as: Vec<Symptom>,
    /// The time in trials with faults that may be used for it, over all attempts.
    #[serde(default = "default_within")]
    pub within: TimeSpan,
    /// For so long the load is tried without faults, too, again and again, to know what the faults are worth; once if left
    /// out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plain: Option<TimeSpan>,
}

impl Expectation {
    /// Whether the hazard may show as this symptom.
    #[must_use]
    pub fn may_show_as(&self, symptom: Symptom) -> bool {
        if self.shows_as.is_empty() {
            symptom == Symptom::Panic || symptom.fails_by_itself()
        } else {
            self.shows_as.contains(&symptom)
        }
    }
}

const fn default_within() -> TimeSpan {
    TimeSpan::from_millis(10_000)
}

/// What became of an expectation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExpectationJudgement {
    /// The hazard that had to be found.
    pub finding: String,
    /// The gravest of the expected symptoms that was seen; `None` if the finding was missed.
    pub seen: Option<Symptom>,
    /// The time under load in trials with faults until it was seen first; `None` if it was missed.
    pub found_in: Option<TimeSpan>,
    /// The time that was allowed.
    pub within: TimeSpan,
    /// How many trials with all faults were run.
    pub attempts: u32,
    /// How often something went wrong in the last of them.
    pub faulted: WrongCount,
    /// The same without faults; `None` if there was no control.
    pub control: Option<WrongCount>,
    /// The time under load in trials without faults until an expected symptom was seen; `None` if it was not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plain_found_in: Option<TimeSpan>,
    /// The time under load that was spent without faults.
    #[serde(default)]
    pub plain_tried: TimeSpan,
    /// Each fault alone; empty if there is only one, or if nothing was found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alone: Vec<AloneJudgement>,
    /// The faults that it is found by, in words: those that suffice alone, the strongest first.
    pub by: String,
}

/// What one fault alone came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AloneJudgement {
    /// The fault's kind and place.
    pub fault: String,
    /// Whether an expected symptom was seen.
    pub found: bool,
    /// How often something went wrong.
    pub count: WrongCount,
}

/// How often operations panicked or were answered wrong in one trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrongCount {
    /// How often.
    pub wrong: u64,
    /// Out of how many operations.
    pub out_of: u64,
}

impl WrongCount {
    /// Both counts together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self { wrong: self.wrong.saturating_add(other.wrong), out_of: self.out_of.saturating_add(other.out_of) }
    }

    /// The count as a share of the operations.
    #[must_use]
    pub fn rate(self) -> f64 {
        self.wrong as f64 / self.out_of.max(1) as f64
    }
}

/// What was decided about a repair under the same faults.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RepairJudgement {
    /// The variant of the target.
    pub variant: String,
    /// Pass if it is clean.
    pub verdict: Verdict,
    /// Why, in one line.
    pub reason: String,
}

/// What a variant costs without faults, as fast as it goes: the median throughput of the rounds, the latencies of all rounds
/// together, and the largest memory.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VariantCost {
    /// The variant of the target; the first one is the hazard's.
    pub variant: String,
    /// How many rounds it finished.
    pub rounds: u32,
    /// Operations a second.
    pub throughput: f64,
    /// The throughput as a multiple of the hazard's in the same round; `None` if no round has both.
    pub relative: Option<Spread>,
    /// Half of the operations took at most so long, in nanoseconds.
    pub p50_nanos: f64,
    /// 99 % of the operations took at most so long, in nanoseconds.
    pub p99_nanos: f64,
    /// The process's largest memory, in bytes.
    pub memory_bytes: u64,
}

/// A median with the least and the largest value that it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// The least value.
    pub least: f64,
    /// The value in the middle.
    pub median: f64,
    /// The largest value.
    pub most: f64,
}

impl Spread {
    /// The spread of some values; `None` if there are none.
    #[must_use]
    pub fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut values: Vec<f64> = values.into_iter().filter(|value| !value.is_nan()).collect();
        values.sort_by(f64::total_cmp);
        let (least, most) = (*values.first()?, *values.last()?);
        let (upper, lower) = (values[values.len() / 2], values[(values.len() - 1) / 2]);
        Some(Self { least, median: (lower + upper) / 2.0, most })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_lies_between_the_two_in_the_middle() {
        assert_eq!(Spread::of([4.0, 1.0, 3.0, 2.0]), Some(Spread { least: 1.0, median: 2.5, most: 4.0 }));
        assert_eq!(Spread::of([7.0, f64::NAN]), Some(Spread { least: 7.0, median: 7.0, most: 7.0 }));
        assert_eq!(Spread::of([]), None);
    }
}
