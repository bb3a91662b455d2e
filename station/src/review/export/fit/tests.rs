//! Every file is read back by `fitparser`, which shares nothing with the writer, and compared with the session value by value.

use control::input::Action;
use fitparser::profile::MesgNum;
use fitparser::{FitDataRecord, Value};

use super::super::samples;
use super::super::telling::Telling;
use super::*;
use crate::records::codes;
use crate::records::fixtures::{archive_of_lost_gyms, archive_of_oxygen_and_glucose};
use crate::records::session::Second;

fn file(session: &SessionRecord, telling: &Telling<'_>) -> Vec<u8> {
    write(session, &SessionFigures::of(session), telling).unwrap()
}

fn read(session: &SessionRecord) -> Vec<FitDataRecord> {
    fitparser::from_bytes(&file(session, &Telling::nothing_else())).unwrap()
}

fn of(messages: &[FitDataRecord], kind: MesgNum) -> Vec<&FitDataRecord> {
    messages
        .iter()
        .filter(|message| message.kind() == kind)
        .collect()
}

fn value<'a>(message: &'a FitDataRecord, name: &str) -> Option<&'a Value> {
    message
        .fields()
        .iter()
        .find(|field| field.name() == name)
        .map(fitparser::FitDataField::value)
}

fn number_of(message: &FitDataRecord, name: &str) -> Option<f64> {
    value(message, name).map(|value| value.clone().try_into().unwrap())
}

fn text_of(message: &FitDataRecord, name: &str) -> Option<String> {
    value(message, name).map(ToString::to_string)
}

/// Seconds since 1970.
fn time_of(message: &FitDataRecord, name: &str) -> i64 {
    match value(message, name) {
        Some(Value::Timestamp(at)) => at.timestamp(),
        other => panic!("{name} is {other:?}"),
    }
}

fn began(session: &SessionRecord) -> i64 {
    session.line.began_wall_micros / 1_000_000
}

#[track_caller]
fn same(read: Option<f64>, stored: Option<f64>, what: &str) {
    match (read, stored) {
        (None, None) => {}
        (Some(read), Some(stored)) if (read - stored).abs() < 1e-6 => {}
        _ => panic!("{what}: {read:?} in the file, {stored:?} in the record"),
    }
}

#[track_caller]
fn same_second(message: &FitDataRecord, session: &SessionRecord, second: &Second) {
    let at = began(session) + (second.t_us + 500_000) / 1_000_000;
    assert_eq!(time_of(message, "timestamp"), at);
    let reported = &second.reported;
    let metres = reported.speed_mm_s.map(|speed| f64::from(speed) / 1_000.0);
    let percent = |permille: Option<i32>| permille.map(|grade| f64::from(grade) / 10.0);
    for (name, stored) in [
        ("heart_rate", second.trusted_heart_rate()),
        ("cadence", second.cadence_rpm.map(f64::from)),
        ("power", reported.power_w.map(f64::from)),
        ("enhanced_speed", metres),
        ("grade", percent(reported.grade_permille)),
        ("spo2", second.trusted_spo2()),
        ("load_asked", second.told.power_w.map(f64::from)),
        ("speed_asked", second.told.speed_mm_s.map(f64::from)),
        ("grade_asked", second.told.grade_permille.map(f64::from)),
        ("met_asked", Some(f64::from(second.proposed_met_milli))),
        ("met_granted", Some(f64::from(second.granted_met_milli))),
    ] {
        same(number_of(message, name), stored, name);
    }
}

/// Every second of every bout is a record, in order, and there is no other.
#[track_caller]
fn every_second(session: &SessionRecord) -> Vec<FitDataRecord> {
    let messages = read(session);
    let records = of(&messages, MesgNum::Record);
    assert_eq!(records.len(), session.seconds().count());
    for (message, (_, second)) in records.iter().zip(session.seconds()) {
        same_second(message, session, second);
    }
    messages
}

/// The sum of the laps' figure.
fn summed(messages: &[FitDataRecord], kind: MesgNum, name: &str) -> f64 {
    of(messages, kind)
        .iter()
        .filter_map(|message| number_of(message, name))
        .sum()
}

/// Starts and stops of the timer, in seconds after the session began.
fn timer(session: &SessionRecord, messages: &[FitDataRecord]) -> Vec<(i64, String)> {
    of(messages, MesgNum::Event)
        .into_iter()
        .filter(|event| text_of(event, "event").as_deref() == Some("timer"))
        .map(|event| {
            let at = time_of(event, "timestamp") - began(session);
            (at, text_of(event, "event_type").unwrap())
        })
        .collect()
}

fn seconds_after(session: &SessionRecord, t_us: i64) -> i64 {
    (session.line.began_wall_micros + t_us + 500_000) / 1_000_000 - began(session)
}

#[test]
fn a_visit_comes_back_second_by_second_and_figure_by_figure() {
    let session = samples::visit();
    let figures = SessionFigures::of(&session);
    let messages = every_second(&session);
    let [file_id] = of(&messages, MesgNum::FileId)[..] else {
        panic!("one file_id")
    };
    assert_eq!(messages[0].kind(), MesgNum::FileId);
    assert_eq!(text_of(file_id, "type").as_deref(), Some("activity"));
    assert_eq!(
        text_of(file_id, "manufacturer").as_deref(),
        Some("development")
    );
    let [session_message] = of(&messages, MesgNum::Session)[..] else {
        panic!("one session")
    };
    let round = |figure: Option<f64>| figure.map(f64::round);
    for (name, stored) in [
        ("avg_heart_rate", round(figures.heart_rate.mean_bpm)),
        ("avg_power", round(figures.dose.power_mean_w)),
        ("total_calories", round(figures.dose.energy_kcal)),
        (
            "total_work",
            figures.dose.work_kj.map(|work| (work * 1_000.0).round()),
        ),
        ("heart_rate_peak_5s", figures.heart_rate.peak_bpm),
        ("power_peak_60s", figures.dose.power_peak_w),
        ("spo2_lowest_10s", figures.saturation.nadir_percent),
        ("met_mean", figures.dose.met_mean),
        ("met_peak_60s", figures.dose.met_peak),
        ("met_minutes", figures.dose.met_minutes),
        ("total_distance", None),
        ("enhanced_avg_speed", None),
    ] {
        same(number_of(session_message, name), stored, name);
    }
    assert!(figures.heart_rate.mean_bpm.is_some() && figures.dose.energy_kcal.is_some());
    assert_eq!(
        text_of(session_message, "sport").as_deref(),
        Some("cycling")
    );
    assert_eq!(
        text_of(session_message, "sub_sport").as_deref(),
        Some("indoor_cycling")
    );
    assert_eq!(
        text_of(session_message, "session_id"),
        Some(session.line.id.clone())
    );
    assert_eq!(
        text_of(session_message, "prescription").as_deref(),
        Some("bike-steady v3")
    );
    assert_eq!(
        text_of(session_message, "end_reason").as_deref(),
        Some("completed")
    );
    // The energy so far ends at the session's.
    let last = of(&messages, MesgNum::Record).pop().unwrap();
    same(
        number_of(last, "calories"),
        round(figures.dose.energy_kcal),
        "calories",
    );
    let activity = of(&messages, MesgNum::Activity);
    assert_eq!(activity.len(), 1);
    assert_eq!(number_of(activity[0], "num_sessions"), Some(1.0));
}

#[test]
fn a_visit_with_everything_that_makes_it_hard_comes_back_second_by_second() {
    let made = super::super::fixtures::made();
    let session = SessionRecord::read(&made.archive, "last").unwrap();
    assert!(session.bouts.len() > 1);
    let messages = every_second(&session);
    assert_eq!(of(&messages, MesgNum::Session).len(), session.bouts.len());
}

#[test]
fn laps_are_the_phases_and_leave_nothing_out() {
    let session = samples::visit();
    let messages = read(&session);
    let laps = of(&messages, MesgNum::Lap);
    let seconds = &session.bouts[0].seconds;
    let phases: Vec<&[Second]> = seconds
        .chunk_by(|one, next| one.phase == next.phase)
        .collect();
    assert_eq!(laps.len(), phases.len());
    for (lap, phase) in laps.iter().zip(&phases) {
        let mean = |value: fn(&Second) -> Option<f64>| {
            let there: Vec<f64> = phase.iter().filter_map(value).collect();
            let count = f64::from(u32::try_from(there.len()).unwrap());
            (!there.is_empty()).then(|| (there.iter().sum::<f64>() / count).round())
        };
        let highest = phase
            .iter()
            .filter_map(Second::trusted_heart_rate)
            .reduce(f64::max);
        same(
            number_of(lap, "avg_heart_rate"),
            mean(Second::trusted_heart_rate),
            "mean",
        );
        same(number_of(lap, "max_heart_rate"), highest, "highest");
        let power = |second: &Second| second.reported.power_w.map(f64::from);
        same(number_of(lap, "avg_power"), mean(power), "power");
        assert_eq!(text_of(lap, "phase"), Some(codes::word(&phase[0].phase)));
    }
    let length = f64::from(u32::try_from(seconds.len()).unwrap());
    same(
        Some(summed(&messages, MesgNum::Lap, "total_timer_time")),
        Some(length),
        "laps",
    );
    same(
        Some(summed(&messages, MesgNum::Session, "total_timer_time")),
        Some(length),
        "session",
    );
    same(
        Some(summed(&messages, MesgNum::Lap, "total_elapsed_time")),
        Some(length),
        "elapsed",
    );
    let laps_told = summed(&messages, MesgNum::Session, "num_laps");
    assert_eq!(laps_told.to_string(), laps.len().to_string());
}

#[test]
fn intervals_are_laps_of_their_own() {
    let session = samples::with_intervals();
    let messages = every_second(&session);
    let intensities: Vec<String> = of(&messages, MesgNum::Lap)
        .into_iter()
        .filter(|lap| text_of(lap, "phase").as_deref() == Some("conditioning"))
        .filter_map(|lap| text_of(lap, "intensity"))
        .collect();
    assert_eq!(
        intensities[..6],
        [
            "interval", "recovery", "interval", "recovery", "interval", "recovery"
        ]
    );
    let lengths: Vec<Option<f64>> = of(&messages, MesgNum::Lap)
        .into_iter()
        .filter(|lap| text_of(lap, "intensity").as_deref() == Some("interval"))
        .map(|lap| number_of(lap, "total_timer_time"))
        .collect();
    assert_eq!(lengths, [Some(20.0); 3]);
}

#[test]
fn a_gap_has_no_records_and_the_timer_stands_in_it() {
    let session = samples::with_a_gap();
    let messages = every_second(&session);
    let seconds = &session.bouts[0].seconds;
    let hole = seconds
        .windows(2)
        .find(|pair| pair[1].t_us - pair[0].t_us > 1_500_000)
        .unwrap();
    let (stopped, started) = (
        seconds_after(&session, hole[0].t_us) + 1,
        seconds_after(&session, hole[1].t_us),
    );
    assert_eq!(started - stopped, 20);
    let timer = timer(&session, &messages);
    assert_eq!(timer[1], (stopped, "stop_all".to_owned()));
    assert_eq!(timer[2], (started, "start".to_owned()));
    assert!(of(&messages, MesgNum::Record).iter().all(|record| {
        let at = time_of(record, "timestamp") - began(&session);
        at < stopped || at >= started
    }));
    let recorded = f64::from(u32::try_from(seconds.len()).unwrap());
    same(
        Some(summed(&messages, MesgNum::Session, "total_timer_time")),
        Some(recorded),
        "timer",
    );
    let elapsed = summed(&messages, MesgNum::Session, "total_elapsed_time");
    same(Some(elapsed), Some(recorded + 20.0), "elapsed");
}

#[test]
fn the_timer_stands_in_a_pause_and_the_heart_rate_goes_on() {
    let session = samples::with_a_pause();
    let messages = every_second(&session);
    let kinds: Vec<String> = timer(&session, &messages)
        .into_iter()
        .map(|(_, kind)| kind)
        .collect();
    assert_eq!(kinds, ["start", "stop_all", "start", "stop_all"]);
    let all = session.bouts[0].seconds.len();
    let ran = f64::from(u32::try_from(all - 12).unwrap());
    same(
        Some(summed(&messages, MesgNum::Session, "total_timer_time")),
        Some(ran),
        "timer",
    );
    let paused = of(&messages, MesgNum::Lap)
        .into_iter()
        .find(|lap| text_of(lap, "phase").as_deref() == Some("paused"))
        .unwrap();
    same(number_of(paused, "total_timer_time"), Some(0.0), "paused");
    same(
        number_of(paused, "total_elapsed_time"),
        Some(12.0),
        "paused",
    );
}

#[test]
fn two_bouts_are_two_sessions_with_figures_of_their_own() {
    let session = samples::bike_then_belt();
    let messages = every_second(&session);
    let [bike, belt] = of(&messages, MesgNum::Session)[..] else {
        panic!("two sessions")
    };
    assert_eq!(text_of(belt, "sport").as_deref(), Some("walking"));
    assert_eq!(text_of(belt, "sub_sport").as_deref(), Some("treadmill"));
    let way: i32 = session.bouts[1]
        .seconds
        .iter()
        .filter_map(|second| second.reported.speed_mm_s)
        .sum();
    let metres = (f64::from(way) / 10.0).round() / 100.0;
    same(number_of(bike, "total_distance"), None, "the bike's way");
    same(
        number_of(belt, "total_distance"),
        Some(metres),
        "the belt's way",
    );
    same(number_of(belt, "avg_power"), None, "the belt's power");
    same(
        number_of(belt, "total_timer_time"),
        Some(120.0),
        "the belt's time",
    );
    let laps = number_of(bike, "num_laps").unwrap();
    same(number_of(belt, "first_lap_index"), Some(laps), "laps");
    assert_eq!(
        of(&messages, MesgNum::Lap).len().to_string(),
        (laps + 1.0).to_string()
    );
    let activity = of(&messages, MesgNum::Activity)[0];
    assert_eq!(number_of(activity, "num_sessions"), Some(2.0));
    let last = of(&messages, MesgNum::Record).pop().unwrap();
    let so_far = f64::from(way / 10) / 100.0;
    same(number_of(last, "distance"), Some(so_far), "way so far");
    // Program, two machines, strap, oximeter.
    assert_eq!(of(&messages, MesgNum::DeviceInfo).len(), 5);
}

#[test]
fn a_heart_rate_that_is_doubted_is_not_written() {
    let session = samples::with_a_doubt();
    let messages = every_second(&session);
    let missing = of(&messages, MesgNum::Record)
        .iter()
        .filter(|record| number_of(record, "heart_rate").is_none())
        .count();
    let untrusted = session
        .seconds()
        .filter(|(_, second)| second.trusted_heart_rate().is_none())
        .count();
    assert!(
        missing == untrusted && missing >= 20,
        "{missing} {untrusted}"
    );
}

#[test]
fn without_an_oximeter_there_is_no_saturation_anywhere() {
    let session = samples::without_oximeter();
    let messages = every_second(&session);
    assert!(of(&messages, MesgNum::Spo2Data).is_empty());
    assert!(
        messages
            .iter()
            .all(|message| value(message, "spo2").is_none())
    );
    let told = of(&messages, MesgNum::Session)[0];
    same(number_of(told, "spo2_lowest_10s"), None, "lowest");
    assert_eq!(of(&messages, MesgNum::DeviceInfo).len(), 3);
    // With one, each trusted second has FIT's own message too.
    let session = samples::visit();
    let messages = read(&session);
    let readings: Vec<f64> = of(&messages, MesgNum::Spo2Data)
        .into_iter()
        .map(|message| number_of(message, "reading_spo2").unwrap())
        .collect();
    let stored: Vec<f64> = session
        .seconds()
        .filter_map(|(_, second)| second.trusted_spo2())
        .collect();
    assert_eq!(readings, stored);
}

#[test]
fn oxygen_and_glucose_are_marks() {
    let (_folder, archive) = archive_of_oxygen_and_glucose();
    let session = SessionRecord::read(&archive, "last").unwrap();
    let messages = read(&session);
    let marks = of(&messages, MesgNum::Event);
    for (field, stored) in [
        ("glucose", [101.0, 90.0]),
        ("oxygen_flow", [1_500.0, 2_000.0]),
    ] {
        let found: Vec<f64> = marks
            .iter()
            .filter_map(|mark| number_of(mark, field))
            .collect();
        assert_eq!(found, stored, "{field}");
    }
}

#[test]
fn alarms_measurements_and_what_decided_the_load_are_marks() {
    let session = samples::visit();
    let messages = read(&session);
    let marks: Vec<&FitDataRecord> = of(&messages, MesgNum::Event)
        .into_iter()
        .filter(|event| text_of(event, "event").as_deref() == Some("user_marker"))
        .collect();
    let alarms: Vec<_> = marks
        .iter()
        .filter(|mark| value(mark, "rule").is_some())
        .collect();
    let stored: Vec<_> = session
        .events
        .iter()
        .filter(|event| event.kind.starts_with("alarm-"))
        .collect();
    assert!(!stored.is_empty());
    assert_eq!(alarms.len(), stored.len());
    for (mark, event) in alarms.iter().zip(stored) {
        assert_eq!(text_of(mark, "rule"), event.rule);
        assert_eq!(text_of(mark, "rule_change"), Some(event.kind.clone()));
        assert_eq!(text_of(mark, "rule_priority"), event.priority);
        assert_eq!(text_of(mark, "rule_action"), event.act);
        same(number_of(mark, "rule_value"), event.value, "value");
        same(number_of(mark, "rule_limit"), event.limit, "limit");
        let at = seconds_after(&session, event.t_us);
        assert_eq!(time_of(mark, "timestamp") - began(&session), at);
    }
    let exertion: Vec<Option<f64>> = marks.iter().map(|mark| number_of(mark, "rpe")).collect();
    assert_eq!(exertion.into_iter().flatten().collect::<Vec<f64>>(), [12.0]);
    let [pressure] = of(&messages, MesgNum::BloodPressure)[..] else {
        panic!("one blood pressure")
    };
    same(
        number_of(pressure, "systolic_pressure"),
        Some(142.0),
        "systolic",
    );
    same(
        number_of(pressure, "diastolic_pressure"),
        Some(78.0),
        "diastolic",
    );
    let reasons: Vec<String> = marks
        .iter()
        .filter_map(|mark| text_of(mark, "limited_by"))
        .collect();
    let stored: Vec<String> = session.bouts[0]
        .seconds
        .chunk_by(|one, next| one.reason == next.reason)
        .map(|same| codes::reason(same[0].reason))
        .collect();
    assert_eq!(reasons, stored);
}

#[test]
fn an_interrupted_session_ends_with_its_last_second() {
    let session = samples::interrupted();
    let messages = every_second(&session);
    let told = of(&messages, MesgNum::Session)[0];
    assert_eq!(text_of(told, "end_reason").as_deref(), Some("interrupted"));
    let last = session.bouts[0].seconds.last().unwrap();
    let end = seconds_after(&session, last.t_us) + 1;
    assert_eq!(time_of(told, "timestamp") - began(&session), end);
    assert_eq!(
        timer(&session, &messages).last().unwrap(),
        &(end, "stop_all".to_owned())
    );
}

#[test]
fn a_session_without_a_second_is_refused_with_what_to_do() {
    let mut session = samples::visit();
    session.bouts[0].seconds.clear();
    let error = write(
        &session,
        &SessionFigures::of(&session),
        &Telling::nothing_else(),
    );
    let said = error.unwrap_err().to_string();
    assert!(said.contains("station show S-"), "{said}");
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|window| window == text.as_bytes())
}

#[test]
fn a_deidentified_file_leads_back_to_nobody() {
    let session = samples::visit();
    let plain = file(&session, &Telling::nothing_else());
    assert!(holds(&plain, "K7PD2MXQ") && holds(&plain, "bike-steady"));
    let hidden = samples::disguised(session.clone());
    let telling = Telling::deidentified().named("Jane Doe").aged(93);
    let bytes = file(&hidden, &telling);
    for secret in [
        "K7PD2MXQ",
        session.line.id.as_str(),
        "bike-steady",
        "Jane",
        "Example",
    ] {
        assert!(!holds(&bytes, secret), "{secret}");
    }
    let messages = fitparser::from_bytes(&bytes).unwrap();
    let user = of(&messages, MesgNum::UserProfile)[0];
    assert_eq!(text_of(user, "friendly_name").as_deref(), Some("Q7"));
    same(number_of(user, "age"), Some(90.0), "age");
    assert!(value(of(&messages, MesgNum::Activity)[0], "local_timestamp").is_none());
    let records = of(&messages, MesgNum::Record);
    let beginning = hidden.line.began_wall_micros / 1_000_000;
    assert_eq!(beginning, 946_684_800);
    for (record, (_, second)) in records.iter().zip(hidden.seconds()) {
        same_second(record, &hidden, second);
    }
}

#[test]
fn a_name_is_written_only_where_it_was_asked_for() {
    let session = samples::visit();
    assert!(!holds(
        &file(&session, &Telling::nothing_else()),
        "Jane Doe"
    ));
    assert!(holds(
        &file(&session, &Telling::nothing_else().named("Jane Doe")),
        "Jane Doe"
    ));
}

#[test]
fn the_gyms_own_clock_is_told_beside_utc() {
    let session = samples::visit();
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(-5));
    let bytes = file(&session, &Telling::nothing_else().in_zone(zone));
    let messages = fitparser::from_bytes(&bytes).unwrap();
    let activity = of(&messages, MesgNum::Activity)[0];
    let apart = time_of(activity, "timestamp") - local_of(activity);
    assert_eq!(apart, 5 * 3_600);
}

/// A local time as FIT has it: seconds as if the local clock were UTC.
fn local_of(activity: &FitDataRecord) -> i64 {
    match value(activity, "local_timestamp") {
        Some(Value::Timestamp(at)) => at.naive_local().and_utc().timestamp(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_bout_that_broke_off_with_its_gym_was_ended_by_nobody() {
    let (_folder, archive) = archive_of_lost_gyms(&[
        |visit| {
            visit.run(75);
            visit.act(Action::ConfirmStart);
            visit.run(60);
        },
        |visit| {
            visit.run(10);
            visit.act(Action::AcknowledgeAll);
            visit.act(Action::Resume);
            visit.run(10);
            visit.act(Action::Finish);
            visit.run(5);
            visit.close();
        },
    ]);
    let session = SessionRecord::read(&archive, "last").unwrap();
    let messages = read(&session);
    let reasons: Vec<Option<String>> = of(&messages, MesgNum::Session)
        .into_iter()
        .map(|message| text_of(message, "end_reason"))
        .collect();
    assert_eq!(
        reasons,
        [Some("gym-lost".to_owned()), Some("completed".to_owned())]
    );
    let stops: Vec<Option<String>> = of(&messages, MesgNum::Event)
        .into_iter()
        .filter(|event| text_of(event, "event_type").as_deref() == Some("stop_all"))
        .map(|event| text_of(event, "timer_trigger"))
        .collect();
    assert_eq!(stops.first(), Some(&Some("auto".to_owned())), "{stops:?}");
    assert_eq!(stops.last(), Some(&Some("manual".to_owned())), "{stops:?}");
}
