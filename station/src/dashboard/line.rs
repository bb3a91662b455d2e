//! The wall in lines: the same facts in the same words, without marks that a screen reader stumbles over. No line holds an age that
//! ticks, so that a line changes only when something has.

use control::view::PhaseKind;

use super::ahead;
use super::alarms;
use super::theme::Theme;
use super::view::{Figure, Freshness, Seen};
use super::words;
use super::words::rules::{self, Domain};
use crate::gym::snapshot::{Limits, RecordHealth, SessionSnapshot, Snapshot, StationSnapshot};

/// How a line of an alarm begins.
const ALARM: &str = "ALARM ";

/// Whether a line tells of an alarm.
#[must_use]
pub fn is_alarm(line: &str) -> bool {
    line.starts_with(ALARM)
}

/// The alarm that a line tells of: its station and rule, in front of its figures.
#[must_use]
pub fn alarm_of(line: &str) -> Option<&str> {
    line.strip_prefix(ALARM)?.split(": ").next()
}

/// The time of day, or dashes.
#[must_use]
pub fn time(seen: &Seen<'_>, theme: &Theme) -> String {
    seen.wall_micros()
        .and_then(|micros| jiff::Timestamp::from_microsecond(micros).ok())
        .map_or_else(
            || "--:--:--".to_owned(),
            |time| {
                let zoned = time.to_zoned_datetime(theme.time_zone.clone());
                zoned.strftime("%H:%M:%S").to_string()
            },
        )
}

/// Everything that is known now, most urgent first.
#[must_use]
pub fn picture(seen: &Seen<'_>, theme: &Theme) -> Vec<String> {
    let mut lines = Vec::new();
    if !seen.is_live() {
        lines.push(
            "NO CONNECTION TO THE GYM: use the stop buttons at the machines; what follows is old"
                .to_owned(),
        );
    }
    let Some(snapshot) = seen.snapshot else {
        return lines;
    };
    let demo = if snapshot.virtual_devices {
        ", DEMO with virtual devices"
    } else {
        ""
    };
    lines.push(format!(
        "gym {}: {} stations, {} exercising{demo}, {}",
        snapshot.gym,
        snapshot.stations.len(),
        super::update::exercising(snapshot),
        record(snapshot)
    ));
    lines.extend(alarms::all(snapshot).iter().map(alarm));
    lines.extend(
        snapshot
            .notices
            .iter()
            .filter(|notice| notice.active)
            .map(|notice| format!("notice: {}", notice.text)),
    );
    lines.extend(
        snapshot
            .stations
            .iter()
            .map(|there| station(seen, theme, there)),
    );
    lines
}

fn record(snapshot: &Snapshot) -> String {
    match &snapshot.record {
        RecordHealth::Recording { .. } => "recorded".to_owned(),
        RecordHealth::Failing { because } => format!("NOT RECORDED: {because}"),
    }
}

fn alarm(raised: &alarms::Raised<'_>) -> String {
    let alarm = raised.alarm;
    let patient = raised
        .station
        .session
        .as_ref()
        .map_or("", |session| session.patient.as_str());
    let kind = match rules::of(alarm.rule).domain {
        Domain::Equipment => ", equipment",
        Domain::Patient | Domain::Session => "",
    };
    let mut parts = vec![raised.sentence(false)];
    if words::is_over(alarm) {
        parts.push("over, waits for acknowledgement".to_owned());
    }
    parts.extend(alarm.act.map(|act| words::act(act).to_owned()));
    let advice = words::advice(alarm.rule, raised.station.view.phase);
    if !advice.is_empty() {
        parts.push(advice.to_owned());
    }
    parts.push(if alarm.acknowledged {
        "acknowledged".to_owned()
    } else {
        format!("{} then a acknowledges", raised.station.number)
    });
    format!(
        "{ALARM}{}{kind}, station {} {patient} ({}): {}",
        words::priority(alarm.priority),
        raised.station.number,
        alarm.rule,
        parts.join(", ")
    )
}

fn station(seen: &Seen<'_>, theme: &Theme, station: &StationSnapshot) -> String {
    let core = &station.view;
    let machine = words::machine(station.machine.kind);
    let Some(session) = &station.session else {
        return format!("station {} free, {machine}", station.number);
    };
    let mut parts = vec![match core.phase_until {
        Some(until) => format!(
            "{}, {} min left",
            words::phase(core.phase),
            seen.left(until).as_secs().div_ceil(60)
        ),
        None => words::phase(core.phase).to_owned(),
    }];
    let limits = rate_limits(&session.limits, theme);
    let by = words::notes::sensor_to_look_at(&core.heart_rate)
        .map_or_else(|| "HR".to_owned(), |sensor| format!("HR by {sensor}"));
    parts.push(figure(&by, seen.vital(&core.heart_rate), &limits));
    let floor = session
        .limits
        .saturation_floor
        .map(|floor| format!("floor {}", words::whole(floor)))
        .unwrap_or_default();
    parts.push(figure("SpO2", seen.vital(&core.saturation), &floor));
    let foretold = [
        ahead::heart_rate(seen, station),
        ahead::saturation(seen, station),
    ];
    parts.extend(
        foretold
            .iter()
            .flatten()
            .filter_map(ahead::Foretold::warning),
    );
    if let Some(told) = &core.told {
        parts.push(format!("load {}", words::load(told)));
    }
    if let Some((_, sent_at)) = &core.machine
        && let Freshness::Gone(_) = seen.freshness(*sent_at, super::view::REPORT_LIMIT)
    {
        parts.push("machine silent".to_owned());
    }
    if core.phase == PhaseKind::Ready {
        parts.push(words::awaited(&core.interlock, true));
    } else {
        parts.push(words::reason(core, &station.alarms));
    }
    parts.extend(found(session));
    parts.extend(words::notes::of(core));
    if station.bench.unguarded {
        parts.push("UNGUARDED".to_owned());
    }
    format!(
        "station {} {} {machine}: {}",
        station.number,
        session.patient,
        parts.join("; ")
    )
}

/// Zone and upper limit of the heart rate, as far as there are any.
fn rate_limits(limits: &Limits, theme: &Theme) -> String {
    let zone = limits.zone.map(|(low, high)| {
        let range = theme.glyphs.range;
        format!("zone {}{range}{}", words::whole(low), words::whole(high))
    });
    let upper = limits
        .heart_rate_upper
        .map(|upper| format!("limit {}", words::whole(upper)));
    let both: Vec<String> = [zone, upper].into_iter().flatten().collect();
    both.join(", ")
}

/// What the bout shows beside the ones before it.
fn found(session: &SessionSnapshot) -> impl Iterator<Item = String> {
    let findings = session.findings.iter();
    findings.map(|finding| format!("finding: {}", finding.text()))
}

fn figure(name: &str, figure: Figure, limits: &str) -> String {
    let limits = if limits.is_empty() {
        String::new()
    } else {
        format!(" ({limits})")
    };
    match figure {
        Figure::Value {
            value,
            doubted,
            age,
        } => {
            let doubt = doubted.map_or_else(String::new, |why| format!(" doubtful ({why})"));
            let old = if age.is_some() { " old" } else { "" };
            format!("{name} {}{doubt}{old}{limits}", words::whole(value))
        }
        Figure::Missing { why, .. } => format!("{name} none, {why}{limits}"),
        Figure::NoSensor => format!("{name} no sensor"),
    }
}
