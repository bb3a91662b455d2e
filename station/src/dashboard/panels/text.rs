//! Lines that fit: what does not, ends in an ellipsis that can be seen.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::dashboard::theme::Glyphs;

/// Cuts a line to a width in cells; a cut line ends in an ellipsis.
pub(crate) fn cut(line: Line<'_>, width: u16, glyphs: &Glyphs) -> Line<'static> {
    let width = usize::from(width);
    let style = line.style;
    if line.width() <= width {
        return owned(line);
    }
    let ellipsis = glyphs.ellipsis;
    let room = width.saturating_sub(Span::raw(ellipsis).width());
    let mut used = 0;
    let mut kept: Vec<Span<'static>> = Vec::new();
    'spans: for span in line.spans {
        let mut text = String::new();
        for character in span.content.chars() {
            let wide = Span::raw(character.to_string()).width();
            if used + wide > room {
                kept.push(Span::styled(text + ellipsis, span.style));
                break 'spans;
            }
            used += wide;
            text.push(character);
        }
        kept.push(Span::styled(text, span.style));
    }
    Line::from(kept).style(style)
}

fn owned(line: Line<'_>) -> Line<'static> {
    let style = line.style;
    let spans: Vec<Span<'static>> = line
        .spans
        .into_iter()
        .map(|span| Span::styled(span.content.into_owned(), span.style))
        .collect();
    Line::from(spans).style(style)
}

/// Draws a line at a row of an area, cut to it. Rows outside the area are not drawn.
pub(crate) fn row(frame: &mut Frame<'_>, area: Rect, row: u16, line: Line<'_>, glyphs: &Glyphs) {
    if row >= area.height {
        return;
    }
    let line = cut(line, area.width, glyphs);
    let place = Rect::new(area.x, area.y + row, area.width, 1);
    frame.render_widget(line, place);
}

/// Breaks a text at spaces into lines of at most a width; what is left over after `rows` lines stands cut in the last.
pub(crate) fn wrap(text: &str, width: u16, rows: usize) -> Vec<String> {
    let width = usize::from(width);
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split(' ') {
        let full = lines.len() >= rows;
        let Some(last) = lines.last_mut() else {
            continue;
        };
        let needed = Span::raw(last.as_str()).width() + 1 + Span::raw(word).width();
        if last.is_empty() {
            last.push_str(word);
        } else if needed <= width || full {
            last.push(' ');
            last.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

/// Sets parts beside each other in lines of at most a width, with a dot between them; none is broken.
pub(crate) fn pack(parts: &[String], width: u16, dot: &str) -> Vec<String> {
    let width = usize::from(width);
    let mut lines: Vec<String> = Vec::new();
    for part in parts {
        match lines.last_mut() {
            Some(last) if Span::raw(format!("{last}{dot}{part}")).width() <= width => {
                last.push_str(dot);
                last.push_str(part);
            }
            Some(_) | None => lines.push(part.clone()),
        }
    }
    lines
}

/// Left and right parts of one line; the right part stays whole.
pub(crate) fn ends(left: Line<'_>, right: Line<'_>, width: u16, glyphs: &Glyphs) -> Line<'static> {
    let right_width = u16::try_from(right.width()).unwrap_or(width).min(width);
    let left = cut(left, width.saturating_sub(right_width + 1), glyphs);
    let gap = usize::from(width)
        .saturating_sub(left.width())
        .saturating_sub(usize::from(right_width));
    let style = left.style;
    let mut spans = left.spans;
    spans.push(Span::raw(" ".repeat(gap)));
    spans.extend(owned(right).spans);
    Line::from(spans).style(style)
}

/// What is left of an area below so many rows.
pub(crate) fn below(area: Rect, rows: u16) -> Rect {
    let rows = rows.min(area.height);
    Rect::new(area.x, area.y + rows, area.width, area.height - rows)
}

/// A span.
pub(crate) fn span(text: impl Into<String>, style: Style) -> Span<'static> {
    Span::styled(text.into(), style)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dashboard::theme::UNICODE;

    #[test]
    fn what_does_not_fit_says_so() {
        let line = Line::from(vec![Span::raw("heart "), Span::raw("rate")]);
        assert_eq!(cut(line.clone(), 10, &UNICODE).to_string(), "heart rate");
        assert_eq!(cut(line.clone(), 9, &UNICODE).to_string(), "heart ra…");
        assert_eq!(cut(line, 3, &UNICODE).to_string(), "he…");
    }

    #[test]
    fn a_text_breaks_at_spaces_and_ends_in_the_last_line() {
        assert_eq!(wrap("load held by hand", 9, 3), ["load held", "by hand"]);
        assert_eq!(wrap("a b c", 1, 2), ["a", "b c"]);
    }

    #[test]
    fn parts_stand_beside_each_other_and_none_is_broken() {
        let parts = ["BP 128/74", "BP due: b", "RPE 12"].map(str::to_owned);
        assert_eq!(pack(&parts, 21, " · "), ["BP 128/74 · BP due: b", "RPE 12"]);
        assert_eq!(pack(&parts, 20, " · "), ["BP 128/74", "BP due: b · RPE 12"]);
        assert!(pack(&[], 20, " · ").is_empty());
    }

    #[test]
    fn the_right_end_stays_whole() {
        let line = ends(
            Line::raw("a long left part"),
            Line::raw("***"),
            12,
            &UNICODE,
        );
        assert_eq!(line.to_string(), "a long … ***");
    }
}
