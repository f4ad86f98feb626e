//! Runs the real `squall` on experiments, one at a time, with results in a directory of its own.

use serde_json::Value;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// What marks the processes of one bench.
const MARK_VARIABLE: &str = "SQUALL_TEST_BENCH";
/// Experiments measure; two at once would disturb each other on two cores.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// A place for experiments and results that is gone after the test.
pub(crate) struct Bench {
    directory: tempfile::TempDir,
    _turn: MutexGuard<'static, ()>,
}

/// How a run of `squall` ended.
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the harness lies in the repository").to_owned()
}

pub(crate) fn experiment(name: &str) -> String {
    repository().join("experiments").join(name).display().to_string()
}

impl Bench {
    pub(crate) fn new() -> Self {
        let turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        Self { directory: tempfile::tempdir().expect("a temporary directory"), _turn: turn }
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn results(&self) -> PathBuf {
        self.path().join("results")
    }

    /// Writes a file; hands on its path.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.path().join(name);
        fs::write(&path, content).expect("a file can be written");
        path.display().to_string()
    }

    /// Writes a shell script that serves as a target.
    pub(crate) fn script(&self, name: &str, body: &str) -> String {
        let path = self.write(name, format!("#!/bin/sh\n{body}"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a script can be made executable");
        path
    }

    fn command(&self, arguments: &[impl AsRef<OsStr>]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_squall"));
        command.args(arguments).current_dir(repository()).stdin(Stdio::null()).env_remove("NO_COLOR");
        // Everything that this squall starts inherits the mark, and so can be told from all other processes.
        command.env(MARK_VARIABLE, self.path());
        command
    }

    /// The living processes that a squall of this bench has started, itself included.
    pub(crate) fn processes(&self) -> Vec<Process> {
        processes_with(&format!("{MARK_VARIABLE}={}", self.path().display()))
    }

    /// The living subjects of this bench.
    pub(crate) fn subjects(&self) -> Vec<Process> {
        self.processes().into_iter().filter(|process| process.environment.contains("SQUALL_SEGMENT_FD=")).collect()
    }

    /// Runs `squall` with these arguments to its end.
    pub(crate) fn squall(&self, arguments: &[impl AsRef<OsStr>]) -> Ended {
        let output = self.command(arguments).output().expect("squall starts");
        Ended::of(&output)
    }

    /// Runs one experiment with `--format json`; hands on the exit code and the object.
    pub(crate) fn run(&self, file: &str, more: &[&str]) -> (i32, Value) {
        let results = self.results().display().to_string();
        let mut arguments = vec!["run", file, "--format", "json", "--results", &results];
        arguments.extend(more);
        let ended = self.squall(&arguments);
        let object = serde_json::from_str(&ended.stdout);
        let object = object.unwrap_or_else(|error| panic!("{error}: {}\n{}", ended.stdout, ended.stderr));
        (ended.code, object)
    }

    /// Runs a gate with `--format json`; hands on the exit code and its summary.
    pub(crate) fn gate(&self, more: &[&str]) -> (i32, Value) {
        let results = self.results().display().to_string();
        let mut arguments = vec!["gate", "--format", "json", "--results", &results];
        arguments.extend(more);
        let ended = self.squall(&arguments);
        let summary = serde_json::from_str(&ended.stdout);
        let summary = summary.unwrap_or_else(|error| panic!("{error}: {}\n{}", ended.stdout, ended.stderr));
        (ended.code, summary)
    }

    /// Starts an experiment and does not wait for it.
    pub(crate) fn start(&self, file: &str, more: &[&str]) -> Child {
        let results = self.results().display().to_string();
        let mut arguments = vec!["run", file, "--results", &results];
        arguments.extend(more);
        self.command(&arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("squall starts")
    }

    /// The directories of all runs.
    pub(crate) fn runs(&self) -> Vec<PathBuf> {
        let directories = |path: PathBuf| {
            let entries = fs::read_dir(path).into_iter().flatten().flatten();
            entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir())).map(|entry| entry.path())
        };
        directories(self.results().join("runs")).flat_map(directories).collect()
    }
}

impl Ended {
    fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { code: output.status.code().unwrap_or(-1), stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }
}

/// A living process.
pub(crate) struct Process {
    pub(crate) number: u32,
    pub(crate) environment: String,
}

fn processes_with(mark: &str) -> Vec<Process> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let numbers = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let others = numbers.filter(|number| *number != std::process::id());
    others.filter_map(|number| living_with(number, mark)).collect()
}

fn living_with(number: u32, mark: &str) -> Option<Process> {
    let read = |name: &str| fs::read(format!("/proc/{number}/{name}")).unwrap_or_default();
    let stat = String::from_utf8_lossy(&read("stat")).into_owned();
    let state = stat.rsplit_once(") ")?.1.chars().next()?;
    let environment = String::from_utf8_lossy(&read("environ")).into_owned();
    (environment.contains(mark) && state != 'Z').then_some(Process { number, environment })
}

/// Waits until something holds; fails after ten seconds.
pub(crate) fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !holds() {
        assert!(Instant::now() < deadline, "after 10 s it still does not hold that {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The fields of an object, as texts.
pub(crate) fn symptoms(object: &Value) -> Vec<&str> {
    object["findings"].as_array().into_iter().flatten().filter_map(|finding| finding["symptom"].as_str()).collect()
}
