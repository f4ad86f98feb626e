//! Takes a log as it was read, hands on what the knowledge base makes of it: each occurrence with its names, its cause class and
//! its group. The field names are stable; the README has them.

use super::cause::{CauseClass, Ranked, classify};
use super::reading::{Language, Occurrence, Reading};
use super::signature::{Groups, Key, Signature};
use crate::finding::fingerprint;
use serde::Serialize;
use squall_model::Symptom;

/// So many classes of an occurrence are told.
const CLASSES_MAX: usize = 3;

/// A log as the knowledge base takes it in.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ingested {
    /// What the log is known by: 16 hexadecimal digits over its bytes.
    pub digest: String,
    /// How many lines the log has.
    pub lines: u64,
    /// Which occurrence is the primary, counted from 0.
    pub primary: Option<usize>,
    /// How many occurrences there were that are not told: only the first ones of a long log are.
    pub left_out: u64,
    /// How many different defects the occurrences are of.
    pub groups: usize,
    /// The occurrences in the order of the log.
    pub occurrences: Vec<Entry>,
}

/// An occurrence with what the knowledge base makes of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Entry {
    /// Whether it is the primary.
    pub primary: bool,
    /// The name of its defect.
    pub fingerprint: String,
    /// The name that a run's finding of the same panic has: the recipe of version 1.
    pub finding: Option<String>,
    /// The occurrences of one number are of one defect.
    pub group: usize,
    /// The likeliest cause class.
    pub class: CauseClass,
    /// The likeliest classes with their weights, the likeliest first.
    pub classes: Vec<Ranked>,
    /// What of the message stays when it is said again.
    pub template: String,
    /// The functions that tell where it came from, innermost first.
    pub functions: Vec<String>,
    /// The keys that find what may be the same, the strongest first.
    pub keys: Vec<Key>,
    /// What was read.
    #[serde(flatten)]
    pub occurrence: Occurrence,
}

/// What the knowledge base makes of a log.
#[must_use]
pub fn ingested(reading: Reading) -> Ingested {
    let mut groups = Groups::default();
    let entries = reading.occurrences.into_iter().enumerate();
    let entries = entries.map(|(index, occurrence)| entry(occurrence, reading.primary == Some(index), &mut groups));
    let occurrences: Vec<_> = entries.collect();
    Ingested {
        digest: format!("{:016x}", reading.digest),
        lines: reading.lines,
        primary: reading.primary,
        left_out: reading.left_out,
        groups: groups.len(),
        occurrences,
    }
}

fn entry(occurrence: Occurrence, primary: bool, groups: &mut Groups) -> Entry {
    let signature = Signature::of(&occurrence);
    let mut classes = classify(&occurrence);
    classes.truncate(CLASSES_MAX);
    Entry {
        primary,
        fingerprint: signature.fingerprint.clone(),
        finding: finding(&occurrence),
        class: classes.first().map_or(CauseClass::Unknown, |ranked| ranked.class),
        classes,
        template: signature.template.clone(),
        functions: signature.functions.clone(),
        keys: signature.keys.clone(),
        group: groups.add(signature),
        occurrence,
    }
}

/// The name of a run's finding of this panic.
fn finding(occurrence: &Occurrence) -> Option<String> {
    let is_panic = occurrence.language == Language::Rust && occurrence.kind == super::reading::Kind::Panic;
    let frames: Vec<String> = occurrence.frames.iter().map(|frame| frame.function.clone()).collect();
    let file = occurrence.place.as_ref().map(|place| place.file.as_str());
    is_panic.then(|| fingerprint(Symptom::Panic, &occurrence.message, file, &frames))
}
