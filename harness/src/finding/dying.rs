//! Takes a trial's ending, hands on the finding that it is, if it is one: with the last words of the process and, where
//! a panic ended it, that panic's stack.

use super::context::Context;
use super::fingerprint::{fingerprint, named};
use super::panics::own_panics;
use crate::verdict::{ending_in_words, ending_symptom};
use squall_model::{ControlCount, Ending, Finding, PanicReport, Symptom};

/// So many of the last lines of the standard error are kept.
const LINES_MAX: usize = 20;

/// The finding of a trial that did not end as told.
pub(super) fn finding(context: &Context<'_>) -> Option<Finding> {
    let symptom = ending_symptom(context.record)?;
    let title = ending_in_words(context.record);
    let control = context
        .control
        .map(|control| ControlCount { count: u64::from(ending_symptom(control) == Some(symptom)), out_of: 1 });
    let last = last_panic(context, symptom);
    let finding = context.finding(symptom, title, name(context, symptom, last));
    Some(Finding {
        control,
        phase: context.last_phase(),
        details: last_words(context, last),
        stack: last.map(|report| report.frames.clone()).unwrap_or_default(),
        context: last.map(|report| report.context.clone()).unwrap_or_default(),
        breadcrumbs: last.map(|report| report.breadcrumbs.clone()).unwrap_or_default(),
        ..finding
    })
}

/// The panic that ended the process, where one did: the last that the target raised itself.
fn last_panic<'a>(context: &Context<'a>, symptom: Symptom) -> Option<&'a PanicReport> {
    let by_panic = matches!(symptom, Symptom::PanicInDrop | Symptom::DoublePanic);
    by_panic.then(|| own_panics(context.record).next_back()).flatten()
}

/// What the death is known by: the panic that caused it, or else what the process said or did last, and the workload.
fn name(context: &Context<'_>, symptom: Symptom, last: Option<&PanicReport>) -> String {
    if let Some(report) = last {
        let file = report.location.as_ref().map(|location| location.file.as_str());
        return fingerprint(symptom, &report.message, file, &report.frames);
    }
    let cause = match &context.record.ending {
        Ending::Signaled { signal } => format!("signal {signal}"),
        Ending::Exited { code } => format!("exit code {code}"),
        _ => String::new(),
    };
    let said = context.record.stderr_tail.lines().rev().find(|line| line.starts_with("fatal runtime error: "));
    named(symptom, &format!("{}\0{cause}\0{}", context.workload(), said.unwrap_or("")))
}

/// The last panic's message, then the last lines of the standard error.
fn last_words(context: &Context<'_>, last: Option<&PanicReport>) -> Vec<String> {
    let panic = last.map(|report| {
        let place = report.location.as_ref().map_or_else(String::new, |location| format!(" at {location}"));
        format!("{}{place}", report.message)
    });
    let lines: Vec<_> = context.record.stderr_tail.lines().filter(|line| !line.trim().is_empty()).collect();
    let tail = lines[lines.len().saturating_sub(LINES_MAX)..].iter().map(|line| (*line).to_owned());
    panic.into_iter().chain(tail).collect()
}
