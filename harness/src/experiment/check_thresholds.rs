//! Takes the thresholds as written, hands on the read ones; objects to unknown ones and to those about nothing.

use super::node::shortened;
use super::objection::Objection;
use super::path::NodePath;
use super::problem::Problem;
use super::suggestion::Suggestion;
use squall_model::units::TimeSpan;
use squall_model::{Limit, Metric, Ordered, Phase, PhaseLengths, Threshold, ThresholdError};

/// Reads and checks each threshold.
pub(super) fn read(written: &Ordered<String>, phases: &PhaseLengths) -> Result<Vec<Threshold>, Objection> {
    let read_one = |(name, condition): &(String, String)| {
        let path = NodePath::keys(&["thresholds", name]);
        let threshold = Threshold::parse(name, condition).map_err(|error| objection(path.clone(), name, &error))?;
        check(&threshold, phases, path)?;
        Ok(threshold)
    };
    written.0.iter().map(read_one).collect()
}

fn objection(path: NodePath, name: &str, error: &ThresholdError) -> Objection {
    match error {
        ThresholdError::UnknownMetric { .. } => {
            let suggestion = suggestion(name);
            let problem = Problem::UnknownName { what: "threshold", name: shortened(name), within: None, suggestion };
            Objection::to_key(path, problem)
        }
        _ => Objection::to_value(path, Problem::Threshold(error.to_string())),
    }
}

/// Compares with the plain names, and behind the name of a phase with those that may stand there.
fn suggestion(name: &str) -> Suggestion {
    let mut suggestion = Suggestion::new(name, Metric::NAMES);
    let phases = [Phase::Baseline, Phase::Fault, Phase::Recovery].map(Phase::name);
    if let Some((phase, _)) = name.split_once('.').filter(|(phase, _)| phases.contains(phase)) {
        let plain = Metric::NAMES.iter().filter(|metric| **metric != "recovery.time");
        let in_phase = plain.map(|metric| format!("{phase}.{metric}"));
        let candidates = in_phase.chain((phase == "recovery").then(|| "recovery.time".to_owned()));
        suggestion.nearest = Suggestion::new(name, candidates).nearest.or(suggestion.nearest);
    }
    suggestion
}

fn check(threshold: &Threshold, phases: &PhaseLengths, path: NodePath) -> Result<(), Objection> {
    let problem = |reason: String| Problem::ThresholdOnNothing { threshold: threshold.name.clone(), reason };
    let on_nothing = |path, reason| Err(Objection::to_key(path, problem(reason)));
    let phase = threshold.phase;
    if phases.get(phase).is_zero() {
        return on_nothing(path, format!("the {phase} phase lasts 0s"));
    }
    let relative = matches!(threshold.limit, Limit::TimesBaseline(_));
    let needs_baseline = relative || threshold.metric == Metric::RecoveryTime;
    if needs_baseline && phases.baseline.is_zero() {
        return on_nothing(path, "the baseline phase, with which it compares, lasts 0s".to_owned());
    }
    if relative && phase == Phase::Baseline {
        return on_nothing(path, "it compares the baseline with itself".to_owned());
    }
    match (threshold.metric, threshold.limit) {
        (Metric::RecoveryTime, Limit::Absolute(nanos)) if nanos > phases.recovery.nanos() as f64 => {
            let limit = TimeSpan::from_nanos(nanos as u64);
            let reason = format!("its limit {limit} is longer than the recovery phase of {}", phases.recovery);
            Err(Objection::to_value(path, problem(reason)))
        }
        _ => Ok(()),
    }
}
