//! The error of a wrong experiment: place, problem, and the text around it, for plain and for rich printing.

use super::location::Location;
use super::problem::Problem;
use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode, SourceSpan};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Why an experiment cannot be used. Prints as `FILE:LINE:COLUMN: ` and a message that names the offending text, or as
/// `--set …: ` and the message if an override caused it.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}: {}", .0.place(), .0.problem)]
pub struct ExperimentError(Box<Details>);

#[derive(Debug, Clone)]
struct Details {
    file: PathBuf,
    location: Option<Location>,
    cause: Option<String>,
    problem: Problem,
    source: Option<NamedSource<Arc<str>>>,
}

impl Details {
    fn place(&self) -> String {
        match (&self.cause, self.location) {
            (Some(cause), _) => cause.clone(),
            (None, Some(Location { line, column, .. })) => format!("{}:{line}:{column}", self.file.display()),
            (None, None) => self.file.display().to_string(),
        }
    }
}

impl ExperimentError {
    /// A problem of a whole file.
    pub(super) fn of_file(file: &Path, problem: Problem) -> Self {
        Self(Box::new(Details { file: file.to_owned(), location: None, cause: None, problem, source: None }))
    }

    /// A problem at a place in a file's text.
    pub(super) fn of_text(file: &Path, text: &Arc<str>, location: Location, problem: Problem) -> Self {
        let name = file.display().to_string();
        let source = (!problem.hides_source()).then(|| NamedSource::new(name, Arc::clone(text)).with_language("yaml"));
        let (file, location) = (file.to_owned(), Some(location));
        Self(Box::new(Details { file, location, cause: None, problem, source }))
    }

    /// A problem that an override caused.
    pub(super) fn of_override(file: &Path, cause: String, problem: Problem) -> Self {
        let (file, cause) = (file.to_owned(), Some(cause));
        Self(Box::new(Details { file, location: None, cause, problem, source: None }))
    }

    /// The experiment's file.
    pub fn file(&self) -> &Path {
        &self.0.file
    }

    /// The place in the file's text, if the problem has one.
    pub fn location(&self) -> Option<Location> {
        self.0.location
    }

    /// The `--set …` that caused the problem, if one did.
    pub fn cause(&self) -> Option<&str> {
        self.0.cause.as_deref()
    }

    /// The problem.
    pub fn problem(&self) -> &Problem {
        &self.0.problem
    }

    /// The known name that was probably meant.
    pub fn nearest(&self) -> Option<&str> {
        self.0.problem.nearest()
    }
}

impl Diagnostic for ExperimentError {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        None
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.0.problem.help().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.0.source.as_ref().map(|source| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let location = self.0.location.filter(|_| self.0.source.is_some())?;
        let span = SourceSpan::from((location.offset, location.length));
        let label = LabeledSpan::new_with_span(Some("here".to_owned()), span);
        Some(Box::new(std::iter::once(label)))
    }
}
