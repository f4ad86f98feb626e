//! Proves the behaviour of the real `squall` over real targets: exit codes, findings, errors, and what is left behind.

mod aim;
mod bad_input;
mod campaign;
mod canaries;
mod endings;
mod foreign_subjects;
mod gate;
mod hazards;
mod history;
mod knowledge_base;
mod quickstart;
mod recording;
mod reentry;
mod references;
mod scripts;
mod stages;
mod support;
