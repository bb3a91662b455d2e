//! Keys that act on the selected station. What takes load away acts at once; what adds, widens, silences all or cannot be undone asks.

use control::input::{Action, Entry};
use control::outputs::Refusal;
use control::view::PhaseKind;
use protocols::vocabulary::NetMets;

use super::session;
use crate::dashboard::alarms;
use crate::dashboard::dialog::{
    Choice, Dialog, EntryForm, Field, List, Question, Subject, TIMES_OUT_AFTER,
};
use crate::dashboard::keys::Command;
use crate::dashboard::ui::Ui;
use crate::dashboard::view::Seen;
use crate::dashboard::words;
use crate::gym::messages::{Ask, FromViewer};
use crate::gym::snapshot::{SessionSnapshot, StationSnapshot};

/// How long a silence lasts: two minutes.
const SILENCE: std::time::Duration = std::time::Duration::from_mins(2);

pub(super) fn obey(ui: &mut Ui, seen: &Seen<'_>, command: Command) -> Vec<FromViewer> {
    let Some(station) = seen.station(ui.selected) else {
        ui.say(seen, "select a station first (1-9, Tab)");
        return Vec::new();
    };
    match (command, &station.session) {
        (Command::Acknowledge, _) => acknowledge(ui, seen, station),
        (Command::Silence, _) => silence(ui, seen, station),
        (Command::SilenceAll, _) => silence_all(ui, seen),
        (Command::NewSession, _) => session::begin(ui, seen, station),
        (_, Some(session)) => with_session(ui, seen, command, &Here { station, session }),
        (_, None) => {
            ui.say(
                seen,
                format!("station {} is free: n new session", station.number),
            );
            Vec::new()
        }
    }
}

/// A station with a patient.
struct Here<'a> {
    station: &'a StationSnapshot,
    session: &'a SessionSnapshot,
}

impl Here<'_> {
    fn about(&self) -> Subject {
        Subject {
            station: self.station.number,
            session: Some(self.session.id.clone()),
        }
    }

    /// Station, patient and machine, as every question names them.
    fn named(&self) -> String {
        format!(
            "station {}, {}, {}",
            self.station.number,
            self.session.patient,
            words::machine(self.station.machine.kind)
        )
    }

    fn load_now(&self) -> String {
        let view = &self.station.view;
        let told = view
            .told
            .as_ref()
            .map(|told| format!(" ({})", words::load(told)))
            .unwrap_or_default();
        format!("load now {:.2} net MET{told}", view.granted.get())
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the commands without a patient, and those of the screen, were taken before"
)]
fn with_session(
    ui: &mut Ui,
    seen: &Seen<'_>,
    command: Command,
    here: &Here<'_>,
) -> Vec<FromViewer> {
    match command {
        Command::Pause => act(ui, seen, here, Action::Pause, "pause"),
        Command::LoadDown => act(ui, seen, here, Action::LoadDown, "less load"),
        Command::TargetDown => act(ui, seen, here, Action::TargetDown, "lower target"),
        Command::Symptom => act(ui, seen, here, Action::Enter(Entry::Symptom), "symptom"),
        Command::BloodPressure => form(ui, here, Field::BloodPressure),
        Command::Exertion => form(ui, here, Field::Exertion),
        Command::Dyspnoea => form(ui, here, Field::Dyspnoea),
        Command::Sign => list(ui, here, Choice::Sign),
        Command::Move => list(ui, here, Choice::Target),
        Command::Bind => list(ui, here, Choice::Bind),
        Command::LoadUp => load_up(ui, seen, here),
        Command::TargetUp => target_up(ui, seen, here),
        Command::Automatic => automatic(ui, seen, here),
        Command::DoorCheck => door_check(ui, seen, here),
        Command::Start => start(ui, seen, here),
        Command::Resume => resume(ui, seen, here),
        Command::CoolDown => cool_down(ui, seen, here),
        Command::Finish => finish(ui, seen, here),
        _ => Vec::new(),
    }
}

fn act(
    ui: &mut Ui,
    seen: &Seen<'_>,
    here: &Here<'_>,
    action: Action,
    what: &str,
) -> Vec<FromViewer> {
    vec![ui.request(seen, here.station.number, Ask::Act(action), what)]
}

fn form(ui: &mut Ui, here: &Here<'_>, field: Field) -> Vec<FromViewer> {
    ui.dialog = Some(Dialog::Entry(EntryForm {
        about: here.about(),
        field,
        text: String::new(),
        wrong: None,
    }));
    Vec::new()
}

fn list(ui: &mut Ui, here: &Here<'_>, choice: Choice) -> Vec<FromViewer> {
    ui.dialog = Some(Dialog::List(List {
        about: here.about(),
        choice,
        filter: String::new(),
        typing: false,
        marked: None,
    }));
    Vec::new()
}

/// Puts a question about the station that ends in one action.
fn ask(
    ui: &mut Ui,
    seen: &Seen<'_>,
    here: &Here<'_>,
    (action, adds_load): (Ask, bool),
    (title, what): (&str, &str),
    lines: Vec<String>,
) -> Vec<FromViewer> {
    let rests_on_load = matches!(action, Ask::Act(Action::LoadUp | Action::Automatic));
    ui.dialog = Some(Dialog::Question(Question {
        about: here.about(),
        title: format!("{title}: {}?", here.named()),
        lines,
        asks: vec![(here.station.number, action)],
        what: what.to_owned(),
        load: rests_on_load.then(|| here.station.view.granted.get()),
        adds_load,
        yes: false,
        since: seen.now,
        waits: TIMES_OUT_AFTER,
    }));
    Vec::new()
}

fn load_up(ui: &mut Ui, seen: &Seen<'_>, here: &Here<'_>) -> Vec<FromViewer> {
    let ceiling = here.session.limits.ceiling_met;
    let now = here.station.view.granted.get();
    let then = (now + here.session.limits.hand_step_met).min(ceiling);
    let lines = vec![
        here.load_now(),
        format!("then about {then:.2} net MET, by hand (one step; ceiling {ceiling:.1})"),
    ];
    let action = (Ask::Act(Action::LoadUp), true);
    ask(ui, seen, here, action, ("MORE LOAD", "more load"), lines)
}

fn target_up(ui: &mut Ui, seen: &Seen<'_>, here: &Here<'_>) -> Vec<FromViewer> {
    let view = &here.station.view;
    let Some(target) = view.notes.target else {
        let why = if view.by_hand {
            "the load is set by hand: A (automatic) first, then the target moves"
        } else {
            words::refusal(Refusal::NoTarget)
        };
        ui.say(seen, why);
        return Vec::new();
    };
    let lines = vec![
        format!("target now {}", words::notes::target(target)),
        "then a step higher, within zone and limits; the load follows by its ramp".to_owned(),
    ];
    let action = (Ask::Act(Action::TargetUp), true);
    ask(
        ui,
        seen,
        here,
        action,
        ("HIGHER TARGET", "higher target"),
        lines,
    )
}

fn automatic(ui: &mut Ui, seen: &Seen<'_>, here: &Here<'_>) -> Vec<FromViewer> {
    if !here.station.view.by_hand {
        ui.say(seen, "load is under automatic control already");
        return Vec::new();
    }
    let ceiling = here.session.limits.ceiling_met;
    let lines = vec![
        format!("{}, by hand", here.load_now()),
        format!("then automatic: it may rise, to {ceiling:.1} net MET at the most"),
    ];
    let action = (Ask::Act(Action::Automatic), true);
    ask(ui, seen, here, action, ("AUTOMATIC", "automatic"), lines)
}

fn door_check(ui: &mut Ui, seen: &Seen<'_>, here: &Here<'_>) -> Vec<FromViewer> {
    let lines = vec![
        "Pressure, pulse, saturation, weight, symptoms and medicines".to_owned(),
        "were looked at, and allow this session.".to_owned(),
    ];
    let action = (Ask::Act(Action::DoorChecked), false);
    ask(
        ui,
        seen,
        here,
        action,
        ("CHECK AT THE DOOR DONE", "door check"),
        lines,
    )
}

fn start(ui: &mut Ui, seen: &Seen<'_>, here: &Here<'_>) -> Vec<FromViewer> {
    if here.station.view.phase != PhaseKind::Ready {
        ui.say(seen, "start is for a station that is ready");
        return Vec::new();
    }
    let mut lines = vec![
        format!("prescription {}", here.session.prescription),
        "Patient, machine and surroundings are ready: warm-up begins.".to_owned(),
    ];
    let mut waits = here.station.view.interlock;
    waits.confirmation = false;
    let waits = words::interlock(&waits);
    if !waits.is_empty() {
        lines.push(format!("It begins by itself after: {}", waits.join(", ")));
    }
    let action = (Ask::Act(Action::ConfirmStart), true);
    ask(ui, seen, here, action, ("START", "start"), lines)
}

fn resume(ui: &mut Ui, seen: &Seen<'_>, here: &Here<'_>) -> Vec<FromViewer> {
    let view = &here.station.view;
    let back_to = view.interrupted.map_or("the session", words::phase);
    let then = match view.interrupted {
        Some(PhaseKind::CoolDown | PhaseKind::Recovery) => format!("then back to {back_to}"),
        _ => format!(
            "then back to {back_to}, rising step by step, to {:.1} net MET at the most",
            here.session.limits.ceiling_met
        ),
    };
    let lines = vec![here.load_now(), then];
    let action = (Ask::Act(Action::Resume), true);
    ask(ui, seen, here, action, ("RESUME", "resume"), lines)
}

fn cool_down(ui: &mut Ui, seen: &Seen<'_>, here: &Here<'_>) -> Vec<FromViewer> {
    let mut lines = vec![format!("now {}", words::phase(here.station.view.phase))];
    if let Some(until) = here.station.view.phase_until {
        lines.push(format!(
            "{} of it left: it is given up",
            words::minutes(seen.left(until))
        ));
    }
    let action = (Ask::Act(Action::BeginCoolDown), false);
    ask(
        ui,
        seen,
        here,
        action,
        ("COOL-DOWN NOW", "cool-down"),
        lines,
    )
}

fn finish(ui: &mut Ui, seen: &Seen<'_>, here: &Here<'_>) -> Vec<FromViewer> {
    match here.station.view.phase {
        PhaseKind::CoolDown | PhaseKind::Recovery => {
            let lines = vec![format!(
                "{} ends now, the bout is over",
                words::phase(here.station.view.phase)
            )];
            let action = (Ask::Act(Action::Finish), false);
            ask(ui, seen, here, action, ("FINISH", "finish"), lines)
        }
        PhaseKind::Finished | PhaseKind::Ready | PhaseKind::Idle => {
            let lines = vec!["The patient leaves; the session is closed.".to_owned()];
            ask(
                ui,
                seen,
                here,
                (Ask::Close, false),
                ("CLOSE", "close"),
                lines,
            )
        }
        PhaseKind::Paused | PhaseKind::Stopped if here.station.view.granted <= NetMets::ZERO => {
            let lines = vec![
                "The patient does not go on; the session is closed.".to_owned(),
                "To go on instead: No, then c resume.".to_owned(),
            ];
            ask(
                ui,
                seen,
                here,
                (Ask::Close, false),
                ("CLOSE", "close"),
                lines,
            )
        }
        PhaseKind::Starting
        | PhaseKind::WarmUp
        | PhaseKind::Conditioning
        | PhaseKind::Paused
        | PhaseKind::Stopped => {
            ui.say(seen, "first e, end to cool-down; then f finishes");
            Vec::new()
        }
    }
}

/// Acknowledges what was on the screen, by name: an alarm that comes between look and key is not acknowledged unseen.
fn acknowledge(ui: &mut Ui, seen: &Seen<'_>, station: &StationSnapshot) -> Vec<FromViewer> {
    let rules: Vec<_> = station
        .alarms
        .iter()
        .filter(|alarm| !alarm.acknowledged)
        .map(|alarm| alarm.rule)
        .collect();
    if rules.is_empty() {
        let elsewhere = seen.snapshot.and_then(|snapshot| {
            let calling = alarms::all(snapshot)
                .into_iter()
                .find(alarms::Raised::calls);
            calling.map(|raised| raised.station.number)
        });
        ui.say(
            seen,
            match elsewhere {
                Some(other) => format!(
                    "nothing to acknowledge at station {}: the alarm is at {other}, select it first",
                    station.number
                ),
                None => "nothing to acknowledge".to_owned(),
            },
        );
    }
    rules
        .into_iter()
        .map(|rule| {
            ui.request(
                seen,
                station.number,
                Ask::Act(Action::Acknowledge(rule)),
                "acknowledge",
            )
        })
        .collect()
}

fn silence(ui: &mut Ui, seen: &Seen<'_>, station: &StationSnapshot) -> Vec<FromViewer> {
    if station.alarms.is_empty() {
        ui.say(seen, format!("no alarm at station {}", station.number));
        return Vec::new();
    }
    vec![ui.request(
        seen,
        station.number,
        Ask::Act(Action::Silence(SILENCE)),
        "silence 2 min",
    )]
}

fn silence_all(ui: &mut Ui, seen: &Seen<'_>) -> Vec<FromViewer> {
    let sounding: Vec<u8> = seen
        .snapshot
        .iter()
        .flat_map(|snapshot| &snapshot.stations)
        .filter(|station| !station.alarms.is_empty())
        .map(|station| station.number)
        .collect();
    if sounding.is_empty() {
        ui.say(seen, "no alarm at any station");
        return Vec::new();
    }
    let names: Vec<String> = sounding.iter().map(u8::to_string).collect();
    ui.dialog = Some(Dialog::Question(Question {
        about: Subject {
            station: 0,
            session: None,
        },
        title: "SILENCE ALL: sound off for 2 min at every station?".to_owned(),
        lines: vec![
            format!("now sounding: stations {}", names.join(", ")),
            "then silent for 2 min; the marks stay, a new alarm sounds".to_owned(),
        ],
        asks: sounding
            .into_iter()
            .map(|station| (station, Ask::Act(Action::Silence(SILENCE))))
            .collect(),
        what: "silence every station for 2 min".to_owned(),
        load: None,
        adds_load: false,
        yes: false,
        since: seen.now,
        waits: TIMES_OUT_AFTER,
    }));
    Vec::new()
}
