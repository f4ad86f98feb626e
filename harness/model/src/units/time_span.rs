//! Takes `200us`, `2ms..20ms` and hands on durations with nanosecond resolution.

use super::UnitError;
use super::text::{as_text, split_number};
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// A length of time as a human writes it: a number and one of `ns us ms s m h`.
///
/// ```
/// use squall_model::units::TimeSpan;
/// assert_eq!("1.5ms".parse::<TimeSpan>().unwrap().nanos(), 1_500_000);
/// assert_eq!(TimeSpan::from_nanos(1_500_000).to_string(), "1500us");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct TimeSpan(Duration);

const EXAMPLE: &str = "`200us`, `5ms` or `2s`";
/// The unit names, each with its length in nanoseconds, largest first, as `Display` tries them.
const UNITS: [(&str, u64); 6] = [
    ("h", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("ns", 1),
];
/// A year: longer than any trial, and far from overflow in nanoseconds.
const NANOS_MAX: f64 = 366.0 * 24.0 * 3_600.0 * 1e9;

impl TimeSpan {
    /// No time at all.
    pub const ZERO: Self = Self(Duration::ZERO);

    /// The span of so many nanoseconds.
    pub const fn from_nanos(nanos: u64) -> Self {
        Self(Duration::from_nanos(nanos))
    }

    /// The span of so many microseconds.
    pub const fn from_micros(micros: u64) -> Self {
        Self(Duration::from_micros(micros))
    }

    /// The span of so many milliseconds.
    pub const fn from_millis(millis: u64) -> Self {
        Self(Duration::from_millis(millis))
    }

    /// The span in nanoseconds.
    pub const fn nanos(self) -> u64 {
        self.0.as_nanos() as u64
    }

    /// The span as the standard library's type.
    pub const fn duration(self) -> Duration {
        self.0
    }

    /// Whether the span is empty.
    pub const fn is_zero(self) -> bool {
        self.0.is_zero()
    }

    /// The sum of both spans.
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl From<Duration> for TimeSpan {
    fn from(duration: Duration) -> Self {
        Self::from_nanos(duration.as_nanos() as u64)
    }
}

impl FromStr for TimeSpan {
    type Err = UnitError;

    fn from_str(text: &str) -> Result<Self, UnitError> {
        let (number, unit) = split_number(text, EXAMPLE)?;
        let Some((_, nanos_per_unit)) = UNITS.iter().find(|(name, _)| *name == unit.replace('µ', "u")) else {
            return Err(UnitError::UnknownUnit {
                text: text.to_owned(),
                unit: unit.to_owned(),
                expected: "one of ns, us, ms, s, m, h",
                example: EXAMPLE,
            });
        };
        let nanos = number * *nanos_per_unit as f64;
        if nanos > NANOS_MAX {
            return Err(UnitError::OutOfRange { text: text.to_owned(), bound: "at most one year" });
        }
        Ok(Self::from_nanos(nanos.round() as u64))
    }
}

impl fmt::Display for TimeSpan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanos = self.nanos();
        if nanos == 0 {
            return formatter.write_str("0s");
        }
        let fits = UNITS.iter().find(|(_, nanos_per_unit)| nanos.is_multiple_of(*nanos_per_unit));
        let (name, nanos_per_unit) = fits.copied().unwrap_or(("ns", 1));
        write!(formatter, "{}{name}", nanos / nanos_per_unit)
    }
}

as_text!(TimeSpan, "a time with its unit, such as `200us`, `5ms` or `2s`", r"^[0-9][0-9_.]*\s*(ns|us|µs|ms|s|m|h)$");

/// A fixed time (`5ms`) or a range from which each use draws (`2ms..20ms`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TimeRange {
    /// The shortest time.
    pub low: TimeSpan,
    /// The longest time; equal to `low` for a fixed time.
    pub high: TimeSpan,
}

impl TimeRange {
    /// The range that holds only this time.
    pub const fn fixed(span: TimeSpan) -> Self {
        Self { low: span, high: span }
    }

    /// The time at `fraction` (0 to 1) of the way from `low` to `high`.
    pub fn at(self, fraction: f64) -> TimeSpan {
        let width = self.high.nanos().saturating_sub(self.low.nanos());
        TimeSpan::from_nanos(self.low.nanos() + (width as f64 * fraction) as u64)
    }

    /// The time at `fraction` (0 to 1) of the way if each doubling is as long: of `10us..10ms`, a tenth of the draws are
    /// between 10 µs and 20 µs, and a tenth between 5 ms and 10 ms.
    pub fn doubling_at(self, fraction: f64) -> TimeSpan {
        let (low, high) = self.doubling_bounds();
        TimeSpan::from_nanos((low * (high / low).powf(fraction)) as u64).clamp(self.low, self.high)
    }

    /// The mean of times that are drawn so that each doubling is as likely.
    pub fn doubling_mean(self) -> TimeSpan {
        let (low, high) = self.doubling_bounds();
        let mean = if high > low { (high - low) / (high / low).ln() } else { high };
        TimeSpan::from_nanos(mean as u64).clamp(self.low, self.high)
    }

    /// Both ends in nanoseconds; a range from 0 doubles from a nanosecond on.
    fn doubling_bounds(self) -> (f64, f64) {
        let low = self.low.nanos().max(1);
        (low as f64, self.high.nanos().max(low) as f64)
    }
}

impl FromStr for TimeRange {
    type Err = UnitError;

    fn from_str(text: &str) -> Result<Self, UnitError> {
        let Some((low, high)) = text.split_once("..") else {
            return text.parse().map(Self::fixed);
        };
        let range = Self { low: low.parse()?, high: high.parse()? };
        if range.low > range.high {
            return Err(UnitError::OutOfRange {
                text: text.to_owned(),
                bound: "a range goes from the shorter time to the longer one",
            });
        }
        Ok(range)
    }
}

impl fmt::Display for TimeRange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.low == self.high {
            return self.low.fmt(formatter);
        }
        write!(formatter, "{}..{}", self.low, self.high)
    }
}

as_text!(
    TimeRange,
    "a time such as `5ms` or a range such as `2ms..20ms`",
    r"^[0-9][0-9_.]*\s*(ns|us|µs|ms|s|m|h)(\.\.[0-9][0-9_.]*\s*(ns|us|µs|ms|s|m|h))?$"
);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_doubling_of_a_range_is_as_likely() {
        let range: TimeRange = "10us..10240us".parse().unwrap();
        let micros = |fraction| (range.doubling_at(fraction).nanos() as f64 / 1_000.0).round();
        assert_eq!([0.0, 0.1, 0.5, 0.9, 1.0].map(micros), [10.0, 20.0, 320.0, 5_120.0, 10_240.0]);
        assert_eq!(range.doubling_mean().nanos() / 1_000, 1_475);
    }

    proptest! {
        #[test]
        fn what_is_drawn_from_a_range_lies_in_it(low in 0_u64..1 << 40, width in 0_u64..1 << 40, fraction in 0.0_f64..1.0) {
            let range = TimeRange { low: TimeSpan::from_nanos(low), high: TimeSpan::from_nanos(low + width) };
            for drawn in [range.at(fraction), range.doubling_at(fraction), range.doubling_mean()] {
                prop_assert!((range.low..=range.high).contains(&drawn), "{drawn} of {range}");
            }
        }
    }
}
