//! Takes a stack's frames, hands on those of the program under test, in a form that no rebuild changes.

/// Crates whose frames tell how a panic is raised, not where it came from.
const SYSTEM_CRATES: [&str; 7] = ["std", "core", "alloc", "squall_probe", "__rustc", "backtrace", "test"];
/// Functions without a crate that stand below or above every program.
const SYSTEM_FUNCTIONS: [&str; 7] =
    ["rust_begin_unwind", "rust_panic", "main", "start_thread", "clone", "clone3", "<unknown>"];
/// The marks of a rebuild: `::h` and so many hexadecimal digits end a legacy name.
const HASH_DIGITS: usize = 16;
/// The crate mark of a v0 name, such as `std[e28293b1aa0f68bd]`, has at least so many digits.
const CRATE_MARK_DIGITS_MIN: usize = 8;

/// The first `frames_max` frames of the program under test, innermost first: names only, without build hashes, type
/// arguments and source lines.
pub fn in_app_frames(frames: &[String], frames_max: usize) -> Vec<String> {
    frames.iter().map(|frame| plain_name(frame)).filter(|name| is_in_app(name)).take(frames_max).collect()
}

/// The function's name alone.
fn plain_name(frame: &str) -> String {
    let name = without_type_arguments(&without_crate_marks(without_number(frame.trim())));
    let end = [" (", " at "].iter().filter_map(|mark| name.find(mark)).min().unwrap_or(name.len());
    let name = &name[..end];
    match name.rsplit_once("::h") {
        Some((head, hash)) if hash.len() == HASH_DIGITS && is_hex(hash) => head.to_owned(),
        _ => name.to_owned(),
    }
}

/// Leaves off the `12: ` and `0x55ae45ab801a - ` that a printed backtrace begins its lines with.
fn without_number(frame: &str) -> &str {
    let numbered = frame.split_once(": ").filter(|(number, _)| number.bytes().all(|byte| byte.is_ascii_digit()));
    let rest = numbered.map_or(frame, |(_, rest)| rest.trim_start());
    let addressed = rest.split_once(" - ").filter(|(address, _)| address.starts_with("0x"));
    addressed.map_or(rest, |(_, name)| name)
}

fn without_crate_marks(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(open) = rest.find('[') {
        let inside = rest[open + 1..].split(']').next().unwrap_or("");
        let is_mark =
            inside.len() >= CRATE_MARK_DIGITS_MIN && is_hex(inside) && rest[open + 1 + inside.len()..].starts_with(']');
        let end = if is_mark { open + inside.len() + 2 } else { open + 1 };
        plain.push_str(if is_mark { &rest[..open] } else { &rest[..end] });
        rest = &rest[end..];
    }
    plain.push_str(rest);
    plain
}

/// Leaves off `<T>` and `::<T>` behind a name, but not the `<Type as Trait>` that a name begins with.
pub fn without_type_arguments(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    let mut depth = 0_u32;
    let mut before = ' ';
    for character in name.chars() {
        let follows_a_name =
            plain.ends_with("::") || plain.ends_with(|last: char| last.is_alphanumeric() || last == '_');
        match character {
            '<' if depth > 0 => depth += 1,
            '<' if follows_a_name => {
                depth = 1;
                plain.truncate(plain.trim_end_matches("::").len());
            }
            '>' if depth > 0 && before != '-' => depth -= 1,
            _ if depth > 0 => {}
            _ => plain.push(character),
        }
        before = character;
    }
    plain
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether a function belongs to the program under test. A method of a trait does if the type or the trait does.
fn is_in_app(name: &str) -> bool {
    if name.is_empty() || SYSTEM_FUNCTIONS.contains(&name) {
        return false;
    }
    match name.strip_prefix('<').and_then(|inside| inside.split_once(" as ")) {
        Some((own, of_trait)) => has_app_crate(own) || has_app_crate(of_trait),
        None if name.contains("::") => has_app_crate(name),
        None => !name.starts_with('_'),
    }
}

/// Whether a path begins with a crate that is none of the system's; a primitive type has no crate.
fn has_app_crate(path: &str) -> bool {
    let bare = path.trim_start_matches(['<', '&', '*', '(', '[', ' ']);
    let bare = ["mut ", "dyn ", "const "].iter().fold(bare, |bare, word| bare.trim_start_matches(word));
    bare.split_once("::").is_some_and(|(first, _)| !SYSTEM_CRATES.contains(&first.trim_end_matches('>')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(lines: &[&str]) -> Vec<String> {
        in_app_frames(&lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>(), 3)
    }

    #[test]
    fn the_same_frame_of_two_builds_and_two_mangling_schemes_is_one() {
        for line in [
            "squall_targets::map::Sharded::insert",
            "squall_targets::map::Sharded::insert::h1854dee5fd9945b4",
            "squall_targets::map::Sharded<K,V>::insert::h0054dee5fd9945b4",
            "squall_targets[e28293b1aa0f68bd]::map::Sharded::insert::<u64, alloc[00]::vec::Vec<u8>>",
            "17: squall_targets::map::Sharded::insert (targets/src/map.rs:120:5)",
            "  7:     0x55ae45ab801a - squall_targets::map::Sharded::insert::h1854dee5fd9945b4",
            "squall_targets::map::Sharded<fn(u8) -> u8>::insert at targets/src/map.rs:3",
        ] {
            assert_eq!(frames(&[line]), ["squall_targets::map::Sharded::insert"], "{line}");
        }
    }

    #[test]
    fn frames_of_the_system_and_of_the_probe_are_skipped() {
        let stack = [
            "__rustc[b7974e8690430dd9]::rust_begin_unwind",
            "core::panicking::panic_fmt",
            "<alloc::boxed::Box<F,A> as core::ops::function::FnOnce<Args>>::call_once",
            "<u64 as core::fmt::Display>::fmt",
            "<squall_targets::Guard as core::ops::drop::Drop>::drop::hf65b4a6e2be3fc40",
            "<alloc::vec::Vec<T> as squall_targets::Container>::grow",
            "squall_probe::run::worker",
            "std::sys::backtrace::__rust_begin_short_backtrace",
            "__libc_start_main",
            "clone3",
            "c_library_function",
        ];
        assert_eq!(
            frames(&stack),
            [
                "<squall_targets::Guard as core::ops::drop::Drop>::drop",
                "<alloc::vec::Vec as squall_targets::Container>::grow",
                "c_library_function",
            ]
        );
    }
}
