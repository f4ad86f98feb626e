//! Takes the misuse of memory that a subject was caught at, hands on one finding for each kind and place, with the stacks that
//! asked for the block and freed it.

use super::context::{Context, judged};
use super::fingerprint::{fingerprint, named};
use super::frames::in_app_frames;
use squall_model::text::{count, counted};
use squall_model::{BlockLayout, Finding, MemoryIncident, MemoryMisuse, Symptom};
use std::collections::BTreeMap;
use std::fmt::Write;

/// So many examples of one kind and place are told.
const EXAMPLES_MAX: usize = 3;
/// So many functions of a stack are named in one line.
const FUNCTIONS_MAX: usize = 3;
/// From one place, so many functions tell it from others.
const FRAMES_MAX: usize = 3;

/// The findings of all misuse.
pub(super) fn findings(context: &Context<'_>) -> Vec<Finding> {
    let mut groups: BTreeMap<(MemoryMisuse, Vec<String>), Vec<&MemoryIncident>> = BTreeMap::new();
    for incident in &context.record.memory {
        groups.entry((incident.misuse, in_app_frames(place(incident), FRAMES_MAX))).or_default().push(incident);
    }
    join_unplaced(&mut groups);
    groups.into_iter().map(|((misuse, place), group)| of_group(context, misuse, &place, &group)).collect()
}

/// The symptom that a misuse is.
pub(super) const fn symptom(misuse: MemoryMisuse) -> Symptom {
    match misuse {
        MemoryMisuse::Leak => Symptom::Leak,
        _ => Symptom::MemoryError,
    }
}

/// The stack by which an incident is known: the one that was caught, or the nearest that is known to it.
fn place(incident: &MemoryIncident) -> &[String] {
    let stacks = match incident.misuse {
        MemoryMisuse::Leak => [&incident.allocated, &incident.stack, &incident.freed],
        MemoryMisuse::WriteAfterFree => [&incident.freed, &incident.allocated, &incident.stack],
        _ => [&incident.stack, &incident.freed, &incident.allocated],
    };
    stacks.into_iter().find(|stack| !stack.is_empty()).map_or(&[], Vec::as_slice)
}

/// The stack from its first frame of the program under test on: above it the standard library only passes the block on.
fn from_the_program(stack: &[String]) -> &[String] {
    let own = stack.iter().position(|frame| !in_app_frames(std::slice::from_ref(frame), 1).is_empty());
    &stack[own.unwrap_or(0)..]
}

/// Not every block has its stacks: those without count for the most frequent place of their kind.
fn join_unplaced(groups: &mut BTreeMap<(MemoryMisuse, Vec<String>), Vec<&MemoryIncident>>) {
    for misuse in MemoryMisuse::ALL {
        let placed = groups.iter().filter(|((kind, place), _)| *kind == misuse && !place.is_empty());
        let most = placed.max_by_key(|(_, group)| total(group)).map(|(key, _)| key.clone());
        if let Some(most) = most
            && let Some(unplaced) = groups.remove(&(misuse, Vec::new()))
        {
            groups.entry(most).or_default().extend(unplaced);
        }
    }
}

fn total(group: &[&MemoryIncident]) -> u64 {
    group.iter().fold(0, |sum, incident| sum.saturating_add(incident.count))
}

fn of_group(context: &Context<'_>, misuse: MemoryMisuse, place: &[String], group: &[&MemoryIncident]) -> Finding {
    let symptom = symptom(misuse);
    let name = match place {
        [] => named(symptom, &format!("{}\0{misuse}", context.workload())),
        place => fingerprint(symptom, misuse.name(), None, place),
    };
    let first = group.iter().max_by_key(|incident| stacks_known(incident)).copied().unwrap_or(group[0]);
    let finding = context.finding(symptom, title(misuse, place, group, first), name);
    // Without the fault nobody looked, so that the control cannot tell how often it is there.
    let finding = context.counted(finding, total(group), judged(context.record), None);
    Finding {
        phase: group.iter().filter_map(|incident| incident.phase).min(),
        details: details(first, group),
        stack: from_the_program(self::place(first)).to_vec(),
        ..finding
    }
}

fn stacks_known(incident: &MemoryIncident) -> usize {
    [&incident.stack, &incident.allocated, &incident.freed].iter().filter(|stack| !stack.is_empty()).count()
}

/// `double free of a block of 64 bytes in a::b::c`, `12 blocks leaked, such as 48 bytes from a::b::c`.
fn title(misuse: MemoryMisuse, place: &[String], group: &[&MemoryIncident], first: &MemoryIncident) -> String {
    let block = block(first.block);
    let place = place.first();
    let from = |word: &str| place.map_or_else(String::new, |function| format!(" {word} {function}"));
    match misuse {
        MemoryMisuse::Leak => format!("{} leaked, such as {block}{}", counted(total(group), "block"), from("from")),
        MemoryMisuse::WriteAfterFree => format!("write after free to {block}{}", from("freed in")),
        _ => format!("{misuse} of {block}{}", from("in")),
    }
}

fn block(layout: BlockLayout) -> String {
    match layout.size {
        0 => "what is no block".to_owned(),
        size => format!("a block of {}", counted(size, "byte")),
    }
}

/// What is known of the first example with most stacks, then the others in short.
fn details(first: &MemoryIncident, group: &[&MemoryIncident]) -> Vec<String> {
    let mut details = vec![what(first)];
    for (word, stack) in [("caught", &first.stack), ("allocated", &first.allocated), ("freed first", &first.freed)] {
        let functions = in_app_frames(stack, FUNCTIONS_MAX);
        if !functions.is_empty() {
            details.push(format!("{word} in {}", functions.join(" < ")));
        }
    }
    let others = group.iter().filter(|other| !std::ptr::eq(**other, first)).take(EXAMPLES_MAX);
    details.extend(others.map(|other| format!("{}x {}", count(other.count), what(other))));
    details
}

fn what(incident: &MemoryIncident) -> String {
    let mut text = format!("{} of {}", incident.misuse, block(incident.block));
    if incident.block.align > 0 {
        let _ = write!(text, ", aligned to {}", incident.block.align);
    }
    if let Some(given) = incident.given {
        let _ = write!(text, "; freed as {}, aligned to {}", counted(given.size, "byte"), given.align);
    }
    if let Some(offset) = incident.offset {
        let _ = write!(text, "; at byte {}", count(offset));
    }
    if !incident.written.is_empty() {
        let bytes: Vec<String> = incident.written.iter().map(|byte| format!("{byte:02x}")).collect();
        let _ = write!(text, " now stands {}", bytes.join(" "));
    }
    if let Some(worker) = incident.worker {
        let _ = write!(text, "; by worker {worker}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::derive;
    use super::*;
    use crate::verdict::{fixture, judge};
    use squall_model::{Phase, TrialRecord, Verdict};

    fn incident(misuse: MemoryMisuse, count: u64, stack: &[&str]) -> MemoryIncident {
        MemoryIncident {
            misuse,
            count,
            block: BlockLayout { size: 64, align: 8 },
            given: None,
            offset: None,
            written: Vec::new(),
            worker: Some(2),
            phase: Some(Phase::Fault),
            stack: stack.iter().map(|frame| (*frame).to_owned()).collect(),
            allocated: Vec::new(),
            freed: Vec::new(),
        }
    }

    fn derived(memory: Vec<MemoryIncident>) -> Vec<Finding> {
        let plan = fixture::plan(&[]);
        let record = TrialRecord { memory, ..fixture::record_with(|_| {}, 40) };
        let judgement = judge(&plan, None, Some(&record));
        assert_eq!(judgement.verdict, Verdict::Fail, "{}", judgement.reason);
        derive(&plan, None, &record, &judgement, "squall run x.yaml")
    }

    #[test]
    fn each_kind_and_place_is_one_finding_with_its_stacks() {
        let mut known = incident(MemoryMisuse::DoubleFree, 2, &["alloc::boxed::drop", "list::Node::drop (src/x.rs:7)"]);
        known.allocated = vec!["list::push".to_owned()];
        known.freed = vec!["list::pop".to_owned(), "core::ops::call".to_owned()];
        let unplaced = incident(MemoryMisuse::DoubleFree, 5, &[]);
        let elsewhere = incident(MemoryMisuse::DoubleFree, 1, &["list::clear"]);
        let findings = derived(vec![unplaced, known, elsewhere]);
        let titles: Vec<_> = findings.iter().map(|finding| (finding.title.as_str(), finding.count)).collect();
        assert_eq!(
            titles,
            [
                ("double free of a block of 64 bytes in list::Node::drop", 7),
                ("double free of a block of 64 bytes in list::clear", 1)
            ]
        );
        assert_eq!(findings[0].symptom, Symptom::MemoryError);
        assert_eq!(
            findings[0].details[..4],
            [
                "double free of a block of 64 bytes, aligned to 8; by worker 2",
                "caught in list::Node::drop",
                "allocated in list::push",
                "freed first in list::pop"
            ]
        );
        assert_eq!(findings[0].stack, ["list::Node::drop (src/x.rs:7)"]);
    }

    #[test]
    fn a_write_after_free_says_where_and_what_and_a_leak_whose() {
        let mut written = incident(MemoryMisuse::WriteAfterFree, 1, &[]);
        (written.offset, written.written, written.worker) = (Some(16), vec![0, 255], None);
        written.freed = vec!["map::shrink".to_owned()];
        let mut leak = incident(MemoryMisuse::Leak, 12, &[]);
        leak.allocated = vec!["queue::push".to_owned()];
        let findings = derived(vec![leak, written]);
        assert_eq!(findings[0].title, "write after free to a block of 64 bytes freed in map::shrink");
        assert!(findings[0].details[0].ends_with("; at byte 16 now stands 00 ff"), "{:?}", findings[0].details);
        assert_eq!(findings[1].symptom, Symptom::Leak);
        assert_eq!(findings[1].title, "12 blocks leaked, such as a block of 64 bytes from queue::push");
    }

    #[test]
    fn the_fingerprint_keeps_whatever_the_size_and_the_count() {
        let print = |size, count, stack: &[&str]| {
            let block = BlockLayout { size, align: 8 };
            derived(vec![MemoryIncident { block, ..incident(MemoryMisuse::InvalidFree, count, stack) }])
                .remove(0)
                .fingerprint
        };
        assert_eq!(print(8, 1, &["a::b"]), print(99, 3, &["a::b (src/a.rs:3)"]));
        assert_ne!(print(8, 1, &["a::b"]), print(8, 1, &["a::c"]));
    }
}
