//! Whoever can state that an answer is right or wrong: a worker during the load, the check after it, or a test. A round of a
//! container may end with any of them, and is judged by the same words.

use squall_probe::{Call, FinalCheck, Oracle, Question, Told, Verb, Worker, Workload};

/// Takes statements about answers.
pub trait Judge {
    /// States whether an answer is right; `detail` is made only if not.
    fn expect(&mut self, oracle: Oracle, holds: bool, detail: impl FnOnce() -> String);

    /// States that `wrong` of `checked` elements are wrong; `detail` names them.
    fn expect_none(&mut self, oracle: Oracle, checked: u64, wrong: u64, detail: impl FnOnce() -> String) {
        let _ = checked;
        self.expect(oracle, wrong == 0, detail);
    }

    /// Records that an operation on an object begins. Only a worker does; what is done after the load is no part of a history.
    fn ask(&self, object: u64, verb: Verb, argument: Option<u64>) -> Question {
        let _ = (object, verb, argument);
        Question::UNRECORDED
    }

    /// Records an answer.
    fn answer(&self, question: Question, told: Told) {
        let _ = (question, told);
    }

    /// Records that an operation had no effect.
    fn withdraw(&self, question: Question) {
        let _ = question;
    }

    /// Says what the oracle did not judge, and why. Only a final check tells that.
    fn spare(&mut self, oracle: Oracle, what_and_why: impl FnOnce() -> String) {
        let _ = (oracle, what_and_why);
    }
}

impl Judge for Worker {
    #[inline]
    fn ask(&self, object: u64, verb: Verb, argument: Option<u64>) -> Question {
        Self::ask(self, object, verb, argument)
    }

    #[inline]
    fn answer(&self, question: Question, told: Told) {
        Self::answer(self, question, told);
    }

    #[inline]
    fn withdraw(&self, question: Question) {
        Self::withdraw(self, question);
    }

    fn expect(&mut self, oracle: Oracle, holds: bool, detail: impl FnOnce() -> String) {
        Self::expect(self, oracle, holds, detail);
    }
}

impl Judge for FinalCheck {
    fn expect(&mut self, oracle: Oracle, holds: bool, detail: impl FnOnce() -> String) {
        Self::expect(self, oracle, holds, detail);
    }

    fn expect_none(&mut self, oracle: Oracle, checked: u64, wrong: u64, detail: impl FnOnce() -> String) {
        Self::expect_none(self, oracle, checked, wrong, detail);
    }

    fn spare(&mut self, oracle: Oracle, what_and_why: impl FnOnce() -> String) {
        Self::spare(self, oracle, what_and_why());
    }
}

/// A workload whose operations and check can be judged by anyone, so that a test can prove of each oracle what it catches
/// without a subject process.
pub trait Judged: Workload {
    /// Does one operation of a worker.
    fn act(&self, judge: &mut impl Judge, worker: u32, local: &mut Self::Local, call: Call<Self::Operation>);

    /// Looks at the container once all workers have ended, and drops what they held.
    fn settle(&self, locals: Vec<Self::Local>, judge: &mut impl Judge);
}
