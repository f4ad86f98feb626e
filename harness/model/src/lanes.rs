//! Names the counters that a kind of fault has beside the common ones: the rows of [`crate::measure::Meter::lanes`].

/// `realloc`: blocks whose growth was moved to a new address.
pub const REALLOC_MOVED: usize = 0;
/// `realloc`: freed blocks that were poisoned.
pub const REALLOC_POISONED: usize = 1;
/// `realloc`: freed blocks that were kept back.
pub const REALLOC_QUARANTINED: usize = 2;
/// `realloc`: new blocks that were given a guard page.
pub const REALLOC_GUARDED: usize = 3;
/// `realloc`: calls that reallocate the workload's container.
pub const REALLOC_CONTAINER_CALLS: usize = 4;
/// `realloc`: guarded blocks that were asked for when no guarded page was left.
pub const REALLOC_GUARDS_LACKING: usize = 5;
/// `realloc`: calls that reallocate the workload's container in which memory really moved.
pub const REALLOC_CONTAINER_MOVED: usize = 6;
/// `realloc`: freed blocks that were handed out again at once.
pub const REALLOC_REUSED: usize = 7;
/// `realloc`: blocks that were written down.
pub const REALLOC_CHECKED: usize = 8;
/// `realloc`: blocks that could not be written down, because too many lived at once.
pub const REALLOC_UNCHECKED: usize = 9;
/// `stall`: occasions at which threads were to be held.
pub const STALL_OCCASIONS: usize = 0;
/// `stall` at a function or word: how many addresses were watched.
pub const STALL_AIMS: usize = 1;
/// `stall` at a function or word: 1 if the system gave some thread fewer breakpoints than it has.
pub const STALL_SLOTS_LACKING: usize = 2;
/// `stall` at a word: 1 if no word of the name lived when the fault was healed, although one did before.
pub const STALL_WORD_GONE: usize = 3;
/// `failpoint`: 1 if returns cannot be counted, because the target has a logger of its own.
pub const FAILPOINT_BLIND: usize = 0;
/// `load`: the first of the operations that were done, one lane for each operation in the order of its mix.
pub const LOAD_OPERATIONS: usize = 0;
