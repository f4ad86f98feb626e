//! The forms of a model's arguments and answers, held against the values that a line carries.

use super::kind::{Answer, Argument};
use super::value::{Value, Values};

/// Whether a value has the form of an argument.
pub(super) fn is_argument(form: Argument, value: Value, values: &Values) -> bool {
    match form {
        Argument::Nothing | Argument::Value | Argument::Element => true,
        Argument::Whole => value.as_whole().is_some(),
        Argument::Index => value.as_whole().is_some_and(|number| number >= 0),
        Argument::Text => values.as_text(value).is_some(),
        Argument::Pair => values.as_pair(value).is_some(),
    }
}

/// Whether an answer that was given, with `applied` or without, has this form. Nothing is answered where nothing may be.
pub(super) fn is_answer(form: Answer, value: Option<Value>, applied: Option<bool>, values: &Values) -> bool {
    let index = |value: Value| value.as_whole().is_some_and(|number| number >= 0);
    match form {
        Answer::Nothing | Answer::Applied | Answer::Before => true,
        Answer::Value => value.is_some(),
        Answer::Truth => applied.is_some() || value.is_some_and(|value| value.as_truth().is_some()),
        Answer::MaybeTruth => value.is_none_or(|value| value.as_truth().is_some() || value == Value::NULL),
        Answer::Whole => value.is_some_and(|value| value.as_whole().is_some()),
        Answer::MaybeIndex => value.is_none_or(|value| index(value) || value == Value::NULL),
        Answer::WholeOrNull => value.is_some_and(|value| value.as_whole().is_some() || value == Value::NULL),
        Answer::Text => value.is_some_and(|value| values.as_text(value).is_some() || value == Value::NULL),
        Answer::List => value.is_some_and(|value| values.as_list(value).is_some()),
    }
}
