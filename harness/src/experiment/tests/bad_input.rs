//! Every way in which an experiment's text can be wrong, with the place, the offending text and the suggestion.

use super::super::Problem;
use super::{Expected, assert_says, read};

/// A valid beginning of two lines, so that what is appended begins on line 3.
const BASE: &str = "name: a test\ntarget: {package: p, workload: map.sharded}\n";

type Case = (&'static str, usize, usize, &'static str, &'static str, Option<&'static str>);

/// Asserts each case: what follows `BASE`, line, column, offending text, a part of the message, the suggestion.
fn assert_refused(cases: &[Case]) {
    for (rest, line, column, offending, message, nearest) in cases {
        let text = format!("{BASE}{rest}");
        let error = read(&text).expect_err(&text);
        let (line, column, nearest) = (*line, *column, *nearest);
        assert_says(&text, &error, &Expected { line, column, offending, message, nearest });
    }
}

#[test]
fn an_unknown_key_is_underlined_and_the_nearest_suggested() {
    assert_refused(&[
        ("laod: {}\n", 3, 1, "laod", "unknown key `laod`;", Some("load")),
        ("load: {wrkers: 8}\n", 3, 8, "wrkers", "unknown key `wrkers` in `load`", Some("workers")),
        ("load:\n  keys:\n    cuont: 5\n", 5, 5, "cuont", "unknown key `cuont` in `keys`", Some("count")),
        ("phases: {warmpu: 1s}\n", 3, 10, "warmpu", "in `phases`", Some("warmup")),
        ("limits: {mem: 1GiB}\n", 3, 10, "mem", "known: `stuck_after`, `settle`, `memory`", None),
        ("faults:\n  - latency: {at: x, dely: 5ms}\n", 4, 22, "dely", "unknown key `dely` in `latency`", Some("delay")),
        ("faults:\n- stall:\n    at: any\n    evry: 5ms\n", 6, 5, "evry", "in `stall`", Some("every")),
        ("frobnicate: 1\n", 3, 1, "frobnicate", "known: `name`, `hazard`", None),
        ("faults: [{panic: {at: x, during: {begin: 1s}}}]\n", 3, 35, "begin", "in `during`", None),
        ("<<: {name: x}\n", 3, 1, "<<", "unknown key `<<`", None),
    ]);
}

#[test]
fn an_unknown_name_is_underlined_and_the_nearest_suggested() {
    assert_refused(&[
        ("faults:\n  - latancy: {at: x}\n", 4, 5, "latancy", "unknown fault `latancy`", Some("latency")),
        ("faults: [{meteor: {}}]\n", 3, 11, "meteor", "known: `latency`, `stall`, `realloc`", None),
        (
            "faults: [{latency: {at: x, delay: {expo: 1s}}}]\n",
            3,
            36,
            "expo",
            "unknown kind of delay `expo`",
            Some("exp"),
        ),
        ("faults: [{stall: {at: {pont: x}}}]\n", 3, 24, "pont", "unknown place of a stall `pont`", Some("point")),
        ("faults: [{stall: {at: x}}]\n", 3, 23, "x", "`{point: x}` for a point", None),
        ("canary: deadlok\n", 3, 9, "deadlok", "unknown symptom `deadlok`", Some("deadlock")),
        ("control: must_fail\n", 3, 10, "must_fail", "unknown control policy `must_fail`", Some("must_pass")),
        ("load: {rate: 5/s, arrivals: poison}\n", 3, 29, "poison", "unknown value `poison`", Some("poisson")),
        ("thresholds:\n  panic_rat: < 1%\n", 4, 3, "panic_rat", "unknown threshold `panic_rat`", Some("panic_rate")),
        ("thresholds: {recovery.tim: < 1s}\n", 3, 14, "recovery.tim", "unknown threshold", Some("recovery.time")),
        ("thresholds: {recovery.eror_rate: < 1%}\n", 3, 14, "recovery.eror_rate", "", Some("recovery.error_rate")),
    ]);
}

#[test]
fn a_wrong_unit_or_a_bare_number_is_underlined() {
    assert_refused(&[
        ("phases: {fault: 5}\n", 3, 17, "5", "`5` has no unit; write one of ns, us, ms, s, m, h", None),
        ("phases: {fault: 5sec}\n", 3, 17, "5sec", "unknown unit `sec`", None),
        ("phases: {fault: -5s}\n", 3, 17, "-5s", "does not start with a number", None),
        ("load: {rate: 500}\n", 3, 14, "500", "`500` has no unit", None),
        ("load: {timeout: 1.5}\n", 3, 17, "1.5", "`1.5` has no unit", None),
        ("limits: {memory: 4GB}\n", 3, 18, "4GB", "unknown unit `GB`", None),
        ("confidence: 0.95\n", 3, 13, "0.95", "`0.95` has no unit", None),
        ("faults: [{latency: {at: x, delay: 5}}]\n", 3, 35, "5", "`5` has no unit", None),
        ("faults: [{latency: {at: x, delay: 9ms..2ms}}]\n", 3, 35, "9ms..2ms", "from the shorter time", None),
        ("faults: [{latency: {at: x, delay: {exp: 5}}}]\n", 3, 41, "5", "`5` has no unit", None),
        ("faults: [{panic: {at: x, probability: 0.5}}]\n", 3, 39, "0.5", "`0.5` has no unit", None),
        ("faults: [{panic: {at: x, probability: 150%}}]\n", 3, 39, "150%", "at most 100%", None),
        ("faults: [{stall: {at: any, threads: 0}}]\n", 3, 37, "0", "`0` threads cannot be held", None),
        ("thresholds: {latency.p99: < 5}\n", 3, 27, "< 5", "`5` has no unit", None),
        ("thresholds: {panic_rate: 1%}\n", 3, 26, "1%", "does not begin with `<` or `>`", None),
        ("thresholds:\n  throughput: \"< 5/s\"\n", 4, 15, "\"< 5/s\"", "to stay above", None),
        ("abort_when: error_rate > 50\n", 3, 13, "error_rate > 50", "is no condition such as", None),
        ("faults: [{failpoint: {name: x, action: slep(1)}}]\n", 3, 40, "slep(1)", "unknown task `slep`", None),
    ]);
}

#[test]
fn a_value_of_the_wrong_kind_is_underlined() {
    assert_refused(&[
        ("load: 5\n", 3, 7, "5", "`5` stands where a map of keys and values is expected", None),
        ("load:\nphases: {}\n", 3, 6, "", "nothing stands where a map", None),
        ("tags: quick\n", 3, 7, "quick", "`quick` stands where a list", None),
        ("hazard: [a, b]\n", 3, 9, "[a, b]", "a list stands where text", None),
        ("hazard: 5\n", 3, 9, "5", "put it in quotes", None),
        ("load: {workers: many}\n", 3, 17, "many", "a whole number from 0 to 4294967295", None),
        ("load: {workers: -1}\n", 3, 17, "-1", "`-1` stands where a whole number", None),
        ("load: {workers: 4.0}\n", 3, 17, "4.0", "`4.0` stands where a whole number", None),
        ("seed: 1.5\n", 3, 7, "1.5", "`1.5` stands where a whole number", None),
        ("seed: 1_000x\n", 3, 7, "1_000x", "`1_000x` stands where a whole number", None),
        ("phases: {fault: {a: b}}\n", 3, 17, "{a: b}", "a map stands where a time with its unit", None),
        ("faults: {latency: {at: x}}\n", 3, 9, "{latency: {at: x}}", "a map stands where a list", None),
        ("faults: [latency]\n", 3, 10, "latency", "stands where a fault: a map whose only key", None),
        ("control: {a: b}\n", 3, 10, "{a: b}", "a map stands where", None),
        ("load: {keys: {count: 5, zipf: high}}\n", 3, 31, "high", "`high` stands where a number", None),
    ]);
}

#[test]
fn a_missing_key_names_the_map_that_lacks_it() {
    assert_refused(&[
        ("faults:\n  - latency: {at: x}\n", 4, 5, "latency", "`latency` lacks `delay`", None),
        ("faults:\n  - latency:\n      delay: 5ms\n", 4, 5, "latency", "`latency` lacks `at`", None),
        ("load: {keys: {zipf: 1}}\n", 3, 8, "keys", "`keys` lacks `count`", None),
        ("faults: [{latency: {at: x, delay: {pareto: {min: 1s}}}}]\n", 3, 36, "pareto", "`pareto` lacks `alpha`", None),
        ("faults: [{}]\n", 3, 10, "{}", "an empty map is no fault", None),
        ("faults: [{load: {during: {start: 1s}}}]\n", 3, 11, "load", "`load` lacks `mix`", None),
    ]);
    let without_target = read("# first\nname: x\n").unwrap_err();
    assert!(without_target.to_string().starts_with("experiment.yaml:2:1: the experiment lacks `target`"));
    let without_name = read("target: {package: p, workload: w}\n").unwrap_err();
    assert!(without_name.to_string().contains("the experiment lacks `name`"));
}

#[test]
fn a_second_key_where_one_may_be_is_underlined() {
    assert_refused(&[
        (
            "faults:\n  - latency: {at: x, delay: 1ms}\n    stall: {at: any}\n",
            5,
            5,
            "stall",
            "`stall` is a second one",
            None,
        ),
        ("faults:\n  - panic:\n    at: x\n", 4, 11, "", "nothing stands where a map", None),
        ("faults: [{stall: {at: {point: x, other: y}}}]\n", 3, 34, "other", "`other` is a second one", None),
        ("faults: [{latency: {at: x, delay: {exp: 1s, b: 2}}}]\n", 3, 45, "b", "`b` is a second one", None),
    ]);
}

#[test]
fn a_key_that_stands_twice_is_underlined_where_it_stands_again() {
    assert_refused(&[
        ("seed: 1\nname: again\n", 4, 1, "name", "the key `name` stands here a second time", None),
        ("load: {mix: {get: 1, put: 2, get: 3}}\n", 3, 30, "get", "`get` stands here a second time", None),
        ("thresholds:\n  panic_rate: < 1%\n  panic_rate: < 2%\n", 5, 3, "panic_rate", "a second time", None),
        ("faults: [{latency: {at: x, at: y}}]\n", 3, 28, "at", "`at` stands here a second time", None),
        ("faults: [{stall: {at: any}, stall: {at: any}}]\n", 3, 29, "stall", "a second time", None),
        ("oracles: [a, b, a]\n", 3, 17, "a", "`a` is listed a second time", None),
    ]);
    let text = "name: x\ntarget: {package: p, workload: w, params: {a: 1, \"a\": 2}}\n";
    let error = read(text).unwrap_err();
    let message = "the key `a` stands here a second time";
    assert_says(text, &error, &Expected { line: 2, column: 50, offending: "\"a\"", message, nearest: None });
}

#[test]
fn a_window_outside_its_phase_is_underlined() {
    let late = "{start: 4s, for: 3s}";
    assert_refused(&[
        (
            "faults: [{panic: {at: x, during: {start: 4s, for: 3s}}}]\n",
            3,
            34,
            late,
            "ends at 7s, but the fault phase lasts 5s",
            None,
        ),
        (
            "phases: {fault: 1s}\nfaults: [{stall: {at: any, during: {start: 1s}}}]\n",
            4,
            36,
            "{start: 1s}",
            "begins at 1s",
            None,
        ),
        ("faults:\n- stall:\n    at: any\n    during:\n      for: 6s\n", 7, 7, "for", "ends at 6s", None),
        ("faults: [{stall: {at: any, during: {for: 0s}}}]\n", 3, 36, "{for: 0s}", "its window lasts 0s", None),
        ("phases: {fault: 0s}\nfaults: [{stall: {at: any}}]\n", 3, 17, "0s", "leaves no time for the faults", None),
    ]);
}

#[test]
fn two_mixes_at_a_time_are_refused_and_one_after_another_are_not() {
    let twice = |first: &str, second: &str| {
        format!("{BASE}faults:\n- load: {{mix: {{a: 1}}{first}}}\n- load: {{mix: {{b: 1}}{second}}}\n")
    };
    let text = twice("", ", during: {start: 1s}");
    let message = "fault 0 changes the mix at the same time";
    let offending = "{mix: {b: 1}, during: {start: 1s}}";
    assert_says(&text, &read(&text).unwrap_err(), &Expected { line: 5, column: 9, offending, message, nearest: None });
    read(&twice(", during: {for: 2s}", ", during: {start: 2s}")).unwrap();
}

#[test]
fn a_threshold_on_nothing_is_underlined() {
    assert_refused(&[
        (
            "phases: {recovery: 0s}\nthresholds: {recovery.time: < 1s}\n",
            4,
            14,
            "recovery.time",
            "the recovery phase lasts 0s",
            None,
        ),
        (
            "phases: {recovery: 0s}\nthresholds: {recovery.error_rate: < 1%}\n",
            4,
            14,
            "recovery.error_rate",
            "lasts 0s",
            None,
        ),
        (
            "phases: {baseline: 0s}\nthresholds: {latency.p99: < 3x baseline}\n",
            4,
            14,
            "latency.p99",
            "the baseline phase",
            None,
        ),
        (
            "phases: {fault: 0s}\nthresholds: {panic_rate: < 1%}\n",
            4,
            14,
            "panic_rate",
            "the fault phase lasts 0s",
            None,
        ),
        ("thresholds: {recovery.time: < 3s}\n", 3, 29, "< 3s", "longer than the recovery phase of 2s", None),
        (
            "phases: {baseline: 0s}\nthresholds: {recovery.time: < 1s}\n",
            4,
            14,
            "recovery.time",
            "the baseline phase",
            None,
        ),
        ("thresholds: {baseline.latency.p50: < 2x baseline}\n", 3, 14, "baseline.latency.p50", "with itself", None),
        ("phases: {warmup: 0s, baseline: 0s, fault: 0s, recovery: 0s}\n", 3, 1, "phases", "nothing would be run", None),
    ]);
}

#[test]
fn a_fault_with_nothing_to_do_is_underlined() {
    assert_refused(&[
        ("faults: [{latency: {at: x, delay: 0s}}]\n", 3, 35, "0s", "its delay is always 0s", None),
        ("faults: [{latency: {at: x, delay: 1s, probability: 0%}}]\n", 3, 52, "0%", "its probability is 0%", None),
        ("faults: [{realloc: {}}]\n", 3, 11, "realloc", "`realloc` would do nothing: set one of", None),
        ("faults: [{load: {mix: {get: 0}}}]\n", 3, 23, "{get: 0}", "the weights of `mix` sum to 0", None),
        ("faults: [{load: {mix: {}}}]\n", 3, 23, "{}", "the weights of `mix` sum to 0", None),
        ("faults: [{realloc: {poison: false}}]\n", 3, 11, "realloc", "would do nothing", None),
        ("faults: [{realloc: {check: false}}]\n", 3, 11, "realloc", "would do nothing", None),
        (
            "faults: [{realloc: {quarantine: 1MiB, reuse_at_once: true}}]\n",
            3,
            54,
            "true",
            "`quarantine` keeps freed blocks away as long as it can, and `reuse_at_once` hands them out",
            None,
        ),
        ("faults: [{realloc: {guard: 0%}}]\n", 3, 28, "0%", "out of range", None),
        ("faults: [{realloc: {container_every: 0s}}]\n", 3, 38, "0s", "out of range", None),
        ("faults: [{stall: {at: any, for: 0s}}]\n", 3, 33, "0s", "each hold lasts 0s", None),
        ("faults: [{stall: {at: any, every: 0s}}]\n", 3, 35, "0s", "out of range", None),
        ("faults: [{error: {at: x, nth: 0}}]\n", 3, 31, "0", "counted from 1", None),
        ("faults: [{failpoint: {name: '', action: panic}}]\n", 3, 29, "''", "has no name", None),
    ]);
}

#[test]
fn a_load_that_no_subject_can_be_driven_with_is_underlined() {
    assert_refused(&[
        ("load: {workers: 0}\n", 3, 17, "0", "`0` is out of range: 1 to 256 workers", None),
        ("load: {workers: 257}\n", 3, 17, "257", "1 to 256", None),
        ("load: {timeout: 0s}\n", 3, 17, "0s", "out of range", None),
        ("load: {scripts: {operations: 6}}\n", 3, 30, "6", "1 to 5 operations of a thread", None),
        ("load: {scripts: {each: 10us}}\n", 3, 24, "10us", "at least 1ms a script", None),
        ("load: {workers: 1, scripts: {}}\n", 3, 17, "1", "2 to 4 workers for scripts", None),
        ("load: {rate: 5/s, scripts: {}}\n", 3, 8, "rate", "scripts have no rate", None),
        ("load: {scripts: {opertions: 2}}\n", 3, 18, "opertions", "unknown key", Some("operations")),
        ("load: {arrivals: fixed}\n", 3, 8, "arrivals", "needs a `rate`", None),
        ("load: {mix: {get: 0, put: 0}}\n", 3, 13, "{get: 0, put: 0}", "sum to 0", None),
        ("load: {mix: {}}\n", 3, 13, "{}", "sum to 0", None),
        ("load: {keys: {count: 0}}\n", 3, 22, "0", "1 to 4294967296 keys", None),
        ("load: {keys: {count: 9, zipf: 4.5}}\n", 3, 31, "4.5", "0 to 4", None),
        ("load: {keys: {count: 9, zipf: -1}}\n", 3, 31, "-1", "0 to 4", None),
        ("load: {keys: {count: 9, zipf: .nan}}\n", 3, 31, ".nan", "0 to 4", None),
        ("load: {keys: {count: 9, zipf: 1, hot: {keys: 1, share: 9%}}}\n", 3, 34, "hot", "exclude each other", None),
        ("load: {keys: {count: 9, hot: {keys: 9, share: 9%}}}\n", 3, 37, "9", "none of the 9 keys cold", None),
        ("load: {keys: {count: 9, hot: {keys: 0, share: 9%}}}\n", 3, 37, "0", "at least 1 hot key", None),
        ("confidence: 49%\n", 3, 13, "49%", "50% to 99.999%", None),
        ("confidence: 100%\n", 3, 13, "100%", "50% to 99.999%", None),
        ("limits: {stuck_after: 0s}\n", 3, 23, "0s", "out of range", None),
    ]);
}

#[test]
fn a_target_that_is_named_wrongly_is_underlined() {
    for (target, column, offending, message) in [
        ("{workload: w}", 1, "target", "names no program; give `package: NAME`"),
        ("{package: p, workload: w, command: [./b]}", 35, "command", "both `package` and `command`"),
        ("{package: p}", 1, "target", "`target` lacks `workload`"),
        (
            "{package: p, workload: w, stdio: true}",
            35,
            "stdio",
            "`stdio` belongs to a target that is named by `command`",
        ),
        ("{command: [./b], bin: x}", 26, "bin", "named by `package`"),
        ("{command: [./b], manifest: x}", 26, "manifest", "named by `package`"),
        ("{command: []}", 19, "[]", "names no program"),
    ] {
        let text = format!("name: x\ntarget: {target}\n");
        let error = read(&text).unwrap_err();
        assert_says(&text, &error, &Expected { line: 2, column, offending, message, nearest: None });
    }
}

#[test]
fn a_name_is_neither_empty_nor_endless() {
    for name in [String::new(), "x".repeat(121)] {
        let text = format!("name: '{name}'\ntarget: {{package: p, workload: w}}\n");
        let error = read(&text).unwrap_err().to_string();
        assert!(error.starts_with("experiment.yaml:1:7: "), "{error}");
        assert!(error.contains("1 to 120 characters"), "{error}");
    }
}

#[test]
fn the_thirty_third_fault_is_underlined() {
    let faults = "  - panic: {at: x}\n".repeat(33);
    let error = read(&format!("{BASE}faults:\n{faults}")).unwrap_err();
    assert!(error.to_string().starts_with("experiment.yaml:36:5: this is fault number 33"), "{error}");
}

#[test]
fn text_that_is_no_yaml_is_refused_with_a_hint() {
    for (rest, place, message) in [
        ("thresholds:\n  throughput: > 80% baseline\n", "4:17", "put the value in quotes: `\"> 80% baseline\"`"),
        ("thresholds: {throughput: > 80%}\n", "3:26", "begins with `>` in quotes"),
        ("load:\n\tworkers: 3\n", "4:1", "indent with spaces, not with tabs"),
        ("load: {workers: 3\n", "4:1", "the bracket of line 3, column 7 is not closed"),
        ("load: {workers: 3 rate: 5/s}\n", "3:23", "this is not YAML"),
        ("hazard: \"x\nimpact: y\n", "3:9", "the quote is not closed"),
        ("a: b: c\n", "3:5", "mapping values are not allowed"),
        ("hazard: *nobody\n", "3:9", "unknown anchor"),
        ("? [a]\n: b\n", "3:3", "a collection stands where a key"),
    ] {
        let text = format!("{BASE}{rest}");
        let error = read(&text).unwrap_err().to_string();
        assert!(error.starts_with(&format!("experiment.yaml:{place}: ")), "{error}\n{text}");
        assert!(error.contains(message), "{error}\n{text}");
    }
}

#[test]
fn what_yaml_can_do_and_an_experiment_cannot_is_refused() {
    let bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n".to_owned()
        + &["a", "b", "c", "d", "e", "f", "g", "h"]
            .windows(2)
            .map(|pair| format!("{}: &{} [{}]\n", pair[1], pair[1], format!("*{},", pair[0]).repeat(9)))
            .collect::<String>();
    for (text, expected) in [
        (bomb.as_str(), Problem::TooManyValues),
        ("name: x\n---\nname: y\n", Problem::SeveralDocuments),
        (&"- ".repeat(200), Problem::TooDeep),
        (&"[".repeat(1_000_000), Problem::TooManyBrackets),
        (&format!("a: &a [{}]\nb: [{}]", "x,".repeat(6_000), "*a,".repeat(6_000)), Problem::TooManyValues),
        ("name: !secret x\n", Problem::Tag { tag: "secret".to_owned() }),
    ] {
        let start: String = text.chars().take(60).collect();
        let error = read(text).expect_err(&start);
        assert_eq!(*error.problem(), expected, "{start}");
        assert!(error.location().is_some(), "{start}");
    }
    let error = read("# one\nname: x\n---\nname: y\n").unwrap_err();
    assert!(error.to_string().starts_with("experiment.yaml:3:1: "), "{error}");
}

#[test]
fn a_file_without_content_says_so() {
    for text in ["", "  \n\n"] {
        assert_eq!(*read(text).unwrap_err().problem(), Problem::Empty);
    }
    for text in ["# only\n# comments\n", "---\n", "\n# one\n---\n"] {
        assert_eq!(*read(text).unwrap_err().problem(), Problem::OnlyComments);
    }
    assert!(read("").unwrap_err().to_string().starts_with("experiment.yaml:1:1: the file is empty"));
    assert!(read("just text\n").unwrap_err().to_string().contains("`just text` stands where a map"));
    assert!(read("~\n").unwrap_err().to_string().contains("nothing stands where a map"));
}

#[test]
fn a_rich_report_underlines_the_text_and_lists_what_is_known() {
    let error = read(&format!("{BASE}load: {{wrkers: 8}}\n")).unwrap_err();
    let mut report = String::new();
    let theme = miette::GraphicalTheme::unicode_nocolor();
    miette::GraphicalReportHandler::new_themed(theme).render_report(&mut report, &error).unwrap();
    for part in ["experiment.yaml:3:8", "3 │ load: {wrkers: 8}", "did you mean `workers`? known: `workers`, `rate`"] {
        assert!(report.contains(part), "{part}\n{report}");
    }
}
