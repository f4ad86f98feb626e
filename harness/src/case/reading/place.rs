//! Takes text, hands on the place in source code that it begins with, and what the line's prefix is.

use super::occurrence::Place;

/// No path of source code is longer.
const PATH_BYTES_MAX: usize = 1_024;

/// The place that `text` begins with, such as `src/map.rs:12:5`, and its length.
pub(super) fn place_at_start(text: &str) -> Option<(Place, usize)> {
    let mut from = 0;
    while let Some(colon) = text[from..].find(':').map(|found| from + found) {
        if colon > PATH_BYTES_MAX {
            return None;
        }
        if let Some((line, after_line)) = number(&text[colon + 1..]) {
            let path = &text[..colon];
            if !is_path(path) {
                return None;
            }
            let end = colon + 1 + after_line;
            let column = text[end..].strip_prefix(':').and_then(number);
            let length = column.map_or(end, |(_, digits)| end + 1 + digits);
            let place = Place { file: path.to_owned(), line: Some(line), column: column.map(|(column, _)| column) };
            return Some((place, length));
        }
        from = colon + 1;
    }
    None
}

/// The place that is all of `text`, but for a sign at its end.
pub(super) fn whole_place(text: &str) -> Option<Place> {
    let text = text.trim();
    let (place, length) = place_at_start(text)?;
    text[length..].trim_start_matches([':', ',', '.', ')', '`', '\'', '"']).trim().is_empty().then_some(place)
}

fn number(text: &str) -> Option<(u32, usize)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    text[..digits].parse().ok().map(|number| (number, digits))
}

fn is_path(path: &str) -> bool {
    let has_form = path.contains(['/', '\\']) || path.contains('.') || path.starts_with('<');
    let is_clean = !path.contains(['\'', '"', '\n', '\t', '`', '(', ';', '{']) && !path.contains("  ");
    has_form
        && is_clean
        && !path.starts_with(char::is_whitespace)
        && path.len() <= PATH_BYTES_MAX
        && !path.contains(", ")
        && path.chars().any(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_told_from_times_and_prose() {
        for (text, file, line, column, rest) in [
            ("src/x.rs:1:2:", "src/x.rs", 1, Some(2), ":"),
            ("C:\\a b\\x.rs:7:21: why", "C:\\a b\\x.rs", 7, Some(21), ": why"),
            ("/go/src/x.go:40 +0x1d", "/go/src/x.go", 40, None, " +0x1d"),
        ] {
            let (place, length) = place_at_start(text).unwrap();
            assert_eq!((place.file.as_str(), place.line, place.column), (file, Some(line), column), "{text}");
            assert_eq!(&text[length..], rest);
        }
        for text in ["12:30:15 today", "it said: src/x.rs", "", "a: 1", "called f, src/x.rs:1"] {
            assert_eq!(place_at_start(text), None, "{text}");
        }
        assert!(whole_place("src/x.rs:1:2").is_some() && whole_place("src/x.rs:1:2 and more").is_none());
    }
}
