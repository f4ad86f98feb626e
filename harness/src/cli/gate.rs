//! `squall gate`: runs all experiments of a selection within a budget of time, and ends with one table.

use super::arguments::{Format, GateArguments, Output};
use super::machine::{colours, random_number};
use super::output::{talk, tell};
use super::pipeline::{self, Finished, Stage};
use super::problem::Problem;
use super::run::runtime;
use super::selection;
use super::target::{Prepared, Workshop};
use crate::experiment::Experiment;
use crate::plan::{self, Extent};
use crate::report::{Live, Ndjson, Paint, Reporter, gate_lines};
use crate::run::{Interrupts, Leash};
use serde_json::json;
use squall_model::units::TimeSpan;
use squall_model::{ExitCode, GateEntry, GateProblem, GateRun, GateSummary, Verdict, text};
use std::io::{IsTerminal, stderr, stdout};
use std::time::Instant;

/// What a budget that does not suffice for everything leaves out first, step by step.
const EXTENTS: [Extent; 4] = [
    Extent { alone: true, cost_rounds: 3 },
    Extent { alone: true, cost_rounds: 1 },
    Extent { alone: false, cost_rounds: 1 },
    Extent { alone: false, cost_rounds: 0 },
];

/// Runs the gate; the exit code is the gravest of its runs'.
pub(super) fn gate(arguments: &GateArguments, output: Output) -> Result<ExitCode, Problem> {
    let files = selection::select(&arguments.paths)?;
    let read = |file: &std::path::PathBuf| Experiment::read(file, &arguments.set);
    let experiments: Vec<Experiment> = files.iter().map(read).collect::<Result<_, _>>()?;
    let summary = runtime()?.block_on(run_gate(&experiments, arguments, output))?;
    match output.format {
        Format::Human => {
            let paint = Paint { colours: colours(output.color, stdout().is_terminal()) };
            gate_lines(&summary, paint).iter().for_each(|line| tell(line));
        }
        Format::Json => tell(&json!(summary).to_string()),
        Format::Ndjson => tell(&json!({ "gate": summary }).to_string()),
    }
    Ok(summary.exit_code)
}

async fn run_gate(
    experiments: &[Experiment],
    arguments: &GateArguments,
    output: Output,
) -> Result<GateSummary, Problem> {
    let leash = Leash::start().map_err(Problem::system("starting the leash"))?;
    let mut interrupts = Interrupts::listen().map_err(Problem::system("listening to signals"))?;
    let mut workshop = Workshop::default();
    let mut prepared = Vec::new();
    let mut entries: Vec<GateEntry> = experiments.iter().map(|experiment| entry(experiment, arguments.seeds)).collect();
    for experiment in experiments {
        tokio::select! {
            ready = workshop.prepare(experiment, &leash, output) => prepared.push(ready?),
            () = interrupts.next() => {
                return Ok(summarise(entries, arguments.budget, TimeSpan::ZERO, true));
            }
        }
    }
    let extent = extent_within(experiments, &prepared, arguments)?;
    let mut bench = Bench {
        arguments,
        output,
        leash: &leash,
        interrupts: &mut interrupts,
        began: Instant::now(),
        extent,
        drawn: random_number()?,
    };
    let mut interrupted = false;
    'rounds: for round in 0..arguments.seeds {
        for (place, (experiment, ready)) in experiments.iter().zip(&prepared).enumerate() {
            if entries[place].problem.is_some() {
                continue;
            }
            let run = match bench.run(experiment, ready, round).await {
                Ok(Some(run)) => run,
                Ok(None) => continue,
                Err(problem) => {
                    entries[place].problem = Some(told(experiment, &problem));
                    // Where squall itself fails, the next experiment would fail, too; what was found so far is told.
                    if problem.exit_code() == ExitCode::SquallFailed { break 'rounds } else { continue }
                }
            };
            interrupted = run.judgement.exit_code == ExitCode::Interrupted;
            entries[place].runs.push(run);
            if interrupted {
                break 'rounds;
            }
        }
    }
    Ok(summarise(entries, arguments.budget, bench.began.elapsed().into(), interrupted))
}

fn entry(experiment: &Experiment, seeds: u32) -> GateEntry {
    GateEntry {
        file: experiment.file().display().to_string(),
        experiment: experiment.name.clone(),
        relic: experiment.relic.clone(),
        asked: seeds,
        runs: Vec::new(),
        problem: None,
    }
}

/// Tells why an experiment could not be run, and keeps it for the table.
fn told(experiment: &Experiment, problem: &Problem) -> GateProblem {
    let reason = problem.in_words();
    talk(&format!("{}: {}", text::harmless(&experiment.name), text::harmless(&reason)));
    GateProblem { reason, exit_code: problem.exit_code() }
}

/// The most that the budget allows for every experiment alike, told if it is not all.
fn extent_within(
    experiments: &[Experiment],
    prepared: &[Prepared],
    arguments: &GateArguments,
) -> Result<Extent, Problem> {
    let lengths = |extent: Extent| {
        experiments.iter().zip(prepared).map(move |(experiment, ready)| length(experiment, ready, extent))
    };
    let all = |extent| lengths(extent).fold(TimeSpan::ZERO, TimeSpan::plus);
    let whole = |extent| TimeSpan::from_nanos(all(extent).nanos().saturating_mul(u64::from(arguments.seeds)));
    let choices = if arguments.lean { &EXTENTS[3..] } else { &EXTENTS[..] };
    let fitting = choices.iter().find(|extent| whole(**extent) <= arguments.budget);
    let extent = *fitting.unwrap_or(&EXTENTS[3]);
    let shortest = lengths(extent).min().unwrap_or_default();
    if shortest > arguments.budget {
        return Err(Problem::BudgetTooSmall { budget: arguments.budget, shortest });
    }
    let words = |length: TimeSpan| text::nanos(length.nanos() as f64);
    let mut line = format!(
        "{} take about {} of {}",
        text::counted(experiments.len() as u64, "experiment"),
        words(whole(extent)),
        words(arguments.budget)
    );
    if extent != choices[0] {
        line.push_str("; to keep to it, each fault alone or some rounds of costs are left out");
    }
    if fitting.is_none() {
        line.push_str(", and the last experiments will not be run");
    }
    talk(&line);
    Ok(extent)
}

fn length(experiment: &Experiment, ready: &Prepared, extent: Extent) -> TimeSpan {
    plan::expected_length(&plan::make(experiment, ready.described(), 0, extent))
}

/// What every run of the gate needs.
struct Bench<'a> {
    arguments: &'a GateArguments,
    output: Output,
    leash: &'a Leash,
    interrupts: &'a mut Interrupts,
    began: Instant,
    extent: Extent,
    /// The first seed where neither the command nor the experiment gives one.
    drawn: u64,
}

impl Bench<'_> {
    /// One run, if the budget still suffices for it.
    async fn run(&mut self, experiment: &Experiment, ready: &Prepared, round: u32) -> Result<Option<GateRun>, Problem> {
        let spent = TimeSpan::from(self.began.elapsed());
        if spent.plus(length(experiment, ready, self.extent)) > self.arguments.budget {
            return Ok(None);
        }
        let first = self.arguments.seed.or(experiment.seed).unwrap_or(self.drawn);
        let stage = Stage {
            prepared: ready,
            leash: self.leash,
            interrupts: self.interrupts,
            reporters: reporters(self.output),
            results: &self.arguments.results,
            seed: first.wrapping_add(u64::from(round)),
            set: &self.arguments.set,
            variant: None,
            extent: self.extent,
        };
        let finished = pipeline::run(experiment, stage).await?;
        if self.output.format == Format::Human {
            talk(&line(&finished));
        }
        Ok(Some(gate_run(finished)))
    }
}

/// How one run ended, for who watches.
fn line(finished: &Finished) -> String {
    let judgement = &finished.judgement;
    let name = text::harmless(&finished.manifest.experiment);
    format!("{:<12}  {name}: {}", judgement.verdict.to_string(), text::harmless(&judgement.reason))
}

fn gate_run(finished: Finished) -> GateRun {
    GateRun {
        seed: finished.manifest.seed,
        replay: finished.manifest.replay_command(),
        run_dir: finished.manifest.run_dir,
        findings: finished.findings as u64,
        judgement: finished.judgement,
    }
}

/// Who tells each run while it runs; its end is a line of the table.
fn reporters(output: Output) -> Vec<Box<dyn Reporter + Send>> {
    match output.format {
        Format::Human => vec![Box::new(Live::new(stderr().is_terminal()))],
        Format::Json => Vec::new(),
        Format::Ndjson => vec![Box::new(Ndjson::new(stdout()))],
    }
}

/// The gravest run decides. What was asked for and not run leaves doubt.
fn summarise(entries: Vec<GateEntry>, budget: TimeSpan, spent: TimeSpan, interrupted: bool) -> GateSummary {
    let missing: u64 = entries.iter().map(|entry| u64::from(entry.asked) - entry.runs.len() as u64).sum();
    let runs = || entries.iter().flat_map(|entry| entry.runs.iter().map(move |run| (entry, run)));
    let mut codes: Vec<ExitCode> = runs().map(|(_, run)| run.judgement.exit_code).collect();
    let problems = || entries.iter().filter_map(|entry| Some((entry, entry.problem.as_ref()?)));
    codes.extend(problems().map(|(_, problem)| problem.exit_code));
    codes.extend((missing > 0).then_some(ExitCode::Inconclusive));
    codes.extend(interrupted.then_some(ExitCode::Interrupted));
    let exit_code = ExitCode::merge(codes);
    let mut verdicts: Vec<Verdict> = runs().map(|(_, run)| run.judgement.verdict).collect();
    verdicts.extend((missing > 0 || interrupted).then_some(Verdict::Inconclusive));
    let unable = problems().find(|(_, problem)| problem.exit_code == exit_code);
    let decisive = runs().find(|(_, run)| run.judgement.exit_code == exit_code && exit_code != ExitCode::Passed);
    let reason = match decisive {
        _ if let Some((entry, problem)) = unable => {
            format!("{} could not be run: {}", entry.experiment, problem.reason)
        }
        Some((entry, run)) => {
            let others = runs().filter(|(_, run)| run.judgement.exit_code == exit_code).count() - 1;
            let more = if others > 0 {
                format!(" (and {} like it)", text::counted(others as u64, "run"))
            } else {
                String::new()
            };
            format!("{}: {}{more}", entry.experiment, run.judgement.reason)
        }
        None if interrupted => "the gate was interrupted".to_owned(),
        None if missing > 0 => format!("{} did not fit into the budget", text::counted(missing, "run")),
        None => match runs().count() as u64 {
            1 => "the run passed".to_owned(),
            passed => format!("all {} passed", text::counted(passed, "run")),
        },
    };
    GateSummary { verdict: Verdict::merge(verdicts), exit_code, reason, budget, spent, entries }
}
