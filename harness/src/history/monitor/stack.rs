//! A stack whose values are all different, judged from the bottom up: values are taken out one by one where that changes nothing for
//! the others (the idea of "decrease and conquer": Lee and Mathur, "Efficient Decrease-and-Conquer Linearizability Monitoring", 2025).
//!
//! - A value that is never certainly inside can come and go at once, and is in nobody's way.
//! - In a slot in which no value is certainly inside, the stack can be empty; so what is certainly inside falls apart into stretches
//!   between such slots, and each can be judged by itself. A removal that found nothing needs such a slot.
//! - Throughout a stretch, the stack is not empty, so that one value lies at the bottom: it may come before the stretch begins, and
//!   may go after it ends. Whichever can, may: what is left can lie upon it. Without it, the stretch falls apart into smaller ones.
//!
//! Of a stretch's values the one that may go last is tried. Each value is taken out once, in as many steps as their number has digits.

use super::cover::Cover;
use super::lives::{Beginning, Life, decide};
use crate::history::record::Record;
use crate::history::search::Found;
use std::ops::{Range, RangeInclusive};

/// Decides; `None` if the history is none of those that it can decide.
pub(in crate::history) fn stack(records: &[Record]) -> Option<Found> {
    decide(records, is_explained)
}

fn is_explained(beginning: &Beginning) -> bool {
    let mut lives: Vec<&Life> = beginning.lives.iter().filter(|life| !life.inside().is_empty()).collect();
    lives.sort_unstable_by_key(|life| *life.inside().start());
    let cover = Cover::of(beginning.slots, lives.iter().map(|life| life.inside()));
    if !beginning.empty.iter().all(|slots| cover.first_bare(slots).is_some()) {
        return false;
    }
    let mut pile = Pile::of(&lives, cover);
    let mut stretches = Vec::new();
    pile.fall_apart(&(0..=beginning.slots - 1), &mut stretches);
    while let Some(stretch) = stretches.pop() {
        if !pile.take_bottom(&stretch) {
            return false;
        }
        pile.fall_apart(&stretch, &mut stretches);
    }
    true
}

/// The values that are left, in the order in which they are certainly inside.
struct Pile<'a> {
    lives: &'a [&'a Life],
    cover: Cover,
    /// When those that cannot be at the bottom yet may come at the earliest; turned round, because the tree knows the greatest.
    comes: Greatest,
    /// When those that can be at the bottom may go at the latest.
    goes: Greatest,
    /// The next one that is left, from each on.
    next: Vec<u32>,
}

impl<'a> Pile<'a> {
    fn of(lives: &'a [&'a Life], cover: Cover) -> Self {
        let comes = Greatest::of(lives.iter().map(|life| -i64::from(*life.comes.start())));
        let goes = Greatest::of(lives.iter().map(|_| i64::MIN));
        Self { lives, cover, comes, goes, next: (0..=lives.len() as u32).collect() }
    }

    /// The values that are certainly inside in a stretch, and nowhere else.
    fn of_stretch(&self, stretch: &RangeInclusive<u32>) -> Range<usize> {
        let before = |slot: u32| self.lives.partition_point(|life| *life.inside().start() < slot);
        before(*stretch.start())..before(*stretch.end() + 1)
    }

    /// Takes out a value that can be at the bottom throughout a stretch; hands on whether there is one.
    fn take_bottom(&mut self, stretch: &RangeInclusive<u32>) -> bool {
        let places = self.of_stretch(stretch);
        while let Some((place, comes)) = self.comes.greatest(&places)
            && -comes < i64::from(*stretch.start())
        {
            self.comes.set(place, i64::MIN);
            self.goes.set(place, i64::from(*self.lives[place].goes.end()));
        }
        let last = self.goes.greatest(&places).filter(|(_, goes)| *goes > i64::from(*stretch.end()));
        let Some((place, _)) = last else { return false };
        self.goes.set(place, i64::MIN);
        self.next[place] = place as u32 + 1;
        self.cover.change(&self.lives[place].inside(), -1);
        true
    }

    /// The first value from a place on that is left.
    fn left_from(&mut self, place: usize) -> usize {
        let mut found = place;
        while self.next[found] as usize != found {
            let farther = self.next[self.next[found] as usize];
            self.next[found] = farther;
            found = farther as usize;
        }
        found
    }

    /// Cuts what is left of a stretch where nothing is certainly inside any more.
    fn fall_apart(&mut self, stretch: &RangeInclusive<u32>, stretches: &mut Vec<RangeInclusive<u32>>) {
        let mut places = self.of_stretch(stretch);
        loop {
            places.start = self.left_from(places.start);
            if places.is_empty() {
                return;
            }
            let start = *self.lives[places.start].inside().start();
            let bare = self.cover.first_bare(&(start..=*stretch.end()));
            let end = bare.map_or(*stretch.end(), |bare| bare - 1);
            stretches.push(start..=end);
            places.start = self.of_stretch(&(start..=end)).end;
        }
    }
}

/// The greatest of some numbers in any range, where each can change.
struct Greatest {
    tree: Vec<i64>,
    leaves: usize,
}

impl Greatest {
    fn of(numbers: impl ExactSizeIterator<Item = i64>) -> Self {
        let leaves = numbers.len().next_power_of_two();
        let mut tree = vec![i64::MIN; leaves * 2];
        for (place, number) in numbers.enumerate() {
            tree[leaves + place] = number;
        }
        for part in (1..leaves).rev() {
            tree[part] = tree[part * 2].max(tree[part * 2 + 1]);
        }
        Self { tree, leaves }
    }

    fn set(&mut self, place: usize, number: i64) {
        let mut part = self.leaves + place;
        self.tree[part] = number;
        while part > 1 {
            part /= 2;
            self.tree[part] = self.tree[part * 2].max(self.tree[part * 2 + 1]);
        }
    }

    /// The greatest of a range, and its place; `None` if all were taken out.
    fn greatest(&self, places: &Range<usize>) -> Option<(usize, i64)> {
        let (mut left, mut right) = (self.leaves + places.start, self.leaves + places.end);
        let mut best: Option<usize> = None;
        let mut try_part = |part: usize| {
            if best.is_none_or(|best| self.tree[part] > self.tree[best]) {
                best = Some(part);
            }
        };
        while left < right {
            if left % 2 == 1 {
                try_part(left);
                left += 1;
            }
            if right % 2 == 1 {
                right -= 1;
                try_part(right);
            }
            (left, right) = (left / 2, right / 2);
        }
        let mut part = best.filter(|best| self.tree[*best] > i64::MIN)?;
        while part < self.leaves {
            part = if self.tree[part * 2] == self.tree[part] { part * 2 } else { part * 2 + 1 };
        }
        Some((part - self.leaves, self.tree[part]))
    }
}
