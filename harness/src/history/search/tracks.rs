//! The order of the processes: takes the operations and who asked each, hands on a track for each process, and what stands beside
//! the tracks because it was never answered.

use crate::history::model::{Operation, Sequential};
use crate::history::value::Value;
use foldhash::fast::FixedState;
use hashbrown::HashMap;

/// An operation without an answer: it may take effect at any time after what its process had asked before, or never.
pub(super) struct Loose {
    pub(super) operation: u32,
    /// The track of its process.
    pub(super) track: u32,
    /// How many operations of that track come before it.
    pub(super) after: u32,
    /// The one before it of the same process that asks for the same.
    pub(super) twin: Option<u32>,
}

/// The operations by process.
pub(super) struct Tracks {
    /// The operations with an answer of each process, in the order in which it asked.
    pub(super) tracks: Vec<Vec<u32>>,
    /// The operations without an answer that somebody could notice.
    pub(super) loose: Vec<Loose>,
    /// The operations with an answer, in the order of their responses.
    pub(super) responses: Vec<u32>,
    /// The place of each operation in that order.
    pub(super) rank: Vec<u32>,
    /// Whether each operation, answered as it was, changes nothing.
    pub(super) quiet: Vec<bool>,
}

impl Tracks {
    /// The tracks of operations that are in the order of their invocations; `processes` tells who asked each.
    pub(super) fn of<M: Sequential>(model: &M, operations: &[Operation<M::Call>], processes: &[Value]) -> Self {
        let answered = |number: &u32| operations[*number as usize].response.is_some();
        let mut responses: Vec<u32> = (0..operations.len() as u32).filter(answered).collect();
        responses.sort_unstable_by_key(|number| operations[*number as usize].response);
        let mut rank = vec![u32::MAX; operations.len()];
        for (place, number) in responses.iter().enumerate() {
            rank[*number as usize] = place as u32;
        }
        let quiet: Vec<bool> = operations.iter().map(|operation| model.changes_nothing(&operation.call)).collect();
        let mut numbers = HashMap::<Value, u32, FixedState>::default();
        let mut twins = HashMap::<(u32, &M::Call), u32, FixedState>::default();
        let mut tracks: Vec<Vec<u32>> = Vec::new();
        let mut loose = Vec::new();
        for (number, (operation, process)) in operations.iter().zip(processes).enumerate() {
            let track = *numbers.entry(*process).or_insert(tracks.len() as u32);
            if track as usize == tracks.len() {
                tracks.push(Vec::new());
            }
            let (number, after) = (number as u32, tracks[track as usize].len() as u32);
            if operation.response.is_some() {
                tracks[track as usize].push(number);
            } else if !quiet[number as usize] {
                let twin = twins.insert((track, &operation.call), loose.len() as u32);
                loose.push(Loose { operation: number, track, after, twin });
            }
        }
        Self { tracks, loose, responses, rank, quiet }
    }

    /// The next operation of a track at a position.
    pub(super) fn head(&self, track: usize, positions: &[u32]) -> Option<u32> {
        self.tracks[track].get(positions[track] as usize).copied()
    }

    /// The place in the order of responses of the earliest that is left; `None` if none is.
    pub(super) fn earliest_left(&self, positions: &[u32]) -> Option<u32> {
        let heads = (0..self.tracks.len()).filter_map(|track| self.head(track, positions));
        heads.map(|number| self.rank[number as usize]).min()
    }
}
