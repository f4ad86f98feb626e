//! A second process that outlives a `kill -9` of this one for a moment, to end whatever this one had started.
//!
//! The kernel kills our direct children when we die, but not theirs: a target's helpers, or the compilers that cargo runs. The
//! leash knows the process groups that are to end with us. It waits on a pipe from us; when that closes without a word,
//! it kills the groups and ends.

use super::spawn::signal_group;
use std::collections::BTreeSet;
use std::io::{self, BufRead, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Mutex, PoisonError};

/// The hidden command with which squall starts itself as a leash.
const COMMAND: &str = "leash";

/// The second process. Dropping it ends it without harm: all groups were released before.
#[derive(Debug)]
pub struct Leash {
    child: Mutex<Child>,
    pipe: Mutex<Option<ChildStdin>>,
}

/// A process group on the leash. Dropping it kills what is left of the group, and takes it off.
#[derive(Debug)]
#[must_use = "the group is killed when this is dropped"]
pub(in crate::run) struct Held<'a> {
    leash: &'a Leash,
    group: u32,
}

impl Leash {
    /// Starts the second process.
    ///
    /// # Errors
    /// If squall's own program cannot be started again.
    pub fn start() -> io::Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg(COMMAND)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()?;
        let pipe = child.stdin.take();
        Ok(Self { child: Mutex::new(child), pipe: Mutex::new(pipe) })
    }

    /// Puts the group of a child on the leash.
    pub(in crate::run) fn hold(&self, child: &tokio::process::Child) -> Held<'_> {
        let group = child.id().unwrap_or(0);
        self.tell('+', group);
        Held { leash: self, group }
    }

    /// A leash that is gone cannot be told anything; then the kernel's own rule is what is left.
    fn tell(&self, sign: char, group: u32) {
        if let Some(pipe) = self.pipe.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            let _ = writeln!(pipe, "{sign}{group}");
        }
    }
}

impl Drop for Leash {
    fn drop(&mut self) {
        drop(self.pipe.lock().unwrap_or_else(PoisonError::into_inner).take());
        let _ = self.child.lock().unwrap_or_else(PoisonError::into_inner).wait();
    }
}

impl Held<'_> {
    /// Sends a signal to the whole group.
    pub(in crate::run) fn signal(&self, signal: i32) {
        signal_group(self.group, signal);
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        signal_group(self.group, libc::SIGKILL);
        self.leash.tell('-', self.group);
    }
}

/// The second process's own main: reads which groups to hold until the pipe closes, and kills those that are left.
pub fn leash_main() {
    let mut groups = BTreeSet::new();
    for line in io::stdin().lock().lines().map_while(Result::ok) {
        let (sign, number) = line.split_at(line.len().min(1));
        match (sign, number.parse::<u32>()) {
            ("+", Ok(group)) => groups.insert(group),
            ("-", Ok(group)) => groups.remove(&group),
            _ => false,
        };
    }
    for group in groups {
        signal_group(group, libc::SIGKILL);
    }
}
