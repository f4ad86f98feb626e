//! The models that a history can be judged as, each with its operations and the forms of their arguments and answers: what
//! `squall history models` lists, what readers hold every line against, and what a workload says of its objects.

use serde::{Deserialize, Serialize};

/// The oracles that look at whole histories. They are asked for by name only, since recording costs.
pub const ORACLES: [&str; 1] = [LINEARIZABLE];
/// Some order of the operations explains all answers, in which each takes effect between its question and its answer.
pub const LINEARIZABLE: &str = "linearizable";

/// What an operation does, whatever it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is named and explained in the table of its model")]
pub enum Verb {
    Read,
    Write,
    CompareAndSwap,
    Add,
    FetchAdd,
    Increment,
    Decrement,
    Insert,
    Remove,
    Contains,
    Update,
    GetOrInsert,
    Push,
    Pop,
    Steal,
    Peek,
    Append,
    At,
    Length,
    Put,
    Set,
    Acquire,
    Release,
    Publish,
    Iterate,
}

impl Verb {
    /// All of them. Each is known by its place in recorded histories.
    pub const ALL: [Self; 25] = [
        Self::Read,
        Self::Write,
        Self::CompareAndSwap,
        Self::Add,
        Self::FetchAdd,
        Self::Increment,
        Self::Decrement,
        Self::Insert,
        Self::Remove,
        Self::Contains,
        Self::Update,
        Self::GetOrInsert,
        Self::Push,
        Self::Pop,
        Self::Steal,
        Self::Peek,
        Self::Append,
        Self::At,
        Self::Length,
        Self::Put,
        Self::Set,
        Self::Acquire,
        Self::Release,
        Self::Publish,
        Self::Iterate,
    ];

    /// Its place among all.
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }
}

/// The form of an argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Argument {
    /// None.
    Nothing,
    /// Any value.
    Value,
    /// An element: in `value`, or in `key` if there is no value.
    Element,
    /// A whole number.
    Whole,
    /// A whole number of at least nought.
    Index,
    /// A text.
    Text,
    /// A list of two values.
    Pair,
}

/// The form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// None; what the line carries is not looked at.
    Nothing,
    /// A value; `null` if there was none.
    Value,
    /// What was there before (`null` if nothing was), or `"applied"`, or nothing.
    Before,
    /// `"applied"`; without it, it was.
    Applied,
    /// Yes or no, in `value` or as `"applied"`.
    Truth,
    /// Yes or no, or nothing.
    MaybeTruth,
    /// A whole number.
    Whole,
    /// A whole number of at least nought, or nothing.
    MaybeIndex,
    /// A whole number; `null` if there was none.
    WholeOrNull,
    /// A text; `null` is the empty one.
    Text,
    /// A list.
    List,
}

/// An operation of a model.
#[derive(Debug, Clone, Copy)]
pub struct Operations {
    /// Its name, and other names that mean the same.
    pub names: &'static [&'static str],
    /// What it does.
    pub verb: Verb,
    /// What it is asked.
    pub argument: Argument,
    /// What it answers.
    pub answer: Answer,
}

const fn of(names: &'static [&'static str], verb: Verb, argument: Argument, answer: Answer) -> Operations {
    Operations { names, verb, argument, answer }
}

/// What an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each has a summary")]
pub enum HistoryModel {
    Register,
    CasRegister,
    Counter,
    Set,
    Map,
    Cache,
    Stack,
    Queue,
    BoundedQueue,
    Deque,
    PriorityQueue,
    Bag,
    Log,
    Kv,
    OnceCell,
    Pool,
    Snapshot,
    Iteration,
}

const READ: Operations = of(&["read", "get"], Verb::Read, Argument::Nothing, Answer::Value);
const WRITE: Operations = of(&["write", "set"], Verb::Write, Argument::Value, Answer::Nothing);
const PEEK: Operations = of(&["peek"], Verb::Peek, Argument::Nothing, Answer::Value);
const DEQUEUE: Operations = of(&["dequeue", "pop", "receive"], Verb::Pop, Argument::Nothing, Answer::Value);

impl HistoryModel {
    /// All models.
    pub const ALL: [Self; 18] = [
        Self::Register,
        Self::CasRegister,
        Self::Counter,
        Self::Set,
        Self::Map,
        Self::Cache,
        Self::Stack,
        Self::Queue,
        Self::BoundedQueue,
        Self::Deque,
        Self::PriorityQueue,
        Self::Bag,
        Self::Log,
        Self::Kv,
        Self::OnceCell,
        Self::Pool,
        Self::Snapshot,
        Self::Iteration,
    ];

    /// The model's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::CasRegister => "cas-register",
            Self::Counter => "counter",
            Self::Set => "set",
            Self::Map => "map",
            Self::Cache => "cache",
            Self::Stack => "stack",
            Self::Queue => "queue",
            Self::BoundedQueue => "bounded-queue",
            Self::Deque => "deque",
            Self::PriorityQueue => "priority-queue",
            Self::Bag => "bag",
            Self::Log => "log",
            Self::Kv => "kv",
            Self::OnceCell => "once-cell",
            Self::Pool => "pool",
            Self::Snapshot => "snapshot",
            Self::Iteration => "iteration",
        }
    }

    /// What it is, in one line.
    #[must_use]
    pub const fn summary(self) -> &'static str {
        match self {
            Self::Register => "one value that is read and written; null at first",
            Self::CasRegister => "a register with compare-and-swap; `value` is [expected, new]",
            Self::Counter => "a whole number that is added to; 0 at first, fetch-add answers what was there before",
            Self::Set => "elements that are in it or not; each element of each `key` is judged by itself",
            Self::Map => "a value under each `key`; answers are what was there before, null if nothing",
            Self::Cache => "a map whose entries may vanish at any time; null is always a right answer",
            Self::Stack => "last in, first out; null is the answer of an empty one",
            Self::Queue => "first in, first out; null is the answer of an empty one",
            Self::BoundedQueue => "a queue that refuses when full; needs --capacity",
            Self::Deque => {
                "pushed and popped at its end, stolen from at its beginning; null is the answer of an empty one"
            }
            Self::PriorityQueue => "the smallest whole number first; null is the answer of an empty one",
            Self::Bag => "gives back any of what is in it; null is the answer of an empty one",
            Self::Log => "append-only; append may answer the entry's place, the first is 0",
            Self::Kv => "a text under each `key`, empty at first",
            Self::OnceCell => "a value that is set once; null before",
            Self::Pool => "things that one holder has at a time; null is the answer of an exhausted one",
            Self::Snapshot => "weaker: a read equals some version published, and no process goes back",
            Self::Iteration => {
                "weaker: what is there throughout is seen, what is absent throughout is not, nothing twice"
            }
        }
    }

    /// The model of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|model| model.name() == name)
    }

    /// Whether it cannot be judged without knowing how much an object can hold.
    #[must_use]
    pub const fn needs_capacity(self) -> bool {
        matches!(self, Self::BoundedQueue)
    }

    /// Whether it matters how much an object can hold.
    #[must_use]
    pub const fn takes_capacity(self) -> bool {
        matches!(self, Self::BoundedQueue | Self::Pool)
    }

    /// Whether it holds one value at a time, or none.
    #[must_use]
    pub const fn is_place(self) -> bool {
        matches!(self, Self::Register | Self::CasRegister | Self::Map | Self::Cache | Self::OnceCell | Self::Set)
    }

    /// Whether values are put into it and taken out again.
    #[must_use]
    pub const fn is_container(self) -> bool {
        matches!(self, Self::Stack | Self::Queue | Self::BoundedQueue | Self::Deque | Self::PriorityQueue | Self::Bag)
    }

    /// Whether the order that an explanation keeps can be chosen: the weaker models say themselves what counts.
    #[must_use]
    pub const fn takes_order(self) -> bool {
        !matches!(self, Self::Snapshot | Self::Iteration)
    }

    /// Whether an object may hold something at first.
    #[must_use]
    pub const fn takes_initial(self) -> bool {
        matches!(self, Self::Register | Self::CasRegister | Self::Counter | Self::Snapshot)
    }

    /// Its operations.
    #[must_use]
    pub const fn operations(self) -> &'static [Operations] {
        match self {
            Self::Register => &[READ, WRITE],
            Self::CasRegister => {
                const {
                    &[
                        READ,
                        WRITE,
                        of(&["cas", "compare-and-swap"], Verb::CompareAndSwap, Argument::Pair, Answer::Applied),
                    ]
                }
            }
            Self::Counter => {
                const {
                    &[
                        of(&["read", "get"], Verb::Read, Argument::Nothing, Answer::Whole),
                        of(&["add"], Verb::Add, Argument::Whole, Answer::Nothing),
                        of(&["fetch-add"], Verb::FetchAdd, Argument::Whole, Answer::Whole),
                        of(&["increment", "inc"], Verb::Increment, Argument::Nothing, Answer::Nothing),
                        of(&["decrement", "dec"], Verb::Decrement, Argument::Nothing, Answer::Nothing),
                    ]
                }
            }
            Self::Set => {
                const {
                    &[
                        of(&["add", "insert"], Verb::Insert, Argument::Element, Answer::MaybeTruth),
                        of(&["remove", "delete"], Verb::Remove, Argument::Element, Answer::MaybeTruth),
                        of(&["contains", "has"], Verb::Contains, Argument::Element, Answer::Truth),
                    ]
                }
            }
            Self::Map | Self::Cache => {
                const {
                    &[
                        of(&["get", "read"], Verb::Read, Argument::Nothing, Answer::Value),
                        of(&["insert", "put"], Verb::Insert, Argument::Value, Answer::Before),
                        of(&["remove", "delete"], Verb::Remove, Argument::Nothing, Answer::Before),
                        of(&["update", "replace"], Verb::Update, Argument::Value, Answer::Before),
                        of(&["get-or-insert", "get_or_insert"], Verb::GetOrInsert, Argument::Value, Answer::Value),
                    ]
                }
            }
            Self::Stack => {
                const {
                    &[
                        of(&["push"], Verb::Push, Argument::Value, Answer::Nothing),
                        of(&["pop"], Verb::Pop, Argument::Nothing, Answer::Value),
                        PEEK,
                    ]
                }
            }
            Self::Queue => {
                const { &[of(&["enqueue", "push", "send"], Verb::Push, Argument::Value, Answer::Nothing), DEQUEUE, PEEK] }
            }
            Self::BoundedQueue => {
                const { &[of(&["enqueue", "push", "send"], Verb::Push, Argument::Value, Answer::MaybeTruth), DEQUEUE, PEEK] }
            }
            Self::Deque => {
                const {
                    &[
                        of(&["push", "push-back"], Verb::Push, Argument::Value, Answer::Nothing),
                        of(&["pop", "pop-back"], Verb::Pop, Argument::Nothing, Answer::Value),
                        of(&["steal", "pop-front"], Verb::Steal, Argument::Nothing, Answer::Value),
                    ]
                }
            }
            Self::Bag => {
                const {
                    &[
                        of(&["put", "push", "add"], Verb::Push, Argument::Value, Answer::Nothing),
                        of(&["take", "pop", "steal"], Verb::Pop, Argument::Nothing, Answer::Value),
                    ]
                }
            }
            Self::PriorityQueue => {
                const {
                    &[
                        of(&["push", "insert", "enqueue"], Verb::Push, Argument::Whole, Answer::Nothing),
                        of(&["pop", "pop-min", "dequeue"], Verb::Pop, Argument::Nothing, Answer::WholeOrNull),
                        of(&["peek"], Verb::Peek, Argument::Nothing, Answer::WholeOrNull),
                    ]
                }
            }
            Self::Log => {
                const {
                    &[
                        of(&["append", "push"], Verb::Append, Argument::Value, Answer::MaybeIndex),
                        of(&["at", "get"], Verb::At, Argument::Index, Answer::Value),
                        of(&["read"], Verb::Read, Argument::Nothing, Answer::List),
                        of(&["length", "len"], Verb::Length, Argument::Nothing, Answer::Whole),
                    ]
                }
            }
            Self::Kv => {
                const {
                    &[
                        of(&["get", "read"], Verb::Read, Argument::Nothing, Answer::Text),
                        of(&["put", "write"], Verb::Put, Argument::Text, Answer::Nothing),
                        of(&["append"], Verb::Append, Argument::Text, Answer::Nothing),
                    ]
                }
            }
            Self::OnceCell => {
                const {
                    &[
                        of(&["get", "read"], Verb::Read, Argument::Nothing, Answer::Value),
                        of(&["set"], Verb::Set, Argument::Value, Answer::Truth),
                        of(&["get-or-init", "get_or_init"], Verb::GetOrInsert, Argument::Value, Answer::Value),
                    ]
                }
            }
            Self::Pool => {
                const {
                    &[
                        of(&["acquire", "take"], Verb::Acquire, Argument::Nothing, Answer::Value),
                        of(&["release", "return"], Verb::Release, Argument::Value, Answer::Nothing),
                    ]
                }
            }
            Self::Snapshot => {
                const { &[of(&["publish", "write"], Verb::Publish, Argument::Value, Answer::Nothing), READ] }
            }
            Self::Iteration => {
                const {
                    &[
                        of(&["insert", "add"], Verb::Insert, Argument::Value, Answer::MaybeTruth),
                        of(&["remove", "delete"], Verb::Remove, Argument::Value, Answer::MaybeTruth),
                        of(&["iterate", "read"], Verb::Iterate, Argument::Nothing, Answer::List),
                    ]
                }
            }
        }
    }

    /// The operation of that name.
    #[must_use]
    pub fn operation(self, name: &str) -> Option<&'static Operations> {
        self.operations().iter().find(|operation| operation.names.contains(&name))
    }
}

impl Argument {
    /// The form in words; empty if there is none.
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Nothing => "",
            Self::Value => "any value",
            Self::Element => "an element (or the key is it)",
            Self::Whole => "a whole number",
            Self::Index => "a place, from 0",
            Self::Text => "a text",
            Self::Pair => "[expected, new]",
        }
    }
}

impl Answer {
    /// The form in words; empty if there is none.
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Nothing => "",
            Self::Value => "a value or null",
            Self::Before => "what was there before or null, or \"applied\", or nothing",
            Self::Applied => "\"applied\": false if it was refused",
            Self::Truth => "true or false",
            Self::MaybeTruth => "true or false, or nothing",
            Self::Whole => "a whole number",
            Self::MaybeIndex => "its place, from 0, or nothing",
            Self::WholeOrNull => "a whole number or null",
            Self::Text => "a text; null is the empty one",
            Self::List => "a list",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_are_known_by_their_place_and_models_by_their_name() {
        assert!(Verb::ALL.iter().enumerate().all(|(place, verb)| verb.index() == place));
        for operation in HistoryModel::ALL.into_iter().flat_map(HistoryModel::operations) {
            assert_eq!(Verb::ALL.get(operation.verb.index()), Some(&operation.verb));
        }
        for model in HistoryModel::ALL {
            assert_eq!(serde_json::to_value(model).unwrap(), model.name());
            assert_eq!(HistoryModel::named(model.name()), Some(model));
        }
    }
}
