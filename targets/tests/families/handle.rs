//! `handle`: a handle shows its own content and says rightly whether it is alone; an interned object is one, and lives long enough.

use crate::driver::{Said, all, assert_caught, drive};
use squall_targets::tracked::Key;
use squall_targets::workloads::handle::{
    BufferHandleParams, BufferHandleWorkload, BufferUnderTest, InternUnderTest, InternWorkload,
};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, LazyLock, Mutex, Weak};

/// A handle on a part of a shared vector that makes a mistake.
struct Planted<const MISTAKE: char> {
    buffer: Arc<Mutex<Vec<u8>>>,
    content: Vec<u8>,
}

const NONE: char = 'n';
const WRITES_FOREIGN: char = 'w';
const CLAIMS: char = 'u';
const CUTS: char = 'c';

impl<const MISTAKE: char> Planted<MISTAKE> {
    fn another(&self, range: Range<usize>) -> Self {
        Self { buffer: Arc::clone(&self.buffer), content: self.content.get(range).unwrap_or_default().to_vec() }
    }
}

impl<const MISTAKE: char> BufferUnderTest for Planted<MISTAKE> {
    const NAME: &'static str = "handle.test";
    const SUMMARY: &'static str = "a handle for tests";

    fn holding(bytes: &[u8], _: usize) -> Self {
        Self { buffer: Arc::default(), content: bytes.to_vec() }
    }

    fn bytes(&self) -> &[u8] {
        &self.content
    }

    fn share(&mut self) -> Self {
        self.another(0..self.content.len())
    }

    fn slice(&mut self, range: Range<usize>) -> Self {
        self.another(if MISTAKE == CUTS && range.len() == 7 { 0..6 } else { range })
    }

    fn write(&mut self, change: impl FnOnce(&mut [u8])) -> bool {
        change(&mut self.content);
        // The mistake: what is written through one handle comes to light in another one on the same buffer.
        self.buffer.lock().unwrap().clone_from(&self.content);
        true
    }

    fn turn(&mut self) {
        let written = self.buffer.lock().unwrap();
        if MISTAKE == WRITES_FOREIGN && written.len() == self.content.len() {
            self.content.clone_from(&written);
        }
    }

    fn is_unique(&self) -> Option<bool> {
        Some(MISTAKE == CLAIMS || Arc::strong_count(&self.buffer) == 1)
    }
}

fn said<const MISTAKE: char>() -> Said {
    let all = all::<BufferHandleWorkload<Planted<MISTAKE>>>();
    drive::<BufferHandleWorkload<Planted<MISTAKE>>>(&BufferHandleParams::default(), all, 5_000)
}

#[test]
fn a_correct_handle_is_called_so_by_all_oracles() {
    said::<NONE>().assert_clean(&["own_content", "unique"]);
}

#[test]
fn a_handle_that_shows_what_another_wrote_or_says_wrongly_that_it_is_alone_is_named() {
    assert_caught(said::<WRITES_FOREIGN>, "own_content", "] instead of [");
    assert_caught(said::<CUTS>, "own_content", "] instead of [");
    assert_caught(said::<CLAIMS>, "unique", "handles on the buffer");
}

/// An interner that makes a mistake.
#[derive(Clone)]
struct Interned<const MISTAKE: char>(Arc<Key>);

const MAKES_TWO: char = 't';
const MIXES_KEYS: char = 'm';
const LEAKS: char = 'k';

/// What is interned, by the mistake that is made and the object's number.
type Table = HashMap<(char, u64), Weak<Key>>;

static TABLE: LazyLock<Mutex<Table>> = LazyLock::new(Mutex::default);

impl<const MISTAKE: char> InternUnderTest for Interned<MISTAKE> {
    const NAME: &'static str = "handle.test_intern";
    const SUMMARY: &'static str = "an interner for tests";

    fn intern(key: Key) -> Self {
        let number = if MISTAKE == MIXES_KEYS { key.number() & !1 } else { key.number() };
        let mut table = TABLE.lock().unwrap();
        let known = table.get(&(MISTAKE, number)).and_then(Weak::upgrade);
        let object = known.filter(|_| MISTAKE != MAKES_TWO).unwrap_or_else(|| Arc::new(Key::new(number)));
        table.insert((MISTAKE, number), Arc::downgrade(&object));
        if MISTAKE == LEAKS && number == 7 {
            std::mem::forget(Arc::clone(&object));
        }
        Self(object)
    }

    fn object(&self) -> &Key {
        &self.0
    }

    fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

fn interned<const MISTAKE: char>() -> Said {
    type Under<const MISTAKE: char> = InternWorkload<Interned<MISTAKE>>;
    drive::<Under<MISTAKE>>(&squall_probe::NoParams::default(), all::<Under<MISTAKE>>(), 5_000)
}

#[test]
fn a_correct_interner_is_called_so_by_all_oracles() {
    interned::<NONE>().assert_clean(&["own_value", "one_object", "drop_balance"]);
}

#[test]
fn an_object_that_is_two_another_one_or_never_freed_is_named() {
    assert_caught(interned::<MAKES_TWO>, "one_object", "is there as two objects");
    assert_caught(interned::<MIXES_KEYS>, "own_value", " stands for key ");
    assert_caught(interned::<LEAKS>, "drop_balance", "never dropped");
}
