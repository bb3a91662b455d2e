//! `station review` in real terminals of three sizes, on a day of the demonstration.

use serde_json::Value;

use crate::program::run_with;
use crate::screen::Screen;

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (200, 60)];

/// An alarm of the day.
const RULE: &str = "spo2-floor";

/// The right half of a screen tells which view is open.
const VIEWS: [&str; 3] = ["[events]", "[figures]", "[course]"];

/// Presses a key and waits until the screen tells that it was obeyed.
fn press(screen: &mut Screen, key: &str, what: &str, condition: impl Fn(&str) -> bool) {
    screen.press(key);
    screen.until(what, condition);
}

/// A session of the day with an alarm of that rule.
fn with_rule(record: &str, rule: &str) -> String {
    let run = run_with(
        &["sessions", "--json", "--search", rule, "--record", record],
        b"",
    );
    let sessions: Value = serde_json::from_str(&run.stdout).expect("JSON");
    let earliest = sessions.as_array().and_then(|sessions| sessions.last());
    let id = earliest
        .and_then(|session| session["id"].as_str())
        .expect("a session with that alarm");
    id.to_owned()
}

#[test]
fn a_day_is_walked_through_at_every_size() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("demo.sqlite");
    let record = path.to_str().expect("a path in letters");
    let rolled = run_with(&["demo", "--day", "--weeks", "0", "--record", record], b"");
    assert_eq!(rolled.status, Some(0), "{}", rolled.stderr);
    let id = with_rule(record, RULE);
    for size in SIZES {
        walk(record, &id, size);
    }
    without_a_terminal(record);
    sign(record, &id);
}

fn walk(record: &str, id: &str, size: (u16, u16)) {
    let mut screen = Screen::sized(&["review", "--record", record], size);
    screen.until("the day, read", |text| {
        text.contains("8 sessions") && !text.contains("reading")
    });
    press(&mut screen, "/", "a search", |text| {
        text.contains("Search the record")
    });
    screen.press(RULE);
    press(&mut screen, "\r", "the sessions with that rule", |text| {
        text.contains(&format!("with \"{RULE}\"")) && text.contains(id) && text.contains("leave")
    });
    press(&mut screen, "\r", "the chart", |text| {
        ["[chart]", "held by", "why: ", "leave"]
            .iter()
            .all(|part| text.contains(part))
    });
    let before = screen.text();
    press(&mut screen, "n", "the first alarm", |text| {
        text != before && text.contains("why: ") && text.contains(" *")
    });
    press(&mut screen, "w", "the core's own account", |text| {
        text.contains("let through") && text.contains("because")
    });
    press(&mut screen, "w", "the chart again", |text| {
        !text.contains("because")
    });
    for view in VIEWS {
        press(&mut screen, "\t", view, |text| text.contains(view));
    }
    press(&mut screen, "\t", "the chart once more", |text| {
        text.contains("[chart]")
    });
    press(&mut screen, "q", "the day again", |text| {
        text.contains(" REVIEW ")
    });
    screen.press("q");
    let (status, left) = screen.until_left();
    assert_eq!(status.exit_code(), 0, "{left}");
    assert!(
        !left.contains("REVIEW"),
        "the terminal is given back: {left}"
    );
}

fn without_a_terminal(record: &str) {
    let run = run_with(&["review", "--record", record], b"");
    assert_eq!(run.status, Some(1));
    assert!(run.stderr.contains("station show ID"), "{}", run.stderr);
    let none = run_with(&["review", "NOWHERE", "--record", record], b"");
    assert_eq!(none.status, Some(1));
}

/// A note and a signature, typed at the review; the secret is never on the screen.
fn sign(record: &str, id: &str) {
    let added = run_with(
        &[
            "staff",
            "add",
            "anna",
            "--name",
            "Anna Berg",
            "--role",
            "physiologist",
            "--secret-stdin",
            "--record",
            record,
        ],
        b"correct horse battery\n",
    );
    assert_eq!(added.status, Some(0), "{}", added.stderr);
    let mut screen = Screen::sized(
        &["review", id, "--by", "anna", "--record", record],
        (80, 24),
    );
    screen.until("the session", |text| text.contains("[chart]"));
    press(&mut screen, "a", "a form", |text| {
        text.contains("A note to this session")
    });
    screen.press("slept badly\r\rcorrect horse battery\r");
    screen.until("the note", |text| {
        text.contains("the note is with the session")
    });
    press(&mut screen, "S", "a form", |text| text.contains("secret"));
    screen.press("a wrong secret\r");
    screen.until("a refusal", |text| {
        text.contains("the id or the secret is wrong")
    });
    assert!(
        !screen.text().contains("a wrong secret"),
        "{}",
        screen.text()
    );
    screen.press("correct horse battery\r");
    screen.until("the signature", |text| {
        text.contains("signed by Anna Berg (review)")
    });
    press(&mut screen, "q", "the day", |text| {
        text.contains(" REVIEW ") && !text.contains("reading") && text.contains(" signed")
    });
    screen.press("q");
    let (status, left) = screen.until_left();
    assert_eq!(status.exit_code(), 0, "{left}");
    let trail = run_with(&["audit", id, "--record", record], b"");
    let words: Vec<&str> = trail.stdout.split_whitespace().collect();
    let told = words.join(" ");
    for part in [
        "Anna Berg (anna, not proved) looked at this session (review)",
        "Anna Berg (anna) wrote a note",
        "Anna Berg (anna) was not proved and was refused to sign this session",
        "Anna Berg (anna) signed this session: review",
    ] {
        assert!(told.contains(part), "{part}: {}", trail.stdout);
    }
}
