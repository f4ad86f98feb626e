//! Takes a package's name and hands on its program, built by cargo in the release profile.

use super::host::{Leash, under_leash};
use super::run_error::RunError;
use super::tail::Tail;
use std::path::PathBuf;
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};
use tokio::process::Command;

/// What is to be built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildRequest {
    /// The package.
    pub package: String,
    /// Which of its programs; may be left out if there is one.
    pub program: Option<String>,
    /// The manifest of the workspace that has the package; cargo looks upward from `directory` if left out.
    pub manifest: Option<PathBuf>,
    /// The directory in which cargo runs.
    pub directory: PathBuf,
    /// Whether cargo's progress goes to standard error as it comes.
    pub show_progress: bool,
}

/// The longest line of cargo's JSON that is looked at; diagnostics can be long, the name of a program cannot.
const LINE_BYTES_MAX: u64 = 16 << 20;
/// How much of cargo's own words is kept for an error.
const DIAGNOSTICS_BYTES_MAX: usize = 16 << 10;

/// Builds the package and finds its program.
///
/// # Errors
/// If cargo cannot be started, the package does not build, or has no single program.
pub async fn build(request: &BuildRequest, leash: &Leash) -> Result<PathBuf, RunError> {
    tracing::debug!(package = request.package, directory = %request.directory.display(), "building");
    let mut command = cargo(request);
    let mut child = under_leash(&mut command, None).spawn().map_err(RunError::NoCargo)?;
    let held = leash.hold(&child);
    let stdout = child.stdout.take();
    let diagnostics = Tail::new(DIAGNOSTICS_BYTES_MAX);
    let (programs, ()) = tokio::join!(read_programs(stdout), diagnostics.clone().follow(child.stderr.take()));
    let status = child.wait().await.map_err(RunError::system("waiting for cargo"))?;
    drop(held);
    if !status.success() {
        return Err(RunError::DoesNotBuild {
            package: request.package.clone(),
            status: status.to_string(),
            diagnostics: diagnostics.text(),
        });
    }
    choose(request, programs)
}

fn cargo(request: &BuildRequest) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(["build", "--release", "--message-format=json-render-diagnostics", "--package", &request.package]);
    if let Some(program) = &request.program {
        command.args(["--bin", program]);
    } else {
        command.arg("--bins");
    }
    if let Some(manifest) = &request.manifest {
        command.arg("--manifest-path").arg(manifest);
    }
    let stderr = if request.show_progress { Stdio::inherit() } else { Stdio::piped() };
    command.current_dir(&request.directory).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(stderr);
    command
}

/// Reads the programs out of cargo's messages: the artifacts that have an executable.
async fn read_programs(stdout: Option<impl AsyncRead + Unpin>) -> Vec<(String, PathBuf)> {
    let mut programs = Vec::new();
    let Some(stdout) = stdout else { return programs };
    let mut reader = BufReader::new(stdout);
    let mut line = String::new();
    while let Ok(1..) = (&mut reader).take(LINE_BYTES_MAX).read_line(&mut line).await {
        if let Ok(message) = serde_json::from_str::<serde_json::Value>(&line)
            && let (Some(executable), Some(name)) = (message["executable"].as_str(), message["target"]["name"].as_str())
        {
            programs.push((name.to_owned(), PathBuf::from(executable)));
        }
        line.clear();
    }
    programs
}

fn choose(request: &BuildRequest, programs: Vec<(String, PathBuf)>) -> Result<PathBuf, RunError> {
    match <[(String, PathBuf); 1]>::try_from(programs) {
        Ok([(_, path)]) => Ok(path),
        Err(programs) => Err(RunError::NoSingleProgram {
            package: request.package.clone(),
            programs: programs.into_iter().map(|(name, _)| name).collect(),
        }),
    }
}
