//! Each kind of mistake gets its name, in the smallest history that shows it and among others.

use super::{history, judged};
use crate::history::{Drawing, HistoryModel, Order, Settings};
use squall_model::Verdict;

/// A process, what it asks, and the argument with the answer.
type Step = (&'static str, &'static str, &'static str);

/// A history from short lines: `process operation argument -> answer`, each ended before the next begins.
fn lines(steps: &[Step]) -> String {
    let mut text = String::new();
    for (process, operation, rest) in steps {
        let (argument, answer) = rest.split_once("->").unwrap_or((rest, ""));
        let field = |value: &str| match value.trim() {
            "" => String::new(),
            "refused" => ", \"applied\": false".to_owned(),
            value => format!(", \"value\": {value}"),
        };
        let begin = format!("{{\"process\": {process}, \"op\": \"{operation}\"");
        text += &format!("{begin}, \"kind\": \"invoke\"{}}}\n", field(argument));
        text += &format!("{begin}, \"kind\": \"ok\"{}}}\n", field(answer));
    }
    text
}

fn named(model: HistoryModel, steps: &[Step]) -> &'static str {
    let history = history(model, &lines(steps));
    let Some(failure) = judged(&history).failure else { return "nothing" };
    let shrunk = history.shrink(&Settings::default(), &failure);
    history.anomaly(&Settings::default(), &failure, &shrunk).name()
}

#[test]
fn each_anomaly_is_named() {
    use HistoryModel::{
        Bag, Cache, CasRegister, Counter, Deque, Iteration, Kv, Log, Map, OnceCell, Pool, PriorityQueue, Queue,
        Register, Set, Snapshot, Stack,
    };
    let cases: &[(HistoryModel, &[Step], &str)] = &[
        (Register, &[("0", "write", "1"), ("0", "write", "2"), ("1", "read", "-> 1")], "stale read"),
        (Register, &[("0", "write", "1"), ("1", "read", "-> 3")], "value from nowhere"),
        (Register, &[("0", "write", "[1, 1]"), ("0", "write", "[2, 2]"), ("1", "read", "-> [1, 2]")], "torn pair"),
        (CasRegister, &[("0", "write", "1"), ("0", "cas", "[1, 2]"), ("1", "cas", "[1, 3]")], "lost update"),
        (Counter, &[("0", "add", "2"), ("1", "add", "1"), ("1", "read", "-> 2")], "lost update"),
        (Set, &[("0", "add", "5 -> true"), ("1", "contains", "5 -> false")], "lost update"),
        (
            Set,
            &[("0", "add", "5 -> true"), ("0", "remove", "5 -> true"), ("1", "remove", "5 -> true")],
            "duplicate delivery",
        ),
        (Set, &[("0", "add", "5"), ("0", "remove", "5"), ("1", "contains", "5 -> true")], "resurrected key"),
        (Map, &[("0", "insert", "1 -> null"), ("0", "remove", "-> 1"), ("1", "get", "-> 1")], "resurrected key"),
        (Map, &[("0", "insert", "1 -> null"), ("0", "insert", "2 -> 1"), ("1", "get", "-> 1")], "stale read"),
        (Map, &[("0", "insert", "1 -> null"), ("1", "get", "-> null")], "lost update"),
        (Cache, &[("0", "insert", "1"), ("1", "get", "-> null")], "nothing"),
        (Cache, &[("0", "insert", "1"), ("1", "get", "-> null"), ("1", "get", "-> 1")], "resurrected key"),
        (Cache, &[("0", "insert", "1"), ("0", "insert", "2"), ("1", "get", "-> 1")], "stale read"),
        (Cache, &[("0", "insert", "1"), ("0", "remove", ""), ("1", "get", "-> 1")], "resurrected key"),
        (Bag, &[("0", "put", "1"), ("0", "put", "2"), ("1", "take", "-> 2"), ("1", "take", "-> 1")], "nothing"),
        (Bag, &[("0", "put", "1"), ("1", "take", "-> 1"), ("2", "take", "-> 1")], "duplicate delivery"),
        (Bag, &[("0", "put", "1"), ("1", "take", "-> null")], "lost update"),
        (Deque, &[("0", "push", "1"), ("0", "push", "2"), ("1", "steal", "-> 1"), ("0", "pop", "-> 2")], "nothing"),
        (Deque, &[("0", "push", "1"), ("0", "push", "2"), ("1", "steal", "-> 2")], "order inversion"),
        (Deque, &[("0", "push", "1"), ("0", "pop", "-> 1"), ("1", "steal", "-> 1")], "duplicate delivery"),
        (
            Queue,
            &[("0", "enqueue", "1"), ("0", "enqueue", "2"), ("1", "dequeue", "-> 2"), ("1", "dequeue", "-> 1")],
            "FIFO inversion",
        ),
        (Queue, &[("0", "enqueue", "1"), ("1", "dequeue", "-> 1"), ("2", "dequeue", "-> 1")], "duplicate delivery"),
        (Queue, &[("0", "enqueue", "1"), ("1", "dequeue", "-> null")], "lost update"),
        (Stack, &[("0", "push", "1"), ("0", "push", "2"), ("1", "pop", "-> 1")], "order inversion"),
        (PriorityQueue, &[("0", "push", "1"), ("0", "push", "2"), ("1", "pop", "-> 2")], "order inversion"),
        (Log, &[("0", "append", "7 -> 0"), ("1", "append", "8 -> 0")], "lost update"),
        (Log, &[("0", "append", "7"), ("1", "length", "-> 1"), ("1", "length", "-> 0")], "version going back"),
        (Kv, &[("0", "append", "\"a\""), ("1", "append", "\"b\""), ("1", "get", "-> \"a\"")], "lost update"),
        (Kv, &[("0", "append", "\"a\""), ("1", "get", "-> \"aa\"")], "duplicate delivery"),
        (OnceCell, &[("0", "get-or-init", "1 -> 1"), ("1", "get-or-init", "2 -> 2")], "double initialisation"),
        (Pool, &[("0", "acquire", "-> 1"), ("1", "acquire", "-> 1")], "duplicate delivery"),
        (
            Snapshot,
            &[("0", "publish", "1"), ("0", "publish", "2"), ("1", "read", "-> 2"), ("1", "read", "-> 1")],
            "version going back",
        ),
        (
            Snapshot,
            &[("0", "publish", "1"), ("0", "publish", "2"), ("1", "read", "-> 1"), ("1", "read", "-> 2")],
            "nothing",
        ),
        (Snapshot, &[("0", "publish", "[1, 1]"), ("0", "publish", "[2, 2]"), ("1", "read", "-> [1, 2]")], "torn pair"),
        (Iteration, &[("0", "insert", "1"), ("1", "iterate", "-> []")], "lost update"),
        (Iteration, &[("0", "insert", "1"), ("1", "iterate", "-> [1, 1]")], "duplicate delivery"),
        (Iteration, &[("0", "insert", "1"), ("0", "remove", "1"), ("1", "iterate", "-> [1]")], "resurrected key"),
        (Iteration, &[("0", "insert", "1"), ("0", "remove", "1"), ("1", "iterate", "-> []")], "nothing"),
    ];
    for (model, steps, expected) in cases {
        assert_eq!(named(*model, steps), *expected, "{}: {steps:?}", model.name());
    }
}

/// The verdict without real time, and the anomaly's name.
fn named_by_program(model: HistoryModel, steps: &[Step]) -> (Verdict, &'static str) {
    let history = history(model, &lines(steps));
    let settings = Settings { order: Order::Program, ..Settings::default() };
    let judgement = history.check(&settings);
    let Some(failure) = &judgement.failure else { return (judgement.verdict, "nothing") };
    let shrunk = history.shrink(&settings, failure);
    (judgement.verdict, history.anomaly(&settings, failure, &shrunk).name())
}

#[test]
fn a_stale_read_is_sequential_until_the_reader_knows_better() {
    let stale: &[Step] = &[("0", "write", "1"), ("0", "write", "2"), ("1", "read", "-> 1")];
    assert_eq!(named(HistoryModel::Register, stale), "stale read");
    assert_eq!(named_by_program(HistoryModel::Register, stale), (Verdict::Pass, "nothing"));
    let known = [stale, &[("1", "read", "-> 2"), ("1", "read", "-> 1")]].concat();
    assert_eq!(named_by_program(HistoryModel::Register, &known), (Verdict::Fail, "stale read"));
    let own: &[Step] = &[("0", "write", "1"), ("0", "write", "2"), ("0", "read", "-> 1")];
    assert_eq!(named_by_program(HistoryModel::Register, own), (Verdict::Fail, "stale read"));
    let before: &[Step] = &[("0", "dequeue", "-> 7"), ("1", "enqueue", "7")];
    assert_eq!(named(HistoryModel::Queue, before), "value from nowhere");
    assert_eq!(named_by_program(HistoryModel::Queue, before), (Verdict::Pass, "nothing"));
    // An update that found nothing did nothing, so that nothing was overwritten before the insertion.
    let idle: &[Step] = &[("0", "update", "1"), ("0", "insert", "2 -> null"), ("1", "get", "-> null")];
    assert_eq!(named_by_program(HistoryModel::Map, idle), (Verdict::Pass, "nothing"));
    let lost: &[Step] = &[("0", "increment", ""), ("0", "read", "-> 0")];
    assert_eq!(named_by_program(HistoryModel::Counter, lost), (Verdict::Fail, "lost update"));
}

#[test]
fn a_drawing_shows_the_processes_side_by_side_and_where_no_order_is_left() {
    let steps = [("0", "write", "1"), ("0", "write", "2"), ("1", "read", "-> 2"), ("1", "read", "-> 1")];
    let history = history(HistoryModel::Register, &lines(&steps));
    let failure = judged(&history).failure.unwrap();
    let shrunk = history.shrink(&Settings::default(), &failure);
    let drawing = Drawing::of(HistoryModel::Register, &shrunk, &failure.operation, &history.values);
    let expected = "\
line  process 0  process 1
   1  ┌ write 1
   2  └ done
   3  ┌ write 2
   4  └ done
   7             ┌ read
   8             └ 1        ◄ no order is left";
    assert_eq!(drawing.lines().join("\n"), expected);
    let svg = drawing.svg();
    assert!(svg.starts_with("<svg") && svg.contains("write 2") && svg.contains("no order is left"), "{svg}");
}

#[test]
fn values_that_replaced_each_other_are_not_all_shown_with_the_one_that_was_stale() {
    let steps: Vec<(String, String)> =
        (1..40).map(|number| ("insert".to_owned(), format!("{number} -> {}", number - 1))).collect();
    let mut text = lines(&[("0", "insert", "0 -> null")]);
    for (operation, rest) in &steps {
        let (argument, answer) = rest.split_once(" -> ").unwrap();
        text += &format!(
            "{{\"process\": 0, \"op\": \"{operation}\", \"kind\": \"invoke\", \"value\": {argument}}}\n\
             {{\"process\": 0, \"op\": \"{operation}\", \"kind\": \"ok\", \"value\": {answer}}}\n"
        );
    }
    text += &lines(&[("1", "get", "-> 20")]);
    let history = history(HistoryModel::Map, &text);
    let failure = judged(&history).failure.unwrap();
    let shrunk = history.shrink(&Settings::default(), &failure);
    assert_eq!(shrunk.len(), 3, "{shrunk:?}");
}
