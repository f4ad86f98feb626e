//! The sites that a campaign chooses from, what was learned of each, and how they are ranked.

use crate::fault::{FunctionPattern, StallPlace};
use crate::finding::{ControlCount, Lift};
use crate::units::TimeSpan;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// What kind of place a site is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SiteKind {
    /// A point in the code.
    Point,
    /// The beginning of a function of the program.
    Function,
    /// An atomic instruction of the program.
    Atomic,
    /// A word that the workload exports, or its own struct's.
    Word,
}

impl SiteKind {
    /// All kinds, in the order in which they are told.
    pub const ALL: [Self; 4] = [Self::Point, Self::Function, Self::Atomic, Self::Word];

    /// The kind's name, also in experiments.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Point => "point",
            Self::Function => "function",
            Self::Atomic => "atomic",
            Self::Word => "word",
        }
    }
}

/// A place at which a campaign can hold threads, the same in every run.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Site {
    /// What it is.
    pub kind: SiteKind,
    /// Its name.
    pub name: String,
}

impl Site {
    /// The site of this kind and name.
    pub fn new(kind: SiteKind, name: impl Into<String>) -> Self {
        Self { kind, name: name.into() }
    }

    /// The site as the place of a stall.
    pub fn place(&self) -> StallPlace {
        match self.kind {
            SiteKind::Point => StallPlace::Point(self.name.clone()),
            SiteKind::Function => StallPlace::Function(FunctionPattern::new(self.name.clone())),
            SiteKind::Atomic => StallPlace::Atomic(FunctionPattern::new(self.name.clone())),
            SiteKind::Word => StallPlace::Word(self.name.clone()),
        }
    }

    /// The site at which a stall holds threads; `None` if it holds them anywhere, or does not know yet.
    pub fn of(place: &StallPlace) -> Option<Self> {
        match place {
            StallPlace::Point(name) => Some(Self::new(SiteKind::Point, name)),
            StallPlace::Function(pattern) => Some(Self::new(SiteKind::Function, pattern.as_str())),
            StallPlace::Atomic(pattern) => Some(Self::new(SiteKind::Atomic, pattern.as_str())),
            StallPlace::Word(name) => Some(Self::new(SiteKind::Word, name)),
            StallPlace::Any | StallPlace::Auto => None,
        }
    }
}

impl fmt::Display for Site {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.kind.name(), self.name)
    }
}

/// A site that a campaign can choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// The site.
    pub site: Site,
    /// Where a function's instances that the workload can reach begin in the program's file; of an atomic instruction, in
    /// pairs, where it stands and what follows it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<u64>,
    /// How many trials without a find it counts for before anything is known: what a person named counts for few, the
    /// workload's own code around the container for many.
    pub misses_presumed: u32,
}

/// What a campaign chooses from in each variant of the target, and for how long.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Campaign {
    /// The time in trials with faults, if the experiment gives one; else the attempts at what is expected are the campaign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<TimeSpan>,
    /// The sites of each variant, sorted.
    pub sites: BTreeMap<String, Vec<Candidate>>,
    /// What it cannot choose from, and why, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
}

impl Campaign {
    /// The sites of one variant.
    pub fn of(&self, variant: &str) -> &[Candidate] {
        self.sites.get(variant).map_or(&[], Vec::as_slice)
    }
}

/// How often something was tried, and how often it went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SiteTally {
    /// The trials that it was drawn for.
    pub drawn: u64,
    /// Those of them in which a thread was held there.
    pub reached: u64,
    /// Those of them in which something was found.
    pub found: u64,
    /// The wrong answers and panics of the trials in which a thread was held there.
    pub wrong: u64,
    /// The operations of the same trials.
    pub operations: u64,
}

impl SiteTally {
    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            drawn: self.drawn.saturating_add(other.drawn),
            reached: self.reached.saturating_add(other.reached),
            found: self.found.saturating_add(other.found),
            wrong: self.wrong.saturating_add(other.wrong),
            operations: self.operations.saturating_add(other.operations),
        }
    }

    /// What is left of this without a part of it.
    #[must_use]
    pub const fn without(self, part: Self) -> Self {
        Self {
            drawn: self.drawn.saturating_sub(part.drawn),
            reached: self.reached.saturating_sub(part.reached),
            found: self.found.saturating_sub(part.found),
            wrong: self.wrong.saturating_sub(part.wrong),
            operations: self.operations.saturating_sub(part.operations),
        }
    }
}

/// What one trial of a campaign taught.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lesson {
    /// The sites that were drawn, each with whether a thread was held there.
    pub sites: Vec<(Site, bool)>,
    /// Whether something was found.
    pub found: bool,
    /// How many operations panicked or were answered wrong.
    pub wrong: u64,
    /// Out of how many.
    pub operations: u64,
}

impl Lesson {
    /// The trial as a tally of all trials.
    pub const fn of_trial(&self) -> SiteTally {
        SiteTally { drawn: 1, reached: 1, found: self.found as u64, wrong: self.wrong, operations: self.operations }
    }

    /// The trial as a tally of one of its sites.
    pub const fn of_site(&self, reached: bool) -> SiteTally {
        if reached { self.of_trial() } else { SiteTally { drawn: 1, reached: 0, found: 0, wrong: 0, operations: 0 } }
    }
}

/// What is known about the sites of one workload.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Knowledge {
    /// All trials.
    pub trials: SiteTally,
    /// Each site that was drawn at least once.
    pub sites: BTreeMap<Site, SiteTally>,
    /// The sites that were known before this run.
    pub remembered: BTreeSet<Site>,
}

impl Knowledge {
    /// What earlier runs left.
    pub fn remembered(trials: SiteTally, sites: BTreeMap<Site, SiteTally>) -> Self {
        Self { trials, remembered: sites.keys().cloned().collect(), sites }
    }

    /// What is known of a site; nothing if it was never drawn.
    pub fn of(&self, site: &Site) -> SiteTally {
        self.sites.get(site).copied().unwrap_or_default()
    }

    /// Takes a lesson in.
    pub fn learn(&mut self, lesson: &Lesson) {
        self.trials = self.trials.plus(lesson.of_trial());
        for (site, reached) in &lesson.sites {
            let tally = self.sites.entry(site.clone()).or_default();
            *tally = tally.plus(lesson.of_site(*reached));
        }
    }
}

/// What a site was worth, in this run and those before it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SiteRank {
    /// The site.
    pub site: Site,
    /// In how many trials a thread was held there.
    pub trials: u64,
    /// In how many of those something was found.
    pub found: u64,
    /// The same of the trials in which no thread was held there.
    pub without: ControlCount,
    /// How many times as often as in those something was found, with a 95 % interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lift: Option<Lift>,
    /// The same for wrong answers and panics per operation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wrong_lift: Option<Lift>,
    /// Whether it was known before this run.
    pub remembered: bool,
}

/// What a campaign came to.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct CampaignJudgement {
    /// How many trials with faults it had.
    pub trials: u64,
    /// In how many of those something was found.
    pub found: u64,
    /// The trial that thresholds, oracles, faults and outcomes are told of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<u32>,
    /// How many sites it could choose from.
    pub sites: u64,
    /// How many of those it drew.
    pub drawn: u64,
    /// At how many of those a thread was held.
    pub reached: u64,
    /// The sites that were reached, in this run or before, the most telling first.
    pub ranks: Vec<SiteRank>,
    /// What it could not choose from, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lesson_counts_for_the_sites_that_were_reached_and_against_those_that_were_not() {
        let site = |name| Site::new(SiteKind::Function, name);
        let lesson =
            Lesson { sites: vec![(site("a"), true), (site("b"), false)], found: true, wrong: 3, operations: 9 };
        let mut knowledge = Knowledge::default();
        knowledge.learn(&lesson);
        knowledge.learn(&Lesson { sites: Vec::new(), found: false, wrong: 0, operations: 1 });
        assert_eq!(knowledge.of(&site("a")), SiteTally { drawn: 1, reached: 1, found: 1, wrong: 3, operations: 9 });
        assert_eq!(knowledge.of(&site("b")), SiteTally { drawn: 1, ..SiteTally::default() });
        let without = knowledge.trials.without(knowledge.of(&site("a")));
        assert_eq!((without.reached, without.found, without.operations), (1, 0, 1));
    }

    #[test]
    fn a_site_is_the_place_that_it_was_made_of() {
        for kind in SiteKind::ALL {
            let site = Site::new(kind, "a::b");
            assert_eq!(Site::of(&site.place()), Some(site));
        }
        assert_eq!(Site::of(&StallPlace::Auto), None);
    }
}
