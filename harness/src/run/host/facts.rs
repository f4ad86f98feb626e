//! What the machine is, so that a finding can be compared with one from elsewhere.

use squall_model::HostFacts;
use std::fs;

/// What the machine is that this process runs on; what cannot be read stays empty.
#[must_use]
pub fn host_facts() -> HostFacts {
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    let field = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.starts_with(name)).and_then(|line| line.split_once(':'));
        line.map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
    };
    let memory = field(&read("/proc/meminfo"), "MemTotal");
    let kibibytes: u64 = memory.split(' ').next().and_then(|number| number.parse().ok()).unwrap_or(0);
    HostFacts {
        cores: std::thread::available_parallelism().map_or(1, usize::from),
        processor: field(&read("/proc/cpuinfo"), "model name"),
        memory_bytes: kibibytes * 1_024,
        kernel: read("/proc/sys/kernel/osrelease").trim().to_owned(),
        load_average: read("/proc/loadavg").split(' ').next().unwrap_or_default().to_owned(),
    }
}
