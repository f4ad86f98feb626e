//! Tells reporters what happens from a thread of its own, so that a reader who pauses cannot keep faults from being healed.

use super::Reporter;
use squall_model::{Event, Stamped};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;

/// With so many events waiting, measured intervals are left out; a reader that slow would not miss them. All other events
/// are few, and wait.
const WAITING_MAX: usize = 1_024;

/// Hands events on to reporters.
pub struct Desk {
    events: Option<Sender<Stamped>>,
    waiting: Arc<AtomicUsize>,
    thread: Option<JoinHandle<()>>,
}

impl Desk {
    /// Begins to tell these reporters.
    ///
    /// # Errors
    /// If the system has no thread for it.
    pub fn open(mut reporters: Vec<Box<dyn Reporter + Send>>) -> std::io::Result<Self> {
        let (events, inbox) = channel::<Stamped>();
        let waiting = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&waiting);
        let thread = std::thread::Builder::new().name("reports".to_owned()).spawn(move || {
            for stamped in inbox {
                reporters.iter_mut().for_each(|reporter| reporter.see(&stamped));
                counted.fetch_sub(1, Ordering::Relaxed);
            }
        })?;
        Ok(Self { events: Some(events), waiting, thread: Some(thread) })
    }

    /// Tells an event, now or a little later.
    pub fn tell(&self, stamped: &Stamped) {
        let crowded = self.waiting.load(Ordering::Relaxed) >= WAITING_MAX;
        if crowded && matches!(stamped.event, Event::Measured { .. }) {
            return;
        }
        if let Some(events) = &self.events {
            self.waiting.fetch_add(1, Ordering::Relaxed);
            let _ = events.send(stamped.clone());
        }
    }
}

/// Waits until everything is told.
impl Drop for Desk {
    fn drop(&mut self) {
        drop(self.events.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use squall_model::units::TimeSpan;
    use squall_model::{ExitCode, Interval, OutcomeCounts, Phase};
    use std::sync::{Condvar, Mutex};

    struct Slow {
        gate: Arc<(Mutex<bool>, Condvar)>,
        seen: Arc<AtomicUsize>,
    }

    impl Reporter for Slow {
        fn see(&mut self, _: &Stamped) {
            let (open, changed) = &*self.gate;
            drop(changed.wait_while(open.lock().unwrap(), |open| !*open).unwrap());
            self.seen.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn a_reader_that_pauses_stops_nobody_and_misses_only_intervals() {
        let gate = Arc::new((Mutex::new(false), Condvar::new()));
        let seen = Arc::new(AtomicUsize::new(0));
        let desk = Desk::open(vec![Box::new(Slow { gate: Arc::clone(&gate), seen: Arc::clone(&seen) })]).unwrap();
        let interval = Interval {
            phase: Phase::Fault,
            start: TimeSpan::ZERO,
            length: TimeSpan::ZERO,
            outcomes: OutcomeCounts::default(),
            p50_nanos: 0,
            p99_nanos: 0,
            p999_nanos: 0,
            armed: 0,
            violations: 0,
        };
        let at = TimeSpan::ZERO;
        for _ in 0..10_000 {
            desk.tell(&Stamped { at, event: Event::Measured { trial: 0, interval: interval.clone() } });
        }
        for _ in 0..5 {
            desk.tell(&Stamped { at, event: Event::RunEnded { exit_code: ExitCode::Passed } });
        }
        *gate.0.lock().unwrap() = true;
        gate.1.notify_all();
        drop(desk);
        assert_eq!(seen.load(Ordering::Relaxed), WAITING_MAX + 5);
    }
}
