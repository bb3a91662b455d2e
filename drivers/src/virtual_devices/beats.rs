//! The beats that a sensor sees while it touches the body, and what a device makes of them.

use core::time::Duration;

use protocols::vocabulary::{Timestamp, number};

use super::Body;
use super::pulse::Pulse;
use super::stream::Moment;

/// Beats that are kept: ten seconds of the fastest heart.
const KEPT: usize = 64;
/// Without a beat for so long there is no pulse (assumed: slower than the 18 beats a minute that the best of them measure).
const LONGEST_INTERVAL: Duration = Duration::from_millis(3_400);

/// Where a sensor sits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Site {
    /// On the finger: it sees the pulse and the saturation.
    Finger,
    /// On the chest: a strap, or leads. It sees [`Body::strap_heart_rate`], so that what goes wrong with a strap is on the wire, and the
    /// heart's own rate where the body has none to give.
    Chest,
}

/// A sensor, and the beats that it has seen since it touched.
#[derive(Debug)]
pub(super) struct Sensor {
    site: Site,
    pulse: Pulse,
    touches: bool,
    /// Since when it touches or does not.
    since: Timestamp,
    /// Newest first.
    beats: [Option<Beat>; KEPT],
    last: Option<Timestamp>,
    total: u64,
    fresh: bool,
}

#[derive(Debug, Clone, Copy)]
struct Beat {
    at: Timestamp,
    interval: Option<Duration>,
    saturation: f64,
}

impl Sensor {
    /// A sensor that touches nothing yet.
    pub(super) const fn new(site: Site, start: Timestamp) -> Self {
        Self {
            site,
            pulse: Pulse::new(start),
            touches: false,
            since: start,
            beats: [None; KEPT],
            last: None,
            total: 0,
            fresh: false,
        }
    }

    /// Lets the heart beat up to this moment, and the sensor see it while it touches.
    pub(super) fn sense(&mut self, moment: &Moment) {
        let touches = self.would_touch(moment);
        if touches != self.touches {
            self.touches = touches;
            self.since = self.since.max(moment.at);
            self.forget();
        }
        let Some(body) = moment.body else {
            return;
        };
        let mut pulse = self.pulse;
        pulse.advance(moment.at, self.rate_felt(&body), &mut |at| {
            if touches {
                self.see(at, body.saturation);
            }
        });
        self.pulse = pulse;
        if self
            .beats
            .iter()
            .flatten()
            .next()
            .is_some_and(|beat| moment.at.since(beat.at) > LONGEST_INTERVAL)
        {
            self.forget();
        }
    }

    /// For how long it has touched; `None` while it does not.
    pub(super) fn touched_for(&self, now: Timestamp) -> Option<Duration> {
        self.touches.then(|| now.since(self.since))
    }

    /// For how long it has not touched; `None` while it does.
    pub(super) fn off_for(&self, now: Timestamp) -> Option<Duration> {
        (!self.touches).then(|| now.since(self.since))
    }

    /// Whether a beat was seen since this was last asked.
    pub(super) const fn take_beat(&mut self) -> bool {
        core::mem::replace(&mut self.fresh, false)
    }

    /// Part of the current beat that is over, 0 to 1, whether or not it is seen.
    pub(super) const fn phase(&self) -> f64 {
        self.pulse.phase()
    }

    /// The same at an earlier moment, by the beats that were seen; `None` before the first of them.
    pub(super) fn phase_at(&self, at: Timestamp) -> Option<f64> {
        let begun = self.beats.iter().flatten().find(|beat| beat.at <= at)?;
        let mut later = self.beats.iter().flatten().filter(|beat| beat.at > at);
        let lasts = later
            .next_back()
            .and_then(|beat| beat.interval)
            .or(begun.interval)?;
        let part = at.since(begun.at).as_secs_f64() / lasts.as_secs_f64().max(f64::MIN_POSITIVE);
        Some(part.clamp(0.0, 1.0))
    }

    /// Beats seen without a gap.
    pub(super) fn seen(&self) -> usize {
        self.beats.iter().flatten().count()
    }

    /// Beats seen since it was switched on.
    pub(super) const fn total(&self) -> u64 {
        self.total
    }

    /// When the last of them was.
    pub(super) const fn last(&self) -> Option<Timestamp> {
        self.last
    }

    /// Beats not older than this.
    pub(super) fn within(&self, now: Timestamp, time: Duration) -> usize {
        let begin = now.before(time);
        let beats = self.beats.iter().flatten();
        beats.take_while(|beat| beat.at > begin).count()
    }

    /// The intervals that ended after `begin`, oldest first.
    pub(super) fn intervals_since(&self, begin: Timestamp) -> Vec<Duration> {
        let beats = self.beats.iter().flatten();
        let mut intervals: Vec<_> = beats
            .take_while(|beat| beat.at > begin)
            .filter_map(|beat| beat.interval)
            .collect();
        intervals.reverse();
        intervals
    }

    /// 60 s over the mean of the intervals before the last `beats` beats, rounded; `None` without one.
    pub(super) fn rate(&self, beats: usize) -> Option<u16> {
        const SECONDS_A_MINUTE: f64 = 60.0;
        let intervals = self.beats.iter().flatten().take(beats);
        let intervals = intervals.filter_map(|beat| beat.interval);
        let mean = mean(intervals.map(|interval| interval.as_secs_f64()))?;
        rounded(SECONDS_A_MINUTE / mean)
    }

    /// The mean of the saturation at the last `beats` beats, rounded; `None` without one, and for what is no saturation.
    pub(super) fn saturation(&self, beats: usize) -> Option<u8> {
        let beats = self.beats.iter().flatten().take(beats);
        let percent = rounded(mean(beats.map(|beat| beat.saturation))?)?;
        u8::try_from(percent).ok().filter(|percent| *percent <= 100)
    }

    fn would_touch(&self, moment: &Moment) -> bool {
        moment.body.is_some_and(|body| match self.site {
            Site::Finger => body.finger_in && !moment.faults.unplugged,
            Site::Chest => body.strap_contact && !moment.faults.unplugged,
        })
    }

    fn rate_felt(&self, body: &Body) -> f64 {
        match (self.site, body.strap_heart_rate) {
            (Site::Finger, _) | (Site::Chest, 0) => body.heart_rate,
            (Site::Chest, rate) => f64::from(rate),
        }
    }

    fn see(&mut self, at: Timestamp, saturation: f64) {
        let before = self.beats.first().copied().flatten();
        let beat = Beat {
            at,
            interval: before.map(|before| at.since(before.at)),
            saturation,
        };
        self.beats.rotate_right(1);
        if let Some(newest) = self.beats.first_mut() {
            *newest = Some(beat);
        }
        self.last = Some(at);
        self.total = self.total.wrapping_add(1);
        self.fresh = true;
    }

    /// What comes next is no interval.
    const fn forget(&mut self) {
        self.beats = [None; KEPT];
        self.fresh = false;
    }
}

/// The nearest whole number; `None` for what has none.
pub(super) fn rounded(value: f64) -> Option<u16> {
    number::floor_to_u16(value + 0.5)
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0.0);
    for value in values {
        sum += value;
        count += 1.0;
    }
    (count > 0.0).then(|| sum / count)
}
