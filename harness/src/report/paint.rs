//! Colours for a terminal, or none.

use squall_model::{Verdict, text};

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

    /// The word with which a report begins.
    #[must_use]
    pub fn headline(self, verdict: Verdict) -> String {
        let word = match verdict {
            Verdict::Pass => "PASS",
            Verdict::Inconclusive => "INCONCLUSIVE",
            Verdict::Fail => "FAIL",
        };
        self.verdict(verdict, &self.bold(word))
    }

    fn wrap(self, code: &str, text: &str) -> String {
        if self.colours { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// A cell without colours, harmless to a terminal: its text, and the same as it is printed.
pub(super) fn plain(text: &str) -> (String, String) {
    let text = text::harmless(text).into_owned();
    (text.clone(), text)
}
