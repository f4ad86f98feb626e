//! What `/proc` tells about a process: memory, processor time, and what a thread waits in.

use squall_model::units::TimeSpan;
use std::fs;

/// A reading of a process's statistics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::run) struct ProcessStats {
    /// The memory in use, in bytes.
    pub(in crate::run) memory_bytes: u64,
    /// The processor time used so far.
    pub(in crate::run) cpu: TimeSpan,
}

impl ProcessStats {
    /// Reads the statistics of a process; `None` if it is gone.
    pub(in crate::run) fn read(process: u32) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        let pages: u64 = fs::read_to_string(format!("/proc/{process}/statm")).ok()?.split(' ').nth(1)?.parse().ok()?;
        Some(Self { memory_bytes: pages * page_bytes(), cpu: cpu_of_stat(&stat)? })
    }
}

/// The processor time in a line of `/proc/…/stat`: fields 14 and 15, counted behind the name's closing parenthesis.
fn cpu_of_stat(stat: &str) -> Option<TimeSpan> {
    let fields: Vec<&str> = stat.rsplit_once(") ")?.1.split(' ').collect();
    let ticks = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    Some(TimeSpan::from_nanos(ticks * (1_000_000_000 / ticks_per_second())))
}

fn page_bytes() -> u64 {
    system_number(libc::_SC_PAGESIZE, 4_096)
}

fn ticks_per_second() -> u64 {
    system_number(libc::_SC_CLK_TCK, 100)
}

fn system_number(name: libc::c_int, otherwise: u64) -> u64 {
    // SAFETY: the call takes a plain number.
    #[expect(unsafe_code, reason = "sysconf is the operating system's")]
    let number = unsafe { libc::sysconf(name) };
    u64::try_from(number).ok().filter(|number| *number > 0).unwrap_or(otherwise)
}

/// The processor time that this process used so far, and its largest memory in bytes.
pub(in crate::run) fn own_usage() -> (TimeSpan, u64) {
    // SAFETY: an all-zero usage is a valid value, and the pointer is to a live local.
    #[expect(unsafe_code, reason = "getrusage is the operating system's")]
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_SELF, &raw mut usage);
        usage
    };
    let nanos = |time: libc::timeval| time.tv_sec as u64 * 1_000_000_000 + time.tv_usec as u64 * 1_000;
    let cpu = TimeSpan::from_nanos(nanos(usage.ru_utime) + nanos(usage.ru_stime));
    (cpu, usage.ru_maxrss as u64 * 1_024)
}

/// What a thread waits in, by the kernel's word for it; empty if it runs or cannot be asked.
pub(in crate::run) fn thread_waiting_in(process: u32, thread: u64) -> String {
    let directory = format!("/proc/{process}/task/{thread}");
    let state = fs::read_to_string(format!("{directory}/stat")).ok();
    let state = state.as_deref().and_then(|stat| stat.rsplit_once(") ")).map_or("", |(_, fields)| &fields[..1]);
    let place = fs::read_to_string(format!("{directory}/wchan")).unwrap_or_default();
    match (state, place.trim()) {
        ("S" | "D", "" | "0") => "a system call".to_owned(),
        ("S" | "D", place) => place.to_owned(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_uses_memory_and_time() {
        let stats = ProcessStats::read(std::process::id()).unwrap();
        assert!(stats.memory_bytes > 100_000);
        let (cpu, memory_bytes_max) = own_usage();
        assert!(cpu > TimeSpan::ZERO && memory_bytes_max > 100_000);
    }

    #[test]
    fn a_name_with_spaces_and_parentheses_does_not_shift_the_fields() {
        let stat = "7 (a) b) c) S 1 2 3 4 5 6 7 8 9 10 150 50 0 0";
        assert_eq!(cpu_of_stat(stat), Some(TimeSpan::from_millis(2_000)));
    }
}
