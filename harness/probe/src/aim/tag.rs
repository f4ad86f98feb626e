//! What the signal of a breakpoint carries: which fault set it, and for what.

/// What a breakpoint was set for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Purpose {
    /// A function of the plan.
    Function,
    /// A word of the registry, in so manieth use of its place there.
    Word { number: u16, generation: u32 },
    /// A word whose touches are only counted.
    Survey { number: u16 },
}

/// What the signal of a breakpoint carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Tag {
    /// The fault's number in the plan.
    pub(super) fault: u8,
    /// What the breakpoint was set for.
    pub(super) purpose: Purpose,
}

/// Breakpoints of anybody else have other data.
const MARK: u64 = 0x5A11;
const MARK_SHIFT: u32 = 48;
const FAULT_SHIFT: u32 = 40;
const KIND_SHIFT: u32 = 36;
const NUMBER_SHIFT: u32 = 24;
const NUMBER_MASK: u64 = 0xFFF;
/// How many words and candidates can be told apart.
pub(super) const NUMBERS: usize = NUMBER_MASK as usize + 1;
/// The bits of a generation that are told.
pub(super) const GENERATION_MASK: u32 = 0xFF_FFFF;

impl Tag {
    pub(super) const fn pack(self) -> u64 {
        let (kind, number, generation) = match self.purpose {
            Purpose::Function => (0, 0, 0),
            Purpose::Word { number, generation } => (1, number, generation & GENERATION_MASK),
            Purpose::Survey { number } => (2, number, 0),
        };
        MARK << MARK_SHIFT
            | (self.fault as u64) << FAULT_SHIFT
            | kind << KIND_SHIFT
            | (number as u64 & NUMBER_MASK) << NUMBER_SHIFT
            | generation as u64
    }

    pub(super) const fn unpack(data: u64) -> Option<Self> {
        if data >> MARK_SHIFT != MARK {
            return None;
        }
        let number = (data >> NUMBER_SHIFT & NUMBER_MASK) as u16;
        let purpose = match data >> KIND_SHIFT & 0xF {
            0 => Purpose::Function,
            1 => Purpose::Word { number, generation: data as u32 & GENERATION_MASK },
            2 => Purpose::Survey { number },
            _ => return None,
        };
        Some(Self { fault: (data >> FAULT_SHIFT) as u8, purpose })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_packed_is_what_comes_out(fault in any::<u8>(), number in 0_u16..4_096, generation in 0_u32..1 << 24) {
            for purpose in [Purpose::Function, Purpose::Word { number, generation }, Purpose::Survey { number }] {
                let tag = Tag { fault, purpose };
                prop_assert_eq!(Tag::unpack(tag.pack()), Some(tag));
            }
        }

        #[test]
        fn the_data_of_others_is_no_tag(data in 0_u64..MARK << MARK_SHIFT) {
            prop_assert_eq!(Tag::unpack(data), None);
        }
    }
}
