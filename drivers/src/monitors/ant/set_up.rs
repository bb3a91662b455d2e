//! How a radio is brought to listen to one sensor.

use core::time::Duration;

use protocols::ant::{
    ChannelId, ChannelKind, Code, FREQUENCY, HostMessage, LONGEST_FRAME, Profile, RadioMessage,
};
use protocols::vocabulary::Timestamp;

use super::Sensor;
use crate::monitors::stream::Request;

/// So long an answer is waited for, once more after that, then the set-up has failed.
const ANSWERED: Duration = Duration::from_millis(500);
const TRIES: u8 = 2;
/// A set-up that failed begins anew so much later \[assumed\].
const ANEW: Duration = Duration::from_secs(5);
/// A radio that says nothing at all for so long is set up anew: longer than its search, at whose end it speaks \[assumed\].
const DUMB: Duration = Duration::from_secs(40);

const NETWORK: u8 = 0;
/// Of 2.5 s each: 30 s, as the sheet's example has it.
const SEARCH: u8 = 12;
/// Zeros before a reset, which end whatever the radio takes for a message.
const ZEROS: usize = 15;

/// The messages in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Reset,
    Extended,
    Key,
    /// Only after the channel was closed.
    Unassign,
    Assign,
    Whom,
    Frequency,
    Period,
    Search,
    Open,
    Done,
}

/// How far the radio was brought. Its `Debug` leaves out the bytes last sent, which may be those of the key.
pub(super) struct SetUp {
    sensor: Sensor,
    profile: Profile,
    step: Step,
    /// When the next message is due.
    at: Timestamp,
    /// How often the step's message was sent.
    tries: u8,
    buffer: [u8; ZEROS + LONGEST_FRAME],
}

impl SetUp {
    pub(super) const fn of(sensor: Sensor, profile: Profile) -> Self {
        Self {
            sensor,
            profile,
            step: Step::Reset,
            at: Timestamp::NEVER,
            tries: 0,
            buffer: [0; ZEROS + LONGEST_FRAME],
        }
    }

    /// The number of the sensor that is listened to.
    pub(super) const fn number(&self) -> u16 {
        self.sensor.number
    }

    /// Whether the channel is open.
    pub(super) fn is_done(&self) -> bool {
        self.step == Step::Done
    }

    /// Everything from the reset on.
    pub(super) const fn begin(&mut self, at: Timestamp) {
        self.go(Step::Reset, at);
    }

    const fn go(&mut self, step: Step, at: Timestamp) {
        self.step = step;
        self.at = at;
        self.tries = 0;
    }

    pub(super) fn at(&self, is_up: bool) -> Timestamp {
        if is_up && self.is_done() {
            Timestamp::NEVER
        } else {
            self.at
        }
    }

    /// The radio said something.
    pub(super) fn take(&mut self, sent_at: Timestamp, message: &RadioMessage) {
        match message {
            // Whether asked for or not: it has forgotten everything.
            RadioMessage::StartUp(_) if self.step != Step::Reset || self.tries > 0 => {
                self.go(Step::Extended, Timestamp::ZERO);
            }
            RadioMessage::Response { channel, to, code }
                if self.is_about_us(*channel) && self.awaits(*to) =>
            {
                if *code == Code::DONE {
                    self.go(self.step.next(), self.step.next().due(sent_at));
                } else if self.step.may_fail() {
                    self.go(self.step.next(), Timestamp::ZERO);
                } else {
                    self.go(Step::Reset, sent_at + ANEW);
                }
            }
            RadioMessage::Event {
                channel,
                code: Code::CHANNEL_CLOSED,
            } if *channel == self.profile.channel() && self.is_done() => {
                self.go(Step::Unassign, Timestamp::ZERO);
            }
            _ if self.is_done() => self.at = sent_at + DUMB,
            RadioMessage::StartUp(_)
            | RadioMessage::LineError(_)
            | RadioMessage::Response { .. }
            | RadioMessage::Event { .. }
            | RadioMessage::Capabilities { .. }
            | RadioMessage::Version(_)
            | RadioMessage::ChannelId { .. }
            | RadioMessage::ChannelStatus { .. }
            | RadioMessage::SerialNumber(_)
            | RadioMessage::Data(_)
            | RadioMessage::Other(_) => {}
        }
    }

    /// Whether an answer is to our channel, or to what is set for all of them or for the network, which are told as 0.
    const fn is_about_us(&self, channel: u8) -> bool {
        channel == self.profile.channel() || channel == NETWORK
    }

    /// Whether an answer to this message is due.
    fn awaits(&self, to: u8) -> bool {
        let message = self.message();
        self.tries > 0 && message.is_some_and(|message| message.frame().id() == to)
    }

    /// The message that is due.
    pub(super) fn request(&mut self, now: Timestamp) -> Request<'_> {
        let last_unanswered = self.tries > 0;
        if self.is_done() {
            self.go(Step::Reset, now);
        } else if self.tries > 0 && self.step == Step::Reset {
            // Not every radio says that it has begun anew.
            self.go(Step::Extended, now);
        } else if self.tries >= TRIES {
            let next = if self.step.may_fail() {
                self.step.next()
            } else {
                Step::Reset
            };
            self.go(next, now);
        }
        self.tries += 1;
        self.at = now
            + if self.step == Step::Reset || self.step.may_fail() || self.tries < TRIES {
                ANSWERED
            } else {
                ANEW
            };
        Request {
            bytes: self.write(),
            last_unanswered,
        }
    }

    fn write(&mut self) -> &[u8] {
        let zeros = if self.step == Step::Reset { ZEROS } else { 0 };
        let Some(message) = self.message() else {
            return &[];
        };
        self.buffer.fill(0);
        let rest = self.buffer.get_mut(zeros..).unwrap_or_default();
        let length = message.frame().encode(rest).map_or(0, <[u8]>::len);
        self.buffer.get(..zeros + length).unwrap_or_default()
    }

    fn message(&self) -> Option<HostMessage> {
        let channel = self.profile.channel();
        Some(match self.step {
            Step::Reset => HostMessage::Reset,
            Step::Extended => HostMessage::ExtendedMessages(true),
            Step::Key => HostMessage::SetNetworkKey {
                network: NETWORK,
                key: self.sensor.key,
            },
            Step::Unassign => HostMessage::UnassignChannel(channel),
            Step::Assign => HostMessage::AssignChannel {
                channel,
                kind: ChannelKind::RECEIVE,
                network: NETWORK,
                options: None,
            },
            Step::Whom => HostMessage::SetChannelId {
                channel,
                id: ChannelId {
                    device_number: self.sensor.number,
                    device_type: self.profile.device_type(),
                    transmission_type: 0,
                },
            },
            Step::Frequency => HostMessage::SetFrequency {
                channel,
                megahertz_above_2400: FREQUENCY,
            },
            Step::Period => HostMessage::SetPeriod {
                channel,
                period: self.profile.period(),
            },
            Step::Search => HostMessage::SetSearchTimeout {
                channel,
                timeout: SEARCH,
            },
            Step::Open => HostMessage::OpenChannel(channel),
            Step::Done => return None,
        })
    }
}

impl core::fmt::Debug for SetUp {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("SetUp")
            .field("sensor", &self.sensor)
            .field("step", &self.step)
            .field("at", &self.at)
            .field("tries", &self.tries)
            .finish_non_exhaustive()
    }
}

impl Step {
    const fn next(self) -> Self {
        match self {
            Self::Reset => Self::Extended,
            Self::Extended => Self::Key,
            Self::Key | Self::Unassign => Self::Assign,
            Self::Assign => Self::Whom,
            Self::Whom => Self::Frequency,
            Self::Frequency => Self::Period,
            Self::Period => Self::Search,
            Self::Search => Self::Open,
            Self::Open | Self::Done => Self::Done,
        }
    }

    /// Whether the set-up goes on without it: a radio that does not tell the sender listens to one number all the same \[assumed\], and
    /// a channel that is not assigned any more is as well.
    fn may_fail(self) -> bool {
        matches!(self, Self::Extended | Self::Unassign)
    }

    /// When a step is due that an answer at `sent_at` leads to.
    fn due(self, sent_at: Timestamp) -> Timestamp {
        if self == Self::Done {
            sent_at + DUMB
        } else {
            Timestamp::ZERO
        }
    }
}
