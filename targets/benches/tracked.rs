//! What tracking costs: a key and a value, made, cloned, looked at and dropped, beside plain ones that carry the same numbers
//! and no life. On one thread and on two, because threads must not get in each other's way here.

use divan::{Bencher, black_box};
use squall_targets::tracked::{Key, Value};

/// The numbers of a value, untracked.
#[derive(Clone)]
struct Plain {
    key: u64,
    sequence: u64,
    updates: u64,
    worker: u32,
    seal: u32,
}

impl Drop for Plain {
    fn drop(&mut self) {
        black_box(self.key);
    }
}

fn main() {
    divan::main();
}

#[divan::bench(threads = [1, 2])]
fn plain_value_is_cloned_and_dropped(bencher: Bencher<'_, '_>) {
    let value = Plain { key: 1, sequence: 2, updates: 3, worker: 4, seal: 5 };
    bencher.bench(|| {
        let copy = black_box(&value).clone();
        black_box((copy.sequence, copy.updates, copy.worker, copy.seal));
    });
}

#[divan::bench(threads = [1, 2])]
fn value_is_cloned_and_dropped(bencher: Bencher<'_, '_>) {
    let value = Value::new(1, 2, 3);
    bencher.bench(|| drop(black_box(black_box(&value).clone())));
}

#[divan::bench(threads = [1, 2])]
fn value_is_judged(bencher: Bencher<'_, '_>) {
    let value = Value::new(1, 2, 3);
    bencher.bench(|| black_box(&value).belongs_to(black_box(1)));
}

#[divan::bench(threads = [1, 2])]
fn key_is_made_and_dropped(bencher: Bencher<'_, '_>) {
    bencher.bench(|| drop(black_box(Key::new(black_box(1)))));
}

#[divan::bench(threads = [1, 2])]
fn keys_are_compared(bencher: Bencher<'_, '_>) {
    let keys = (Key::new(1), Key::new(1));
    bencher.bench(|| black_box(&keys.0) == black_box(&keys.1));
}
