//! From an experiment's target to a program that speaks, and to what it can be used for.

use super::arguments::{Format, Output};
use super::problem::Problem;
use crate::experiment::{Described, Experiment, Program};
use crate::run::{BuildRequest, Launch, Leash, RunError, build, describe, describe_functions};
use squall_model::TargetDescription;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A program that is built and described.
#[derive(Debug, Clone)]
struct Ready {
    launch: Launch,
    description: TargetDescription,
}

/// All programs of an experiment, built and described.
#[derive(Debug, Clone)]
pub(super) struct Prepared {
    target: Ready,
    /// The launches of the repairs that have a program of their own, by variant.
    launches: BTreeMap<String, Launch>,
    descriptions: Vec<Option<TargetDescription>>,
}

impl Prepared {
    /// What the programs can be used for.
    pub(super) fn described(&self) -> Described<'_> {
        Described { target: &self.target.description, repairs: &self.descriptions }
    }

    /// How the program of a variant is started.
    pub(super) fn launch(&self, variant: &str) -> &Launch {
        self.launches.get(variant).unwrap_or(&self.target.launch)
    }
}

/// Prepares programs, each once.
#[derive(Debug, Default)]
pub(super) struct Workshop {
    ready: Vec<(Program, PathBuf, Ready)>,
}

impl Workshop {
    /// Builds the experiment's programs if they are packages, asks them what they can be used for, and checks the experiment
    /// against that.
    pub(super) async fn prepare(
        &mut self,
        experiment: &Experiment,
        leash: &Leash,
        output: Output,
    ) -> Result<Prepared, Problem> {
        let beside = directory_of(experiment.file());
        let mut target = self.ready(&experiment.target.program, &beside, leash, output).await?;
        tell_functions(experiment, &mut target)?;
        let mut prepared = Prepared { target, launches: BTreeMap::new(), descriptions: Vec::new() };
        for repair in &experiment.repairs {
            let description = match &repair.program {
                None => None,
                Some(program) => {
                    let mut ready = self.ready(program, &beside, leash, output).await?;
                    tell_functions(experiment, &mut ready)?;
                    prepared.launches.insert(repair.variant(), ready.launch);
                    Some(ready.description)
                }
            };
            prepared.descriptions.push(description);
        }
        experiment.check_against(prepared.described())?;
        Ok(prepared)
    }

    async fn ready(
        &mut self,
        program: &Program,
        beside: &Path,
        leash: &Leash,
        output: Output,
    ) -> Result<Ready, Problem> {
        let known = self.ready.iter().find(|(known, place, _)| known == program && place == beside);
        if let Some((_, _, ready)) = known {
            return Ok(ready.clone());
        }
        let launch = launch_of(program, beside, leash, output).await?;
        let description = describe(&launch, leash).await?;
        let ready = Ready { launch, description };
        self.ready.push((program.clone(), beside.to_owned(), ready.clone()));
        Ok(ready)
    }
}

/// Completes what a program says of itself by its functions, if a fault aims at them. Where squall chooses by itself, a
/// program whose functions cannot be told is no error: points and words are left.
fn tell_functions(experiment: &Experiment, ready: &mut Ready) -> Result<(), Problem> {
    let aims = experiment.faults.iter().any(squall_model::fault::Fault::aims_at_code);
    if !aims && !experiment.draws_sites() {
        return Ok(());
    }
    let named = experiment
        .target
        .workload
        .iter()
        .chain(experiment.repairs.iter().filter_map(|repair| repair.workload.as_ref()));
    let mut workloads: Vec<String> = named.cloned().collect();
    if let (true, [only]) = (workloads.is_empty(), ready.description.workloads.as_slice()) {
        workloads.push(only.name.clone());
    }
    match describe_functions(&ready.launch.program, &mut ready.description, &workloads) {
        Err(RunError::NoFunctions { reason, .. }) if !aims => {
            ready.description.functions_refused = Some(reason);
            Ok(())
        }
        told => Ok(told?),
    }
}

async fn launch_of(program: &Program, beside: &Path, leash: &Leash, output: Output) -> Result<Launch, Problem> {
    match program {
        Program::Package { name, bin, manifest } => {
            let package = PackageTarget { name: name.clone(), bin: bin.clone(), manifest: manifest.clone() };
            launch_of_package(package, beside, leash, output).await
        }
        Program::Command { words, stdio, directory } => Ok(Launch {
            program: program_path(beside, words.first().map_or("", String::as_str)),
            arguments: words.iter().skip(1).cloned().collect(),
            directory: directory.clone().unwrap_or_else(|| beside.to_owned()),
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
    // Cargo's own settings, such as a shared target directory, are those of the workspace that is built.
    let manifest = package.manifest.map(|manifest| std::path::absolute(&manifest).unwrap_or(manifest));
    let workspace = manifest.as_deref().and_then(Path::parent).filter(|place| place.is_dir());
    let request = BuildRequest {
        package: package.name,
        program: package.bin,
        directory: workspace.unwrap_or(&directory).to_owned(),
        manifest,
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
