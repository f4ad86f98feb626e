//! What a target says of itself: workloads with their operations and parameters, points, abilities.

use crate::fault::{AUTO, FunctionPattern};
use crate::format::FormatVersion;
use crate::function_name::MISSES_OF_A_CONTAINER;
use crate::history::HistoryModel;
use crate::script::ScriptsDescription;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a target's program can be used for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TargetDescription {
    /// The protocol that it speaks.
    pub protocol: FormatVersion,
    /// Its workloads, sorted by name.
    pub workloads: Vec<WorkloadDescription>,
    /// Its points, sorted by name.
    #[serde(default)]
    pub points: Vec<PointDescription>,
    /// Whether the faulty allocator is its global allocator.
    #[serde(default)]
    pub allocator: bool,
    /// Whether it was built with the `fail` crate's failpoints.
    #[serde(default)]
    pub failpoints: bool,
    /// Whether hardware breakpoints can be set on its threads.
    #[serde(default)]
    pub breakpoints: bool,
    /// Why they cannot, in the system's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub breakpoints_refused: Option<String>,
    /// The functions of its program. The subject does not tell them: squall reads them from the program's file, and only
    /// for experiments that aim at functions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub functions: Vec<FunctionDescription>,
    /// Why its functions cannot be told, if they were looked for and the experiment can do without them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub functions_refused: Option<String>,
}

impl TargetDescription {
    /// Where the functions that match begin, in the order of their names. Of those with several instances, only the ones
    /// that the workload can reach, if it can be told that it reaches any.
    pub fn beginnings(&self, pattern: &FunctionPattern, workload: &WorkloadDescription) -> Vec<u64> {
        let matching = self.functions.iter().filter(|function| pattern.matches(&function.name));
        let mut addresses: Vec<u64> = Vec::new();
        for address in matching.flat_map(|function| &function.addresses) {
            if !addresses.contains(address) {
                addresses.push(*address);
            }
        }
        let Some(reach) = &workload.reach else { return addresses };
        let reached: Vec<u64> =
            addresses.iter().copied().filter(|address| reach.functions.binary_search(address).is_ok()).collect();
        if reached.is_empty() { addresses } else { reached }
    }
}

/// What a workload's operations can come by, as far as direct calls tell.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Reach {
    /// Where the functions begin in the program's file, sorted.
    pub functions: Vec<u64>,
    /// The names of the points, sorted.
    pub points: Vec<String>,
    /// The atomic instructions, sorted by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub atomics: Vec<AtomicDescription>,
}

impl Reach {
    /// The atomic instructions that match, in pairs: where each stands, and what follows it. [`AUTO`] stands for those of the
    /// container.
    pub fn atomics(&self, pattern: &FunctionPattern) -> Vec<u64> {
        let matching = self.atomics.iter().filter(|atomic| match pattern.as_str() {
            AUTO => atomic.misses_presumed <= MISSES_OF_A_CONTAINER,
            _ => pattern.matches(&atomic.name),
        });
        matching.flat_map(AtomicDescription::addresses).collect()
    }
}

/// One atomic instruction of a target's source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AtomicDescription {
    /// The function and line that asked for it, such as `crossbeam_deque::deque::steal:640`.
    pub name: String,
    /// For how many trials without a find it counts before anything is known, as a campaign's site.
    pub misses_presumed: u32,
    /// Where its instances stand in the program's file, and what follows each.
    pub places: Vec<(u64, u64)>,
}

impl AtomicDescription {
    /// Its places in one row: where each instance stands, and what follows it.
    pub fn addresses(&self) -> impl Iterator<Item = u64> {
        self.places.iter().flat_map(|(address, next)| [*address, *next])
    }
}

/// One function of a target's program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunctionDescription {
    /// Its name, without hashes and generic arguments.
    pub name: String,
    /// The size of its largest instance in bytes; 0 if it was inlined wherever it is called.
    pub bytes: u64,
    /// Where its instances begin in the program's file: one for each set of generic arguments. Empty if it was inlined
    /// wherever it is called, so that it has no beginning.
    pub addresses: Vec<u64>,
}

/// One workload.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WorkloadDescription {
    /// Its name, such as `map.sharded`.
    pub name: String,
    /// What it does, in one line.
    #[serde(default)]
    pub summary: String,
    /// Its operations, in the order of the recorder's rows.
    pub operations: Vec<String>,
    /// Its parameters.
    #[serde(default)]
    pub params: Vec<ParamDescription>,
    /// The oracles that it can be judged by.
    #[serde(default)]
    pub oracles: Vec<String>,
    /// Whether its container can be reallocated on demand.
    #[serde(default)]
    pub reallocates: bool,
    /// Whether it can be called back into from inside its own operations.
    #[serde(default)]
    pub reenters: bool,
    /// The words that it exports, for faults to aim at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
    /// Where the function begins in the program's file in which its workers do their operations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<u64>,
    /// What its operations can come by. The subject does not tell it: squall reads it from the program's file, and only for
    /// experiments that aim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reach: Option<Reach>,
    /// What its objects are, if it records what they were asked and answered: then it can be judged by the oracles that look
    /// at whole histories, too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub history: Option<HistoryModel>,
    /// What it can do with short scripts, if anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scripts: Option<ScriptsDescription>,
}

/// One parameter of a workload.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ParamDescription {
    /// Its name.
    pub name: String,
    /// What it means, in one line.
    #[serde(default)]
    pub summary: String,
    /// What it is when left out.
    pub default: Value,
    /// The smallest value of a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// The largest value of a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
}

impl ParamDescription {
    /// Why `value` is no value of this parameter, if so.
    pub fn objection(&self, value: &Value) -> Option<String> {
        let kinds_match = match &self.default {
            Value::Number(default) if default.is_u64() || default.is_i64() => value.is_u64() || value.is_i64(),
            Value::Number(_) => value.is_number(),
            Value::Bool(_) => value.is_boolean(),
            Value::String(_) => value.is_string(),
            _ => true,
        };
        if !kinds_match {
            return Some(format!("`{value}` is no {}", self.kind()));
        }
        let number = value.as_f64()?;
        let too_small = self.min.is_some_and(|min| number < min);
        let too_large = self.max.is_some_and(|max| number > max);
        (too_small || too_large).then(|| format!("`{value}` is out of range: {}", self.range()))
    }

    fn kind(&self) -> &'static str {
        match &self.default {
            Value::Number(default) if default.is_u64() || default.is_i64() => "whole number",
            Value::Number(_) => "number",
            Value::Bool(_) => "`true` or `false`",
            _ => "text",
        }
    }

    /// The range in words; empty if there is none.
    pub fn range(&self) -> String {
        match (self.min, self.max) {
            (Some(min), Some(max)) => format!("{min} to {max}"),
            (Some(min), None) => format!("from {min}"),
            (None, Some(max)) => format!("up to {max}"),
            (None, None) => String::new(),
        }
    }
}

/// One point.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PointDescription {
    /// Its name, such as `map.shard.locked`.
    pub name: String,
    /// The source file that it stands in.
    #[serde(default)]
    pub file: String,
    /// The line that it stands on.
    #[serde(default)]
    pub line: u32,
    /// Whether an error can be returned there.
    #[serde(default)]
    pub returns_error: bool,
    /// Where the point itself lies in the program's file: code that passes it names this address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<u64>,
}
