//! Every bundle is read back by the typed models of `fhir-model`, which share nothing with the writer, and compared with the session
//! value by value. They are those of R4B: every resource that is written is the same in R4 and R4B.

use std::collections::BTreeSet;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use fhir_model::r4b::resources::{
    Bundle as Typed, Observation, ObservationComponentValue, ObservationEffective,
    ObservationValue, Resource,
};
use fhir_model::r4b::types::CodeableConcept;
use protocols::vocabulary::MachineKind::{self, Cycle, Treadmill};
use serde_json::Value as Json;

use super::super::samples;
use super::super::telling::Telling;
use super::*;
use crate::records::fixtures::{
    archive_of_a_signed_visit, archive_of_a_visit_in_three_gyms, archive_of_oxygen_and_glucose,
};
use crate::records::session::{BoutRecord, Second};

/// A value of a second.
type Take = fn(&Second) -> Option<f64>;

fn text(session: &SessionRecord, telling: &Telling<'_>) -> String {
    String::from_utf8(write(session, &SessionFigures::of(session), telling).unwrap()).unwrap()
}

/// The typed resources of a bundle, after proof that nothing was lost on the way: no field that FHIR does not know, no code that its
/// value sets do not have, no reference that leads nowhere.
#[track_caller]
fn read(text: &str) -> Vec<Resource> {
    let typed: Typed = serde_json::from_str(text).unwrap();
    let written: Json = serde_json::from_str(text).unwrap();
    let again = serde_json::to_value(&typed).unwrap();
    same_json(&written, &again, "bundle");
    assert!(!format!("{typed:?}").contains("_Custom("));
    references_resolve(&written);
    let entries = typed.0.entry;
    entries
        .into_iter()
        .map(|entry| entry.unwrap().resource.unwrap())
        .collect()
}

/// The same but for how numbers are written.
#[track_caller]
fn same_json(one: &Json, other: &Json, place: &str) {
    match (one, other) {
        (Json::Object(one), Json::Object(other)) => {
            let keys = |object: &serde_json::Map<String, Json>| {
                object.keys().cloned().collect::<BTreeSet<String>>()
            };
            assert_eq!(keys(one), keys(other), "{place}");
            for (key, value) in one {
                same_json(value, &other[key], &format!("{place}.{key}"));
            }
        }
        (Json::Array(one), Json::Array(other)) => {
            assert_eq!(one.len(), other.len(), "{place}");
            for (place_in, (one, other)) in one.iter().zip(other).enumerate() {
                same_json(one, other, &format!("{place}[{place_in}]"));
            }
        }
        (Json::Number(one), Json::Number(other)) => {
            let apart = one.as_f64().unwrap() - other.as_f64().unwrap();
            assert!(apart.abs() < 1e-12, "{place}: {one} {other}");
        }
        (Json::String(one), Json::String(other)) if one != other => {
            // The same instant, written with more or fewer digits.
            let instant = |text: &str| text.parse::<jiff::Timestamp>().ok();
            assert!(
                instant(one).is_some() && instant(one) == instant(other),
                "{place}: {one} {other}"
            );
        }
        _ => assert_eq!(one, other, "{place}"),
    }
}

#[track_caller]
fn references_resolve(bundle: &Json) {
    let mut addresses = BTreeSet::new();
    for entry in bundle["entry"].as_array().unwrap() {
        let url = entry["fullUrl"].as_str().unwrap();
        assert!(addresses.insert(url.to_owned()), "{url} twice");
        assert_eq!(
            url.strip_prefix("urn:uuid:"),
            entry["resource"]["id"].as_str()
        );
    }
    let mut found = Vec::new();
    references(bundle, &mut found);
    assert!(!found.is_empty());
    for reference in found {
        assert!(addresses.contains(&reference), "{reference} leads nowhere");
    }
}

fn references(value: &Json, found: &mut Vec<String>) {
    match value {
        Json::Object(fields) => {
            for (key, value) in fields {
                match value.as_str().filter(|_| key == "reference") {
                    Some(reference) => found.push(reference.to_owned()),
                    None => references(value, found),
                }
            }
        }
        Json::Array(list) => list.iter().for_each(|value| references(value, found)),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}

fn observations(resources: &[Resource]) -> impl Iterator<Item = &Observation> {
    resources.iter().filter_map(|resource| {
        let Resource::Observation(observation) = resource else {
            return None;
        };
        Some(observation)
    })
}

fn has(concept: &CodeableConcept, code: &str) -> bool {
    concept
        .coding
        .iter()
        .flatten()
        .any(|coding| coding.code.as_deref() == Some(code))
}

/// The observations with that code among theirs.
fn coded<'a>(resources: &'a [Resource], code: &str) -> Vec<&'a Observation> {
    observations(resources)
        .filter(|observation| has(&observation.code, code))
        .collect()
}

fn figure(observation: &Observation) -> Option<f64> {
    let value = observation.value.as_ref()?;
    let ObservationValue::Quantity(quantity) = value else {
        panic!("{value:?}")
    };
    quantity.value
}

fn reason(observation: &Observation) -> Option<String> {
    let reason = observation.data_absent_reason.as_ref()?;
    reason.coding[0].as_ref()?.code.clone()
}

#[track_caller]
fn same(read: Option<f64>, stored: Option<f64>, what: &str) {
    match (read, stored) {
        (None, None) => {}
        (Some(read), Some(stored)) if (read - stored).abs() < 1e-9 => {}
        _ => panic!("{what}: {read:?} in the bundle, {stored:?} in the record"),
    }
}

fn micros(instant: &fhir_model::DateTime) -> i64 {
    let fhir_model::DateTime::DateTime(at) = instant else {
        panic!("{instant:?}")
    };
    i64::try_from(at.0.unix_timestamp_nanos() / 1_000).unwrap()
}

/// Each value of the series of that code in a bout, with its time in microseconds since 1970; `None` where it is no value.
fn series(resources: &[Resource], code: &str) -> Vec<(i64, Option<f64>)> {
    let mut values = Vec::new();
    for observation in coded(resources, code) {
        let Some(ObservationValue::SampledData(data)) = &observation.value else {
            continue;
        };
        let Some(ObservationEffective::Period(period)) = &observation.effective else {
            panic!("a series without a period")
        };
        let from = micros(period.start.as_ref().unwrap());
        let origin = data.origin.value.unwrap();
        assert_eq!(data.dimensions.get(), 1);
        assert!((data.period - 1_000.0).abs() < f64::EPSILON);
        for (place, word) in (0_i64..).zip(data.data.as_ref().unwrap().split(' ')) {
            let value = match word {
                "E" => None,
                counts => Some(origin + counts.parse::<f64>().unwrap() * data.factor.unwrap()),
            };
            values.push((from + place * 1_000_000, value));
        }
        let end = micros(period.end.as_ref().unwrap());
        assert!((end - values.last().unwrap().0 - 1_000_000).abs() < 500_000);
    }
    values
}

/// Every second of the session is in every series of its bout, with its value, and no other is.
#[track_caller]
fn every_second(session: &SessionRecord) -> Vec<Resource> {
    let resources = read(&text(session, &Telling::nothing_else()));
    let all: [(&str, Option<MachineKind>, Take); 7] = [
        ("heart-rate-series", None, Second::trusted_heart_rate),
        ("spo2-series", None, Second::trusted_spo2),
        ("power", Some(Cycle), |second| {
            second.reported.power_w.map(f64::from)
        }),
        ("cadence", Some(Cycle), |second| {
            second.cadence_rpm.map(f64::from)
        }),
        ("speed", Some(Treadmill), |second| {
            let speed = second.reported.speed_mm_s;
            speed.map(|speed| f64::from(speed) * 0.0036)
        }),
        ("grade", Some(Treadmill), |second| {
            let grade = second.reported.grade_permille;
            grade.map(|grade| f64::from(grade) * 0.1)
        }),
        ("met-granted", None, |second| {
            Some(f64::from(second.granted_met_milli) * 0.001)
        }),
    ];
    for (code, kind, take) in all {
        let read = series(&resources, code);
        let (told, bare): (Vec<&BoutRecord>, Vec<&BoutRecord>) = session
            .bouts
            .iter()
            .filter(|bout| kind.is_none_or(|kind| bout.machine == kind))
            .partition(|bout| bout.seconds.iter().any(|second| take(second).is_some()));
        let seconds: Vec<&Second> = told.iter().flat_map(|bout| &bout.seconds).collect();
        assert_eq!(read.len(), seconds.len(), "{code}");
        for ((at, value), second) in read.iter().zip(seconds) {
            let stored = session.line.began_wall_micros + second.t_us;
            assert!((at - stored).abs() < 500_000, "{code} at {at}, {stored}");
            same(*value, take(second), code);
        }
        // A bout that a patient's signal was never in says so.
        let absent = coded(&resources, code)
            .into_iter()
            .filter(|observation| reason(observation).is_some())
            .count();
        let said = if kind.is_none() { bare.len() } else { 0 };
        assert_eq!(absent, said, "{code}");
    }
    resources
}

#[test]
fn a_visit_comes_back_second_by_second_and_figure_by_figure() {
    let session = samples::visit();
    let figures = SessionFigures::of(&session);
    let resources = every_second(&session);
    let score = |score: Option<i64>| {
        score
            .and_then(|score| i32::try_from(score).ok())
            .map(f64::from)
    };
    for (code, stored) in [
        ("heart-rate-rest", figures.heart_rate.rest_bpm),
        ("heart-rate-mean", figures.heart_rate.mean_bpm),
        ("heart-rate-peak", figures.heart_rate.peak_bpm),
        ("heart-rate-end", figures.heart_rate.end_bpm),
        ("heart-rate-after-1-min", figures.heart_rate.after_1_min_bpm),
        ("heart-rate-recovery", figures.heart_rate.recovery_1_min_bpm),
        (
            "rate-pressure-product",
            figures.pressure.rate_pressure_product,
        ),
        ("spo2-mean", figures.saturation.mean_percent),
        ("spo2-lowest", figures.saturation.nadir_percent),
        ("spo2-below-floor", figures.saturation.below_floor_min),
        ("exertion-peak", score(figures.scores.exertion_peak)),
        ("angina-peak", None),
        ("power-mean", figures.dose.power_mean_w),
        ("power-peak", figures.dose.power_peak_w),
        ("work", figures.dose.work_kj),
        ("distance", None),
        ("met-mean", figures.dose.met_mean),
        ("met-minutes", figures.dose.met_minutes),
        ("energy", figures.dose.energy_kcal),
        (
            "zone-share",
            figures.zone.as_ref().map(|zone| zone.in_percent),
        ),
        ("conditioning-time", Some(figures.conditioning_min)),
        ("completed", figures.completed_percent),
        ("heart-rate-cover", figures.heart_rate_cover_percent),
    ] {
        let [observation] = coded(&resources, code)[..] else {
            panic!("{code} is not there once")
        };
        same(figure(observation), stored, code);
        assert_eq!(reason(observation).is_none(), stored.is_some(), "{code}");
    }
    assert!(figures.heart_rate.mean_bpm.is_some() && figures.dose.energy_kcal.is_some());
    assert_eq!(
        reason(coded(&resources, "distance")[0]).as_deref(),
        Some("not-applicable")
    );
    assert_eq!(
        reason(coded(&resources, "angina-peak")[0]).as_deref(),
        Some("not-asked")
    );
    // The standard's own codes.
    for code in [
        "8867-4", "59408-5", "2708-6", "85354-9", "55411-3", "55424-6", "29463-7", "73985-4",
    ] {
        assert!(!coded(&resources, code).is_empty(), "{code}");
    }
}

#[test]
fn a_figure_is_of_the_time_that_it_was_taken_from() {
    let session = samples::visit();
    let resources = read(&text(&session, &Telling::nothing_else()));
    let ends = |is_one: fn(&Second) -> bool| {
        let all = session.seconds().filter(|(_, second)| is_one(second));
        let times: Vec<i64> = all.map(|(_, second)| second.t_us).collect();
        (times[0], times[times.len() - 1])
    };
    let (first, last) = ends(Second::is_exercise);
    let period = |code: &str| {
        let [observation] = coded(&resources, code)[..] else {
            panic!("{code} is not there once")
        };
        let Some(ObservationEffective::Period(period)) = &observation.effective else {
            panic!("{code} has no period")
        };
        let at = |time: &Option<fhir_model::DateTime>| {
            micros(time.as_ref().unwrap()) - session.line.began_wall_micros
        };
        (at(&period.start), at(&period.end))
    };
    for code in ["heart-rate-rest", "spo2-rest"] {
        assert_eq!(period(code), (first - 30_000_001, first - 1), "{code}");
    }
    for code in [
        "heart-rate-mean",
        "spo2-lowest",
        "spo2-below-floor",
        "power-mean",
        "met-mean",
        "met-minutes",
        "energy",
        "completed",
    ] {
        assert_eq!(period(code), (first, last), "{code}");
    }
    let (from, to) = ends(Second::is_conditioning);
    assert!(first < from && to < last);
    for code in [
        "conditioning-time",
        "heart-rate-conditioning",
        "zone-share",
        "heart-rate-cover",
        "ordered-work",
    ] {
        assert_eq!(period(code), (from, to), "{code}");
    }
    for code in ["heart-rate-end", "spo2-end"] {
        assert_eq!(period(code), (last - 4_999_999, last), "{code}");
    }
    let after = last + 60_000_000;
    assert_eq!(
        period("heart-rate-after-1-min"),
        (after - 2_500_000, after + 2_500_000)
    );
    assert_eq!(period("work").0, 0);
}

#[test]
fn a_visit_with_everything_that_makes_it_hard_comes_back_second_by_second() {
    let made = super::super::fixtures::made();
    let session = SessionRecord::read(&made.archive, "last").unwrap();
    let resources = every_second(&session);
    assert_eq!(coded(&resources, "record-gap").len(), session.gaps.len());
    assert!(!session.gaps.is_empty());
}

#[test]
fn what_people_measured_comes_back_with_its_scale_and_phase() {
    let session = samples::visit();
    let resources = read(&text(&session, &Telling::nothing_else()));
    let [exertion] = coded(&resources, "82289-0")[..] else {
        panic!("one exertion")
    };
    same(figure(exertion), Some(12.0), "exertion");
    let method = exertion.method.as_ref().unwrap().text.clone().unwrap();
    assert!(method.contains("6 to 20"), "{method}");
    let taken = &session.measurements[0];
    let Some(ObservationEffective::DateTime(at)) = &exertion.effective else {
        panic!("no instant")
    };
    assert_eq!(micros(at), session.line.began_wall_micros + taken.t_us);
    let pressure = coded(&resources, "85354-9")
        .into_iter()
        .find(|panel| panel.code.coding.iter().flatten().count() == 1)
        .unwrap();
    let component = |code: &str| {
        let all = pressure.component.iter().flatten();
        let found = all.into_iter().find(|component| has(&component.code, code));
        found.unwrap().value.clone().unwrap()
    };
    for (code, stored) in [("8480-6", 142.0), ("8462-4", 78.0)] {
        let ObservationComponentValue::Quantity(quantity) = component(code) else {
            panic!("{code} is no quantity")
        };
        same(quantity.value, Some(stored), code);
        assert_eq!(quantity.code.as_deref(), Some("mm[Hg]"));
    }
    let ObservationComponentValue::CodeableConcept(exertion) = component("74008-4") else {
        panic!("no concept")
    };
    assert!(has(&exertion, "309604004"), "during exercise");
}

#[test]
fn oxygen_and_glucose_come_back_with_their_units() {
    let (_folder, archive) = archive_of_oxygen_and_glucose();
    let session = SessionRecord::read(&archive, "last").unwrap();
    let resources = read(&text(&session, &Telling::nothing_else()));
    for (code, stored) in [
        ("41653-7", [101.0, 90.0]),
        ("oxygen-flow", [1_500.0, 2_000.0]),
    ] {
        let found = coded(&resources, code);
        assert_eq!(found.len(), 2, "{code}");
        for (observation, stored) in found.into_iter().zip(stored) {
            same(figure(observation), Some(stored), code);
        }
    }
}

#[test]
fn a_blood_pressure_of_the_summary_is_of_when_it_was_taken() {
    let session = samples::visit();
    let taken = session.measurements.iter();
    let taken = taken
        .filter(|taken| taken.kind == "blood-pressure")
        .collect::<Vec<_>>();
    let [taken] = taken[..] else {
        panic!("one pressure: {taken:?}")
    };
    let resources = read(&text(&session, &Telling::nothing_else()));
    let [peak] = coded(&resources, "pressure-peak")[..] else {
        panic!("one peak")
    };
    let Some(ObservationEffective::DateTime(at)) = &peak.effective else {
        panic!("no instant: {:?}", peak.effective)
    };
    assert_eq!(micros(at), session.line.began_wall_micros + taken.t_us);
    let [rest] = coded(&resources, "pressure-rest")[..] else {
        panic!("one at rest")
    };
    assert!(matches!(
        rest.effective,
        Some(ObservationEffective::Period(_))
    ));
}

#[test]
fn a_gap_is_a_row_and_lies_between_two_series() {
    let session = samples::with_a_gap();
    let resources = every_second(&session);
    for code in ["heart-rate-series", "spo2-series", "power"] {
        assert_eq!(coded(&resources, code).len(), 2, "{code}");
    }
    let [gap] = coded(&resources, "record-gap")[..] else {
        panic!("one gap")
    };
    let Some(ObservationValue::String(said)) = &gap.value else {
        panic!("a gap says what")
    };
    assert_eq!(said, "entries: the queue was full");
    let Some(ObservationEffective::Period(period)) = &gap.effective else {
        panic!("a gap has a period")
    };
    let from = session.line.began_wall_micros + session.gaps[0].from_us;
    assert_eq!(micros(period.start.as_ref().unwrap()), from);
}

#[test]
fn a_doubted_heart_rate_is_no_value() {
    let session = samples::with_a_doubt();
    let resources = every_second(&session);
    let missing = series(&resources, "heart-rate-series")
        .iter()
        .filter(|(_, value)| value.is_none())
        .count();
    assert!(missing >= 20, "{missing}");
}

#[test]
fn without_an_oximeter_saturation_was_not_performed() {
    let session = samples::without_oximeter();
    let resources = every_second(&session);
    for code in ["spo2-series", "spo2-mean", "spo2-lowest"] {
        let [observation] = coded(&resources, code)[..] else {
            panic!("{code} is not there once")
        };
        assert!(observation.value.is_none());
        assert_eq!(
            reason(observation).as_deref(),
            Some("not-performed"),
            "{code}"
        );
    }
    let devices = resources
        .iter()
        .filter(|resource| matches!(resource, Resource::Device(_)))
        .count();
    assert_eq!(devices, 3, "program, bicycle, strap");
}

#[test]
fn two_bouts_are_two_procedures_with_series_of_their_own() {
    let session = samples::bike_then_belt();
    let resources = every_second(&session);
    let procedures = resources
        .iter()
        .filter(|resource| matches!(resource, Resource::Procedure(_)))
        .count();
    assert_eq!(procedures, 3, "the session and its bouts");
    let figures = SessionFigures::of(&session);
    assert!(figures.dose.distance_m.is_some());
    same(
        figure(coded(&resources, "55412-1")[0]),
        figures.dose.distance_m,
        "distance",
    );
    assert_eq!(coded(&resources, "speed").len(), 1);
}

#[test]
fn intervals_and_phases_are_told() {
    let session = samples::with_intervals();
    let resources = every_second(&session);
    let sides: Vec<String> = coded(&resources, "interval")
        .into_iter()
        .map(|observation| match &observation.value {
            Some(ObservationValue::String(side)) => side.clone(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        sides,
        [
            "1 work",
            "1 recovery",
            "2 work",
            "2 recovery",
            "3 work",
            "3 recovery"
        ]
    );
    assert_eq!(coded(&resources, "phase").len(), session.phases().len());
}

#[test]
fn an_interrupted_session_says_so() {
    let session = samples::interrupted();
    let resources = every_second(&session);
    let (mut encounters, mut reports) = (0, 0);
    for resource in &resources {
        if let Resource::Encounter(encounter) = resource {
            encounters += 1;
            let status = serde_json::to_value(encounter.status).unwrap();
            assert_eq!(status, "unknown");
            assert!(encounter.period.as_ref().unwrap().end.is_none());
        }
        if let Resource::DiagnosticReport(report) = resource {
            reports += 1;
            assert_eq!(serde_json::to_value(report.status).unwrap(), "partial");
        }
    }
    assert_eq!((encounters, reports), (1, 1));
}

#[test]
fn what_still_moves_in_an_open_session_is_preliminary_and_what_was_measured_is_final() {
    let mut session = samples::visit();
    session.line.state = "open".to_owned();
    session.line.end_reason = None;
    session.bouts[0].to_us = None;
    session.events.retain(|event| event.kind != "alarm-cleared");
    let bundle: Json = serde_json::from_str(&text(&session, &Telling::nothing_else())).unwrap();
    let entries = bundle["entry"].as_array().unwrap();
    let of_kind = |kind: &str| -> Vec<Json> {
        let resources = entries.iter().map(|entry| entry["resource"].clone());
        resources
            .filter(|resource| resource["resourceType"] == kind)
            .collect()
    };
    let has = |resource: &Json, code: &str| {
        let codings = resource["code"]["coding"].as_array();
        codings.is_some_and(|codings| codings.iter().any(|coding| coding["code"] == code))
    };
    let observations = of_kind("Observation");
    for code in ["completed", "met-minutes", "heart-rate-series"] {
        let mut told = observations
            .iter()
            .filter(|told| has(told, code))
            .peekable();
        assert!(
            told.peek().is_some() && told.all(|told| told["status"] == "preliminary"),
            "{code}"
        );
    }
    // Measured by somebody at an instant: it has no period.
    let taken = observations.iter().filter(|told| {
        has(told, "85354-9")
            && !has(told, "pressure-rest")
            && !has(told, "pressure-peak")
            && !has(told, "pressure-after")
    });
    assert!(taken.clone().count() > 0);
    assert!(taken.clone().all(|told| told["status"] == "final"));
    let issues = of_kind("DetectedIssue");
    assert!(!issues.is_empty());
    assert!(issues.iter().all(|issue| issue["status"] == "preliminary"));
    let procedures = of_kind("Procedure");
    assert!(
        procedures
            .iter()
            .all(|told| told["status"] == "in-progress")
    );
}

#[test]
fn a_bout_that_broke_off_with_its_gym_is_not_called_completed() {
    let (_folder, archive) = archive_of_a_visit_in_three_gyms();
    let session = SessionRecord::read(&archive, "last").unwrap();
    let resources = read(&text(&session, &Telling::nothing_else()));
    let mut told: Vec<(Json, Option<String>)> = Vec::new();
    for resource in &resources {
        if let Resource::Procedure(bout) = resource
            && !bout.part_of.is_empty()
        {
            let reason = bout.status_reason.as_ref();
            told.push((
                serde_json::to_value(bout.status).unwrap(),
                reason.and_then(|reason| reason.text.clone()),
            ));
        }
    }
    let lost = (Json::from("unknown"), Some("gym-lost".to_owned()));
    assert_eq!(told, [lost.clone(), lost, (Json::from("completed"), None)]);
}

#[test]
fn an_alarm_is_an_issue_with_what_made_it_and_what_was_done() {
    let session = samples::visit();
    let resources = read(&text(&session, &Telling::nothing_else()));
    let issues: Vec<_> = resources
        .iter()
        .filter_map(|resource| {
            let Resource::DetectedIssue(issue) = resource else {
                return None;
            };
            Some(issue)
        })
        .collect();
    let raised: Vec<_> = session
        .events
        .iter()
        .filter(|event| event.kind == "alarm-raised")
        .collect();
    assert!(!raised.is_empty());
    assert_eq!(issues.len(), raised.len());
    for (issue, event) in issues.iter().zip(&raised) {
        let rule = event.rule.as_deref().unwrap();
        assert!(has(issue.code.as_ref().unwrap(), rule), "{rule}");
        assert_eq!(issue.evidence.is_empty(), event.value.is_none(), "{rule}");
    }
    let values: Vec<(Option<f64>, Option<f64>)> = raised
        .iter()
        .filter(|event| event.value.is_some())
        .map(|event| (event.value, event.limit))
        .collect();
    let read: Vec<(Option<f64>, Option<f64>)> = raised
        .iter()
        .filter(|event| event.value.is_some())
        .flat_map(|event| coded(&resources, event.rule.as_deref().unwrap()))
        .map(|observation| {
            let limit = observation
                .component
                .iter()
                .flatten()
                .next()
                .map(|component| {
                    let value = component.value.as_ref().unwrap();
                    let ObservationComponentValue::Quantity(quantity) = value else {
                        panic!("{value:?}")
                    };
                    assert!(matches!(quantity.code.as_deref(), Some("%" | "/min")));
                    quantity.value.unwrap()
                });
            (figure(observation), limit)
        })
        .collect();
    for value in values {
        assert!(read.contains(&value), "{value:?} {read:?}");
    }
    let floor = coded(&resources, "spo2-floor").remove(0);
    let Some(ObservationValue::Quantity(saturation)) = &floor.value else {
        panic!("{:?}", floor.value)
    };
    assert_eq!(saturation.code.as_deref(), Some("%"));
    let acknowledged = text(&session, &Telling::nothing_else()).contains("alarm-acknowledged");
    assert!(acknowledged);
}

#[test]
fn the_order_is_a_plan_with_the_goals_of_its_text() {
    let session = samples::visit();
    let resources = read(&text(&session, &Telling::nothing_else()));
    let goals: Vec<String> = resources
        .iter()
        .filter_map(|resource| {
            let Resource::Goal(goal) = resource else {
                return None;
            };
            goal.description.text.clone()
        })
        .collect();
    assert_eq!(
        goals,
        [
            "climb three flights of stairs",
            "walk to the lake",
            "heart rate within the prescribed zone",
            "saturation not below its floor"
        ]
    );
    let bundle = text(&session, &Telling::nothing_else());
    assert!(bundle.contains("15081005") && bundle.contains("Dr. Example"));
    assert!(!bundle.contains("[[prescription]]"));
}

#[test]
fn the_chain_is_named_and_nobody_has_signed() {
    let session = samples::visit();
    let last = session.events.last().unwrap();
    let hash = crate::records::chain::Hex(&last.hash).to_string();
    let unsigned = text(&session, &Telling::nothing_else());
    assert!(unsigned.contains(&format!("{}:{hash}", last.id)));
    assert!(unsigned.contains("preliminary") && unsigned.contains("HTEST"));
    let signed = text(&session, &Telling::nothing_else().signed());
    assert!(!signed.contains("preliminary"));
    read(&signed);
}

#[test]
fn a_deidentified_bundle_leads_back_to_nobody() {
    let session = samples::visit();
    let plain = text(&session, &Telling::nothing_else());
    assert!(plain.contains("K7PD2MXQ") && plain.contains("2026-11-23"));
    let hidden = samples::disguised(session.clone());
    let telling = Telling::deidentified().named("Jane Doe").aged(95).signed();
    let bundle = text(&hidden, &telling);
    read(&bundle);
    let last = session.events.last().unwrap();
    let hash = crate::records::chain::Hex(&last.hash).to_string();
    for secret in [
        "K7PD2MXQ",
        session.line.id.as_str(),
        "bike-steady",
        "Jane Doe",
        "Dr. Example",
        "stairs",
        "\"2026-",
        "\"2027-",
        hash.as_str(),
        "urn:x-station:chain",
    ] {
        assert!(!bundle.contains(secret), "{secret}");
    }
    let resources = read(&bundle);
    same(figure(coded(&resources, "age")[0]), Some(90.0), "age");
    assert!(bundle.contains("2000-01-01T00:00:00Z"));
}

#[test]
fn a_name_is_written_only_where_it_was_asked_for() {
    let session = samples::visit();
    assert!(!text(&session, &Telling::nothing_else()).contains("Jane Doe"));
    let named = text(&session, &Telling::nothing_else().named("Jane Doe"));
    read(&named);
    assert!(named.contains("Jane Doe") && !named.contains("PSEUDED"));
}

#[test]
fn every_code_of_ours_is_defined_in_the_bundle() {
    let session = samples::bike_then_belt();
    let bundle: Json = serde_json::from_str(&text(&session, &Telling::nothing_else())).unwrap();
    let mut used = BTreeSet::new();
    codings(&bundle, &mut used);
    let systems: Vec<&Json> = bundle["entry"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| &entry["resource"])
        .filter(|resource| resource["resourceType"] == "CodeSystem")
        .collect();
    let defined: BTreeSet<String> = systems[0]["concept"]
        .as_array()
        .unwrap()
        .iter()
        .map(|concept| concept["code"].as_str().unwrap().to_owned())
        .collect();
    assert!(used.len() > 40);
    let undefined: Vec<&String> = used.difference(&defined).collect();
    assert!(undefined.is_empty(), "{undefined:?}");
    assert_eq!(
        defined.len(),
        systems[0]["concept"].as_array().unwrap().len()
    );
}

fn codings(value: &Json, used: &mut BTreeSet<String>) {
    match value {
        Json::Object(fields) => {
            if fields.get("system").and_then(|system| system.as_str()) == Some(code::OWN) {
                used.insert(fields["code"].as_str().unwrap().to_owned());
            }
            fields.values().for_each(|value| codings(value, used));
        }
        Json::Array(list) => list.iter().for_each(|value| codings(value, used)),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}

#[test]
fn a_signature_stands_in_the_provenance_with_what_was_signed() {
    let (_folder, archive) = archive_of_a_signed_visit();
    let session = SessionRecord::read(&archive, "last").unwrap();
    let bundle = text(&session, &Telling::nothing_else().signed());
    read(&bundle);
    let bundle: Json = serde_json::from_str(&bundle).unwrap();
    let of = |kind: &str| {
        let mut entries = bundle["entry"].as_array().unwrap().iter();
        entries
            .find(|entry| entry["resource"]["resourceType"] == kind)
            .map(|entry| entry["resource"].clone())
            .unwrap()
    };
    let signature = of("Provenance")["signature"][0].clone();
    assert_eq!(signature["who"]["display"], "Anna Berg");
    assert_eq!(
        signature["data"],
        BASE64_STANDARD.encode(session.signatures[0].sha256)
    );
    assert_eq!(signature["type"][0]["code"], "1.2.840.10065.1.12.1.13");
    // A note came after it.
    assert_eq!(of("DiagnosticReport")["status"], "appended");
}
