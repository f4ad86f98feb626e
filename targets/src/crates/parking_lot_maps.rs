//! The standard map behind the locks of the crate `parking_lot`: `map.parking_lot_mutex` and `map.parking_lot_rw_lock`.

use crate::workloads::map::{Table, TableLock};
use parking_lot::{Mutex, RwLock};

/// The mutex of `parking_lot`.
pub struct ParkingLotMutex(Mutex<Table>);

impl TableLock for ParkingLotMutex {
    const NAME: &'static str = "map.parking_lot_mutex";
    const SUMMARY: &'static str = "the standard map behind the mutex of the crate parking_lot";

    fn new(table: Table) -> Self {
        Self(Mutex::new(table))
    }

    fn read<R>(&self, look: impl FnOnce(&Table) -> R) -> R {
        look(&self.0.lock())
    }

    fn write<R>(&self, change: impl FnOnce(&mut Table) -> R) -> R {
        change(&mut self.0.lock())
    }
}

/// The reader-writer lock of `parking_lot`.
pub struct ParkingLotRwLock(RwLock<Table>);

impl TableLock for ParkingLotRwLock {
    const NAME: &'static str = "map.parking_lot_rw_lock";
    const SUMMARY: &'static str = "the standard map behind the reader-writer lock of the crate parking_lot";

    fn new(table: Table) -> Self {
        Self(RwLock::new(table))
    }

    fn read<R>(&self, look: impl FnOnce(&Table) -> R) -> R {
        look(&self.0.read())
    }

    fn write<R>(&self, change: impl FnOnce(&mut Table) -> R) -> R {
        change(&mut self.0.write())
    }
}
