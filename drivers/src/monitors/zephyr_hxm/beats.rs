//! What a strap's beats say about its rate. The strap has no word for quality, and it holds the last rate for a while when
//! contact is lost: the beats give it away.

use core::ops::RangeInclusive;
use core::time::Duration;

use protocols::vocabulary::{Absence, BeatsPerMinute, Quality, Reading, Timestamp};
use protocols::zephyr_hxm::{BEAT_TIMES, Packet};

use crate::monitors::standstill::Standstill;

/// Beats that stand still for this long, or for [`INTERVALS_STILL`] of the last interval if that is longer, mean that the rate
/// is frozen (assumed).
const STILL: Duration = Duration::from_secs(3);
const INTERVALS_STILL: u32 = 3;

/// Intervals between beats that rates of 30 to 240 a minute can have, in milliseconds. Others are gaps (contact lost and found)
/// or places not used yet; a gap must not stretch the time after which a rate counts as frozen.
const INTERVALS: RangeInclusive<u16> = 250..=2_000;

/// So many of the newest intervals are compared with the rate: as recent as the strap's own average, and up to three odd beats
/// among them do not move their median (assumed).
const COMPARED: usize = 7;
/// With fewer there is no comparison (assumed).
const COMPARED_LEAST: usize = 3;
/// Rate and intervals this much apart, in per cent, do not belong together (assumed).
const APART_PERCENT: u32 = 15;
/// For so long before it counts (assumed).
const APART_FOR: Duration = Duration::from_secs(5);

const MILLISECONDS_A_MINUTE: u32 = 60_000;

/// What is remembered of the packets before.
#[derive(Debug, Default)]
pub(super) struct Beats {
    beat_number: Standstill,
    apart_since: Option<Timestamp>,
}

impl Beats {
    /// The packet's heart rate, or why there is none. The strap's 0 is a search while beats still come, and no contact once they
    /// stand still. After a port was opened beats get the same time to move as later.
    pub(super) fn judge(&mut self, sent_at: Timestamp, packet: &Packet) -> Reading<BeatsPerMinute> {
        let still = self.beat_number.lasts(packet.beat_number, sent_at);
        let frozen = still >= still_limit(packet);
        match packet.heart_rate() {
            Err(Absence::Searching) if frozen => Reading::Missing(Absence::NoContact),
            Err(absence) => Reading::Missing(absence),
            Ok(_) if frozen => {
                self.apart_since = None;
                Reading::Missing(Absence::Stale)
            }
            Ok(value) => Reading::Value {
                value,
                quality: self.quality(sent_at, packet, value),
            },
        }
    }

    fn quality(&mut self, sent_at: Timestamp, packet: &Packet, rate: BeatsPerMinute) -> Quality {
        if !is_apart(packet, rate) {
            self.apart_since = None;
            return Quality::Good;
        }
        let since = *self.apart_since.get_or_insert(sent_at);
        if sent_at.since(since) >= APART_FOR {
            Quality::Artefact
        } else {
            Quality::Good
        }
    }
}

fn still_limit(packet: &Packet) -> Duration {
    let last = packet
        .beat_intervals()
        .next()
        .filter(|interval| INTERVALS.contains(interval))
        .unwrap_or(0);
    STILL.max(Duration::from_millis(u64::from(last)).saturating_mul(INTERVALS_STILL))
}

/// Whether the rate does not fit the median of the newest intervals.
fn is_apart(packet: &Packet, rate: BeatsPerMinute) -> bool {
    const { assert!(COMPARED < BEAT_TIMES) };
    let mut intervals = [0; COMPARED];
    let newest = packet
        .beat_intervals()
        .take(COMPARED)
        .filter(|interval| INTERVALS.contains(interval));
    let mut count = 0;
    for (slot, interval) in intervals.iter_mut().zip(newest) {
        *slot = interval;
        count += 1;
    }
    let Some(known) = intervals.get_mut(..count) else {
        return false;
    };
    if known.len() < COMPARED_LEAST {
        return false;
    }
    known.sort_unstable();
    let Some(median) = known.get(known.len() / 2) else {
        return false;
    };
    let product = u32::from(rate.get()) * u32::from(*median);
    product.abs_diff(MILLISECONDS_A_MINUTE) * 100 > APART_PERCENT * MILLISECONDS_A_MINUTE
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(rate: u8, number: u8, interval: u16) -> Packet {
        let mut beat_times = [0; BEAT_TIMES];
        let mut time = 40_000_u16.wrapping_add(u16::from(number).wrapping_mul(interval));
        for slot in &mut beat_times {
            *slot = time;
            time = time.wrapping_sub(interval);
        }
        Packet {
            firmware: 9_500,
            firmware_version: *b"1i",
            hardware: 9_800,
            hardware_version: *b"1v",
            battery_raw: 100,
            heart_rate_raw: rate,
            beat_number: number,
            beat_times,
            distance_raw: 0,
            speed_raw: 0,
            strides: 0,
        }
    }

    fn quality(reading: Reading<BeatsPerMinute>) -> Option<Quality> {
        match reading {
            Reading::Value { quality, .. } => Some(quality),
            Reading::Missing(_) => None,
        }
    }

    #[test]
    fn a_rate_whose_beats_stand_still_is_stale_after_three_seconds_and_not_before() {
        let mut beats = Beats::default();
        let still = packet(100, 9, 600);
        let at = |millis: u64| Timestamp::from_millis(10_000 + millis);
        assert!(beats.judge(at(0), &still).value().is_some());
        assert!(beats.judge(at(2_999), &still).value().is_some());
        let stale = Reading::Missing(Absence::Stale);
        assert_eq!(beats.judge(at(3_000), &still), stale);
        assert_eq!(beats.judge(at(4_000), &still), stale);
        assert!(
            beats
                .judge(at(5_000), &packet(100, 10, 600))
                .value()
                .is_some()
        );
    }

    #[test]
    fn slow_beats_get_three_of_their_intervals() {
        let mut beats = Beats::default();
        let still = packet(40, 9, 1_500);
        let at = |millis: u64| Timestamp::from_millis(10_000 + millis);
        assert!(beats.judge(at(0), &still).value().is_some());
        assert!(beats.judge(at(4_499), &still).value().is_some());
        assert_eq!(
            beats.judge(at(4_500), &still),
            Reading::Missing(Absence::Stale)
        );
    }

    #[test]
    fn a_gap_in_the_beats_does_not_stretch_the_time() {
        let mut beats = Beats::default();
        let mut still = packet(100, 9, 600);
        still.beat_times[0] = still.beat_times[1].wrapping_add(20_000);
        assert!(
            beats
                .judge(Timestamp::from_secs(10), &still)
                .value()
                .is_some()
        );
        assert_eq!(
            beats.judge(Timestamp::from_secs(13), &still),
            Reading::Missing(Absence::Stale)
        );
    }

    #[test]
    fn no_rate_is_a_search_while_beats_come_and_no_contact_once_they_stand() {
        let mut beats = Beats::default();
        let searching = Reading::Missing(Absence::Searching);
        for second in 0..5_u8 {
            let at = Timestamp::from_secs(u64::from(second));
            assert_eq!(beats.judge(at, &packet(0, second, 800)), searching);
        }
        assert_eq!(
            beats.judge(Timestamp::from_secs(7), &packet(0, 4, 800)),
            Reading::Missing(Absence::NoContact)
        );
    }

    #[test]
    fn a_rate_that_its_beats_do_not_bear_out_is_doubted_after_five_seconds() {
        let mut beats = Beats::default();
        // 600 ms are 100 a minute: 115 is just not apart, 116 is.
        for second in 0..10_u8 {
            let at = Timestamp::from_secs(u64::from(second));
            let reading = beats.judge(at, &packet(115, second, 600));
            assert_eq!(quality(reading), Some(Quality::Good));
        }
        for second in 10..20_u8 {
            let at = Timestamp::from_secs(u64::from(second));
            let reading = beats.judge(at, &packet(116, second, 600));
            let expected = if second < 15 {
                Quality::Good
            } else {
                Quality::Artefact
            };
            assert_eq!(quality(reading), Some(expected), "second {second}");
        }
        let reading = beats.judge(Timestamp::from_secs(20), &packet(84, 20, 600));
        assert_eq!(quality(reading), Some(Quality::Artefact));
        let reading = beats.judge(Timestamp::from_secs(21), &packet(85, 21, 600));
        assert_eq!(quality(reading), Some(Quality::Good));
    }

    #[test]
    fn a_strap_just_switched_on_is_not_judged_by_its_empty_places() {
        let mut beats = Beats::default();
        for second in 0..10_u8 {
            let mut fresh = packet(72, second, 833);
            for slot in fresh.beat_times.iter_mut().skip(3) {
                *slot = 0;
            }
            let reading = beats.judge(Timestamp::from_secs(u64::from(second)), &fresh);
            assert_eq!(quality(reading), Some(Quality::Good));
        }
    }
}
