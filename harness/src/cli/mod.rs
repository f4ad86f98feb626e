//! The command line: the only place that sees all stages.

mod arguments;
mod campaign;
mod check;
mod gate;
mod generate;
mod history;
mod kb;
mod list;
mod machine;
mod output;
mod pipeline;
mod problem;
mod replay;
mod run;
mod selection;
mod target;

pub use arguments::command;

use arguments::{Arguments, Task};
use clap::Parser;
use squall_model::ExitCode;

/// Runs the `squall` command with the process's arguments.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return complain(&error),
    };
    if matches!(arguments.task, Task::Leash) {
        crate::run::leash_main();
        return ExitCode::Passed;
    }
    machine::listen_to_tracing();
    let outcome = match arguments.task {
        Task::Run(run) => run::run(&run, arguments.output),
        Task::Gate(gate) => gate::gate(&gate, arguments.output),
        Task::Check(check) => check::check(&check, arguments.output),
        Task::List(list) => list::list(&list, arguments.output),
        Task::Report(report) => replay::report(&report, arguments.output),
        Task::History(history) => history::history(&history, arguments.output),
        Task::Kb(kb) => kb::kb(&kb, arguments.output),
        Task::Generate(generate) => generate::generate(&generate),
        Task::Leash => Ok(ExitCode::Passed),
    };
    outcome.unwrap_or_else(|problem| problem.tell(arguments.output))
}

/// Prints what clap has to say: help goes to standard output and is no error.
fn complain(error: &clap::Error) -> ExitCode {
    let _ = error.print();
    if error.use_stderr() { ExitCode::BadArguments } else { ExitCode::Passed }
}
