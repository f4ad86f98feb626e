//! Reads from a target's program what each of its workloads can come by: the functions that direct calls lead to, and the
//! points that those functions pass. Rare ones are among them, which watching a run would never show.
//!
//! Nothing is disassembled for that, only for the atomic instructions of what was reached. Wherever the bytes of a function look like a call, a jump or the taking of an address, and what
//! they name is exactly the beginning of a function, it counts as reached. A chance hit costs no more than a site too many;
//! a call through a table of methods is followed where the table itself is named.

use super::atomics;
use super::functions::{Elf, plain_symbols};
use super::symbols::Symbols;
use object::elf::R_X86_64_RELATIVE;
use object::{Object, ObjectSection, RelocationFlags, RelocationTarget, SectionKind};
use squall_model::function_name::is_machinery;
use squall_model::{PointDescription, Reach};
use std::collections::{BTreeMap, BTreeSet};

/// How many words of a table of methods are looked at.
const TABLE_WORDS_MAX: u64 = 24;
const WORD_BYTES: u64 = 8;
/// A point is named with its beginning or a field's address.
const POINT_BYTES: u64 = 64;
/// An instruction that names an address may end so many bytes after it: with the constant that it compares with.
const CONSTANT_BYTES: [u64; 3] = [0, 1, 4];

/// A program's code, as far as it is looked at.
pub(super) struct Code<'a> {
    /// The program's functions by their beginnings: name and length.
    functions: BTreeMap<u64, (String, u64)>,
    /// The sections with code: beginning and bytes.
    texts: Vec<(u64, &'a [u8])>,
    /// The words that hold an address of the program itself once it is loaded: tables of methods, and what code looks up.
    words: BTreeMap<u64, u64>,
    /// The points by their addresses.
    points: BTreeMap<u64, String>,
}

impl<'a> Code<'a> {
    pub(super) fn read(elf: &Elf<'a>, points: &[PointDescription]) -> Self {
        let mut functions: BTreeMap<u64, (String, u64)> = BTreeMap::new();
        for (name, address, bytes) in plain_symbols(elf) {
            let known = functions.entry(address).or_insert_with(|| (name, bytes));
            known.1 = known.1.max(bytes);
        }
        let texts = elf.sections().filter(|section| section.kind() == SectionKind::Text);
        let texts = texts.filter_map(|section| Some((section.address(), section.data().ok()?))).collect();
        let words = words_with_addresses(elf);
        let points = points.iter().filter_map(|point| Some((point.address?, point.name.clone()))).collect();
        Self { functions, texts, words, points }
    }

    /// All that is reached from the function that begins at `entry`; `None` if none begins there.
    pub(super) fn reach(&self, entry: u64, symbols: &Symbols<'_>) -> Option<Reach> {
        self.functions.get(&entry)?;
        let mut reached = BTreeSet::from([entry]);
        let mut points = BTreeSet::new();
        let mut waiting = vec![entry];
        while let Some(beginning) = waiting.pop() {
            self.look(beginning, &mut points, |target| {
                if self.leads_on(target) && reached.insert(target) {
                    waiting.push(target);
                }
            });
        }
        let code = reached.iter().map(|beginning| (*beginning, self.bytes_of(*beginning)));
        let atomics = atomics::described(code, symbols);
        Some(Reach { functions: reached.into_iter().collect(), points: points.into_iter().collect(), atomics })
    }

    fn leads_on(&self, beginning: u64) -> bool {
        self.functions.get(&beginning).is_some_and(|(name, _)| !is_machinery(name))
    }

    fn bytes_of(&self, beginning: u64) -> &'a [u8] {
        let length = self.functions.get(&beginning).map_or(0, |(_, bytes)| *bytes as usize);
        let inside = |(start, bytes): &&(u64, &[u8])| (*start..*start + bytes.len() as u64).contains(&beginning);
        let Some((start, bytes)) = self.texts.iter().find(inside) else { return &[] };
        let from = (beginning - start) as usize;
        &bytes[from..(from + length).min(bytes.len())]
    }

    /// Tells every function that this one's bytes name, and notes the points.
    fn look(&self, beginning: u64, points: &mut BTreeSet<String>, mut tell: impl FnMut(u64)) {
        let bytes = self.bytes_of(beginning);
        for place in 1..bytes.len().saturating_sub(3) {
            let distance = i32::from_le_bytes([bytes[place], bytes[place + 1], bytes[place + 2], bytes[place + 3]]);
            let end = beginning + place as u64 + 4;
            let named = end.wrapping_add_signed(i64::from(distance));
            points.extend(self.point_at(named).cloned());
            match naming_of(&bytes[..place]) {
                Some(Naming::Itself) if self.functions.contains_key(&named) => tell(named),
                Some(Naming::Itself) => self.methods_at(named).for_each(&mut tell),
                Some(Naming::Word) => {
                    let held = self.words.get(&named).copied();
                    points.extend(held.and_then(|held| self.point_at(held)).cloned());
                    held.filter(|held| self.functions.contains_key(held)).into_iter().for_each(&mut tell);
                }
                None => {}
            }
        }
    }

    fn point_at(&self, named: u64) -> Option<&String> {
        CONSTANT_BYTES.iter().find_map(|constant| {
            let address = named.wrapping_add(*constant);
            let (start, name) = self.points.range(..=address).next_back()?;
            (address - start < POINT_BYTES).then_some(name)
        })
    }

    /// The functions of the table of methods at an address: what drops the value, its size and alignment, then methods.
    fn methods_at(&self, table: u64) -> impl Iterator<Item = u64> {
        const SIZE_AND_ALIGNMENT: u64 = 3;
        let held = move |number: u64| self.words.get(&table.wrapping_add(number * WORD_BYTES)).copied();
        let method = move |number: u64| held(number).filter(|held| self.functions.contains_key(held));
        let methods = (SIZE_AND_ALIGNMENT..TABLE_WORDS_MAX).map_while(method);
        method(0).into_iter().chain(methods)
    }
}

/// How an instruction names what it is about.
enum Naming {
    /// By its own address: it is called or jumped to, or its address is taken.
    Itself,
    /// By a word that holds its address.
    Word,
}

/// What the bytes before an address make of it.
fn naming_of(before: &[u8]) -> Option<Naming> {
    match *before {
        [.., 0xE8 | 0xE9] | [.., 0x0F, 0x80..=0x8F] => Some(Naming::Itself),
        [.., 0x48 | 0x4C, 0x8D, mode] if mode & 0xC7 == 0x05 => Some(Naming::Itself),
        [.., 0x48 | 0x4C, 0x8B, mode] if mode & 0xC7 == 0x05 => Some(Naming::Word),
        [.., 0xFF, 0x15 | 0x25] => Some(Naming::Word),
        _ => None,
    }
}

/// The words of the program's data that the loader sets to an address of the program itself.
fn words_with_addresses(elf: &Elf<'_>) -> BTreeMap<u64, u64> {
    let relocations = elf.dynamic_relocations().into_iter().flatten();
    let relative = relocations.filter_map(|(place, relocation)| {
        let is_relative = matches!(relocation.flags(), RelocationFlags::Elf { r_type } if r_type == R_X86_64_RELATIVE)
            && relocation.target() == RelocationTarget::Absolute;
        is_relative.then(|| (place, relocation.addend() as u64))
    });
    relative.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::functions;

    /// What a function of this very program reaches.
    fn reached_from(name: &str) -> (Vec<String>, Option<Reach>) {
        let program = std::env::current_exe().unwrap();
        let all = functions(&program).unwrap();
        let entry = all.iter().find(|function| function.name == name).unwrap().addresses[0];
        let data = std::fs::read(&program).unwrap();
        let reach = Code::read(&Elf::parse(&*data).unwrap(), &[]).reach(entry, &Symbols::of(&data, 0));
        let begun = |address: &u64| all.iter().find(|function| function.addresses.contains(address));
        let reached = reach.iter().flat_map(|reach| &reach.functions).filter_map(begun);
        (reached.map(|function| function.name.clone()).collect(), reach)
    }

    #[test]
    fn what_a_function_calls_is_reached_and_what_only_complains_is_not() {
        let (names, reach) = reached_from("squall::run::functions::plain_name");
        for called in ["squall::run::functions::plain_name", "squall::run::functions::without_brackets"] {
            assert!(names.iter().any(|name| name == called), "{called} among {names:?}");
        }
        assert!(!names.iter().any(|name| name.contains("panicking")), "{names:?}");
        assert!(!names.iter().any(|name| name == "squall::run::build::build"), "what it does not call is not reached");
        assert!(reach.unwrap().functions.is_sorted());
    }

    #[test]
    fn an_address_where_no_function_begins_reaches_nothing() {
        let program = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        assert_eq!(Code::read(&Elf::parse(&*program).unwrap(), &[]).reach(1, &Symbols::of(&program, 0)), None);
    }

    #[test]
    fn calls_jumps_and_addresses_are_told_by_the_bytes_before_them() {
        for (before, itself) in
            [(&[0x90, 0xE8][..], true), (&[0x0F, 0x84], true), (&[0x48, 0x8D, 0x3D], true), (&[0xFF, 0x15], false)]
        {
            let naming = naming_of(before).unwrap();
            assert_eq!(matches!(naming, Naming::Itself), itself, "{before:X?}");
        }
        assert!(naming_of(&[0x48, 0x8D, 0x44]).is_none() && naming_of(&[]).is_none());
    }
}
