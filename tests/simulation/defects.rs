//! The defects that the monitor is tried on still have a place to be planted at.

use std::path::Path;

use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct Defects {
    own_check: Change,
    defect: Vec<Defect>,
}

#[derive(Debug, Deserialize)]
struct Defect {
    name: String,
    finds: Vec<String>,
    changes: Vec<Change>,
}

#[derive(Debug, Deserialize)]
struct Change {
    file: String,
    find: String,
    replace: String,
}

#[test]
fn every_defect_can_be_planted_at_one_place() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let text = std::fs::read_to_string(root.join("tests/defects/defects.toml")).expect("the list");
    let defects: Defects = toml::from_str(&text).expect("as the tool reads it");
    assert!(defects.defect.len() >= 10);
    let changes = defects.defect.iter().flat_map(|defect| {
        assert!(!defect.finds.is_empty(), "{}", defect.name);
        &defect.changes
    });
    for change in changes.chain([&defects.own_check]) {
        let source = std::fs::read_to_string(root.join(&change.file)).expect("a source");
        assert_eq!(source.matches(&change.find).count(), 1, "{change:?}");
        assert_ne!(change.find, change.replace);
    }
}
