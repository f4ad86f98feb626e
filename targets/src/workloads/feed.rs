//! What is fed to a container under test: takes the numbers of the elements to make, hands them on one by one, as an iterator that
//! may panic at each of them, and that may say the wrong thing about how many there are. Safe code may do both.

use super::draw::Draw;
use crate::tracked::{Value, in_callback};
use squall_probe::point;

/// Makes the elements of one container.
#[derive(Debug, Clone, Copy)]
pub struct Maker {
    /// What they belong to.
    pub key: u64,
    /// Who makes them.
    pub worker: u32,
}

impl Maker {
    /// The element with this number.
    #[must_use]
    pub fn make(self, number: u64) -> Value {
        Value::new(self.key, self.worker, number)
    }
}

/// What an iterator says about how many elements are left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hint {
    /// The number.
    Exact,
    /// Nothing.
    Unknown,
    /// Half of it as the least.
    AtLeastHalf,
    /// More than there are.
    TooMany,
    /// Fewer than there are, as the most.
    TooFew,
}

impl Hint {
    /// A hint; a wrong one only if the iterator may lie.
    #[must_use]
    pub fn drawn(draw: &mut Draw, lies: bool) -> Self {
        match draw.below(if lies { 6 } else { 4 }) {
            0 => Self::Unknown,
            1 => Self::AtLeastHalf,
            4 => Self::TooMany,
            5 => Self::TooFew,
            _ => Self::Exact,
        }
    }
}

/// Elements that are made as they are asked for.
///
/// Point: `feed.next.inside` before each of them is made.
#[derive(Debug)]
pub struct Feed<F> {
    numbers: std::vec::IntoIter<u64>,
    make: F,
    hint: Hint,
}

impl<T, F: FnMut(u64) -> T> Feed<F> {
    /// What `make` makes of these numbers.
    #[must_use]
    pub fn new(numbers: impl IntoIterator<Item = u64>, make: F, hint: Hint) -> Self {
        Self { numbers: numbers.into_iter().collect::<Vec<_>>().into_iter(), make, hint }
    }

    fn before_next(&self) {
        if self.numbers.len() > 0 {
            in_callback(|| point!("feed.next.inside"));
        }
    }
}

impl<T, F: FnMut(u64) -> T> Iterator for Feed<F> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.before_next();
        self.numbers.next().map(&mut self.make)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.numbers.len();
        match self.hint {
            Hint::Exact => (left, Some(left)),
            Hint::Unknown => (0, None),
            Hint::AtLeastHalf => (left / 2, None),
            Hint::TooMany => (left + 2, Some(left + 2)),
            Hint::TooFew => (left / 2, Some(left / 2)),
        }
    }
}

impl<T, F: FnMut(u64) -> T> ExactSizeIterator for Feed<F> {
    fn len(&self) -> usize {
        match self.hint {
            Hint::TooMany | Hint::TooFew => self.size_hint().0,
            Hint::Exact | Hint::Unknown | Hint::AtLeastHalf => self.numbers.len(),
        }
    }
}

impl<T, F: FnMut(u64) -> T> DoubleEndedIterator for Feed<F> {
    fn next_back(&mut self) -> Option<T> {
        self.before_next();
        self.numbers.next_back().map(&mut self.make)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feed_yields_all_its_elements_whatever_it_says_about_their_number() {
        let make = |number: u64| number;
        for hint in [Hint::Exact, Hint::Unknown, Hint::AtLeastHalf, Hint::TooMany, Hint::TooFew] {
            let fed: Vec<_> = Feed::new(5..9, make, hint).collect();
            assert_eq!(fed, [5, 6, 7, 8], "{hint:?}");
        }
        assert_eq!(Feed::new(0..4, make, Hint::TooMany).size_hint(), (6, Some(6)));
        assert_eq!(Feed::new(0..4, make, Hint::TooFew).len(), 2);
    }
}
