//! A repair of the hazard `value-copy-aliasing`: each key owns its list, with a lock of its own; what is taken out is a handle
//! to the list, not a copy of its header.

use super::locked_map::LockedMap;
use super::mutex_buffer::MutexBuffer;
use super::shared_buffer::Full;
use squall_probe::point;
use std::sync::{Arc, Mutex, PoisonError};

/// A map of lists that are shared on purpose.
///
/// **Guarantees.** Every operation on a key's list is linearizable. `for_each` goes from list to list and sees no common
/// moment of all.
///
/// **Cost.** A look-up under the map's lock, which readers share, and one lock of the list. Appends to different keys do not
/// wait for each other.
///
/// **Source.** `map[K]*List` in Go instead of `map[K][]T`; `HashMap<K, Arc<Mutex<V>>>` in Rust.
#[derive(Debug)]
pub struct OwnedMap {
    lists: LockedMap<u64, Arc<MutexBuffer>>,
    making: Mutex<()>,
    capacity: usize,
}

impl OwnedMap {
    /// An empty map, whose lists have room for so many elements each.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self { lists: LockedMap::new(), making: Mutex::new(()), capacity }
    }

    /// The list of a key; makes one if there is none.
    pub fn list(&self, key: u64) -> Arc<MutexBuffer> {
        self.lists.get(&key).unwrap_or_else(|| self.make(key))
    }

    /// Appends an element to a key's list.
    ///
    /// # Errors
    /// If there is no room left.
    pub fn append(&self, key: u64, element: u64) -> Result<(), Full> {
        let list = self.list(key);
        point!("alias.copied");
        list.append(element)
    }

    /// Shows the elements of all lists, each under its lock.
    pub fn for_each(&self, mut visit: impl FnMut(u64)) {
        self.lists.for_each(|_, list| list.copied().into_iter().for_each(&mut visit));
    }

    /// Makes a list, unless another owner has done so while this one waited.
    fn make(&self, key: u64) -> Arc<MutexBuffer> {
        let _making = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        self.lists.get(&key).unwrap_or_else(|| {
            let made = Arc::new(MutexBuffer::new(self.capacity));
            self.lists.insert(key, Arc::clone(&made));
            made
        })
    }
}
