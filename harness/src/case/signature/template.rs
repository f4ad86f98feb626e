//! Takes a message, hands on its template: what stays when the same thing is said again with other values.

use super::known::{Known, known};

/// Only so much of a template tells causes apart; what follows is data.
const CHARACTERS_MAX: usize = 200;
/// A run of hexadecimal digits from this length on is an address, a hash or an identifier.
const HEX_DIGITS_MIN: usize = 8;
/// Words whose digits are a part of their name.
const WORDS: [&str; 30] = [
    "u8", "u16", "u32", "u64", "u128", "i8", "i16", "i32", "i64", "i128", "f32", "f64", "int8", "int16", "int32",
    "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64", "utf8", "utf16", "base64", "sha1", "sha256",
    "sha512", "md5", "http2",
];

/// What stays of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template {
    /// The text, with its values masked.
    pub(super) text: String,
    /// The entry of the table of known messages, if it is one.
    pub(super) known: Option<&'static Known>,
}

impl Template {
    /// Whether many different causes say the same: then only the place tells them apart.
    pub(super) fn is_generic(&self) -> bool {
        let words = self.text.split(|sign: char| !sign.is_alphabetic()).filter(|word| word.len() > 1).count();
        self.known.is_some_and(|known| known.is_generic) || words < 3
    }
}

/// The template of a message.
pub(super) fn template(message: &str) -> Template {
    let line = telling_part(message);
    match known(&line) {
        Some((entry, rest)) => {
            let rest = masked(rest);
            let text = if rest.is_empty() { entry.name.to_owned() } else { format!("{}: {rest}", entry.name) };
            Template { text, known: Some(entry) }
        }
        None => Template { text: masked(&line), known: None },
    }
}

/// The first line that says something, and the next ones where the sentence goes on.
fn telling_part(message: &str) -> String {
    let mut lines = message.lines().map(str::trim).filter(|line| !line.is_empty());
    let mut text = lines.next().unwrap_or("").to_owned();
    for line in lines {
        if text.chars().count() >= CHARACTERS_MAX || !text.ends_with([':', '{', '(', '[', ',']) {
            break;
        }
        text.push(' ');
        text.push_str(line);
    }
    text
}

/// The text with its values replaced: numbers and identifiers by `#`, quoted values by `…`, paths and addresses by their kind.
pub(super) fn masked(message: &str) -> String {
    let mut text = String::with_capacity(message.len());
    let mut rest = message.trim();
    while let Some(sign) = rest.chars().next() {
        let in_word = text.chars().next_back().is_some_and(|before| before.is_alphanumeric() || before == '_');
        let (mask, length) = if in_word { (None, 0) } else { special(rest) };
        match mask {
            Some(mask) => {
                text.push_str(&mask);
                rest = &rest[length..];
            }
            None => {
                text.push(if sign.is_control() { ' ' } else { sign });
                rest = &rest[sign.len_utf8()..];
            }
        }
    }
    shortened(&joined(&text))
}

/// Lists, ranges, versions and times are one value, however many numbers they have.
const LISTS: [(&str, &str); 15] = [
    ("#, #", "#"),
    ("#,#", "#"),
    ("#, …", "#"),
    ("# #", "#"),
    ("#.#", "#"),
    ("#:#", "#"),
    ("#-#", "#"),
    ("#/#", "#"),
    ("#..#", "#"),
    ("#..=#", "#"),
    ("#x#", "#"),
    ("#+#", "#"),
    ("##", "#"),
    ("\"…\", \"…\"", "\"…\""),
    ("'…', '…'", "'…'"),
];

/// The text with each list as its first value. One list may leave another one behind, so this goes on until none is left.
fn joined(text: &str) -> String {
    let mut text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    loop {
        let length = text.len();
        for (list, one) in LISTS {
            if text.contains(list) {
                text = text.replace(list, one);
            }
        }
        if text.len() == length {
            return text;
        }
    }
}

fn shortened(text: &str) -> String {
    let end = text.char_indices().nth(CHARACTERS_MAX).map_or(text.len(), |(end, _)| end);
    text[..end].trim_end().to_owned()
}

/// What begins here and is a value, as what stands for it, with its length in bytes.
fn special(rest: &str) -> (Option<String>, usize) {
    quoted(rest).or_else(|| path(rest)).or_else(|| word(rest)).map_or((None, 0), |(mask, length)| (Some(mask), length))
}

fn quoted(rest: &str) -> Option<(String, usize)> {
    let open = rest.chars().next()?;
    let close = match open {
        '"' | '\'' | '`' => open,
        '‘' => '’',
        '“' => '”',
        _ => return None,
    };
    let start = open.len_utf8();
    let length = closing(&rest[start..], close)?;
    let value = &rest[start..start + length];
    let whole = start + length + close.len_utf8();
    let is_code =
        open == '`' && (value.contains("::") || value.starts_with(char::is_uppercase) || value.contains("=="));
    let is_plain = value.chars().all(|sign| sign.is_ascii_alphabetic() || "_:()<> =!".contains(sign));
    if is_code && is_plain {
        return Some((rest[..whole].to_owned(), whole));
    }
    Some((format!("{open}…{close}"), whole))
}

/// Where the quote ends; a quote behind a backslash is a part of the value.
fn closing(text: &str, close: char) -> Option<usize> {
    let mut is_escaped = false;
    text.char_indices().find_map(|(at, sign)| {
        let ends = sign == close && !is_escaped;
        is_escaped = sign == '\\' && !is_escaped;
        ends.then_some(at)
    })
}

fn path(rest: &str) -> Option<(String, usize)> {
    let end = rest.find(|sign: char| sign.is_whitespace() || ",;()\"'`<>[]{}|".contains(sign));
    let token = rest[..end.unwrap_or(rest.len())].trim_end_matches(['.', ':']);
    if token.contains("://") {
        return Some(("<url>".to_owned(), token.len()));
    }
    let tail = token.trim_start_matches('.').strip_prefix('/');
    let is_unix =
        tail.is_some_and(|tail| tail.starts_with(|first: char| first.is_alphanumeric() || "._-".contains(first)));
    let is_windows = token.get(1..3) == Some(":\\") && token.starts_with(|first: char| first.is_ascii_alphabetic());
    let is_relative = token.rsplit_once('/').is_some_and(|(_, file)| {
        file.rsplit_once('.')
            .is_some_and(|(name, end)| !name.is_empty() && end.starts_with(|first: char| first.is_ascii_alphabetic()))
    });
    (is_unix || is_windows || is_relative).then(|| ("<path>".to_owned(), token.len()))
}

/// A word with digits in it.
fn word(rest: &str) -> Option<(String, usize)> {
    let sign = usize::from(rest.starts_with(['-', '+']) && rest[1..].starts_with(|next: char| next.is_ascii_digit()));
    let token = &rest[sign..];
    let length = token.find(|sign: char| !sign.is_alphanumeric() && sign != '_').unwrap_or(token.len());
    let uuid = token.find(|sign: char| !sign.is_ascii_hexdigit() && sign != '-').unwrap_or(token.len());
    let uuid = token[..uuid].trim_end_matches('-');
    let has_digit = |text: &str| text.contains(|sign: char| sign.is_ascii_digit());
    if uuid.len() > length && uuid.matches('-').count() >= 2 && has_digit(uuid) && uuid.len() >= HEX_DIGITS_MIN {
        return Some(("#".to_owned(), sign + uuid.len()));
    }
    let word = &token[..length];
    if !has_digit(word) || WORDS.contains(&word.to_ascii_lowercase().as_str()) {
        return (!word.is_empty()).then(|| (rest[..sign + length].to_owned(), sign + length));
    }
    let is_hex = word.len() >= HEX_DIGITS_MIN && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hex || word.starts_with(|first: char| first.is_ascii_digit()) {
        return Some(("#".to_owned(), sign + length));
    }
    let mut text = String::new();
    for sign in word.chars() {
        match sign {
            '0'..='9' if text.ends_with('#') => {}
            '0'..='9' => text.push('#'),
            _ => text.push(sign),
        }
    }
    let is_identifier = text.matches('#').count() >= 3;
    Some((if is_identifier { "#".to_owned() } else { text }, sign + length))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_changes_from_run_to_run_is_masked_and_the_rest_stays() {
        for (message, expected) in [
            ("key `alice` is gone after 3.5ms", "key `…` is gone after #"),
            ("slot 0x7f3a_91c0 of /tmp/x/y.db: -5, 1_000", "slot # of <path>: #"),
            ("worker-3 lost order 9f86d081-884c-7d65-11aa of u64", "worker-# lost order # of u64"),
            ("peer 10.0.0.7:8080 said \"a \\\"b\\\" c\", then 'x'", "peer # said \"…\", then '…'"),
            ("see https://example.org/a?b=1 or src/x.rs:1:2", "see <url> or <path>"),
            ("don't read/write it twice", "don't read/write it twice"),
            ("state is Busy {\n  id: 7,\n  name: \"x\",\n}\n", "state is Busy { id: #, name: \"…\", }"),
            ("node ip-a1b2c3d4 is [1, 2, 3]", "node ip-# is [#]"),
            ("", ""),
        ] {
            assert_eq!(template(message).text, expected, "{message}");
        }
        assert!(template("boom").is_generic() && !template("the order book lost its head").is_generic());
    }

    proptest! {
        #[test]
        fn masking_twice_is_masking_once(message in any::<String>()) {
            let once = masked(&message);
            prop_assert_eq!(masked(&once), once.clone());
            prop_assert!(once.chars().count() <= CHARACTERS_MAX);
        }

        #[test]
        fn masking_twice_is_masking_once_where_it_is_hard(message in "[a1#\"'`./:,\\-… x0]{0,24}") {
            let once = masked(&message);
            prop_assert_eq!(masked(&once), once);
        }

        #[test]
        fn two_messages_that_differ_in_a_number_are_one(one in any::<i64>(), other in any::<u32>()) {
            prop_assert_eq!(template(&format!("slot {one} is taken")), template(&format!("slot {other} is taken")));
        }
    }
}
