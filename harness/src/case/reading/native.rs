//! Reads what is no panic: aborts of Rust's runtime, the compiler's own errors, signals, sanitizers, the allocator's last words.

use super::occurrence::{Kind, Language, Occurrence};
use super::open::{Open, Phase};
use super::prefix::is_log_prefix;

/// Last words that stand alone in a line, with the kind that they tell.
const WORDS: [(&str, Kind); 17] = [
    ("double free or corruption", Kind::MemoryError),
    ("double free detected", Kind::MemoryError),
    ("free(): ", Kind::MemoryError),
    ("malloc(): ", Kind::MemoryError),
    ("realloc(): ", Kind::MemoryError),
    ("malloc_consolidate(): ", Kind::MemoryError),
    ("corrupted size vs. prev_size", Kind::MemoryError),
    ("corrupted double-linked list", Kind::MemoryError),
    ("munmap_chunk(): ", Kind::MemoryError),
    ("*** stack smashing detected ***", Kind::MemoryError),
    ("thread caused non-unwinding panic", Kind::Abort),
    ("thread panicked while processing panic", Kind::Abort),
    ("thread panicked while panicking", Kind::Abort),
    ("panicked after panic::always_abort()", Kind::Abort),
    ("Segmentation fault", Kind::Signal),
    ("Illegal instruction", Kind::Signal),
    ("Bus error", Kind::Signal),
];
const SIGNALS: [&str; 6] = ["SIGSEGV", "SIGABRT", "SIGBUS", "SIGILL", "SIGTRAP", "SIGFPE"];

/// The report that begins in this line, if one of these does.
pub(super) fn begun(line: &str, number: u64) -> Option<Open> {
    overflowed(line, number)
        .or_else(|| allocation(line, number))
        .or_else(|| fatal_runtime_error(line, number))
        .or_else(|| compiler_error(line, number))
        .or_else(|| undefined_behaviour(line, number))
        .or_else(|| sanitizer(line, number))
        .or_else(|| last_words(line, number))
        .or_else(|| signal(line, number))
}

fn rust(kind: Kind, message: &str, prefix: &str, phase: Phase, number: u64) -> Open {
    Open::new(Occurrence::new(Language::Rust, kind, message, number), prefix, phase)
}

fn overflowed(line: &str, number: u64) -> Option<Open> {
    let at = line.find(" has overflowed its stack")?;
    let start = line[..at].rfind("thread ").or_else(|| line[..at].rfind("Thread "))?;
    let name = line[start + "thread ".len()..at].trim();
    let name = name.strip_suffix(')').and_then(|head| head.rsplit_once(" (")).map_or(name, |(name, _)| name);
    let mut open = rust(Kind::StackOverflow, "stack overflow", &line[..start], Phase::Tail, number);
    open.occurrence.thread = Some(name.trim_matches(['\'', '"']).to_owned());
    Some(open)
}

fn allocation(line: &str, number: u64) -> Option<Open> {
    let start = line.find("memory allocation of ")?;
    let message = &line[start..];
    let size = message["memory allocation of ".len()..].split(' ').next()?;
    let is_failure = size.bytes().all(|byte| byte.is_ascii_digit()) && message.contains(" failed");
    is_failure.then(|| rust(Kind::AllocationFailure, message.trim(), &line[..start], Phase::Stack, number))
}

fn fatal_runtime_error(line: &str, number: u64) -> Option<Open> {
    let start = line.find("fatal runtime error: ")?;
    let message = line[start + "fatal runtime error: ".len()..].trim();
    let message = message.trim_end_matches(", aborting");
    let kind = if message.starts_with("stack overflow") { Kind::StackOverflow } else { Kind::Abort };
    Some(rust(kind, message, &line[..start], Phase::Tail, number))
}

fn compiler_error(line: &str, number: u64) -> Option<Open> {
    let start = line.find("error: internal compiler error: ")?;
    let message = &line[start + "error: internal compiler error: ".len()..];
    let message = message.trim();
    // The compiler's own place stands before the message.
    let own = super::place::place_at_start(message);
    let text = own.as_ref().map_or(message, |(_, length)| message[*length..].trim_start_matches([':', ' ']));
    let mut open = rust(Kind::Panic, text, &line[..start], Phase::Tail, number);
    open.occurrence.place = own.map(|(place, _)| place);
    open.occurrence.context.insert("compiler".to_owned(), "internal compiler error".to_owned());
    (!text.starts_with("unexpected panic")).then_some(open)
}

fn undefined_behaviour(line: &str, number: u64) -> Option<Open> {
    let start = line.find("error: Undefined Behavior: ")?;
    let message = &line[start + "error: ".len()..];
    Some(rust(Kind::MemoryError, message.trim(), &line[..start], Phase::Stack, number))
}

/// `==7==ERROR: AddressSanitizer: …` and the words of fuzzers.
fn sanitizer(line: &str, number: u64) -> Option<Open> {
    let start = line.find("ERROR: ")?;
    let message = line[start + "ERROR: ".len()..].trim();
    let (tool, rest) = message.split_once(": ")?;
    let is_fuzzer = tool == "libFuzzer";
    if !is_fuzzer && !tool.ends_with("Sanitizer") {
        return None;
    }
    let kind = match rest {
        _ if is_fuzzer => Kind::Signal,
        _ if rest.starts_with("stack-overflow") => Kind::StackOverflow,
        _ if ["SEGV", "ABRT", "deadly", "FPE", "ILL", "BUS", "TRAP"].iter().any(|word| rest.starts_with(word)) => {
            Kind::Signal
        }
        _ if rest.contains("out-of-memory") || rest.contains("out of memory") || rest.contains("exceeds maximum") => {
            Kind::AllocationFailure
        }
        _ => Kind::MemoryError,
    };
    let occurrence = Occurrence::new(Language::Native, kind, message, number);
    Some(Open::new(occurrence, "", Phase::Stack))
}

fn last_words(line: &str, number: u64) -> Option<Open> {
    let text = line.trim();
    let (words, kind) = WORDS.iter().find(|(words, _)| text.contains(words))?;
    let at = line.find(words)?;
    // The allocator names the program first; anything longer is a sentence that quotes it.
    let before = line[..at].trim();
    let is_shells = before
        .rsplit(' ')
        .next()
        .is_some_and(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit()));
    let is_alone = is_log_prefix(before) || !before.contains(' ') || is_shells || *kind == Kind::Abort;
    let rest = line[at + words.len()..].trim();
    let ends = rest.is_empty() || *kind != Kind::Signal || rest.starts_with(['(', '.', ':', '\\']);
    (is_alone && ends).then(|| {
        let language = if *kind == Kind::Abort { Language::Rust } else { Language::Native };
        Open::new(Occurrence::new(language, *kind, line[at..].trim(), number), &line[..at], Phase::Tail)
    })
}

/// `(signal: 11, SIGSEGV: invalid memory reference)`.
fn signal(line: &str, number: u64) -> Option<Open> {
    let start = line.find("(signal: ")?;
    let message = line[start + 1..].split(')').next()?;
    let name = SIGNALS.iter().find(|name| message.contains(**name))?;
    let kind = if message.contains("SIGABRT") { Kind::Abort } else { Kind::Signal };
    let mut occurrence = Occurrence::new(Language::Native, kind, message, number);
    occurrence.context.insert("signal".to_owned(), (*name).to_owned());
    Some(Open::new(occurrence, "", Phase::Tail))
}
