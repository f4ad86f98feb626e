//! Expectations and repairs that cannot be met or contradict themselves, and variants that do not exist.

use super::{Expected, assert_says, read};

const BASE: &str = "name: a test\ntarget: {package: p, workload: map.sharded}\nphases: {warmup: 0s, fault: 4s}\n";

#[test]
fn an_expectation_that_cannot_be_met_is_underlined() {
    for (rest, line, column, offending, message) in [
        ("expect: {finding: Shared}\n", 4, 19, "Shared", "small letters"),
        ("expect: {finding: a, within: 1s}\n", 4, 30, "1s", "one trial takes 8s"),
        ("hazard: b\nexpect: {finding: a}\n", 5, 19, "a", "the experiment's hazard is `b`"),
        ("canary: panic\nexpect: {finding: a}\n", 5, 1, "expect", "leave one of `canary` and `expect` out"),
        ("expect: {finding: a, shows_as: [panic, panic]}\n", 4, 40, "panic", "listed a second time"),
        ("expect: {finding: a, plain: 1s}\n", 4, 29, "1s", "one trial takes 8s"),
        ("expect: {finding: a, plain: 9s}\n", 4, 22, "plain", "no trial without faults"),
        ("swarm: true\n", 4, 1, "swarm", "nothing is expected"),
        ("expect: {finding: a}\nswarm: true\n", 5, 1, "swarm", "no several faults"),
        ("campaign: 9s\n", 4, 1, "campaign", "there are no faults to try"),
        ("campaign: 9s\nexpect: {finding: a}\n", 4, 1, "campaign", "has its own: `expect.within`"),
        ("campaign: 9s\ncanary: panic\n", 4, 1, "campaign", "has to be caught in one trial"),
        ("campaign: 1s\nfaults: [{stall: {at: auto}}]\n", 4, 11, "1s", "one trial takes 8s"),
        (
            "faults: [{stall: {at: auto}}, {stall: {at: auto, for: 1ms}}]\n",
            4,
            39,
            "{at: auto, for: 1ms}",
            "join the two",
        ),
        ("repairs: [{workload: map.sharded}]\n", 4, 11, "{workload: map.sharded}", "is the target itself"),
        ("repairs: [{workload: x}, {workload: x}]\n", 4, 26, "{workload: x}", "listed a second time"),
        ("canary: panic\nrepairs: [{workload: x}]\n", 5, 1, "repairs", "a canary has no repairs"),
    ] {
        let text = format!("{BASE}{rest}");
        let error = read(&text).expect_err(&text);
        assert_says(&text, &error, &Expected { line, column, offending, message, nearest: None });
    }
}

#[test]
fn a_variant_that_does_not_exist_is_named_with_the_nearest_one() {
    let text = format!("{BASE}repairs: [{{workload: map.locked}}, {{workload: map.sharded, params: {{shards: 2}}}}]\n");
    let experiment = read(&text).unwrap();
    assert_eq!(experiment.only("map.sharded shards=2").unwrap().target.params["shards"], 2);
    let error = experiment.only("map.loked").unwrap_err();
    let (message, nearest) = ("unknown variant `map.loked`", Some("map.locked"));
    assert_says(&text, &error, &Expected { line: 4, column: 1, offending: "repairs", message, nearest });
}

#[test]
fn a_target_of_which_a_finding_is_expected_need_not_pass_without_faults() {
    use squall_model::ControlPolicy;
    let expecting = read(&format!("{BASE}expect: {{finding: a}}\n")).unwrap();
    assert_eq!((expecting.control, expecting.hazard.as_deref()), (ControlPolicy::Observe, Some("a")));
    let strict = read(&format!("{BASE}expect: {{finding: a}}\ncontrol: must_pass\n")).unwrap();
    assert_eq!(strict.control, ControlPolicy::MustPass);
}
