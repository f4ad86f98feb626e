//! Takes the rows in which a subject's allocator noted misuse of memory, hands on what was done and where in the code.

use super::symbols::{self, Symbols};
use squall_model::segment::{CaughtMisuse, Segment};
use squall_model::{BlockLayout, MemoryIncident};
use std::path::Path;

/// The misuse that a subject was caught at. The program's file is read only if there is any.
pub(super) fn incidents(segment: Segment<'_>, program: &Path) -> Vec<MemoryIncident> {
    let rows: Vec<CaughtMisuse> = segment.memory().caught().collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let program = symbols::read(program);
    let symbols = Symbols::of(&program, segment.memory().load_address());
    rows.iter().map(|row| incident(row, &symbols)).collect()
}

fn incident(row: &CaughtMisuse, symbols: &Symbols<'_>) -> MemoryIncident {
    MemoryIncident {
        misuse: row.misuse,
        count: row.count,
        block: BlockLayout { size: row.size, align: row.align },
        given: row.given.map(|(size, align)| BlockLayout { size, align }),
        offset: row.offset,
        written: row.written[..row.written_bytes].to_vec(),
        worker: row.worker,
        phase: row.phase,
        stack: symbols.frames(&row.stack),
        allocated: symbols.frames(&row.allocated),
        freed: symbols.frames(&row.freed),
    }
}
