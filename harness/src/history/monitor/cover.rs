//! How many ranges cover each slot: takes ranges away and puts them there, hands on the next slot that none covers; each in as many
//! steps as the number of slots has digits.

use std::ops::RangeInclusive;

/// How many ranges cover each of some slots.
pub(super) struct Cover {
    /// For each part of the slots, halved again and again, the least that ranges within the part cover a slot of it.
    least: Vec<i32>,
    /// How many ranges cover the whole part, and not the one above.
    whole: Vec<i32>,
    leaves: usize,
}

impl Cover {
    /// So many slots that these ranges cover.
    pub(super) fn of(slots: u32, ranges: impl Iterator<Item = RangeInclusive<u32>>) -> Self {
        let leaves = (slots as usize).next_power_of_two();
        let mut counts = vec![0; leaves + 1];
        for range in ranges.filter(|range| !range.is_empty()) {
            counts[*range.start() as usize] += 1;
            counts[*range.end() as usize + 1] -= 1;
        }
        let mut cover = Self { least: vec![0; leaves * 2], whole: vec![0; leaves * 2], leaves };
        let mut now = 0;
        for (slot, change) in counts[..leaves].iter().enumerate() {
            now += change;
            (cover.least[leaves + slot], cover.whole[leaves + slot]) = (now, now);
        }
        for part in (1..leaves).rev() {
            cover.least[part] = cover.least[part * 2].min(cover.least[part * 2 + 1]);
        }
        cover
    }

    /// Adds a range, or takes one away.
    pub(super) fn change(&mut self, range: &RangeInclusive<u32>, by: i32) {
        if !range.is_empty() {
            self.change_part(1, 0..=self.leaves - 1, *range.start() as usize..=*range.end() as usize, by);
        }
    }

    fn change_part(&mut self, part: usize, of: RangeInclusive<usize>, range: RangeInclusive<usize>, by: i32) {
        if range.start() <= of.start() && of.end() <= range.end() {
            self.least[part] += by;
            self.whole[part] += by;
            return;
        }
        let middle = of.start().midpoint(*of.end());
        if *range.start() <= middle {
            self.change_part(part * 2, *of.start()..=middle, range.clone(), by);
        }
        if *range.end() > middle {
            self.change_part(part * 2 + 1, middle + 1..=*of.end(), range, by);
        }
        self.least[part] = self.least[part * 2].min(self.least[part * 2 + 1]) + self.whole[part];
    }

    /// The first slot of a range that nothing covers.
    pub(super) fn first_bare(&self, range: &RangeInclusive<u32>) -> Option<u32> {
        if range.is_empty() {
            return None;
        }
        let range = *range.start() as usize..=*range.end() as usize;
        self.first_bare_of(1, 0..=self.leaves - 1, &range, 0).map(|slot| slot as u32)
    }

    fn first_bare_of(
        &self,
        part: usize,
        of: RangeInclusive<usize>,
        range: &RangeInclusive<usize>,
        above: i32,
    ) -> Option<usize> {
        let is_apart = of.end() < range.start() || range.end() < of.start();
        if is_apart || self.least[part] + above > 0 {
            return None;
        }
        if part >= self.leaves {
            return Some(*of.start());
        }
        let above = above + self.whole[part];
        let middle = of.start().midpoint(*of.end());
        let first = self.first_bare_of(part * 2, *of.start()..=middle, range, above);
        first.or_else(|| self.first_bare_of(part * 2 + 1, middle + 1..=*of.end(), range, above))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn the_first_bare_slot_is_that_of_a_plain_list(
            slots in 1_u32..20,
            ranges in proptest::collection::vec((0_u32..20, 0_u32..8), 0..12),
            asked in (0_u32..20, 0_u32..20),
        ) {
            let ranges: Vec<_> =
                ranges.into_iter().map(|(start, length)| start..=(start + length).min(slots - 1)).collect();
            let (first, later) = ranges.split_at(ranges.len() / 2);
            let mut cover = Cover::of(slots, first.iter().cloned());
            later.iter().for_each(|range| cover.change(range, 1));
            let asked = asked.0..=asked.1.min(slots - 1);
            let bare = |left: &[RangeInclusive<u32>]| {
                asked.clone().find(|slot| !left.iter().any(|range| range.contains(slot)))
            };
            assert_eq!(cover.first_bare(&asked), bare(&ranges));
            first.iter().for_each(|range| cover.change(range, -1));
            assert_eq!(cover.first_bare(&asked), bare(later));
        }
    }
}
