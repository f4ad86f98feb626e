//! Takes `5%` and hands on a share between nothing and all.

use super::UnitError;
use super::text::{as_text, split_number};
use std::fmt;
use std::str::FromStr;

/// A share from `0%` to `100%`. It keeps the number as written, so that printing it loses nothing.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Percent(f64);

const EXAMPLE: &str = "`5%` or `0.01%`";

impl Percent {
    /// Everything.
    pub const ALL: Self = Self(100.0);

    /// The share of so many parts in a hundred; clamped to `0..=100`.
    pub const fn new(percent: f64) -> Self {
        Self(percent.clamp(0.0, 100.0))
    }

    /// The share as a number from 0 to 1.
    pub fn fraction(self) -> f64 {
        self.0 / 100.0
    }
}

impl FromStr for Percent {
    type Err = UnitError;

    fn from_str(text: &str) -> Result<Self, UnitError> {
        let (number, unit) = split_number(text, EXAMPLE)?;
        if unit != "%" {
            return Err(UnitError::UnknownUnit {
                text: text.to_owned(),
                unit: unit.to_owned(),
                expected: "a percent sign",
                example: EXAMPLE,
            });
        }
        if number > 100.0 {
            return Err(UnitError::OutOfRange { text: text.to_owned(), bound: "a share is at most 100%" });
        }
        Ok(Self(number))
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}%", self.0)
    }
}

as_text!(Percent, "a share with its percent sign, such as `5%`", r"^[0-9][0-9_.]*\s*%$");
