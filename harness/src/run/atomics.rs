//! Takes the code of the functions that a workload reaches, hands on its atomic instructions: those that read and write a shared word
//! in one step, and full fences. Windows of lock-free code lie before and after them, wherever it was inlined.

use super::symbols::Symbols;
use iced_x86::{Decoder, DecoderOptions, Instruction, Mnemonic, OpKind};
use squall_model::AtomicDescription;
use squall_model::function_name::{crate_of, misses_presumed};
use std::collections::BTreeMap;

/// An atomic instruction, and the one that follows it in the same function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Atomic {
    address: u64,
    next: Option<u64>,
}

/// The atomic instructions of functions, given as beginnings with their code, by what they are called in the source; those
/// of the probe, of the standard library's own work and of what only complains are left out.
pub(super) fn described<'a>(
    functions: impl Iterator<Item = (u64, &'a [u8])>,
    symbols: &Symbols<'_>,
) -> Vec<AtomicDescription> {
    let mut by_name: BTreeMap<String, AtomicDescription> = BTreeMap::new();
    for atomic in functions.flat_map(|(beginning, code)| atomics(beginning, code)) {
        let Some((name, misses_presumed)) = name_of(&symbols.functions_at(atomic.address)) else { continue };
        let empty = || AtomicDescription { name: name.clone(), misses_presumed, places: Vec::new() };
        let place = (atomic.address, atomic.next.unwrap_or(atomic.address));
        by_name.entry(name.clone()).or_insert_with(empty).places.push(place);
    }
    by_name.into_values().collect()
}

/// What an instruction is called, of the functions that it is in, innermost first: whose code asked for it, which is hardly
/// ever the standard library, with the line that did. Beside it, for how many misses it counts as a campaign's site.
fn name_of(functions: &[(String, u32)]) -> Option<(String, u32)> {
    let is_of_std = |name: &str| matches!(crate_of(name), "core" | "alloc" | "std");
    let asked = functions.iter().find(|(name, _)| !is_of_std(name));
    let (name, line) = asked.or_else(|| functions.iter().find(|(name, _)| misses_presumed(name).is_some()))?;
    Some((format!("{name}:{line}"), misses_presumed(name)?))
}

fn atomics(beginning: u64, code: &[u8]) -> Vec<Atomic> {
    const BITS: u32 = 64;
    let mut decoder = Decoder::with_ip(BITS, code, beginning, DecoderOptions::NONE);
    let mut instruction = Instruction::default();
    let mut atomics = Vec::new();
    while decoder.can_decode() {
        decoder.decode_out(&mut instruction);
        if is_atomic(&instruction) {
            let next = decoder.can_decode().then(|| instruction.next_ip());
            atomics.push(Atomic { address: instruction.ip(), next });
        }
    }
    atomics
}

/// An exchange with a word in memory is atomic without saying so.
fn is_atomic(instruction: &Instruction) -> bool {
    let in_memory = || (0..instruction.op_count()).any(|operand| instruction.op_kind(operand) == OpKind::Memory);
    match instruction.mnemonic() {
        Mnemonic::INVALID => false,
        Mnemonic::Mfence => true,
        Mnemonic::Xchg => in_memory(),
        _ => instruction.has_lock_prefix(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn instructions_that_read_and_write_in_one_step_are_found_with_what_follows_them() {
        let code = [
            &[0x90][..],                     // nop
            &[0xF0, 0x48, 0x0F, 0xB1, 0x0A], // lock cmpxchg [rdx], rcx
            &[0x48, 0x87, 0xD8],             // xchg rax, rbx: registers only
            &[0x48, 0x87, 0x02],             // xchg [rdx], rax
            &[0x48, 0x8B, 0x02],             // mov rax, [rdx]
            &[0x0F, 0xAE, 0xF0],             // mfence
        ]
        .concat();
        let found: Vec<_> = atomics(0x1000, &code).iter().map(|atomic| (atomic.address, atomic.next)).collect();
        assert_eq!(found, [(0x1001, Some(0x1006)), (0x1009, Some(0x100C)), (0x100F, None)]);
    }

    #[test]
    fn an_instruction_is_named_by_whoever_asked_the_standard_library_for_it() {
        let at = |names: &[&str]| {
            let functions: Vec<_> = (7..).zip(names).map(|(line, name)| ((*name).to_owned(), line)).collect();
            name_of(&functions).map(|(name, _)| name)
        };
        let atomic = "core::sync::atomic::compare_exchange";
        assert_eq!(at(&[atomic, "deque::steal", "step"]).unwrap(), "deque::steal:8");
        assert_eq!(
            at(&[atomic, "std::sync::mpmc::list::send", "core::ops::call"]).unwrap(),
            "std::sync::mpmc::list::send:8"
        );
        assert_eq!(at(&[atomic, "squall_probe::point::pass", "deque::steal"]), None, "the probe's own is none");
        assert_eq!(at(&[atomic]), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_looked_through(code in proptest::collection::vec(any::<u8>(), 0..200)) {
            let end = 0x1000 + code.len() as u64;
            for atomic in atomics(0x1000, &code) {
                prop_assert!(atomic.address < end && atomic.next.is_none_or(|next| next < end && next > atomic.address));
            }
        }
    }
}
