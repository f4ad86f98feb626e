//! Bounds what a subject says, and speaks for one that died before it could say what its oracles saw.

use squall_model::{FRAMES_MAX, OracleReport, PanicReport, TEXT_BYTES_MAX, TrialPlan, Violation, WorkerEvidence};

/// The most facts and statements of one panic that are kept.
const CONTEXT_MAX: usize = 32;

/// The report with every part cut to its limit, whatever the subject sent.
pub(super) fn bounded(mut report: PanicReport) -> PanicReport {
    cut(&mut report.message, TEXT_BYTES_MAX);
    cut(&mut report.thread, 256);
    report.frames.truncate(FRAMES_MAX);
    report.frames.iter_mut().for_each(|frame| cut(frame, 1_024));
    report.breadcrumbs.truncate(CONTEXT_MAX);
    report.breadcrumbs.iter_mut().for_each(|statement| cut(statement, 1_024));
    while report.context.len() > CONTEXT_MAX {
        report.context.pop_last();
    }
    report.context.values_mut().for_each(|value| cut(value, 1_024));
    report
}

fn cut(text: &mut String, bytes_max: usize) {
    text.truncate(text.floor_char_boundary(bytes_max));
}

/// The oracles of a subject that died: each is undecided, but for wrong answers that workers had noted in the segment.
pub(super) fn of_the_dead(plan: &TrialPlan, violations: u64, evidence: &[WorkerEvidence]) -> Vec<OracleReport> {
    let reports = plan.oracles.iter().map(|oracle| {
        let told = if violations > 0 { noted(oracle, evidence) } else { Vec::new() };
        OracleReport {
            oracle: oracle.clone(),
            checked: told.len() as u64,
            wrong: told.len() as u64,
            violations: told,
            undecided: Some("the subject was gone before its final check".to_owned()),
        }
    });
    reports.collect()
}

/// The wrong answers that workers left as breadcrumbs, as `oracle: detail`.
fn noted(oracle: &str, evidence: &[WorkerEvidence]) -> Vec<Violation> {
    let breadcrumbs = evidence.iter().flat_map(|worker| &worker.breadcrumbs);
    let details = breadcrumbs.filter_map(|text| text.strip_prefix(oracle)?.strip_prefix(": "));
    details.map(|detail| Violation { oracle: oracle.to_owned(), detail: detail.to_owned(), count: 1 }).collect()
}
