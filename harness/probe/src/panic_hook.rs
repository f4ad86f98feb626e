//! Takes each panic of the process and hands on a report: message, place, stack, thread, operation, business context.
//!
//! In a subject the reports go to the orchestrator. In a production process they go to a spool directory or to standard
//! error, one JSON object each, and squall's knowledge base can take them in.

use crate::clock;
use crate::context;
use crate::documented;
use crate::fault::session;
use crate::point::InjectedPanic;
use crate::thread_state::{self, Exemption};
use squall_model::{FRAMES_MAX, PanicReport, SourceLocation, TEXT_BYTES_MAX};
use std::backtrace::Backtrace;
use std::io::Write;
use std::panic::PanicHookInfo;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

/// Where reports go.
#[derive(Debug)]
pub enum Sink {
    /// A file each in this directory, which is made if it does not exist. A report is complete or not there at all.
    Spool(PathBuf),
    /// A line each on standard error.
    Stderr,
}

/// From one place, so many panics are reported with their stack: taking one costs milliseconds.
const STACKS_PER_PLACE: u64 = 4;
/// From one place, so many panics are reported at all; later ones are only counted.
const REPORTS_PER_PLACE: u64 = 64;
/// How many places are counted apart; panics from others share the last count.
const PLACES_MAX: usize = 256;
/// How many panics of a subject are also written to standard error, as the standard library would.
const STDERR_LINES_MAX: u64 = 16;
/// The most reports in a spool directory; a crash loop must not fill the disk.
const SPOOL_FILES_MAX: u64 = 1_000;

/// How often each place has panicked, and the last report from it, whose count tells how many were not reported.
struct Places {
    counts: Vec<(SourceLocation, u64, PanicReport)>,
}

static PLACES: Mutex<Places> = Mutex::new(Places { counts: Vec::new() });
static STDERR_LINES: AtomicU64 = AtomicU64::new(0);
static SPOOLED: AtomicU64 = AtomicU64::new(0);
/// When this process began to spool: process numbers come again, in a container at every start.
static SPOOL_START: OnceLock<u64> = OnceLock::new();

/// Installs the hook for a production process. The hook that was installed before still runs, after this one.
///
/// # Errors
/// If the spool directory cannot be made.
pub fn install(sink: Sink) -> std::io::Result<()> {
    if let Sink::Spool(directory) = &sink {
        std::fs::create_dir_all(directory)?;
        // Reports of earlier processes count, too: a crash loop has a new process for each.
        SPOOLED.store(std::fs::read_dir(directory)?.count() as u64, Ordering::Relaxed);
        let _ = SPOOL_START.set(clock::kernel_nanos());
    }
    let previous = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let _exemption = Exemption::begin();
        if let Some(report) = report(info) {
            deliver_outside(&sink, &report);
        }
        previous(info);
    }));
    Ok(())
}

/// Installs the hook for a subject: reports go to `send`.
pub(crate) fn install_for_subject(send: impl Fn(PanicReport) + Send + Sync + 'static) {
    std::panic::set_hook(Box::new(move |info| {
        let _exemption = Exemption::begin();
        if info.payload().is::<InjectedPanic>() || documented::answers(&message_of(info)) {
            return;
        }
        if let Some(report) = report(info) {
            write_to_stderr(&report);
            send(report);
        }
    }));
}

/// How many panics were counted, those that squall injected left out.
pub(crate) fn counted() -> u64 {
    let guard = PLACES.lock().unwrap_or_else(PoisonError::into_inner);
    guard.counts.iter().map(|(_, count, _)| count).sum()
}

/// The panics that were counted and not reported, one report for each place.
pub(crate) fn unreported() -> Vec<PanicReport> {
    let guard = PLACES.lock().unwrap_or_else(PoisonError::into_inner);
    let beyond = guard.counts.iter().filter(|(_, count, _)| *count > REPORTS_PER_PLACE);
    beyond.map(|(_, count, report)| PanicReport { count: count - REPORTS_PER_PLACE, ..report.clone() }).collect()
}

/// The report of a panic, or `None` if its place has been reported often enough.
fn report(info: &PanicHookInfo<'_>) -> Option<PanicReport> {
    let message = message_of(info);
    let can_unwind = can_unwind(&message);
    let mut report = PanicReport {
        location: info.location().map(source_location),
        thread: std::thread::current().name().unwrap_or("unnamed").to_owned(),
        worker: thread_state::with(thread_state::ThreadState::worker),
        operation: thread_state::with(|state| state.operation.get()).map(str::to_owned),
        phase: session().and_then(|session| session.segment.header().phase()),
        injected: info.payload().is::<InjectedPanic>(),
        can_unwind,
        context: context::facts(),
        breadcrumbs: context::statements(),
        frames: Vec::new(),
        message,
        count: 1,
    };
    let seen = count_place(&report);
    if seen > REPORTS_PER_PLACE && can_unwind {
        return None;
    }
    if seen <= STACKS_PER_PLACE || !can_unwind {
        report.frames = frames(&Backtrace::force_capture().to_string());
    }
    Some(report)
}

/// The standard library has no stable word for a panic that ends the process; it raises those two with fixed messages.
pub(crate) fn can_unwind(message: &str) -> bool {
    message != "panic in a function that cannot unwind" && message != "panic in a destructor during cleanup"
}

fn message_of(info: &PanicHookInfo<'_>) -> String {
    let text = match info.payload().downcast_ref::<InjectedPanic>() {
        Some(injected) => format!("squall injected a panic at `{}`", injected.place),
        None => info.payload_as_str().unwrap_or("(a payload that is no text)").to_owned(),
    };
    text[..text.floor_char_boundary(TEXT_BYTES_MAX)].to_owned()
}

fn source_location(location: &std::panic::Location<'_>) -> SourceLocation {
    SourceLocation { file: location.file().to_owned(), line: location.line(), column: location.column() }
}

/// Counts a panic from the report's place; hands on how many there were, this one included.
fn count_place(report: &PanicReport) -> u64 {
    let place = report.location.clone().unwrap_or_default();
    let mut guard = PLACES.lock().unwrap_or_else(PoisonError::into_inner);
    let full = guard.counts.len() >= PLACES_MAX;
    let known = guard.counts.iter_mut().rev().find(|(known, ..)| *known == place || full);
    match known {
        Some((_, count, _)) => {
            *count += 1;
            *count
        }
        None => {
            guard.counts.push((place, 1, report.clone()));
            1
        }
    }
}

/// Takes the frames out of a printed backtrace: `function (file:line)`, innermost first, without the panic machinery.
fn frames(printed: &str) -> Vec<String> {
    let mut frames: Vec<String> = Vec::new();
    for line in printed.lines().map(str::trim) {
        if let Some(place) = line.strip_prefix("at ") {
            if let Some(frame) = frames.last_mut().filter(|frame| !frame.ends_with(')')) {
                let place = place.rsplit_once(':').map_or(place, |(place, _)| place);
                frame.push_str(&format!(" ({place})"));
            }
        } else if let Some((number, function)) = line.split_once(": ")
            && number.parse::<u32>().is_ok()
        {
            frames.push(function.to_owned());
        }
    }
    let is_machinery = |frame: &String| {
        [
            "rust_begin_unwind",
            "__rustc::rust_begin_unwind",
            "core::panicking::panic_fmt",
            "std::panicking::panic_with_hook",
        ]
        .iter()
        .any(|name| frame.starts_with(name))
    };
    let start = frames.iter().rposition(is_machinery).map_or(0, |last| last + 1);
    frames.drain(..start);
    frames.truncate(FRAMES_MAX);
    frames
}

fn write_to_stderr(report: &PanicReport) {
    if report.can_unwind && STDERR_LINES.fetch_add(1, Ordering::Relaxed) >= STDERR_LINES_MAX {
        return;
    }
    let place = report.location.as_ref().map(|place| format!("{place}:{}", place.column)).unwrap_or_default();
    let _ = writeln!(std::io::stderr(), "thread '{}' panicked at {place}:\n{}", report.thread, report.message);
}

fn deliver_outside(sink: &Sink, report: &PanicReport) {
    let Ok(mut json) = serde_json::to_string(report) else { return };
    json.push('\n');
    match sink {
        Sink::Stderr => {
            let _ = std::io::stderr().write_all(json.as_bytes());
        }
        Sink::Spool(directory) => {
            let number = SPOOLED.fetch_add(1, Ordering::Relaxed);
            if number < SPOOL_FILES_MAX {
                let start = SPOOL_START.get().copied().unwrap_or(0);
                let name = format!("panic-{start:x}-{}-{number}.json", std::process::id());
                let unfinished = directory.join(format!(".{name}"));
                let _ =
                    std::fs::write(&unfinished, json).and_then(|()| std::fs::rename(&unfinished, directory.join(name)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_read_from_a_printed_backtrace_without_the_panic_machinery() {
        let printed = "   0: std::backtrace::Backtrace::force_capture\n             at /rustc/x/library/std/src/backtrace.rs:1:1\n   \
                       1: __rustc::rust_begin_unwind\n   2: core::panicking::panic_fmt\n             at /rustc/x.rs:75:14\n   \
                       3: app::work\n             at ./src/main.rs:7:9\n   4: app::main\n";
        assert_eq!(frames(printed), ["app::work (./src/main.rs:7)", "app::main"]);
    }

    #[test]
    fn a_real_backtrace_names_this_test() {
        let frames = frames(&Backtrace::force_capture().to_string());
        assert!(frames.iter().any(|frame| frame.contains("a_real_backtrace_names_this_test")), "{frames:#?}");
    }
}
