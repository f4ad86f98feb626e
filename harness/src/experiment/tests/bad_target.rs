//! Experiments that ask of a target what it does not have.

use super::{Expected, assert_says, read};
use serde_json::{Value, json};
use squall_model::fault::{ATOMIC_ADDRESSES_MAX, FUNCTIONS_MAX};
use squall_model::{
    AtomicDescription, FunctionDescription, PROTOCOL, ParamDescription, PointDescription, TargetDescription,
    WorkloadDescription,
};

fn param(name: &str, default: Value, min: Option<f64>, max: Option<f64>) -> ParamDescription {
    ParamDescription { name: name.to_owned(), summary: String::new(), default, min, max }
}

fn point(name: &str, returns_error: bool) -> PointDescription {
    PointDescription { name: name.to_owned(), file: String::new(), line: 1, returns_error, address: None }
}

fn workload(name: &str, reallocates: bool) -> WorkloadDescription {
    WorkloadDescription {
        name: name.to_owned(),
        summary: String::new(),
        operations: ["get", "insert", "remove"].map(str::to_owned).to_vec(),
        params: vec![param("shards", json!(16), Some(1.0), Some(1_024.0)), param("label", json!(""), None, None)],
        oracles: ["linearizable", "no_lost_update"].map(str::to_owned).to_vec(),
        reallocates,
        reenters: false,
        words: vec!["head".to_owned()],
        entry: None,
        reach: None,
        history: None,
        scripts: None,
    }
}

/// A target with points and workloads, but without allocator and failpoints.
fn target() -> TargetDescription {
    TargetDescription {
        protocol: PROTOCOL,
        workloads: vec![workload("map.locked", true), workload("map.sharded", false)],
        points: vec![point("map.shard.locked", false), point("map.shard.write", true)],
        allocator: false,
        failpoints: false,
        breakpoints: true,
        breakpoints_refused: None,
        functions: functions(),
        functions_refused: None,
    }
}

fn functions() -> Vec<FunctionDescription> {
    let function = |name: &str, instances: u64| FunctionDescription {
        name: name.to_owned(),
        bytes: 10 * instances,
        addresses: (1..=instances).collect(),
    };
    let many = FUNCTIONS_MAX as u64 + 1;
    vec![function("map::Map::grow", 2), function("map::Map::shrink", 1), function("poll", many), function("peek", 0)]
}

fn text(target: &str, rest: &str) -> String {
    format!("name: x\ntarget: {{package: p, workload: {target}}}\n{rest}")
}

#[test]
fn what_the_target_does_not_have_is_underlined() {
    let sharded = |rest: &str| text("map.sharded", rest);
    for (text, line, column, offending, message, nearest) in [
        (text("map.shraded", ""), 2, 32, "map.shraded", "unknown workload `map.shraded`", Some("map.sharded")),
        (sharded("load: {mix: {gte: 1}}"), 3, 14, "gte", "unknown operation `gte`", Some("get")),
        (text("map.locked, params: {shrads: 2}", ""), 2, 53, "shrads", "unknown parameter `shrads`", Some("shards")),
        (text("map.locked, params: {shards: 0}", ""), 2, 61, "0", "`shards`: `0` is out of range: 1 to 1024", None),
        (text("map.locked, params: {shards: many}", ""), 2, 61, "many", "no whole number", None),
        (
            sharded("faults:\n  - latency: {at: map.shard.lockd, delay: 1ms}\n"),
            4,
            19,
            "map.shard.lockd",
            "unknown point `map.shard.lockd`",
            Some("map.shard.locked"),
        ),
        (
            sharded("faults:\n  - stall: {at: {point: map.shard.writ}}\n"),
            4,
            25,
            "map.shard.writ",
            "unknown point",
            Some("map.shard.write"),
        ),
        (
            sharded("faults: [{error: {at: map.shard.locked}}]"),
            3,
            23,
            "map.shard.locked",
            "no error can be returned at the point `map.shard.locked`",
            None,
        ),
        (
            sharded("faults: [{realloc: {container_every: 1ms}}]"),
            3,
            21,
            "container_every",
            "`map.sharded` cannot reallocate its container",
            None,
        ),
        (sharded("load: {scripts: {}}"), 3, 8, "scripts", "no short scripts can be drawn for `map.sharded`", None),
        (sharded("faults: [{realloc: {poison: true}}]"), 3, 21, "poison", "global allocator", None),
        (sharded("faults: [{alloc_failure: {nth: 3}}]"), 3, 11, "alloc_failure", "global allocator", None),
        (
            sharded("faults: [{failpoint: {name: x, action: panic}}]"),
            3,
            11,
            "failpoint",
            "not built with the failpoints",
            None,
        ),
        (
            sharded("faults:\n  - load: {mix: {get: 1, inset: 2}}\n"),
            4,
            26,
            "inset",
            "unknown operation `inset`",
            Some("insert"),
        ),
        (
            sharded("load: {mix: {get: 9, insert: 1}}\nfaults: [{load: {mix: {insert: 2, get: 18}}}]"),
            4,
            23,
            "{insert: 2, get: 18}",
            "`load` would do nothing: its mix is the one that the load has anyway",
            None,
        ),
        (
            sharded("oracles: [linearisable]"),
            3,
            11,
            "linearisable",
            "unknown oracle `linearisable`",
            Some("linearizable"),
        ),
    ] {
        let error = read(&text).expect(&text).check_against(&target()).expect_err(&text);
        assert_says(&text, &error, &Expected { line, column, offending, message, nearest });
    }
}

#[test]
fn what_the_target_has_passes() {
    let able = TargetDescription { allocator: true, failpoints: true, ..target() };
    let text = text(
        "map.locked, params: {shards: 1_024, label: x}",
        "load: {mix: {get: 1}}\noracles: []\nfaults:\n\
         - error: {at: map.shard.write}\n- stall: {at: {point: map.shard.locked}}\n\
         - realloc: {poison: true, container_every: 1ms}\n- alloc_failure: {probability: 1%}\n\
         - failpoint: {name: anything, action: panic}\n- load: {mix: {get: 1, remove: 0, insert: 1}}\n",
    );
    read(&text).unwrap().check_against(&able).unwrap();
}

#[test]
fn a_command_with_several_workloads_has_to_name_one() {
    let text = "name: x\ntarget: {command: [./program]}\n";
    let experiment = read(text).unwrap();
    let error = experiment.check_against(&target()).unwrap_err().to_string();
    assert!(error.starts_with("experiment.yaml:2:1: the target has 2 workloads; name one as `workload`"), "{error}");
    let single = TargetDescription { workloads: vec![workload("only", false)], ..target() };
    experiment.check_against(&single).unwrap();
}

#[test]
fn a_repair_that_cannot_do_what_the_target_is_asked_is_underlined() {
    let repair = |rest: &str| text("map.locked", rest);
    for (text, line, column, offending, message, nearest) in [
        (repair("repairs: [{workload: map.lokced}]\n"), 3, 22, "map.lokced", "unknown workload", Some("map.locked")),
        (repair("repairs: [{workload: map.sharded, params: {shards: 0}}]\n"), 3, 52, "0", "parameter `shards`", None),
        (
            repair("repairs:\n  - {workload: map.sharded}\nfaults: [{realloc: {container_every: 50ms}}]\n"),
            4,
            16,
            "map.sharded",
            "cannot reallocate its container on demand",
            None,
        ),
    ] {
        let error = read(&text).unwrap().check_against(&target()).unwrap_err();
        assert_says(&text, &error, &Expected { line, column, offending, message, nearest });
    }
}

#[test]
fn an_aim_at_nothing_is_underlined_with_what_could_be_meant() {
    let aimed = |at: &str| text("map.sharded", &format!("faults:\n  - stall: {{at: {{{at}}}}}\n"));
    for (at, column, offending, message, nearest) in [
        ("function: map::*::grwo", 28, "map::*::grwo", "unknown function `map::*::grwo`", Some("map::Map::grow")),
        ("function: zzz", 28, "zzz", "unknown function `zzz`", None),
        ("function: map::peek", 28, "map::peek", "was inlined where it is called", None),
        ("function: poll", 28, "poll", "matches 257 functions; narrow it", None),
        ("word: haed", 24, "haed", "unknown word `haed`", Some("head")),
    ] {
        let text = aimed(at);
        let error = read(&text).expect(&text).check_against(&target()).expect_err(&text);
        assert_says(&text, &error, &Expected { line: 4, column, offending, message, nearest });
    }
    for at in ["function: map::*", "word: head", "word: auto"] {
        assert!(read(&aimed(at)).unwrap().check_against(&target()).is_ok(), "{at}");
        let refused = "perf_event_paranoid is 3, and 2 or less is needed".to_owned();
        let without = TargetDescription { breakpoints: false, breakpoints_refused: Some(refused), ..target() };
        let error = read(&aimed(at)).unwrap().check_against(&without).unwrap_err();
        assert!(error.to_string().contains("not possible here: perf_event_paranoid is 3"), "{error}");
    }
}

#[test]
fn an_aim_at_atomic_instructions_is_checked_against_those_that_the_workload_comes_by() {
    let aimed = |pattern: &str| {
        let text = text("map.sharded", &format!("faults:\n  - stall: {{at: {{atomic: {pattern}}}}}\n"));
        (read(&text).expect(&text), text)
    };
    let atomic = |name: &str, number: usize| AtomicDescription {
        name: name.to_owned(),
        misses_presumed: 3,
        places: vec![(1, 2); number],
    };
    let mut reaching = target();
    let atomics = vec![atomic("map::Map::grow:7", 2), atomic("spin:9", ATOMIC_ADDRESSES_MAX)];
    reaching.workloads[1].reach = Some(squall_model::Reach { atomics, ..squall_model::Reach::default() });
    assert!(aimed("map::*").0.check_against(&reaching).is_ok());
    for (pattern, message, nearest) in [
        ("map::Map::grwo:7", "unknown atomic `map::Map::grwo:7`", Some("map::Map::grow:7")),
        ("spin*", "matches 2,048 places; narrow it", None),
    ] {
        let (experiment, text) = aimed(pattern);
        let error = experiment.check_against(&reaching).expect_err(&text);
        assert_says(&text, &error, &Expected { line: 4, column: 26, offending: pattern, message, nearest });
    }
    let error = aimed("map::*").0.check_against(&target()).unwrap_err().to_string();
    assert!(error.contains("does not tell where its workers begin"), "{error}");
}

#[test]
fn what_squall_is_to_choose_has_to_exist_somewhere() {
    let text = text("map.locked", "faults: [{stall: {at: auto}}]\n");
    let experiment = read(&text).unwrap();
    let refused = Some("perf_event_paranoid is 3".to_owned());
    let without = TargetDescription { breakpoints: false, breakpoints_refused: refused, ..target() };
    assert!(experiment.check_against(&target()).is_ok());
    assert!(experiment.check_against(&without).is_ok(), "points are left");
    let mut unreached = without.clone();
    unreached.workloads[0].reach = Some(squall_model::Reach::default());
    for nothing in [TargetDescription { points: Vec::new(), ..without }, unreached] {
        let error = experiment.check_against(&nothing).unwrap_err();
        let message = "`auto` has no site to choose: the workload passes no point, and perf_event_paranoid is 3";
        assert_says(&text, &error, &Expected { line: 3, column: 23, offending: "auto", message, nearest: None });
    }
}
