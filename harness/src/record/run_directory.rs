//! Where a run is recorded: `results/runs/<experiment>/<time>-<id>/`.

use super::atomic;
use super::error::RecordError;
use super::recorder::REPRO;
use squall_model::{FormatVersion, RESULTS_FORMAT};
use std::fs;
use std::path::{Path, PathBuf};

/// The file in the results directory that names the form of all runs in it.
const FORMAT_FILE: &str = "FORMAT";
/// The link to an experiment's last run.
const LATEST_LINK: &str = "latest";

/// The directory of one run.
#[derive(Debug, Clone)]
pub struct RunDirectory {
    path: PathBuf,
}

impl RunDirectory {
    /// Makes the directory of a new run, and points the experiment's `latest` link to it.
    ///
    /// # Errors
    /// If the results are of a newer form, or the system refuses.
    pub fn create(results: &Path, experiment: &str, run: &str) -> Result<Self, RecordError> {
        let runs = results.join("runs");
        fs::create_dir_all(&runs).map_err(RecordError::system("creating", &runs))?;
        claim_format(&runs)?;
        let of_experiment = runs.join(experiment);
        let path = of_experiment.join(run);
        fs::create_dir_all(&path).map_err(RecordError::system("creating", &path))?;
        atomic::point_link(&of_experiment.join(LATEST_LINK), Path::new(run))?;
        Ok(Self { path })
    }

    /// The experiment of this name that runs one of the run's trials again, whether it is written yet or not.
    #[must_use]
    pub fn replay(&self, file: &str) -> PathBuf {
        self.path.join(REPRO).join(file)
    }

    /// The directory's path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Refuses results of a newer form; marks new ones with ours.
fn claim_format(runs: &Path) -> Result<(), RecordError> {
    let file = runs.join(FORMAT_FILE);
    let found = match fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return atomic::write(&file, format!("{RESULTS_FORMAT}\n").as_bytes());
        }
        Err(error) => return Err(RecordError::system("reading", &file)(error)),
    };
    let number = found.trim().parse().map_err(|_| RecordError::Damaged {
        path: file,
        reason: format!("`{}` is no version number", found.trim().escape_debug()),
    })?;
    refuse_newer(runs, FormatVersion(number))
}

/// Refuses a form that is newer than ours.
pub(super) fn refuse_newer(path: &Path, found: FormatVersion) -> Result<(), RecordError> {
    if found > RESULTS_FORMAT {
        return Err(RecordError::Newer { path: path.to_owned(), found, known: RESULTS_FORMAT });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_a_newer_squall_are_not_touched() {
        let results = tempfile::tempdir().unwrap();
        RunDirectory::create(results.path(), "quickstart", "run-1").unwrap();
        fs::write(results.path().join("runs/FORMAT"), "999\n").unwrap();
        let error = RunDirectory::create(results.path(), "quickstart", "run-2").unwrap_err();
        assert!(error.to_string().contains("form 999"), "{error}");
        assert!(!results.path().join("runs/quickstart/run-2").exists());
    }

    #[test]
    fn the_latest_link_follows_the_last_run() {
        let results = tempfile::tempdir().unwrap();
        for run in ["run-1", "run-2"] {
            RunDirectory::create(results.path(), "quickstart", run).unwrap();
        }
        let link = fs::read_link(results.path().join("runs/quickstart/latest")).unwrap();
        assert_eq!(link, Path::new("run-2"));
    }
}
