//! The error and the panic that a fault injects, recognisable as such.

use std::borrow::Cow;
use std::fmt;

/// The error that an `error` fault returns at a point. It converts into `String`, `std::io::Error` and boxed errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InjectedError {
    /// The point's name.
    pub point: &'static str,
}

impl fmt::Display for InjectedError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "squall injected an error at `{}`", self.point)
    }
}

impl std::error::Error for InjectedError {}

impl From<InjectedError> for String {
    fn from(error: InjectedError) -> Self {
        error.to_string()
    }
}

impl From<InjectedError> for std::io::Error {
    fn from(error: InjectedError) -> Self {
        Self::other(error)
    }
}

/// The payload of a panic that a `panic` fault raised. Whoever catches it can tell it from a panic of the target's own.
#[derive(Debug, Clone)]
pub(crate) struct InjectedPanic {
    pub(crate) place: Cow<'static, str>,
}
