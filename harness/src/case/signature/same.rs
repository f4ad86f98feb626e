//! Takes two signatures, decides whether they are of the same defect. The rule errs towards keeping apart: a defect in two groups is
//! found twice, two defects in one group hide each other.

use super::keys::Signature;
use super::stack::Origin;

/// Messages of one function with fewer words in common than this are two messages, not two versions of one.
const ALIKE_MIN: f64 = 0.8;

/// Whether both are of the same defect, as far as their texts can tell.
pub(super) fn same_defect(one: &Signature, other: &Signature) -> bool {
    if one.language != other.language || one.kind != other.kind {
        return false;
    }
    let is_generic = one.message.is_generic() || other.message.is_generic();
    match (says_the_same(one, other), comes_from_the_same(&one.origin, &other.origin, is_generic)) {
        (Said::Same, From::Same) => true,
        // Another version says it in other words, but from the very same functions.
        (Said::Alike, From::Same) => one.origin.decisive.len() + other.origin.decisive.len() >= 2,
        (Said::Same, From::Unknown) => !is_generic,
        _ => false,
    }
}

/// How much alike two messages are.
#[derive(Debug, PartialEq, Eq)]
enum Said {
    Same,
    Alike,
    Different,
}

fn says_the_same(one: &Signature, other: &Signature) -> Said {
    let (first, second) = (&one.message, &other.message);
    if first.text == second.text {
        return Said::Same;
    }
    // A form may have cut one of them.
    let (short, long) = if first.text.len() <= second.text.len() { (first, second) } else { (second, first) };
    let is_cut = short.text.len() >= 24 && long.text.starts_with(short.text.trim_end_matches(['…', '.']));
    let is_same_entry = first.known.is_some() && first.known == second.known;
    if is_cut && !short.is_generic() {
        return Said::Same;
    }
    if is_same_entry
        || is_cut
        || (first.known.is_none() && second.known.is_none() && share(&first.text, &second.text) >= ALIKE_MIN)
    {
        return Said::Alike;
    }
    Said::Different
}

/// The share of words that both texts have.
fn share(one: &str, other: &str) -> f64 {
    let words = |text: &str| text.split_whitespace().map(str::to_lowercase).collect::<std::collections::BTreeSet<_>>();
    let (one, other) = (words(one), words(other));
    let all = one.union(&other).count();
    if all == 0 { 0.0 } else { one.intersection(&other).count() as f64 / all as f64 }
}

/// Whether two origins are one.
#[derive(Debug, PartialEq, Eq)]
enum From {
    Same,
    Different,
    Unknown,
}

fn comes_from_the_same(one: &Origin, other: &Origin, is_generic: bool) -> From {
    if !one.decisive.is_empty() && !other.decisive.is_empty() {
        return by_functions(one, other, is_generic);
    }
    match (&one.file, &other.file) {
        (Some(first), Some(second)) if !first.is_same(second) => From::Different,
        (Some(first), Some(second)) => {
            let is_column_same = one.column == other.column || one.column.is_none() || other.column.is_none();
            let is_line_same = one.line.is_some() && one.line == other.line;
            let is_telling = first.is_telling() || second.is_telling();
            match is_generic {
                false if is_column_same || is_telling => From::Same,
                false => From::Unknown,
                true if is_column_same && (is_telling || is_line_same) => From::Same,
                true => From::Different,
            }
        }
        _ => From::Unknown,
    }
}

/// Functions decide where both are known. What one compiler inlined, the other one shows a frame further out.
fn by_functions(one: &Origin, other: &Origin, is_generic: bool) -> From {
    let is_same_file = one.file.as_ref().zip(other.file.as_ref()).is_some_and(|(first, second)| first.is_same(second));
    let is_same = |first: &str, second: &str| first == second || (is_same_file && is_moved(first, second));
    if one.decisive.iter().zip(&other.decisive).all(|(first, second)| is_same(first, second)) {
        return From::Same;
    }
    let is_seen = |near: &[String], function: &str| near.iter().any(|known| is_same(known, function));
    let is_inlined = is_seen(&other.near, &one.decisive[0]) || is_seen(&one.near, &other.decisive[0]);
    let is_same_column = one.column.is_some() && one.column == other.column;
    match (is_inlined && is_same_file, is_generic) {
        (true, false) => From::Same,
        (true, true) if is_same_column => From::Same,
        _ => From::Different,
    }
}

/// Whether both are one function of a package that was given another import path.
fn is_moved(one: &str, other: &str) -> bool {
    let (first, second) = (local_name(one), local_name(other));
    first == second && first.len() < one.len() && second.len() < other.len()
}

/// A function's name without the path of its package: `raft.raftLog.commitTo`.
pub(super) fn local_name(function: &str) -> &str {
    function.rsplit('/').next().unwrap_or(function)
}
