//! Takes the load as written, objects to what no subject can be driven with.

use super::file::LoadFile;
use super::objection::{Objection, out_of_range};
use super::path::NodePath;
use super::problem::{KeysProblem, Problem};
use squall_model::{Arrivals, HotSet, KEYS_MAX, Keys, OPERATIONS_MAX, Ordered, WORKERS_MAX};

fn path(keys: &[&str]) -> NodePath {
    NodePath::keys(&[&["load"], keys].concat())
}

/// Checks workers, arrivals, mix, keys and timeout.
pub(super) fn check(load: &LoadFile) -> Result<(), Objection> {
    if let Some(workers) = load.workers.filter(|workers| !(1..=WORKERS_MAX).contains(workers)) {
        return Err(out_of_range(path(&["workers"]), workers, format!("1 to {WORKERS_MAX} workers")));
    }
    if let (Some(arrivals), None) = (load.arrivals, load.rate) {
        let written = if arrivals == Arrivals::Poisson { "poisson" } else { "fixed" };
        let problem = Problem::ArrivalsWithoutRate { written: written.to_owned() };
        return Err(Objection::to_key(path(&["arrivals"]), problem));
    }
    if load.timeout.is_zero() {
        return Err(out_of_range(path(&["timeout"]), load.timeout, "more than nothing"));
    }
    load.mix.as_ref().map_or(Ok(()), |mix| check_mix(mix, &path(&["mix"])))?;
    check_keys(&load.keys)
}

/// Checks the weights of a mix, which stands at `place`.
pub(super) fn check_mix(mix: &Ordered<u32>, place: &NodePath) -> Result<(), Objection> {
    if mix.0.len() > OPERATIONS_MAX {
        let (name, _) = &mix.0[OPERATIONS_MAX];
        let range = format!("a workload has at most {OPERATIONS_MAX} operations");
        let problem = Problem::OutOfRange { text: name.clone(), range };
        return Err(Objection::to_key(place.clone().key(name), problem));
    }
    let sum: u64 = mix.0.iter().map(|(_, weight)| u64::from(*weight)).sum();
    if sum == 0 {
        return Err(Objection::to_value(place.clone(), Problem::NoWeight));
    }
    if sum > u64::from(u32::MAX) {
        return Err(out_of_range(place.clone(), sum, format!("the weights sum to at most {}", u32::MAX)));
    }
    Ok(())
}

fn check_keys(keys: &Keys) -> Result<(), Objection> {
    if !(1..=KEYS_MAX).contains(&keys.count) {
        return Err(out_of_range(path(&["keys", "count"]), keys.count, format!("1 to {KEYS_MAX} keys")));
    }
    if let Some(zipf) = keys.zipf.filter(|zipf| !(0.0..=4.0).contains(zipf)) {
        return Err(out_of_range(path(&["keys", "zipf"]), zipf, "0 to 4"));
    }
    match keys.hot {
        Some(_) if keys.zipf.is_some() => Err(Objection::to_key(path(&["keys", "hot"]), KeysProblem::TwoDistributions)),
        Some(hot) => check_hot_set(hot, keys.count),
        None => Ok(()),
    }
}

fn check_hot_set(hot: HotSet, count: u64) -> Result<(), Objection> {
    let keys = path(&["keys", "hot", "keys"]);
    if hot.keys == 0 {
        return Err(out_of_range(keys, hot.keys, "at least 1 hot key"));
    }
    if hot.keys >= count {
        return Err(Objection::to_value(keys, KeysProblem::HotSetTooLarge { hot: hot.keys, count }));
    }
    Ok(())
}
