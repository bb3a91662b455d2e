//! The expected session in a terminal: what a physiologist looks at before the patient sits down.

use std::fmt::Write as _;

use control::prescription::{HeartRateLimits, Mode};
use control::view::PhaseKind;
use protocols::vocabulary::MachineKind;

use crate::dashboard::words;
use crate::simulation::curves::{Band, Course, band};
use crate::simulation::session::Plan;

/// Characters before the drawing: the scale.
const SCALE: usize = 6;
/// Rows of the heart rate, and of the load.
const RATE_ROWS: usize = 12;
const LOAD_ROWS: usize = 6;
/// The narrowest drawing that still tells something.
const NARROWEST: usize = 40;

/// What is drawn with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pen {
    /// Characters in a line.
    pub(super) width: usize,
    /// ASCII alone.
    pub(super) ascii: bool,
}

impl Pen {
    const fn middle(self) -> char {
        if self.ascii { '*' } else { '█' }
    }

    const fn inside(self) -> char {
        if self.ascii { ':' } else { '░' }
    }

    const fn line(self) -> char {
        if self.ascii { '-' } else { '─' }
    }
}

/// The session that is to be expected, drawn of `courses`, all run by `plan` but for the patient.
pub(super) fn draw(plan: &Plan, courses: &[Course], pen: Pen) -> String {
    let columns = pen.width.saturating_sub(SCALE).max(NARROWEST);
    let length = courses
        .iter()
        .map(|course| course.heart_rate.len())
        .max()
        .unwrap_or(0);
    let per_column = length.div_ceil(columns).max(1);
    let spans = || (0..columns).map(|column| (column * per_column, (column + 1) * per_column));
    let rates: Vec<Option<Band>> = spans()
        .map(|(from, to)| band(courses, from, to, |course| &course.heart_rate))
        .collect();
    let loads: Vec<Option<Band>> = spans()
        .map(|(from, to)| band(courses, from, to, |course| &course.load))
        .collect();
    let mut text = String::from("Heart rate, beats a minute");
    if courses.len() > 1 {
        let _ = write!(
            text,
            " (middle and band of eight in ten of {} virtual patients)",
            courses.len()
        );
    }
    let limits = plan.setup.prescription.heart_rate;
    panel(
        &mut text,
        &rates,
        &marks(plan.target(), limits),
        RATE_ROWS,
        pen,
    );
    text.push_str("\nLoad, net METs");
    let ceiling = [(plan.setup.prescription.ceiling.get(), "most")];
    panel(&mut text, &loads, &ceiling, LOAD_ROWS, pen);
    let _ = write!(text, "\n{}", times(courses, per_column, columns));
    let _ = write!(text, "\n{}", in_words(plan, courses));
    text
}

/// The lines across the picture.
fn marks(target: Option<f64>, limits: Option<HeartRateLimits>) -> Vec<(f64, &'static str)> {
    let mut marks = Vec::new();
    if let Some(limits) = limits {
        marks.push((limits.upper, "limit"));
        if let Some((lower, upper)) = limits.zone {
            marks.push((upper, "zone"));
            marks.push((lower, "zone"));
        }
    }
    if let Some(target) = target {
        marks.push((target, "target"));
    }
    marks
}

fn panel(text: &mut String, bands: &[Option<Band>], marks: &[(f64, &str)], rows: usize, pen: Pen) {
    let drawn = || bands.iter().flatten();
    let low = drawn()
        .map(|band| band.low)
        .chain(marks.iter().map(|mark| mark.0))
        .fold(f64::INFINITY, f64::min);
    let high = drawn()
        .map(|band| band.high)
        .chain(marks.iter().map(|mark| mark.0))
        .fold(f64::NEG_INFINITY, f64::max);
    let count = u32::try_from(rows).map_or(1.0, f64::from);
    let step = ((high - low) / (count - 1.0)).max(f64::MIN_POSITIVE);
    for row in (0..rows).rev() {
        let middle_of_row = low + step * u32::try_from(row).map_or(0.0, f64::from);
        let (bottom, top) = (middle_of_row - 0.5 * step, middle_of_row + 0.5 * step);
        let inside = |value: f64| bottom <= value && value < top;
        let mark = marks.iter().find(|mark| inside(mark.0));
        let label = mark.map_or(middle_of_row, |mark| mark.0);
        let digits = usize::from(high < 20.0);
        let _ = write!(text, "\n{label:>5.digits$} ");
        let mut line: Vec<char> = bands
            .iter()
            .map(|band| match band {
                Some(band) if inside(band.middle) => pen.middle(),
                Some(band) if band.low < top && band.high >= bottom => pen.inside(),
                Some(_) | None if mark.is_some() => pen.line(),
                Some(_) | None => ' ',
            })
            .collect();
        if let Some((_, name)) = mark {
            name_line(&mut line, name);
        }
        text.extend(line);
        text.truncate(text.trim_end().len());
    }
}

/// Writes what a line across means at its end, where nothing is drawn over it.
fn name_line(line: &mut [char], name: &str) {
    let at = line.len().saturating_sub(name.chars().count());
    let Some(end) = line.get_mut(at..) else {
        return;
    };
    for (place, letter) in end.iter_mut().zip(name.chars()) {
        *place = letter;
    }
}

/// Minutes under the drawing, and where the phases of the first course begin.
fn times(courses: &[Course], per_column: usize, columns: usize) -> String {
    let mut line = vec![' '; columns];
    let mut free_from = 0;
    for minute in (0..).step_by(5).take(1_000) {
        let column = minute * 60 / per_column;
        let label = format!("{minute}");
        if column >= free_from && column + label.len() <= columns {
            for (place, letter) in line.iter_mut().skip(column).zip(label.chars()) {
                *place = letter;
            }
            free_from = column + label.len() + 2;
        }
    }
    let minutes: String = line.into_iter().collect();
    let mut phases = vec![' '; columns];
    let mut before = None;
    let mut free_from = 0;
    for (second, phase) in courses
        .first()
        .map(|course| course.phase.as_slice())
        .unwrap_or_default()
        .iter()
        .enumerate()
    {
        if before.replace(*phase) == Some(*phase) {
            continue;
        }
        let column = (second / per_column).max(free_from);
        let name = words::phase(*phase);
        if column + name.chars().count() > columns {
            // A name that is cut would be read as another.
            break;
        }
        for (place, letter) in phases.iter_mut().skip(column).zip(name.chars()) {
            *place = letter;
        }
        free_from = column + name.chars().count() + 1;
    }
    let phases: String = phases.into_iter().collect();
    format!("  min {}\n      {}", minutes.trim_end(), phases.trim_end())
}

/// What the picture says, in figures.
fn in_words(plan: &Plan, courses: &[Course]) -> String {
    let conditioning = |course: &Course| -> Option<(usize, usize)> {
        let from = course
            .phase
            .iter()
            .position(|phase| *phase == PhaseKind::Conditioning)?;
        let to = course
            .phase
            .iter()
            .rposition(|phase| *phase == PhaseKind::Conditioning)?;
        Some((from, to + 1))
    };
    let Some((from, to)) = courses.first().and_then(conditioning) else {
        return "Conditioning is not reached.".to_owned();
    };
    let last_third = to - (to - from) / 3;
    let mut text = String::from("In the last third of conditioning: ");
    if let Some(rate) = band(courses, last_third, to, |course| &course.heart_rate) {
        let _ = write!(
            text,
            "heart rate {:.0} ({:.0} to {:.0})/min",
            rate.middle, rate.low, rate.high
        );
        if let Some(target) = plan.target() {
            let _ = write!(text, " for a target of {}", words::figure(target));
        }
    }
    if let Some(saturation) = band(courses, last_third, to, |course| &course.saturation) {
        let _ = write!(
            text,
            ", saturation {:.0} ({:.0} to {:.0}) % for a floor of {}",
            saturation.middle,
            saturation.low,
            saturation.high,
            words::figure(plan.setup.prescription.saturation_floor)
        );
    }
    if let Some(load) = band(courses, last_third, to, |course| &course.load) {
        let _ = write!(
            text,
            ",\n  load {:.1} ({:.1} to {:.1}) net METs{}.",
            load.middle,
            load.low,
            load.high,
            machine(plan, courses, last_third, to)
        );
    }
    if let Mode::Interval { .. } = plan.setup.prescription.mode {
        text.push_str(" Work and recovery are drawn as one mean where a column holds both.");
    }
    text
}

/// The load in the machine's own unit.
fn machine(plan: &Plan, courses: &[Course], from: usize, to: usize) -> String {
    let mean = |of: fn(&(f64, f64, f64)) -> f64| {
        let values = courses
            .iter()
            .filter_map(|course| course.machine.get(from..to.min(course.machine.len())))
            .flatten()
            .map(of);
        crate::simulation::measures::mean(values).unwrap_or(0.0)
    };
    match plan.machine.kind {
        MachineKind::Cycle => format!(", {:.0} W in the mean", mean(|load| load.0)),
        MachineKind::Treadmill => format!(
            ", {:.1} km/h at {:.1} % in the mean",
            3.6 * mean(|load| load.1),
            mean(|load| load.2)
        ),
    }
}
