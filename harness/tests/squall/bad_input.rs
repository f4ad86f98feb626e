//! Wrong experiments and targets: one clear message with file, line, column and the offending text; exit 96; nothing run.

use crate::support::Bench;

/// Runs a wrong experiment; hands on what squall said.
fn refused(content: impl AsRef<[u8]>) -> (Bench, String) {
    let bench = Bench::new();
    let file = bench.write("wrong.yaml", content);
    let results = bench.results().display().to_string();
    let ended = bench.squall(&["run", &file, "--results", &results]);
    assert_eq!(ended.code, 96, "{}{}", ended.stdout, ended.stderr);
    assert!(bench.runs().is_empty(), "nothing is run");
    let first = ended.stderr.lines().find(|line| line.starts_with("error: ")).unwrap_or_default().to_owned();
    assert!(!first.is_empty(), "{}", ended.stderr);
    (bench, ended.stderr)
}

fn says(content: &str, place: &str, words: &[&str]) {
    let (_, stderr) = refused(content);
    assert!(stderr.contains(&format!("wrong.yaml:{place}: ")), "{place} in {stderr}");
    for word in words {
        assert!(stderr.contains(word), "`{word}` in {stderr}");
    }
}

const TARGET: &str = "name: x\ntarget: {package: squall-targets, workload: map.sharded}\n";

#[test]
fn an_unknown_key_is_named_with_the_nearest_known_one() {
    says(&format!("{TARGET}phasez: {{}}\n"), "3:1", &["`phasez`", "phases"]);
    says(&format!("{TARGET}faults:\n  - latency: {{at: a, delai: 1ms}}\n"), "4:22", &["`delai`", "delay"]);
}

#[test]
fn a_wrong_unit_is_named_at_its_place() {
    says(&format!("{TARGET}phases: {{fault: 5}}\n"), "3:17", &["`5`", "no unit"]);
    says(&format!("{TARGET}load: {{rate: 50 ms}}\n"), "3:14", &["`50 ms`", "/s"]);
}

#[test]
fn a_window_outside_its_phase_is_named() {
    let text =
        format!("{TARGET}phases: {{fault: 2s}}\nfaults:\n  - stall: {{at: any, during: {{start: 1s, for: 2s}}}}\n");
    says(&text, "5:30", &["fault phase lasts 2s"]);
}

#[test]
fn a_point_that_the_target_does_not_have_is_named_with_the_nearest_one() {
    let text = format!("{TARGET}faults:\n  - latency: {{at: map.shard.lokced, delay: 1ms}}\n");
    says(&text, "4:19", &["`map.shard.lokced`", "map.shard.locked"]);
}

#[test]
fn a_workload_that_the_target_does_not_have_is_named_with_the_nearest_one() {
    says(
        "name: x\ntarget: {package: squall-targets, workload: map.sharted}\n",
        "2:45",
        &["`map.sharted`", "map.sharded"],
    );
}

#[test]
fn a_parameter_out_of_its_range_is_named() {
    let text = "name: x\ntarget: {package: squall-targets, workload: map.sharded, params: {shards: 0}}\n";
    says(text, "2:75", &["`0`", "1 to 65536"]);
}

#[test]
fn a_threshold_on_nothing_is_named() {
    says(
        &format!("{TARGET}phases: {{recovery: 0s}}\nthresholds: {{recovery.time: < 1s}}\n"),
        "4:14",
        &["recovery.time"],
    );
}

#[test]
fn a_duplicate_key_is_named_at_its_second_place() {
    says(&format!("{TARGET}load: {{workers: 1, workers: 2}}\n"), "3:20", &["workers"]);
}

#[test]
fn an_empty_a_binary_and_a_huge_file_are_refused_with_a_word() {
    assert!(refused("").1.contains("empty"));
    let (_, stderr) = refused([0x7F, b'E', b'L', b'F', 0, 0xFF, 0xFE]);
    assert!(stderr.contains("wrong.yaml"), "{stderr}");
    let (_, stderr) = refused(vec![b'#'; 10 << 20]);
    assert!(stderr.contains("larger than 1024 KiB"), "{stderr}");
}

#[test]
fn a_package_that_does_not_build_is_named() {
    let (_, stderr) = refused("name: x\ntarget: {package: no-such-package, workload: w}\n");
    assert!(stderr.contains("`no-such-package` does not build"), "{stderr}");
}

#[test]
fn a_package_with_a_compile_error_is_told_with_the_compilers_words() {
    let bench = Bench::new();
    std::fs::create_dir_all(bench.path().join("bad/src")).unwrap();
    let manifest = "[package]\nname = \"bad\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n";
    bench.write("bad/Cargo.toml", manifest);
    bench.write("bad/src/main.rs", "fn main() { lets go }");
    let file = bench.write("bad.yaml", "name: x\ntarget: {package: bad, workload: w, manifest: bad/Cargo.toml}\n");
    let ended = bench.squall(&["run", &file, "--format", "json"]);
    assert_eq!(ended.code, 96, "{}", ended.stderr);
    assert!(ended.stderr.contains("`bad` does not build") && ended.stderr.contains("lets go"), "{}", ended.stderr);
}

#[test]
fn two_faults_on_one_thing_are_refused() {
    says(
        &format!("{TARGET}faults:\n  - realloc: {{poison: true}}\n  - realloc: {{always_move: true}}\n"),
        "5:14",
        &["join the two"],
    );
}

#[test]
fn a_program_that_does_not_speak_is_told_with_what_it_said() {
    for (body, words) in [("exit 0", "ended without a word"), ("echo hello there", "`hello there`")] {
        let bench = Bench::new();
        bench.script("mute.sh", body);
        let file = bench.write("mute.yaml", "name: x\ntarget: {command: [./mute.sh], stdio: true}\n");
        let results = bench.results().display().to_string();
        let ended = bench.squall(&["run", &file, "--results", &results]);
        assert_eq!(ended.code, 96, "{}", ended.stderr);
        assert!(ended.stderr.contains("does not speak") && ended.stderr.contains(words), "{}", ended.stderr);
    }
}

#[test]
fn a_missing_file_and_wrong_arguments_have_their_codes() {
    let bench = Bench::new();
    let ended = bench.squall(&["run", "no/such/file.yaml"]);
    assert_eq!(ended.code, 96);
    assert!(ended.stderr.contains("no/such/file.yaml"));
    assert_eq!(bench.squall(&["run"]).code, 2);
    assert_eq!(bench.squall(&["run", "x.yaml", "--sed", "1"]).code, 2);
    assert_eq!(bench.squall(&["--help"]).code, 0);
}

#[test]
fn the_second_file_is_read_before_the_first_one_runs() {
    let bench = Bench::new();
    let good = crate::support::experiment("quickstart.yaml");
    let wrong = bench.write("wrong.yaml", "name: x\n");
    let results = bench.results().display().to_string();
    assert_eq!(bench.squall(&["run", &good, &wrong, "--results", &results]).code, 96);
    assert!(bench.runs().is_empty());
}

#[test]
fn an_error_is_also_an_object_where_data_is_asked_for() {
    let bench = Bench::new();
    let file = bench.write("wrong.yaml", "name: x\ntargit: {}\n");
    let ended = bench.squall(&["run", &file, "--format", "json"]);
    let object: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!((&object["exit_code"], &object["line"], &object["column"]), (&96.into(), &2.into(), &1.into()));
}

#[test]
fn results_of_a_newer_squall_are_left_alone() {
    let bench = Bench::new();
    std::fs::create_dir_all(bench.results().join("runs")).unwrap();
    std::fs::write(bench.results().join("runs/FORMAT"), "99\n").unwrap();
    let results = bench.results().display().to_string();
    let ended = bench.squall(&["run", &crate::support::experiment("canary/panic.yaml"), "--results", &results]);
    assert_eq!(ended.code, 1);
    assert!(ended.stderr.contains("form 99"), "{}", ended.stderr);
    assert!(bench.runs().is_empty());
}
