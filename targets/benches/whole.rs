//! Whole-process figures: a map driven by squall beside a bare loop, delays asked for beside delays delivered, and what
//! the orchestrator uses.
//!
//! Each figure is a ratio within one run, or a share; absolute times drift with the machine. `cargo bench --bench whole --
//! --long` adds the memory of a ten-minute run beside that of a one-minute run.

use serde_json::Value;
use squall_targets::containers::ShardedMap;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

const KEYS: u64 = 10_000;
const SECONDS: u64 = 3;
const ROUNDS: usize = 5;

fn main() {
    // `cargo test` also runs benchmarks, to see whether they build.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let squall = build_squall();
    driven_beside_bare(&squall);
    asked_beside_delivered(&squall);
    orchestrator_share(&squall);
    if std::env::args().any(|argument| argument == "--long") {
        memory_of_long_runs(&squall);
    }
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the targets lie in the repository").to_owned()
}

fn build_squall() -> PathBuf {
    let built = Command::new(env!("CARGO")).args(["build", "--release", "--package", "squall"]).status();
    assert!(built.is_ok_and(|status| status.success()), "squall builds");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| repository().join("target"), PathBuf::from);
    target.join("release/squall")
}

/// Runs an experiment; hands on the trial's record of its treatment, the peak memory of squall and the output.
fn run(squall: &Path, name: &str, body: &str) -> Value {
    let directory = std::env::temp_dir().join(format!("squall-bench-{}", std::process::id()));
    std::fs::create_dir_all(&directory).expect("a directory can be made");
    let file = directory.join(format!("{name}.yaml"));
    let manifest = repository().join("Cargo.toml").display().to_string();
    let text = format!("name: {name}\ncontrol: skip\n{}\n", body.replace("MANIFEST", &manifest));
    std::fs::write(&file, text).expect("a file can be written");
    let ended =
        Command::new(squall).args(["run", "--format", "ndjson", "--results"]).arg(&directory).arg(&file).output();
    let ended = ended.expect("squall runs");
    let _ = std::fs::remove_dir_all(&directory);
    let output = String::from_utf8_lossy(&ended.stdout).into_owned();
    let mut events = output.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let record = events.rfind(|event| event["event"] == "trial_ended");
    record.unwrap_or_else(|| panic!("{name} ended without a record: {}", String::from_utf8_lossy(&ended.stderr)))
}

const MAP: &str = "target: {package: squall-targets, workload: map.sharded, manifest: MANIFEST}";

fn ok_in_fault_phase(record: &Value) -> u64 {
    let phases = record["phases"].as_array().into_iter().flatten();
    let operations =
        phases.filter(|phase| phase["phase"] == "fault").flat_map(|phase| phase["by_operation"].as_array());
    operations.flatten().filter_map(|counts| counts["ok"].as_u64()).sum()
}

fn driven_beside_bare(squall: &Path) {
    println!("\nmap.sharded, 2 workers, 80 % get, 20 % insert over {KEYS} keys, {SECONDS} s, {ROUNDS} pairs");
    println!("{:>14} {:>14} {:>8}", "bare/s", "driven/s", "ratio");
    let body = format!(
        "{MAP}\nload: {{workers: 2, mix: {{get: 80, insert: 20}}, keys: {{count: {KEYS}}}}}\noracles: []\n\
         phases: {{warmup: 300ms, baseline: 0s, fault: {SECONDS}s, recovery: 0s}}"
    );
    let mut ratios: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let bare = bare_rate();
            let driven = ok_in_fault_phase(&run(squall, "driven", &body)) as f64 / SECONDS as f64;
            println!("{bare:>14.0} {driven:>14.0} {:>8.2}", driven / bare);
            driven / bare
        })
        .collect();
    ratios.sort_by(f64::total_cmp);
    println!("median ratio {:.2}", ratios[ROUNDS / 2]);
}

/// The same operations in a loop with nothing around them, keys drawn before.
fn bare_rate() -> f64 {
    let map: ShardedMap<u64, u64> = ShardedMap::new(16);
    for key in 0..KEYS {
        let _ = map.insert(key, key);
    }
    let (stop, total) = (AtomicBool::new(false), AtomicU64::new(0));
    let began = Instant::now();
    std::thread::scope(|scope| {
        for worker in 0..2_u64 {
            let (map, stop, total) = (&map, &stop, &total);
            scope.spawn(move || total.fetch_add(bare_loop(map, stop, worker), Ordering::Relaxed));
        }
        std::thread::sleep(Duration::from_secs(SECONDS));
        stop.store(true, Ordering::Relaxed);
    });
    total.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64()
}

fn bare_loop(map: &ShardedMap<u64, u64>, stop: &AtomicBool, worker: u64) -> u64 {
    let mut state = worker + 1;
    let keys: Vec<u64> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % KEYS
    })
    .take(65_536)
    .collect();
    let mut done = 0;
    while !stop.load(Ordering::Relaxed) {
        for key in &keys {
            if key % 5 == 0 {
                black_box(map.insert(*key, done));
            } else {
                black_box(map.get(key));
            }
            done += 1;
        }
    }
    done
}

fn asked_beside_delivered(squall: &Path) {
    println!("\ndelays asked for, and how much later they ended (4 workers, 1,000 operations/s)");
    println!("{:>10} {:>8} {:>10} {:>10} {:>10}", "asked", "count", "p50 late", "p99 late", "max late");
    for asked in ["20us", "90us", "200us", "1ms", "5ms", "20ms"] {
        let body = format!(
            "{MAP}\nload: {{workers: 4, rate: 1_000/s, mix: {{get: 80, insert: 20}}}}\nphases: {{warmup: 0s, baseline: 200ms, fault: 6s, recovery: 0s}}\n\
             faults:\n  - latency: {{at: map.call, delay: {asked}, probability: 20%}}"
        );
        let record = run(squall, "delays", &body);
        let mut late: Vec<u64> = Vec::new();
        for pair in record["meters"][0]["lateness"].as_array().into_iter().flatten() {
            let (bucket, count) = (pair[0].as_u64().unwrap_or(0), pair[1].as_u64().unwrap_or(0));
            let nanos = squall_model::segment::bucket_low(bucket as usize);
            late.extend(std::iter::repeat_n(nanos, count as usize));
        }
        let at = |share: f64| {
            let place = ((late.len() as f64 * share).ceil() as usize).clamp(1, late.len().max(1)) - 1;
            late.get(place).map_or(0.0, |nanos| *nanos as f64 / 1_000.0)
        };
        println!("{asked:>10} {:>8} {:>7.0} µs {:>7.0} µs {:>7.0} µs", late.len(), at(0.5), at(0.99), at(1.0));
    }
}

fn nanos(record: &Value, name: &str) -> f64 {
    let text = record["usage"][name].as_str().unwrap_or("0s");
    text.parse::<squall_model::units::TimeSpan>().map_or(0.0, |span| span.nanos() as f64)
}

fn orchestrator_share(squall: &Path) {
    println!("\nprocessor time of the orchestrator, as a share of one core (8 workers, closed loop, 5 s)");
    let body = format!(
        "{MAP}\nload: {{workers: 8, mix: {{get: 80, insert: 20}}, keys: {{count: {KEYS}}}}}\nphases: {{warmup: 0s, baseline: 1s, fault: 4s, recovery: 0s}}\n\
         faults:\n  - stall: {{at: any, for: 1ms, every: 20ms}}"
    );
    let record = run(squall, "share", &body);
    let share = nanos(&record, "orchestrator_cpu") / nanos(&record, "wall");
    println!("{:.2} %", share * 100.0);
}

fn memory_of_long_runs(squall: &Path) {
    println!("\npeak memory of the orchestrator (8 workers, 40,000 operations/s)");
    for minutes in [1, 10] {
        let body = format!(
            "{MAP}\nload: {{workers: 8, rate: 40_000/s, mix: {{get: 80, insert: 20}}}}\n\
             phases: {{warmup: 0s, baseline: 10s, fault: {}s, recovery: 10s}}\nfaults:\n  - stall: {{at: any, for: 1ms, every: 20ms}}",
            minutes * 60 - 20
        );
        let record = run(squall, "memory", &body);
        let bytes = record["usage"]["orchestrator_memory_bytes_max"].as_u64().unwrap_or(0);
        println!("{minutes:>3} min  {:.1} MiB", bytes as f64 / f64::from(1 << 20));
    }
}
