//! `squall generate`: references made from the code itself.

use super::arguments::{GenerateArguments, Generated, command};
use super::problem::Problem;
use crate::experiment::json_schema;
use squall_model::ExitCode;
use std::io::{Write, stdout};

/// Prints a generated reference.
pub(super) fn generate(arguments: &GenerateArguments) -> Result<ExitCode, Problem> {
    let mut text = Vec::new();
    match &arguments.what {
        Generated::Schema => {
            serde_json::to_writer_pretty(&mut text, &json_schema()).map_err(std::io::Error::from).map_err(printing())?;
            text.push(b'\n');
        }
        Generated::Completions { shell } => clap_complete::generate(*shell, &mut command(), "squall", &mut text),
        Generated::Man => clap_mangen::Man::new(command()).render(&mut text).map_err(printing())?,
        Generated::ExitCodes => {
            for code in ExitCode::ALL {
                text.extend_from_slice(format!("{:<4} {}\n", code.code(), code.meaning()).as_bytes());
            }
        }
    }
    stdout().write_all(&text).map_err(printing())?;
    Ok(ExitCode::Passed)
}

fn printing() -> impl FnOnce(std::io::Error) -> Problem {
    Problem::system("printing")
}
