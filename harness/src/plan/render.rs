//! Takes a plan, hands on the text in which a human checks it: phases on a time line, faults with their windows, load
//! and operations.

use squall_model::units::TimeSpan;
use squall_model::{Arrivals, Keys, Phase, Plan, TrialPlan};
use std::fmt::Write;

/// The plan as aligned text, one block a trial.
pub fn render(plan: &Plan) -> String {
    let mut text = format!("seed {}\n", plan.seed);
    for trial in &plan.trials {
        text.push('\n');
        text.push_str(&render_trial(trial));
    }
    text.push_str(&render_thresholds(plan));
    text
}

fn render_trial(trial: &TrialPlan) -> String {
    let mut text = format!("{}: {} for {}\n", trial.role, trial.workload, trial.phases.total());
    text.push_str(&table("  ", &phase_rows(trial)));
    text.push_str(&table("  ", &fault_rows(trial)));
    text.push_str(&table("  ", &load_rows(trial)));
    text
}

fn phase_rows(trial: &TrialPlan) -> Vec<Vec<String>> {
    let mut rows = vec![words(["phase", "start", "end"])];
    let mut start = TimeSpan::ZERO;
    for phase in Phase::ALL {
        let length = trial.phases.get(phase);
        if !length.is_zero() {
            rows.push(vec![phase.to_string(), start.to_string(), start.plus(length).to_string()]);
        }
        start = start.plus(length);
    }
    rows
}

/// Each fault with its window, counted from the beginning of the trial like the phases above it.
fn fault_rows(trial: &TrialPlan) -> Vec<Vec<String>> {
    if trial.faults.is_empty() {
        return Vec::new();
    }
    let phase_start = trial.phases.warmup.plus(trial.phases.baseline);
    let mut rows = vec![words(["fault", "start", "end"])];
    for planned in &trial.faults {
        let start = phase_start.plus(planned.start);
        rows.push(vec![planned.fault.to_string(), start.to_string(), start.plus(planned.length).to_string()]);
    }
    rows
}

fn load_rows(trial: &TrialPlan) -> Vec<Vec<String>> {
    let load = &trial.load;
    let pace = match (load.rate, load.arrivals) {
        (None, _) => "closed loop".to_owned(),
        (Some(rate), Arrivals::Poisson) => format!("{rate}, poisson arrivals"),
        (Some(rate), Arrivals::Fixed) => format!("{rate}, fixed arrivals"),
    };
    let oracles = if trial.oracles.is_empty() { "none".to_owned() } else { trial.oracles.join(", ") };
    let rows = [
        ("load", format!("{} workers, {pace}, timeout {}", load.workers, load.timeout)),
        ("keys", keys(load.keys)),
        ("operations", operations(trial)),
        ("params", trial.params.to_string()),
        ("oracles", oracles),
    ];
    rows.into_iter().map(|(name, value)| vec![name.to_owned(), value]).collect()
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

fn render_thresholds(plan: &Plan) -> String {
    if plan.criteria.thresholds.is_empty() {
        return String::new();
    }
    let header = vec![words(["threshold", "phase", "limit"])];
    let rows = plan.criteria.thresholds.iter();
    let rows = rows.map(|each| vec![each.name.clone(), each.phase.to_string(), each.written.clone()]);
    format!("\n{}", table("", &header.into_iter().chain(rows).collect::<Vec<_>>()))
}

fn words<const COUNT: usize>(words: [&str; COUNT]) -> Vec<String> {
    words.map(str::to_owned).to_vec()
}

/// Rows with aligned columns and no space at the end of a line.
fn table(indent: &str, rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let length = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let lengths: Vec<usize> = (0..columns).map(length).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = indent.to_owned();
        for (cell, length) in row.iter().zip(&lengths) {
            // Writing to a string cannot fail.
            let _ = write!(line, "{cell:<length$}  ");
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
