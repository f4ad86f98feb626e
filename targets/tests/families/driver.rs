//! Drives a workload with several threads, without a subject process, and collects what its oracles say.

use squall_probe::{Call, Operation, Oracle, Setup};
use squall_targets::tracked::{Balance, DROP_BALANCE, take_misuses};
use squall_targets::workloads::judge::{Judge, Judged};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Barrier, Mutex, PoisonError};

const THREADS: u32 = 4;
/// How many keys the workloads use.
const KEYS: u64 = 64;

/// What is alive is counted for the whole process, so one workload runs at a time.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// What oracles said: how often each looked, and what it complained of.
#[derive(Debug, Default)]
pub(crate) struct Said {
    looked: BTreeMap<&'static str, u64>,
    complaints: Vec<(&'static str, String)>,
}

impl Judge for Said {
    fn expect(&mut self, oracle: Oracle, holds: bool, detail: impl FnOnce() -> String) {
        *self.looked.entry(oracle.name()).or_default() += 1;
        if !holds {
            self.complaints.push((oracle.name(), detail()));
        }
    }
}

impl Said {
    /// Counts what a workload left alive; the balance is that of the whole process, in which earlier tests may have leaked.
    fn balance(&mut self, before: &Balance) {
        for misuse in take_misuses().told {
            self.complaints.push((DROP_BALANCE.name(), misuse.to_string()));
        }
        let now = Balance::now();
        let (more, forgotten) = (now.alive - before.alive, now.forgotten - before.forgotten);
        self.expect(DROP_BALANCE, more == forgotten, || {
            format!("{more} never dropped, {forgotten} of them on purpose")
        });
    }

    fn add(&mut self, other: Self) {
        for (oracle, looked) in other.looked {
            *self.looked.entry(oracle).or_default() += looked;
        }
        self.complaints.extend(other.complaints);
    }

    /// Asserts that these oracles looked, and none complained.
    pub(crate) fn assert_clean(&self, oracles: &[&str]) {
        assert!(self.complaints.is_empty(), "{:#?}", &self.complaints[..self.complaints.len().min(5)]);
        for oracle in oracles {
            assert!(self.looked.get(oracle).is_some_and(|looked| *looked > 0), "{oracle} looked at nothing");
        }
    }
}

/// How often a mistake may go by unnoticed, because the threads did not meet, before its oracle is said to miss it.
const CHANCES: usize = 20;

/// Asserts that an oracle complains of a planted mistake, and in these words.
pub(crate) fn assert_caught(mut said: impl FnMut() -> Said, oracle: &str, words: &str) {
    let mut others = BTreeSet::new();
    for _ in 0..CHANCES {
        let said = said();
        let complaints = || said.complaints.iter();
        if complaints().any(|(name, text)| *name == oracle && text.contains(words)) {
            return;
        }
        others.extend(complaints().map(|(name, text)| format!("{name}: {text}")).take(3));
    }
    panic!("{oracle} does not say `{words}`; said was {others:#?}");
}

/// Lets several workers do so many operations each, drawn evenly from `operations`.
pub(crate) fn drive<W: Judged>(params: &W::Params, operations: &[W::Operation], steps: u64) -> Said {
    drive_with::<W>(params, operations, steps, THREADS)
}

/// The same with one worker only, for a container that is correct for one.
pub(crate) fn drive_alone<W: Judged>(params: &W::Params, operations: &[W::Operation], steps: u64) -> Said {
    drive_with::<W>(params, operations, steps, 1)
}

fn drive_with<W: Judged>(params: &W::Params, operations: &[W::Operation], steps: u64, threads: u32) -> Said {
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let before = Balance::now();
    let setup = Setup { workers: threads, keys: KEYS, seed: 1 };
    let workload = W::build(params, &setup).expect("the parameters make a workload");
    let start = Barrier::new(threads as usize);
    let work = &|worker: u32| {
        let (mut said, mut local) = (Said::default(), W::Local::default());
        let mut drawn = u64::from(worker) + 1;
        start.wait();
        for _ in 0..steps {
            drawn = drawn.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let operation = operations[(drawn >> 33) as usize % operations.len()];
            workload.act(&mut said, worker, &mut local, Call { operation, key: (drawn >> 45) % KEYS });
        }
        (said, local)
    };
    let (mut said, mut locals) = (Said::default(), Vec::new());
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|worker| scope.spawn(move || work(worker))).collect();
        for worker in workers {
            let (theirs, local) = worker.join().expect("a worker ends");
            said.add(theirs);
            locals.push(local);
        }
    });
    workload.settle(locals, &mut said);
    drop(workload);
    said.balance(&before);
    said
}

/// All operations of a workload.
pub(crate) fn all<W: Judged>() -> &'static [W::Operation] {
    W::Operation::ALL
}
