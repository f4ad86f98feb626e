//! The order of the stages: each knows only earlier ones; record and report know only plain data.

use crate::support::repository;
use std::fs;
use std::path::{Path, PathBuf};

/// The way of the data.
const STAGES: [&str; 8] = ["experiment", "plan", "run", "sample", "history", "verdict", "finding", "case"];
/// Beside the flow: fed by events only.
const LISTENERS: [&str; 2] = ["record", "report"];

fn sources(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten().map(|entry| entry.path());
    // What was built for relics lies among their sources.
    let own = entries.filter(|path| path.file_name().is_none_or(|name| name != "target"));
    let nested = own.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] });
    nested.filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect()
}

/// The stages that a file's code names: in `use crate::{a, b}` as well as in `crate::a::…`.
fn named_stages(text: &str) -> Vec<&'static str> {
    let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let all = STAGES.into_iter().chain(LISTENERS).chain(["cli"]);
    let mut named: Vec<&str> = all.filter(|stage| code.contains(&format!("crate::{stage}"))).collect();
    for list in code.split("use crate::{").skip(1) {
        let list = list.split_once("};").map_or(list, |(list, _)| list);
        let words = list.split(|character: char| !(character.is_alphanumeric() || character == '_'));
        named.extend(words.filter_map(|word| STAGES.into_iter().chain(LISTENERS).find(|stage| *stage == word)));
    }
    named
}

#[test]
fn a_stage_knows_only_earlier_stages() {
    let source = repository().join("harness/src");
    for (place, stage) in STAGES.iter().enumerate() {
        let files = sources(&source.join(stage));
        assert!(!files.is_empty(), "the stage {stage} has files");
        for file in files {
            for named in named_stages(&fs::read_to_string(&file).unwrap()) {
                let known = STAGES[..=place].contains(&named);
                assert!(known, "{} knows the later stage {named}", file.display());
            }
        }
    }
}

#[test]
fn records_and_reports_know_only_plain_data() {
    for listener in LISTENERS {
        for file in sources(&repository().join("harness/src").join(listener)) {
            let named = named_stages(&fs::read_to_string(&file).unwrap());
            assert!(named.iter().all(|named| *named == listener), "{} knows {named:?}", file.display());
        }
    }
}

#[test]
fn every_source_file_says_what_it_is_for_and_stays_readable() {
    for folder in ["harness", "targets"] {
        for file in sources(&repository().join(folder)) {
            let text = fs::read_to_string(&file).unwrap();
            assert!(text.starts_with("//!"), "{} opens with what it is for", file.display());
            assert!(text.lines().count() <= 600, "{} has at most 600 lines", file.display());
        }
    }
}
