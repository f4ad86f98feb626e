//! Takes a trial's record, hands on every symptom that it shows: those that one sees, and those that only a threshold shows.

use super::review::Review;
use super::symptom::symptoms;
use super::threshold::alpha_of;
use squall_model::{Metric, Plan, Symptom, TrialRecord, Verdict};

/// The symptoms of a trial, gravest first; broken thresholds and slow recovery come last.
pub fn seen(plan: &Plan, record: &TrialRecord) -> Vec<Symptom> {
    let mut seen = symptoms(record);
    let criteria = &plan.criteria;
    let review = Review::of(plan, record, alpha_of(plan));
    for line in review.thresholds.iter().filter(|line| line.verdict == Verdict::Fail) {
        let named = criteria.thresholds.iter().find(|threshold| threshold.name == line.name);
        let symptom = match named.map(|threshold| threshold.metric) {
            Some(Metric::RecoveryTime) => Symptom::SlowRecovery,
            Some(Metric::Latency { .. } | Metric::Throughput) => Symptom::ThresholdBroken,
            _ => continue,
        };
        if !seen.contains(&symptom) {
            seen.push(symptom);
        }
    }
    seen
}

/// What was seen in place of something else, in words.
pub(super) fn seen_instead(seen: &[Symptom]) -> String {
    if seen.is_empty() {
        return "nothing was seen".to_owned();
    }
    format!("seen instead: {}", seen.iter().map(|symptom| symptom.name()).collect::<Vec<_>>().join(", "))
}
