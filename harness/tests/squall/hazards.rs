//! Hazards of the catalogue over the real binary: each fails under its faults, and its repair holds under the same ones. The
//! whole catalogue, with ten seeds each, is a documented command; here is one hazard of each kind of symptom.

use crate::support::{Bench, experiment, symptoms};

fn run(hazard: &str, workload: &str) -> (i32, serde_json::Value) {
    let bench = Bench::new();
    let workload = format!("target.workload={workload}");
    bench.run(&experiment(&format!("hazards/{hazard}.yaml")), &["--set", "control=skip", "--set", &workload])
}

fn found_and_repaired(hazard: &str, broken: &str, symptom: &str, repair: &str) {
    let (code, object) = run(hazard, broken);
    assert_eq!(code, 100, "{object:#}");
    assert!(symptoms(&object).contains(&symptom), "{object:#}");
    let (code, object) = run(hazard, repair);
    assert!(symptoms(&object).is_empty() && code != 100, "{repair}: {object:#}");
}

#[test]
fn an_array_that_moves_loses_what_is_written_to_its_old_place() {
    found_and_repaired("growth-moves", "growth.moved", "wrong_result", "growth.segmented");
}

#[test]
fn a_slice_that_shrinks_between_check_and_use_panics() {
    found_and_repaired("slice-bounds", "bounds.unchecked", "panic", "bounds.checked");
}

#[test]
fn a_head_that_came_back_hands_one_slot_to_two_owners() {
    found_and_repaired("aba", "aba.unversioned", "wrong_result", "aba.stamped");
}
