//! What one shard more costs: the share of the accounts that move, and how long the growing takes, by remainder and on the ring;
//! and what the ring costs each operation instead.
//!
//! `cargo bench -p squall-targets --bench shards`. The shares are exact; the times are medians, to be compared within one run.

use squall_targets::containers::{AccountShards, HashRing, Modulo, Router};
use std::hint::black_box;
use std::time::{Duration, Instant};

const ACCOUNTS: u64 = 200_000;
const SHARDS: [usize; 3] = [4, 16, 64];
const ROUNDS: usize = 9;

fn main() {
    // `cargo test` also runs benchmarks, to see whether they build.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    println!("one shard more, {ACCOUNTS} accounts, median of {ROUNDS}");
    println!("{:>10} {:>8} {:>8} {:>12} {:>14}", "router", "shards", "moved", "growth", "choice of shard");
    for shards in SHARDS {
        row::<Modulo>("remainder", shards);
        row::<HashRing>("ring", shards);
    }
}

fn row<R: Router>(name: &str, shards: usize) {
    let mut moved = 0;
    let growth = median(|| {
        let mut accounts = AccountShards::<R, true>::new(shards);
        (0..ACCOUNTS).for_each(|key| accounts.add(key, 1));
        let began = Instant::now();
        moved = accounts.grow();
        began.elapsed()
    });
    let router = R::new(shards);
    let choices = median(|| {
        let began = Instant::now();
        (0..ACCOUNTS).for_each(|key| _ = black_box(router.shard(black_box(key))));
        began.elapsed()
    });
    let share = moved as f64 / ACCOUNTS as f64 * 100.0;
    let choice = choices.as_secs_f64() * 1e9 / ACCOUNTS as f64;
    println!("{name:>10} {shards:>8} {share:>6.1} % {:>9.1} ms {choice:>11.1} ns", growth.as_secs_f64() * 1e3);
}

fn median(mut measure: impl FnMut() -> Duration) -> Duration {
    let mut times: Vec<_> = (0..ROUNDS).map(|_| measure()).collect();
    times.sort_unstable();
    times[ROUNDS / 2]
}
