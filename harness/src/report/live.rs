//! Tells a run while it runs, on standard error: one line that moves on a terminal, a line for each phase elsewhere.

use super::Reporter;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use squall_model::fault::FaultPlan;
use squall_model::units::TimeSpan;
use squall_model::{Event, Interval, Phase, Stamped, TrialRole, text};
use std::collections::BTreeMap;
use std::io::{Write, stderr};

/// Tells a run while it runs.
pub struct Live {
    bar: Option<ProgressBar>,
    title: String,
    planned: TimeSpan,
    trial: String,
    tells_phases: bool,
    phase: Option<Phase>,
    armed: BTreeMap<u32, String>,
    panics: u64,
    errors: u64,
}

impl Live {
    /// Tells on standard error; `moving` if that is a terminal.
    #[must_use]
    pub fn new(moving: bool) -> Self {
        let bar = moving.then(|| {
            let bar = ProgressBar::with_draw_target(Some(1), ProgressDrawTarget::stderr());
            bar.set_style(style());
            bar
        });
        Self {
            bar,
            title: String::new(),
            planned: TimeSpan::ZERO,
            trial: String::new(),
            tells_phases: true,
            phase: None,
            armed: BTreeMap::new(),
            panics: 0,
            errors: 0,
        }
    }

    fn begin_trial(&mut self, role: TrialRole, variant: &str, planned: TimeSpan) {
        (self.planned, self.panics, self.errors) = (planned, 0, 0);
        self.tells_phases = matches!(role, TrialRole::Control | TrialRole::Treatment);
        self.trial = match role {
            TrialRole::Repair | TrialRole::Cost => format!("{role} {}", text::harmless(variant)),
            other => other.to_string(),
        };
        if self.bar.is_none() && !self.tells_phases {
            self.say(&format!("{}  {}", text::harmless(&self.title), self.trial));
        }
        self.armed.clear();
        if let Some(bar) = &self.bar {
            bar.set_length(planned.nanos() / 1_000_000);
            bar.set_position(0);
        }
    }

    /// Says what squall drew for the trial that begins.
    fn drawn(&self, faults: &[FaultPlan]) {
        let sites = faults.iter().filter(|planned| planned.drawn).map(|planned| planned.fault.to_string());
        let sites = sites.collect::<Vec<_>>().join(", ");
        let line = if sites.is_empty() { "draws no site" } else { "draws" };
        self.say(format!("{}  {line} {}", text::harmless(&self.title), text::harmless(&sites)).trim_end());
    }

    fn begin_phase(&mut self, phase: Phase) {
        self.phase = Some(phase);
        if self.bar.is_none() && self.tells_phases {
            self.say(&format!("{}  {:<9}  {phase}", text::harmless(&self.title), self.trial));
        }
    }

    fn measured(&mut self, interval: &Interval) {
        self.panics += interval.outcomes.panic;
        self.errors += interval.outcomes.error;
        let Some(bar) = &self.bar else { return };
        let elapsed = interval.start.plus(interval.length);
        bar.set_position(elapsed.min(self.planned).nanos() / 1_000_000);
        bar.set_message(self.line(interval));
    }

    fn line(&self, interval: &Interval) -> String {
        let armed: Vec<&str> = self.armed.values().map(String::as_str).collect();
        format!(
            "{} {:<8}  {:>9}/s  p99 {:<8}  errors {}  panics {}  {}",
            self.trial,
            interval.phase,
            text::count(interval.rate_per_second() as u64),
            text::nanos(interval.p99_nanos as f64),
            text::count(self.errors),
            text::count(self.panics),
            armed.join(", "),
        )
    }

    fn say(&self, line: &str) {
        match &self.bar {
            Some(bar) => bar.println(line),
            None => {
                let _ = writeln!(stderr(), "{line}");
            }
        }
    }
}

fn style() -> ProgressStyle {
    let template = ProgressStyle::with_template("{prefix} {bar:16} {wide_msg}");
    template.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("━╸─")
}

impl Reporter for Live {
    fn see(&mut self, stamped: &Stamped) {
        match &stamped.event {
            Event::RunStarted(manifest) => {
                self.title.clone_from(&manifest.experiment);
                if let Some(bar) = &self.bar {
                    bar.set_prefix(text::harmless(&self.title).into_owned());
                }
            }
            Event::TrialStarted { role, variant, planned, .. } => self.begin_trial(*role, variant, *planned),
            Event::Drawn { faults, .. } => self.drawn(faults),
            Event::PhaseStarted { phase, .. } => self.begin_phase(*phase),
            Event::FaultArmed { fault, name, .. } => {
                self.armed.insert(*fault, name.clone());
            }
            Event::FaultHealed { fault, .. } => {
                self.armed.remove(fault);
            }
            Event::Measured { interval, .. } => self.measured(interval),
            Event::Noted { text: note } => self.say(&format!("note: {}", text::harmless(note))),
            Event::Found(finding) => {
                self.say(&format!("found: {}  {}", finding.symptom, text::harmless(&finding.title)));
            }
            Event::Judged(_) => {
                if let Some(bar) = &self.bar {
                    bar.finish_and_clear();
                }
            }
            Event::Panicked { .. }
            | Event::ReplayMade { .. }
            | Event::HistoryKept { .. }
            | Event::TrialEnded(_)
            | Event::RunEnded { .. } => {}
        }
    }
}
