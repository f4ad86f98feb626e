//! The workload that drives every free list: workers take slots and give the one back that they have held longest. A list
//! that went wrong stays wrong, so that it is checked and begun anew after so many operations.

use super::free_list_under_test::FreeListUnderTest;
use super::register::Register;
use crate::workloads::gate::Gate;
use squall_probe::{
    Call, FinalCheck, OperationError, Oracle, Setup, Words, Worker, Workload, operations, point, write_back,
};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};

/// A slot that is taken has no other owner.
const ONE_OWNER: Oracle = Oracle::new(0, "one_owner");
/// At the end of a round, each slot is free or owned. One answer is one round.
const CONSERVED: Oracle = Oracle::new(1, "conserved");
/// How many slots a worker holds at most.
const HELD_MAX: usize = 3;

operations! {
    /// What a free list is asked.
    pub enum AbaOperation {
        Take = "take",
        Give = "give",
    }
}

squall_probe::params! {
    /// The parameters of a free list.
    pub struct AbaParams {
        slots: u64 = 16, in 2.0..=65536.0, "how many slots there are";
        round: u64 = 500, in 10.0..=1000000.0, "after how many operations the list is checked and begun anew";
    }
}

/// A free list under load.
///
/// Points: `aba.call` before each operation, where an error can be returned; `aba.take.between` between the reading of the
/// head and its compare-and-swap. Words: `head`; `next`, what a slot says of the one after it.
#[derive(Debug)]
pub struct AbaWorkload<L> {
    gate: Gate<Slots<L>>,
    params: AbaParams,
}

#[derive(Debug)]
struct Slots<L> {
    list: L,
    register: Register,
    operations: AtomicU64,
}

/// The slots that one worker holds in this round.
#[derive(Debug, Default)]
pub struct AbaLocal {
    round: u64,
    held: VecDeque<usize>,
}

impl<L: FreeListUnderTest> Workload for AbaWorkload<L> {
    type Operation = AbaOperation;
    type Params = AbaParams;
    type Local = AbaLocal;
    const NAME: &'static str = L::NAME;
    const SUMMARY: &'static str = L::SUMMARY;
    const ORACLES: &'static [Oracle] = &[ONE_OWNER, CONSERVED];
    const WORDS: &'static [&'static str] = &["head", "next"];

    fn build(params: &AbaParams, _: &Setup) -> Result<Self, String> {
        Ok(Self { gate: Gate::new(Slots::new(params.slots as usize)), params: params.clone() })
    }

    fn step(&self, worker: &mut Worker, local: &mut AbaLocal, call: Call<AbaOperation>) -> Result<(), OperationError> {
        point!("aba.call", |error| Err(error.into()));
        let round = self.gate.pass();
        let number = round.number();
        local.enter(number);
        match call.operation {
            AbaOperation::Take if local.held.len() < HELD_MAX => take(&round, worker, local),
            AbaOperation::Take | AbaOperation::Give => give(&round, local),
        }
        let over = round.operations.fetch_add(1, Ordering::Relaxed) + 1 >= self.params.round;
        drop(round);
        if over && let Some(complaint) = self.end(number) {
            worker.expect(CONSERVED, complaint.is_none(), || complaint.unwrap_or_default());
        }
        Ok(())
    }

    fn export(&self, words: &mut Words) {
        // A new round takes the place of the old one, so that each word keeps its address.
        self.gate.pass().list.export(words);
    }

    fn check(self, _: Vec<AbaLocal>, check: &mut FinalCheck) {
        let number = self.gate.pass().number();
        if let Some(complaint) = self.end(number) {
            check.expect(CONSERVED, complaint.is_none(), || complaint.unwrap_or_default());
        }
    }
}

impl<L: FreeListUnderTest> AbaWorkload<L> {
    /// Ends a round; hands on what is wrong with its slots, or nothing if another worker has ended it.
    fn end(&self, number: u64) -> Option<Option<String>> {
        self.gate.end(number, |slots| {
            let complaint = slots.register.complaint(&slots.list.free());
            slots.renew(self.params.slots as usize);
            complaint
        })
    }
}

fn take<L: FreeListUnderTest>(slots: &Slots<L>, worker: &mut Worker, local: &mut AbaLocal) {
    if let Some(slot) = slots.list.take() {
        let owned = slots.register.own(slot, worker.number());
        local.held.push_back(slot);
        worker.expect(ONE_OWNER, owned.is_ok(), || {
            format!("slot {slot} was handed out while worker {} owned it", owned.err().unwrap_or_default())
        });
    }
}

fn give<L: FreeListUnderTest>(slots: &Slots<L>, local: &mut AbaLocal) {
    if let Some(slot) = local.held.pop_front() {
        slots.register.disown(slot);
        slots.list.give(slot);
    }
}

impl<L: FreeListUnderTest> Slots<L> {
    fn new(slots: usize) -> Self {
        Self { list: L::build(slots), register: Register::new(slots), operations: AtomicU64::new(0) }
    }

    /// Begins anew at the same place in memory.
    fn renew(&mut self, slots: usize) {
        self.list.reset(slots);
        self.register = Register::new(slots);
        *self.operations.get_mut() = 0;
    }
}

impl AbaLocal {
    /// Forgets what was held in an earlier round.
    fn enter(&mut self, round: u64) {
        if self.round != round {
            self.round = round;
            self.held.clear();
            write_back(self);
        }
    }
}
