//! The arrays that headers speak of: they never change, and each element names its array and place, so that whoever uses a
//! header can tell whether its words belong together.

use crate::containers::Header;

/// Arrays of different capacities.
#[derive(Debug)]
pub struct Arrays {
    arrays: Vec<Vec<(usize, usize)>>,
}

impl Arrays {
    /// So many arrays: the first has room for one element, each one after it for one more.
    #[must_use]
    pub fn new(count: usize) -> Self {
        let array = |number| (0..=number).map(|place| (number, place)).collect();
        Self { arrays: (0..count.max(1)).map(array).collect() }
    }

    /// A header of one of the arrays, as the key chooses.
    #[must_use]
    pub fn header(&self, key: u64) -> Header {
        let array = key as usize % self.arrays.len();
        let capacity = array + 1;
        let length = (key as usize / self.arrays.len()) % capacity + 1;
        Header { array, length, capacity }
    }

    /// Whether a header's words belong together.
    #[must_use]
    pub fn has(&self, header: Header) -> bool {
        self.arrays.get(header.array).is_some_and(|array| array.len() == header.capacity)
            && (1..=header.capacity).contains(&header.length)
    }

    /// The last element that a header shows, found by the header's own words, as a slice does.
    ///
    /// # Panics
    /// If the header shows elements that its array does not have.
    #[must_use]
    pub fn last(&self, header: Header) -> (usize, usize) {
        assert!(header.length <= header.capacity, "length {} of {} elements", header.length, header.capacity);
        self.arrays[header.array][header.length - 1]
    }
}
