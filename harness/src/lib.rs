//! squall: from an experiment file to a verdict. The modules stand in the order in which data passes through them.

pub mod finding;
pub mod verdict;
