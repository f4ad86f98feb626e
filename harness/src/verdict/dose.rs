//! Takes a fault and its meter, hands on the words for the dose that was asked for and for the one that was delivered.

use squall_model::fault::{AllocFailure, Fault, LoadShift, Realloc, Stall, StallPlace, ThreadShare};
use squall_model::text::{count, counted, exact_percent, nanos, percent};
use squall_model::units::{ByteSize, Percent, TimeSpan};
use squall_model::{Meter, lanes};

/// The dose that was asked for, such as `exp 200us at 5 % of passes`.
pub(super) fn asked(fault: &Fault) -> String {
    match fault {
        Fault::Latency(latency) => format!("{} at {}", latency.delay, share(latency.probability, "passes")),
        Fault::Stall(stall) => asked_stall(stall),
        Fault::Realloc(realloc) => asked_realloc(realloc),
        Fault::Failpoint(failpoint) => failpoint.action.to_string(),
        Fault::Panic(panic) => format!("panic at {}", chance(panic.probability, panic.nth, "pass")),
        Fault::Error(error) => format!("error at {}", chance(error.probability, error.nth, "pass")),
        Fault::Reenter(reenter) => format!("call back at {}", chance(reenter.probability, reenter.nth, "pass")),
        Fault::AllocFailure(failure) => asked_alloc_failure(failure),
        Fault::Load(shift) => asked_mix(shift),
    }
}

/// What a meter's occasions are called.
pub(super) const fn occasion(fault: &Fault) -> &'static str {
    match fault {
        Fault::AllocFailure(_) => "allocation",
        Fault::Load(_) => "operation",
        Fault::Stall(Stall { at: StallPlace::Function(_), .. }) => "entry",
        Fault::Stall(Stall { at: StallPlace::Word(_), .. }) => "touch",
        _ => "pass",
    }
}

/// The dose that was delivered, such as `12,431 of 248,900 passes, mean 214 µs, p99 late 61 µs`.
pub(super) fn delivered(fault: &Fault, meter: &Meter) -> String {
    let mut parts = vec![match fault {
        Fault::Realloc(realloc) => delivered_realloc(realloc, meter),
        Fault::Stall(stall) => delivered_stall(fault, stall, meter),
        Fault::Load(shift) => delivered_mix(shift, meter),
        _ => format!("{} of {}", count(meter.fired), counted_occasions(fault, meter.offered)),
    }];
    if meter.delivered.total() > 0 {
        parts.push(format!("mean {}", nanos(meter.delivered_mean_nanos as f64)));
    }
    parts.extend(meter.lateness.quantile_nanos(0.99).map(|late| format!("p99 late {}", nanos(late as f64))));
    if meter.cut_short > 0 {
        parts.push(format!("{} cut short", count(meter.cut_short)));
    }
    parts.join(", ")
}

/// `12 passes`, `1 allocation`.
pub(super) fn counted_occasions(fault: &Fault, number: u64) -> String {
    match (occasion(fault), number) {
        ("pass", 1) => "1 pass".to_owned(),
        ("pass", _) => format!("{} passes", count(number)),
        ("entry", 1) => "1 entry".to_owned(),
        ("entry", _) => format!("{} entries", count(number)),
        ("touch", 1) => "1 touch".to_owned(),
        ("touch", _) => format!("{} touches", count(number)),
        (noun, _) => counted(number, noun),
    }
}

/// What a `realloc` is asked for, each with its words and the lane that counts it.
pub(super) fn personalities(realloc: &Realloc) -> Vec<(&'static str, usize)> {
    [
        (realloc.always_move, "moved", lanes::REALLOC_MOVED),
        (realloc.poison, "poisoned", lanes::REALLOC_POISONED),
        (realloc.quarantine.is_some(), "quarantined", lanes::REALLOC_QUARANTINED),
        (realloc.reuse_at_once, "reused at once", lanes::REALLOC_REUSED),
        (realloc.checks(), "checked", lanes::REALLOC_CHECKED),
        (realloc.guard.is_some(), "guarded", lanes::REALLOC_GUARDED),
        (realloc.container_every.is_some(), "container reallocations", lanes::REALLOC_CONTAINER_MOVED),
    ]
    .into_iter()
    .filter(|(is_asked, ..)| *is_asked)
    .map(|(_, name, lane)| (name, lane))
    .collect()
}

/// One of the kind's own counters; 0 if the meter has no such lane.
pub(super) fn lane(meter: &Meter, lane: usize) -> u64 {
    meter.lanes.get(lane).copied().unwrap_or(0)
}

fn share(probability: Percent, occasions: &str) -> String {
    if probability == Percent::ALL {
        return format!("all {occasions}");
    }
    format!("{} of {occasions}", exact_percent(probability.fraction()))
}

fn chance(probability: Percent, nth: Option<u64>, noun: &str) -> String {
    match nth {
        Some(nth) => format!("{noun} {} of each worker", count(nth)),
        None if noun == "pass" => share(probability, "passes"),
        None => share(probability, &format!("{noun}s")),
    }
}

fn asked_stall(stall: &Stall) -> String {
    let threads = match stall.threads {
        ThreadShare::Count(number) => counted(u64::from(number), "thread"),
        ThreadShare::Share(share) => format!("{share} of the threads"),
    };
    let doubling =
        if stall.at.holds_briefly() { "10us to 10ms, each doubling half as often" } else { "1ms to 2s, doubling" };
    let length = stall.length.map_or_else(|| doubling.to_owned(), |length| length.to_string());
    let most = if stall.at.is_aimed() { "at most " } else { "" };
    let every =
        stall.every.map_or_else(|| format!("{most}a fifth of the time"), |every| format!("{most}every {every}"));
    let place = match &stall.at {
        StallPlace::Any => "anywhere",
        StallPlace::Auto => "where squall chooses",
        StallPlace::Point(_) => "at the point",
        StallPlace::Function(_) => "at the function",
        StallPlace::Atomic(_) => "before and after the instruction",
        StallPlace::Word(_) => "at the word",
    };
    let share = match stall.probability {
        Percent::ALL => String::new(),
        probability => format!(", at {} of {}", exact_percent(probability.fraction()), plural(stall)),
    };
    format!("{threads} for {length} {every}, {place}{share}")
}

fn asked_realloc(realloc: &Realloc) -> String {
    let bytes = |size: ByteSize| format!("{size} kept back");
    let every = |span: TimeSpan| format!("container reallocated every {span}");
    let parts = [
        realloc.always_move.then(|| "growth always moves".to_owned()),
        realloc.poison.then(|| "freed memory poisoned".to_owned()),
        realloc.quarantine.map(bytes),
        realloc.reuse_at_once.then(|| "freed blocks reused at once".to_owned()),
        realloc.checks().then(|| "frees checked".to_owned()),
        realloc.guard.map(|share| format!("{} of blocks guarded", exact_percent(share.fraction()))),
        realloc.container_every.map(every),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn asked_alloc_failure(failure: &AllocFailure) -> String {
    let chance = chance(failure.probability, failure.nth, "allocation");
    if failure.min_size == ByteSize::default() {
        return format!("null at {chance}");
    }
    format!("null at {chance} of {} or more", failure.min_size)
}

fn delivered_realloc(realloc: &Realloc, meter: &Meter) -> String {
    let mut parts: Vec<_> = personalities(realloc)
        .into_iter()
        .map(|(name, number)| match (number, lane(meter, lanes::REALLOC_CONTAINER_CALLS)) {
            (lanes::REALLOC_CONTAINER_MOVED, calls) if calls > lane(meter, number) => {
                format!("{} {name} at {}", count(lane(meter, number)), counted(calls, "call"))
            }
            _ => format!("{} {name}", count(lane(meter, number))),
        })
        .collect();
    let lacking = lane(meter, lanes::REALLOC_GUARDS_LACKING);
    if lacking > 0 {
        parts.push(format!("{} left unguarded for want of pages", count(lacking)));
    }
    let unchecked = lane(meter, lanes::REALLOC_UNCHECKED);
    if unchecked > 0 {
        parts.push(format!("{} left unchecked for want of room", count(unchecked)));
    }
    parts.extend(meter.note.clone());
    parts.join(", ")
}

fn delivered_stall(fault: &Fault, stall: &Stall, meter: &Meter) -> String {
    let holds = counted(meter.fired, "hold");
    if !stall.at.is_aimed() {
        return format!("{holds} at {}", counted(lane(meter, lanes::STALL_OCCASIONS), "occasion"));
    }
    let places = counted(lane(meter, lanes::STALL_AIMS), "address").replace("addresss", "addresses");
    let mut parts = vec![format!("{holds} at {} seen at {places}", counted_occasions(fault, meter.offered))];
    if lane(meter, lanes::STALL_SLOTS_LACKING) > 0 {
        parts.push("with fewer breakpoints than a thread has".to_owned());
    }
    parts.extend(meter.note.clone());
    parts.join(", ")
}

/// What the share of a stall is a share of.
const fn plural(stall: &Stall) -> &'static str {
    match stall.at {
        StallPlace::Function(_) => "entries",
        StallPlace::Word(_) => "touches",
        StallPlace::Any | StallPlace::Auto | StallPlace::Point(_) | StallPlace::Atomic(_) => "passes",
    }
}

fn asked_mix(shift: &LoadShift) -> String {
    let weighted = shift.shares().filter(|(_, share)| *share > 0.0);
    let shares = weighted.map(|(name, share)| format!("{name} {}", percent(share)));
    let bursts = (shift.bursts > 1).then(|| format!("up to {} in a row", count(u64::from(shift.bursts))));
    shares.chain(bursts).collect::<Vec<_>>().join(", ")
}

fn delivered_mix(shift: &LoadShift, meter: &Meter) -> String {
    let mut parts = vec![counted(meter.fired, "operation")];
    for (number, (name, asked)) in shift.shares().enumerate() {
        let done = lane(meter, lanes::LOAD_OPERATIONS + number);
        if asked > 0.0 || done > 0 {
            parts.push(format!("{name} {}", percent(done as f64 / meter.fired.max(1) as f64)));
        }
    }
    parts.join(", ")
}
