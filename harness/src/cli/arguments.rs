//! The arguments of the `squall` command, as they are written.

use crate::history::{HistoryModel, Order};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use squall_model::units::TimeSpan;
use std::path::PathBuf;
use std::str::FromStr;

/// Finds out what breaks when concurrent code is disturbed, and says how sure it is.
#[derive(Debug, Parser)]
#[command(name = "squall", version, max_term_width = 100, after_help = AFTER_HELP)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) task: Task,
    #[command(flatten)]
    pub(super) output: Output,
}

const AFTER_HELP: &str = "Exit codes: 0 passed, 100 failed, 102 inconclusive, 96 cannot run, 97 control failed, \
98 canary missed, 130 interrupted. `squall generate exit-codes` lists them all.";

/// How results are told.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct Output {
    /// Form of the result on standard output
    #[arg(long, value_enum, default_value_t = Format::Human, global = true)]
    pub(super) format: Format,
    /// When to use colours; NO_COLOR turns `auto` off
    #[arg(long, value_enum, default_value_t = Colour::Auto, global = true)]
    pub(super) color: Colour,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Tables for a person
    Human,
    /// One object for each run
    Json,
    /// One line for each event, as it happens
    Ndjson,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Colour {
    /// On a terminal
    Auto,
    /// Also into a file or pipe
    Always,
    /// Not at all
    Never,
}

#[derive(Debug, Subcommand)]
pub(super) enum Task {
    /// Run experiments and judge them
    Run(RunArguments),
    /// Run all experiments of files and directories within a budget, and end with one table
    Gate(GateArguments),
    /// Validate experiments without running them: prints the plan and how many operations each threshold needs
    Check(CheckArguments),
    /// List what experiments can use
    List(ListArguments),
    /// Tell a recorded run again
    Report(ReportArguments),
    /// Decide whether the recorded history of any program can be explained
    History(HistoryArguments),
    /// The knowledge base: read panics out of logs, and tell by which names their defects are known
    Kb(KbArguments),
    /// Print generated references
    Generate(GenerateArguments),
    /// Ends the processes that squall has started, if squall is killed; started by squall itself
    #[command(hide = true)]
    Leash,
}

#[derive(Debug, Args)]
pub(super) struct RunArguments {
    /// Experiment files; they may run commands, so run only files that you trust
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    /// The seed that all decisions follow from; overrides the experiment's, drawn if neither is given
    #[arg(long)]
    pub(super) seed: Option<u64>,
    /// Change one setting of each experiment, such as `load.workers=8` or `faults.0.latency.delay=5ms`
    #[arg(long, value_name = "PATH=VALUE")]
    pub(super) set: Vec<String>,
    /// Run one of the experiment's `repairs` alone, as if it were the target
    #[arg(long, value_name = "NAME")]
    pub(super) variant: Option<String>,
    /// Where run directories go
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub(super) results: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct GateArguments {
    /// Experiment files, and directories with them; they may run commands, so run only files that you trust
    #[arg(required = true, value_name = "DIR|FILE")]
    pub(super) paths: Vec<PathBuf>,
    /// The time that all runs together may take, without the builds
    #[arg(long, value_name = "TIME", default_value = "15m")]
    pub(super) budget: TimeSpan,
    /// Run each experiment so often, each time with the next seed
    #[arg(long, value_name = "COUNT", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(super) seeds: u32,
    /// Only what the verdicts need: no fault alone, no costs
    #[arg(long)]
    pub(super) lean: bool,
    /// The first seed of each experiment; overrides the experiment's, drawn if neither is given
    #[arg(long)]
    pub(super) seed: Option<u64>,
    /// Change one setting of each experiment, such as `phases.fault=1s`
    #[arg(long, value_name = "PATH=VALUE")]
    pub(super) set: Vec<String>,
    /// Where run directories go
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub(super) results: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct CheckArguments {
    /// Experiment files
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    /// The seed of the plan that is printed
    #[arg(long)]
    pub(super) seed: Option<u64>,
    /// Change one setting of each experiment
    #[arg(long, value_name = "PATH=VALUE")]
    pub(super) set: Vec<String>,
}

#[derive(Debug, Args)]
pub(super) struct ListArguments {
    /// What to list
    #[arg(value_enum)]
    pub(super) what: Listed,
    /// Only names that match; `*` stands for any text
    #[arg(value_name = "GLOB")]
    pub(super) pattern: Option<String>,
    /// Only what belongs to this workload: of functions, atomic instructions and points, those that its operations can
    /// come by
    #[arg(long, value_name = "WORKLOAD")]
    pub(super) workload: Option<String>,
    /// Functions and points of the whole program, also with `--workload`
    #[arg(long)]
    pub(super) all: bool,
    /// The target's package; built first
    #[arg(long, default_value = "squall-targets")]
    pub(super) package: String,
    /// Which program of the package, if it has several
    #[arg(long)]
    pub(super) bin: Option<String>,
    /// The Cargo.toml of the package's workspace
    #[arg(long, value_name = "FILE")]
    pub(super) manifest: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Listed {
    /// Workloads with their operations, parameters and oracles
    Workloads,
    /// Points at which faults can act
    Points,
    /// Functions of the target's program at which a `stall` can aim
    Functions,
    /// Atomic instructions of the target's program at which a `stall` can aim
    Atomics,
    /// Faults with their parameters
    Faults,
}

#[derive(Debug, Args)]
pub(super) struct ReportArguments {
    /// A run's directory, or an experiment's `latest` link
    #[arg(value_name = "RUN")]
    pub(super) run: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct GenerateArguments {
    #[command(subcommand)]
    pub(super) what: Generated,
}

#[derive(Debug, Subcommand)]
pub(super) enum Generated {
    /// The JSON Schema of experiment files
    Schema,
    /// Completions for a shell
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: Shell,
    },
    /// The manual page
    Man,
    /// The exit codes with their meanings
    ExitCodes,
}

#[derive(Debug, Args)]
pub(super) struct HistoryArguments {
    #[command(subcommand)]
    pub(super) what: HistoryTask,
}

#[derive(Debug, Subcommand)]
pub(super) enum HistoryTask {
    /// Look for an order of the operations that explains every answer; 0 there is one, 100 there is none, 102 undecided
    Check(HistoryCheckArguments),
    /// List the models with their operations, arguments and answers
    Models,
}

#[derive(Debug, Args)]
pub(super) struct HistoryCheckArguments {
    /// The history: JSON lines, EDN maps, or a log of Jepsen's; `-` reads standard input
    #[arg(value_name = "FILE|-")]
    pub(super) file: PathBuf,
    /// What the objects are
    #[arg(long, value_name = "MODEL", value_parser = model_parser())]
    pub(super) model: HistoryModel,
    /// Which order an explanation has to keep: of real time (linearizable), or only of each process's program (sequential)
    #[arg(long, value_name = "ORDER", default_value = Order::RealTime.name(), value_parser = order_parser())]
    pub(super) order: Order,
    /// How much may be tried: a time such as `10s`, or a number of situations; 60s if left out
    #[arg(long, value_name = "TIME|COUNT")]
    pub(super) budget: Option<HistoryBudget>,
    /// What each object holds at first, as JSON: of registers, counters and snapshots
    #[arg(long, value_name = "JSON", value_parser = json_parser)]
    pub(super) initial: Option<serde_json::Value>,
    /// How much each object can hold: of bounded queues and pools
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) capacity: Option<u32>,
    /// Draw what cannot be explained into this file
    #[arg(long, value_name = "FILE")]
    pub(super) svg: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct KbArguments {
    #[command(subcommand)]
    pub(super) what: KbTask,
}

#[derive(Debug, Subcommand)]
pub(super) enum KbTask {
    /// Read the panics in a log of any kind, of Rust and of Go; 4 if there is none
    Ingest(IngestArguments),
}

#[derive(Debug, Args)]
pub(super) struct IngestArguments {
    /// The log; `-` reads standard input
    #[arg(value_name = "FILE|-")]
    pub(super) file: PathBuf,
    /// Also remember what was read in the knowledge base of this directory, and tell what it knew
    #[arg(long, value_name = "DIR")]
    pub(super) results: Option<PathBuf>,
}

/// How much a check may try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HistoryBudget {
    /// So many situations.
    Situations(u64),
    /// So long.
    Time(TimeSpan),
}

impl FromStr for HistoryBudget {
    type Err = <TimeSpan as FromStr>::Err;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.replace('_', "").parse() {
            Ok(situations) => Ok(Self::Situations(situations)),
            Err(_) => text.parse().map(Self::Time),
        }
    }
}

fn order_parser() -> impl TypedValueParser<Value = Order> {
    let names = PossibleValuesParser::new(Order::ALL.map(Order::name));
    names.map(|name| Order::named(&name).unwrap_or_default())
}

fn model_parser() -> impl TypedValueParser<Value = HistoryModel> {
    let names = PossibleValuesParser::new(HistoryModel::ALL.map(HistoryModel::name));
    names.map(|name| HistoryModel::named(&name).unwrap_or(HistoryModel::Register))
}

fn json_parser(text: &str) -> Result<serde_json::Value, serde_json::Error> {
    serde_json::from_str(text)
}

/// The whole command, for completions, the manual page and tests.
#[must_use]
pub fn command() -> clap::Command {
    Arguments::command()
}
