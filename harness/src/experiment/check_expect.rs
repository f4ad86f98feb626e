//! Takes what an experiment expects and the repairs that it names, objects to what cannot be met or contradicts itself.

use super::built::{Repair, Target};
use super::file::ExperimentFile;
use super::node::shortened;
use super::objection::{Objection, out_of_range};
use super::path::NodePath;
use super::problem::Problem;
use super::suggestion::Suggestion;
use squall_model::units::TimeSpan;
use squall_model::{ATTEMPTS_MAX, ControlPolicy, Expectation, PhaseLengths};

/// More variants of one target are no comparison that anyone reads.
const REPAIRS_MAX: usize = 16;

/// Checks the expectation and the list of repairs.
pub(super) fn check(file: &ExperimentFile, phases: &PhaseLengths) -> Result<(), Objection> {
    if let Some(expect) = &file.expect {
        check_expectation(file, expect, phases)?;
    }
    check_campaign(file, phases)?;
    check_swarm(file, phases)?;
    check_repairs(file)
}

/// What the control is for, where the file does not say: a target of which a finding is expected need not pass.
pub(super) fn control(file: &ExperimentFile) -> ControlPolicy {
    file.control.unwrap_or(if file.expect.is_some() { ControlPolicy::Observe } else { ControlPolicy::default() })
}

fn check_expectation(file: &ExperimentFile, expect: &Expectation, phases: &PhaseLengths) -> Result<(), Objection> {
    let at = |key| NodePath::keys(&["expect", key]);
    let unfit = |path, reason: String| Err(Objection::to_value(path, Problem::Unfit(reason)));
    if expect.finding.is_empty() || !expect.finding.chars().all(is_of_name) {
        let reason = format!(
            "a hazard's name has small letters, digits and `-`, such as `shared-backing`; `{}` is none",
            shortened(&expect.finding)
        );
        return unfit(at("finding"), reason);
    }
    if let Some(hazard) = file.hazard.as_ref().filter(|hazard| **hazard != expect.finding) {
        let reason =
            format!("`{}` is expected, but the experiment's hazard is `{}`", expect.finding, shortened(hazard));
        return unfit(at("finding"), reason);
    }
    if file.canary.is_some() {
        let reason = "a canary expects its symptom already; leave one of `canary` and `expect` out".to_owned();
        return Err(Objection::to_key(NodePath::keys(&["expect"]), Problem::Unfit(reason)));
    }
    for (index, symptom) in expect.shows_as.iter().enumerate() {
        if expect.shows_as[..index].contains(symptom) {
            let name = symptom.name().to_owned();
            return Err(Objection::to_value(at("shows_as").item(index), Problem::DuplicateEntry { name }));
        }
    }
    check_time(at("within"), expect.within, phases)?;
    match expect.plain {
        Some(plain) if check_time(at("plain"), plain, phases).is_err() => check_time(at("plain"), plain, phases),
        Some(_) if file.faults.is_empty() || file.control == Some(ControlPolicy::Skip) => {
            let reason = "there is no trial without faults beside those with them; leave it out".to_owned();
            Err(Objection::to_key(at("plain"), Problem::Unfit(reason)))
        }
        _ => Ok(()),
    }
}

/// A time for trials is that of one trial at least, and not more than there are attempts for.
fn check_time(path: NodePath, time: TimeSpan, phases: &PhaseLengths) -> Result<(), Objection> {
    let one = phases.total();
    let most = TimeSpan::from_nanos(one.nanos().saturating_mul(ATTEMPTS_MAX + 1));
    if time >= one && time < most {
        return Ok(());
    }
    let range = format!("one trial takes {one}, and there are 1 to {ATTEMPTS_MAX} of them");
    Err(out_of_range(path, time, range))
}

/// A campaign without faults, or beside what has its own trials, is none.
fn check_campaign(file: &ExperimentFile, phases: &PhaseLengths) -> Result<(), Objection> {
    let Some(campaign) = file.campaign else { return Ok(()) };
    let path = || NodePath::keys(&["campaign"]);
    let lack = match file {
        ExperimentFile { expect: Some(_), .. } => "what is expected has its own: `expect.within`",
        ExperimentFile { canary: Some(_), .. } => "a canary has to be caught in one trial",
        ExperimentFile { faults, .. } if faults.is_empty() => "there are no faults to try",
        _ => return check_time(path(), campaign, phases),
    };
    Err(Objection::to_key(path(), Problem::Unfit(format!("a campaign has no sense here: {lack}"))))
}

/// A swarm needs attempts to spread over, and faults to choose from.
fn check_swarm(file: &ExperimentFile, phases: &PhaseLengths) -> Result<(), Objection> {
    let attempts = |within: TimeSpan| within.nanos() / phases.total().nanos().max(1);
    let lack = match (file.expect.as_ref().map(|expect| expect.within).or(file.campaign), file.faults.len()) {
        _ if !file.swarm => return Ok(()),
        (None, _) => "nothing is expected, so there is one attempt only; add `expect` or `campaign`",
        (_, 0 | 1) => "there are no several faults to choose from",
        (Some(time), _) if attempts(time) < 3 => {
            "of its attempts the first has all faults and the second none, so that the time has to suffice for three"
        }
        _ => return Ok(()),
    };
    Err(Objection::to_key(NodePath::keys(&["swarm"]), Problem::Unfit(format!("a swarm has no sense here: {lack}"))))
}

const fn is_of_name(character: char) -> bool {
    character.is_ascii_lowercase() || character.is_ascii_digit() || character == '-'
}

fn check_repairs(file: &ExperimentFile) -> Result<(), Objection> {
    let path = NodePath::keys(&["repairs"]);
    if file.repairs.len() > REPAIRS_MAX {
        return Err(out_of_range(path, file.repairs.len(), format!("at most {REPAIRS_MAX} repairs")));
    }
    if !file.repairs.is_empty() && file.canary.is_some() {
        let reason = "a canary has no repairs: its bug is planted".to_owned();
        return Err(Objection::to_key(path, Problem::Unfit(reason)));
    }
    for (index, repair) in file.repairs.iter().enumerate() {
        let place = path.clone().item(index);
        if file.repairs[..index].contains(repair) {
            let name = shortened(repair.workload.as_deref().unwrap_or("the same repair"));
            return Err(Objection::to_value(place, Problem::DuplicateEntry { name }));
        }
        let same_workload = repair.workload.is_none() || repair.workload == file.target.workload;
        if same_workload && repair.params.is_empty() && repair.manifest.is_none() {
            let reason = "this is the target itself; a repair differs in `workload`, `params` or `manifest`".to_owned();
            return Err(Objection::to_value(place, Problem::Unfit(reason)));
        }
    }
    Ok(())
}

/// Variants are told apart by their names, in tables and on the command line.
pub(super) fn check_variants(target: &Target, repairs: &[Repair]) -> Result<(), Objection> {
    let mut names: Vec<String> = target.workload.iter().cloned().collect();
    for (index, repair) in repairs.iter().enumerate() {
        let name = repair.variant();
        if names.contains(&name) {
            let reason = format!(
                "two variants are called `{}`; let them differ in workload, parameters or the directory of their manifest",
                shortened(&name)
            );
            return Err(Objection::to_value(NodePath::keys(&["repairs"]).item(index), Problem::Unfit(reason)));
        }
        names.push(name);
    }
    Ok(())
}

/// The objection to a variant that the experiment does not name.
pub(super) fn unknown_variant(name: &str, repairs: &[Repair]) -> Objection {
    let known: Vec<String> = repairs.iter().map(Repair::variant).collect();
    let suggestion = Suggestion::new(name, &known);
    let problem = Problem::UnknownName { what: "variant", name: shortened(name), within: None, suggestion };
    let place = if repairs.is_empty() { &["name"][..] } else { &["repairs"] };
    Objection::to_key(NodePath::keys(place), problem)
}
