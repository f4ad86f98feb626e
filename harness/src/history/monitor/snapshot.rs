//! Snapshots: every read equals some version that was published, and no process goes back behind a version that it has read.
//!
//! A process has gone back if a version that it reads was published wholly before another that it read earlier. So what counts
//! of all that it has read is when the latest of those publications began; and of several that a read may mean, the one that
//! began first leaves the most freedom to the reads that follow.

use crate::history::kind::Verb;
use crate::history::record::Record;
use crate::history::search::Found;
use crate::history::value::Value;
use foldhash::fast::FixedState;
use hashbrown::HashMap;

/// What is wrong with a read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::history) enum Breach {
    /// Nobody had published that.
    NeverPublished,
    /// The process had read a later version.
    WentBack,
}

/// Decides the history of one snapshot, which is `initial` at first.
pub(in crate::history) fn snapshot(records: &[Record], initial: Value) -> Found {
    snapshot_breach(records, initial).map_or(Found::Order, |(operation, _)| Found::None { operation })
}

/// The first read that is wrong.
pub(in crate::history) fn snapshot_breach(records: &[Record], initial: Value) -> Option<(usize, Breach)> {
    // The first version was published before all.
    let mut published = HashMap::<Value, Vec<(u32, u32)>, FixedState>::default();
    published.entry(initial).or_default().push((0, 0));
    for record in records.iter().filter(|record| record.verb == Verb::Publish) {
        published.entry(record.argument).or_default().push((record.invocation, record.response));
    }
    let mut reads: Vec<usize> = (0..records.len()).filter(|number| records[*number].answer.is_some()).collect();
    reads.sort_unstable_by_key(|number| records[*number].response);
    let mut latest_begun = HashMap::<Value, u32, FixedState>::default();
    for number in reads {
        let (read, latest) = (&records[number], latest_begun.entry(records[number].process).or_default());
        let versions = read.answer.and_then(|version| published.get(&version)).map_or(&[][..], Vec::as_slice);
        let begun = &versions[..versions.partition_point(|(invocation, _)| *invocation < read.response)];
        match begun.iter().find(|(_, response)| response >= latest) {
            Some((invocation, _)) => *latest = (*latest).max(*invocation),
            None if begun.is_empty() => return Some((number, Breach::NeverPublished)),
            None => return Some((number, Breach::WentBack)),
        }
    }
    None
}
