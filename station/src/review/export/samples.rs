//! Sessions for the tests of the forms: the fixture's visit, and what can befall one.

use std::sync::LazyLock;

use control::prescription::Mode;
use control::view::{PhaseKind, Trust};
use core::time::Duration;
use protocols::vocabulary::{MachineKind, NetMets};

use crate::records::session::{BoutRecord, Disguise, GapRecord, Second};
use crate::records::{MachineFigures, SessionRecord};

static VISIT: LazyLock<SessionRecord> = LazyLock::new(|| {
    let (_folder, archive) = crate::records::fixtures::archive_of_a_visit();
    SessionRecord::read(&archive, "last").unwrap()
});

const PRESCRIPTION: &str = r#"
[[prescription]]
id = "bike-steady"
signer = "Dr. Example"
signed_at = 2026-11-16
valid_until = 2027-02-14
diagnosis = "copd"
goals = ["climb three flights of stairs", "walk to the lake"]
"#;

/// A whole visit on the bike: rest, warm-up, conditioning with a fall of saturation, cool-down, recovery.
pub(in crate::review) fn visit() -> SessionRecord {
    let mut session = VISIT.clone();
    session.bouts[0].prescription.text = PRESCRIPTION.to_owned();
    session
}

/// The same with 20 s of conditioning that were not recorded.
pub(in crate::review) fn with_a_gap() -> SessionRecord {
    let mut session = visit();
    let from = conditioning(&session.bouts[0]) + 30;
    let lost: Vec<Second> = session.bouts[0].seconds.drain(from..from + 20).collect();
    session.gaps.push(GapRecord {
        bout: Some(1),
        what: "entries".to_owned(),
        from_us: lost[0].t_us,
        to_us: lost[19].t_us,
        lost: 200,
        reason: "the queue was full".to_owned(),
        is_damage: false,
    });
    session
}

/// The same with a pause of 12 s in conditioning.
pub(in crate::review) fn with_a_pause() -> SessionRecord {
    let mut session = visit();
    let from = conditioning(&session.bouts[0]) + 30;
    for second in &mut session.bouts[0].seconds[from..from + 12] {
        second.phase = PhaseKind::Paused;
        second.reported.power_w = Some(0);
    }
    session
}

/// The same without an oximeter.
pub(in crate::review) fn without_oximeter() -> SessionRecord {
    let mut session = visit();
    session.bouts[0].setup.as_mut().unwrap().sensors.oximeter = false;
    for second in &mut session.bouts[0].seconds {
        second.spo2_percent = None;
        second.spo2_trust = Trust::Absent;
        second.pulse_bpm = None;
    }
    session
}

/// The same with a heart rate that is doubted for 15 s and lost for 5.
pub(in crate::review) fn with_a_doubt() -> SessionRecord {
    let mut session = visit();
    let from = conditioning(&session.bouts[0]) + 10;
    for second in &mut session.bouts[0].seconds[from..from + 15] {
        second.heart_rate_trust = Trust::Doubted;
    }
    for second in &mut session.bouts[0].seconds[from + 15..from + 20] {
        second.heart_rate_trust = Trust::Lost;
        second.heart_rate_bpm = None;
    }
    session
}

/// The same, lost in the middle of conditioning.
pub(in crate::review) fn interrupted() -> SessionRecord {
    let mut session = visit();
    let until = conditioning(&session.bouts[0]) + 40;
    session.bouts[0].seconds.truncate(until);
    let last_us = session.bouts[0].seconds[until - 1].t_us;
    session.bouts[0].to_us = None;
    session.events.retain(|event| event.t_us <= last_us);
    session.line.state = "interrupted".to_owned();
    session.line.end_reason = Some("interrupted".to_owned());
    session.line.ended = None;
    session
}

/// The bike, then two minutes on the treadmill.
pub(in crate::review) fn bike_then_belt() -> SessionRecord {
    let mut session = visit();
    let first = session.bouts[0].clone();
    let from_us = first.to_us.unwrap() + 90_000_000;
    let from = conditioning(&first);
    let seconds: Vec<Second> = (0_i64..120)
        .zip(first.seconds.iter().skip(from))
        .map(|(place, second)| Second {
            t_us: from_us + place * 1_000_000,
            t_s: (from_us + place * 1_000_000) / 1_000_000,
            cadence_rpm: None,
            phase: PhaseKind::Conditioning,
            told: belt(1_100, 20),
            reported: belt(1_100 + i32::try_from(place % 3).unwrap(), 20),
            ..second.clone()
        })
        .collect();
    session.bouts.push(BoutRecord {
        row: 2,
        number: 2,
        machine: MachineKind::Treadmill,
        protocol: "trackmaster".to_owned(),
        from_us,
        to_us: Some(from_us + 120_000_000),
        seconds,
        ..first
    });
    session
}

/// The same as intervals of 20 s of work and 10 s of recovery.
pub(in crate::review) fn with_intervals() -> SessionRecord {
    let mut session = visit();
    let mets = |value| NetMets::new(value).unwrap();
    session.bouts[0].setup.as_mut().unwrap().prescription.mode = Mode::Interval {
        work: mets(3.5),
        work_for: Duration::from_secs(20),
        recovery: mets(1.5),
        recovery_for: Duration::from_secs(10),
        repeats: 3,
    };
    session
}

/// A session in disguise.
pub(in crate::review) fn disguised(session: SessionRecord) -> SessionRecord {
    let disguise = Disguise::new("Q7".to_owned(), session.line.began_wall_micros);
    session.disguised(&disguise, 1)
}

fn belt(speed_mm_s: i32, grade_permille: i32) -> MachineFigures {
    MachineFigures {
        power_w: None,
        speed_mm_s: Some(speed_mm_s),
        grade_permille: Some(grade_permille),
    }
}

/// The place of conditioning's first second.
fn conditioning(bout: &BoutRecord) -> usize {
    bout.seconds
        .iter()
        .position(Second::is_conditioning)
        .unwrap()
}
