//! The relic `internment-arc`: in internment 0.3.13, the last handle on an object counts itself off before it takes the lock under which
//! it frees the object. Another thread that interns an equal object in between is given one that is then freed.
//! 0.4.0 looks again under the lock.
//! Source: <https://rustsec.org/advisories/RUSTSEC-2020-0017>.

use internment::ArcIntern;
use squall_targets::tracked::Key;
use squall_targets::workloads::handle::{InternUnderTest, InternWorkload};

/// `handle.internment`.
#[derive(Clone)]
struct ArcInternUnderTest(ArcIntern<Key>);

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

squall_probe::subject_main!(InternWorkload<ArcInternUnderTest>);
