//! `shard-imbalance`: sharded accounts, and the rules by which keys are dealt out.

use crate::threads::{THREADS, together};
use proptest::prelude::*;
use squall_targets::containers::{AccountShards, Balance, HashRing, Modulo, Router};
use squall_targets::workloads::shards::ShardsUnderTest;
use std::collections::HashMap;

fn assert_like_a_hash_map<S: ShardsUnderTest>(additions: &[(u64, u64)]) -> Result<(), TestCaseError> {
    let (shards, mut model) = (S::build(5), HashMap::<u64, u64>::new());
    for (key, amount) in additions {
        shards.add(*key, *amount);
        *model.entry(*key).or_default() += amount;
        let balance = shards.look(*key);
        prop_assert_eq!((balance.account, balance.total), (model[key], balance.sum));
    }
    prop_assert_eq!(shards.sum(), model.values().sum::<u64>());
    Ok(())
}

proptest! {
    #[test]
    fn sharded_accounts_answer_like_a_hash_map(additions in prop::collection::vec((0..50_u64, 0..1_000_u64), 0..100)) {
        assert_like_a_hash_map::<AccountShards<Modulo, false>>(&additions)?;
        assert_like_a_hash_map::<AccountShards<Modulo, true>>(&additions)?;
        assert_like_a_hash_map::<AccountShards<HashRing, true>>(&additions)?;
    }

    #[test]
    fn every_key_has_one_of_the_shards(shards in 1..40_usize, key: u64) {
        prop_assert!(Modulo::new(shards).shard(key) < shards);
        prop_assert!(HashRing::new(shards).shard(key) < shards);
    }
}

/// How many of ten thousand keys lie elsewhere with one shard more.
fn moved<R: Router>(shards: usize) -> usize {
    let (before, after) = (R::new(shards), R::new(shards + 1));
    (0..10_000).filter(|key| before.shard(*key) != after.shard(*key)).count()
}

#[test]
fn one_shard_more_moves_nearly_all_keys_by_remainder_and_few_on_the_ring() {
    assert!(moved::<Modulo>(16) > 9_000);
    assert!((200..1_200).contains(&moved::<HashRing>(16)), "{}", moved::<HashRing>(16));
}

#[test]
fn the_ring_moves_keys_to_the_new_shard_only() {
    let (before, after) = (HashRing::new(16), HashRing::new(17));
    assert!((0..10_000).all(|key| after.shard(key) == before.shard(key) || after.shard(key) == 16));
}

fn assert_growth_keeps_the_accounts<R: Router>(keys: u64) -> usize {
    let mut shards = AccountShards::<R, true>::new(16);
    (0..keys).for_each(|key| shards.add(key, key));
    let moved = shards.grow();
    let kept = |key| shards.look(key).account == key && shards.look(key).total == shards.look(key).sum;
    assert!((0..keys).all(kept));
    assert_eq!(shards.sum(), (0..keys).sum::<u64>());
    moved
}

#[test]
fn growth_moves_the_keys_that_belong_elsewhere_and_keeps_every_account() {
    assert_eq!(
        assert_growth_keeps_the_accounts::<Modulo>(2_000),
        (0..2_000).filter(|key| key % 16 != key % 17).count()
    );
    assert!((1..400).contains(&assert_growth_keeps_the_accounts::<HashRing>(2_000)));
}

#[test]
fn no_addition_is_lost() {
    let shards = AccountShards::<HashRing, true>::new(8);
    together(|_| (0..5_000).for_each(|key| shards.add(key % 20, 1)));
    assert_eq!(shards.sum(), 5_000 * THREADS as u64);
}

/// Adding to a full account overflows, and unwinds under the lock.
#[cfg(debug_assertions)]
fn poisoned<const RECOVERS: bool>() -> AccountShards<Modulo, RECOVERS> {
    let shards = AccountShards::new(1);
    shards.add(1, u64::MAX);
    let overflow = std::panic::AssertUnwindSafe(|| shards.add(1, 1));
    assert!(std::panic::catch_unwind(overflow).is_err());
    shards
}

#[test]
#[cfg(debug_assertions)]
fn a_poisoned_shard_is_lost_unless_it_recovers() {
    let lost = poisoned::<false>();
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| lost.look(2))).is_err());
    let all = u64::MAX;
    assert_eq!(poisoned::<true>().look(1), Balance { account: all, total: all, sum: all });
}
