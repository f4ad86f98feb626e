//! What the code is doing in the words of its business: who, which order, which statement.
//!
//! A panic report carries it, so that a finding names the affected user and the last statements. Everything lies in fixed
//! arrays of the thread, so that setting it costs no allocation; in a subject the statements are also written to the
//! recorder's segment, where they survive the death of the process.

use crate::thread_state;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// How many different keys one thread can have.
const KEYS_MAX: usize = 8;
/// How many statements one thread remembers.
const STATEMENTS: usize = 16;
/// The longest key in bytes; longer ones are cut.
const KEY_BYTES_MAX: usize = 24;
/// The longest value or statement in bytes; longer ones are cut.
const VALUE_BYTES_MAX: usize = 120;

/// A text in a fixed array.
#[derive(Clone, Copy)]
struct FixedText<const BYTES: usize> {
    bytes: [u8; BYTES],
    length: usize,
}

impl<const BYTES: usize> FixedText<BYTES> {
    const EMPTY: Self = Self { bytes: [0; BYTES], length: 0 };

    fn set(&mut self, text: &str) {
        let length = text.floor_char_boundary(BYTES);
        self.bytes[..length].copy_from_slice(&text.as_bytes()[..length]);
        self.length = length;
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.length]).unwrap_or_default()
    }
}

struct Context {
    entries: [(FixedText<KEY_BYTES_MAX>, FixedText<VALUE_BYTES_MAX>); KEYS_MAX],
    statements: [FixedText<VALUE_BYTES_MAX>; STATEMENTS],
    statement_next: usize,
}

thread_local! {
    static CONTEXT: RefCell<Context> = const {
        RefCell::new(Context {
            entries: [(FixedText::EMPTY, FixedText::EMPTY); KEYS_MAX],
            statements: [FixedText::EMPTY; STATEMENTS],
            statement_next: 0,
        })
    };
}

/// Sets one fact about what this thread works on, such as `trace_id`, `user` or `order`. A ninth key is dropped.
///
/// ```
/// squall_probe::context::set("order", "A-17");
/// assert_eq!(squall_probe::context::facts()["order"], "A-17");
/// squall_probe::context::clear();
/// ```
pub fn set(key: &str, value: &str) {
    let key = &key[..key.floor_char_boundary(KEY_BYTES_MAX)];
    CONTEXT.with_borrow_mut(|context| {
        let known = context.entries.iter().position(|(name, _)| name.text() == key);
        let place = known.or_else(|| context.entries.iter().position(|(name, _)| name.length == 0));
        if let Some(place) = place {
            context.entries[place].0.set(key);
            context.entries[place].1.set(value);
        }
    });
}

/// Notes a statement; the last 16 are kept.
pub fn note(statement: &str) {
    CONTEXT.with_borrow_mut(|context| {
        let place = context.statement_next % STATEMENTS;
        context.statements[place].set(statement);
        context.statement_next += 1;
    });
    if let Some(slot) = thread_state::with(|state| state.slot.get()) {
        slot.leave_breadcrumb(statement);
    }
}

/// Forgets the facts and statements of this thread, for instance between two requests.
pub fn clear() {
    CONTEXT.with_borrow_mut(|context| {
        context.entries = [(FixedText::EMPTY, FixedText::EMPTY); KEYS_MAX];
        context.statements = [FixedText::EMPTY; STATEMENTS];
        context.statement_next = 0;
    });
}

/// The facts that this thread has set. Empty where they are being changed at this very moment.
pub fn facts() -> BTreeMap<String, String> {
    let read = |context: &Context| {
        let entries = context.entries.iter().filter(|(key, _)| key.length > 0);
        entries.map(|(key, value)| (key.text().to_owned(), value.text().to_owned())).collect()
    };
    CONTEXT.with(|context| context.try_borrow().map(|context| read(&context)).unwrap_or_default())
}

/// The last statements that this thread has noted, oldest first.
pub fn statements() -> Vec<String> {
    let read = |context: &Context| {
        let places = (0..STATEMENTS).map(|age| (context.statement_next + age) % STATEMENTS);
        let texts = places.map(|place| context.statements[place].text()).filter(|text| !text.is_empty());
        texts.map(str::to_owned).collect()
    };
    CONTEXT.with(|context| context.try_borrow().map(|context| read(&context)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_statements_are_kept_in_order_and_cut_at_a_character() {
        clear();
        for number in 0..20 {
            note(&format!("statement {number} {}", "ü".repeat(100)));
        }
        let statements = statements();
        assert_eq!(statements.len(), STATEMENTS);
        assert!(statements[0].starts_with("statement 4 ") && statements[15].starts_with("statement 19 "));
        assert!(statements.iter().all(|text| text.len() <= VALUE_BYTES_MAX && text.ends_with('ü')));
    }

    #[test]
    fn a_ninth_fact_is_dropped_and_a_known_one_is_replaced() {
        clear();
        for number in 0..10 {
            set(&format!("key{number}"), "first");
        }
        set("key3", "second");
        let facts = facts();
        assert_eq!(facts.len(), KEYS_MAX);
        assert_eq!(facts["key3"], "second");
    }
}
