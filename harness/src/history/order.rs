//! Which order of the operations an explanation has to keep: takes its name, hands on what the search and the shrinking hold to.

/// What counts of the order in which operations happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// What had ended before another began comes before it, whoever asked: linearizability.
    #[default]
    RealTime,
    /// Only what one process asked comes in that order: sequential consistency, of each object by itself. It is weaker than
    /// sequential consistency of the whole, because the orders of different objects need not fit together.
    Program,
}

impl Order {
    /// All orders.
    pub const ALL: [Self; 2] = [Self::RealTime, Self::Program];

    /// The order's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::RealTime => "real-time",
            Self::Program => "program",
        }
    }

    /// The order of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|order| order.name() == name)
    }
}
