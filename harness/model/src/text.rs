//! Takes numbers, hands on the words in which a tired person reads them: three digits that matter, and a unit.

use std::borrow::Cow;

/// How many digits of a measured number are shown; no measurement here is known better.
const DIGITS: i32 = 3;
/// No number is shown with more places after the point; smaller ones are as good as nothing.
const PLACES_MAX: i32 = 18;
/// The units of time with their length in nanoseconds, largest first.
const TIME_UNITS: [(&str, f64); 4] = [("s", 1e9), ("ms", 1e6), ("µs", 1e3), ("ns", 1.0)];

/// A count with a comma at every third digit.
///
/// ```
/// assert_eq!(squall_model::text::count(1_234_567), "1,234,567");
/// ```
pub fn count(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count and what was counted, in the plural unless it is one.
///
/// ```
/// assert_eq!(squall_model::text::counted(1, "fault"), "1 fault");
/// assert_eq!(squall_model::text::counted(2_000, "fault"), "2,000 faults");
/// ```
pub fn counted(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", count(number))
}

/// A number with three digits that matter; whole numbers keep all of theirs.
pub fn number(value: f64) -> String {
    if !value.is_finite() {
        return "unbounded".to_owned();
    }
    if value.abs() >= 999.5 {
        let sign = if value < 0.0 { "−" } else { "" };
        return format!("{sign}{}", count(value.abs().round() as u64));
    }
    let places = (DIGITS - 1 - magnitude(value)).clamp(0, PLACES_MAX) as usize;
    trimmed(&format!("{value:.places$}")).to_owned()
}

/// A share of all, as a percentage.
///
/// ```
/// assert_eq!(squall_model::text::percent(0.004_217), "0.422 %");
/// ```
pub fn percent(fraction: f64) -> String {
    format!("{} %", number(fraction * 100.0))
}

/// A share that is known exactly, such as a confidence: up to six places, none of them noise.
pub fn exact_percent(fraction: f64) -> String {
    format!("{} %", trimmed(&format!("{:.6}", fraction * 100.0)))
}

/// A length of time given in nanoseconds.
///
/// ```
/// assert_eq!(squall_model::text::nanos(214_300.0), "214 µs");
/// assert_eq!(squall_model::text::nanos(999_900.0), "1 ms");
/// ```
pub fn nanos(nanos: f64) -> String {
    if !nanos.is_finite() {
        return "unbounded".to_owned();
    }
    let scale = 10_f64.powi(magnitude(nanos) - DIGITS + 1);
    let rounded = (nanos / scale).round() * scale;
    let fits = TIME_UNITS.iter().find(|(_, unit)| rounded.abs() >= unit * 0.999_9);
    let (name, unit) = fits.copied().unwrap_or(if nanos == 0.0 { ("s", 1.0) } else { ("ns", 1.0) });
    format!("{} {name}", number(rounded / unit))
}

/// Operations per second.
pub fn per_second(rate: f64) -> String {
    format!("{}/s", number(rate))
}

/// The first `characters_max` characters of a text, with an ellipsis if that is not all of it.
pub fn cut(text: &str, characters_max: usize) -> String {
    match text.char_indices().nth(characters_max) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
    }
}

/// The power of ten of a number's first digit, after rounding to the digits that are shown.
fn magnitude(value: f64) -> i32 {
    if value == 0.0 {
        return DIGITS - 1;
    }
    let raw = value.abs().log10().floor() as i32;
    let scale = 10_f64.powi(raw - DIGITS + 1);
    let rounded = (value.abs() / scale).round() * scale;
    // The factor keeps `1000.0` from being seen as `999.999…`.
    (rounded * (1.0 + 1e-12)).log10().floor() as i32
}

fn trimmed(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

/// The text without control characters: what comes from a subject must not steer a terminal.
pub fn harmless(text: &str) -> Cow<'_, str> {
    let steers = |character: char| {
        character.is_control() || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if text.contains(steers) { Cow::Owned(text.replace(steers, "\u{fffd}")) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_carry_three_digits_and_no_idle_zeros() {
        for (value, shown) in [
            (0.0, "0"),
            (0.000_123_4, "0.000123"),
            (2.0, "2"),
            (9.996, "10"),
            (98.75, "98.8"),
            (999.4, "999"),
            (999.7, "1,000"),
            (50_123.4, "50,123"),
        ] {
            assert_eq!(number(value), shown);
        }
        assert_eq!(exact_percent(0.9875), "98.75 %");
        assert_eq!(exact_percent(1.0 - 0.05 / 3.0), "98.333333 %");
    }

    #[test]
    fn times_pick_the_unit_after_rounding() {
        for (value, shown) in
            [(0.0, "0 s"), (61_000.0, "61 µs"), (999_600.0, "1 ms"), (2e9, "2 s"), (1.5e6, "1.5 ms"), (7.0, "7 ns")]
        {
            assert_eq!(nanos(value), shown);
        }
        assert_eq!(nanos(120e9), "120 s");
    }

    proptest! {
        #[test]
        fn a_count_loses_no_digit(number in any::<u64>()) {
            let read: u64 = count(number).replace(',', "").parse().unwrap();
            prop_assert_eq!(read, number);
        }

        #[test]
        fn a_shown_number_is_within_half_a_percent(value in 1e-9_f64..1e12) {
            let read: f64 = number(value).replace(',', "").parse().unwrap();
            prop_assert!((read - value).abs() <= value * 0.005_1, "{} for {}", read, value);
        }

        #[test]
        fn a_cut_text_never_breaks_a_character(text in any::<String>(), characters_max in 0_usize..40) {
            prop_assert!(cut(&text, characters_max).chars().count() <= characters_max + 1);
        }
    }

    #[test]
    fn escape_sequences_of_a_subject_are_taken_apart() {
        assert_eq!(harmless("a\u{1b}[31mred\u{7}\n\u{202e}"), "a\u{fffd}[31mred\u{fffd}\u{fffd}\u{fffd}");
        assert!(matches!(harmless("plain äöü"), Cow::Borrowed(_)));
    }
}
