//! Takes a planned trial whose sites are left to squall and what is known of them, hands on the trial with its sites. A pure
//! function: the same plan, trial and knowledge always draw the same.
//!
//! Sites are drawn by Thompson's rule (Thompson, "On the likelihood that one unknown probability exceeds another",
//! Biometrika 25, 1933): for each site a chance of a find is drawn from what is believed of it, a beta distribution, and the
//! sites with the greatest are tried. So what found something is tried again, what never did becomes rare, and what is
//! unknown keeps its turn. That a trial has several sites, drawn anew each time, is what tells their parts in a find apart
//! (Tzoref, Ur, Yom-Tov, "Instrumenting where it hurts", ISSTA 2007).

use super::make::planned_anew;
use rand::SeedableRng;
use rand_distr::{Beta, Distribution};
use rand_xoshiro::Xoshiro256PlusPlus;
use squall_model::decision::{decide, derive_seed, fraction, text_hash};
use squall_model::fault::{Fault, FaultPlan, Stall};
use squall_model::units::{TimeRange, TimeSpan};
use squall_model::{Candidate, Knowledge, Plan, Site, SiteKind, SiteTally, TrialPlan};

/// The most sites of one trial: a thread has so many hardware breakpoints, so that none waits for its turn.
pub const SITES_MAX: u64 = 4;
/// Of a campaign's trials, this share has no site: some failures show only where nothing disturbs.
const UNDISTURBED_SHARE: f64 = 0.125;
/// For how many finds a site counts before anything is known. Few: of many sites hardly any matters, and a greater number
/// would let each of them be tried several times before one that found something is tried again. Simulated with 200 sites of
/// which 2 matter, 20 finds took 202 trials with 0.1, 280 with 0.3, 421 with 1, and 1,057 with even draws.
const HITS_PRESUMED: f64 = 0.1;
/// At a point a drawn stall without `for` holds within one of these ranges: from the shortest on, each twice the last, up
/// to eight times its own beginning.
const SHORTEST_MICROS: u64 = 10;
const RANGES: u64 = 8;
const RANGE_WIDTH: u64 = 8;

/// Streams of one trial's draws.
const HOW_MANY: u64 = 0;
const WHETHER: u64 = 1;
const HOW_LONG: u64 = 2;

/// The trial with its sites drawn; as it is, if it leaves none to squall.
pub fn draw(plan: &Plan, trial: &TrialPlan, knowledge: &Knowledge) -> TrialPlan {
    let Some(campaign) = plan.campaign.as_ref().filter(|_| is_open(trial)) else { return trial.clone() };
    let sites =
        if is_undisturbed(plan, trial) { Vec::new() } else { choose(campaign.of(&trial.variant), trial, knowledge) };
    with_sites(trial, &sites)
}

/// A trial that repeats another one's sites on its own variant; those that the variant lacks are left out.
pub fn redraw(plan: &Plan, trial: &TrialPlan, sites: &[Site]) -> TrialPlan {
    let Some(campaign) = plan.campaign.as_ref().filter(|_| is_open(trial)) else { return trial.clone() };
    let of_variant = campaign.of(&trial.variant).iter();
    let same: Vec<&Candidate> = of_variant.filter(|candidate| sites.contains(&candidate.site)).collect();
    with_sites(trial, &same)
}

/// The sites that squall drew for a trial.
pub fn drawn_sites(trial: &TrialPlan) -> Vec<Site> {
    let drawn = trial.faults.iter().filter(|planned| planned.drawn);
    let places = drawn.filter_map(|planned| match &planned.fault {
        Fault::Stall(stall) => Site::of(&stall.at),
        _ => None,
    });
    places.collect()
}

fn is_open(trial: &TrialPlan) -> bool {
    trial.faults.iter().any(|planned| planned.fault.is_auto())
}

/// Whether a trial goes without sites: of several the second one, and a share of the later ones.
fn is_undisturbed(plan: &Plan, trial: &TrialPlan) -> bool {
    let several = plan.trials.iter().any(|other| other.role == trial.role && other.attempt != trial.attempt);
    let drawn = fraction(decide(trial.seed, text_hash("sites"), 0, 0, WHETHER));
    several && (trial.attempt == 1 || trial.attempt > 1 && drawn < UNDISTURBED_SHARE)
}

/// The sites of a trial, the most promising first.
fn choose<'a>(candidates: &'a [Candidate], trial: &TrialPlan, knowledge: &Knowledge) -> Vec<&'a Candidate> {
    let number = 1 + decide(trial.seed, text_hash("sites"), 0, 0, HOW_MANY) % SITES_MAX;
    let chance = |candidate: &Candidate| {
        // Each site has random numbers of its own, so that one more site changes nothing about the others.
        let seed = derive_seed(trial.seed, &candidate.site.to_string(), 0);
        believed_chance(candidate.misses_presumed, knowledge.of(&candidate.site), seed)
    };
    let mut ranked: Vec<(f64, &Candidate)> =
        candidates.iter().map(|candidate| (chance(candidate), candidate)).collect();
    ranked.sort_by(|left, right| right.0.total_cmp(&left.0).then_with(|| left.1.site.cmp(&right.1.site)));
    ranked.into_iter().take(number as usize).map(|(_, candidate)| candidate).collect()
}

/// A chance of a find, drawn from what is believed of a site. A trial in which the site was not even reached counts as two
/// without a find: it cost as much and taught nothing about the others either.
fn believed_chance(misses_presumed: u32, tally: SiteTally, seed: u64) -> f64 {
    let missed = tally.drawn.saturating_sub(tally.found);
    let unreached = tally.drawn.saturating_sub(tally.reached);
    let hits = HITS_PRESUMED + tally.found as f64;
    let misses = f64::from(misses_presumed.max(1)) + (missed.saturating_add(unreached)) as f64;
    let belief = Beta::new(hits, misses);
    belief.map_or(0.0, |belief| belief.sample(&mut Xoshiro256PlusPlus::seed_from_u64(seed)))
}

/// The trial with a stall for each site in place of the one that leaves them open.
fn with_sites(trial: &TrialPlan, sites: &[&Candidate]) -> TrialPlan {
    let faults = trial.faults.iter().flat_map(|planned| match &planned.fault {
        Fault::Stall(stall) if planned.fault.is_auto() => {
            sites.iter().map(|candidate| at_site(planned, stall, candidate, trial.seed)).collect()
        }
        _ => vec![planned.clone()],
    });
    TrialPlan { faults: planned_anew(faults.collect()), ..trial.clone() }
}

fn at_site(planned: &FaultPlan, stall: &Stall, candidate: &Candidate, seed: u64) -> FaultPlan {
    let length = match candidate.site.kind {
        SiteKind::Point => Some(stall.length.unwrap_or_else(|| length_at_point(seed, &candidate.site))),
        SiteKind::Function | SiteKind::Atomic | SiteKind::Word => stall.length,
    };
    let fault = Fault::Stall(Stall { at: candidate.site.place(), length, ..stall.clone() });
    FaultPlan { fault, functions: candidate.addresses.clone(), drawn: true, ..planned.clone() }
}

/// At a point holds are those of starvation by default, which a short trial has no time for.
fn length_at_point(seed: u64, site: &Site) -> TimeRange {
    let drawn = decide(seed, text_hash(&site.to_string()), 0, 0, HOW_LONG) % RANGES;
    let low = SHORTEST_MICROS << drawn;
    TimeRange { low: TimeSpan::from_micros(low), high: TimeSpan::from_micros(low * RANGE_WIDTH) }
}
