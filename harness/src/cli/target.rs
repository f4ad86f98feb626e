//! From an experiment's target to a program that speaks, and to what it can be used for.

use super::arguments::{Format, Output};
use super::problem::Problem;
use crate::experiment::{Experiment, Program};
use crate::run::{BuildRequest, Launch, Leash, RunError, build, describe, functions};
use squall_model::TargetDescription;
use std::path::{Path, PathBuf};

/// Builds the experiment's target if it is a package, asks it what it can be used for, and checks the experiment
/// against that.
pub(super) async fn prepare(
    experiment: &Experiment,
    leash: &Leash,
    output: Output,
) -> Result<(Launch, TargetDescription), Problem> {
    let launch = launch_of(experiment, leash, output).await?;
    let mut description = describe(&launch, leash).await?;
    if experiment.faults.iter().any(|fault| fault.functions().is_some()) {
        description.functions = functions(&launch.program)?;
    }
    experiment.check_against(&description)?;
    Ok((launch, description))
}

async fn launch_of(experiment: &Experiment, leash: &Leash, output: Output) -> Result<Launch, Problem> {
    let beside = directory_of(experiment.file());
    match &experiment.target.program {
        Program::Package { name, bin, manifest } => {
            let package = PackageTarget { name: name.clone(), bin: bin.clone(), manifest: manifest.clone() };
            launch_of_package(package, &beside, leash, output).await
        }
        Program::Command { words, stdio } => Ok(Launch {
            program: program_path(&beside, words.first().map_or("", String::as_str)),
            arguments: words.iter().skip(1).cloned().collect(),
            directory: beside,
            stdio: *stdio,
        }),
    }
}

/// A package whose program is the target.
pub(super) struct PackageTarget {
    pub(super) name: String,
    pub(super) bin: Option<String>,
    pub(super) manifest: Option<PathBuf>,
}

/// Builds a package's program. Without a manifest, cargo looks upward from `beside`, or from the present directory where
/// the experiment's file stands outside any package.
pub(super) async fn launch_of_package(
    package: PackageTarget,
    beside: &Path,
    leash: &Leash,
    output: Output,
) -> Result<Launch, Problem> {
    let inside_package = beside.ancestors().any(|directory| directory.join("Cargo.toml").is_file());
    let directory = if inside_package { beside.to_owned() } else { present_directory()? };
    let request = BuildRequest {
        package: package.name,
        program: package.bin,
        manifest: package.manifest,
        directory: directory.clone(),
        show_progress: output.format == Format::Human,
    };
    let program = build(&request, leash).await?;
    Ok(Launch { program, arguments: Vec::new(), directory, stdio: false })
}

/// A word with a slash is a path from the experiment's file; one without is looked up like a shell does.
fn program_path(beside: &Path, word: &str) -> PathBuf {
    if word.contains('/') { beside.join(word) } else { PathBuf::from(word) }
}

/// The directory that a file stands in, as an absolute path.
pub(super) fn directory_of(file: &Path) -> PathBuf {
    let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    parent.canonicalize().unwrap_or_else(|_| parent.to_owned())
}

fn present_directory() -> Result<PathBuf, Problem> {
    std::env::current_dir()
        .map_err(|source| Problem::Run(RunError::System { what: "finding the present directory", source }))
}
