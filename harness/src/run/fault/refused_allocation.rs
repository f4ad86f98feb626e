//! Tells the abort of a subject whose allocation squall let fail from other aborts.

use squall_model::fault::Fault;
use squall_model::{Ending, Meter, TrialPlan, failed_allocation_bytes};

const ABORT_SIGNAL: i32 = 6;

/// The ending as what it is, if the subject aborted because an allocation failed and a fault of the plan had let allocations
/// fail: Rust aborts there by design. Not if the experiment takes such an abort for a failure.
pub(in crate::run) fn refused_allocation(
    plan: &TrialPlan,
    meters: &[Meter],
    stderr_tail: &str,
    ending: &Ending,
) -> Option<Ending> {
    let refused = |(fault, meter): (&Fault, &Meter)| match fault {
        Fault::AllocFailure(failure) => !failure.abort_fails && meter.fired > 0,
        _ => false,
    };
    let faults = plan.faults.iter().map(|planned| &planned.fault);
    if *ending != (Ending::Signaled { signal: ABORT_SIGNAL }) || !faults.zip(meters).any(refused) {
        return None;
    }
    failed_allocation_bytes(stderr_tail).map(|bytes| Ending::AllocationRefused { bytes })
}

#[cfg(test)]
mod tests {
    use super::*;
    use squall_model::fault::FaultPlan;
    use squall_model::units::TimeSpan;

    const SAID: &str = "noise\nmemory allocation of 64 bytes failed\nmemory allocation of 9 bytes failed\n";
    const ABORTED: Ending = Ending::Signaled { signal: ABORT_SIGNAL };

    fn plan(fault: &str) -> TrialPlan {
        let fault: Fault = serde_yaml::from_str(fault).unwrap();
        let mut plan: TrialPlan = serde_json::from_str(include_str!("armed_test_plan.json")).unwrap();
        let (start, length) = (TimeSpan::ZERO, TimeSpan::from_millis(1));
        plan.faults =
            vec![FaultPlan { number: 0, decision_key: 1, fault, start, length, functions: Vec::new(), drawn: false }];
        plan
    }

    fn refused(fault: &str, fired: u64, said: &str, ending: &Ending) -> Option<Ending> {
        refused_allocation(&plan(fault), &[Meter { fired, ..Meter::default() }], said, ending)
    }

    #[test]
    fn an_abort_is_by_design_only_if_squall_let_an_allocation_fail_and_the_runtime_says_so() {
        let failing = "{alloc_failure: {nth: 3}}";
        assert_eq!(refused(failing, 1, SAID, &ABORTED), Some(Ending::AllocationRefused { bytes: 64 }));
        assert_eq!(refused(failing, 0, SAID, &ABORTED), None);
        assert_eq!(refused(failing, 1, "panicked", &ABORTED), None);
        assert_eq!(refused(failing, 1, SAID, &Ending::Signaled { signal: 11 }), None);
        assert_eq!(refused("{alloc_failure: {nth: 3, abort_fails: true}}", 1, SAID, &ABORTED), None);
        assert_eq!(refused("{realloc: {poison: true}}", 1, SAID, &ABORTED), None);
    }
}
