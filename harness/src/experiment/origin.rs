//! Where an experiment came from: its file's text and the overrides. Turns the place of a problem in the tree into a
//! line of the file or the override that caused it.

use super::error::ExperimentError;
use super::location::Location;
use super::node::{Node, shortened};
use super::objection::{Objection, Spot};
use super::overrides::Override;
use super::path::{NodePath, Part};
use super::problem::Problem;
use super::yaml;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The file's name, text and tree, and the overrides.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Origin {
    file: PathBuf,
    text: Arc<str>,
    tree: Node,
    overrides: Vec<Override>,
}

impl Origin {
    /// Reads text and overrides as trees.
    pub(super) fn new(file: &Path, text: &str, overrides: &[String]) -> Result<Self, ExperimentError> {
        let text: Arc<str> = Arc::from(text);
        let read = |written: &String| {
            let failed = |problem| ExperimentError::of_override(file, format!("--set {written}"), problem);
            Override::parse(written).map_err(failed)
        };
        let overrides = overrides.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        match yaml::parse(&text) {
            Ok(tree) => Ok(Self { file: file.to_owned(), text, tree, overrides }),
            Err(objection) => {
                let origin = Self { file: file.to_owned(), text, tree: Node::Null, overrides };
                Err(origin.of_file(objection))
            }
        }
    }

    /// The experiment's file.
    pub(super) fn file(&self) -> &Path {
        &self.file
    }

    /// The experiment's text, without the overrides.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Attempts something with the overridden tree. A problem is blamed on the first override without which it is not
    /// there, or on the file if it is there without any.
    pub(super) fn attempt<T>(&self, attempt: impl Fn(&Node) -> Result<T, Objection>) -> Result<T, ExperimentError> {
        let with_first = |count: usize| {
            let mut tree = self.tree.clone();
            self.overrides[..count].iter().try_for_each(|each| each.apply(&mut tree))?;
            attempt(&tree)
        };
        let objection = match with_first(self.overrides.len()) {
            Ok(value) => return Ok(value),
            Err(objection) => objection,
        };
        let same = |count: &usize| with_first(*count).err().as_ref() == Some(&objection);
        match (0..=self.overrides.len()).find(same) {
            Some(count) if count > 0 => {
                let cause = self.overrides[count - 1].to_string();
                Err(ExperimentError::of_override(&self.file, cause, *objection.problem))
            }
            _ => Err(self.of_file(objection)),
        }
    }

    fn of_file(&self, objection: Objection) -> ExperimentError {
        let mut problem = *objection.problem;
        let location = match objection.spot {
            Spot::File => return ExperimentError::of_file(&self.file, problem),
            Spot::Text(location) => location,
            Spot::Node(path, part) => self.locate(path, part),
        };
        quote_as_written(&mut problem, location.text(&self.text));
        ExperimentError::of_text(&self.file, &self.text, location, problem)
    }

    /// The place of a key or value, or of the nearest thing around it that the text has.
    fn locate(&self, mut path: NodePath, mut part: Part) -> Location {
        loop {
            if let Some(location) = yaml::locate(&self.text, &path, part) {
                return location;
            }
            if path.0.is_empty() {
                return Location::with_length(&self.text, 0, 0);
            }
            path.0.pop();
            part = if path.ends_in_key() { Part::Key } else { Part::Value };
        }
    }
}

/// Repeats a scalar of the wrong kind as the human wrote it (`4.0`, `0x10`), not as YAML understood it.
fn quote_as_written(problem: &mut Problem, written: &str) {
    if let Problem::WrongKind { found, .. } = problem
        && found.starts_with('`')
        && !written.is_empty()
    {
        *found = format!("`{}`", shortened(written));
    }
}
