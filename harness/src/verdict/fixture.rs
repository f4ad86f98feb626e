//! Records and plans for tests: a healthy trial of 1 s warmup, 3 s baseline, a fault phase and 3 s recovery, in
//! intervals of 100 ms with 1,000 operations of about 100 µs each.

use squall_model::segment::bucket_of;
use squall_model::units::TimeSpan;
use squall_model::{
    Arrivals, ControlPolicy, Criteria, Ending, Interval, Keys, Limits, Load, OutcomeCounts, Phase, PhaseLengths,
    PhaseTotals, Plan, RESULTS_FORMAT, Threshold, TrialPlan, TrialRecord, TrialRole, Usage,
};

pub(crate) const OPERATIONS: u64 = 1_000;
const LATENCY_NANOS: u64 = 100_000;
const INTERVAL: TimeSpan = TimeSpan::from_millis(100);

/// A plan with a control, a treatment without faults, and these thresholds.
pub(crate) fn plan(thresholds: &[(&str, &str)]) -> Plan {
    let thresholds = thresholds.iter().map(|(name, written)| Threshold::parse(name, written).unwrap());
    let criteria = Criteria {
        thresholds: thresholds.collect(),
        confidence: 0.95,
        control: ControlPolicy::Skip,
        canary: None,
        hazard: Some("shared-backing".to_owned()),
        expect: None,
        forbid: None,
        abort_when: None,
    };
    let trials = vec![trial(0, TrialRole::Control), trial(1, TrialRole::Treatment)];
    Plan { format: RESULTS_FORMAT, seed: 42, trials, criteria, campaign: None }
}

fn trial(number: u32, role: TrialRole) -> TrialPlan {
    TrialPlan {
        number,
        role,
        attempt: 0,
        variant: "map.sharded".to_owned(),
        seed: 7,
        workload: "map.sharded".to_owned(),
        params: serde_json::json!({}),
        operations: vec!["get".to_owned(), "insert".to_owned()],
        oracles: Vec::new(),
        history: None,
        load: Load {
            workers: 4,
            rate: None,
            arrivals: Arrivals::Poisson,
            weights: vec![1, 1],
            keys: Keys::default(),
            timeout: TimeSpan::from_millis(1_000),
            scripts: None,
        },
        phases: PhaseLengths {
            warmup: TimeSpan::from_millis(1_000),
            baseline: TimeSpan::from_millis(3_000),
            fault: TimeSpan::from_millis(4_000),
            recovery: TimeSpan::from_millis(3_000),
        },
        faults: Vec::new(),
        limits: Limits {
            stuck_after: TimeSpan::from_millis(2_000),
            settle: TimeSpan::from_millis(5_000),
            memory_bytes_max: None,
        },
    }
}

/// A record of a treatment in which nothing happened.
pub(crate) fn empty_record() -> TrialRecord {
    TrialRecord {
        number: 1,
        role: TrialRole::Treatment,
        variant: "map.sharded".to_owned(),
        first_panic: None,
        first_violation: None,
        ending: Ending::Finished,
        phases: Vec::new(),
        timeline: Vec::new(),
        meters: Vec::new(),
        errors: Vec::new(),
        panics: Vec::new(),
        oracles: Vec::new(),
        histories: Vec::new(),
        memory: Vec::new(),
        scripts: None,
        workers: Vec::new(),
        stderr_tail: String::new(),
        usage: Usage::default(),
    }
}

/// Begins every phase, with so many operations ended by squall itself in each and no other.
pub(crate) fn begin_all_phases(record: &mut TrialRecord, injected: u64) {
    for phase in Phase::ALL {
        let counts = OutcomeCounts { injected, ..OutcomeCounts::default() };
        let by_operation = vec![counts, OutcomeCounts::default()];
        let length = TimeSpan::from_millis(3_000);
        record.phases.push(PhaseTotals { phase, length, by_operation, latency: Default::default() });
    }
}

/// A healthy record whose fault phase has so many intervals, each changed by `change`.
pub(crate) fn record_with(change: impl FnMut(&mut Interval), intervals: usize) -> TrialRecord {
    record_of(intervals, OPERATIONS, change)
}

/// The same with another number of successful operations in each interval of the fault phase.
pub(crate) fn record_of(intervals: usize, operations: u64, mut change: impl FnMut(&mut Interval)) -> TrialRecord {
    let mut record = empty_record();
    append_phase(&mut record, Phase::Warmup, 10, OPERATIONS, |_| {});
    append_phase(&mut record, Phase::Baseline, 30, OPERATIONS, |_| {});
    append_phase(&mut record, Phase::Fault, intervals, operations, &mut change);
    append_phase(&mut record, Phase::Recovery, 30, OPERATIONS, |_| {});
    record
}

/// Appends a phase to timeline and totals.
pub(crate) fn append_phase(
    record: &mut TrialRecord,
    phase: Phase,
    intervals: usize,
    operations: u64,
    mut change: impl FnMut(&mut Interval),
) {
    let mut totals = PhaseTotals {
        phase,
        length: TimeSpan::ZERO,
        by_operation: vec![OutcomeCounts::default(); 2],
        latency: Default::default(),
    };
    let mut start = record.timeline.last().map_or(TimeSpan::ZERO, |last| last.start.plus(last.length));
    for _ in 0..intervals {
        let mut interval = Interval {
            phase,
            start,
            length: INTERVAL,
            outcomes: OutcomeCounts { ok: operations, ..OutcomeCounts::default() },
            p50_nanos: LATENCY_NANOS,
            p99_nanos: LATENCY_NANOS * 2,
            p999_nanos: LATENCY_NANOS * 3,
            armed: 0,
            violations: 0,
        };
        change(&mut interval);
        start = start.plus(interval.length);
        totals.length = totals.length.plus(interval.length);
        totals.by_operation[0] += interval.outcomes;
        totals.latency.add(bucket_of(LATENCY_NANOS), interval.outcomes.total());
        record.timeline.push(interval);
    }
    record.phases.push(totals);
}

/// Ends the record with this phase, as a subject does that dies in it.
pub(crate) fn cut_after(record: &mut TrialRecord, phase: Phase) {
    record.phases.retain(|totals| totals.phase <= phase);
    record.timeline.retain(|interval| interval.phase <= phase);
}

/// The totals of a phase, to be changed.
pub(crate) fn phase_mut(record: &mut TrialRecord, phase: Phase) -> &mut PhaseTotals {
    record.phases.iter_mut().find(|totals| totals.phase == phase).unwrap()
}
