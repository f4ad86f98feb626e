//! `squall report`: tells a recorded run again, from its events alone. Measured intervals are in the series, not here.

use super::arguments::{Format, Output, ReportArguments};
use super::machine::colours;
use super::output::talk;
use super::problem::Problem;
use crate::record::{RecordedRun, read_run};
use crate::report::{Human, Json, Ndjson, Paint, Reporter};
use squall_model::{Event, ExitCode};
use std::io::{IsTerminal, stdout};

/// Tells a recorded run again. The exit code is the run's own; a run without an end is inconclusive.
pub(super) fn report(arguments: &ReportArguments, output: Output) -> Result<ExitCode, Problem> {
    let run = read_run(&arguments.run)?;
    if run.damaged_lines > 0 {
        talk(&format!("note: {} line(s) of the record are cut or damaged and were left out", run.damaged_lines));
    }
    let paint = Paint { colours: colours(output.color, stdout().is_terminal()) };
    match output.format {
        Format::Human => {
            let human = tell(&run, Human::new(stdout(), paint));
            if !run.complete {
                human.finish_incomplete();
            }
        }
        Format::Json => {
            let json = tell(&run, Json::new(stdout()));
            if !run.complete {
                json.finish_incomplete();
            }
        }
        Format::Ndjson => drop(tell(&run, Ndjson::new(stdout()))),
    }
    Ok(exit_code(&run))
}

fn tell<R: Reporter>(run: &RecordedRun, mut reporter: R) -> R {
    run.events.iter().for_each(|stamped| reporter.see(stamped));
    reporter
}

fn exit_code(run: &RecordedRun) -> ExitCode {
    let ended = run.events.iter().rev().find_map(|stamped| match stamped.event {
        Event::RunEnded { exit_code } => Some(exit_code),
        _ => None,
    });
    ended.unwrap_or(ExitCode::Inconclusive)
}
