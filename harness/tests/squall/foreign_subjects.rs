//! Subjects that squall did not write: in another language, hostile, or deaf.

use crate::support::{Bench, symptoms};

const DESCRIPTION: &str = r#"{"description":{"protocol":1,"workloads":[{"name":"w","operations":["ping"]}]}}"#;

/// A subject on standard input and output that answers the description, and does `then` once it has its plan.
fn subject(bench: &Bench, then: &str) -> String {
    let body = format!("read -r line\ncase \"$line\" in *describe*) echo '{DESCRIPTION}'; exit 0;; esac\n{then}\n");
    bench.script("subject.sh", &body);
    bench.write(
        "foreign.yaml",
        "name: foreign\ntarget: {command: [./subject.sh], stdio: true}\n\
         phases: {warmup: 0s, baseline: 0s, fault: 600ms, recovery: 0s}\n\
         limits: {settle: 1s}\nthresholds: {error_rate: < 5%}\n",
    )
}

#[test]
fn a_program_in_another_language_is_a_target_by_speaking_the_protocol() {
    let bench = Bench::new();
    let file = subject(
        &bench,
        r#"echo '{"ready":{}}'
read -r line
i=0
while [ $i -lt 300 ]; do
  echo '{"operations":{"operation":"ping","outcome":"ok","latencies_nanos":[1000,2000,3000]}}'
  i=$((i+1))
done
while read -r line; do case "$line" in *stop*) break;; esac
  echo '{"operations":{"operation":"ping","outcome":"ok","latencies_nanos":[1000]}}'
done
echo '{"finished":{"oracles":[]}}'"#,
    );
    let (code, object) = bench.run(&file, &[]);
    assert_eq!(code, 0, "{object:#}");
    assert!(object["outcomes"]["fault"]["ok"].as_u64().unwrap() >= 900, "{object:#}");
}

#[test]
fn garbage_in_the_middle_ends_the_trial_and_not_the_run() {
    let bench = Bench::new();
    let file = subject(&bench, "echo '{\"ready\":{}}'; read -r line; printf 'gar\\033[31mbage\\n'; sleep 5");
    let (code, object) = bench.run(&file, &[]);
    assert_eq!((code, &object["verdict"]), (102, &"inconclusive".into()), "{object:#}");
    assert!(object["reason"].as_str().unwrap().contains("protocol"), "{object:#}");
}

#[test]
fn a_death_at_any_byte_of_the_protocol_ends_the_trial_and_not_the_run() {
    let whole = r#"{"ready":{}}"#;
    for length in [0, 1, 5, whole.len()] {
        let bench = Bench::new();
        let file = subject(&bench, &format!("printf '%s' '{}'; exit 7", &whole[..length]));
        let (code, object) = bench.run(&file, &[]);
        assert_eq!(code, 100, "after {length} bytes: {object:#}");
        assert_eq!(symptoms(&object), ["early_exit"], "after {length} bytes: {object:#}");
    }
}

#[test]
fn a_subject_that_ignores_sigterm_is_killed() {
    let bench = Bench::new();
    let file = subject(
        &bench,
        "trap '' TERM\necho '{\"ready\":{}}'\nwhile true; do echo \
         '{\"operations\":{\"operation\":\"ping\",\"outcome\":\"ok\",\"latencies_nanos\":[1]}}'; sleep 0.05; done",
    );
    let (code, object) = bench.run(&file, &[]);
    assert_eq!((code, symptoms(&object)), (100, vec!["ignored_stop"]), "{object:#}");
}

#[test]
fn a_subject_that_refuses_its_parameters_cannot_run() {
    let bench = Bench::new();
    let file = subject(&bench, "echo '{\"refused\":{\"reason\":\"no room for a ping\"}}'; sleep 1");
    let (code, object) = bench.run(&file, &[]);
    assert_eq!(code, 96, "{object:#}");
    assert!(object["reason"].as_str().unwrap().contains("no room for a ping"), "{object:#}");
}

#[test]
fn a_helper_that_outlives_its_subject_does_not_hide_the_death() {
    let bench = Bench::new();
    let file = subject(&bench, "echo '{\"ready\":{}}'; sleep 30 & exit 7");
    let (code, object) = bench.run(&file, &[]);
    assert_eq!((code, symptoms(&object)), (100, vec!["early_exit"]), "{object:#}");
    crate::support::wait_until("no process is left", || bench.processes().is_empty());
}

#[test]
fn a_subject_that_floods_its_last_report_is_bounded() {
    let bench = Bench::new();
    let file = subject(
        &bench,
        r#"echo '{"ready":{}}'
while read -r line; do case "$line" in *stop*) break;; esac; done
printf '{"finished":{"oracles":['
i=0; while [ $i -lt 3000 ]; do printf '{"oracle":"o%d","checked":1,"wrong":1,"violations":[{"oracle":"o","detail":"d"}]},' $i; i=$((i+1)); done
printf '{"oracle":"last","checked":1,"wrong":1}]}}\n'"#,
    );
    let (_, object) = bench.run(&file, &[]);
    assert!(symptoms(&object).is_empty(), "oracles that nobody asked for find nothing");
    assert!(std::fs::metadata(bench.runs()[0].join("events.ndjson")).unwrap().len() < 1 << 20);
}
