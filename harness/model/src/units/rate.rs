//! Takes `50_000/s` and hands on operations per second.

use super::UnitError;
use super::text::{as_text, split_number};
use std::fmt;
use std::str::FromStr;

/// So many operations a second.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Rate(f64);

const EXAMPLE: &str = "`50_000/s`";
/// Above this the gaps between operations are shorter than any clock can tell.
const PER_SECOND_MAX: f64 = 1e9;

impl Rate {
    /// Operations per second; more than zero.
    pub const fn per_second(self) -> f64 {
        self.0
    }
}

impl FromStr for Rate {
    type Err = UnitError;

    fn from_str(text: &str) -> Result<Self, UnitError> {
        let (number, unit) = split_number(text, EXAMPLE)?;
        let per_second = match unit {
            "/s" => number,
            "/m" => number / 60.0,
            _ => {
                return Err(UnitError::UnknownUnit {
                    text: text.to_owned(),
                    unit: unit.to_owned(),
                    expected: "`/s` or `/m`",
                    example: EXAMPLE,
                });
            }
        };
        if per_second <= 0.0 || per_second > PER_SECOND_MAX {
            return Err(UnitError::OutOfRange {
                text: text.to_owned(),
                bound: "more than 0/s and at most 1_000_000_000/s",
            });
        }
        Ok(Self(per_second))
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/s", self.0)
    }
}

as_text!(Rate, "operations per second, such as `50_000/s`", r"^[0-9][0-9_.]*\s*/(s|m)$");
