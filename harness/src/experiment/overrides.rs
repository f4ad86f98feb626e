//! Takes the texts of `--set path=value`, changes an experiment's tree accordingly.
//!
//! A path that leads nowhere is left to the typed reading, which knows every key and suggests the nearest.

use super::node::{Node, shortened};
use super::objection::{Objection, Spot};
use super::path::NodePath;
use super::problem::Problem;
use super::suggestion::Suggestion;
use super::yaml;
use std::fmt;

/// Maps whose keys are names that may contain dots, so that the rest of a path below them is one key.
const MAPS_OF_NAMES: [&[&str]; 3] = [&["thresholds"], &["load", "mix"], &["target", "params"]];

/// One `--set path=value`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Override {
    written: String,
    path: String,
    value: Node,
}

impl fmt::Display for Override {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "--set {}", self.written)
    }
}

impl Override {
    /// Reads `path=value`; the value is YAML, or plain text if it is none.
    pub(super) fn parse(written: &str) -> Result<Self, Problem> {
        let Some((path, value)) = written.split_once('=') else {
            return Err(Problem::Override(format!("`{}` has no `=`; write `path=value`", shortened(written))));
        };
        let path = path.trim();
        if path.is_empty() || path.split('.').any(str::is_empty) {
            let reason = format!("`{}` is no path such as `load.workers` or `faults.0.latency.delay`", shortened(path));
            return Err(Problem::Override(reason));
        }
        let value = read_value(value)?;
        Ok(Self { written: written.to_owned(), path: path.to_owned(), value })
    }

    /// Puts the value in its place in the tree.
    pub(super) fn apply(&self, tree: &mut Node) -> Result<(), Objection> {
        let words: Vec<&str> = self.path.split('.').collect();
        *slot(tree, &words, NodePath::default())? = self.value.clone();
        Ok(())
    }
}

/// Reads a value as YAML; nothing is `null`, and what is no YAML is text if it looks like text.
fn read_value(value: &str) -> Result<Node, Problem> {
    match yaml::parse(value).map_err(|objection| *objection.problem) {
        Ok(value) => Ok(value),
        Err(Problem::Empty | Problem::OnlyComments) => Ok(Node::Null),
        Err(_) if is_plain(value) => Ok(Node::Text(value.trim().to_owned())),
        Err(problem) => Err(problem),
    }
}

/// Whether a value that is no YAML, such as `> 80% baseline`, is meant as plain text.
fn is_plain(value: &str) -> bool {
    !value.trim_start().starts_with(['{', '[', '"', '\'', '-'])
}

/// The node that the words of a path lead to; keys that are not there yet are made.
fn slot<'a>(node: &'a mut Node, words: &[&str], path: NodePath) -> Result<&'a mut Node, Objection> {
    if words.is_empty() {
        return Ok(node);
    }
    if *node == Node::Null {
        *node = Node::Map(Vec::new());
    }
    match node {
        Node::Map(entries) => {
            let (key, taken) = next_key(entries, words, &path);
            let index = entries.iter().position(|(known, _)| *known == key).unwrap_or(entries.len());
            if index == entries.len() {
                entries.push((key.clone(), Node::Null));
            }
            slot(&mut entries[index].1, &words[taken..], path.key(&key))
        }
        Node::List(entries) => {
            let index = list_index(words[0], entries.len(), &path)?;
            slot(&mut entries[index], &words[1..], path.item(index))
        }
        scalar => {
            let reason = format!("`{path}` is {}, so it has no `{}`", scalar.describe(), words[0]);
            Err(Objection::to_value(path, Problem::Override(reason)))
        }
    }
}

/// The next key of a path and how many of its words make it up: the longest key that is there, or the whole rest in a
/// map of names, or one word.
fn next_key(entries: &[(String, Node)], words: &[&str], path: &NodePath) -> (String, usize) {
    let joined = |count: usize| words[..count].join(".");
    let known = (1..=words.len()).rev().find(|count| {
        let key = joined(*count);
        entries.iter().any(|(known, _)| *known == key)
    });
    let holds_names = MAPS_OF_NAMES.iter().any(|keys| NodePath::keys(keys) == *path);
    let count = known.unwrap_or(if holds_names { words.len() } else { 1 });
    (joined(count), count)
}

fn list_index(word: &str, length: usize, path: &NodePath) -> Result<usize, Objection> {
    match word.parse::<usize>() {
        Ok(index) if index < length => Ok(index),
        _ => {
            let name = path.last_key().map(str::to_owned);
            let known = (0..length).map(|index| index.to_string()).collect();
            let suggestion = Suggestion { nearest: None, known };
            let problem = Problem::UnknownName { what: "entry", name: word.to_owned(), within: name, suggestion };
            Err(Objection { spot: Spot::File, problem: Box::new(problem) })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(text: &str, written: &str) -> Result<Node, Problem> {
        let mut tree = yaml::parse(text).unwrap();
        Override::parse(written)?.apply(&mut tree).map_err(|objection| *objection.problem)?;
        Ok(tree)
    }

    #[test]
    fn an_override_lands_where_the_same_yaml_would() {
        for (text, written, expected) in [
            ("load: {workers: 4}", "load.workers=8", "load: {workers: 8}"),
            ("name: x", "load.workers=8", "{name: x, load: {workers: 8}}"),
            ("faults: [{latency: {at: p}}]", "faults.0.latency.at=q", "faults: [{latency: {at: q}}]"),
            ("thresholds: {latency.p99: < 1ms}", "thresholds.latency.p99=< 2ms", "thresholds: {latency.p99: < 2ms}"),
            ("thresholds: {}", "thresholds.latency.p99=< 2ms", "thresholds: {latency.p99: < 2ms}"),
            ("thresholds:", "thresholds.throughput=> 80% baseline", "thresholds: {throughput: '> 80% baseline'}"),
            ("seed: 1", "seed=", "seed: ~"),
            ("load: 1", "load={workers: 2}", "load: {workers: 2}"),
        ] {
            assert_eq!(changed(text, written).unwrap(), yaml::parse(expected).unwrap(), "{written}");
        }
    }

    #[test]
    fn an_override_that_leads_nowhere_says_why() {
        for (text, written, message) in [
            ("name: x", "name", "has no `=`"),
            ("name: x", "=3", "is no path"),
            ("name: x", "a..b=3", "is no path"),
            ("name: x", "name.first=3", "`name` is `x`, so it has no `first`"),
            ("faults: [a, b]", "faults.2=3", "unknown entry `2` in `faults`; known: `0`, `1`"),
            ("name: x", "name={a: 1, a: 2}", "second time"),
        ] {
            let problem = changed(text, written).unwrap_err().to_string();
            assert!(problem.contains(message), "{problem}");
        }
    }

    #[test]
    fn a_list_is_indexed_by_number_only() {
        assert!(changed("faults: [a]", "faults.latency=3").is_err());
    }
}
