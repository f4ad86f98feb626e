//! Every workload, driven as in an experiment: clean where it has to be, found out where it is broken.

use crate::support::{Ended, Trial};
use serde_json::{Value, json};
use std::time::Duration;

const MAPS: [&str; 3] = ["map.sharded", "map.locked", "map.dashmap"];
const REPAIRED_BUFFERS: [&str; 2] = ["buffer.mutex", "buffer.pool"];

/// Nothing failed, and every oracle looked at something and found it right.
fn assert_clean(trial: &Trial, ended: &Ended) {
    assert!(ended.status.success(), "{}: {ended:#?}", trial.workload);
    assert_eq!((ended.outcomes.panic, ended.outcomes.timeout), (0, 0), "{}: {}", trial.workload, ended.stderr);
    for name in &trial.oracles {
        let oracle = ended.oracle(name);
        assert!(
            oracle.checked > 0 && oracle.wrong == 0 && oracle.undecided.is_none(),
            "{}: {oracle:#?}",
            trial.workload
        );
    }
}

/// Faults that a correct container has to stand.
fn hostile(point: &str) -> Vec<Value> {
    vec![
        json!({"latency": {"at": point, "delay": "20us..300us", "probability": "5%"}}),
        json!({"stall": {"at": "any", "threads": 2, "for": "1ms..5ms", "every": "10ms"}}),
        json!({"realloc": {"always_move": true, "poison": true, "container_every": "2ms"}}),
    ]
}

fn map_trial(workload: &'static str, prefill: bool) -> Trial {
    Trial { params: json!({"prefill": prefill}), ..Trial::of_map(workload) }
}

#[test]
fn maps_are_clean_undisturbed_whether_prefilled_or_not() {
    for workload in MAPS {
        for prefill in [true, false] {
            let trial = map_trial(workload, prefill);
            assert_clean(&trial, &trial.run());
        }
    }
}

#[test]
fn maps_are_clean_under_delays_inside_their_locks_and_forced_growth() {
    for workload in MAPS {
        let trial = map_trial(workload, true).under(&hostile("map.update.inside"));
        let ended = trial.run();
        assert_clean(&trial, &ended);
        assert!(ended.fired[..2].iter().all(|fired| *fired > 0), "{workload}: {:?}", ended.fired);
    }
}

#[test]
fn the_sharded_map_grows_in_a_worker_s_hands_so_that_its_failpoint_acts() {
    let trial = map_trial("map.sharded", true).under(&[
        json!({"realloc": {"container_every": "2ms"}}),
        json!({"failpoint": {"name": "map::shard::resize", "action": "50%sleep(1)"}}),
        json!({"latency": {"at": "map.shard.grow", "delay": "10us"}}),
        json!({"stall": {"at": {"point": "map.shard.locked"}, "for": "1ms..2ms", "every": "5ms"}}),
    ]);
    let ended = trial.run();
    assert_clean(&trial, &ended);
    assert!(ended.fired[1..4].iter().all(|fired| *fired > 10), "{:?}", ended.fired);
}

#[test]
fn maps_stay_clean_when_user_callbacks_panic_inside_them() {
    for workload in MAPS {
        for point in ["key.hash", "key.eq", "key.clone", "key.drop", "map.update.inside"] {
            let fault = json!({"panic": {"at": point, "probability": "0.5%"}});
            let mut trial = map_trial(workload, true).under(&[fault]);
            trial.length = Duration::from_millis(200);
            let ended = trial.run();
            assert!(ended.outcomes.injected > 0, "{workload}: nothing panicked at {point}");
            assert_clean(&trial, &ended);
        }
    }
}

#[test]
fn an_error_can_be_returned_from_every_workload() {
    for (trial, point) in [(Trial::of_map("map.locked"), "map.call"), (Trial::of_buffer("buffer.pool"), "buffer.call")]
    {
        let trial = trial.under(&[json!({"error": {"at": point, "probability": "10%"}})]);
        let ended = trial.run();
        assert_clean(&trial, &ended);
        assert!(ended.outcomes.error > 0);
    }
}

#[test]
fn repaired_buffers_are_clean_undisturbed_and_under_faults() {
    for workload in REPAIRED_BUFFERS {
        let trial = Trial::of_buffer(workload);
        assert_clean(&trial, &trial.run());
        let trial = trial.under(&hostile("buffer.append.between"));
        assert_clean(&trial, &trial.run());
    }
}

#[test]
fn repaired_buffers_are_clean_when_appends_panic_in_the_window() {
    for workload in REPAIRED_BUFFERS {
        let fault = json!({"panic": {"at": "buffer.append.between", "probability": "1%"}});
        let trial = Trial::of_buffer(workload).under(&[fault]);
        let ended = trial.run();
        assert!(ended.outcomes.injected > 0);
        assert_clean(&trial, &ended);
    }
}

#[test]
fn the_shared_buffer_loses_elements_when_its_window_is_held_open_and_names_them() {
    let fault = json!({"latency": {"at": "buffer.append.between", "delay": "50us..200us", "probability": "2%"}});
    let ended = Trial::of_buffer("buffer.shared").under(&[fault]).run();
    let oracle = ended.oracle("own_elements");
    assert!(oracle.wrong > 0, "{oracle:#?}");
    assert!(oracle.violations[0].detail.contains("elements lost: worker "), "{oracle:#?}");
}

#[test]
fn the_shared_buffer_is_clean_with_one_worker_even_when_its_window_is_held_open() {
    let fault = json!({"latency": {"at": "buffer.append.between", "delay": "50us", "probability": "2%"}});
    let trial = Trial { workers: 1, ..Trial::of_buffer("buffer.shared") }.under(&[fault]);
    assert_clean(&trial, &trial.run());
}
