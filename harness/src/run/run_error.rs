//! Why a trial could not even begin.

use std::io;
use std::path::PathBuf;

/// Why a trial could not even begin. What goes wrong after its beginning is the trial's ending, not an error.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// Cargo could not be started.
    #[error("cargo cannot be started")]
    NoCargo(#[source] io::Error),
    /// The target's package does not build.
    #[error("the target `{package}` does not build (cargo's {status})\n{diagnostics}")]
    DoesNotBuild {
        /// The package.
        package: String,
        /// How cargo ended.
        status: String,
        /// What cargo said, cut to its end.
        diagnostics: String,
    },
    /// The package has no program, or several without a choice.
    #[error("the package `{package}` has {}; name one as `bin` under `target`", program_phrase(programs))]
    NoSingleProgram {
        /// The package.
        package: String,
        /// The programs that were built.
        programs: Vec<String>,
    },
    /// The target's program cannot be started.
    #[error("the target `{}` cannot be started", program.display())]
    CannotStart {
        /// The program.
        program: PathBuf,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
    /// The target's program does not speak squall's protocol.
    #[error("the target `{}` does not speak: {reason}", program.display())]
    DoesNotSpeak {
        /// The program.
        program: PathBuf,
        /// What it did instead.
        reason: String,
    },
    /// The functions of the target's program cannot be told, so that no fault can aim at them.
    #[error("no fault can aim at functions of `{}`: {reason}", program.display())]
    NoFunctions {
        /// The program.
        program: PathBuf,
        /// Why.
        reason: String,
    },
    /// The system refused something that squall itself needs.
    #[error("{what} failed")]
    System {
        /// What was tried.
        what: &'static str,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
}

fn program_phrase(programs: &[String]) -> String {
    if programs.is_empty() { "no program".to_owned() } else { format!("several programs ({})", programs.join(", ")) }
}

impl RunError {
    /// Wraps a refusal of the system.
    pub(super) fn system(what: &'static str) -> impl Fn(io::Error) -> Self {
        move |source| Self::System { what, source }
    }

    /// Whether the experiment or its target is at fault, rather than squall or its machine.
    #[must_use]
    pub const fn is_the_targets(&self) -> bool {
        !matches!(self, Self::System { .. })
    }
}
