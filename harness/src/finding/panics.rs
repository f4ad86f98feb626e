//! Takes a trial's panic reports, hands on one finding for each place and message that panicked by itself.
//!
//! Reports carry no phase of their own once they are joined, so panics are counted over all phases, here and in the
//! control.

use super::context::{Context, ended_with, judged};
use super::fingerprint::{fingerprint, source_file};
use super::mask::masked;
use crate::verdict::is_runtime_remark;
use squall_model::text::{counted, cut};
use squall_model::{ControlCount, Finding, Outcome, PanicReport, SourceLocation, Symptom, TrialRecord};
use std::collections::BTreeMap;

/// So many different messages of one group are kept as examples.
const EXAMPLES_MAX: usize = 5;
const TITLE_CHARACTERS_MAX: usize = 100;

/// The findings of all panics that squall did not inject.
pub(super) fn findings(context: &Context<'_>) -> Vec<Finding> {
    let reports: Vec<_> = own_panics(context.record).collect();
    let stacks = known_stacks(&reports);
    let mut groups: BTreeMap<String, Vec<&PanicReport>> = BTreeMap::new();
    for report in reports {
        groups.entry(fingerprint_of(report, &stacks)).or_default().push(report);
    }
    if groups.is_empty() {
        return unreported(context).into_iter().collect();
    }
    groups.into_iter().map(|(fingerprint, group)| of_group(context, fingerprint, &group, &stacks)).collect()
}

/// The panics of the target itself: neither injected, nor the runtime's remark on one that could not unwind.
pub(super) fn own_panics(record: &TrialRecord) -> impl DoubleEndedIterator<Item = &PanicReport> {
    record.panics.iter().filter(|report| !report.injected && !is_runtime_remark(&report.message))
}

type Stacks<'a> = BTreeMap<&'a SourceLocation, &'a [String]>;

/// The stack of each place that panicked. Only the first report from a place has one; it stands for the later ones, so
/// that they are not taken for another cause.
fn known_stacks<'a>(reports: &[&'a PanicReport]) -> Stacks<'a> {
    let mut stacks = BTreeMap::new();
    for report in reports.iter().filter(|report| !report.frames.is_empty()) {
        if let Some(location) = &report.location {
            stacks.entry(location).or_insert(report.frames.as_slice());
        }
    }
    stacks
}

fn stack_of<'a>(report: &'a PanicReport, stacks: &Stacks<'a>) -> &'a [String] {
    let known = report.location.as_ref().and_then(|location| stacks.get(location));
    known.copied().unwrap_or(&report.frames)
}

fn fingerprint_of(report: &PanicReport, stacks: &Stacks<'_>) -> String {
    let file = report.location.as_ref().map(|location| location.file.as_str());
    fingerprint(Symptom::Panic, &report.message, file, stack_of(report, stacks))
}

fn of_group(context: &Context<'_>, fingerprint: String, group: &[&PanicReport], stacks: &Stacks<'_>) -> Finding {
    let first = group[0];
    let count = group.iter().map(|report| report.count).fold(0, u64::saturating_add);
    let control = context.control.map(|control| ControlCount {
        count: own_panics(control)
            .filter(|report| site(report) == site(first))
            .map(|report| report.count)
            .fold(0, u64::saturating_add),
        out_of: judged(control),
    });
    let finding = context.finding(Symptom::Panic, title(first), fingerprint);
    let finding = context.counted(finding, count, judged(context.record), control);
    Finding {
        phase: group.iter().filter_map(|report| report.phase).min(),
        details: details(group),
        stack: stack_of(first, stacks).to_vec(),
        context: first.context.clone(),
        breadcrumbs: first.breadcrumbs.clone(),
        ..finding
    }
}

/// What the control is searched for: message and file, since the way into the place may differ without faults.
fn site(report: &PanicReport) -> (String, Option<String>) {
    (masked(&report.message), report.location.as_ref().map(|location| source_file(&location.file)))
}

/// `worker panicked: index out of bounds (targets/src/x.rs)`.
fn title(report: &PanicReport) -> String {
    let who = if report.worker.is_some() { "worker" } else { "thread" };
    let (message, file) = site(report);
    let message = cut(&gist(&message), TITLE_CHARACTERS_MAX);
    file.map_or_else(|| format!("{who} panicked: {message}"), |file| format!("{who} panicked: {message} ({file})"))
}

/// The message without the part behind its last colon, if that part is about numbers.
fn gist(message: &str) -> String {
    match message.rsplit_once(": ") {
        Some((head, tail)) if tail.contains('#') && !head.is_empty() => head.to_owned(),
        _ if message.is_empty() => "without a message".to_owned(),
        _ => message.to_owned(),
    }
}

/// The places and the first different messages, as they were.
fn details(group: &[&PanicReport]) -> Vec<String> {
    let mut details: Vec<String> = Vec::new();
    for report in group {
        let place = report.location.as_ref().map_or_else(String::new, |location| format!(" at {location}"));
        let line = format!("{}{place}", report.message);
        if details.len() < EXAMPLES_MAX && !details.contains(&line) {
            details.push(line);
        }
    }
    details
}

/// Panics that were counted but never reported, as by a program without the probe's hook.
fn unreported(context: &Context<'_>) -> Option<Finding> {
    let count = ended_with(context.record, Outcome::Panic);
    let control = context
        .control
        .map(|control| ControlCount { count: ended_with(control, Outcome::Panic), out_of: judged(control) });
    let title = format!("{} of {} without a report", counted(count, "panic"), context.workload());
    let name = super::fingerprint::named(Symptom::Panic, &format!("unreported in {}", context.workload()));
    (count > 0).then(|| {
        let finding = context.finding(Symptom::Panic, title, name);
        context.counted(finding, count, judged(context.record), control)
    })
}
