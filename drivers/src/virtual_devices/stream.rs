//! The one mechanism of all monitors that send by a rhythm of their own: a paced sender with the host's bytes between its messages.
//!
//! Promises: messages fall on an exact grid, without drift; a host that polls late finds the newest of them alone; what is heard is
//! answered before the next message; work and memory are bounded, whatever comes over the line.

use core::time::Duration;

use protocols::vocabulary::{MachineLoad, Timestamp};
use protocols::wire::NoRoom;

use super::{Body, DeviceOutput, VirtualDevice};

/// How often a device does its next thing: `nanos / per` nanoseconds apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rhythm {
    nanos: u64,
    per: u64,
    group: u64,
}

/// One moment of a device's time, with what there is to feel.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// When.
    pub at: Timestamp,
    /// Ticks since the rhythm began, those counted in that a late host lost.
    pub number: u64,
    /// What the body shows; `None` before anybody told.
    pub body: Option<Body>,
    /// What was done to the sensor.
    pub faults: SensorFaults,
}

/// What a person can do to a sensor.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SensorFaults {
    /// Its cable is out.
    pub unplugged: bool,
    /// The hand shakes.
    pub motion: bool,
}

/// What a device says and hears. Everything else about it is [`Stream`]'s.
pub trait Speaker: Send {
    /// Its rhythm; `None` while it says nothing unasked. A new rhythm begins when it is first told.
    fn rhythm(&self) -> Option<Rhythm>;

    /// Time has come to `moment` under what it shows: before each tick, and before and after each change of the body.
    fn sense(&mut self, _moment: &Moment) {}

    /// The next message, or nothing this time.
    fn tick(&mut self, moment: &Moment, out: &mut Outbox);

    /// Bytes from the host.
    fn hear(&mut self, _moment: &Moment, _bytes: &[u8], _out: &mut Outbox) {}

    /// See [`VirtualDevice::actual_load`].
    fn actual_load(&self) -> Option<MachineLoad> {
        None
    }

    /// See [`VirtualDevice::set_power`].
    fn set_power(&mut self, _moment: &Moment, _on: bool) {}
}

/// A device that is on.
#[derive(Debug)]
pub struct Stream<S> {
    speaker: S,
    pace: Pace,
    body: Option<Body>,
    faults: SensorFaults,
    out: Outbox,
}

/// Bytes that wait to be taken. What does not fit is lost whole, as in a transmitter's buffer that is full.
#[derive(Debug)]
pub struct Outbox {
    bytes: [u8; OUTBOX],
    filled: usize,
}

/// Room for the longest message of all, a vital-signs monitor's second of waveforms, and for replies beside it.
const OUTBOX: usize = 4_096;
/// A host that polls later than this finds what is newer alone.
const BACKLOG: Duration = Duration::from_secs(1);
/// Of a slow device it finds so many messages.
const BACKLOG_TICKS: u64 = 3;
const NANOS_A_SECOND: u64 = 1_000_000_000;

/// Where a device is in its rhythm.
#[derive(Debug)]
struct Pace {
    rhythm: Option<Rhythm>,
    start: Timestamp,
    next: u64,
}

impl Rhythm {
    /// So many times a second; 0 counts as 1.
    #[must_use]
    pub const fn hertz(times: u32) -> Self {
        #[expect(
            clippy::as_conversions,
            reason = "lossless, and the trait's conversion is not const"
        )]
        let times = times as u64;
        Self::parts(NANOS_A_SECOND, times)
    }

    /// Once in so many seconds; 0 counts as 1.
    #[must_use]
    pub const fn seconds(seconds: u64) -> Self {
        Self::parts(NANOS_A_SECOND.saturating_mul(seconds), 1)
    }

    /// Once in `counts / a_second` seconds.
    #[must_use]
    pub const fn counts(counts: u64, a_second: u64) -> Self {
        Self::parts(NANOS_A_SECOND.saturating_mul(counts), a_second)
    }

    /// The same, where a late host loses whole groups of so many alone.
    #[must_use]
    pub const fn in_groups_of(self, ticks: u64) -> Self {
        Self {
            group: if ticks == 0 { 1 } else { ticks },
            ..self
        }
    }

    const fn parts(nanos: u64, per: u64) -> Self {
        Self {
            nanos: if nanos == 0 { NANOS_A_SECOND } else { nanos },
            per: if per == 0 { 1 } else { per },
            group: 1,
        }
    }

    fn after(&self, ticks: u64) -> Duration {
        let nanos = u128::from(ticks) * u128::from(self.nanos) / u128::from(self.per);
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }

    fn ticks_in(&self, time: Duration) -> u64 {
        let ticks = time.as_nanos().saturating_mul(self.per.into()) / u128::from(self.nanos);
        u64::try_from(ticks).unwrap_or(u64::MAX)
    }
}

impl Pace {
    const fn new(start: Timestamp, rhythm: Option<Rhythm>) -> Self {
        Self {
            rhythm,
            start,
            next: 0,
        }
    }

    /// Takes up another rhythm at `now`.
    fn follow(&mut self, now: Timestamp, rhythm: Option<Rhythm>) {
        if rhythm != self.rhythm {
            *self = Self::new(now, rhythm);
        }
    }

    /// When the next tick is due.
    fn due(&self) -> Timestamp {
        self.rhythm.map_or(Timestamp::NEVER, |rhythm| {
            self.start + rhythm.after(self.next)
        })
    }

    /// Leaves out what is older than the backlog, up to the begin of a group.
    fn catch_up(&mut self, now: Timestamp) {
        let Some(rhythm) = self.rhythm else {
            return;
        };
        let current = rhythm.ticks_in(now.since(self.start));
        let backlog = rhythm.ticks_in(BACKLOG).max(BACKLOG_TICKS);
        if current.saturating_sub(self.next) > backlog {
            let oldest = current - backlog;
            self.next = oldest.div_ceil(rhythm.group) * rhythm.group;
        }
    }
}

impl<S: Speaker> Stream<S> {
    /// A device switched on at `start`, where its first tick is due. Until it is told of a body it feels none.
    #[must_use]
    pub fn new(start: Timestamp, speaker: S) -> Self {
        Self {
            pace: Pace::new(start, speaker.rhythm()),
            speaker,
            body: None,
            faults: SensorFaults::default(),
            out: Outbox::new(),
        }
    }

    /// Pulls the sensor's cable, shakes the hand, or ends either.
    pub const fn set_faults(&mut self, faults: SensorFaults) {
        self.faults = faults;
    }

    const fn moment(&self, at: Timestamp) -> Moment {
        Moment {
            at,
            number: self.pace.next,
            body: self.body,
            faults: self.faults,
        }
    }
}

impl<S: Speaker> VirtualDevice for Stream<S> {
    fn handle_bytes(&mut self, now: Timestamp, bytes: &[u8]) {
        let moment = self.moment(now);
        self.speaker.hear(&moment, bytes, &mut self.out);
        self.pace.follow(now, self.speaker.rhythm());
    }

    fn advance(&mut self, now: Timestamp, body: &Body) {
        self.speaker.sense(&self.moment(now));
        self.body = Some(*body);
        self.speaker.sense(&self.moment(now));
        self.pace.follow(now, self.speaker.rhythm());
    }

    fn poll_output(&mut self, now: Timestamp) -> DeviceOutput<'_> {
        self.pace.catch_up(now);
        while self.out.is_empty() {
            let due = self.pace.due();
            if now < due {
                return DeviceOutput::Wait(due);
            }
            let moment = self.moment(due);
            self.pace.next = self.pace.next.saturating_add(1);
            self.speaker.sense(&moment);
            self.speaker.tick(&moment, &mut self.out);
            self.pace.follow(due, self.speaker.rhythm());
        }
        DeviceOutput::Transmit(self.out.take())
    }

    fn actual_load(&self) -> Option<MachineLoad> {
        self.speaker.actual_load()
    }

    fn set_power(&mut self, now: Timestamp, on: bool) {
        self.speaker.set_power(&self.moment(now), on);
        self.pace.follow(now, self.speaker.rhythm());
    }
}

impl Outbox {
    const fn new() -> Self {
        Self {
            bytes: [0; OUTBOX],
            filled: 0,
        }
    }

    /// Adds what `encode` writes.
    pub fn add(&mut self, encode: impl FnOnce(&mut [u8]) -> Result<&[u8], NoRoom>) {
        let free = self.bytes.get_mut(self.filled..).unwrap_or_default();
        if let Ok(written) = encode(free) {
            self.filled += written.len();
        }
    }

    /// Adds these bytes.
    pub fn add_bytes(&mut self, bytes: &[u8]) {
        self.add(|free| {
            let place = free.get_mut(..bytes.len()).ok_or(NoRoom)?;
            place.copy_from_slice(bytes);
            Ok(place)
        });
    }

    const fn is_empty(&self) -> bool {
        self.filled == 0
    }

    fn take(&mut self) -> &[u8] {
        let filled = core::mem::take(&mut self.filled);
        self.bytes.get(..filled).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Says the number of its tick; a byte from the host is the rhythm that it takes up, 0 none.
    struct Counter(Option<Rhythm>);

    impl Speaker for Counter {
        fn rhythm(&self) -> Option<Rhythm> {
            self.0
        }

        fn tick(&mut self, moment: &Moment, out: &mut Outbox) {
            out.add_bytes(&moment.number.to_be_bytes());
        }

        fn hear(&mut self, _moment: &Moment, bytes: &[u8], _out: &mut Outbox) {
            for byte in bytes {
                self.0 = (*byte > 0).then(|| Rhythm::hertz(u32::from(*byte)));
            }
        }
    }

    const START: Timestamp = Timestamp::from_secs(7);

    fn next(stream: &mut Stream<Counter>, now: Timestamp) -> Result<u64, Timestamp> {
        match stream.poll_output(now) {
            DeviceOutput::Transmit(bytes) => {
                Ok(u64::from_be_bytes(bytes.try_into().expect("a number")))
            }
            DeviceOutput::Wait(until) => Err(until),
        }
    }

    #[test]
    fn ticks_fall_on_an_exact_grid_for_an_hour() {
        for (rhythm, nanos, per) in [
            (Rhythm::hertz(60), 1_000_000_000_u64, 60_u64),
            (Rhythm::seconds(2), 2_000_000_000, 1),
            (Rhythm::counts(8_070, 32_768), 8_070_000_000_000, 32_768),
        ] {
            let mut stream = Stream::new(START, Counter(Some(rhythm)));
            let (mut now, mut ticks) = (START, 0);
            let end = START + Duration::from_hours(1);
            while now < end {
                match next(&mut stream, now) {
                    Ok(number) => {
                        assert_eq!(number, ticks);
                        assert_eq!(now.as_nanos(), START.as_nanos() + ticks * nanos / per);
                        ticks += 1;
                    }
                    Err(until) => now = until,
                }
            }
            assert_eq!(ticks, (3_600 * 1_000_000_000_u64 * per).div_ceil(nanos));
        }
    }

    #[test]
    fn a_late_host_finds_whole_groups_of_the_last_second_and_of_slow_devices_three() {
        let late = START + Duration::from_mins(1);
        let quick = Rhythm::hertz(75).in_groups_of(25);
        let mut stream = Stream::new(START, Counter(Some(quick)));
        assert_eq!(next(&mut stream, late), Ok(59 * 75));
        let slow = Rhythm::seconds(2);
        let mut stream = Stream::new(START, Counter(Some(slow)));
        assert_eq!(next(&mut stream, late), Ok(27));
    }

    #[test]
    fn another_rhythm_begins_when_it_is_told_and_none_is_silence() {
        let mut stream = Stream::new(START, Counter(None));
        assert_eq!(next(&mut stream, START), Err(Timestamp::NEVER));
        let told = START + Duration::from_millis(123);
        stream.handle_bytes(told, &[10]);
        assert_eq!(next(&mut stream, told), Ok(0));
        let second = told + Duration::from_millis(100);
        assert_eq!(next(&mut stream, told), Err(second));
        stream.handle_bytes(told, &[10]);
        assert_eq!(next(&mut stream, told), Err(second));
        stream.handle_bytes(told, &[0]);
        assert_eq!(next(&mut stream, second), Err(Timestamp::NEVER));
    }

    #[test]
    fn what_does_not_fit_is_lost_whole() {
        let mut out = Outbox::new();
        out.add_bytes(&[1; OUTBOX - 3]);
        out.add_bytes(&[2; 4]);
        out.add_bytes(&[3; 3]);
        let taken = out.take();
        assert_eq!(taken.len(), OUTBOX);
        assert!(taken.ends_with(&[1, 3, 3, 3]));
        assert!(out.is_empty());
    }
}
