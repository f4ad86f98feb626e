//! Takes what a target says of itself, hands on the sites that a campaign chooses from: points that the workload passes,
//! functions and atomic instructions that it reaches, and words.

use super::make::Variant;
use crate::experiment::Experiment;
use squall_model::fault::{AUTO, FunctionPattern};
use squall_model::function_name::misses_presumed;
use squall_model::{AtomicDescription, Campaign, Candidate, Site, SiteKind, TargetDescription, WorkloadDescription};

/// For how many trials without a find a point or word counts before anything is known: a person has named it for a reason.
const MISSES_OF_A_NAMED_PLACE: u32 = 2;

/// The campaign of an experiment, if it leaves sites to squall or has a time for trials.
pub(super) fn campaign(experiment: &Experiment, variants: &[&Variant<'_>]) -> Option<Campaign> {
    let draws = experiment.draws_sites();
    if !draws && experiment.campaign.is_none() {
        return None;
    }
    let mut campaign = Campaign { length: experiment.campaign, ..Campaign::default() };
    for variant in variants.iter().filter(|_| draws) {
        campaign.sites.insert(variant.name.clone(), candidates(variant.program, &variant.workload));
    }
    if let Some(target) = variants.first().filter(|_| draws) {
        campaign.left_out = left_out(target.program);
    }
    Some(campaign)
}

/// The sites of one workload, sorted. Without breakpoints only points are left.
fn candidates(target: &TargetDescription, workload: &WorkloadDescription) -> Vec<Candidate> {
    let mut candidates: Vec<Candidate> = points(target, workload).chain(words(target, workload)).collect();
    candidates.extend(functions(target, workload));
    candidates.extend(atomics(target, workload));
    candidates.sort_by(|left, right| left.site.cmp(&right.site));
    candidates.dedup_by(|left, right| left.site == right.site);
    candidates
}

/// What no site can be chosen from, and why.
fn left_out(target: &TargetDescription) -> Vec<String> {
    let breakpoints = (!target.breakpoints).then(|| {
        let reason =
            target.breakpoints_refused.as_deref().unwrap_or("the target does not say that it can set breakpoints");
        format!("functions and words: {reason}")
    });
    let functions = target.functions_refused.as_ref().filter(|_| target.breakpoints);
    breakpoints.into_iter().chain(functions.map(|reason| format!("functions: {reason}"))).collect()
}

fn named(kind: SiteKind, name: &str) -> Candidate {
    let misses_presumed = MISSES_OF_A_NAMED_PLACE;
    Candidate { site: Site::new(kind, name), addresses: Vec::new(), misses_presumed }
}

/// The points that the workload passes; all of the program, where that cannot be told.
fn points<'a>(
    target: &'a TargetDescription,
    workload: &'a WorkloadDescription,
) -> impl Iterator<Item = Candidate> + use<'a> {
    let passed = |name: &String| workload.reach.as_ref().is_none_or(|reach| reach.points.contains(name));
    target.points.iter().filter(move |point| passed(&point.name)).map(|point| named(SiteKind::Point, &point.name))
}

fn words<'a>(
    target: &'a TargetDescription,
    workload: &'a WorkloadDescription,
) -> impl Iterator<Item = Candidate> + use<'a> {
    let names = workload.words.iter().map(String::as_str).chain([AUTO]);
    names.filter(|_| target.breakpoints).map(|name| named(SiteKind::Word, name))
}

/// The atomic instructions that the workload reaches.
fn atomics(target: &TargetDescription, workload: &WorkloadDescription) -> Vec<Candidate> {
    let known = workload.reach.iter().filter(|_| target.breakpoints).flat_map(|reach| &reach.atomics);
    let candidate = |atomic: &AtomicDescription| Candidate {
        site: Site::new(SiteKind::Atomic, &atomic.name),
        addresses: atomic.addresses().collect(),
        misses_presumed: atomic.misses_presumed,
    };
    known.map(candidate).collect()
}

/// The functions that the workload reaches; all that are fit, where that cannot be told.
fn functions<'a>(
    target: &'a TargetDescription,
    workload: &'a WorkloadDescription,
) -> impl Iterator<Item = Candidate> + use<'a> {
    let reached = |addresses: &[u64]| {
        let reach = workload.reach.as_ref();
        reach.is_none_or(|reach| addresses.iter().any(|address| reach.functions.binary_search(address).is_ok()))
    };
    let begun = target.functions.iter().filter(move |function| target.breakpoints && !function.addresses.is_empty());
    begun.filter(move |function| reached(&function.addresses)).filter_map(|function| {
        let misses_presumed = misses_presumed(&function.name)?;
        let addresses = target.beginnings(&FunctionPattern::new(function.name.clone()), workload);
        Some(Candidate { site: Site::new(SiteKind::Function, &function.name), addresses, misses_presumed })
    })
}
