//! The one-key map that names a fault's kind, and the window in which a fault acts.

use super::function_pattern::FunctionPattern;
use super::kind::{AllocFailure, ErrorReturn, Failpoint, InjectedPanic, Latency, LoadShift, Realloc, Reenter, Stall};
use super::place::StallPlace;
use crate::one_key_map::{no_second_key, only_key};
use crate::units::TimeSpan;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// When a fault acts, counted from the beginning of the fault phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// From when on; the phase's beginning if left out.
    #[serde(default)]
    pub start: TimeSpan,
    /// For how long; to the phase's end if left out.
    #[serde(rename = "for", default, skip_serializing_if = "Option::is_none")]
    pub length: Option<TimeSpan>,
}

/// One fault: what disturbs, where, how much and when.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Sleeps at a point.
    Latency(Latency),
    /// Holds threads.
    Stall(Stall),
    /// Moves, poisons and guards memory, and reallocates the container.
    Realloc(Realloc),
    /// Drives a failpoint of the `fail` crate.
    Failpoint(Failpoint),
    /// Unwinds at a point.
    Panic(InjectedPanic),
    /// Returns an error at a point.
    Error(ErrorReturn),
    /// Calls back into the container.
    Reenter(Reenter),
    /// Fails allocations.
    AllocFailure(AllocFailure),
    /// Changes the mix of operations.
    Load(LoadShift),
}

/// The names of the faults, as the only key of a fault's map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultName {
    /// [`Latency`]
    Latency,
    /// [`Stall`]
    Stall,
    /// [`Realloc`]
    Realloc,
    /// [`Failpoint`]
    Failpoint,
    /// [`InjectedPanic`]
    Panic,
    /// [`ErrorReturn`]
    Error,
    /// [`Reenter`]
    Reenter,
    /// [`AllocFailure`]
    AllocFailure,
    /// [`LoadShift`]
    Load,
}

impl FaultName {
    /// All names.
    pub const ALL: [Self; 9] = [
        Self::Latency,
        Self::Stall,
        Self::Realloc,
        Self::Failpoint,
        Self::Panic,
        Self::Error,
        Self::Reenter,
        Self::AllocFailure,
        Self::Load,
    ];

    /// The name as written in an experiment.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Latency => "latency",
            Self::Stall => "stall",
            Self::Realloc => "realloc",
            Self::Failpoint => "failpoint",
            Self::Panic => "panic",
            Self::Error => "error",
            Self::Reenter => "reenter",
            Self::AllocFailure => "alloc_failure",
            Self::Load => "load",
        }
    }

    /// The parameters, in one line.
    pub const fn parameters(self) -> &'static str {
        match self {
            Self::Latency => "at, delay, probability, during",
            Self::Stall => "at, threads, probability, for, every, during",
            Self::Realloc => "always_move, poison, quarantine, guard, container_every, during",
            Self::Failpoint => "name, action, during",
            Self::Panic | Self::Error | Self::Reenter => "at, probability, nth, during",
            Self::AllocFailure => "probability, nth, min_size, during",
            Self::Load => "mix, during",
        }
    }

    /// What it does, in one line.
    pub const fn summary(self) -> &'static str {
        match self {
            Self::Latency => "sleeps at a point; below 100 µs it spins",
            Self::Stall => "holds threads wherever they are, at a point, function or word, or where squall finds best",
            Self::Realloc => "moves, poisons, keeps back and guards memory; reallocates the container",
            Self::Failpoint => "drives a failpoint of the `fail` crate",
            Self::Panic => "unwinds at a point",
            Self::Error => "returns an error at a point that can",
            Self::Reenter => "calls back into the container from inside its own operation",
            Self::AllocFailure => "lets the allocator return null inside operations",
            Self::Load => "lets workers draw their operations from another mix",
        }
    }
}

impl Fault {
    /// The fault's kind.
    pub const fn name(&self) -> FaultName {
        match self {
            Self::Latency(_) => FaultName::Latency,
            Self::Stall(_) => FaultName::Stall,
            Self::Realloc(_) => FaultName::Realloc,
            Self::Failpoint(_) => FaultName::Failpoint,
            Self::Panic(_) => FaultName::Panic,
            Self::Error(_) => FaultName::Error,
            Self::Reenter(_) => FaultName::Reenter,
            Self::AllocFailure(_) => FaultName::AllocFailure,
            Self::Load(_) => FaultName::Load,
        }
    }

    /// The window that the experiment gives it, if any.
    pub const fn during(&self) -> Option<Window> {
        match self {
            Self::Latency(fault) => fault.during,
            Self::Stall(fault) => fault.during,
            Self::Realloc(fault) => fault.during,
            Self::Failpoint(fault) => fault.during,
            Self::Panic(fault) => fault.during,
            Self::Error(fault) => fault.during,
            Self::Reenter(fault) => fault.during,
            Self::AllocFailure(fault) => fault.during,
            Self::Load(fault) => fault.during,
        }
    }

    /// The functions at which it acts, if it aims at functions.
    pub const fn functions(&self) -> Option<&FunctionPattern> {
        match self {
            Self::Stall(Stall { at: StallPlace::Function(pattern), .. }) => Some(pattern),
            _ => None,
        }
    }

    /// Whether it aims at code of the target's program, which has to be read for that.
    pub const fn aims_at_code(&self) -> bool {
        matches!(self, Self::Stall(Stall { at: StallPlace::Function(_) | StallPlace::Atomic(_), .. }))
    }

    /// Whether it acts at sites that are drawn for each trial.
    pub const fn is_auto(&self) -> bool {
        matches!(self, Self::Stall(Stall { at: StallPlace::Auto, .. }))
    }

    /// The point at which it acts, if it acts at one.
    pub fn point(&self) -> Option<&str> {
        match self {
            Self::Latency(fault) => Some(&fault.at),
            Self::Panic(fault) => Some(&fault.at),
            Self::Error(fault) => Some(&fault.at),
            Self::Reenter(fault) => Some(&fault.at),
            Self::Stall(Stall { at: StallPlace::Point(name), .. }) => Some(name),
            Self::Stall(_) | Self::Realloc(_) | Self::Failpoint(_) | Self::AllocFailure(_) | Self::Load(_) => None,
        }
    }
}

/// Kind and place: how a fault is named in tables.
impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name().name();
        match self {
            Self::Stall(Stall { at: StallPlace::Any, .. }) => write!(formatter, "{name} any"),
            Self::Stall(Stall { at: StallPlace::Auto, .. }) => write!(formatter, "{name} auto"),
            Self::Stall(Stall { at: StallPlace::Function(pattern), .. }) => write!(formatter, "{name} {pattern}"),
            Self::Stall(Stall { at: StallPlace::Atomic(pattern), .. }) => write!(formatter, "{name} atomic {pattern}"),
            Self::Stall(Stall { at: StallPlace::Word(word), .. }) => write!(formatter, "{name} word {word}"),
            Self::Failpoint(fault) => write!(formatter, "{name} {}", fault.name),
            _ => match self.point() {
                Some(point) => write!(formatter, "{name} {point}"),
                None => formatter.write_str(name),
            },
        }
    }
}

struct FaultVisitor;

impl<'de> Visitor<'de> for FaultVisitor {
    type Value = Fault;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a fault: a map whose only key is its kind, such as `latency: {at: …, delay: …}`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fault, A::Error> {
        let fault = match only_key(&mut map, "fault")? {
            FaultName::Latency => Fault::Latency(map.next_value()?),
            FaultName::Stall => Fault::Stall(map.next_value()?),
            FaultName::Realloc => Fault::Realloc(map.next_value()?),
            FaultName::Failpoint => Fault::Failpoint(map.next_value()?),
            FaultName::Panic => Fault::Panic(map.next_value()?),
            FaultName::Error => Fault::Error(map.next_value()?),
            FaultName::Reenter => Fault::Reenter(map.next_value()?),
            FaultName::AllocFailure => Fault::AllocFailure(map.next_value()?),
            FaultName::Load => Fault::Load(map.next_value()?),
        };
        no_second_key(&mut map, "fault")?;
        Ok(fault)
    }
}

impl<'de> Deserialize<'de> for Fault {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FaultVisitor)
    }
}

impl Serialize for FaultName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
