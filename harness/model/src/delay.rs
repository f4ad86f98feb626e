//! Takes a delay distribution as a human writes it and hands on single delays drawn from even bits.

use crate::one_key_map::{no_second_key, only_key};
use crate::units::{TimeRange, TimeSpan, UnitError};
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// How long an injected delay lasts: `5ms`, `1ms..20ms`, `{exp: 200us}`, `{lognormal: {median: 1ms, sigma: 0.5}}` or
/// `{pareto: {min: 1ms, alpha: 1.5}}`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Delay {
    /// Always the same, or evenly distributed over a range.
    Even(TimeRange),
    /// Exponential with this mean.
    Exponential(TimeSpan),
    /// Log-normal: `median · e^(sigma · N(0, 1))`.
    LogNormal(LogNormal),
    /// Pareto (heavy tail): `min · U^(−1/alpha)`.
    Pareto(Pareto),
}

/// The parameters of a log-normal delay.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LogNormal {
    /// Half of the delays are shorter.
    pub median: TimeSpan,
    /// The spread of the logarithm; 0 to 4.
    pub sigma: f64,
}

/// The parameters of a Pareto delay.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Pareto {
    /// The shortest delay.
    pub min: TimeSpan,
    /// The tail index; above 1, smaller is heavier.
    pub alpha: f64,
}

/// No single drawn delay is longer than this many times the distribution's scale, so that one draw from a heavy tail
/// cannot outlast the trial.
const TAIL_FACTOR_MAX: f64 = 1_000.0;

impl Delay {
    /// The delay that two independent even fractions in `0..1` stand for.
    pub fn draw(&self, first: f64, second: f64) -> TimeSpan {
        match self {
            Self::Even(range) => range.at(first),
            Self::Exponential(mean) => scaled(*mean, -(1.0 - first).ln()),
            Self::LogNormal(shape) => scaled(shape.median, (shape.sigma * normal(first, second)).exp()),
            Self::Pareto(shape) => scaled(shape.min, (1.0 - first).powf(-1.0 / shape.alpha)),
        }
    }

    /// The longest delay that a draw can give.
    pub fn longest(&self) -> TimeSpan {
        match self {
            Self::Even(range) => range.high,
            Self::Exponential(scale)
            | Self::LogNormal(LogNormal { median: scale, .. })
            | Self::Pareto(Pareto { min: scale, .. }) => scaled(*scale, TAIL_FACTOR_MAX),
        }
    }

    /// Why the parameters make no distribution, if so.
    pub fn fault_in_parameters(&self) -> Option<String> {
        match self {
            Self::LogNormal(shape) if !(0.0..=4.0).contains(&shape.sigma) => {
                Some(format!("`sigma: {}` is out of range: 0 to 4", shape.sigma))
            }
            Self::Pareto(shape) if !(1.0..=100.0).contains(&shape.alpha) => {
                Some(format!("`alpha: {}` is out of range: 1 to 100", shape.alpha))
            }
            _ => None,
        }
    }
}

fn scaled(scale: TimeSpan, factor: f64) -> TimeSpan {
    TimeSpan::from_nanos((scale.nanos() as f64 * factor.min(TAIL_FACTOR_MAX)) as u64)
}

/// A standard normal number from two even ones (Box and Muller, 1958).
fn normal(first: f64, second: f64) -> f64 {
    (-2.0 * (1.0 - first).ln()).sqrt() * (std::f64::consts::TAU * second).cos()
}

impl fmt::Display for Delay {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Even(range) => range.fmt(formatter),
            Self::Exponential(mean) => write!(formatter, "exp {mean}"),
            Self::LogNormal(shape) => write!(formatter, "lognormal {} ±{}", shape.median, shape.sigma),
            Self::Pareto(shape) => write!(formatter, "pareto {} α{}", shape.min, shape.alpha),
        }
    }
}

/// The kinds of delay that are written as a one-key map; also the shape that JSON Schema shows.
#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
enum DelayKind {
    /// Exponential with this mean.
    Exp,
    /// Log-normal.
    Lognormal,
    /// Pareto.
    Pareto,
}

impl Serialize for Delay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Even(range) => range.serialize(serializer),
            Self::Exponential(mean) => serializer.collect_map([("exp", mean)]),
            Self::LogNormal(shape) => serializer.collect_map([("lognormal", shape)]),
            Self::Pareto(shape) => serializer.collect_map([("pareto", shape)]),
        }
    }
}

struct DelayVisitor;

impl<'de> Visitor<'de> for DelayVisitor {
    type Value = Delay;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a delay such as `5ms`, `1ms..20ms` or `{exp: 200us}`")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Delay, E> {
        text.parse().map(Delay::Even).map_err(|error: UnitError| E::custom(error))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Delay, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Delay, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Delay, A::Error> {
        let delay = match only_key(&mut map, "delay")? {
            DelayKind::Exp => Delay::Exponential(map.next_value()?),
            DelayKind::Lognormal => Delay::LogNormal(map.next_value()?),
            DelayKind::Pareto => Delay::Pareto(map.next_value()?),
        };
        no_second_key(&mut map, "delay")?;
        match delay.fault_in_parameters() {
            Some(reason) => Err(A::Error::custom(reason)),
            None => Ok(delay),
        }
    }
}

impl<'de> Deserialize<'de> for Delay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DelayVisitor)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Delay {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Delay".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let (range, span) = (generator.subschema_for::<TimeRange>(), generator.subschema_for::<TimeSpan>());
        let (lognormal, pareto) = (generator.subschema_for::<LogNormal>(), generator.subschema_for::<Pareto>());
        schemars::json_schema!({
            "description": "how long a delay lasts: `5ms`, `1ms..20ms`, `{exp: 200us}`, `{lognormal: …}` or `{pareto: …}`",
            "oneOf": [
                range,
                { "type": "object", "additionalProperties": false, "required": ["exp"], "properties": { "exp": span } },
                { "type": "object", "additionalProperties": false, "required": ["lognormal"],
                  "properties": { "lognormal": lognormal } },
                { "type": "object", "additionalProperties": false, "required": ["pareto"], "properties": { "pareto": pareto } },
            ]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decision::{decide, fraction};

    fn mean_micros(delay: &Delay) -> f64 {
        let draws = (0..100_000_u64).map(|count| {
            let bits = |stream| fraction(decide(1, 2, 3, count, stream));
            delay.draw(bits(0), bits(1)).nanos() as f64 / 1_000.0
        });
        draws.sum::<f64>() / 100_000.0
    }

    #[test]
    fn each_distribution_has_the_mean_that_its_formula_promises() {
        let span = TimeSpan::from_nanos;
        let even = Delay::Even(TimeRange { low: span(100_000), high: span(300_000) });
        assert!((mean_micros(&even) - 200.0).abs() < 2.0);
        assert!((mean_micros(&Delay::Exponential(span(200_000))) - 200.0).abs() < 4.0);
        let lognormal = Delay::LogNormal(LogNormal { median: span(100_000), sigma: 0.5 });
        assert!((mean_micros(&lognormal) - 100.0 * (0.125_f64).exp()).abs() < 3.0);
        let pareto = Delay::Pareto(Pareto { min: span(100_000), alpha: 3.0 });
        assert!((mean_micros(&pareto) - 150.0).abs() < 5.0);
    }
}
