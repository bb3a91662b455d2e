//! One link that is asked again, and what it says held against what was recorded.

use std::collections::BTreeMap;
use std::time::Duration;

use control::input::Input;
use drivers::link::{Link, LinkOutput};
use protocols::vocabulary::Timestamp;
use serde_json::json;

use super::super::super::archive::seconds;
use super::super::super::wire::{WireEvent, WireRecord, reading};
use super::{Odd, Order, WireDevice, of};

/// A link that goes on and on in one instant is at fault: no link of ours says so much.
const OUTPUTS_MAX: usize = 1_000;

/// A link that begins in the middle has found its way within this: the longest start-up of the sheets, and a few packets.
const FINDS_ITS_WAY: Duration = Duration::from_secs(10);

/// A link on its way through what happened.
pub(super) struct Asked<'a> {
    link: Box<dyn Link>,
    rate: u32,
    /// What is still to be told to it; `None` for a device that takes no commands.
    orders: Option<&'a [Order]>,
    opened: bool,
    readings: Vec<Input>,
}

impl<'a> Asked<'a> {
    pub(super) const fn new(link: Box<dyn Link>, rate: u32, orders: Option<&'a [Order]>) -> Self {
        Self {
            link,
            rate,
            orders,
            opened: false,
            readings: Vec::new(),
        }
    }

    /// One thing that happened on the wire.
    pub(super) fn happen(&mut self, record: &WireRecord, found: &mut WireDevice) {
        let now = record.at;
        if !self.opened && record.event != WireEvent::Closed {
            self.opened = true;
            self.link.handle_opened(now);
            if record.event == WireEvent::Opened {
                return self.drain(now);
            }
        }
        // A command leaves in the turn that makes it, and bytes come before the turn that they make.
        let sends = matches!(record.event, WireEvent::Sent { .. });
        self.obey(now, sends);
        match &record.event {
            WireEvent::Opened => {
                self.link.handle_opened(now);
                self.drain(now);
            }
            WireEvent::Closed => {
                self.opened = false;
                self.link.handle_closed(now);
            }
            WireEvent::Received { age_nanos, bytes } => {
                found.bytes += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                let sent_at = if *age_nanos < 0 {
                    Timestamp::from_nanos(now.as_nanos().saturating_add(age_nanos.unsigned_abs()))
                } else {
                    Timestamp::from_nanos(now.as_nanos().saturating_sub(age_nanos.unsigned_abs()))
                };
                self.link.handle_bytes(now, sent_at, bytes);
                self.drain(now);
            }
            WireEvent::Sent { .. } => {
                found.frames += 1;
                self.drain(now);
            }
        }
    }

    /// Nothing more came until then: what the link of a monitor held back until it was sure leaves.
    pub(super) fn pass(&mut self, now: Timestamp) {
        if self.opened && self.orders.is_none() {
            self.drain(now);
        }
    }

    pub(super) fn into_readings(self) -> Vec<Input> {
        self.readings
    }

    /// Tells it what it was told until now; what this very instant brought too, where that came first.
    fn obey(&mut self, now: Timestamp, with_this: bool) {
        while let Some((order, rest)) = self.orders.and_then(<[Order]>::split_first) {
            if order.at > now || order.at == now && !with_this {
                return;
            }
            self.orders = Some(rest);
            // A gym on a faster clock wakes up as often as any other: the leave lasts as long by the real clock.
            let leave = order.leave_until.since(order.at);
            self.link
                .renew_leave(order.at + leave.saturating_mul(self.rate));
            if let Some(command) = order.command {
                self.link.handle_command(order.at, command);
            }
            self.drain(order.at);
        }
    }

    fn drain(&mut self, now: Timestamp) {
        for _ in 0..OUTPUTS_MAX {
            match self.link.poll_output(now) {
                LinkOutput::Transmit(_) | LinkOutput::Preempt(_) => {}
                LinkOutput::Event(event) => self.readings.extend(reading(&event)),
                LinkOutput::Wait(_) => return,
            }
        }
    }
}

/// Whose answers do not say what they answer: a link that asks at other times than the gym's did takes them for other questions'.
const NAMELESS: [&str; 3] = ["monark", "trackmaster", "woodway"];

/// What the journal has of a device.
pub(super) struct Recorded<'a> {
    /// When the bout began, in microseconds of the gym's clock.
    pub(super) began_us: i64,
    pub(super) readings: &'a [&'a Input],
    /// When the last of its bytes were written, where the gym was lost.
    pub(super) lost_after: Option<Timestamp>,
}

/// Holds readings against each other, field by field.
pub(super) fn compare(recorded: &Recorded<'_>, heard: &[Input], found: &mut WireDevice) {
    found.readings = count(recorded.readings.len());
    let first = recorded.readings.iter().copied().filter_map(sent_at).min();
    let latest = first.map(|first| first + FINDS_ITS_WAY);
    let heard_from = heard.iter().filter_map(sent_at).min();
    let is_lost = heard_from.is_none() || latest.is_some() && heard_from > latest;
    if found.frames > 0 && is_lost {
        // By luck it may find its way much later: that proves nothing of either.
        found.judged = false;
        return;
    }
    compare_all(heard_from.min(latest), recorded, heard, found);
    if found.missing > 0 && NAMELESS.contains(&found.protocol.as_str()) {
        found.judged = false;
    }
}

fn compare_all(
    begins: Option<Timestamp>,
    recorded: &Recorded<'_>,
    heard: &[Input],
    found: &mut WireDevice,
) {
    let mut left: BTreeMap<Vec<u8>, Vec<&Input>> = BTreeMap::new();
    for input in heard {
        left.entry(bytes(input)).or_default().push(input);
    }
    let mut odd: Vec<(Timestamp, bool, &Input)> = Vec::new();
    let is_lost = |input| {
        recorded
            .lost_after
            .is_some_and(|last| sent_at(input) > Some(last))
    };
    for input in recorded.readings {
        if left.get_mut(&bytes(input)).and_then(Vec::pop).is_some() {
            found.same += 1;
        } else if !heard.is_empty() && sent_at(input) < begins {
            found.before += 1;
        } else if is_lost(input) {
            found.lost += 1;
        } else {
            found.missing += 1;
            odd.extend(sent_at(input).map(|at| (at, true, *input)));
        }
    }
    for input in left.into_values().flatten() {
        found.extra += 1;
        odd.extend(sent_at(input).map(|at| (at, false, input)));
    }
    found.first = odd
        .into_iter()
        .min_by_key(|(at, recorded, _)| (*at, !*recorded))
        .map(|(at, is_recorded, input)| {
            let at_us = i64::try_from(at.as_micros()).unwrap_or(i64::MAX);
            Odd {
                bout_s: seconds(at_us.saturating_sub(recorded.began_us)),
                recorded: is_recorded,
                reading: json!(input),
            }
        });
}

/// Bytes, not values: a NaN is not equal to itself, and a zero has two signs.
fn bytes(input: &Input) -> Vec<u8> {
    postcard::to_stdvec(input).unwrap_or_default()
}

fn sent_at(input: &Input) -> Option<Timestamp> {
    of(input).map(|(_, sent_at)| sent_at)
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
