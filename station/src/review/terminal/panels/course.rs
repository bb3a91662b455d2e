//! The patient's weeks: findings in words, and each measure as points over days.

use protocols::vocabulary::number::floor_to_u16;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Line;

use super::super::opened::Opened;
use super::super::plot::{Plot, Scale};
use super::super::view::{CourseRead, View};
use crate::dashboard::panels::text::{self, span};
use crate::records::archive::{local, seconds};
use crate::review::course::{Course, Trend};

/// Rows of one trend: a line of words, and its points.
const HEIGHT: u16 = 6;
/// Cells of one trend at least.
const WIDTH: u16 = 38;
/// Cells for its figures at the left.
const LABEL: u16 = 7;

pub(super) fn render(frame: &mut Frame<'_>, area: Rect, view: &View<'_>, opened: &Opened) {
    let glyphs = view.theme.glyphs;
    let Some(read) = &view.review.course else {
        return;
    };
    let Some(course) = &read.course else {
        let words = format!(" reading the sessions of {}", opened.record.line.patient);
        text::row(
            frame,
            area,
            0,
            Line::from(span(words, view.theme.plain())),
            glyphs,
        );
        return;
    };
    let said = said(view, read, course, area.width.saturating_sub(2));
    let rows = u16::try_from(said.len()).unwrap_or(0).min(area.height / 3);
    let [above, below] =
        Layout::vertical([Constraint::Length(rows), Constraint::Fill(1)]).areas(area);
    for (row, words) in (0..rows).zip(said) {
        let style = if row == 0 {
            view.theme.title()
        } else {
            view.theme.plain()
        };
        let line = Line::from(span(format!(" {words}"), style));
        text::row(frame, above, row, line, glyphs);
    }
    trends(frame, below, view, course, opened.id());
}

/// What is to be said in words, the count of sessions first.
fn said(view: &View<'_>, read: &CourseRead, course: &Course, width: u16) -> Vec<String> {
    let weeks = course.weeks(&view.theme.time_zone);
    let each: Vec<String> = weeks.iter().map(|week| week.sessions.to_string()).collect();
    let count = course.visits.len();
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    let mut first = format!(
        "{count} session{} in {} week{} ({} a week)",
        plural(count),
        weeks.len(),
        plural(weeks.len()),
        each.join(", ")
    );
    if !read.unread.is_empty() {
        first = format!("{first}; {} still to read", read.unread.len());
    }
    let mut lines = vec![first];
    lines.extend(course.visits.iter().filter_map(|visit| {
        let began = local(visit.line.began_wall_micros, &view.theme.time_zone);
        let because = visit.not_whole()?;
        Some(format!("{began} is no measure of the patient: {because}"))
    }));
    lines.extend(
        course
            .since_the_first()
            .map(|words| format!("since then: {words}")),
    );
    lines.extend(
        course
            .findings()
            .into_iter()
            .map(|words| format!("finding: {words}")),
    );
    lines.extend(
        course
            .without_a_finding()
            .filter(|_| count > 1)
            .map(|words| format!("no finding: {words}")),
    );
    lines.extend(course.goals().iter().map(|goal| format!("goal: {goal}")));
    lines.extend(
        read.failed
            .iter()
            .map(|(id, because)| format!("{id} cannot be read: {because}")),
    );
    lines
        .into_iter()
        .flat_map(|line| text::wrap(&line, width, 2))
        .collect()
}

fn trends(frame: &mut Frame<'_>, area: Rect, view: &View<'_>, course: &Course, open: &str) {
    let columns = (area.width / WIDTH).clamp(1, 4);
    let width = area.width / columns;
    let rows = (area.height / HEIGHT).max(1);
    let height = area.height / rows;
    let in_all = course.trends.len().div_ceil(usize::from(columns));
    let furthest = in_all.saturating_sub(usize::from(rows));
    let first = usize::from(view.ui.scroll).min(furthest) * usize::from(columns);
    let seats = (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column)));
    for (trend, (row, column)) in course.trends.iter().skip(first).zip(seats) {
        let place = Rect::new(
            area.x + column * width,
            area.y + row * height,
            width.saturating_sub(1),
            height,
        );
        draw(frame, place, view, (course, trend), open);
    }
    let shown = first + usize::from(rows) * usize::from(columns);
    if shown < course.trends.len() {
        let words = format!(" {} more: Down ", course.trends.len() - shown);
        let width = u16::try_from(words.len()).unwrap_or(0).min(area.width);
        let place = Rect::new(
            area.right() - width,
            area.bottom().saturating_sub(1),
            width,
            1,
        );
        let line = Line::from(span(words, view.theme.selected()));
        text::row(frame, place, 0, line, view.theme.glyphs);
    }
}

/// Title, what happened to it, and a point for each session at its day; nothing between the points.
fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    view: &View<'_>,
    (course, trend): (&Course, &Trend),
    open: &str,
) {
    let glyphs = view.theme.glyphs;
    let title = Line::from(span(format!(" {}", trend.title()), view.theme.title()));
    text::row(frame, area, 0, title, glyphs);
    let words = Line::from(span(format!("   {}", trend.words()), view.theme.plain()));
    text::row(frame, area, 1, words, glyphs);
    let chart = Rect::new(
        area.x + LABEL,
        area.y + 2,
        area.width.saturating_sub(LABEL),
        area.height.saturating_sub(3),
    );
    let Some((low, high)) = trend
        .drawn()
        .filter(|_| chart.height > 0 && chart.width > 1)
    else {
        return;
    };
    let begins = course
        .visits
        .first()
        .map_or(0, |visit| visit.line.began_wall_micros);
    let ends = course
        .visits
        .last()
        .map_or(0, |visit| visit.line.began_wall_micros);
    let length = seconds(ends.saturating_sub(begins)).max(1.0);
    let mut plot = Plot::new(chart.width, chart.height, Scale { low, high }, false);
    for point in &trend.points {
        let part = seconds(point.wall_us.saturating_sub(begins)) / length;
        let column = floor_to_u16(part * f64::from(chart.width - 1) + 0.5).unwrap_or(0);
        let this = course
            .visits
            .get(point.visit)
            .is_some_and(|visit| visit.line.id == open);
        let (glyph, style) = match (point.is_whole, this) {
            (true, true) => (glyphs.chart.this, view.theme.key()),
            (true, false) => (glyphs.chart.point, view.theme.heart()),
            // What is no measure of the patient looks like one nowhere.
            (false, true) => (glyphs.chart.not_whole, view.theme.key()),
            (false, false) => (glyphs.chart.not_whole, view.theme.quiet()),
        };
        plot.mark(column, point.value, glyph, style);
    }
    plot.draw(frame.buffer_mut(), chart);
    let mut figures = vec![(0, high)];
    if chart.height > 1 {
        figures.push((chart.height - 1, low));
    }
    for (row, value) in figures {
        let line = Line::from(span(
            format!("{:>6} ", trend.number(value)),
            view.theme.quiet(),
        ));
        let place = Rect::new(area.x, chart.y, LABEL, chart.height);
        text::row(frame, place, row, line, glyphs);
    }
}
