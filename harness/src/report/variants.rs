//! The part of a report that sets several variants or faults side by side: each fault alone, each repair, and what each
//! variant costs.

use super::paint::{Paint, plain};
use squall_model::{ExpectationJudgement, Judgement, RepairJudgement, Table, VariantCost, Verdict, WrongCount, text};

/// The tables of a judgement; those with nothing to say are empty.
pub(super) fn tables(judgement: &Judgement, paint: Paint) -> [Table; 2] {
    let alone =
        judgement.expectation.as_ref().map_or_else(Table::default, |expectation| alone_table(expectation, paint));
    [alone, variant_table(judgement, paint)]
}

/// Each fault alone, below what the load does without any.
fn alone_table(expectation: &ExpectationJudgement, paint: Paint) -> Table {
    if expectation.alone.is_empty() {
        return Table::default();
    }
    let mut table = head(&["fault alone", "wrong", "of", "share"], paint);
    let mut row = |name: &str, count: WrongCount| {
        table.row([name, &text::count(count.wrong), &text::count(count.out_of), &text::percent(count.rate())]);
    };
    if let Some(control) = expectation.control {
        row("none", control);
    }
    expectation.alone.iter().for_each(|line| row(&line.fault, line.count));
    table
}

/// One row a variant, the target first: whether it is clean under the faults, and what it costs without them.
fn variant_table(judgement: &Judgement, paint: Paint) -> Table {
    let mut table =
        head(&["variant", "under faults", "throughput", "beside the first", "p50", "p99", "memory", ""], paint);
    for variant in names(judgement) {
        let repair = judgement.repairs.iter().find(|repair| repair.variant == variant);
        let [throughput, relative, p50, p99, memory] = cost_cells(cost_of(judgement, &variant));
        table.painted_row([
            plain(&variant),
            standing(repair, paint),
            plain(&throughput),
            plain(&relative),
            plain(&p50),
            plain(&p99),
            plain(&memory),
            plain(repair.filter(|repair| repair.verdict != Verdict::Pass).map_or("", |repair| &repair.reason)),
        ]);
    }
    table
}

/// The variants in the order of their costs, then those of which only the repair's verdict is known.
fn names(judgement: &Judgement) -> Vec<String> {
    let mut names: Vec<String> = judgement.costs.iter().map(|cost| cost.variant.clone()).collect();
    for repair in &judgement.repairs {
        if !names.contains(&repair.variant) {
            names.push(repair.variant.clone());
        }
    }
    names
}

fn cost_of<'a>(judgement: &'a Judgement, variant: &str) -> Option<&'a VariantCost> {
    judgement.costs.iter().find(|cost| cost.variant == variant)
}

fn standing(repair: Option<&RepairJudgement>, paint: Paint) -> (String, String) {
    let (word, verdict) = match repair.map(|repair| repair.verdict) {
        None => return plain("the target"),
        Some(Verdict::Pass) => ("clean", Verdict::Pass),
        Some(Verdict::Inconclusive) => ("unproven", Verdict::Inconclusive),
        Some(Verdict::Fail) => ("FAILED", Verdict::Fail),
    };
    (word.to_owned(), paint.verdict(verdict, word))
}

fn cost_cells(cost: Option<&VariantCost>) -> [String; 5] {
    let Some(cost) = cost else { return ["not measured", "", "", "", ""].map(str::to_owned) };
    [
        text::per_second(cost.throughput),
        relative_in_words(cost),
        text::nanos(cost.p50_nanos),
        text::nanos(cost.p99_nanos),
        format!("{} MiB", text::number(cost.memory_bytes as f64 / (1 << 20) as f64)),
    ]
}

/// The throughput as a multiple of the target's, with the least and the largest of the rounds.
pub(super) fn relative_in_words(cost: &VariantCost) -> String {
    let shown = |factor: f64| format!("{factor:.2}");
    cost.relative.map_or(String::new(), |relative| match cost.rounds {
        0 | 1 => format!("x{}", shown(relative.median)),
        _ => format!("x{} ({} to {})", shown(relative.median), shown(relative.least), shown(relative.most)),
    })
}

fn head(cells: &[&str], paint: Paint) -> Table {
    Table::new(cells, |cell| paint.dim(cell))
}
