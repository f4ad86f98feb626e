//! Drives the `fail` crate, also in code that knows nothing of squall, and counts what its failpoints did.
//!
//! The `fail` crate neither counts nor decides by a seed, so squall interprets the action itself. Every task but `return`
//! can be done by a callback, which is counted exactly. A `return` only the crate itself can do: the next decisions are
//! written out as a chain of counted terms in which every stretch without a return is a `print` that squall's logger sees,
//! so that a print tells that all returns before it were delivered.

use super::session::Session;
use crate::clock::kernel_nanos;
use crate::hold;
use crate::point::InjectedPanic;
use crate::thread_state::{self, Exemption};
use squall_model::failpoint::{Progress, Script, Task};
use squall_model::fault::Failpoint;
use squall_model::lanes;
use squall_model::segment::MeterView;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

/// The longest run of returns without a print between: what may go uncounted when the load ends.
const UNSEEN_MAX: u64 = 1_024;
/// How many terms one chain has; the crate walks over those that are used up.
const CHAIN_TERMS_MAX: usize = 64;
/// How many passes one chain decides, so that a rare task does not make the search for it long.
const CHAIN_PASSES_MAX: u64 = 65_536;
/// A pause lasts until the fault is healed; an hour is longer than any fault phase.
const PAUSE_NANOS_MAX: u64 = 3_600_000_000_000;
/// The mark of a line that squall's logger takes for itself.
const RELAY_MARK: &str = "squall-relay";

/// One armed failpoint.
struct Driven {
    name: String,
    script: Script,
    progress: Progress,
    seed: u64,
    decision_key: u64,
    meter: MeterView<'static>,
    chain: Chain,
    /// The longest run of returns that the next chain leaves unseen; doubles, so that the first ones show soon.
    unseen_max: u64,
}

/// The decisions that the crate is carrying out.
#[derive(Default)]
struct Chain {
    /// Which chain of this failpoint it is; a print of an earlier one proves nothing new.
    generation: u64,
    /// For each print in the chain, what it proves.
    proofs: Vec<Proof>,
    /// What all of it adds up to.
    end: Proof,
    text: String,
    terms: usize,
}

/// What is known once a print was seen.
#[derive(Clone, Copy, Default)]
struct Proof {
    passes: u64,
    acts: u64,
}

static DRIVEN: Mutex<BTreeMap<usize, Driven>> = Mutex::new(BTreeMap::new());

fn driven() -> MutexGuard<'static, BTreeMap<usize, Driven>> {
    DRIVEN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Configures the failpoint so that it does what the plan says.
pub(super) fn arm(session: &Session, number: usize, failpoint: &Failpoint) -> Result<(), String> {
    if !::fail::has_failpoints() {
        return Err("the target was built without the `fail` crate's feature `failpoints`".to_owned());
    }
    let fault = &session.faults[number];
    let driving = Driven {
        name: failpoint.name.clone(),
        script: failpoint.action.clone(),
        progress: Progress::default(),
        seed: session.plan.seed,
        decision_key: fault.plan.decision_key,
        meter: fault.meter,
        chain: Chain::default(),
        unseen_max: 1,
    };
    if let Some(task) = driving.script.beside_return() {
        return Err(format!("`{task}` cannot stand beside `return` in one action"));
    }
    let relayed = driving.script.returns();
    driven().insert(number, driving);
    if !relayed {
        return ::fail::cfg_callback(failpoint.name.as_str(), move || act(number));
    }
    if !relay_logger_installed() {
        fault.meter.add_to_lane(lanes::FAILPOINT_BLIND, 1);
    }
    configure_next_chain(number, 0)
}

/// Takes the failpoint out of the crate's registry. A chain that is being configured at this moment comes before it.
pub(super) fn heal(number: usize, name: &str) {
    let _configuring = configuring();
    driven().remove(&number);
    ::fail::remove(name);
}

/// Held while the crate's registry is changed, so that a late chain cannot bring a healed failpoint back.
fn configuring() -> MutexGuard<'static, ()> {
    static CONFIGURING: Mutex<()> = Mutex::new(());
    CONFIGURING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One pass through a failpoint whose tasks a callback can do.
fn act(number: usize) {
    if thread_state::with(thread_state::ThreadState::exempt) {
        return;
    }
    let Some((task, meter)) = next_task(number) else { return };
    match task {
        Task::Sleep(span) => hold::hold_and_count(&meter, span.nanos()),
        Task::Delay(span) => delay_and_count(&meter, span.nanos()),
        Task::Yield => {
            meter.count_fired();
            std::thread::yield_now();
        }
        Task::Print(text) => {
            meter.count_fired();
            log::info!("{}", text.unwrap_or_default());
        }
        Task::Panic(text) => {
            meter.count_fired();
            let place = text.unwrap_or_else(|| "a failpoint".to_owned());
            let _exemption = Exemption::begin();
            std::panic::panic_any(InjectedPanic { place: place.into() });
        }
        Task::Pause => {
            meter.begin_hold();
            hold::hold(meter.armed_word(), PAUSE_NANOS_MAX);
            meter.end_hold();
            meter.count_fired();
        }
        Task::Off | Task::Return(_) => {}
    }
}

fn next_task(number: usize) -> Option<(Task, MeterView<'static>)> {
    let _exemption = Exemption::begin();
    let mut guard = driven();
    let point = guard.get_mut(&number)?;
    if !point.meter.armed() {
        return None;
    }
    point.meter.count_offered();
    let task = point.next_task()?;
    Some((task, point.meter))
}

/// Spins, as the `fail` crate's `delay` does, however long it is.
fn delay_and_count(meter: &MeterView<'_>, asked_nanos: u64) {
    let start = kernel_nanos();
    meter.begin_hold();
    while meter.armed() && kernel_nanos() - start < asked_nanos {
        std::hint::spin_loop();
    }
    meter.end_hold();
    meter.count_delay(asked_nanos, kernel_nanos() - start);
}

/// Writes the decisions after chain `generation` out as the next chain and configures it. Of several threads that see
/// the end of a chain, the first does it.
fn configure_next_chain(number: usize, generation: u64) -> Result<(), String> {
    let _configuring = configuring();
    let (name, text) = {
        let mut guard = driven();
        let Some(point) = guard.get_mut(&number) else { return Ok(()) };
        if point.chain.generation != generation {
            return Ok(());
        }
        point.write_next_chain(number);
        (point.name.clone(), std::mem::take(&mut point.chain.text))
    };
    ::fail::cfg(name.as_str(), &text)
}

impl Driven {
    fn next_task(&mut self) -> Option<Task> {
        self.script.next(&mut self.progress, self.seed, self.decision_key).cloned()
    }

    /// The next decisions, as runs of equal ones. The chain begins with a print, which proves that the point is reached
    /// at all, and ends with one that asks for the next chain.
    fn write_next_chain(&mut self, number: usize) {
        let mut chain = Chain { generation: self.chain.generation + 1, end: self.chain.end, ..Chain::default() };
        let last_pass = chain.end.passes + CHAIN_PASSES_MAX;
        chain.write_prints(number, 1);
        let mut next = self.next_task();
        while chain.terms < CHAIN_TERMS_MAX && chain.end.passes < last_pass {
            let (task, length) = self.take_run(&mut next);
            match task {
                None | Some(Task::Off | Task::Print(_)) => chain.write_prints(number, length),
                Some(task) => {
                    chain.write_acts(&task, length);
                    if length == self.unseen_max {
                        chain.write_prints(number, 1);
                        self.unseen_max = (self.unseen_max * 2).min(UNSEEN_MAX);
                    }
                }
            }
        }
        chain.write_end(number);
        self.chain = chain;
    }

    /// Takes the run of decisions that are equal to `next`, and leaves in `next` the first that differs.
    fn take_run(&mut self, next: &mut Option<Task>) -> (Option<Task>, u64) {
        let task = next.clone();
        let length_max = if task.is_some() { self.unseen_max } else { CHAIN_PASSES_MAX };
        for length in 1.. {
            *next = self.next_task();
            if *next != task || length == length_max {
                return (task, length);
            }
        }
        (task, length_max)
    }
}

impl Chain {
    fn write_prints(&mut self, number: usize, length: u64) {
        let line = format!("{length}*print({RELAY_MARK} {number} {} {})->", self.generation, self.proofs.len());
        self.text.push_str(&line);
        self.proofs.push(self.end);
        self.end.passes += length;
        self.terms += 1;
    }

    /// Writes a run of one task; beside returns there are only tasks that hold nobody.
    fn write_acts(&mut self, task: &Task, length: u64) {
        let term = match task {
            Task::Return(Some(text)) => format!("{length}*return({text})->"),
            Task::Return(None) => format!("{length}*return->"),
            Task::Yield => format!("{length}*yield->"),
            Task::Off | Task::Print(_) | Task::Sleep(_) | Task::Delay(_) | Task::Panic(_) | Task::Pause => {
                format!("{length}*off->")
            }
        };
        self.text.push_str(&term);
        self.end.passes += length;
        self.end.acts += length;
        self.terms += 1;
    }

    fn write_end(&mut self, number: usize) {
        let line = format!("print({RELAY_MARK} {number} {} {})", self.generation, self.proofs.len());
        self.text.push_str(&line);
        self.end.passes += 1;
    }

    /// What the print of this number proves, and whether it is the last one.
    fn proof(&self, index: usize) -> (Proof, bool) {
        match self.proofs.get(index) {
            Some(proof) => (*proof, false),
            None => (self.end, true),
        }
    }
}

/// A logger that only listens for squall's own relay lines.
struct RelayLogger;

impl log::Log for RelayLogger {
    fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
        metadata.target().starts_with("fail")
    }

    fn log(&self, record: &log::Record<'_>) {
        if self.enabled(record.metadata()) {
            let _ = relay(&record.args().to_string());
        }
    }

    fn flush(&self) {}
}

fn relay_logger_installed() -> bool {
    static INSTALLED: OnceLock<bool> = OnceLock::new();
    *INSTALLED.get_or_init(|| {
        let installed = log::set_boxed_logger(Box::new(RelayLogger)).is_ok();
        if installed {
            log::set_max_level(log::LevelFilter::Info);
        }
        installed
    })
}

/// Takes a relay line: everything before that print was delivered. `None` if it is no such line.
fn relay(line: &str) -> Option<()> {
    let _exemption = Exemption::begin();
    let mut words = line.strip_prefix(RELAY_MARK)?.split_ascii_whitespace();
    let (number, generation, index) = (words.next()?, words.next()?, words.next()?);
    let (number, generation, index) = (number.parse().ok()?, generation.parse().ok()?, index.parse().ok()?);
    if count_proof(number, generation, index)? {
        configure_next_chain(number, generation).ok()?;
    }
    Some(())
}

/// Counts what a print proves; hands on whether it ends its chain, or `None` for a print of an earlier chain.
fn count_proof(number: usize, generation: u64, index: usize) -> Option<bool> {
    let guard = driven();
    let point = guard.get(&number).filter(|point| point.chain.generation == generation)?;
    let (proof, last) = point.chain.proof(index);
    if proof.acts >= point.meter.fired() {
        point.meter.set_fired(proof.passes + 1, proof.acts);
    }
    Some(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use squall_model::segment::{Layout, Segment};
    use std::sync::atomic::AtomicU64;

    fn leaked_meter() -> MeterView<'static> {
        let layout = Layout::new(1, 1).unwrap();
        let words: &'static [AtomicU64] = Vec::leak((0..layout.bytes() / 8).map(|_| AtomicU64::new(0)).collect());
        let meter = Segment::new(words, layout).unwrap().meter(0);
        meter.set_armed(true);
        meter
    }

    fn drive(number: usize, name: &str, action: &str) -> MeterView<'static> {
        let meter = leaked_meter();
        let driving = Driven {
            name: name.to_owned(),
            script: action.parse().unwrap(),
            progress: Progress::default(),
            seed: 1,
            decision_key: 2,
            meter,
            chain: Chain::default(),
            unseen_max: 1,
        };
        driven().insert(number, driving);
        assert!(relay_logger_installed());
        configure_next_chain(number, 0).unwrap();
        meter
    }

    fn returns(name: &'static str, passes: u64) -> u64 {
        let pass = |name: &'static str| {
            ::fail::fail_point!(name, |text| text.unwrap_or_default() == "full");
            false
        };
        (0..passes).filter(|_| pass(name)).count() as u64
    }

    #[test]
    fn returns_at_a_frequency_are_delivered_and_counted() {
        let meter = drive(100, "relay-some", "5%return(full)");
        let delivered = returns("relay-some", 200_000);
        assert!((9_000..11_000).contains(&delivered), "{delivered} of 200,000 at 5 %");
        assert!(delivered - meter.fired() <= 2, "{} counted of {delivered}", meter.fired());
        assert!(meter.offered().abs_diff(200_000) < 200, "{} passes", meter.offered());
    }

    #[test]
    fn returns_at_every_pass_are_counted_but_for_the_last_run() {
        let meter = drive(101, "relay-all", "return(full)");
        let delivered = returns("relay-all", 50_000);
        assert!(delivered > 49_000, "{delivered} of 50,000");
        assert!(
            meter.fired() <= delivered && delivered - meter.fired() <= UNSEEN_MAX,
            "{} of {delivered}",
            meter.fired()
        );
    }
}
