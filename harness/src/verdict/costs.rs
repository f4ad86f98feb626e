//! Takes the records of the rounds in which each variant went as fast as it could, hands on what each costs beside the first.

use squall_model::{Ending, Histogram, Phase, PhaseTotals, Plan, Spread, TrialRecord, TrialRole, VariantCost};

/// The costs of all variants, in the order of the plan: the hazard's first. A variant that finished no round has none.
pub(super) fn costs(plan: &Plan, records: &[TrialRecord]) -> Vec<VariantCost> {
    let variants = plan.variants(TrialRole::Cost);
    let Some(first) = variants.first().map(|variant| rounds(records, variant)) else { return Vec::new() };
    variants.iter().filter_map(|variant| cost(variant, &rounds(records, variant), &first)).collect()
}

/// The rounds of one variant in order.
fn rounds<'a>(records: &'a [TrialRecord], variant: &str) -> Vec<&'a TrialRecord> {
    records.iter().filter(|record| record.role == TrialRole::Cost && record.variant == variant).collect()
}

fn cost(variant: &str, rounds: &[&TrialRecord], first: &[&TrialRecord]) -> Option<VariantCost> {
    let rates: Vec<Option<f64>> = rounds.iter().map(|record| throughput(record)).collect();
    let throughput_median = Spread::of(rates.iter().copied().flatten())?.median;
    let pairs = rates.iter().zip(first).filter_map(|(rate, first)| Some((*rate)? / throughput(first)?));
    let mut latency = Histogram::default();
    rounds.iter().filter_map(|record| measured(record)).for_each(|totals| latency.merge(&totals.latency));
    let quantile = |quantile| latency.quantile_nanos(quantile).unwrap_or(0) as f64;
    Some(VariantCost {
        variant: variant.to_owned(),
        rounds: rates.iter().flatten().count() as u32,
        throughput: throughput_median,
        relative: Spread::of(pairs),
        p50_nanos: quantile(0.5),
        p99_nanos: quantile(0.99),
        memory_bytes: rounds.iter().map(|record| record.usage.subject_memory_bytes_max).max().unwrap_or(0),
    })
}

/// What a finished round measured.
fn measured(record: &TrialRecord) -> Option<&PhaseTotals> {
    (record.ending == Ending::Finished).then(|| record.phase(Phase::Baseline))?
}

/// Successful operations a second of a finished round: who fails fast is not cheap.
fn throughput(record: &TrialRecord) -> Option<f64> {
    let totals = measured(record)?;
    let seconds = totals.length.nanos() as f64 / 1e9;
    (seconds > 0.0).then(|| totals.outcomes().ok as f64 / seconds).filter(|rate| *rate > 0.0)
}
