//! The arithmetic of the benchmark `read_dirty`, which cannot test itself because it has no test harness.

#[path = "../benches/read_dirty/crossover.rs"]
mod crossover;

use crossover::{Crossing, crossing, median, ratios};

#[test]
fn a_median_is_the_middle_or_the_mean_of_both_middles() {
    assert!(median(&[]).is_nan());
    assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
    assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), 2.5);
}

#[test]
fn a_crossing_lies_between_the_shares_where_the_faster_map_changes() {
    // From half the time to twice the time: the logarithm crosses in the middle.
    let Crossing::At(percent) = crossing(&[100.0, 90.0, 50.0], &[0.25, 0.5, 2.0]) else { panic!("it crosses") };
    assert!((percent - 70.0).abs() < 1e-9, "{percent}");
    let Crossing::At(percent) = crossing(&[100.0, 0.0], &[1.0, 2.0]) else { panic!("it crosses") };
    assert_eq!(percent, 100.0);
}

#[test]
fn a_map_that_is_always_faster_or_slower_crosses_nowhere() {
    assert_eq!(crossing(&[100.0, 50.0], &[0.5, 0.9]), Crossing::AlwaysFaster);
    assert_eq!(crossing(&[100.0, 50.0], &[1.2, 1.9]), Crossing::AlwaysSlower);
    assert_eq!(crossing(&[100.0, 50.0], &[1.2, 0.9]), Crossing::SlowerAtFirst);
    assert_eq!(crossing(&[], &[]), Crossing::AlwaysFaster);
    assert_eq!(Crossing::AlwaysSlower.percent(), None);
    assert_eq!(Crossing::At(90.0).percent(), Some(90.0));
}

#[test]
fn times_are_compared_turn_by_turn() {
    let first = [vec![1.0, 3.0], vec![4.0, 1.0]];
    let second = [vec![2.0, 2.0], vec![2.0, 2.0]];
    assert_eq!(ratios(&first, &second), [[0.5, 1.5], [2.0, 0.5]]);
}
