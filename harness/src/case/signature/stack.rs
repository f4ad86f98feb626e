//! Takes an occurrence, hands on what tells where it came from, in a form that no rebuild changes: the decisive functions, and the file.

use super::function_name::{is_in_app, plain_name};
use super::source_path::SourcePath;
use crate::case::reading::{Frame, Kind, Language, Occurrence};

/// So many functions tell callers apart; more would make each way into a function a defect of its own.
const DECISIVE_MAX: usize = 3;
/// So many functions are looked at when two stacks are compared that a compiler inlined differently.
const NEAR_MAX: usize = 6;

/// Where an occurrence came from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Origin {
    /// The innermost functions of the program, up to the first one that is its own.
    pub(super) decisive: Vec<String>,
    /// More functions of the program behind them.
    pub(super) near: Vec<String>,
    /// The file, if it is one of the program or of a package.
    pub(super) file: Option<SourcePath>,
    /// The column: it stays when lines move.
    pub(super) column: Option<u32>,
    /// The line.
    pub(super) line: Option<u32>,
}

/// Where an occurrence came from.
pub(super) fn origin(occurrence: &Occurrence) -> Origin {
    let language = occurrence.language;
    let raised = &occurrence.frames[raising_frames(occurrence)..];
    let app: Vec<(&Frame, String)> = raised
        .iter()
        .map(|frame| (frame, name_of(language, frame)))
        .filter(|(frame, name)| is_in_app(language, name) && !is_system_file(frame))
        .skip_while(|(_, name)| raises_for_others(name))
        .map(|(frame, name)| (frame, told_apart(frame, name)))
        .collect();
    let mut decisive = Vec::new();
    for (frame, name) in &app {
        if decisive.last() != Some(name) {
            decisive.push(name.clone());
        }
        let is_foreign =
            frame.file.as_deref().is_some_and(|file| SourcePath::new(file).is_some_and(|path| path.is_package));
        if decisive.len() >= DECISIVE_MAX || !is_foreign {
            break;
        }
    }
    if occurrence.kind == Kind::DataRace {
        add_other_access(occurrence, &mut decisive);
    }
    let near = app.iter().take(NEAR_MAX).map(|(_, name)| name.clone()).collect();
    let place = occurrence.place.as_ref();
    let own = place.and_then(|place| SourcePath::new(&place.file));
    let of_frame = || app.first().and_then(|(frame, _)| SourcePath::new(frame.file.as_deref()?));
    let column = place.filter(|_| own.is_some()).and_then(|place| place.column);
    let line = place.filter(|_| own.is_some()).and_then(|place| place.line);
    Origin { decisive, near, file: own.or_else(of_frame), column, line }
}

/// Whether a function only writes a message and raises the panic for its caller, as loggers do.
fn raises_for_others(name: &str) -> bool {
    let last = name.rsplit(['.', ':']).next().unwrap_or(name);
    ["Panic", "Panicf", "Panicln", "Panicw", "DPanic", "DPanicf", "Fatal", "Fatalf"].contains(&last)
}

/// The function's name, or the file where a handler printed only places.
fn name_of(language: Language, frame: &Frame) -> String {
    match &frame.file {
        Some(file) if frame.function.is_empty() => SourcePath::new(file).map_or_else(String::new, |file| file.path),
        _ => plain_name(language, &frame.function),
    }
}

/// Every Go program has a `main.main`: its file tells whose it is.
fn told_apart(frame: &Frame, name: String) -> String {
    let file = frame.file.as_deref().and_then(SourcePath::new).filter(|_| name.starts_with("main."));
    file.map_or(name.clone(), |file| format!("{name} in {}", file.name()))
}

/// How many of the innermost frames belong to raising, catching and logging the panic.
fn raising_frames(occurrence: &Occurrence) -> usize {
    let last = |is_raising: &dyn Fn(&str) -> bool| {
        occurrence.frames.iter().rposition(|frame| is_raising(&frame.function)).map_or(0, |last| last + 1)
    };
    match occurrence.language {
        Language::Go => occurrence.frames.iter().rposition(raises_in_go).map_or(0, |last| last + 1),
        _ => last(&|name| {
            [
                "rust_begin_unwind",
                "core::panicking::panic",
                "std::panicking::begin_panic",
                "std::panicking::rust_panic_with_hook",
            ]
            .iter()
            .any(|part| name.contains(part) && !name.contains("catch"))
        }),
    }
}

fn raises_in_go(frame: &Frame) -> bool {
    let name = frame.function.as_str();
    let is_named = ["runtime.gopanic", "runtime.sigpanic", "runtime.panic", "runtime.goPanic"]
        .iter()
        .any(|start| name.starts_with(start));
    let file = frame.file.as_deref().filter(|_| name.is_empty()).unwrap_or("");
    let is_placed = ["/runtime/panic.go", "/runtime/sigpanic_unix.go", "/runtime/signal_unix.go"]
        .iter()
        .any(|end| file.ends_with(end));
    name == "panic" || is_named || is_placed
}

/// The two accesses of a race, in an order that does not depend on which one came second.
fn add_other_access(occurrence: &Occurrence, decisive: &mut Vec<String>) {
    if let Some(other) = occurrence.context.get("other_function") {
        decisive.truncate(1);
        decisive.push(plain_name(occurrence.language, other));
        decisive.sort();
    }
}

fn is_system_file(frame: &Frame) -> bool {
    let file = frame.file.as_deref().unwrap_or("").replace('\\', "/");
    file.starts_with("/rustc/") || file.contains("/library/std/src/") || file.contains("/library/core/src/")
}
