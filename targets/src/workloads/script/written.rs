//! A value in answers: which call of a script has written it.

use super::family::{At, START};
use crate::tracked::{PREFILL_WORKER, Value};
use std::fmt;

/// The bit of an answer that is a value.
pub const VALUE: u16 = 1 << 11;
/// A bit that no value's answer has, for a family's own use.
pub const SPARE: u16 = 1 << 10;
/// So many updates of one value are told apart.
const UPDATES_MASK: u8 = 15;

/// A value, by the call that wrote it or updated it last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Written {
    /// The thread, or [`START`].
    pub writer: u8,
    /// The place of the call among those of its thread.
    pub place: u8,
    /// How often it was updated.
    pub updates: u8,
}

impl Written {
    /// The value as an answer.
    #[must_use]
    pub fn answer(self) -> u16 {
        VALUE
            | u16::from(self.updates & UPDATES_MASK) << 6
            | u16::from(self.writer & 7) << 3
            | u16::from(self.place & 7)
    }

    /// The value that this one is, if it belongs to a key and a call of a script can have written it.
    #[must_use]
    pub fn of_value(key: u64, value: &Value) -> Option<Self> {
        let writer = if value.writer() == PREFILL_WORKER { START } else { u8::try_from(value.writer()).ok()? };
        let written = Self { writer, place: value.sequence() as u8, updates: value.updates() as u8 };
        (value.belongs_to(key) && writer <= START).then_some(written)
    }

    /// What was there before the threads began; several such values have numbers.
    #[must_use]
    pub const fn first(number: u8) -> Self {
        Self { writer: START, place: number, updates: 0 }
    }

    /// The value that an answer is.
    #[must_use]
    pub const fn of(answer: u16) -> Self {
        let (writer, place) = ((answer >> 3 & 7) as u8, (answer & 7) as u8);
        Self { writer, place, updates: (answer >> 6) as u8 & UPDATES_MASK }
    }

    /// The same value once a call has updated it.
    #[must_use]
    pub const fn updated(self, at: At) -> Self {
        Self { updates: (self.updates + 1) & UPDATES_MASK, ..Self::by(at) }
    }

    /// The value that a call has written.
    #[must_use]
    pub const fn by(at: At) -> Self {
        Self { writer: at.thread, place: at.place, updates: 0 }
    }
}

impl fmt::Display for Written {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.writer == START {
            formatter.write_str("the first value")?;
        } else {
            write!(formatter, "the value of thread {} call {}", self.writer, self.place + 1)?;
        }
        if self.updates > 0 { write!(formatter, " (updated {} times)", self.updates) } else { Ok(()) }
    }
}
