//! Takes a symptom with its message, file and stack, hands on the name by which the same defect is known in every run.

use super::frames::in_app_frames;
use super::mask::masked;
use squall_model::Symptom;
use squall_model::decision::text_hash;

/// The version of the recipe below. A change of the recipe is a new version, never a silent change of names.
const VERSION: &str = "v1";
/// So many frames tell callers apart; more would make each way into a function a defect of its own.
const FRAMES_MAX: usize = 3;

/// The fingerprint: `v1-` and 16 hexadecimal digits over the symptom, the masked message, the file without its line,
/// and the innermost frames of the program under test.
pub fn fingerprint(symptom: Symptom, message: &str, file: Option<&str>, frames: &[String]) -> String {
    let file = file.map(source_file).unwrap_or_default();
    let frames = in_app_frames(frames, FRAMES_MAX).join("\n");
    named(symptom, &format!("{}\0{file}\0{frames}", masked(message)))
}

/// The fingerprint of what has no message and no stack, such as a broken threshold; `cause` is taken as it is.
pub(super) fn named(symptom: Symptom, cause: &str) -> String {
    format!("{VERSION}-{:016x}", text_hash(&format!("{}\0{cause}", symptom.name())))
}

/// A source file without what depends on the machine: the registry's folder and a crate's version, the toolchain's
/// hash, and everything above the package.
///
/// ```
/// use squall::finding::source_file;
/// assert_eq!(source_file("targets/src/map.rs"), "targets/src/map.rs");
/// assert_eq!(source_file("/home/me/squall/targets/src/map.rs"), "targets/src/map.rs");
/// assert_eq!(source_file("/me/.cargo/registry/src/index-19/dashmap-6.1.0/src/lib.rs"), "dashmap/src/lib.rs");
/// assert_eq!(source_file("/rustc/59807616e1/library/core/src/slice/mod.rs"), "core/src/slice/mod.rs");
/// ```
pub fn source_file(path: &str) -> String {
    let path = path.replace('\\', "/");
    if let Some((_, tail)) = path.split_once("/registry/src/") {
        let tail = tail.split_once('/').map_or(tail, |(_, tail)| tail);
        return match tail.split_once('/') {
            Some((package, file)) => format!("{}/{file}", without_version(package)),
            None => tail.to_owned(),
        };
    }
    if !path.starts_with('/') && !path.contains(":/") {
        return path.trim_start_matches("./").to_owned();
    }
    match path.rfind("/src/") {
        Some(source) => {
            let package = path[..source].rfind('/').map_or(0, |slash| slash + 1);
            path[package..].to_owned()
        }
        None => path.rsplit('/').next().unwrap_or_default().to_owned(),
    }
}

fn without_version(package: &str) -> &str {
    let version = package
        .match_indices('-')
        .find(|(dash, _)| package[dash + 1..].starts_with(|first: char| first.is_ascii_digit()));
    version.map_or(package, |(dash, _)| &package[..dash])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print(message: &str, file: &str, frame: &str) -> String {
        fingerprint(Symptom::Panic, message, Some(file), &[frame.to_owned()])
    }

    #[test]
    fn a_fingerprint_keeps_over_runs_builds_and_machines() {
        let known = print("slot 3 is taken", "targets/src/map.rs", "squall_targets::put::h1854dee5fd9945b4");
        assert_eq!(known, print("slot 99 is taken", "/ci/build/targets/src/map.rs", "squall_targets::put"));
        // Knowledge bases hold these names: the recipe of version 1 may never give another one.
        assert_eq!(known, "v1-7c736d0bea7de1a7");
    }

    #[test]
    fn each_part_of_the_cause_tells_defects_apart() {
        let known = print("slot 3 is taken", "targets/src/map.rs", "squall_targets::put");
        assert_ne!(known, print("slot 3 is free", "targets/src/map.rs", "squall_targets::put"));
        assert_ne!(known, print("slot 3 is taken", "targets/src/set.rs", "squall_targets::put"));
        assert_ne!(known, print("slot 3 is taken", "targets/src/map.rs", "squall_targets::take"));
        let frames = ["squall_targets::put".to_owned()];
        let other = fingerprint(Symptom::DoublePanic, "slot 3 is taken", Some("targets/src/map.rs"), &frames);
        assert_ne!(known, other);
    }
}
