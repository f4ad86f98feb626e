//! Takes one line of a backtrace as Rust programs, sanitizers and debuggers print it, hands on the frame or the place.

use super::occurrence::{Frame, Place};
use super::place::{place_at_start, whole_place};

/// What a line of a backtrace is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum StackLine {
    /// A frame with its number.
    Frame(u32, Frame),
    /// Where the frame before it is.
    At(Place),
}

/// The line as part of a backtrace.
pub(super) fn stack_line(line: &str) -> Option<StackLine> {
    let line = line.trim();
    if let Some(place) = line.strip_prefix("at ") {
        let place = place.trim_start_matches("./");
        return match whole_place(place) {
            Some(place) => Some(StackLine::At(place)),
            None if place.starts_with('<') => Some(StackLine::At(Place::default())),
            None => None,
        };
    }
    numbered(line).or_else(|| hashed(line))
}

/// `12: name`, `12: 0x55… - name`, `12: name at src/x.rs:1:2`, `12: name (src/x.rs:1)`, and `12  module  0x55…  name + 7`.
fn numbered(line: &str) -> Option<StackLine> {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let number = line[..digits].parse().ok()?;
    let rest = &line[digits..];
    if let Some(rest) = rest.strip_prefix(':') {
        let rest = rest.strip_prefix(char::is_whitespace)?.trim_start();
        let name = without_address(rest);
        return looks_like_function(name).then(|| StackLine::Frame(number, frame(name)));
    }
    // A crash report of a desktop: number, module, address, name.
    let mut words = rest.strip_prefix(char::is_whitespace)?.split_whitespace();
    let (_module, address) = (words.next()?, words.next()?);
    address.strip_prefix("0x").filter(|hex| hex.len() >= 4)?;
    let name = words.collect::<Vec<_>>().join(" ");
    let name = name.trim_start_matches("[inlined] ");
    let name = name.split(" + ").next().unwrap_or(name);
    looks_like_function(name).then(|| StackLine::Frame(number, frame(name)))
}

/// `#3 0x55… in name /src/x.rs:1:2`, and `#3  0x55… in name () at src/x.rs:1`.
fn hashed(line: &str) -> Option<StackLine> {
    let rest = line.trim_start_matches("* ").trim_start_matches("frame ").strip_prefix('#')?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let number = rest[..digits].parse().ok()?;
    let rest = rest[digits..].trim_start_matches(':').trim_start();
    let rest = if rest.starts_with("0x") { rest.split_once(char::is_whitespace)?.1.trim_start() } else { rest };
    let rest = rest.strip_prefix("in ").unwrap_or(rest);
    (!rest.is_empty()).then(|| StackLine::Frame(number, frame(rest)))
}

fn without_address(rest: &str) -> &str {
    let Some(tail) = rest.strip_prefix("0x") else { return rest };
    let digits = tail.bytes().take_while(u8::is_ascii_hexdigit).count();
    let tail = tail[digits..].trim_start();
    tail.strip_prefix("- ").or_else(|| tail.strip_prefix("-")).map_or(tail, str::trim_start)
}

/// Whether a text can be a function's name: a numbered list in prose is no backtrace.
fn looks_like_function(name: &str) -> bool {
    let head = name.split(" at ").next().unwrap_or(name);
    let head = head.split(" (").next().unwrap_or(head).trim();
    if head.is_empty() {
        return false;
    }
    let is_generic = head.contains("::") || head.starts_with(['<', '_', '{']);
    is_generic
        || (!head.contains(' ') && head.chars().all(|sign| sign.is_alphanumeric() || "_@.$!*+<>-:/()".contains(sign)))
}

/// A frame from a name with its place behind it, in any of the forms.
fn frame(text: &str) -> Frame {
    let text = text.trim();
    let (name, place) = split_place(text);
    let name = name.trim().trim_end_matches("()").trim();
    let function = rustc_demangle::demangle(name.split(' ').next().unwrap_or(name));
    let function = if name.contains("::") || name.contains(' ') { name.to_owned() } else { function.to_string() };
    Frame { function, file: place.as_ref().map(|place| place.file.clone()), line: place.and_then(|place| place.line) }
}

fn split_place(text: &str) -> (&str, Option<Place>) {
    for mark in [" at ", " (", " /", " ./"] {
        let Some(start) = text.rfind(mark) else { continue };
        let tail = text[start..].trim_start_matches([' ', '(']).trim_start_matches("at ").trim_end_matches(')');
        if let Some((place, length)) = place_at_start(tail)
            && tail[length..].trim().is_empty()
        {
            return (&text[..start], Some(place));
        }
    }
    let last = text.rsplit_once(' ').and_then(|(name, last)| Some((name, whole_place(last)?)));
    last.map_or((text, None), |(name, place)| (name, Some(place)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_all_printers_are_read() {
        for (line, number, function, place) in [
            ("   0: app::work", 0, "app::work", None),
            (
                "  17:     0x55d0c0ffee10 - <app::Guard as core::ops::drop::Drop>::drop::h0011223344556677",
                17,
                "<app::Guard as core::ops::drop::Drop>::drop::h0011223344556677",
                None,
            ),
            ("   3: 0x7ff7d7e8e962 - <unknown>", 3, "<unknown>", None),
            ("   3: app::f at ./src/x.rs:3:4", 3, "app::f", Some(("./src/x.rs", 3))),
            ("   3: app::f (src/x.rs:3)", 3, "app::f", Some(("src/x.rs", 3))),
            ("    #1 0x55d0 in app::f::h0 /src/x.rs:9:1", 1, "app::f::h0", Some(("/src/x.rs", 9))),
            ("#4  0x0000 in app::f () at src/x.rs:9", 4, "app::f", Some(("src/x.rs", 9))),
            ("7   app   0x0000000104a2   app::f + 20", 7, "app::f", None),
            ("   2: _ZN3app4work17h0123456789abcdefE", 2, "app::work::h0123456789abcdef", None),
        ] {
            let Some(StackLine::Frame(found, frame)) = stack_line(line) else { panic!("{line}") };
            assert_eq!((found, frame.function.as_str()), (number, function), "{line}");
            assert_eq!(frame.file.as_deref().zip(frame.line), place, "{line}");
        }
        assert!(matches!(stack_line("      at /rustc/59/x.rs:127:5"), Some(StackLine::At(_))));
        for prose in ["1: first open the door", "at the end", "2 apples", "", "12:30 began"] {
            assert_eq!(stack_line(prose), None, "{prose}");
        }
    }
}
