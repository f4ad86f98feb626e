//! Why a command could not do what was asked, and how that is told: one clear message, and the documented exit code.

use super::arguments::{Format, Output};
use super::machine::colours;
use super::output::{talk, tell};
use crate::case::CaseError;
use crate::experiment::ExperimentError;
use crate::history::{HistoryError, HistoryModel};
use crate::record::RecordError;
use crate::run::RunError;
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme};
use serde_json::json;
use squall_model::ExitCode;
use squall_model::text::harmless;
use squall_model::units::TimeSpan;
use std::error::Error;
use std::io::{self, IsTerminal};
use std::path::PathBuf;

/// Why a command could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub(super) enum Problem {
    /// The experiment is not valid.
    #[error(transparent)]
    Experiment(#[from] ExperimentError),
    /// A trial could not begin.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The run directory cannot be written or read.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// No experiment was selected.
    #[error("no experiment (a file that ends in `.yaml`) under {}", paths.iter().map(|path| format!("`{}`", path.display())).collect::<Vec<_>>().join(", "))]
    NothingSelected {
        /// Where was looked.
        paths: Vec<PathBuf>,
    },
    /// More experiments were selected than anyone means.
    #[error("{found} experiments were selected, more than {most}; name fewer directories")]
    TooMany {
        /// How many were found.
        found: usize,
        /// How many there may be.
        most: usize,
    },
    /// A directory cannot be read.
    #[error("reading `{}` failed", path.display())]
    Unreadable {
        /// The directory.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
    /// The budget does not suffice for a single experiment.
    #[error("a budget of {budget} is too small for any verdict: the shortest experiment takes about {shortest}")]
    BudgetTooSmall {
        /// The budget.
        budget: TimeSpan,
        /// What the shortest experiment takes.
        shortest: TimeSpan,
    },
    /// There is nothing of that name to list.
    #[error("the target has no {what} `{name}`")]
    NothingListed {
        /// What kind of name it is.
        what: &'static str,
        /// The name as written.
        name: String,
    },
    /// A history cannot be judged.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// An option that a model needs or cannot use.
    #[error("`{option}` {need} the model {}", model.name())]
    HistoryOption {
        /// The option.
        option: &'static str,
        /// The model.
        model: HistoryModel,
        /// What is wrong with it.
        need: &'static str,
    },
    /// The knowledge base cannot be used.
    #[error(transparent)]
    Case(#[from] CaseError),
    /// A log cannot be read.
    #[error("the log {file} cannot be read")]
    Log {
        /// The log.
        file: String,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
    /// A log tells of nothing.
    #[error("nothing was read from {file}: {why}")]
    NothingInLog {
        /// The log.
        file: String,
        /// What is missing.
        why: &'static str,
    },
    /// The machine refused something that squall itself needs.
    #[error("{what} failed")]
    System {
        /// What was tried.
        what: &'static str,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
}

impl Problem {
    /// Wraps a refusal of the system.
    pub(super) fn system(what: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::System { what, source }
    }

    pub(super) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Experiment(_) | Self::History(_) | Self::Log { .. } => ExitCode::CannotRun,
            Self::Run(error) if error.is_the_targets() => ExitCode::CannotRun,
            Self::NothingSelected { .. } | Self::NothingInLog { .. } => ExitCode::NothingSelected,
            Self::TooMany { .. }
            | Self::BudgetTooSmall { .. }
            | Self::NothingListed { .. }
            | Self::HistoryOption { .. } => ExitCode::BadArguments,
            Self::Run(_) | Self::Case(_) | Self::Record(_) | Self::Unreadable { .. } | Self::System { .. } => {
                ExitCode::SquallFailed
            }
        }
    }

    /// Tells the problem on standard error, and as an object on standard output where data is asked for.
    pub(super) fn tell(&self, output: Output) -> ExitCode {
        match self {
            Self::Experiment(error) => talk(&picture(error, output)),
            _ => talk(&format!("error: {}", lines_made_harmless(&with_causes(self)))),
        }
        if output.format != Format::Human {
            tell(&self.object().to_string());
        }
        self.exit_code()
    }

    /// The problem with its causes, in one line.
    pub(super) fn in_words(&self) -> String {
        with_causes(self)
    }

    fn object(&self) -> serde_json::Value {
        let (file, line, column) = match self {
            Self::Experiment(error) => {
                let place = error.location();
                let file = place.map(|_| error.file().display().to_string());
                (file, place.map(|place| place.line as u64), place.map(|place| place.column as u64))
            }
            Self::History(error) => (Some(error.file.clone()), error.line.map(u64::from), None),
            Self::Log { file, .. } | Self::NothingInLog { file, .. } => (Some(file.clone()), None, None),
            _ => (None, None, None),
        };
        json!({
            "error": with_causes(self),
            "exit_code": self.exit_code(),
            "file": file,
            "line": line,
            "column": column,
        })
    }
}

/// The error with the lines around it; the first line is complete by itself.
fn picture(error: &ExperimentError, output: Output) -> String {
    let theme = match (colours(output.color, io::stderr().is_terminal()), io::stderr().is_terminal()) {
        (true, _) => GraphicalTheme::unicode(),
        (false, true) => GraphicalTheme::unicode_nocolor(),
        (false, false) => GraphicalTheme::none(),
    };
    let mut text = format!("error: {error}");
    if error.source_code().is_some() || error.help().is_some() {
        let mut picture = String::new();
        let handler = GraphicalReportHandler::new_themed(theme).with_width(120);
        if handler.render_report(&mut picture, &WithoutMessage(error)).is_ok() {
            // The picture's first line is the mark of its message, which is empty here.
            for line in picture.trim_end().lines().skip(1) {
                text.push('\n');
                text.push_str(line);
            }
        }
    }
    text
}

/// The error's picture without its message, which stands above it.
#[derive(Debug)]
struct WithoutMessage<'a>(&'a ExperimentError);

impl std::fmt::Display for WithoutMessage<'_> {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Ok(())
    }
}

impl Error for WithoutMessage<'_> {}

impl Diagnostic for WithoutMessage<'_> {
    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.0.help()
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        self.0.source_code()
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = miette::LabeledSpan> + '_>> {
        self.0.labels()
    }
}

/// The text with its lines, but without anything else that steers a terminal: it may quote what a target said.
fn lines_made_harmless(text: &str) -> String {
    text.lines().map(harmless).collect::<Vec<_>>().join("\n")
}

/// The error and what caused it, on one line.
fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let words = error.to_string();
        if !text.contains(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        cause = error.source();
    }
    text
}
