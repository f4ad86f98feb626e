//! The values of a history: takes any JSON value, hands on a number that stands for it, so that comparing and hashing cost
//! nothing; and hands back the text.

use foldhash::fast::FixedState;
use hashbrown::HashTable;
use std::hash::BuildHasher;

/// A value: a whole number as it is, anything else as a place in [`Values`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Value(u64);

impl Value {
    /// Nothing.
    pub const NULL: Self = Self::at(0);
    /// No.
    pub const FALSE: Self = Self::at(1);
    /// Yes.
    pub const TRUE: Self = Self::at(2);

    const fn at(place: u64) -> Self {
        Self(place << 1 | 1)
    }

    /// A whole number, if it fits into 63 bits.
    #[must_use]
    pub const fn whole(number: i64) -> Option<Self> {
        let shifted = number << 1;
        if shifted >> 1 == number { Some(Self(shifted as u64)) } else { None }
    }

    /// The whole number that it is.
    #[must_use]
    pub const fn as_whole(self) -> Option<i64> {
        if self.0 & 1 == 0 { Some(self.0 as i64 >> 1) } else { None }
    }

    /// Yes or no.
    #[must_use]
    pub const fn truth(truth: bool) -> Self {
        if truth { Self::TRUE } else { Self::FALSE }
    }

    /// Yes or no, if it is one of them.
    #[must_use]
    pub const fn as_truth(self) -> Option<bool> {
        match self {
            Self::TRUE => Some(true),
            Self::FALSE => Some(false),
            _ => None,
        }
    }

    const fn place(self) -> usize {
        (self.0 >> 1) as usize
    }
}

/// What a value is that is no whole number.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Item {
    Null,
    False,
    True,
    Text(Box<str>),
    List(Box<[Value]>),
    /// A fraction, a large number, or an object, as JSON.
    Other(Box<str>),
}

/// All values of a history, each once.
#[derive(Debug)]
pub struct Values {
    items: Vec<Item>,
    numbers: HashTable<u32>,
}

impl Default for Values {
    fn default() -> Self {
        Self { items: vec![Item::Null, Item::False, Item::True], numbers: HashTable::new() }
    }
}

/// Tells kinds of items apart where their texts are the same.
const TEXT: u8 = 0;
const LIST: u8 = 1;
const OTHER: u8 = 2;

fn hash_of(item: &Item) -> u64 {
    match item {
        Item::Text(text) => FixedState::default().hash_one((TEXT, &**text)),
        Item::List(list) => FixedState::default().hash_one((LIST, &**list)),
        Item::Other(text) => FixedState::default().hash_one((OTHER, &**text)),
        Item::Null | Item::False | Item::True => 0,
    }
}

impl Values {
    /// The value of a text.
    pub fn text(&mut self, text: &str) -> Value {
        let hash = FixedState::default().hash_one((TEXT, text));
        self.find(hash, |item| matches!(item, Item::Text(known) if **known == *text), || Item::Text(text.into()))
    }

    /// The value of a list.
    pub fn list(&mut self, list: &[Value]) -> Value {
        let hash = FixedState::default().hash_one((LIST, list));
        self.find(hash, |item| matches!(item, Item::List(known) if **known == *list), || Item::List(list.into()))
    }

    /// The value of anything else, by its JSON.
    pub fn other(&mut self, text: &str) -> Value {
        let hash = FixedState::default().hash_one((OTHER, text));
        self.find(hash, |item| matches!(item, Item::Other(known) if **known == *text), || Item::Other(text.into()))
    }

    fn find(&mut self, hash: u64, same: impl Fn(&Item) -> bool, make: impl FnOnce() -> Item) -> Value {
        let items = &self.items;
        if let Some(known) = self.numbers.find(hash, |number| same(&items[*number as usize])) {
            return Value::at(u64::from(*known));
        }
        let number = self.items.len() as u32;
        self.items.push(make());
        let items = &self.items;
        self.numbers.insert_unique(hash, number, |number| hash_of(&items[*number as usize]));
        Value::at(u64::from(number))
    }

    /// The value of any JSON.
    pub fn json(&mut self, json: &serde_json::Value) -> Value {
        match json {
            serde_json::Value::Null => Value::NULL,
            serde_json::Value::Bool(truth) => Value::truth(*truth),
            serde_json::Value::String(text) => self.text(text),
            serde_json::Value::Array(list) => {
                let list: Vec<Value> = list.iter().map(|item| self.json(item)).collect();
                self.list(&list)
            }
            serde_json::Value::Number(number) => match number.as_i64().and_then(Value::whole) {
                Some(whole) => whole,
                None => self.other(&number.to_string()),
            },
            serde_json::Value::Object(_) => self.other(&json.to_string()),
        }
    }

    /// The text, if it is one.
    #[must_use]
    pub fn as_text(&self, value: Value) -> Option<&str> {
        match self.item(value)? {
            Item::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The list, if it is one.
    #[must_use]
    pub fn as_list(&self, value: Value) -> Option<&[Value]> {
        match self.item(value)? {
            Item::List(list) => Some(list),
            _ => None,
        }
    }

    /// The two values, if it is a list of two.
    #[must_use]
    pub fn as_pair(&self, value: Value) -> Option<(Value, Value)> {
        match self.as_list(value)? {
            [first, second] => Some((*first, *second)),
            _ => None,
        }
    }

    fn item(&self, value: Value) -> Option<&Item> {
        if value.as_whole().is_some() { None } else { self.items.get(value.place()) }
    }

    /// The value as JSON.
    #[must_use]
    pub fn shown(&self, value: Value) -> String {
        if let Some(number) = value.as_whole() {
            return number.to_string();
        }
        match self.item(value) {
            None | Some(Item::Null) => "null".to_owned(),
            Some(Item::False) => "false".to_owned(),
            Some(Item::True) => "true".to_owned(),
            Some(Item::Text(text)) => serde_json::Value::from(&**text).to_string(),
            Some(Item::List(list)) => {
                let shown: Vec<String> = list.iter().map(|item| self.shown(*item)).collect();
                format!("[{}]", shown.join(", "))
            }
            Some(Item::Other(text)) => text.to_string(),
        }
    }
}
