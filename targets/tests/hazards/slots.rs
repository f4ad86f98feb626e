//! `aba` in its other shape: places, records and a map beside them.

use crate::judged::found_wrong;
use crate::threads::{THREADS, together};
use proptest::prelude::*;
use squall_targets::containers::{Disagreement, SlotTable, Stamp, Stamped, Unversioned, Versioned, Wide};
use squall_targets::workloads::slots::{SlotsOperation, SlotsWorkload};

const PLACES: usize = 3;

fn assert_like_counters<S: Stamp>(updates: &[(bool, usize)]) -> Result<(), TestCaseError> {
    let (table, mut model) = (SlotTable::<S>::new(PLACES, 2), [0; PLACES]);
    for (is_update, place) in updates {
        if *is_update {
            model[*place] += 1;
            prop_assert_eq!(table.update(*place), model[*place]);
        }
        prop_assert_eq!(table.look(*place), model[*place]);
    }
    prop_assert_eq!(table.disagreements(), []);
    Ok(())
}

proptest! {
    #[test]
    fn a_table_answers_like_counters_when_used_by_one_thread(
        updates in prop::collection::vec((any::<bool>(), 0..PLACES), 0..100)
    ) {
        assert_like_counters::<Unversioned>(&updates)?;
        assert_like_counters::<Versioned>(&updates)?;
        assert_like_counters::<Stamped>(&updates)?;
        assert_like_counters::<Wide>(&updates)?;
    }
}

/// Updates a place, while another owner updates it twice; hands on where record and map disagree.
fn interrupted<S: Stamp>() -> Vec<Disagreement> {
    let (table, mut first) = (SlotTable::<S>::new(1, 2), true);
    table.update_with(0, || {
        if std::mem::take(&mut first) {
            table.update_with(0, || ());
            table.update_with(0, || ());
        }
    });
    table.disagreements()
}

#[test]
fn a_record_that_went_and_came_back_deceives_only_the_table_without_a_stamp() {
    assert_eq!(interrupted::<Unversioned>(), [Disagreement { place: 0, record: 1, metadata: 3 }]);
    assert_eq!(interrupted::<Versioned>(), []);
    assert_eq!(interrupted::<Stamped>(), []);
    assert_eq!(interrupted::<Wide>(), []);
}

fn assert_no_update_is_lost<S: Stamp>() {
    let table = SlotTable::<S>::new(1, THREADS);
    together(|_| {
        (0..5_000).fold(0, |last, _| {
            let (updated, seen) = (table.update(0), table.look(0));
            assert!(last < updated && updated <= seen, "{last}, {updated}, {seen}");
            seen
        })
    });
    assert_eq!((table.look(0), table.disagreements()), (5_000 * THREADS as u64, vec![]));
}

#[test]
fn no_update_of_a_table_with_stamps_is_lost() {
    assert_no_update_is_lost::<Versioned>();
    assert_no_update_is_lost::<Stamped>();
    assert_no_update_is_lost::<Wide>();
}

#[test]
fn the_oracles_of_slots_accept_a_right_table() {
    let calls =
        (0..600).map(|turn| if turn % 3 == 0 { (SlotsOperation::Look, turn) } else { (SlotsOperation::Update, turn) });
    assert_eq!(found_wrong::<SlotsWorkload<Versioned>>(calls), Vec::<String>::new());
}
