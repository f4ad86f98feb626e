//! A report that has begun and is not at its end: what was read of it, and what its next lines are taken for.

use super::occurrence::{MESSAGE_BYTES_MAX, Occurrence};
use super::prefix::Prefix;

/// What the next lines of a report are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Phase {
    /// Text up to a quote with a place behind it, as Rust wrote before 1.73.
    QuotedMessage(char),
    /// Lines of a Rust message, until a note, a stack or something else.
    PlainMessage,
    /// `Message:` and `Location:`, or other labels of a hook's own form.
    LabelledMessage,
    /// A Rust stack, or a sanitizer's.
    Stack,
    /// Lines of a Go message, until a goroutine or something else.
    GoMessage,
    /// The frames of the goroutine that broke.
    GoStack,
    /// Frames whose places come before their functions, as some recovering handlers print them.
    PlacesFirst,
    /// The other goroutines.
    OtherGoroutines,
    /// The accesses of a race report: how many have begun.
    Accesses(u32),
    /// Nothing more is expected but what an abort adds.
    Tail,
}

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// It belongs to the report.
    Taken,
    /// It belongs to something else that was written in between.
    Stray,
    /// The report has ended before it.
    Ended,
}

/// So many lines may be taken for a message before it is known to be one.
pub(super) const MESSAGE_LINES_MAX: usize = 48;
/// So many lines of something else in a row end a stack.
pub(super) const STRAYS_MAX: u32 = 24;

/// A report that has begun.
#[derive(Debug, Clone)]
pub(super) struct Open {
    pub(super) occurrence: Occurrence,
    pub(super) prefix: Prefix,
    pub(super) phase: Phase,
    /// Lines that are a part of the message if the report goes on as it should.
    pub(super) tentative: Vec<String>,
    /// How many lines in a row belonged to something else.
    pub(super) strays: u32,
    /// The panics that Go chained to this one.
    pub(super) chained: Vec<Occurrence>,
}

impl Open {
    pub(super) fn new(occurrence: Occurrence, prefix: &str, phase: Phase) -> Self {
        Self { occurrence, prefix: Prefix::new(prefix), phase, tentative: Vec::new(), strays: 0, chained: Vec::new() }
    }

    /// Counts a line of something else; too many in a row end the report.
    pub(super) fn stray(&mut self) -> Step {
        self.strays += 1;
        if self.strays > STRAYS_MAX { Step::Ended } else { Step::Stray }
    }

    /// Whether a line was written by something else.
    pub(super) fn is_foreign(&self, line: &str, had_prefix: bool) -> bool {
        !had_prefix && (self.prefix.is_of_many() || looks_logged(line))
    }

    /// Keeps a line that may belong to the message. Tells whether there is room.
    pub(super) fn keep_tentative(&mut self, line: &str) -> bool {
        let bytes: usize = self.tentative.iter().map(String::len).sum();
        let has_room = self.tentative.len() < MESSAGE_LINES_MAX && bytes + line.len() <= 4 * MESSAGE_BYTES_MAX;
        if has_room {
            self.tentative.push(line.to_owned());
        }
        has_room
    }

    /// Adds lines to the message, each on a line of its own.
    pub(super) fn add_to_message(&mut self, lines: impl IntoIterator<Item = String>) {
        let message = &mut self.occurrence.message;
        for line in lines {
            if message.len() >= MESSAGE_BYTES_MAX {
                break;
            }
            if !message.is_empty() {
                message.push('\n');
            }
            message.push_str(line.trim_end());
        }
    }

    /// The occurrences of the report, the one that began it first.
    pub(super) fn close(mut self) -> impl Iterator<Item = Occurrence> {
        let message = self.occurrence.message.trim();
        let message = if self.prefix.opens_quote() { message.strip_suffix('"').unwrap_or(message) } else { message };
        let message = message[..message.floor_char_boundary(MESSAGE_BYTES_MAX)].to_owned();
        self.occurrence.message = message;
        std::iter::once(self.occurrence).chain(self.chained)
    }
}

/// Whether a line begins as loggers begin theirs.
fn looks_logged(line: &str) -> bool {
    let text = line.trim_start_matches('[').as_bytes();
    let digits = |from: usize, to: usize| text[from..to].iter().all(u8::is_ascii_digit);
    let is_date = text.len() > 10 && digits(0, 4) && matches!(text[4], b'-' | b'/') && digits(5, 7);
    let is_time = text.len() > 8 && digits(0, 2) && text[2] == b':' && digits(3, 5) && text[5] == b':';
    is_date || is_time
}
