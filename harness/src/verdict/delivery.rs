//! Takes the planned faults and their meters, hands on whether each dose was delivered.
//!
//! A fault that did not act as asked leaves the run without an answer: its verdict is inconclusive, never fail, and
//! never pass. What a meter counts as fired includes the delays that healing cut short.

use super::binomial::{Chance, at_least, at_most};
use super::dose::{asked, counted_occasions, delivered, lane, occasion, personalities};
use squall_model::failpoint::Task;
use squall_model::fault::{Failpoint, Fault, LoadShift, Realloc, Stall, StallPlace};
use squall_model::text::{count, exact_percent, nanos};
use squall_model::units::{Percent, TimeRange, TimeSpan};
use squall_model::{Ending, FaultJudgement, Meter, TrialPlan, TrialRecord, TrialRole, Verdict, lanes};

/// A delivered count this unlikely under the asked probability is another dose than the asked one. Small, because it is
/// asked of every fault of every run.
const ALPHA: f64 = 1e-6;
/// The median delay may be late by this share of the mean delay asked for …
const LATE_SHARE_MAX: f64 = 0.25;
/// … or by this much, whichever is more: a busy machine wakes no thread sooner.
const LATE_NANOS_MAX: f64 = 500_000.0;
/// At least this share of the asked occasions has to come.
const OCCASIONS_SHARE_MIN: f64 = 0.5;

/// One judgement for each planned fault, in the plan's order.
pub fn judge_delivery(trial: &TrialPlan, record: &TrialRecord) -> Vec<FaultJudgement> {
    let lines = trial.faults.iter().enumerate().map(|(index, planned)| {
        let fault = &planned.fault;
        let meter = record.meters.get(index);
        let objection = match meter {
            Some(meter) => objection(fault, meter, trial, record),
            None => Some("its meter is missing".to_owned()),
        };
        FaultJudgement {
            name: fault.to_string(),
            asked: asked(fault),
            delivered: meter.map_or_else(|| "unknown".to_owned(), |meter| delivered(fault, meter)),
            fired: meter.map_or(0, |meter| fired(fault, meter)),
            verdict: if objection.is_some() { Verdict::Inconclusive } else { Verdict::Pass },
            reason: objection.unwrap_or_default(),
            drawn: planned.drawn,
        }
    });
    lines.collect()
}

/// How often it acted; a `realloc` acts through its lanes.
fn fired(fault: &Fault, meter: &Meter) -> u64 {
    match fault {
        Fault::Realloc(realloc) => {
            let acts = personalities(realloc).into_iter().map(|(_, number)| lane(meter, number));
            acts.fold(0, u64::saturating_add).max(meter.fired)
        }
        _ => meter.fired,
    }
}

/// Why the dose was not delivered; `None` if it was.
fn objection(fault: &Fault, meter: &Meter, trial: &TrialPlan, record: &TrialRecord) -> Option<String> {
    if let Some(reason) = &meter.refused {
        return Some(reason.clone());
    }
    if meter.armed.is_zero() {
        let early = record.ending != Ending::Finished;
        return Some(if early { "the trial ended before it was armed" } else { "it was never armed" }.to_owned());
    }
    match fault {
        Fault::Realloc(realloc) => lacking_personality(realloc, meter, trial.role),
        Fault::Failpoint(failpoint) => unseen_failpoint(failpoint, meter).or_else(|| bad_delays(meter, TimeSpan::ZERO)),
        Fault::Stall(stall) => word_gone(stall, meter)
            .or_else(|| never_fired(fault, meter))
            .or_else(|| missed_occasions(stall, meter, trial.load.workers))
            .or_else(|| bad_delays(meter, stall.longest())),
        Fault::Load(shift) => never_fired(fault, meter).or_else(|| wrong_mix(shift, meter, trial.load.workers)),
        _ => never_fired(fault, meter)
            .or_else(|| wrong_share(fault, meter, trial.load.workers))
            .or_else(|| bad_delays(meter, TimeSpan::ZERO)),
    }
}

fn never_fired(fault: &Fault, meter: &Meter) -> Option<String> {
    if meter.fired > 0 {
        return None;
    }
    let occasions = counted_occasions(fault, meter.offered);
    Some(match (fault, meter.offered, probability_and_nth(fault)) {
        (Fault::Stall(stall), 0, _) if stall.at.is_aimed() => never_met(stall, meter),
        (Fault::Stall(stall), ..) if stall.at == StallPlace::Any => {
            let came = counted_holds(lane(meter, lanes::STALL_OCCASIONS));
            format!("no thread was held at {came} while it was armed")
        }
        (Fault::AllocFailure(_), 0, _) => "no allocation that it may fail was made while it was armed".to_owned(),
        (Fault::Load(_), 0, _) => "no operation was begun while it was armed".to_owned(),
        (_, 0, _) => "the point was never passed while it was armed".to_owned(),
        (_, _, Some((_, Some(nth)))) => {
            format!("{occasions}, but no worker came to its {} number {}", occasion(fault), count(nth))
        }
        (_, _, Some((probability, None))) if probability != Percent::ALL => {
            format!("{occasions}, chance never came up")
        }
        _ => format!("{occasions}, but it never acted"),
    })
}

/// Why an aimed stall met nobody.
fn never_met(stall: &Stall, meter: &Meter) -> String {
    let addresses = lane(meter, lanes::STALL_AIMS);
    let note = meter.note.as_ref().map(|note| format!(": {note}")).unwrap_or_default();
    match &stall.at {
        StallPlace::Function(pattern) => {
            format!(
                "no worker entered a function `{pattern}` while it was armed; its beginnings are {}",
                count(addresses)
            )
        }
        StallPlace::Atomic(pattern) => format!(
            "no worker came by an atomic instruction `{pattern}` while it was armed; {} were watched",
            squall_model::text::counted(addresses, "address").replace("addresss", "addresses")
        ),
        StallPlace::Word(name) if addresses == 0 => format!("no word `{name}` lived while it was armed{note}"),
        _ => format!("no worker touched the word while it was armed{note}"),
    }
}

/// Whether the word that a stall is aimed at was gone before the fault was healed.
fn word_gone(stall: &Stall, meter: &Meter) -> Option<String> {
    let StallPlace::Word(name) = &stall.at else { return None };
    let gone = lane(meter, lanes::STALL_WORD_GONE) > 0;
    gone.then(|| format!("the word `{name}` was gone before the fault was healed, after {}", counted_times(meter)))
}

fn counted_times(meter: &Meter) -> String {
    format!("{} held", squall_model::text::counted(meter.fired, "thread"))
}

fn counted_holds(occasions: u64) -> String {
    squall_model::text::counted(occasions, "occasion")
}

/// The chance of each occasion and the count that replaces it, for faults that are decided that way.
fn probability_and_nth(fault: &Fault) -> Option<(Percent, Option<u64>)> {
    match fault {
        Fault::Latency(latency) => Some((latency.probability, None)),
        Fault::Panic(panic) => Some((panic.probability, panic.nth)),
        Fault::Error(error) => Some((error.probability, error.nth)),
        Fault::Reenter(reenter) => Some((reenter.probability, reenter.nth)),
        Fault::AllocFailure(failure) => Some((failure.probability, failure.nth)),
        Fault::Stall(_) | Fault::Realloc(_) | Fault::Failpoint(_) | Fault::Load(_) => None,
    }
}

/// Whether the share of occasions at which it acted is one that the asked probability does not give. Each worker may be
/// inside an occasion that is already offered and not yet counted as fired, so the count may lack one for each of them.
fn wrong_share(fault: &Fault, meter: &Meter, workers: u32) -> Option<String> {
    let (probability, None) = probability_and_nth(fault)? else { return None };
    let chance = Chance::new(probability.fraction());
    let perhaps = meter.fired.saturating_add(u64::from(workers)).min(meter.offered);
    let too_few = at_most(perhaps, meter.offered, chance) < ALPHA;
    let too_many = at_least(meter.fired, meter.offered, chance) < ALPHA;
    (too_few || too_many).then(|| {
        let share = squall_model::text::percent(meter.fired as f64 / meter.offered.max(1) as f64);
        let asked = exact_percent(probability.fraction());
        format!("it acted at {share} of {}, not at {asked}", counted_occasions(fault, meter.offered))
    })
}

/// Whether the shares of the operations that were done are ones that drawing from the mix does not give. Each worker may be
/// inside an operation that is not counted yet, so any count may lack one for each of them. A burst is drawn once, so that
/// only so many operations as bursts fit into them at least tell the shares.
fn wrong_mix(shift: &LoadShift, meter: &Meter, workers: u32) -> Option<String> {
    shift.shares().enumerate().find_map(|(number, (name, share))| {
        let of_bursts = |operations: u64| operations / u64::from(shift.bursts.max(1));
        let done = of_bursts(lane(meter, lanes::LOAD_OPERATIONS + number));
        let whole = of_bursts(meter.fired).saturating_add(u64::from(workers)).max(done);
        let perhaps = done.saturating_add(u64::from(workers)).min(whole);
        let too_few = at_most(perhaps, whole, Chance::new(share)) < ALPHA;
        let too_many = at_least(done, whole, Chance::new(share)) < ALPHA;
        (too_few || too_many).then(|| {
            let of_all = lane(meter, lanes::LOAD_OPERATIONS + number);
            let came = squall_model::text::percent(of_all as f64 / meter.fired.max(1) as f64);
            let asked = squall_model::text::percent(share);
            format!("`{name}` was {came} of {}, not {asked}", squall_model::text::counted(meter.fired, "operation"))
        })
    })
}

/// Whether the delays were another dose than asked: much too late, or none of full length. Where holds of many lengths are asked
/// for, the mean one may be late by as much as it is shorter than the longest: that one was asked for, too.
fn bad_delays(meter: &Meter, longest: TimeSpan) -> Option<String> {
    if meter.cut_short > 0 && meter.cut_short >= meter.fired {
        return Some("every delay was cut short by healing; its window is too short".to_owned());
    }
    let late = meter.lateness.quantile_nanos(0.5)? as f64;
    let room = longest.nanos().saturating_sub(meter.asked_mean_nanos) as f64;
    let allowed = (meter.asked_mean_nanos as f64 * LATE_SHARE_MAX).max(LATE_NANOS_MAX).max(room);
    (late > allowed).then(|| {
        let mean = nanos(meter.asked_mean_nanos as f64);
        format!("half of its delays, {mean} in the mean, were late by more than {}", nanos(late))
    })
}

/// Whether a stall came less than half as often as asked. A thread that is held cannot be held again, so what is asked
/// is never more than all threads held all the time.
fn missed_occasions(stall: &Stall, meter: &Meter, workers: u32) -> Option<String> {
    let threads = f64::from(stall.threads.of(workers));
    let armed = meter.armed.nanos() as f64;
    let asked = match stall.every {
        // An aimed stall meets threads when they come by: its occasions are those that came.
        Some(every) if !stall.at.is_aimed() => {
            let hold = stall.length.map_or(TimeSpan::ZERO, TimeRange::doubling_mean).nanos().max(1) as f64;
            (armed / every.nanos().max(1) as f64 * threads).min(armed / hold * f64::from(workers))
        }
        _ => lane(meter, lanes::STALL_OCCASIONS) as f64 * threads,
    };
    ((meter.fired as f64) < (asked * OCCASIONS_SHARE_MIN).floor()).then(|| {
        format!(
            "threads were held {} times, less than half of the {} asked for",
            count(meter.fired),
            count(asked as u64)
        )
    })
}

fn lacking_personality(realloc: &Realloc, meter: &Meter, role: TrialRole) -> Option<String> {
    // A repair may be just that: a container that does not move, however often it is asked to.
    let need_not_move = role == TrialRole::Repair && lane(meter, lanes::REALLOC_CONTAINER_CALLS) > 0;
    let is_spared = |number: usize| number == lanes::REALLOC_CONTAINER_MOVED && need_not_move;
    // Checks that nobody asked for by name are a bonus: a target that allocates nothing still had its frees poisoned.
    let is_bonus = |number: usize| number == lanes::REALLOC_CHECKED && realloc.check.is_none();
    let lacks = |number: usize| lane(meter, number) == 0 && !is_bonus(number) && !is_spared(number);
    let lacking = personalities(realloc).into_iter().find(|(_, number)| lacks(*number));
    if let Some((name, _)) = lacking {
        return Some(format!("nothing was {name} while it was armed").replace("nothing was container", "no container"));
    }
    let every = realloc.container_every?;
    let asked = meter.armed.nanos() / every.nanos().max(1);
    let came = lane(meter, lanes::REALLOC_CONTAINER_CALLS);
    ((came as f64) < (asked as f64 * OCCASIONS_SHARE_MIN).floor()).then(|| {
        format!("the container was reallocated {} times, less than half of the {} asked for", count(came), count(asked))
    })
}

fn unseen_failpoint(failpoint: &Failpoint, meter: &Meter) -> Option<String> {
    let returns = failpoint.action.terms().iter().any(|term| matches!(term.task, Task::Return(_)));
    if lane(meter, lanes::FAILPOINT_BLIND) > 0 && (returns || meter.fired == 0) {
        return Some("its returns cannot be counted, because the target has a logger of its own".to_owned());
    }
    if meter.fired > 0 {
        return None;
    }
    Some(match meter.offered {
        0 => format!("it was never reached; the target may have no failpoint `{}`", failpoint.name),
        offered => format!("passed {} times, but no term of its action came up", count(offered)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::fixture;
    use proptest::prelude::*;
    use squall_model::fault::FaultPlan;
    use squall_model::segment::bucket_of;
    use squall_model::{Histogram, Phase};

    const STEADY_LATENCY: &str = "{latency: {at: map.locked, delay: {exp: 200us}, probability: 5%}}";
    const STALL: &str = "{stall: {threads: 1, at: any, for: 2ms..20ms, every: 10ms}}";
    const REALLOC: &str = "{realloc: {always_move: true, poison: true, container_every: 50ms}}";

    fn delays(asked_nanos: u64, late_nanos: u64, number: u64) -> Meter {
        let (mut delivered, mut lateness) = (Histogram::default(), Histogram::default());
        delivered.add(bucket_of(asked_nanos + late_nanos), number);
        lateness.add(bucket_of(late_nanos), number);
        Meter {
            asked_mean_nanos: asked_nanos,
            delivered_mean_nanos: asked_nanos + late_nanos,
            delivered,
            lateness,
            ..armed(0, number)
        }
    }

    fn armed(offered: u64, fired: u64) -> Meter {
        Meter {
            armed: TimeSpan::from_millis(4_000),
            offered,
            fired,
            lanes: vec![0; squall_model::segment::LANES],
            ..Meter::default()
        }
    }

    fn with_lanes(lanes: &[(usize, u64)]) -> Meter {
        let mut meter = armed(0, 0);
        for (lane, value) in lanes {
            meter.lanes[*lane] = *value;
        }
        meter
    }

    fn judged(fault: &str, meter: Meter) -> FaultJudgement {
        judged_in(fault, meter, |_| {})
    }

    fn judged_in(fault: &str, meter: Meter, change: impl FnOnce(&mut TrialRecord)) -> FaultJudgement {
        let mut trial = fixture::plan(&[]).trials.remove(1);
        let fault: Fault = serde_yaml::from_str(fault).unwrap();
        let length = TimeSpan::from_millis(4_000);
        trial.faults = vec![FaultPlan {
            number: 0,
            decision_key: 1,
            fault,
            start: TimeSpan::ZERO,
            length,
            functions: Vec::new(),
            drawn: false,
        }];
        let mut record = fixture::record_with(|_| {}, 40);
        record.meters = vec![meter];
        change(&mut record);
        judge_delivery(&trial, &record).remove(0)
    }

    fn refusal(fault: &str, meter: Meter) -> String {
        let line = judged(fault, meter);
        assert_eq!(line.verdict, Verdict::Inconclusive, "{line:?}");
        line.reason
    }

    #[test]
    fn a_delivered_latency_passes_and_tells_both_doses() {
        let meter = Meter { offered: 248_900, fired: 12_431, ..delays(200_000, 14_000, 12_431) };
        let line = judged(STEADY_LATENCY, meter);
        assert_eq!((line.verdict, line.reason.as_str()), (Verdict::Pass, ""));
        assert_eq!(line.name, "latency map.locked");
        assert_eq!(line.asked, "exp 200us at 5 % of passes");
        assert!(line.delivered.starts_with("12,431 of 248,900 passes, mean 21"), "{}", line.delivered);
        assert!(line.delivered.ends_with("p99 late 14 µs"), "{}", line.delivered);
    }

    #[test]
    fn a_fault_that_never_fired_says_whether_it_could_have() {
        assert!(refusal(STEADY_LATENCY, armed(0, 0)).contains("the point was never passed"));
        assert_eq!(refusal(STEADY_LATENCY, armed(12, 0)), "12 passes, chance never came up");
        let nth = "{panic: {at: map.locked, nth: 1000}}";
        assert!(refusal(nth, armed(1, 0)).contains("1 pass, but no worker came to its pass number 1,000"));
        assert!(refusal("{alloc_failure: {probability: 1%, min_size: 64B}}", armed(0, 0)).contains("no allocation"));
        assert!(refusal(STALL, armed(0, 0)).contains("no thread was held"));
    }

    #[test]
    fn a_share_that_chance_cannot_explain_is_another_dose() {
        assert!(refusal(STEADY_LATENCY, armed(100_000, 4_000)).contains("4 % of 100,000 passes, not at 5 %"));
        assert!(refusal(STEADY_LATENCY, armed(100_000, 6_000)).contains("6 %"));
        assert_eq!(judged("{panic: {at: map.locked, nth: 3}}", armed(100_000, 4)).verdict, Verdict::Pass);
    }

    #[test]
    fn passes_that_are_under_way_at_the_end_are_not_missed() {
        // Four workers: four sleeps may be offered and not yet counted.
        let always = "{latency: {at: map.locked, delay: 1ms}}";
        assert_eq!(judged(always, armed(1_000, 996)).verdict, Verdict::Pass);
        assert_eq!(judged(always, armed(1_000, 995)).verdict, Verdict::Inconclusive);
    }

    #[test]
    fn late_delays_are_another_dose() {
        let always = "{latency: {at: map.locked, delay: 10ms}}";
        let meter = |late| Meter { offered: 100, ..delays(10_000_000, late, 100) };
        assert_eq!(judged(always, meter(2_400_000)).verdict, Verdict::Pass);
        assert!(refusal(always, meter(2_700_000)).contains("late by more than 2."));
        let short = Meter { offered: 100, ..delays(50_000, 400_000, 100) };
        assert_eq!(judged(always, short).verdict, Verdict::Pass);
        let cut = Meter { cut_short: 3, ..armed(3, 3) };
        assert!(refusal(always, cut).contains("cut short"));
    }

    #[test]
    fn a_hold_that_is_late_and_still_no_longer_than_asked_is_the_asked_dose() {
        let range = "{stall: {at: any, for: 500us..3ms, every: 20ms}}";
        assert_eq!(judged(range, delays(1_400_000, 1_500_000, 200)).verdict, Verdict::Pass);
        assert!(refusal(range, delays(1_400_000, 1_700_000, 200)).contains("late by more than 1."));
        let fixed = "{stall: {at: any, for: 1ms, every: 20ms}}";
        assert!(refusal(fixed, delays(1_000_000, 600_000, 200)).contains("late by more than"));
    }

    #[test]
    fn a_stall_has_to_come_at_least_half_as_often_as_asked() {
        // 4 s at one thread every 10 ms are 400 holds.
        assert_eq!(judged(STALL, delays(11_000_000, 90_000, 231)).verdict, Verdict::Pass);
        assert!(refusal(STALL, delays(11_000_000, 90_000, 150)).contains("less than half of the 400 asked for"));
        // Holds of 100 ms on 4 workers are at most 160, whatever `every` says.
        let crowded = "{stall: {threads: 4, at: any, for: 100ms, every: 10ms}}";
        assert_eq!(judged(crowded, delays(100_000_000, 90_000, 100)).verdict, Verdict::Pass);
        // Without `every` the occasions that came are what was asked.
        let free = Meter { lanes: vec![10; 8], ..delays(11_000_000, 0, 4) };
        assert!(refusal("{stall: {at: any}}", free).contains("less than half of the 10"));
    }

    #[test]
    fn an_aimed_stall_is_asked_for_what_came_by_and_says_whom_it_met() {
        let function = "{stall: {at: {function: 'a::*'}, for: 20us, every: 1us}}";
        let mut met = Meter { offered: 5_000, ..delays(20_000, 0, 800) };
        met.lanes = vec![0; 8];
        met.lanes[lanes::STALL_OCCASIONS] = 800;
        met.lanes[lanes::STALL_AIMS] = 2;
        let line = judged(function, met.clone());
        assert_eq!((line.verdict, line.name.as_str()), (Verdict::Pass, "stall a::*"));
        assert_eq!(line.asked, "1 thread for 20us at most every 1us, at the function");
        assert!(line.delivered.starts_with("800 holds at 5,000 entries seen at 2 addresses, mean 20 µs"), "{line:?}");
        assert!(
            refusal(function, with_lanes(&[(lanes::STALL_AIMS, 2)])).contains("no worker entered a function `a::*`")
        );
    }

    #[test]
    fn a_word_that_died_or_never_lived_was_not_delivered() {
        let word = "{stall: {at: {word: head}}}";
        let gone = Meter { lanes: with_lanes(&[(lanes::STALL_WORD_GONE, 1)]).lanes, ..delays(20_000, 0, 800) };
        assert!(refusal(word, gone).contains("`head` was gone before the fault was healed, after 800 threads held"));
        assert!(refusal(word, armed(0, 0)).contains("no word `head` lived"));
        let noted = Meter { note: Some("nobody writes".to_owned()), ..armed(0, 0) };
        assert!(refusal(word, noted).ends_with("lived while it was armed: nobody writes"));
    }

    #[test]
    fn a_realloc_names_what_did_not_happen() {
        let happened = [(lanes::REALLOC_MOVED, 5), (lanes::REALLOC_POISONED, 900), (lanes::REALLOC_CHECKED, 70)];
        assert_eq!(refusal(REALLOC, with_lanes(&happened)), "no container reallocations while it was armed");
        let full = |calls, moved| {
            let mut meter = with_lanes(&happened);
            meter.lanes[lanes::REALLOC_CONTAINER_CALLS] = calls;
            meter.lanes[lanes::REALLOC_CONTAINER_MOVED] = moved;
            meter
        };
        let line = judged(REALLOC, full(78, 78));
        assert_eq!((line.verdict, line.fired), (Verdict::Pass, 1_053));
        assert_eq!(line.delivered, "5 moved, 900 poisoned, 70 checked, 78 container reallocations");
        assert!(judged(REALLOC, full(78, 9)).delivered.ends_with("9 container reallocations at 78 calls"));
        assert!(refusal(REALLOC, full(30, 30)).contains("less than half of the 80 asked for"));
        assert_eq!(refusal(REALLOC, full(78, 0)), "no container reallocations while it was armed");
        let Fault::Realloc(asked) = serde_yaml::from_str(REALLOC).unwrap() else { panic!("it is a realloc") };
        let of_repair = |meter| lacking_personality(&asked, &meter, TrialRole::Repair);
        assert_eq!(of_repair(full(78, 0)), None, "a repair may be a container that does not move");
        assert!(of_repair(full(0, 0)).is_some(), "but it has to be asked to");
        let unchecked = [(lanes::REALLOC_POISONED, 900)];
        assert_eq!(judged("{realloc: {poison: true}}", with_lanes(&unchecked)).verdict, Verdict::Pass);
        let asked = refusal("{realloc: {poison: true, check: true}}", with_lanes(&unchecked));
        assert_eq!(asked, "nothing was checked while it was armed");
        let unmoved = with_lanes(&[(lanes::REALLOC_POISONED, 1), (lanes::REALLOC_CONTAINER_MOVED, 80)]);
        assert_eq!(refusal(REALLOC, unmoved), "nothing was moved while it was armed");
    }

    #[test]
    fn a_failpoint_may_not_exist_or_not_be_countable() {
        let returns = "{failpoint: {name: map.full, action: 5%return(full)}}";
        assert!(refusal(returns, armed(0, 0)).contains("no failpoint `map.full`"));
        assert_eq!(judged(returns, armed(100, 5)).verdict, Verdict::Pass);
        assert!(refusal(returns, with_lanes(&[(lanes::FAILPOINT_BLIND, 1)])).contains("logger of its own"));
        let sleeps = "{failpoint: {name: map.full, action: 5%sleep(1)}}";
        let blind = Meter { fired: 7, ..with_lanes(&[(lanes::FAILPOINT_BLIND, 1)]) };
        assert_eq!(judged(sleeps, blind).verdict, Verdict::Pass);
    }

    const LOAD: &str = "{load: {mix: {get: 10, insert: 45, remove: 45}}}";

    fn mixed(done: [u64; 3]) -> Meter {
        let sum = done.iter().sum();
        let mut meter = armed(sum, sum);
        meter.lanes[..3].copy_from_slice(&done);
        meter
    }

    #[test]
    fn a_mix_that_was_drawn_from_passes_and_tells_the_shares() {
        let line = judged(LOAD, mixed([10_020, 44_930, 45_050]));
        assert_eq!((line.verdict, line.reason.as_str(), line.fired), (Verdict::Pass, "", 100_000));
        assert_eq!(line.name, "load");
        assert_eq!(line.asked, "get 10 %, insert 45 %, remove 45 %");
        assert_eq!(line.delivered, "100,000 operations, get 10 %, insert 44.9 %, remove 45.1 %");
    }

    #[test]
    fn a_mix_that_drawing_cannot_explain_is_another_dose() {
        assert!(
            refusal(LOAD, mixed([12_000, 44_000, 44_000])).contains("`get` was 12 % of 100,000 operations, not 10 %")
        );
        assert!(refusal(LOAD, mixed([10_000, 90_000, 0])).contains("`insert` was 90 %"));
        assert_eq!(refusal(LOAD, armed(0, 0)), "no operation was begun while it was armed");
        // Four workers: of few operations, four may be under way and not yet counted.
        assert_eq!(judged(LOAD, mixed([0, 9, 11])).verdict, Verdict::Pass);
    }

    #[test]
    fn bursts_stray_further_from_their_mix_and_are_still_held_to_it() {
        let bursts = "{load: {mix: {get: 10, insert: 45, remove: 45}, bursts: 100}}";
        let line = judged(bursts, mixed([12_000, 44_000, 44_000]));
        assert_eq!(
            (line.verdict, line.asked.as_str()),
            (Verdict::Pass, "get 10 %, insert 45 %, remove 45 %, up to 100 in a row")
        );
        assert!(refusal(bursts, mixed([0, 100_000, 0])).contains("`get` was 0 % of 100,000 operations, not 10 %"));
    }

    #[test]
    fn what_could_not_be_done_here_is_said_in_the_subjects_words() {
        let meter = Meter { refused: Some("no faulty allocator in this target".to_owned()), ..Meter::default() };
        assert_eq!(refusal(REALLOC, meter), "no faulty allocator in this target");
    }

    #[test]
    fn a_trial_that_died_early_delivered_nothing() {
        let line = judged_in(STALL, Meter::default(), |record| {
            record.ending = Ending::Exited { code: 0 };
            fixture::cut_after(record, Phase::Baseline);
        });
        assert_eq!(line.reason, "the trial ended before it was armed");
        let missing = judged_in(STALL, Meter::default(), |record| record.meters.clear());
        assert_eq!(missing.verdict, Verdict::Inconclusive);
    }

    proptest! {
        #[test]
        fn a_delivery_is_never_a_failure(
            offered in any::<u64>(),
            fired in any::<u64>(),
            lane in any::<u64>(),
            armed in any::<u64>(),
        ) {
            for fault in [STEADY_LATENCY, STALL, REALLOC, LOAD, "{error: {at: x, probability: 1%}}"] {
                let meter = Meter {
                    offered: offered >> 20,
                    fired: (fired >> 20).min(offered >> 20),
                    lanes: vec![lane; 3],
                    armed: TimeSpan::from_nanos(armed >> 16),
                    ..Meter::default()
                };
                let nothing = meter.fired == 0;
                let line = judged(fault, meter);
                prop_assert_ne!(line.verdict, Verdict::Fail);
                prop_assert!(!nothing || line.verdict == Verdict::Inconclusive || fault == REALLOC);
            }
        }
    }
}
