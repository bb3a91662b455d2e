//! A bout's messages in the order of time: timer, seconds, saturation, alarms, what decided the load, what people measured and asked.

use protocols::vocabulary::{Kilograms, MachineKind};
use rustyfit::profile::mesgdef::{self, Record};
use rustyfit::profile::typedef::{
    BpStatus, Event, EventType, FitBaseType, MesgNum, Spo2MeasurementType, TimerTrigger,
};
use rustyfit::proto::{DeveloperField, Field, Message, Value};

use super::{Clock, developer, number};
use crate::clinic::equations;
use crate::records::MeasurementKind;
use crate::records::archive::seconds;
use crate::records::codes;
use crate::records::figures;
use crate::records::session::{EventRecord, MeasurementRecord, Second, Worst};
use crate::review::export::span::{Bout, Run, RunEnd};

/// Every message of the bout, by its time.
pub(super) fn messages(clock: &Clock<'_>, bout: &Bout<'_>) -> Vec<Message> {
    let mut timed: Vec<(i64, Message)> = Vec::new();
    for run in bout.runs() {
        timed.push((run.to_us, stopped(clock, run)));
        timed.push((run.from_us, started(clock, run)));
    }
    let mut so_far = SoFar::of(bout);
    for second in &bout.record().seconds {
        timed.push((second.t_us, record(clock, second, so_far.after(second))));
        timed.extend(saturation(clock, second).map(|message| (second.t_us, message)));
    }
    timed.extend(decisions(clock, &bout.record().seconds));
    let worst = clock.session.worst_by_event();
    timed.extend(
        bout.events()
            .filter_map(|event| Some((event.t_us, alarm(clock, event, worst.get(&event.id))?))),
    );
    timed.extend(
        bout.measurements()
            .filter_map(|taken| Some((taken.t_us, measured(clock, taken)?))),
    );
    timed.sort_by_key(|(t_us, _)| *t_us);
    timed.into_iter().map(|(_, message)| message).collect()
}

/// What the bout came to so far, by what the machine reported, a second each.
struct SoFar {
    machine: MachineKind,
    mass: Option<Kilograms>,
    /// The belt's way; `None` while no belt told its speed.
    millimetres: Option<i64>,
    /// Energy while the patient worked; `None` while nothing tells it.
    kcal: Option<f64>,
}

impl SoFar {
    fn of(bout: &Bout<'_>) -> Self {
        let record = bout.record();
        Self {
            machine: record.machine,
            mass: record.setup.as_ref().map(|setup| setup.patient.mass),
            millimetres: None,
            kcal: None,
        }
    }

    /// With this second.
    fn after(&mut self, second: &Second) -> &Self {
        if let Some(speed) = second.reported.speed_mm_s {
            let so_far = self.millimetres.unwrap_or_default();
            self.millimetres = Some(so_far.saturating_add(i64::from(speed)));
        }
        let met = figures::met(self.machine, second, self.mass).filter(|_| second.is_exercise());
        if let (Some(met), Some(mass)) = (met, self.mass) {
            let a_second = met * equations::ONE_MET * mass.get() / 200.0 / 60.0;
            self.kcal = Some(self.kcal.unwrap_or_default() + a_second);
        }
        self
    }
}

fn timer(clock: &Clock<'_>, at_us: i64, kind: EventType, trigger: TimerTrigger) -> Message {
    let mut event = mesgdef::Event::new();
    event.timestamp = clock.at(at_us);
    event.event = Event::TIMER;
    event.event_type = kind;
    event.data = u32::from(trigger.0);
    event.into()
}

fn started(clock: &Clock<'_>, run: &Run) -> Message {
    timer(clock, run.from_us, EventType::START, TimerTrigger::MANUAL)
}

fn stopped(clock: &Clock<'_>, run: &Run) -> Message {
    let trigger = match run.end {
        RunEnd::Stood | RunEnd::Over => TimerTrigger::MANUAL,
        RunEnd::Gap | RunEnd::Lost => TimerTrigger::AUTO,
    };
    timer(clock, run.to_us, EventType::STOP_ALL, trigger)
}

const fn field(num: u8, base_type: FitBaseType, value: Value) -> Field {
    Field {
        num,
        base_type,
        value,
        is_expanded: false,
    }
}

/// One second. Every record has the same fields: what is missing is there as its type's invalid value.
fn record(clock: &Clock<'_>, second: &Second, so_far: &SoFar) -> Message {
    let byte = |num, value| field(num, FitBaseType::UINT8, Value::Uint8(value));
    let rate = second
        .heart_rate_bpm
        .filter(|_| second.trusted_heart_rate().is_some());
    let speed = second.reported.speed_mm_s;
    // FIT's unit is the hundredth of a per cent.
    let grade = second
        .reported
        .grade_permille
        .and_then(|grade| grade.checked_mul(10));
    let distance_cm = so_far.millimetres.map(|millimetres| millimetres / 10);
    let calories = number::u16_of(so_far.kcal, 1.0);
    Message {
        num: MesgNum::RECORD,
        fields: vec![
            field(
                Record::TIMESTAMP,
                FitBaseType::UINT32,
                Value::Uint32(clock.at(second.t_us).0),
            ),
            byte(Record::HEART_RATE, number::fitting(rate, u8::MAX)),
            byte(
                Record::CADENCE,
                number::fitting(second.cadence_rpm, u8::MAX),
            ),
            field(
                Record::DISTANCE,
                FitBaseType::UINT32,
                Value::Uint32(number::fitting(distance_cm, u32::MAX)),
            ),
            field(
                Record::SPEED,
                FitBaseType::UINT16,
                Value::Uint16(number::fitting(speed, u16::MAX)),
            ),
            field(
                Record::POWER,
                FitBaseType::UINT16,
                Value::Uint16(second.reported.power_w.unwrap_or(u16::MAX)),
            ),
            field(
                Record::CALORIES,
                FitBaseType::UINT16,
                Value::Uint16(calories),
            ),
            field(
                Record::GRADE,
                FitBaseType::SINT16,
                Value::Int16(number::fitting(grade, i16::MAX)),
            ),
            field(
                Record::ENHANCED_SPEED,
                FitBaseType::UINT32,
                Value::Uint32(number::fitting(speed, u32::MAX)),
            ),
        ],
        developer_fields: own_of(second),
        ..Message::default()
    }
}

fn own_of(second: &Second) -> Vec<DeveloperField> {
    let spo2 = second
        .spo2_percent
        .filter(|_| second.trusted_spo2().is_some());
    vec![
        developer::SPO2.holds(Value::Uint8(spo2.unwrap_or(u8::MAX))),
        developer::LOAD_ASKED.holds(Value::Uint16(second.told.power_w.unwrap_or(u16::MAX))),
        developer::SPEED_ASKED.holds(Value::Int32(second.told.speed_mm_s.unwrap_or(i32::MAX))),
        developer::GRADE_ASKED.holds(Value::Int32(second.told.grade_permille.unwrap_or(i32::MAX))),
        developer::MET_ASKED.holds(Value::Uint32(second.proposed_met_milli)),
        developer::MET_GRANTED.holds(Value::Uint32(second.granted_met_milli)),
    ]
}

/// Saturation in FIT's own message, for the readers that know it.
fn saturation(clock: &Clock<'_>, second: &Second) -> Option<Message> {
    second.trusted_spo2()?;
    let mut reading = mesgdef::Spo2Data::new();
    reading.timestamp = clock.at(second.t_us);
    reading.reading_spo2 = second.spo2_percent?;
    reading.mode = Spo2MeasurementType::CONTINUOUS_CHECK;
    Some(reading.into())
}

/// A mark in the file.
fn marker(clock: &Clock<'_>, at_us: i64, own: Vec<DeveloperField>) -> Message {
    let mut event = mesgdef::Event::new();
    event.timestamp = clock.at(at_us);
    event.event = Event::USER_MARKER;
    event.event_type = EventType::MARKER;
    event.developer_fields = own;
    event.into()
}

/// A mark at its beginning for each that the record is not what was recorded: damage of this bout, and what is of the whole session.
pub(super) fn altered(clock: &Clock<'_>, bout: &Bout<'_>) -> impl Iterator<Item = Message> {
    let damage = clock.session.gaps.iter().filter(|gap| gap.is_damage);
    damage
        .filter(|gap| gap.bout.is_none_or(|number| number == bout.number()))
        .map(|gap| {
            let because = if gap.reason.is_empty() {
                gap.what.clone()
            } else {
                format!("{}: {}", gap.what, gap.reason)
            };
            let own = vec![developer::ALTERED.says(&because)];
            marker(clock, bout.began_us(), own)
        })
}

/// A mark wherever something else decides the load than the second before.
fn decisions(clock: &Clock<'_>, seconds: &[Second]) -> Vec<(i64, Message)> {
    seconds
        .chunk_by(|one, next| one.reason == next.reason)
        .filter_map(|same| {
            let first = same.first()?;
            let reason = codes::reason(first.reason);
            let own = vec![developer::LIMITED_BY.says(&reason)];
            Some((first.t_us, marker(clock, first.t_us, own)))
        })
        .collect()
}

/// A mark for each change of an alarm. What it says in words is left out: rule, value and limit say it.
fn alarm(clock: &Clock<'_>, event: &EventRecord, worst: Option<&Worst>) -> Option<Message> {
    if !event.kind.starts_with("alarm-") {
        return None;
    }
    let mut own = vec![developer::RULE_CHANGE.says(&event.kind)];
    own.extend(developer::RULE.may_say(event.rule.as_deref()));
    own.extend(developer::RULE_PRIORITY.may_say(event.priority.as_deref()));
    own.extend(developer::RULE_ACTION.may_say(event.act.as_deref()));
    own.extend(developer::RULE_VALUE.may_be(event.value));
    own.extend(developer::RULE_LIMIT.may_be(event.limit));
    let corrected = clock.session.corrected_later(event);
    own.extend(
        developer::RULE_CORRECTED.may_say(corrected.map(|figure| figure.value()).as_deref()),
    );
    own.extend(developer::RULE_WORST.may_be(worst.and_then(|worst| worst.value)));
    own.extend(developer::RULE_WORST_AT.may_be(worst.map(|worst| seconds(worst.t_us))));
    Some(marker(clock, event.t_us, own))
}

/// What a person measured or asked.
fn measured(clock: &Clock<'_>, taken: &MeasurementRecord) -> Option<Message> {
    let small = || Value::Uint8(u8::try_from(taken.value).unwrap_or(u8::MAX));
    let large = || Value::Uint16(u16::try_from(taken.value).unwrap_or(u16::MAX));
    let (field, value) = match codes::read::<MeasurementKind>(&taken.kind)? {
        MeasurementKind::BloodPressure => return Some(pressure(clock, taken)),
        MeasurementKind::PerceivedExertion => (developer::RPE, small()),
        MeasurementKind::Dyspnoea => (developer::DYSPNOEA, small()),
        MeasurementKind::Angina => (developer::ANGINA, small()),
        MeasurementKind::Claudication => (developer::CLAUDICATION, small()),
        MeasurementKind::Breathing => (developer::BREATHING, small()),
        MeasurementKind::Glucose => (developer::GLUCOSE, large()),
        MeasurementKind::OxygenFlow => (developer::OXYGEN_FLOW, large()),
    };
    Some(marker(clock, taken.t_us, vec![field.holds(value)]))
}

fn pressure(clock: &Clock<'_>, taken: &MeasurementRecord) -> Message {
    let mut pressure = mesgdef::BloodPressure::new();
    pressure.timestamp = clock.at(taken.t_us);
    pressure.systolic_pressure = number::fitting(Some(taken.value), u16::MAX);
    pressure.diastolic_pressure = number::fitting(taken.second_value, u16::MAX);
    pressure.status = BpStatus::NO_ERROR;
    pressure.into()
}
