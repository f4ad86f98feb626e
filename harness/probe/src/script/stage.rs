//! What the workers of a subject share that run scripts: where they meet, the script under way, and what came of the ones before.

use super::meeting::Meeting;
use super::stride::Striding;
use super::walk::Walk;
use squall_model::ScriptsRecord;
use std::sync::{Arc, Mutex, PoisonError};

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

    /// What came of the scripts so far.
    pub(crate) fn record(&self) -> ScriptsRecord {
        self.record.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
