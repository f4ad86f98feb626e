//! Takes the oracles' reports, hands on one finding for each kind of wrong answer, with the elements concerned.

use super::context::Context;
use super::fingerprint::named;
use super::mask::{masked, numbers};
use squall_model::text::{count, cut};
use squall_model::units::TimeSpan;
use squall_model::{ControlCount, Finding, OracleReport, Phase, Symptom, TrialRecord, Violation};
use std::collections::BTreeMap;

/// So many elements are named in a title.
const ELEMENTS_MAX: usize = 5;
/// So many violations are kept in one finding.
const DETAILS_MAX: usize = 32;
/// One oracle has at most so many kinds of wrong answers; a text that masking does not make equal would give thousands.
const KINDS_MAX: usize = 8;
const TITLE_CHARACTERS_MAX: usize = 160;

/// The findings of all oracles that found something wrong.
pub(super) fn findings(context: &Context<'_>) -> Vec<Finding> {
    let broken = context.record.oracles.iter().filter(|report| report.wrong > 0);
    broken.flat_map(|report| of_oracle(context, report)).collect()
}

fn of_oracle(context: &Context<'_>, report: &OracleReport) -> Vec<Finding> {
    let mut kinds: BTreeMap<String, Vec<&Violation>> = BTreeMap::new();
    for violation in &report.violations {
        kinds.entry(kind_of(violation)).or_default().push(violation);
    }
    if kinds.is_empty() {
        kinds.insert(String::new(), Vec::new());
    }
    let mut kinds: Vec<_> = kinds.into_iter().collect();
    kinds.sort_by_key(|(_, violations)| std::cmp::Reverse(total(violations)));
    kinds.truncate(KINDS_MAX);
    let is_only_kind = kinds.len() == 1;
    kinds
        .iter()
        .map(|(kind, violations)| {
            let wrong = if is_only_kind { report.wrong } else { total(violations) };
            of_kind(context, report, kind, violations, wrong)
        })
        .collect()
}

/// What a wrong answer says before it begins to list: two losses are of one kind, however many elements they name.
fn kind_of(violation: &Violation) -> String {
    let masked = masked(&violation.detail);
    masked.split_once(": ").map_or_else(|| masked.clone(), |(kind, _)| kind.to_owned())
}

fn of_kind(context: &Context<'_>, report: &OracleReport, kind: &str, violations: &[&Violation], wrong: u64) -> Finding {
    let title = cut(&title(&report.oracle, violations, wrong), TITLE_CHARACTERS_MAX);
    let fingerprint = named(Symptom::WrongResult, &format!("{}\0{kind}", report.oracle));
    let control = context.control.and_then(|control| in_control(control, report, kind));
    let finding = context.finding(Symptom::WrongResult, title, fingerprint);
    let finding = context.counted(finding, wrong, report.checked, control);
    Finding {
        phase: phase_of_first(context.record),
        details: violations.iter().take(DETAILS_MAX).map(|violation| violation.detail.clone()).collect(),
        ..finding
    }
}

/// The phase in which an oracle was first contradicted, if that was during the load.
fn phase_of_first(record: &TrialRecord) -> Option<Phase> {
    let first = record.first_violation?;
    let mut end = TimeSpan::ZERO;
    record.phases.iter().find_map(|totals| {
        end = end.plus(totals.length);
        (first <= end).then_some(totals.phase)
    })
}

/// How often the control showed the same kind. All wrong answers count if it showed no other, since only the first ones
/// are described.
fn in_control(control: &TrialRecord, report: &OracleReport, kind: &str) -> Option<ControlCount> {
    let same = control.oracles.iter().find(|other| other.oracle == report.oracle)?;
    let of_kind: Vec<_> = same.violations.iter().filter(|violation| kind_of(violation) == kind).collect();
    let count = if of_kind.len() == same.violations.len() { same.wrong } else { total(&of_kind) };
    Some(ControlCount { count, out_of: same.checked })
}

fn total(violations: &[&Violation]) -> u64 {
    violations.iter().fold(0, |sum, violation| sum.saturating_add(violation.count))
}

/// `own_elements: 12 elements lost: 17, 23, …`, or the first wrong answer where no single element can be named.
fn title(oracle: &str, violations: &[&Violation], wrong: u64) -> String {
    let wrong = count(wrong);
    let Some(first) = violations.first() else {
        return format!("{oracle}: {wrong} wrong");
    };
    let kind = masked(&first.detail);
    if kind.matches('#').count() != 1 {
        let line = first.detail.lines().next().unwrap_or_default();
        return format!("{oracle}: {wrong} wrong, such as: {line}");
    }
    let elements = elements(violations);
    match kind.strip_suffix(": #") {
        Some(what) => format!("{oracle}: {wrong} {what}: {elements}"),
        None => format!("{oracle}: {wrong} times `{kind}`: {elements}"),
    }
}

fn elements(violations: &[&Violation]) -> String {
    let mut elements: Vec<&str> = Vec::new();
    for number in violations.iter().flat_map(|violation| numbers(&violation.detail)) {
        if !elements.contains(&number) {
            elements.push(number);
        }
        if elements.len() > ELEMENTS_MAX {
            elements[ELEMENTS_MAX] = "…";
            break;
        }
    }
    elements.join(", ")
}
