//! Takes a line and the prefix that the first line of a report had, hands on the line without it. Whatever writes logs puts
//! the same prefix before each line, but for its numbers: so the report's own first line teaches what to leave off.

use std::borrow::Cow;

/// What stood before the first line of a report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Prefix(String);

impl Prefix {
    /// What stood before the first line; nothing where that does not look as if it stands before each line.
    pub(super) fn new(text: &str) -> Self {
        let repeats = text.contains(|sign: char| sign.is_ascii_digit() || sign == '|')
            || text.trim_end().ends_with(']')
            || !text.contains(char::is_alphanumeric);
        Self(if repeats { text.to_owned() } else { String::new() })
    }

    /// Whether what follows stands in a quote.
    pub(super) fn opens_quote(&self) -> bool {
        self.0.ends_with("=\"")
    }

    /// The line without the quote that ends it and without escapes, if the prefix has opened a quote: `msg="…"`.
    pub(super) fn unquoted<'a>(&self, line: &'a str) -> Cow<'a, str> {
        if !self.opens_quote() {
            return Cow::Borrowed(line);
        }
        let line = line.strip_suffix('"').unwrap_or(line);
        if line.contains('\\') {
            Cow::Owned(line.replace("\\t", "\t").replace("\\\"", "\""))
        } else {
            Cow::Borrowed(line)
        }
    }

    /// Whether a line without the prefix belongs to something else: where several programs write, each has its own; a logger
    /// that writes several lines at once has it before the first one only.
    pub(super) fn is_of_many(&self) -> bool {
        self.0.contains('|')
    }

    /// The line without the prefix, if it has one of the same shape.
    pub(super) fn stripped<'a>(&self, line: &'a str) -> Option<&'a str> {
        let shape = self.0.trim();
        let mut expected = shape.chars().peekable();
        // Numbers before a line may be set flush right.
        let mut rest = if shape.is_empty() { line } else { line.trim_start() };
        while let Some(sign) = expected.next() {
            if sign.is_ascii_digit() {
                while expected.next_if(char::is_ascii_digit).is_some() {}
                let trimmed = rest.trim_start_matches(|digit: char| digit.is_ascii_digit());
                if trimmed.len() == rest.len() {
                    return None;
                }
                rest = trimmed;
            } else {
                rest = rest.strip_prefix(sign)?;
            }
        }
        let spaces = self.0.len() - self.0.trim_end().len();
        Some(spaces_off(rest, spaces))
    }
}

fn spaces_off(rest: &str, spaces: usize) -> &str {
    let found = rest.bytes().take(spaces).take_while(|byte| *byte == b' ' || *byte == b'\t').count();
    &rest[found..]
}

/// Whether a text before a header is what log writers, mail and Markdown put before a line, and no sentence.
pub(super) fn is_log_prefix(text: &str) -> bool {
    let text = text.trim();
    if text.is_empty() {
        return true;
    }
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number
        || text.ends_with(['|', ']', '>', '}', '='])
        || text.ends_with("=\"")
        || text.chars().all(|sign| !sign.is_alphanumeric())
    {
        return true;
    }
    let has_time = text.as_bytes().windows(3).any(|three| {
        three[0].is_ascii_digit()
            && (three[1] == b':' || three[1] == b'-' || three[1] == b'/')
            && three[2].is_ascii_digit()
    });
    let last = text.split_whitespace().next_back().unwrap_or("");
    let is_level = LEVELS.contains(&last.trim_matches([':', '[', ']', '-']).to_ascii_lowercase().as_str());
    let ends_in_value = last.contains(|sign: char| sign.is_ascii_digit()) || last.ends_with([':', ']', ')']);
    // `etcd: panic: …` names who says it.
    (has_time && ends_in_value) || is_level || text.ends_with(':')
}

const LEVELS: [&str; 16] = [
    "error", "err", "fatal", "warn", "warning", "info", "debug", "critical", "crit", "panic", "stderr", "stdout", "f",
    "p", "erro", "trace",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_teaches_the_prefix_of_the_others() {
        let prefix = Prefix::new("2026-01-02T03:04:05.123Z api_1  | ");
        assert_eq!(prefix.stripped("2026-01-02T03:04:05.9Z api_1  | \t/x.go:1"), Some("\t/x.go:1"));
        assert_eq!(prefix.stripped("2026-01-02T03:04:05.9Z api_1  |"), Some(""));
        assert_eq!(prefix.stripped("db_1 | ready"), None);
        assert_eq!(Prefix::new("  9 ").stripped(" 10 \tx"), Some("\tx"));
        assert_eq!(Prefix::new("    ").stripped("      deeper"), Some("  deeper"));
        assert_eq!(Prefix::new("> ").stripped(">"), Some(""));
    }

    #[test]
    fn prefixes_are_told_from_sentences() {
        for prefix in [
            "",
            "> ",
            "app_1 | ",
            "2026/01/02 03:04:05 ",
            "E0102 03:04:05.1 7 x.go:78] ",
            "14873 ",
            "level=error msg=\"",
            "[err] ",
            "ERROR: ",
        ] {
            assert!(is_log_prefix(prefix), "{prefix}");
        }
        for prefix in ["the message is ", "don't ", "kernel ", "E0102 03:04:05.1 7 x.go:78] Observed a "] {
            assert!(!is_log_prefix(prefix), "{prefix}");
        }
    }
}
