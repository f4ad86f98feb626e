//! Lets one worker use a container in the order that a test asks for, and tells which oracles found it wrong.

use squall_probe::{Call, Workload, rehearse};

/// One call after another on a workload with its parameters as they are by default: the oracles that found a wrong answer, and
/// what each told first. An oracle that looked at nothing is told, too.
pub(crate) fn complaints<W: Workload>(calls: impl IntoIterator<Item = (W::Operation, u64)>) -> Vec<(String, String)> {
    let calls = calls.into_iter().map(|(operation, key)| Call { operation, key }).collect();
    let reports = rehearse::<W>(&W::Params::default(), vec![calls]).expect("the workload can be built");
    let told = reports.into_iter().filter_map(|report| match report.violations.into_iter().next() {
        Some(violation) => Some((report.oracle, violation.detail)),
        None if report.checked == 0 => Some((report.oracle, "looked at nothing".to_owned())),
        None => None,
    });
    told.collect()
}

/// The same, of which only the oracles' names are of interest.
pub(crate) fn found_wrong<W: Workload>(calls: impl IntoIterator<Item = (W::Operation, u64)>) -> Vec<String> {
    complaints::<W>(calls).into_iter().map(|(oracle, _)| oracle).collect()
}
