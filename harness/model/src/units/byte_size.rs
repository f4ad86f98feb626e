//! Takes `64KiB` and hands on a number of bytes.

use super::UnitError;
use super::text::{as_text, split_number};
use std::fmt;
use std::str::FromStr;

/// An amount of memory: a number and one of `B KiB MiB GiB`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct ByteSize(u64);

const EXAMPLE: &str = "`512B`, `64KiB` or `16MiB`";
const UNITS: [(&str, u64); 4] = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1)];
/// More than any machine that runs an experiment has.
const BYTES_MAX: f64 = (1_u64 << 50) as f64;

impl ByteSize {
    /// The amount of so many bytes.
    pub const fn from_bytes(bytes: u64) -> Self {
        Self(bytes)
    }

    /// The amount in bytes.
    pub const fn bytes(self) -> u64 {
        self.0
    }
}

impl FromStr for ByteSize {
    type Err = UnitError;

    fn from_str(text: &str) -> Result<Self, UnitError> {
        let (number, unit) = split_number(text, EXAMPLE)?;
        let Some((_, bytes_per_unit)) = UNITS.iter().find(|(name, _)| *name == unit) else {
            return Err(UnitError::UnknownUnit {
                text: text.to_owned(),
                unit: unit.to_owned(),
                expected: "one of B, KiB, MiB, GiB",
                example: EXAMPLE,
            });
        };
        let bytes = number * *bytes_per_unit as f64;
        if bytes > BYTES_MAX {
            return Err(UnitError::OutOfRange { text: text.to_owned(), bound: "at most 1048576GiB" });
        }
        Ok(Self(bytes.round() as u64))
    }
}

impl fmt::Display for ByteSize {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fits = UNITS.iter().find(|(_, bytes_per_unit)| self.0 > 0 && self.0.is_multiple_of(*bytes_per_unit));
        let (name, bytes_per_unit) = fits.copied().unwrap_or(("B", 1));
        write!(formatter, "{}{name}", self.0 / bytes_per_unit)
    }
}

as_text!(ByteSize, "an amount of memory, such as `64KiB`", r"^[0-9][0-9_.]*\s*(B|KiB|MiB|GiB)$");
