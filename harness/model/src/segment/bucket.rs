//! Takes a latency in nanoseconds and hands on its bucket: log-linear, 32 buckets to each doubling.
//!
//! Below 64 ns each bucket is one nanosecond wide; above, a bucket is at most 1/32 (3.1 %) of its value wide. This is the
//! HdrHistogram scheme (Tene) with fixed range, so that a record is one index and one increment.

const SUBBUCKET_BITS: u32 = 5;
const SUBBUCKETS: usize = 1 << SUBBUCKET_BITS;
/// The highest power of two that has buckets of its own: 2^37 ns is 137 s; anything longer falls into the last bucket.
const EXPONENT_MAX: u32 = 37;

/// How many buckets a histogram has.
pub const BUCKETS: usize = (EXPONENT_MAX - SUBBUCKET_BITS + 2) as usize * SUBBUCKETS;

/// The bucket of a value.
#[inline]
pub const fn bucket_of(nanos: u64) -> usize {
    if nanos < SUBBUCKETS as u64 {
        return nanos as usize;
    }
    let exponent = 63 - nanos.leading_zeros();
    if exponent > EXPONENT_MAX {
        return BUCKETS - 1;
    }
    let shift = exponent - SUBBUCKET_BITS;
    (shift as usize + 1) * SUBBUCKETS + ((nanos >> shift) as usize & (SUBBUCKETS - 1))
}

/// The smallest value of a bucket.
pub const fn bucket_low(bucket: usize) -> u64 {
    if bucket < SUBBUCKETS {
        return bucket as u64;
    }
    let shift = bucket / SUBBUCKETS - 1;
    ((SUBBUCKETS + bucket % SUBBUCKETS) as u64) << shift
}

/// The largest value of a bucket.
pub const fn bucket_high(bucket: usize) -> u64 {
    if bucket + 1 >= BUCKETS { u64::MAX } else { bucket_low(bucket + 1) - 1 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_value_lies_in_its_bucket_and_the_bucket_is_narrow(exponent in 0_u32..63, bits in any::<u64>()) {
            let nanos = bits >> exponent;
            let bucket = bucket_of(nanos);
            prop_assert!(bucket < BUCKETS);
            prop_assert!(bucket_low(bucket) <= nanos && nanos <= bucket_high(bucket));
            if bucket + 1 < BUCKETS {
                let width = bucket_high(bucket) - bucket_low(bucket) + 1;
                prop_assert!(width == 1 || width * 32 <= bucket_low(bucket));
            }
        }
    }

    #[test]
    fn buckets_follow_each_other_without_a_gap() {
        for bucket in 1..BUCKETS {
            assert_eq!(bucket_high(bucket - 1) + 1, bucket_low(bucket));
        }
    }
}
