//! A form over the screen: what has to be known, the fields, and why it was not taken.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::super::form::{Field, Form};
use super::super::view::View;
use crate::dashboard::panels::text::{self, span};
use crate::dashboard::panels::window::window;

/// Cells for a field's name.
const NAME: usize = 12;

pub(super) fn render(frame: &mut Frame<'_>, body: Rect, view: &View<'_>, form: &Form) {
    let width = body.width.saturating_sub(8).min(90);
    let mut lines: Vec<Line<'static>> = Vec::new();
    for known in &form.lines {
        lines.push(Line::from(span(known.clone(), view.theme.quiet())));
    }
    for (place, field) in form.fields.iter().enumerate() {
        lines.extend(of_field(view, field, place == form.at, width));
    }
    if let Some(wrong) = &form.wrong {
        lines.push(Line::default());
        let words = format!("not done: {wrong}");
        lines.extend(
            text::wrap(&words, width, 4)
                .into_iter()
                .map(|words| Line::from(span(words, view.theme.title()))),
        );
    }
    let height = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let inner = window(frame, body, view.theme, form.title(), (width, height));
    // Of more lines than rows the last are needed: they are typed into.
    let skip = lines.len().saturating_sub(usize::from(inner.height));
    for (row, line) in (0..inner.height).zip(lines.into_iter().skip(skip)) {
        text::row(frame, inner, row, line, view.theme.glyphs);
    }
}

/// A field's name, what stands in it, and where it is empty how it is typed.
fn of_field(view: &View<'_>, field: &Field, typed: bool, width: u16) -> Vec<Line<'static>> {
    let shown = if field.secret {
        "*".repeat(field.text.chars().count())
    } else {
        field.text.clone()
    };
    let cursor = if typed { "_" } else { "" };
    let room = width.saturating_sub(u16::try_from(NAME).unwrap_or(0) + 1);
    let style = if typed {
        view.theme.selected()
    } else {
        view.theme.plain()
    };
    let mut name = field.name;
    let mut lines: Vec<Line<'static>> = text::wrap(&format!("{shown}{cursor}"), room, 8)
        .into_iter()
        .map(|words| {
            let line = Line::from(vec![
                span(format!("{name:<NAME$}"), view.theme.key()),
                span(words, style),
            ]);
            name = "";
            line
        })
        .collect();
    if typed
        && !field.how.is_empty()
        && let Some(line) = lines.last_mut()
    {
        line.push_span(span(format!("   {}", field.how), view.theme.quiet()));
    }
    lines
}
