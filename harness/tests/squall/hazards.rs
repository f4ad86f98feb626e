//! Hazards of the catalogue over the real binary: a gate finds each, and its repairs hold under the same faults. The whole
//! catalogue, with a hundred seeds each, is a documented command; here is one hazard of each kind of symptom.

use crate::support::{Bench, experiment};

#[test]
fn a_gate_finds_hazards_and_sees_their_repairs_hold() {
    let bench = Bench::new();
    let files = ["growth-moves", "slice-bounds", "aba"].map(|name| experiment(&format!("hazards/{name}.yaml")));
    let mut arguments: Vec<&str> = files.iter().map(String::as_str).collect();
    let short = ["--lean", "--set", "control=skip", "--set", "phases.baseline=200ms", "--set", "phases.fault=1s"];
    arguments.extend(short);
    let (code, summary) = bench.gate(&arguments);
    assert_eq!((code, summary["verdict"].as_str()), (0, Some("pass")), "{summary:#}");
    for (entry, symptom) in summary["entries"].as_array().unwrap().iter().zip(["wrong_result", "panic", "wrong_result"])
    {
        let judgement = &entry["runs"][0]["judgement"];
        assert_eq!(judgement["expectation"]["seen"], symptom, "{entry:#}");
        let repairs = judgement["repairs"].as_array().unwrap();
        assert!(repairs.len() >= 2 && repairs.iter().all(|repair| repair["verdict"] == "pass"), "{entry:#}");
    }
}
