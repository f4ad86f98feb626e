//! Small choices inside an operation: takes the key that was drawn for the call and the number of the step, hands on numbers that
//! are the same for the same seed, so that one operation of a mix stands for all the ways in which a container offers it.

/// Draws numbers.
#[derive(Debug, Clone)]
pub struct Draw(u64);

impl Draw {
    /// The draws of one step.
    #[must_use]
    pub const fn new(key: u64, step: u64) -> Self {
        Self(key.wrapping_mul(0xD6E8_FEB8_6659_FD93) ^ step.rotate_left(32))
    }

    /// A number below `end`; 0 if there is none.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % (end as u64).max(1)) as usize
    }

    /// A number from 0 to `most`, whose ends come up far more often than the numbers between them.
    pub fn at_most(&mut self, most: usize) -> usize {
        match self.below(4) {
            0 => 0,
            1 => most,
            _ => self.below(most + 1),
        }
    }

    /// Whether this is one of so many times.
    pub fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// One step of SplitMix64.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_a_range_come_up_most_and_nothing_lies_beyond_them() {
        let mut counts = [0_u32; 6];
        for step in 0..10_000 {
            counts[Draw::new(7, step).at_most(5)] += 1;
        }
        assert!(counts[1..5].iter().all(|count| (400..1_300).contains(count)), "{counts:?}");
        assert!(counts[0] > 2_500 && counts[5] > 2_500, "{counts:?}");
        assert_eq!(Draw::new(1, 1).at_most(0), 0);
    }
}
