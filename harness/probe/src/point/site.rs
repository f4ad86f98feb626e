//! One place in code, and the macros that make one.
//!
//! A disarmed point is one relaxed load of its own static and a branch that is predicted not taken: no registry, no lock,
//! no hash, and no line that several threads write.

use super::error::InjectedError;
use crate::fault;
use linkme::distributed_slice;
use std::sync::atomic::{AtomicU32, Ordering};

/// Every point of the program, collected by the linker: points that never ran are known, too.
#[distributed_slice]
pub static POINTS: [Point];

/// One named place in code. Made by [`point!`](crate::point) and [`point_async!`](crate::point_async).
#[derive(Debug)]
pub struct Point {
    name: &'static str,
    file: &'static str,
    line: u32,
    returns_error: bool,
    /// The faults that are armed here, as bits by their number.
    armed: AtomicU32,
}

impl Point {
    /// A disarmed point; for the macros.
    #[doc(hidden)]
    pub const fn new(name: &'static str, file: &'static str, line: u32, returns_error: bool) -> Self {
        Self { name, file, line, returns_error, armed: AtomicU32::new(0) }
    }

    /// The point's name.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The source file and line that the point stands on.
    pub const fn place(&self) -> (&'static str, u32) {
        (self.file, self.line)
    }

    /// Whether an error can be returned here.
    pub const fn returns_error(&self) -> bool {
        self.returns_error
    }

    /// Whether any fault is armed here.
    #[inline(always)]
    pub fn armed(&self) -> bool {
        self.armed.load(Ordering::Relaxed) != 0
    }

    pub(crate) fn set_armed(&self, fault: usize, armed: bool) {
        if armed {
            self.armed.fetch_or(1 << fault, Ordering::Release);
        } else {
            self.armed.fetch_and(!(1 << fault), Ordering::Release);
        }
    }

    pub(crate) fn armed_faults(&self) -> u32 {
        self.armed.load(Ordering::Acquire)
    }

    /// Lets the armed faults act on the current thread; for the macros.
    #[doc(hidden)]
    #[cold]
    #[inline(never)]
    pub fn pass(&self) -> Option<InjectedError> {
        fault::act_at(self)
    }

    /// Lets the armed faults act without blocking the thread; for the macros.
    #[doc(hidden)]
    #[cold]
    #[inline(never)]
    pub async fn pass_async(&self) -> Option<InjectedError> {
        super::asynchronous::act_at(self).await
    }
}

/// A place where a fault can act.
///
/// `point!("name")` marks it; `point!("name", |error| Err(error.into()))` also lets an `error` fault return from the
/// enclosing function, with what the closure makes of the [`InjectedError`].
///
/// ```
/// fn charge(amount: u64) -> Result<u64, String> {
///     squall_probe::point!("payment.charge", |error| Err(error.into()));
///     Ok(amount)
/// }
/// assert_eq!(charge(5), Ok(5));
/// ```
#[macro_export]
macro_rules! point {
    ($name:literal) => {{
        $crate::__declare_point!($name, false);
        if POINT.armed() {
            let _ = POINT.pass();
        }
    }};
    ($name:literal, $on_error:expr) => {{
        $crate::__declare_point!($name, true);
        if POINT.armed()
            && let ::core::option::Option::Some(error) = POINT.pass()
        {
            return $crate::__private::on_error(error, $on_error);
        }
    }};
}

/// The form of [`point!`](crate::point) for async code: a delay yields to the runtime instead of blocking its thread.
///
/// ```
/// async fn charge(amount: u64) -> Result<u64, String> {
///     squall_probe::point_async!("payment.charge.async", |error| Err(error.into()));
///     Ok(amount)
/// }
/// ```
#[macro_export]
macro_rules! point_async {
    ($name:literal) => {{
        $crate::__declare_point!($name, false);
        if POINT.armed() {
            let _ = POINT.pass_async().await;
        }
    }};
    ($name:literal, $on_error:expr) => {{
        $crate::__declare_point!($name, true);
        if POINT.armed()
            && let ::core::option::Option::Some(error) = POINT.pass_async().await
        {
            return $crate::__private::on_error(error, $on_error);
        }
    }};
}

/// Declares the static of a point and hands it to the linker's list.
#[doc(hidden)]
#[macro_export]
macro_rules! __declare_point {
    ($name:literal, $returns_error:literal) => {
        #[$crate::__private::linkme::distributed_slice($crate::POINTS)]
        #[linkme(crate = $crate::__private::linkme)]
        static POINT: $crate::Point = $crate::Point::new($name, ::core::file!(), ::core::line!(), $returns_error);
    };
}
