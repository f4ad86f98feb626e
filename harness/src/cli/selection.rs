//! From paths on the command line to experiment files: a file is itself, a directory all the experiments under it.

use super::problem::Problem;
use std::fs;
use std::path::{Path, PathBuf};

/// A tree with more experiments than these is hardly meant.
const FILES_MAX: usize = 1_000;
/// Directories are not nested deeper than this among experiments.
const DEPTH_MAX: usize = 16;

/// The experiment files at these paths, in the order of the paths and, under a directory, of their names. What does not
/// exist stays in the list, so that reading it says so.
pub(super) fn select(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Problem> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            collect(path, 0, &mut files)?;
        } else {
            files.push(path.clone());
        }
    }
    let mut known = std::collections::BTreeSet::new();
    files.retain(|file| known.insert(file.clone()));
    match files.len() {
        0 => Err(Problem::NothingSelected { paths: paths.to_vec() }),
        1..=FILES_MAX => Ok(files),
        found => Err(Problem::TooMany { found, most: FILES_MAX }),
    }
}

fn collect(directory: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<(), Problem> {
    let entries = fs::read_dir(directory).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let entries = entries.map_err(|source| Problem::Unreadable { path: directory.to_owned(), source })?;
    let mut paths: Vec<PathBuf> = entries.iter().map(fs::DirEntry::path).filter(|path| !is_hidden(path)).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() && !path.is_symlink() && depth < DEPTH_MAX {
            collect(&path, depth + 1, files)?;
        } else if path.is_file() && path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml") {
            files.push(path);
        }
    }
    Ok(())
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_stands_for_the_experiments_under_it_in_order() {
        let place = tempfile::tempdir().unwrap();
        for name in ["b.yaml", "a.yml", "schema.json", ".hidden.yaml", "deep/c.yaml"] {
            fs::create_dir_all(place.path().join(name).parent().unwrap()).unwrap();
            fs::write(place.path().join(name), "name: x\n").unwrap();
        }
        let found = select(&[place.path().to_owned(), place.path().join("b.yaml")]).unwrap();
        let names: Vec<_> =
            found.iter().map(|path| path.strip_prefix(place.path()).unwrap().display().to_string()).collect();
        assert_eq!(names, ["a.yml", "b.yaml", "deep/c.yaml"]);
    }

    #[test]
    fn a_directory_without_experiments_selects_nothing() {
        let place = tempfile::tempdir().unwrap();
        let problem = select(&[place.path().to_owned()]).unwrap_err();
        assert_eq!(problem.exit_code(), squall_model::ExitCode::NothingSelected);
    }
}
