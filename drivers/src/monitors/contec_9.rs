//! A Contec oximeter of protocol V7.0: silent until told to start, and told each 4 s to go on.
//!
//! On open what may still run is stopped (A7, A2); once 200 ms are silent it is started (A1), again after 2 s without a packet, three
//! times; then all of it anew \[times assumed\]. As the stream has no check, a number counts once ten packets agree on it. The
//! plethysmogram, a sample of 7 bits a packet, is left out: it does not come in thirds of a second.

use core::time::Duration;

use protocols::contec_9::{DeviceDecoder, DeviceMessage, Disconnection, HostCommand, PACKET_BYTES};
use protocols::five_byte::PacketFlags;
use protocols::vocabulary::{Absence, Reading, Timestamp};

use super::agreement::Agreement;
use super::pace::{Pace, share};
use super::stream::{Heard, Readings, Request, Stream, StreamLink};
use super::trust::{judge, reading, saturation};

/// A later Contec oximeter at one port.
pub type Contec9Link = StreamLink<Contec9>;

/// So long nothing may come before the device is started \[assumed\].
const SETTLED: Duration = Duration::from_millis(200);
/// A line that never falls silent is not waited for any longer \[assumed\].
const SETTLED_AT_LAST: Duration = Duration::from_secs(2);
/// Without a packet for so long it is started again \[assumed\].
const STARTED: Duration = Duration::from_secs(2);
/// So many starts before all begins anew \[assumed\].
const STARTS: u8 = 3;
/// The device ends the stream 5 s after the last command.
const KEEP_ALIVE: Duration = Duration::from_secs(4);

/// Protocol V7.0.
#[derive(Debug)]
pub struct Contec9 {
    agreement: Agreement,
    step: Step,
    command: [u8; 2 * PACKET_BYTES],
}

/// How far the device was brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// It has to be stopped.
    Stop { at: Timestamp },
    /// It was stopped, and its line has to fall silent.
    Settle {
        quiet_at: Timestamp,
        last: Timestamp,
    },
    /// It was started; how many starts are left.
    Start { again_at: Timestamp, left: u8 },
    /// It sends.
    Run { keep_alive_at: Timestamp },
}

impl Default for Contec9 {
    fn default() -> Self {
        Self {
            agreement: Agreement::default(),
            step: Step::Stop {
                at: Timestamp::NEVER,
            },
            command: [0; 2 * PACKET_BYTES],
        }
    }
}

impl Contec9 {
    fn request(&mut self, commands: &[HostCommand], last_unanswered: bool) -> Request<'_> {
        let mut length = 0;
        for command in commands {
            let room = self.command.get_mut(length..).unwrap_or_default();
            length += command.encode(room).map_or(0, <[u8]>::len);
        }
        Request {
            bytes: self.command.get(..length).unwrap_or_default(),
            last_unanswered,
        }
    }

    fn start(&mut self, now: Timestamp, left: u8, last_unanswered: bool) -> Request<'_> {
        self.step = Step::Start {
            again_at: now + STARTED,
            left,
        };
        self.request(&[HostCommand::START_REALTIME], last_unanswered)
    }
}

impl Stream for Contec9 {
    type Decoder = DeviceDecoder;

    const ID: &'static str = "contec-9";
    const SILENCE: Duration = Duration::from_secs(1);
    /// 60 packets of nine bytes a second.
    const PER_BYTE: Duration = share(Duration::from_secs(1), 60 * 9);
    const PACE: Option<Pace> = Some(Pace::messages(share(Duration::from_secs(1), 60), 9));

    fn opened(&mut self, now: Timestamp) {
        self.agreement = Agreement::default();
        self.step = Step::Stop { at: now };
    }

    fn bytes_came(&mut self, now: Timestamp) {
        if let Step::Settle { quiet_at, last } = &mut self.step {
            *quiet_at = (now + SETTLED).min(*last);
        }
    }

    fn take(&mut self, sent_at: Timestamp, message: &DeviceMessage) -> Heard {
        let packet = match (message, self.step) {
            (DeviceMessage::Packet(packet), Step::Start { .. } | Step::Run { .. }) => packet,
            // What was sent before the start is nothing of now.
            (_, Step::Stop { .. } | Step::Settle { .. }) => return Heard::Ignored,
            (DeviceMessage::Disconnected(reason), _) => {
                self.agreement = Agreement::default();
                self.step = Step::Stop {
                    at: sent_at + STARTED,
                };
                return Heard::Said(ended(*reason));
            }
            (DeviceMessage::Answer { .. }, _) => return Heard::Said(Readings::NONE),
        };
        if matches!(self.step, Step::Start { .. }) {
            self.step = Step::Run {
                keep_alive_at: sent_at + KEEP_ALIVE,
            };
        }
        let words = packet.content().flags.quality();
        let judged = judge(words.as_slice());
        Heard::Live(self.agreement.take(
            saturation(judged, packet.saturation()),
            reading(judged, packet.pulse_rate()),
        ))
    }

    fn ask_at(&self, is_up: bool) -> Timestamp {
        match self.step {
            Step::Stop { at } => at,
            Step::Settle { quiet_at, .. } => quiet_at,
            Step::Start { again_at, .. } => again_at,
            Step::Run { keep_alive_at } if is_up => keep_alive_at,
            Step::Run { .. } => Timestamp::ZERO,
        }
    }

    fn ask(&mut self, now: Timestamp, is_up: bool) -> Request<'_> {
        match self.step {
            Step::Settle { .. } => self.start(now, STARTS - 1, false),
            Step::Start { left, .. } if left > 0 => self.start(now, left - 1, true),
            Step::Run { .. } if is_up => {
                self.step = Step::Run {
                    keep_alive_at: now + KEEP_ALIVE,
                };
                self.request(&[HostCommand::KEEP_ALIVE], false)
            }
            // It fell silent.
            Step::Run { .. } => self.start(now, STARTS - 1, true),
            Step::Stop { .. } | Step::Start { .. } => {
                let last_unanswered = matches!(self.step, Step::Start { .. });
                self.step = Step::Settle {
                    quiet_at: now + SETTLED,
                    last: now + SETTLED_AT_LAST,
                };
                let stops = [HostCommand::STOP_STORED, HostCommand::STOP_REALTIME];
                self.request(&stops, last_unanswered)
            }
        }
    }
}

/// Nothing comes behind the notice of an end. That reason 1 is a finger taken out is \[assumed\].
fn ended(reason: Disconnection) -> Readings {
    let absence = if reason == Disconnection::FINGER_OUT {
        Absence::NoContact
    } else {
        Absence::Stale
    };
    Readings::of_oximeter(Reading::Missing(absence), Reading::Missing(absence))
}
