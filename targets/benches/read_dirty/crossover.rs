//! Takes the times of two maps over the share of reads, hands on where the first stops being the faster one.

/// What one repetition says about the first map against the second, from the most reads to the fewest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Crossing {
    /// The first map is faster above this percentage of reads and slower right below it.
    At(f64),
    /// The first map is faster at every share of reads.
    AlwaysFaster,
    /// The first map is slower even where reads are most.
    AlwaysSlower,
}

impl Crossing {
    /// The percentage, if there is one.
    pub fn percent(&self) -> Option<f64> {
        match self {
            Self::At(percent) => Some(*percent),
            Self::AlwaysFaster | Self::AlwaysSlower => None,
        }
    }
}

/// The middle of these values; the mean of both middle ones if their number is even, not a number if there is none.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match (sorted.len(), sorted.len() / 2) {
        (0, _) => f64::NAN,
        (length, middle) if length.is_multiple_of(2) => f64::midpoint(sorted[middle - 1], sorted[middle]),
        (_, middle) => sorted[middle],
    }
}

/// The crossing of each repetition. `read_percents` sink; times are given by share of reads, then by repetition.
pub fn crossings(read_percents: &[f64], first: &[Vec<f64>], second: &[Vec<f64>]) -> Vec<Crossing> {
    let repetitions = first.iter().chain(second).map(Vec::len).min().unwrap_or(0);
    let of_one = |repetition: usize| {
        let ratios: Vec<f64> = first.iter().zip(second).map(|(one, two)| one[repetition] / two[repetition]).collect();
        crossing(read_percents, &ratios)
    };
    (0..repetitions).map(of_one).collect()
}

/// Where the ratio of the first map's time to the second's rises above 1 first. Between two measured shares the ratio's
/// logarithm is taken for a straight line.
pub fn crossing(read_percents: &[f64], ratios: &[f64]) -> Crossing {
    if ratios.first().is_some_and(|ratio| *ratio > 1.0) {
        return Crossing::AlwaysSlower;
    }
    let Some(after) = ratios.iter().position(|ratio| *ratio > 1.0) else { return Crossing::AlwaysFaster };
    let (low, high) = (ratios[after - 1].ln(), ratios[after].ln());
    let way = -low / (high - low);
    Crossing::At(read_percents[after - 1] + (read_percents[after] - read_percents[after - 1]) * way)
}
