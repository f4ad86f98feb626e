//! The elements as accounts: every change moves money and makes none, so that each walk over one moment's sequence comes to
//! the same sum.

use crate::containers::POISON;

/// How much the accounts hold together.
const TOTAL: u64 = 1_000_000;
/// Never fewer accounts than these.
const LENGTH_MIN: usize = 4;

/// The rules of the accounts.
#[derive(Debug, Clone, Copy)]
pub struct Accounts {
    length_max: usize,
}

/// What one walk came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Seen {
    /// The sum of the elements.
    pub sum: u64,
    /// How many elements there were.
    pub elements: usize,
    /// How many of them were poison.
    pub poison: usize,
}

impl Seen {
    /// Takes note of an element.
    pub const fn add(&mut self, element: u64) {
        self.elements += 1;
        if element == POISON {
            self.poison += 1;
        } else {
            self.sum = self.sum.wrapping_add(element);
        }
    }

    /// Whether the sum is that of one moment.
    #[must_use]
    pub const fn is_whole(self) -> bool {
        self.sum == TOTAL
    }
}

impl Accounts {
    /// At most so many accounts.
    #[must_use]
    pub fn new(length_max: usize) -> Self {
        Self { length_max: length_max.max(LENGTH_MIN) }
    }

    /// How many accounts there are at most.
    #[must_use]
    pub const fn length_max(self) -> usize {
        self.length_max
    }

    /// The accounts in the beginning.
    #[must_use]
    pub fn open(self) -> Vec<u64> {
        let mut accounts = vec![0; LENGTH_MIN];
        accounts[0] = TOTAL;
        accounts
    }

    /// Moves half of one account, as the key chooses, to another.
    pub fn transfer(self, accounts: &mut [u64], key: u64) {
        let (from, to) = (key as usize % accounts.len(), (key as usize / 7 + 1) % accounts.len());
        let amount = accounts[from] / 2;
        accounts[from] -= amount;
        accounts[to] += amount;
    }

    /// Opens an account, if there may be more, and moves half of another one to it.
    pub fn grow(self, accounts: &mut Vec<u64>, key: u64) {
        if accounts.len() < self.length_max {
            accounts.push(0);
            let (from, to) = (key as usize % accounts.len(), accounts.len() - 1);
            let amount = accounts[from] / 2;
            accounts[from] -= amount;
            accounts[to] += amount;
        }
    }

    /// Closes accounts from the end, and moves what they hold to the first one.
    pub fn truncate(self, accounts: &mut Vec<u64>, key: u64) {
        let length = (key as usize % self.length_max).max(LENGTH_MIN);
        if length < accounts.len() {
            accounts[0] += accounts.drain(length..).sum::<u64>();
        }
    }
}
