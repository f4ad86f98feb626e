//! Joins the panics that say the same from the same place, in bounded memory.

use squall_model::PanicReport;

/// How many different panics of one trial are told apart; others are joined with the last one.
const GROUPS_MAX: usize = 256;

/// The panics of a trial, each with its count, in the order in which they were first seen.
#[derive(Debug, Default)]
pub(super) struct Panics {
    groups: Vec<PanicReport>,
}

impl Panics {
    /// Adds one report to its group.
    pub(super) fn add(&mut self, report: &PanicReport) {
        let full = self.groups.len() >= GROUPS_MAX;
        match self.groups.iter_mut().rev().find(|known| full || same(known, report)) {
            Some(known) => {
                known.count = known.count.saturating_add(report.count);
                if known.frames.is_empty() {
                    known.frames.clone_from(&report.frames);
                }
            }
            None => self.groups.push(report.clone()),
        }
    }

    pub(super) fn into_groups(self) -> Vec<PanicReport> {
        self.groups
    }
}

/// Whether two panics say the same from the same place; numbers in the message do not count.
fn same(left: &PanicReport, right: &PanicReport) -> bool {
    let place = |report: &PanicReport| report.location.clone().unwrap_or_default();
    left.injected == right.injected
        && left.can_unwind == right.can_unwind
        && place(left) == place(right)
        && without_digits(&left.message).eq(without_digits(&right.message))
}

fn without_digits(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().filter(|character| !character.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use squall_model::SourceLocation;

    fn report(message: String, line: u32) -> PanicReport {
        let location = Some(SourceLocation { file: "a.rs".to_owned(), line, column: 1 });
        PanicReport { message, location, count: 1, ..PanicReport::default() }
    }

    #[test]
    fn panics_are_joined_by_place_and_by_words_but_not_by_numbers() {
        let mut panics = Panics::default();
        for index in 0..10 {
            panics.add(&report(format!("index {index} out of range"), 7));
        }
        panics.add(&report("index 3 out of range".to_owned(), 8));
        panics.add(&report("poisoned".to_owned(), 7));
        let counts: Vec<_> = panics.into_groups().iter().map(|report| report.count).collect();
        assert_eq!(counts, [10, 1, 1]);
    }

    #[test]
    fn a_flood_of_different_panics_stays_bounded_and_counted() {
        let mut panics = Panics::default();
        for number in 0..10_000_u32 {
            let word: String = number.to_string().chars().map(|digit| char::from(b'a' + digit as u8 - b'0')).collect();
            panics.add(&report(word, 1));
        }
        let groups = panics.into_groups();
        assert_eq!(groups.len(), GROUPS_MAX);
        assert_eq!(groups.iter().map(|report| report.count).sum::<u64>(), 10_000);
    }
}
