//! Bounds what a subject says, and speaks for one that died before it could say what its oracles saw.

use squall_model::{
    ErrorTally, FRAMES_MAX, OracleReport, PanicReport, SCRIPT_OUTCOMES_MAX, SCRIPT_TABLES_MAX, SCRIPT_THREADS_MAX,
    ScriptsRecord, SourceLocation, TEXT_BYTES_MAX, TrialPlan, Violation, WorkerEvidence,
};

/// The most bytes of a name, a value or a reason that are kept.
const SHORT_BYTES_MAX: usize = 1_024;
/// The most wrong answers of one oracle that are kept in full.
const VIOLATIONS_MAX: usize = 64;
/// The most different error messages that are kept.
const ERRORS_MAX: usize = 64;
/// The most facts and statements of one panic that are kept.
const CONTEXT_MAX: usize = 32;

/// The report with every part cut to its limit, whatever the subject sent.
pub(super) fn bounded(mut report: PanicReport) -> PanicReport {
    cut(&mut report.message, TEXT_BYTES_MAX);
    cut(&mut report.thread, 256);
    report.frames.truncate(FRAMES_MAX);
    report.frames.iter_mut().for_each(|frame| cut(frame, SHORT_BYTES_MAX));
    report.breadcrumbs.truncate(CONTEXT_MAX);
    report.breadcrumbs.iter_mut().for_each(|statement| cut(statement, SHORT_BYTES_MAX));
    while report.context.len() > CONTEXT_MAX {
        report.context.pop_last();
    }
    let context = std::mem::take(&mut report.context);
    report.context = context.into_iter().map(|(key, value)| (short(key), short(value))).collect();
    report.operation = report.operation.map(short);
    report.location = report.location.map(|place| SourceLocation { file: short(place.file), ..place });
    report
}

fn short(mut text: String) -> String {
    cut(&mut text, SHORT_BYTES_MAX);
    text
}

/// The oracles that were planned, each with a bounded number of wrong answers told in full.
pub(super) fn bounded_oracles(plan: &TrialPlan, reports: Vec<OracleReport>) -> Vec<OracleReport> {
    let planned = |report: &OracleReport| plan.own_oracles().any(|name| *name == report.oracle);
    let reports = reports.into_iter().filter(planned).map(|mut report| {
        report.violations.truncate(VIOLATIONS_MAX);
        report.violations.iter_mut().for_each(|violation| cut(&mut violation.detail, TEXT_BYTES_MAX));
        report.undecided = report.undecided.map(short);
        report
    });
    reports.take(plan.oracles.len()).collect()
}

/// A bounded number of error messages, each cut.
pub(super) fn bounded_errors(mut errors: Vec<ErrorTally>) -> Vec<ErrorTally> {
    errors.truncate(ERRORS_MAX);
    errors.iter_mut().for_each(|error| cut(&mut error.message, TEXT_BYTES_MAX));
    errors
}

/// What scripts came to: a bounded number of tables and rows, each text cut.
pub(super) fn bounded_scripts(mut scripts: ScriptsRecord) -> ScriptsRecord {
    scripts.tables.truncate(SCRIPT_TABLES_MAX);
    for table in scripts.tables.iter_mut().chain(&mut scripts.under_way) {
        cut(&mut table.prepared, SHORT_BYTES_MAX);
        table.threads.truncate(SCRIPT_THREADS_MAX as usize);
        table.threads.iter_mut().for_each(|calls| cut(calls, SHORT_BYTES_MAX));
        table.outcomes.truncate(SCRIPT_OUTCOMES_MAX);
        for outcome in &mut table.outcomes {
            outcome.answers.truncate(SCRIPT_THREADS_MAX as usize + 1);
            outcome.answers.iter_mut().for_each(|answer| cut(answer, SHORT_BYTES_MAX));
            cut(&mut outcome.why, SHORT_BYTES_MAX);
        }
    }
    scripts
}

/// A reason of the subject's, cut.
pub(super) fn bounded_reason(reason: &str) -> String {
    short(reason.to_owned())
}

fn cut(text: &mut String, bytes_max: usize) {
    text.truncate(text.floor_char_boundary(bytes_max));
}

/// The oracles of a subject that died: each is undecided, but for wrong answers that workers had noted in the segment.
pub(super) fn of_the_dead(plan: &TrialPlan, violations: u64, evidence: &[WorkerEvidence]) -> Vec<OracleReport> {
    let reports = plan.own_oracles().map(|oracle| {
        let told = if violations > 0 { noted(oracle, evidence) } else { Vec::new() };
        OracleReport {
            oracle: oracle.clone(),
            checked: told.len() as u64,
            wrong: told.len() as u64,
            violations: told,
            undecided: Some("the subject was gone before its final check".to_owned()),
            spared: None,
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
