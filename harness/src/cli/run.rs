//! `squall run`: every experiment is read before the first one begins; then each is built, run and told.

use super::arguments::{Format, Output, RunArguments};
use super::machine::{colours, random_number};
use super::pipeline::{self, Stage};
use super::problem::Problem;
use super::target::{Prepared, Workshop};
use crate::experiment::Experiment;
use crate::plan::Extent;
use crate::report::{Human, Json, Live, Ndjson, Paint, Reporter};
use crate::run::{Interrupts, Leash};
use squall_model::ExitCode;
use std::io::{IsTerminal, stderr, stdout};

/// Runs the experiments; the exit code is the gravest of theirs.
pub(super) fn run(arguments: &RunArguments, output: Output) -> Result<ExitCode, Problem> {
    let read = |file| Experiment::read(file, &arguments.set);
    let experiments: Vec<Experiment> = arguments.files.iter().map(|file| read(file)).collect::<Result<_, _>>()?;
    runtime()?.block_on(run_all(&experiments, arguments, output))
}

/// One thread is enough to watch a subject, and the kernel's promise to kill our children holds only for as long as the
/// thread lives that started them: this one.
pub(super) fn runtime() -> Result<tokio::runtime::Runtime, Problem> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Problem::system("starting the runtime"))
}

async fn run_all(experiments: &[Experiment], arguments: &RunArguments, output: Output) -> Result<ExitCode, Problem> {
    let leash = Leash::start().map_err(Problem::system("starting the leash"))?;
    let mut interrupts = Interrupts::listen().map_err(Problem::system("listening to signals"))?;
    let mut workshop = Workshop::default();
    let mut prepared = Vec::new();
    for experiment in experiments {
        tokio::select! {
            ready = prepare(&mut workshop, experiment, arguments, &leash, output) => prepared.push(ready?),
            () = interrupts.next() => return Ok(ExitCode::Interrupted),
        }
    }
    let mut codes = Vec::new();
    for (experiment, ready) in &prepared {
        let seed = arguments.seed.or(experiment.seed).map_or_else(random_number, Ok)?;
        let stage = Stage {
            prepared: ready,
            leash: &leash,
            interrupts: &mut interrupts,
            reporters: reporters(output),
            results: &arguments.results,
            seed,
            set: &arguments.set,
            variant: arguments.variant.as_deref(),
            extent: Extent::default(),
        };
        let code = pipeline::run(experiment, stage).await?.judgement.exit_code;
        codes.push(code);
        if code == ExitCode::Interrupted {
            break;
        }
    }
    Ok(ExitCode::merge(codes))
}

/// Prepares the experiment, or the variant of it that the command picks; the experiment as a whole has to be valid, too.
async fn prepare(
    workshop: &mut Workshop,
    experiment: &Experiment,
    arguments: &RunArguments,
    leash: &Leash,
    output: Output,
) -> Result<(Experiment, Prepared), Problem> {
    let whole = workshop.prepare(experiment, leash, output).await?;
    let Some(variant) = &arguments.variant else { return Ok((experiment.clone(), whole)) };
    let picked = experiment.only(variant)?;
    let prepared = workshop.prepare(&picked, leash, output).await?;
    Ok((picked, prepared))
}

/// Who tells the run: the wished form on standard output, and for a person its course on standard error.
fn reporters(output: Output) -> Vec<Box<dyn Reporter + Send>> {
    let paint = Paint { colours: colours(output.color, stdout().is_terminal()) };
    match output.format {
        Format::Human => vec![Box::new(Live::new(stderr().is_terminal())), Box::new(Human::new(stdout(), paint))],
        Format::Json => vec![Box::new(Json::new(stdout()))],
        Format::Ndjson => vec![Box::new(Ndjson::new(stdout()))],
    }
}
