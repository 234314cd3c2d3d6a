//! The examples print what their first lines say they print, addresses aside.

use std::path::Path;
use std::process::Command;

/// What the documentation at the head of an example promises.
fn promised(source: &str) -> String {
    let head = source.lines().map_while(|line| line.strip_prefix("//!"));
    let lines = head.skip_while(|line| *line != " ```text").skip(1);
    let lines = lines.take_while(|line| *line != " ```");
    lines
        .map(|line| format!("{}\n", line.strip_prefix(' ').unwrap_or(line)))
        .collect()
}

/// `text` with `0x...` for every address.
fn without_addresses(text: &str) -> String {
    let mut parts = text.split("0x");
    let mut result = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        result.push_str("0x...");
        result.push_str(part.trim_start_matches(|c: char| c.is_ascii_hexdigit()));
    }
    result
}

#[test]
fn examples_print_what_they_promise() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let files = folder
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut sources: Vec<_> = files.filter(|path| path.is_file()).collect();
    sources.sort();
    assert_eq!(sources.len(), 20);
    for path in sources {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let output = Command::new(env!("CARGO"))
            .args(["run", "--quiet", "--package", "weakly", "--example", name])
            .output()
            .unwrap();
        assert!(output.status.success(), "{name}: {output:?}");
        let printed = without_addresses(&String::from_utf8(output.stdout).unwrap());
        assert_eq!(
            printed,
            promised(&std::fs::read_to_string(&path).unwrap()),
            "{name}"
        );
    }
}
