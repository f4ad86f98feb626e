//! Takes the words around a Go panic, hands on the message itself: without the runtime's marks, and out of the sentence that a
//! recovering handler put around it.

use super::occurrence::Kind;

/// The message without the runtime's marks about what became of it.
pub(super) fn without_marks(message: &str) -> &str {
    let message = message.trim();
    [" [recovered, repanicked]", " [recovered, reraised]", " [recovered]", " [repanicked]", " [goexit]"]
        .iter()
        .fold(message, |message, mark| message.strip_suffix(mark).unwrap_or(message))
        .trim_end()
}

/// What kind of break a fatal error's words tell.
pub(super) fn kind_of_fatal(message: &str) -> Kind {
    if message.contains("asleep - deadlock") {
        Kind::Deadlock
    } else if message.starts_with("stack overflow") {
        Kind::StackOverflow
    } else if ["out of memory", "cannot allocate memory", "cannot map pages"]
        .iter()
        .any(|words| message.contains(words))
    {
        Kind::AllocationFailure
    } else if message.starts_with("unexpected signal") || message == "fault" {
        Kind::Signal
    } else {
        Kind::FatalError
    }
}

/// The message of a panic that a program recovered and logged, out of the lines that it wrote before the stack; `None` if they
/// do not tell of a panic.
pub(super) fn recovered_message(lines: &[&str]) -> Option<String> {
    if let Some(text) = lines.iter().rev().find_map(|line| line.split_once("runtime error: ").map(|(_, text)| text)) {
        return Some(format!("runtime error: {}", until_end(text)));
    }
    let (index, line, at) = lines
        .iter()
        .enumerate()
        .rev()
        .find_map(|(index, line)| line.to_ascii_lowercase().rfind("panic").map(|at| (index, *line, at)))?;
    let named = ["error\": \"", "err\": \"", "panic=\"", "error=\"", "err=\"", "reason=\"", "panic\": \""]
        .iter()
        .find_map(|name| line.split_once(name).map(|(_, text)| text));
    if let Some(text) = named {
        return Some(until_quote(text).to_owned());
    }
    let rest = line.get(at + "panic".len()..).unwrap_or("");
    let said = rest.split_once(": ").map_or("", |(_, said)| said);
    let said = until_end(said.trim_matches([' ', ':', '"', '=']));
    if !said.is_empty() {
        return Some(said);
    }
    let next = lines[index + 1..].iter().rev().find(|line| !line.trim().is_empty());
    Some(next.map_or_else(String::new, |line| until_end(line.trim())))
}

/// Whether a function is a part of how the runtime raises a panic.
pub(super) fn is_raising(function: &str) -> bool {
    function == "panic"
        || function == "runtime.gopanic"
        || function == "runtime.sigpanic"
        || function.starts_with("runtime.panic")
        || function.starts_with("runtime.goPanic")
}

/// The message that a function of the runtime always raises.
pub(super) fn implied_message(function: &str) -> Option<&'static str> {
    Some(match function.strip_prefix("runtime.")? {
        "panicIndex" | "goPanicIndex" | "goPanicIndexU" | "panicindex" => "runtime error: index out of range",
        "panicmem" | "sigpanic" => "runtime error: invalid memory address or nil pointer dereference",
        "panicdivide" => "runtime error: integer divide by zero",
        "panicdottypeE" | "panicdottypeI" => "interface conversion",
        "panicmakeslicelen" => "runtime error: makeslice: len out of range",
        name if name.starts_with("goPanicSlice") || name.starts_with("panicSlice") || name == "panicslice" => {
            "runtime error: slice bounds out of range"
        }
        _ => return None,
    })
}

fn until_quote(text: &str) -> &str {
    text.split('"').next().unwrap_or(text)
}

/// Up to where the sentence around the message goes on.
fn until_end(text: &str) -> String {
    let quoted_value = text.split_once("\" (").map_or(text, |(message, _)| message);
    let ends = ["\"", " goroutine ", "\\n", "\t{", ", stack", " stack:", "]["];
    let end = ends.iter().filter_map(|end| quoted_value.find(end)).min().unwrap_or(quoted_value.len());
    let message = without_marks(quoted_value[..end].trim_end());
    let unclosed = message.matches(')').count() > message.matches('(').count();
    let message = if unclosed { message.trim_end_matches(')') } else { message };
    message.trim_end_matches([':', ',', '\\']).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_is_found_in_the_sentence_around_it() {
        for (lines, message) in [
            (
                &["E0622 7 x.go:78] Observed a panic: \"nil pointer\" (runtime error: nil pointer)"][..],
                "runtime error: nil pointer",
            ),
            (&["panic in RPC: "], ""),
            (&["Recovered from panic: the order is gone"], "the order is gone"),
            (&["2026 ERROR a panic {\"error\": \"no such key\", \"n\": 1}"], "no such key"),
            (&["[Recovery] panic recovered:", "GET / HTTP/1.1", "Host: x", "the order is gone"], "the order is gone"),
            (
                &["[Recovery] panic recovered:", "runtime error: index out of range [1] with length 0"],
                "runtime error: index out of range [1] with length 0",
            ),
        ] {
            assert_eq!(recovered_message(lines).as_deref(), Some(message), "{lines:?}");
        }
        assert_eq!(recovered_message(&["all is well"]), None);
        assert_eq!(without_marks("boom [recovered, repanicked]"), "boom");
    }
}
