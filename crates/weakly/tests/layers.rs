//! The folders of the crate stand in an order, and each uses only what stands below it.

use std::fs;
use std::path::Path;

/// From the lowest to the highest.
const ORDER: [&str; 24] = [
    "table",
    "room",
    "hasher",
    "type_names",
    "sync",
    "locked",
    "owner_conversions",
    "owner_traits",
    "caught_panic",
    "death",
    "strong",
    "reference",
    "finalizer",
    "container",
    "map",
    "set",
    "owners",
    "arc",
    "rc",
    "local",
    "cache",
    "interner",
    "queue",
    "serde",
];

/// The tests that try the schedules of threads use everything, as does what is exported or shown.
const ABOVE_ALL: [&str; 3] = ["docs", "lib", "races"];

#[test]
fn imports_go_down() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&source, &mut files);
    assert!(files.len() > 20, "the sources were found");
    let mut upward = Vec::new();
    for (layer, path) in &files {
        if ABOVE_ALL.contains(&layer.as_str()) {
            continue;
        }
        let height = height(layer).unwrap_or_else(|| panic!("{layer} has no place in the order"));
        for (number, line) in fs::read_to_string(path).unwrap().lines().enumerate() {
            if line.trim_start().starts_with("//") {
                continue;
            }
            for used in used_layers(line) {
                // What is not a folder or a file is a name that lib.rs exports.
                let is_below = used == *layer || self::height(used).is_some_and(|it| it < height);
                if !is_below {
                    upward.push(format!("{}:{}: {}", path, number + 1, line.trim()));
                }
            }
        }
    }
    assert!(
        upward.is_empty(),
        "imports that go up:\n{}",
        upward.join("\n")
    );
}

fn height(layer: &str) -> Option<usize> {
    ORDER.iter().position(|it| *it == layer)
}

/// The names that follow a `crate::` in a line. (A macro's `$crate::` names what users see.)
fn used_layers(line: &str) -> impl Iterator<Item = &str> {
    let found = line.match_indices("crate::");
    let own = found.filter(|(at, _)| !line[..*at].ends_with('$'));
    own.map(|(at, found)| {
        let rest = &line[at + found.len()..];
        let end = rest.find(|it: char| !it.is_alphanumeric() && it != '_');
        &rest[..end.unwrap_or(rest.len())]
    })
}

/// All files below `folder`, with the layer that each belongs to.
fn collect(folder: &Path, files: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
            let inside = path.strip_prefix(source).unwrap();
            let top = inside.components().next().unwrap().as_os_str();
            let layer = Path::new(top).file_stem().unwrap().to_str().unwrap();
            files.push((layer.to_owned(), path.to_str().unwrap().to_owned()));
        }
    }
}
