//! Calls that may answer with a panic because their documentation says so: a poisoned cell, a place beyond the end. Such a
//! panic is an answer that an oracle judges, and not a symptom.

use crate::panic_hook;
use crate::point::InjectedPanic;
use crate::thread_state;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// Makes a call whose documentation lets it panic, and hands on what it answered, or what it said as it panicked. It is up to the
/// caller to judge whether it had to. A panic that a fault injected goes on, because it answers nothing.
///
/// ```
/// use squall_probe::documented_panic;
///
/// let short = [1, 2];
/// assert_eq!(documented_panic(|| short[1]), Ok(2));
/// let answer = documented_panic(|| short[std::hint::black_box(2)]);
/// assert!(answer.unwrap_err().starts_with("index out of bounds"));
/// ```
///
/// # Errors
/// What was said, if the call panicked.
pub fn documented_panic<R>(call: impl FnOnce() -> R) -> Result<R, String> {
    let answering = Answering::begin();
    let answer = catch_unwind(AssertUnwindSafe(call));
    drop(answering);
    answer.map_err(|payload| {
        if payload.is::<InjectedPanic>() {
            resume_unwind(payload);
        }
        let text = payload.downcast_ref::<String>().map(String::as_str);
        text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("(a payload that is no text)").to_owned()
    })
}

/// Whether a panic with this message is an answer that the current thread waits for. One that ends the process is none.
pub(crate) fn answers(message: &str) -> bool {
    thread_state::with(|state| state.answering_depth.get()) > 0 && panic_hook::can_unwind(message)
}

/// The current thread waits for an answer that may be a panic.
struct Answering;

impl Answering {
    fn begin() -> Self {
        thread_state::with(|state| state.answering_depth.set(state.answering_depth.get() + 1));
        Self
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        thread_state::with(|state| state.answering_depth.set(state.answering_depth.get() - 1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_panic_that_is_waited_for_and_can_unwind_is_an_answer() {
        assert!(!answers("poisoned"));
        let inside = documented_panic(|| (answers("poisoned"), answers("panic in a function that cannot unwind")));
        assert_eq!(inside, Ok((true, false)));
        assert!(!answers("poisoned"));
        assert_eq!(documented_panic(|| -> u32 { panic!("poisoned: {}", 7) }), Err("poisoned: 7".to_owned()));
        assert!(!answers("poisoned"), "after a panic, too");
    }

    #[test]
    fn an_injected_panic_goes_on() {
        let injected =
            || documented_panic(|| -> u32 { resume_unwind(Box::new(InjectedPanic { place: "here".into() })) });
        let payload = catch_unwind(injected).expect_err("it goes on");
        assert!(payload.is::<InjectedPanic>());
    }
}
