//! Remembers what was read in logs: each occurrence once, and the finding that it belongs to. A log that is taken in again counts
//! once; of two runs at once both are remembered.

use super::case_error::CaseError;
use super::ingest::{Entry, Ingested};
use super::reading::Occurrence;
use super::signature::Signature;
use super::store::Store;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use serde::Serialize;

/// So many findings that share a key are compared.
const CANDIDATES_MAX: u32 = 64;

const CANDIDATES: &str = "
    SELECT fingerprint, first FROM finding_keys JOIN findings USING (fingerprint) WHERE key = ?1 LIMIT ?2";
const NEW_FINDING: &str = "
    INSERT INTO findings (fingerprint, class, template, first, occurrences) VALUES (?1, ?2, ?3, ?4, 0) ON CONFLICT DO NOTHING";
const NEW_KEY: &str = "INSERT INTO finding_keys (key, fingerprint) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
const NEW_OCCURRENCE: &str = "
    INSERT INTO occurrences (digest, position, source, fingerprint, body) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING";
const COUNT: &str = "UPDATE findings SET occurrences = occurrences + ?2 WHERE fingerprint = ?1";

/// What the knowledge base knew of an occurrence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Remembered {
    /// The fingerprint of the finding that it belongs to: the first one of its defect.
    pub known_as: String,
    /// How often it had been seen before.
    pub seen_before: u64,
}

impl Store {
    /// Remembers the occurrences of a log; hands on what was known of each.
    ///
    /// # Errors
    /// If SQLite refuses; then nothing of the log was remembered.
    pub fn remember(&mut self, source: &str, log: &Ingested) -> Result<Vec<Remembered>, CaseError> {
        let unusable = self.unusable();
        remember(&mut self.connection, source, log).map_err(unusable)
    }
}

fn remember(connection: &mut Connection, source: &str, log: &Ingested) -> rusqlite::Result<Vec<Remembered>> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let entries = log.occurrences.iter().enumerate();
    let remembered = entries.map(|(position, entry)| one(&transaction, source, &log.digest, position, entry));
    let remembered = remembered.collect::<rusqlite::Result<_>>()?;
    transaction.commit()?;
    Ok(remembered)
}

fn one(
    on: &Transaction<'_>,
    source: &str,
    digest: &str,
    position: usize,
    entry: &Entry,
) -> rusqlite::Result<Remembered> {
    let body = serde_json::to_string(&entry.occurrence).unwrap_or_default();
    let known_as = find(on, entry)?.unwrap_or_else(|| entry.fingerprint.clone());
    on.execute(NEW_FINDING, params![known_as, entry.class.name(), entry.template, body])?;
    for key in &entry.keys {
        on.execute(NEW_KEY, [&key.key, &known_as])?;
    }
    let seen_before: i64 =
        on.query_row("SELECT occurrences FROM findings WHERE fingerprint = ?1", [&known_as], |row| row.get(0))?;
    let position = i64::try_from(position).unwrap_or(i64::MAX);
    let is_new = on.execute(NEW_OCCURRENCE, params![digest, position, source, known_as, body])?;
    if is_new > 0 {
        let count = i64::try_from(entry.occurrence.count).unwrap_or(i64::MAX);
        on.execute(COUNT, params![known_as, count])?;
    }
    Ok(Remembered { known_as, seen_before: u64::try_from(seen_before).unwrap_or(0) })
}

/// The finding that the occurrence belongs to: the same fingerprint, or else one that shares a key and is of the same defect.
fn find(on: &Transaction<'_>, entry: &Entry) -> rusqlite::Result<Option<String>> {
    let same = on
        .query_row("SELECT fingerprint FROM findings WHERE fingerprint = ?1", [&entry.fingerprint], |row| row.get(0))
        .optional()?;
    if same.is_some() {
        return Ok(same);
    }
    let signature = Signature::of(&entry.occurrence);
    for key in &entry.keys {
        let mut statement = on.prepare(CANDIDATES)?;
        let rows = statement.query_map(params![key.key, CANDIDATES_MAX], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
        })?;
        for row in rows {
            let (fingerprint, first) = row?;
            // What another squall wrote in a form that this one cannot read is no candidate.
            let Ok(first) = serde_json::from_str::<Occurrence>(&first) else { continue };
            if Signature::of(&first).is_same_defect(&signature) {
                return Ok(Some(fingerprint));
            }
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::super::{ingest::ingested, reading::read};
    use super::*;

    const LOG: &str = "thread 'a' panicked at src/book.rs:12:5:\nindex out of bounds: the len is 3 but the index is 7\nstack backtrace:\n   \
                       0: orders::book::Book::take\n";

    fn remembered(store: &mut Store, log: &str) -> Vec<Remembered> {
        store.remember("server.log", &ingested(read(log.as_bytes()))).unwrap()
    }

    #[test]
    fn a_defect_is_known_again_and_a_log_counts_once() {
        let results = tempfile::tempdir().unwrap();
        let mut store = Store::open(results.path()).unwrap();
        let first = remembered(&mut store, LOG);
        assert_eq!(first[0].seen_before, 0);
        assert_eq!(remembered(&mut store, LOG)[0].seen_before, 1);
        assert_eq!(remembered(&mut store, LOG)[0].seen_before, 1, "the same log again is no new occurrence");
        // Without a stack it has another fingerprint, and is the same defect.
        let bare =
            LOG.split("stack backtrace").next().unwrap().replace("12:5", "19:5").replace("src/", "crates/orders/src/");
        let again = remembered(&mut store, &bare);
        assert_eq!((&again[0].known_as, again[0].seen_before), (&first[0].known_as, 1));
        assert_eq!(remembered(&mut store, &LOG.replace("take", "put"))[0].seen_before, 0);
    }

    #[test]
    fn hostile_text_is_stored_as_text() {
        let results = tempfile::tempdir().unwrap();
        let mut store = Store::open(results.path()).unwrap();
        let log = LOG.replace("index out of bounds", "'); DROP TABLE findings; --\u{0}index");
        assert_eq!(remembered(&mut store, &log)[0].seen_before, 0);
        assert_eq!(remembered(&mut store, &log)[0].seen_before, 1);
    }

    #[test]
    fn of_two_at_once_both_are_remembered() {
        let results = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for number in 0..4 {
                let path = results.path();
                scope.spawn(move || {
                    let mut store = Store::open(path).unwrap();
                    (0..10).for_each(|round| drop(remembered(&mut store, &format!("{number} {round}\n{LOG}"))));
                });
            }
        });
        let mut store = Store::open(results.path()).unwrap();
        assert_eq!(remembered(&mut store, LOG)[0].seen_before, 40);
    }
}
