//! Takes an experiment's tree, hands on the built experiment after every check that needs no target.

use super::built::{Experiment, ExperimentLoad, Program, Repair, Target};
use super::file::{ExperimentFile, LimitsFile, LoadFile, TargetFile};
use super::node::{Node, grouped_number, shortened};
use super::objection::{Objection, out_of_range};
use super::origin::Origin;
use super::path::NodePath;
use super::problem::{Problem, TargetProblem};
use super::{check_expect, check_faults, check_load, check_scripts, check_thresholds, reader};
use serde_json::{Map, Value};
use squall_model::{AbortCondition, PhaseLengths};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The longest name of an experiment: it stands in tables and in the names of result directories.
const NAME_CHARACTERS_MAX: usize = 120;

/// Reads, checks and fills in.
pub(super) fn build(tree: &Node, origin: &Arc<Origin>) -> Result<Experiment, Objection> {
    let file: ExperimentFile = reader::read(tree)?;
    check_name(&file.name)?;
    check_load::check(&file.load)?;
    check_scripts::check(&file.load)?;
    let phases = PhaseLengths::from(file.phases);
    check_phases(&phases)?;
    check_faults::check(&file.faults, &phases)?;
    let thresholds = check_thresholds::read(&file.thresholds, &phases)?;
    check_oracles(file.oracles.as_deref().unwrap_or_default())?;
    check_confidence(file.confidence.fraction(), &file.confidence)?;
    check_limits(&file.limits)?;
    check_expect::check(&file, &phases)?;
    let control = check_expect::control(&file);
    let repairs = repairs(&file, origin.file())?;
    let target = target(file.target, origin.file())?;
    check_expect::check_variants(&target, &repairs)?;
    Ok(Experiment {
        name: file.name,
        hazard: file.hazard.or_else(|| file.expect.as_ref().map(|expect| expect.finding.clone())),
        relic: file.relic,
        impact: file.impact,
        tags: file.tags,
        target,
        load: load(file.load),
        phases,
        faults: file.faults,
        thresholds,
        oracles: file.oracles,
        abort_when: file.abort_when.as_deref().map(abort_condition).transpose()?,
        control,
        expect: file.expect,
        forbid: None,
        campaign: file.campaign,
        swarm: file.swarm,
        repairs,
        canary: file.canary,
        confidence: file.confidence.fraction(),
        limits: file.limits.into(),
        seed: file.seed,
        origin: Arc::clone(origin),
    })
}

fn check_name(name: &str) -> Result<(), Objection> {
    let characters = name.chars().count();
    if (1..=NAME_CHARACTERS_MAX).contains(&characters) {
        return Ok(());
    }
    let range = format!("a name has 1 to {NAME_CHARACTERS_MAX} characters, this one {characters}");
    Err(out_of_range(NodePath::keys(&["name"]), shortened(name), range))
}

fn target(file: TargetFile, experiment: &Path) -> Result<Target, Objection> {
    check_foreign_keys(&file)?;
    let has_workload = file.workload.is_some();
    let at_target = |problem: Problem| Err(Objection::to_key(NodePath::keys(&["target"]), problem));
    let program = match (file.package, file.command) {
        (Some(_), Some(_)) => {
            return Err(Objection::to_key(NodePath::keys(&["target", "command"]), TargetProblem::TwoPrograms));
        }
        (None, None) => return at_target(TargetProblem::NoProgram.into()),
        (Some(_), None) if !has_workload => {
            return at_target(Problem::MissingKey { within: Some("target".to_owned()), key: "workload" });
        }
        (None, Some(words)) => command(words, file.stdio, file.directory.map(|path| beside(experiment).join(path)))?,
        (Some(name), None) => {
            let directory = beside(experiment);
            Program::Package { name, bin: file.bin, manifest: file.manifest.map(|path| directory.join(path)) }
        }
    };
    Ok(Target { program, workload: file.workload, params: plain(file.params) })
}

fn repairs(file: &ExperimentFile, experiment: &Path) -> Result<Vec<Repair>, Objection> {
    let repairs = file.repairs.iter().enumerate().map(|(index, repair)| {
        let program = match (&repair.manifest, &file.target.package) {
            (None, _) => None,
            (Some(manifest), Some(name)) => Some(Program::Package {
                name: name.clone(),
                bin: file.target.bin.clone(),
                manifest: Some(beside(experiment).join(manifest)),
            }),
            (Some(_), None) => {
                let path = NodePath::keys(&["repairs"]).item(index).key("manifest");
                let problem = TargetProblem::ForeignKey { key: "manifest", belongs_to: "package" };
                return Err(Objection::to_key(path, problem));
            }
        };
        Ok(Repair { workload: repair.workload.clone(), program, params: plain(repair.params.clone()) })
    });
    repairs.collect()
}

/// The directory that relative paths of an experiment start from.
fn beside(experiment: &Path) -> &Path {
    experiment.parent().unwrap_or(Path::new(""))
}

fn plain(params: Map<String, Value>) -> Map<String, Value> {
    params.into_iter().map(|(name, value)| (name, ungrouped(value))).collect()
}

/// Objects to keys that say something about the other way of naming a program.
fn check_foreign_keys(file: &TargetFile) -> Result<(), Objection> {
    let (key, belongs_to) = match (&file.package, &file.command) {
        (Some(_), None) if file.stdio.is_some() => ("stdio", "command"),
        (Some(_), None) if file.directory.is_some() => ("directory", "command"),
        (None, Some(_)) if file.bin.is_some() => ("bin", "package"),
        (None, Some(_)) if file.manifest.is_some() => ("manifest", "package"),
        _ => return Ok(()),
    };
    Err(Objection::to_key(NodePath::keys(&["target", key]), TargetProblem::ForeignKey { key, belongs_to }))
}

fn command(words: Vec<String>, stdio: Option<bool>, directory: Option<PathBuf>) -> Result<Program, Objection> {
    if words.first().is_none_or(String::is_empty) {
        return Err(Objection::to_value(NodePath::keys(&["target", "command"]), TargetProblem::EmptyCommand));
    }
    Ok(Program::Command { words, stdio: stdio.unwrap_or(false), directory })
}

/// A parameter's `10_000`, which YAML takes for text, as the number that is meant.
fn ungrouped(value: Value) -> Value {
    value.as_str().and_then(grouped_number).map_or(value, Value::from)
}

fn load(file: LoadFile) -> ExperimentLoad {
    ExperimentLoad {
        workers: file.workers,
        rate: file.rate,
        arrivals: file.arrivals.unwrap_or_default(),
        mix: file.mix,
        keys: file.keys,
        timeout: file.timeout,
        scripts: file.scripts,
    }
}

fn check_phases(phases: &PhaseLengths) -> Result<(), Objection> {
    if phases.total().is_zero() {
        return Err(Objection::to_key(NodePath::keys(&["phases"]), Problem::NoPhase));
    }
    Ok(())
}

fn check_oracles(oracles: &[String]) -> Result<(), Objection> {
    for (index, name) in oracles.iter().enumerate() {
        if oracles[..index].contains(name) {
            let path = NodePath::keys(&["oracles"]).item(index);
            return Err(Objection::to_value(path, Problem::DuplicateEntry { name: shortened(name) }));
        }
    }
    Ok(())
}

fn check_confidence(fraction: f64, written: &impl ToString) -> Result<(), Objection> {
    if (0.5..=0.999_99).contains(&fraction) {
        return Ok(());
    }
    Err(out_of_range(NodePath::keys(&["confidence"]), written.to_string(), "50% to 99.999%"))
}

fn check_limits(limits: &LimitsFile) -> Result<(), Objection> {
    let at = |key, text: String| Err(out_of_range(NodePath::keys(&["limits", key]), text, "more than nothing"));
    if limits.stuck_after.is_zero() {
        return at("stuck_after", limits.stuck_after.to_string());
    }
    if limits.settle.is_zero() {
        return at("settle", limits.settle.to_string());
    }
    if limits.memory.bytes() == 0 {
        return at("memory", limits.memory.to_string());
    }
    Ok(())
}

fn abort_condition(text: &str) -> Result<AbortCondition, Objection> {
    let objection = |reason| Objection::to_value(NodePath::keys(&["abort_when"]), Problem::Unfit(reason));
    text.parse().map_err(objection)
}
