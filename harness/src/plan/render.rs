//! Takes a plan, hands on the text in which a human checks it: phases on a time line, faults with their windows, load
//! and operations.

use super::draw::SITES_MAX;
use squall_model::units::TimeSpan;
use squall_model::{Arrivals, Candidate, Keys, Phase, Plan, SiteKind, Table, TrialPlan, TrialRole, text};

/// The plan as aligned text: a block for the control and one for the first treatment, and a line for each kind of trial
/// that repeats the treatment with another seed, variant or choice of faults.
pub fn render(plan: &Plan) -> String {
    let mut text = format!("seed {}\n", plan.seed);
    for role in [TrialRole::Control, TrialRole::Treatment] {
        for trial in plan.trials.iter().filter(|trial| trial.role == role).take(1) {
            text.push('\n');
            text.push_str(&render_trial(trial));
        }
    }
    let lines: Vec<String> = [plain(plan), attempts(plan), campaign(plan), alone(plan), repairs(plan), costs(plan)]
        .into_iter()
        .flatten()
        .collect();
    let sites = sites(plan);
    if !sites.is_empty() {
        text.push_str(&format!("\nauto chooses\n  {}\n", sites.join("\n  ")));
    }
    if !lines.is_empty() {
        text.push_str(&format!("\nthen\n  {}\n", lines.join("\n  ")));
    }
    text
}

fn count_of(plan: &Plan, role: TrialRole) -> usize {
    plan.trials.iter().filter(|trial| trial.role == role).count()
}

fn plain(plan: &Plan) -> Option<String> {
    let more = (count_of(plan, TrialRole::Control) as u64).saturating_sub(1);
    (more > 0).then(|| format!("up to {} without faults, until it is found", text::counted(more, "more attempt")))
}

fn attempts(plan: &Plan) -> Option<String> {
    let expect = plan.criteria.expect.as_ref()?;
    let more = (count_of(plan, TrialRole::Treatment) as u64).saturating_sub(1);
    let until = format!("until {} is found, within {}", text::harmless(&expect.finding), expect.within);
    Some(match more {
        0 => format!("no further attempt: one takes all of the {}", expect.within),
        more => format!("up to {}, {until}", text::counted(more, "more attempt")),
    })
}

fn campaign(plan: &Plan) -> Option<String> {
    let length = plan.campaign.as_ref()?.length?;
    let more = (count_of(plan, TrialRole::Treatment) as u64).saturating_sub(1);
    Some(format!("{}: the campaign has {length}", text::counted(more, "more trial")))
}

/// What is chosen from, in each variant.
fn sites(plan: &Plan) -> Vec<String> {
    let Some(campaign) = &plan.campaign else { return Vec::new() };
    let of_kind =
        |sites: &[Candidate], kind| sites.iter().filter(|candidate| candidate.site.kind == kind).count() as u64;
    let chosen = campaign.sites.iter().map(|(variant, sites)| {
        let kinds = SiteKind::ALL.map(|kind| text::counted(of_kind(sites, kind), kind.name()));
        let all = text::counted(sites.len() as u64, "site");
        let most = SITES_MAX.min(sites.len() as u64);
        format!("{}: up to {most} of {all} a trial ({})", text::harmless(variant), kinds.join(", "))
    });
    let left_out = campaign.left_out.iter().map(|reason| format!("none of the {}", text::harmless(reason)));
    chosen.chain(left_out).collect()
}

fn alone(plan: &Plan) -> Option<String> {
    let faults = count_of(plan, TrialRole::Alone);
    (faults > 0).then(|| format!("each of the {faults} faults alone, if it is found"))
}

fn repairs(plan: &Plan) -> Option<String> {
    let names = plan.variants(TrialRole::Repair).join(", ");
    (!names.is_empty()).then(|| format!("the repairs under the same load and faults: {}", text::harmless(&names)))
}

fn costs(plan: &Plan) -> Option<String> {
    let names = plan.variants(TrialRole::Cost).len();
    let rounds = count_of(plan, TrialRole::Cost).checked_div(names)?;
    let length = plan.trials.iter().find(|trial| trial.role == TrialRole::Cost)?.phases.total();
    Some(format!("the cost of each variant as fast as it goes, without faults: {rounds} rounds of {length}"))
}

fn render_trial(trial: &TrialPlan) -> String {
    let mut text = format!("{}: {} for {}\n", trial.role, text::harmless(&trial.workload), trial.phases.total());
    for table in [phases(trial), faults(trial), load(trial)] {
        for line in table.lines(2) {
            text.push_str(&line);
            text.push('\n');
        }
    }
    text
}

fn phases(trial: &TrialPlan) -> Table {
    let mut table = Table::new(&["phase", "start", "end"], str::to_owned);
    let mut start = TimeSpan::ZERO;
    for phase in Phase::ALL {
        let length = trial.phases.get(phase);
        if !length.is_zero() {
            table.row([phase.name(), &start.to_string(), &start.plus(length).to_string()]);
        }
        start = start.plus(length);
    }
    table
}

/// Each fault with its window, counted from the beginning of the trial like the phases above it.
fn faults(trial: &TrialPlan) -> Table {
    if trial.faults.is_empty() {
        return Table::default();
    }
    let phase_start = trial.phases.warmup.plus(trial.phases.baseline);
    let mut table = Table::new(&["fault", "start", "end"], str::to_owned);
    for planned in &trial.faults {
        let start = phase_start.plus(planned.start);
        table.row([&planned.fault.to_string(), &start.to_string(), &start.plus(planned.length).to_string()]);
    }
    table
}

fn load(trial: &TrialPlan) -> Table {
    let load = &trial.load;
    let pace = match (load.rate, load.arrivals) {
        (None, _) => "closed loop".to_owned(),
        (Some(rate), Arrivals::Poisson) => format!("{rate}, poisson arrivals"),
        (Some(rate), Arrivals::Fixed) => format!("{rate}, fixed arrivals"),
    };
    let oracles = if trial.oracles.is_empty() { "none".to_owned() } else { trial.oracles.join(", ") };
    let mut table = Table::default();
    let (pace, keys) = match load.scripts {
        None => (pace, keys(load.keys)),
        Some(scripts) => {
            let each = format!("scripts of up to {} operations a thread, {} each", scripts.operations, scripts.each);
            (each, "one or two".to_owned())
        }
    };
    let rows = [
        ("load", format!("{} workers, {pace}, timeout {}", load.workers, load.timeout)),
        ("keys", keys),
        ("operations", operations(trial)),
        ("params", trial.params.to_string()),
        ("oracles", oracles),
    ];
    for (name, value) in rows {
        table.row([name, &value]);
    }
    table
}

fn keys(keys: Keys) -> String {
    let distribution = match (keys.zipf, keys.hot) {
        (Some(zipf), _) => format!("zipf {zipf}"),
        (None, Some(hot)) => format!("{} hot keys get {}", hot.keys, hot.share),
        (None, None) => "uniform".to_owned(),
    };
    format!("{}, {distribution}", keys.count)
}

fn operations(trial: &TrialPlan) -> String {
    let sum: u64 = trial.load.weights.iter().map(|weight| u64::from(*weight)).sum();
    let share = |(name, weight): (&String, &u32)| {
        let percent = f64::from(*weight) * 100.0 / sum.max(1) as f64;
        format!("{name} {}%", (percent * 10.0).round() / 10.0)
    };
    trial.operations.iter().zip(&trial.load.weights).map(share).collect::<Vec<_>>().join(", ")
}
