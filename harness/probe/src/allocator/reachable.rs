//! Which blocks of a set can be reached from the rest of the process's memory: a conservative mark phase, after the scheme of
//! leak checkers (Boehm; LeakSanitizer). Every aligned word that could be an address of a block, also with tags in its low or
//! high bits, counts as one: a block that is called unreachable is so, and some that are unreachable are not called so.

use std::fs::File;
use std::os::unix::fs::FileExt;

const WORD_BYTES: u64 = size_of::<u64>() as u64;
const CHUNK_BYTES: usize = 1 << 16;
/// More memory than this is not looked through: it would take longer than a subject has to settle.
const SCAN_BYTES_MAX: u64 = 4 << 30;
/// Addresses of a program have so many bits; those above may hold a tag.
const ADDRESS_BITS: u32 = 48;
const ADDRESS_MASK: u64 = (1 << ADDRESS_BITS) - 1;

/// A block whose reachability is asked for. Its address is stored inverted, so that the list itself reaches nothing.
struct Suspect {
    inverted: u64,
    bytes: u64,
    reached: bool,
}

impl Suspect {
    const fn start(&self) -> u64 {
        !self.inverted
    }
}

/// Memory from its first address to the one after its last.
pub(super) type Range = (u64, u64);

/// Looks through memory for suspects.
struct Scan<'a> {
    memory: &'a dyn Fn(u64, &mut [u8]) -> bool,
    suspects: Vec<Suspect>,
    /// Suspects that were reached and not yet looked through.
    pending: Vec<usize>,
    buffer: Vec<u8>,
}

/// The process's own memory, read without touching it: what is unmapped meanwhile is an error, not a crash.
///
/// # Errors
/// If the system does not show it, in words.
pub(super) fn own_memory() -> Result<impl Fn(u64, &mut [u8]) -> bool, String> {
    let file = File::open("/proc/self/mem").map_err(|error| format!("its memory cannot be read: {error}"))?;
    Ok(move |address: u64, buffer: &mut [u8]| file.read_exact_at(buffer, address).is_ok())
}

/// The writable private memory of this process without `left_out`, and without the part of the current stack below
/// `stack_start`: the caller's own frames.
///
/// # Errors
/// If the system does not tell it, or there is too much of it, in words.
pub(super) fn roots(stack_start: u64, left_out: &[Range]) -> Result<Vec<Range>, String> {
    let maps =
        std::fs::read_to_string("/proc/self/maps").map_err(|error| format!("its memory is not told: {error}"))?;
    let mut roots = Vec::new();
    for line in maps.lines() {
        let mut words = line.split_whitespace();
        let (Some(range), Some(access)) = (words.next(), words.next()) else { continue };
        let Some((start, end)) = range.split_once('-') else { continue };
        let (Ok(start), Ok(end)) = (u64::from_str_radix(start, 16), u64::from_str_radix(end, 16)) else { continue };
        if access.starts_with("rw") && access.ends_with('p') {
            let start = if (start..end).contains(&stack_start) { stack_start } else { start };
            roots.push((start.next_multiple_of(WORD_BYTES), end));
        }
    }
    let roots: Vec<Range> = roots.into_iter().flat_map(|root| without(root, left_out)).collect();
    let bytes: u64 = roots.iter().map(|(start, end)| end - start).sum();
    if bytes > SCAN_BYTES_MAX {
        return Err(format!("{} MiB of memory are too much to look through", bytes >> 20));
    }
    Ok(roots)
}

/// What is left of a range without others.
fn without(range: Range, left_out: &[Range]) -> Vec<Range> {
    let mut left = vec![range];
    for (from, to) in left_out {
        let cut = |(start, end): Range| {
            let before = (start, end.min(*from));
            let after = (start.max(to.next_multiple_of(WORD_BYTES)), end);
            if *to <= start || end <= *from { vec![(start, end)] } else { vec![before, after] }
        };
        left = left.into_iter().flat_map(cut).filter(|(start, end)| start < end).collect();
    }
    left
}

/// The numbers of the blocks that nothing reaches: neither the roots outside of the blocks, nor a block that they reach.
/// `blocks` are pairs of address and size. `roots` is asked for the ranges once the list of blocks is made, and is
/// told what of it to leave out.
///
/// # Errors
/// If `roots` has none, in words.
pub(super) fn unreachable(
    blocks: impl Iterator<Item = (u64, u64)>,
    memory: &dyn Fn(u64, &mut [u8]) -> bool,
    roots: impl FnOnce(Range) -> Result<Vec<Range>, String>,
) -> Result<Vec<usize>, String> {
    let mut numbered: Vec<(usize, Suspect)> =
        blocks.map(|(start, bytes)| Suspect { inverted: !start, bytes, reached: false }).enumerate().collect();
    numbered.sort_by_key(|(_, suspect)| suspect.start());
    let (numbers, suspects): (Vec<usize>, Vec<Suspect>) = numbered.into_iter().unzip();
    let mut scan = Scan { memory, pending: Vec::with_capacity(suspects.len()), suspects, buffer: vec![0; CHUNK_BYTES] };
    let buffer = scan.buffer.as_ptr() as u64;
    for root in roots((buffer, buffer + CHUNK_BYTES as u64))? {
        scan.look_through(root, true);
    }
    while let Some(number) = scan.pending.pop() {
        let suspect = &scan.suspects[number];
        scan.look_through((suspect.start().next_multiple_of(WORD_BYTES), suspect.start() + suspect.bytes), false);
    }
    let lost = numbers.into_iter().zip(&scan.suspects).filter(|(_, suspect)| !suspect.reached);
    Ok(lost.map(|(number, _)| number).collect())
}

impl Scan<'_> {
    /// Looks at each word of a range; the suspects that lie in it are passed over if `outside` is asked for.
    fn look_through(&mut self, (start, end): Range, outside: bool) {
        let mut buffer = std::mem::take(&mut self.buffer);
        let mut address = start;
        while address < end {
            let length = (end - address).min(CHUNK_BYTES as u64) as usize;
            if (self.memory)(address, &mut buffer[..length]) {
                self.look_at_chunk(address, &buffer[..length], outside);
            }
            address += length as u64;
        }
        self.buffer = buffer;
    }

    fn look_at_chunk(&mut self, start: u64, bytes: &[u8], outside: bool) {
        let mut next = self.suspects.partition_point(|suspect| suspect.start() + suspect.bytes <= start);
        let (words, _) = bytes.as_chunks::<8>();
        for (place, word) in words.iter().enumerate() {
            let address = start + place as u64 * WORD_BYTES;
            while outside && self.suspects.get(next).is_some_and(|suspect| suspect.start() + suspect.bytes <= address) {
                next += 1;
            }
            if !outside || self.suspects.get(next).is_none_or(|suspect| address < suspect.start()) {
                self.look_at_word(u64::from_ne_bytes(*word));
            }
        }
    }

    /// A word may be an address as it is, with a tag above it, or with one of 16 bits below it.
    fn look_at_word(&mut self, word: u64) {
        let (Some(first), Some(last)) = (self.suspects.first(), self.suspects.last()) else { return };
        let (low, high) = (first.start(), last.start() + last.bytes);
        for address in [word & ADDRESS_MASK, word >> (u64::BITS - ADDRESS_BITS)] {
            if (low..=high).contains(&address) {
                self.reach(address);
            }
        }
    }

    /// The block in which an address lies, or at whose end, is reached.
    fn reach(&mut self, address: u64) {
        let after = self.suspects.partition_point(|suspect| suspect.start() <= address);
        let Some(number) = after.checked_sub(1) else { return };
        let suspect = &mut self.suspects[number];
        if address <= suspect.start() + suspect.bytes && !suspect.reached {
            suspect.reached = true;
            self.pending.push(number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    /// A memory of words from an address on.
    fn memory(base: u64, words: Vec<u64>) -> impl Fn(u64, &mut [u8]) -> bool {
        let bytes: Vec<u8> = words.into_iter().flat_map(u64::to_ne_bytes).collect();
        move |address, buffer| {
            let start = (address - base) as usize;
            buffer.copy_from_slice(&bytes[start..start + buffer.len()]);
            true
        }
    }

    const BASE: u64 = 0x7f00_0000_0000;

    fn lost(words: Vec<u64>, blocks: &[(u64, u64)], roots: &[Range]) -> Vec<usize> {
        let at = |(start, end): &Range| (BASE + start * 8, BASE + end * 8);
        let blocks = blocks.iter().map(|(start, words)| (BASE + start * 8, words * 8));
        let roots = roots.iter().map(at).collect();
        unreachable(blocks, &memory(BASE, words), |_| Ok(roots)).unwrap()
    }

    #[test]
    fn a_block_is_reached_by_any_form_of_its_address_and_through_others() {
        let block = BASE + 8 * 8;
        for word in [block, block + 1, block + 16, block | 5 << 48, block << 16 | 7, block + 24] {
            let mut words = vec![0; 16];
            words[0] = word;
            assert_eq!(
                lost(words, &[(8, 2)], &[(0, 8)]),
                if word == block + 24 { vec![0] } else { vec![] },
                "{word:x}"
            );
        }
        // The root reaches the first block, and that one the second; the third and the fourth reach each other only.
        let mut words = vec![0; 24];
        (words[0], words[8], words[12], words[16]) = (BASE + 8 * 8, BASE + 10 * 8, BASE + 16 * 8, BASE + 12 * 8);
        assert_eq!(lost(words, &[(8, 1), (10, 1), (12, 1), (16, 1)], &[(0, 24)]), [2, 3]);
    }

    #[test]
    fn ranges_are_cut_out_of_others() {
        assert_eq!(without((16, 96), &[(32, 40), (0, 24), (90, 200)]), [(24, 32), (40, 90)]);
        assert_eq!(without((16, 96), &[(0, 16), (96, 100)]), [(16, 96)]);
        assert_eq!(without((16, 96), &[(0, 100)]), []);
    }

    proptest! {
        /// Blocks of four words each; the model walks the graph of their links.
        #[test]
        fn exactly_what_no_root_leads_to_is_lost(
            links in prop::collection::vec((0_usize..12, 0_usize..12, 0_u64..4, 0_u64..5), 0..30),
            roots in prop::collection::vec((0_usize..12, 0_u64..4), 0..4),
        ) {
            let block = |number: usize| 8 + 8 * number as u64;
            let mut words = vec![0; 8 + 8 * 12];
            let mut model = vec![BTreeSet::new(); 12];
            for (from, to, place, offset) in links {
                words[(block(from) + place) as usize] = BASE + block(to) * 8 + offset * 8;
            }
            for from in 0..12 {
                for place in 0..4 {
                    let word = words[(block(from) + place) as usize];
                    if word != 0 {
                        model[from].insert(((word - BASE) / 8 - 8) as usize / 8);
                    }
                }
            }
            let mut reached: BTreeSet<usize> = BTreeSet::new();
            let mut pending = Vec::new();
            for (number, (to, offset)) in roots.into_iter().enumerate() {
                words[number] = BASE + block(to) * 8 + offset;
                pending.push(to);
            }
            while let Some(number) = pending.pop() {
                if reached.insert(number) {
                    pending.extend(&model[number]);
                }
            }
            let blocks: Vec<_> = (0..12).map(|number| (block(number), 4)).collect();
            let lost: BTreeSet<usize> = lost(words, &blocks, &[(0, 8)]).into_iter().collect();
            prop_assert_eq!(lost, (0..12).filter(|number| !reached.contains(number)).collect());
        }
    }
}
