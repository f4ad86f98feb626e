//! Draws a few operations as aligned columns, one for each process, time downwards: for a terminal, and as a picture. Both end where
//! no order is left.

use super::kind::HistoryModel;
use super::record::Record;
use super::value::{Value, Values};
use super::words;
use std::fmt::Write;

/// A drawing of more operations is read by nobody; the latest are drawn.
const OPERATIONS_MAX: usize = 32;
/// What stands where the operation ends that cannot be placed.
const NO_ORDER: &str = "◄ no order is left";

/// What is drawn of a history.
#[derive(Debug)]
pub struct Drawing {
    /// The processes, a column each.
    columns: Vec<String>,
    spans: Vec<Span>,
    /// How many earlier operations are left out.
    left_out: usize,
}

/// An operation in a drawing.
#[derive(Debug)]
struct Span {
    column: usize,
    begins: u32,
    ends: Option<u32>,
    question: String,
    answer: Option<String>,
    is_wrong: bool,
}

/// A cell of one row.
#[derive(Clone)]
enum Mark {
    Idle,
    Begins(String),
    Lasts,
    Ends(String),
}

impl Drawing {
    /// Draws operations; `wrong` is the one that cannot be placed.
    #[must_use]
    pub fn of(model: HistoryModel, records: &[Record], wrong: &Record, values: &Values) -> Self {
        let left_out = records.len().saturating_sub(OPERATIONS_MAX);
        let is_drawn = |place: usize, record: &Record| place >= left_out || record == wrong;
        let drawn: Vec<&Record> = records
            .iter()
            .enumerate()
            .filter(|(place, record)| is_drawn(*place, record))
            .map(|(_, record)| record)
            .collect();
        let mut processes: Vec<Value> = drawn.iter().map(|record| record.process).collect();
        processes.sort_unstable();
        processes.dedup();
        let spans = drawn.iter().map(|record| Span {
            column: processes.binary_search(&record.process).unwrap_or(0),
            begins: record.invocation,
            ends: record.is_answered().then_some(record.response),
            question: words::question(model, record, values),
            answer: words::answer(model, record, values),
            is_wrong: **record == *wrong,
        });
        let spans: Vec<Span> = spans.collect();
        let columns = processes.iter().map(|process| format!("process {}", words::shown(*process, values))).collect();
        Self { columns, left_out: records.len() - spans.len(), spans }
    }

    /// The drawing for a terminal, line by line.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if self.left_out > 0 {
            lines.push(format!("({} earlier operations are not drawn)", self.left_out));
        }
        let rows = self.rows();
        let width = |column: usize| {
            let marks = rows.iter().map(|(_, marks, _)| marks[column].text().chars().count());
            marks.chain([self.columns[column].chars().count()]).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.columns.len()).map(width).collect();
        let numbers = rows.iter().map(|(line, ..)| line.map_or(0, |line| line.to_string().len())).max().unwrap_or(0);
        let numbers = numbers.max("line".len());
        let mut head = format!("{:>numbers$}", "line");
        for (column, width) in self.columns.iter().zip(&widths) {
            let _ = write!(head, "  {column:<width$}");
        }
        lines.push(head.trim_end().to_owned());
        for (line, marks, is_wrong) in rows {
            let mut row = format!("{:>numbers$}", line.map(|line| line.to_string()).unwrap_or_default());
            for (mark, width) in marks.iter().zip(&widths) {
                let _ = write!(row, "  {:<width$}", mark.text());
            }
            let end = if is_wrong { format!("  {NO_ORDER}") } else { String::new() };
            lines.push(format!("{row}{end}").trim_end().to_owned());
        }
        lines
    }

    /// The rows: the line, a mark for each column, and whether it is where no order is left.
    fn rows(&self) -> Vec<(Option<u32>, Vec<Mark>, bool)> {
        let mut moments: Vec<(u32, usize, bool)> = Vec::new();
        for (place, span) in self.spans.iter().enumerate() {
            moments.push((span.begins, place, true));
            moments.extend(span.ends.map(|ends| (ends, place, false)));
        }
        moments.sort_unstable();
        let mut open = vec![0_u32; self.columns.len()];
        let mut rows = Vec::new();
        for (line, place, begins) in moments {
            let span = &self.spans[place];
            let mut marks: Vec<Mark> =
                open.iter().map(|open| if *open > 0 { Mark::Lasts } else { Mark::Idle }).collect();
            if begins {
                open[span.column] += 1;
                marks[span.column] = Mark::Begins(span.question.clone());
            } else {
                open[span.column] -= 1;
                marks[span.column] = Mark::Ends(span.answer.clone().unwrap_or_default());
            }
            rows.push((Some(line), marks, span.is_wrong && !begins));
        }
        if open.iter().any(|open| *open > 0) {
            let unanswered = |open: &u32| if *open > 0 { Mark::Ends("no answer".to_owned()) } else { Mark::Idle };
            rows.push((None, open.iter().map(unanswered).collect(), false));
        }
        rows
    }

    /// The drawing as an SVG picture.
    #[must_use]
    pub fn svg(&self) -> String {
        const COLUMN: usize = 220;
        const ROW: usize = 22;
        const MARGIN: usize = 60;
        let rows = self.rows();
        let row_of = |line: u32| rows.iter().position(|(at, ..)| *at == Some(line)).unwrap_or(rows.len());
        let (width, height) = (MARGIN + COLUMN * self.columns.len() + 160, MARGIN + ROW * (rows.len() + 1));
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" font-family=\"monospace\" font-size=\"12\">\n\
             <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n"
        );
        if self.left_out > 0 {
            let _ = writeln!(svg, "<text x=\"8\" y=\"16\">{} earlier operations are not drawn</text>", self.left_out);
        }
        for (column, name) in self.columns.iter().enumerate() {
            let _ = writeln!(
                svg,
                "<text x=\"{}\" y=\"36\" font-weight=\"bold\">{}</text>",
                MARGIN + column * COLUMN,
                escaped(name)
            );
        }
        for (row, (line, ..)) in rows.iter().enumerate().filter(|(_, (line, ..))| line.is_some()) {
            let line = line.unwrap_or_default();
            let _ = writeln!(svg, "<text x=\"8\" y=\"{}\" fill=\"#777777\">{line}</text>", MARGIN + row * ROW + 4);
        }
        for span in &self.spans {
            let (x, top) = (MARGIN + span.column * COLUMN, MARGIN + row_of(span.begins) * ROW);
            let bottom = MARGIN + span.ends.map_or(rows.len(), row_of) * ROW;
            let (stroke, fill) = if span.is_wrong { ("#c62828", "#ffebee") } else { ("#37474f", "#eceff1") };
            let dash = if span.ends.is_some() { "" } else { " stroke-dasharray=\"4 3\"" };
            let _ = writeln!(
                svg,
                "<rect x=\"{x}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"4\" fill=\"{fill}\" stroke=\"{stroke}\"{dash}/>",
                top - 12,
                COLUMN - 16,
                bottom - top + 18
            );
            let answer = span.answer.as_deref().unwrap_or("no answer");
            let (question, answer) = (escaped(&span.question), escaped(answer));
            let _ = writeln!(svg, "<text x=\"{}\" y=\"{}\">{question}</text>", x + 6, top + 3);
            let _ = writeln!(
                svg,
                "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{answer}</text>",
                x + COLUMN - 24,
                bottom + 2
            );
            if span.is_wrong {
                let right = MARGIN + COLUMN * self.columns.len();
                let _ = writeln!(svg, "<text x=\"{right}\" y=\"{}\" fill=\"#c62828\">{NO_ORDER}</text>", bottom + 2);
            }
        }
        svg.push_str("</svg>\n");
        svg
    }
}

impl Mark {
    fn text(&self) -> String {
        match self {
            Self::Idle => String::new(),
            Self::Begins(question) => format!("┌ {question}"),
            Self::Lasts => "│".to_owned(),
            Self::Ends(answer) => format!("└ {answer}"),
        }
    }
}

/// A text inside of XML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
