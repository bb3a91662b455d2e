//! What stands over the wall: questions, lines to type into, lists. Never over the alarms, never over the stop key.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::help;
use super::text::{self, span};
use super::window::{BESIDE, width_of, window};
use crate::dashboard::dialog::{Dialog, EntryForm, List, Question};
use crate::dashboard::update::{place, rows};
use crate::dashboard::view::View;

pub(super) fn render(frame: &mut Frame<'_>, body: Rect, view: &View<'_>, open: &Dialog) {
    if body.height < 3 || body.width < 10 {
        return;
    }
    match open {
        Dialog::Help(page) => help::render(frame, body, view, *page),
        Dialog::Question(question) => ask(frame, body, view, question),
        Dialog::Entry(form) => entry(frame, body, view, form),
        Dialog::List(list) => choose(frame, body, view, list),
    }
}

fn ask(frame: &mut Frame<'_>, body: Rect, view: &View<'_>, question: &Question) {
    let glyphs = view.theme.glyphs;
    let room = body.width.saturating_sub(BESIDE);
    let lines: Vec<String> = question
        .lines
        .iter()
        .flat_map(|line| text::wrap(line, room, usize::from(body.height)))
        .collect();
    let rows = u16::try_from(lines.len()).unwrap_or(0);
    let size = (width_of(&lines).max(46), rows + 2);
    let inner = window(frame, body, view.theme, &question.title, size);
    for (row, line) in (0..).zip(lines) {
        let line = Line::from(span(line, view.theme.plain()));
        text::row(frame, inner, row, line, glyphs);
    }
    let (yes, no) = if question.yes {
        (view.theme.selected(), view.theme.plain())
    } else {
        (view.theme.plain(), view.theme.selected())
    };
    let left = question.left(view.seen.now).as_secs();
    let answer = Line::from(vec![
        span("[ y Yes ]", yes),
        Span::raw("   "),
        span("[ n No ]", no),
        span(format!("   No by itself in {left} s"), view.theme.quiet()),
    ]);
    text::row(frame, inner, inner.height.saturating_sub(1), answer, glyphs);
}

fn entry(frame: &mut Frame<'_>, body: Rect, view: &View<'_>, form: &EntryForm) {
    let glyphs = view.theme.glyphs;
    let patient = view
        .seen
        .station(form.about.station)
        .and_then(|station| station.session.as_ref())
        .map_or("", |session| session.patient.as_str());
    let title = format!(
        "Station {}, {patient}: {}",
        form.about.station,
        form.field.title()
    );
    let wrong = form
        .wrong
        .as_ref()
        .map(|wrong| format!("not taken: {wrong}"));
    let width = width_of(wrong.as_slice()).max(46);
    let inner = window(frame, body, view.theme, &title, (width, 3));
    let line = Line::from(vec![
        span(format!("{}_", form.text), view.theme.selected()),
        span(format!("   {}", form.field.how()), view.theme.quiet()),
    ]);
    text::row(frame, inner, 0, line, glyphs);
    if let Some(wrong) = wrong {
        let line = Line::from(span(wrong, view.theme.title()));
        text::row(frame, inner, 2, line, glyphs);
    }
}

fn row_text(view: &View<'_>, row: &rows::Row) -> String {
    let [ticked, open] = view.theme.glyphs.ticks;
    let tick = match row.ticked {
        Some(true) => format!("{ticked} "),
        Some(false) => format!("{open} "),
        None => String::new(),
    };
    let why_not = row
        .why_not
        .as_ref()
        .map(|why_not| format!("  ({why_not})"))
        .unwrap_or_default();
    format!("{tick}{}{why_not}", row.text)
}

fn choose(frame: &mut Frame<'_>, body: Rect, view: &View<'_>, list: &List) {
    let glyphs = view.theme.glyphs;
    let rows = rows::rows(list, &view.seen);
    let texts: Vec<String> = rows.iter().map(|row| row_text(view, row)).collect();
    let height = u16::try_from(rows.len())
        .unwrap_or(u16::MAX)
        .max(1)
        .saturating_add(2);
    let title = rows::title(list, &view.seen);
    let inner = window(
        frame,
        body,
        view.theme,
        &title,
        (width_of(&texts).max(46), height),
    );
    let search = if list.typing {
        format!("/ {}_", list.filter)
    } else if list.filter.is_empty() {
        "/ search".to_owned()
    } else {
        format!("/ {}", list.filter)
    };
    let search_style = if list.typing {
        view.theme.selected()
    } else {
        view.theme.quiet()
    };
    text::row(
        frame,
        inner,
        0,
        Line::from(span(search, search_style)),
        glyphs,
    );
    if rows.is_empty() {
        let line = Line::from(span("nothing to choose", view.theme.quiet()));
        text::row(frame, inner, 1, line, glyphs);
        return;
    }
    let marked = place(list, &rows);
    let seats = usize::from(inner.height.saturating_sub(1)).max(1);
    let first = marked.saturating_sub(seats - 1);
    for (row, (index, line)) in (1..inner.height).zip(texts.iter().enumerate().skip(first)) {
        let style = if index == marked {
            view.theme.selected()
        } else if rows.get(index).is_some_and(|row| row.why_not.is_some()) {
            view.theme.stale()
        } else {
            view.theme.plain()
        };
        text::row(
            frame,
            inner,
            row,
            Line::from(span(line.clone(), style)),
            glyphs,
        );
    }
}
