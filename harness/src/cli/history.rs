//! `squall history`: judges the recorded history of any program, and lists the models that it can be judged as.

use super::arguments::{Format, HistoryArguments, HistoryBudget, HistoryCheckArguments, HistoryTask, Output};
use super::machine::colours;
use super::output::{talk, tell};
use super::problem::Problem;
use crate::history::{
    Anomaly, Drawing, Failure, History, HistoryError, HistoryModel, HistoryProblem, Judgement, Order, Record, Settings,
    read,
};
use crate::report::Paint;
use serde_json::{Value, json};
use squall_model::{ExitCode, Table, Verdict, text};
use std::fs::File;
use std::io::{BufReader, IsTerminal, Read};
use std::path::Path;
use std::time::Duration;

/// So much is read at once: fewer system calls than lines.
const READ_BYTES: usize = 1 << 18;
/// How long a check may take if nothing else is said.
const TIME_MAX: Duration = Duration::from_secs(60);

/// Judges a history, or lists the models.
pub(super) fn history(arguments: &HistoryArguments, output: Output) -> Result<ExitCode, Problem> {
    match &arguments.what {
        HistoryTask::Check(check) => self::check(check, output),
        HistoryTask::Models => {
            models(output);
            Ok(ExitCode::Passed)
        }
    }
}

/// What is wrong with a history, as it is told.
struct Wrong<'a> {
    failure: &'a Failure,
    anomaly: Anomaly,
    shrunk: Vec<Record>,
    drawing: Drawing,
}

fn check(arguments: &HistoryCheckArguments, output: Output) -> Result<ExitCode, Problem> {
    refuse_what_does_not_fit(arguments)?;
    let mut history = open(&arguments.file, arguments.model)?;
    let (situations_max, time_max) = match arguments.budget {
        None => (None, Some(TIME_MAX)),
        Some(HistoryBudget::Situations(situations)) => (Some(situations), None),
        Some(HistoryBudget::Time(time)) => (None, Some(time.duration())),
    };
    let initial = arguments.initial.as_ref().map(|initial| history.values.json(initial));
    let (capacity, order) = (arguments.capacity, arguments.order);
    let settings = Settings { situations_max, time_max, initial, capacity, order };
    let judgement = history.check(&settings);
    let wrong = judgement.failure.as_ref().map(|failure| wrong(&history, &settings, failure));
    if let (Some(path), Some(wrong)) = (&arguments.svg, &wrong) {
        std::fs::write(path, wrong.drawing.svg()).map_err(Problem::system("writing the picture"))?;
    }
    match output.format {
        Format::Human => tell_person(arguments, &history, &judgement, wrong.as_ref(), output),
        Format::Json | Format::Ndjson => {
            tell(&object(&history, settings.order, &judgement, wrong.as_ref()).to_string());
        }
    }
    Ok(match judgement.verdict {
        Verdict::Pass => ExitCode::Passed,
        Verdict::Fail => ExitCode::Failed,
        Verdict::Inconclusive => ExitCode::Inconclusive,
    })
}

fn refuse_what_does_not_fit(arguments: &HistoryCheckArguments) -> Result<(), Problem> {
    let model = arguments.model;
    if model.needs_capacity() && arguments.capacity.is_none() {
        return Err(Problem::HistoryOption { option: "--capacity", model, need: "is needed by" });
    }
    if arguments.capacity.is_some() && !model.takes_capacity() {
        return Err(Problem::HistoryOption { option: "--capacity", model, need: "means nothing to" });
    }
    if arguments.order != Order::RealTime && !model.takes_order() {
        return Err(Problem::HistoryOption { option: "--order", model, need: "means nothing to" });
    }
    let is_whole = |value: &Value| value.as_i64().is_some();
    match &arguments.initial {
        Some(_) if !model.takes_initial() => {
            Err(Problem::HistoryOption { option: "--initial", model, need: "means nothing to" })
        }
        Some(initial) if model == HistoryModel::Counter && !is_whole(initial) => {
            Err(Problem::HistoryOption { option: "--initial", model, need: "has to be a whole number for" })
        }
        _ => Ok(()),
    }
}

/// Reads the history from a file, or from standard input.
fn open(path: &Path, model: HistoryModel) -> Result<History, Problem> {
    let is_standard_input = path == Path::new("-");
    let name = if is_standard_input { "standard input".to_owned() } else { path.display().to_string() };
    let input: Box<dyn Read> = if is_standard_input {
        Box::new(std::io::stdin().lock())
    } else {
        let unreadable = |error| HistoryError {
            file: name.clone(),
            line: None,
            problem: Box::new(HistoryProblem::Unreadable(error)),
        };
        Box::new(File::open(path).map_err(unreadable)?)
    };
    Ok(read(&name, &mut BufReader::with_capacity(READ_BYTES, input), model)?)
}

fn wrong<'a>(history: &History, settings: &Settings, failure: &'a Failure) -> Wrong<'a> {
    let shrunk = history.shrink(settings, failure);
    let anomaly = history.anomaly(settings, failure, &shrunk);
    let drawing = Drawing::of(history.model, &shrunk, &failure.operation, &history.values);
    Wrong { failure, anomaly, shrunk, drawing }
}

fn object(history: &History, order: Order, judgement: &Judgement, wrong: Option<&Wrong<'_>>) -> Value {
    let value = |value| serde_json::from_str::<Value>(&history.values.shown(value)).unwrap_or(Value::Null);
    let told = |record: &Record| {
        let (question, answer) = history.in_words(record);
        json!({
            "process": value(record.process),
            "key": value(record.key),
            "invoke": record.invocation,
            "end": record.is_answered().then_some(record.response),
            "question": question,
            "answer": answer,
        })
    };
    json!({
        "verdict": judgement.verdict.name(),
        "model": history.model.name(),
        "order": order.name(),
        "operations": history.records.len(),
        "objects": judgement.objects,
        "undecided": judgement.undecided,
        "explored": judgement.explored,
        "check_us": judgement.took.as_micros() as u64,
        "anomaly": wrong.map(|wrong| wrong.anomaly.name()),
        "operation": wrong.map(|wrong| wrong.failure.operation.line()),
        "wrong": wrong.map(|wrong| told(&wrong.failure.operation)),
        "shrunk": wrong.map(|wrong| wrong.shrunk.iter().map(told).collect::<Vec<_>>()),
    })
}

fn tell_person(
    arguments: &HistoryCheckArguments,
    history: &History,
    judgement: &Judgement,
    wrong: Option<&Wrong<'_>>,
    output: Output,
) {
    let paint = Paint { colours: colours(output.color, std::io::stdout().is_terminal()) };
    let file = text::harmless(&arguments.file.display().to_string()).into_owned();
    let outcome = match (wrong, judgement.verdict) {
        (Some(wrong), _) => {
            let (question, answer) = history.in_words(&wrong.failure.operation);
            let line = wrong.failure.operation.line();
            let answer = answer.unwrap_or_default();
            format!(
                "{}: no order explains line {line}, where `{question}` was answered `{answer}`",
                wrong.anomaly.name()
            )
        }
        (None, Verdict::Pass) => "some order explains every answer".to_owned(),
        (None, _) if judgement.undecided > 0 => {
            format!("{} could not be decided within the budget", text::counted(judgement.undecided as u64, "object"))
        }
        (None, _) => "nothing was answered, so that there is nothing to explain".to_owned(),
    };
    tell(&format!("{}  {file}  {outcome}", paint.headline(judgement.verdict)));
    tell(&format!(
        "  {} of {}, model {}, {} order; decided in {}, {} looked at",
        text::counted(history.records.len() as u64, "operation"),
        text::counted(judgement.objects as u64, "object"),
        history.model.name(),
        arguments.order.name(),
        text::nanos(judgement.took.as_nanos() as f64),
        text::counted(judgement.explored, "situation"),
    ));
    if let Some(wrong) = wrong {
        tell("");
        wrong.drawing.lines().iter().for_each(|line| tell(&format!("  {line}")));
        if let Some(path) = &arguments.svg {
            talk(&format!("the picture is in {}", path.display()));
        }
    }
}

/// Lists the models with their operations.
fn models(output: Output) {
    if output.format != Format::Human {
        tell(&Value::from(HistoryModel::ALL.map(model_object).to_vec()).to_string());
        return;
    }
    for model in HistoryModel::ALL {
        tell(&format!("{}  {}", model.name(), model.summary()));
        let mut table = Table::new(&["operation", "argument", "answer"], str::to_owned);
        for operation in model.operations() {
            let names = operation.names.join(", ");
            table.row([&names, operation.argument.in_words(), operation.answer.in_words()]);
        }
        table.lines(2).iter().for_each(|line| tell(line));
        tell("");
    }
}

fn model_object(model: HistoryModel) -> Value {
    let operations = model.operations().iter().map(|operation| {
        json!({
            "names": operation.names,
            "argument": operation.argument.in_words(),
            "answer": operation.answer.in_words(),
        })
    });
    json!({ "name": model.name(), "summary": model.summary(), "operations": operations.collect::<Vec<_>>() })
}
