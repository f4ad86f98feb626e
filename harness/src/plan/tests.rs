//! What a plan holds, and that it depends on experiment, description and seed alone.

use super::{Extent, make, render};
use crate::experiment::Experiment;
use proptest::prelude::*;
use serde_json::json;
use squall_model::units::TimeSpan;
use squall_model::{
    AtomicDescription, ControlPolicy, FunctionDescription, PROTOCOL, ParamDescription, Plan, PointDescription,
    TargetDescription, TrialRole, WorkloadDescription,
};
use std::path::Path;

const EXAMPLE: &str = include_str!("../experiment/tests/example.yaml");

fn param(name: &str, default: u64) -> ParamDescription {
    ParamDescription { name: name.to_owned(), summary: String::new(), default: json!(default), min: None, max: None }
}

fn function(name: &str, addresses: &[u64]) -> FunctionDescription {
    FunctionDescription { name: name.to_owned(), bytes: 1, addresses: addresses.to_vec() }
}

pub(super) fn target() -> TargetDescription {
    let point = PointDescription {
        name: "map.shard.locked".to_owned(),
        file: String::new(),
        line: 1,
        returns_error: true,
        address: None,
    };
    let workload = WorkloadDescription {
        name: "map.sharded".to_owned(),
        summary: String::new(),
        operations: ["remove", "get", "scan", "insert"].map(str::to_owned).to_vec(),
        params: vec![param("shards", 4), param("capacity", 64)],
        oracles: ["linearizable", "no_lost_update"].map(str::to_owned).to_vec(),
        reallocates: true,
        reenters: false,
        words: Vec::new(),
        entry: None,
        reach: None,
        history: None,
        scripts: None,
    };
    TargetDescription {
        protocol: PROTOCOL,
        workloads: vec![workload],
        points: vec![point],
        allocator: true,
        failpoints: true,
        breakpoints: true,
        breakpoints_refused: None,
        functions_refused: None,
        functions: vec![function("grow", &[16, 32]), function("other", &[48]), function("regrow", &[32, 64])],
    }
}

fn experiment(text: &str) -> Experiment {
    let experiment = Experiment::parse(Path::new("experiment.yaml"), text, &[]).expect(text);
    experiment.check_against(&target()).expect(text);
    experiment
}

fn plan(text: &str, seed: u64) -> Plan {
    make(&experiment(text), &target(), seed, Extent::default())
}

fn with_faults(faults: &[String]) -> String {
    let list: String = faults.iter().map(|fault| format!("  - {fault}\n")).collect();
    let head = "name: x\ntarget: {package: p, workload: map.sharded}\n";
    if faults.is_empty() { head.to_owned() } else { format!("{head}faults:\n{list}") }
}

#[test]
fn the_control_comes_first_and_is_undisturbed() {
    let plan = plan(EXAMPLE, 42);
    let roles: Vec<_> = plan.trials.iter().map(|trial| (trial.number, trial.role)).collect();
    assert_eq!(roles, [(0, TrialRole::Control), (1, TrialRole::Treatment)]);
    let [control, treatment] = plan.trials.as_slice() else { panic!("two trials") };
    assert_eq!((control.faults.len(), treatment.faults.len()), (0, 3));
    assert!(control.phases.recovery.is_zero());
    assert_eq!(control.phases.fault, treatment.phases.fault);
    assert_ne!(control.seed, treatment.seed);
    assert_eq!(control.load, treatment.load);
    assert_eq!(plan.criteria.control, ControlPolicy::MustPass);
}

#[test]
fn there_is_no_control_where_it_would_say_nothing() {
    let fault = vec!["stall: {at: any}".to_owned()];
    for text in [
        with_faults(&[]),
        format!("{}control: skip\n", with_faults(&fault)),
        format!("{}canary: deadlock\n", with_faults(&fault)),
    ] {
        let plan = plan(&text, 1);
        assert_eq!(plan.trials.len(), 1, "{text}");
        assert_eq!((plan.trials[0].number, plan.trials[0].role), (0, TrialRole::Treatment));
        assert_eq!(plan.criteria.control, ControlPolicy::Skip);
    }
}

#[test]
fn weights_params_and_oracles_follow_the_workload() {
    let given = plan(EXAMPLE, 1);
    let trial = &given.trials[0];
    assert_eq!(trial.operations, ["remove", "get", "scan", "insert"]);
    assert_eq!(trial.load.weights, [5, 80, 0, 15]);
    assert_eq!(trial.params, json!({"shards": 16, "capacity": 64}));
    let left_out = plan(&with_faults(&[]), 1);
    let trial = &left_out.trials[0];
    assert_eq!(trial.load.weights, [1, 1, 1, 1]);
    assert_eq!(trial.params, json!({"shards": 4, "capacity": 64}));
    assert_eq!(trial.oracles, ["linearizable", "no_lost_update"]);
}

#[test]
fn equal_faults_decide_differently() {
    let fault = "panic: {at: map.shard.locked, probability: 1%}".to_owned();
    let plan = plan(&with_faults(&[fault.clone(), fault]), 1);
    let faults = &plan.trials[1].faults;
    assert_ne!(faults[0].decision_key, faults[1].decision_key);
}

#[test]
fn a_plan_survives_its_stored_form() {
    let plan = plan(EXAMPLE, u64::MAX);
    let stored = serde_json::to_string(&plan).unwrap();
    assert_eq!(serde_json::from_str::<Plan>(&stored).unwrap(), plan);
}

#[test]
fn a_plan_is_rendered_as_aligned_tables() {
    let text = render(&plan(&EXAMPLE.replace("every: 10ms", "every: 10ms, during: {start: 1s, for: 2s}"), 42));
    let expected = "\
treatment: map.sharded for 13s
  phase     start  end
  warmup    0s     1s
  baseline  1s     4s
  fault     4s     10s
  recovery  10s    13s
  fault                     start  end
  latency map.shard.locked  4s     10s
  stall any                 5s     7s
  realloc                   4s     10s
  load        8 workers, 50000/s, poisson arrivals, timeout 1s
  keys        10000, zipf 0.99
  operations  remove 5%, get 80%, scan 0%, insert 15%
  params      {\"capacity\":64,\"shards\":16}
  oracles     linearizable, no_lost_update
";
    assert!(text.starts_with("seed 42\n\ncontrol: map.sharded for 10s\n"), "{text}");
    assert!(text.ends_with(expected), "{text}");
}

/// A fault as text, with a window inside the fault phase of 5 s or none.
fn faults() -> impl Strategy<Value = String> {
    let kinds = prop_oneof![
        Just("latency: {at: map.shard.locked, delay: 1ms"),
        Just("panic: {at: map.shard.locked, probability: 1%"),
        Just("error: {at: map.shard.locked"),
        Just("stall: {at: any"),
        Just("realloc: {poison: true"),
        Just("alloc_failure: {nth: 3"),
        Just("failpoint: {name: x, action: yield"),
        Just("load: {mix: {get: 1, insert: 9}"),
    ];
    let window = proptest::option::of((0..4_999_u64, proptest::option::of(1..5_000_u64)));
    (kinds, window).prop_map(|(kind, window)| match window {
        None => format!("{kind}}}"),
        Some((start, None)) => format!("{kind}, during: {{start: {start}ms}}}}"),
        Some((start, Some(length))) => {
            format!("{kind}, during: {{start: {start}ms, for: {}ms}}}}", length.min(5_000 - start))
        }
    })
}

/// Lists of faults that an experiment may have: of those that drive what only one can drive, the first is kept.
fn fault_lists(length_min: usize) -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec(faults(), length_min..8).prop_map(|list| {
        let mut kept: Vec<String> = Vec::new();
        for fault in list {
            let kind = fault.split(':').next().unwrap_or_default().to_owned();
            let alone = ["realloc", "alloc_failure", "failpoint", "load"].contains(&kind.as_str());
            if !alone || !kept.iter().any(|other| other.starts_with(&kind)) {
                kept.push(fault);
            }
        }
        kept
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn the_same_seed_gives_the_same_plan(list in fault_lists(0), seed in any::<u64>()) {
        let text = with_faults(&list);
        prop_assert_eq!(plan(&text, seed), plan(&text, seed));
        prop_assert_ne!(plan(&text, seed).trials[0].seed, plan(&text, seed.wrapping_add(1)).trials[0].seed);
    }

    #[test]
    fn every_window_lies_in_the_fault_phase(list in fault_lists(1)) {
        let plan = plan(&with_faults(&list), 1);
        for fault in &plan.trials[1].faults {
            prop_assert!(!fault.length.is_zero());
            prop_assert!(fault.start.plus(fault.length) <= TimeSpan::from_millis(5_000));
        }
    }

    #[test]
    fn leaving_one_fault_out_changes_nothing_about_the_others(
        list in fault_lists(1),
        place in any::<prop::sample::Index>(),
        seed in any::<u64>(),
    ) {
        // Of equal faults the last one is left out: they differ by nothing but their order.
        let chosen = &list[place.index(list.len())];
        let removed = list.iter().rposition(|fault| fault == chosen).unwrap();
        let fewer: Vec<String> = list.iter().enumerate().filter(|(index, _)| *index != removed).map(|(_, fault)| fault.clone()).collect();
        let (whole, rest) = (plan(&with_faults(&list), seed), plan(&with_faults(&fewer), seed));
        let (whole, rest) = (whole.trials.last().unwrap(), rest.trials.last().unwrap());
        prop_assert_eq!(whole.seed, rest.seed);
        let kept = whole.faults.iter().enumerate().filter(|(index, _)| *index != removed).map(|(_, fault)| fault);
        for (before, after) in kept.zip(&rest.faults) {
            prop_assert_eq!((before.decision_key, before.start, before.length), (after.decision_key, after.start, after.length));
            prop_assert_eq!(&before.fault, &after.fault);
        }
    }
}

/// An experiment of one second that expects a finding within three, with two faults and a repair.
const EXPECTING: &str = "name: x
target: {package: p, workload: map.sharded}
expect: {finding: shared-backing, within: 3s}
repairs: [{workload: map.sharded, params: {shards: 64}}]
load: {rate: 1000/s}
phases: {warmup: 0s, baseline: 0s, fault: 1s, recovery: 0s}
faults:
  - latency: {at: map.shard.locked, delay: 1ms}
  - realloc: {container_every: 50ms}
";

#[test]
fn an_expectation_is_tried_several_times_then_each_fault_alone_then_the_repairs() {
    let plan = plan(EXPECTING, 42);
    let of = |role| plan.trials.iter().filter(move |trial| trial.role == role).collect::<Vec<_>>();
    assert_eq!(of(TrialRole::Treatment).len(), 3);
    let seeds: std::collections::BTreeSet<_> = of(TrialRole::Treatment).iter().map(|trial| trial.seed).collect();
    assert_eq!(seeds.len(), 3, "each attempt has a seed of its own");
    let alone = of(TrialRole::Alone);
    let full = &of(TrialRole::Treatment)[0].faults;
    for (trial, fault) in alone.iter().zip(full) {
        assert_eq!((trial.faults.len(), trial.faults[0].decision_key), (1, fault.decision_key));
    }
    let repair = of(TrialRole::Repair)[0];
    assert_eq!((repair.variant.as_str(), &repair.params["shards"]), ("map.sharded shards=64", &json!(64)));
    assert_eq!((repair.seed, &repair.faults), (of(TrialRole::Treatment)[0].seed, full));
    let numbers: Vec<_> = plan.trials.iter().map(|trial| trial.number).collect();
    assert_eq!(numbers, (0..plan.trials.len() as u32).collect::<Vec<_>>());
}

#[test]
fn costs_are_measured_in_a_closed_loop_and_each_round_begins_with_another_variant() {
    let plan = plan(EXPECTING, 42);
    let costs: Vec<_> = plan.trials.iter().filter(|trial| trial.role == TrialRole::Cost).collect();
    assert!(costs.iter().all(|trial| trial.load.rate.is_none() && trial.faults.is_empty()));
    let order: Vec<_> = costs.iter().map(|trial| trial.variant == "map.sharded").collect();
    assert_eq!(order, [true, false, false, true, true, false]);
    assert!(costs[0].seed == costs[1].seed && costs[1].seed != costs[2].seed);
}

#[test]
fn a_lean_plan_has_neither_faults_alone_nor_costs_and_the_same_trials_otherwise() {
    let experiment = experiment(EXPECTING);
    let lean = make(&experiment, &target(), 42, Extent { alone: false, cost_rounds: 0 });
    let full = make(&experiment, &target(), 42, Extent::default());
    assert!(lean.trials.iter().all(|trial| !matches!(trial.role, TrialRole::Alone | TrialRole::Cost)));
    assert_eq!(lean.trials[..4], full.trials[..4]);
}

#[test]
fn a_swarm_takes_turns_between_all_faults_and_a_part_of_them_none_first() {
    let text = EXPECTING.replace("within: 3s}", "within: 40s, plain: 5s}").replace("\nload:", "\nswarm: true\nload:");
    let plan = plan(&text, 42);
    let attempts: Vec<_> = plan.trials.iter().filter(|trial| trial.role == TrialRole::Treatment).collect();
    let faults =
        |trial: &&squall_model::TrialPlan| trial.faults.iter().map(|fault| fault.decision_key).collect::<Vec<_>>();
    assert_eq!(attempts.len(), 40);
    let all = faults(&attempts[0]);
    assert_eq!((all.len(), faults(&attempts[1]).len()), (2, 0));
    let even = attempts.iter().step_by(2);
    assert!(even.map(faults).all(|faults| faults == all), "every other attempt has all of them");
    let drawn: std::collections::BTreeSet<_> = attempts[3..].iter().step_by(2).map(faults).collect();
    assert_eq!(drawn.len(), 4, "every part of two faults comes up in 19 draws");
    let hurried: Vec<bool> = attempts.iter().map(|trial| trial.load.rate.is_none()).collect();
    assert_eq!(hurried[..2], [false, false]);
    let number = hurried.iter().filter(|hurried| **hurried).count();
    assert!((8..30).contains(&number), "{number} of 38 go as fast as they can");
    for trial in &attempts {
        assert!((0..).zip(&trial.faults).all(|(number, fault)| fault.number == number), "faults are numbered anew");
    }
    let controls = plan.trials.iter().filter(|trial| trial.role == TrialRole::Control).count();
    assert_eq!(controls, 5);
}

#[test]
fn an_aimed_stall_is_planned_with_every_instance_of_its_functions_once() {
    let plan = plan(&with_faults(&["stall: {at: {function: '*grow'}}".to_owned(), "stall: {at: any}".to_owned()]), 1);
    let functions: Vec<_> = plan.trials[1].faults.iter().map(|fault| fault.functions.clone()).collect();
    assert_eq!(functions, [vec![16, 32, 64], Vec::new()]);
}

#[test]
fn a_campaign_has_as_many_trials_as_fit_each_with_another_seed() {
    let text = format!("{}campaign: 40s\n", with_faults(&["stall: {at: auto}".to_owned()]));
    let plan = plan(&text, 1);
    let treatments: Vec<_> = plan.trials.iter().filter(|trial| trial.role == TrialRole::Treatment).collect();
    // One trial takes 9.5 s.
    assert_eq!((treatments.len(), plan.trials_judged()), (4, 4));
    assert!(treatments.windows(2).all(|pair| pair[0].seed != pair[1].seed && pair[0].faults == pair[1].faults));
    let words = render(&plan);
    assert!(
        words.contains("map.sharded: up to 2 of 2 sites a trial (1 point, 0 functions, 0 atomics, 1 word)"),
        "{words}"
    );
    assert!(words.contains("3 more trials: the campaign has 40s"), "{words}");
}

#[test]
fn a_campaign_chooses_among_what_its_workload_reaches() {
    let experiment = experiment(&with_faults(&["stall: {at: auto}".to_owned()]));
    let mut target = target();
    target.functions =
        vec![function("core::ptr::drop_in_place", &[1]), function("lru::pop", &[16, 32]), function("lru::get", &[48])];
    let cas =
        AtomicDescription { name: "lru::link:7".to_owned(), misses_presumed: 3, places: vec![(33, 40), (70, 75)] };
    target.workloads[0].reach =
        Some(squall_model::Reach { functions: vec![1, 32], points: Vec::new(), atomics: vec![cas] });
    target.workloads[0].words = vec!["head".to_owned()];
    let plan = make(&experiment, &target, 1, Extent::default());
    let sites = plan.campaign.unwrap().sites.remove("map.sharded").unwrap();
    let told: Vec<_> =
        sites.iter().map(|candidate| (candidate.site.to_string(), candidate.addresses.clone())).collect();
    let expected = [
        ("function lru::pop", vec![32]),
        ("atomic lru::link:7", vec![33, 40, 70, 75]),
        ("word auto", vec![]),
        ("word head", vec![]),
    ];
    assert_eq!(told, expected.map(|(site, addresses)| (site.to_owned(), addresses)));
}
