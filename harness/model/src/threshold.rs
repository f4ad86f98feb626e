//! Takes a threshold as a human writes it (`latency.p99: < 3x baseline`) and hands on metric, phase and limit.

use crate::phase::Phase;
use crate::units::{Percent, Rate, TimeSpan};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// What a threshold is about.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// The share of operations that panicked.
    PanicRate,
    /// The share of operations that returned an error.
    ErrorRate,
    /// The share of operations that took longer than the load's timeout.
    TimeoutRate,
    /// Operations per second.
    Throughput,
    /// The latency below which this share (0 to 1) of the operations lies.
    Latency {
        /// The share, such as 0.99.
        quantile: f64,
    },
    /// The time from healing the last fault to the return to baseline.
    RecoveryTime,
}

/// Which side of the limit is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The metric has to stay below the limit.
    Below,
    /// The metric has to stay above the limit.
    Above,
}

/// The limit of a threshold.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// A number in the metric's unit: a fraction, operations per second, or nanoseconds.
    Absolute(f64),
    /// So many times what the same trial showed in its baseline.
    TimesBaseline(f64),
}

/// One threshold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Threshold {
    /// The name as written, such as `latency.p99` or `recovery.error_rate`.
    pub name: String,
    /// The condition as written, such as `< 3x baseline`.
    pub written: String,
    /// What it is about.
    pub metric: Metric,
    /// The phase that it is judged in.
    pub phase: Phase,
    /// Which side of the limit is good.
    pub side: Side,
    /// The limit.
    pub limit: Limit,
}

/// Why a text is no threshold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ThresholdError {
    /// No metric has this name.
    #[error("unknown threshold `{name}`; known are {}", Metric::NAMES.join(", "))]
    UnknownMetric {
        /// The name as written.
        name: String,
    },
    /// The condition does not begin with `<` or `>`.
    #[error("`{written}` does not begin with `<` or `>`; write for instance `{example}`")]
    NoSide {
        /// The condition as written.
        written: String,
        /// A valid condition for this metric.
        example: &'static str,
    },
    /// The side makes no sense for this metric.
    #[error("`{written}`: {name} is to stay {good_side} its limit; write for instance `{example}`")]
    WrongSide {
        /// The metric's name.
        name: String,
        /// The condition as written.
        written: String,
        /// `below` or `above`.
        good_side: &'static str,
        /// A valid condition for this metric.
        example: &'static str,
    },
    /// The limit has the wrong unit.
    #[error("`{written}`: {reason}; write for instance `{example}`")]
    BadLimit {
        /// The condition as written.
        written: String,
        /// What is wrong with it.
        reason: String,
        /// A valid condition for this metric.
        example: &'static str,
    },
}

impl Metric {
    /// The names that a threshold can have; rates, throughput and latencies also with a phase in front, such as
    /// `recovery.error_rate`.
    pub const NAMES: [&'static str; 9] = [
        "panic_rate",
        "error_rate",
        "timeout_rate",
        "throughput",
        "latency.p50",
        "latency.p90",
        "latency.p99",
        "latency.p99.9",
        "recovery.time",
    ];

    /// Whether the metric is a share of operations.
    pub const fn is_rate(self) -> bool {
        matches!(self, Self::PanicRate | Self::ErrorRate | Self::TimeoutRate)
    }

    const fn example(self) -> &'static str {
        match self {
            Self::PanicRate | Self::ErrorRate | Self::TimeoutRate => "< 0.01%",
            Self::Throughput => "> 80% baseline",
            Self::Latency { .. } => "< 3x baseline",
            Self::RecoveryTime => "< 2s",
        }
    }

    const fn good_side(self) -> Side {
        match self {
            Self::Throughput => Side::Above,
            _ => Side::Below,
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        match name {
            "panic_rate" => Some(Self::PanicRate),
            "error_rate" => Some(Self::ErrorRate),
            "timeout_rate" => Some(Self::TimeoutRate),
            "throughput" => Some(Self::Throughput),
            _ => {
                let percent: f64 = name.strip_prefix("latency.p")?.parse().ok()?;
                (percent > 0.0 && percent < 100.0).then_some(Self::Latency { quantile: percent / 100.0 })
            }
        }
    }

    fn parse_amount(self, text: &str) -> Result<Limit, String> {
        if let Some(factor) = text.strip_suffix("baseline") {
            return parse_factor(factor.trim()).map(Limit::TimesBaseline);
        }
        let absolute = match self {
            Self::PanicRate | Self::ErrorRate | Self::TimeoutRate => Percent::from_str(text).map(Percent::fraction),
            Self::Throughput => Rate::from_str(text).map(Rate::per_second),
            Self::Latency { .. } | Self::RecoveryTime => TimeSpan::from_str(text).map(|span| span.nanos() as f64),
        };
        absolute.map(Limit::Absolute).map_err(|error| error.to_string())
    }
}

fn parse_factor(text: &str) -> Result<f64, String> {
    let factor = match text.strip_suffix('x') {
        Some(times) => times.trim().parse::<f64>().ok(),
        None => Percent::from_str(text).ok().map(Percent::fraction),
    };
    match factor {
        Some(factor) if factor > 0.0 && factor.is_finite() => Ok(factor),
        _ => Err(format!("`{text}` is no factor of the baseline such as `3x` or `80%`")),
    }
}

impl Threshold {
    /// Reads a threshold from its name and its condition.
    ///
    /// # Errors
    /// If the name is unknown, or the condition has no side, the wrong side or a limit of another unit.
    pub fn parse(name: &str, written: &str) -> Result<Self, ThresholdError> {
        let (phase, metric) =
            metric_in_phase(name).ok_or_else(|| ThresholdError::UnknownMetric { name: name.to_owned() })?;
        let example = metric.example();
        let text = written.trim();
        let (side, amount) = if let Some(amount) = text.strip_prefix('<') {
            (Side::Below, amount)
        } else if let Some(amount) = text.strip_prefix('>') {
            (Side::Above, amount)
        } else {
            return Err(ThresholdError::NoSide { written: written.to_owned(), example });
        };
        if side != metric.good_side() {
            let good_side = if metric.good_side() == Side::Below { "below" } else { "above" };
            return Err(ThresholdError::WrongSide {
                name: name.to_owned(),
                written: written.to_owned(),
                good_side,
                example,
            });
        }
        let bad_limit = |reason: String| ThresholdError::BadLimit { written: written.to_owned(), reason, example };
        let limit = metric.parse_amount(amount.trim()).map_err(bad_limit)?;
        if metric.is_rate() && limit == Limit::Absolute(0.0) {
            return Err(bad_limit("no number of operations can prove a rate below 0%".to_owned()));
        }
        if metric == Metric::RecoveryTime && matches!(limit, Limit::TimesBaseline(_)) {
            return Err(bad_limit("a baseline has no recovery time".to_owned()));
        }
        Ok(Self { name: name.to_owned(), written: text.to_owned(), metric, phase, side, limit })
    }
}

fn metric_in_phase(name: &str) -> Option<(Phase, Metric)> {
    if name == "recovery.time" {
        return Some((Phase::Recovery, Metric::RecoveryTime));
    }
    if let Some(metric) = Metric::from_name(name) {
        return Some((Phase::Fault, metric));
    }
    let (phase, rest) = name.split_once('.')?;
    let phase = [Phase::Baseline, Phase::Fault, Phase::Recovery].into_iter().find(|known| known.name() == phase)?;
    Metric::from_name(rest).map(|metric| (phase, metric))
}

impl fmt::Display for Threshold {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.name, self.written)
    }
}

/// The condition under which a trial is given up: a rate above a limit for a while (`error_rate > 50% for 2s`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AbortCondition {
    /// The condition as written.
    pub written: String,
    /// The rate that is watched.
    pub metric: Metric,
    /// The limit, as a fraction.
    pub limit: f64,
    /// For how long the rate has to stay above it.
    pub length: TimeSpan,
}

impl FromStr for AbortCondition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let shape = || format!("`{text}` is no condition such as `error_rate > 50% for 2s`");
        let (name, rest) = text.split_once('>').ok_or_else(shape)?;
        let (limit, length) = rest.split_once(" for ").ok_or_else(shape)?;
        let metric = Metric::from_name(name.trim()).filter(|metric| metric.is_rate());
        let metric = metric.ok_or_else(|| {
            format!("`{}` cannot be watched; panic_rate, error_rate and timeout_rate can", name.trim())
        })?;
        let limit = limit.parse::<Percent>().map_err(|error| error.to_string())?.fraction();
        let length = length.parse::<TimeSpan>().map_err(|error| error.to_string())?;
        Ok(Self { written: text.trim().to_owned(), metric, limit, length })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_are_read_as_written() {
        let read = |name, written| Threshold::parse(name, written).unwrap();
        let absolute = |name, written| match read(name, written).limit {
            Limit::Absolute(limit) => limit,
            Limit::TimesBaseline(_) => panic!("{name} {written} is no absolute limit"),
        };
        assert!((absolute("panic_rate", "< 0.01%") - 0.000_1).abs() < 1e-12);
        assert!((absolute("recovery.time", "<2s") - 2e9).abs() < 1.0);
        let Metric::Latency { quantile } = read("latency.p99.9", "< 3x baseline").metric else {
            panic!("latency.p99.9 is no latency");
        };
        assert!((quantile - 0.999).abs() < 1e-9);
        assert_eq!(read("throughput", "> 80% baseline").limit, Limit::TimesBaseline(0.8));
        assert_eq!(read("recovery.error_rate", "< 1%").phase, Phase::Recovery);
    }

    #[test]
    fn what_is_wrong_is_named() {
        let message = |name, written| Threshold::parse(name, written).unwrap_err().to_string();
        assert!(message("panic_rat", "< 1%").contains("unknown threshold `panic_rat`"));
        assert!(message("panic_rate", "1%").contains("`<` or `>`"));
        assert!(message("panic_rate", "> 1%").contains("below"));
        assert!(message("panic_rate", "< 5ms").contains("unknown unit `ms`"));
        assert!(message("panic_rate", "< 0%").contains("no number of operations"));
        assert!(message("latency.p99", "< 5").contains("no unit"));
        assert!(message("recovery.time", "< 2x baseline").contains("no recovery time"));
    }

    #[test]
    fn an_abort_condition_is_read_as_written() {
        let condition: AbortCondition = "error_rate > 50% for 2s".parse().unwrap();
        assert_eq!((condition.limit, condition.length), (0.5, TimeSpan::from_millis(2_000)));
        assert!("latency.p99 > 50% for 2s".parse::<AbortCondition>().unwrap_err().contains("cannot be watched"));
    }
}
