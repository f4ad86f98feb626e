//! What containers did to instances that they must not do. It is noted where it is seen, on whatever thread, and waits until a
//! worker or the final check reports it.

use super::life::describe;
use super::slots::{self, Standing, Token};
use squall_probe::exempt;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many misuses wait at most to be told; of more, only the number is kept.
const WAITING_MAX: usize = 256;

static WAITING: Mutex<Misuses> = Mutex::new(Misuses::NONE);
/// How many were noted since they were last told: what each step looks at, written only when something is wrong.
static NOTED: AtomicU64 = AtomicU64::new(0);
static CALLBACK_PANICS: AtomicU64 = AtomicU64::new(0);
static FORGOTTEN: AtomicU64 = AtomicU64::new(0);

/// Something that a container did to an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// It dropped it.
    Drop,
    /// It did something else with it.
    Other(&'static str),
}

/// Something that a container must not do to an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misuse {
    dropped_again: bool,
    text: String,
}

impl Misuse {
    /// Whether an instance was dropped that had been dropped before; else it was used then, or was never made.
    #[must_use]
    pub const fn is_double_drop(&self) -> bool {
        self.dropped_again
    }
}

/// Misuses that were noted: the first of them, and how many more there were.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Misuses {
    /// Those that are told.
    pub told: Vec<Misuse>,
    /// How many more double drops there were.
    pub more_double_drops: u64,
    /// How many more uses there were of what was dropped or never made.
    pub more_uses: u64,
}

impl Misuses {
    const NONE: Self = Self { told: Vec::new(), more_double_drops: 0, more_uses: 0 };

    fn add(&mut self, misuse: Misuse) {
        if self.told.len() < WAITING_MAX {
            self.told.push(misuse);
        } else if misuse.dropped_again {
            self.more_double_drops += 1;
        } else {
            self.more_uses += 1;
        }
    }
}

impl fmt::Display for Misuse {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

/// Notes what was done to the instance that a token does not stand for any more, or never did.
#[cold]
pub(super) fn note(token: Token, done: Use) {
    exempt(|| {
        let (standing, word) = (token.standing(), spelled(done));
        let whose = slots::stamp_of(token).map_or_else(|| "an instance".to_owned(), describe);
        let text = match standing {
            Standing::NeverHeld => format!("something was {word} that was never made: garbage instead of {whose}"),
            Standing::GivenBack if done == Use::Drop => format!("dropped again; its slot last held {whose}"),
            Standing::GivenBack | Standing::Held => format!("{word} after its drop; its slot last held {whose}"),
        };
        let dropped_again = done == Use::Drop && standing != Standing::NeverHeld;
        waiting().add(Misuse { dropped_again, text });
        NOTED.fetch_add(1, Ordering::Relaxed);
    });
}

const fn spelled(done: Use) -> &'static str {
    match done {
        Use::Drop => "dropped",
        Use::Other(what) => what,
    }
}

/// Whether something waits to be taken.
#[inline]
pub(super) fn any_waiting() -> bool {
    NOTED.load(Ordering::Relaxed) > 0
}

/// Takes the misuses that can be told. The number of the others waits for [`take_misuses`].
#[must_use]
pub(super) fn take_told() -> Vec<Misuse> {
    exempt(|| {
        let mut waiting = waiting();
        NOTED.store(0, Ordering::Relaxed);
        std::mem::take(&mut waiting.told)
    })
}

/// Takes all misuses that were noted since the last time.
#[must_use]
pub fn take_misuses() -> Misuses {
    exempt(|| {
        let mut waiting = waiting();
        NOTED.store(0, Ordering::Relaxed);
        std::mem::take(&mut *waiting)
    })
}

fn waiting() -> MutexGuard<'static, Misuses> {
    WAITING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Does what a container calls back for: if a panic ends it, the container may leak from then on.
#[inline]
pub fn in_callback<R>(body: impl FnOnce() -> R) -> R {
    struct Unwinding;
    impl Drop for Unwinding {
        #[cold]
        fn drop(&mut self) {
            CALLBACK_PANICS.fetch_add(1, Ordering::Relaxed);
        }
    }
    let unwinding = Unwinding;
    let result = body();
    std::mem::forget(unwinding);
    result
}

/// Says that so many instances are never dropped, because a workload forgot on purpose what would have dropped them.
pub fn forgive_leaks(instances: u64) {
    FORGOTTEN.fetch_add(instances, Ordering::Relaxed);
}

/// How many instances were forgotten on purpose.
pub(super) fn forgotten() -> u64 {
    FORGOTTEN.load(Ordering::Relaxed)
}

/// How many callbacks were ended by a panic.
pub(super) fn callback_panics() -> u64 {
    CALLBACK_PANICS.load(Ordering::Relaxed)
}
