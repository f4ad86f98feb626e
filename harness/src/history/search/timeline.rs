//! The order of time: takes the operations, hands on the responses one after the other, each with the operations that are open
//! when it comes, and a bit for each operation that is as narrow as what is open at once.

use crate::history::model::{Operation, Sequential};
use foldhash::fast::FixedState;
use hashbrown::HashMap;

/// Between two moments at rest that are looked at lie so many responses at least: more of them cost more than they save.
const RESPONSES_BETWEEN_RESTS: u32 = if cfg!(test) { 3 } else { 1_024 };

/// The responses in the order of time, each with the operations that are open when it comes.
pub(super) struct Timeline {
    /// The operations with an answer, in the order of their responses.
    pub(super) responses: Vec<u32>,
    /// Where the open operations of each response begin in `open`; one more at the end.
    starts: Vec<u32>,
    /// The open operations with an answer: that of the response itself first, the others in the order of their responses.
    open: Vec<u32>,
    /// The responses before which nothing that was ever answered was open, far apart.
    pub(super) rests: Vec<u32>,
    /// How many of the unanswered operations had begun when each response came.
    pub(super) unanswered_begun: Vec<u32>,
    /// The operations without an answer that somebody could notice, in the order in which they were begun.
    pub(super) unanswered: Vec<u32>,
    /// For each of those, the one before it that asks for the same.
    pub(super) twin: Vec<Option<u32>>,
    /// Whether each operation, answered as it was, changes nothing.
    pub(super) quiet: Vec<bool>,
    /// Whether nobody can notice each operation.
    pub(super) hidden: Vec<bool>,
    /// Whether any operation is hidden.
    pub(super) any_hidden: bool,
    /// The bit of each operation.
    pub(super) slot: Vec<u32>,
    /// How many bits are needed, those of operations without an answer at the end.
    pub(super) slots: usize,
    /// How many of them belong to operations with an answer.
    pub(super) answered_slots: usize,
}

impl Timeline {
    /// The order of time of these operations.
    pub(super) fn of<M: Sequential>(model: &M, operations: &[Operation<M::Call>]) -> Self {
        let numbers = || 0..operations.len() as u32;
        let mut responses: Vec<u32> =
            numbers().filter(|number| operations[*number as usize].response.is_some()).collect();
        let mut begun = responses.clone();
        responses.sort_unstable_by_key(|number| operations[*number as usize].response);
        begun.sort_unstable_by_key(|number| operations[*number as usize].invocation);
        let hidden: Vec<bool> = operations.iter().map(|operation| model.is_hidden(&operation.call)).collect();
        let quiet: Vec<bool> = operations.iter().map(|operation| model.changes_nothing(&operation.call)).collect();
        let can_be_noticed = |number: &u32| !quiet[*number as usize] && !hidden[*number as usize];
        let mut unanswered: Vec<u32> =
            numbers().filter(|number| operations[*number as usize].response.is_none()).filter(can_be_noticed).collect();
        unanswered.sort_unstable_by_key(|number| operations[*number as usize].invocation);
        let mut timeline = Self {
            starts: Vec::with_capacity(responses.len() + 1),
            open: Vec::with_capacity(responses.len()),
            rests: Vec::new(),
            unanswered_begun: Vec::with_capacity(responses.len()),
            any_hidden: hidden.contains(&true),
            quiet,
            hidden,
            slot: vec![0; operations.len()],
            slots: 0,
            answered_slots: 0,
            responses,
            twin: twins(operations, &unanswered),
            unanswered,
        };
        timeline.fill(operations, &begun);
        timeline
    }

    /// Goes through time once: who is open at each response, and which bit is whose.
    fn fill<C>(&mut self, operations: &[Operation<C>], begun: &[u32]) {
        let mut begun = begun.iter().copied().peekable();
        let mut unanswered_begun = 0;
        let mut open: Vec<u32> = Vec::new();
        let mut free: Vec<u32> = Vec::new();
        for place in 0..self.responses.len() {
            let answered = self.responses[place];
            let now = operations[answered as usize].response.unwrap_or(u32::MAX);
            while let Some(number) = begun.next_if(|number| operations[*number as usize].invocation < now) {
                self.slot[number as usize] = free.pop().unwrap_or_else(|| {
                    self.answered_slots += 1;
                    self.answered_slots as u32 - 1
                });
                let response = operations[number as usize].response;
                let at = open.partition_point(|other| operations[*other as usize].response < response);
                open.insert(at, number);
            }
            let has_begun = |number: &u32| operations[*number as usize].invocation < now;
            unanswered_begun +=
                self.unanswered[unanswered_begun..].iter().take_while(|number| has_begun(number)).count();
            self.starts.push(self.open.len() as u32);
            self.open.extend_from_slice(&open);
            self.unanswered_begun.push(unanswered_begun as u32);
            debug_assert_eq!(open.first(), Some(&answered), "an operation is open when its response comes");
            open.remove(0);
            free.push(self.slot[answered as usize]);
            let next = place as u32 + 1;
            if open.is_empty() && next >= self.rests.last().unwrap_or(&0) + RESPONSES_BETWEEN_RESTS {
                self.rests.push(next);
            }
        }
        self.starts.push(self.open.len() as u32);
        for (place, number) in self.unanswered.iter().enumerate() {
            self.slot[*number as usize] = (self.answered_slots + place) as u32;
        }
        self.slots = self.answered_slots + self.unanswered.len();
    }

    /// The operations that are open at a response, and then those that had begun by then and were never answered.
    pub(super) fn begun(&self, response: usize) -> impl Iterator<Item = &u32> {
        self.open(response).iter().chain(&self.unanswered[..self.unanswered_begun[response] as usize])
    }

    /// The operations that are open at a response.
    pub(super) fn open(&self, response: usize) -> &[u32] {
        &self.open[self.starts[response] as usize..self.starts[response + 1] as usize]
    }
}

/// For each of the operations without an answer, the last one before it that asks for the same.
fn twins<C: Eq + std::hash::Hash>(operations: &[Operation<C>], unanswered: &[u32]) -> Vec<Option<u32>> {
    let mut last = HashMap::<&C, u32, FixedState>::default();
    let places = unanswered.iter().enumerate();
    places.map(|(place, number)| last.insert(&operations[*number as usize].call, place as u32)).collect()
}
