//! Reads Go's reports: panics and their chains, fatal errors, signal blocks, goroutine dumps, and panics that a program recovered
//! and logged.

use super::go_frame::{function_line, goroutine_header, place_line};
use super::go_message::{implied_message, is_raising, kind_of_fatal, recovered_message, without_marks};
use super::occurrence::{Frame, Kind, Language, Occurrence, Place};
use super::open::{Open, Phase, Step};
use super::prefix::is_log_prefix;
use super::rust::put_place;

/// Signals as the runtime writes them when they end the process by themselves.
const SIGNALS: [&str; 9] = [
    "SIGSEGV: segmentation violation",
    "SIGABRT: abort",
    "SIGBUS: bus error",
    "SIGQUIT: quit",
    "SIGILL: illegal instruction",
    "SIGFPE: floating-point exception",
    "SIGTRAP: trace trap",
    "SIGSYS: bad system call",
    "SIGTERM: termination",
];

/// How runtime errors begin; others are a sanitizer's.
const RUNTIME_ERRORS: [&str; 8] = [
    "index out of range",
    "slice bounds out of range",
    "invalid memory address",
    "integer divide by zero",
    "makeslice: ",
    "hash of unhashable type",
    "comparing uncomparable type",
    "assignment to entry in nil map",
];

/// The report that begins in this line, if Go's runtime wrote it.
pub(super) fn begun(line: &str, number: u64) -> Option<Open> {
    panic(line, number)
        .or_else(|| fatal(line, number))
        .or_else(|| serving(line, number))
        .or_else(|| observed(line, number))
        .or_else(|| runtime_error(line, number))
        .or_else(|| signal(line, number))
}

fn panic(line: &str, number: u64) -> Option<Open> {
    let start = word(line, "panic: ")?;
    let message = &line[start + "panic: ".len()..];
    let is_sure = message.starts_with("runtime error: ") || message.contains("[recovered");
    if !is_sure && !is_log_prefix(&line[..start]) {
        return None;
    }
    let mut open = go(Kind::Panic, without_marks(message), &line[..start], Phase::GoMessage, number);
    if message.contains("[recovered") {
        open.occurrence.context.insert("recovered".to_owned(), "true".to_owned());
    }
    Some(open)
}

fn fatal(line: &str, number: u64) -> Option<Open> {
    if let Some(start) = line.find("runtime: goroutine stack exceeds ") {
        return Some(go(Kind::StackOverflow, "stack overflow", &line[..start], Phase::GoMessage, number));
    }
    let start = word(line, "fatal error: ")?;
    let message = &line[start + "fatal error: ".len()..];
    let kind = kind_of_fatal(message);
    let is_known =
        kind != Kind::FatalError || message.starts_with("concurrent map") || message.starts_with("runtime: ");
    let is_compiler = message.ends_with("No such file or directory") || message.contains("too many errors");
    ((is_log_prefix(&line[..start]) && !is_compiler) || is_known)
        .then(|| go(kind, message.trim(), &line[..start], Phase::GoMessage, number))
}

/// `http: panic serving 10.0.0.1:80: message`.
fn serving(line: &str, number: u64) -> Option<Open> {
    let at = line.find("panic serving ")?;
    let (_, message) = line[at + "panic serving ".len()..].split_once(": ")?;
    let start = line[..at].rfind("http").unwrap_or(at);
    let mut open = go(Kind::Panic, without_marks(message), &line[..start], Phase::GoMessage, number);
    open.occurrence.context.insert("recovered".to_owned(), "true".to_owned());
    Some(open)
}

/// `Observed a panic: …`, as controllers log what they recovered.
fn observed(line: &str, number: u64) -> Option<Open> {
    let at = line.find("bserved a panic: ").or_else(|| line.find("bserved a panic in "))?;
    let message = recovered_message(&[line])?;
    let prefix = &line[..at.saturating_sub(1)];
    let mut open = go(Kind::Panic, &message, prefix, Phase::GoMessage, number);
    open.occurrence.context.insert("recovered".to_owned(), "true".to_owned());
    Some(open)
}

/// A runtime error that somebody printed without the word before it.
fn runtime_error(line: &str, number: u64) -> Option<Open> {
    let start = word(line, "runtime error: ")?;
    let message = &line[start..];
    let is_go = RUNTIME_ERRORS.iter().any(|words| message["runtime error: ".len()..].starts_with(words));
    (is_go && is_log_prefix(&line[..start]))
        .then(|| go(Kind::Panic, without_marks(message), &line[..start], Phase::GoMessage, number))
}

fn signal(line: &str, number: u64) -> Option<Open> {
    let text = line.trim();
    let name = SIGNALS.iter().find(|name| text.ends_with(**name))?;
    let start = line.find(name)?;
    let kind = match *name {
        "SIGQUIT: quit" | "SIGTERM: termination" => Kind::GoroutineDump,
        "SIGABRT: abort" => Kind::Abort,
        _ => Kind::Signal,
    };
    is_log_prefix(&line[..start]).then(|| {
        let mut open = go(kind, name, &line[..start], Phase::GoMessage, number);
        open.occurrence.context.insert("signal".to_owned(), name[..name.find(':').unwrap_or(0)].to_owned());
        open
    })
}

/// A goroutine that nothing announced, or that words of a logger announced.
pub(super) fn goroutine(line: &str, announced: &[String], previous: &str, number: u64) -> Option<Open> {
    let header = goroutine_header(line)?;
    let before = header.before.trim();
    let words: Vec<&str> = announced.iter().map(String::as_str).chain([before]).collect();
    let message = recovered_message(&words);
    let kind = if message.is_some() { Kind::Panic } else { Kind::GoroutineDump };
    // Whatever asks for its own stack has just said why.
    let reason = if header.state.starts_with("running") { previous.trim() } else { "" };
    // A prefix is what every line has; words about the panic are not.
    let prefix = if is_log_prefix(header.before) { header.before } else { "" };
    let mut open = go(kind, message.as_deref().unwrap_or(reason), prefix, Phase::GoStack, number);
    note_goroutine(&mut open, line);
    if open.occurrence.kind == Kind::Panic {
        open.occurrence.context.insert("recovered".to_owned(), "true".to_owned());
    }
    Some(open)
}

/// A stack whose places come first, behind words of a recovering handler.
pub(super) fn places_first(line: &str, announced: &[String], number: u64) -> Option<Open> {
    let place = go_place(line)?;
    let words: Vec<&str> = announced.iter().map(String::as_str).collect();
    let message = recovered_message(&words)?;
    let mut open = go(Kind::Panic, &message, "", Phase::PlacesFirst, number);
    open.occurrence.context.insert("recovered".to_owned(), "true".to_owned());
    open.occurrence.add_frame(Frame { function: String::new(), file: Some(place.file), line: place.line });
    Some(open)
}

fn go(kind: Kind, message: &str, prefix: &str, phase: Phase, number: u64) -> Open {
    Open::new(Occurrence::new(Language::Go, kind, message.trim(), number), prefix, phase)
}

/// Where a word stands in a line, if no letter touches it.
fn word(line: &str, word: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(start) = line[from..].find(word).map(|found| from + found) {
        let before = line[..start].chars().next_back();
        if before.is_none_or(|sign| !sign.is_alphanumeric() && !":_-./".contains(sign)) {
            return Some(start);
        }
        from = start + word.len();
    }
    None
}

/// Takes the next line of a report in one of Go's phases.
pub(super) fn step(open: &mut Open, line: &str, had_prefix: bool) -> Step {
    match open.phase {
        Phase::GoMessage => message(open, line, had_prefix),
        Phase::PlacesFirst => place_first(open, line),
        Phase::OtherGoroutines => others(open, line),
        _ => stack(open, line),
    }
}

fn message(open: &mut Open, line: &str, had_prefix: bool) -> Step {
    let text = line.trim();
    if goroutine_header(line).is_some() || text == RUNTIME_STACK {
        accept_tentative(open);
        open.phase = Phase::GoStack;
        return stack(open, line);
    }
    if go_place(line).is_some() {
        accept_tentative(open);
        open.phase = Phase::PlacesFirst;
        return place_first(open, line);
    }
    if line.starts_with([' ', '\t'])
        && let Some(chained) = text.strip_prefix("panic: ")
    {
        return chain(open, chained);
    }
    if let Some(rest) = text.strip_prefix("[signal ") {
        open.occurrence.context.insert("signal".to_owned(), rest.trim_end_matches(']').to_owned());
        return Step::Taken;
    }
    if let Some(message) = text.strip_prefix("fatal error: ").filter(|_| open.occurrence.kind != Kind::Panic) {
        open.occurrence.kind = kind_of_fatal(message);
        open.occurrence.message = message.to_owned();
        return Step::Taken;
    }
    if ["exit status ", "FAIL\t", "```", "created by "].iter().any(|end| text.starts_with(end)) {
        return Step::Ended;
    }
    if open.is_foreign(line, had_prefix) || !open.keep_tentative(line) { open.stray() } else { Step::Taken }
}

/// `panic: second` under `panic: first`: raised again, or raised by a deferred call.
fn chain(open: &mut Open, text: &str) -> Step {
    let mut chained = Occurrence::new(Language::Go, Kind::Panic, without_marks(text), open.occurrence.line);
    chained.consequence = Some(super::occurrence::Consequence::RaisedAgain);
    if open.chained.len() < super::open::MESSAGE_LINES_MAX {
        open.chained.push(chained);
    }
    Step::Taken
}

/// Lines up to the first empty one are message, now that a goroutine follows. An address is none.
fn accept_tentative(open: &mut Open) {
    let lines = std::mem::take(&mut open.tentative);
    let has_message = !matches!(open.occurrence.kind, Kind::Signal | Kind::GoroutineDump);
    let own = lines.into_iter().take_while(|line| has_message && !line.trim().is_empty());
    let own: Vec<_> = own.filter(|line| !line.starts_with("runtime:") && !line.starts_with("PC=")).collect();
    if open.occurrence.kind == Kind::Panic {
        open.add_to_message(own.iter().map(|line| without_marks(line).to_owned()));
    }
}

fn note_goroutine(open: &mut Open, line: &str) {
    if let Some(header) = goroutine_header(line) {
        open.occurrence.thread = Some(format!("goroutine {}", header.number));
        open.occurrence.context.insert("state".to_owned(), header.state.to_owned());
    }
}

/// The stack of the runtime itself stands before the goroutine's, which tells more.
const RUNTIME_STACK: &str = "runtime stack:";

/// Forgets the runtime's own stack, now that a goroutine begins.
fn forget_runtime_stack(open: &mut Open) {
    if open.occurrence.context.remove(RUNTIME_STACK).is_some() {
        open.occurrence.frames.clear();
        open.phase = Phase::GoStack;
    }
}

fn stack(open: &mut Open, line: &str) -> Step {
    if line.trim() == RUNTIME_STACK && open.occurrence.frames.is_empty() {
        open.occurrence.context.insert(RUNTIME_STACK.to_owned(), String::new());
        return Step::Taken;
    }
    if goroutine_header(line).is_some() {
        forget_runtime_stack(open);
        if !open.occurrence.frames.is_empty() {
            open.phase = Phase::OtherGoroutines;
            return others(open, line);
        }
        note_goroutine(open, line);
        return Step::Taken;
    }
    let text = line.trim();
    if text.is_empty() {
        if !open.occurrence.frames.is_empty() {
            open.phase = Phase::OtherGoroutines;
        }
        return Step::Taken;
    }
    if let Some(creator) = text.strip_prefix("created by ") {
        let name = creator.split(" in goroutine").next().unwrap_or(creator);
        open.occurrence.context.insert("created_by".to_owned(), name.split(' ').next().unwrap_or(name).to_owned());
        open.strays = 0;
        return Step::Taken;
    }
    if let Some(frame) = function_line(line) {
        open.occurrence.add_frame(frame);
    } else if let Some(place) = place_line(line) {
        // The place behind `created by` belongs to no frame.
        if !open.occurrence.context.contains_key("created_by") {
            put_place(open.occurrence.frames.last_mut(), place);
        }
    } else if text.starts_with("...") || text.starts_with("goroutine running on") || text.starts_with("runtime stack:")
    {
        return Step::Taken;
    } else if ["exit status ", "FAIL\t", "```"].iter().any(|end| text.starts_with(end)) {
        return Step::Ended;
    } else {
        return open.stray();
    }
    open.strays = 0;
    Step::Taken
}

/// The other goroutines say what the rest did; only their number is kept.
fn others(open: &mut Open, line: &str) -> Step {
    if goroutine_header(line).is_some() {
        if open.occurrence.context.contains_key(RUNTIME_STACK) {
            open.phase = Phase::GoStack;
            return stack(open, line);
        }
        let count = open.occurrence.context.entry("other_goroutines".to_owned()).or_insert_with(|| "0".to_owned());
        *count = (count.parse::<u64>().unwrap_or(0) + 1).to_string();
    } else if function_line(line).is_none()
        && place_line(line).is_none()
        && !line.trim().is_empty()
        && !line.trim().starts_with("created by ")
    {
        return open.stray();
    }
    open.strays = 0;
    Step::Taken
}

/// `/x.go:12 (0x4a)` and `\tname: source`.
fn place_first(open: &mut Open, line: &str) -> Step {
    if let Some(place) = place_line(line) {
        open.occurrence.add_frame(Frame { function: String::new(), file: Some(place.file), line: place.line });
    } else if let Some((name, _)) = line.trim().split_once(": ").filter(|_| line.starts_with([' ', '\t'])) {
        if let Some(frame) = open.occurrence.frames.last_mut().filter(|frame| frame.function.is_empty()) {
            frame.function = qualified(name, frame.file.as_deref());
        }
    } else {
        return if line.trim().is_empty() { Step::Ended } else { open.stray() };
    }
    open.strays = 0;
    Step::Taken
}

/// The place that a line is, if it is in Go's own code: other programs print places alone, too.
fn go_place(line: &str) -> Option<Place> {
    place_line(line).filter(|place| place.file.ends_with(".go") || place.file.ends_with(".s"))
}

/// These handlers leave off the package: the file's folder tells it.
fn qualified(name: &str, file: Option<&str>) -> String {
    let folder = file.and_then(|file| file.rsplit('/').nth(1)).unwrap_or("");
    let folder = folder.split('@').next().unwrap_or(folder);
    if folder.is_empty() || name.contains('/') { name.to_owned() } else { format!("{folder}.{name}") }
}

/// The end of a report. If it never came to a goroutine, only the first line is message; a dump that went through the
/// panic machinery is of a panic.
pub(super) fn end(open: &mut Open) {
    open.tentative.clear();
    let occurrence = &mut open.occurrence;
    occurrence.context.remove(RUNTIME_STACK);
    if occurrence.language != Language::Go {
        return;
    }
    let raised = occurrence.frames.iter().rposition(|frame| is_raising(&frame.function));
    if occurrence.kind == Kind::GoroutineDump && raised.is_some() {
        occurrence.kind = Kind::Panic;
        occurrence.message.clear();
    }
    if occurrence.kind == Kind::Panic && occurrence.message.is_empty() {
        let implied = raised.and_then(|index| implied_message(&occurrence.frames[index].function));
        occurrence.message = implied.unwrap_or_default().to_owned();
    }
}
