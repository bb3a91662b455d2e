//! Times, load and dose.

use control::view::PhaseKind;
use protocols::vocabulary::{Kilograms, MachineKind, MetresPerSecond, PercentGrade, Watts};

use super::super::archive::seconds;
use super::super::session::{BoutRecord, Second, SessionRecord, Span, is_exercise};
use super::means::{Lane, mean, number};
use super::{DoseFigures, SessionFigures, UnrecordedFigures};
use crate::clinic::equations;

/// A mean over this many seconds is a peak of load.
pub(in crate::records) const PEAK_S: usize = 60;

/// The figures with what phases and prescription say of time.
pub(super) fn times(session: &SessionRecord) -> SessionFigures {
    const RESTS: [PhaseKind; 2] = [PhaseKind::Paused, PhaseKind::Stopped];
    let spans = session.phases();
    let sum = |wanted: &[PhaseKind], of: &dyn Fn(&Span) -> i64| {
        let micros: i64 = spans
            .iter()
            .filter(|span| wanted.contains(&span.phase))
            .map(of)
            .sum();
        seconds(micros) / 60.0
    };
    let minutes = |wanted: &[PhaseKind]| sum(wanted, &Span::length_us);
    let unrecorded = |wanted: &[PhaseKind]| sum(wanted, &|span| session.unrecorded_of(span));
    let covered = |of: fn(&[Span], &BoutRecord) -> Option<Cover>| {
        percent(session.bouts.iter().filter_map(|bout| of(&spans, bout)))
    };
    SessionFigures {
        total_min: session.line.seconds / 60.0,
        warm_up_min: minutes(&[PhaseKind::WarmUp]),
        conditioning_min: minutes(&[PhaseKind::Conditioning]),
        cool_down_min: minutes(&[PhaseKind::CoolDown]),
        paused_min: minutes(&RESTS),
        unrecorded: UnrecordedFigures {
            warm_up_min: unrecorded(&[PhaseKind::WarmUp]),
            conditioning_min: unrecorded(&[PhaseKind::Conditioning]),
            cool_down_min: unrecorded(&[PhaseKind::CoolDown]),
            paused_min: unrecorded(&RESTS),
        },
        completed_percent: completed(session, Span::length_us),
        completed_recorded_percent: completed(session, |span| {
            span.length_us() - session.unrecorded_of(span)
        }),
        heart_rate_cover_percent: covered(heart_rate_cover),
        spo2_cover_percent: covered(spo2_cover),
        ..SessionFigures::default()
    }
}

/// Order by order, so that a long one does not make up for one that was cut short.
fn completed(session: &SessionRecord, length_us: impl Fn(&Span) -> i64) -> Option<f64> {
    let spans = session.phases();
    let (mut ordered, mut done) = (0.0, 0.0);
    for bouts in session.orders() {
        let prescription = &bouts.first()?.setup.as_ref()?.prescription;
        let is_of_it = |span: &Span| bouts.iter().any(|bout| bout.number == span.bout);
        for (phase, length) in [
            (PhaseKind::WarmUp, prescription.warm_up),
            (PhaseKind::Conditioning, prescription.conditioning),
            (PhaseKind::CoolDown, prescription.cool_down),
        ] {
            let exercised: i64 = spans
                .iter()
                .filter(|span| is_of_it(span) && span.phase == phase)
                .map(&length_us)
                .sum();
            ordered += length.as_secs_f64();
            done += seconds(exercised).min(length.as_secs_f64());
        }
    }
    (ordered > 0.0).then(|| 100.0 * done / ordered)
}

/// Seconds of conditioning with a trusted value, and all of its seconds: one that is missing is not covered.
struct Cover {
    covered: usize,
    asked: f64,
}

/// Share of a bout's conditioning with a trusted heart rate and with a trusted saturation, in per cent; `None` where nobody wore the sensor.
pub(in crate::records) fn covers(
    session: &SessionRecord,
    bout: &BoutRecord,
) -> (Option<f64>, Option<f64>) {
    let spans = session.phases();
    (
        percent(heart_rate_cover(&spans, bout).into_iter()),
        percent(spo2_cover(&spans, bout).into_iter()),
    )
}

fn heart_rate_cover(spans: &[Span], bout: &BoutRecord) -> Option<Cover> {
    let worn = bout
        .setup
        .as_ref()
        .is_none_or(|setup| setup.sensors.strap || setup.prescription.heart_rate_required);
    cover(spans, bout, worn, |second| {
        second.trusted_heart_rate().is_some()
    })
}

fn spo2_cover(spans: &[Span], bout: &BoutRecord) -> Option<Cover> {
    let worn = bout
        .setup
        .as_ref()
        .is_none_or(|setup| setup.sensors.oximeter || setup.prescription.saturation_required);
    cover(spans, bout, worn, |second| second.trusted_spo2().is_some())
}

fn cover(
    spans: &[Span],
    bout: &BoutRecord,
    worn: bool,
    is_covered: impl Fn(&Second) -> bool,
) -> Option<Cover> {
    let conditioning = |phase| phase == PhaseKind::Conditioning;
    cover_of(spans, bout, conditioning, is_covered).filter(|_| worn)
}

/// The same of some phases; `None` where nothing was recorded of them.
fn cover_of(
    spans: &[Span],
    bout: &BoutRecord,
    of: impl Fn(PhaseKind) -> bool,
    is_covered: impl Fn(&Second) -> bool,
) -> Option<Cover> {
    let there = || bout.seconds.iter().filter(|second| of(second.phase));
    let recorded = there().count();
    // Each phase by its whole seconds: a part of one has no row.
    let lasted: i64 = spans
        .iter()
        .filter(|span| span.bout == bout.number && of(span.phase))
        .map(|span| span.length_us() / 1_000_000)
        .sum();
    (recorded > 0).then(|| Cover {
        covered: there().filter(|second| is_covered(second)).count(),
        asked: number(usize::try_from(lasted).unwrap_or_default().max(recorded)),
    })
}

/// Share of exercise of which the machine reported its load, seconds that are missing counted; `None` where it reported nothing.
fn reported_percent(session: &SessionRecord) -> Option<f64> {
    let spans = session.phases();
    percent(
        session
            .bouts
            .iter()
            .filter_map(|bout| reported_cover(&spans, bout)),
    )
}

/// The same of one bout.
pub(in crate::records) fn reported_percent_of(
    session: &SessionRecord,
    bout: &BoutRecord,
) -> Option<f64> {
    percent(reported_cover(&session.phases(), bout).into_iter())
}

fn reported_cover(spans: &[Span], bout: &BoutRecord) -> Option<Cover> {
    cover_of(spans, bout, is_exercise, Second::reports).filter(|cover| cover.covered > 0)
}

/// The share of several bouts together; `None` of none.
fn percent(covers: impl Iterator<Item = Cover>) -> Option<f64> {
    let (covered, asked) = covers.fold((0, 0.0), |(covered, asked), cover| {
        (covered + cover.covered, asked + cover.asked)
    });
    (asked > 0.0).then(|| (100.0 * number(covered) / asked).min(100.0))
}

/// METs of a second, rest included, by what the machine reported; `None` where it reported nothing or no equation says it.
#[must_use]
pub fn met(kind: MachineKind, second: &Second, mass: Option<Kilograms>) -> Option<f64> {
    let reported = &second.reported;
    match kind {
        MachineKind::Cycle => {
            let power = Watts::new(reported.power_w?)?;
            // Without it the seconds of rest alone would have METs, and be taken for the session's.
            let mass = mass?;
            // Nobody pedals: rest, not pedalling without load.
            if power.get() == 0 && second.cadence_rpm.unwrap_or(0) == 0 {
                return Some(1.0);
            }
            equations::cycling(power, mass).map(equations::gross)
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
    let all = || session.seconds().map(|(_, second)| second);
    let exercised = || all().filter(|second| second.is_exercise());
    let power = Lane::of(exercised(), Second::power_w);
    let kmh = Lane::of(exercised(), Second::speed_kmh);
    let slope = Lane::of(exercised(), Second::grade_percent);
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
        work_kj: work_kj(all()),
        distance_m: distance_m(all()),
        reported_percent: reported_percent(session),
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

/// Work at the crank, in kilojoules: what was reported stands for a second each; `None` where nothing reported it.
pub(in crate::records) fn work_kj<'a>(seconds: impl Iterator<Item = &'a Second>) -> Option<f64> {
    Lane::of(seconds, Second::power_w)
        .sum()
        .map(|joules| joules / 1_000.0)
}

/// Way of the belt, in metres, likewise.
pub(in crate::records) fn distance_m<'a>(seconds: impl Iterator<Item = &'a Second>) -> Option<f64> {
    let metres = |second: &Second| Some(f64::from(second.reported.speed_mm_s?) / 1_000.0);
    Lane::of(seconds, metres).sum()
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
