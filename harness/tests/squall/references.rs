//! Generated references: what is committed is what the code generates, and the README says what is true.

use crate::aim::refusal;
use crate::support::{Bench, repository};
use squall_model::ExitCode;
use std::fs;

fn generated(what: &[&str]) -> String {
    let bench = Bench::new();
    let arguments: Vec<&str> = ["generate"].iter().chain(what).copied().collect();
    let ended = bench.squall(&arguments);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    ended.stdout
}

#[test]
fn the_committed_schema_is_the_generated_one() {
    let committed = fs::read_to_string(repository().join("experiments/schema.json")).unwrap_or_default();
    let again = "run: squall generate schema > experiments/schema.json";
    assert!(committed == generated(&["schema"]), "experiments/schema.json is out of date; {again}");
}

#[test]
fn completions_and_the_manual_page_are_generated() {
    assert!(generated(&["completions", "bash"]).contains("_squall"));
    assert!(generated(&["man"]).contains(".TH squall"));
}

#[test]
fn the_readme_lists_every_exit_code_with_its_meaning() {
    let readme = fs::read_to_string(repository().join("README.md")).unwrap();
    for code in ExitCode::ALL {
        let row = format!("| {} | {} |", code.code(), code.meaning());
        assert!(readme.contains(&row), "the README has the row `{row}`");
    }
}

#[test]
fn every_committed_experiment_is_valid() {
    let bench = Bench::new();
    let mut files = Vec::new();
    let mut folders = vec![repository().join("experiments")];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path()) {
            match path.extension().and_then(|extension| extension.to_str()) {
                Some("yaml") => files.push(path.display().to_string()),
                None if path.is_dir() => folders.push(path),
                _ => {}
            }
        }
    }
    assert!(files.len() > 10);
    // Each relic is a workspace of its own, which takes minutes to build: they are a documented command.
    files.retain(|file| !file.contains("experiments/relics/"));
    if let Some(reason) = refusal(&bench) {
        eprintln!("SKIPPED: experiments/aim, because {reason}");
        files.retain(|file| !file.contains("experiments/aim/"));
    }
    let arguments: Vec<String> = ["check".to_owned()].into_iter().chain(files).collect();
    let ended = bench.squall(&arguments);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
}

/// The commands that the README shows in its `console` blocks.
fn readme_commands() -> Vec<String> {
    let readme = fs::read_to_string(repository().join("README.md")).unwrap();
    let blocks = readme.split("```console\n").skip(1).map(|rest| rest.split("```").next().unwrap_or_default());
    blocks.flat_map(str::lines).filter_map(|line| line.strip_prefix("$ ")).map(str::to_owned).collect()
}

#[test]
fn the_readmes_commands_name_files_and_subcommands_that_exist() {
    let commands = readme_commands();
    assert!(commands.iter().any(|command| command == "cargo run --release -- run experiments/quickstart.yaml"));
    assert!(commands.iter().any(|command| command == "cargo test"));
    for command in commands {
        for word in command.split_whitespace().filter(|word| word.ends_with(".yaml")) {
            assert!(repository().join(word).is_file(), "`{word}` of the README's `{command}` exists");
        }
    }
}
