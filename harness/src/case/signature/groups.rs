//! Takes signatures one after the other, hands on which group each belongs to: one group for each defect.

use super::keys::Signature;
use std::collections::HashMap;

/// A signature is compared with so many members of each group that it shares a key with.
const MEMBERS_MAX: usize = 16;
/// And with the members of so many groups.
const GROUPS_MAX: usize = 64;

/// Groups of signatures, each of one defect.
#[derive(Debug, Default)]
pub struct Groups {
    members: Vec<Vec<Signature>>,
    /// The groups that have a key.
    by_key: HashMap<String, Vec<usize>>,
}

impl Groups {
    /// The group of a signature; a new one if it is like none.
    pub fn add(&mut self, signature: Signature) -> usize {
        let group = self.find(&signature).unwrap_or_else(|| {
            self.members.push(Vec::new());
            self.members.len() - 1
        });
        for key in &signature.keys {
            let groups = self.by_key.entry(key.key.clone()).or_default();
            if !groups.contains(&group) {
                groups.push(group);
            }
        }
        if self.members[group].len() < MEMBERS_MAX {
            self.members[group].push(signature);
        }
        group
    }

    /// How many groups there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    fn find(&self, signature: &Signature) -> Option<usize> {
        // Keys stand in the order of their strength, so that the best group is met first.
        let candidates = signature.keys.iter().filter_map(|key| self.by_key.get(&key.key)).flatten();
        candidates
            .take(GROUPS_MAX)
            .copied()
            .find(|group| self.members[*group].iter().any(|member| member.is_same_defect(signature)))
    }
}
