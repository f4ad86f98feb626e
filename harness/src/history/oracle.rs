//! Judges what a trial recorded as an oracle does: takes the history, adds to the trial's record how much was looked at and what no order
//! explains, and hands on the files that show it.

use super::check::{Failure, Judgement, Settings};
use super::draw::Drawing;
use super::record::History;
use super::writer;
use crate::run::RecordedHistory;
use squall_model::history::LINEARIZABLE;
use squall_model::text::{count, counted, nanos};
use squall_model::{CounterExample, Ending, HistoryAccount, OracleReport, TrialPlan, TrialRecord, Violation};
use std::time::Duration;

/// Where the files of a run lie that show what no order explains.
const DIRECTORY: &str = "histories";
/// A check may take so long at least, however short the trial was.
const TIME_MIN: Duration = Duration::from_secs(1);

/// A file that shows what no order explains.
#[derive(Debug)]
pub struct Shown {
    /// Its name in the run directory.
    pub file: String,
    /// Its text.
    pub text: String,
}

/// Judges what a trial recorded by the oracles that were asked for, and adds that to its record. Takes no longer than the trial
/// was planned to, and a little more if something is wrong: that is made small.
pub fn judge_recorded(plan: &TrialPlan, recorded: Option<&RecordedHistory>, record: &mut TrialRecord) -> Vec<Shown> {
    let (Some(planned), Some(recorded)) = (plan.history, recorded) else { return Vec::new() };
    if record.ending == Ending::Interrupted {
        let undecided = |oracle: &String| undecided(oracle, "the trial was interrupted");
        record.oracles.extend(plan.history_oracles().map(undecided));
        return Vec::new();
    }
    let history = History::recorded(planned.model, recorded);
    let capacity = recorded.start.capacity.filter(|_| planned.model.takes_capacity());
    let settings = Settings {
        time_max: Some(plan.phases.total().duration().max(TIME_MIN)),
        capacity: capacity.map(|capacity| u32::try_from(capacity).unwrap_or(u32::MAX)),
        ..Settings::default()
    };
    let mut shown = Vec::new();
    for oracle in plan.history_oracles() {
        let judgement = history.check(&settings);
        let wrong = judgement.failure.as_ref().map(|failure| {
            let stem = format!("{DIRECTORY}/trial-{}-{oracle}", plan.number);
            Wrong::of(&history, &settings, failure, &stem, oracle)
        });
        record.oracles.push(report(oracle, &history, recorded, &judgement, wrong.as_ref()));
        let (example, files) = wrong.map_or((None, Vec::new()), |wrong| (Some(wrong.example), wrong.files));
        record.histories.push(account(oracle, &history, &judgement, example));
        shown.extend(files);
    }
    shown
}

/// What no order explains, in all its forms.
struct Wrong {
    example: CounterExample,
    detail: String,
    files: Vec<Shown>,
}

impl Wrong {
    fn of(history: &History, settings: &Settings, failure: &Failure, stem: &str, oracle: &str) -> Self {
        let shrunk = history.shrink(settings, failure);
        let anomaly = history.anomaly(settings, failure, &shrunk).name().to_owned();
        let drawing = Drawing::of(history.model, &shrunk, &failure.operation, &history.values);
        let (question, answer) = history.in_words(&failure.operation);
        let key = history.values.shown(failure.operation.key);
        let answer = answer.unwrap_or_default();
        let detail = format!("{anomaly}: no order explains that `{question}` of `{key}` was answered `{answer}`");
        let (file, picture) = (format!("{stem}.ndjson"), format!("{stem}.svg"));
        let files = vec![
            Shown { file: file.clone(), text: writer::ndjson(history.model, &shrunk, &history.values) },
            Shown { file: picture.clone(), text: drawing.svg() },
        ];
        let arguments = arguments(history, settings, oracle);
        Self { example: CounterExample { anomaly, drawing: drawing.lines(), file, picture, arguments }, detail, files }
    }
}

fn arguments(history: &History, settings: &Settings, oracle: &str) -> String {
    debug_assert_eq!(oracle, LINEARIZABLE, "the only oracle that looks at whole histories");
    let capacity = settings.capacity.map_or(String::new(), |capacity| format!(" --capacity {capacity}"));
    format!("--model {}{capacity}", history.model.name())
}

fn report(
    oracle: &str,
    history: &History,
    recorded: &RecordedHistory,
    judgement: &Judgement,
    wrong: Option<&Wrong>,
) -> OracleReport {
    let answered = recorded.workers.iter().flatten().filter(|record| record.answer.is_some()).count() as u64;
    let violation = |wrong: &Wrong| Violation {
        oracle: oracle.to_owned(),
        detail: wrong.detail.clone(),
        count: judgement.wrong as u64,
    };
    let gave_up = judgement.undecided > 0 && wrong.is_none();
    let budget = || {
        let objects = counted(judgement.undecided as u64, "object");
        let (took, explored) = (nanos(judgement.took.as_nanos() as f64), counted(judgement.explored, "situation"));
        format!("{objects} of {} could not be decided within {took}, {explored} looked at", judgement.objects)
    };
    OracleReport {
        oracle: oracle.to_owned(),
        checked: answered,
        wrong: judgement.wrong as u64,
        violations: wrong.map(violation).into_iter().collect(),
        undecided: gave_up.then(budget),
        spared: spared(history, recorded, judgement),
    }
}

/// What was not looked at, if anything.
fn spared(history: &History, recorded: &RecordedHistory, judgement: &Judgement) -> Option<String> {
    let objects = counted(judgement.objects as u64, "object");
    let operations = count(history.records.len() as u64);
    match (recorded.ended, recorded.is_whole) {
        (Some(_), _) => Some(format!("only the first {operations} operations on {objects} fit into the record")),
        (None, false) => Some(format!("{objects} of all, from the first operation to the last")),
        (None, true) => None,
    }
}

fn account(oracle: &str, history: &History, judgement: &Judgement, wrong: Option<CounterExample>) -> HistoryAccount {
    HistoryAccount {
        oracle: oracle.to_owned(),
        model: history.model,
        operations: history.records.len() as u64,
        objects: judgement.objects as u64,
        undecided: judgement.undecided as u64,
        explored: judgement.explored,
        took: judgement.took.into(),
        wrong,
    }
}

fn undecided(oracle: &str, why: &str) -> OracleReport {
    OracleReport {
        oracle: oracle.to_owned(),
        checked: 0,
        wrong: 0,
        violations: Vec::new(),
        undecided: Some(why.to_owned()),
        spared: None,
    }
}
