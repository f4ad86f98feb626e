//! Makes a worker's notes stand before a call that may unwind: takes a value in, and changes nothing but what an optimiser may
//! do with it.
//!
//! A worker notes in its `Local` that it begins an operation, calls the container, and notes that the operation has ended. If
//! the call unwinds, the first note has to be there: an oracle that misses it takes an unknown outcome for a wrong one. LLVM's
//! superword-level vectoriser (found with LLVM 22.1.2 in Rust 1.95; `-C no-vectorize-slp` cures it) gathers the stores to two
//! neighbouring fields behind the call, since nobody else can see a `&mut` while the call lasts, and forgets that whoever
//! catches the panic sees it afterwards:
//!
//! ```text
//! struct Local { done: u64, unknown: u64 }
//! fn step(local: &mut Local) {
//!     local.unknown += 1;
//!     add(); // unwinds, and `unknown` is as it was before
//!     local.unknown -= 1;
//!     local.done += 1;
//! }
//! ```

use std::hint::black_box;

/// Makes everything that was written to `value` so far stand in memory, whatever the next call does.
///
/// To be called between the noting that an operation begins and the call that may unwind, by whoever reads the note afterwards.
/// It costs the stores that it is there for, and one to the stack.
///
/// ```
/// use squall_probe::write_back;
/// struct Local { done: u64, unknown: u64 }
/// fn step(local: &mut Local, add: impl FnOnce()) {
///     local.unknown += 1;
///     write_back(local);
///     add();
///     local.unknown -= 1;
///     local.done += 1;
/// }
/// # let mut local = Local { done: 0, unknown: 0 };
/// # let broken = std::panic::AssertUnwindSafe(|| step(&mut local, || panic!("no")));
/// # assert!(std::panic::catch_unwind(broken).is_err());
/// # assert_eq!((local.done, local.unknown), (0, 1));
/// ```
#[inline(always)]
pub fn write_back<T: ?Sized>(value: &mut T) {
    let _ = black_box(value);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

    #[derive(Default)]
    struct Local {
        done: u64,
        unknown: u64,
    }

    #[inline(never)]
    fn unwind_at(number: u64, at: u64) {
        if black_box(number) == at {
            resume_unwind(Box::new(()));
        }
    }

    #[inline(never)]
    fn step(local: &mut Local, number: u64) {
        local.unknown += 1;
        write_back(local);
        unwind_at(number, 7);
        local.unknown -= 1;
        local.done += 1;
    }

    /// Without `write_back`, it fails when it is optimised: `cargo test --release`.
    #[test]
    fn a_note_that_was_made_before_a_call_unwound_is_there_afterwards() {
        let mut local = Local::default();
        for number in 0..10 {
            let _ = catch_unwind(AssertUnwindSafe(|| step(&mut local, number)));
        }
        assert_eq!((local.done, local.unknown), (9, 1));
    }
}
