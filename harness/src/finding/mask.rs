//! Takes a message, hands on what stays the same when it is said again: numbers, addresses, quoted values and paths are
//! replaced, so that one cause has one text.

/// Only so much of a message tells causes apart; what follows is data.
const CHARACTERS_MAX: usize = 200;
/// A run of hexadecimal digits from this length on is an address, a hash or an identifier.
const HEX_DIGITS_MIN: usize = 8;

/// A part of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece<'a> {
    Text(&'a str),
    /// A number, an address or an identifier made of digits.
    Number(&'a str),
    /// A quoted value, with its quotes.
    Quoted(char),
    Path,
}

/// The message's first line that says something, with every number as `#`, every quoted value as `…` between its
/// quotes, and every path as `<path>`. A list of numbers is one `#`, however long it is. Code that the standard library
/// quotes, such as `` `Option::unwrap()` ``, stays.
///
/// ```
/// use squall::finding::masked;
/// assert_eq!(masked("the len is 3 but the index is 7"), "the len is # but the index is #");
/// assert_eq!(masked("elements lost: 17, 23, 5"), "elements lost: #");
/// ```
pub fn masked(message: &str) -> String {
    let mut text = String::new();
    for piece in pieces(first_line(message)) {
        match piece {
            Piece::Text(part) => text.push_str(part),
            Piece::Number(_) => text.push('#'),
            Piece::Quoted(quote) => text.extend([quote, '…', quote]),
            Piece::Path => text.push_str("<path>"),
        }
    }
    for list in ["#, #", "#,#", "#, …", "#.#", "#:#"] {
        while text.contains(list) {
            text = text.replace(list, "#");
        }
    }
    squall_model::text::cut(text.trim(), CHARACTERS_MAX)
}

/// The numbers of a message as they are written, in order.
pub(super) fn numbers(message: &str) -> Vec<&str> {
    let numbers = pieces(message).into_iter().filter_map(|piece| match piece {
        Piece::Number(number) => Some(number),
        _ => None,
    });
    numbers.collect()
}

fn first_line(message: &str) -> &str {
    message.lines().find(|line| !line.trim().is_empty()).unwrap_or("")
}

fn pieces(message: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut text_start = 0;
    let mut at = 0;
    while let Some(character) = message[at..].chars().next() {
        let in_word = message[..at].chars().next_back().is_some_and(|before| before.is_alphanumeric() || before == '_');
        match special(&message[at..], in_word) {
            Some((piece, length)) => {
                pieces.push(Piece::Text(&message[text_start..at]));
                pieces.push(piece);
                at += length;
                text_start = at;
            }
            None => at += character.len_utf8(),
        }
    }
    pieces.push(Piece::Text(&message[text_start..]));
    pieces.retain(|piece| *piece != Piece::Text(""));
    pieces
}

/// What begins here and is no plain text, with its length in bytes.
fn special(rest: &str, in_word: bool) -> Option<(Piece<'_>, usize)> {
    if in_word {
        return None;
    }
    quoted(rest).or_else(|| path(rest)).or_else(|| number(rest))
}

fn quoted(rest: &str) -> Option<(Piece<'_>, usize)> {
    let quote = rest.chars().next().filter(|character| ['"', '\'', '`'].contains(character))?;
    let length = rest[1..].find(quote)?;
    let value = &rest[1..=length];
    let is_code =
        quote == '`' && (value.contains("::") || value.starts_with(char::is_uppercase) || value == "left == right");
    let is_plain = value.chars().all(|character| character.is_ascii_alphabetic() || "_:()<> =!".contains(character));
    let piece = if is_code && is_plain { Piece::Text(&rest[..length + 2]) } else { Piece::Quoted(quote) };
    Some((piece, length + 2))
}

fn path(rest: &str) -> Option<(Piece<'_>, usize)> {
    let end = rest.find(|character: char| character.is_whitespace() || ",;()\"'`".contains(character));
    let token = rest[..end.unwrap_or(rest.len())].trim_end_matches(['.', ':']);
    let tail = token.trim_start_matches('.').strip_prefix('/');
    let is_unix =
        tail.is_some_and(|tail| tail.starts_with(|first: char| first.is_alphanumeric() || "._-".contains(first)));
    let is_windows = token.get(1..3) == Some(":\\") && token.starts_with(|first: char| first.is_ascii_alphabetic());
    (is_unix || is_windows).then_some((Piece::Path, token.len()))
}

fn number(rest: &str) -> Option<(Piece<'_>, usize)> {
    let sign = usize::from(rest.starts_with('-'));
    let digits = &rest[sign..];
    let end_of = |accepted: fn(char) -> bool| digits.find(|character| !accepted(character)).unwrap_or(digits.len());
    if let Some(hex) = digits.strip_prefix("0x") {
        let length =
            hex.find(|character: char| !character.is_ascii_hexdigit() && character != '_').unwrap_or(hex.len());
        return (length > 0).then(|| (Piece::Number(&rest[..sign + 2 + length]), sign + 2 + length));
    }
    let hex_length = end_of(|character| character.is_ascii_hexdigit() || character == '-');
    let hex = digits[..hex_length].trim_end_matches('-');
    let ends_a_word = !digits[hex.len()..].starts_with(|next: char| next.is_alphanumeric() || next == '_');
    if ends_a_word && hex.len() >= HEX_DIGITS_MIN && hex.contains(|character: char| character.is_ascii_digit()) {
        return Some((Piece::Number(&rest[..sign + hex.len()]), sign + hex.len()));
    }
    let length =
        digits[..end_of(|character| character.is_ascii_digit() || character == '_')].trim_end_matches('_').len();
    (length > 0 && digits.starts_with(|first: char| first.is_ascii_digit()))
        .then(|| (Piece::Number(&rest[..sign + length]), sign + length))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_changes_from_run_to_run_is_masked_and_the_rest_stays() {
        for (message, expected) in [
            ("called `Option::unwrap()` on a `None` value", "called `Option::unwrap()` on a `None` value"),
            ("key `alice` is gone after 3.5ms", "key `…` is gone after #ms"),
            ("slot 0x7f3a_91c0 of /tmp/x/y.db: -5, 1_000 and p99", "slot # of <path>: # and p99"),
            ("don't read/write u64 twice", "don't read/write u64 twice"),
            ("session 9f86d081-884c-7d65 is \"lost\"", "session # is \"…\""),
            ("\n\n  shard 3 poisoned\n  left: 4", "shard # poisoned"),
            ("decade deadbeef", "decade deadbeef"),
            ("", ""),
        ] {
            assert_eq!(masked(message), expected, "{message}");
        }
        assert_eq!(numbers("element 17 of -3 and 0xff"), ["17", "-3", "0xff"]);
    }

    proptest! {
        #[test]
        fn masking_any_text_ends_in_one_short_line(message in any::<String>()) {
            let once = masked(&message);
            prop_assert!(once.chars().count() <= CHARACTERS_MAX + 1);
            prop_assert!(!once.contains('\n'));
        }

        #[test]
        fn two_messages_that_differ_in_a_number_are_one(one in any::<i64>(), other in any::<u32>()) {
            prop_assert_eq!(masked(&format!("slot {one} is taken")), masked(&format!("slot {other} is taken")));
        }
    }
}
