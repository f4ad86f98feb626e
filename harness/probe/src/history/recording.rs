//! A worker's part of the history: questions and their answers.

use super::stamp;
use squall_model::history::Verb;
use squall_model::segment::{HistoryView, Told};
use std::num::NonZeroU64;

/// Where a worker records its history, if it does.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Recording {
    view: Option<HistoryView<'static>>,
}

/// A question whose answer is recorded, if its object is one of those that are. Without an answer the operation stays open, as one
/// that panicked or never came back: it may have had its effect, or may still have it, or not.
#[derive(Debug)]
#[must_use = "the operation stays open until its answer is recorded"]
pub struct Question(Option<NonZeroU64>);

impl Question {
    /// A question that nobody records.
    pub const UNRECORDED: Self = Self(None);

    /// Whether the answer will be recorded: what only serves the record need not be found out if not.
    #[inline]
    #[must_use]
    pub const fn is_recorded(&self) -> bool {
        self.0.is_some()
    }
}

impl Recording {
    pub(crate) const fn new(view: Option<HistoryView<'static>>) -> Self {
        Self { view }
    }

    /// The operation that was under way has ended, one way or another.
    #[inline]
    pub(crate) fn begin_operation(&self) {
        if let Some(view) = &self.view {
            view.begin_operation();
        }
    }

    #[inline]
    pub(crate) fn ask(&self, object: u64, verb: Verb, argument: Option<u64>) -> Question {
        let Some(view) = self.view.as_ref().filter(|view| view.records(object)) else { return Question::UNRECORDED };
        let place = view.ask(object, verb, argument, || stamp::before(view.order()));
        Question(place.and_then(|place| NonZeroU64::new(place + 1)))
    }

    #[inline]
    pub(crate) fn answer(&self, question: Question, told: Told) {
        if let (Some(view), Some(place)) = (&self.view, question.0) {
            view.answer(place.get() - 1, told, stamp::after(view.order()));
        }
    }

    #[inline]
    pub(crate) fn withdraw(&self, question: Question) {
        if let (Some(view), Some(place)) = (&self.view, question.0) {
            view.withdraw(place.get() - 1);
        }
    }
}
