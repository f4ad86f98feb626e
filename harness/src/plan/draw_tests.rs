//! That sites are drawn as a pure function of what is known, and that what is learned makes finds far more frequent.

use super::tests::target;
use super::{Extent, SITES_MAX, draw, drawn_sites, make, redraw};
use crate::experiment::Experiment;
use proptest::prelude::*;
use squall_model::decision::{decide, derive_seed, fraction};
use squall_model::fault::Fault;
use squall_model::units::TimeSpan;
use squall_model::{
    Candidate, FunctionDescription, Knowledge, Lesson, Plan, Site, SiteKind, TargetDescription, TrialPlan, TrialRole,
};
use std::collections::BTreeSet;
use std::path::Path;

const HEAD: &str = "name: x\ntarget: {package: p, workload: map.sharded}\ncontrol: skip\n\
                    phases: {warmup: 0s, baseline: 0s, fault: 1s, recovery: 0s}\n";

fn site(number: usize) -> Site {
    Site::new(SiteKind::Function, format!("container::f{number}"))
}

/// A target with so many functions of a container; its points and words are left out.
fn with_functions(number: usize) -> TargetDescription {
    let function =
        |number: usize| FunctionDescription { name: site(number).name, bytes: 1, addresses: vec![number as u64 + 1] };
    TargetDescription { points: Vec::new(), functions: (0..number).map(function).collect(), ..target() }
}

fn planned(text: &str, seed: u64, target: &TargetDescription) -> Plan {
    let experiment = Experiment::parse(Path::new("x.yaml"), &format!("{HEAD}{text}"), &[]).expect(text);
    make(&experiment, target, seed, Extent::default())
}

/// A plan of so many trials that leave their sites open, out of so many functions.
fn plan(seed: u64, trials: u32, functions: usize) -> Plan {
    let text = "campaign: 3s\nfaults:\n  - stall: {at: auto, threads: 2}\n";
    let mut plan = planned(text, seed, &with_functions(functions));
    let sites = plan.campaign.iter_mut().flat_map(|campaign| campaign.sites.values_mut());
    sites.for_each(|sites| sites.retain(|candidate| candidate.site.kind == SiteKind::Function));
    let first = plan.trials[0].clone();
    let trial = |attempt| TrialPlan {
        number: attempt,
        attempt,
        seed: derive_seed(seed, "trial treatment", u64::from(attempt)),
        ..first.clone()
    };
    plan.trials = (0..trials).map(trial).collect();
    plan
}

/// What nature answers: a trial finds something with a chance of 40 % if it has a guilty site, and of 1 % if not; some sites
/// are never reached.
fn answer(seed: u64, trial: &TrialPlan, guilty: [usize; 2]) -> Lesson {
    let guilty = guilty.map(site);
    let drawn = drawn_sites(trial);
    let chance = if drawn.iter().any(|drawn| guilty.contains(drawn)) { 0.4 } else { 0.01 };
    let found = fraction(decide(seed, 77, 0, u64::from(trial.attempt), 0)) < chance;
    let reached = |site: &Site| guilty.contains(site) || !site.name.ends_with('7');
    Lesson {
        sites: drawn.into_iter().map(|site| (site.clone(), reached(&site))).collect(),
        found,
        wrong: 0,
        operations: 1,
    }
}

/// The number of the trial with which a campaign has found something so often.
fn trials_until(finds: usize, seed: u64, learns: bool) -> usize {
    let plan = plan(seed, 3_000, 200);
    let mut knowledge = Knowledge::default();
    let mut found = 0;
    for (number, trial) in (1..).zip(&plan.trials) {
        let lesson = answer(seed, &draw(&plan, trial, &knowledge), [11, 142]);
        found += usize::from(lesson.found);
        if found == finds {
            return number;
        }
        if learns {
            knowledge.learn(&lesson);
        }
    }
    plan.trials.len()
}

#[test]
fn of_two_hundred_sites_the_two_that_matter_are_learned_in_far_fewer_trials_than_even_draws_need() {
    let median = |learns| {
        let mut trials: Vec<usize> = (1..=5).map(|seed| trials_until(10, seed, learns)).collect();
        trials.sort_unstable();
        trials[2]
    };
    let (learned, even) = (median(true), median(false));
    assert!(learned * 2 <= even, "10 finds take {learned} trials with what was learned, and {even} without");
}

#[test]
fn what_was_learned_names_the_guilty_sites_first() {
    let mut right = 0;
    for seed in 1..=5 {
        let plan = plan(seed, 300, 200);
        let mut knowledge = Knowledge::default();
        for trial in &plan.trials {
            knowledge.learn(&answer(seed, &draw(&plan, trial, &knowledge), [11, 142]));
        }
        let mut ranked: Vec<(&Site, f64)> = knowledge
            .sites
            .iter()
            .map(|(site, tally)| (site, tally.found as f64 / (tally.drawn as f64 + 5.0)))
            .collect();
        ranked.sort_by(|left, right| right.1.total_cmp(&left.1));
        right += usize::from([site(11), site(142)].contains(ranked[0].0));
    }
    assert!(right >= 4, "in {right} of 5 campaigns a guilty site comes first");
}

#[test]
fn the_second_trial_and_some_later_ones_have_no_site_and_the_first_always_has() {
    let plan = plan(7, 400, 30);
    let numbers: Vec<usize> =
        plan.trials.iter().map(|trial| drawn_sites(&draw(&plan, trial, &Knowledge::default())).len()).collect();
    assert!(numbers[0] > 0 && numbers[1] == 0);
    let undisturbed = numbers[2..].iter().filter(|number| **number == 0).count();
    assert!((30..75).contains(&undisturbed), "{undisturbed} of 398 trials have no site");
    assert_eq!(numbers.iter().max(), Some(&(SITES_MAX as usize)));
}

#[test]
fn a_drawn_stall_keeps_what_was_asked_of_it_and_gets_a_site() {
    let text = "faults:\n  - stall: {at: auto, threads: 2}\n  - latency: {at: map.shard.locked, delay: 1ms}\n";
    let plan = planned(text, 3, &target());
    let trial = draw(&plan, &plan.trials[0], &Knowledge::default());
    let (last, drawn) = trial.faults.split_last().unwrap();
    assert!(!drawn.is_empty() && !last.drawn && matches!(last.fault, Fault::Latency(_)));
    for (number, planned) in (0..).zip(drawn) {
        let Fault::Stall(stall) = &planned.fault else { panic!("a stall") };
        assert_eq!((planned.number, planned.drawn), (number, true));
        assert_eq!(stall.threads, squall_model::fault::ThreadShare::Count(2));
    }
    let again = redraw(&plan, &plan.trials[0], &drawn_sites(&trial));
    let sorted = |trial: &TrialPlan| drawn_sites(trial).into_iter().collect::<BTreeSet<_>>();
    assert_eq!(sorted(&again), sorted(&trial));
}

#[test]
fn at_a_point_a_drawn_stall_is_short_unless_the_experiment_says_otherwise() {
    let mut plan = planned("faults:\n  - stall: {at: auto}\n", 1, &target());
    let point = Candidate { site: Site::new(SiteKind::Point, "p"), addresses: Vec::new(), misses_presumed: 2 };
    plan.campaign.as_mut().unwrap().sites.values_mut().for_each(|sites| *sites = vec![point.clone()]);
    let trial = draw(&plan, &plan.trials[0], &Knowledge::default());
    let Fault::Stall(stall) = &trial.faults[0].fault else { panic!("a stall") };
    assert!(stall.longest() <= TimeSpan::from_millis(11), "{}", stall.longest());
}

proptest! {
    #[test]
    fn the_same_plan_and_knowledge_always_draw_the_same(seed in any::<u64>(), found in 0_u64..20, more in 1_usize..40) {
        let plan = plan(seed, 3, more);
        let mut knowledge = Knowledge::default();
        for number in 0..found {
            let sites = vec![(site(number as usize % more), true)];
            knowledge.learn(&Lesson { sites, found: number % 2 == 0, wrong: 1, operations: 2 });
        }
        for trial in &plan.trials {
            let drawn = draw(&plan, trial, &knowledge);
            prop_assert_eq!(&drawn, &draw(&plan, trial, &knowledge));
            let sites = drawn_sites(&drawn);
            let distinct: BTreeSet<&Site> = sites.iter().collect();
            prop_assert!(distinct.len() == sites.len() && sites.len() <= (SITES_MAX as usize).min(more));
            prop_assert!(drawn.role == TrialRole::Treatment && drawn.faults.iter().all(|planned| !planned.fault.is_auto()));
        }
    }
}
