//! Takes a log of any kind in parts of any size, hands on the occurrences in it. Memory is bounded: one line, one open report and
//! the first occurrences.

use super::joined::{is_marked, pieces};
use super::lines::Lines;
use super::occurrence::{FRAMES_MAX, Frame, Kind, Language, MESSAGE_BYTES_MAX, Occurrence, Place};
use super::open::{Open, Phase, STRAYS_MAX, Step};
use super::primary::Primary;
use super::record::{Record, record};
use super::rust_frame::{StackLine, stack_line};
use super::{go, native, race, rust};
use squall_model::PanicReport;

/// So many occurrences of a log are kept; later ones are counted.
const OCCURRENCES_MAX: usize = 1_000;
/// So many lines before a goroutine may announce what it is about.
const ANNOUNCED_MAX: usize = 12;
/// Spreads each byte over the digest; an odd number without a pattern.
const DIGEST_FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
/// So many lines of causes may stand between an error and its stack.
const ERROR_LINES_MAX: u64 = 48;
/// So many words of a title are compared with the message under it.
const ALIKE_WORDS: usize = 4;

/// What was read from a log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// The occurrences in the order of the log; the first ones of a long log.
    pub occurrences: Vec<Occurrence>,
    /// How many more there were.
    pub left_out: u64,
    /// Which one is the primary: the first that does not follow from another one.
    pub primary: Option<usize>,
    /// How many lines the log has.
    pub lines: u64,
    /// A hash of the log's bytes, by which it is known again.
    pub digest: u64,
}

/// Reads a log.
#[derive(Debug, Default)]
pub struct Reader {
    lines: Lines,
    desk: Desk,
}

/// What is known between two lines.
#[derive(Debug, Default)]
struct Desk {
    open: Option<Open>,
    /// The last lines that may announce what a goroutine is about.
    announced: Vec<String>,
    /// Frames that no header came before: some hooks print the stack first.
    loose: Vec<Frame>,
    loose_age: u32,
    /// The last error that a program ended with, and its line: a stack may follow.
    error: Option<(String, u64)>,
    /// The last line that was not empty.
    previous: String,
    primary: Primary,
    reading: Reading,
}

impl Reader {
    /// Takes the next bytes of the log.
    pub fn push(&mut self, bytes: &[u8]) {
        let desk = &mut self.desk;
        desk.reading.digest = bytes.iter().fold(desk.reading.digest, |digest, byte| {
            (digest ^ u64::from(*byte)).wrapping_mul(DIGEST_FACTOR).wrapping_add(1)
        });
        self.lines.push(bytes, &mut |line, number| desk.take(line, number));
    }

    /// Ends the log and hands on what was in it.
    #[must_use]
    pub fn finish(mut self) -> Reading {
        let desk = &mut self.desk;
        self.lines.finish(&mut |line, number| desk.take(line, number));
        self.desk.close();
        self.desk.reading.primary =
            self.desk.primary.index().filter(|index| *index < self.desk.reading.occurrences.len());
        self.desk.reading
    }
}

/// Reads a whole log.
#[must_use]
pub fn read(log: &[u8]) -> Reading {
    let mut reader = Reader::default();
    reader.push(log);
    reader.finish()
}

impl Desk {
    fn take(&mut self, line: &str, number: u64) {
        self.reading.lines = number;
        let may_be_record = line.trim_end().ends_with('}') && (self.open.is_some() || is_marked(line));
        match may_be_record.then(|| record(line)).flatten() {
            Some(Record::Report(report)) => {
                self.close();
                self.add(from_report(*report, number));
            }
            Some(Record::Lines(lines)) => lines.iter().for_each(|line| self.take_piece(line, number)),
            None => self.take_plain(line, number),
        }
    }

    fn take_plain(&mut self, line: &str, number: u64) {
        match pieces(line) {
            Some(pieces) => pieces.iter().for_each(|piece| self.take_piece(piece, number)),
            None => self.take_piece(line, number),
        }
    }

    fn take_piece(&mut self, line: &str, number: u64) {
        if is_marked(line)
            && let Some(open) = begun(line, number)
            && !self.is_part_of_open(&open, line)
        {
            self.close();
            self.open = Some(self.with_loose_frames(open));
            return;
        }
        if let Some(step) = self.open.as_mut().map(|open| step(open, line)) {
            match step {
                Step::Taken => return,
                Step::Stray => {}
                Step::Ended => self.close(),
            }
        }
        self.take_idle(line, number);
    }

    /// Whether what seems to begin belongs to the report that is open.
    fn is_part_of_open(&self, next: &Open, line: &str) -> bool {
        let Some(open) = &self.open else { return false };
        let is_go_chain =
            open.phase == Phase::GoMessage && line.starts_with([' ', '\t']) && next.occurrence.language == Language::Go;
        let is_overflow = open.occurrence.kind == Kind::StackOverflow && next.occurrence.kind == Kind::StackOverflow;
        let is_go_overflow = is_overflow && open.occurrence.language == next.occurrence.language;
        let is_nested = matches!(open.phase, Phase::QuotedMessage(_)) && next.occurrence.thread.is_none();
        let is_compilers = open.phase == Phase::LabelledMessage && next.occurrence.place.is_none();
        is_go_chain || is_go_overflow || is_nested || is_compilers
    }

    /// A line outside of all reports: it may announce one, or be a part of a stack that comes first.
    fn take_idle(&mut self, line: &str, number: u64) {
        if self.open.is_none() {
            let begun = go::goroutine(line, &self.announced, &self.previous, number)
                .or_else(|| go::places_first(line, &self.announced, number));
            if begun.is_some() {
                self.announced.clear();
                self.open = begun;
                return;
            }
        }
        if self.begin_error(line, number) {
            return;
        }
        self.gather_loose(line);
        if !line.trim().is_empty() {
            self.previous.clear();
            self.previous.push_str(&line[..line.floor_char_boundary(MESSAGE_BYTES_MAX)]);
        }
        let has_words = line.contains("anic") || line.contains("PANIC") || line.contains("runtime error: ");
        if has_words {
            self.announced.clear();
        }
        if has_words || !self.announced.is_empty() {
            self.announced.push(line.to_owned());
            if self.announced.len() > ANNOUNCED_MAX {
                self.announced.clear();
            }
        }
    }

    /// `Error: …`, its causes, and `Stack backtrace:`, as a program writes that ends with an error.
    fn begin_error(&mut self, line: &str, number: u64) -> bool {
        if let Some(message) = line.trim_start().strip_prefix("Error: ") {
            let end = message.floor_char_boundary(MESSAGE_BYTES_MAX);
            self.error = Some((message[..end].to_owned(), number));
        }
        let is_stack = self.open.is_none() && line.trim() == "Stack backtrace:";
        let begun = self.error.take_if(|(_, begun)| is_stack && number - *begun <= ERROR_LINES_MAX);
        let Some((message, begun)) = begun else { return false };
        let occurrence = Occurrence::new(Language::Rust, Kind::Error, message, begun);
        self.open = Some(Open::new(occurrence, "", Phase::Stack));
        true
    }

    fn gather_loose(&mut self, line: &str) {
        match stack_line(line) {
            Some(StackLine::Frame(number, frame)) => {
                if number == 0 {
                    self.loose.clear();
                }
                if self.loose.len() < FRAMES_MAX {
                    self.loose.push(frame);
                }
                self.loose_age = 0;
            }
            Some(StackLine::At(place)) => rust::put_place(self.loose.last_mut(), place),
            None => {
                self.loose_age += 1;
                if self.loose_age > STRAYS_MAX / 2 {
                    self.loose.clear();
                }
            }
        }
    }

    fn with_loose_frames(&mut self, mut open: Open) -> Open {
        if open.occurrence.language == Language::Rust && open.occurrence.kind == Kind::Panic {
            open.occurrence.frames = std::mem::take(&mut self.loose);
        }
        self.loose.clear();
        self.announced.clear();
        open
    }

    fn close(&mut self) {
        let Some(mut open) = self.open.take() else { return };
        match open.phase {
            Phase::QuotedMessage(_) | Phase::PlainMessage => rust::end_message(&mut open),
            _ => go::end(&mut open),
        }
        open.close().for_each(|occurrence| self.add(occurrence));
    }

    fn add(&mut self, mut occurrence: Occurrence) {
        if let Some(last) = self.reading.occurrences.last_mut() {
            // The compiler's own words are the message of the panic that follows them.
            let is_compilers = last.context.contains_key("compiler") && occurrence.message.starts_with("Box<");
            if is_compilers && last.frames.is_empty() {
                last.frames = occurrence.frames;
                last.thread = occurrence.thread;
                last.place = last.place.take().or(occurrence.place);
                return;
            }
            if is_told_again(last, &occurrence) {
                let line = last.line;
                *last = Occurrence { line, consequence: last.consequence, ..occurrence };
                self.primary.see_again(last);
                return;
            }
        }
        self.primary.see(&mut occurrence);
        if self.reading.occurrences.len() < OCCURRENCES_MAX {
            self.reading.occurrences.push(occurrence);
        } else {
            self.reading.left_out += 1;
        }
    }
}

/// Whether the second one tells the first one again, and more of it: a title and the text under it, a remark and the report.
fn is_told_again(first: &Occurrence, second: &Occurrence) -> bool {
    let is_same = first.language == second.language && first.kind == second.kind && first.count == 1;
    let is_less = first.frames.is_empty() && (first.thread.is_none() || first.thread == second.thread);
    let has_same_place = first.place == second.place || first.place.is_none();
    let is_bare = first.place.is_none();
    let has_same_message = first.message == second.message
        || (first.message.is_empty() && first.place.is_some())
        || (is_bare && begins_alike(&first.message, &second.message));
    let tells_more =
        !second.frames.is_empty() || first.message.is_empty() || (first.place.is_none() && second.place.is_some());
    is_same && is_less && has_same_place && has_same_message && tells_more
}

/// Whether two messages begin with the same words.
fn begins_alike(first: &str, second: &str) -> bool {
    let words = |text: &str| {
        let text = text.replace("runtime error: ", "").to_lowercase();
        let words = text.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty());
        words.take(ALIKE_WORDS).map(str::to_owned).collect::<Vec<_>>()
    };
    let (first, second) = (words(first), words(second));
    let common = first.len().min(second.len());
    common >= 2 && first[..common] == second[..common]
}

fn begun(line: &str, number: u64) -> Option<Open> {
    race::begun(line, number)
        .or_else(|| native::begun(line, number))
        .or_else(|| rust::begun(line, number))
        .or_else(|| go::begun(line, number))
}

fn step(open: &mut Open, line: &str) -> Step {
    let stripped = open.prefix.stripped(line);
    let had_prefix = stripped.is_some();
    let line = open.prefix.unquoted(stripped.unwrap_or(line));
    let line = line.as_ref();
    match open.phase {
        Phase::QuotedMessage(_) | Phase::PlainMessage | Phase::LabelledMessage | Phase::Stack => {
            rust::step(open, line, had_prefix)
        }
        Phase::GoMessage | Phase::GoStack | Phase::PlacesFirst | Phase::OtherGoroutines => {
            go::step(open, line, had_prefix)
        }
        Phase::Accesses(begun) => race::step(open, begun, line),
        Phase::Tail => Step::Ended,
    }
}

/// A report of the probe's hook as an occurrence.
fn from_report(report: PanicReport, number: u64) -> Occurrence {
    let mut occurrence = Occurrence::new(Language::Rust, Kind::Panic, report.message, number);
    occurrence.thread = Some(report.thread).filter(|name| !name.is_empty());
    occurrence.place = report.location.map(|location| Place {
        file: location.file,
        line: Some(location.line),
        column: Some(location.column).filter(|column| *column > 0),
    });
    occurrence.frames = report.frames.iter().take(FRAMES_MAX).map(|frame| frame_of_report(frame)).collect();
    occurrence.context = report.context;
    occurrence.count = report.count;
    if let Some(operation) = report.operation {
        occurrence.context.insert("operation".to_owned(), operation);
    }
    occurrence
}

fn frame_of_report(text: &str) -> Frame {
    match stack_line(&format!("0: {text}")) {
        Some(StackLine::Frame(_, frame)) => frame,
        _ => Frame { function: text.to_owned(), file: None, line: None },
    }
}
