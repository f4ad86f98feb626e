//! Short scripts drawn from a family's own operations, and judged by a plain sequential model: an outcome may come if some order
//! of the whole operations explains it. The model is the family's; the container under test has no say in it.

mod drawn;
mod explanation;
mod family;

pub use drawn::FamilyScripts;
pub use explanation::{Explanation, Next, STEPS_MAX};
pub use family::{At, Family, Progress, START};

use crate::tracked::{DROP_BALANCE, NO_USE_AFTER_DROP, OWN_VALUE};
use squall_probe::Oracle;

/// Some order of the operations explains what each thread was answered and what was found at the end. One answer is one sample.
pub const EXPLAINED: Oracle = Oracle::new(3, "explained");
/// The oracles that every family's scripts are judged by.
pub const SCRIPT_ORACLES: &[Oracle] = &[OWN_VALUE, NO_USE_AFTER_DROP, DROP_BALANCE, EXPLAINED];
