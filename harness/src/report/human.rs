//! Tells a run at its end to a tired person: the reason first, then the tables, then what to type next.

use super::Reporter;
use super::paint::{Paint, plain};
use super::summary::Summary;
use super::{histories, scripts};
use super::{sites, variants};
use squall_model::{
    CampaignJudgement, Ending, Event, FaultJudgement, Finding, Judgement, OracleJudgement, Phase, Stamped, Table,
    ThresholdJudgement, TrialRecord, TrialRole, Verdict, WorkerEvidence, text,
};
use std::io::Write;

/// How many details of one finding are shown; the rest is in the run directory.
const DETAILS_SHOWN_MAX: usize = 4;
/// How many frames of one finding's stack are shown.
const FRAMES_SHOWN_MAX: usize = 6;
/// How many workers of one finding are shown.
const WORKERS_SHOWN_MAX: usize = 4;
/// How much of a text from a subject is shown on one line.
const CHARACTERS_SHOWN_MAX: usize = 160;

/// Writes the end of a run for a person.
pub struct Human<W: Write> {
    output: W,
    paint: Paint,
    summary: Summary,
}

impl<W: Write> Human<W> {
    /// Writes to `output`.
    pub fn new(output: W, paint: Paint) -> Self {
        Self { output, paint, summary: Summary::default() }
    }

    /// Writes what is known of a run whose record ends before the run's end.
    pub fn finish_incomplete(mut self) {
        let phase = self.summary.last_phase.map_or("before its first phase".to_owned(), |phase| format!("in {phase}"));
        self.say(&format!("{}  the run was not finished; its record ends {phase}", self.paint.bold("UNFINISHED")));
        self.write_outcomes();
        self.write_paths();
    }

    fn write(&mut self) {
        let Some(judgement) = self.summary.judgement.clone() else { return };
        self.write_head(&judgement);
        self.write_thresholds(&judgement);
        self.write_oracles(&judgement.oracles);
        self.write_faults(&judgement.faults);
        self.write_outcomes();
        if let Some(campaign) = &judgement.campaign {
            self.write_campaign(campaign);
        }
        self.write_scripts();
        self.write_histories();
        for table in variants::tables(&judgement, self.paint) {
            self.write_table(&table);
        }
        self.write_findings();
        self.write_paths();
    }

    fn say(&mut self, line: &str) {
        let _ = writeln!(self.output, "{line}");
    }

    fn write_head(&mut self, judgement: &Judgement) {
        let word = self.paint.headline(judgement.verdict);
        let name =
            self.summary.manifest.as_ref().map(|manifest| format!("{} · {}", manifest.experiment, manifest.workload));
        let name = self.paint.dim(&text::harmless(&name.unwrap_or_default()));
        self.say(&format!("{word}  {}", text::harmless(&judgement.reason)));
        self.say(&format!("{name}  {}", self.paint.dim(&format!("(exit {})", judgement.exit_code.code()))));
        for line in self.summary.trials.iter().filter_map(unusual_end).collect::<Vec<_>>() {
            self.say(&format!("  {}", text::harmless(&line)));
        }
    }

    fn write_table(&mut self, table: &Table) {
        if table.is_empty() {
            return;
        }
        self.say("");
        for line in table.lines(2) {
            self.say(&line);
        }
    }

    fn verdict_cell(&self, verdict: Verdict) -> (String, String) {
        (verdict.to_string(), self.paint.verdict(verdict, verdict.name()))
    }

    fn head(&self, cells: &[&str]) -> Table {
        let paint = self.paint;
        Table::new(cells, |cell| paint.dim(cell))
    }

    fn write_thresholds(&mut self, judgement: &Judgement) {
        let mut table = self.head(&["threshold", "limit", "measured", "verdict", ""]);
        for threshold in &judgement.thresholds {
            let note = if threshold.verdict == Verdict::Pass { "" } else { threshold.reason.as_str() };
            table.painted_row([
                plain(&threshold_name(threshold)),
                plain(&threshold.written),
                plain(&measured(threshold)),
                self.verdict_cell(threshold.verdict),
                plain(note),
            ]);
        }
        let confidence = judgement.confidence.clone();
        self.write_table(&table);
        if !table.is_empty() {
            let line = self.paint.dim(&format!("confidence {confidence}"));
            self.say(&format!("  {line}"));
        }
    }

    fn write_oracles(&mut self, oracles: &[OracleJudgement]) {
        let mut table = self.head(&["oracle", "checked", "wrong", "verdict", ""]);
        for oracle in oracles {
            let spared = oracle.spared.as_deref().unwrap_or_default();
            let note = if oracle.verdict == Verdict::Pass { spared } else { oracle.reason.as_str() };
            table.painted_row([
                plain(&with_role(&oracle.name, oracle.trial)),
                plain(&text::count(oracle.checked)),
                plain(&text::count(oracle.wrong)),
                self.verdict_cell(oracle.verdict),
                plain(note),
            ]);
        }
        self.write_table(&table);
    }

    fn write_faults(&mut self, faults: &[FaultJudgement]) {
        let mut table = self.head(&["fault", "asked", "delivered", "verdict", ""]);
        for fault in faults {
            let verdict = if fault.verdict == Verdict::Pass { "delivered" } else { "not as asked" };
            table.painted_row([
                plain(&fault.name),
                plain(&fault.asked),
                plain(&fault.delivered),
                (verdict.to_owned(), self.paint.verdict(fault.verdict, verdict)),
                plain(&fault.reason),
            ]);
        }
        self.write_table(&table);
    }

    fn write_outcomes(&mut self) {
        let Some(trial) = self.summary.told_trial() else { return };
        let mut table = self.head(&["phase", "ok", "error", "panic", "timeout", "rate", "p50", "p99", "p99.9"]);
        for totals in trial.phases.iter().filter(|totals| totals.phase != Phase::Warmup) {
            let outcomes = totals.outcomes();
            let seconds = totals.length.nanos() as f64 / 1e9;
            let rate = if seconds > 0.0 { outcomes.total() as f64 / seconds } else { 0.0 };
            let latency = |quantile| match totals.latency.quantile_nanos(quantile) {
                Some(nanos) => text::nanos(nanos as f64),
                None => "-".to_owned(),
            };
            table.row([
                totals.phase.name(),
                &text::count(outcomes.ok),
                &text::count(outcomes.error),
                &text::count(outcomes.panic),
                &text::count(outcomes.timeout),
                &format!("{}/s", text::count(rate as u64)),
                &latency(0.5),
                &latency(0.99),
                &latency(0.999),
            ]);
        }
        self.write_table(&table);
    }

    fn write_campaign(&mut self, campaign: &CampaignJudgement) {
        self.write_table(&sites::table(campaign, self.paint));
        let lines = sites::lines(campaign);
        if campaign.ranks.is_empty() {
            self.say("");
        }
        for line in lines {
            let line = self.paint.dim(&text::harmless(&line));
            self.say(&format!("  {line}"));
        }
    }

    fn write_scripts(&mut self) {
        let record = self.summary.told_trial().and_then(|trial| trial.scripts.clone());
        if let Some(record) = record {
            scripts::lines(&record, self.paint).iter().for_each(|line| self.say(line));
        }
    }

    fn write_histories(&mut self) {
        let directory = self.summary.manifest.as_ref().map_or("", |manifest| manifest.run_dir.as_str());
        let accounts = self.summary.told_trial().map_or(&[][..], |trial| &trial.histories);
        let lines = histories::lines(accounts, directory, self.paint);
        lines.iter().for_each(|line| self.say(line));
    }

    fn write_findings(&mut self) {
        for finding in self.summary.findings.clone() {
            self.say("");
            self.write_finding(&finding);
        }
    }

    fn write_finding(&mut self, finding: &Finding) {
        let symptom = self.paint.verdict(Verdict::Fail, finding.symptom.name());
        let repair = finding.variant.as_deref().filter(|variant| Some(*variant) != self.workload());
        let place = repair.map_or(String::new(), |variant| format!("{}: ", shown(variant)));
        self.say(&format!("  {symptom}  {place}{}", self.paint.bold(&shown(&finding.title))));
        self.say(&format!("    {}", self.paint.dim(&how_often(finding))));
        if !finding.sites.is_empty() {
            let sites: Vec<String> = finding.sites.iter().map(|rank| rank.site.to_string()).collect();
            self.say(&format!("    {} {}", self.paint.dim("threads were held at"), shown(&sites.join("; "))));
        }
        for detail in finding.details.iter().take(DETAILS_SHOWN_MAX) {
            detail.lines().for_each(|line| self.say(&format!("    {}", shown(line))));
        }
        if !finding.context.is_empty() {
            let facts: Vec<String> = finding.context.iter().map(|(key, value)| format!("{key}={value}")).collect();
            self.say(&format!("    while {}", shown(&facts.join(" "))));
        }
        for frame in finding.stack.iter().take(FRAMES_SHOWN_MAX) {
            self.say(&format!("    {} {}", self.paint.dim("at"), shown(frame)));
        }
        let busy = finding.workers.iter().filter_map(busy_worker);
        for line in busy.take(WORKERS_SHOWN_MAX).collect::<Vec<_>>() {
            self.say(&format!("    {}", shown(&line)));
        }
    }

    /// Whether the run was a campaign, of which the seed alone repeats nothing.
    fn draws(&self) -> bool {
        self.summary.judgement.as_ref().is_some_and(|judgement| judgement.campaign.is_some())
    }

    /// The workload of the target, beside which its repairs are named.
    fn workload(&self) -> Option<&str> {
        self.summary.manifest.as_ref().map(|manifest| manifest.workload.as_str())
    }

    fn write_paths(&mut self) {
        let Some(manifest) = self.summary.manifest.clone() else { return };
        self.say("");
        self.say(&format!("  {}  {}", self.paint.dim("run    "), text::harmless(&manifest.run_dir)));
        let replay = self.summary.findings.first().filter(|_| self.draws()).map(|finding| finding.replay.clone());
        let again = replay.unwrap_or_else(|| manifest.replay_command());
        self.say(&format!("  {}  {}", self.paint.dim("again  "), text::harmless(&again)));
    }
}

impl<W: Write> Reporter for Human<W> {
    fn see(&mut self, stamped: &Stamped) {
        self.summary.see(stamped);
        if matches!(stamped.event, Event::RunEnded { .. }) {
            self.write();
        }
    }
}

fn shown(text: &str) -> String {
    text::cut(&text::harmless(text), CHARACTERS_SHOWN_MAX)
}

fn with_role(name: &str, role: TrialRole) -> String {
    match role {
        TrialRole::Treatment => name.to_owned(),
        other => format!("{name} ({other})"),
    }
}

fn threshold_name(threshold: &ThresholdJudgement) -> String {
    with_role(&threshold.name, threshold.trial)
}

/// The measured value with its interval, in the metric's own unit.
fn measured(threshold: &ThresholdJudgement) -> String {
    let format: fn(f64) -> String = match threshold.name.rsplit('.').next() {
        _ if threshold.name.contains("latency") || threshold.name.ends_with("time") => text::nanos,
        Some("throughput") => text::per_second,
        _ => text::percent,
    };
    let Some(value) = threshold.value else { return "no data".to_owned() };
    match (threshold.lower, threshold.upper) {
        (Some(lower), Some(upper)) if lower <= 0.0 => format!("{} (at most {})", format(value), format(upper)),
        (Some(lower), Some(upper)) => format!("{} ({} to {})", format(value), format(lower), format(upper)),
        (Some(lower), None) => format!("{} (at least {})", format(value), format(lower)),
        (None, Some(upper)) => format!("{} (at most {})", format(value), format(upper)),
        (None, None) => format(value),
    }
}

fn how_often(finding: &Finding) -> String {
    let mut words = match finding.out_of {
        Some(out_of) => format!("{} of {}", text::count(finding.count), text::count(out_of)),
        None => format!("{}x", text::count(finding.count)),
    };
    if let Some(phase) = finding.phase {
        words.push_str(&format!(" in {phase}"));
    }
    if let Some(control) = finding.control {
        words.push_str(&format!(" · control {} of {}", text::count(control.count), text::count(control.out_of)));
    }
    if let Some(lift) = finding.lift {
        words.push_str(&match lift.value {
            Some(value) => format!(" · lift {} (at least {})", text::number(value), text::number(lift.lower)),
            None => format!(" · lift at least {}", text::number(lift.lower)),
        });
    }
    format!("{words} · {}", finding.fingerprint)
}

fn busy_worker(evidence: &WorkerEvidence) -> Option<String> {
    let operation = evidence.operation.as_ref()?;
    let length =
        evidence.for_length.map_or(String::new(), |length| format!(" for {}", text::nanos(length.nanos() as f64)));
    let place =
        if evidence.waiting_in.is_empty() { String::new() } else { format!(", waiting in {}", evidence.waiting_in) };
    Some(format!("worker {} in {operation}{length}{place}", evidence.worker))
}

/// How a trial ended, if not as planned.
fn unusual_end(trial: &TrialRecord) -> Option<String> {
    let how = match &trial.ending {
        Ending::Finished => return None,
        Ending::Interrupted => "was interrupted; all faults are healed".to_owned(),
        Ending::Aborted { reason } => format!("was given up: {reason}"),
        Ending::Exited { code } => format!("ended: its subject exited midway with code {code}"),
        Ending::Signaled { signal } => format!("ended: its subject was killed by signal {signal}"),
        Ending::AllocationRefused { .. } => {
            "ended: its subject aborted at an allocation that squall let fail".to_owned()
        }
        Ending::Stuck { spinning: true, cores_used } => {
            format!("was ended: no operation finished, while {cores_used:.1} cores were busy")
        }
        Ending::Stuck { spinning: false, .. } => "was ended: no operation finished, and nothing ran".to_owned(),
        Ending::IgnoredStop { ended_by } => format!("was ended by {ended_by}: its subject did not stop when told to"),
        Ending::MemoryLimit { bytes } => format!("was ended: its subject used {} MiB", text::count(bytes >> 20)),
        Ending::ProtocolBroken { reason } => format!("was ended: its subject broke the protocol, {reason}"),
        Ending::Refused { reason } => format!("could not begin: {reason}"),
    };
    let name = if trial.role == TrialRole::Repair { format!(" {}", trial.variant) } else { String::new() };
    Some(format!("the {}{name} {how}", trial.role))
}
