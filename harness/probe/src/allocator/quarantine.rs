//! Keeps freed blocks back, first in first out, so that a stale pointer meets poison instead of somebody's new data.

use super::spin_lock::SpinLock;
use std::alloc::Layout;

/// How many blocks can wait; a fixed ring, because an allocator cannot grow one.
const BLOCKS_MAX: usize = 65_536;

/// A freed block that waits.
#[derive(Clone, Copy)]
pub(super) struct Block {
    pub(super) address: usize,
    pub(super) layout: Layout,
    /// Whether it was filled with poison that is to be looked at again.
    pub(super) poisoned: bool,
}

const NO_BLOCK: Block = Block { address: 0, layout: Layout::new::<u8>(), poisoned: false };

struct Ring {
    blocks: [Block; BLOCKS_MAX],
    first: usize,
    length: usize,
    bytes: usize,
}

impl Ring {
    fn push(&mut self, block: Block) {
        self.blocks[(self.first + self.length) % BLOCKS_MAX] = block;
        self.length += 1;
        self.bytes += block.layout.size();
    }

    fn pop(&mut self) -> Option<Block> {
        if self.length == 0 {
            return None;
        }
        let block = self.blocks[self.first];
        self.first = (self.first + 1) % BLOCKS_MAX;
        self.length -= 1;
        self.bytes -= block.layout.size();
        Some(block)
    }
}

/// The ring of this process. Untouched pages of it cost nothing.
static RING: SpinLock<Ring> = SpinLock::new(Ring { blocks: [NO_BLOCK; BLOCKS_MAX], first: 0, length: 0, bytes: 0 });

/// Keeps a block back and releases the oldest ones until at most `bytes_max` wait. A block larger than that is released
/// at once.
pub(super) fn keep_back(block: Block, bytes_max: usize, release: impl Fn(Block)) {
    if block.layout.size() > bytes_max {
        release(block);
        return;
    }
    let mut waiting = Some(block);
    loop {
        let oldest = {
            let mut ring = RING.lock();
            let full =
                ring.length == BLOCKS_MAX || ring.bytes + waiting.map_or(0, |block| block.layout.size()) > bytes_max;
            if !full {
                if let Some(block) = waiting.take() {
                    ring.push(block);
                }
                return;
            }
            ring.pop()
        };
        // Released outside the lock: the release may be slow.
        match oldest {
            Some(oldest) => release(oldest),
            None => return,
        }
    }
}

/// The first address of the ring, and the first one after it.
pub(super) fn addresses() -> (u64, u64) {
    let start = std::ptr::from_ref(&RING) as u64;
    (start, start + size_of_val(&RING) as u64)
}

/// Releases every block that waits.
pub(super) fn release_all(release: impl Fn(Block)) {
    loop {
        let oldest = RING.lock().pop();
        match oldest {
            Some(oldest) => release(oldest),
            None => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    #[test]
    fn blocks_are_released_in_the_order_in_which_they_were_freed() {
        let released = RefCell::new(Vec::new());
        let layout = Layout::from_size_align(100, 8).unwrap();
        for address in 1..=10 {
            keep_back(Block { address, layout, poisoned: false }, 300, |block| {
                released.borrow_mut().push(block.address);
            });
        }
        assert_eq!(*released.borrow(), (1..=7).collect::<Vec<_>>());
        release_all(|block| released.borrow_mut().push(block.address));
        assert_eq!(*released.borrow(), (1..=10).collect::<Vec<_>>());
    }
}
