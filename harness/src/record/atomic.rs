//! Writes a file so that it is there whole or not at all.

use super::error::RecordError;
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::Path;

/// Writes `content` to `path`: to a file beside it first, to the disk, and then under its name.
pub(super) fn write(path: &Path, content: &[u8]) -> Result<(), RecordError> {
    let unfinished = path.with_extension("unfinished");
    let mut file = File::create(&unfinished).map_err(RecordError::system("creating", &unfinished))?;
    file.write_all(content).map_err(RecordError::system("writing", &unfinished))?;
    file.sync_all().map_err(RecordError::system("writing", &unfinished))?;
    fs::rename(&unfinished, path).map_err(RecordError::system("renaming to", path))
}

/// Makes `link` point to `target`, whatever it pointed to before.
pub(super) fn point_link(link: &Path, target: &Path) -> Result<(), RecordError> {
    let unfinished = link.with_extension(format!("{}.unfinished", std::process::id()));
    let _ = fs::remove_file(&unfinished);
    symlink(target, &unfinished).map_err(RecordError::system("linking", &unfinished))?;
    fs::rename(&unfinished, link).map_err(RecordError::system("renaming to", link))
}
