//! The channel to the orchestrator: commands come in, reports go out, a JSON object a line.

use squall_model::protocol::{CONTROL_VARIABLE, Command, LINE_BYTES_MAX, Report, to_line};
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::fd::FromRawFd;
use std::sync::{Mutex, PoisonError};

/// Where reports are written.
pub(crate) struct Reports {
    file: Mutex<File>,
}

/// Where commands are read.
pub(crate) struct Commands {
    reader: BufReader<File>,
}

/// Opens the channel that the orchestrator left to this process; `None` if there is none.
pub(crate) fn open() -> Option<(Commands, Reports)> {
    let number: i32 = std::env::var(CONTROL_VARIABLE).ok()?.parse().ok()?;
    let file = owned(number)?;
    let reader = BufReader::new(file.try_clone().ok()?);
    Some((Commands { reader }, Reports { file: Mutex::new(file) }))
}

/// Takes an inherited file descriptor over, if it is open.
pub(super) fn owned(number: i32) -> Option<File> {
    // SAFETY: the number comes from the orchestrator, which left the descriptor to this process alone; that it is open
    // is looked at first, and each variable is read once.
    #[expect(unsafe_code, reason = "an inherited descriptor is known only by its number")]
    unsafe {
        // What the target starts must not inherit it: the orchestrator waits for its end.
        let open = number > 2 && libc::fcntl(number, libc::F_SETFD, libc::FD_CLOEXEC) != -1;
        open.then(|| File::from_raw_fd(number))
    }
}

impl Commands {
    /// Reads the next command; `None` once the orchestrator is gone.
    ///
    /// # Errors
    /// If a line is no command, in words.
    pub(crate) fn next(&mut self) -> Result<Option<Command>, String> {
        let mut line = String::new();
        let read = self.reader.by_ref().take(LINE_BYTES_MAX as u64).read_line(&mut line);
        match read.map_err(|error| error.to_string())? {
            0 => Ok(None),
            _ => serde_json::from_str(&line).map(Some).map_err(|error| format!("no command: {error}")),
        }
    }
}

impl Reports {
    /// Sends a report. An orchestrator that is gone cannot be told so; the reader notices.
    pub(crate) fn send(&self, report: &Report) {
        let Ok(line) = to_line(report) else { return };
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = file.write_all(line.as_bytes());
    }
}
