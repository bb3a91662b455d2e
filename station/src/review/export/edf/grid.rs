//! Which second of the session is which record: a grid of whole seconds, with the rows of the record in the middle of its cells.

use std::collections::BTreeMap;

use crate::records::session::{GAP_US, Second, SessionRecord, Waveform};
use crate::review::export::span::SECOND_US;

/// What a record holds.
#[derive(Debug, Default)]
pub(super) struct Record<'a> {
    /// The row of that second.
    pub(super) second: Option<&'a Second>,
    /// The waveform's samples of that second by their rate, where they are.
    pub(super) waveforms: BTreeMap<u16, Vec<Option<u16>>>,
}

/// The records, each by its place on the grid.
#[derive(Debug)]
pub(super) struct Grid<'a> {
    pub(super) records: BTreeMap<i64, Record<'a>>,
    /// The waveform's rates, in samples a second.
    pub(super) rates: Vec<u16>,
    origin_us: i64,
}

impl<'a> Grid<'a> {
    pub(super) fn of(session: &'a SessionRecord, waveforms: &[Waveform]) -> Self {
        let mut seconds: Vec<&Second> = session.seconds().map(|(_, second)| second).collect();
        seconds.sort_by_key(|second| second.t_us);
        let first = seconds
            .first()
            // A session's first second does not begin before the session.
            .map(|second| (second.t_us - SECOND_US / 2).max(0).min(second.t_us))
            .or_else(|| waveforms.first().map(|waveform| waveform.from_us));
        let mut grid = Self {
            records: BTreeMap::new(),
            rates: Vec::new(),
            origin_us: first.unwrap_or_default(),
        };
        grid.seconds(&seconds);
        for waveform in waveforms {
            grid.waveform(waveform);
        }
        grid
    }

    /// When a record begins, in microseconds after the session began.
    pub(super) const fn onset_us(&self, place: i64) -> i64 {
        self.origin_us + place * SECOND_US
    }

    pub(super) fn is_continuous(&self) -> bool {
        let places: Vec<i64> = self.records.keys().copied().collect();
        places
            .windows(2)
            .all(|pair| matches!(pair, [one, next] if *next == one + 1))
    }

    /// Each row gets a record of its own: rows that come a little early or late do not fall into one, and leave none empty between.
    fn seconds(&mut self, seconds: &[&'a Second]) {
        let mut before: Option<(i64, i64)> = None;
        for second in seconds {
            let exact = (second.t_us - self.origin_us).div_euclid(SECOND_US);
            let place = match before {
                Some((place, t_us))
                    if second.t_us - t_us < GAP_US && (exact - place - 1).abs() <= 1 =>
                {
                    place + 1
                }
                Some((place, _)) => exact.max(place + 1),
                None => exact,
            };
            self.records.entry(place).or_default().second = Some(second);
            before = Some((place, second.t_us));
        }
    }

    fn waveform(&mut self, waveform: &Waveform) {
        let rate = i64::from(waveform.rate_hz.max(1));
        if !self.rates.contains(&waveform.rate_hz) {
            self.rates.push(waveform.rate_hz);
        }
        let first = nearest((waveform.from_us - self.origin_us) * rate, SECOND_US);
        for (number, sample) in (first..).zip(&waveform.samples) {
            let place = number.div_euclid(rate);
            // An oximeter that is read before the session does not make it begin earlier.
            if self.onset_us(place) < 0 {
                continue;
            }
            let record = self.records.entry(place).or_default();
            let samples = record
                .waveforms
                .entry(waveform.rate_hz)
                .or_insert_with(|| vec![None; usize::from(waveform.rate_hz)]);
            let within = usize::try_from(number.rem_euclid(rate)).unwrap_or_default();
            if let Some(place) = samples.get_mut(within) {
                *place = Some(*sample);
            }
        }
    }
}

/// A quotient to the nearest whole number.
const fn nearest(dividend: i64, divisor: i64) -> i64 {
    (dividend + divisor / 2).div_euclid(divisor)
}
