//! Times, load and dose.

use control::view::PhaseKind;
use protocols::vocabulary::{Kilograms, MachineKind, MetresPerSecond, PercentGrade, Watts};

use super::super::archive::seconds;
use super::super::session::{BoutRecord, Second, SessionRecord};
use super::means::{Lane, mean, number};
use super::{DoseFigures, SessionFigures};
use crate::clinic::equations;

/// A mean over this many seconds is a peak of load.
const PEAK_S: usize = 60;

/// The figures with what phases and prescription say of time.
pub(super) fn times(session: &SessionRecord) -> SessionFigures {
    let spans = session.phases();
    let minutes = |wanted: &[PhaseKind]| {
        let micros: i64 = spans
            .iter()
            .filter(|span| wanted.contains(&span.phase))
            .map(super::super::session::Span::length_us)
            .sum();
        seconds(micros) / 60.0
    };
    let conditioning_min = minutes(&[PhaseKind::Conditioning]);
    SessionFigures {
        total_min: session.line.seconds / 60.0,
        warm_up_min: minutes(&[PhaseKind::WarmUp]),
        conditioning_min,
        cool_down_min: minutes(&[PhaseKind::CoolDown]),
        paused_min: minutes(&[PhaseKind::Paused, PhaseKind::Stopped]),
        completed_percent: completed(session),
        heart_rate_cover_percent: cover(session, conditioning_min, |bout, second| {
            let worn = bout
                .setup
                .as_ref()
                .is_none_or(|setup| setup.sensors.strap || setup.prescription.heart_rate_required);
            worn.then(|| second.trusted_heart_rate().is_some())
        }),
        spo2_cover_percent: cover(session, conditioning_min, |bout, second| {
            let worn = bout.setup.as_ref().is_none_or(|setup| {
                setup.sensors.oximeter || setup.prescription.saturation_required
            });
            worn.then(|| second.trusted_spo2().is_some())
        }),
        ..SessionFigures::default()
    }
}

/// Bout by bout, so that a long one does not make up for one that was cut short.
fn completed(session: &SessionRecord) -> Option<f64> {
    let spans = session.phases();
    let (mut ordered, mut done) = (0.0, 0.0);
    for bout in &session.bouts {
        let prescription = &bout.setup.as_ref()?.prescription;
        for (phase, length) in [
            (PhaseKind::WarmUp, prescription.warm_up),
            (PhaseKind::Conditioning, prescription.conditioning),
            (PhaseKind::CoolDown, prescription.cool_down),
        ] {
            let exercised: i64 = spans
                .iter()
                .filter(|span| span.bout == bout.number && span.phase == phase)
                .map(super::super::session::Span::length_us)
                .sum();
            ordered += length.as_secs_f64();
            done += seconds(exercised).min(length.as_secs_f64());
        }
    }
    (ordered > 0.0).then(|| 100.0 * done / ordered)
}

/// Share of conditioning whose seconds are covered, in per cent: a second that is missing is not. `is_covered` says `None` where nobody
/// wore the sensor.
fn cover(
    session: &SessionRecord,
    conditioning_min: f64,
    is_covered: impl Fn(&BoutRecord, &Second) -> Option<bool>,
) -> Option<f64> {
    let (mut covered, mut bare, mut all) = (0_usize, 0_usize, 0_usize);
    let conditioning = session
        .seconds()
        .filter(|(_, second)| second.is_conditioning());
    for (bout, second) in conditioning {
        match is_covered(bout, second) {
            Some(true) => covered += 1,
            Some(false) => {}
            None => bare += 1,
        }
        all += 1;
    }
    let asked = (conditioning_min * 60.0).max(number(all)) - number(bare);
    (all > bare).then(|| (100.0 * number(covered) / asked).min(100.0))
}

/// METs of a second, rest included, by what the machine reported; `None` where it reported nothing or no equation says it.
#[must_use]
pub fn met(kind: MachineKind, second: &Second, mass: Option<Kilograms>) -> Option<f64> {
    let reported = &second.reported;
    match kind {
        MachineKind::Cycle => {
            let power = Watts::new(reported.power_w?)?;
            // Nobody pedals: rest, not pedalling without load.
            if power.get() == 0 && second.cadence_rpm.unwrap_or(0) == 0 {
                return Some(1.0);
            }
            equations::cycling(power, mass?).map(equations::gross)
        }
        MachineKind::Treadmill => {
            equations::walking(speed(second)?, grade(second)?).map(equations::gross)
        }
    }
}

fn speed(second: &Second) -> Option<MetresPerSecond> {
    MetresPerSecond::new(f64::from(second.reported.speed_mm_s?) / 1_000.0)
}

fn grade(second: &Second) -> Option<PercentGrade> {
    PercentGrade::new(f64::from(second.reported.grade_permille?) / 10.0)
}

fn holds(kind: MachineKind, second: &Second) -> Option<bool> {
    match kind {
        MachineKind::Cycle => Watts::new(second.reported.power_w?).map(equations::cycling_holds),
        MachineKind::Treadmill => speed(second).map(equations::walking_holds),
    }
}

pub(super) fn dose(session: &SessionRecord) -> DoseFigures {
    let exercised = || {
        session
            .seconds()
            .filter(|(_, second)| second.is_exercise())
            .map(|(_, second)| second)
    };
    let power = Lane::of(exercised(), |second| second.reported.power_w.map(f64::from));
    let kmh = Lane::of(exercised(), |second| {
        second
            .reported
            .speed_mm_s
            .map(|speed| f64::from(speed) * 3.6 / 1_000.0)
    });
    let slope = Lane::of(exercised(), |second| {
        second
            .reported
            .grade_permille
            .map(|grade| f64::from(grade) / 10.0)
    });
    let energy = energy(session);
    DoseFigures {
        power_mean_w: power.mean(),
        power_peak_w: power.highest(PEAK_S),
        speed_mean_kmh: kmh.mean(),
        speed_peak_kmh: kmh.highest(PEAK_S),
        grade_mean_percent: slope.mean(),
        grade_peak_percent: slope.highest(PEAK_S),
        ceiling_met: session
            .bouts
            .iter()
            .filter_map(|bout| bout.setup.as_ref())
            .map(|setup| equations::gross(setup.prescription.ceiling))
            .reduce(f64::max),
        work_kj: whole(session, |second| second.reported.power_w.map(f64::from))
            .map(|joules| joules / 1_000.0),
        distance_m: whole(session, |second| {
            second
                .reported
                .speed_mm_s
                .map(|speed| f64::from(speed) / 1_000.0)
        }),
        equation_holds_percent: equation_holds(session),
        ..energy
    }
}

/// What METs make of the load.
fn energy(session: &SessionRecord) -> DoseFigures {
    let masses = || {
        session
            .bouts
            .iter()
            .filter_map(|bout| bout.setup.as_ref())
            .map(|setup| setup.patient.mass.get())
    };
    let mets: Vec<Lane> = session
        .bouts
        .iter()
        .map(|bout| {
            let mass = bout.setup.as_ref().map(|setup| setup.patient.mass);
            let exercised = bout.seconds.iter().filter(|second| second.is_exercise());
            Lane::of(exercised, |second| met(bout.machine, second, mass))
        })
        .collect();
    let met_minutes = mets
        .iter()
        .filter_map(Lane::sum)
        .reduce(|sum, next| sum + next)
        .map(|sum| sum / 60.0);
    let counted = number(mets.iter().map(Lane::count).sum());
    let mass_kg = mean(masses());
    DoseFigures {
        met_mean: met_minutes
            .filter(|_| counted > 0.0)
            .map(|minutes| minutes * 60.0 / counted),
        met_peak: mets
            .iter()
            .filter_map(|lane| lane.highest(PEAK_S))
            .reduce(f64::max),
        met_minutes,
        energy_kcal: met_minutes
            .zip(mass_kg)
            .map(|(minutes, mass)| minutes * equations::ONE_MET * mass / 200.0),
        mass_kg,
        ..DoseFigures::default()
    }
}

/// The sum over every second of the session, a second each; `None` where nothing reported it.
fn whole(session: &SessionRecord, value: impl Fn(&Second) -> Option<f64>) -> Option<f64> {
    session
        .seconds()
        .filter_map(|(_, second)| value(second))
        .reduce(|sum, next| sum + next)
}

fn equation_holds(session: &SessionRecord) -> Option<f64> {
    let told: Vec<bool> = session
        .seconds()
        .filter(|(_, second)| second.is_exercise())
        .filter_map(|(bout, second)| holds(bout.machine, second))
        .collect();
    let held = told.iter().filter(|holds| **holds).count();
    (!told.is_empty()).then(|| 100.0 * number(held) / number(told.len()))
}
