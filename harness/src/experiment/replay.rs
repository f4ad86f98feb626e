//! Takes an experiment, the faults of one of its trials and a seed, hands on the text of an experiment that runs just that
//! trial. It stands by itself: its paths lead to the same files from any directory.

use super::built::{Experiment, Program};
use serde::Serialize;
use serde_json::{Map, Value, json};
use serde_yaml::Mapping;
use serde_yaml::value::Serializer;
use serde_yaml::with::singleton_map_recursive;
use squall_model::fault::Fault;
use squall_model::text;
use squall_model::units::{ByteSize, Percent};
use std::path::{Path, PathBuf};

/// How an experiment's name is told from its replay's.
const SUFFIX: &str = " (replay)";
const NAME_CHARACTERS_MAX: usize = 120;

impl Experiment {
    /// The text of an experiment that has these faults, all of them, in one trial with this seed. Nothing is expected of it:
    /// it fails if the trial shows again what it showed.
    pub fn replay(&self, faults: &[Fault], seed: u64) -> String {
        let name = text::cut(&self.name, NAME_CHARACTERS_MAX - SUFFIX.len());
        let thresholds = self.thresholds.iter().map(|line| (line.name.clone().into(), line.written.clone().into()));
        let limits = json!({
            "stuck_after": self.limits.stuck_after,
            "settle": self.limits.settle,
            "memory": self.limits.memory_bytes_max.map(ByteSize::from_bytes),
        });
        let mut file = Mapping::new();
        put(&mut file, "name", &format!("{name}{SUFFIX}"));
        put(&mut file, "hazard", &self.hazard);
        put(&mut file, "impact", &self.impact);
        put(&mut file, "target", &self.target_as_written());
        put(&mut file, "load", &self.load_as_written());
        put(&mut file, "phases", &self.phases);
        put(&mut file, "faults", &faults);
        file.insert("thresholds".into(), thresholds.collect::<Mapping>().into());
        put(&mut file, "oracles", &self.oracles);
        put(&mut file, "abort_when", &self.abort_when.as_ref().map(|condition| &condition.written));
        put(&mut file, "control", &"skip");
        put(&mut file, "confidence", &Percent::new(self.confidence * 100.0));
        put(&mut file, "limits", &without_nothing(limits));
        put(&mut file, "seed", &seed);
        serde_yaml::to_string(&file).unwrap_or_default()
    }

    fn target_as_written(&self) -> Value {
        let beside = self.file().parent().unwrap_or(Path::new(""));
        let mut target = match &self.target.program {
            Program::Package { name, bin, manifest } => json!({
                "package": name,
                "bin": bin,
                "manifest": manifest.clone().or_else(|| workspace_above(beside)).map(|path| absolute(&path)),
            }),
            Program::Command { words, stdio, directory } => json!({
                "command": words.iter().enumerate().map(|(place, word)| word_from(beside, place, word)).collect::<Vec<_>>(),
                "stdio": stdio.then_some(true),
                "directory": absolute(directory.as_deref().unwrap_or(beside)),
            }),
        };
        target["workload"] = json!(self.target.workload);
        target["params"] = Value::Object(self.target.params.clone());
        without_nothing(target)
    }

    fn load_as_written(&self) -> Mapping {
        let load = &self.load;
        let mut written = Mapping::new();
        put(&mut written, "workers", &load.workers);
        put(&mut written, "rate", &load.rate);
        put(&mut written, "arrivals", &load.rate.map(|_| load.arrivals));
        put(&mut written, "mix", &load.mix);
        put(&mut written, "keys", &load.keys);
        put(&mut written, "timeout", &load.timeout);
        written
    }
}

/// Sets a key, unless there is nothing to say. The kinds of faults are keys of maps, which YAML would otherwise make tags.
fn put(file: &mut Mapping, key: &str, value: &impl Serialize) {
    let value = singleton_map_recursive::serialize(value, Serializer).unwrap_or_default();
    if !value.is_null() {
        file.insert(key.into(), value);
    }
}

/// The object without its keys that have no value.
fn without_nothing(value: Value) -> Value {
    match value {
        Value::Object(entries) => {
            Value::Object(entries.into_iter().filter(|(_, value)| !value.is_null()).collect::<Map<_, _>>())
        }
        other => other,
    }
}

/// The path from the root, without detours.
fn absolute(path: &Path) -> String {
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    let whole = path.canonicalize().or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_owned());
    whole.display().to_string()
}

/// The program of a command is found from the experiment's file; other words are its own business.
fn word_from(beside: &Path, place: usize, word: &str) -> String {
    if place == 0 && word.contains('/') { absolute(&beside.join(word)) } else { word.to_owned() }
}

/// The `Cargo.toml` that cargo would find from the experiment's directory.
fn workspace_above(beside: &Path) -> Option<PathBuf> {
    let beside = PathBuf::from(absolute(beside));
    beside.ancestors().map(|directory| directory.join("Cargo.toml")).find(|manifest| manifest.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Experiment {
        Experiment::parse(Path::new("/nowhere/experiment.yaml"), text, &[]).unwrap()
    }

    #[test]
    fn a_replay_is_the_same_experiment_with_the_trials_faults_and_seed() {
        let experiment = read(include_str!("tests/example.yaml"));
        let faults: Vec<Fault> = serde_yaml::from_str(
            "[{stall: {at: {function: 'a::{{closure}}'}, for: 20us}}, {stall: {at: {word: auto}, threads: 50%}}]",
        )
        .unwrap();
        let again = read(&experiment.replay(&faults, u64::MAX));
        assert_eq!((&again.faults, again.seed), (&faults, Some(u64::MAX)));
        assert_eq!(again.name, format!("{} (replay)", experiment.name));
        assert_eq!((&again.load, &again.phases), (&experiment.load, &experiment.phases));
        assert_eq!((&again.thresholds, &again.oracles), (&experiment.thresholds, &experiment.oracles));
        assert_eq!((&again.limits, &again.abort_when), (&experiment.limits, &experiment.abort_when));
        assert_eq!((&again.target, again.confidence), (&experiment.target, experiment.confidence));
        assert!(!again.has_control() && again.expect.is_none() && !again.swarm);
    }

    #[test]
    fn the_paths_of_a_replay_lead_to_the_same_files_from_anywhere() {
        let text = "name: x\ntarget: {command: [./run.sh, data/x], stdio: true, workload: w}\n";
        let again = read(&read(text).replay(&[], 1));
        let Program::Command { words, directory, .. } = &again.target.program else { panic!("a command") };
        assert_eq!(words, &["/nowhere/run.sh", "data/x"]);
        assert_eq!(directory.as_deref(), Some(Path::new("/nowhere")));
        let package = "name: x\ntarget: {package: p, workload: w, manifest: ../m/Cargo.toml}\n";
        let again = read(&read(package).replay(&[], 1));
        let Program::Package { manifest: Some(manifest), .. } = &again.target.program else { panic!("a package") };
        assert!(manifest.is_absolute() && manifest.ends_with("m/Cargo.toml"), "{}", manifest.display());
    }
}
