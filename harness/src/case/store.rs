//! Opens the knowledge base's file and brings it to the present form.

use super::case_error::CaseError;
use rusqlite::{Connection, TransactionBehavior};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The file in the results directory.
const FILE: &str = "kb.sqlite";
/// How long a run waits for another one that writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// The steps from each form to the next one; the form is the number of steps that were taken. Steps are only ever added.
const STEPS: [&str; 2] = [
    "
    CREATE TABLE sites (
        program    TEXT NOT NULL,
        workload   TEXT NOT NULL,
        kind       TEXT NOT NULL,
        name       TEXT NOT NULL,
        drawn      INTEGER NOT NULL,
        reached    INTEGER NOT NULL,
        found      INTEGER NOT NULL,
        wrong      INTEGER NOT NULL,
        operations INTEGER NOT NULL,
        PRIMARY KEY (program, workload, kind, name)
    ) STRICT, WITHOUT ROWID;
",
    "
    CREATE TABLE findings (
        fingerprint TEXT NOT NULL PRIMARY KEY,
        class       TEXT NOT NULL,
        template    TEXT NOT NULL,
        first       TEXT NOT NULL,
        occurrences INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE finding_keys (
        key         TEXT NOT NULL,
        fingerprint TEXT NOT NULL REFERENCES findings,
        PRIMARY KEY (key, fingerprint)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE occurrences (
        digest      TEXT NOT NULL,
        position    INTEGER NOT NULL,
        source      TEXT NOT NULL,
        fingerprint TEXT NOT NULL REFERENCES findings,
        body        TEXT NOT NULL,
        PRIMARY KEY (digest, position)
    ) STRICT, WITHOUT ROWID;
",
];

/// The knowledge base, open.
#[derive(Debug)]
pub struct Store {
    pub(super) connection: Connection,
    path: PathBuf,
}

impl Store {
    /// Opens the knowledge base of a results directory; makes it if there is none.
    ///
    /// # Errors
    /// If the file is of a newer form, is no knowledge base, or the system refuses.
    pub fn open(results: &Path) -> Result<Self, CaseError> {
        let path = results.join(FILE);
        let connection = Connection::open(&path).map_err(unusable(&path))?;
        let mut store = Self { connection, path };
        store.prepare().map_err(unusable(&store.path))?;
        store.migrate()?;
        Ok(store)
    }

    fn prepare(&self) -> rusqlite::Result<()> {
        self.connection.busy_timeout(BUSY_TIMEOUT)?;
        // Readers and a writer do not wait for each other in this mode. Where another run is just changing it, or the disk
        // does not allow it, the usual one serves, too.
        match self.connection.pragma_update(None, "journal_mode", "WAL") {
            Err(error) if error.sqlite_error_code() != Some(rusqlite::ErrorCode::DatabaseBusy) => Err(error),
            _ => self.connection.pragma_update(None, "synchronous", "NORMAL"),
        }
    }

    fn migrate(&mut self) -> Result<(), CaseError> {
        let known = STEPS.len() as u32;
        let path = self.path.clone();
        // The form is looked at inside, so that of two runs only one takes the steps.
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(unusable(&path))?;
        let found: u32 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(unusable(&path))?;
        if found > known {
            return Err(CaseError::Newer { path, found, known });
        }
        for step in &STEPS[found as usize..] {
            transaction.execute_batch(step).map_err(unusable(&path))?;
        }
        transaction.pragma_update(None, "user_version", known).map_err(unusable(&path))?;
        transaction.commit().map_err(unusable(&path))
    }

    /// Wraps what SQLite refuses.
    pub(super) fn unusable(&self) -> impl Fn(rusqlite::Error) -> CaseError + use<> {
        unusable(&self.path)
    }
}

fn unusable(path: &Path) -> impl Fn(rusqlite::Error) -> CaseError + use<> {
    let path = path.to_owned();
    move |error| CaseError::Unusable { path: path.clone(), reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_of_a_newer_form_is_left_alone_and_named() {
        let results = tempfile::tempdir().unwrap();
        drop(Store::open(results.path()).unwrap());
        let raw = Connection::open(results.path().join(FILE)).unwrap();
        raw.pragma_update(None, "user_version", 99).unwrap();
        let error = Store::open(results.path()).unwrap_err().to_string();
        assert!(error.contains("kb.sqlite has form 99, this squall knows up to 2"), "{error}");
        let form: u32 = raw.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
        assert_eq!(form, 99);
    }

    #[test]
    fn a_file_that_is_no_store_and_a_place_without_directory_are_named() {
        let results = tempfile::tempdir().unwrap();
        std::fs::write(results.path().join(FILE), "not a database at all, but long enough to be looked at ".repeat(40))
            .unwrap();
        let error = Store::open(results.path()).unwrap_err().to_string();
        assert!(error.contains("kb.sqlite cannot be used: file is not a database"), "{error}");
        assert!(Store::open(&results.path().join("no/such")).unwrap_err().to_string().contains("no/such/kb.sqlite"));
    }
}
