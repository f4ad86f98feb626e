//! One struct for each kind of fault, with its parameters and their defaults.

use super::place::{StallPlace, ThreadShare};
use super::shape::Window;
use crate::delay::Delay;
use crate::ordered::Ordered;
use crate::units::{ByteSize, Percent, TimeRange, TimeSpan};
use serde::{Deserialize, Serialize};

const fn always() -> Percent {
    Percent::ALL
}

const fn is_false(flag: &bool) -> bool {
    !*flag
}

fn is_always(probability: &Percent) -> bool {
    *probability == Percent::ALL
}

/// Sleeps at a point; below 100 µs it spins, because a sleeping thread cannot wake that soon.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Latency {
    /// The point at which it acts.
    pub at: String,
    /// How long each delay lasts.
    pub delay: Delay,
    /// The share of passes through the point that are delayed; all if left out.
    #[serde(default = "always")]
    pub probability: Percent,
    /// When it acts inside the fault phase; all of it if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub during: Option<Window>,
}

/// Holds threads for a while: wherever they are; at a point, for instance while they hold a lock; where they enter a named
/// function of the unmodified program; right before or after an atomic instruction; right after they touch a named word; or at sites that squall draws for each trial.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Stall {
    /// Where threads are held: `any`, `auto`, `{point: NAME}`, `{function: PATTERN}`, `{atomic: PATTERN}` or `{word: NAME}`.
    pub at: StallPlace,
    /// How many workers are held at each occasion: a number, or a share such as `50%`; 1 if left out.
    #[serde(default)]
    pub threads: ThreadShare,
    /// The share of passes, entries or touches at which a thread may be held; all if left out. Not for `any`.
    #[serde(default = "always", skip_serializing_if = "is_always")]
    pub probability: Percent,
    /// How long each hold lasts; of a range, each doubling is as likely, because nobody knows how long a window must stay open.
    /// Left out: spans that double from 1 ms to 2 s, the law with which rr's chaos mode
    /// starves threads; at a function, an atomic instruction, a word or `auto` from 10 µs to 10 ms, each doubling
    /// half as often.
    #[serde(rename = "for", default, skip_serializing_if = "Option::is_none")]
    pub length: Option<TimeRange>,
    /// The time from one occasion to the next. Left out: so long that threads are held for at most a fifth of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<TimeSpan>,
    /// When it acts inside the fault phase; all of it if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub during: Option<Window>,
}

/// The shortest and the longest hold of a stall whose `for` is left out (rr's chaos mode: starvation from 1 ms to 2 s).
const STARVATION_MS: (u64, u64) = (1, 2_000);
/// The shortest hold of an aimed stall whose `for` is left out, in microseconds, and how often it doubles. Each doubling comes half
/// as often as the one before, so that all of them are given as much time: a window that opens for 20 µs at one
/// pass in a thousand needs many short holds, and one that stays open for 5 ms is hit by the few long ones.
const AIMED_MICROS: u64 = 10;
const AIMED_DOUBLINGS: u32 = 10;
/// Stalls without `every` hold threads for one part of the time in so many.
const HOLD_TO_PERIOD: u64 = 5;

impl Stall {
    /// How long the hold of occasion `number` lasts, given an even fraction in `0..1`.
    pub fn hold(&self, number: u64, fraction: f64) -> TimeSpan {
        match self.length {
            Some(range) => range.doubling_at(fraction),
            None if self.at.holds_briefly() => {
                TimeSpan::from_micros(AIMED_MICROS << number.wrapping_add(1).trailing_zeros().min(AIMED_DOUBLINGS))
            }
            None => TimeSpan::from_millis((STARVATION_MS.0 << (number % 12)).min(STARVATION_MS.1)),
        }
    }

    /// The pause after an occasion whose hold lasted `hold`, counted from its beginning.
    pub fn period(&self, hold: TimeSpan) -> TimeSpan {
        self.every.unwrap_or_else(|| TimeSpan::from_nanos(hold.nanos().saturating_mul(HOLD_TO_PERIOD)))
    }

    /// The longest that one hold can last.
    pub fn longest(&self) -> TimeSpan {
        let longest = match self.at.holds_briefly() {
            true => TimeSpan::from_micros(AIMED_MICROS << AIMED_DOUBLINGS),
            false => TimeSpan::from_millis(STARVATION_MS.1),
        };
        self.length.map_or(longest, |range| range.high)
    }
}

/// A hostile allocator: growth always moves, freed memory is poisoned, kept back or handed out again at once, guard pages
/// follow a block, every free is checked; and the workload's own container is made to shrink, grow or rehash.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Realloc {
    /// Growing a block always gives it a new address.
    #[serde(default)]
    pub always_move: bool,
    /// Freed memory is overwritten before it goes back.
    #[serde(default)]
    pub poison: bool,
    /// Freed blocks are kept back until this much memory waits; first freed, first returned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quarantine: Option<ByteSize>,
    /// A freed block is handed out again to whoever asks next for one of its size, whatever the thread: an address comes back
    /// as soon as it can. Not together with `quarantine`, which keeps it away as long as it can.
    #[serde(default, skip_serializing_if = "is_false")]
    pub reuse_at_once: bool,
    /// Every block is written down, so that a second free, a free of what is no block, a free with another layout, a write
    /// after the free and a leak are found and told with their stacks. Left out: on where `poison` or `quarantine` is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<bool>,
    /// The share of new blocks that end at an unmapped page, and whose own page is unmapped when freed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guard: Option<Percent>,
    /// The workload's container is reallocated this often.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub container_every: Option<TimeSpan>,
    /// When it acts inside the fault phase; all of it if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub during: Option<Window>,
}

impl Realloc {
    /// Whether anything at all is asked for.
    pub const fn asks_nothing(&self) -> bool {
        !self.always_move
            && !self.poison
            && self.quarantine.is_none()
            && !self.reuse_at_once
            && !self.checks()
            && self.guard.is_none()
            && self.container_every.is_none()
    }

    /// Whether blocks are written down and frees checked.
    pub const fn checks(&self) -> bool {
        match self.check {
            Some(asked) => asked,
            None => self.poison || self.quarantine.is_some(),
        }
    }

    /// Whether the allocator is asked to change.
    pub const fn asks_allocator(&self) -> bool {
        self.always_move
            || self.poison
            || self.quarantine.is_some()
            || self.reuse_at_once
            || self.checks()
            || self.guard.is_some()
    }
}

/// Drives a failpoint of the `fail` crate with that crate's own action grammar.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Failpoint {
    /// The failpoint's name in `fail_point!(…)`.
    pub name: String,
    /// What it does, for instance `5%sleep(10)` or `3*return(disk full)->off`.
    pub action: crate::failpoint::Script,
    /// When it acts inside the fault phase; all of it if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub during: Option<Window>,
}

/// Unwinds at a point, also inside the target's user callbacks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct InjectedPanic {
    /// The point at which it acts.
    pub at: String,
    /// The share of passes through the point that panic; all if neither this nor `nth` is given.
    #[serde(default = "always")]
    pub probability: Percent,
    /// Only each worker's so-manieth pass panics, counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nth: Option<u64>,
    /// When it acts inside the fault phase; all of it if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub during: Option<Window>,
}

/// Returns an error at a point whose code can return one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ErrorReturn {
    /// The point at which it acts.
    pub at: String,
    /// The share of passes through the point that return an error; all if neither this nor `nth` is given.
    #[serde(default = "always")]
    pub probability: Percent,
    /// Only each worker's so-manieth pass returns an error, counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nth: Option<u64>,
    /// When it acts inside the fault phase; all of it if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub during: Option<Window>,
}

/// Calls back into the container from inside one of its own operations on the same thread, as a user's callback may.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Reenter {
    /// The point at which it acts: one that the container passes while it works, such as `key.hash` or `map.update.inside`.
    pub at: String,
    /// The share of passes through the point that call back; all if neither this nor `nth` is given.
    #[serde(default = "always")]
    pub probability: Percent,
    /// Only each worker's so-manieth pass calls back, counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nth: Option<u64>,
    /// When it acts inside the fault phase; all of it if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub during: Option<Window>,
}

/// The allocator returns null to a worker that is inside an operation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AllocFailure {
    /// The share of allocations that fail; all if neither this nor `nth` is given.
    #[serde(default = "always")]
    pub probability: Percent,
    /// Only each worker's so-manieth allocation fails, counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nth: Option<u64>,
    /// Smaller allocations are spared and not counted.
    #[serde(default)]
    pub min_size: ByteSize,
    /// Whether an abort at a failed allocation fails the run. If left out it does not: code that cannot return an error
    /// aborts there, as Rust documents, and the trial proves nothing. For a container that promises errors instead.
    #[serde(default, skip_serializing_if = "is_false")]
    pub abort_fails: bool,
    /// When it acts inside the fault phase; all of it if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub during: Option<Window>,
}

/// Changes the shape of the traffic, as an incident does: while it is armed, workers draw their operations from another
/// mix, or in bursts. Pace and keys stay what they were.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LoadShift {
    /// The relative weight of each operation while it acts; an operation that is left out is not done.
    pub mix: Ordered<u32>,
    /// Each operation that is drawn is done up to so many times in a row, with a key of its own each time; 1, 2, 4 and so on
    /// are as likely. So a container is filled and emptied again, which operations that are drawn one by one hardly ever do.
    #[serde(default = "by_itself", skip_serializing_if = "is_by_itself")]
    pub bursts: u32,
    /// When it acts inside the fault phase; all of it if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub during: Option<Window>,
}

/// The longest burst that can be asked for: a worker should come to more than one in a short trial.
pub const BURSTS_MAX: u32 = 100_000;

const fn by_itself() -> u32 {
    1
}

const fn is_by_itself(bursts: &u32) -> bool {
    *bursts == 1
}

impl LoadShift {
    /// How many times an operation is done in a row, given an even fraction in `0..1`.
    pub fn burst(&self, fraction: f64) -> u32 {
        ((f64::from(self.bursts) + 1.0).powf(fraction) as u32).clamp(1, self.bursts.max(1))
    }

    /// The operations that it asks for, each with its share of all.
    pub fn shares(&self) -> impl Iterator<Item = (&str, f64)> {
        let sum: u64 = self.mix.0.iter().map(|(_, weight)| u64::from(*weight)).sum();
        self.mix.0.iter().map(move |(name, weight)| (name.as_str(), f64::from(*weight) / sum.max(1) as f64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aimed_holds_of_each_length_take_about_as_much_time() {
        let stall: Stall = serde_json::from_str(r#"{"at": {"function": "*"}}"#).unwrap();
        let holds: Vec<u64> = (0..4_096).map(|number| stall.hold(number, 0.5).nanos() / 1_000).collect();
        for doubling in 0..10 {
            let length = AIMED_MICROS << doubling;
            let time: u64 = holds.iter().filter(|hold| **hold == length).sum();
            assert_eq!(time, 4_096 / 2 * AIMED_MICROS, "{length} µs");
        }
        assert_eq!(holds.iter().max(), Some(&(AIMED_MICROS << AIMED_DOUBLINGS)));
    }

    #[test]
    fn bursts_are_at_most_as_long_as_asked_and_each_doubling_is_as_likely() {
        let shift: LoadShift = serde_json::from_str(r#"{"mix": {"get": 1}, "bursts": 63}"#).unwrap();
        assert_eq!([0.0, 0.17, 0.34, 0.5, 0.99, 1.0].map(|fraction| shift.burst(fraction)), [1, 2, 4, 8, 61, 63]);
    }
}
