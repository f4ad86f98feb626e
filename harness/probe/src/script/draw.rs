//! Small decisions drawn from one stream of random numbers, so that authors of scripts need no random-number crate of their own.

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// Draws what a script is made of.
#[derive(Debug)]
pub struct Draw(Xoshiro256PlusPlus);

impl Draw {
    /// The same seed draws the same.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    /// A number from `least` to `most`, both included.
    pub fn between(&mut self, least: usize, most: usize) -> usize {
        self.0.random_range(least..=most.max(least))
    }

    /// Whether one chance in so many has come.
    pub fn one_in(&mut self, chances: u64) -> bool {
        self.0.random_range(0..chances.max(1)) == 0
    }

    /// One of these.
    pub fn one_of<T: Copy, const COUNT: usize>(&mut self, choices: [T; COUNT]) -> T {
        choices[self.0.random_range(0..COUNT)]
    }

    /// A place in a list of weights, in proportion to them; the first one if all are nothing.
    pub fn weighted(&mut self, weights: &[u32]) -> usize {
        let sum: u64 = weights.iter().map(|weight| u64::from(*weight)).sum();
        let mut left = self.0.random_range(0..sum.max(1));
        for (place, weight) in weights.iter().enumerate() {
            match left.checked_sub(u64::from(*weight)) {
                Some(rest) => left = rest,
                None => return place,
            }
        }
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn weights_are_kept_to_and_nothing_is_drawn_that_has_none() {
        let mut draw = Draw::seeded(1);
        let mut drawn = [0_u32; 3];
        (0..10_000).for_each(|_| drawn[draw.weighted(&[3, 0, 1])] += 1);
        assert!((7_300..7_700).contains(&drawn[0]) && drawn[1] == 0, "{drawn:?}");
    }
}
