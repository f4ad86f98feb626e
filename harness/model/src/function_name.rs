//! Takes a function's name, hands on whose it is: what a campaign may aim at by itself, what it only looks through, and what
//! it turns back at.

/// Parts of names of what is done once something is wrong already, or beside the work: panics, formatting, input and output,
/// threads and time, the probe's own messages. No window of a container lies there, and everything leads there.
const MACHINERY: [&str; 22] = [
    "panic",
    "::fmt::",
    "::fmt",
    "unwrap_failed",
    "expect_failed",
    "handle_alloc_error",
    "handle_error",
    "capacity_overflow",
    "slice_error_fail",
    "_fail",
    "backtrace",
    "core::str::",
    "core::char::",
    "alloc::string::",
    "std::io::",
    "std::fs::",
    "std::env::",
    "std::process::",
    "std::time::",
    "std::thread::spawn",
    "std::rt::",
    "std::sys::",
];
/// Crates that only describe, print, draw, unwind or allocate.
const FOREIGN_CRATES: [&str; 15] = [
    "__rustc",
    "addr2line",
    "compiler_builtins",
    "gimli",
    "memchr",
    "miniz_oxide",
    "object",
    "rand",
    "rand_core",
    "rand_distr",
    "rand_xoshiro",
    "rustc_demangle",
    "serde",
    "serde_json",
    "squall_model",
];
/// Where the probe calls the workload: looked through, though it is the probe's.
const WAY_TO_THE_WORKLOAD: [&str; 2] = ["squall_probe::subject::driver::", "squall_probe::workload::"];
/// The standard library's parts that are containers themselves.
const CONTAINERS_OF_STD: [&str; 3] = ["std::sync::", "std::collections::", "alloc::collections::"];
/// What stands around the containers of our own targets: drivers, adapters, and the keys and values that they count.
const AROUND_CONTAINERS: [&str; 3] =
    ["squall_targets::workloads::", "squall_targets::tracked::", "squall_targets::crates::"];

/// For how many trials without a find a container's function counts before anything is known.
pub const MISSES_OF_A_CONTAINER: u32 = 3;
/// The same for what stands around it, which is seldom where the defect lies.
const MISSES_AROUND: u32 = 9;

/// The path that says whose a function is: its own, or that of the type or trait that it belongs to.
fn owner(name: &str) -> &str {
    let Some(inside) = name.strip_prefix('<') else { return name };
    let (subject, behind) = inside.split_once(" as ").unwrap_or((inside, ""));
    let subject = subject.trim_start_matches(['&', '*', '[', '(']);
    let subject = ["mut ", "const ", "dyn "].iter().fold(subject, |path, word| path.trim_start_matches(word));
    if subject.contains("::") || behind.is_empty() { subject } else { behind }
}

/// The crate that a function is from; empty if it is none of Rust's.
pub fn crate_of(name: &str) -> &str {
    owner(name).split_once("::").map_or("", |(first, _)| first)
}

/// Whether what a function calls tells nothing about what a workload does: C's functions, panics, formatting, the probe.
pub fn is_machinery(name: &str) -> bool {
    let owner = owner(name);
    if WAY_TO_THE_WORKLOAD.iter().any(|way| owner.starts_with(way)) {
        return false;
    }
    // A thread-local's first use calls what the container's crate wants done then.
    let named = |parts: &[&str]| parts.iter().any(|part| name.contains(part)) && !name.contains("::thread_local");
    let crate_name = crate_of(name);
    crate_name.is_empty()
        || crate_name == "squall_probe"
        || FOREIGN_CRATES.contains(&crate_name)
        || crate_name.starts_with("serde_")
        || named(&MACHINERY)
}

/// For how many trials without a find a function counts as a campaign's site; `None` if it is none: machinery, and the
/// standard library's helpers, which every crate shares.
pub fn misses_presumed(name: &str) -> Option<u32> {
    let owner = owner(name);
    let helper = matches!(crate_of(name), "core" | "alloc" | "std")
        && !CONTAINERS_OF_STD.iter().any(|container| owner.starts_with(container));
    if helper || crate_of(name) == "squall_probe" || is_machinery(name) {
        return None;
    }
    let around = AROUND_CONTAINERS.iter().any(|part| owner.starts_with(part));
    Some(if around { MISSES_AROUND } else { MISSES_OF_A_CONTAINER })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_belongs_to_its_types_crate_or_to_its_traits() {
        for (name, expected) in [
            ("dashmap::lock::RawRwLock::lock_shared_slow", "dashmap"),
            ("<dashmap::DashMap as dashmap::t::Map>::_get", "dashmap"),
            ("<&mut scc::bag::Bag as core::iter::Iterator>::next", "scc"),
            ("<F as core::ops::FnOnce>::call_once", "core"),
            ("<T as lru::Sized>::size", "lru"),
            ("memcpy", ""),
        ] {
            assert_eq!(crate_of(name), expected, "{name}");
        }
    }

    #[test]
    fn containers_are_aimed_at_helpers_are_looked_through_and_machinery_is_turned_back_at() {
        for (name, expected, machinery) in [
            ("scc::hash_table::HashTable::try_resize", Some(MISSES_OF_A_CONTAINER), false),
            ("squall_targets::containers::head::Head::take", Some(MISSES_OF_A_CONTAINER), false),
            ("squall_targets::workloads::map::workload::step", Some(MISSES_AROUND), false),
            ("std::sync::mpmc::list::Channel::send", Some(MISSES_OF_A_CONTAINER), false),
            ("core::ptr::drop_in_place", None, false),
            ("std::thread::local::LocalKey::with", None, false),
            ("squall_probe::subject::driver::drive", None, false),
            ("squall_probe::panic_hook::report", None, true),
            ("core::panicking::panic_bounds_check", None, true),
            ("<lru::LruCache as core::fmt::Debug>::fmt", None, true),
            ("malloc", None, true),
        ] {
            assert_eq!((misses_presumed(name), is_machinery(name)), (expected, machinery), "{name}");
        }
    }
}
