//! What the search asks of a model: what the object is at first, and what each call makes of it.

use std::hash::Hash;

/// One operation, as the search sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::history) struct Operation<C> {
    /// When it was asked, as a place in the order of all events.
    pub(in crate::history) invocation: u32,
    /// When the answer came; `None` if none came, so that the operation may take effect at any later time, or never.
    pub(in crate::history) response: Option<u32>,
    /// What was asked, and what was answered.
    pub(in crate::history) call: C,
}

/// A sequential object.
pub(in crate::history) trait Sequential {
    /// What the object holds.
    type State: Clone + Eq + Hash;
    /// What it is asked, with the answer if there is one.
    type Call: Eq + Hash;

    /// How much memory the model itself takes for each new state, about.
    const SHARED_BYTES: usize = 0;

    /// What it holds at first.
    fn initial(&self) -> Self::State;

    /// Adds every state in which the object may be after the call was answered as it was; none if it cannot be answered so.
    fn step(&self, state: &Self::State, call: &Self::Call, next: &mut Vec<Self::State>);

    /// Whether the call, answered as it was, changes nothing whatever the state.
    fn changes_nothing(&self, call: &Self::Call) -> bool;

    /// Whether a call that changes nothing may be answered so in this state.
    fn fits(&self, state: &Self::State, call: &Self::Call) -> bool;

    /// Whether this state may be on the way to one in which `goal` can be answered so. It is asked only to leave out what leads
    /// nowhere; `true` is always right.
    fn may_lead(&self, state: &Self::State, goal: &Self::Call) -> bool {
        let _ = (state, goal);
        true
    }

    /// Whether one call comes before another one in every order, if it comes at all. It is asked only to leave out what leads nowhere;
    /// `false` is always right.
    fn comes_first(&self, first: &Self::Call, second: &Self::Call) -> bool {
        let _ = (first, second);
        false
    }

    /// Whether calls that were all answered leave the same state in whatever order they came.
    fn is_one_at_rest(&self) -> bool {
        false
    }

    /// Whether the call leaves the same state whatever was there before.
    fn overwrites(&self, call: &Self::Call) -> bool {
        let _ = call;
        false
    }

    /// Whether no other call of the history that says anything of the state can be answered as it was in any state that follows
    /// this call, until the next that overwrites. `false` is always right.
    fn is_hidden(&self, call: &Self::Call) -> bool {
        let _ = call;
        false
    }

    /// Whether this is the state that hidden calls leave.
    fn is_hidden_state(&self, state: &Self::State) -> bool {
        let _ = state;
        false
    }
}
