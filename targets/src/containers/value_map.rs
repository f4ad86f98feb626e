//! The hazard `value-copy-aliasing`: a map whose values are slice headers. Whoever takes a value copies the header, and shares
//! the array behind it with everyone else who did.

use super::locked_map::LockedMap;
use super::shared_buffer::Full;
use squall_probe::point;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A map of lists that are copied out, appended to, and put back.
///
/// **Guarantees.** Each single operation on the map is linearizable. An append is three of them, and so **loses elements**:
/// two owners copy one header, write the same place of one array, and put back headers of the same length. A header that was
/// taken out also shows what others write into the array later.
///
/// **Cost.** Two operations of a [`LockedMap`] an append; the copy of a header costs as much as a counter's increment.
///
/// **Source.** `list := m[key]; list = append(list, element); m[key] = list` in Go, each line guarded by itself.
///
/// ```
/// use squall_targets::containers::ValueMap;
/// let map = ValueMap::new(4);
/// let (mut ours, mut theirs) = (map.get(1), map.get(1));
/// ours.push(10).unwrap();
/// theirs.push(20).unwrap();
/// assert_eq!(ours.elements().collect::<Vec<_>>(), [20]); // they wrote into our array
/// ```
#[derive(Debug)]
pub struct ValueMap {
    lists: LockedMap<u64, ListHeader>,
    capacity: usize,
}

/// A copied header: an array that is shared, and a length that is not.
#[derive(Debug, Clone)]
pub struct ListHeader {
    array: Arc<[AtomicU64]>,
    length: usize,
}

impl ListHeader {
    fn new(capacity: usize) -> Self {
        Self { array: (0..capacity).map(|_| AtomicU64::new(0)).collect(), length: 0 }
    }

    /// Writes an element behind this header's end.
    ///
    /// # Errors
    /// If there is no room left.
    pub fn push(&mut self, element: u64) -> Result<(), Full> {
        self.array.get(self.length).ok_or(Full)?.store(element, Ordering::Relaxed);
        self.length += 1;
        Ok(())
    }

    /// The elements up to this header's end, as they are now.
    pub fn elements(&self) -> impl Iterator<Item = u64> {
        self.array[..self.length].iter().map(|cell| cell.load(Ordering::Relaxed))
    }
}

impl ValueMap {
    /// An empty map, whose lists have room for so many elements each.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self { lists: LockedMap::new(), capacity }
    }

    /// A copy of a key's header; puts an empty list in if there is none.
    pub fn get(&self, key: u64) -> ListHeader {
        self.lists.get(&key).unwrap_or_else(|| {
            let empty = ListHeader::new(self.capacity);
            self.lists.insert(key, empty.clone());
            empty
        })
    }

    /// Appends an element to a key's list: copies the header out, pushes, and puts the header back.
    ///
    /// # Errors
    /// If there is no room left.
    pub fn append(&self, key: u64, element: u64) -> Result<(), Full> {
        let mut list = self.get(key);
        point!("alias.copied");
        list.push(element)?;
        self.lists.insert(key, list);
        Ok(())
    }

    /// Shows the elements of all lists.
    pub fn for_each(&self, mut visit: impl FnMut(u64)) {
        self.lists.for_each(|_, list| list.elements().for_each(&mut visit));
    }
}
