//! Takes a seed and the coordinates of one decision, hands on 64 evenly distributed bits.
//!
//! Every decision of a trial is a pure function of where it is made, never of when: it depends neither on how threads
//! interleave nor on which other faults are present, so leaving one fault out changes no decision of the others.

/// The final mixer of SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", OOPSLA 2014).
pub const fn mix(value: u64) -> u64 {
    let mut bits = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

/// The 64 bits of the `count`-th decision that `fault` takes on thread `worker`. `stream` separates the several draws
/// that one decision needs (fire or not, how long).
pub const fn decide(seed: u64, fault: u64, worker: u64, count: u64, stream: u64) -> u64 {
    let place = mix(mix(seed ^ mix(fault)) ^ worker);
    mix(mix(place ^ count) ^ stream)
}

/// The seed of a named stream of random numbers, such as one worker's choice of operations.
pub fn derive_seed(seed: u64, purpose: &str, number: u64) -> u64 {
    mix(mix(seed ^ text_hash(purpose)) ^ number)
}

/// The seed from which [`derive_seed`] makes this one, for this purpose and number.
pub const fn original_seed(derived: u64, purpose: &str, number: u64) -> u64 {
    unmix(unmix(derived) ^ number) ^ text_hash(purpose)
}

/// The inverse of [`mix`].
const fn unmix(value: u64) -> u64 {
    let mut bits = value ^ (value >> 31) ^ (value >> 62);
    bits = bits.wrapping_mul(0x3196_42B2_D24D_8EC3);
    bits = bits ^ (bits >> 27) ^ (bits >> 54);
    bits = bits.wrapping_mul(0x96DE_1B17_3F11_9089);
    bits = bits ^ (bits >> 30) ^ (bits >> 60);
    bits.wrapping_sub(0x9E37_79B9_7F4A_7C15)
}

/// The bits as a number in `0..1`, evenly distributed over 2^53 values.
pub const fn fraction(bits: u64) -> f64 {
    (bits >> 11) as f64 / (1_u64 << 53) as f64
}

/// FNV-1a, 64 bits (Fowler, Noll, Vo): stable over releases, which the standard library's hasher is not.
pub const fn text_hash(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let mut hash = 0xCBF2_9CE4_8422_2325_u64;
    let mut index = 0;
    while index < bytes.len() {
        hash = (hash ^ bytes[index] as u64).wrapping_mul(0x0000_0100_0000_01B3);
        index += 1;
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decision_depends_on_each_of_its_coordinates() {
        let base = decide(1, 2, 3, 4, 5);
        assert_eq!(base, decide(1, 2, 3, 4, 5));
        for other in [
            decide(9, 2, 3, 4, 5),
            decide(1, 9, 3, 4, 5),
            decide(1, 2, 9, 4, 5),
            decide(1, 2, 3, 9, 5),
            decide(1, 2, 3, 4, 9),
        ] {
            assert_ne!(base, other);
        }
    }

    #[test]
    fn a_derived_seed_leads_back_to_its_original() {
        for seed in (0..1_000).map(|number| mix(number) ^ number) {
            assert_eq!(original_seed(derive_seed(seed, "trial treatment", 7), "trial treatment", 7), seed);
            assert_eq!(derive_seed(original_seed(seed, "x", 0), "x", 0), seed);
        }
    }

    #[test]
    fn fractions_are_even_enough_for_a_probability() {
        let below = (0..100_000).filter(|count| fraction(decide(7, 1, 2, *count, 0)) < 0.05).count();
        assert!((4_700..5_300).contains(&below), "{below} of 100,000 decisions at 5 %");
    }
}
