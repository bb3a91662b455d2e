//! A pane: lines over time on one scale, levels that they are held against, and the zone.

use control::view::Trust;
use maud::{Markup, html};
use protocols::vocabulary::MachineKind;

use super::super::svg::{Piece, Scale, area, line, path, px, rule, steps, trace, words};
use super::super::visit::Visit;
use super::super::words::decimal;
use super::Plot;
use crate::records::figures;
use crate::records::session::{BoutRecord, Second};
use crate::review::export::span::{SECOND_US, has_oximeter, pieces};

/// A value of a second.
type Value = fn(&BoutRecord, &Second) -> Option<f64>;

/// A limit or a floor: its name, and what it is in a bout.
type Level = (&'static str, fn(&BoutRecord) -> Option<f64>);

/// One pane of the chart.
pub(super) struct Pane {
    name: &'static str,
    height: f64,
    /// The scale is never narrower.
    at_least: f64,
    lines: Vec<Line>,
    /// Limits and floors: label, value of a bout.
    level: Option<Level>,
    zone: bool,
}

struct Line {
    class: &'static str,
    as_steps: bool,
    value: Value,
}

impl Line {
    const fn measured(class: &'static str, value: Value) -> Self {
        Self {
            class,
            as_steps: false,
            value,
        }
    }

    const fn asked(value: Value) -> Self {
        Self {
            class: "line asked",
            as_steps: true,
            value,
        }
    }
}

impl Pane {
    /// The panes of a session, from above.
    pub(super) fn of(visit: &Visit) -> Vec<Self> {
        let bouts = &visit.record.bouts;
        let on = |kind| bouts.iter().any(|bout| bout.machine == kind);
        let (cycle, belt) = (on(MachineKind::Cycle), on(MachineKind::Treadmill));
        let mut panes = vec![heart_rate()];
        panes.push(match (cycle, belt) {
            (true, false) => power(),
            (false, true) => speed(),
            _ => mets(),
        });
        if bouts.iter().any(has_oximeter) {
            panes.push(saturation());
        }
        if belt {
            panes.push(grade());
        }
        if cycle {
            panes.push(cadence());
        }
        panes
    }

    /// Everything that has to have room on the scale.
    fn values(&self, visit: &Visit) -> Vec<f64> {
        let mut values: Vec<f64> = Vec::new();
        for bout in &visit.record.bouts {
            for second in &bout.seconds {
                values.extend(
                    self.lines
                        .iter()
                        .filter_map(|line| (line.value)(bout, second)),
                );
                if self.zone && second.is_conditioning() {
                    let zone = second.zone_bpm;
                    values.extend(
                        zone.into_iter()
                            .flat_map(|(low, high)| [f64::from(low), f64::from(high)]),
                    );
                }
            }
            values.extend(self.level.and_then(|(_, level)| level(bout)));
        }
        values
    }
}

fn plain(name: &'static str, height: f64, at_least: f64, lines: Vec<Line>) -> Pane {
    Pane {
        name,
        height,
        at_least,
        lines,
        level: None,
        zone: false,
    }
}

fn doubted(second: &Second) -> Option<f64> {
    second
        .heart_rate_bpm
        .filter(|_| second.heart_rate_trust == Trust::Doubted)
        .map(f64::from)
}

fn heart_rate() -> Pane {
    let lines = vec![
        Line::measured("line doubted", |_, second| doubted(second)),
        Line::asked(|_, second| {
            second
                .target_heart_rate_bpm
                .filter(|_| second.is_conditioning())
                .map(f64::from)
        }),
        Line::measured("line heart", |_, second| second.trusted_heart_rate()),
    ];
    Pane {
        level: Some(("limit", |bout| {
            let limits = bout.setup.as_ref()?.prescription.heart_rate?;
            Some(limits.upper)
        })),
        zone: true,
        ..plain("Heart rate, /min", 170.0, 50.0, lines)
    }
}

fn power() -> Pane {
    let lines = vec![
        Line::measured("line load", |_, second| second.power_w()),
        Line::asked(|_, second| second.told.power_w.map(f64::from)),
    ];
    plain("Load, W", 110.0, 40.0, lines)
}

fn speed() -> Pane {
    let lines = vec![
        Line::measured("line load", |_, second| second.speed_kmh()),
        Line::asked(|_, second| Some(f64::from(second.told.speed_mm_s?) * 3.6 / 1_000.0)),
    ];
    plain("Speed, km/h", 110.0, 2.0, lines)
}

fn mets() -> Pane {
    let lines = vec![
        Line::measured("line load", |bout, second| {
            let mass = bout.setup.as_ref().map(|setup| setup.patient.mass);
            figures::met(bout.machine, second, mass)
        }),
        Line::asked(|_, second| Some(f64::from(second.granted_met_milli) / 1_000.0 + 1.0)),
    ];
    plain("Load, MET with rest", 110.0, 3.0, lines)
}

fn saturation() -> Pane {
    let lines = vec![
        Line::measured("line doubted", |_, second| {
            second
                .spo2_percent
                .filter(|_| second.spo2_trust == Trust::Doubted)
                .map(f64::from)
        }),
        Line::measured("line saturation", |_, second| second.trusted_spo2()),
    ];
    Pane {
        level: Some(("floor", |bout| {
            let setup = bout.setup.as_ref()?;
            has_oximeter(bout).then_some(setup.prescription.saturation_floor)
        })),
        ..plain("SpO2, %", 80.0, 10.0, lines)
    }
}

fn cadence() -> Pane {
    let lines = vec![Line::measured("line other", |_, second| {
        second.cadence_rpm.map(f64::from)
    })];
    plain("Cadence, /min", 60.0, 30.0, lines)
}

fn grade() -> Pane {
    let lines = vec![
        Line::measured("line other", |_, second| second.grade_percent()),
        Line::asked(|_, second| Some(f64::from(second.told.grade_permille?) / 10.0)),
    ];
    plain("Grade, %", 60.0, 4.0, lines)
}

impl Plot<'_> {
    /// Draws a pane under what is there.
    pub(super) fn pane(&mut self, pane: &Pane) {
        let height = pane.height * self.form.tall;
        let top = self.y + 18.0;
        let places = (top, top + height);
        let scale = Scale::around(pane.values(self.visit).into_iter(), pane.at_least, places);
        let drawn = html! {
            (self.frame(pane.name, top, height))
            @if let Some(scale) = scale {
                (self.scale(&scale))
                @if pane.zone { (self.zone(&scale)) }
                @for line in &pane.lines { (path(line.class, &self.data(line, &scale))) }
                (self.levels(pane, &scale))
            } @else {
                (words(f64::midpoint(self.axis.left, self.axis.right), top + height / 2.0 + 4.0, "label", "middle", "nothing was recorded"))
            }
        };
        self.body.push(drawn);
        self.y = top + height + 6.0;
    }

    fn data(&self, line_of: &Line, scale: &Scale) -> String {
        let every = if line_of.as_steps { 1 } else { self.every };
        let found: Vec<Piece> = self
            .visit
            .record
            .bouts
            .iter()
            .flat_map(|bout| trace(&bout.seconds, every, |second| (line_of.value)(bout, second)))
            .collect();
        if line_of.as_steps {
            steps(&found, &self.axis, scale)
        } else {
            line(&found, &self.axis, scale)
        }
    }

    fn scale(&self, scale: &Scale) -> Markup {
        let most = (scale.bottom - scale.top) / 18.0;
        html! {
            @for value in scale.ticks(most) {
                @let y = scale.y(value);
                @let digits = usize::from(value.fract().abs() > 0.01);
                (rule("grid", (self.axis.left, y), (self.axis.right, y)))
                (words(self.axis.left - 4.0, y + 4.0, "tick", "end", &decimal(value, digits)))
            }
        }
    }

    /// A line over each bout, with its value.
    fn levels(&self, pane: &Pane, scale: &Scale) -> Markup {
        let Some((name, level)) = pane.level else {
            return html! {};
        };
        html! {
            @for bout in &self.visit.record.bouts {
                @if let Some(value) = level(bout) {
                    @let y = scale.y(value);
                    @let to_us = bout.to_us.unwrap_or(self.axis.to_us);
                    (rule("level", (self.axis.x(bout.from_us), y), (self.axis.x(to_us), y)))
                    (words(self.axis.x(bout.from_us) + 4.0, if y - 14.0 < scale.top { y + 11.0 } else { y - 3.0 }, "label", "start", &format!("{name} {}", decimal(value, 0))))
                }
            }
        }
    }

    /// The zone of conditioning, each stretch with the ends that it had then.
    fn zone(&self, scale: &Scale) -> Markup {
        let mut told = None;
        let mut parts = Vec::new();
        let all = self
            .visit
            .record
            .bouts
            .iter()
            .map(|bout| bout.seconds.as_slice());
        for piece in all.flat_map(pieces) {
            for run in piece.chunk_by(|one, next| {
                one.zone_bpm == next.zone_bpm && one.is_conditioning() == next.is_conditioning()
            }) {
                let (Some(first), Some(last)) = (run.first(), run.last()) else {
                    continue;
                };
                let Some((low, high)) = first.zone_bpm.filter(|_| first.is_conditioning()) else {
                    continue;
                };
                let x = self.axis.x(first.t_us);
                let width = self
                    .axis
                    .width(first.t_us, last.t_us.saturating_add(SECOND_US));
                let (top, bottom) = (scale.y(high.into()), scale.y(low.into()));
                parts.push(html! {
                    (area("zone", (x, top), (width, bottom - top)))
                    path class="zone-edge" d={ "M" (px(x)) " " (px(top)) "h" (px(width)) "M" (px(x)) " " (px(bottom)) "h" (px(width)) } {}
                    @if told != Some((low, high)) {
                        (words(x + 4.0, top + 12.0, "label", "start", &format!("zone {low} to {high}")))
                    }
                });
                told = Some((low, high));
            }
        }
        html! { @for part in parts { (part) } }
    }
}
