//! Takes a plan, hands on how long its run will probably take.

use squall_model::units::TimeSpan;
use squall_model::{Plan, TrialRole};

/// What a trial takes beside its phases: to start the subject, fill its container, stop it and check.
const BESIDE_PHASES: TimeSpan = TimeSpan::from_millis(250);

/// The time of all trials of a plan, with one attempt at what it expects: the first one mostly suffices. A campaign that
/// expects nothing takes its whole time.
pub fn expected_length(plan: &Plan) -> TimeSpan {
    let whole = plan.trials_judged() > 1;
    let needed = plan.trials.iter().filter(|trial| trial.attempt == 0 || whole && trial.role == TrialRole::Treatment);
    needed.fold(TimeSpan::ZERO, |sum, trial| sum.plus(trial.phases.total()).plus(BESIDE_PHASES))
}
