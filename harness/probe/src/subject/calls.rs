//! Draws the operations and keys of one worker, a batch ahead, so that drawing is not part of an operation's latency.

use rand::RngExt;
use rand::distr::Distribution;
use rand_distr::Zipf;
use rand_distr::weighted::WeightedIndex;
use rand_xoshiro::Xoshiro256PlusPlus;
use squall_model::{HotSet, Keys};

/// How many calls are drawn at once.
const BATCH: usize = 256;

/// The calls of one worker, as operation and key.
pub(super) struct Calls {
    random: Xoshiro256PlusPlus,
    operations: WeightedIndex<u32>,
    keys: KeySource,
    batch: Vec<(usize, u64)>,
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
        let operations = WeightedIndex::new(weights).map_err(|error| format!("mix: {error}"))?;
        Ok(Self { random, operations, keys: KeySource::new(keys)?, batch: Vec::with_capacity(BATCH) })
    }

    /// Whether the next call is drawn already.
    #[inline]
    pub(super) fn is_drawn(&self) -> bool {
        !self.batch.is_empty()
    }

    /// Draws the next batch.
    pub(super) fn draw(&mut self) {
        for _ in 0..BATCH {
            let operation = self.operations.sample(&mut self.random);
            let key = self.keys.draw(&mut self.random);
            self.batch.push((operation, key));
        }
    }

    /// The next call.
    #[inline]
    pub(super) fn next(&mut self) -> (usize, u64) {
        match self.batch.pop() {
            Some(call) => call,
            None => {
                self.draw();
                self.batch.pop().unwrap_or((0, 0))
            }
        }
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
    use squall_model::units::Percent;

    fn drawn(weights: &[u32], keys: Keys) -> Vec<(usize, u64)> {
        let mut calls = Calls::new(Xoshiro256PlusPlus::seed_from_u64(1), weights, &keys).unwrap();
        (0..100_000).map(|_| calls.next()).collect()
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
}
