//! An experiment's text as a tree of plain values, before anything is known about their meaning.

/// A value as YAML knows it. Maps keep their order and have no key twice.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    /// Nothing, or `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number from 0.
    Unsigned(u64),
    /// A negative whole number.
    Signed(i64),
    /// Any other number.
    Float(f64),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A map.
    Map(Vec<(String, Node)>),
}

impl Node {
    /// What this is, for an error: scalars by their text, collections by their kind.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Null => "nothing".to_owned(),
            Self::Bool(value) => format!("`{value}`"),
            Self::Unsigned(value) => format!("`{value}`"),
            Self::Signed(value) => format!("`{value}`"),
            Self::Float(value) => format!("`{value:?}`"),
            Self::Text(text) => format!("`{}`", shortened(text)),
            Self::List(_) => "a list".to_owned(),
            Self::Map(_) => "a map".to_owned(),
        }
    }
}

/// The longest piece of the human's text that an error repeats, so that a message stays one readable line.
const SHOWN_CHARACTERS_MAX: usize = 60;

/// The text on one line, cut where it is too long to be repeated in a message.
pub(super) fn shortened(text: &str) -> String {
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(SHOWN_CHARACTERS_MAX) {
        None => line,
        Some((end, _)) => format!("{}…", &line[..end]),
    }
}

/// The whole number that a text of digits and underscores stands for, as in `10_000`.
pub(super) fn grouped_number(text: &str) -> Option<u64> {
    let well_formed = text.contains('_')
        && text.split('_').all(|group| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit()));
    if well_formed { text.replace('_', "").parse().ok() } else { None }
}
