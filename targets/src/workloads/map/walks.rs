//! What one walk over a map showed: whether a key came twice, and which of the keys that are never removed did not come.

/// The keys that a walk showed, a bit each.
#[derive(Debug, Default)]
pub struct Seen {
    words: Vec<u64>,
    twice: u64,
    first_twice: Option<u64>,
    kept: u64,
}

impl Seen {
    /// Ready for a walk over keys below `keys`, with nothing seen.
    pub fn begin(&mut self, keys: u64) {
        self.words.clear();
        self.words.resize(keys.div_ceil(u64::from(u64::BITS)) as usize, 0);
        (self.twice, self.first_twice, self.kept) = (0, None, 0);
    }

    /// Takes note of a key; `kept` is whether it is never removed. Hands on whether there can be such a key.
    #[inline]
    pub fn see(&mut self, key: u64, kept: bool) -> bool {
        let Some(word) = self.words.get_mut((key / u64::from(u64::BITS)) as usize) else { return false };
        let bit = 1 << (key % u64::from(u64::BITS));
        if *word & bit == 0 {
            *word |= bit;
            self.kept += u64::from(kept);
        } else {
            self.twice += 1;
            self.first_twice.get_or_insert(key);
        }
        true
    }

    /// What is wrong if no key may come twice.
    #[must_use]
    pub fn doubled(&self) -> Option<String> {
        let first = self.first_twice?;
        Some(format!("a walk showed {} keys twice, such as key {first}", self.twice))
    }

    /// What is wrong if each of so many kept keys has to come.
    #[must_use]
    pub fn lacking(&self, kept: u64) -> Option<String> {
        let lacking = kept - self.kept;
        (lacking > 0).then(|| format!("a walk missed {lacking} of {kept} keys that nobody removes"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_that_shows_each_key_once_is_accepted() {
        let mut seen = Seen::default();
        seen.begin(100);
        assert!((0..100).all(|key| seen.see(key, key % 4 == 0)));
        assert_eq!((seen.doubled(), seen.lacking(25)), (None, None));
    }

    #[test]
    fn a_key_that_comes_twice_or_not_at_all_or_never_was_is_told() {
        let mut seen = Seen::default();
        seen.begin(100);
        assert!(seen.see(8, true) && seen.see(8, true) && !seen.see(1_000, false));
        assert_eq!(seen.doubled().unwrap(), "a walk showed 1 keys twice, such as key 8");
        assert_eq!(seen.lacking(3).unwrap(), "a walk missed 2 of 3 keys that nobody removes");
    }
}
