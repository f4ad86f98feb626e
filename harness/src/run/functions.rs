//! Reads which functions a target's program has, so that faults can aim at them: names without hashes and generic
//! arguments, sizes, and the addresses of their instances in the program's file.
//!
//! The target runs as it is built: nothing is added to it, and only its symbols are needed, which a release build has
//! unless it is stripped.

use super::reach::Code;
use super::run_error::RunError;
use super::symbols::Symbols;
use object::elf::FileHeader64;
use object::read::elf::ElfFile;
use object::{Endianness, Object, ObjectSection, ObjectSymbol, SymbolKind};
use squall_model::fault::last_segment;
use squall_model::{FunctionDescription, TargetDescription};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

pub(super) type Elf<'a> = ElfFile<'a, FileHeader64<Endianness>>;

/// Completes what a program says of itself by what its file tells: all functions, and for these workloads what each can come
/// by.
///
/// # Errors
/// If the program is none that can be read, or has no symbols.
pub fn describe_functions(
    program: &Path,
    description: &mut TargetDescription,
    workloads: &[String],
) -> Result<(), RunError> {
    let path = found(program);
    let data = read(&path)?;
    let elf = parse(&path, &data)?;
    description.functions = described(&path, &elf)?;
    let code = Code::read(&elf, &description.points);
    let symbols = Symbols::of(&data, 0);
    for workload in description.workloads.iter_mut().filter(|workload| workloads.contains(&workload.name)) {
        workload.reach = workload.entry.and_then(|entry| code.reach(entry, &symbols));
    }
    Ok(())
}

/// The functions of a program, sorted by name; after them those that its debug information names and that have no
/// instance: they were inlined wherever they are called, and only their last name is known.
///
/// # Errors
/// If the program is none that can be read, or has no symbols.
pub fn functions(program: &Path) -> Result<Vec<FunctionDescription>, RunError> {
    let path = found(program);
    let data = read(&path)?;
    described(&path, &parse(&path, &data)?)
}

fn bad(path: &Path, reason: impl Into<String>) -> RunError {
    RunError::NoFunctions { program: path.to_owned(), reason: reason.into() }
}

fn read(path: &Path) -> Result<Vec<u8>, RunError> {
    std::fs::read(path).map_err(|error| bad(path, format!("it cannot be read: {error}")))
}

fn parse<'a>(path: &Path, data: &'a [u8]) -> Result<Elf<'a>, RunError> {
    Elf::parse(data).map_err(|_| bad(path, "it is no 64-bit ELF program, so it has no symbols"))
}

fn described(path: &Path, elf: &Elf<'_>) -> Result<Vec<FunctionDescription>, RunError> {
    let mut described = with_instances(elf);
    if described.is_empty() {
        let help = "it was stripped; set `strip = \"none\"` in the profile that it is built with";
        return Err(bad(path, format!("it has no symbols: {help}")));
    }
    let known: BTreeSet<&str> = described.iter().map(|function| last_segment(&function.name)).collect();
    let inlined: Vec<String> = debug_names(elf).into_iter().filter(|name| !known.contains(name.as_str())).collect();
    described.extend(inlined.into_iter().map(|name| FunctionDescription { name, bytes: 0, addresses: Vec::new() }));
    Ok(described)
}

/// A word without a slash is looked up like a shell does.
pub(super) fn found(program: &Path) -> PathBuf {
    if program.components().count() > 1 {
        return program.to_owned();
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut candidates = std::env::split_paths(&path).map(|directory| directory.join(program));
    candidates.find(|candidate| candidate.is_file()).unwrap_or_else(|| program.to_owned())
}

fn with_instances(elf: &Elf<'_>) -> Vec<FunctionDescription> {
    let mut by_name: BTreeMap<String, FunctionDescription> = BTreeMap::new();
    for (name, address, bytes) in plain_symbols(elf).filter(|(name, ..)| !is_the_probes(name)) {
        let empty = || FunctionDescription { name: name.clone(), bytes: 0, addresses: Vec::new() };
        let function = by_name.entry(name.clone()).or_insert_with(empty);
        function.bytes = function.bytes.max(bytes);
        // Identical instances are folded into one, under several names.
        if !function.addresses.contains(&address) {
            function.addresses.push(address);
        }
    }
    by_name.into_values().collect()
}

/// All functions with plain names, beginnings and lengths.
pub(super) fn plain_symbols(elf: &Elf<'_>) -> impl Iterator<Item = (String, u64, u64)> {
    let defined = elf.symbols().filter(|symbol| symbol.kind() == SymbolKind::Text && symbol.is_definition());
    defined.filter(|symbol| symbol.address() != 0).filter_map(|symbol| {
        let name = plain_name(&format!("{:#}", rustc_demangle::demangle(symbol.name().ok()?)));
        Some((name, symbol.address(), symbol.size()))
    })
}

/// Whether a function is the probe's own. Those are no target, and a breakpoint in the handler of breakpoints would run into
/// itself for ever.
fn is_the_probes(name: &str) -> bool {
    name.trim_start_matches('<').starts_with("squall_probe::")
}

/// The names in the debug information that functions can have.
fn debug_names(elf: &Elf<'_>) -> BTreeSet<String> {
    let text = elf.section_by_name(".debug_str").and_then(|section| section.data().ok()).unwrap_or_default();
    let names = text.split(|byte| *byte == 0).filter_map(|name| std::str::from_utf8(name).ok());
    let names = names.map(|name| name.split('<').next().unwrap_or_default());
    names.filter(|name| is_identifier(name)).map(str::to_owned).collect()
}

fn is_identifier(name: &str) -> bool {
    let mut characters = name.chars();
    let first = characters.next().is_some_and(|first| first.is_ascii_lowercase() || first == '_');
    first && characters.all(|character| character.is_ascii_alphanumeric() || character == '_')
}

/// A function's name without generic arguments: `<map::Map<K,V> as Grow>::grow` becomes `<map::Map as Grow>::grow`, and
/// `<map::Map<K,V>>::grow` becomes `map::Map::grow`.
pub(super) fn plain_name(demangled: &str) -> String {
    let mut plain = String::with_capacity(demangled.len());
    let mut depth = 0_u32;
    let mut before = ' ';
    for character in demangled.chars() {
        let opens = character == '<' && (depth > 0 || plain.ends_with("::") || ends_in_name(&plain));
        let closes = character == '>' && depth > 0 && before != '-';
        if opens {
            if depth == 0 && plain.ends_with("::") {
                plain.truncate(plain.len() - 2);
            }
            depth += 1;
        } else if closes {
            depth -= 1;
        } else if depth == 0 {
            plain.push(character);
        }
        before = character;
    }
    without_brackets(plain)
}

fn ends_in_name(text: &str) -> bool {
    text.ends_with(|last: char| last.is_alphanumeric() || last == '_' || last == '}')
}

/// Takes the angle brackets from around a type that is not seen as a trait.
fn without_brackets(plain: String) -> String {
    match plain.strip_prefix('<').and_then(|rest| rest.split_once('>')) {
        Some((subject, rest)) if !subject.contains(" as ") && !subject.contains('<') => format!("{subject}{rest}"),
        _ => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn generic_arguments_are_left_out_of_names() {
        for (demangled, plain) in [
            ("dashmap::lock::RawRwLock::lock_shared_slow", "dashmap::lock::RawRwLock::lock_shared_slow"),
            (
                "<dashmap::DashMap<K,V,S> as dashmap::t::Map<K,V,S>>::_get",
                "<dashmap::DashMap as dashmap::t::Map>::_get",
            ),
            ("<hashbrown::raw::Fallibility>::alloc_err", "hashbrown::raw::Fallibility::alloc_err"),
            ("<map::Map<u64, fn(u8) -> u8>>::grow::<u32>", "map::Map::grow"),
            ("core::ptr::drop_in_place<[a::B<c::D>]>", "core::ptr::drop_in_place"),
            ("a::b::{{closure}}", "a::b::{{closure}}"),
            ("<F as core::ops::FnOnce<()>>::call_once", "<F as core::ops::FnOnce>::call_once"),
        ] {
            assert_eq!(plain_name(demangled), plain);
        }
    }

    #[test]
    fn this_very_program_has_functions_and_a_text_file_has_none() {
        let program = std::env::current_exe().unwrap();
        let functions = functions(&program).unwrap();
        let own = functions.iter().find(|function| function.name == "squall::run::functions::plain_name").unwrap();
        assert!(own.bytes > 0 && own.addresses.len() == 1, "{own:?}");
        let text = tempfile::NamedTempFile::new().unwrap();
        let error = super::functions(text.path()).unwrap_err().to_string();
        assert!(error.contains("no 64-bit ELF program"), "{error}");
    }

    proptest! {
        #[test]
        fn any_name_is_made_plain_without_a_panic(name in "[a-z:<>, &()-]{0,40}") {
            let plain = plain_name(&name);
            prop_assert!(plain.len() <= name.len());
        }
    }
}
