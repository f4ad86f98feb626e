//! Takes the addresses of a subject's stacks, hands on the functions and lines of its program that they lie in. It is done
//! after the trial, from the program's file: a subject that died cannot tell, and an allocator has no time to.

use super::functions::{found, plain_name};
use addr2line::gimli::{Dwarf, EndianSlice, RunTimeEndian, SectionId};
use addr2line::{Context, Frame};
use object::elf::FileHeader64;
use object::read::elf::ElfFile;
use object::{Endianness, Object, ObjectSection, ObjectSymbol, SymbolKind};
use squall_model::FRAMES_MAX;
use std::collections::BTreeMap;
use std::path::Path;

/// So many functions are asked at most for the crate that their package is.
const FUNCTIONS_ASKED_MAX: usize = 4_000;

type Reader<'a> = EndianSlice<'a, RunTimeEndian>;

/// Functions of the allocator and of what calls it, innermost: they tell how a stack was taken, not where from.
const TAKERS: [&str; 6] = ["squall_probe::allocator::", "__rust_", "__rustc::", "__rdl_", "__rg_", "alloc::alloc::"];

/// A program's functions by address.
pub(super) struct Symbols<'a> {
    /// The beginnings of functions, with their ends and names.
    functions: BTreeMap<u64, (u64, String)>,
    lines: Option<Context<Reader<'a>>>,
    /// The crate of each folder of a package, as far as functions tell it.
    crates: BTreeMap<String, String>,
    load_address: u64,
}

/// Reads a program's file; one that cannot be read gives no symbols.
pub(super) fn read(program: &Path) -> Vec<u8> {
    std::fs::read(found(program)).unwrap_or_default()
}

impl<'a> Symbols<'a> {
    /// The symbols of a program that was loaded at an address.
    pub(super) fn of(program: &'a [u8], load_address: u64) -> Self {
        let elf = ElfFile::<'a, FileHeader64<Endianness>>::parse(program).ok();
        let functions = elf.as_ref().map(functions).unwrap_or_default();
        let lines = elf.as_ref().and_then(lines);
        let crates = lines.as_ref().map(|lines| crates(lines, &functions)).unwrap_or_default();
        Self { functions, lines, crates, load_address }
    }

    /// The frames of a stack, innermost first: `function (file:line)`, without those that took it. What is inlined has a
    /// frame of its own; an address outside of the program has none.
    pub(super) fn frames(&self, trace: &[u64]) -> Vec<String> {
        let addresses = trace.iter().take_while(|address| **address != 0);
        // A return address is the instruction after the call: the one before it lies in the call.
        let inside = addresses.filter_map(|address| address.checked_sub(self.load_address)?.checked_sub(1));
        let mut frames: Vec<String> = inside.flat_map(|address| self.at(address)).collect();
        let taker = |frame: &String| TAKERS.iter().any(|taker| bare(frame).starts_with(taker));
        let own = frames.iter().rposition(taker).map_or(0, |last| last + 1);
        frames.drain(..own);
        frames.truncate(FRAMES_MAX);
        frames
    }

    fn at(&self, address: u64) -> Vec<String> {
        let Some((symbol, places)) = self.look_up(address) else { return Vec::new() };
        let Some((outermost, inlined)) = places.split_last() else { return vec![symbol.to_owned()] };
        let mut frames: Vec<String> = inlined.iter().map(|place| place.told(&place.path(&self.crates))).collect();
        frames.push(outermost.told(symbol));
        frames
    }

    /// The functions that an address of the program's file is in, innermost first, each with the line there; 0 if no
    /// line is known.
    pub(super) fn functions_at(&self, address: u64) -> Vec<(String, u32)> {
        let Some((symbol, places)) = self.look_up(address) else { return Vec::new() };
        let Some((outermost, inlined)) = places.split_last() else { return vec![(symbol.to_owned(), 0)] };
        let inlined = inlined.iter().map(|place| (place.path(&self.crates), place.line));
        inlined.chain([(symbol.to_owned(), outermost.line)]).collect()
    }

    /// The function that is at an address by itself, with the places that it stands for there.
    fn look_up(&self, address: u64) -> Option<(&str, Vec<Place>)> {
        let (_, (end, symbol)) = self.functions.range(..=address).next_back()?;
        let places = || self.lines.as_ref().map(|lines| places(lines, address)).unwrap_or_default();
        (address < *end).then(|| (symbol.as_str(), places()))
    }
}

/// A place in the source, with the last name of the function that it is in: debug information of lines alone has no more.
struct Place {
    function: String,
    file: String,
    line: u32,
}

impl Place {
    fn told(&self, function: &str) -> String {
        format!("{function} ({}:{})", self.file, self.line)
    }

    /// The path of an inlined function, from its file: `.../flume-0.12.0/src/lib.rs` is of `flume`, unless functions of that
    /// package are known to be of a crate with another name.
    fn path(&self, crates: &BTreeMap<String, String>) -> String {
        let Some((package, modules)) = self.package() else { return self.function.clone() };
        let folder = || without_version(package.rsplit('/').next().unwrap_or_default()).replace('-', "_");
        let krate = crates.get(package).cloned().unwrap_or_else(folder);
        let modules = modules.trim_end_matches(".rs").trim_end_matches("/mod");
        let modules =
            if modules == "lib" || modules == "main" { String::new() } else { modules.replace('/', "::") + "::" };
        format!("{krate}::{modules}{}", self.function)
    }

    /// The folder of the package, and the file within its sources.
    fn package(&self) -> Option<(&str, &str)> {
        self.file.rsplit_once("/src/")
    }
}

/// The crate that most functions of each package say that they are of.
fn crates(lines: &Context<Reader<'_>>, functions: &BTreeMap<u64, (u64, String)>) -> BTreeMap<String, String> {
    let mut votes: BTreeMap<(String, String), u64> = BTreeMap::new();
    let named = functions.iter().filter(|(_, (_, name))| !name.starts_with('<') && name.contains("::"));
    for (address, (_, name)) in named.step_by(functions.len() / FUNCTIONS_ASKED_MAX + 1) {
        let krate = name.split("::").next().unwrap_or_default();
        if let Some((package, _)) = places(lines, *address).last().and_then(Place::package) {
            *votes.entry((package.to_owned(), krate.to_owned())).or_default() += 1;
        }
    }
    let mut votes: Vec<_> = votes.into_iter().collect();
    votes.sort_by_key(|(_, count)| *count);
    votes.into_iter().map(|(vote, _)| vote).collect()
}

fn without_version(folder: &str) -> &str {
    let version =
        folder.match_indices('-').find(|(dash, _)| folder[dash + 1..].starts_with(|next: char| next.is_ascii_digit()));
    version.map_or(folder, |(dash, _)| &folder[..dash])
}

/// A frame without the bracket of a type that it may begin with.
fn bare(frame: &str) -> &str {
    frame.trim_start_matches('<')
}

fn functions(elf: &ElfFile<'_, FileHeader64<Endianness>>) -> BTreeMap<u64, (u64, String)> {
    let defined = elf.symbols().filter(|symbol| symbol.kind() == SymbolKind::Text && symbol.is_definition());
    let named = defined.filter_map(|symbol| {
        let name = plain_name(&format!("{:#}", rustc_demangle::demangle(symbol.name().ok()?)));
        Some((symbol.address(), (symbol.address().saturating_add(symbol.size()), name)))
    });
    named.collect()
}

fn lines<'a>(elf: &ElfFile<'a, FileHeader64<Endianness>>) -> Option<Context<Reader<'a>>> {
    let endian = if elf.is_little_endian() { RunTimeEndian::Little } else { RunTimeEndian::Big };
    let section = |id: SectionId| -> Result<Reader<'a>, addr2line::gimli::Error> {
        let data = elf.section_by_name(id.name()).and_then(|section| section.data().ok()).unwrap_or_default();
        Ok(EndianSlice::new(data, endian))
    };
    Context::from_dwarf(Dwarf::load(section).ok()?).ok()
}

/// The places that an address stands for, the function that is there by itself last.
fn places(lines: &Context<Reader<'_>>, address: u64) -> Vec<Place> {
    let mut places = Vec::new();
    let Ok(mut frames) = lines.find_frames(address).skip_all_loads() else { return places };
    while let Ok(Some(frame)) = frames.next() {
        places.extend(place(&frame));
        if places.len() >= FRAMES_MAX {
            break;
        }
    }
    places
}

fn place(frame: &Frame<'_, Reader<'_>>) -> Option<Place> {
    let location = frame.location.as_ref()?;
    // Debug information of lines alone names a function only where another was inlined into it.
    let name = frame.function.as_ref().and_then(|function| function.raw_name().ok()).unwrap_or_default();
    let function = plain_name(&format!("{:#}", rustc_demangle::demangle(&name)));
    Some(Place { function, file: location.file?.to_owned(), line: location.line? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_in_this_very_function_is_named_and_one_outside_of_the_program_is_not() {
        let program = read(&std::env::current_exe().unwrap());
        let functions = super::super::functions::functions(&std::env::current_exe().unwrap()).unwrap();
        let own = functions.iter().find(|function| function.name == "squall::run::symbols::lines").unwrap();
        let symbols = Symbols::of(&program, 0x1000);
        let inside = own.addresses[0] + 2;
        let frames = symbols.frames(&[inside + 0x1000, 0, inside + 0x1000]);
        assert!(frames.last().unwrap().starts_with("squall::run::symbols::lines"), "{frames:?}");
        assert!(frames.iter().all(|frame| frame.contains(".rs:")), "{frames:?}");
        assert_eq!(symbols.frames(&[5, u64::MAX, 0]), Vec::<String>::new());
    }

    #[test]
    fn an_inlined_function_is_named_by_its_package_and_file() {
        let crates = [("/w/targets".to_owned(), "squall_targets".to_owned())].into();
        let place = |file: &str| Place { function: "read".to_owned(), file: file.to_owned(), line: 7 };
        let path = |file| place(file).path(&crates);
        let registry = "/c/registry/src/index-1/crossbeam-channel-0.5.14/src/flavors/list.rs";
        assert_eq!(path(registry), "crossbeam_channel::flavors::list::read");
        assert_eq!(path("/c/registry/src/index-1/flume-0.12.0/src/lib.rs"), "flume::read");
        assert_eq!(path("/w/targets/src/map/mod.rs"), "squall_targets::map::read");
        assert_eq!(path("/rustc/5980/library/alloc/src/alloc.rs"), "alloc::alloc::read");
        assert_eq!(path("main.c"), "read");
        assert_eq!(place("/x/src/y.rs").told("a::b"), "a::b (/x/src/y.rs:7)");
    }

    #[test]
    fn a_file_that_is_no_program_names_nothing() {
        assert_eq!(Symbols::of(b"#!/bin/sh\n", 0).frames(&[1, 2, 3]), Vec::<String>::new());
    }
}
