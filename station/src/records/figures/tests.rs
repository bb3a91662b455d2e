use super::super::fixtures::{archive_of_a_visit, archive_of_oxygen_and_glucose};
use super::super::session::Second;
use super::means::{Lane, slope};
use super::*;

fn visit() -> SessionRecord {
    let (_folder, archive) = archive_of_a_visit();
    SessionRecord::read(&archive, "last").unwrap()
}

fn close(value: Option<f64>, expected: f64, within: f64) -> bool {
    value.is_some_and(|value| (value - expected).abs() <= within)
}

#[test]
fn times_are_those_of_the_phases() {
    let figures = SessionFigures::of(&visit());
    assert!(close(Some(figures.total_min), 500.0 / 60.0, 0.02));
    assert!(close(Some(figures.warm_up_min), 1.0, 0.05), "{figures:?}");
    // The visit was finished by hand some seconds before its four minutes of conditioning and one of cool-down were over, or not at all.
    let exercised = figures.warm_up_min + figures.conditioning_min + figures.cool_down_min;
    let completed = figures.completed_percent.unwrap();
    assert!(
        close(Some(completed), 100.0 * exercised / 6.0, 1.0),
        "{completed} {exercised}"
    );
    assert!(figures.paused_min.abs() < f64::EPSILON);
}

#[test]
fn oxygen_and_glucose_are_as_they_were_entered() {
    let (_folder, archive) = archive_of_oxygen_and_glucose();
    let session = SessionRecord::read(&archive, "last").unwrap();
    let kept: Vec<_> = session
        .measurements
        .iter()
        .map(|taken| (taken.kind.as_str(), taken.value, taken.unit.as_str()))
        .collect();
    assert_eq!(
        kept,
        [
            ("glucose", 101, "mg/dL"),
            ("oxygen-flow", 1_500, "mL/min"),
            ("oxygen-flow", 2_000, "mL/min"),
            ("glucose", 90, "mg/dL"),
        ]
    );
    let given = SessionFigures::of(&session).given;
    assert_eq!(given.oxygen_rest_l_min, Some(1.5));
    assert_eq!(given.oxygen_exercise_l_min, Some(2.0));
    assert_eq!(given.glucose_before_mg_dl, Some(101.0));
    assert_eq!(given.glucose_after_mg_dl, Some(90.0));
    assert_eq!(SessionFigures::of(&visit()).given, GivenFigures::default());
}

#[test]
fn heart_and_saturation_are_as_the_visit_ran() {
    let session = visit();
    let figures = SessionFigures::of(&session);
    let heart = &figures.heart_rate;
    // 70 /min and a wobble of up to 2 without load; a third of a beat for each watt.
    assert!(close(heart.rest_bpm, 71.0, 1.0), "{heart:?}");
    assert!(heart.peak_bpm > heart.mean_bpm && heart.mean_bpm > heart.rest_bpm);
    let watts = figures.dose.power_peak_w.unwrap();
    assert!(
        close(heart.peak_bpm, 71.0 + watts / 3.0, 2.0),
        "{heart:?} {watts}"
    );
    // Exercise of less than five minutes: no slope is made of it.
    assert_eq!(heart.slope, None);
    let last = session
        .seconds()
        .filter(|(_, second)| second.is_exercise())
        .last()
        .unwrap();
    assert_eq!(
        heart.end_bpm.is_some(),
        last.1.trusted_heart_rate().is_some()
    );
    // Half a minute at 86, where the floor is 88.
    let spo2 = &figures.saturation;
    assert!(close(spo2.nadir_percent, 86.0, 0.5), "{spo2:?}");
    assert!(close(spo2.below_floor_min, 0.5, 0.05), "{spo2:?}");
    assert!(close(spo2.floor_percent, 88.0, 0.0));
    assert!(close(figures.heart_rate_cover_percent, 100.0, 1.0));
    assert!(close(figures.spo2_cover_percent, 100.0, 5.0));
}

#[test]
fn a_dose_is_the_sum_of_its_seconds() {
    let session = visit();
    let figures = SessionFigures::of(&session);
    let dose = &figures.dose;
    let joules: f64 = session
        .seconds()
        .filter_map(|(_, second)| second.reported.power_w)
        .map(f64::from)
        .sum();
    assert!(close(dose.work_kj, joules / 1_000.0, 1e-9));
    assert!(close(dose.mass_kg, 80.0, 0.0));
    // kcal = MET-min x 3.5 x kg / 200.
    let minutes = dose.met_minutes.unwrap();
    assert!(close(dose.energy_kcal, minutes * 3.5 * 80.0 / 200.0, 1e-9));
    assert!(dose.met_mean.unwrap() > 1.0 && dose.met_peak >= dose.met_mean);
    assert_eq!(dose.distance_m, None);
    assert!(close(dose.ceiling_met, 7.0, 1e-9));
}

#[test]
fn a_silent_machine_adds_nothing_and_the_share_that_it_told_stands_beside_the_sums() {
    let mut session = visit();
    let whole = SessionFigures::of(&session).dose;
    assert!(close(whole.reported_percent, 100.0, 0.0), "{whole:?}");
    let exercised: Vec<i64> = session
        .seconds()
        .filter(|(_, second)| second.is_exercise())
        .map(|(_, second)| second.t_s)
        .collect();
    let silent_from = exercised[exercised.len() / 2];
    let mut told = (0.0, 0);
    for second in &mut session.bouts[0].seconds {
        if second.t_s >= silent_from {
            second.reported = super::super::MachineFigures::default();
            second.cadence_rpm = None;
        }
        told.0 += second.power_w().unwrap_or_default();
        told.1 += usize::from(second.is_exercise() && second.reports());
    }
    let half = SessionFigures::of(&session).dose;
    assert!(close(half.work_kj, told.0 / 1_000.0, 1e-9) && half.work_kj < whole.work_kj);
    assert!(half.met_minutes < whole.met_minutes && half.energy_kcal < whole.energy_kcal);
    assert!(close(half.reported_percent, 50.0, 1.0), "{half:?}");
    for second in &mut session.bouts[0].seconds {
        second.reported = super::super::MachineFigures::default();
    }
    let none = SessionFigures::of(&session).dose;
    assert_eq!(
        (none.reported_percent, none.work_kj, none.met_mean),
        (None, None, None)
    );
}

#[test]
fn without_a_weight_a_bicycle_has_no_mets_though_nobody_pedalled_for_a_while() {
    let mut session = visit();
    let paused = session.bouts[0]
        .seconds
        .iter_mut()
        .find(|second| second.is_exercise());
    let paused = paused.unwrap();
    (paused.reported.power_w, paused.cadence_rpm) = (Some(0), Some(0));
    assert!(SessionFigures::of(&session).dose.met_mean > Some(1.0));
    session.bouts[0].setup = None;
    let dose = SessionFigures::of(&session).dose;
    assert_eq!(
        (
            dose.met_mean,
            dose.met_peak,
            dose.met_minutes,
            dose.energy_kcal
        ),
        (None, None, None, None)
    );
    assert!(dose.work_kj > Some(0.0), "power needs no weight: {dose:?}");
}

#[test]
fn work_is_of_the_ordered_load_over_the_ordered_minutes() {
    let mut session = visit();
    let ordered = 3_500.0 * 240.0;
    let granted: f64 = session
        .seconds()
        .filter(|(_, second)| second.is_conditioning())
        .map(|(_, second)| f64::from(second.granted_met_milli))
        .sum();
    let figures = SessionFigures::of(&session);
    assert!(
        close(
            figures.ordered_work_percent,
            100.0 * granted / ordered,
            1e-9
        ),
        "{figures:?}"
    );
    // What was not exercised counts against it, and not against the load that was given while it was.
    let kept = load_percent(&session).unwrap();
    session.bouts[0]
        .setup
        .as_mut()
        .unwrap()
        .prescription
        .conditioning *= 2;
    let longer = SessionFigures::of(&session);
    assert!(close(
        longer.ordered_work_percent,
        50.0 * granted / ordered,
        1e-9
    ));
    assert!(close(load_percent(&session), kept, 0.0));
    session.bouts[0].setup = None;
    assert_eq!(SessionFigures::of(&session).ordered_work_percent, None);
}

#[test]
fn what_was_said_and_what_called_is_counted() {
    let figures = SessionFigures::of(&visit());
    assert_eq!(figures.scores.exertion_peak, Some(12));
    assert_eq!(figures.scores.angina_peak, None);
    assert_eq!(figures.pressure.peak, Some((142, 78)));
    assert_eq!(
        (figures.pressure.rest, figures.pressure.after),
        (None, None)
    );
    let product = figures.pressure.rate_pressure_product.unwrap();
    let peak = figures.heart_rate.peak_bpm.unwrap();
    assert!(product > 142.0 * 71.0 && product <= 142.0 * (peak + 1.0));
    let floor = figures
        .alarms
        .iter()
        .find(|count| count.rule == "spo2-floor")
        .unwrap();
    assert!(floor.count >= 1 && floor.longest_s >= 5.0, "{floor:?}");
    assert!(figures.acknowledged >= 1);
    assert!(figures.acknowledged_median_s.is_some_and(|wait| wait > 0.0));
    assert!(
        figures
            .held_back_s
            .iter()
            .any(|(reason, seconds)| reason.starts_with("spo2-floor") && *seconds > 0),
        "{:?}",
        figures.held_back_s
    );
}

#[test]
fn no_mean_reaches_over_a_second_that_is_missing() {
    let session = visit();
    let seconds: Vec<&Second> = session
        .seconds()
        .map(|(_, second)| second)
        .filter(|second| !(200..=203).contains(&second.t_s))
        .filter(|second| (196..208).contains(&second.t_s))
        .collect();
    let lane = Lane::of(seconds.iter().copied(), |second| {
        Some(if second.t_s < 200 { 100.0 } else { 50.0 })
    });
    assert_eq!(lane.count(), 8);
    // Four seconds on each side: a mean of four is of one side, a mean of five would need the hole.
    assert!(close(lane.highest(4), 100.0, 1e-9) && close(lane.lowest(4), 50.0, 1e-9));
    assert!(close(lane.mean(), 75.0, 1e-9));
}

#[test]
fn a_session_that_never_began_has_no_figures_but_its_time() {
    let mut session = visit();
    for bout in &mut session.bouts {
        bout.seconds.clear();
    }
    session.events.clear();
    session.measurements.clear();
    let figures = SessionFigures::of(&session);
    assert_eq!(figures.heart_rate, HeartFigures::default());
    assert_eq!(figures.zone, None);
    assert_eq!(figures.dose.met_mean, None);
    assert_eq!(figures.heart_rate_cover_percent, None);
}

#[test]
fn a_slope_needs_points_that_lie_apart() {
    assert!(close(
        slope(&[(0.0, 1.0), (2.0, 2.0), (4.0, 3.0)]),
        0.5,
        1e-12
    ));
    assert_eq!(slope(&[(1.0, 1.0), (1.0, 2.0)]), None);
    assert_eq!(slope(&[]), None);
}

/// The visit with a heart rate that is trusted throughout.
fn trusted() -> SessionRecord {
    let mut session = visit();
    for second in session.bouts.iter_mut().flat_map(|bout| &mut bout.seconds) {
        second.heart_rate_bpm = Some(80);
        second.heart_rate_trust = control::view::Trust::Trusted;
    }
    session
}

/// The same without the seconds from so many before the end of its exercise to so many after it.
fn with_a_hole_around_the_end(before: i64, after: i64) -> SessionRecord {
    let mut session = trusted();
    let exercise = session.seconds().filter(|(_, second)| second.is_exercise());
    let end = exercise.last().unwrap().1.t_s;
    for bout in &mut session.bouts {
        let hole = end - before..=end + after;
        bout.seconds.retain(|second| !hole.contains(&second.t_s));
    }
    session
}

#[test]
fn what_is_said_of_the_end_of_exercise_is_not_said_where_that_end_is_not_in_the_record() {
    let whole = SessionFigures::of(&trusted()).heart_rate;
    assert!(whole.end_bpm.is_some() && whole.after_1_min_bpm.is_some());
    let nothing = |session: &SessionRecord| {
        let figures = SessionFigures::of(session);
        let heart = &figures.heart_rate;
        let said = [
            heart.end_bpm,
            heart.after_1_min_bpm,
            heart.after_2_min_bpm,
            heart.recovery_1_min_bpm,
            figures.saturation.end_percent,
        ];
        assert_eq!(said, [None; 5], "{heart:?}");
        assert!(heart.mean_bpm.is_some());
    };
    nothing(&with_a_hole_around_the_end(5, 5));
    // A row tells of a hole, and the seconds beside it do not: the end may lie in it.
    let mut told = trusted();
    let exercise = told.seconds().filter(|(_, second)| second.is_exercise());
    let last_us = exercise.last().unwrap().1.t_us;
    told.gaps.push(super::super::session::GapRecord {
        bout: Some(1),
        what: "journal".to_owned(),
        from_us: last_us + 500_000,
        to_us: last_us + 500_000,
        lost: 0,
        reason: "the gym was lost".to_owned(),
        is_damage: false,
    });
    nothing(&told);
    let mut open = trusted();
    open.line.state = "open".to_owned();
    nothing(&open);
}
