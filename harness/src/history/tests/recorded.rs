//! What workers record becomes the history that it is: in the order of its stamps, open where it is not known, and the same again when it
//! was written and read.

use super::{history, judged};
use crate::history::{History, HistoryModel, NEVER, Verb, writer};
use crate::run::RecordedHistory;
use squall_model::Verdict;
use squall_model::segment::{HistoryRecord, HistoryStart, Told};

fn asked(verb: Verb, argument: Option<u64>, invocation: u64, answer: Option<(u64, Told)>) -> HistoryRecord {
    HistoryRecord { object: 7, verb, argument, invocation, answer }
}

fn recorded(workers: Vec<Vec<HistoryRecord>>) -> RecordedHistory {
    let start = HistoryStart { capacity: None, first: Some((Verb::Insert, 0)) };
    RecordedHistory { start, workers, ended: None, is_whole: true }
}

/// An insertion that ends at `ended`, and a get that begins at `begun` and is told what was there before the load.
fn stale(ended: u64, begun: u64) -> RecordedHistory {
    let insert = asked(Verb::Insert, Some(1), 10, Some((ended, Told::Number(0))));
    let get = asked(Verb::Read, None, begun, Some((90, Told::Number(0))));
    recorded(vec![vec![insert], vec![get]])
}

fn verdict(recorded: &RecordedHistory) -> Verdict {
    judged(&History::recorded(HistoryModel::Map, recorded)).verdict
}

#[test]
fn an_answer_is_held_against_what_had_ended_when_it_was_asked_for_and_equal_stamps_overlap() {
    assert_eq!(verdict(&stale(20, 21)), Verdict::Fail);
    assert_eq!(verdict(&stale(20, 20)), Verdict::Pass);
    assert_eq!(verdict(&stale(20, 15)), Verdict::Pass);
}

#[test]
fn what_was_answered_after_recording_had_ended_is_not_known() {
    let mut cut = stale(20, 21);
    cut.ended = Some(50);
    let history = History::recorded(HistoryModel::Map, &cut);
    assert_eq!(history.records.iter().filter(|record| !record.is_answered()).count(), 1);
    assert!(history.records.iter().all(|record| record.is_answered() || record.answer.is_none()));
    assert_eq!(judged(&history).verdict, Verdict::Pass);
}

#[test]
fn a_worker_is_somebody_else_after_an_operation_that_never_ended_or_while_one_goes_on() {
    let insert = |invocation, answer| asked(Verb::Insert, Some(invocation), invocation, answer);
    let done = |stamp| Some((stamp, Told::Done));
    let worker =
        vec![insert(1, done(2)), insert(3, None), insert(5, done(20)), insert(7, done(8)), insert(30, done(40))];
    let history = History::recorded(HistoryModel::Map, &recorded(vec![worker]));
    let of_worker = &history.records[1..];
    let names: Vec<String> = of_worker.iter().map(|record| history.values.shown(record.process)).collect();
    assert_eq!(names[..4], ["0", "0", "\"0.2\"", "\"0.3\""]);
    assert!(names[4] == names[2] || names[4] == names[3], "{names:?}");
    assert_eq!(of_worker[1].response, NEVER);
}

#[test]
fn what_is_written_is_read_again_as_it_was() {
    let records = vec![
        vec![
            asked(Verb::Insert, Some(1), 10, Some((20, Told::Number(0)))),
            asked(Verb::Remove, None, 30, None),
            asked(Verb::Update, Some(2), 40, Some((50, Told::Applied))),
        ],
        vec![
            asked(Verb::GetOrInsert, Some(3), 15, Some((60, Told::Number(1)))),
            asked(Verb::Insert, Some(4), 70, Some((80, Told::Refused))),
            asked(Verb::Read, None, 90, Some((95, Told::Nothing))),
        ],
    ];
    let told = History::recorded(HistoryModel::Map, &recorded(records));
    let again = history(HistoryModel::Map, &writer::ndjson(HistoryModel::Map, &told.records, &told.values));
    let plain = |history: &History| -> Vec<_> {
        let shown = |record: &crate::history::Record| {
            (history.in_words(record), record.applied, record.invocation, record.response)
        };
        history.records.iter().map(shown).collect()
    };
    assert_eq!(plain(&told), plain(&again));
}
