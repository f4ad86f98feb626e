//! The part of a report that says what a campaign's sites were worth.

use super::paint::{Paint, plain};
use squall_model::{CampaignJudgement, ControlCount, Lift, SiteRank, Table, text};

/// How many sites are shown; the rest is in the run directory.
const SITES_SHOWN_MAX: usize = 8;
/// How much of a site's name is shown: functions have long ones, which differ at their ends.
const CHARACTERS_SHOWN_MAX: usize = 70;

/// What the campaign had to choose from and what came of it, in one line each.
pub(super) fn lines(campaign: &CampaignJudgement) -> Vec<String> {
    let trials = text::counted(campaign.trials, "trial");
    let mut lines = Vec::new();
    if campaign.sites > 0 || campaign.drawn > 0 {
        let sites = text::counted(campaign.sites, "site");
        let (drawn, reached) = (text::count(campaign.drawn), text::count(campaign.reached));
        lines.push(format!(
            "of {sites}, {trials} drew {drawn} and reached {reached}; {} found something",
            campaign.found
        ));
    } else {
        lines.push(format!("{} of {trials} found something", campaign.found));
    }
    lines.extend(campaign.left_out.iter().map(|reason| format!("none of the {reason}")));
    lines
}

/// One row a site, the most telling first.
pub(super) fn table(campaign: &CampaignJudgement, paint: Paint) -> Table {
    let head = ["site", "trials with it", "found", "without it", "lift", "wrong answers' lift", ""];
    let mut table = Table::new(&head, |cell| paint.dim(cell));
    for rank in campaign.ranks.iter().take(SITES_SHOWN_MAX) {
        table.painted_row([
            plain(&name(rank)),
            plain(&text::count(rank.trials)),
            plain(&text::count(rank.found)),
            plain(&share(rank.without)),
            plain(&lift_in_words(rank.lift)),
            plain(&lift_in_words(rank.wrong_lift)),
            plain(if rank.remembered { "remembered" } else { "new" }),
        ]);
    }
    table
}

fn name(rank: &SiteRank) -> String {
    let name = rank.site.to_string();
    let long = name.chars().count().saturating_sub(CHARACTERS_SHOWN_MAX);
    if long == 0 { name } else { format!("…{}", name.chars().skip(long).collect::<String>()) }
}

fn share(count: ControlCount) -> String {
    format!("{} of {}", text::count(count.count), text::count(count.out_of))
}

/// How many times as often, with the interval; the lower end alone where the other trials found nothing.
fn lift_in_words(lift: Option<Lift>) -> String {
    match lift {
        None => "-".to_owned(),
        Some(Lift { value: Some(value), lower, upper }) => {
            let upper = upper.map_or_else(|| "∞".to_owned(), text::number);
            format!("x{} ({} to {upper})", text::number(value), text::number(lower))
        }
        Some(Lift { value: None, lower, .. }) => format!("at least x{}", text::number(lower)),
    }
}
