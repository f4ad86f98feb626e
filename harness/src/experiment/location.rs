//! Takes a byte offset into an experiment's text, hands on the line and column that a human counts and the extent of
//! the text that stands there, so that an error can underline exactly what is wrong.

/// A stretch of an experiment's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Location {
    /// The first byte.
    pub offset: usize,
    /// The number of bytes.
    pub length: usize,
    /// The line, counted from 1.
    pub line: usize,
    /// The column in characters, counted from 1.
    pub column: usize,
}

impl Location {
    /// The key, scalar or flow collection that begins at a byte offset.
    pub fn at(text: &str, offset: usize) -> Self {
        let offset = text.floor_char_boundary(offset);
        Self::with_length(text, offset, extent(text, offset))
    }

    /// The stretch of so many bytes from a byte offset on.
    pub(super) fn with_length(text: &str, offset: usize, length: usize) -> Self {
        let offset = text.floor_char_boundary(offset);
        let before = &text[..offset];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self {
            offset,
            length: length.min(text.len() - offset),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }

    /// The text that stands here.
    pub fn text<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.offset..self.offset + self.length).unwrap_or("")
    }
}

/// How many bytes the key, scalar or flow collection at `offset` takes up; of a block collection, its first entry.
fn extent(text: &str, offset: usize) -> usize {
    let rest = &text[offset..];
    match rest.bytes().next() {
        None => 0,
        Some(quote @ (b'"' | b'\'')) => quoted_length(rest, quote),
        Some(b'{' | b'[') => bracketed_length(rest),
        Some(_) => plain_length(rest, flow_depth(&text[..offset]) > 0),
    }
}

fn line_length(rest: &str) -> usize {
    let line = rest.split(['\n', '\r']).next().unwrap_or("");
    line.trim_end().len()
}

/// The length of a quoted scalar with its quotes; a doubled or escaped quote does not end it.
fn quoted_length(rest: &str, quote: u8) -> usize {
    let bytes = rest.as_bytes();
    let mut index = 1;
    while index < bytes.len() {
        match bytes[index] {
            b'\\' if quote == b'"' => index += 1,
            byte if byte == quote && quote == b'\'' && bytes.get(index + 1) == Some(&quote) => index += 1,
            byte if byte == quote => return index + 1,
            _ => {}
        }
        index += 1;
    }
    line_length(rest)
}

/// The length of a flow collection up to its matching bracket; its first line if there is none.
fn bracketed_length(rest: &str) -> usize {
    let mut depth = 0_usize;
    let mut lexer = Lexer::new(rest);
    while let Some((index, byte)) = lexer.next_outside_quotes() {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return index + 1;
        }
    }
    line_length(rest)
}

/// The length of an unquoted key or scalar; inside brackets, commas and closing brackets end it too.
fn plain_length(rest: &str, inside_brackets: bool) -> usize {
    let line = &rest[..line_length(rest)];
    let bytes = line.as_bytes();
    let ends_at = |index: usize| match bytes[index] {
        b':' => bytes.get(index + 1).is_none_or(u8::is_ascii_whitespace),
        b'#' => index > 0 && bytes[index - 1].is_ascii_whitespace(),
        b',' | b']' | b'}' => inside_brackets,
        _ => false,
    };
    let end = (0..bytes.len()).find(|index| ends_at(*index)).unwrap_or(bytes.len());
    line[..end].trim_end().len()
}

/// How many brackets are open at the end of a text.
fn flow_depth(before: &str) -> usize {
    let mut depth = 0_usize;
    let mut lexer = Lexer::new(before);
    while let Some((_, byte)) = lexer.next_outside_quotes() {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    depth
}

/// Reads the bytes of a YAML text that stand neither in quotes nor in comments.
struct Lexer<'a> {
    text: &'a str,
    index: usize,
}

impl<'a> Lexer<'a> {
    const fn new(text: &'a str) -> Self {
        Self { text, index: 0 }
    }

    /// Whether a quote or a comment can begin here: only after a space or an indicator, not inside a word.
    fn begins_token(&self) -> bool {
        let before = self.index.checked_sub(1).and_then(|index| self.text.as_bytes().get(index));
        before.is_none_or(|byte| byte.is_ascii_whitespace() || b"{[,:".contains(byte))
    }

    fn next_outside_quotes(&mut self) -> Option<(usize, u8)> {
        loop {
            let byte = *self.text.as_bytes().get(self.index)?;
            match byte {
                b'"' | b'\'' if self.begins_token() => {
                    self.index += quoted_length(&self.text[self.index..], byte).max(1);
                }
                b'#' if self.begins_token() => self.index += line_length(&self.text[self.index..]).max(1),
                _ => {
                    self.index += 1;
                    return Some((self.index - 1, byte));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extent_is_what_a_human_would_underline() {
        for (text, start, expected) in [
            ("name: a, b # note", "a, b", "a, b"),
            ("keys: {count: 10, zipf: 1}", "10", "10"),
            ("keys: {count: 10, zipf: 1}", "{", "{count: 10, zipf: 1}"),
            ("keys: {count: 10, zipf: 1}", "count", "count"),
            ("say: 'it''s' # x", "'", "'it''s'"),
            ("say: \"a \\\" b\" # x", "\"", "\"a \\\" b\""),
            ("list: [a, ']', b]\nx: y", "[", "[a, ']', b]"),
            ("don't: {a: b}\nk: c, d", "c, d", "c, d"),
            ("open: {a: b\nnext: 1", "{", "{a: b"),
        ] {
            let location = Location::at(text, text.find(start).unwrap());
            assert_eq!(location.text(text), expected, "{text}");
        }
    }

    #[test]
    fn columns_count_characters_and_not_bytes() {
        let text = "a: 1\nmüße: größer\n";
        let location = Location::at(text, text.find("größer").unwrap());
        assert_eq!((location.line, location.column, location.text(text)), (2, 7, "größer"));
    }
}
