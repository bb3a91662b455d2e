//! A station's vital signs in one line, for tiles that have no more.

use ratatui::text::{Line, Span};

use super::text::span;
use super::vitals;
use crate::dashboard::ahead;
use crate::dashboard::view::View;
use crate::gym::snapshot::StationSnapshot;

/// Both vital signs in a line, with what is foretold where there is room: of the heart rate first.
pub(super) fn line(
    view: &View<'_>,
    station: &StationSnapshot,
    (heart, oxygen): (&vitals::Sign, &vitals::Sign),
    width: u16,
) -> Line<'static> {
    let glyphs = view.theme.glyphs;
    let foretold = [
        ahead::heart_rate(&view.seen, station),
        ahead::saturation(&view.seen, station),
    ];
    let line_of = |known: usize, brief: bool| {
        let mut spans = Vec::new();
        let both = [(glyphs.heart, heart), (glyphs.oxygen, oxygen)];
        for ((place, (name, sign)), foretold) in (0..).zip(both).zip(&foretold) {
            if place > 0 {
                spans.push(Span::raw("  "));
            }
            spans.extend(beside(view, name, sign, brief));
            if let Some(foretold) = foretold.filter(|_| place < known) {
                // The saturation has no trend of its own to stand behind.
                let [_, level, _] = glyphs.trend;
                let to = if place > 0 {
                    format!(" {level}")
                } else {
                    String::new()
                };
                let style = if foretold.reaches.is_some() {
                    view.theme.title()
                } else {
                    view.theme.quiet()
                };
                spans.push(span(format!("{to}{}", foretold.band(glyphs)), style));
            }
        }
        Line::from(spans)
    };
    [line_of(2, false), line_of(1, false), line_of(0, false)]
        .into_iter()
        .find(|line| line.width() <= usize::from(width))
        // A reason must not push the saturation out of its line.
        .unwrap_or_else(|| line_of(0, true))
}

/// A vital sign in a line: `♥ 104 96–112 ≤122 ↗`.
fn beside(view: &View<'_>, name: &str, sign: &vitals::Sign, brief: bool) -> Vec<Span<'static>> {
    let digits = sign.figure.digits();
    let mut spans = vec![
        span(format!("{name} "), view.theme.quiet()),
        span(format!("{digits:>3}"), sign.style),
    ];
    if sign.remark.is_empty() {
        spans.push(span(format!(" {}", sign.limits), view.theme.quiet()));
        if !sign.arrow().is_empty() {
            spans.push(span(format!(" {}", sign.arrow()), view.theme.quiet()));
        }
    } else {
        let remark = if brief { &sign.brief } else { &sign.remark };
        spans.push(span(format!(" {remark}"), view.theme.stale()));
    }
    spans
}
