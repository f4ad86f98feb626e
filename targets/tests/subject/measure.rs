//! Prints figures, in release: `cargo test --release -p squall-targets measure -- --ignored --nocapture --test-threads 1`

use crate::support::{Ended, Trial};
use serde_json::json;
use std::time::Duration;

const LENGTH: Duration = Duration::from_secs(2);

fn run(mut trial: Trial) -> Ended {
    trial.length = LENGTH;
    trial.run()
}

fn per_second(ended: &Ended) -> f64 {
    ended.outcomes.ok as f64 / LENGTH.as_secs_f64()
}

#[test]
#[ignore = "a measurement"]
fn measure_how_often_shared_backing_shows() {
    println!(
        "{:>8} {:>14} {:>10} {:>14} {:>9} {:>12}",
        "workers", "buffer", "delay", "wrong rounds", "share", "operations/s"
    );
    let delays = [None, Some(("2us", "1%")), Some(("20us", "1%")), Some(("200us", "1%")), Some(("200us", "0.01%"))];
    for workload in ["buffer.shared", "buffer.mutex", "buffer.pool"] {
        for workers in [2, 4, 8] {
            for delay in delays {
                let mut trial = Trial { workers, ..Trial::of_buffer(workload) };
                if let Some((delay, probability)) = delay {
                    let at = "buffer.append.between";
                    trial = trial.under(&[json!({"latency": {"at": at, "delay": delay, "probability": probability}})]);
                }
                let ended = run(trial);
                let oracle = ended.oracle("own_elements");
                let share = oracle.wrong as f64 / oracle.checked as f64 * 100.0;
                let delay = delay.map_or("none".to_owned(), |(delay, probability)| format!("{probability} {delay}"));
                let rounds = format!("{} of {}", oracle.wrong, oracle.checked);
                let rate = per_second(&ended);
                println!("{workers:>8} {workload:>14} {delay:>10} {rounds:>14} {share:>8.3}% {rate:>12.0}");
            }
        }
    }
}

#[test]
#[ignore = "a measurement"]
fn measure_the_maps_against_each_other() {
    println!("{:>8} {:>24} {:>12} {:>14}", "workers", "mix", "map", "operations/s");
    for (mix, weights) in
        [("reads 90 %", [90, 5, 3, 2]), ("reads 50 %", [50, 20, 10, 20]), ("reads 0 %", [0, 40, 20, 40])]
    {
        for workers in [1, 2, 8] {
            for workload in ["map.sharded", "map.dashmap", "map.locked"] {
                let weights = weights.to_vec();
                let keys = squall_model::Keys { count: 10_000, zipf: Some(0.99), hot: None };
                let ended = run(Trial { workers, weights, keys, ..Trial::of_map(workload) });
                println!("{workers:>8} {mix:>24} {workload:>12} {:>14.0}", per_second(&ended));
            }
        }
    }
}
