//! How many logs are read in a second, with all that the knowledge base makes of them: `cargo bench -p squall --bench panics`.

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use squall::case::{ingested, read};
use std::fmt::Write;

/// Each log has a panic with a stack of so many frames, and so many lines of other things around it.
const FRAMES: u32 = 24;
const LINES: u32 = 40;

fn main() {
    divan::main();
}

fn noise(log: &mut String) {
    for number in 0..LINES / 2 {
        let _ = writeln!(log, "2026-01-02T03:04:05.{number:06}Z INFO api: GET /orders/{number} took 3 ms, status 200");
    }
}

fn rust() -> String {
    let mut log = String::new();
    noise(&mut log);
    log.push_str("thread 'tokio-runtime-worker' panicked at src/orders.rs:12:5:\nindex out of bounds: the len is 3 but the index is 7\nstack backtrace:\n");
    for number in 0..FRAMES {
        let _ = writeln!(
            log,
            "  {number:2}:     0x55d0c0ffee{number:02x} - orders::book::Book<K,V>::step{number}::{{{{closure}}}}::h00112233445566{number:02x}"
        );
        let _ = writeln!(log, "                               at /build/orders/src/book.rs:{number}:9");
    }
    noise(&mut log);
    log
}

fn go() -> String {
    let mut log = String::new();
    noise(&mut log);
    log.push_str("panic: runtime error: index out of range [7] with length 3\n\ngoroutine 7 [running]:\n");
    for number in 0..FRAMES {
        let _ = writeln!(log, "example.org/orders/book.(*Book).step{number}.func1(0xc000{number:04x}, {{0x1, 0x2}})");
        let _ = writeln!(log, "\t/build/orders/book/book.go:{number} +0x1d");
    }
    noise(&mut log);
    log
}

fn measure(bencher: Bencher<'_, '_>, log: &str) {
    let counted = bencher.counter(ItemsCount::new(1_u32)).counter(BytesCount::of_str(log));
    counted.bench_local(|| ingested(read(divan::black_box(log.as_bytes()))));
}

#[divan::bench]
fn rust_log(bencher: Bencher<'_, '_>) {
    measure(bencher, &rust());
}

#[divan::bench]
fn go_log(bencher: Bencher<'_, '_>) {
    measure(bencher, &go());
}

#[divan::bench]
fn log_without_a_panic(bencher: Bencher<'_, '_>) {
    let mut log = String::new();
    (0..4).for_each(|_| noise(&mut log));
    measure(bencher, &log);
}
