//! One port with the link on it: whose it is, how it is, when it is tried again.

use std::time::Duration;

use control::input::Device;
use drivers::link::{Link, LinkEvent, LinkOutput, Objection};
use protocols::vocabulary::Timestamp;

use super::overheard::{Listener, Overheard};
use super::snapshot::{LineCount, LinkHealth};
use crate::config::{PortAddress, Protocol};
use crate::records::wire::LinkOf;

/// A port's place in the gym.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PortId(pub usize);

/// Bytes for a port: no frame of any machine is longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    bytes: [u8; Self::CAPACITY],
    length: usize,
}

impl Frame {
    /// The longest frame that a host sends (CSAFE keeps to 32 bytes, stuffing doubles at most).
    pub const CAPACITY: usize = 96;

    /// A copy of `bytes`; what is over the capacity is a link's mistake and is cut.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let mut frame = Self {
            bytes: [0; Self::CAPACITY],
            length: bytes.len().min(Self::CAPACITY),
        };
        for (to, from) in frame.bytes.iter_mut().zip(bytes) {
            *to = *from;
        }
        frame
    }

    /// The bytes.
    #[must_use]
    pub fn as_slice(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

/// What a wire wants of the gym.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum WireOutput {
    /// Write; `preempt`: discard what has not left the kernel first.
    Transmit { frame: Frame, preempt: bool },
    /// The device said something.
    Event(LinkEvent),
}

/// Whose device hangs on a wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// The machine of this bay.
    Machine { bay: usize },
    /// The sensor of this place in the list of sensors.
    Sensor { sensor: usize },
}

/// One port with the link on it.
pub(super) struct Wire {
    pub(super) address: PortAddress,
    pub(super) owner: Owner,
    pub(super) health: LinkHealth,
    /// How its link is made.
    pub(super) made_by: LinkOf,
    link: Box<dyn Link>,
    listener: Listener,
    state: PortState,
    deadline: Timestamp,
    attempts: u32,
    /// What its machine said of the command that it refuses next.
    objection: Option<Objection>,
}

/// Whether the port is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PortState {
    /// Shut; to be tried then.
    Shut { retry_at: Timestamp },
    /// The shell was asked to open it.
    Opening { since: Timestamp },
    /// Open.
    Open,
}

/// The first wait before a port is tried again; each further one doubles, to [`LONGEST_BACK_OFF`].
const FIRST_BACK_OFF: Duration = Duration::from_millis(250);

/// The longest wait before a port is tried again: an installer who plugs a cable in looks at the wall for about so long.
const LONGEST_BACK_OFF: Duration = Duration::from_secs(4);

/// An adapter that takes longer to be opened is said to be sick.
const SLOW_TO_OPEN: Duration = Duration::from_secs(5);

impl Wire {
    pub(super) fn new(
        address: PortAddress,
        owner: Owner,
        (protocol, link): (&Protocol, Box<dyn Link>),
        now: Timestamp,
    ) -> Self {
        Self {
            address,
            owner,
            made_by: LinkOf {
                protocol: protocol.id().to_owned(),
                settings: protocol.settings().words(),
            },
            health: LinkHealth::Opening { because: None },
            link,
            listener: Listener::new(),
            state: PortState::Shut { retry_at: now },
            deadline: now,
            attempts: 0,
            objection: None,
        }
    }

    /// What its machine said of the command that it was just told to have refused, once.
    pub(super) const fn take_objection(&mut self) -> Option<Objection> {
        self.objection.take()
    }

    pub(super) fn link(&self) -> &dyn Link {
        self.link.as_ref()
    }

    pub(super) fn link_mut(&mut self) -> &mut dyn Link {
        self.link.as_mut()
    }

    pub(super) const fn is_open(&self) -> bool {
        matches!(self.state, PortState::Open)
    }

    /// Whether the shell is to open the port now; says so once an attempt.
    pub(super) fn wants_opening(&mut self, now: Timestamp) -> bool {
        match self.state {
            PortState::Shut { retry_at } if retry_at <= now => {
                self.state = PortState::Opening { since: now };
                true
            }
            PortState::Opening { since } if now.since(since) >= SLOW_TO_OPEN => {
                // The system is still at it, and cannot be asked to leave off.
                self.health = LinkHealth::Opening {
                    because: Some(
                        "the port does not answer to being opened: pull its adapter out and put it back"
                            .to_owned(),
                    ),
                };
                false
            }
            PortState::Shut { .. } | PortState::Opening { .. } | PortState::Open => false,
        }
    }

    pub(super) fn opened(&mut self, now: Timestamp) {
        self.state = PortState::Open;
        self.attempts = 0;
        self.health = LinkHealth::Identifying;
        self.listener = Listener::new();
        self.objection = None;
        self.link.handle_opened(now);
        self.deadline = now;
    }

    /// Bytes came: for the link, and for whoever has to know of those that it does not understand.
    pub(super) fn hear(
        &mut self,
        now: Timestamp,
        sent_at: Timestamp,
        bytes: &[u8],
    ) -> Option<Overheard> {
        let before = self.link.counters();
        self.link.handle_bytes(now, sent_at, bytes);
        let understood = self.health == LinkHealth::Up;
        let told = self
            .listener
            .hear(bytes, &before, &self.link.counters(), understood)?;
        if matches!(told, Overheard::Noise(_)) {
            // That somebody else was recognised says more.
            if matches!(self.health, LinkHealth::OtherProtocol { .. }) {
                return None;
            }
            self.health = LinkHealth::Unintelligible;
        }
        Some(told)
    }

    /// The port could not be opened, or has gone.
    pub(super) fn shut(&mut self, now: Timestamp, because: String) {
        if self.is_open() {
            self.link.handle_closed(now);
        }
        let back_off = FIRST_BACK_OFF
            .saturating_mul(1 << self.attempts.min(4))
            .min(LONGEST_BACK_OFF);
        self.attempts = self.attempts.saturating_add(1);
        self.state = PortState::Shut {
            retry_at: now + back_off,
        };
        self.health = LinkHealth::Opening {
            because: Some(because),
        };
    }

    /// What came over the line since the gym opened.
    pub(super) fn count(&self) -> LineCount {
        let counters = self.link.counters();
        let faults = [
            counters.checksum_errors,
            counters.framing_errors,
            counters.time_outs,
            counters.refusals,
        ];
        LineCount {
            messages: counters.messages,
            faults: faults.iter().fold(0, |sum, one| sum.saturating_add(*one)),
        }
    }

    /// When this wire wants to be polled again.
    pub(super) fn deadline(&self) -> Timestamp {
        match self.state {
            PortState::Shut { retry_at } => retry_at,
            PortState::Opening { .. } => Timestamp::NEVER,
            PortState::Open => self.deadline,
        }
    }

    /// The next thing the link wants. Drain until `None`.
    pub(super) fn poll(&mut self, now: Timestamp) -> Option<WireOutput> {
        if !self.is_open() {
            return None;
        }
        match self.link.poll_output(now) {
            LinkOutput::Transmit(bytes) => Some(WireOutput::Transmit {
                frame: Frame::of(bytes),
                preempt: false,
            }),
            LinkOutput::Preempt(bytes) => Some(WireOutput::Transmit {
                frame: Frame::of(bytes),
                preempt: true,
            }),
            LinkOutput::Event(event) => {
                self.note(&event);
                Some(WireOutput::Event(event))
            }
            LinkOutput::Wait(until) => {
                self.deadline = until;
                None
            }
        }
    }

    fn note(&mut self, event: &LinkEvent) {
        match event {
            LinkEvent::Up => self.health = LinkHealth::Up,
            // That somebody else is there says more than that the device is not.
            LinkEvent::Silent => {
                if !matches!(
                    self.health,
                    LinkHealth::OtherProtocol { .. } | LinkHealth::Unintelligible
                ) {
                    self.health = LinkHealth::Silent;
                }
            }
            LinkEvent::OtherProtocol(protocol) => {
                self.health = LinkHealth::OtherProtocol {
                    protocol: (*protocol).to_owned(),
                };
            }
            LinkEvent::Objected(objection) if !objection.stands_alone() => {
                self.objection = Some(*objection);
            }
            LinkEvent::Objected(_)
            | LinkEvent::HeartRate { .. }
            | LinkEvent::PulseRate { .. }
            | LinkEvent::Saturation { .. }
            | LinkEvent::Machine { .. }
            | LinkEvent::Accepted(_)
            | LinkEvent::Refused(_)
            | LinkEvent::Plethysmogram { .. } => {}
        }
    }
}

/// A sensor and whom it serves. A sensor serves one patient (I12).
pub(super) struct Sensor {
    pub(super) name: String,
    pub(super) role: Device,
    pub(super) home: Option<u8>,
    pub(super) wire: usize,
    /// The bay whose patient it serves.
    pub(super) bay: Option<usize>,
}

#[cfg(test)]
mod tests {
    use drivers::monitors::NoninDf2Link;

    use super::*;
    use crate::config::SensorProtocol;

    #[test]
    fn a_port_that_does_not_come_to_open_is_said_to_be_sick() {
        let begins = Timestamp::from_secs(10);
        let link = Box::new(NoninDf2Link::new());
        let protocol = SensorProtocol::nonin_df2();
        let mut wire = Wire::new(
            PortAddress::Virtual,
            Owner::Sensor { sensor: 0 },
            (protocol.protocol(), link),
            begins,
        );
        assert!(wire.wants_opening(begins));
        assert!(!wire.wants_opening(begins + Duration::from_secs(4)));
        assert_eq!(wire.health, LinkHealth::Opening { because: None });
        assert!(!wire.wants_opening(begins + Duration::from_secs(5)));
        assert!(matches!(
            &wire.health,
            LinkHealth::Opening { because: Some(words) } if words.contains("pull its adapter")
        ));
        // Late is not never.
        wire.opened(begins + Duration::from_mins(1));
        assert!(wire.is_open());
        assert_eq!(wire.health, LinkHealth::Identifying);
    }
}
