//! Takes a line, hands on the lines that it was before something joined them: a logger that writes `\n` for a line end, or a form
//! that puts spaces in their place.

/// A line with one of these may belong to a report.
const MARKS: [&str; 23] = [
    "panic",
    "PANIC",
    "Panic",
    "goroutine ",
    "fatal error: ",
    "DATA RACE",
    "data race",
    "has overflowed its stack",
    "memory allocation of ",
    "fatal runtime error: ",
    "SIG",
    "Segmentation fault",
    "ERROR: ",
    "internal compiler error",
    "Undefined Behavior",
    "backtrace",
    "free()",
    "corrupt",
    "runtime error: ",
    "munmap_chunk",
    "malloc(",
    "\"can_unwind\"",
    "(thread ",
];
/// A line is cut into no more pieces than a stack has lines.
const PIECES_MAX: usize = 512;

/// Whether a line may begin a report.
pub(super) fn is_marked(line: &str) -> bool {
    MARKS.iter().any(|mark| line.contains(mark))
}

/// The lines that this one was, if it was several.
pub(super) fn pieces(line: &str) -> Option<Vec<String>> {
    if line.contains("\\n") && is_marked(line) {
        return Some(unescaped(line).lines().take(PIECES_MAX).map(str::to_owned).collect());
    }
    let is_stack = line.contains("stack backtrace: ") || (line.contains("]: ") && line.contains("goroutine "));
    let has_note = line.contains(" note: run with `RUST_BACKTRACE") || line.contains(" [signal SIG");
    (is_stack || has_note).then(|| apart(line))
}

/// The text with its escapes undone, twice where a log holds another log's line.
fn unescaped(line: &str) -> String {
    let once = unescaped_once(line);
    if once.contains("\\n") && !once.contains('\n') { unescaped_once(&once) } else { once }
}

fn unescaped_once(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut signs = line.chars().peekable();
    while let Some(sign) = signs.next() {
        let escaped = (sign == '\\').then(|| signs.peek().copied()).flatten();
        let plain = match escaped {
            Some('n') => '\n',
            Some('t') => '\t',
            Some('r') => '\r',
            Some(same @ ('"' | '\'' | '\\')) => same,
            _ => {
                text.push(sign);
                continue;
            }
        };
        signs.next();
        text.push(plain);
    }
    text
}

/// Cuts where the lines of a stack begin.
fn apart(line: &str) -> Vec<String> {
    let mut starts = vec![0];
    for mark in [
        " note: run with `RUST_BACKTRACE",
        " stack backtrace:",
        " goroutine ",
        " [signal SIG",
        " created by ",
        " exit status ",
    ] {
        starts.extend(line.match_indices(mark).map(|(at, _)| at + 1));
    }
    starts.extend(line.match_indices("]: ").map(|(at, _)| at + 3));
    starts.extend(after_offsets(line));
    if let Some(stack) = line.find("stack backtrace:") {
        starts.extend(frame_starts(line, stack));
    }
    starts.sort_unstable();
    starts.dedup();
    starts.truncate(PIECES_MAX);
    let ends = starts[1..].iter().copied().chain([line.len()]);
    starts.iter().zip(ends).map(|(start, end)| line[*start..end].trim_end().to_owned()).collect()
}

/// Behind each `+0x1d ` another function begins.
fn after_offsets(line: &str) -> impl Iterator<Item = usize> + '_ {
    line.match_indices(" +0x").filter_map(|(at, mark)| {
        let tail = &line[at + mark.len()..];
        let digits = tail.bytes().take_while(u8::is_ascii_hexdigit).count();
        let rest = &tail[digits..];
        (rest.starts_with(' ') && !rest.starts_with(" fp=")).then_some(at + mark.len() + digits + 1)
    })
}

/// Where ` 0: `, ` 1: ` and so on stand, in this order.
fn frame_starts(line: &str, from: usize) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut at = from;
    while let Some(found) = line[at..].find(&format!(" {}: ", starts.len())) {
        starts.push(at + found + 1);
        at += found + 1;
        if starts.len() >= PIECES_MAX {
            break;
        }
    }
    starts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_lines_come_apart() {
        let escaped = r#"level=error msg="panic: boom\n\ngoroutine 7 [running]:\nmain.f()\n\t/x.go:1 +0x1""#;
        let pieces_of = |line| pieces(line).unwrap();
        assert_eq!(pieces_of(escaped)[2..], ["goroutine 7 [running]:", "main.f()", "\t/x.go:1 +0x1\""]);
        let spaced =
            "panic: boom goroutine 1 [running]: main.f() /srv/x.go:5 +0x39 main.main() /srv/x.go:9 +0x1 exit status 2";
        let expected = [
            "panic: boom",
            "goroutine 1 [running]:",
            "main.f() /srv/x.go:5 +0x39",
            "main.main() /srv/x.go:9 +0x1",
            "exit status 2",
        ];
        assert_eq!(pieces_of(spaced), expected);
        let rust = "thread 'a' panicked at x.rs:1:2: boom stack backtrace: 0: core::f 1: app::g at x.rs:1:2";
        assert_eq!(pieces_of(rust)[1..], ["stack backtrace:", "0: core::f", "1: app::g at x.rs:1:2"]);
        assert_eq!(pieces(r"C:\new folder"), None);
    }
}
