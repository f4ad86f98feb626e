//! `squall kb`: the knowledge base. So far it reads logs: what broke, what is the cause and what only follows, and by which name the
//! defect is known again.

use super::arguments::{Format, IngestArguments, KbArguments, KbTask, Output};
use super::machine::colours;
use super::output::tell;
use super::problem::Problem;
use crate::case::{Entry, Ingested, Reader, Remembered, Store, ingested};
use crate::report::Paint;
use serde_json::json;
use squall_model::{ExitCode, text};
use std::fs::File;
use std::io::{IsTerminal, Read};
use std::path::Path;

/// So much is read at once.
const READ_BYTES: usize = 1 << 16;
/// A person is shown so many occurrences; `--format json` has all that were kept.
const SHOWN_MAX: usize = 40;
const FUNCTIONS_SHOWN_MAX: usize = 3;
const MESSAGE_CHARACTERS_MAX: usize = 300;

/// Does what a `kb` command asks.
pub(super) fn kb(arguments: &KbArguments, output: Output) -> Result<ExitCode, Problem> {
    match &arguments.what {
        KbTask::Ingest(ingest) => self::ingest(ingest, output),
    }
}

fn ingest(arguments: &IngestArguments, output: Output) -> Result<ExitCode, Problem> {
    let name = name(&arguments.file);
    let ingested = read(&arguments.file, &name)?;
    let known = remember(arguments.results.as_deref(), &name, &ingested)?;
    match output.format {
        Format::Human => tell_person(&name, &ingested, &known, output),
        Format::Json => tell(&json!({ "file": name, "log": ingested, "known": known }).to_string()),
        Format::Ndjson => ingested.occurrences.iter().for_each(|entry| tell(&json!(entry).to_string())),
    }
    Ok(ExitCode::Passed)
}

/// Remembers what was read, if that is asked for; hands on what was known of each occurrence.
fn remember(results: Option<&Path>, name: &str, ingested: &Ingested) -> Result<Vec<Remembered>, Problem> {
    let Some(results) = results else { return Ok(Vec::new()) };
    std::fs::create_dir_all(results).map_err(Problem::system("making the results directory"))?;
    Ok(Store::open(results)?.remember(name, ingested)?)
}

fn name(path: &Path) -> String {
    if path == Path::new("-") { "standard input".to_owned() } else { path.display().to_string() }
}

/// Reads a file or standard input, in parts: a log may be larger than the memory.
fn read(path: &Path, name: &str) -> Result<Ingested, Problem> {
    let unreadable = |source| Problem::Log { file: name.to_owned(), source };
    let mut input: Box<dyn Read> = if path == Path::new("-") {
        Box::new(std::io::stdin().lock())
    } else {
        Box::new(File::open(path).map_err(unreadable)?)
    };
    let mut reader = Reader::default();
    let mut part = vec![0; READ_BYTES];
    let (mut length, mut is_text) = (0_u64, true);
    loop {
        match input.read(&mut part) {
            Ok(0) => break,
            Ok(count) => {
                length += count as u64;
                is_text &= !part[..count].contains(&0);
                reader.push(&part[..count]);
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(unreadable(error)),
        }
    }
    let ingested = ingested(reader.finish());
    match (ingested.primary, length, is_text) {
        (Some(_), ..) => Ok(ingested),
        (None, 0, _) => Err(Problem::NothingInLog { file: name.to_owned(), why: "it is empty" }),
        (None, _, true) => Err(Problem::NothingInLog { file: name.to_owned(), why: "no line tells of a break" }),
        (None, _, false) => Err(Problem::NothingInLog { file: name.to_owned(), why: "it is no text" }),
    }
}

fn tell_person(name: &str, ingested: &Ingested, known: &[Remembered], output: Output) {
    let paint = Paint { colours: colours(output.color, std::io::stdout().is_terminal()) };
    let count = ingested.occurrences.len() as u64 + ingested.left_out;
    tell(&format!(
        "{}  {} of {} in {}",
        text::harmless(name),
        text::counted(count, "occurrence"),
        text::counted(ingested.groups as u64, "defect"),
        text::counted(ingested.lines, "line"),
    ));
    let shown = ingested.occurrences.iter().enumerate();
    for (index, entry) in shown.filter(|(index, entry)| *index < SHOWN_MAX || entry.primary) {
        tell("");
        tell_entry(entry, paint);
        if let Some(known) = known.get(index) {
            tell(&format!("  {}", in_words(known)));
        }
    }
    let hidden = count.saturating_sub(SHOWN_MAX as u64);
    if hidden > 0 {
        tell("");
        tell(&format!("{} more are not shown; `--format json` has the first ones", text::count(hidden)));
    }
}

fn tell_entry(entry: &Entry, paint: Paint) {
    let occurrence = &entry.occurrence;
    let role = match occurrence.consequence {
        _ if entry.primary => paint.bold("primary"),
        Some(consequence) => format!("follows ({})", json!(consequence).as_str().unwrap_or_default()),
        None => "also".to_owned(),
    };
    let (language, kind) = (occurrence.language.name(), occurrence.kind.name());
    tell(&format!(
        "{role}  {language} {kind}, line {}  {}  {}",
        text::count(occurrence.line),
        entry.class.name(),
        entry.fingerprint
    ));
    for line in text::cut(&occurrence.message, MESSAGE_CHARACTERS_MAX).lines().filter(|line| !line.trim().is_empty()) {
        tell(&format!("  {}", text::harmless(line)));
    }
    if let Some(place) = place(entry) {
        tell(&format!("  {}", text::harmless(&place)));
    }
    if !entry.functions.is_empty() {
        let functions =
            entry.functions.iter().take(FUNCTIONS_SHOWN_MAX).map(String::as_str).collect::<Vec<_>>().join(" < ");
        tell(&format!("  in {}", text::harmless(&functions)));
    }
    if entry.primary {
        tell(&format!("  {}: {}", entry.class.meaning().trim_end_matches('.'), entry.class.response()));
    }
}

fn in_words(known: &Remembered) -> String {
    match known.seen_before {
        0 => "new to the knowledge base".to_owned(),
        times => format!("seen {} before, as {}", text::counted(times, "time"), known.known_as),
    }
}

/// `at src/x.rs:1:2, thread main`.
fn place(entry: &Entry) -> Option<String> {
    let occurrence = &entry.occurrence;
    let place = occurrence.place.as_ref().map(|place| {
        let numbers = [place.line, place.column].into_iter().flatten().map(|number| format!(":{number}"));
        format!("at {}{}", place.file, numbers.collect::<String>())
    });
    let thread = occurrence.thread.as_ref().map(|thread| match thread.starts_with("goroutine ") {
        true => thread.clone(),
        false => format!("thread {thread}"),
    });
    let parts: Vec<_> = place.into_iter().chain(thread).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}
