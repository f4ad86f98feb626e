//! Names what is wrong: takes the few operations of a shrunk history and the one that cannot be placed, hands on the word that people
//! have for it. It comes after the verdict and never decides it; where no word fits, it says so.

use super::check::{Failure, Settings};
use super::evidence::{changes, given, told};
use super::kind::{HistoryModel, Verb};
use super::monitor::{Breach, snapshot_breach};
use super::order::Order;
use super::record::{History, Record};
use super::value::{Value, Values};

/// What people call it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anomaly {
    /// A change that was acknowledged is not there, or was built upon by nobody.
    LostUpdate,
    /// A value that had been overwritten before the read began.
    StaleRead,
    /// The same thing was given out twice.
    DuplicateDelivery,
    /// The younger came before the older.
    FifoInversion,
    /// The order that the container promises was not kept.
    OrderInversion,
    /// What is to be made once was made twice.
    DoubleInitialisation,
    /// Parts of different values.
    TornPair,
    /// Somebody saw the newer version, and then the older.
    VersionGoingBack,
    /// What had been removed is there again.
    ResurrectedKey,
    /// A value that nobody put there.
    ValueFromNowhere,
    /// No order explains the answers, and no word fits better.
    NoOrder,
}

impl Anomaly {
    /// The words for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::LostUpdate => "lost update",
            Self::StaleRead => "stale read",
            Self::DuplicateDelivery => "duplicate delivery",
            Self::FifoInversion => "FIFO inversion",
            Self::OrderInversion => "order inversion",
            Self::DoubleInitialisation => "double initialisation",
            Self::TornPair => "torn pair",
            Self::VersionGoingBack => "version going back",
            Self::ResurrectedKey => "resurrected key",
            Self::ValueFromNowhere => "value from nowhere",
            Self::NoOrder => "no order",
        }
    }
}

impl History {
    /// What people call it that the failure's operation cannot be placed; `shrunk` is what shrinking left of its history.
    #[must_use]
    pub fn anomaly(&self, settings: &Settings, failure: &Failure, shrunk: &[Record]) -> Anomaly {
        let initial = settings.initial.unwrap_or(Value::NULL);
        let scene = Scene {
            initial,
            order: if self.model.takes_order() { settings.order } else { Order::RealTime },
            whole: &failure.history,
            records: shrunk,
            operation: &failure.operation,
            known: known(shrunk, &failure.operation, &self.values),
            values: &self.values,
        };
        scene.anomaly(self.model)
    }
}

/// What is looked at.
struct Scene<'a> {
    initial: Value,
    order: Order,
    /// All operations that may explain the wrong one.
    whole: &'a [Record],
    /// Those that shrinking left.
    records: &'a [Record],
    operation: &'a Record,
    /// Of those that shrinking left, what the process of the wrong one knew of.
    known: Vec<Record>,
    values: &'a Values,
}

/// What a process knew of when it asked: what it had asked before, what the answers to that had told of, and what those who put that
/// there knew of.
fn known(records: &[Record], operation: &Record, values: &Values) -> Vec<Record> {
    let mut known: Vec<Record> = vec![*operation];
    let mut place = 0;
    while let Some(later) = known.get(place).copied() {
        let told = told(&later, values).filter(|told| later != *operation && *told != Value::NULL);
        let is_known = |record: &&Record| {
            let tells = told.is_some() && told == given(record, values);
            tells || record.process == later.process && record.invocation < later.invocation
        };
        let more: Vec<Record> =
            records.iter().filter(is_known).filter(|record| !known.contains(record)).copied().collect();
        known.extend(more);
        place += 1;
    }
    known.split_off(1)
}

impl Scene<'_> {
    fn anomaly(&self, model: HistoryModel) -> Anomaly {
        match model {
            HistoryModel::Register | HistoryModel::CasRegister => self.of_register(),
            HistoryModel::Counter => self.of_counter(),
            HistoryModel::Set => self.of_element(),
            HistoryModel::Map => self.of_entry(false),
            HistoryModel::Cache => self.of_entry(true),
            HistoryModel::Stack | HistoryModel::Deque | HistoryModel::PriorityQueue | HistoryModel::Bag => {
                self.of_container(Anomaly::OrderInversion)
            }
            HistoryModel::Queue | HistoryModel::BoundedQueue => self.of_container(Anomaly::FifoInversion),
            HistoryModel::Log => self.of_log(),
            HistoryModel::Kv => self.of_text(),
            HistoryModel::OnceCell => self.of_once_cell(),
            HistoryModel::Pool => self.of_pool(),
            HistoryModel::Snapshot => self.of_snapshot(),
            HistoryModel::Iteration => self.of_iteration(),
        }
    }

    fn others(&self) -> impl Iterator<Item = &Record> {
        self.records.iter().filter(|record| *record != self.operation)
    }

    /// Whether one operation comes before another by the order that counts alone.
    fn precedes(&self, left: &Record, right: &Record) -> bool {
        let same = left.process == right.process && left.invocation < right.invocation;
        if self.order == Order::RealTime { left.is_before(right) } else { same }
    }

    /// The other operations that had taken effect when the wrong one began.
    fn earlier(&self) -> impl Iterator<Item = &Record> {
        let is_known = |record: &&Record| self.order == Order::Program && self.known.contains(record);
        self.others().filter(move |record| self.precedes(record, self.operation) || is_known(record))
    }

    /// Of all operations, those that came before the wrong one: what they told was known.
    fn told_earlier(&self) -> impl Iterator<Item = &Record> {
        self.whole.iter().filter(|record| self.precedes(record, self.operation))
    }

    fn gives(&self, record: &Record, value: Value) -> bool {
        given(record, self.values) == Some(value)
    }

    fn is_given(&self, value: Value) -> bool {
        value == self.initial || self.records.iter().any(|record| self.gives(record, value))
    }

    /// A value that nobody put there: of parts that were put there with others, or not.
    fn unknown_origin(&self, value: Value) -> Anomaly {
        let given_lists = || self.whole.iter().filter_map(|record| self.values.as_list(given(record, self.values)?));
        let is_torn = self.values.as_list(value).is_some_and(|parts| {
            let same_place = |place: usize, part: Value| given_lists().any(|list| list.get(place) == Some(&part));
            parts.len() > 1 && parts.iter().enumerate().all(|(place, part)| same_place(place, *part))
        });
        if is_torn { Anomaly::TornPair } else { Anomaly::ValueFromNowhere }
    }

    fn of_register(&self) -> Anomaly {
        let Some(told) = told(self.operation, self.values) else { return Anomaly::NoOrder };
        let is_overwritten = self.earlier().any(|record| changes(record) && !self.gives(record, told));
        match self.operation.verb {
            _ if !self.is_given(told) => self.unknown_origin(told),
            Verb::CompareAndSwap => Anomaly::LostUpdate,
            _ if is_overwritten => Anomaly::StaleRead,
            _ => Anomaly::NoOrder,
        }
    }

    fn of_counter(&self) -> Anomaly {
        let Some(value) = self.operation.answer.and_then(Value::as_whole) else { return Anomaly::NoOrder };
        let added = |record: &Record| match record.verb {
            Verb::Increment => 1,
            Verb::Decrement => -1,
            Verb::Add | Verb::FetchAdd => record.argument.as_whole().unwrap_or(0),
            _ => 0,
        };
        if self.others().any(|record| added(record) < 0) {
            return Anomaly::NoOrder;
        }
        let initial = self.initial.as_whole().unwrap_or(0);
        let went_back = |record: &Record| record.answer.and_then(Value::as_whole).is_some_and(|seen| seen > value);
        match value {
            _ if value < initial + self.earlier().map(added).sum::<i64>() => Anomaly::LostUpdate,
            _ if value > initial + self.others().map(added).sum::<i64>() => Anomaly::ValueFromNowhere,
            _ if self.earlier().any(went_back) => Anomaly::VersionGoingBack,
            _ => Anomaly::NoOrder,
        }
    }

    fn of_element(&self) -> Anomaly {
        let Some(applied) = self.operation.applied else { return Anomaly::NoOrder };
        let done = |record: &Record, verb| record.verb == verb && record.applied != Some(false);
        let was_there = applied != (self.operation.verb == Verb::Insert);
        let removed_twice =
            self.operation.verb == Verb::Remove && self.others().any(|record| done(record, Verb::Remove));
        match was_there {
            true if !self.others().any(|record| done(record, Verb::Insert)) => Anomaly::ValueFromNowhere,
            true if removed_twice => Anomaly::DuplicateDelivery,
            true if self.earlier().any(|record| record.verb == Verb::Remove) => Anomaly::ResurrectedKey,
            false if self.earlier().any(|record| record.verb == Verb::Insert) => Anomaly::LostUpdate,
            _ => Anomaly::NoOrder,
        }
    }

    /// Of an entry, which may vanish by itself, so that whoever finds nothing has seen it removed.
    fn of_entry(&self, vanishes: bool) -> Anomaly {
        let Some(told) = told(self.operation, self.values) else { return self.of_refusal() };
        if told == Value::NULL {
            return if self.earlier().any(changes) { Anomaly::LostUpdate } else { Anomaly::NoOrder };
        }
        if !self.is_given(told) {
            return self.unknown_origin(told);
        }
        let seen_gone = |record: &Record| vanishes && record.verb == Verb::Read && record.answer == Some(Value::NULL);
        let removes = |record: &&Record| record.verb == Verb::Remove && changes(record) || seen_gone(record);
        let removed_it = |record: &&Record| removes(record) && record.answer == Some(told);
        let outlived =
            |removal: &Record| self.others().any(|giver| self.gives(giver, told) && self.precedes(giver, removal));
        match self.operation.verb {
            Verb::Remove if self.others().any(|record| removed_it(&record)) => Anomaly::DuplicateDelivery,
            _ if self.earlier().filter(removes).any(outlived) => Anomaly::ResurrectedKey,
            Verb::Insert | Verb::Update | Verb::Remove => Anomaly::LostUpdate,
            _ if self.earlier().any(|record| changes(record) && !self.gives(record, told)) => Anomaly::StaleRead,
            _ => Anomaly::NoOrder,
        }
    }

    /// An insertion or update of which only is known whether it was refused.
    fn of_refusal(&self) -> Anomaly {
        let found_nothing = self.operation.applied == Some(self.operation.verb == Verb::Insert);
        if found_nothing && self.earlier().any(changes) { Anomaly::LostUpdate } else { Anomaly::NoOrder }
    }

    fn of_container(&self, inversion: Anomaly) -> Anomaly {
        let Some(value) = self.operation.answer else { return Anomaly::NoOrder };
        let count = |holds: &dyn Fn(&Record) -> bool| self.records.iter().filter(|record| holds(record)).count();
        let pushed = count(&|record| self.gives(record, value));
        let popped = count(&|record| matches!(record.verb, Verb::Pop | Verb::Steal) && record.answer == Some(value));
        match value {
            Value::NULL => Anomaly::LostUpdate,
            _ if pushed == 0 => self.unknown_origin(value),
            _ if popped > pushed => Anomaly::DuplicateDelivery,
            _ if self.others().any(|record| self.gives(record, value) && self.precedes(self.operation, record)) => {
                Anomaly::ValueFromNowhere
            }
            _ => inversion,
        }
    }

    fn of_log(&self) -> Anomaly {
        let Some(answer) = self.operation.answer else { return Anomaly::NoOrder };
        let length = |record: &Record| match (record.verb, record.answer) {
            (Verb::Append, Some(place)) => place.as_whole().unwrap_or(0) + 1,
            (Verb::Length, Some(length)) => length.as_whole().unwrap_or(0),
            (Verb::Read, Some(list)) => self.values.as_list(list).map_or(0, <[Value]>::len) as i64,
            (Verb::At, Some(value)) if value != Value::NULL => record.argument.as_whole().unwrap_or(0) + 1,
            _ => 0,
        };
        let appended = self.earlier().filter(|record| record.verb == Verb::Append).count() as i64;
        let same_place = |record: &Record| record.verb == Verb::Append && record.answer == Some(answer);
        let ends = match self.operation.verb {
            Verb::At if answer == Value::NULL => self.operation.argument.as_whole(),
            Verb::Read | Verb::Length => Some(length(self.operation)),
            _ => None,
        };
        match (self.operation.verb, ends) {
            (Verb::Append, _) if self.others().any(same_place) => Anomaly::LostUpdate,
            (_, Some(end)) if self.told_earlier().any(|record| length(record) > end) => Anomaly::VersionGoingBack,
            (_, Some(end)) if appended > end => Anomaly::LostUpdate,
            (Verb::At, None) if !self.is_given(answer) => self.unknown_origin(answer),
            _ => Anomaly::NoOrder,
        }
    }

    fn of_text(&self) -> Anomaly {
        let text = |value: Option<Value>| value.and_then(|value| self.values.as_text(value));
        let Some(seen) = text(self.operation.answer) else { return Anomaly::NoOrder };
        let argument = |record: &Record| text(Some(record.argument)).unwrap_or_default();
        let has_puts = self.others().any(|record| record.verb == Verb::Put);
        let mut appends = self.others().filter(|record| record.verb == Verb::Append && !argument(record).is_empty());
        let is_doubled = |record: &Record| {
            let same = self.others().filter(|other| other.argument == record.argument).count();
            seen.matches(argument(record)).count() > same
        };
        let is_longer = |record: &Record| {
            text(record.answer).is_some_and(|longer| longer.len() > seen.len() && longer.starts_with(seen))
        };
        let is_missing = |record: &Record| changes(record) && !seen.contains(argument(record));
        match has_puts {
            false if appends.any(is_doubled) => Anomaly::DuplicateDelivery,
            false if self.told_earlier().any(is_longer) => Anomaly::VersionGoingBack,
            false if self.earlier().any(is_missing) => Anomaly::LostUpdate,
            true if self.earlier().any(changes) => Anomaly::StaleRead,
            _ => Anomaly::NoOrder,
        }
    }

    fn of_once_cell(&self) -> Anomaly {
        let Some(told) = told(self.operation, self.values) else {
            let twice = self.operation.applied == Some(true) && self.others().any(changes);
            return if twice { Anomaly::DoubleInitialisation } else { Anomaly::NoOrder };
        };
        let saw_another = |record: &Record| record.answer.is_some_and(|seen| seen != told && seen != Value::NULL);
        match told {
            Value::NULL if self.earlier().any(changes) => Anomaly::StaleRead,
            _ if !self.is_given(told) => self.unknown_origin(told),
            _ if self.others().any(|record| saw_another(record) || record.applied == Some(true)) => {
                Anomaly::DoubleInitialisation
            }
            _ => Anomaly::NoOrder,
        }
    }

    fn of_pool(&self) -> Anomaly {
        let thing =
            if self.operation.verb == Verb::Release { Some(self.operation.argument) } else { self.operation.answer };
        let named =
            |record: &Record| record.answer == thing || record.verb == Verb::Release && Some(record.argument) == thing;
        match thing {
            None | Some(Value::NULL) => Anomaly::NoOrder,
            Some(_) if self.others().any(named) => Anomaly::DuplicateDelivery,
            Some(_) => Anomaly::ValueFromNowhere,
        }
    }

    fn of_snapshot(&self) -> Anomaly {
        match (snapshot_breach(self.records, self.initial), self.operation.answer) {
            (Some((_, Breach::WentBack)), _) => Anomaly::VersionGoingBack,
            (Some((_, Breach::NeverPublished)), Some(value)) => self.unknown_origin(value),
            _ => Anomaly::NoOrder,
        }
    }

    fn of_iteration(&self) -> Anomaly {
        let Some(seen) = self.operation.answer.and_then(|list| self.values.as_list(list)) else {
            return Anomaly::NoOrder;
        };
        let is_twice = |value: &Value| seen.iter().filter(|other| *other == value).count() > 1;
        let is_of =
            |record: &Record, verb, value: Value| record.verb == verb && record.argument == value && changes(record);
        let nobody_inserted = |value: &Value| !self.others().any(|record| is_of(record, Verb::Insert, *value));
        let was_removed = |value: &Value| self.earlier().any(|record| is_of(record, Verb::Remove, *value));
        let is_missing =
            |record: &Record| record.verb == Verb::Insert && changes(record) && !seen.contains(&record.argument);
        match seen {
            _ if seen.iter().any(is_twice) => Anomaly::DuplicateDelivery,
            _ if seen.iter().any(nobody_inserted) => Anomaly::ValueFromNowhere,
            _ if self.earlier().any(is_missing) => Anomaly::LostUpdate,
            _ if seen.iter().any(was_removed) => Anomaly::ResurrectedKey,
            _ => Anomaly::NoOrder,
        }
    }
}
