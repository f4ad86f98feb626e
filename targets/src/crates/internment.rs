//! The interned objects of the crate `internment` that are counted, behind the adapter.

use crate::tracked::Key;
use crate::workloads::handle::InternUnderTest;
use internment::ArcIntern;

/// `handle.internment`.
#[derive(Clone)]
pub struct ArcInternUnderTest(ArcIntern<Key>);

impl InternUnderTest for ArcInternUnderTest {
    const NAME: &'static str = "handle.internment";
    const SUMMARY: &'static str = "the interned objects of the crate internment that are counted";

    fn intern(key: Key) -> Self {
        Self(ArcIntern::new(key))
    }

    fn object(&self) -> &Key {
        &self.0
    }

    fn is_same(&self, other: &Self) -> bool {
        std::ptr::eq(self.object(), other.object())
    }
}
