//! Remembers what each site of a workload was worth. Counts are added in one transaction a trial, so that of two runs at once
//! both are remembered, and a run that dies has lost nothing but its last trial.

use super::case_error::CaseError;
use super::store::Store;
use rusqlite::{Connection, Row, TransactionBehavior, params};
use squall_model::{Knowledge, Lesson, Site, SiteKind, SiteTally};
use std::collections::BTreeMap;

/// The row that counts all trials stands beside the sites' under this kind.
const ALL_TRIALS: &str = "all";

const READ: &str =
    "SELECT kind, name, drawn, reached, found, wrong, operations FROM sites WHERE program = ?1 AND workload = ?2";
const ADD: &str = "
    INSERT INTO sites (program, workload, kind, name, drawn, reached, found, wrong, operations)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
    ON CONFLICT DO UPDATE SET
        drawn = drawn + excluded.drawn,
        reached = reached + excluded.reached,
        found = found + excluded.found,
        wrong = wrong + excluded.wrong,
        operations = operations + excluded.operations";

impl Store {
    /// What earlier runs learned of a workload's sites.
    ///
    /// # Errors
    /// If SQLite refuses.
    pub fn knowledge(&self, program: &str, workload: &str) -> Result<Knowledge, CaseError> {
        read(&self.connection, program, workload).map_err(self.unusable())
    }

    /// Adds what one trial taught.
    ///
    /// # Errors
    /// If SQLite refuses; then nothing of the trial was added.
    pub fn learn(&mut self, program: &str, workload: &str, lesson: &Lesson) -> Result<(), CaseError> {
        let unusable = self.unusable();
        add(&mut self.connection, program, workload, lesson).map_err(unusable)
    }
}

fn read(connection: &Connection, program: &str, workload: &str) -> rusqlite::Result<Knowledge> {
    let mut statement = connection.prepare(READ)?;
    let rows = statement.query_map([program, workload], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, tally_of(row)?))
    })?;
    let mut trials = SiteTally::default();
    let mut sites = BTreeMap::new();
    for row in rows {
        let (kind, name, tally) = row?;
        match SiteKind::ALL.into_iter().find(|known| known.name() == kind) {
            Some(kind) => {
                sites.insert(Site::new(kind, name), tally);
            }
            None if kind == ALL_TRIALS => trials = tally,
            None => {}
        }
    }
    Ok(Knowledge::remembered(trials, sites))
}

fn tally_of(row: &Row<'_>) -> rusqlite::Result<SiteTally> {
    let count = |column: usize| row.get::<_, i64>(column).map(|count| u64::try_from(count).unwrap_or(0));
    Ok(SiteTally { drawn: count(2)?, reached: count(3)?, found: count(4)?, wrong: count(5)?, operations: count(6)? })
}

fn add(connection: &mut Connection, program: &str, workload: &str, lesson: &Lesson) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    {
        let mut statement = transaction.prepare(ADD)?;
        let mut add = |kind: &str, name: &str, tally: SiteTally| {
            let [drawn, reached, found, wrong, operations] =
                [tally.drawn, tally.reached, tally.found, tally.wrong, tally.operations]
                    .map(|count| i64::try_from(count).unwrap_or(i64::MAX));
            statement.execute(params![program, workload, kind, name, drawn, reached, found, wrong, operations])
        };
        add(ALL_TRIALS, "", lesson.of_trial())?;
        for (site, reached) in &lesson.sites {
            add(site.kind.name(), &site.name, lesson.of_site(*reached))?;
        }
    }
    transaction.commit()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lesson(number: u64) -> Lesson {
        let site = |name: &str| Site::new(SiteKind::Function, name);
        let sites = vec![(site("scc::grow"), true), (site("scc::shrink"), number.is_multiple_of(2))];
        Lesson { sites, found: number.is_multiple_of(5), wrong: number, operations: 1_000 }
    }

    #[test]
    fn what_was_learned_is_remembered_as_it_was_learned() {
        let results = tempfile::tempdir().unwrap();
        let mut expected = Knowledge::default();
        for number in 0..20 {
            // Each trial by a run of its own.
            let mut store = Store::open(results.path()).unwrap();
            store.learn("targets", "map", &lesson(number)).unwrap();
            expected.learn(&lesson(number));
        }
        let store = Store::open(results.path()).unwrap();
        let remembered = store.knowledge("targets", "map").unwrap();
        assert_eq!((remembered.trials, &remembered.sites), (expected.trials, &expected.sites));
        assert_eq!(remembered.remembered.len(), 2);
        assert_eq!(store.knowledge("targets", "set").unwrap(), Knowledge::default());
    }

    #[test]
    fn of_runs_at_the_same_time_every_one_is_remembered() {
        let results = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let mut store = Store::open(results.path()).unwrap();
                    (0..50).for_each(|number| store.learn("targets", "map", &lesson(number)).unwrap());
                });
            }
        });
        let known = Store::open(results.path()).unwrap().knowledge("targets", "map").unwrap();
        assert_eq!((known.trials.drawn, known.trials.found, known.trials.operations), (200, 40, 200_000));
        assert_eq!(known.of(&Site::new(SiteKind::Function, "scc::shrink")).reached, 100);
    }
}
