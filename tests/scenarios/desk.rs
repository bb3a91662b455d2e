//! The desk, seen from outside: notes, corrections, signatures, names, who looked, and the end of the chain; beside a gym that writes.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use protocols::vocabulary::Timestamp;
use station::records::{
    Anchor, EndReason, Entry, Recorder, RecorderOptions, SessionId, SessionKind, SessionOpened,
};

use crate::one_bout;
use crate::program::{Run, station};
use crate::screen::Screen;

/// 2026-11-23 14:31:07 UTC.
const WALL: i64 = 1_795_444_267_000_000;

const SECRET: &str = "correct horse";

pub(crate) struct Desk {
    folder: tempfile::TempDir,
    id: String,
}

fn options() -> RecorderOptions {
    RecorderOptions {
        stations: 1,
        clock_rate: 1,
        anchor: Anchor {
            at: Timestamp::ZERO,
            wall_micros: WALL,
        },
    }
}

fn opened(session: SessionId, at: Timestamp) -> Entry {
    Entry::SessionOpened(Box::new(SessionOpened {
        session,
        patient: "K7PD2MXQ".to_owned(),
        kind: SessionKind::Virtual,
        clock_rate: 1,
        pre_rolled: false,
        at,
        wall_micros: WALL,
    }))
}

fn closed(session: SessionId, at: Timestamp) -> Entry {
    Entry::SessionClosed {
        session,
        at: at + Duration::from_secs(50),
        wall_micros: WALL + 50_000_000,
        reason: EndReason::Completed,
    }
}

/// A record of one session that is over, with one measurement.
pub(crate) fn desk() -> Desk {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("record.sqlite");
    let recorder = Recorder::open(&path, &options()).expect("a new record");
    let session = recorder.ids().next(WALL);
    let handle = recorder.handle();
    assert!(handle.send(opened(session, Timestamp::ZERO)));
    for entry in one_bout::entries(session, Timestamp::ZERO, WALL) {
        assert!(handle.send(entry));
    }
    assert!(handle.send(closed(session, Timestamp::ZERO)));
    recorder.close(Duration::from_mins(1)).expect("written");
    Desk {
        folder,
        id: session.to_string(),
    }
}

impl Desk {
    pub(crate) fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A command on the record, with lines on its standard input, as that member of the staff.
    fn as_who(&self, who: Option<&str>, arguments: &[&str], input: &str) -> Run {
        let mut command = station();
        command
            .args(arguments)
            .arg("--record")
            .arg(self.at("record.sqlite"))
            .env_remove("STATION_STAFF");
        if let Some(who) = who {
            command.env("STATION_STAFF", who);
        }
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        drop(std::io::Write::write_all(&mut stdin, input.as_bytes()));
        drop(stdin);
        Run::new(&child.wait_with_output().expect("the program ends"))
    }

    fn on(&self, arguments: &[&str]) -> Run {
        self.as_who(None, arguments, "")
    }

    /// The same, where it has to be done.
    #[track_caller]
    pub(crate) fn done(&self, arguments: &[&str]) -> String {
        let run = self.as_who(Some("anna"), arguments, &format!("{SECRET}\n{SECRET}\n"));
        assert_eq!(
            (run.status, run.stderr.as_str()),
            (Some(0), ""),
            "{arguments:?}"
        );
        run.stdout
    }

    pub(crate) fn with_staff(self) -> Self {
        let who = ["--role", "nurse", "--secret-stdin"];
        self.done(&[&["staff", "add", "anna", "--name", "Anna Berg"][..], &who].concat());
        self
    }
}

#[test]
fn a_session_is_noted_corrected_and_signed_and_shows_what_came_later() {
    let desk = desk().with_staff();
    desk.done(&["note", "last", "Felt well.", "--secret-stdin"]);
    let corrected = desk.done(&[
        "correct",
        "last",
        "1",
        "124/78",
        "--why",
        "wrong line",
        "--secret-stdin",
    ]);
    assert!(corrected.starts_with("measurement 2 of"), "{corrected}");
    let signed = desk.done(&["sign", "last", "--meaning", "review", "--secret-stdin"]);
    assert!(
        signed.contains("is signed by Anna Berg (review)"),
        "{signed}"
    );
    let later = desk.done(&["note", "last", "Called next day.", "--secret-stdin"]);
    assert!(later.contains("(signed, 1 addition since)"), "{later}");
    let shown = desk.done(&["show", "last"]);
    for words in [
        "  signature signed, 1 addition since",
        "#2 blood pressure 124/78 mmHg (conditioning), corrected",
        "Felt well.",
        ", after the signature:",
        "Anna Berg (anna), ",
    ] {
        assert!(shown.contains(words), "{words:?} in\n{shown}");
    }
    assert!(!shown.contains("142/78"), "{shown}");
    let shown = desk.done(&["show", "last", "--corrections"]);
    assert!(
        shown.contains("was #1 142/78 mmHg until Anna Berg (anna),"),
        "{shown}"
    );
    assert!(
        shown.lines().all(|line| line.chars().count() <= 80),
        "{shown}"
    );
    let json: serde_json::Value =
        serde_json::from_str(&desk.done(&["show", "last", "--json"])).expect("an object");
    assert_eq!(json["signature"]["state"], "signed");
    assert_eq!(json["signature"]["additions"], 1);
    assert_eq!(json["measurements"][0]["corrected"][0]["value"], 142);
    let verified = desk.on(&["verify"]);
    assert!(
        verified.stdout.contains("1 of 1 sessions whole"),
        "{}",
        verified.stdout
    );
}

#[test]
fn what_cannot_be_written_is_said_with_what_to_do() {
    let desk = desk().with_staff();
    let none = desk.as_who(
        Some("anna"),
        &["correct", "last", "7", "13", "--why", "x", "--secret-stdin"],
        SECRET,
    );
    assert_eq!(none.status, Some(1));
    assert!(none.stderr.contains("station show"), "{}", none.stderr);
    let unfit = desk.as_who(
        Some("anna"),
        &["correct", "last", "1", "13", "--why", "x", "--secret-stdin"],
        "",
    );
    assert_eq!(unfit.status, Some(2));
    assert!(
        unfit.stderr.contains("systolic/diastolic"),
        "{}",
        unfit.stderr
    );
    let nobody = desk.on(&["note", "last", "words"]);
    assert_eq!(nobody.status, Some(1));
    assert!(nobody.stderr.contains("STATION_STAFF"), "{}", nobody.stderr);
}

#[test]
fn what_is_written_is_proved_and_what_was_not_says_so() {
    let desk = desk().with_staff();
    for act in [
        &["note", "last", "Felt well."][..],
        &["correct", "last", "1", "124/78", "--why", "wrong line"],
        &["identify", "K7PD2MXQ", "--name", "Jane Doe"],
        &["identify", "K7PD2MXQ", "--forget"],
        &["purge", "--before", "2030-01-01", "--confirm", "1"],
    ] {
        let act = [act, &["--secret-stdin"]].concat();
        let refused = |who: &str, secret: &str| {
            let run = desk.as_who(Some(who), &act, secret);
            assert_eq!((run.status, run.stdout.as_str()), (Some(1), ""), "{act:?}");
            run.stderr
        };
        let wrong = refused("anna", "wrong horse\n");
        assert!(wrong.contains("the id or the secret is wrong"), "{wrong}");
        assert_eq!(wrong, refused("Nobody At All", &format!("{SECRET}\n")));
    }
    let shown = desk.done(&["show", "last"]);
    assert!(
        !shown.contains("124/78") && !shown.contains("Felt well."),
        "{shown}"
    );
    let trail = desk.done(&["audit", "--json"]);
    assert_eq!(trail.matches("was refused").count(), 10, "{trail}");
    desk.done(&["note", "last", "Felt well.", "--secret-stdin"]);
    let shown = desk.done(&["show", "last"]);
    assert!(
        shown.contains("Anna Berg (anna), ") && !shown.contains("not proved"),
        "{shown}"
    );
    // An earlier version asked for no secret.
    rusqlite::Connection::open(desk.at("record.sqlite"))
        .and_then(|hand| {
            hand.execute_batch(
                "DROP TRIGGER events_stay;
                 UPDATE events SET detail = json_set(detail, '$.proved', json('false')) WHERE kind = 'note'",
            )
        })
        .expect("a hand that makes it an older one");
    for shown in [&["show", "last"][..], &["report", "last", "--output", "-"]] {
        let run = desk.as_who(Some("anna"), shown, "");
        assert!(
            run.stdout.contains("Anna Berg (anna, not proved)"),
            "{}",
            run.stdout
        );
    }
}

#[test]
fn a_name_that_is_replaced_is_told_and_no_name_is() {
    let desk = desk_with_a_name();
    let again = |words: &[&str]| {
        let identify = ["identify", "K7PD2MXQ", "--secret-stdin", "--name"];
        desk.done(&[&identify[..], words].concat())
    };
    let first = [
        "Jane Doe",
        "--born",
        "1931-05-04",
        "--hospital-id",
        "H-4711",
    ];
    assert!(again(&first).contains("already"));
    let other = again(&["John Roe", "--born", "1931-05-04"]);
    assert!(other.contains("name and hospital id"), "{other}");
    let trail = desk.done(&["audit", "--patient", "K7PD2MXQ"]);
    let words = trail.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words.contains("Anna Berg (anna) wrote down that this pseudonym is another than before: name, hospital id"),
        "{trail}"
    );
    assert!(
        !names_somebody(trail.as_bytes()) && !trail.contains("Roe"),
        "{trail}"
    );
    let old = desk.as_who(
        Some("anna"),
        &[
            "identify",
            "K7PD2MXQ",
            "--name",
            "Jane Doe",
            "--born",
            "1800-05-04",
            "--secret-stdin",
        ],
        SECRET,
    );
    assert_eq!(old.status, Some(1));
    assert!(old.stderr.contains("look at the year"), "{}", old.stderr);
}

#[test]
fn free_text_goes_out_only_where_it_was_asked_for() {
    let desk = desk().with_staff();
    desk.done(&["note", "last", "zebra", "--secret-stdin"]);
    let why = ["--why", "zebra", "--secret-stdin"];
    desk.done(&[&["correct", "last", "1", "124/78"][..], &why].concat());
    let export = |format: &str, more: &[&str]| {
        let out = desk.at(&format!("{format}{}", more.len()));
        let output = out.to_str().expect("text").to_owned();
        let one = ["export", "last", "--format", format, "--output", &output];
        desk.done(&[&one[..], more].concat());
        let bytes = if out.is_dir() {
            everything(&out)
        } else {
            std::fs::read(&out).expect("a file")
        };
        bytes
            .windows(5)
            .filter(|window| *window == b"zebra")
            .count()
    };
    for format in ["csv", "fhir"] {
        assert_eq!(export(format, &[]), 0, "{format}");
    }
    assert_eq!(export("csv", &["--notes"]), 2);
    assert_eq!(export("jsonl", &[]), 2, "an archive is whole");
    assert_eq!(export("jsonl", &["--deidentified"]), 0);
    let none = desk.on(&[
        "export", "last", "--format", "fit", "--output", "-", "--notes",
    ]);
    assert_eq!(none.status, Some(2));
    let trail = desk.done(&["audit", "last", "--json"]);
    assert_eq!(trail.matches("with notes").count(), 2, "{trail}");
}

#[test]
fn a_session_that_is_not_what_was_signed_is_never_shown_without_saying_so() {
    let desk = desk().with_staff();
    desk.done(&["sign", "last", "--meaning", "review", "--secret-stdin"]);
    let hand = rusqlite::Connection::open(desk.at("record.sqlite")).expect("the record");
    hand.execute_batch(
        "DROP TRIGGER signed_measurements_stay; UPDATE measurements SET value = 111",
    )
    .expect("a hand that changes a measurement");
    let output = desk.at("out");
    let output = output.to_str().expect("text");
    for arguments in [
        &["show", "last"][..],
        &["export", "last", "--format", "jsonl", "--output", output],
        &["report", "last", "--output", "-"],
    ] {
        let run = desk.as_who(Some("anna"), arguments, "");
        assert_eq!(run.status, Some(1), "{arguments:?}: {}", run.stderr);
        assert!(
            run.stderr.contains("is not what Anna Berg signed"),
            "{arguments:?}: {}",
            run.stderr
        );
    }
}

#[test]
fn a_signature_needs_the_secret_and_refuses_in_the_same_words() {
    let desk = desk().with_staff();
    let sign = |who: &str, secret: &str| {
        let arguments = ["sign", "last", "--meaning", "review", "--secret-stdin"];
        let run = desk.as_who(Some(who), &arguments, &format!("{secret}\n"));
        assert_eq!((run.status, run.stdout.as_str()), (Some(1), ""));
        run.stderr
    };
    assert_eq!(sign("anna", "wrong horse"), sign("bo", SECRET));
    let trail = desk.done(&["audit", "last"]);
    assert!(trail.contains("refused to sign this session"), "{trail}");
    assert!(!trail.contains("horse"), "{trail}");
    assert!(
        desk.done(&["show", "last"])
            .contains("signature not signed")
    );
}

#[test]
fn the_staff_may_come_before_the_first_gym() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk {
        folder,
        id: String::new(),
    }
    .with_staff();
    let listed = desk.done(&["staff", "list"]);
    assert!(listed.starts_with("anna "), "{listed}");
    // The next is added by a member alone.
    let who = [
        "staff",
        "add",
        "lee",
        "--name",
        "Dr Lee",
        "--role",
        "physician",
        "--secret-stdin",
    ];
    let nobody = desk.as_who(None, &who, &format!("{SECRET}\n"));
    assert_eq!(nobody.status, Some(1), "{}", nobody.stdout);
    desk.done(&who);
    desk.done(&["staff", "retire", "lee", "--secret-stdin"]);
    assert!(desk.done(&["staff", "list"]).contains(", retired "));
    Recorder::open(&desk.at("record.sqlite"), &options())
        .expect("a gym opens it")
        .close(Duration::from_mins(1))
        .expect("written");
}

#[test]
fn a_secret_that_is_typed_is_never_shown() {
    let desk = desk();
    let record = desk.at("record.sqlite");
    let arguments = [
        "staff",
        "add",
        "anna",
        "--name",
        "Anna Berg",
        "--role",
        "nurse",
        "--record",
        record.to_str().expect("text"),
    ];
    let mut screen = Screen::open(&arguments);
    screen.until("the question", |text| text.contains("New secret of anna:"));
    screen.press(&format!("{SECRET}x\u{7f}\r"));
    screen.until("the second question", |text| {
        text.contains("The same again:")
    });
    screen.press(&format!("{SECRET}\r"));
    let (status, last) = screen.until_left();
    assert!(
        status.success() && last.contains("is on the staff list"),
        "{last}"
    );
    assert!(
        !last.contains("correct") && !last.contains("horse"),
        "{last}"
    );
    let run = desk.as_who(
        Some("anna"),
        &["sign", "last", "--meaning", "review", "--secret-stdin"],
        &format!("{SECRET}\n"),
    );
    assert_eq!(run.status, Some(0), "{}", run.stderr);
}

/// Every byte of every file below a folder, and every path.
fn everything(folder: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for file in std::fs::read_dir(folder).expect("a folder") {
        let path = file.expect("a file").path();
        all.extend(path.to_str().expect("text").as_bytes());
        if path.is_dir() {
            all.extend(everything(&path));
        } else {
            all.extend(std::fs::read(path).expect("a file"));
        }
    }
    all
}

fn names_somebody(bytes: &[u8]) -> bool {
    [b"Jane".as_slice(), b"H-4711", b"1931-05-04"]
        .iter()
        .any(|secret| bytes.windows(secret.len()).any(|window| window == *secret))
}

/// A desk that knows who its patient is.
fn desk_with_a_name() -> Desk {
    let desk = desk().with_staff();
    let identify = [
        "identify",
        "K7PD2MXQ",
        "--name",
        "Jane Doe",
        "--born",
        "1931-05-04",
        "--hospital-id",
        "H-4711",
        "--secret-stdin",
    ];
    let said = desk.done(&identify);
    assert!(!names_somebody(said.as_bytes()), "{said}");
    desk
}

#[test]
fn a_name_is_nowhere_that_nobody_asked_for_it() {
    let desk = desk_with_a_name();
    let out = desk.at("out");
    std::fs::create_dir(&out).expect("a folder");
    let output = |name: &str| out.join(name).to_str().expect("text").to_owned();
    for format in ["csv", "jsonl", "fhir"] {
        let (plain, hidden) = (output(format), output(&format!("{format}-hidden")));
        let many = ["export", "--patient", "K7PD2MXQ", "--format", format];
        desk.done(&[&many[..], &["--output", &plain]].concat());
        let one = ["export", "last", "--format", format, "--deidentified"];
        desk.done(&[&one[..], &["--output", &hidden]].concat());
    }
    assert!(!names_somebody(&everything(&out)));
    for quiet in [
        &["sessions"][..],
        &["sessions", "--json"],
        &["show", "last"],
        &["show", "last", "--json"],
        &["replay", "last"],
        &["audit"],
        &["audit", "--patient", "K7PD2MXQ", "--json"],
        &["staff", "list"],
        &["head"],
        &["verify", "--json"],
    ] {
        let run = desk.on(quiet);
        let said = format!("{}{}", run.stdout, run.stderr);
        assert!(!names_somebody(said.as_bytes()), "{quiet:?}: {said}");
    }
}

#[test]
fn a_name_is_shown_where_it_was_asked_for_and_that_is_in_the_trail() {
    let desk = desk_with_a_name();
    for named in [
        &["sessions", "--names"][..],
        &["sessions", "--names", "--json"],
        &["show", "last", "--names"],
        &["show", "last", "--names", "--json"],
        &["identify", "K7PD2MXQ"],
    ] {
        assert!(names_somebody(desk.done(named).as_bytes()), "{named:?}");
    }
    let export = ["export", "last", "--names", "--output", "-", "--format"];
    let bundle = desk.done(&[&export[..], &["fhir"]].concat());
    assert!(names_somebody(bundle.as_bytes()));
    let wrong = desk.on(&[&export[..], &["jsonl"]].concat());
    assert_eq!(wrong.status, Some(2));
    assert!(wrong.stderr.contains("fhir"), "{}", wrong.stderr);
    let trail = desk.done(&["audit", "--patient", "K7PD2MXQ", "--json"]);
    let trail: Vec<serde_json::Value> = serde_json::from_str(&trail).expect("an array");
    let named = |entry: &&serde_json::Value| {
        let text = entry["text"].as_str().unwrap_or_default();
        text.starts_with("Anna Berg (anna, not proved)") && text.contains("with names")
    };
    assert_eq!(trail.iter().filter(named).count(), 6, "{trail:?}");
    desk.done(&["identify", "K7PD2MXQ", "--forget", "--secret-stdin"]);
    let gone = desk.on(&["identify", "K7PD2MXQ"]);
    assert_eq!(gone.status, Some(1), "{}", gone.stdout);
    for file in ["record.sqlite", "record.sqlite-wal"] {
        let bytes = std::fs::read(desk.at(file)).unwrap_or_default();
        assert!(!names_somebody(&bytes), "{file}");
    }
}

#[test]
fn a_cut_end_shows_by_a_line_that_was_kept() {
    let desk = desk().with_staff();
    let line = desk.done(&["head"]);
    let kept = desk.at("heads.txt");
    let file = kept.to_str().expect("text");
    std::fs::write(&kept, &line).expect("a file");
    desk.done(&["note", "last", "Felt well.", "--secret-stdin"]);
    for check in [line.trim(), file] {
        let there = desk.done(&["head", "--check", check]);
        assert!(there.contains("is there, and 1 came after it"), "{there}");
    }
    // A hand that cuts the end off, the note with it, and the mark of the end too; and puts back what kept it from that.
    rusqlite::Connection::open(desk.at("record.sqlite"))
        .and_then(|hand| {
            hand.pragma_update(None, "foreign_keys", false)?;
            let guards: Vec<String> = hand
                .prepare("SELECT sql FROM sqlite_schema WHERE name IN ('events_are_kept', 'notes_are_kept', 'staff_are_kept')")?
                .query_map([], |row| row.get(0))?
                .collect::<Result<_, _>>()?;
            hand.execute_batch(
                "DROP TRIGGER events_are_kept; DROP TRIGGER notes_are_kept; DROP TRIGGER staff_are_kept;
                 DELETE FROM notes; DELETE FROM staff; DELETE FROM events WHERE id > 5;
                 UPDATE record SET last_event = 5, last_hash = (SELECT hash FROM events WHERE id = 5);",
            )?;
            hand.execute_batch(&guards.join(";"))
        })
        .expect("a shell can do that");
    assert_eq!(
        desk.on(&["verify"]).status,
        Some(0),
        "nothing else finds it"
    );
    let cut = desk.on(&["head", "--check", file]);
    assert_eq!(cut.status, Some(1));
    assert!(
        cut.stdout.contains("CUT: event 6 is gone"),
        "{}",
        cut.stdout
    );
    let json = desk.on(&["head", "--check", file, "--json"]);
    assert!(
        json.stdout.contains("\"found\":\"cut\",\"last\":5"),
        "{}",
        json.stdout
    );
    let wrong = desk.on(&["head", "--check", "yesterday"]);
    assert_eq!(wrong.status, Some(2));
}

#[test]
fn a_desk_works_beside_a_gym_that_writes_and_neither_loses_anything() {
    let desk = desk().with_staff();
    let recorder = Recorder::open(&desk.at("record.sqlite"), &options()).expect("the record");
    let mut ids = recorder.ids();
    let handle = recorder.handle();
    let gym = std::thread::spawn(move || {
        for number in 1..200_u64 {
            let at = Timestamp::from_secs(number * 60);
            let session = ids.next(WALL + i64::try_from(number).expect("small") * 60_000_000);
            assert!(handle.send(opened(session, at)));
            assert!(handle.send(closed(session, at)));
        }
    });
    for number in 0..4 {
        desk.done(&[
            "note",
            &desk.id,
            &format!("note {number}"),
            "--secret-stdin",
        ]);
        desk.done(&["show", &desk.id]);
    }
    desk.done(&[
        "sign",
        &desk.id,
        "--meaning",
        "authorship",
        "--secret-stdin",
    ]);
    gym.join().expect("written");
    assert_eq!(recorder.handle().status().failing, None);
    // The desk is no second gym, and another gym still is.
    assert!(Recorder::open(&desk.at("record.sqlite"), &options()).is_err());
    recorder.close(Duration::from_mins(1)).expect("written");
    let verified = desk.on(&["verify", "--json"]);
    let verified: serde_json::Value = serde_json::from_str(&verified.stdout).expect("an object");
    assert_eq!(verified["sessions"], 200);
    assert_eq!(verified["findings"], serde_json::json!([]));
    let shown = desk.done(&["show", &desk.id]);
    assert!(
        shown.contains("note 3") && shown.contains("signature signed"),
        "{shown}"
    );
}

#[test]
fn a_look_that_cannot_be_told_is_a_look_all_the_same() {
    let desk = desk();
    let before = desk.on(&["audit", "--json"]);
    assert!(!before.stdout.contains("looked"), "{}", before.stdout);
    // A gym holds the record open, and the disk has no room for more.
    let recorder = Recorder::open(&desk.at("record.sqlite"), &options()).expect("the record");
    let output = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\""])
        .arg(station().get_program())
        .args(["show", "last", "--record"])
        .arg(desk.at("record.sqlite"))
        .stdin(Stdio::null())
        .output()
        .expect("the program runs");
    let run = Run::new(&output);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    assert!(run.stdout.contains(&desk.id), "{}", run.stdout);
    assert!(
        run.stderr.contains("not in the record's trail"),
        "{}",
        run.stderr
    );
    recorder.close(Duration::from_mins(1)).expect("written");
    // A copy for keeping stays as it is.
    let copy = desk.at("copy.sqlite");
    let to = copy.to_str().expect("text");
    desk.on(&["backup", to]);
    let bytes = std::fs::read(&copy).expect("a copy");
    let run = crate::program::run_with(&["show", "last", "--record", to], b"");
    assert_eq!(run.status, Some(0));
    assert!(run.stderr.contains("copy for keeping"), "{}", run.stderr);
    assert_eq!(std::fs::read(&copy).expect("a copy"), bytes);
}

/// A zone's file as RFC 8536 has it: five hours west of UTC, all year.
fn five_hours_west() -> Vec<u8> {
    let mut block = b"TZif2".to_vec();
    block.extend([0; 15]);
    for count in [0_u32, 0, 0, 0, 1, 4] {
        block.extend(count.to_be_bytes());
    }
    block.extend((-18_000_i32).to_be_bytes());
    block.extend([0, 0]);
    block.extend(b"EST\0");
    [&block[..], &block, b"\nEST5\n"].concat()
}

#[test]
fn times_are_of_the_zone_that_was_named_and_one_that_is_not_there_is_told() {
    let desk = desk();
    std::fs::create_dir(desk.at("zones")).expect("a folder");
    std::fs::create_dir(desk.at("zones/Gym")).expect("a folder");
    std::fs::write(desk.at("zones/Gym/West"), five_hours_west()).expect("a zone");
    let shown = |zone: &str, arguments: &[&str]| {
        let output = station()
            .args(arguments)
            .env("STATION_RECORD", desk.at("record.sqlite"))
            .env("TZDIR", desk.at("zones"))
            .env("TZ", zone)
            .output()
            .expect("the program runs");
        Run::new(&output)
    };
    let west = shown("Gym/West", &["show", "last"]);
    assert!(
        west.stdout.contains("2026-11-23 09:31 (UTC\u{2212}5)") && west.stderr.is_empty(),
        "{west:?}"
    );
    let listed = shown("Gym/West", &["sessions", "--day", "last"]);
    assert!(
        listed.stdout.ends_with("times are of UTC\u{2212}5\n"),
        "{listed:?}"
    );
    let nowhere = shown("Gym/Nowhere", &["show", "last"]);
    assert_eq!(nowhere.status, Some(0));
    assert!(
        nowhere.stderr.contains("no time zone Gym/Nowhere"),
        "{nowhere:?}"
    );
    assert!(nowhere.stdout.contains("14:31 (UTC)"), "{nowhere:?}");
    let wrong = shown("Gym/West", &["sessions", "--day", "2026-13-01"]);
    assert_eq!(wrong.status, Some(2));
    assert!(wrong.stderr.contains("write it as YYYY-MM-DD"), "{wrong:?}");
}
