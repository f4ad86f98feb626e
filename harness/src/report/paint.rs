//! Colours for a terminal, or none; and hostile text made harmless.

use squall_model::Verdict;
use std::borrow::Cow;

/// Puts texts into colours, if it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paint {
    /// Whether colours are written.
    pub colours: bool,
}

impl Paint {
    /// A text in bold.
    #[must_use]
    pub fn bold(self, text: &str) -> String {
        self.wrap("1", text)
    }

    /// A text that is less important than its surroundings.
    #[must_use]
    pub fn dim(self, text: &str) -> String {
        self.wrap("2", text)
    }

    /// A text in the colour of a verdict.
    #[must_use]
    pub fn verdict(self, verdict: Verdict, text: &str) -> String {
        let code = match verdict {
            Verdict::Pass => "32",
            Verdict::Inconclusive => "33",
            Verdict::Fail => "31",
        };
        self.wrap(code, text)
    }

    fn wrap(self, code: &str, text: &str) -> String {
        if self.colours { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// The text without control characters: what comes from a subject must not steer a terminal.
pub(super) fn harmless(text: &str) -> Cow<'_, str> {
    let steers = |character: char| {
        character.is_control() || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if text.contains(steers) { Cow::Owned(text.replace(steers, "\u{fffd}")) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_of_a_subject_are_taken_apart() {
        assert_eq!(harmless("a\u{1b}[31mred\u{7}\n\u{202e}"), "a\u{fffd}[31mred\u{fffd}\u{fffd}\u{fffd}");
        assert!(matches!(harmless("plain äöü"), Cow::Borrowed(_)));
    }
}
