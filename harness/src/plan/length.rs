//! Takes a plan, hands on how long its run will probably take.

use squall_model::Plan;
use squall_model::units::TimeSpan;

/// What a trial takes beside its phases: to start the subject, fill its container, stop it and check.
const BESIDE_PHASES: TimeSpan = TimeSpan::from_millis(250);

/// The time of all trials of a plan, with one attempt at what it expects: the first one mostly suffices.
pub fn expected_length(plan: &Plan) -> TimeSpan {
    let first = plan.trials.iter().filter(|trial| trial.attempt == 0);
    first.fold(TimeSpan::ZERO, |sum, trial| sum.plus(trial.phases.total()).plus(BESIDE_PHASES))
}
