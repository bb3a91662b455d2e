//! Beginning a session, moving one, and leaving: what ends in a question that names patient and station.

use control::view::PhaseKind;

use crate::dashboard::dialog::{
    Choice, Dialog, IDENTIFIERS_TIME_OUT_AFTER, List, Question, Subject, TIMES_OUT_AFTER,
};
use crate::dashboard::ui::Ui;
use crate::dashboard::view::{Link, Seen};
use crate::dashboard::words;
use crate::gym::messages::{Ask, FromViewer};
use crate::gym::snapshot::{RecordHealth, Snapshot, StationSnapshot};

/// Opens the list of patients for a free station.
pub(super) fn begin(ui: &mut Ui, seen: &Seen<'_>, station: &StationSnapshot) -> Vec<FromViewer> {
    if let Some(session) = &station.session {
        ui.say(
            seen,
            format!(
                "{} is at station {}: f closes that session first",
                session.patient, station.number
            ),
        );
        return Vec::new();
    }
    // The gym would refuse it after the last question.
    if let Some(RecordHealth::Failing { because }) = seen.snapshot.map(|there| &there.record) {
        ui.say(
            seen,
            format!("nothing is recorded ({because}): no session starts before that is over"),
        );
        return Vec::new();
    }
    ui.dialog = Some(Dialog::List(List {
        about: Subject {
            station: station.number,
            session: None,
        },
        choice: Choice::Patient,
        filter: String::new(),
        typing: false,
        marked: None,
    }));
    Vec::new()
}

/// The sensors that hang beside a station and serve nobody: ticked before a person looks.
pub(super) fn home_sensors(snapshot: &Snapshot, station: u8) -> Vec<String> {
    snapshot
        .sensors
        .iter()
        .filter(|sensor| sensor.home == Some(station) && sensor.at_station.is_none())
        .map(|sensor| sensor.name.clone())
        .collect()
}

/// The last question of a new session, with both identifiers.
pub(super) fn confirm_open(
    ui: &mut Ui,
    seen: &Seen<'_>,
    about: Subject,
    (patient, prescription): (&str, &str),
    sensors: Vec<String>,
) {
    let Some((snapshot, station)) = seen.snapshot.zip(seen.station(about.station)) else {
        return;
    };
    let Some(choice) = snapshot
        .patients
        .iter()
        .find(|there| there.pseudonym == patient)
    else {
        ui.say(seen, format!("{patient} cannot be chosen any more"));
        return;
    };
    let summary = choice
        .prescriptions
        .iter()
        .find(|there| there.id == prescription)
        .map_or("", |there| there.summary.as_str());
    let bound = if sensors.is_empty() {
        "NONE".to_owned()
    } else {
        sensors.join(", ")
    };
    let lines = vec![
        format!("patient             {}", choice.pseudonym),
        format!("second identifier   {}", choice.second_identifier),
        format!("prescription        {prescription}  {summary}"),
        format!(
            "machine             {} ({})",
            station.name,
            words::machine(station.machine.kind)
        ),
        format!("sensors             {bound}"),
        "Ask the patient for both identifiers. Do they match?".to_owned(),
    ];
    let ask = Ask::Open {
        patient: choice.pseudonym.clone(),
        second_identifier: choice.second_identifier.clone(),
        prescription: prescription.to_owned(),
        sensors,
    };
    ui.dialog = Some(Dialog::Question(Question {
        title: format!("NEW SESSION at station {}: this patient?", about.station),
        asks: vec![(about.station, ask)],
        about,
        lines,
        what: "new session".to_owned(),
        load: None,
        adds_load: true,
        yes: false,
        since: seen.now,
        waits: IDENTIFIERS_TIME_OUT_AFTER,
    }));
}

/// The last question of a move, with both identifiers.
pub(super) fn confirm_move(
    ui: &mut Ui,
    seen: &Seen<'_>,
    about: Subject,
    target: u8,
    prescription: &str,
) {
    let (Some(snapshot), Some(from), Some(to)) = (
        seen.snapshot,
        seen.station(about.station),
        seen.station(target),
    ) else {
        return;
    };
    let Some(session) = &from.session else {
        return;
    };
    let second = snapshot
        .patients
        .iter()
        .find(|there| there.pseudonym == session.patient)
        .map_or("not on file", |there| there.second_identifier.as_str());
    let sensors: Vec<_> = from
        .sensors
        .iter()
        .map(|sensor| sensor.name.as_str())
        .collect();
    let lines = vec![
        format!("patient             {}", session.patient),
        format!("second identifier   {second}"),
        format!("from                station {}, {}", from.number, from.name),
        format!("to                  station {}, {}", to.number, to.name),
        format!("prescription        {prescription}"),
        format!("sensors stay on     {}", sensors.join(", ")),
    ];
    ui.dialog = Some(Dialog::Question(Question {
        title: format!("MOVE {} to station {target}?", session.patient),
        lines,
        asks: vec![(
            about.station,
            Ask::MoveTo {
                station: target,
                prescription: prescription.to_owned(),
            },
        )],
        about,
        what: "move".to_owned(),
        load: None,
        adds_load: true,
        yes: false,
        since: seen.now,
        waits: IDENTIFIERS_TIME_OUT_AFTER,
    }));
}

/// Asks before a sensor is bound.
pub(super) fn confirm_bind(ui: &mut Ui, seen: &Seen<'_>, about: Subject, sensor: &str) {
    let patient = seen
        .station(about.station)
        .and_then(|there| there.session.as_ref())
        .map_or_else(String::new, |session| session.patient.clone());
    ui.dialog = Some(Dialog::Question(Question {
        title: format!("BIND {sensor}: station {}, {patient}?", about.station),
        lines: vec![
            format!("{sensor} is on {patient} and on nobody else."),
            "Its values count for this patient from now on.".to_owned(),
        ],
        asks: vec![(
            about.station,
            Ask::Bind {
                sensor: sensor.to_owned(),
                bound: true,
            },
        )],
        about,
        what: "bind".to_owned(),
        load: None,
        adds_load: true,
        yes: false,
        since: seen.now,
        waits: TIMES_OUT_AFTER,
    }));
}

/// Leaves, or asks first: where the gym would end, and where nobody would watch the patients.
pub(super) fn leave(ui: &mut Ui, seen: &Seen<'_>) -> Vec<FromViewer> {
    let Some(snapshot) = seen.snapshot.filter(|_| seen.link == Link::Up) else {
        return vec![FromViewer::Leave];
    };
    let exercising = exercising(snapshot);
    let open = snapshot
        .stations
        .iter()
        .filter(|station| station.session.is_some())
        .count();
    let is_last = snapshot.viewers <= 1;
    let (title, lines, asks, what) = if seen.ends_with_last_viewer && is_last {
        (
            "END THE DEMONSTRATION?".to_owned(),
            vec![
                match open {
                    0 => "No session is under way.".to_owned(),
                    1 => "1 session is under way: it is ended safely.".to_owned(),
                    open => format!("{open} sessions are under way: each is ended safely."),
                },
                "The record stays, and you are told where it is.".to_owned(),
            ],
            vec![(0, Ask::EndGym)],
            "end",
        )
    } else if is_last && exercising > 0 {
        (
            "LEAVE? You are the last who watches.".to_owned(),
            vec![
                match exercising {
                    1 => "1 patient exercises. With nobody watching, an alarm".to_owned(),
                    more => format!("{more} patients exercise. With nobody watching, an alarm"),
                },
                "sounds after 5 s and their load falls after a minute.".to_owned(),
            ],
            Vec::new(),
            "leave",
        )
    } else {
        return vec![FromViewer::Leave];
    };
    ui.dialog = Some(Dialog::Question(Question {
        about: Subject {
            station: 0,
            session: None,
        },
        title,
        lines,
        asks,
        what: what.to_owned(),
        load: None,
        adds_load: false,
        yes: false,
        since: seen.now,
        waits: TIMES_OUT_AFTER,
    }));
    Vec::new()
}

/// How many stations have somebody at work.
pub(in crate::dashboard) fn exercising(snapshot: &Snapshot) -> usize {
    snapshot
        .stations
        .iter()
        .filter(|station| {
            matches!(
                station.view.phase,
                PhaseKind::Starting
                    | PhaseKind::WarmUp
                    | PhaseKind::Conditioning
                    | PhaseKind::CoolDown
            )
        })
        .count()
}
