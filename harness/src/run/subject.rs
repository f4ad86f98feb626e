//! The child process of one trial: how it is started, what it says, how it is ended.

use super::host::{Held, Inheritance, Leash, under_leash};
use super::launch::Launch;
use super::run_error::RunError;
use super::tail::Tail;
use squall_model::protocol::{CONTROL_VARIABLE, Command, LINE_BYTES_MAX, Report, SEGMENT_VARIABLE, to_line};
use std::os::fd::{AsRawFd, OwnedFd};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;
use tokio::process::{Child, Command as ProcessCommand};
use tokio::sync::mpsc;

/// How many reports, of a mebibyte each at most, may wait to be handled; a subject that says more waits in its own write.
const REPORTS_WAITING_MAX: usize = 32;
/// How much of the subject's standard error is kept, from its end.
const STDERR_BYTES_MAX: usize = 64 << 10;
/// How much of a line that is no report is told.
const GARBAGE_BYTES_MAX: usize = 200;
/// How long a subject has to take in what it is told before it counts as not listening.
const WRITE_TIMEOUT: Duration = Duration::from_secs(5);
/// How long after the process's end its last words may take to arrive.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// What a subject says.
#[derive(Debug)]
pub(super) enum Heard {
    /// A report.
    Report(Box<Report>),
    /// Something that is none.
    Garbage(String),
    /// It closed its end, or died.
    Silence,
}

/// A running child process that serves one trial, or says what it can be used for.
pub(super) struct Subject<'a> {
    child: Child,
    dead: bool,
    /// Whether it took in all that it was told; after half a command nothing more is said.
    listening: bool,
    held: Held<'a>,
    commands: Box<dyn AsyncWrite + Unpin + Send>,
    reports: mpsc::Receiver<Heard>,
    stderr: Tail,
    stderr_done: tokio::task::JoinHandle<()>,
}

impl<'a> Subject<'a> {
    /// Starts the program. `segment` is what it records into; it may use so much address space.
    pub(super) fn start(
        launch: &Launch,
        leash: &'a Leash,
        segment: Option<&std::fs::File>,
        address_space_max: Option<u64>,
    ) -> Result<Self, RunError> {
        let (ours, theirs) = control_pair(launch.stdio)?;
        let mut command = ProcessCommand::new(&launch.program);
        command.args(&launch.arguments).current_dir(&launch.directory).stderr(Stdio::piped());
        let mut descriptors = Vec::new();
        if let Some(theirs) = &theirs {
            command.env(CONTROL_VARIABLE, theirs.as_raw_fd().to_string()).stdin(Stdio::null()).stdout(Stdio::null());
            descriptors.push(theirs.as_raw_fd());
        } else {
            command.env_remove(CONTROL_VARIABLE).stdin(Stdio::piped()).stdout(Stdio::piped());
        }
        if let Some(segment) = segment {
            command.env(SEGMENT_VARIABLE, segment.as_raw_fd().to_string());
            descriptors.push(segment.as_raw_fd());
        }
        let inheritance = Inheritance { descriptors, address_space_max };
        let spawned = under_leash(&mut command, Some(inheritance)).spawn();
        let child = spawned.map_err(|source| RunError::CannotStart { program: launch.program.clone(), source })?;
        let held = leash.hold(&child);
        drop(theirs);
        Ok(Self::converse(child, held, ours))
    }

    /// Begins to listen to a child that was just started.
    fn converse(mut child: Child, held: Held<'a>, ours: Option<UnixStream>) -> Self {
        let (sender, reports) = mpsc::channel(REPORTS_WAITING_MAX);
        let commands: Box<dyn AsyncWrite + Unpin + Send> = match (ours, child.stdin.take()) {
            (Some(socket), _) => {
                let (reader, writer) = socket.into_split();
                tokio::spawn(listen(reader, sender));
                Box::new(writer)
            }
            (None, stdin) => {
                if let Some(stdout) = child.stdout.take() {
                    tokio::spawn(listen(stdout, sender));
                }
                stdin.map_or_else(|| Box::new(tokio::io::sink()) as _, |stdin| Box::new(stdin) as _)
            }
        };
        let stderr = Tail::new(STDERR_BYTES_MAX);
        let stderr_done = tokio::spawn(stderr.clone().follow(child.stderr.take()));
        Self { child, dead: false, listening: true, held, commands, reports, stderr, stderr_done }
    }

    /// The process's number; 0 once it was waited for.
    pub(super) fn process(&self) -> u32 {
        self.child.id().unwrap_or(0)
    }

    /// Tells the subject something. One that does not listen is found out by its silence.
    pub(super) async fn tell(&mut self, command: &Command) {
        if let Ok(line) = to_line(command)
            && self.listening
        {
            let written = async {
                self.commands.write_all(line.as_bytes()).await?;
                self.commands.flush().await
            };
            self.listening = matches!(tokio::time::timeout(WRITE_TIMEOUT, written).await, Ok(Ok(())));
        }
    }

    /// Waits for the next thing that the subject says; silence once it is dead and its last words are heard. What it had
    /// started may live on and keep its end of the conversation open: that is not waited for.
    pub(super) async fn hear(&mut self) -> Heard {
        if !self.dead {
            tokio::select! {
                biased;
                heard = self.reports.recv() => return heard.unwrap_or(Heard::Silence),
                _ = self.child.wait() => self.dead = true,
            }
        }
        let last_words = tokio::time::timeout(LAST_WORDS, self.reports.recv()).await;
        last_words.ok().flatten().unwrap_or(Heard::Silence)
    }

    /// Waits for the process's end.
    pub(super) async fn wait(&mut self) -> Result<ExitStatus, RunError> {
        self.child.wait().await.map_err(RunError::system("waiting for the subject"))
    }

    /// Sends a signal to the subject and all that it started.
    pub(super) fn signal(&self, signal: i32) {
        self.held.signal(signal);
    }

    /// Kills what is left and hands on the end of its standard error. The pipe may be held open by a process that
    /// escaped; it is not waited for.
    pub(super) async fn bury(mut self) -> String {
        self.signal(libc::SIGKILL);
        let _ = self.child.wait().await;
        let _ = tokio::time::timeout(LAST_WORDS, &mut self.stderr_done).await;
        self.stderr.text()
    }
}

/// A socket pair for the conversation, or nothing where the standard streams serve.
fn control_pair(stdio: bool) -> Result<(Option<UnixStream>, Option<OwnedFd>), RunError> {
    if stdio {
        return Ok((None, None));
    }
    let pair = || -> std::io::Result<_> {
        let (ours, theirs) = std::os::unix::net::UnixStream::pair()?;
        ours.set_nonblocking(true)?;
        Ok((UnixStream::from_std(ours)?, OwnedFd::from(theirs)))
    };
    let (ours, theirs) = pair().map_err(RunError::system("making a socket pair"))?;
    Ok((Some(ours), Some(theirs)))
}

/// Reads reports until the end, or until something is none: after that nothing can be trusted.
async fn listen(reader: impl AsyncRead + Unpin, sender: mpsc::Sender<Heard>) {
    let mut reader = BufReader::new(reader);
    let mut line = Vec::new();
    loop {
        line.clear();
        let heard = match (&mut reader).take(LINE_BYTES_MAX as u64 + 1).read_until(b'\n', &mut line).await {
            Ok(0) | Err(_) => Heard::Silence,
            Ok(_) => understand(&line),
        };
        let last = !matches!(heard, Heard::Report(_));
        if sender.send(heard).await.is_err() || last {
            return;
        }
    }
}

fn understand(line: &[u8]) -> Heard {
    if line.len() > LINE_BYTES_MAX {
        return Heard::Garbage(format!("a line of more than {LINE_BYTES_MAX} bytes"));
    }
    match serde_json::from_slice::<Report>(line) {
        Ok(report) => Heard::Report(Box::new(report)),
        // A last line without its end is what a death in the middle of a word leaves behind.
        Err(_) if line.last() != Some(&b'\n') => Heard::Silence,
        Err(_) => {
            let text = String::from_utf8_lossy(&line[..line.len().min(GARBAGE_BYTES_MAX)]);
            Heard::Garbage(format!("`{}`", text.trim_end().escape_debug()))
        }
    }
}
