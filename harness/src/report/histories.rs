//! Tells a person what the check of recorded histories came to: how much was looked at, how long it took, and a few operations that
//! no order explains, with the line that judges them again.

use super::paint::Paint;
use squall_model::{HistoryAccount, shell_word, text};

/// The lines that tell of a trial's histories.
pub(super) fn lines(accounts: &[HistoryAccount], run_directory: &str, paint: Paint) -> Vec<String> {
    accounts.iter().flat_map(|account| lines_of(account, run_directory, paint)).collect()
}

fn lines_of(account: &HistoryAccount, run_directory: &str, paint: Paint) -> Vec<String> {
    let mut sum = format!(
        "  {}: {} on {}, each a {}, checked in {}",
        account.oracle,
        text::counted(account.operations, "operation"),
        text::counted(account.objects, "object"),
        account.model.name(),
        text::nanos(account.took.nanos() as f64),
    );
    if account.undecided > 0 {
        sum.push_str(&format!("; {} undecided", text::counted(account.undecided, "object")));
    }
    let mut lines = vec![String::new(), text::harmless(&sum).into_owned()];
    if let Some(wrong) = &account.wrong {
        lines.push(format!("  {}", paint.bold(&text::harmless(&wrong.anomaly))));
        lines.extend(wrong.drawing.iter().map(|line| format!("    {}", text::harmless(line))));
        let file = shell_word(&format!("{run_directory}/{}", wrong.file));
        let line = format!("squall history check {file} {}", wrong.arguments);
        lines.push(format!("  {}  {}", paint.dim("check  "), text::harmless(&line)));
        let picture = format!("{run_directory}/{}", wrong.picture);
        lines.push(format!("  {}  {}", paint.dim("picture"), text::harmless(&picture)));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use squall_model::CounterExample;
    use squall_model::history::HistoryModel;
    use squall_model::units::TimeSpan;

    #[test]
    fn what_no_order_explains_is_told_with_the_line_that_judges_it_again() {
        let wrong = CounterExample {
            anomaly: "stale read".to_owned(),
            drawing: vec!["process 0".to_owned()],
            file: "histories/trial-1-linearizable.ndjson".to_owned(),
            picture: "histories/trial-1-linearizable.svg".to_owned(),
            arguments: "--model map".to_owned(),
        };
        let account = HistoryAccount {
            oracle: "linearizable".to_owned(),
            model: HistoryModel::Map,
            operations: 12_000,
            objects: 30,
            undecided: 1,
            explored: 40_000,
            took: TimeSpan::from_millis(20),
            wrong: Some(wrong),
        };
        let text = lines(&[account], "results/runs/x/1", Paint { colours: false }).join("\n");
        assert!(
            text.contains("12,000 operations on 30 objects, each a map, checked in 20 ms; 1 object undecided"),
            "{text}"
        );
        let again = "squall history check results/runs/x/1/histories/trial-1-linearizable.ndjson --model map";
        assert!(text.contains(again), "{text}");
        assert!(text.contains("stale read\n    process 0"), "{text}");
    }
}
