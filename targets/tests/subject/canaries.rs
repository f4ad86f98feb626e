//! Every canary, as a subject of its own, goes wrong in the way that its name says, and not before its time.

use crate::support::{Ended, Subject, Trial};
use squall_model::protocol::Report;
use squall_model::{PanicReport, Symptom};
use std::os::unix::process::ExitStatusExt;
use std::time::Duration;

const SIGABRT: i32 = 6;
const SIGSEGV: i32 = 11;
/// As many operations each canary does well first.
const AFTER: u64 = 2_000;
/// A stuck subject is looked at this long.
const LOOK: Duration = Duration::from_millis(500);
/// A processor's clock ticks in a second.
const TICKS_PER_SECOND: u64 = 100;

fn run(workload: &'static str) -> Ended {
    Trial::of_canary(workload).run()
}

fn panics(ended: &Ended) -> Vec<&PanicReport> {
    let panics = ended.reports.iter().filter_map(|report| match report {
        Report::Panic(panic) => Some(panic.as_ref()),
        _ => None,
    });
    panics.collect()
}

fn share(part: u64, whole: u64) -> f64 {
    part as f64 / whole as f64
}

#[test]
fn a_canary_is_named_after_its_symptom() {
    let names: Vec<&str> = Symptom::ALL.iter().map(|symptom| symptom.name()).collect();
    for name in squall_targets::canaries::NAMES {
        assert!(names.contains(&name.strip_prefix("canary.").unwrap()), "{name} is no symptom");
    }
    assert_eq!(squall_targets::canaries::NAMES.len(), 12);
}

#[test]
fn panic_unwinds_one_operation_in_ten() {
    let ended = run("canary.panic");
    assert!(ended.status.success(), "{ended:#?}");
    let share = share(ended.outcomes.panic, ended.outcomes.total() - AFTER);
    assert!((0.09..0.11).contains(&share), "{share}: {:?}", ended.outcomes);
    assert!(panics(&ended).iter().all(|panic| panic.can_unwind && panic.message == "the shelf is empty"));
}

#[test]
fn error_fails_one_operation_in_ten() {
    let ended = run("canary.error");
    assert!(ended.status.success(), "{ended:#?}");
    let share = share(ended.outcomes.error, ended.outcomes.total() - AFTER);
    assert!((0.09..0.11).contains(&share), "{share}: {:?}", ended.outcomes);
}

#[test]
fn wrong_result_is_seen_by_its_oracle_alone() {
    let ended = run("canary.wrong_result");
    assert!(ended.status.success(), "{ended:#?}");
    assert_eq!(ended.outcomes.ok, ended.outcomes.total());
    let oracle = ended.oracle("own_value");
    let share = share(oracle.wrong, oracle.checked - AFTER);
    assert!((0.09..0.11).contains(&share), "{oracle:#?}");
    assert!(oracle.violations[0].detail.contains("held the value of key"));
}

#[test]
fn abort_ends_in_silence() {
    let ended = run("canary.abort");
    assert_eq!(ended.status.signal(), Some(SIGABRT), "{ended:#?}");
    assert_eq!(ended.stderr, "");
    assert!(ended.outcomes.ok.abs_diff(AFTER) < 64, "{:?}", ended.outcomes);
}

#[test]
fn signal_is_a_segmentation_fault() {
    let ended = run("canary.signal");
    assert_eq!(ended.status.signal(), Some(SIGSEGV), "{ended:#?}");
    assert_eq!(ended.stderr, "");
}

#[test]
fn stack_overflow_is_named_by_the_runtime() {
    let ended = run("canary.stack_overflow");
    assert_eq!(ended.status.signal(), Some(SIGABRT), "{ended:#?}");
    assert!(ended.stderr.contains("has overflowed its stack"), "{}", ended.stderr);
}

#[test]
fn out_of_memory_ends_at_its_ceiling_if_nothing_ends_it_before() {
    let mut trial = Trial::of_canary("canary.out_of_memory");
    trial.params = serde_json::json!({"after": AFTER, "ceiling_mebibytes": 64});
    let ended = trial.run();
    assert_eq!(ended.status.signal(), Some(SIGABRT), "{ended:#?}");
    assert!(ended.stderr.contains("memory allocation of 262144 bytes failed"), "{}", ended.stderr);
    assert!(ended.outcomes.ok.abs_diff(AFTER + 256) < 64, "{:?}", ended.outcomes);
}

#[test]
fn early_exit_looks_like_success_and_says_nothing() {
    let ended = run("canary.early_exit");
    assert_eq!(ended.status.code(), Some(0), "{ended:#?}");
    assert!(!ended.reports.iter().any(|report| matches!(report, Report::Finished { .. })));
}

#[test]
fn double_panic_dies_before_any_report() {
    let ended = run("canary.double_panic");
    assert_eq!(ended.status.signal(), Some(SIGABRT), "{ended:#?}");
    assert!(ended.stderr.contains("thread panicked while processing panic. aborting."), "{}", ended.stderr);
    assert!(panics(&ended).is_empty());
}

#[test]
fn panic_in_drop_reports_all_three_panics() {
    let ended = run("canary.panic_in_drop");
    assert_eq!(ended.status.signal(), Some(SIGABRT), "{ended:#?}");
    assert!(ended.stderr.contains("thread caused non-unwinding panic. aborting."), "{}", ended.stderr);
    let panics = panics(&ended);
    for (message, can_unwind) in [
        ("the entry cannot be booked", true),
        ("the ledger was not closed", true),
        ("panic in a destructor during cleanup", false),
    ] {
        assert!(panics.iter().any(|panic| panic.message == message && panic.can_unwind == can_unwind), "{message}");
    }
}

/// Lets a canary get stuck; hands on the share of one processor that it uses then.
fn processors_used_when_stuck(workload: &'static str) -> f64 {
    let mut subject = Subject::start(&Trial::of_canary(workload));
    subject.wait_for_ready();
    subject.begin();
    std::thread::sleep(LOOK);
    let (finished, ticks) = (subject.finished(), subject.processor_ticks());
    std::thread::sleep(LOOK);
    assert!(finished.iter().sum::<u64>() >= AFTER, "{finished:?}");
    assert_eq!(finished, subject.finished(), "a stuck subject finishes nothing");
    let used = (subject.processor_ticks() - ticks) as f64 / TICKS_PER_SECOND as f64 / LOOK.as_secs_f64();
    subject.kill();
    used
}

#[test]
fn deadlock_is_stuck_and_idle() {
    let used = processors_used_when_stuck("canary.deadlock");
    assert!(used < 0.1, "{used} processors");
}

#[test]
fn livelock_is_stuck_and_burns() {
    let used = processors_used_when_stuck("canary.livelock");
    assert!(used > 0.5, "{used} processors");
}
