//! Tells values apart that come again only after they are gone: takes the operations on a container, hands on the same ones with a
//! value of its own for each time that a value was put there. So that what decides histories of different values decides these, too.
//!
//! If, whenever a value is put there again, as many removals of it had ended as puttings had begun, each removal took the value of the
//! putting with the same number: so many removals that had ended need as many puttings that had begun, and there were no more.

use super::kind::Verb;
use super::record::Record;
use super::value::Value;
use foldhash::fast::FixedState;
use hashbrown::HashMap;

/// The operations on one value.
#[derive(Default)]
struct Uses {
    pushes: Vec<u32>,
    removals: Vec<u32>,
}

/// The operations with values told apart; `None` if they were before, or cannot be.
pub(super) fn told_apart(records: &[Record]) -> Option<Vec<Record>> {
    let mut uses = HashMap::<Value, Uses, FixedState>::default();
    let mut pushes = 0;
    for (number, record) in records.iter().enumerate() {
        let number = number as u32;
        match (record.verb, record.answer) {
            (Verb::Push, _) if record.applied == Some(false) => {}
            (Verb::Push, _) => {
                uses.entry(record.argument).or_default().pushes.push(number);
                pushes += 1;
            }
            (Verb::Pop | Verb::Steal | Verb::Peek, Some(Value::NULL)) | (Verb::Peek, None) => {}
            (Verb::Pop | Verb::Steal, Some(value)) => uses.entry(value).or_default().removals.push(number),
            _ => return None,
        }
    }
    if uses.values().all(|uses| uses.pushes.len() <= 1) || uses.contains_key(&Value::NULL) {
        return None;
    }
    // Of numbers, the smaller ones stay smaller, for those who take the smallest first.
    let mut uses: Vec<(Value, Uses)> = uses.into_iter().collect();
    uses.sort_unstable_by_key(|(value, _)| (value.as_whole(), *value));
    let mut apart = records.to_vec();
    let mut name: i64 = 0;
    for (_, uses) in &mut uses {
        uses.removals.sort_unstable_by_key(|number| records[*number as usize].response);
        if !are_one_after_the_other(records, uses) {
            return None;
        }
        let times = uses.pushes.len().max(1);
        for (time, number) in uses.pushes.iter().enumerate() {
            apart[*number as usize].argument = Value::whole(name + time as i64)?;
        }
        // What is taken too often is taken again, and what nobody put there stays so.
        for (time, number) in uses.removals.iter().enumerate() {
            apart[*number as usize].answer = Value::whole(name + time.min(times - 1) as i64);
        }
        name += times as i64;
    }
    debug_assert!(name >= pushes, "each time has a name");
    Some(apart)
}

/// Whether the value was gone whenever it came again.
fn are_one_after_the_other(records: &[Record], uses: &Uses) -> bool {
    let is_certain = uses.pushes.len() == 1 || uses.pushes.iter().all(|number| records[*number as usize].is_answered());
    let again = uses.pushes.iter().enumerate().skip(1);
    is_certain
        && again.into_iter().all(|(time, push)| {
            let gone = uses.removals.get(time - 1);
            gone.is_some_and(|gone| records[*gone as usize].is_before(&records[*push as usize]))
        })
}
