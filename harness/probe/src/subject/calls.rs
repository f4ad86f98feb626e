//! Draws the operations and keys of one worker, a batch ahead, so that drawing is not part of an operation's latency.

use super::shift::Shift;
use rand::RngExt;
use rand::distr::Distribution;
use rand_distr::Zipf;
use rand_distr::weighted::WeightedIndex;
use rand_xoshiro::Xoshiro256PlusPlus;
use squall_model::{HotSet, Keys};

/// How many calls are drawn at once.
const BATCH: usize = 256;

/// The calls of one worker, as operation and key: usually from the load's mix, and from a `load` fault's while that is armed.
pub(super) struct Calls {
    keys: KeySource,
    /// The usual calls first, then those under each of the `load` faults.
    streams: Vec<Stream>,
    /// The stream from which the next call comes.
    current: usize,
}

/// Calls from one mix, and the burst that they are in. Each stream has random numbers of its own, so that none depends on how much was drawn from another.
struct Stream {
    random: Xoshiro256PlusPlus,
    operations: WeightedIndex<u32>,
    batch: Vec<(usize, u64)>,
    shift: Option<Shift>,
    /// The operation under way, and how many times more it is to be done.
    burst: (usize, u32),
}

enum KeySource {
    Even { count: u64 },
    Zipf { count: u64, ranks: Zipf<f64> },
    Hot { count: u64, hot: HotSet },
}

impl Calls {
    /// The calls that follow from these random numbers, weights and keys.
    ///
    /// # Errors
    /// If no operation has a weight, or the keys make no distribution, in words.
    pub(super) fn new(random: Xoshiro256PlusPlus, weights: &[u32], keys: &Keys) -> Result<Self, String> {
        let keys = KeySource::new(keys)?;
        let usual = Stream::new(random, weights, &keys, None)?;
        Ok(Self { keys, streams: vec![usual], current: 0 })
    }

    /// Adds the calls of a `load` fault.
    ///
    /// # Errors
    /// If no operation has a weight in its mix, in words.
    pub(super) fn add(&mut self, random: Xoshiro256PlusPlus, shift: Shift) -> Result<(), String> {
        let weights = shift.weights.clone();
        self.streams.push(Stream::new(random, &weights, &self.keys, Some(shift))?);
        Ok(())
    }

    /// Draws the next batch if the last one is used up; hands on whether it did. Only the current stream can be used up,
    /// so that after this the next call is drawn, whatever mix it comes from.
    #[inline]
    pub(super) fn refill(&mut self) -> bool {
        let stream = &mut self.streams[self.current];
        let empty = stream.batch.is_empty();
        if empty {
            stream.draw(&self.keys);
        }
        empty
    }

    /// The next call, from the mix that is in force at this moment.
    #[inline]
    pub(super) fn next(&mut self) -> (usize, u64) {
        if self.streams.len() > 1 {
            self.turn();
        }
        let stream = &mut self.streams[self.current];
        if let Some(shift) = &mut stream.shift {
            shift.begin();
        }
        stream.batch.pop().unwrap_or((0, 0))
    }

    /// Notes that the last call ended.
    #[inline]
    pub(super) fn finish(&mut self, operation: usize) {
        if let Some(shift) = &mut self.streams[self.current].shift {
            shift.finish(operation);
        }
    }

    /// Turns to the stream whose mix is in force; what was counted on another is told.
    fn turn(&mut self) {
        let in_force = |stream: &Stream| stream.shift.as_ref().is_some_and(Shift::in_force);
        let next = self.streams.iter().position(in_force).unwrap_or(0);
        if next != self.current {
            if let Some(shift) = &mut self.streams[self.current].shift {
                shift.tell();
            }
            self.current = next;
        }
    }
}

impl Stream {
    fn new(
        random: Xoshiro256PlusPlus,
        weights: &[u32],
        keys: &KeySource,
        shift: Option<Shift>,
    ) -> Result<Self, String> {
        let operations = WeightedIndex::new(weights).map_err(|error| format!("mix: {error}"))?;
        let mut stream = Self { random, operations, batch: Vec::with_capacity(BATCH), shift, burst: (0, 0) };
        stream.draw(keys);
        Ok(stream)
    }

    fn draw(&mut self, keys: &KeySource) {
        for _ in 0..BATCH {
            let operation = self.draw_operation();
            let key = keys.draw(&mut self.random);
            self.batch.push((operation, key));
        }
        self.batch.reverse();
    }

    fn draw_operation(&mut self) -> usize {
        if self.burst.1 == 0 {
            let operation = self.operations.sample(&mut self.random);
            let shift = self.shift.as_ref().filter(|shift| shift.comes_in_bursts());
            let length = shift.map_or(1, |shift| shift.burst(self.random.random()));
            self.burst = (operation, length);
        }
        self.burst.1 -= 1;
        self.burst.0
    }
}

impl KeySource {
    fn new(keys: &Keys) -> Result<Self, String> {
        let count = keys.count.max(1);
        match (keys.zipf, keys.hot) {
            (Some(exponent), _) => {
                let ranks = Zipf::new(count as f64, exponent).map_err(|error| format!("keys.zipf: {error}"))?;
                Ok(Self::Zipf { count, ranks })
            }
            (None, Some(hot)) if hot.keys == 0 || hot.keys >= count => {
                Err(format!("keys.hot: {} hot keys of {count} leave no other key", hot.keys))
            }
            (None, Some(hot)) => Ok(Self::Hot { count, hot }),
            (None, None) => Ok(Self::Even { count }),
        }
    }

    fn draw(&self, random: &mut Xoshiro256PlusPlus) -> u64 {
        match self {
            Self::Even { count } => random.random_range(0..*count),
            Self::Zipf { count, ranks } => (ranks.sample(random) as u64).clamp(1, *count) - 1,
            Self::Hot { count, hot } => {
                if random.random::<f64>() < hot.share.fraction() {
                    random.random_range(0..hot.keys)
                } else {
                    random.random_range(hot.keys..*count)
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use squall_model::fault::LoadShift;
    use squall_model::segment::{Layout, MeterView, Segment};
    use squall_model::units::Percent;
    use std::sync::atomic::AtomicU64;

    fn calls(weights: &[u32], keys: Keys) -> Calls {
        Calls::new(Xoshiro256PlusPlus::seed_from_u64(1), weights, &keys).unwrap()
    }

    fn take(calls: &mut Calls, number: usize) -> Vec<(usize, u64)> {
        let one = |_| {
            calls.refill();
            let call = calls.next();
            calls.finish(call.0);
            call
        };
        (0..number).map(one).collect()
    }

    fn drawn(weights: &[u32], keys: Keys) -> Vec<(usize, u64)> {
        take(&mut calls(weights, keys), 100_000)
    }

    #[test]
    fn the_mix_and_the_hot_set_are_kept_to() {
        let keys = Keys { count: 1_000, zipf: None, hot: Some(HotSet { keys: 10, share: Percent::new(90.0) }) };
        let calls = drawn(&[80, 0, 20], keys);
        let gets = calls.iter().filter(|(operation, _)| *operation == 0).count();
        assert!((79_000..81_000).contains(&gets) && calls.iter().all(|(operation, _)| *operation != 1));
        let hot = calls.iter().filter(|(_, key)| *key < 10).count();
        assert!((89_000..91_000).contains(&hot), "{hot} of 100,000 keys are hot");
        assert!(calls.iter().all(|(_, key)| *key < 1_000));
    }

    #[test]
    fn zipf_keys_follow_their_exponent() {
        let calls = drawn(&[1], Keys { count: 100, zipf: Some(1.0), hot: None });
        let count = |wanted| calls.iter().filter(|(_, key)| *key == wanted).count() as f64;
        let harmonic: f64 = (1..=100).map(|rank| 1.0 / f64::from(rank)).sum();
        for key in [0, 1, 9] {
            let expected = 100_000.0 / harmonic / (key as f64 + 1.0);
            assert!((count(key) / expected - 1.0).abs() < 0.1, "key {key}: {} against {expected}", count(key));
        }
    }

    #[test]
    fn equal_seeds_draw_equal_calls() {
        assert_eq!(drawn(&[1, 2], Keys::default()), drawn(&[1, 2], Keys::default()));
    }

    /// Calls of which 9 in 10 are `get`, and under the fault 3 in 4 `put`; with the meter by which it is armed.
    fn shifting() -> (Calls, MeterView<'static>) {
        shifting_by(&serde_json::from_str(r#"{"mix": {"put": 3, "get": 1}}"#).unwrap())
    }

    /// The same under another fault.
    fn shifting_by(fault: &LoadShift) -> (Calls, MeterView<'static>) {
        let layout = Layout::new(1, 1).unwrap();
        let words: Vec<AtomicU64> = (0..layout.bytes() / size_of::<u64>()).map(|_| AtomicU64::new(0)).collect();
        let meter = Segment::new(Vec::leak(words), layout).unwrap().meter(0);
        let shift = Shift::new(fault, &["get", "put"].map(str::to_owned), meter);
        let mut calls = calls(&[9, 1], Keys::default());
        calls.add(Xoshiro256PlusPlus::seed_from_u64(2), shift).unwrap();
        (calls, meter)
    }

    /// The calls while the fault is armed.
    fn take_armed(calls: &mut Calls, meter: MeterView<'_>, number: usize) -> Vec<(usize, u64)> {
        meter.set_armed(true);
        let taken = take(calls, number);
        meter.set_armed(false);
        taken
    }

    #[test]
    fn a_mix_is_in_force_from_its_arming_to_its_healing_whatever_was_drawn_ahead() {
        let (mut calls, meter) = shifting();
        let mut usual = take(&mut calls, 10);
        let shifted = take_armed(&mut calls, meter, 10_000);
        usual.extend(take(&mut calls, 10_000));
        let puts = |calls: &[(usize, u64)]| calls.iter().filter(|(operation, _)| *operation == 1).count();
        assert!((7_300..7_700).contains(&puts(&shifted)), "{} of 10,000 are puts", puts(&shifted));
        assert_eq!(usual, drawn(&[9, 1], Keys::default())[..10_010]);
    }

    #[test]
    fn bursts_do_an_operation_many_times_in_a_row_and_keep_to_the_mix() {
        let fault: LoadShift = serde_json::from_str(r#"{"mix": {"put": 1, "get": 3}, "bursts": 100}"#).unwrap();
        let (mut calls, meter) = shifting_by(&fault);
        let taken: Vec<usize> =
            take_armed(&mut calls, meter, 400_000).into_iter().map(|(operation, _)| operation).collect();
        let puts = taken.iter().filter(|operation| **operation == 1).count();
        assert!((80_000..120_000).contains(&puts), "{puts} of 400,000 are puts");
        let longest = taken.chunk_by(|left, right| left == right).filter(|run| run[0] == 1).map(<[_]>::len).max();
        assert!(longest.unwrap() > 50, "the longest row of puts is {longest:?}");
    }

    #[test]
    fn the_nth_call_under_a_fault_does_not_depend_on_when_it_is_armed() {
        let (mut early, early_meter) = shifting();
        let (mut late, late_meter) = shifting();
        let whole = take_armed(&mut early, early_meter, 1_000);
        take(&mut late, 777);
        let mut parts = take_armed(&mut late, late_meter, 300);
        take(&mut late, 5);
        parts.extend(take_armed(&mut late, late_meter, 700));
        assert_eq!(whole, parts);
    }

    #[test]
    fn the_meter_knows_every_operation_that_was_done_under_the_fault() {
        let (mut calls, meter) = shifting();
        take(&mut calls, 100);
        let shifted = take_armed(&mut calls, meter, 1_000);
        drop(calls);
        let puts = shifted.iter().filter(|(operation, _)| *operation == 1).count() as u64;
        assert_eq!((meter.offered(), meter.fired()), (1_000, 1_000));
        // The lanes stand in the order of the fault's mix.
        assert_eq!((meter.lane(0), meter.lane(1)), (puts, 1_000 - puts));
    }
}
