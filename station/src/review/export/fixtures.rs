//! A visit with everything that makes an export hard: two machines, holes in samples and waveform, an oximeter that is changed for one of
//! another rate, texts that a spreadsheet would compute, a row of gaps; corrected, noted and signed at the desk.

use std::path::Path;
use std::time::Duration;

use control::input::{Entry as Entered, HeartRateSource, Input};
use control::outputs::Outputs;
use control::view::{PhaseKind, Trust};
use protocols::vocabulary::{MachineKind, Timestamp};

use crate::records::chain::EventRow;
use crate::records::fixtures::{SECRET, Visit, WALL, hire, options};
use crate::records::{
    Archive, BoutId, BoutOpened, Entry, Event, EventKind, MachineFigures, PrescriptionText,
    Recorder, Sample, SessionRecord, Turn, desk,
};

/// Words that must not leave with a de-identified session, wherever they stand in the record.
pub(super) const SECRETS: &[&str] = &[
    "K7PD2MXQ",
    "Nurse Joy",
    "Jane Doe",
    "Jane_Doe",
    "H-4711",
    "04-MAY-1931",
    "1931-05-04",
    "next day",
    "bike-steady",
    "target_met",
    "2026-11-23",
    "20261123",
    "14:31:07",
    "23.11.26",
    "23-NOV-2026",
];

pub(super) const SECRET_TEXT: &str = "=HYPERLINK(\"x\"), said \"Nurse Joy\"\nof K7PD2MXQ";

/// Seconds of the first bout that were never recorded.
const HOLE: std::ops::Range<u64> = 200..210;

/// The record, where it is, and what keeps it.
pub(in crate::review) struct Made {
    pub(in crate::review) folder: tempfile::TempDir,
    pub(in crate::review) archive: Archive,
}

/// Writes that visit into a new record.
pub(in crate::review) fn made() -> Made {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.sqlite");
    let recorder = Recorder::open(&path, &options()).unwrap();
    let handle = recorder.handle();
    let mut visit = Visit::begin(recorder.ids().next(WALL), Timestamp::from_secs(1));
    visit.whole();
    let mut entries = visit.take();
    let closing = entries.split_off(entries.len() - 1);
    entries.retain(
        |entry| !matches!(entry, Entry::Sample(sample) if HOLE.contains(&sample.at.as_secs())),
    );
    let belt = on_a_belt(&visit, &entries);
    entries.extend(belt);
    entries.push(Entry::Event(Box::new(Event {
        bout: Some(visit.bout),
        at: visit.now,
        kind: EventKind::Notice,
        rule: None,
        priority: None,
        act: None,
        value: Some(0.1),
        limit: Some(1.0 / 3.0),
        text: SECRET_TEXT.to_owned(),
        detail: Some(serde_json::json!({ "by": "Nurse Joy", "a": 0.1 })),
    })));
    entries.extend(waveform(&visit));
    entries.extend(closing);
    for entry in entries {
        assert!(handle.send(entry));
    }
    recorder.close(Duration::from_mins(1)).unwrap();
    gap(&path);
    let archive = Archive::open(&path).unwrap();
    at_the_desk(&archive);
    Made { folder, archive }
}

/// What the hole in the first bout is, as a row and the event that tells of it.
fn gap(path: &Path) {
    let connection = rusqlite::Connection::open(path).unwrap();
    connection
        .execute_batch(
            "INSERT INTO gaps (session_id, bout_id, run_id, what, from_us, to_us, lost, reason)
             SELECT session_id, id, run_id, 'sample', 200000000, 210000000, 10, 'Nurse Joy pulled a plug' FROM bouts WHERE number = 1;",
        )
        .unwrap();
    let (session, bout, run) = connection
        .query_row(
            "SELECT session_id, id, run_id FROM bouts WHERE number = 1",
            [],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .unwrap();
    let event = EventRow {
        session: Some(session),
        bout: Some(bout),
        run,
        at_us: 210_000_000,
        wall_us: WALL + 210_000_000,
        t_s: Some(209),
        kind: "gap".to_owned(),
        text: "not recorded: 10 entries of the sample over 10.0 s, because Nurse Joy pulled a plug"
            .to_owned(),
        ..EventRow::default()
    };
    event.append(&connection).unwrap();
}

/// A note, a correction, a signature, another note, and who the patient is.
fn at_the_desk(archive: &Archive) {
    hire(archive, "joy", "Nurse Joy");
    let (path, joy) = (archive.path(), desk::By::of(Some("joy")));
    let record = SessionRecord::read(archive, "last").unwrap();
    let session = record.line.id.as_str();
    desk::note(path, &joy, SECRET, session, SECRET_TEXT).unwrap();
    let correction = desk::Correction {
        number: 1,
        value: Entered::PerceivedExertion(13),
        why: "Nurse Joy misheard",
    };
    desk::correct(
        path,
        &joy,
        SECRET,
        session,
        &record.measurements,
        &correction,
    )
    .unwrap();
    desk::sign(path, &joy, SECRET, session, desk::Meaning::Review).unwrap();
    desk::note(path, &joy, SECRET, session, "well on the next day").unwrap();
    let identity = desk::Identity {
        name: "Jane Doe".to_owned(),
        born: Some(jiff::civil::date(1931, 5, 4)),
        hospital_id: Some("H-4711".to_owned()),
    };
    desk::identify(path, &joy, SECRET, "K7PD2MXQ", &identity).unwrap();
}

/// Three minutes on a belt, after the bicycle.
fn on_a_belt(visit: &Visit, entries: &[Entry]) -> Vec<Entry> {
    let bout = BoutId {
        session: visit.session,
        number: 2,
    };
    let begins = Timestamp::from_secs(600);
    let opened = opened_belt(entries, bout, begins);
    let template = entries
        .iter()
        .find_map(|entry| {
            if let Entry::Sample(found) = entry {
                Some(found.clone())
            } else {
                None
            }
        })
        .unwrap();
    let mut all = vec![Entry::BoutOpened(opened)];
    for second in 0..180_u16 {
        let absent = (30..40).contains(&second);
        let speed = Some(i32::from(second) * 7);
        all.push(Entry::Sample(Box::new(Sample {
            bout,
            at: begins + Duration::from_secs(u64::from(second)),
            phase: PhaseKind::Conditioning,
            heart_rate_bpm: (!absent).then_some(100 + second % 5),
            heart_rate_source: (!absent).then_some(HeartRateSource::Strap),
            heart_rate_trust: if absent {
                Trust::Absent
            } else {
                Trust::Trusted
            },
            heart_rate_age_ms: (!absent).then_some(340),
            pulse_bpm: None,
            spo2_percent: Some(96),
            spo2_trust: Trust::Doubted,
            told: MachineFigures {
                power_w: None,
                speed_mm_s: speed,
                grade_permille: Some(-5),
            },
            reported: MachineFigures {
                power_w: None,
                speed_mm_s: speed,
                grade_permille: Some(15),
            },
            cadence_rpm: None,
            ..(*template).clone()
        })));
    }
    let at = begins + Duration::from_mins(3);
    all.push(Entry::Turn(Box::new(Turn {
        bout,
        now: at,
        input: Input::Tick,
        outputs: Outputs::default(),
    })));
    all.push(Entry::BoutClosed { bout, at });
    all
}

/// The bicycle's bout, made one of a belt.
fn opened_belt(entries: &[Entry], bout: BoutId, begins: Timestamp) -> Box<BoutOpened> {
    let mut opened = entries
        .iter()
        .find_map(|entry| {
            if let Entry::BoutOpened(found) = entry {
                Some(found.clone())
            } else {
                None
            }
        })
        .unwrap();
    opened.bout = bout;
    opened.at = begins;
    opened.station = 3;
    opened.protocol = "trackmaster".to_owned();
    opened.header.capabilities.kind = MachineKind::Treadmill;
    opened.prescription = PrescriptionText {
        id: "belt".to_owned(),
        version: 1,
        text: "mode = \"constant\"\n".to_owned(),
    };
    opened
}

/// Two minutes at 75 a second with a hole of four seconds, then another oximeter at 60 a second.
fn waveform(visit: &Visit) -> Vec<Entry> {
    let piece = |second: u64, rate_hz: u16| Entry::Plethysmogram {
        session: visit.session,
        // Not on a whole second of the session.
        at: Timestamp::from_micros(30_410_000 + second * 1_000_000),
        rate_hz,
        samples: (0..rate_hz)
            .map(|sample| 30_000 + sample * 7 + u16::try_from(second).unwrap() * 3)
            .collect(),
    };
    (0..60)
        .chain(64..120)
        .map(|second| piece(second, 75))
        .chain((600..630).map(|second| piece(second, 60)))
        .collect()
}
