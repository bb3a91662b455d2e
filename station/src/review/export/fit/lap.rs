//! Laps and the session message of a bout.

use control::controller::Turn;
use control::view::PhaseKind;
use protocols::vocabulary::MachineKind;
use rustyfit::profile::mesgdef;
use rustyfit::profile::typedef::{
    Event, EventType, Intensity, LapTrigger, MessageIndex, SessionTrigger, Sport, SubSport,
};
use rustyfit::proto::{DeveloperField, Message};

use super::{Clock, developer, number};
use crate::records::SessionRecord;
use crate::records::codes;
use crate::records::figures::{Lane, SessionFigures};
use crate::records::session::{BoutRecord, Second};
use crate::review::export::span::{Bout, Lap};
use crate::review::export::telling::Telling;

/// A belt is walked on up to this, in millimetres a second: 7 km/h, where most people begin to run.
const WALK_UP_TO_MM_S: i32 = 1_944;

/// A lap for each phase and each side of an interval; `first` is the number of the first one in the file.
pub(super) fn laps(clock: &Clock<'_>, bout: &Bout<'_>, first: u16) -> Vec<Message> {
    let last = bout.laps().len().saturating_sub(1);
    (first..)
        .zip(bout.laps().iter().enumerate())
        .map(|(number, (place, lap))| {
            let trigger = if place == last {
                LapTrigger::SESSION_END
            } else {
                LapTrigger::FITNESS_EQUIPMENT
            };
            message(clock, bout, lap, number, trigger)
        })
        .collect()
}

fn message(
    clock: &Clock<'_>,
    bout: &Bout<'_>,
    of: &Lap<'_>,
    number: u16,
    trigger: LapTrigger,
) -> Message {
    let seconds = of.seconds;
    let (sport, sub_sport) = sport(bout.record());
    let mut lap = mesgdef::Lap::new();
    lap.message_index = MessageIndex(number);
    lap.timestamp = clock.at(of.to_us);
    lap.start_time = clock.at(of.from_us);
    lap.event = Event::LAP;
    lap.event_type = EventType::STOP;
    lap.lap_trigger = trigger;
    lap.intensity = intensity(of.phase, of.turn);
    lap.sport = sport;
    lap.sub_sport = sub_sport;
    lap.total_elapsed_time = number::milliseconds(of.to_us - of.from_us);
    lap.total_timer_time = number::milliseconds(bout.timer_within_us(of));
    let rate = Lane::of(seconds, Second::trusted_heart_rate);
    lap.avg_heart_rate = number::u8_of(rate.mean());
    lap.max_heart_rate = number::u8_of(rate.highest(1));
    let cadence = Lane::of(seconds, cadence);
    lap.avg_cadence = number::u8_of(cadence.mean());
    lap.max_cadence = number::u8_of(cadence.highest(1));
    let power = Lane::of(seconds, Second::power_w);
    lap.avg_power = number::u16_of(power.mean(), 1.0);
    lap.max_power = number::u16_of(power.highest(1), 1.0);
    let speed = Lane::of(seconds, speed);
    lap.avg_speed = number::u16_of(speed.mean(), 1_000.0);
    lap.max_speed = number::u16_of(speed.highest(1), 1_000.0);
    lap.enhanced_avg_speed = number::u32_of(speed.mean(), 1_000.0);
    lap.enhanced_max_speed = number::u32_of(speed.highest(1), 1_000.0);
    lap.avg_grade = number::i16_of(Lane::of(seconds, Second::grade_percent).mean(), 100.0);
    lap.developer_fields = vec![developer::PHASE.says(&codes::word(&of.phase))];
    lap.into()
}

/// The session message of a bout: its own number, that of its first lap, and how many laps it has.
pub(super) fn session(
    bout: &Bout<'_>,
    figures: &SessionFigures,
    telling: &Telling<'_>,
    (index, first_lap, laps): (u16, u16, u16),
    clock: &Clock<'_>,
) -> Message {
    let (sport, sub_sport) = sport(bout.record());
    let mut session = mesgdef::Session::new();
    session.message_index = MessageIndex(index);
    session.timestamp = clock.at(bout.ended_us());
    session.start_time = clock.at(bout.began_us());
    session.event = Event::SESSION;
    session.event_type = EventType::STOP;
    session.trigger = SessionTrigger::ACTIVITY_END;
    session.sport = sport;
    session.sub_sport = sub_sport;
    session.first_lap_index = first_lap;
    session.num_laps = laps;
    session.total_elapsed_time = number::milliseconds(bout.ended_us() - bout.began_us());
    session.total_timer_time = number::milliseconds(bout.timer_us());
    summed(&mut session, bout, figures);
    session.developer_fields = own(clock, bout, figures, telling);
    session.into()
}

/// Means and sums are the session's figures; a maximum is the highest of the file's own records while the patient worked.
fn summed(session: &mut mesgdef::Session, bout: &Bout<'_>, figures: &SessionFigures) {
    let worked: Vec<&Second> = bout
        .record()
        .seconds
        .iter()
        .filter(|second| second.is_exercise())
        .collect();
    let rate = Lane::of(worked.iter().copied(), Second::trusted_heart_rate);
    session.avg_heart_rate = number::u8_of(figures.heart_rate.mean_bpm);
    session.max_heart_rate = number::u8_of(rate.highest(1));
    let cadence = Lane::of(worked.iter().copied(), cadence);
    session.avg_cadence = number::u8_of(cadence.mean());
    session.max_cadence = number::u8_of(cadence.highest(1));
    let dose = &figures.dose;
    session.avg_power = number::u16_of(dose.power_mean_w, 1.0);
    session.max_power = number::u16_of(
        Lane::of(worked.iter().copied(), Second::power_w).highest(1),
        1.0,
    );
    let highest = Lane::of(worked.iter().copied(), speed).highest(1);
    let mean = dose.speed_mean_kmh.map(|speed| speed / 3.6);
    session.avg_speed = number::u16_of(mean, 1_000.0);
    session.max_speed = number::u16_of(highest, 1_000.0);
    session.enhanced_avg_speed = number::u32_of(mean, 1_000.0);
    session.enhanced_max_speed = number::u32_of(highest, 1_000.0);
    session.avg_grade = number::i16_of(dose.grade_mean_percent, 100.0);
    session.total_distance = number::u32_of(dose.distance_m, 100.0);
    session.total_work = number::u32_of(dose.work_kj, 1_000.0);
    session.total_calories = number::u16_of(dose.energy_kcal, 1.0);
}

fn own(
    clock: &Clock<'_>,
    bout: &Bout<'_>,
    figures: &SessionFigures,
    telling: &Telling<'_>,
) -> Vec<DeveloperField> {
    let line = &clock.session.line;
    let mut own = vec![developer::SESSION_ID.says(&line.id)];
    if !telling.is_deidentified() {
        let ordered = &bout.record().prescription;
        let text = format!("{} v{}", ordered.id, ordered.version);
        own.push(developer::PRESCRIPTION.says(&text));
    }
    let ended = clock.session.bout_ended(bout.record());
    own.push(developer::END_REASON.says(ended));
    own.extend(developer::ALTERED.may_say(is_altered(clock.session).then_some(NOT_AS_RECORDED)));
    own.extend(developer::HEART_RATE_PEAK.may_be(figures.heart_rate.peak_bpm));
    own.extend(developer::POWER_PEAK.may_be(figures.dose.power_peak_w));
    own.extend(developer::SPO2_LOWEST.may_be(figures.saturation.nadir_percent));
    own.extend(developer::MET_MEAN.may_be(figures.dose.met_mean));
    own.extend(developer::MET_PEAK.may_be(figures.dose.met_peak));
    own.extend(developer::MET_MINUTES.may_be(figures.dose.met_minutes));
    own
}

/// What a session's figures are of that is not what was recorded.
const NOT_AS_RECORDED: &str = "this record is not what was recorded";

fn is_altered(session: &SessionRecord) -> bool {
    session.gaps.iter().any(|gap| gap.is_damage)
}

/// The kind of sport. A belt that never ran faster than people walk was walked on.
fn sport(bout: &BoutRecord) -> (Sport, SubSport) {
    let fastest = bout
        .seconds
        .iter()
        .filter_map(|second| second.reported.speed_mm_s)
        .max();
    match bout.machine {
        MachineKind::Cycle => (Sport::CYCLING, SubSport::INDOOR_CYCLING),
        MachineKind::Treadmill if fastest.is_some_and(|speed| speed > WALK_UP_TO_MM_S) => {
            (Sport::RUNNING, SubSport::TREADMILL)
        }
        MachineKind::Treadmill => (Sport::WALKING, SubSport::TREADMILL),
    }
}

fn intensity(phase: PhaseKind, turn: Option<Turn>) -> Intensity {
    match (phase, turn) {
        (PhaseKind::WarmUp, _) => Intensity::WARMUP,
        (PhaseKind::CoolDown, _) => Intensity::COOLDOWN,
        (PhaseKind::Recovery, _) | (PhaseKind::Conditioning, Some(Turn { work: false, .. })) => {
            Intensity::RECOVERY
        }
        (PhaseKind::Conditioning, Some(Turn { work: true, .. })) => Intensity::INTERVAL,
        (PhaseKind::Conditioning, None) => Intensity::ACTIVE,
        (
            PhaseKind::Idle
            | PhaseKind::Ready
            | PhaseKind::Starting
            | PhaseKind::Finished
            | PhaseKind::Paused
            | PhaseKind::Stopped,
            _,
        ) => Intensity::REST,
    }
}

fn cadence(second: &Second) -> Option<f64> {
    second.cadence_rpm.map(f64::from)
}

/// In metres a second.
fn speed(second: &Second) -> Option<f64> {
    second
        .reported
        .speed_mm_s
        .map(|speed| f64::from(speed) / 1_000.0)
}
