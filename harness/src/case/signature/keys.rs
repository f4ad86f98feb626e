//! Takes an occurrence, hands on the names by which the same defect is known in every log: the fingerprint, and keys that find what
//! may be the same.

use super::same::{local_name, same_defect};
use super::source_path::SourcePath;
use super::stack::{Origin, origin};
use super::template::{Template, template};
use crate::case::reading::{Kind, Language, Occurrence};
use serde::Serialize;
use squall_model::decision::text_hash;

/// The version of the recipe. A change of the recipe is a new version, never a silent change of names.
const VERSION: &str = "v2";

/// How much two occurrences have in common that share a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// Enough to be the same defect, as far as their texts can tell.
    Strong,
    /// Enough to be compared.
    Weak,
}

/// One of an occurrence's keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Key {
    /// How much it says.
    pub strength: Strength,
    /// What it was made of.
    pub of: &'static str,
    /// The key: `v2-` and 16 hexadecimal digits.
    pub key: String,
}

/// What an occurrence is known by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// Equal for equal defects as far as the text tells: `v2-` and 16 hexadecimal digits.
    pub fingerprint: String,
    /// What of the message stays when it is said again.
    pub template: String,
    /// The innermost functions of the program, up to the first one of its own.
    pub functions: Vec<String>,
    /// Keys that find what may be the same, the strongest first.
    pub keys: Vec<Key>,
    pub(super) language: Language,
    pub(super) kind: Kind,
    pub(super) message: Template,
    pub(super) origin: Origin,
}

impl Signature {
    /// What an occurrence is known by.
    #[must_use]
    pub fn of(occurrence: &Occurrence) -> Self {
        let message = template(&occurrence.message);
        let origin = origin(occurrence);
        let keys = keys(occurrence, &message, &origin);
        Self {
            fingerprint: keys[0].key.clone(),
            template: message.text.clone(),
            functions: origin.decisive.clone(),
            keys,
            language: occurrence.language,
            kind: occurrence.kind,
            message,
            origin,
        }
    }

    /// Whether both tell of the same defect, as far as their texts can tell.
    #[must_use]
    pub fn is_same_defect(&self, other: &Self) -> bool {
        same_defect(self, other)
    }
}

/// The keys, the one that names the occurrence first.
fn keys(occurrence: &Occurrence, message: &Template, origin: &Origin) -> Vec<Key> {
    let kind = occurrence.kind.name();
    let functions = origin.decisive.join("\n");
    let path = origin.file.as_ref().map(|file| file.path.as_str());
    let name = origin.file.as_ref().map(SourcePath::name);
    let mut keys = Vec::new();
    let mut add = |strength, of, parts: &[&str]| keys.push(Key { strength, of, key: hashed(of, kind, parts) });
    if !origin.decisive.is_empty() {
        add(Strength::Strong, "message and functions", &[&message.text, &functions]);
    }
    if let (Some(path), Some(column)) = (path, origin.column) {
        add(Strength::Strong, "message, file and column", &[&message.text, path, &column.to_string()]);
    }
    if let Some(name) = name {
        add(Strength::Weak, "message and file name", &[&message.text, name]);
    }
    if let Some(innermost) = origin.decisive.first() {
        add(Strength::Weak, "function", &[local_name(innermost)]);
    }
    let strength = if message.is_generic() { Strength::Weak } else { Strength::Strong };
    add(strength, "message", &[&message.text]);
    keys
}

fn hashed(of: &str, kind: &str, parts: &[&str]) -> String {
    format!("{VERSION}-{:016x}", text_hash(&format!("{of}\0{kind}\0{}", parts.join("\0"))))
}
