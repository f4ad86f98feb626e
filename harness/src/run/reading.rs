//! Reads the recorder's segment into plain data: intervals while the trial runs, totals and evidence at its end.

use super::host::thread_waiting_in;
use super::outcome::RecordedHistory;
use squall_model::segment::{HistoryRecord, HistoryView, Segment};
use squall_model::units::TimeSpan;
use squall_model::{Histogram, Interval, Meter, OutcomeCounts, Phase, PhaseTotals, TrialPlan, WorkerEvidence};
use std::sync::atomic::{AtomicU64, Ordering};

/// Cumulative counts of one phase, all workers and operations together.
#[derive(Debug, Clone, Default)]
struct Cumulative {
    outcomes: OutcomeCounts,
    latency: Histogram,
    violations: u64,
}

/// Turns cumulative counts into intervals.
#[derive(Debug, Default)]
pub(super) struct IntervalReader {
    last: Option<(Phase, TimeSpan, Cumulative)>,
}

impl IntervalReader {
    /// Begins a phase at `now`, counted from the trial's beginning.
    pub(super) fn begin(&mut self, phase: Phase, now: TimeSpan) {
        // Violations are counted over all phases; the outcomes begin anew with each.
        let violations = self.last.as_ref().map_or(0, |(_, _, cumulative)| cumulative.violations);
        self.last = Some((phase, now, Cumulative { violations, ..Cumulative::default() }));
    }

    /// The stretch since the last call or the phase's beginning; `None` if no time has passed.
    pub(super) fn read(&mut self, segment: Segment<'_>, now: TimeSpan, armed: u32) -> Option<Interval> {
        let (phase, start, before) = self.last.as_ref()?;
        let length = TimeSpan::from_nanos(now.nanos().saturating_sub(start.nanos()));
        if length.is_zero() {
            return None;
        }
        let (phase, start) = (*phase, *start);
        let cumulative = cumulative(segment, phase);
        let latency = cumulative.latency.since(&before.latency);
        let quantile = |quantile| latency.quantile_nanos(quantile).unwrap_or(0);
        let interval = Interval {
            phase,
            start,
            length,
            outcomes: cumulative.outcomes.since(&before.outcomes),
            p50_nanos: quantile(0.5),
            p99_nanos: quantile(0.99),
            p999_nanos: quantile(0.999),
            armed,
            violations: cumulative.violations.saturating_sub(before.violations),
        };
        self.last = Some((phase, now, cumulative));
        Some(interval)
    }
}

fn cumulative(segment: Segment<'_>, phase: Phase) -> Cumulative {
    let mut sum = Cumulative::default();
    for slot in segment.slots() {
        sum.violations += slot.violations();
        for operation in 0..segment.layout().operations {
            let outcomes = slot.outcomes(phase, operation);
            if outcomes.total() > 0 {
                sum.outcomes += outcomes;
                add_all(&mut sum.latency, slot.histogram(phase, operation));
            }
        }
    }
    sum
}

fn add_all(histogram: &mut Histogram, words: &[AtomicU64]) {
    for (bucket, word) in words.iter().enumerate() {
        let count = word.load(Ordering::Relaxed);
        if count > 0 {
            histogram.add(bucket, count);
        }
    }
}

fn histogram_of(words: &[AtomicU64]) -> Histogram {
    let mut histogram = Histogram::default();
    add_all(&mut histogram, words);
    histogram
}

/// All operations that ended so far.
pub(super) fn finished(segment: Segment<'_>) -> u64 {
    segment.slots().map(|slot| slot.finished()).fold(0, u64::wrapping_add)
}

/// Everything measured in one phase.
pub(super) fn phase_totals(segment: Segment<'_>, phase: Phase, length: TimeSpan) -> PhaseTotals {
    let operations = segment.layout().operations;
    let mut by_operation = vec![OutcomeCounts::default(); operations];
    for slot in segment.slots() {
        for (operation, counts) in by_operation.iter_mut().enumerate() {
            *counts += slot.outcomes(phase, operation);
        }
    }
    PhaseTotals { phase, length, by_operation, latency: cumulative(segment, phase).latency }
}

/// What a fault really did, but for what only the fault board knows.
pub(super) fn meter(segment: Segment<'_>, fault: usize) -> Meter {
    let view = segment.meter(fault);
    let delivered = histogram_of(view.delivered_histogram());
    Meter {
        armed: TimeSpan::ZERO,
        offered: view.offered(),
        fired: view.fired(),
        cut_short: view.cut_short(),
        asked_mean_nanos: view.asked_nanos().checked_div(delivered.total()).unwrap_or(0),
        delivered_mean_nanos: view.delivered_nanos().checked_div(delivered.total()).unwrap_or(0),
        lateness: histogram_of(view.lateness_histogram()),
        delivered,
        lanes: (0..squall_model::segment::LANES).map(|lane| view.lane(lane)).collect(),
        refused: None,
        note: None,
    }
}

/// What each worker was doing; `now_nanos` is on the monotonic clock. `process` is 0 once the subject is gone.
pub(super) fn evidence(segment: Segment<'_>, plan: &TrialPlan, process: u32, now_nanos: u64) -> Vec<WorkerEvidence> {
    let describe = |operation: usize, key: u64| {
        let name = plan.operations.get(operation).map_or("unknown", String::as_str);
        format!("{name} of key {key}")
    };
    let evidence = segment.slots().enumerate().map(|(worker, slot)| {
        let under_way = slot.under_way();
        let waiting_in = if process == 0 { String::new() } else { thread_waiting_in(process, slot.thread_id()) };
        WorkerEvidence {
            worker: worker as u32,
            operation: under_way.map(|under_way| describe(under_way.operation, under_way.key)),
            for_length: under_way
                .map(|under_way| TimeSpan::from_nanos(now_nanos.saturating_sub(under_way.started_nanos))),
            waiting_in,
            flight: slot.flight(),
            breadcrumbs: slot.breadcrumbs(),
        }
    });
    evidence.collect()
}

/// What the workers recorded of what they asked and were told. Only once the subject is gone.
pub(super) fn history(segment: Segment<'_>, plan: &TrialPlan) -> Option<RecordedHistory> {
    plan.history?;
    let views = (0..segment.layout().workers).map(|worker| segment.history(worker, plan.seed));
    let views: Vec<_> = views.collect::<Option<_>>()?;
    let ended = views.iter().filter_map(HistoryView::ended).min();
    let is_known = |record: &HistoryRecord| ended.is_none_or(|ended| record.invocation < ended);
    Some(RecordedHistory {
        start: views.first()?.start(),
        workers: views.iter().map(|view| view.recorded().filter(is_known).collect()).collect(),
        ended,
        is_whole: views.iter().all(HistoryView::is_whole),
    })
}

/// Wrong answers that workers saw, also those of a subject that died before it could tell them.
pub(super) fn violations(segment: Segment<'_>) -> u64 {
    segment.slots().map(|slot| slot.violations()).fold(0, u64::wrapping_add)
}
