//! The slots that instances hold while they live: a table that is never freed, so that looking at a slot is always sound,
//! however broken the container is that asks.
//!
//! A slot's state is its generation and a link. The link of a free slot leads to the next free one, that of a held one says
//! so. Each thread has a list of free slots of its own and trades batches with the others, so that threads share no hot word;
//! loads and stores are relaxed, because a fence here could hide a missing one in the container.

use squall_probe::exempt;
use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

/// The link of a slot that is held.
const HELD: u32 = u32::MAX;
/// The link of the last free slot of a list.
const END: u32 = u32::MAX - 1;
/// How many slots threads trade at once.
const BATCH: u32 = 256;
/// How many slots a segment of the table has.
const SEGMENT_SLOTS: usize = 1 << 16;
/// How many segments there can be: room for 2²⁶ instances at once, more than a machine's memory holds in containers.
const SEGMENTS_MAX: usize = 1 << 10;
/// The first generation of a slot; 0 is no generation, so that zeroed memory is no instance.
const FIRST_GENERATION: u32 = 1;

/// One slot: who holds it.
pub(super) struct Slot {
    state: AtomicU64,
    stamp: AtomicU64,
}

type Segment = Box<[Slot]>;

static SEGMENTS: [OnceLock<Segment>; SEGMENTS_MAX] = [const { OnceLock::new() }; SEGMENTS_MAX];

/// What threads trade: lists of a batch each, and the first slot that nobody has held yet.
struct Exchange {
    lists: Vec<u32>,
    fresh: u32,
}

static EXCHANGE: Mutex<Exchange> = Mutex::new(Exchange { lists: Vec::new(), fresh: 0 });

/// The free slots of one thread; without a destructor, because a container's reclamation may run when the thread ends.
struct Free {
    first: Cell<u32>,
    count: Cell<u32>,
}

thread_local! {
    static FREE: Free = const { Free { first: Cell::new(END), count: Cell::new(0) } };
}

/// Which slot, and in which generation: what an instance remembers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token(pub(super) u64);

/// What a slot says to a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// The slot is held by this token.
    Held,
    /// It was, and was given back.
    GivenBack,
    /// It never was.
    NeverHeld,
}

impl Token {
    const fn new(generation: u32, index: u32) -> Self {
        Self((generation as u64) << 32 | index as u64)
    }

    const fn generation(self) -> u32 {
        (self.0 >> 32) as u32
    }

    const fn index(self) -> u32 {
        self.0 as u32
    }

    #[inline]
    fn slot(self) -> Option<&'static Slot> {
        let index = self.index() as usize;
        SEGMENTS.get(index / SEGMENT_SLOTS)?.get().map(|segment| &segment[index % SEGMENT_SLOTS])
    }

    /// Whether the token holds its slot.
    #[inline]
    pub(super) fn holds(self) -> bool {
        self.slot().is_some_and(|slot| slot.state.load(Ordering::Relaxed) == state(self.generation(), HELD))
    }

    /// How the token stands, for one that does not hold its slot.
    #[cold]
    pub(super) fn standing(self) -> Standing {
        let Some(slot) = self.slot() else { return Standing::NeverHeld };
        let now = slot.state.load(Ordering::Relaxed);
        let age = generation_of(now).wrapping_sub(self.generation());
        match age {
            _ if self.generation() < FIRST_GENERATION => Standing::NeverHeld,
            0 if link_of(now) == HELD => Standing::Held,
            1..=0x7FFF_FFFF => Standing::GivenBack,
            _ => Standing::NeverHeld,
        }
    }
}

const fn state(generation: u32, link: u32) -> u64 {
    (generation as u64) << 32 | link as u64
}

const fn link_of(state: u64) -> u32 {
    state as u32
}

const fn generation_of(state: u64) -> u32 {
    (state >> 32) as u32
}

/// Takes a free slot and leaves a stamp there.
#[inline]
pub(super) fn take(stamp: u64) -> Token {
    FREE.with(|free| {
        if free.first.get() == END {
            free.refill();
        }
        let index = free.first.get();
        let slot = known_slot(index);
        let now = slot.state.load(Ordering::Relaxed);
        free.first.set(link_of(now));
        free.count.set(free.count.get() - 1);
        let generation = generation_of(now);
        slot.stamp.store(stamp, Ordering::Relaxed);
        slot.state.store(state(generation, HELD), Ordering::Relaxed);
        Token::new(generation, index)
    })
}

/// Gives back a slot; hands on whether the token held it.
#[inline]
pub(super) fn give_back(token: Token) -> bool {
    let Some(slot) = token.slot() else { return false };
    if slot.state.load(Ordering::Relaxed) != state(token.generation(), HELD) {
        return false;
    }
    FREE.with(|free| {
        let next = token.generation().wrapping_add(1).max(FIRST_GENERATION);
        slot.state.store(state(next, free.first.get()), Ordering::Relaxed);
        free.first.set(token.index());
        free.count.set(free.count.get() + 1);
        if free.count.get() >= 2 * BATCH {
            free.trade_in();
        }
    });
    true
}

fn known_slot(index: u32) -> &'static Slot {
    Token::new(0, index).slot().expect("a free slot lies in the table")
}

impl Free {
    #[cold]
    fn refill(&self) {
        let first = exempt(|| {
            let mut exchange = exchange();
            exchange.lists.pop().unwrap_or_else(|| exchange.lay_out())
        });
        self.first.set(first);
        self.count.set(BATCH);
    }

    /// Gives a batch of free slots to whoever needs them.
    #[cold]
    fn trade_in(&self) {
        let first = self.first.get();
        let mut last = first;
        for _ in 1..BATCH {
            last = link_of(known_slot(last).state.load(Ordering::Relaxed));
        }
        let slot = known_slot(last);
        let now = slot.state.load(Ordering::Relaxed);
        self.first.set(link_of(now));
        self.count.set(self.count.get() - BATCH);
        slot.state.store(state(generation_of(now), END), Ordering::Relaxed);
        exempt(|| exchange().lists.push(first));
    }
}

impl Exchange {
    /// A list of slots that nobody has held yet.
    fn lay_out(&mut self) -> u32 {
        let first = self.fresh;
        let segment = SEGMENTS.get(first as usize / SEGMENT_SLOTS);
        let segment = segment.expect("no more than 2^26 tracked keys and values are alive at once");
        let slots = segment.get_or_init(|| (0..SEGMENT_SLOTS).map(|_| Slot::fresh()).collect());
        for index in first..first + BATCH {
            let next = if index + 1 == first + BATCH { END } else { index + 1 };
            slots[index as usize % SEGMENT_SLOTS].state.store(state(FIRST_GENERATION, next), Ordering::Relaxed);
        }
        self.fresh += BATCH;
        first
    }
}

impl Slot {
    const fn fresh() -> Self {
        Self { state: AtomicU64::new(state(FIRST_GENERATION, END)), stamp: AtomicU64::new(0) }
    }
}

fn exchange() -> MutexGuard<'static, Exchange> {
    EXCHANGE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The stamp that the last holder of a token's slot left there.
pub(super) fn stamp_of(token: Token) -> Option<u64> {
    token.slot().map(|slot| slot.stamp.load(Ordering::Relaxed))
}

/// Goes over all slots that were ever held: shows the stamps of those that are held now, and hands on how often slots were taken.
pub(super) fn review(mut held: impl FnMut(u64)) -> u64 {
    let fresh = exchange().fresh as usize;
    let mut taken = 0;
    for index in 0..fresh {
        let slot = known_slot(index as u32);
        let now = slot.state.load(Ordering::Relaxed);
        taken += u64::from(generation_of(now) - FIRST_GENERATION);
        if link_of(now) == HELD {
            taken += 1;
            held(slot.stamp.load(Ordering::Relaxed));
        }
    }
    taken
}
