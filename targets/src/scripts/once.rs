//! The hazard `broken-once` and its repair in their smallest form: two threads ask for a table of two entries that nobody has built.

use crate::containers::{DoubleChecked, OnceTable};
use crate::workloads::once::OnceUnderTest;
use squall_probe::script::{Expected, WrittenScript, answers};
use std::sync::atomic::{AtomicU16, Ordering};

/// How many entries the table has; the last one is built last.
const ENTRIES: usize = 2;
/// What stands in each entry once it is built.
const BUILT: u64 = 7;

/// A table, and how often it was built.
#[derive(Debug)]
pub struct Counted<T> {
    table: T,
    builds: AtomicU16,
}

/// `script.built_twice`: the table checks twice and is guarded by nothing.
#[derive(Debug)]
pub struct BuiltTwice;

/// `script.built_once`: the first thread builds, the other waits.
#[derive(Debug)]
pub struct BuiltOnce;

const THREADS: &[&str] = &["look up the last entry", "look up the last entry"];
const OUTCOMES: &[Expected] = &[
    Expected::accepted("7 | 7 | 1", "one of them built the table, and both saw all of it"),
    Expected::forbidden("7 | 7 | 2", "both built the table"),
    Expected::forbidden("_ | _ | _", "a thread saw a table that was half built"),
];

#[inline(always)]
fn look_up<T: OnceUnderTest>(counted: &Counted<T>) -> u64 {
    let found = counted.table.get(ENTRIES - 1, || {
        counted.builds.fetch_add(1, Ordering::Relaxed);
        vec![BUILT; ENTRIES]
    });
    answers([found.unwrap_or_default() as u16])
}

impl WrittenScript for BuiltTwice {
    type Object = Counted<DoubleChecked>;
    const NAME: &'static str = "script.built_twice";
    const SUMMARY: &'static str =
        "hazard broken-once: two threads find a table unbuilt, and build it or see it half built";
    const THREADS: &'static [&'static str] = THREADS;
    const OUTCOMES: &'static [Expected] = OUTCOMES;

    fn fresh() -> Self::Object {
        Counted { table: DoubleChecked::unbuilt(ENTRIES), builds: AtomicU16::new(0) }
    }

    fn act(counted: &Self::Object, _: usize) -> u64 {
        look_up(counted)
    }

    fn end(counted: Self::Object) -> Option<u16> {
        Some(counted.builds.into_inner())
    }
}

impl WrittenScript for BuiltOnce {
    type Object = Counted<OnceTable>;
    const NAME: &'static str = "script.built_once";
    const SUMMARY: &'static str =
        "repair of broken-once: one thread builds the table, the other waits until it is done";
    const THREADS: &'static [&'static str] = THREADS;
    const OUTCOMES: &'static [Expected] = OUTCOMES;

    fn fresh() -> Self::Object {
        Counted { table: OnceTable::unbuilt(ENTRIES), builds: AtomicU16::new(0) }
    }

    fn act(counted: &Self::Object, _: usize) -> u64 {
        look_up(counted)
    }

    fn end(counted: Self::Object) -> Option<u16> {
        Some(counted.builds.into_inner())
    }
}
