//! When bytes were sent, as well as a host can know.
//!
//! A line carries so many bytes a second and no more. If one read brings more than the line can have carried since the read
//! before, the rest had waited in a buffer, and what was read is old by the difference. After a long silence the line can have
//! carried anything: whether its end was quiet, or something between has held back what it said, shows in what comes next.

use core::time::Duration;

use super::line_settings::LineSettings;
use protocols::vocabulary::Timestamp;

/// What an adapter gathers before it hands over is not old for that: the latency timer of the common ones (recalled).
const ADAPTER_LATENCY: Duration = Duration::from_millis(16);
/// No device of ours is silent for so long between two packets or answers: a strap sends each second, a machine is asked twice in
/// one.
const QUIET: Duration = Duration::from_secs(2);
const NANOS_PER_SECOND: u64 = 1_000_000_000;

/// Tells when the bytes of a read were sent, on one line.
///
/// Promises: an answer is never later than the `now` it was given nor earlier than an answer before; what waited while nobody
/// read, or longer than 2 s in an adapter, is never taken for live, in however many pieces it comes. All times are of the gym's
/// clock.
///
/// Deliberately absent: what the bytes mean. That nothing counts before the first whole frame is the link's affair.
#[derive(Debug, Clone)]
pub struct LineClock {
    nanos_per_byte: u64,
    allowance: Duration,
    last_read: Timestamp,
    sent_at: Timestamp,
    backlog: Backlog,
}

/// Whether bytes may be in the buffer that were sent before anybody read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Backlog {
    /// Nothing was read since the port was opened.
    Unread,
    /// What came may have waited, and there may be still more.
    Draining,
    /// The buffer was found empty: what comes comes from the line.
    Drained,
}

impl LineClock {
    /// A line that is set so. `clock_rate` is how many times as fast as the day the gym's clock and its virtual
    /// devices run: 1 on a real port. The rate of a virtual line is kept on the gym's clock; what an adapter or a scheduler
    /// may gather is a matter of the day's.
    #[must_use]
    pub fn new(line: &LineSettings, clock_rate: u32) -> Self {
        Self {
            nanos_per_byte: u64::from(line.bits_per_byte()) * NANOS_PER_SECOND
                / u64::from(line.baud.max(1)),
            allowance: ADAPTER_LATENCY.saturating_mul(clock_rate.max(1)),
            last_read: Timestamp::ZERO,
            sent_at: Timestamp::ZERO,
            backlog: Backlog::Unread,
        }
    }

    /// The port was opened, or nobody could read it for a while: whatever waits in its buffer is old.
    pub fn opened(&mut self, now: Timestamp) {
        self.last_read = now;
        self.backlog = Backlog::Unread;
    }

    /// The port was opened and found empty before its device said its first byte, which was not before `then`: nothing can wait in
    /// it, and the first read counts like any other. For a device of our own alone; of another's nobody knows.
    pub fn opened_before_its_device_spoke(&mut self, then: Timestamp) {
        self.last_read = then;
        self.backlog = Backlog::Drained;
    }

    /// When the last of `byte_count` bytes, all that one read brought at `now`, was sent. Where [`Self::is_backlog`] says so
    /// afterwards, that is when the newest live byte before them was sent: their own age cannot be known.
    pub fn sent_at(&mut self, now: Timestamp, byte_count: usize) -> Timestamp {
        let count = u64::try_from(byte_count).unwrap_or(u64::MAX);
        let on_line = Duration::from_nanos(count.saturating_mul(self.nanos_per_byte));
        let elapsed = now.since(self.last_read);
        self.last_read = self.last_read.max(now);
        self.backlog = match self.backlog {
            Backlog::Draining if on_line <= elapsed => Backlog::Drained,
            Backlog::Unread | Backlog::Draining => Backlog::Draining,
            Backlog::Drained if elapsed > QUIET + self.allowance => Backlog::Draining,
            Backlog::Drained => Backlog::Drained,
        };
        if self.backlog == Backlog::Drained {
            let excess = on_line.saturating_sub(elapsed.saturating_add(self.allowance));
            self.sent_at = self.sent_at.max(now.before(excess));
        }
        self.sent_at
    }

    /// Whether the last read brought what had waited since before the port was opened or read again. Nothing of it may count.
    #[must_use]
    pub fn is_backlog(&self) -> bool {
        self.backlog != Backlog::Drained
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A line that is being read: open, its buffer empty, the last read at 1 s.
    fn live(baud: u32) -> LineClock {
        let mut clock = LineClock::new(&LineSettings::plain(baud), 1);
        clock.opened(Timestamp::ZERO);
        clock.sent_at(Timestamp::from_millis(500), 1);
        clock.sent_at(Timestamp::from_secs(1), 1);
        clock
    }

    #[test]
    fn what_the_line_can_have_carried_is_of_now() {
        let now = Timestamp::from_millis(1_100);
        // 100 ms at 960 bytes a second.
        assert_eq!(live(9_600).sent_at(now, 96), now);
    }

    #[test]
    fn what_an_adapter_gathers_is_of_now() {
        // 100 ms carry 96 bytes; 16 ms more, 15.
        let now = Timestamp::from_millis(1_100);
        assert_eq!(live(9_600).sent_at(now, 111), now);
        assert!(live(9_600).sent_at(now, 113) < now);
    }

    #[test]
    fn more_than_the_line_carries_is_old_by_the_difference() {
        let now = Timestamp::from_millis(1_984);
        // 984 ms and the 16 ms of an adapter carry 960 bytes; another 960 take a second.
        let sent = live(9_600).sent_at(now, 1_920);
        assert_eq!(now.since(sent).as_millis(), 984, "not before what was live");
        let mut clock = live(9_600);
        for second in 2..=11 {
            clock.sent_at(Timestamp::from_secs(second), 1);
        }
        let soon = Timestamp::from_millis(11_984);
        let age = soon.since(clock.sent_at(soon, 1_440));
        assert!((499..=501).contains(&age.as_millis()), "{age:?}");
    }

    #[test]
    fn the_first_read_after_opening_never_counts() {
        let mut clock = LineClock::new(&LineSettings::plain(9_600), 1);
        clock.opened(Timestamp::from_secs(10));
        assert_eq!(clock.sent_at(Timestamp::from_secs(12), 5), Timestamp::ZERO);
        assert!(clock.is_backlog());
        let now = Timestamp::from_millis(12_013);
        assert_eq!(clock.sent_at(now, 5), now);
        assert!(!clock.is_backlog());
    }

    #[test]
    fn where_nothing_can_have_waited_the_first_read_counts() {
        let mut clock = LineClock::new(&LineSettings::plain(9_600), 1);
        clock.opened_before_its_device_spoke(Timestamp::from_secs(10));
        let now = Timestamp::from_millis(10_100);
        assert_eq!(clock.clone().sent_at(now, 96), now);
        assert!(!clock.is_backlog());
        // What came late all the same is as old as the line makes it: 100 ms and the 16 ms of an adapter carry 111 bytes.
        let sent = clock.sent_at(now, 111 + 96);
        assert_eq!(now.since(sent).as_millis(), 99);
        // And once the reader has stood still, what waits is old as ever.
        clock.opened(Timestamp::from_secs(40));
        clock.sent_at(Timestamp::from_secs(40), 5);
        assert!(clock.is_backlog());
    }

    #[test]
    fn a_reader_that_stood_still_begins_anew() {
        let mut clock = live(9_600);
        clock.opened(Timestamp::from_secs(40));
        let sent = clock.sent_at(Timestamp::from_secs(40), 4_096);
        assert_eq!(sent, Timestamp::from_secs(1));
        assert!(clock.is_backlog());
    }

    #[test]
    fn what_an_adapter_held_back_is_old_in_however_many_pieces_it_comes() {
        // Twenty seconds of 75 frames of 5 bytes, handed over in the pieces of a USB adapter.
        let mut clock = live(9_600);
        let before = Timestamp::from_secs(1);
        for piece in 0..120 {
            let now = Timestamp::from_millis(21_000 + piece);
            assert_eq!(clock.sent_at(now, 62), before);
            assert!(clock.is_backlog());
        }
        let now = Timestamp::from_millis(21_133);
        assert_eq!(clock.sent_at(now, 5), now, "the line itself");
        assert!(!clock.is_backlog());
    }

    #[test]
    fn a_packet_a_second_is_of_now() {
        let mut clock = live(115_200);
        for second in 2..6 {
            let now = Timestamp::from_millis(second * 1_000 + 400 * (second % 2));
            assert_eq!(clock.sent_at(now, 60), now);
        }
    }

    #[test]
    fn a_faster_clock_allows_for_as_much_of_the_day() {
        let mut clock = LineClock::new(&LineSettings::plain(9_600), 30);
        clock.opened(Timestamp::ZERO);
        clock.sent_at(Timestamp::from_millis(1), 1);
        clock.sent_at(Timestamp::from_secs(1), 1);
        let now = Timestamp::from_millis(1_100);
        assert_eq!(clock.clone().sent_at(now, 96 + 460), now);
        assert!(clock.sent_at(now, 96 + 463) < now);
    }

    /// Gaps in microseconds and sizes of reads, with openings (no size) among them.
    fn reads() -> impl Strategy<Value = Vec<(u64, Option<usize>)>> {
        let size = prop_oneof![9 => (1_usize..5_000).prop_map(Some), 1 => Just(None)];
        prop::collection::vec((0_u64..3_000_000, size), 1..200)
    }

    proptest! {
        #[test]
        fn an_answer_is_never_in_the_future_and_never_goes_back(
            baud in 1_u32..1_000_000, rate in 1_u32..31, reads in reads(),
        ) {
            let mut clock = LineClock::new(&LineSettings::plain(baud), rate);
            let mut now = 0;
            let mut before = Timestamp::ZERO;
            for (gap, size) in reads {
                now += gap;
                let at = Timestamp::from_micros(now);
                if let Some(size) = size {
                    let sent = clock.sent_at(at, size);
                    prop_assert!(sent <= at);
                    prop_assert!(sent >= before);
                    before = sent;
                } else {
                    clock.opened(at);
                }
            }
        }

        /// 46 s of an oximeter of 75 frames of 5 bytes a second, as a pseudo-terminal holds them, read in any pieces that are
        /// read faster than the line sends.
        #[test]
        fn forty_six_seconds_of_an_oximeter_in_a_buffer_are_never_live(
            opened_ms in 0_u64..100_000, waited_ms in 0_u64..5_000,
            pieces in prop::collection::vec((100_usize..4_097, 0_u64..100), 1..200),
        ) {
            let mut clock = LineClock::new(&LineSettings::plain(9_600), 1);
            let mut now = opened_ms;
            clock.opened(Timestamp::from_millis(now));
            now += waited_ms;
            let mut waiting = 46 * 375;
            for (size, gap_ms) in pieces.into_iter().cycle().take(1_000) {
                let size = size.min(waiting);
                if size < 100 {
                    break;
                }
                let sent = clock.sent_at(Timestamp::from_millis(now), size);
                prop_assert!(clock.is_backlog());
                prop_assert_eq!(sent, Timestamp::ZERO);
                waiting -= size;
                now += gap_ms;
            }
            // The rest and then the line itself: live again within two frames.
            clock.sent_at(Timestamp::from_millis(now), waiting);
            now += 14;
            clock.sent_at(Timestamp::from_millis(now), 5);
            now += 14;
            let live = Timestamp::from_millis(now);
            prop_assert_eq!(clock.sent_at(live, 5), live);
        }
    }
}
