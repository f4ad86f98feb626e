//! Tells a person what short scripts came to: how many there were, and the tables of those that are worth reading.

use super::paint::{Paint, plain};
use squall_model::{OutcomeKind, ScriptOutcome, ScriptTable, ScriptsRecord, Table, Verdict, text};

/// So many tables with a forbidden outcome are shown; the rest is in the run directory.
const TABLES_SHOWN_MAX: usize = 4;
/// So many rows of one table are shown.
const ROWS_SHOWN_MAX: usize = 12;

/// The lines that tell of scripts: all tables with a forbidden outcome, or the only one.
pub(super) fn lines(record: &ScriptsRecord, paint: Paint) -> Vec<String> {
    let scripts = text::counted(record.scripts, "script");
    let sum = format!(
        "  {scripts}, {} samples, {} of them with a forbidden outcome",
        text::count(record.samples),
        text::count(record.forbidden)
    );
    let shown = record.tables.iter().filter(|table| table.forbidden() > 0 || record.scripts == 1);
    let mut lines = vec![String::new(), sum];
    for table in shown.take(TABLES_SHOWN_MAX) {
        lines.extend(lines_of(table, paint));
    }
    if let Some(table) = &record.under_way {
        lines.extend([String::new(), "  under way when the subject ended".to_owned()]);
        lines.extend(lines_of(table, paint).into_iter().skip(1));
    }
    lines
}

fn lines_of(table: &ScriptTable, paint: Paint) -> Vec<String> {
    let mut lines = vec![String::new()];
    let name = format!("script {}, {} samples", table.number, text::count(table.samples));
    lines.push(format!("  {}", paint.dim(&name)));
    if !table.prepared.is_empty() {
        lines.push(format!("  {}  {}", paint.dim("before  "), text::harmless(&table.prepared)));
    }
    for (number, calls) in table.threads.iter().enumerate() {
        lines.push(format!("  {}  {}", paint.dim(&format!("thread {number}")), text::harmless(calls)));
    }
    lines.extend(rows(table, paint).lines(4));
    if let Some(left_out) = left_out(table) {
        lines.push(format!("    {}", paint.dim(&left_out)));
    }
    lines
}

fn rows(table: &ScriptTable, paint: Paint) -> Table {
    let ends = table.outcomes.iter().any(|outcome| outcome.answers.len() > table.threads.len());
    let threads = (0..table.threads.len()).map(|number| format!("thread {number}"));
    let mut head: Vec<String> = threads.chain(ends.then(|| "at the end".to_owned())).collect();
    let answers = head.len();
    head.extend(["samples", "share", "outcome", ""].map(str::to_owned));
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    let mut told = Table::new(&head, |cell| paint.dim(cell));
    for outcome in table.outcomes.iter().take(ROWS_SHOWN_MAX) {
        told.painted_cells(row(outcome, answers, table.samples, paint));
    }
    told
}

fn row(outcome: &ScriptOutcome, answers: usize, samples: u64, paint: Paint) -> Vec<(String, String)> {
    let answer = |place: usize| plain(outcome.answers.get(place).map_or("", |answer| answer.as_str()));
    let share = outcome.samples as f64 / samples.max(1) as f64;
    let kind = outcome.kind.name();
    let painted = match outcome.kind {
        OutcomeKind::Forbidden => paint.verdict(Verdict::Fail, kind),
        OutcomeKind::Interesting | OutcomeKind::BrokenOff => paint.verdict(Verdict::Inconclusive, kind),
        OutcomeKind::Accepted => kind.to_owned(),
    };
    let mut cells: Vec<_> = (0..answers).map(answer).collect();
    cells.push(plain(&text::count(outcome.samples)));
    cells.push(plain(&text::percent(share)));
    cells.push((kind.to_owned(), painted));
    cells.push(plain(&outcome.why));
    cells
}

fn left_out(table: &ScriptTable) -> Option<String> {
    let more = table.outcomes.iter().skip(ROWS_SHOWN_MAX);
    let (rows, samples) = more.fold((0, table.others), |(rows, sum), outcome| (rows + 1, sum + outcome.samples));
    (samples > 0).then(|| format!("and {} samples of {rows} more outcomes and others", text::count(samples)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forbidden_outcomes_are_told_with_their_script_and_aligned() {
        let outcome = |answers: &[&str], kind, samples| ScriptOutcome {
            answers: answers.iter().map(|answer| (*answer).to_owned()).collect(),
            kind,
            why: String::new(),
            samples,
        };
        let table = ScriptTable {
            number: 7,
            prepared: "insert a".to_owned(),
            threads: vec!["insert a".to_owned(), "get a".to_owned()],
            samples: 1_000,
            outcomes: vec![
                outcome(&["replaced", "nothing"], OutcomeKind::Forbidden, 3),
                outcome(&["replaced", "p0"], OutcomeKind::Accepted, 997),
            ],
            others: 0,
        };
        let under_way = ScriptTable { number: 9, samples: 0, outcomes: Vec::new(), ..table.clone() };
        let record =
            ScriptsRecord { scripts: 9, samples: 9_000, forbidden: 3, tables: vec![table], under_way: Some(under_way) };
        let lines = lines(&record, Paint { colours: false });
        let text = lines.join("\n");
        assert!(text.contains("9 scripts, 9,000 samples, 3 of them with a forbidden outcome"), "{text}");
        assert!(text.contains("thread 1  get a\n"), "{text}");
        assert!(text.contains("under way when the subject ended\n  script 9, 0 samples"), "{text}");
        let row = lines.iter().find(|line| line.contains("forbidden") && line.contains("0.3")).unwrap();
        assert!(row.starts_with("    replaced  nothing"), "{row}");
    }
}
