//! What the monitor may know: the vocabulary, and nothing else of ours.

/// The manifest's dependencies, those of tests apart.
#[test]
fn it_depends_on_the_vocabulary_alone() {
    let manifest = include_str!("../../Cargo.toml");
    let names: Vec<_> = manifest
        .split("[dependencies]")
        .nth(1)
        .expect("a list of dependencies")
        .lines()
        .map(str::trim)
        .take_while(|line| !line.starts_with('['))
        .filter(|line| !line.is_empty())
        .collect();
    assert_eq!(names, ["protocols.workspace = true"]);
}

/// Of `protocols` it names the vocabulary, and of that nothing that ranks commands: what takes load away it finds out by itself.
#[test]
fn of_protocols_it_uses_no_wire_and_no_ranking() {
    let sources = [
        include_str!("../../src/alarms.rs"),
        include_str!("../../src/breach.rs"),
        include_str!("../../src/call.rs"),
        include_str!("../../src/charter.rs"),
        include_str!("../../src/commands.rs"),
        include_str!("../../src/entries.rs"),
        include_str!("../../src/falls.rs"),
        include_str!("../../src/follow.rs"),
        include_str!("../../src/house.rs"),
        include_str!("../../src/lib.rs"),
        include_str!("../../src/losses.rs"),
        include_str!("../../src/ramp.rs"),
        include_str!("../../src/scene.rs"),
        include_str!("../../src/screen.rs"),
        include_str!("../../src/signals.rs"),
        include_str!("../../src/stops.rs"),
        include_str!("../../src/work.rs"),
    ];
    for source in sources {
        let elsewhere = source
            .match_indices("protocols::")
            .filter(|&(at, found)| !source[at + found.len()..].starts_with("vocabulary"))
            .count();
        assert_eq!(elsewhere, 0);
        assert!(!source.contains("takes_away_from") && !source.contains("preempts"));
    }
}
