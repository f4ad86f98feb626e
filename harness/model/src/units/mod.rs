//! Takes the texts in which a human writes amounts (`200us`, `5%`, `50_000/s`, `64KiB`) and hands on typed values.
//!
//! Units are written, never implied: a bare number is refused where an amount has a unit. Every type prints itself in a
//! form that it reads back without loss, so the same text serves experiments, plans and replay files.

mod byte_size;
mod percent;
mod rate;
mod text;
mod time_span;

pub use byte_size::ByteSize;
pub use percent::Percent;
pub use rate::Rate;
pub use time_span::{TimeRange, TimeSpan};

/// Why a text is no amount. The text itself is named by whoever knows its place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnitError {
    /// The text does not start with a number.
    #[error("`{text}` does not start with a number; write {example}")]
    NoNumber {
        /// The offending text.
        text: String,
        /// A valid text of the same kind.
        example: &'static str,
    },
    /// The number has no unit or one that this kind of amount does not know.
    #[error("`{text}` has {}; write {expected}, as in {example}", unit_phrase(unit))]
    UnknownUnit {
        /// The offending text.
        text: String,
        /// The part after the number; empty when the unit is missing.
        unit: String,
        /// The units that are known.
        expected: &'static str,
        /// A valid text of the same kind.
        example: &'static str,
    },
    /// The value lies outside what this kind of amount can mean.
    #[error("`{text}` is out of range: {bound}")]
    OutOfRange {
        /// The offending text.
        text: String,
        /// The bound that it breaks, in words.
        bound: &'static str,
    },
}

fn unit_phrase(unit: &str) -> String {
    if unit.is_empty() { "no unit".to_owned() } else { format!("the unknown unit `{unit}`") }
}
