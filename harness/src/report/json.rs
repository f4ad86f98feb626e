//! Tells a run as data: one object at its end, or one line for each event.

use super::Reporter;
use super::summary::Summary;
use serde_json::{Value, json};
use squall_model::{Event, Finding, Phase, Stamped};
use std::collections::BTreeMap;
use std::io::Write;

/// Writes one object when the run ends.
pub struct Json<W: Write> {
    output: W,
    summary: Summary,
}

impl<W: Write> Json<W> {
    /// Writes to `output`.
    pub fn new(output: W) -> Self {
        Self { output, summary: Summary::default() }
    }

    /// Writes the object of a run whose record ends before the run's end.
    pub fn finish_incomplete(mut self) {
        self.write();
    }

    fn write(&mut self) {
        let _ = writeln!(self.output, "{}", object(&self.summary));
    }
}

impl<W: Write> Reporter for Json<W> {
    fn see(&mut self, stamped: &Stamped) {
        self.summary.see(stamped);
        if matches!(stamped.event, Event::RunEnded { .. }) {
            self.write();
        }
    }
}

fn object(summary: &Summary) -> Value {
    let judgement = summary.judgement.as_ref();
    let manifest = summary.manifest.as_ref();
    json!({
        "verdict": judgement.map(|judgement| judgement.verdict),
        "exit_code": summary.exit_code,
        "reason": judgement.map_or("the run was not finished", |judgement| &judgement.reason),
        "experiment": manifest.map(|manifest| &manifest.experiment),
        "workload": manifest.map(|manifest| &manifest.workload),
        "run_dir": manifest.map(|manifest| &manifest.run_dir),
        "seed": manifest.map(|manifest| manifest.seed),
        "confidence": judgement.map(|judgement| &judgement.confidence),
        "thresholds": judgement.map_or(&[][..], |judgement| &judgement.thresholds),
        "faults": judgement.map_or(&[][..], |judgement| &judgement.faults),
        "oracles": judgement.map_or(&[][..], |judgement| &judgement.oracles),
        "expectation": judgement.and_then(|judgement| judgement.expectation.as_ref()),
        "campaign": judgement.and_then(|judgement| judgement.campaign.as_ref()),
        "repairs": judgement.map_or(&[][..], |judgement| &judgement.repairs),
        "costs": judgement.map_or(&[][..], |judgement| &judgement.costs),
        "outcomes": outcomes(summary),
        "scripts": summary.told_trial().and_then(|trial| trial.scripts.as_ref()),
        "findings": summary.findings.iter().map(finding).collect::<Vec<_>>(),
        "notes": summary.notes,
    })
}

fn outcomes(summary: &Summary) -> BTreeMap<&'static str, Value> {
    let Some(trial) = summary.told_trial() else { return BTreeMap::new() };
    let begun = Phase::ALL.into_iter().filter(|phase| trial.phase(*phase).is_some());
    begun.map(|phase| (phase.name(), json!(trial.outcomes(phase)))).collect()
}

fn finding(finding: &Finding) -> Value {
    json!({
        "fingerprint": finding.fingerprint,
        "symptom": finding.symptom,
        "title": finding.title,
        "variant": finding.variant,
        "count": finding.count,
        "out_of": finding.out_of,
        "control": finding.control,
        "lift": finding.lift,
        "phase": finding.phase,
        "sites": finding.sites,
        "details": finding.details,
        "replay": finding.replay,
    })
}

/// Writes each event as a line when it comes.
pub struct Ndjson<W: Write> {
    output: W,
}

impl<W: Write> Ndjson<W> {
    /// Writes to `output`.
    pub const fn new(output: W) -> Self {
        Self { output }
    }
}

impl<W: Write> Reporter for Ndjson<W> {
    fn see(&mut self, stamped: &Stamped) {
        if let Ok(line) = serde_json::to_string(stamped) {
            let _ = writeln!(self.output, "{line}");
            let _ = self.output.flush();
        }
    }
}
