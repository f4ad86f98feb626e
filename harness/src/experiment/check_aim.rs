//! Takes an aimed stall and what a target says of itself, objects if it has nothing to aim at: no such function, no such
//! atomic instruction, no such word, or no breakpoints.

use super::check_target::unknown;
use super::node::shortened;
use super::objection::Objection;
use super::path::NodePath;
use super::problem::Problem;
use super::suggestion::Suggestion;
use squall_model::fault::{
    ATOMIC_ADDRESSES_MAX, AUTO, FUNCTIONS_MAX, Fault, FunctionPattern, Stall, StallPlace, last_segment,
};
use squall_model::text::count;
use squall_model::{TargetDescription, WorkloadDescription};

/// So many functions are named that could be meant.
const SUGGESTED_MAX: usize = 6;

/// Checks the aim of a stall; other faults have none.
pub(super) fn check(
    fault: &Fault,
    target: &TargetDescription,
    workload: &WorkloadDescription,
    path: &NodePath,
) -> Result<(), Objection> {
    let Fault::Stall(Stall { at, .. }) = fault else { return Ok(()) };
    let place = |key| path.clone().key("at").key(key);
    match at {
        StallPlace::Any | StallPlace::Point(_) => Ok(()),
        StallPlace::Auto => check_auto(target, workload, path.clone().key("at")),
        StallPlace::Function(pattern) => {
            check_breakpoints(target, place("function"))?;
            check_functions(pattern, target, workload)
                .map_err(|problem| Objection::to_value(place("function"), problem))
        }
        StallPlace::Atomic(pattern) => {
            check_breakpoints(target, place("atomic"))?;
            check_atomics(pattern, workload).map_err(|problem| Objection::to_value(place("atomic"), problem))
        }
        StallPlace::Word(name) => {
            check_breakpoints(target, place("word"))?;
            if name == AUTO || workload.words.contains(name) {
                return Ok(());
            }
            Err(Objection::to_value(place("word"), unknown_word(name, workload)))
        }
    }
}

fn check_breakpoints(target: &TargetDescription, path: NodePath) -> Result<(), Objection> {
    if target.breakpoints {
        return Ok(());
    }
    let reason = target.breakpoints_refused.as_deref().unwrap_or("the target does not say that it can set breakpoints");
    Err(Objection::to_key(path, Problem::NotPossible(format!("an aimed `stall` is not possible here: {reason}"))))
}

fn unknown_word(name: &str, workload: &WorkloadDescription) -> Problem {
    if workload.words.is_empty() {
        let reason =
            format!("the workload `{}` exports no words; `{AUTO}` chooses among those of its struct", workload.name);
        return Problem::NotPossible(format!("unknown word `{}`: {reason}", shortened(name)));
    }
    unknown("word", name, workload.words.iter().chain([&AUTO.to_owned()]))
}

/// Where nothing can be aimed at and the workload passes no point, there is nothing to choose from.
fn check_auto(target: &TargetDescription, workload: &WorkloadDescription, path: NodePath) -> Result<(), Objection> {
    let passes = |name: &String| workload.reach.as_ref().is_none_or(|reach| reach.points.contains(name));
    if target.breakpoints || target.points.iter().any(|point| passes(&point.name)) {
        return Ok(());
    }
    let reason = target.breakpoints_refused.as_deref().unwrap_or("the target does not say that it can set breakpoints");
    let reason = format!("`{AUTO}` has no site to choose: the workload passes no point, and {reason}");
    Err(Objection::to_value(path, Problem::NotPossible(reason)))
}

fn check_functions(
    pattern: &FunctionPattern,
    target: &TargetDescription,
    workload: &WorkloadDescription,
) -> Result<(), Problem> {
    match target.beginnings(pattern, workload).len() {
        0 => Err(nothing_matches(pattern, target)),
        1..=FUNCTIONS_MAX => Ok(()),
        number => Err(Problem::NotPossible(format!(
            "`{pattern}` matches {} functions; narrow it to at most {FUNCTIONS_MAX}, `squall list functions '{pattern}'` shows them",
            count(number as u64)
        ))),
    }
}

fn check_atomics(pattern: &FunctionPattern, workload: &WorkloadDescription) -> Result<(), Problem> {
    let Some(reach) = &workload.reach else {
        let reason = "the program does not tell where its workers begin, so that nobody knows by which atomic instructions they come";
        return Err(Problem::NotPossible(reason.to_owned()));
    };
    match reach.atomics(pattern).len() {
        0 if reach.atomics.is_empty() => {
            let reason = format!("`{}` comes by no atomic instruction in code that can be told", workload.name);
            Err(Problem::NotPossible(reason))
        }
        0 => Err(unknown("atomic", pattern.as_str(), reach.atomics.iter().map(|atomic| &atomic.name))),
        1..=ATOMIC_ADDRESSES_MAX => Ok(()),
        number => Err(Problem::NotPossible(format!(
            "`{pattern}` matches {} places; narrow it to at most {ATOMIC_ADDRESSES_MAX}, `squall list atomics --workload {} '{pattern}'` shows them",
            count(number as u64),
            workload.name
        ))),
    }
}

fn nothing_matches(pattern: &FunctionPattern, target: &TargetDescription) -> Problem {
    let is_inlined = |name: &str| name == pattern.last_segment();
    if target.functions.iter().any(|function| function.addresses.is_empty() && is_inlined(&function.name)) {
        return Problem::NotPossible(format!(
            "no function `{pattern}` begins anywhere in the program: every `{}` was inlined where it is called, or removed; \
             aim at a function that calls it, or at a word that it touches{}",
            pattern.last_segment(),
            nearest(pattern, target)
        ));
    }
    Problem::UnknownName {
        what: "function",
        name: shortened(pattern.as_str()),
        within: None,
        suggestion: nearest(pattern, target),
    }
}

/// The functions whose own name is the nearest to the pattern's, and among those whose whole name is.
fn nearest(pattern: &FunctionPattern, target: &TargetDescription) -> Suggestion {
    let wanted = pattern.last_segment();
    let whole = pattern.as_str().replace('*', "");
    let mut near: Vec<_> = target
        .functions
        .iter()
        .filter(|function| !function.addresses.is_empty())
        .map(|function| (strsim::damerau_levenshtein(wanted, last_segment(&function.name)), function))
        .filter(|(distance, _)| *distance <= (wanted.len() / 3).max(1))
        .map(|(distance, function)| (distance, strsim::levenshtein(&whole, &function.name), &function.name))
        .collect();
    near.sort_unstable();
    near.truncate(SUGGESTED_MAX);
    let known: Vec<String> = near.into_iter().map(|(.., name)| name.clone()).collect();
    Suggestion { nearest: known.first().cloned(), known }
}
