//! The strips above the panes: phases, and marks with numbers.

use maud::{Markup, html};

use control::view::PhaseKind;

use super::super::happened::{Mark, What};
use super::super::svg::{px, words};
use super::super::words::machine;
use super::Plot;
use crate::dashboard::words as codes;
use crate::records::session::Span;

const PHASES: f64 = 18.0;
/// A mark takes so much room.
const MARK: f64 = 17.0;
/// Marks stand in so many rows at most; where more are needed they overlap.
const ROWS: usize = 4;

impl Plot<'_> {
    /// Which phase when, and which machine where there are several bouts.
    pub(super) fn phases(&mut self) {
        let record = &self.visit.record;
        if record.bouts.len() > 1 {
            let y = self.y + 11.0;
            let names = html! {
                @for bout in &record.bouts {
                    (words(self.axis.x(bout.from_us) + 2.0, y, "name", "start", &format!("Bout {}: {}", bout.number, machine(bout))))
                }
            };
            self.body.push(names);
            self.y += 16.0;
        }
        let strip = html! { @for span in record.phases() { (self.phase(&span)) } };
        self.body.push(strip);
        self.y += PHASES + 4.0;
    }

    fn phase(&self, span: &Span) -> Markup {
        let (x, width) = (
            self.axis.x(span.from_us),
            self.axis.width(span.from_us, span.to_us),
        );
        let class = match span.phase {
            PhaseKind::Conditioning => "phase conditioning",
            PhaseKind::Paused | PhaseKind::Stopped => "phase stands",
            PhaseKind::Idle
            | PhaseKind::Ready
            | PhaseKind::Starting
            | PhaseKind::WarmUp
            | PhaseKind::CoolDown
            | PhaseKind::Recovery
            | PhaseKind::Finished => "phase",
        };
        let name = codes::phase(span.phase);
        let letters = |name: &str| {
            self.form.letter * f64::from(u16::try_from(name.len()).unwrap_or(u16::MAX))
        };
        let short = match span.phase {
            PhaseKind::CoolDown => "cool",
            PhaseKind::WarmUp => "warm",
            PhaseKind::Conditioning => "condit.",
            PhaseKind::Recovery => "rec.",
            PhaseKind::Idle
            | PhaseKind::Ready
            | PhaseKind::Starting
            | PhaseKind::Finished
            | PhaseKind::Paused
            | PhaseKind::Stopped => "",
        };
        let shown = [name, short]
            .into_iter()
            .find(|name| letters(name) + 4.0 < width)
            .unwrap_or("");
        html! {
            rect class=(class) x=(px(x)) y=(px(self.y)) width=(px(width)) height=(px(PHASES)) { title { (name) } }
            (words(x + width / 2.0, self.y + 13.0, "phase-name", "middle", shown))
        }
    }

    /// Circles for alarms, squares for what people did, each with its number.
    pub(super) fn marks(&mut self, marks: &[Mark<'_>]) {
        if marks.is_empty() {
            return;
        }
        let mut taken = [f64::NEG_INFINITY; ROWS];
        let mut used = 0_u16;
        let mut placed = Vec::new();
        for mark in marks {
            let x = self.axis.x(mark.t_us);
            let free = taken.iter().position(|last| x - last >= MARK);
            let row = free.unwrap_or(ROWS - 1);
            if let Some(last) = taken.get_mut(row) {
                *last = x;
            }
            let row = u16::try_from(row).unwrap_or_default();
            used = used.max(row);
            placed.push((mark, x, self.y + MARK * (f64::from(row) + 0.5)));
        }
        let strip = html! {
            @for (mark, x, y) in &placed {
                @match mark.what {
                    What::Alarm(alarm) => {
                        circle class="mark alarm" cx=(px(*x)) cy=(px(*y)) r="7.5" { title { (alarm.rule) } }
                    },
                    What::Action(event) => {
                        rect class="mark action" x=(px(x - 7.0)) y=(px(y - 7.0)) width="14" height="14" { title { (event.text) } }
                    },
                }
                (words(*x, y + 3.5, "mark-number", "middle", &mark.number.to_string()))
            }
        };
        self.body.push(strip);
        self.y += MARK * (f64::from(used) + 1.0) + 2.0;
    }
}
