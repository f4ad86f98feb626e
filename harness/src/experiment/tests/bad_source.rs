//! Files that are no experiments at all: missing, directories, too large, binary.

use super::super::{Experiment, Problem};
use std::path::Path;

#[test]
fn a_missing_file_suggests_its_nearest_neighbour() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("quickstart.yaml"), "").unwrap();
    std::fs::write(directory.path().join("quickstart.txt"), "").unwrap();
    let error = Experiment::read(&directory.path().join("quikstart.yaml"), &[]).unwrap_err();
    assert!(error.to_string().contains("quikstart.yaml: there is no such file; did you mean `quickstart.yaml`?"));
    assert_eq!(error.nearest(), Some("quickstart.yaml"));
    let nowhere = Experiment::read(&directory.path().join("no/where.yaml"), &[]).unwrap_err();
    assert!(nowhere.to_string().ends_with("there is no such file"), "{nowhere}");
}

#[test]
fn a_directory_lists_its_experiments() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("one.yaml"), "").unwrap();
    let error = Experiment::read(directory.path(), &[]).unwrap_err();
    assert!(error.to_string().contains("this is a directory, not an experiment file; known: `one.yaml`"), "{error}");
}

#[test]
fn a_large_file_is_refused_without_reading_it() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("large.yaml");
    std::fs::File::create(&path).unwrap().set_len(1 << 40).unwrap();
    let error = Experiment::read(&path, &[]).unwrap_err();
    assert_eq!(*error.problem(), Problem::TooLarge);
    assert!(error.to_string().contains("larger than 1024 KiB"), "{error}");
}

#[test]
fn bytes_that_are_no_text_are_named_with_their_place() {
    for (bytes, place, message) in [
        (&b"name: x\nhazard: \xff\xfe\n"[..], "2:9", "the byte `0xFF` is not part of UTF-8 text"),
        (b"\x7fELF\x02\x01", "1:1", "the control character `\\u{7f}`"),
        (b"name: a\0b\n", "1:8", "the control character `\\u{0}`"),
        (b"\xff\xfen\0a\0", "1:1", "the byte `0xFF`"),
    ] {
        let error = Experiment::parse_bytes(Path::new("experiment.yaml"), bytes, &[]).unwrap_err().to_string();
        assert!(error.starts_with(&format!("experiment.yaml:{place}: ")), "{error}");
        assert!(error.contains(message), "{error}");
    }
}

#[test]
fn a_byte_order_mark_is_not_part_of_the_text() {
    let bytes = b"\xef\xbb\xbfname: x\ntarget: {package: p, workload: w}\n";
    assert!(Experiment::parse_bytes(Path::new("experiment.yaml"), bytes, &[]).is_ok());
}
