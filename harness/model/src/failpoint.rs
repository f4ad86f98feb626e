//! Takes an action in the `fail` crate's grammar and hands on its terms.
//!
//! The grammar is `[p%][n*]task[(argument)]`, joined by `->`: the first term that fires at a pass decides it. Squall
//! interprets it itself, because the `fail` crate neither counts what it did nor decides by a seed.

use crate::decision::{decide, fraction};
use crate::units::TimeSpan;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// What one term does when it fires.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// Nothing, and no later term is asked.
    Off,
    /// The function returns early, with this argument if there is one.
    Return(Option<String>),
    /// The thread sleeps.
    Sleep(TimeSpan),
    /// The thread panics, with this message if there is one.
    Panic(Option<String>),
    /// A line is logged.
    Print(Option<String>),
    /// The thread waits until the fault is healed.
    Pause,
    /// The thread gives its core away.
    Yield,
    /// The thread spins.
    Delay(TimeSpan),
}

/// One term: how often and how many times it fires, and what it does then.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// The chance that it fires when asked, from 0 to 1.
    pub probability: f64,
    /// How often it fires at most; without limit if `None`.
    pub count_max: Option<u64>,
    /// What it does.
    pub task: Task,
}

/// A chain of terms, with the text that it was read from.
#[derive(Debug, Clone, PartialEq)]
pub struct Script {
    text: String,
    terms: Vec<Term>,
}

/// Why a text is no action of the `fail` crate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScriptError {
    /// A parenthesis is opened or closed alone.
    #[error("parentheses do not match in `{0}`")]
    Parentheses(String),
    /// The part before `%` is no share.
    #[error("`{0}` is no frequency from 0 to 100 before `%`")]
    Frequency(String),
    /// The part before `*` is no count.
    #[error("`{0}` is no count before `*`")]
    Count(String),
    /// The task needs a number of milliseconds.
    #[error("`{0}` needs whole milliseconds, as in `{0}(10)`")]
    Milliseconds(String),
    /// The task's name is unknown.
    #[error("unknown task `{0}`; the `fail` crate knows off, return, sleep, panic, print, pause, yield and delay")]
    Task(String),
}

/// The state of one failpoint's interpretation: how often each term has fired so far.
#[derive(Debug, Clone, Default)]
pub struct Progress {
    fired: Vec<u64>,
    passes: u64,
}

impl Script {
    /// The terms in the order in which they are asked.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// Whether some term returns: only the `fail` crate itself can do that.
    pub fn returns(&self) -> bool {
        self.terms.iter().any(|term| matches!(term.task, Task::Return(_)))
    }

    /// The task that cannot stand beside a `return`, if there is one. While the `fail` crate carries the script out for its
    /// returns, squall can neither count nor heal a sleep, a delay, a pause or a panic in it.
    pub fn beside_return(&self) -> Option<&'static str> {
        let names = self.terms.iter().filter_map(|term| match term.task {
            Task::Sleep(_) => Some("sleep"),
            Task::Delay(_) => Some("delay"),
            Task::Pause => Some("pause"),
            Task::Panic(_) => Some("panic"),
            Task::Off | Task::Return(_) | Task::Print(_) | Task::Yield => None,
        });
        if self.returns() { names.into_iter().next() } else { None }
    }

    /// Decides the next pass: which term fires, if any. Passes are numbered over all threads, because the `fail` crate's
    /// counts are; the decision of a pass depends only on its number and on the terms' counts.
    pub fn next(&self, progress: &mut Progress, seed: u64, decision_key: u64) -> Option<&Task> {
        progress.fired.resize(self.terms.len(), 0);
        let pass = progress.passes;
        progress.passes += 1;
        for (index, term) in self.terms.iter().enumerate() {
            if term.count_max.is_some_and(|count_max| progress.fired[index] >= count_max) {
                continue;
            }
            let drawn = fraction(decide(seed, decision_key, 0, pass, index as u64));
            if drawn < term.probability {
                progress.fired[index] += 1;
                return Some(&term.task);
            }
        }
        None
    }
}

impl FromStr for Script {
    type Err = ScriptError;

    fn from_str(text: &str) -> Result<Self, ScriptError> {
        let terms = text.split("->").map(parse_term).collect::<Result<_, _>>()?;
        Ok(Self { text: text.to_owned(), terms })
    }
}

fn parse_term(text: &str) -> Result<Term, ScriptError> {
    let (head, argument) = match text.trim().split_once('(') {
        None => (text.trim(), None),
        Some((head, rest)) => {
            let argument = rest.strip_suffix(')').ok_or_else(|| ScriptError::Parentheses(text.to_owned()))?;
            (head, Some(argument))
        }
    };
    let (probability, head) = match head.split_once('%') {
        None => (1.0, head),
        Some((share, rest)) => (parse_frequency(share)?, rest),
    };
    let (count_max, name) = match head.split_once('*') {
        None => (None, head),
        Some((count, rest)) => (Some(count.parse().map_err(|_| ScriptError::Count(count.to_owned()))?), rest),
    };
    Ok(Term { probability, count_max, task: parse_task(name, argument)? })
}

fn parse_frequency(share: &str) -> Result<f64, ScriptError> {
    match share.parse::<f64>() {
        Ok(percent) if (0.0..=100.0).contains(&percent) => Ok(percent / 100.0),
        _ => Err(ScriptError::Frequency(share.to_owned())),
    }
}

fn parse_task(name: &str, argument: Option<&str>) -> Result<Task, ScriptError> {
    let text = argument.map(str::to_owned);
    let millis = || {
        let parsed = argument.and_then(|argument| argument.parse().ok());
        parsed.map(TimeSpan::from_millis).ok_or_else(|| ScriptError::Milliseconds(name.to_owned()))
    };
    Ok(match name {
        "off" => Task::Off,
        "return" => Task::Return(text),
        "sleep" => Task::Sleep(millis()?),
        "panic" => Task::Panic(text),
        "print" => Task::Print(text),
        "pause" => Task::Pause,
        "yield" => Task::Yield,
        "delay" => Task::Delay(millis()?),
        _ => return Err(ScriptError::Task(name.to_owned())),
    })
}

impl fmt::Display for Script {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl Serialize for Script {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

struct ScriptVisitor;

impl Visitor<'_> for ScriptVisitor {
    type Value = Script;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an action of the `fail` crate, such as `5%sleep(10)`")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Script, E> {
        text.parse().map_err(E::custom)
    }
}

impl<'de> Deserialize<'de> for Script {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(ScriptVisitor)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Script {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "FailpointAction".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "an action of the `fail` crate: `[p%][n*]task[(argument)]`, joined by `->`"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_is_used_up_before_the_next_term_is_asked() {
        let script: Script = "2*return(full)->1*sleep(10)->off".parse().unwrap();
        let mut progress = Progress::default();
        let tasks: Vec<_> = (0..4).map(|_| script.next(&mut progress, 1, 2).cloned()).collect();
        let full = Some(Task::Return(Some("full".to_owned())));
        assert_eq!(tasks, [full.clone(), full, Some(Task::Sleep(TimeSpan::from_millis(10))), Some(Task::Off)]);
    }

    #[test]
    fn a_frequency_is_kept_to() {
        let script: Script = "5%yield".parse().unwrap();
        let mut progress = Progress::default();
        let fired = (0..100_000).filter(|_| script.next(&mut progress, 1, 2).is_some()).count();
        assert!((4_700..5_300).contains(&fired), "{fired} of 100,000 at 5 %");
    }

    #[test]
    fn a_wrong_action_says_which_part_is_wrong() {
        for (text, part) in [
            ("sleep", "milliseconds"),
            ("120%off", "`120`"),
            ("x*off", "`x`"),
            ("slep(1)", "`slep`"),
            ("sleep(1", "parentheses"),
        ] {
            let message = text.parse::<Script>().unwrap_err().to_string();
            assert!(message.contains(part), "{message}");
        }
    }
}
