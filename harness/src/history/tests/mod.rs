//! Proves the checker: against a slow one that tries every order of a naive model, by mutation of long histories, and by its words.

mod agreement;
mod anomalies;
mod long;
mod reading;
mod recorded;
mod reference;

use super::{History, HistoryModel, Judgement, Settings, read};

/// The history of these lines.
fn history(model: HistoryModel, lines: &str) -> History {
    read("test", &mut lines.as_bytes(), model).unwrap_or_else(|error| panic!("{error}"))
}

/// What a check without limits says.
fn judged(history: &History) -> Judgement {
    history.check(&Settings::default())
}
