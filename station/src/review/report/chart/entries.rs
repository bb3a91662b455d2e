//! What people measured and asked, at its time: blood pressures as bars, everything else as flags.

use crate::records::MeasurementKind;
use maud::{Markup, html};

use super::super::svg::{Scale, px, rule, words};
use super::Plot;
use crate::records::session::MeasurementRecord;

const HEIGHT: f64 = 84.0;
/// Flags stand in so many rows over the bars.
const ROWS: usize = 3;
/// The height of a row of flags.
const ROW: f64 = 15.0;

impl Plot<'_> {
    /// The pane of entries; nothing where nobody entered one.
    pub(super) fn entries(&mut self) {
        let record = &self.visit.record;
        let all: Vec<&MeasurementRecord> = record.measurements_in_force().collect();
        if all.is_empty() {
            return;
        }
        let (pressures, said): (Vec<_>, Vec<_>) = all
            .into_iter()
            .partition(|taken| taken.kind == "blood-pressure" && taken.second_value.is_some());
        if !said.is_empty() {
            self.flags(&said);
        }
        if !pressures.is_empty() {
            self.bars(&pressures);
        }
    }

    /// A pole with its words beside it; the next one stands in another row where there is no room.
    fn flags(&mut self, said: &[&MeasurementRecord]) {
        let top = self.y + 18.0;
        let mut ends = [f64::NEG_INFINITY; ROWS];
        let mut used = 0_u16;
        let mut flags = Vec::new();
        for taken in said {
            let text = short(taken);
            let width =
                self.form.letter * f64::from(u16::try_from(text.len()).unwrap_or(u16::MAX)) + 6.0;
            let x = self.axis.x(taken.t_us);
            // Near the right edge the flag flies to the left.
            let from = if x + width > self.axis.right {
                x - width
            } else {
                x
            };
            let row = ends.iter().position(|end| *end <= from).unwrap_or(ROWS - 1);
            if let Some(end) = ends.get_mut(row) {
                *end = from + width;
            }
            let row = u16::try_from(row).unwrap_or_default();
            used = used.max(row);
            flags.push((x, from, width, top + ROW * f64::from(row), text));
        }
        let height = ROW * (f64::from(used) + 1.0) + 3.0;
        let drawn = html! {
            (self.frame("What the patient said", top, height))
            @for (x, from, width, y, text) in &flags {
                (rule("pole", (*x, *y + 1.0), (*x, top + height)))
                rect class="flag" x=(px(*from)) y=(px(*y + 1.0)) width=(px(*width)) height=(px(ROW - 2.0)) {}
                (words(from + 3.0, y + 11.0, "flag-words", "start", text))
            }
        };
        self.body.push(drawn);
        self.y = top + height + 6.0;
    }

    fn bars(&mut self, pressures: &[&MeasurementRecord]) {
        let top = self.y + 18.0;
        let both = |taken: &&MeasurementRecord| {
            let one = |value: i64| i32::try_from(value).ok().map(f64::from);
            Some((one(taken.second_value?)?, one(taken.value)?))
        };
        let ends: Vec<(i64, (f64, f64))> = pressures
            .iter()
            .filter_map(|taken| Some((taken.t_us, both(taken)?)))
            .collect();
        let values = ends.iter().flat_map(|(_, (low, high))| [*low, *high]);
        let Some(scale) = Scale::around(values, 100.0, (top, top + HEIGHT)) else {
            return;
        };
        let drawn = html! {
            (self.frame("Blood pressure, mmHg", top, HEIGHT))
            @for value in scale.ticks(5.0) {
                (rule("grid", (self.axis.left, scale.y(value)), (self.axis.right, scale.y(value))))
                (words(self.axis.left - 4.0, scale.y(value) + 4.0, "tick", "end", &format!("{value:.0}")))
            }
            @for (t_us, ends, side) in self.sides(&ends) { (self.bar(t_us, ends, side, &scale)) }
        };
        self.body.push(drawn);
        self.y = top + HEIGHT + 6.0;
    }

    /// On which side of each bar its words have room.
    fn sides(&self, bars: &[(i64, (f64, f64))]) -> Vec<(i64, (f64, f64), Side)> {
        let room = 8.0 * self.form.letter;
        let mut taken = f64::NEG_INFINITY;
        let mut placed: Vec<(i64, (f64, f64), Side)> = Vec::new();
        for (place, (t_us, ends)) in bars.iter().enumerate() {
            let x = self.axis.x(*t_us);
            let next = bars
                .get(place + 1)
                .map_or(self.axis.right, |(t_us, _)| self.axis.x(*t_us));
            let side = if x + room <= next {
                Side::Right
            } else if x - room >= taken {
                Side::Left
            } else if placed
                .last()
                .is_some_and(|(_, _, side)| *side == Side::Over)
            {
                Side::Under
            } else {
                Side::Over
            };
            taken = match side {
                Side::Right => x + room,
                Side::Left | Side::Over | Side::Under => x + 4.0,
            };
            placed.push((*t_us, *ends, side));
        }
        placed
    }

    fn bar(&self, t_us: i64, (low, high): (f64, f64), side: Side, scale: &Scale) -> Markup {
        let x = self.axis.x(t_us);
        let (top, bottom) = (scale.y(high), scale.y(low));
        let middle = f64::midpoint(top, bottom) + 4.0;
        let (x_words, y_words, anchor) = match side {
            Side::Right => (x + 6.0, middle, "start"),
            Side::Left => (x - 6.0, middle, "end"),
            Side::Over => (x + 3.0, top - 3.0, "end"),
            Side::Under => (x + 3.0, bottom + 10.0, "end"),
        };
        html! {
            rect class="pressure" x=(px(x - 2.5)) y=(px(top)) width="5" height=(px(bottom - top)) {}
            (words(x_words, y_words, "label", anchor, &format!("{high:.0}/{low:.0}")))
        }
    }
}

/// Where the words of a bar stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Right,
    Left,
    Over,
    Under,
}

/// A score as short as it goes.
fn short(taken: &MeasurementRecord) -> String {
    let name = match taken.kind.as_str() {
        "perceived-exertion" => "RPE",
        "dyspnoea" => "dyspnoea",
        "angina" => "angina",
        "claudication" => "claud.",
        "breathing" => "breathing",
        "oxygen-flow" => "O2",
        other => other,
    };
    format!(
        "{name} {}",
        MeasurementKind::written(&taken.unit, taken.value).0
    )
}
