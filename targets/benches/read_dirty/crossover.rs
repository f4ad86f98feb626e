//! Takes the times of two maps over the share of reads, hands on where the first stops being the faster one.

/// What the ratio of two maps' times over the share of reads says about the first map, from the most reads to the fewest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Crossing {
    /// The first map is faster above this percentage of reads and slower right below it.
    At(f64),
    /// The first map is faster at every share of reads.
    AlwaysFaster,
    /// The first map is slower at every share of reads.
    AlwaysSlower,
    /// The first map is slower where reads are most, and faster at some other share: nothing that a crossing would tell.
    SlowerAtFirst,
}

impl Crossing {
    /// The percentage, if there is one.
    pub(crate) fn percent(&self) -> Option<f64> {
        match self {
            Self::At(percent) => Some(*percent),
            Self::AlwaysFaster | Self::AlwaysSlower | Self::SlowerAtFirst => None,
        }
    }
}

/// The middle of these values; the mean of both middle ones if their number is even, not a number if there is none.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match (sorted.len(), sorted.len() / 2) {
        (0, _) => f64::NAN,
        (length, middle) if length.is_multiple_of(2) => f64::midpoint(sorted[middle - 1], sorted[middle]),
        (_, middle) => sorted[middle],
    }
}

/// The ratios of two maps' times, turn by turn; times are given by share of reads, then by turn.
pub(crate) fn ratios(first: &[Vec<f64>], second: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let of_share =
        |(first, second): (&Vec<f64>, &Vec<f64>)| first.iter().zip(second).map(|(one, two)| one / two).collect();
    first.iter().zip(second).map(of_share).collect()
}

/// Where the ratio of the first map's time to the second's rises above 1 first. `read_percents` sink; between two measured
/// shares the ratio's logarithm is taken for a straight line.
pub(crate) fn crossing(read_percents: &[f64], ratios: &[f64]) -> Crossing {
    let slower = |ratio: &f64| *ratio > 1.0;
    if ratios.iter().all(slower) && !ratios.is_empty() {
        return Crossing::AlwaysSlower;
    }
    let Some(after) = ratios.iter().position(slower) else { return Crossing::AlwaysFaster };
    if after == 0 {
        return Crossing::SlowerAtFirst;
    }
    let (low, high) = (ratios[after - 1].ln(), ratios[after].ln());
    let way = -low / (high - low);
    Crossing::At(read_percents[after - 1] + (read_percents[after] - read_percents[after - 1]) * way)
}
