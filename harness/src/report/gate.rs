//! Takes what a gate came to, hands on its lines for a person: the reason first, published bugs and how soon they were found,
//! hazards and what they cost to repair, other experiments, and what to type next.

use super::paint::{Paint, plain};
use super::variants::relative_in_words;
use squall_model::units::TimeSpan;
use squall_model::{ExitCode, GateEntry, GateRun, GateSummary, Table, Verdict, WrongCount, text};

/// How much of a reason is shown in a table.
const CHARACTERS_SHOWN_MAX: usize = 110;
/// How many runs are named to look at next.
const NEXT_MAX: usize = 5;

/// The lines of the report.
pub fn gate_lines(summary: &GateSummary, paint: Paint) -> Vec<String> {
    let (known, others): (Vec<&GateEntry>, Vec<&GateEntry>) =
        summary.entries.iter().partition(|entry| entry.hazard().is_some());
    let (relics, hazards): (Vec<&GateEntry>, Vec<&GateEntry>) =
        known.into_iter().partition(|entry| entry.relic.is_some());
    let mut lines = head(summary, paint);
    for table in [relic_table(&relics, paint), hazard_table(&hazards, paint), other_table(&others, paint)] {
        if !table.is_empty() {
            lines.push(String::new());
            lines.extend(table.lines(2));
        }
    }
    lines.extend(next(summary, paint));
    lines
}

fn head(summary: &GateSummary, paint: Paint) -> Vec<String> {
    let word = paint.headline(summary.verdict);
    let words = |length: TimeSpan| text::nanos(length.nanos() as f64);
    let runs: usize = summary.entries.iter().map(|entry| entry.runs.len()).sum();
    let facts = format!(
        "{}, {} in {} of {}  (exit {})",
        text::counted(summary.entries.len() as u64, "experiment"),
        text::counted(runs as u64, "run"),
        words(summary.spent),
        words(summary.budget),
        summary.exit_code.code()
    );
    vec![format!("{word}  {}", text::harmless(&summary.reason)), paint.dim(&facts)]
}

fn hazard_table(entries: &[&GateEntry], paint: Paint) -> Table {
    let head =
        ["hazard", "found in", "without faults", "by which fault", "repairs clean", "cheapest repair", "and its cost"];
    let mut table = Table::new(&head, |cell| paint.dim(cell));
    for entry in entries {
        let (clean, repairs) = entry.clean_repairs();
        let (cheapest, cost) = match entry.cheapest_repair() {
            Some(cost) => (cost.variant.as_str(), format!("throughput {}", relative_in_words(cost))),
            None => ("-", "not measured".to_owned()),
        };
        let found = entry.found_in().len() == entry.runs.len();
        table.painted_row([
            plain(entry.hazard().unwrap_or_default()),
            painted(&found_in_words(entry), found, paint),
            plain(&control_in_words(entry)),
            plain(by_in_words(entry)),
            painted(&format!("{clean} of {repairs}"), clean == repairs, paint),
            plain(cheapest),
            plain(&cost),
        ]);
    }
    table
}

/// Published bugs: how soon each was found, with faults and without, and whether the version that mends it is clean.
fn relic_table(entries: &[&GateEntry], paint: Paint) -> Table {
    let head = ["relic", "advisory", "kind", "found in", "trials", "plain load", "which fault", "fixed clean"];
    let mut table = Table::new(&head, |cell| paint.dim(cell));
    for entry in entries {
        let Some(relic) = &entry.relic else { continue };
        let (clean, repairs) = entry.clean_repairs();
        let found = entry.found_in().len() == entry.runs.len();
        table.painted_row([
            plain(entry.hazard().unwrap_or_default()),
            plain(&relic.advisory),
            plain(&relic.kind),
            painted(&found_in_words(entry), found, paint),
            plain(&trials_in_words(entry)),
            plain(&control_in_words(entry)),
            plain(by_in_words(entry)),
            painted(&format!("{clean} of {repairs}"), clean == repairs, paint),
        ]);
    }
    table
}

fn trials_in_words(entry: &GateEntry) -> String {
    match entry.trials_to_find() {
        None => "-".to_owned(),
        Some((fewest, most)) if fewest == most => fewest.to_string(),
        Some((fewest, most)) => format!("{fewest} to {most}"),
    }
}

/// The time until it was found; over several runs, in how many, with the median and the longest time.
fn found_in_words(entry: &GateEntry) -> String {
    let times = entry.found_in();
    let words = |place: usize| text::nanos(times[place].nanos() as f64);
    match (times.len(), entry.runs.len()) {
        (0, 1) => match entry.runs[0].judgement.exit_code {
            ExitCode::CanaryMissed => "MISSED".to_owned(),
            other => other.meaning().split(&[';', ','][..]).next().unwrap_or_default().to_owned(),
        },
        (1, 1) => words(0),
        (0, runs) => format!("0 of {runs}"),
        (found, runs) => format!("{found} of {runs}, median {}, at most {}", words(found / 2), words(found - 1)),
    }
}

/// What shows without any fault: after how long or in how many runs, or not in how long; and how much more rarely than under
/// faults, where that can be counted.
fn control_in_words(entry: &GateEntry) -> String {
    let expectations = || entry.runs.iter().filter_map(|run| run.judgement.expectation.as_ref());
    let Some(control) = expectations().filter_map(|expectation| expectation.control).reduce(WrongCount::plus) else {
        return "not tried".to_owned();
    };
    let words = |time: TimeSpan| text::nanos(time.nanos() as f64);
    let tried = expectations().fold(TimeSpan::ZERO, |sum, expectation| sum.plus(expectation.plain_tried));
    let plain: Vec<TimeSpan> = expectations().filter_map(|expectation| expectation.plain_found_in).collect();
    let Some(first) = plain.iter().min() else { return format!("not in {}", words(tried)) };
    let runs = expectations().filter(|expectation| expectation.control.is_some()).count();
    let when = if runs > 1 { format!("in {} of {runs}", plain.len()) } else { format!("after {}", words(*first)) };
    let faulted = expectations().map(|expectation| expectation.faulted).reduce(WrongCount::plus);
    let lift = faulted.map_or(0.0, WrongCount::rate) / control.rate();
    match lift {
        lift if lift.is_finite() && lift >= 1.5 => {
            format!("{when}, {} times as rarely", text::number(lift))
        }
        _ => when,
    }
}

/// What found it in the first run in which it was found.
fn by_in_words(entry: &GateEntry) -> &str {
    let found = entry.runs.iter().filter_map(|run| run.judgement.expectation.as_ref());
    found.map(|expectation| expectation.by.as_str()).find(|by| !by.is_empty()).unwrap_or("-")
}

fn other_table(entries: &[&GateEntry], paint: Paint) -> Table {
    let mut table = Table::new(&["experiment", "verdict", "findings", "reason"], |cell| paint.dim(cell));
    for entry in entries {
        let findings: u64 = entry.runs.iter().map(|run| run.findings).sum();
        let (verdict, reason) = match (&entry.problem, entry.decisive()) {
            (Some(problem), _) => (Verdict::Inconclusive, problem.reason.as_str()),
            (None, Some(run)) => (run.judgement.verdict, run.judgement.reason.as_str()),
            (None, None) => (Verdict::Inconclusive, "not run: the budget was used up"),
        };
        let passed = entry.runs.iter().filter(|run| run.judgement.verdict == verdict).count();
        let word = match entry.runs.len() {
            0 => "not run".to_owned(),
            1 => verdict.to_string(),
            runs => format!("{verdict} in {passed} of {runs}"),
        };
        table.painted_row([
            plain(&entry.experiment),
            (word.clone(), paint.verdict(verdict, &word)),
            plain(&text::count(findings)),
            plain(&text::cut(reason, CHARACTERS_SHOWN_MAX)),
        ]);
    }
    table
}

/// The runs that did not pass, with the command that tells each again.
fn next(summary: &GateSummary, paint: Paint) -> Vec<String> {
    let bad = |run: &&GateRun| run.judgement.verdict != Verdict::Pass;
    let runs: Vec<&GateRun> = summary.entries.iter().flat_map(|entry| &entry.runs).filter(bad).collect();
    if runs.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![String::new()];
    for run in runs.iter().take(NEXT_MAX) {
        lines.push(format!("  {}  squall report {}", paint.dim("look at"), text::harmless(&run.run_dir)));
        lines.push(format!("  {}  {}", paint.dim("again  "), text::harmless(&run.replay)));
    }
    if runs.len() > NEXT_MAX {
        lines.push(format!("  and {}", text::counted((runs.len() - NEXT_MAX) as u64, "more run")));
    }
    lines
}

fn painted(text: &str, good: bool, paint: Paint) -> (String, String) {
    (text.to_owned(), if good { text.to_owned() } else { paint.verdict(Verdict::Fail, text) })
}
