//! What a family of containers has to say of itself so that scripts can be drawn for it: its calls, its objects, and a model.

use super::explanation::Next;
use squall_probe::script::Draw;
use std::fmt::Debug;
use std::hash::Hash;

/// The writer that stands for what was there before the threads began, in answers.
pub const START: u8 = 4;

/// Which call of a script it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct At {
    /// The thread.
    pub thread: u8,
    /// The call's place among those of its thread.
    pub place: u8,
}

/// How far a call has come that takes several steps: the family's own number, or the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Progress {
    /// It has taken so many steps, or those that the number stands for.
    Step(u8),
    /// It has ended.
    Done,
}

/// A family of containers whose scripts can be drawn.
///
/// An object is made and used through the family's adapter. Answers are small numbers that tell values apart: each value that is
/// written names its call. The model is told an answer and says whether it can be given, and what the state is afterwards.
pub trait Family: Send + Sync + 'static {
    /// One call, with its arguments.
    type Call: Copy + Debug + Send + Sync + 'static;
    /// What is there before the threads begin.
    type Start: Clone + Debug + Send + Sync + 'static;
    /// What the threads share.
    type Object: Send + Sync;
    /// What a thread has of the object for itself.
    type Part: Send;
    /// The model's state.
    type State: Clone + Eq + Hash;

    /// Draws what is there before so many threads begin, for a script of so many calls in all.
    fn draw_start(&self, draw: &mut Draw, threads: usize, calls: usize) -> Self::Start;

    /// Draws a call of a thread.
    fn draw_call(&self, draw: &mut Draw, thread: usize, start: &Self::Start) -> Self::Call;

    /// Which of the workload's operations a call counts as, if any.
    fn operation(&self, call: Self::Call) -> Option<usize>;

    /// A fresh object, and a part for each of so many threads.
    fn fresh(&self, start: &Self::Start, threads: usize, parts: &mut Vec<Self::Part>) -> Self::Object;

    /// Does a call; hands on the answer.
    fn call(&self, at: At, call: Self::Call, object: &Self::Object, part: &mut Self::Part) -> u16;

    /// What is found at the end.
    fn end(&self, start: &Self::Start, object: Self::Object, parts: &mut Vec<Self::Part>) -> u128;

    /// The model's state before the threads begin.
    fn begin(&self, start: &Self::Start) -> Self::State;

    /// The states in which a call can leave the model that is given this answer, after the steps that it has taken; none if it
    /// cannot be given now.
    fn explain(
        &self,
        start: &Self::Start,
        state: &Self::State,
        at: At,
        call: Self::Call,
        answer: u16,
        step: u8,
    ) -> Next<Self::State>;

    /// Whether this is what is to be found at the end in a state.
    fn explains_end(&self, start: &Self::Start, state: &Self::State, end: u128) -> bool;

    /// Whether an answer is a value that no call has written.
    fn is_foreign(&self, answer: u16) -> bool;

    /// What is there before the threads begin, in words.
    fn tell_start(&self, start: &Self::Start) -> String;

    /// A call in words.
    fn tell_call(&self, at: At, call: Self::Call) -> String;

    /// An answer in words.
    fn tell_answer(&self, call: Self::Call, answer: u16) -> String;

    /// What was found at the end, in words.
    fn tell_end(&self, end: u128) -> String;

    /// Lets drops happen that containers of this kind put off.
    fn reclaim(&self) {}
}
