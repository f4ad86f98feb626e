//! A place for one value, each value put there once, of which only the order of each process counts: takes what the operations say of the
//! place, hands on whether the values can have been there in any order.
//!
//! While a value is there, it is told by those who read it: a block. A process that met one value and then another has met the blocks in
//! that order; what exchanged one value for another puts its block right behind that one's. The history is explained if, and only if, these
//! rules have no cycle (compare Gibbons and Korach, "Testing Shared Memories", 1997). Where a value is put there again and again, as the
//! empty place is by removals, or where an answer only tells what was not there, the rules still hold, but are not all that is asked.

use super::lives::first_refused;
use crate::history::model::{CellCall, Operation};
use crate::history::value::Value;
use foldhash::fast::FixedState;
use hashbrown::HashMap;

/// What the rules tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::history) enum Ruling {
    /// There is an order.
    Order,
    /// There is none. The operation is the first that cannot be placed, or, if not all was asked, that certainly cannot.
    None {
        /// The operation's place.
        operation: usize,
        /// Whether all was asked.
        is_first: bool,
    },
    /// They do not suffice.
    Unknown,
}

/// What an operation does in the order of blocks.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// Nothing that is known.
    Any,
    /// It is in the block.
    In(u32),
    /// It begins the block.
    Begins(u32),
    /// It ends the first block and begins the second one.
    Moves(u32, u32),
}

/// An operation in its process.
struct Member {
    operation: usize,
    step: Step,
    is_answered: bool,
    /// How many answered operations of its process come before.
    place: usize,
}

/// The operations by process, and who begins each block.
struct Rules {
    processes: Vec<Vec<Member>>,
    /// The process and the place there of who begins each block; `None` if nobody does.
    givers: Vec<Option<(usize, usize)>>,
    /// The block that is there at first, if it never comes again.
    first: Option<u32>,
    /// Whether the rules are all that is asked.
    is_all: bool,
    /// The answered operations by response, with their processes.
    answers: Vec<(u32, usize)>,
}

/// Decides the history of one place, which is `initial` at first.
pub(in crate::history) fn blocks(operations: &[Operation<CellCall>], processes: &[Value], initial: Value) -> Ruling {
    let Some(rules) = Rules::of(operations, processes, initial) else { return Ruling::Unknown };
    let all = rules.answers.len();
    if all == 0 || rules.allow(operations, all - 1) {
        return if rules.is_all { Ruling::Order } else { Ruling::Unknown };
    }
    let place = first_refused(all, |place| rules.allow(operations, place));
    Ruling::None { operation: rules.answers[place].1, is_first: rules.is_all }
}

/// Numbers the blocks. A value that is put there more than once has none; only the empty place may be such a value.
struct Numbers {
    numbers: HashMap<Value, u32, FixedState>,
    count: u32,
    is_null_anonymous: bool,
}

impl Numbers {
    fn of(&mut self, value: Value) -> Option<u32> {
        if value == Value::NULL && self.is_null_anonymous {
            return None;
        }
        let next = self.count;
        let number = *self.numbers.entry(value).or_insert(next);
        self.count = self.count.max(number + 1);
        Some(number)
    }

    /// The block that is begun: of its own, if the value has none.
    fn begun(&mut self, value: Value) -> u32 {
        self.of(value).unwrap_or_else(|| {
            self.count += 1;
            self.count - 1
        })
    }
}

/// What a call may put there.
const fn given(call: &CellCall) -> Option<Value> {
    match *call {
        CellCall::Write(new)
        | CellCall::MaybeWrite(new)
        | CellCall::Exchange(_, new)
        | CellCall::MaybeExchange(_, new)
        | CellCall::Ensure(new)
        | CellCall::Replace(new)
        | CellCall::MaybeReplace(new) => Some(new),
        CellCall::Anything | CellCall::Never | CellCall::Is(_) | CellCall::Differs(_) => None,
    }
}

impl Rules {
    /// The rules; `None` if a value is put there twice, or if it is not known of an answered operation whether it did anything.
    fn of(operations: &[Operation<CellCall>], processes: &[Value], initial: Value) -> Option<Self> {
        let mut times = HashMap::<Value, u32, FixedState>::default();
        for value in operations.iter().filter_map(|operation| given(&operation.call)).chain([initial]) {
            *times.entry(value).or_default() += 1;
        }
        if times.iter().any(|(value, times)| *times > 1 && *value != Value::NULL) {
            return None;
        }
        let may_do_nothing = |call: &CellCall| {
            matches!(call, CellCall::MaybeExchange(..) | CellCall::MaybeReplace(_) | CellCall::MaybeWrite(_))
        };
        if operations.iter().any(|operation| operation.response.is_some() && may_do_nothing(&operation.call)) {
            return None;
        }
        let is_null_anonymous = times.get(&Value::NULL).is_some_and(|times| *times > 1);
        let mut numbers = Numbers { numbers: HashMap::default(), count: 0, is_null_anonymous };
        let mut rules = Self {
            processes: Vec::new(),
            givers: Vec::new(),
            first: numbers.of(initial),
            is_all: !is_null_anonymous,
            answers: Vec::new(),
        };
        let mut tracks = HashMap::<Value, usize, FixedState>::default();
        let mut answered: Vec<usize> = Vec::new();
        for (number, (operation, process)) in operations.iter().zip(processes).enumerate() {
            let track = *tracks.entry(*process).or_insert(answered.len());
            if track == answered.len() {
                answered.push(0);
                rules.processes.push(Vec::new());
            }
            let step = rules.step(&operation.call, &mut numbers);
            rules.givers.resize(numbers.count as usize, None);
            if let Step::Begins(block) | Step::Moves(_, block) = step {
                rules.givers[block as usize] = Some((track, rules.processes[track].len()));
            }
            let is_answered = operation.response.is_some();
            let place = answered[track];
            rules.processes[track].push(Member { operation: number, step, is_answered, place });
            answered[track] += usize::from(is_answered);
            rules.answers.extend(operation.response.map(|response| (response, number)));
        }
        rules.answers.sort_unstable();
        Some(rules)
    }

    fn step(&mut self, call: &CellCall, numbers: &mut Numbers) -> Step {
        match *call {
            CellCall::Anything => Step::Any,
            CellCall::Is(value) => numbers.of(value).map_or(Step::Any, Step::In),
            CellCall::Write(new) => Step::Begins(numbers.begun(new)),
            CellCall::Exchange(from, to) | CellCall::MaybeExchange(from, to) => match numbers.of(from) {
                Some(from) => Step::Moves(from, numbers.begun(to)),
                None => Step::Begins(numbers.begun(to)),
            },
            CellCall::Ensure(new) => match numbers.of(Value::NULL) {
                Some(empty) => Step::Moves(empty, numbers.begun(new)),
                None => Step::Begins(numbers.begun(new)),
            },
            CellCall::Replace(new) | CellCall::MaybeReplace(new) | CellCall::MaybeWrite(new) => {
                self.is_all = false;
                Step::Begins(numbers.begun(new))
            }
            CellCall::Never | CellCall::Differs(_) => {
                self.is_all = false;
                Step::Any
            }
        }
    }

    /// Whether the rules allow the answers up to one of them. What came later may be there, as far as those need it.
    fn allow(&self, operations: &[Operation<CellCall>], last: usize) -> bool {
        let until = self.answers[last].0;
        let Some(needed) = self.needed(operations, until) else { return false };
        let mut row = Row::of(self.givers.len());
        for (track, members) in self.processes.iter().enumerate() {
            let mut now: Option<u32> = None;
            for (place, member) in members.iter().enumerate() {
                let is_there =
                    if member.is_answered { member.place < needed.answered[track] } else { needed.open[track][place] };
                if is_there {
                    let after = row.go(now, member.step);
                    now = if member.is_answered { after } else { now };
                }
            }
        }
        row.is_possible(self.first)
    }

    /// How many answered operations of each process are needed, and which of those without an answer; `None` if a block that was told of is
    /// begun by nobody.
    fn needed(&self, operations: &[Operation<CellCall>], until: u32) -> Option<Needed> {
        let is_due = |member: &&Member| operations[member.operation].response.is_some_and(|response| response <= until);
        let due = self.processes.iter().map(|members| members.iter().filter(is_due).count()).collect();
        let mut needed =
            Needed { answered: due, open: self.processes.iter().map(|members| vec![false; members.len()]).collect() };
        let mut looked_at: Vec<usize> = vec![0; self.processes.len()];
        let mut told: Vec<u32> = Vec::new();
        loop {
            for (track, members) in self.processes.iter().enumerate() {
                while let Some(member) = members.get(looked_at[track])
                    && member.place < needed.answered[track]
                {
                    let step = member.step;
                    let is_needed = member.is_answered;
                    told.extend(is_needed.then(|| step.told()).flatten());
                    looked_at[track] += 1;
                }
            }
            let Some(block) = told.pop() else { return Some(needed) };
            if self.first == Some(block) {
                continue;
            }
            let (track, place) = self.givers[block as usize]?;
            let giver = &self.processes[track][place];
            let count = giver.place + usize::from(giver.is_answered);
            needed.answered[track] = needed.answered[track].max(count);
            if !giver.is_answered && !needed.open[track][place] {
                needed.open[track][place] = true;
                told.extend(giver.step.told());
            }
        }
    }
}

/// Which operations have to be there.
struct Needed {
    answered: Vec<usize>,
    open: Vec<Vec<bool>>,
}

impl Step {
    /// The block that has to be there before.
    const fn told(self) -> Option<u32> {
        match self {
            Self::In(block) | Self::Moves(block, _) => Some(block),
            Self::Any | Self::Begins(_) => None,
        }
    }
}

/// The blocks, as far as their order is known.
struct Row {
    /// What comes right behind each block.
    next: Vec<Option<u32>>,
    /// Whether something comes right before.
    has_before: Vec<bool>,
    /// Which block comes before which.
    before: Vec<(u32, u32)>,
    is_wrong: bool,
}

impl Row {
    fn of(blocks: usize) -> Self {
        Self { next: vec![None; blocks], has_before: vec![false; blocks], before: Vec::new(), is_wrong: false }
    }

    /// A process that was in one block takes a step; hands on in which block it is then.
    fn go(&mut self, now: Option<u32>, step: Step) -> Option<u32> {
        match step {
            Step::Any => return now,
            Step::In(block) => self.before.extend(now.filter(|now| *now != block).map(|now| (now, block))),
            Step::Begins(block) => self.before.extend(now.map(|now| (now, block))),
            Step::Moves(from, to) => {
                self.before.extend(now.filter(|now| *now != from).map(|now| (now, from)));
                self.is_wrong |= self.next[from as usize].replace(to).is_some();
                self.has_before[to as usize] = true;
            }
        }
        match step {
            Step::Any => now,
            Step::In(block) | Step::Begins(block) | Step::Moves(_, block) => Some(block),
        }
    }

    /// Whether the blocks can be put into a row; `first` comes first, if there is such a block.
    fn is_possible(&self, first: Option<u32>) -> bool {
        if self.is_wrong || first.is_some_and(|first| self.has_before[first as usize]) {
            return false;
        }
        // Chains of blocks that stand right behind each other, each with its places.
        let mut chain = vec![u32::MAX; self.next.len()];
        let mut place = vec![0_u32; self.next.len()];
        let mut chains = 0;
        for head in (0..self.next.len()).filter(|block| !self.has_before[*block]) {
            let (mut block, mut at) = (Some(head as u32), 0);
            while let Some(now) = block {
                (chain[now as usize], place[now as usize]) = (chains, at);
                (block, at) = (self.next[now as usize], at + 1);
            }
            chains += 1;
        }
        // What no head leads to stands in a ring.
        if chain.contains(&u32::MAX) {
            return false;
        }
        let of = |block: u32| (chain[block as usize], place[block as usize]);
        let mut after: Vec<Vec<u32>> = vec![Vec::new(); chains as usize];
        let mut waits = vec![0_u32; chains as usize];
        for (before, behind) in &self.before {
            let ((left, left_place), (right, right_place)) = (of(*before), of(*behind));
            if left == right {
                if left_place >= right_place {
                    return false;
                }
                continue;
            }
            // The first chain is behind nothing.
            if first.is_some_and(|first| chain[first as usize] == right) {
                return false;
            }
            after[left as usize].push(right);
            waits[right as usize] += 1;
        }
        let mut free: Vec<u32> = (0..chains).filter(|chain| waits[*chain as usize] == 0).collect();
        let mut placed = 0;
        while let Some(chain) = free.pop() {
            placed += 1;
            for next in &after[chain as usize] {
                waits[*next as usize] -= 1;
                free.extend((waits[*next as usize] == 0).then_some(*next));
            }
        }
        placed == chains
    }
}
