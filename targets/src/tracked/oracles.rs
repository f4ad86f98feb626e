//! The oracles that follow from tracking, for every family of containers.

use super::life::describe;
use super::misuse::{Misuse, Misuses, any_waiting, callback_panics, forgotten, take_misuses, take_told};
use super::slots;
use crate::workloads::judge::Judge;
use squall_probe::Oracle;

/// A value that is seen under a key was written for that key, and is whole.
pub const OWN_VALUE: Oracle = Oracle::new(0, "own_value");
/// No instance was used after its drop, and none that was never made.
pub const NO_USE_AFTER_DROP: Oracle = Oracle::new(1, "no_use_after_drop");
/// No instance was dropped twice, and each that was made is dropped once its container is.
pub const DROP_BALANCE: Oracle = Oracle::new(2, "drop_balance");

/// After so many requests in vain, drops that were put off do not come: epochs advance by one or two steps a time.
const VAIN_RECLAIMS_MAX: usize = 64;
/// How often such drops are asked for at most, a few hundred of which happen at a time: an end for a check, should a
/// container make new instances as fast as it drops them.
const RECLAIMS_MAX: usize = 1 << 16;
/// How many instances a balance names; more are counted.
const NAMED_MAX: usize = 8;

impl Misuse {
    const fn oracle(&self) -> Oracle {
        if self.is_double_drop() { DROP_BALANCE } else { NO_USE_AFTER_DROP }
    }
}

/// Reports what was done to instances since the last report, on whatever thread; for the end of each step. What is looked
/// at are instances, not steps, so their number is left to [`settle`], and so are misuses too many to be told.
#[inline]
pub fn watch(judge: &mut impl Judge) {
    if any_waiting() {
        tell(judge, take_told());
    }
}

fn tell(judge: &mut impl Judge, misuses: Vec<Misuse>) {
    for misuse in misuses {
        judge.expect(misuse.oracle(), false, || misuse.to_string());
    }
}

/// Calls `reclaim` until the drops have happened that a container put off, or do not come any more.
pub fn reclaim_all(reclaim: impl Fn()) {
    let (mut least, mut in_vain) = (Balance::now().alive, 0);
    for _ in 0..RECLAIMS_MAX {
        if least == 0 || in_vain == VAIN_RECLAIMS_MAX {
            return;
        }
        reclaim();
        let alive = Balance::now().alive;
        in_vain = if alive < least { 0 } else { in_vain + 1 };
        least = least.min(alive);
    }
}

/// Reports the misuses that are left, and the balance; for the end of a final check that has dropped its container and every
/// tracked instance that it had.
pub fn settle(judge: &mut impl Judge) {
    let Misuses { told, more_double_drops, more_uses } = take_misuses();
    tell(judge, told);
    let balance = Balance::now();
    judge.expect_none(NO_USE_AFTER_DROP, balance.made, more_uses, || format!("{more_uses} more that are not told"));
    judge.expect_none(DROP_BALANCE, more_double_drops, more_double_drops, || {
        format!("{more_double_drops} more instances were dropped again")
    });
    judge.expect_none(DROP_BALANCE, balance.made, balance.leaked(), || balance.describe());
    if balance.callback_panics > 0 {
        let panics = balance.callback_panics;
        judge.spare(DROP_BALANCE, || format!("leaks were not judged: a panic ended {panics} callbacks"));
    }
}

/// How many instances of this process were made, and which of them live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    /// How many were made, new or cloned.
    pub made: u64,
    /// How many of them are not dropped.
    pub alive: u64,
    /// How many callbacks were ended by a panic, which excuses leaks.
    pub callback_panics: u64,
    /// How many were forgotten on purpose, which excuses as many.
    pub forgotten: u64,
    named: Vec<String>,
}

impl Balance {
    /// The balance of the process as it is.
    #[must_use]
    pub fn now() -> Self {
        let (mut alive, mut named) = (0, Vec::new());
        let made = slots::review(|stamp| {
            alive += 1;
            if named.len() < NAMED_MAX {
                named.push(describe(stamp));
            }
        });
        Self { made, alive, callback_panics: callback_panics(), forgotten: forgotten(), named }
    }

    /// How many instances leaked, if nothing is to be alive and nothing excuses it.
    #[must_use]
    pub const fn leaked(&self) -> u64 {
        if self.callback_panics > 0 { 0 } else { self.alive.saturating_sub(self.forgotten) }
    }

    fn describe(&self) -> String {
        let more = if self.alive > self.named.len() as u64 { ", …" } else { "" };
        format!("{} of {} instances were never dropped: {}{more}", self.alive, self.made, self.named.join(", "))
    }
}
