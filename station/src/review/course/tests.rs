use control::learning::{Learned, OnMachine, Steady};
use protocols::vocabulary::MachineKind;

use super::*;
use crate::clinic::ordered::Ordered;
use crate::records::figures::{HeartFigures, SessionFigures};
use crate::records::fixtures::{WALL, archive_of_a_visit};
use crate::records::list::SessionLine;
use crate::review::verdict::Verdict;

const DAY_US: i64 = 86_400_000_000;

/// A bicycle's bout that held this heart rate by that power, of a gain of 10 and 80 kg.
fn taught(heart_rate: f64, watts: f64) -> Taught {
    Taught {
        learned: Learned {
            gain: 10.0,
            gain_sd: 0.8,
            tau_s: 80.0,
            tau_sd: 20.0,
            drift: 0.1,
            drift_sd: 0.1,
            steady: Some(Steady {
                heart_rate,
                load: 1.0 + watts / crate::clinic::equations::watts_per_net_met(80.0),
                machine: OnMachine::Watts(watts),
                middle_s: 750.0,
                seconds: 900.0,
            }),
        },
        mass_kg: 80.0,
        irregular: false,
        assessed_gain: None,
        compared: 0,
        findings: Vec::new(),
    }
}

/// A visit so many days after the first one.
fn visit(day: i64, rest: Option<f64>, taught: Option<Taught>) -> Visit {
    let figures = SessionFigures {
        conditioning_min: 20.0,
        heart_rate: HeartFigures {
            rest_bpm: rest,
            ..HeartFigures::default()
        },
        ..SessionFigures::default()
    };
    let line = SessionLine {
        id: format!("S-{day}"),
        patient: "K7PD2MXQ".to_owned(),
        kind: "virtual".to_owned(),
        pre_rolled: false,
        clock_rate: 1,
        state: "ended".to_owned(),
        end_reason: Some("completed".to_owned()),
        end_rule: None,
        began: String::new(),
        ended: None,
        began_wall_micros: WALL + day * DAY_US,
        seconds: 1_800.0,
        software: String::new(),
        stations: vec![1],
        alarms: 0,
        gaps: 0,
        imported: None,
    };
    Visit {
        verdict: Verdict {
            met: Some(true),
            minutes_percent: None,
            intensity: None,
            ended_by: None,
            held_back: None,
            is_open: false,
            is_altered: false,
            is_damaged: false,
            lost_s: None,
            gyms_lost: 0,
            without_a_gym_s: 0,
        },
        line,
        figures,
        bouts: vec![VisitBout {
            number: 1,
            machine: MachineKind::Cycle,
            prescription: ("bike".to_owned(), 1),
            ordered: Ordered {
                goals: vec!["climb stairs".to_owned()],
                ..Ordered::default()
            },
            taught,
        }],
        altered: Vec::new(),
    }
}

fn values(trend: &Trend) -> Vec<f64> {
    trend.points.iter().map(|point| point.value).collect()
}

#[test]
fn a_session_without_a_figure_has_no_point() {
    let course = Course::of(vec![
        visit(3, None, None),
        visit(0, Some(72.0), None),
        visit(7, Some(68.0), None),
    ]);
    let rest = course.trend(Measure::RestingHeartRate).unwrap();
    assert_eq!(values(rest), [72.0, 68.0]);
    assert_eq!(rest.points[1].visit, 2, "the earliest visit stands first");
    assert_eq!(rest.words(), "72 to 68 /min in 7 days");
    assert!(course.trend(Measure::Recovery).is_none());
    assert_eq!(course.goals(), ["climb stairs"]);
}

#[test]
fn loads_are_compared_at_the_last_sessions_heart_rate_and_heart_rates_at_its_load() {
    let watts = crate::clinic::equations::watts_per_net_met(80.0);
    // Five beats more at the first visit, for the same watts: half a MET less for today's heart rate.
    let course = Course::of(vec![
        visit(0, None, Some(taught(109.0, 60.0))),
        visit(14, None, Some(taught(104.0, 60.0))),
    ]);
    let load = course.trend(Measure::LoadAtHeartRate).unwrap();
    let [first, last] = values(load)[..] else {
        panic!("two points: {load:?}");
    };
    assert!((first - (60.0 - 0.5 * watts)).abs() < 1e-9, "{first}");
    assert!((last - 60.0).abs() < 1e-9, "{last}");
    assert_eq!(load.title(), "load at the same heart rate, 104 /min, bike");
    let rate = course.trend(Measure::HeartRateAtLoad).unwrap();
    assert_eq!(rate.at, "60 W");
    assert!((values(rate)[0] - 109.0).abs() < 1e-9);
    assert!((values(rate)[1] - 104.0).abs() < 1e-9);
}

#[test]
fn today_is_held_against_the_first_sessions_where_there_are_enough() {
    let few = (0..4).map(|day| visit(day, None, Some(taught(104.0, 50.0))));
    let better = |day| visit(day, None, Some(taught(104.0, 80.0)));
    let mut visits: Vec<Visit> = few.clone().take(3).chain([better(30)]).collect();
    // Three before: those are what the last one is compared with anyhow.
    assert_eq!(Course::of(visits.clone()).since_the_first(), None);
    visits.insert(3, visit(5, None, Some(taught(104.0, 60.0))));
    let told = Course::of(visits).since_the_first().unwrap();
    assert_eq!(
        told,
        "30 W more at the same heart rate than in the first three sessions"
    );
    let same: Vec<Visit> = few
        .chain([visit(
            9,
            None,
            Some(Taught {
                compared: 3,
                ..taught(104.0, 51.0)
            }),
        )])
        .collect();
    let one = Course::of(same.iter().take(1).cloned().collect());
    assert_eq!(
        one.without_a_finding().as_deref(),
        Some("for a comparison two earlier sessions like the latest are needed")
    );
    let same = Course::of(same);
    assert_eq!(same.since_the_first(), None, "within chance");
    let told = same.without_a_finding().unwrap();
    assert!(
        told.ends_with(
            "no more than chance from the last three sessions, nor from the first three sessions"
        ),
        "{told}"
    );
}

#[test]
fn weeks_are_counted_from_monday_and_an_empty_one_stands_there_too() {
    // 2026-11-23 is a Monday.
    let course = Course::of(vec![
        visit(0, None, None),
        visit(6, None, None),
        visit(21, None, None),
    ]);
    let weeks = course.weeks(&TimeZone::UTC);
    let counts: Vec<usize> = weeks.iter().map(|week| week.sessions).collect();
    assert_eq!(counts, [2, 0, 0, 1]);
    assert_eq!(weeks[0].begins, jiff::civil::date(2026, 11, 23));
    assert!((weeks[0].minutes - 40.0).abs() < 1e-9);
    assert_eq!(weeks[0].met_minutes, None, "nobody weighed: no METs");
}

#[test]
fn noise_under_a_step_of_rounding_is_not_drawn_as_high_as_a_change() {
    let drawn = |rates: [f64; 2]| {
        let visits = (0..)
            .zip(rates)
            .map(|(day, rate)| visit(day, Some(rate), None));
        let course = Course::of(visits.collect());
        let trend = course.trend(Measure::RestingHeartRate).unwrap();
        (trend.drawn().unwrap(), trend.span().unwrap())
    };
    let ((low, high), _) = drawn([70.1, 70.3]);
    assert!((high - low - 10.0).abs() < 1e-9 && (low - 65.2).abs() < 1e-9);
    let (drawn, span) = drawn([60.0, 75.0]);
    assert_eq!(drawn, span);
}

#[test]
fn an_open_session_is_not_in_a_course() {
    let mut open = visit(0, Some(70.0), None);
    open.line.state = "open".to_owned();
    assert!(Course::of(vec![open]).visits.is_empty());
}

#[test]
fn a_course_is_read_from_a_record() {
    let (_folder, archive) = archive_of_a_visit();
    let course = Course::read(&archive, "K7PD2MXQ", None).unwrap();
    assert_eq!(course.visits.len(), 1);
    let visit = &course.visits[0];
    let session = crate::records::SessionRecord::read(&archive, "last").unwrap();
    assert_eq!(visit.figures, SessionFigures::of(&session));
    let learned = visit.bouts[0].taught.as_ref().unwrap().learned;
    assert_eq!(
        course.trend(Measure::LoadAtHeartRate).map(values),
        Some(vec![63.5])
    );
    assert!((learned.gain - 10.5).abs() < 1e-9);
    assert!(
        Course::read(&archive, "NOBODY", None)
            .unwrap()
            .visits
            .is_empty()
    );
    let before = Course::read(&archive, "K7PD2MXQ", Some(WALL - DAY_US)).unwrap();
    assert!(before.visits.is_empty());
}
