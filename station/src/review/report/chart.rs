//! The chart of a session: phases, numbered marks, heart rate, load, saturation, cadence or grade, entries, and what held the load back, over one
//! axis of time. Drawn twice: wide for screens and paper, narrow for phones, from the same values.
//!
//! Where there are no seconds it is hatched and named, and has no line. Lines differ by dashes and labels, not by colour alone.

mod band;
mod entries;
mod pane;
mod strip;

use maud::{Markup, html};

use self::pane::Pane;
use super::happened::Mark;
use super::svg::{Axis, area, px, rule, words};
use super::visit::Visit;
use crate::records::archive::seconds;
use crate::review::export::span::SECOND_US;

pub(super) use self::band::{Holder, holders, legend};

/// How a chart is drawn for a width of the page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form {
    /// Its class, and the beginning of its ids.
    key: &'static str,
    width: f64,
    left: f64,
    right: f64,
    /// The height of panes, as a share of the wide ones'.
    tall: f64,
    /// So many labels of time at most.
    labels: f64,
    /// How wide a letter is, about.
    letter: f64,
}

/// For screens and paper.
const WIDE: Form = Form {
    key: "wide",
    width: 900.0,
    left: 40.0,
    right: 14.0,
    tall: 1.0,
    labels: 16.0,
    letter: 6.4,
};

/// For phones.
const NARROW: Form = Form {
    key: "narrow",
    width: 360.0,
    left: 32.0,
    right: 10.0,
    tall: 0.9,
    labels: 6.0,
    letter: 6.0,
};

/// A plot in the making: what is drawn so far, and how far down it reaches.
struct Plot<'a> {
    visit: &'a Visit,
    form: &'a Form,
    axis: Axis,
    /// Seconds that one point stands for.
    every: usize,
    /// Where the next part begins.
    y: f64,
    body: Vec<Markup>,
}

/// The chart in both forms, with what its lines mean.
pub(super) fn chart(visit: &Visit, marks: &[Mark<'_>], holders: &[Holder]) -> Markup {
    if visit.record.seconds().next().is_none() {
        return html! { p.nothing { "No second of this session was recorded: there is nothing to draw." } };
    }
    html! {
        figure.chart {
            @for form in [&WIDE, &NARROW] { (drawn(visit, form, marks, holders)) }
            figcaption {
                "Solid: measured and trusted. Dotted: measured, but doubted. Dashed: asked for. Dash and dot: limit or floor. Grey area: the zone of "
                "conditioning. Hatched: no seconds, as they were not recorded, or between bouts, or while the gym was lost. Circles: alarms, squares: what staff did; the numbers are those of the table below. Time is "
                "minutes since the session began."
            }
        }
    }
}

fn drawn(visit: &Visit, form: &Form, marks: &[Mark<'_>], holders: &[Holder]) -> Markup {
    let mut plot = Plot::of(visit, form);
    plot.phases();
    plot.marks(marks);
    let top = plot.y;
    for pane in Pane::of(visit) {
        plot.pane(&pane);
    }
    plot.entries();
    plot.band(holders);
    let bottom = plot.y;
    plot.time();
    let label = format!(
        "Chart of session {}: heart rate, load and what happened over time",
        visit.record.line.id
    );
    html! {
        svg class=(form.key) viewBox={ "0 0 " (px(form.width)) " " (px(plot.y)) } role="img" aria-label=(label) xmlns="http://www.w3.org/2000/svg" {
            (band::patterns(form))
            (plot.gaps(top, bottom))
            (plot.lines_of(marks, top, bottom))
            @for part in &plot.body { (part) }
        }
    }
}

impl<'a> Plot<'a> {
    fn of(visit: &'a Visit, form: &'a Form) -> Self {
        let record = &visit.record;
        let from_us = record
            .bouts
            .iter()
            .map(|bout| bout.from_us)
            .min()
            .unwrap_or_default();
        let axis = Axis {
            from_us,
            to_us: record
                .length_us()
                .max(from_us.saturating_add(60 * SECOND_US)),
            left: form.left,
            right: form.width - form.right,
        };
        // Two points a unit of width: more cannot be seen.
        let a_unit = seconds(axis.to_us - axis.from_us) / (2.0 * (axis.right - axis.left));
        let every = protocols::vocabulary::number::floor_to_u16(a_unit).unwrap_or(1);
        Self {
            visit,
            form,
            axis,
            every: usize::from(every.max(1)),
            y: 2.0,
            body: Vec::new(),
        }
    }

    /// Labels of time.
    fn time(&mut self) {
        let y = self.y;
        let ticks = self.axis.ticks(self.form.labels);
        let labels = html! {
            (rule("axis", (self.axis.left, y), (self.axis.right, y)))
            @for t_us in &ticks {
                @let x = self.axis.x(*t_us);
                (rule("axis", (x, y), (x, y + 4.0)))
                (words(x, y + 16.0, "tick", "middle", &(t_us / (60 * SECOND_US)).to_string()))
            }
            (words(self.form.left - 6.0, y + 16.0, "tick", "end", "min"))
        };
        self.body.push(labels);
        self.y = y + 22.0;
    }

    /// Where there are no seconds, over the height of all panes.
    fn gaps(&self, top: f64, bottom: f64) -> Markup {
        let fill = format!("url(#{}-gap)", self.form.key);
        html! {
            @for hole in self.visit.record.holes() {
                @let x = self.axis.x(hole.from_us);
                @let width = self.axis.width(hole.from_us, hole.to_us).max(1.5);
                @let name = hole.kind.words();
                g class="gap" {
                    rect x=(px(x)) y=(px(top)) width=(px(width)) height=(px(bottom - top)) fill=(fill) { title { (name) } }
                    @if width > self.form.letter * f64::from(u16::try_from(name.len()).unwrap_or(u16::MAX)) {
                        (words(x + width / 2.0, top + 14.0, "label", "middle", name))
                    }
                }
            }
        }
    }

    /// From each mark down through the panes.
    fn lines_of(&self, marks: &[Mark<'_>], top: f64, bottom: f64) -> Markup {
        html! {
            @for mark in marks {
                @let x = self.axis.x(mark.t_us);
                (rule("of-mark", (x, top), (x, bottom)))
            }
        }
    }

    /// A box for a pane: its frame, its name, and its round values.
    fn frame(&self, name: &str, top: f64, height: f64) -> Markup {
        html! {
            (words(self.form.left, top - 4.0, "name", "start", name))
            (area("frame", (self.form.left, top), (self.axis.right - self.axis.left, height)))
        }
    }
}
