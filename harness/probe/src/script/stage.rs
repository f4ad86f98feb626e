//! What the workers of a subject share that run scripts: where they meet, the script under way, and what came of the ones before.

use super::meeting::Meeting;
use super::stride::Striding;
use super::walk::Walk;
use squall_model::ScriptsRecord;
use std::sync::{Arc, Mutex, PoisonError};

/// So many tables with a forbidden outcome are told before the end.
const INTERIM_TABLES_MAX: usize = 4;

/// One stride: a script, and how its threads walk.
#[derive(Clone)]
pub(super) struct Turn {
    pub(super) stride: Arc<dyn Striding>,
    pub(super) walk: Walk,
}

/// What the workers share.
pub(crate) struct Stage {
    pub(super) meeting: Meeting,
    pub(super) workers: usize,
    turn: Mutex<Option<Turn>>,
    record: Mutex<ScriptsRecord>,
}

impl Stage {
    pub(crate) fn of(workers: usize) -> Self {
        Self { meeting: Meeting::of(workers), workers, turn: Mutex::default(), record: Mutex::default() }
    }

    /// What the next stride is; none if there is no further one.
    pub(super) fn turn(&self) -> Option<Turn> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn set_turn(&self, turn: Option<Turn>) {
        *self.turn.lock().unwrap_or_else(PoisonError::into_inner) = turn;
    }

    pub(super) fn note(&self, change: impl FnOnce(&mut ScriptsRecord)) {
        change(&mut self.record.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// What is told of the scripts so far while others are still to come: the numbers, and few tables.
    pub(super) fn interim(&self) -> ScriptsRecord {
        let mut record = self.record();
        let shown = record.tables.iter().filter(|table| table.forbidden() > 0).count().min(INTERIM_TABLES_MAX);
        record.tables.truncate(shown);
        record
    }

    /// What came of the scripts so far.
    pub(crate) fn record(&self) -> ScriptsRecord {
        self.record.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
