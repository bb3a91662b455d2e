//! What is foretold for 60 s ahead, in lines.

use ratatui::text::Line;

use super::text::span;
use crate::dashboard::ahead::{self, Foretold};
use crate::dashboard::view::View;
use crate::dashboard::words;
use crate::gym::snapshot::StationSnapshot;

/// Both signs: in a line where no limit is reached, unless their numbers stand elsewhere; else in one each, a number with the limit that
/// it may reach.
pub(super) fn lines(
    view: &View<'_>,
    station: &StationSnapshot,
    (width, always): (u16, bool),
) -> Vec<Line<'static>> {
    let dot = view.theme.glyphs.dot;
    let known = known(view, station);
    let quiet = |text| Line::from(span(text, view.theme.quiet()));
    let numbers: Vec<String> = known.iter().map(|sign| number(view, sign)).collect();
    if known.iter().all(|sign| sign.reaches.is_none()) {
        if !always || known.is_empty() {
            return Vec::new();
        }
        let apart = format!("in 60 s {}", numbers.join(dot));
        let close = format!("in 60 s {}", numbers.join(" "));
        return vec![quiet(fitting(apart, close, width))];
    }
    known
        .iter()
        .zip(numbers)
        .map(|(sign, number)| {
            let Some((what, limit)) = sign.reaches else {
                return quiet(format!("in 60 s {number}"));
            };
            let limit = words::whole(limit);
            let long = format!("in 60 s {number}, may reach {what} {limit}");
            let short = format!("in 60 s {number}, {what} {limit}");
            Line::from(span(fitting(long, short, width), view.theme.title()))
        })
        .collect()
}

fn known(view: &View<'_>, station: &StationSnapshot) -> Vec<Foretold> {
    [
        ahead::heart_rate(&view.seen, station),
        ahead::saturation(&view.seen, station),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn number(view: &View<'_>, sign: &Foretold) -> String {
    format!("{} {}", sign.name, sign.band(view.theme.glyphs))
}

fn fitting(long: String, short: String, width: u16) -> String {
    if Line::raw(long.as_str()).width() <= usize::from(width) {
        long
    } else {
        short
    }
}
