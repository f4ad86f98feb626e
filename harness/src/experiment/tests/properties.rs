//! What holds for any text: the parser never panics, and places are found where a plain search finds them.

use super::super::path::{NodePath, Part, Segment};
use super::super::{Experiment, yaml};
use proptest::prelude::*;
use std::path::Path;

const EXAMPLE: &str = include_str!("example.yaml");

/// A document whose every key and scalar is a different word, so that a plain search finds each.
#[derive(Debug, Clone)]
enum Shape {
    Scalar,
    List(Vec<Shape>),
    Map(Vec<Shape>),
}

fn shapes() -> impl Strategy<Value = Shape> {
    Just(Shape::Scalar).prop_recursive(4, 40, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 1..4).prop_map(Shape::List),
            proptest::collection::vec(inner, 1..4).prop_map(Shape::Map),
        ]
    })
}

/// Writes a shape as YAML and notes the path, part and word of everything in it.
#[derive(Default)]
struct Writer {
    text: String,
    words: usize,
    places: Vec<(NodePath, Part, String)>,
}

impl Writer {
    fn word(&mut self) -> String {
        self.words += 1;
        format!("wörd{:04}", self.words)
    }

    fn write(&mut self, shape: &Shape, path: NodePath, indent: usize, flow: bool) {
        match shape {
            Shape::Scalar => {
                let word = self.word();
                self.text.push_str(&word);
                self.places.push((path, Part::Value, word));
            }
            Shape::List(entries) => self.entries(entries, &path, indent, flow, false),
            Shape::Map(entries) => self.entries(entries, &path, indent, flow, true),
        }
    }

    fn entries(&mut self, entries: &[Shape], path: &NodePath, indent: usize, flow: bool, named: bool) {
        self.text.push_str(if !flow {
            ""
        } else if named {
            "{"
        } else {
            "["
        });
        for (index, entry) in entries.iter().enumerate() {
            self.text.push_str(&if flow { String::new() } else { format!("\n{}", " ".repeat(indent)) });
            let child = if named { self.key(path) } else { path.clone().item(index) };
            self.text.push_str(if named {
                ": "
            } else if flow {
                ""
            } else {
                "- "
            });
            // Deep collections are written in flow style, so that both styles and their mixture are met.
            self.write(entry, child, indent + 2, flow || indent >= 4);
            self.text.push_str(if flow { ", " } else { "" });
        }
        self.text.push_str(if !flow {
            ""
        } else if named {
            "}"
        } else {
            "]"
        });
    }

    fn key(&mut self, path: &NodePath) -> NodePath {
        let word = self.word();
        self.text.push_str(&word);
        let child = path.clone().key(&word);
        self.places.push((child.clone(), Part::Key, word));
        child
    }
}

/// The example with some bytes replaced, removed or repeated.
fn damaged_example() -> impl Strategy<Value = Vec<u8>> {
    let edit = (0..EXAMPLE.len(), any::<u8>(), 0..3_u8);
    proptest::collection::vec(edit, 1..6).prop_map(|edits| {
        let mut bytes = EXAMPLE.as_bytes().to_vec();
        for (index, byte, kind) in edits {
            let index = index.min(bytes.len() - 1);
            match kind {
                0 => bytes[index] = byte,
                1 => drop(bytes.remove(index)),
                _ => bytes.insert(index, b" {}[]:,-*&!|>'\"%@#\n\t"[usize::from(byte) % 20]),
            }
        }
        bytes
    })
}

fn parse(bytes: &[u8]) -> Option<String> {
    let error = Experiment::parse_bytes(Path::new("experiment.yaml"), bytes, &[]).err()?;
    let fancy = miette::GraphicalReportHandler::new();
    let mut rendered = String::new();
    fancy.render_report(&mut rendered, &error).unwrap();
    Some(error.to_string())
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        parse(&bytes);
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>(), yaml in "[a-c0-9 {}\\[\\]:,\\-*&!|>'\"%@#\n\t.~?]{0,80}") {
        parse(text.as_bytes());
        parse(yaml.as_bytes());
    }

    #[test]
    fn a_damaged_experiment_is_read_or_refused_with_its_place(bytes in damaged_example()) {
        if let Some(message) = parse(&bytes) {
            let mut parts = message.splitn(4, ':');
            prop_assert_eq!(parts.next(), Some("experiment.yaml"));
            prop_assert!(parts.next().is_some_and(|line| line.parse::<usize>().is_ok()), "{}", message);
            prop_assert!(parts.next().is_some_and(|column| column.parse::<usize>().is_ok()), "{}", message);
        }
    }

    #[test]
    fn any_override_is_applied_or_refused(written in any::<String>(), path in "[a-z0-9.]{0,20}", value in any::<String>()) {
        for written in [written, format!("{path}={value}"), format!("faults.{path}={value}")] {
            let _ = Experiment::parse(Path::new("experiment.yaml"), EXAMPLE, &[written]);
        }
    }

    #[test]
    fn a_place_is_found_where_a_plain_search_finds_it(shape in shapes()) {
        let mut writer = Writer::default();
        writer.write(&Shape::Map(vec![shape]), NodePath::default(), 0, false);
        for (path, part, word) in &writer.places {
            let location = yaml::locate(&writer.text, path, *part);
            let found = location.map(|location| (location.offset, location.text(&writer.text)));
            let expected = writer.text.find(word).unwrap();
            prop_assert_eq!(found, Some((expected, word.as_str())), "{} in {}", path, writer.text);
        }
        let nowhere = NodePath(vec![Segment::Key("nowhere".to_owned())]);
        prop_assert_eq!(yaml::locate(&writer.text, &nowhere, Part::Key), None);
    }
}
