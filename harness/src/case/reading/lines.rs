//! Takes bytes as they come, hands on lines of text: of bounded length, without bytes that are no text, without what
//! steers a terminal.

/// A longer line is cut: a stack inside a JSON string fits, a log without line ends does not.
const LINE_BYTES_MAX: usize = 1 << 20;

/// Cuts a stream into lines. Where the stream is split between two calls makes no difference.
#[derive(Debug, Default)]
pub(super) struct Lines {
    partial: Vec<u8>,
    number: u64,
}

impl Lines {
    /// Takes the next bytes; `take` gets each line that they complete, with its number.
    pub(super) fn push(&mut self, mut bytes: &[u8], take: &mut impl FnMut(&str, u64)) {
        while let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
            self.keep(&bytes[..end]);
            self.complete(take);
            bytes = &bytes[end + 1..];
        }
        self.keep(bytes);
    }

    /// Hands on the last line, if it has no line end.
    pub(super) fn finish(&mut self, take: &mut impl FnMut(&str, u64)) {
        if !self.partial.is_empty() {
            self.complete(take);
        }
    }

    fn keep(&mut self, bytes: &[u8]) {
        let room = LINE_BYTES_MAX.saturating_sub(self.partial.len());
        self.partial.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    fn complete(&mut self, take: &mut impl FnMut(&str, u64)) {
        self.number += 1;
        // Text of two bytes a character, as some shells write it, becomes readable without its zeros.
        if self.partial.contains(&0) {
            self.partial.retain(|byte| *byte != 0);
        }
        let text = String::from_utf8_lossy(&self.partial);
        // Some editors and pagers write the sign out.
        let line = text.trim_end_matches('\r').trim_end_matches("^M");
        if line.contains('\u{1b}') {
            take(&without_escapes(line), self.number);
        } else {
            take(line, self.number);
        }
        self.partial.clear();
    }
}

/// Leaves off the sequences that colour and steer a terminal.
fn without_escapes(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(start) = rest.find('\u{1b}') {
        plain.push_str(&rest[..start]);
        rest = after_escape(&rest[start + 1..]);
    }
    plain.push_str(rest);
    plain
}

fn after_escape(rest: &str) -> &str {
    let end = match rest.chars().next() {
        Some('[') => rest[1..].find(|letter: char| ('@'..='~').contains(&letter)).map(|end| end + 2),
        Some(']') => rest.find('\u{7}').map(|end| end + 1).or_else(|| rest.find("\u{1b}\\").map(|end| end + 2)),
        Some(letter) => Some(letter.len_utf8()),
        None => None,
    };
    end.map_or("", |end| &rest[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(parts: &[&[u8]]) -> Vec<(String, u64)> {
        let mut lines = Lines::default();
        let mut read = Vec::new();
        let mut take = |line: &str, number| read.push((line.to_owned(), number));
        parts.iter().for_each(|part| lines.push(part, &mut take));
        lines.finish(&mut take);
        read
    }

    #[test]
    fn lines_are_the_same_wherever_the_stream_is_split() {
        let expected = [("one", 1), ("", 2), ("three", 3)].map(|(line, number)| (line.to_owned(), number));
        assert_eq!(lines(&[b"one\r\n\nthree"]), expected);
        assert_eq!(lines(&[b"on", b"e", b"\r", b"\n\n", b"three"]), expected);
    }

    #[test]
    fn colours_zeros_and_broken_characters_do_not_hide_the_text() {
        assert_eq!(lines(&[b"\x1b[31mred\x1b[0m \x1b]0;title\x07end"])[0].0, "red end");
        assert_eq!(lines(&[b"\xff\xfep\0a\0n\0"])[0].0, "\u{fffd}\u{fffd}pan");
    }

    #[test]
    fn a_log_without_line_ends_is_cut_and_not_kept() {
        let part = vec![b'x'; LINE_BYTES_MAX / 2 + 1];
        let read = lines(&[&part, &part, &part, b"\nnext"]);
        assert_eq!((read[0].0.len(), read[1].0.as_str()), (LINE_BYTES_MAX, "next"));
    }
}
