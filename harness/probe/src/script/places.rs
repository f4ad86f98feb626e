//! A row of places, each with room for one value. Who may use which place when is for the users of the row to keep.

use std::cell::UnsafeCell;
use std::mem::needs_drop;

/// A row of places.
pub(super) struct Row<T> {
    near: Box<[UnsafeCell<Option<T>>]>,
    apart: Box<[Apart<T>]>,
}

/// A place in a cache line of its own, because a core that has a line to itself does all that it has to do there before another
/// one is let in.
#[repr(align(64))]
struct Apart<T>(UnsafeCell<Option<T>>);

// SAFETY: whoever calls the methods below vouches that a place is either used by one thread alone or only looked at. So a row needs
// of `T` what a value needs that is sent and shared.
#[expect(unsafe_code, reason = "the compiler does not know who uses which place when")]
unsafe impl<T: Send> Sync for Row<T> {}

#[expect(unsafe_code, reason = "who may use which place when is for the caller to keep")]
impl<T> Row<T> {
    /// Values without memory need no lines of their own.
    const NEAR: bool = size_of::<T>() == 0;

    /// A row of so many places, all empty.
    pub(super) fn of(places: usize) -> Self {
        let (near, apart) = if Self::NEAR { (places, 0) } else { (0, places) };
        Self {
            near: (0..near).map(|_| UnsafeCell::new(None)).collect(),
            apart: (0..apart).map(|_| Apart(UnsafeCell::new(None))).collect(),
        }
    }

    #[inline(always)]
    fn cell(&self, place: usize) -> *mut Option<T> {
        if Self::NEAR { self.near[place].get() } else { self.apart[place].0.get() }
    }

    /// Puts a value in; what was there is dropped.
    ///
    /// # Safety
    /// Nobody else uses the place.
    #[inline(always)]
    pub(super) unsafe fn put(&self, place: usize, value: T) {
        let cell = self.cell(place);
        if needs_drop::<T>() {
            // SAFETY: the caller's promise.
            unsafe { *cell = Some(value) };
        } else {
            // SAFETY: as above; there is nothing to drop.
            unsafe { cell.write(Some(value)) };
        }
    }

    /// Looks at a value.
    ///
    /// # Safety
    /// Nobody changes the place while it is looked at.
    #[inline(always)]
    pub(super) unsafe fn look(&self, place: usize) -> Option<&T> {
        // SAFETY: the caller's promise.
        unsafe { (*self.cell(place)).as_ref() }
    }

    /// Looks at a value, to change it.
    ///
    /// # Safety
    /// Nobody else uses the place for as long as the value is looked at.
    #[inline(always)]
    #[expect(clippy::mut_from_ref, reason = "each place is a cell of its own")]
    pub(super) unsafe fn look_mut(&self, place: usize) -> Option<&mut T> {
        // SAFETY: the caller's promise.
        unsafe { (*self.cell(place)).as_mut() }
    }

    /// Takes a value out, if one is there.
    ///
    /// # Safety
    /// Nobody else uses the place.
    pub(super) unsafe fn take(&self, place: usize) -> Option<T> {
        // SAFETY: the caller's promise.
        unsafe { (*self.cell(place)).take() }
    }

    /// Takes a value out that is there. The memory of a value without a drop is not touched if nobody looks at the value.
    ///
    /// # Safety
    /// Nobody else uses the place, a value is there, and if it was taken out like this before, another one was put in since.
    #[inline(always)]
    pub(super) unsafe fn take_there(&self, place: usize) -> T {
        let cell = self.cell(place);
        // SAFETY: the caller's promise.
        let value = unsafe { cell.read().unwrap_unchecked() };
        if needs_drop::<T>() {
            // SAFETY: as above; the value that was there has moved out.
            unsafe { cell.write(None) };
        }
        value
    }
}
