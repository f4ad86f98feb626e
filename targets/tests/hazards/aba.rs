//! `aba`: free lists.

use crate::threads::{THREADS, together};
use proptest::prelude::*;
use squall_targets::containers::{EpochFreeList, FreeList, Stamped, Unversioned, Versioned, Wide};
use squall_targets::workloads::aba::{FreeListUnderTest, Register};
use std::collections::{BTreeSet, VecDeque};

const SLOTS: usize = 8;

/// The steps take, or give back what is held longest; the model is a stack.
fn assert_like_a_stack<L: FreeListUnderTest>(takes: &[bool]) -> Result<(), TestCaseError> {
    let (list, mut model, mut held) = (L::build(SLOTS), (0..SLOTS).rev().collect::<Vec<_>>(), VecDeque::new());
    for take in takes {
        if *take {
            let taken = list.take();
            prop_assert_eq!(taken, model.pop());
            held.extend(taken);
        } else if let Some(slot) = held.pop_front() {
            list.give(slot);
            model.push(slot);
        }
        prop_assert_eq!(list.free(), model.iter().rev().copied().collect::<Vec<_>>());
    }
    Ok(())
}

proptest! {
    #[test]
    fn free_lists_answer_like_a_stack_when_used_by_one_thread(takes in prop::collection::vec(any::<bool>(), 0..200)) {
        assert_like_a_stack::<FreeList<Unversioned>>(&takes)?;
        assert_like_a_stack::<FreeList<Versioned>>(&takes)?;
        assert_like_a_stack::<FreeList<Stamped>>(&takes)?;
        assert_like_a_stack::<FreeList<Wide>>(&takes)?;
    }

    /// What is held back comes back in no promised order, so that only the set of free slots is compared.
    #[test]
    fn an_epoch_list_has_the_slots_that_are_not_owned(takes in prop::collection::vec(any::<bool>(), 0..100)) {
        let (list, mut held) = (EpochFreeList::new(SLOTS), VecDeque::new());
        for take in takes {
            if take {
                held.extend(list.take());
            } else if let Some(slot) = held.pop_front() {
                list.give(slot);
            }
            list.settle();
            let all: BTreeSet<usize> = list.free().chain(held.iter().copied()).collect();
            prop_assert_eq!((all.len(), list.free().count() + held.len()), (SLOTS, SLOTS));
        }
    }
}

fn assert_every_slot_has_one_owner<L: FreeListUnderTest>() {
    let (list, register) = (L::build(SLOTS), Register::new(SLOTS));
    together(|number| {
        let mut held = VecDeque::new();
        for _ in 0..20_000 {
            if held.len() < SLOTS / THREADS
                && let Some(slot) = list.take()
            {
                assert_eq!(register.own(slot, number as u32), Ok(()), "slot {slot}");
                held.push_back(slot);
            } else if let Some(slot) = held.pop_front() {
                register.disown(slot);
                list.give(slot);
            }
        }
    });
    assert_eq!(register.complaint(&list.free()), None);
}

#[test]
fn every_slot_of_a_repaired_list_has_one_owner() {
    assert_every_slot_has_one_owner::<FreeList<Versioned>>();
    assert_every_slot_has_one_owner::<FreeList<Stamped>>();
    assert_every_slot_has_one_owner::<FreeList<Wide>>();
    assert_every_slot_has_one_owner::<EpochFreeList>();
}

/// Takes a slot, while another owner takes two and gives the first of them back; hands on what is wrong afterwards.
fn interrupted<S: squall_targets::containers::Stamp>() -> Option<String> {
    let (list, register, mut first) = (FreeList::<S>::new(SLOTS), Register::new(SLOTS), true);
    let own = |slot| register.own(slot, 0);
    let taken = list.take_with(|| {
        if std::mem::take(&mut first) {
            let (gone, kept) = (list.take().unwrap(), list.take().unwrap());
            own(kept).unwrap();
            list.give(gone);
        }
    });
    own(taken.unwrap()).unwrap();
    register.complaint(&list.free().collect::<Vec<_>>())
}

#[test]
fn a_head_that_went_and_came_back_deceives_only_the_list_without_a_stamp() {
    let told = "slots lost: []; slots free or owned more than once: [1]";
    assert_eq!(interrupted::<Unversioned>().as_deref(), Some(told));
    assert_eq!(interrupted::<Versioned>(), None);
    assert_eq!(interrupted::<Stamped>(), None);
    assert_eq!(interrupted::<Wide>(), None);
}

#[test]
fn an_epoch_list_keeps_a_slot_back_while_someone_may_have_seen_it_on_top() {
    let (list, register, mut first) = (EpochFreeList::new(SLOTS), Register::new(SLOTS), true);
    let taken = list.take_with(|| {
        if std::mem::take(&mut first) {
            let (gone, kept) = (list.take().unwrap(), list.take().unwrap());
            register.own(kept, 0).unwrap();
            list.give(gone);
            assert!(list.free().all(|slot| slot != gone), "{gone} came back too early");
        }
    });
    register.own(taken.unwrap(), 0).unwrap();
    list.settle();
    assert_eq!(register.complaint(&list.free().collect::<Vec<_>>()), None);
}

/// Every x86-64 processor on which this can be built and tested has the instruction.
#[test]
#[cfg(target_arch = "x86_64")]
fn a_head_of_128_bits_is_swapped_without_a_lock() {
    assert!(Wide::is_lock_free());
}

#[test]
fn the_register_tells_lost_and_doubled_slots() {
    let register = Register::new(3);
    register.own(0, 5).unwrap();
    assert_eq!(register.own(0, 6), Err(5));
    let told = register.complaint(&[0, 1]).unwrap();
    assert_eq!(told, "slots lost: [2]; slots free or owned more than once: [0]");
}
