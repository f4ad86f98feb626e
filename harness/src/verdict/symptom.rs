//! Takes a trial's record, hands on what one sees of a defect: how the process ended, and what its operations did.
//!
//! What Rust prints before it aborts (checked with 1.95), and what it is called here:
//!
//! | the code | the runtime says | symptom |
//! |---|---|---|
//! | a panic leaves `drop` while another one unwinds | `panic in a destructor during cleanup`, then `thread caused non-unwinding panic. aborting.` | `panic_in_drop` |
//! | a panic leaves the destructor of a thread-local or of a thread's result | `fatal runtime error: thread local panicked on drop` | `panic_in_drop` |
//! | a panic while a panic is being reported: in the panic hook, or in the `Display` of its own message | `thread panicked while processing panic. aborting.` | `double_panic` |
//! | a panic leaves an `extern "C"` function | `panic in a function that cannot unwind`, then `… non-unwinding panic …` | `double_panic` |
//! | a panic in `drop` while nothing unwinds | nothing; it unwinds like any other | `panic` |
//! | a broken precondition of an unsafe function, in a build that checks them | `unsafe precondition(s) violated`, then `… non-unwinding panic …` | `abort` |
//!
//! So `panic_in_drop` means that a destructor let a panic out where none may leave, and `double_panic` that a panic met
//! a place that cannot unwind although no destructor is to blame. The panic hook is called for `panic in a destructor
//! during cleanup` and `panic in a function that cannot unwind` as for any panic, but never for the third kind, which
//! only the standard error shows. A backtrace that the runtime prints after the message can push the message out of the
//! kept tail, so the names of the runtime's own functions in that backtrace count as well.

use squall_model::{Ending, MemoryMisuse, Outcome, Phase, Symptom, TrialRecord, failed_allocation_bytes};

const ABORT_SIGNAL: i32 = 6;
const KILL_SIGNAL: i32 = 9;

const STACK_OVERFLOW: &[&str] = &["has overflowed its stack"];
const PANIC_IN_DROP: &[&str] =
    &["panic in a destructor during cleanup", "panicked on drop, aborting", "panic_in_cleanup"];
const DOUBLE_PANIC: &[&str] = &[
    "thread panicked while processing panic",
    "panicked after panic::always_abort()",
    "panic in a function that cannot unwind",
    "panic_cannot_unwind",
];
const CHECKED_PRECONDITION: &[&str] =
    &["unsafe precondition(s) violated", "misaligned pointer dereference", "null pointer dereference occurred"];
const NO_UNWINDING: &[&str] = &["thread caused non-unwinding panic"];

/// The symptoms from the gravest to the least grave: silent damage, then death, then standstill, then failures that
/// were reported as such.
const BY_GRAVITY: [Symptom; 18] = [
    Symptom::MemoryError,
    Symptom::WrongResult,
    Symptom::Signal,
    Symptom::Abort,
    Symptom::DoublePanic,
    Symptom::PanicInDrop,
    Symptom::StackOverflow,
    Symptom::OutOfMemory,
    Symptom::Deadlock,
    Symptom::Livelock,
    Symptom::EarlyExit,
    Symptom::IgnoredStop,
    Symptom::Leak,
    Symptom::Panic,
    Symptom::Error,
    Symptom::Timeout,
    Symptom::ThresholdBroken,
    Symptom::SlowRecovery,
];

/// The place of a symptom in order of gravity; 0 is the gravest.
pub fn gravity(symptom: Symptom) -> usize {
    BY_GRAVITY.iter().position(|known| *known == symptom).unwrap_or(BY_GRAVITY.len())
}

/// What one sees in a record, gravest first, each once. Broken thresholds and slow recovery are judgements, not sights;
/// they are not among them.
pub fn symptoms(record: &TrialRecord) -> Vec<Symptom> {
    let mut seen: Vec<_> = ending_symptom(record).into_iter().collect();
    if record.oracles.iter().any(|report| report.wrong > 0) {
        seen.push(Symptom::WrongResult);
    }
    let outcomes = record.phases.iter().fold(Default::default(), |sum, totals| totals.outcomes() + sum);
    let panicked = record.panics.iter().any(|report| !report.injected);
    for (outcome, symptom) in
        [(Outcome::Panic, Symptom::Panic), (Outcome::Error, Symptom::Error), (Outcome::Timeout, Symptom::Timeout)]
    {
        if outcomes.get(outcome) > 0 || symptom == Symptom::Panic && panicked {
            seen.push(symptom);
        }
    }
    let leaked = |leak: bool| record.memory.iter().any(|incident| (incident.misuse == MemoryMisuse::Leak) == leak);
    seen.extend(leaked(false).then_some(Symptom::MemoryError));
    seen.extend(leaked(true).then_some(Symptom::Leak));
    seen.sort_by_key(|symptom| gravity(*symptom));
    seen
}

/// The symptom that a trial's ending is, if it is one.
pub fn ending_symptom(record: &TrialRecord) -> Option<Symptom> {
    match &record.ending {
        Ending::Finished
        | Ending::Interrupted
        | Ending::Aborted { .. }
        | Ending::AllocationRefused { .. }
        | Ending::ProtocolBroken { .. }
        | Ending::Refused { .. } => None,
        Ending::Exited { .. } => Some(Symptom::EarlyExit),
        Ending::Stuck { spinning: true, .. } => Some(Symptom::Livelock),
        Ending::Stuck { spinning: false, .. } => Some(Symptom::Deadlock),
        Ending::IgnoredStop { .. } => Some(Symptom::IgnoredStop),
        Ending::MemoryLimit { .. } => Some(Symptom::OutOfMemory),
        Ending::Signaled { signal } => Some(signal_symptom(record, *signal)),
    }
}

/// A kill that squall did not send is the kernel's: memory ran out. Squall's own kills have endings of their own.
fn signal_symptom(record: &TrialRecord, signal: i32) -> Symptom {
    if says(record, STACK_OVERFLOW) {
        return Symptom::StackOverflow;
    }
    match signal {
        ABORT_SIGNAL => abort_symptom(record),
        KILL_SIGNAL => Symptom::OutOfMemory,
        _ => Symptom::Signal,
    }
}

fn abort_symptom(record: &TrialRecord) -> Symptom {
    if failed_allocation_bytes(&record.stderr_tail).is_some() {
        return Symptom::OutOfMemory;
    }
    if says(record, PANIC_IN_DROP) {
        return Symptom::PanicInDrop;
    }
    if says(record, DOUBLE_PANIC) {
        return Symptom::DoublePanic;
    }
    if says(record, CHECKED_PRECONDITION) {
        return Symptom::Abort;
    }
    let could_not_unwind = record.panics.iter().any(|report| !report.can_unwind && !report.injected);
    if could_not_unwind || says(record, NO_UNWINDING) { Symptom::DoublePanic } else { Symptom::Abort }
}

/// Whether the subject's standard error or one of its panics says one of these.
fn says(record: &TrialRecord, phrases: &[&str]) -> bool {
    let mut texts = std::iter::once(&record.stderr_tail).chain(record.panics.iter().map(|report| &report.message));
    texts.any(|text| phrases.iter().any(|phrase| text.contains(phrase)))
}

/// Whether a text of the panic hook is the runtime's own remark on a panic that cannot unwind, not a panic of the
/// target.
pub(crate) fn is_runtime_remark(message: &str) -> bool {
    message == PANIC_IN_DROP[0] || message == "panic in a function that cannot unwind"
}

/// How a trial ended, in one line.
pub fn ending_in_words(record: &TrialRecord) -> String {
    let phase = record.phases.iter().map(|totals| totals.phase).max();
    let place =
        phase.map_or_else(|| "before its first phase".to_owned(), |phase: Phase| format!("in the {phase} phase"));
    match &record.ending {
        Ending::Finished => "the trial finished".to_owned(),
        Ending::Interrupted => format!("the trial was interrupted {place}"),
        Ending::Aborted { reason } => format!("the trial was given up {place}: {reason}"),
        Ending::Exited { code } => format!("the subject ended by itself {place}, with exit code {code}"),
        Ending::Signaled { signal } => signaled_in_words(record, *signal, &place),
        Ending::AllocationRefused { bytes } => refused_in_words(*bytes, &place),
        Ending::Stuck { spinning: true, cores_used } => {
            format!("livelock {place}: no operation ended while {cores_used:.1} cores were busy")
        }
        Ending::Stuck { spinning: false, .. } => format!("deadlock {place}: no operation ended and no core was busy"),
        Ending::IgnoredStop { ended_by } => format!("the subject did not end when told to; {ended_by} ended it"),
        Ending::MemoryLimit { bytes } => {
            format!("the subject used {} MiB {place}, more than its limit", squall_model::text::count(bytes >> 20))
        }
        Ending::ProtocolBroken { reason } => format!("the subject broke the protocol {place}: {reason}"),
        Ending::Refused { reason } => format!("the workload could not be built: {reason}"),
    }
}

fn refused_in_words(bytes: u64, place: &str) -> String {
    format!(
        "the subject aborted {place} at an allocation of {} that squall let fail, as Rust documents for code that cannot \
         return an error",
        squall_model::text::counted(bytes, "byte")
    )
}

fn signaled_in_words(record: &TrialRecord, signal: i32, place: &str) -> String {
    match signal_symptom(record, signal) {
        Symptom::StackOverflow => format!("a thread overflowed its stack {place}"),
        Symptom::OutOfMemory => format!("memory ran out {place}"),
        Symptom::PanicInDrop => format!("a panic left a destructor during unwinding and ended the process {place}"),
        Symptom::DoublePanic => format!("a panic where none can unwind ended the process {place}"),
        Symptom::Abort => format!("the subject aborted {place}"),
        _ => format!("signal {signal}{} killed the subject {place}", signal_name(signal)),
    }
}

fn signal_name(signal: i32) -> String {
    let name = match signal {
        4 => "SIGILL",
        5 => "SIGTRAP",
        6 => "SIGABRT",
        7 => "SIGBUS",
        8 => "SIGFPE",
        9 => "SIGKILL",
        11 => "SIGSEGV",
        13 => "SIGPIPE",
        15 => "SIGTERM",
        31 => "SIGSYS",
        _ => return String::new(),
    };
    format!(" ({name})")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::fixture;
    use squall_model::{OracleReport, PanicReport};

    fn ended(ending: Ending, stderr: &str) -> Option<Symptom> {
        let mut record = fixture::empty_record();
        record.ending = ending;
        record.stderr_tail = stderr.to_owned();
        ending_symptom(&record)
    }

    #[test]
    fn every_way_to_die_has_its_own_symptom() {
        let abort = Ending::Signaled { signal: 6 };
        for (ending, stderr, symptom) in [
            (abort.clone(), "", Symptom::Abort),
            (
                abort.clone(),
                "\nthread 'worker-3' (9) has overflowed its stack\nfatal runtime error: stack overflow, aborting",
                Symptom::StackOverflow,
            ),
            (abort.clone(), "memory allocation of 35184372088832 bytes failed", Symptom::OutOfMemory),
            (
                abort.clone(),
                "panic in a destructor during cleanup\nthread caused non-unwinding panic. aborting.",
                Symptom::PanicInDrop,
            ),
            (abort.clone(), "fatal runtime error: thread local panicked on drop, aborting", Symptom::PanicInDrop),
            (
                abort.clone(),
                "panicked at a.rs:1:1:\nin display\nthread panicked while processing panic. aborting.",
                Symptom::DoublePanic,
            ),
            (
                abort.clone(),
                "panic in a function that cannot unwind\nthread caused non-unwinding panic. aborting.",
                Symptom::DoublePanic,
            ),
            (
                abort.clone(),
                "  17: core::panicking::panic_in_cleanup\nthread caused non-unwinding panic. aborting.",
                Symptom::PanicInDrop,
            ),
            (
                abort.clone(),
                "unsafe precondition(s) violated: x\nthread caused non-unwinding panic. aborting.",
                Symptom::Abort,
            ),
            (abort, "thread caused non-unwinding panic. aborting.", Symptom::DoublePanic),
            (Ending::Signaled { signal: 9 }, "", Symptom::OutOfMemory),
            (Ending::Signaled { signal: 11 }, "", Symptom::Signal),
            (Ending::MemoryLimit { bytes: 1 }, "", Symptom::OutOfMemory),
            (Ending::Exited { code: 0 }, "", Symptom::EarlyExit),
            (Ending::Stuck { spinning: true, cores_used: 2.0 }, "", Symptom::Livelock),
            (Ending::Stuck { spinning: false, cores_used: 0.0 }, "", Symptom::Deadlock),
            (Ending::IgnoredStop { ended_by: "SIGKILL".to_owned() }, "", Symptom::IgnoredStop),
        ] {
            assert_eq!(ended(ending.clone(), stderr), Some(symptom), "{ending:?} {stderr}");
        }
        assert_eq!(ended(Ending::Finished, "has overflowed its stack"), None);
    }

    #[test]
    fn the_hooks_reports_tell_when_the_standard_error_lost_the_message() {
        let mut record = fixture::empty_record();
        record.ending = Ending::Signaled { signal: 6 };
        let report =
            |message: &str, can_unwind| PanicReport { message: message.to_owned(), can_unwind, ..Default::default() };
        record.panics = vec![report("first", true), report("panic in a destructor during cleanup", false)];
        assert_eq!(ending_symptom(&record), Some(Symptom::PanicInDrop));
        record.panics = vec![report("first", true), report("second", false)];
        assert_eq!(ending_symptom(&record), Some(Symptom::DoublePanic));
        record.panics = vec![report("first", true)];
        assert_eq!(ending_symptom(&record), Some(Symptom::Abort));
    }

    #[test]
    fn injected_panics_are_no_symptom_and_the_gravest_comes_first() {
        let mut record = fixture::record_with(|interval| interval.outcomes.injected = 3, 10);
        record.panics = vec![PanicReport { injected: true, ..Default::default() }];
        assert_eq!(symptoms(&record), []);
        record = fixture::record_with(|interval| (interval.outcomes.error, interval.outcomes.panic) = (1, 1), 10);
        record.ending = Ending::Exited { code: 0 };
        record.oracles = vec![OracleReport {
            oracle: "sum".to_owned(),
            checked: 1,
            wrong: 1,
            violations: Vec::new(),
            undecided: None,
            spared: None,
        }];
        let expected = [Symptom::WrongResult, Symptom::EarlyExit, Symptom::Panic, Symptom::Error];
        assert_eq!(symptoms(&record), expected);
    }

    #[test]
    fn every_symptom_has_a_gravity() {
        let mut places: Vec<_> = Symptom::ALL.into_iter().map(gravity).collect();
        places.sort_unstable();
        assert_eq!(places, (0..Symptom::ALL.len()).collect::<Vec<_>>());
    }
}
