//! Takes a plan, hands on how long its run will probably take.

use squall_model::units::TimeSpan;
use squall_model::{Plan, TrialRole};

/// What a trial takes beside its phases: to start the subject, fill its container, stop it and check.
const BESIDE_PHASES: TimeSpan = TimeSpan::from_millis(250);

/// The time of all trials of a plan, with one attempt at what it expects: the first one mostly suffices.
pub fn expected_length(plan: &Plan) -> TimeSpan {
    let mut attempted = false;
    plan.trials.iter().fold(TimeSpan::ZERO, |sum, trial| {
        let is_further_attempt = trial.role == TrialRole::Treatment && std::mem::replace(&mut attempted, true);
        if is_further_attempt { sum } else { sum.plus(trial.phases.total()).plus(BESIDE_PHASES) }
    })
}
