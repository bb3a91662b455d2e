//! What happened, as annotations: where signals are missing or doubted, phases, alarms, what people did and measured, and gaps.

use crate::records::MeasurementKind;
use control::view::Trust;
use jiff::tz::TimeZone;

use super::VALUES;
use super::grid::Grid;
use crate::records::archive::local;
use crate::records::codes;
use crate::records::session::{EventRecord, MeasurementRecord, Second, SessionRecord, Worst};
use crate::review::export::csv::decimal;
use crate::review::export::{Export, GapRecord};

/// Marks of the format: before a duration, after an onset or a text, after a list.
const DURATION: u8 = 0x15;
const TEXT: u8 = 0x14;
const END: u8 = 0x00;

/// Room for annotations that every record has at least, in bytes.
const LEAST_ROOM: usize = 64;

/// One annotation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Annotation {
    /// When, in microseconds after the session began.
    pub(super) at_us: i64,
    /// For how long.
    lasts_us: Option<i64>,
    text: String,
}

impl Annotation {
    fn at(at_us: i64, text: String) -> Self {
        Self {
            at_us,
            lasts_us: None,
            text,
        }
    }

    fn during(at_us: i64, to_us: i64, text: String) -> Self {
        Self {
            at_us,
            lasts_us: Some(to_us.saturating_sub(at_us).max(0)),
            text,
        }
    }

    /// As the format writes it.
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = onset(self.at_us);
        if let Some(lasts) = self.lasts_us {
            bytes.push(DURATION);
            bytes.extend(decimal(lasts, 6).into_bytes());
        }
        bytes.push(TEXT);
        bytes.extend(
            self.text
                .chars()
                .map(|letter| if letter.is_control() { ' ' } else { letter })
                .collect::<String>()
                .into_bytes(),
        );
        bytes.extend([TEXT, END]);
        bytes
    }
}

fn onset(at_us: i64) -> Vec<u8> {
    let text = decimal(at_us, 6);
    let sign = if text.starts_with('-') { "" } else { "+" };
    format!("{sign}{text}").into_bytes()
}

/// Everything that there is to say of a session.
pub(super) fn annotations(export: &Export<'_>, grid: &Grid<'_>) -> Vec<Annotation> {
    let session = export.session;
    let mut all: Vec<Annotation> = session
        .phases()
        .iter()
        .map(|span| {
            let text = format!("Phase {}", codes::word(&span.phase));
            Annotation::during(span.from_us, span.to_us, text)
        })
        .collect();
    // What was entered stands as a measurement.
    let events = session
        .events
        .iter()
        .filter(|event| session.entered(event).is_none());
    let worst = session.worst_by_event();
    all.extend(events.filter_map(|event| of_event(session, event, worst.get(&event.id))));
    all.extend(session.measurements_in_force().map(of_measurement));
    all.extend(session.gaps.iter().chain(export.damaged).map(of_gap));
    for (signal, value) in VALUES {
        missing(grid, &signal.label, &mut all, |second| {
            value(second).is_some_and(|value| signal.holds(value))
        });
    }
    doubted(grid, "HR", &mut all, |second| second.heart_rate_trust);
    doubted(grid, "SaO2", &mut all, |second| second.spo2_trust);
    waveform_missing(grid, &mut all);
    all
}

fn of_event(
    session: &SessionRecord,
    event: &EventRecord,
    worst: Option<&Worst>,
) -> Option<Annotation> {
    if matches!(event.kind.as_str(), "phase" | "command" | "decision") {
        return None;
    }
    let mut text = event.kind.clone();
    for more in [&event.rule, &event.priority].into_iter().flatten() {
        text.push(' ');
        text.push_str(more);
    }
    // Which of a blood pressure's figures it was, the record's own words do not say, nor what a rule without a figure saw.
    let saw = event
        .saw()
        .filter(|_| event.value.is_some() || event.kind == "alarm-raised");
    if let Some(words) = saw
        .as_ref()
        .or(Some(&event.text))
        .filter(|words| !words.is_empty())
    {
        text.push_str(": ");
        text.push_str(words);
    }
    if let Some(corrected) = session.corrected_later(event) {
        text.push_str(", ");
        text.push_str(&corrected.words_with(|at| format!("{} UTC", local(at, &TimeZone::UTC))));
    }
    if let Some(worst) = worst {
        text.push_str(", ");
        text.push_str(&worst.words());
    }
    Some(Annotation::at(event.t_us, text))
}

fn of_measurement(taken: &MeasurementRecord) -> Annotation {
    let mut text = match (taken.kind.as_str(), taken.second_value) {
        ("blood-pressure", Some(diastolic)) => format!("BP {}/{diastolic} mmHg", taken.value),
        ("perceived-exertion", _) => format!("RPE {}", taken.value),
        (kind, _) => {
            let (value, unit) = MeasurementKind::written(&taken.unit, taken.value);
            format!("{kind} {value} {unit}")
        }
    };
    if taken.replaces.is_some() {
        text.push_str(" (a correction)");
    }
    Annotation::at(taken.t_us, text)
}

fn of_gap(gap: &GapRecord) -> Annotation {
    let because = if gap.reason.is_empty() {
        String::new()
    } else {
        format!(": {}", gap.reason)
    };
    let text = format!("Not recorded: {}{because}", gap.what);
    Annotation::during(gap.from_us, gap.to_us, text)
}

/// Stretches of records, one after another, that something holds of.
fn stretches(
    grid: &Grid<'_>,
    text: &str,
    all: &mut Vec<Annotation>,
    holds: impl Fn(&super::Record<'_>) -> bool,
) {
    let mut from: Option<(i64, i64)> = None;
    let mut end = |from: &mut Option<(i64, i64)>| {
        if let Some((first, last)) = from.take() {
            let (begins, ends) = (grid.onset_us(first), grid.onset_us(last + 1));
            all.push(Annotation::during(begins, ends, text.to_owned()));
        }
    };
    for (place, record) in &grid.records {
        if from.is_some_and(|(_, last)| last + 1 != *place) || !holds(record) {
            end(&mut from);
        }
        if holds(record) {
            from = Some((from.map_or(*place, |(first, _)| first), *place));
        }
    }
    end(&mut from);
}

fn missing(
    grid: &Grid<'_>,
    label: &str,
    all: &mut Vec<Annotation>,
    is_there: impl Fn(&Second) -> bool,
) {
    stretches(grid, &format!("{label} invalid"), all, |record| {
        !record.second.is_some_and(&is_there)
    });
}

fn doubted(
    grid: &Grid<'_>,
    label: &str,
    all: &mut Vec<Annotation>,
    trust: impl Fn(&Second) -> Trust,
) {
    stretches(grid, &format!("{label} doubted"), all, |record| {
        record
            .second
            .is_some_and(|second| trust(second) == Trust::Doubted)
    });
}

/// To the sample: where the waveform begins or ends within a record.
fn waveform_missing(grid: &Grid<'_>, all: &mut Vec<Annotation>) {
    for rate in &grid.rates {
        let label = if grid.rates.len() > 1 {
            format!("Pleth {rate} Hz invalid")
        } else {
            "Pleth invalid".to_owned()
        };
        let each = i64::from(*rate);
        let mut from: Option<(i64, i64)> = None;
        let mut push = |(first, next): (i64, i64)| {
            let time = |sample: i64| grid.onset_us(0) + sample * 1_000_000 / each.max(1);
            all.push(Annotation::during(time(first), time(next), label.clone()));
        };
        for (place, record) in &grid.records {
            let samples = record.waveforms.get(rate);
            for within in 0..*rate {
                let number = place * each + i64::from(within);
                let is_there = samples
                    .and_then(|samples| samples.get(usize::from(within)))
                    .is_some_and(Option::is_some);
                match from {
                    Some((first, next)) if !is_there && next == number => {
                        from = Some((first, number + 1));
                    }
                    Some(done) => {
                        push(done);
                        from = (!is_there).then_some((number, number + 1));
                    }
                    None => from = (!is_there).then_some((number, number + 1)),
                }
            }
        }
        if let Some(done) = from {
            push(done);
        }
    }
}

/// The annotations of each record, all of the same number of bytes, and that number. Each list begins with when its record begins; what has no
/// room in its own record stands in a later one, as the format allows.
pub(super) fn packed(onsets: &[i64], all: &[Annotation]) -> (usize, Vec<Vec<u8>>) {
    let written: Vec<(i64, Vec<u8>)> = all
        .iter()
        .map(|annotation| (annotation.at_us, annotation.bytes()))
        .collect();
    let longest = written.iter().map(|(_, bytes)| bytes.len()).max();
    let mut room = LEAST_ROOM.max(longest.unwrap_or_default() + LEAST_ROOM / 2);
    loop {
        // Pairs of bytes.
        room += room % 2;
        if let Some(lists) = filled(onsets, &written, room) {
            return (room, lists);
        }
        room *= 2;
    }
}

fn filled(onsets: &[i64], written: &[(i64, Vec<u8>)], room: usize) -> Option<Vec<Vec<u8>>> {
    let mut waiting = written.iter().peekable();
    let mut lists = Vec::new();
    for (place, at) in onsets.iter().enumerate() {
        let mut list = onset(*at);
        list.extend([TEXT, TEXT, END]);
        let is_last = place + 1 == onsets.len();
        while let Some((_, bytes)) = waiting.next_if(|(when, bytes)| {
            (is_last || *when < at + 1_000_000) && list.len() + bytes.len() <= room
        }) {
            list.extend(bytes);
        }
        list.resize(room, END);
        lists.push(list);
    }
    waiting.peek().is_none().then_some(lists)
}
