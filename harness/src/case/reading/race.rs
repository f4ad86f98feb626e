//! Reads race reports: Go's `WARNING: DATA RACE` and the thread sanitizer's. The first access gives the stack, the other one
//! is context.

use super::go_frame::{function_line, place_line};
use super::occurrence::{Kind, Language, Occurrence};
use super::open::{Open, Phase, Step};
use super::rust::put_place;
use super::rust_frame::{StackLine, stack_line};

/// The report that begins in this line, if it is one.
pub(super) fn begun(line: &str, number: u64) -> Option<Open> {
    let (language, start) = match line.find("WARNING: DATA RACE") {
        Some(start) => (Language::Go, start),
        None => (Language::Native, line.find("WARNING: ThreadSanitizer: data race")?),
    };
    let occurrence = Occurrence::new(language, Kind::DataRace, "data race", number);
    Some(Open::new(occurrence, &line[..start], Phase::Accesses(0)))
}

/// Takes the next line of a race report; `begun` accesses have begun.
pub(super) fn step(open: &mut Open, begun: u32, line: &str) -> Step {
    let text = line.trim();
    if text.starts_with("======") || text.starts_with("SUMMARY: ThreadSanitizer") {
        return Step::Ended;
    }
    if let Some(access) = access(text) {
        if begun == 0 {
            open.occurrence.thread = thread(text);
        }
        let name = if begun == 0 { "access" } else { "other_access" };
        open.occurrence.context.entry(name.to_owned()).or_insert(access);
        open.phase = Phase::Accesses(begun + 1);
        return Step::Taken;
    }
    if text.contains(" created at:") || text.starts_with("Location is") || text.starts_with("Mutex ") {
        // What follows is about threads, no access.
        open.phase = Phase::Accesses(u32::MAX / 2);
        return Step::Taken;
    }
    let frame = function_line(line).or_else(|| match stack_line(line) {
        Some(StackLine::Frame(_, frame)) => Some(frame),
        _ => None,
    });
    match (frame, begun) {
        (Some(frame), 1) => open.occurrence.add_frame(frame),
        (Some(frame), 2) => {
            // The innermost function of the other access tells two races of one function apart.
            open.occurrence.context.entry("other_function".to_owned()).or_insert(frame.function);
        }
        (Some(_), _) => {}
        (None, 1) if place_line(line).is_some() => {
            put_place(open.occurrence.frames.last_mut(), place_line(line).unwrap_or_default());
        }
        (None, _) if place_line(line).is_some() || text.is_empty() || text.starts_with("[failed") => {}
        (None, _) => return open.stray(),
    }
    open.strays = 0;
    Step::Taken
}

/// `Previous write at 0x00c0 by goroutine 7:` as `previous write`.
fn access(text: &str) -> Option<String> {
    let end = text.find(" at 0x").or_else(|| text.find(" by "))?;
    let words = &text[..end];
    let words = words.split(" of size").next()?.to_ascii_lowercase();
    let is_access = [
        "read",
        "write",
        "previous read",
        "previous write",
        "atomic read",
        "atomic write",
        "previous atomic read",
        "previous atomic write",
    ]
    .contains(&words.as_str());
    is_access.then_some(words)
}

fn thread(text: &str) -> Option<String> {
    text.rsplit_once(" by ").map(|(_, name)| name.trim_end_matches(':').to_owned())
}
