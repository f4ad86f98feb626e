//! Reads Rust's reports: the headers of all versions and of the well-known hooks, messages, stacks.

use super::occurrence::{Frame, Kind, Language, Occurrence, Place};
use super::open::{Open, Phase, Step};
use super::place::{place_at_start, whole_place};
use super::rust_frame::{StackLine, stack_line};

/// Quotes that a message may stand in; some forms turn them.
const QUOTES: [(char, char); 4] = [('\'', '\''), ('"', '"'), ('‘', '’'), ('`', '`')];

/// The report that begins in this line, if a Rust panic does.
pub(super) fn begun(line: &str, number: u64) -> Option<Open> {
    if let Some(at) = line.find("panicked") {
        return panicked(line, at, number);
    }
    human_report(line, number).or_else(|| place_behind(line, number))
}

/// `message (thread main, at src/x.rs:12)`, as a hook writes it that puts the stack under it.
fn place_behind(line: &str, number: u64) -> Option<Open> {
    let (message, rest) = line.trim_end().strip_suffix(')')?.rsplit_once(" (thread ")?;
    let (thread, place) = rest.rsplit_once(", at ")?;
    let mut occurrence = Occurrence::new(Language::Rust, Kind::Panic, message.trim_start(), number);
    occurrence.thread = Some(thread.to_owned());
    occurrence.place = Some(whole_place(place)?);
    Some(Open::new(occurrence, "", Phase::Stack))
}

/// `thread 'main' (7) panicked at …` and its relatives; `at` is where `panicked` stands.
fn panicked(line: &str, at: usize, number: u64) -> Option<Open> {
    let (start, thread) = thread_before(&line[..at]);
    let rest = &line[at + "panicked".len()..];
    let mut occurrence = Occurrence::new(Language::Rust, Kind::Panic, "", number);
    occurrence.thread = thread.map(str::to_owned);
    if let Some(rest) = rest.strip_prefix(" at ") {
        return raised_at(rest.trim_start(), occurrence, &line[..start]);
    }
    let is_labelled = rest.trim_start().starts_with("(crashed)") || (rest.trim() == "." && line.contains('×'));
    if is_labelled {
        return Some(Open::new(occurrence, "", Phase::LabelledMessage));
    }
    let message = rest.strip_prefix(": ").filter(|_| thread.is_some())?;
    occurrence.message = message.to_owned();
    Some(Open::new(occurrence, &line[..start], Phase::PlainMessage))
}

/// What stands behind `panicked at `: a quoted message with its place, or the place with the message after it.
fn raised_at(rest: &str, mut occurrence: Occurrence, prefix: &str) -> Option<Open> {
    for (open, close) in QUOTES {
        if let Some(text) = rest.strip_prefix(open) {
            let mut report = Open::new(occurrence, prefix, Phase::QuotedMessage(close));
            report.tentative.push(text.to_owned());
            close_quote(&mut report, close);
            return Some(report);
        }
    }
    if let Some((place, length)) = place_at_start(rest) {
        let message = rest[length..].trim_start_matches([':', ',']).trim();
        occurrence.place = Some(place);
        occurrence.message = message.to_owned();
        return Some(Open::new(occurrence, prefix, Phase::PlainMessage));
    }
    // Without quotes, with the place at the end.
    let (message, place) = rest.rsplit_once(", ")?;
    occurrence.place = Some(whole_place(place)?);
    occurrence.message = message.to_owned();
    Some(Open::new(occurrence, prefix, Phase::PlainMessage))
}

/// Where the words about the thread begin before `panicked`, and its name.
fn thread_before(before: &str) -> (usize, Option<&str>) {
    let Some(start) = before.rfind("thread ").or_else(|| before.rfind("Thread ")) else { return (before.len(), None) };
    let name = before[start + "thread ".len()..].trim();
    // Since 1.91 the thread's number stands behind its name.
    let name = name.strip_suffix(')').and_then(|head| head.rsplit_once(" (")).map_or(name, |(name, _)| name);
    let quoted = QUOTES.iter().find_map(|(open, close)| name.strip_prefix(*open)?.strip_suffix(*close));
    let bare = quoted.or_else(|| (!name.contains(' ')).then_some(name));
    bare.map_or((before.len(), None), |name| (start, Some(name)))
}

/// The TOML of a crash report, and the lines of hooks that write `Panic occurred in file`.
fn human_report(line: &str, number: u64) -> Option<Open> {
    let rest = &line[line.find("anic occurred in file '")? + "anic occurred in file '".len()..];
    let (file, rest) = rest.split_once('\'')?;
    let line_number = rest
        .trim_start()
        .strip_prefix("at line ")
        .and_then(|rest| rest.trim_end_matches(|sign: char| !sign.is_ascii_digit()).parse().ok());
    let mut occurrence = Occurrence::new(Language::Rust, Kind::Panic, "", number);
    occurrence.place = Some(Place { file: file.to_owned(), line: line_number, column: None });
    Some(Open::new(occurrence, "", Phase::LabelledMessage))
}

/// Takes the next line of a report in one of Rust's phases.
pub(super) fn step(open: &mut Open, line: &str, had_prefix: bool) -> Step {
    match open.phase {
        Phase::QuotedMessage(close) => quoted(open, close, line),
        Phase::PlainMessage => plain(open, line, had_prefix),
        Phase::LabelledMessage => labelled(open, line),
        _ => stack(open, line),
    }
}

fn quoted(open: &mut Open, close: char, line: &str) -> Step {
    if is_note(line) || !open.keep_tentative(line) {
        end_message(open);
        return if is_note(line) { stack(open, line) } else { Step::Stray };
    }
    // Only a line with a quote can end the message.
    if line.contains(close) || line.contains(".rs:") {
        close_quote(open, close);
    }
    Step::Taken
}

/// Ends a quoted message if its closing quote has come: the last one with a place behind it.
fn close_quote(open: &mut Open, close: char) {
    let text = open.tentative.join("\n");
    let mut end = text.len();
    while let Some(quote) = text[..end].rfind(close) {
        let rest = text[quote + close.len_utf8()..].trim_start_matches([',', ':']).trim_start();
        if let Some((place, length)) = place_at_start(rest) {
            open.occurrence.place = Some(place);
            open.occurrence.message.clear();
            open.add_to_message([text[..quote].to_owned()]);
            open.tentative.clear();
            open.phase = Phase::Stack;
            // What a form has joined to the line is a note, or of no interest.
            let _ = length;
            return;
        }
        end = quote;
    }
}

/// Lines after `panicked at src/x.rs:1:2:`.
fn plain(open: &mut Open, line: &str, had_prefix: bool) -> Step {
    if is_note(line) || matches!(stack_line(line), Some(StackLine::Frame(0 | 1, _))) {
        accept_tentative(open);
        open.phase = Phase::Stack;
        return stack(open, line);
    }
    if is_end(line) {
        end_message(open);
        return Step::Taken;
    }
    let is_foreign = open.is_foreign(line, had_prefix);
    if open.occurrence.message.is_empty() && open.tentative.is_empty() {
        if line.trim().is_empty() {
            // The runtime leaves no line empty here: this is a title, and what follows it is something else.
            return Step::Ended;
        }
        if is_foreign {
            return open.stray();
        }
        open.add_to_message([line.trim_start().to_owned()]);
        return Step::Taken;
    }
    if is_foreign {
        return open.stray();
    }
    if open.keep_tentative(line) {
        return Step::Taken;
    }
    end_message(open);
    Step::Stray
}

/// The report goes on as it should: what stood in between is all message.
fn accept_tentative(open: &mut Open) {
    let mut lines = std::mem::take(&mut open.tentative);
    while lines.last().is_some_and(|line| line.trim().is_empty()) {
        lines.pop();
    }
    open.add_to_message(lines);
}

/// The message ends without a note: only lines that cannot be anything else belong to it.
pub(super) fn end_message(open: &mut Open) {
    let lines = std::mem::take(&mut open.tentative);
    if let Phase::QuotedMessage(close) = open.phase {
        let first = lines.into_iter().next().unwrap_or_default();
        // Behind the last quote stands what quotes the whole.
        let end = first.trim_end_matches(|sign: char| !sign.is_alphanumeric() && sign != close);
        let end = if end.ends_with(close) { &end[..end.len() - close.len_utf8()] } else { first.trim_end() };
        open.add_to_message([end.trim_end_matches(',').to_owned()]);
    } else {
        let own = lines.into_iter().take_while(|line| is_continuation(line));
        open.add_to_message(own.collect::<Vec<_>>());
    }
    open.phase = Phase::Stack;
}

fn is_continuation(line: &str) -> bool {
    let text = line.trim_start();
    let is_indented = line.starts_with([' ', '\t']) && !text.is_empty();
    is_indented || ["left:", "right:", "Caused by", "caused by"].iter().any(|start| text.starts_with(start))
}

fn is_note(line: &str) -> bool {
    let text = line.trim_start_matches(['>', ' ', '\t']);
    ["note: ", "stack backtrace:", "Stack backtrace:", "query stack during panic", "[backtrace", "Backtrace:"]
        .iter()
        .any(|start| text.starts_with(start))
}

fn is_end(line: &str) -> bool {
    let text = line.trim();
    [
        "```",
        "</",
        "Stack:",
        "thread caused non-unwinding",
        "thread panicked while",
        "fatal runtime error",
        "test result:",
    ]
    .iter()
    .any(|start| text.starts_with(start))
        || text == "failures:"
        || (text.starts_with("error: ") && text.contains("panicked"))
}

/// `Message:`, `Location:`, `cause =` and the branches of a drawn report.
fn labelled(open: &mut Open, line: &str) -> Step {
    let text = line.trim_start_matches(['│', '├', '╰', '─', '▶', '┬', ' ', '\t']).trim();
    let unquoted = |text: &str| text.trim().trim_matches(['\'', '"']).to_owned();
    if let Some(message) = text.strip_prefix("Message:").or_else(|| text.strip_prefix("cause = ")) {
        open.add_to_message([unquoted(message)]);
    } else if let Some(place) = labelled_place(text) {
        // The place comes first in some forms, and last in others.
        if !text.starts_with("at ") {
            open.phase = Phase::Stack;
        }
        open.occurrence.place.get_or_insert(place);
    } else if stack_line(line).is_some() || text.contains("BACKTRACE") || text.starts_with("backtrace = ") {
        open.phase = Phase::Stack;
        return stack(open, line);
    } else if line.contains('╰') {
        open.add_to_message([text.to_owned()]);
    } else if text.is_empty() || text.starts_with("\"\"\"") || text.starts_with("'''") {
        return Step::Stray;
    } else if let Some(thread) = text.strip_prefix("thread: ") {
        open.occurrence.thread = Some(thread.to_owned());
    } else if open.occurrence.place.is_none() {
        open.add_to_message([text.to_owned()]);
    } else {
        return open.stray();
    }
    Step::Taken
}

/// `Location: src/x.rs:1`, `at src/x.rs:1:2` and `in src/x.rs:1`.
fn labelled_place(text: &str) -> Option<Place> {
    let place = ["Location:", "at ", "in "].iter().find_map(|label| text.strip_prefix(label))?;
    whole_place(place.trim().trim_end_matches('`'))
}

/// A line of the stack, or of what stands around it.
pub(super) fn stack(open: &mut Open, line: &str) -> Step {
    if is_note(line) || line.trim().is_empty() {
        return Step::Taken;
    }
    match stack_line(line) {
        Some(StackLine::Frame(0, _)) if open.occurrence.frames.len() > 1 => Step::Ended,
        Some(StackLine::Frame(_, frame)) => {
            open.occurrence.add_frame(frame);
            open.strays = 0;
            Step::Taken
        }
        Some(StackLine::At(place)) => {
            put_place(open.occurrence.frames.last_mut(), place);
            open.strays = 0;
            Step::Taken
        }
        None if add_debug_frames(open, line) => Step::Taken,
        None => open.stray(),
    }
}

pub(super) fn put_place(frame: Option<&mut Frame>, place: Place) {
    if let Some(frame) = frame.filter(|frame| frame.file.is_none() && !place.file.is_empty()) {
        frame.file = Some(place.file);
        frame.line = place.line;
    }
}

/// Frames as the debug form of a backtrace has them, all on one line: `{ fn: "app::f", file: "src/x.rs", line: 3 }`.
fn add_debug_frames(open: &mut Open, line: &str) -> bool {
    let before = open.occurrence.frames.len();
    for part in line.split("{ fn: \"").skip(1) {
        let Some((function, rest)) = part.split_once('"') else { continue };
        let rest = rest.split('}').next().unwrap_or(rest);
        let file =
            rest.split_once("file: \"").and_then(|(_, rest)| rest.split_once('"')).map(|(file, _)| file.to_owned());
        let line = rest.split_once("line: ").and_then(|(_, digits)| digits.trim().parse().ok());
        open.occurrence.add_frame(Frame { function: function.to_owned(), file, line });
    }
    open.occurrence.frames.len() > before
}
