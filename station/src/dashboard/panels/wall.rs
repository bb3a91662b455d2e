//! All stations, each at its own place, by number. The places depend on the screen's size and the number of stations alone.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::{text, tile};
use crate::dashboard::view::View;

/// Narrowest tile.
const TILE_WIDTH: u16 = 28;
/// Lowest tile.
const TILE_HEIGHT: u16 = 4;
/// A tile's best width by its height.
const BEST_SHAPE: f64 = 2.5;

/// How many tiles stand beside each other: as many as make tiles of the best shape; every station is shown.
pub(super) fn columns(area: Rect, stations: usize) -> u16 {
    let stations = u16::try_from(stations).unwrap_or(u16::MAX).max(1);
    let most = (area.width / TILE_WIDTH).clamp(1, stations);
    let mut best = (f64::INFINITY, most);
    for columns in 1..=most {
        let rows = stations.div_ceil(columns);
        let (width, height) = (area.width / columns, area.height / rows);
        if height < TILE_HEIGHT {
            continue;
        }
        let shape = f64::from(width) / f64::from(height) / BEST_SHAPE;
        let off = if shape < 1.0 { 1.0 / shape } else { shape };
        if off < best.0 {
            best = (off, columns);
        }
    }
    best.1
}

/// Where each of so many tiles lies. Where the screen is too small for all of them at the lowest height, they share what there is.
pub(super) fn tiles(area: Rect, stations: usize) -> Vec<Rect> {
    let columns = columns(area, stations);
    let count = u16::try_from(stations).unwrap_or(u16::MAX).max(1);
    let rows = count.div_ceil(columns);
    let (width, height) = (area.width / columns, (area.height / rows).max(1));
    (0..count)
        .map(|place| {
            let (row, column) = (place / columns, place % columns);
            Rect::new(
                area.x + column * width,
                area.y.saturating_add(row.saturating_mul(height)),
                width,
                height,
            )
            .intersection(area)
        })
        .collect()
}

pub(super) fn render(frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
    let Some(snapshot) = view.seen.snapshot else {
        let line = Line::styled("  no picture of the gym yet", view.theme.quiet());
        text::row(frame, area, 1, line, view.theme.glyphs);
        return;
    };
    if snapshot.stations.is_empty() {
        let line = Line::styled("  this gym has no stations", view.theme.quiet());
        text::row(frame, area, 1, line, view.theme.glyphs);
    }
    let places = tiles(area, snapshot.stations.len());
    for (station, place) in snapshot.stations.iter().zip(places) {
        tile::render(frame, place, view, station);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_stations_stand_as_the_sheet_says() {
        assert_eq!(columns(Rect::new(0, 1, 80, 16), 8), 2);
        assert_eq!(columns(Rect::new(0, 1, 120, 30), 8), 4);
        assert_eq!(columns(Rect::new(0, 1, 200, 48), 8), 4);
        assert_eq!(columns(Rect::new(0, 1, 120, 30), 6), 3);
    }

    #[test]
    fn tiles_never_lie_on_each_other_nor_outside() {
        for stations in 1..=64 {
            for (width, height) in [(80, 16), (120, 30), (200, 48), (480, 110)] {
                let area = Rect::new(0, 1, width, height);
                let places = tiles(area, stations);
                assert_eq!(places.len(), stations);
                for (index, place) in places.iter().enumerate() {
                    assert_eq!(place.intersection(area), *place);
                    for other in places.iter().skip(index + 1) {
                        assert!(!place.intersects(*other), "{stations} at {width}x{height}");
                    }
                }
            }
        }
    }

    #[test]
    fn sixty_four_stations_fit_a_large_screen() {
        let places = tiles(Rect::new(0, 1, 200, 48), 64);
        assert!(places.iter().all(|place| place.height >= TILE_HEIGHT));
    }
}
