//! Every form of a history is read alike, and what is wrong with a line is told with its number.

use super::{history, judged};
use crate::history::{HistoryModel, read};
use squall_model::Verdict;

const JSON: &str = r#"{"process": 0, "kind": "invoke", "op": "write", "value": 1, "time": 5}
{"process": 1, "kind": "invoke", "op": "read"}
{"process": 1, "kind": "ok", "op": "read", "value": 1}
{"process": 0, "kind": "ok", "op": "write", "value": 1}
{"process": 2, "kind": "invoke", "op": "cas", "value": [1, 2]}
{"process": 2, "kind": "info", "op": "cas", "value": [1, 2]}
{"process": 1, "kind": "invoke", "op": "read"}
{"process": 1, "kind": "ok", "op": "read", "value": 2}
"#;
const EDN: &str = r"[{:process 0, :type :invoke, :f :write, :value 1, :time 5}
{:process 1, :type :invoke, :f :read, :value nil}
{:process :nemesis, :type :info, :f :start, :value nil}
#jepsen.history.Op{:process 1, :type :ok, :f :read, :value 1, :index 2}
{:process 0, :type :ok, :f :write, :value 1}
{:process 2, :type :invoke, :f :cas, :value [1 2]}
{:process 2, :type :info, :f :cas, :value [1 2], :error {:cause [:timeout]}}
{:process 1, :type :invoke, :f :read, :value nil}
{:process 1, :type :ok, :f :read, :value 2}]
";
const LOG: &str = "INFO  jepsen.util - 0\t:invoke\t:write\t1
INFO  jepsen.util - 1\t:invoke\t:read\tnil
INFO  jepsen.util - :nemesis\t:info\t:start\tnil
INFO  jepsen.util - 1\t:ok\t:read\t1
INFO  jepsen.util - 0\t:ok\t:write\t1
INFO  jepsen.util - 2\t:invoke\t:cas\t[1 2]
INFO  jepsen.util - 2\t:info\t:cas\t:timed-out
INFO  jepsen.util - 1\t:invoke\t:read\tnil
INFO  jepsen.util - 1\t:ok\t:read\t2
";

#[test]
fn the_same_history_is_read_alike_from_json_edn_and_a_log() {
    for text in [JSON, EDN, LOG] {
        let right = history(HistoryModel::CasRegister, text);
        let verbs: Vec<_> = right.records.iter().map(|record| (record.verb, record.answer)).collect();
        assert_eq!(verbs.len(), 4, "{text}");
        assert_eq!(judged(&right).verdict, Verdict::Pass, "{text}");
        let last = text.rfind('2').unwrap();
        let wrong = format!("{}3{}", &text[..last], &text[last + 1..]);
        assert_eq!(judged(&history(HistoryModel::CasRegister, &wrong)).verdict, Verdict::Fail, "{wrong}");
    }
}

#[test]
fn registers_of_jepsens_independent_keys_are_judged_apart() {
    let text = r"{:process 0, :type :invoke, :f :write, :value [7 1]}
{:process 0, :type :ok, :f :write, :value [7 1]}
{:process 0, :type :invoke, :f :read, :value [8 nil]}
{:process 0, :type :ok, :f :read, :value [8 nil]}
{:process 0, :type :invoke, :f :cas, :value [7 [1 2]]}
{:process 0, :type :ok, :f :cas, :value [7 [1 2]]}
";
    let found = judged(&history(HistoryModel::CasRegister, text));
    assert_eq!((found.verdict, found.objects), (Verdict::Pass, 2));
}

#[test]
fn what_failed_had_no_effect_and_what_is_unknown_may_have_had_one() {
    let with = |kind: &str, seen: &str| {
        format!(
            "{{\"process\":0,\"kind\":\"invoke\",\"op\":\"write\",\"value\":1}}\n{{\"process\":0,\"kind\":\"{kind}\"}}\n\
             {{\"process\":1,\"kind\":\"invoke\",\"op\":\"read\"}}\n{{\"process\":1,\"kind\":\"ok\",\"value\":{seen}}}\n"
        )
    };
    let verdict = |kind, seen| judged(&history(HistoryModel::Register, &with(kind, seen))).verdict;
    assert_eq!(verdict("fail", "1"), Verdict::Fail);
    assert_eq!(verdict("fail", "null"), Verdict::Pass);
    assert_eq!(verdict("info", "1"), Verdict::Pass);
    assert_eq!(verdict("info", "null"), Verdict::Pass);
    assert_eq!(verdict("ok", "null"), Verdict::Fail);
}

/// What is said of wrong lines.
fn said(model: HistoryModel, lines: &str) -> String {
    read("h", &mut lines.as_bytes(), model).map_or_else(|error| error.to_string(), |_| "nothing".to_owned())
}

#[test]
fn a_wrong_line_is_told_with_its_number() {
    let asked = "{\"process\":0,\"kind\":\"invoke\",\"op\":\"read\"}\n";
    let queue = |line: &str| said(HistoryModel::Queue, line);
    let register = |line: &str| said(HistoryModel::Register, &format!("{asked}{line}"));
    let cases = [
        (register("{\"process\":0,\"kind\":\"o"), "h:2: the line is no JSON object: EOF"),
        (register("{\"process\":1,\"kind\":\"ok\",\"value\":1}"), "h:2: process 1 is answered, but has asked nothing"),
        (register(asked), "h:2: process 0 asks, but waits for the answer to what it asked in line 1"),
        (register("{\"process\":1,\"kind\":\"invoke\",\"op\":\"raed\"}"), "did you mean `read`?"),
        (
            register("{\"process\":1,\"kind\":\"invoke\",\"op\":\"dequeue\"}"),
            "h:2: `dequeue` is an operation of model queue",
        ),
        (register("{\"process\":0,\"kind\":\"done\"}"), "h:2: `done` is no kind of event"),
        (register("{\"process\":0,\"kind\":\"ok\"}"), "h:2: the answer of `read` is a value or null, not missing"),
        (register("{\"process\":0,\"kind\":\"ok\",\"op\":\"write\"}"), "is answered operation `write`, but asked"),
        (register("{\"process\":0,\"kind\":\"ok\",\"key\":3,\"value\":1}"), "is answered key `3`, but asked"),
        (register("{\"kind\":\"ok\"}"), "h:2: `process` is missing"),
        (
            queue("{\"process\":1,\"kind\":\"invoke\",\"op\":\"enqueue\"}"),
            "h:1: the argument of `enqueue` is any value, not `nothing`",
        ),
        (queue(""), "h: there is no operation in it"),
        (queue("hello"), "h:1: neither a JSON object"),
        (queue("{:process 0, :type :invo"), "h:1: the line is no EDN map"),
        (queue("INFO  jepsen.util - 3\t:invoke"), "h:1: the line is no `process :kind"),
    ];
    for (said, expected) in cases {
        assert!(said.contains(expected), "`{expected}` in `{said}`");
    }
}

proptest::proptest! {
    #[test]
    fn no_text_is_too_strange_to_be_refused(text in "[{:\\[\"a-z0-9,}\\] \\\\#\n\t-]{0,120}", json in proptest::bool::ANY) {
        let begun = if json { format!("{{\"process\":1{text}") } else { format!("{{:process 1{text}") };
        let _ = said(HistoryModel::Kv, &begun);
        let _ = said(HistoryModel::CasRegister, &text);
    }
}
