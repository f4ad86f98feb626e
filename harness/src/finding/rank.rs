//! Takes what a campaign learned, hands on what each site was worth: how many times as often something was found with it as
//! without it, with an interval, the most telling first.

use super::lift::lift;
use crate::verdict::{lesson, telling_treatment};
use squall_model::{
    CampaignJudgement, ControlCount, Knowledge, Plan, Site, SiteRank, SiteTally, TrialRecord, TrialRole,
};
use std::collections::BTreeSet;

/// So many sites are ranked; a longer list is read by nobody.
const RANKS_MAX: usize = 32;

/// What a campaign came to; `None` if the run was none.
pub fn rank(plan: &Plan, records: &[TrialRecord], knowledge: &Knowledge) -> Option<CampaignJudgement> {
    let campaign = plan.campaign.as_ref()?;
    let treatments = records.iter().filter(|record| record.role == TrialRole::Treatment);
    let lessons: Vec<_> = treatments.map(|record| lesson(plan, record)).collect();
    let drawn: BTreeSet<&Site> = lessons.iter().flat_map(|lesson| &lesson.sites).map(|(site, _)| site).collect();
    let reached = lessons.iter().flat_map(|lesson| &lesson.sites).filter(|(_, reached)| *reached);
    let reached: BTreeSet<&Site> = reached.map(|(site, _)| site).collect();
    let target = plan.trials.iter().find(|trial| trial.role == TrialRole::Treatment);
    let mut ranks: Vec<SiteRank> = ranks(knowledge);
    ranks.truncate(RANKS_MAX);
    Some(CampaignJudgement {
        trials: lessons.len() as u64,
        found: lessons.iter().filter(|lesson| lesson.found).count() as u64,
        told: telling_treatment(plan, records).map(|record| record.number),
        sites: target.map_or(0, |trial| campaign.of(&trial.variant).len() as u64),
        drawn: drawn.len() as u64,
        reached: reached.len() as u64,
        ranks,
        left_out: campaign.left_out.clone(),
    })
}

/// The sites that were ever reached, the most telling first: by the lower end of how much more often something was found with
/// them, then by the same for wrong answers, which tells more where every trial finds something.
pub fn ranks(knowledge: &Knowledge) -> Vec<SiteRank> {
    let reached = knowledge.sites.iter().filter(|(_, tally)| tally.reached > 0);
    let mut ranks: Vec<SiteRank> = reached
        .map(|(site, tally)| rank_of(site, *tally, knowledge.trials, knowledge.remembered.contains(site)))
        .collect();
    let lower = |lift: Option<squall_model::Lift>| lift.map_or(0.0, |lift| lift.lower);
    ranks.sort_by(|left, right| {
        let by_finds = lower(right.lift).total_cmp(&lower(left.lift));
        let by_answers = || lower(right.wrong_lift).total_cmp(&lower(left.wrong_lift));
        by_finds
            .then_with(by_answers)
            .then_with(|| right.found.cmp(&left.found))
            .then_with(|| left.site.cmp(&right.site))
    });
    ranks
}

/// What the sites that squall drew for a trial were worth, the most telling first.
pub fn sites_of_trial(plan: &Plan, record: &TrialRecord, campaign: Option<&CampaignJudgement>) -> Vec<SiteRank> {
    let lesson = lesson(plan, record);
    let drawn = |rank: &&SiteRank| lesson.sites.iter().any(|(site, reached)| *reached && *site == rank.site);
    campaign.into_iter().flat_map(|campaign| &campaign.ranks).filter(drawn).cloned().collect()
}

fn rank_of(site: &Site, tally: SiteTally, trials: SiteTally, remembered: bool) -> SiteRank {
    // The sum over all trials counts each of them as reached; what is left are the trials without this site.
    let without = trials.without(SiteTally { drawn: tally.reached, ..tally });
    let count = |count, out_of| ControlCount { count, out_of };
    SiteRank {
        site: site.clone(),
        trials: tally.reached,
        found: tally.found,
        without: count(without.found, without.reached),
        lift: lift(tally.found, tally.reached, count(without.found, without.reached)),
        wrong_lift: lift(tally.wrong, tally.operations, count(without.wrong, without.operations)),
        remembered,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use squall_model::{Lesson, SiteKind};

    #[test]
    fn the_site_with_which_more_is_found_comes_first_with_its_interval() {
        let site = |name| Site::new(SiteKind::Function, name);
        let mut knowledge = Knowledge::default();
        for number in 0..40_u64 {
            let sites = if number % 2 == 0 { "guilty" } else { "innocent" };
            let found = number % 2 == 0 && number % 4 == 0 || number == 1;
            let lesson = Lesson { sites: vec![(site(sites), true)], found, wrong: u64::from(found), operations: 100 };
            knowledge.learn(&lesson);
        }
        let ranks = ranks(&knowledge);
        let [guilty, innocent] = ranks.as_slice() else { panic!("two sites") };
        assert_eq!((guilty.site.name.as_str(), guilty.trials, guilty.found), ("guilty", 20, 10));
        assert_eq!(guilty.without, ControlCount { count: 1, out_of: 20 });
        let lift = guilty.lift.unwrap();
        assert!((lift.value.unwrap() - 10.0).abs() < 1e-9 && lift.lower > 1.0, "{lift:?}");
        assert!(innocent.lift.unwrap().upper.unwrap() < 1.0 && !innocent.remembered);
    }

    #[test]
    fn a_site_that_was_never_reached_has_no_rank() {
        let mut knowledge = Knowledge::default();
        let site = Site::new(SiteKind::Point, "p");
        knowledge.learn(&Lesson { sites: vec![(site, false)], found: true, wrong: 1, operations: 1 });
        assert_eq!(ranks(&knowledge), []);
    }
}
