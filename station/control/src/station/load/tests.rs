//! What a ramp saves up, when a beat is due, and how load follows a proposal.

use std::vec::Vec;

use super::*;
use crate::input::{Action, Input};
use crate::prescription::Mode;
use crate::station::bench::{Patient, mets};

const EXACT: f64 = 1e-9;

/// In conditioning towards 5 MET above rest, by 1 MET a minute, from a warm-up at 1.8.
fn rising() -> Patient {
    let mut patient = Patient::on(Mode::Constant { target: mets(5.0) });
    patient.run_to(PhaseKind::Conditioning);
    patient
}

fn later(patient: &Patient, seconds: f64) -> Timestamp {
    let millis = number::floor_to_u32(seconds * 1_000.0 + 0.5).expect("short");
    patient.now() + Duration::from_millis(millis.into())
}

/// The load that is granted at the end of each second.
fn granted(patient: &mut Patient, seconds: u64) -> Vec<f64> {
    (0..seconds)
        .map(|_| {
            patient.seconds(1);
            patient.station.load.granted.get()
        })
        .collect()
}

#[test]
fn time_saves_up_what_load_may_rise_by_and_a_cool_down_take_and_no_more_than_a_beats_worth() {
    let mut patient = rising();
    let (now, soon, late) = (patient.now(), later(&patient, 3.0), later(&patient, 60.0));
    let station = &mut patient.station;
    station.load.rise = 0.0;
    station.load.fall = 0.0;
    station.load.counted_until = now;
    station.save_up(soon);
    assert!((station.load.rise - 3.0 / 60.0).abs() < EXACT);
    assert!((station.load.fall - 3.0 * 3.0 / 60.0).abs() < EXACT);
    station.save_up(late);
    assert!((station.load.rise - 6.0 / 60.0).abs() < EXACT);
    assert!((station.load.fall - FALL_PER_BEAT).abs() < EXACT);
    assert_eq!(station.load.counted_until, late);
}

#[test]
fn beats_are_due_by_the_grid_and_one_that_is_late_by_a_whole_beat_begins_a_new_grid() {
    for (late, next) in [(0.0, 5.0), (0.3, 4.7), (4.9, 0.1), (5.0, 5.0), (7.0, 5.0)] {
        let mut patient = rising();
        let now = patient.now();
        let due = now.before(later(&patient, late).since(now));
        let expected = later(&patient, next);
        patient.station.load.beat_due = due;
        let exercise = Exercise::Conditioning {
            before: Duration::ZERO,
        };
        let _beat = patient.station.beat(now, exercise);
        assert_eq!(patient.station.load.beat_due, expected, "{late} s late");
    }
}

#[test]
fn a_cool_down_takes_what_was_saved_up_for_it_and_no_more() {
    let mut patient = rising();
    patient.seconds(90);
    let exercise = Exercise::CoolDown {
        before: Duration::ZERO,
        back: None,
    };
    let now = patient.now();
    let station = &mut patient.station;
    let on = station.load.granted.get();
    assert!(on > 3.0);
    station.cool_down_load = mets(1.5);
    for (saved, expected) in [(0.1, on - 0.1), (0.0, on), (10.0, on - FALL_PER_BEAT)] {
        station.load.fall = saved;
        let moment = station.moment(now, exercise);
        let towards = station.towards_cool_down(&moment);
        assert!((towards - expected).abs() < EXACT, "{saved}: {towards}");
    }
}

#[test]
fn load_rises_by_the_ramp_of_its_phase_and_makes_up_for_nothing() {
    let mut patient = rising();
    let all = granted(&mut patient, 120);
    for (place, pair) in all.windows(31).enumerate() {
        let rose = pair[30] - pair[0];
        assert!((rose - 0.5).abs() < 0.11, "{rose} from second {place} on");
    }
    // Without a signal nothing rises, and what was not risen meanwhile is not made up for.
    patient.strap = false;
    patient.oximeter = false;
    let lost = granted(&mut patient, 20);
    assert!(
        lost.windows(2)
            .skip(5)
            .all(|pair| pair[1] <= pair[0] + EXACT),
        "{lost:?}"
    );
    let before = lost[19];
    patient.strap = true;
    patient.oximeter = true;
    let back = granted(&mut patient, 60);
    for (second, load) in (1_u16..).zip(&back) {
        let most = before + (f64::from(second) + SAVED_UP) / 60.0;
        assert!(*load <= most + EXACT, "{load} after {second} s");
    }
    assert!(back[59] > before + 0.3, "it goes on: {back:?}");
}

#[test]
fn a_cool_down_falls_by_three_mets_a_minute() {
    let mut patient = rising();
    patient.seconds(150);
    let on = patient.station.load.granted.get();
    patient.send(&Input::Operator(Action::BeginCoolDown));
    let all = granted(&mut patient, 30);
    for (second, load) in (1_u16..).zip(&all) {
        let fell = on - load;
        let by_ramp = 3.0 * f64::from(second) / 60.0;
        let least = by_ramp.min(on - patient.station.cool_down_load.get());
        assert!(
            fell <= by_ramp + FALL_PER_BEAT + EXACT && fell >= least - FALL_PER_BEAT - EXACT,
            "{fell} after {second} s"
        );
    }
}
