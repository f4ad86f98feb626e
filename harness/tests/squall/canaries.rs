//! A canary for each way to die: each is caught, each by its own symptom.

use crate::support::{Bench, experiment, symptoms};
use squall_model::Symptom;

fn caught(symptom: Symptom) {
    let bench = Bench::new();
    let (code, object) = bench.run(&experiment(&format!("canary/{symptom}.yaml")), &[]);
    assert_eq!(code, 100, "{object:#}");
    assert_eq!(symptoms(&object)[0], symptom.name(), "{object:#}");
    let reason = object["reason"].as_str().unwrap();
    assert!(reason.contains(symptom.name()), "{reason}");
}

macro_rules! canaries {
    ($($test:ident = $symptom:ident;)+) => {
        $(
            #[test]
            fn $test() {
                caught(Symptom::$symptom);
            }
        )+
    };
}

canaries! {
    a_subject_that_panics_is_caught = Panic;
    a_subject_that_returns_errors_is_caught = Error;
    a_subject_that_answers_wrongly_is_caught = WrongResult;
    a_subject_that_frees_a_block_twice_becomes_a_finding = MemoryError;
    a_subject_that_forgets_its_memory_becomes_a_finding = Leak;
    a_subject_that_aborts_becomes_a_finding = Abort;
    a_subject_that_reads_nothing_becomes_a_finding = Signal;
    a_subject_that_overflows_its_stack_becomes_a_finding = StackOverflow;
    a_subject_that_eats_all_memory_becomes_a_finding = OutOfMemory;
    a_subject_that_deadlocks_becomes_a_finding = Deadlock;
    a_subject_that_livelocks_becomes_a_finding = Livelock;
    a_subject_that_exits_midway_becomes_a_finding = EarlyExit;
    a_subject_that_panics_twice_becomes_a_finding = DoublePanic;
    a_subject_that_panics_in_a_destructor_becomes_a_finding = PanicInDrop;
}

#[test]
fn a_canary_that_is_not_caught_has_an_exit_code_of_its_own() {
    let bench = Bench::new();
    let (code, object) = bench.run(&experiment("canary/panic.yaml"), &["--set", "canary=deadlock"]);
    assert_eq!(code, 98, "{object:#}");
}
