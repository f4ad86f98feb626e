//! From an occurrence to the names by which its defect is known again, version 2: template, functions, keys, and the rule that
//! decides whether two texts tell of one defect.

mod function_name;
mod groups;
mod keys;
mod known;
mod same;
mod source_path;
mod stack;
mod template;

pub use groups::Groups;
pub use keys::{Key, Signature, Strength};
pub(crate) use known::mentioned;

#[cfg(test)]
mod tests;
