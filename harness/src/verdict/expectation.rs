//! Takes the records of a run that expects a finding, hands on whether it came, how soon, and by which fault.

use super::seen::seen;
use super::symptom::gravity;
use squall_model::units::TimeSpan;
use squall_model::{
    AloneJudgement, Expectation, ExpectationJudgement, Phase, Plan, Symptom, TrialRecord, TrialRole, WrongCount, text,
};

/// A load without faults that shows a hazard at least so often, as a share of its rate under faults, explains it by
/// itself: the faults are not needed.
const CONTROL_EXPLAINS: f64 = 0.5;
/// A fault alone finds a hazard if it shows at least so many times as often as without faults.
const ALONE_LIFTS: f64 = 2.0;

/// A fault alone whose sites squall draws, where the trial that found something had none.
const NO_SITE: &str = "no drawn site";

/// What found a hazard that showed before any fault was armed.
const BEFORE_FAULTS: &str = "the load alone, before any fault";

/// The gravest of the expected symptoms that a trial shows.
pub fn expected_symptom(plan: &Plan, expect: &Expectation, record: &TrialRecord) -> Option<Symptom> {
    let expected = seen(plan, record).into_iter().filter(|symptom| expect.may_show_as(*symptom));
    expected.min_by_key(|symptom| gravity(*symptom))
}

/// The time under load that a trial took.
pub fn load_time(record: &TrialRecord) -> TimeSpan {
    record.phases.iter().fold(TimeSpan::ZERO, |sum, totals| sum.plus(totals.length))
}

/// Judges what became of the expectation, if there is one. A finding that came too late is missed.
pub(super) fn judge_expectation(plan: &Plan, records: &[TrialRecord]) -> Option<ExpectationJudgement> {
    let expect = plan.criteria.expect.as_ref()?;
    let with_role = |role| records.iter().filter(move |record| record.role == role);
    let treatments: Vec<&TrialRecord> = with_role(TrialRole::Treatment).collect();
    let first = first_found(plan, expect, &treatments).filter(|(_, found_in)| *found_in <= expect.within);
    let alone: Vec<AloneJudgement> =
        with_role(TrialRole::Alone).map(|record| judge_alone(plan, expect, record)).collect();
    let controls: Vec<&TrialRecord> = with_role(TrialRole::Control).collect();
    let control = controls.iter().map(|record| wrong_of(record)).reduce(WrongCount::plus);
    let plain = first_found(plan, expect, &controls).map(|(_, found_in)| found_in);
    let treatment = treatments.last().copied();
    let by = match (first, treatment) {
        (Some((symptom, _)), Some(treatment)) if came_before_faults(treatment, symptom) => BEFORE_FAULTS.to_owned(),
        (Some(_), Some(treatment)) => found_by(plan, control.filter(|_| plain.is_some()), treatment, &alone),
        _ => String::new(),
    };
    Some(ExpectationJudgement {
        finding: expect.finding.clone(),
        seen: first.map(|(symptom, _)| symptom),
        found_in: first.map(|(_, found_in)| found_in),
        within: expect.within,
        attempts: treatments.len() as u32,
        faulted: treatment.map_or(WrongCount { wrong: 0, out_of: 0 }, wrong_of),
        control,
        plain_found_in: plain,
        plain_tried: controls.iter().fold(TimeSpan::ZERO, |sum, record| sum.plus(load_time(record))),
        alone,
        by,
    })
}

/// The first expected symptom, and the time under load in trials with faults until it was seen.
fn first_found(plan: &Plan, expect: &Expectation, treatments: &[&TrialRecord]) -> Option<(Symptom, TimeSpan)> {
    let mut before = TimeSpan::ZERO;
    for record in treatments {
        if let Some(symptom) = expected_symptom(plan, expect, record) {
            return Some((
                symptom,
                before.plus(earliest(plan, expect, record).unwrap_or_else(|| allotted(plan, record))),
            ));
        }
        before = before.plus(allotted(plan, record));
    }
    None
}

/// The time under load that a trial took, but not what the last phase ran over its planned end: that is not the hazard's.
fn allotted(plan: &Plan, record: &TrialRecord) -> TimeSpan {
    let planned = plan.trials.iter().find(|trial| trial.number == record.number);
    planned.map_or(load_time(record), |trial| load_time(record).min(trial.phases.total()))
}

/// When the first of the expected symptoms was seen, of those that are known to have been seen while the load went on.
fn earliest(plan: &Plan, expect: &Expectation, record: &TrialRecord) -> Option<TimeSpan> {
    let expected = seen(plan, record).into_iter().filter(|symptom| expect.may_show_as(*symptom));
    expected.filter_map(|symptom| first_time(record, symptom)).min()
}

/// When a symptom was first seen while the load went on.
const fn first_time(record: &TrialRecord, symptom: Symptom) -> Option<TimeSpan> {
    match symptom {
        Symptom::Panic => record.first_panic,
        Symptom::WrongResult => record.first_violation,
        _ => None,
    }
}

/// Whether a symptom was seen before the fault phase began.
fn came_before_faults(record: &TrialRecord, symptom: Symptom) -> bool {
    let before = record.phases.iter().filter(|totals| totals.phase < Phase::Fault);
    let undisturbed = before.fold(TimeSpan::ZERO, |sum, totals| sum.plus(totals.length));
    first_time(record, symptom).is_some_and(|first| first <= undisturbed)
}

fn judge_alone(plan: &Plan, expect: &Expectation, record: &TrialRecord) -> AloneJudgement {
    let trial = plan.trials.iter().find(|trial| trial.number == record.number);
    // One fault, or the stalls at all sites that were drawn for one.
    let faults: Vec<String> =
        trial.into_iter().flat_map(|trial| &trial.faults).map(|planned| planned.fault.to_string()).collect();
    AloneJudgement {
        fault: if faults.is_empty() { NO_SITE.to_owned() } else { faults.join(" and ") },
        found: expected_symptom(plan, expect, record).is_some(),
        count: wrong_of(record),
    }
}

/// How many operations panicked, were answered wrong or misused memory, out of how many.
pub(super) fn wrong_of(record: &TrialRecord) -> WrongCount {
    let outcomes = record.phases.iter().fold(Default::default(), |sum, totals| totals.outcomes() + sum);
    let violations = record.oracles.iter().fold(0_u64, |sum, report| sum.saturating_add(report.wrong));
    let misuse = record.memory.iter().fold(0_u64, |sum, incident| sum.saturating_add(incident.count));
    let wrong = outcomes.panic.saturating_add(violations).saturating_add(misuse);
    WrongCount { wrong, out_of: outcomes.judged() }
}

/// The faults by which it was found, the strongest first, in words; the load, if it suffices. `control` is what goes wrong
/// without faults, if an expected symptom was among it.
fn found_by(plan: &Plan, control: Option<WrongCount>, treatment: &TrialRecord, alone: &[AloneJudgement]) -> String {
    let without_faults = control.map_or(0.0, WrongCount::rate);
    let planned = plan.trials.iter().find(|trial| trial.number == treatment.number);
    let faults: Vec<String> =
        planned.into_iter().flat_map(|trial| &trial.faults).map(|fault| fault.fault.to_string()).collect();
    if faults.is_empty() || control.is_some() && without_faults >= wrong_of(treatment).rate() * CONTROL_EXPLAINS {
        return "the load alone".to_owned();
    }
    let lifts = |line: &&AloneJudgement| line.found && line.count.rate() >= without_faults * ALONE_LIFTS;
    let mut found: Vec<&AloneJudgement> = alone.iter().filter(lifts).collect();
    found.sort_by(|left, right| right.count.rate().total_cmp(&left.count.rate()));
    match (found.as_slice(), faults.as_slice()) {
        ([], [fault]) => fault.clone(),
        ([], faults) if alone.is_empty() => format!("{} faults together", faults.len()),
        ([], faults) => format!("only {} together", text::counted(faults.len() as u64, "fault")),
        (found, _) => found.iter().map(|line| line.fault.as_str()).collect::<Vec<_>>().join("; "),
    }
}
