//! Hands a freed block out again to whoever asks next for one of its layout, whatever the thread: the address comes back as
//! soon as it can, which is what ABA needs. The system's allocator keeps freed blocks with the thread that freed them.

use super::quarantine::Block;
use super::spin_lock::SpinLock;
use std::alloc::Layout;

/// Larger blocks go back to the system.
const SIZE_MAX: usize = 1_024;
/// How many freed blocks of one size wait; the last one is the first to be handed out.
const WAITING_MAX: usize = 32;

#[derive(Clone, Copy)]
struct Stack {
    blocks: [Option<Block>; WAITING_MAX],
    /// Where the next block is put, and how many wait below.
    top: usize,
    waiting: usize,
}

impl Stack {
    const EMPTY: Self = Self { blocks: [None; WAITING_MAX], top: 0, waiting: 0 };

    /// Puts a block on top; hands on the lowest one if there is no room for it.
    fn push(&mut self, block: Block) -> Option<Block> {
        let lowest = self.blocks[self.top].replace(block);
        self.top = (self.top + 1) % WAITING_MAX;
        self.waiting = (self.waiting + 1).min(WAITING_MAX);
        lowest
    }

    fn pop(&mut self) -> Option<Block> {
        self.waiting = self.waiting.checked_sub(1)?;
        self.top = (self.top + WAITING_MAX - 1) % WAITING_MAX;
        self.blocks[self.top].take()
    }

    /// Takes the top block if it has exactly this layout.
    fn pop_of(&mut self, layout: Layout) -> Option<Block> {
        let top = self.blocks[(self.top + WAITING_MAX - 1) % WAITING_MAX];
        top.filter(|block| block.layout == layout)?;
        self.pop()
    }
}

/// The freed blocks of each size; untouched pages of it cost nothing.
pub(super) struct Stacks([SpinLock<Stack>; SIZE_MAX]);

/// Those of this process.
pub(super) static STACKS: Stacks = Stacks::new();

impl Stacks {
    const fn new() -> Self {
        Self([const { SpinLock::new(Stack::EMPTY) }; SIZE_MAX])
    }

    fn of(&self, layout: Layout) -> Option<&SpinLock<Stack>> {
        self.0.get(layout.size().wrapping_sub(1))
    }

    /// Keeps a freed block for the next one who asks; hands on the block that has to go back to the system, if any.
    pub(super) fn keep(&self, block: Block) -> Option<Block> {
        match self.of(block.layout) {
            Some(stack) => stack.lock().push(block),
            None => Some(block),
        }
    }

    /// The block of this layout that was freed last, if one waits.
    pub(super) fn take(&self, layout: Layout) -> Option<Block> {
        self.of(layout)?.lock().pop_of(layout)
    }

    /// The first address of the stacks, and the first one after them.
    pub(super) fn addresses(&self) -> (u64, u64) {
        let start = std::ptr::from_ref(self) as u64;
        (start, start + size_of::<Self>() as u64)
    }

    /// Takes all blocks that wait.
    pub(super) fn take_all(&self, mut release: impl FnMut(Block)) {
        for stack in &self.0 {
            // Released outside the lock: the release may be slow.
            while let Some(block) = { stack.lock().pop() } {
                release(block);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use std::sync::Mutex;

    fn block(address: usize, size: usize) -> Block {
        Block { address, layout: Layout::from_size_align(size, 8).unwrap(), poisoned: false }
    }

    #[test]
    fn the_block_that_was_freed_last_is_handed_out_first_and_to_its_own_layout_only() {
        static STACKS: Stacks = Stacks::new();
        let stacks = &STACKS;
        for address in 1..=3 {
            assert!(stacks.keep(block(address, 48)).is_none());
        }
        assert!(stacks.take(Layout::from_size_align(40, 8).unwrap()).is_none());
        assert!(stacks.take(Layout::from_size_align(48, 16).unwrap()).is_none());
        let taken: Vec<_> = (0..4).map(|_| stacks.take(block(0, 48).layout).map(|block| block.address)).collect();
        assert_eq!(taken, [Some(3), Some(2), Some(1), None]);
    }

    #[test]
    fn the_oldest_blocks_go_back_when_there_are_too_many_and_large_ones_at_once() {
        static STACKS: Stacks = Stacks::new();
        let stacks = &STACKS;
        let back = |address| stacks.keep(block(address, 16)).map(|block| block.address);
        assert!((1..=WAITING_MAX).all(|address| back(address).is_none()));
        assert_eq!((back(100), back(101)), (Some(1), Some(2)));
        assert!(stacks.keep(block(1, SIZE_MAX + 1)).is_some());
        let mut left = Vec::new();
        stacks.take_all(|block| left.push(block.address));
        assert_eq!((left.len(), left[0], left[1]), (WAITING_MAX, 101, 100));
        assert!(stacks.take(block(0, 16).layout).is_none());
    }

    #[test]
    fn no_block_is_handed_out_twice_while_many_threads_take_and_give() {
        static STACKS: Stacks = Stacks::new();
        let stacks = &STACKS;
        let owned: Mutex<HashSet<usize>> = Mutex::new(HashSet::new());
        for address in 1..=16 {
            assert!(stacks.keep(block(address, 64)).is_none());
        }
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..5_000 {
                        if let Some(block) = stacks.take(block(0, 64).layout) {
                            assert!(owned.lock().unwrap().insert(block.address), "{} twice", block.address);
                            assert!(owned.lock().unwrap().remove(&block.address));
                            assert!(stacks.keep(block).is_none());
                        }
                    }
                });
            }
        });
        let mut left = HashSet::new();
        stacks.take_all(|block| assert!(left.insert(block.address)));
        assert_eq!(left.len(), 16);
    }
}
