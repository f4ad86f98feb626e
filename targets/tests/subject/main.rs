//! The subject program under a plan: canaries die their way, hazards show, repairs stay clean. `measure` prints how often
//! and how fast.

mod canaries;
mod experiments;
mod hazards;
mod measure;
mod support;
mod workloads;
