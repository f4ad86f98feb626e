//! Takes a trial's plan and hands on its steps in order: which phase begins when, which fault is armed and healed when.

use squall_model::units::TimeSpan;
use squall_model::{Phase, TrialPlan};

/// One step of a trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// A fault is healed.
    Heal(usize),
    /// A phase begins.
    Begin(Phase),
    /// A fault is armed.
    Arm(usize),
    /// The load ends.
    End,
}

/// The steps with their times since the trial's beginning. At one and the same time healing comes first and arming last,
/// so that no fault reaches into a phase that it does not belong to.
pub(super) fn steps(plan: &TrialPlan) -> Vec<(TimeSpan, Step)> {
    let mut steps = Vec::new();
    let mut start = TimeSpan::ZERO;
    for phase in Phase::ALL {
        let length = plan.phases.get(phase);
        if length.is_zero() {
            continue;
        }
        steps.push((start, Step::Begin(phase)));
        if phase == Phase::Fault {
            let end = start.plus(length);
            for (number, fault) in plan.faults.iter().enumerate() {
                let armed = start.plus(fault.start);
                steps.push((armed, Step::Arm(number)));
                steps.push((armed.plus(fault.length).min(end), Step::Heal(number)));
            }
        }
        start = start.plus(length);
    }
    steps.push((start, Step::End));
    steps.sort_by_key(|(time, step)| (*time, order(*step)));
    steps
}

const fn order(step: Step) -> u8 {
    match step {
        Step::Heal(_) => 0,
        Step::End => 1,
        Step::Begin(_) => 2,
        Step::Arm(_) => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use squall_model::fault::{Fault, FaultPlan, Realloc};
    use squall_model::{Keys, Limits, Load, PhaseLengths, TrialRole};

    fn plan(lengths: [u64; 4], windows: &[(u64, u64)]) -> TrialPlan {
        let millis = TimeSpan::from_millis;
        let faults = windows.iter().enumerate().map(|(number, (start, length))| FaultPlan {
            number: number as u32,
            decision_key: 0,
            fault: Fault::Realloc(Realloc { poison: true, ..Realloc::default() }),
            start: millis(*start),
            length: millis(*length),
            functions: Vec::new(),
            drawn: false,
        });
        TrialPlan {
            number: 0,
            role: TrialRole::Treatment,
            attempt: 0,
            variant: String::new(),
            seed: 1,
            workload: "w".to_owned(),
            params: serde_json::Value::Null,
            operations: vec!["a".to_owned()],
            oracles: Vec::new(),
            load: Load {
                workers: 1,
                rate: None,
                arrivals: squall_model::Arrivals::Fixed,
                weights: vec![1],
                keys: Keys::default(),
                timeout: millis(1_000),
                scripts: None,
            },
            phases: PhaseLengths {
                warmup: millis(lengths[0]),
                baseline: millis(lengths[1]),
                fault: millis(lengths[2]),
                recovery: millis(lengths[3]),
            },
            faults: faults.collect(),
            limits: Limits { stuck_after: millis(1), settle: millis(1), memory_bytes_max: None },
            history: None,
        }
    }

    proptest! {
        #[test]
        fn every_fault_is_armed_once_and_healed_inside_the_fault_phase(
            lengths in proptest::array::uniform4(1_u64..500),
            windows in proptest::collection::vec((0_u64..500, 1_u64..800), 0..6),
        ) {
            let windows: Vec<_> = windows.into_iter().filter(|(start, _)| *start < lengths[2]).collect();
            let steps = steps(&plan(lengths, &windows));
            let place = |wanted: Step| steps.iter().position(|(_, step)| *step == wanted).unwrap();
            for number in 0..windows.len() {
                prop_assert!(place(Step::Begin(Phase::Fault)) < place(Step::Arm(number)));
                prop_assert!(place(Step::Arm(number)) < place(Step::Heal(number)));
                prop_assert!(place(Step::Heal(number)) < place(Step::Begin(Phase::Recovery)));
            }
            prop_assert_eq!(steps.last().unwrap(), &(TimeSpan::from_millis(lengths.iter().sum()), Step::End));
            prop_assert!(steps.is_sorted_by_key(|(time, _)| *time));
        }
    }

    #[test]
    fn a_phase_of_no_length_is_left_out() {
        let steps = steps(&plan([0, 10, 20, 0], &[]));
        let phases: Vec<_> = steps.iter().map(|(_, step)| *step).collect();
        assert_eq!(phases, [Step::Begin(Phase::Baseline), Step::Begin(Phase::Fault), Step::End]);
    }
}
