//! Drives the subject program as the orchestrator does: plan in, phases and faults on, reports and recorder out.
//!
//! It needs no `unsafe`: a shell hands the two descriptors on, and the segment is a plain file that is read and written
//! at the places of its words.

use squall_model::fault::{Fault, FaultPlan};
use squall_model::protocol::{CONTROL_VARIABLE, Command as Order, Report, SEGMENT_VARIABLE, to_line};
use squall_model::segment::{BUCKETS, Layout, Segment, bucket_low};
use squall_model::units::{Rate, TimeSpan};
use squall_model::{
    Arrivals, Keys, Limits, Load, OracleReport, OutcomeCounts, Phase, PhaseLengths, TrialPlan, TrialRole,
};
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::FileExt;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Hands standard input on as the control socket and standard output as the segment.
const SHELL: &str = "exec 3<&0 4<&1 0</dev/null 1>/dev/null; exec \"$0\"";
/// How long a subject may take to build its workload, and to end.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a trial is to do.
#[derive(Debug, Clone)]
pub(crate) struct Trial {
    pub(crate) workload: &'static str,
    pub(crate) params: serde_json::Value,
    pub(crate) operations: Vec<&'static str>,
    pub(crate) oracles: Vec<&'static str>,
    pub(crate) weights: Vec<u32>,
    pub(crate) workers: u32,
    pub(crate) rate: Option<Rate>,
    pub(crate) seed: u64,
    pub(crate) keys: Keys,
    pub(crate) faults: Vec<Fault>,
    pub(crate) length: Duration,
}

impl Trial {
    /// A trial of one of the maps.
    pub(crate) fn of_map(workload: &'static str) -> Self {
        Self {
            workload,
            params: serde_json::Value::Null,
            operations: vec!["get", "insert", "remove", "update"],
            oracles: vec!["own_value", "no_lost_update"],
            weights: vec![50, 20, 10, 20],
            workers: 4,
            rate: None,
            seed: 42,
            keys: Keys { count: 1_000, zipf: Some(0.9), hot: None },
            faults: Vec::new(),
            length: Duration::from_millis(500),
        }
    }

    /// A trial of one of the buffers.
    pub(crate) fn of_buffer(workload: &'static str) -> Self {
        Self {
            operations: vec!["append", "read"],
            oracles: vec!["own_elements", "known_element"],
            weights: vec![80, 20],
            ..Self::of_map(workload)
        }
    }

    /// A trial of one of the canaries.
    pub(crate) fn of_canary(workload: &'static str) -> Self {
        Self {
            operations: vec!["call"],
            oracles: if workload == "canary.wrong_result" { vec!["own_value"] } else { Vec::new() },
            weights: vec![1],
            params: serde_json::json!({"after": 2_000}),
            ..Self::of_map(workload)
        }
    }

    /// The same trial under faults, each written as in an experiment.
    pub(crate) fn under(mut self, faults: &[serde_json::Value]) -> Self {
        self.faults = faults.iter().map(|fault| serde_json::from_value(fault.clone()).expect("a fault")).collect();
        self
    }

    fn plan(&self) -> TrialPlan {
        let faults = self.faults.iter().zip(0..).map(|(fault, number)| FaultPlan {
            number,
            decision_key: u64::from(number) + 1,
            fault: fault.clone(),
            start: TimeSpan::ZERO,
            length: TimeSpan::from_millis(60_000),
        });
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        TrialPlan {
            number: 0,
            role: TrialRole::Treatment,
            seed: self.seed,
            workload: self.workload.to_owned(),
            params: self.params.clone(),
            operations: owned(&self.operations),
            oracles: owned(&self.oracles),
            load: self.load(),
            phases: PhaseLengths {
                warmup: TimeSpan::ZERO,
                baseline: TimeSpan::ZERO,
                fault: TimeSpan::from_millis(1),
                recovery: TimeSpan::ZERO,
            },
            faults: faults.collect(),
            limits: Limits {
                stuck_after: TimeSpan::from_millis(1_000),
                settle: TimeSpan::from_millis(5_000),
                memory_bytes_max: None,
            },
        }
    }

    fn load(&self) -> Load {
        Load {
            workers: self.workers,
            rate: self.rate,
            arrivals: Arrivals::Poisson,
            weights: self.weights.clone(),
            keys: self.keys,
            timeout: TimeSpan::from_millis(60_000),
        }
    }

    /// Runs the trial to its end.
    pub(crate) fn run(&self) -> Ended {
        let mut subject = Subject::start(self);
        subject.wait_for_ready();
        for number in 0..self.faults.len() {
            subject.arm(number);
        }
        subject.begin();
        std::thread::sleep(self.length);
        subject.stop_and_end()
    }
}

/// A subject that runs.
pub(crate) struct Subject {
    child: Child,
    control: UnixStream,
    reports: BufReader<UnixStream>,
    file: File,
    words: Vec<AtomicU64>,
    layout: Layout,
    seen: Vec<Report>,
}

/// A subject that has ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    pub(crate) stderr: String,
    pub(crate) reports: Vec<Report>,
    pub(crate) outcomes: OutcomeCounts,
    pub(crate) fired: Vec<u64>,
    /// How many operations took this long or longer: the lower end of a bucket, and its count.
    pub(crate) latencies: Vec<(u64, u64)>,
}

impl Ended {
    /// The latency below which this share of the operations lies.
    pub(crate) fn latency(&self, share: f64) -> Duration {
        let total: u64 = self.latencies.iter().map(|(_, count)| count).sum();
        let mut below = 0;
        let bucket = self.latencies.iter().find(|(_, count)| {
            below += count;
            below as f64 >= share * total as f64
        });
        Duration::from_nanos(bucket.map_or(0, |(nanos, _)| *nanos))
    }

    /// What an oracle came to.
    pub(crate) fn oracle(&self, name: &str) -> &OracleReport {
        let oracles = self.reports.iter().filter_map(|report| match report {
            Report::Finished { oracles, .. } => Some(oracles),
            _ => None,
        });
        let mut named = oracles.flatten().filter(|oracle| oracle.oracle == name);
        named.next().unwrap_or_else(|| panic!("no report of {name}: {self:#?}"))
    }
}

impl Subject {
    /// Starts the subject and gives it its plan.
    pub(crate) fn start(trial: &Trial) -> Self {
        let layout = Layout::new(trial.workers as usize, trial.operations.len()).expect("a layout");
        let file = segment_file(layout.bytes());
        let (control, theirs) = UnixStream::pair().expect("a socket pair");
        let child = Command::new("sh")
            .args(["-c", SHELL, env!("CARGO_BIN_EXE_squall-target")])
            .env(CONTROL_VARIABLE, "3")
            .env(SEGMENT_VARIABLE, "4")
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .stdout(Stdio::from(file.try_clone().expect("a second descriptor")))
            .stderr(Stdio::piped())
            .spawn()
            .expect("the subject starts");
        control.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        let reports = BufReader::new(control.try_clone().expect("a second descriptor"));
        let words = (0..layout.bytes() / size_of::<u64>()).map(|_| AtomicU64::new(0)).collect();
        let mut subject = Self { child, control, reports, file, words, layout, seen: Vec::new() };
        subject.tell(&Order::Plan(Box::new(trial.plan())));
        subject
    }

    /// Reads reports until the workload is built.
    pub(crate) fn wait_for_ready(&mut self) {
        while let Some(report) = self.next_report() {
            match report {
                Report::Ready {} => return,
                Report::Refused { reason } => panic!("refused: {reason}"),
                other => self.seen.push(other),
            }
        }
        panic!("the subject ended before it was ready");
    }

    /// Arms a fault: first its word, then the order, as the subject takes for granted.
    fn arm(&mut self, number: usize) {
        self.segment().meter(number).set_armed(true);
        self.write_segment();
        self.tell(&Order::Arm { fault: number as u32 });
    }

    /// Begins the fault phase, and with it the load.
    pub(crate) fn begin(&mut self) {
        self.segment().header().set_phase(Phase::Fault);
        self.write_segment();
        self.tell(&Order::Phase { phase: Phase::Fault });
    }

    /// How many operations have ended so far, on each worker.
    pub(crate) fn finished(&mut self) -> Vec<u64> {
        self.read_segment();
        self.segment().slots().map(|slot| slot.finished()).collect()
    }

    /// The processor time that the subject has used, in clock ticks.
    pub(crate) fn processor_ticks(&self) -> u64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).expect("the subject lives");
        let fields: Vec<&str> = stat.rsplit(')').next().expect("a state").split_whitespace().collect();
        fields[11].parse::<u64>().expect("ticks") + fields[12].parse::<u64>().expect("ticks")
    }

    /// Kills the subject, as an orchestrator does with one that is stuck.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("the subject can be killed");
        self.child.wait().expect("the subject ends");
    }

    /// Stops the load and waits for the end, however it comes.
    pub(crate) fn stop_and_end(mut self) -> Ended {
        let stopped = to_line(&Order::Stop {}).expect("a line");
        let _ = self.control.write_all(stopped.as_bytes());
        while let Some(report) = self.next_report() {
            self.seen.push(report);
        }
        let status = self.wait();
        let mut stderr = String::new();
        self.child.stderr.take().expect("a pipe").read_to_string(&mut stderr).expect("text");
        self.read_segment();
        let slots = || self.segment().slots();
        let rows = || (0..self.layout.operations).flat_map(|row| Phase::ALL.map(|phase| (phase, row)));
        let outcomes = slots().flat_map(|slot| rows().map(move |(phase, row)| slot.outcomes(phase, row)));
        Ended {
            status,
            stderr,
            latencies: self.latencies(),
            outcomes: outcomes.fold(OutcomeCounts::default(), |sum, counts| sum + counts),
            fired: (0..8).map(|fault| self.segment().meter(fault).fired()).collect(),
            reports: self.seen,
        }
    }

    fn latencies(&self) -> Vec<(u64, u64)> {
        let mut counts = vec![0; BUCKETS];
        for slot in self.segment().slots() {
            for row in 0..self.layout.operations {
                let histogram = slot.histogram(Phase::Fault, row);
                counts.iter_mut().zip(histogram).for_each(|(sum, count)| *sum += count.load(Ordering::Relaxed));
            }
        }
        counts.into_iter().enumerate().map(|(bucket, count)| (bucket_low(bucket), count)).collect()
    }

    fn wait(&mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                return status;
            }
            assert!(Instant::now() < deadline, "the subject does not end");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    fn tell(&mut self, order: &Order) {
        let line = to_line(order).expect("a line");
        self.control.write_all(line.as_bytes()).expect("the subject listens");
    }

    fn next_report(&mut self) -> Option<Report> {
        let mut line = String::new();
        match self.reports.read_line(&mut line) {
            Ok(0) | Err(_) => None,
            Ok(_) => Some(serde_json::from_str(&line).expect("a report")),
        }
    }

    fn segment(&self) -> Segment<'_> {
        Segment::new(&self.words, self.layout).expect("a segment")
    }

    /// Writes what this side has set, word by word and the phase last: everything else belongs to the workers, which
    /// count as soon as they see it.
    fn write_segment(&self) {
        for (place, word) in self.words.iter().enumerate().rev() {
            let value = word.load(Ordering::Relaxed);
            if value != 0 {
                let offset = (place * size_of::<u64>()) as u64;
                self.file.write_all_at(&value.to_le_bytes(), offset).expect("the segment can be written");
            }
        }
    }

    fn read_segment(&mut self) {
        let mut bytes = vec![0; self.layout.bytes()];
        self.file.read_exact_at(&mut bytes, 0).expect("the segment can be read");
        for (word, chunk) in self.words.iter().zip(bytes.as_chunks().0) {
            word.store(u64::from_le_bytes(*chunk), Ordering::Relaxed);
        }
    }
}

/// A file without a name; a fresh one each time, also when tests run side by side.
fn segment_file(bytes: usize) -> File {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let path = std::env::temp_dir().join(format!("squall-targets-{}-{number}", std::process::id()));
    let file = OpenOptions::new().read(true).write(true).create_new(true).open(&path).expect("a new file");
    std::fs::remove_file(&path).expect("the file can be unlinked");
    file.set_len(bytes as u64).expect("the file can grow");
    file
}
