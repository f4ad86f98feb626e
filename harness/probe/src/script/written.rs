//! Scripts that a person writes: an object, what each thread does with it, and every outcome that may come, each with its reason.

use super::answers::numbers;
use super::draw::Draw;
use super::script_trait::{AnyScript, Judgement, Outcome, Pace, Script, ScriptSource, ScriptText};
use crate::workload::{Call, NoParams, OperationError, Oracle, Setup, Worker, Workload};
use squall_model::{OutcomeKind, Scripts};
use std::marker::PhantomData;

/// The outcome is one of those that may come.
const EXPLAINED: Oracle = Oracle::new(0, "explained");

crate::operations! {
    /// What a written script is asked.
    pub enum WrittenOperation { Run = "run" }
}

/// An outcome that is expected of a written script.
#[derive(Debug, Clone, Copy)]
pub struct Expected {
    pattern: &'static str,
    kind: OutcomeKind,
    why: &'static str,
}

impl Expected {
    /// An outcome that may come. The pattern has the numbers that each thread read, and those at the end, if any, with `|`
    /// between them; `_` stands for any number: `"1 0 | _ | 2"`.
    #[must_use]
    pub const fn accepted(pattern: &'static str, why: &'static str) -> Self {
        Self { pattern, kind: OutcomeKind::Accepted, why }
    }

    /// An outcome that may come, and is worth knowing.
    #[must_use]
    pub const fn interesting(pattern: &'static str, why: &'static str) -> Self {
        Self { pattern, kind: OutcomeKind::Interesting, why }
    }

    /// An outcome that must not come, with a reason to be told. What no pattern fits is forbidden, too.
    #[must_use]
    pub const fn forbidden(pattern: &'static str, why: &'static str) -> Self {
        Self { pattern, kind: OutcomeKind::Forbidden, why }
    }

    fn fits(&self, told: &[String]) -> bool {
        let mut columns = self.pattern.split('|');
        let all_fit = told.iter().all(|column| columns.next().is_some_and(|pattern| fits(pattern, column)));
        all_fit && columns.next().is_none()
    }
}

/// Whether the numbers of a column are those of its pattern.
fn fits(pattern: &str, column: &str) -> bool {
    let (mut wanted, mut numbers) = (pattern.split_whitespace(), column.split_whitespace());
    loop {
        match (wanted.next(), numbers.next()) {
            (None, None) => return true,
            (Some(wanted), Some(number)) if wanted == "_" || wanted == number => {}
            _ => return false,
        }
    }
}

/// A script that a person wrote. [`Written`] makes a workload of it.
///
/// ```
/// use squall_probe::script::{Expected, WrittenScript, answers};
/// use std::sync::atomic::{AtomicU32, Ordering};
///
/// struct Increments;
///
/// impl WrittenScript for Increments {
///     type Object = AtomicU32;
///     const NAME: &'static str = "script.increments";
///     const SUMMARY: &'static str = "two threads increment one word";
///     const THREADS: &'static [&'static str] = &["word += 1", "word += 1"];
///     const OUTCOMES: &'static [Expected] = &[
///         Expected::accepted("0 | 1 | 2", "the first thread came first"),
///         Expected::accepted("1 | 0 | 2", "the second thread came first"),
///     ];
///
///     fn fresh() -> AtomicU32 {
///         AtomicU32::new(0)
///     }
///
///     fn act(word: &AtomicU32, _: usize) -> u64 {
///         answers([word.fetch_add(1, Ordering::Relaxed) as u16])
///     }
///
///     fn end(word: AtomicU32) -> Option<u16> {
///         Some(word.into_inner() as u16)
///     }
/// }
/// ```
pub trait WrittenScript: Send + Sync + 'static {
    /// What the threads share.
    type Object: Send + Sync;

    /// Its name in experiments, such as `script.store_buffering`.
    const NAME: &'static str;
    /// What it is, in one line.
    const SUMMARY: &'static str;
    /// What each thread does, in words; there are as many threads.
    const THREADS: &'static [&'static str];
    /// The outcomes; the first pattern that fits says what one is. What none fits is forbidden.
    const OUTCOMES: &'static [Expected];

    /// A fresh object.
    fn fresh() -> Self::Object;

    /// Does what one thread has to do; hands on what it read, by [`answers`](super::answers).
    fn act(object: &Self::Object, thread: usize) -> u64;

    /// A number to be looked at once all threads are done.
    fn end(object: Self::Object) -> Option<u16> {
        let _ = object;
        None
    }
}

/// The workload of a written script. It runs as a script only, with as many workers as the script has threads.
pub struct Written<S>(PhantomData<fn() -> S>);

impl<S: WrittenScript> Workload for Written<S> {
    type Operation = WrittenOperation;
    type Params = NoParams;
    type Local = ();
    const NAME: &'static str = S::NAME;
    const SUMMARY: &'static str = S::SUMMARY;
    const SCRIPT_ORACLES: &'static [Oracle] = &[EXPLAINED];
    const SCRIPT_THREADS: Option<u32> = Some(S::THREADS.len() as u32);

    fn build(_: &NoParams, _: &Setup) -> Result<Self, String> {
        Err(format!("`{}` runs as a script only", S::NAME))
    }

    fn step(&self, _: &mut Worker, (): &mut (), _: Call<WrittenOperation>) -> Result<(), OperationError> {
        Err(OperationError::new("a written script has no steps"))
    }

    fn scripts(_: &NoParams, _: &Setup, _: Scripts, _: &[u32]) -> Result<Box<dyn ScriptSource>, String> {
        Ok(Box::new(Source::<S>(PhantomData)))
    }
}

struct Source<S>(PhantomData<fn() -> S>);

impl<S: WrittenScript> ScriptSource for Source<S> {
    fn draw(&self, _: &mut Draw) -> AnyScript {
        AnyScript::new(ByHand::<S>(PhantomData))
    }

    fn judges(&self) -> &[Oracle] {
        &[EXPLAINED]
    }

    fn draws_one_only(&self) -> bool {
        true
    }
}

/// A written script as any other.
struct ByHand<S>(PhantomData<fn() -> S>);

impl<S: WrittenScript> Script for ByHand<S> {
    type Object = S::Object;
    type Part = ();

    fn threads(&self) -> usize {
        S::THREADS.len()
    }

    fn pace(&self) -> Pace {
        Pace::Free
    }

    fn operations(&self, _: usize) -> &[usize] {
        &[0]
    }

    #[inline]
    fn fresh(&self, parts: &mut Vec<()>) -> S::Object {
        parts.resize(S::THREADS.len(), ());
        S::fresh()
    }

    #[inline(always)]
    fn act(&self, thread: usize, object: &S::Object, (): &mut ()) -> u64 {
        S::act(object, thread)
    }

    #[inline]
    fn end(&self, object: S::Object, _: &mut Vec<()>) -> u128 {
        S::end(object).map_or(0, |number| u128::from(number) + 1)
    }

    fn judge(&self, outcome: &Outcome) -> Judgement {
        let told = self.tell(outcome);
        match S::OUTCOMES.iter().find(|expected| expected.fits(&told)) {
            Some(expected) => Judgement { kind: expected.kind, why: expected.why.to_owned(), oracle: EXPLAINED },
            None => Judgement {
                kind: OutcomeKind::Forbidden,
                why: "no outcome that the script allows".to_owned(),
                oracle: EXPLAINED,
            },
        }
    }

    fn text(&self) -> ScriptText {
        ScriptText { prepared: String::new(), threads: S::THREADS.iter().map(|calls| (*calls).to_owned()).collect() }
    }

    fn tell(&self, outcome: &Outcome) -> Vec<String> {
        let threads = outcome.threads.iter().take(S::THREADS.len());
        let mut told: Vec<String> =
            threads.map(|word| numbers(*word).map(|number| number.to_string()).collect::<Vec<_>>().join(" ")).collect();
        if outcome.end > 0 {
            told.push((outcome.end - 1).to_string());
        }
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_fits_the_outcomes_that_it_names_and_no_other() {
        let told = |columns: &[&str]| columns.iter().map(|column| (*column).to_owned()).collect::<Vec<_>>();
        let expected = Expected::accepted("1 0 | _ | 2", "");
        assert!(expected.fits(&told(&["1 0", "77", "2"])));
        for other in
            [&["1 1", "7", "2"][..], &["1 0", "7"], &["1 0", "7", "2", "3"], &["1 0", "", "2"], &["1", "7", "2"]]
        {
            assert!(!expected.fits(&told(other)), "{other:?}");
        }
    }
}
