//! Takes the oracles' reports of one trial, hands on one judgement for each oracle that was asked for.

use squall_model::text::{count, cut};
use squall_model::{OracleJudgement, OracleReport, TrialPlan, TrialRecord, Verdict};

/// A violation's detail is shown up to this length in a reason; the finding has all of it.
const DETAIL_CHARACTERS_MAX: usize = 120;

/// The judgement of every planned oracle in the plan's order, then of any that reported without being planned.
pub fn judge_oracles(trial: &TrialPlan, record: &TrialRecord) -> Vec<OracleJudgement> {
    let planned = trial.oracles.iter().map(|name| {
        let report = record.oracles.iter().find(|report| report.oracle == *name);
        (name, report)
    });
    let unplanned = record.oracles.iter().filter(|report| !trial.oracles.contains(&report.oracle));
    planned
        .chain(unplanned.map(|report| (&report.oracle, Some(report))))
        .map(|(name, report)| line(name, report, record))
        .collect()
}

fn line(name: &str, report: Option<&OracleReport>, record: &TrialRecord) -> OracleJudgement {
    let (verdict, reason) = match report {
        None => (Verdict::Inconclusive, format!("{name} did not report")),
        Some(report) => decide(report),
    };
    OracleJudgement {
        name: name.to_owned(),
        trial: record.role,
        verdict,
        checked: report.map_or(0, |report| report.checked),
        wrong: report.map_or(0, |report| report.wrong),
        spared: report.and_then(|report| report.spared.as_ref()).map(|what| cut(what, DETAIL_CHARACTERS_MAX)),
        reason,
    }
}

/// What was seen to be wrong stays wrong, whatever happened to the oracle afterwards.
fn decide(report: &OracleReport) -> (Verdict, String) {
    let name = &report.oracle;
    if report.wrong > 0 {
        let first = report.violations.first().map(|violation| violation.detail.as_str());
        let detail = first.map_or_else(String::new, |detail| format!(": {}", cut(detail, DETAIL_CHARACTERS_MAX)));
        return (
            Verdict::Fail,
            format!("{name} found {} of {} wrong{detail}", count(report.wrong), count(report.checked)),
        );
    }
    match &report.undecided {
        Some(why) => (Verdict::Inconclusive, format!("{name} could not decide: {}", cut(why, DETAIL_CHARACTERS_MAX))),
        None if report.checked == 0 => (Verdict::Inconclusive, format!("{name} looked at nothing")),
        None => (Verdict::Pass, format!("{name} found nothing wrong in {}", count(report.checked))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::fixture;
    use squall_model::Violation;

    fn judged(report: Option<OracleReport>) -> OracleJudgement {
        let mut trial = fixture::plan(&[]).trials.remove(1);
        trial.oracles = vec!["own_elements".to_owned()];
        let mut record = fixture::empty_record();
        record.oracles = report.into_iter().collect();
        judge_oracles(&trial, &record).remove(0)
    }

    fn report(checked: u64, wrong: u64, undecided: Option<&str>) -> Option<OracleReport> {
        let detail = "elements lost: 17, 23".to_owned();
        let violation = Violation { oracle: "own_elements".to_owned(), detail, count: 1 };
        let violations = if wrong > 0 { vec![violation] } else { Vec::new() };
        let undecided = undecided.map(str::to_owned);
        let spared = Some("the tail was not looked at".to_owned());
        Some(OracleReport { oracle: "own_elements".to_owned(), checked, wrong, violations, undecided, spared })
    }

    #[test]
    fn an_oracle_passes_only_if_it_looked_at_something_and_came_to_an_end() {
        for (report, verdict, part) in [
            (report(100, 0, None), Verdict::Pass, "nothing wrong in 100"),
            (report(100, 2, None), Verdict::Fail, "2 of 100 wrong: elements lost: 17, 23"),
            (report(100, 2, Some("it panicked")), Verdict::Fail, "2 of 100"),
            (report(100, 0, Some("it panicked")), Verdict::Inconclusive, "it panicked"),
            (report(0, 0, None), Verdict::Inconclusive, "looked at nothing"),
            (None, Verdict::Inconclusive, "did not report"),
        ] {
            let line = judged(report);
            assert_eq!(line.verdict, verdict, "{}", line.reason);
            assert!(line.reason.contains(part), "{}", line.reason);
            assert_eq!(line.spared.is_some(), part != "did not report", "what is not judged is told: {line:?}");
        }
    }

    #[test]
    fn an_oracle_that_nobody_asked_for_is_heard_all_the_same() {
        let trial = fixture::plan(&[]).trials.remove(1);
        let mut record = fixture::empty_record();
        record.oracles = report(9, 9, None).into_iter().collect();
        assert_eq!(judge_oracles(&trial, &record)[0].verdict, Verdict::Fail);
    }
}
