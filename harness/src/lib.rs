//! squall: from an experiment file to a verdict. The modules stand in the order in which data passes through them; each
//! knows only earlier ones. `record` and `report` stand beside the flow and know only plain data; `cli` sees all.

pub mod experiment;
pub mod plan;
pub mod run;
pub mod sample;
pub mod history;
pub mod verdict;
pub mod finding;
pub mod case;
pub mod record;
pub mod report;
pub mod cli;
