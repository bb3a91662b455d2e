//! A Nonin oximeter of any binary format, which changes its format when it is told to.

mod messages;
mod spot_check;

use protocols::nonin_df1::HostCommand;
use protocols::nonin_df7::{ClockTime, DataFormat, PacketValues, Reply};
use protocols::nonin_df13::{HostDecoder, HostMessage};
use protocols::vocabulary::Timestamp;
use protocols::wire::{Decoder, WireErrorKind};

use super::nonin_ascii::feel;
use crate::virtual_devices::oximeter::Oximeter;
use crate::virtual_devices::pulse::Pulse;
use crate::virtual_devices::stream::{Moment, Outbox, Rhythm, Speaker, Stream};
use spot_check::SpotChecks;

/// Frames a second of the formats with a plethysmogram; the others speak at every so many of these.
const FRAMES_A_SECOND: u32 = protocols::nonin_df7::FRAMES_PER_SECOND;
const FRAMES_A_PACKET: u64 = 25;
const FRAMES_A_LINE: u64 = 75;
/// Firmware revision, of no meaning.
const REVISION: u8 = 0x20;

/// What it sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Three bytes a second.
    Df1,
    /// Frames with a waveform of 8 bits.
    Df2,
    /// Frames with a waveform of 16 bits.
    Df7,
    /// Four bytes a second.
    Df8,
    /// A frame a measurement.
    Df13,
}

/// Whether it obeys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Commands {
    /// It answers, and changes its format: 3150, 9560.
    Answered,
    /// It answers, and refuses every format but its own.
    OtherFormatsRefused,
    /// Its format was chosen by a pin: OEM III, Xpod \[recalled\].
    Ignored,
}

/// The oximeter. Its clock keeps what it was set to and does not run.
#[derive(Debug)]
pub struct Nonin {
    commands: Commands,
    format: Format,
    /// What it was told to send from the next packet on.
    wanted: Format,
    pulse: Pulse,
    oximeter: Oximeter,
    values: PacketValues,
    data: [u8; protocols::nonin_df7::FRAMES],
    checks: SpotChecks,
    decoder: HostDecoder,
    clock: ClockTime,
}

impl Nonin {
    /// Switches one on.
    #[must_use]
    pub fn switch_on(start: Timestamp, format: Format, commands: Commands) -> Stream<Self> {
        Stream::new(
            start,
            Self {
                commands,
                format,
                wanted: format,
                pulse: Pulse::new(start),
                oximeter: Oximeter::default(),
                values: PacketValues::default(),
                data: PacketValues::default().data(),
                checks: SpotChecks::default(),
                decoder: HostDecoder::new(),
                clock: ClockTime {
                    year: 0,
                    month: 1,
                    day: 1,
                    hour: 0,
                    minute: 0,
                    second: 0,
                },
            },
        )
    }

    /// A third of a second begins: the values of one moment, and the format that was asked for.
    fn begin_packet(&mut self, moment: &Moment) {
        let (rates, saturations) = self.oximeter.packet_values();
        self.values = PacketValues {
            rates,
            saturations,
            revision: REVISION,
            timer: u16::try_from(moment.number / FRAMES_A_PACKET % 16_384).unwrap_or(0),
            status_2: 0,
        };
        self.data = self.values.data();
        self.format = self.wanted;
    }

    fn answer(&mut self, content: Result<HostMessage, WireErrorKind>, out: &mut Outbox) {
        let command = match content {
            Ok(HostMessage::Accepted) => return self.checks.accept(),
            Ok(HostMessage::SendAgain) => return self.checks.send_again(),
            Ok(HostMessage::Command(command)) => Ok(command),
            Err(WireErrorKind::Framing) => return,
            Err(kind) => Err(kind),
        };
        if self.commands == Commands::Ignored {
            return;
        }
        let reply = match command {
            Ok(command) => self.obey(command),
            Err(_) => Reply::Refused,
        };
        out.add(|buffer| reply.encode(buffer));
    }

    fn obey(&mut self, command: HostCommand) -> Reply {
        match command {
            HostCommand::SelectFormat { format, .. } => {
                let wanted = match format {
                    DataFormat::Df2 => Format::Df2,
                    DataFormat::Df7 => Format::Df7,
                    DataFormat::Df8 => Format::Df8,
                    DataFormat::Df13 => Format::Df13,
                };
                if self.commands == Commands::OtherFormatsRefused && wanted != self.format {
                    return Reply::Refused;
                }
                self.wanted = wanted;
                Reply::Done
            }
            HostCommand::GetClock => Reply::Clock(self.clock),
            HostCommand::SetClock(time) => {
                self.clock = time;
                Reply::Done
            }
            HostCommand::DeviceType => Reply::WRIST_OX2,
            HostCommand::SerialNumber => Reply::SerialNumber(*b"000000001"),
            HostCommand::BluetoothTimeout { .. } => Reply::BluetoothTimeoutSet,
        }
    }
}

impl Speaker for Nonin {
    fn rhythm(&self) -> Option<Rhythm> {
        Some(Rhythm::hertz(FRAMES_A_SECOND).in_groups_of(FRAMES_A_PACKET))
    }

    /// A frame. It is near enough to the one before for beats to be felt here alone.
    fn tick(&mut self, moment: &Moment, out: &mut Outbox) {
        self.oximeter.pass_frame(moment.at);
        feel(&mut self.oximeter, &mut self.pulse, moment);
        if moment.number.is_multiple_of(FRAMES_A_PACKET) {
            self.begin_packet(moment);
        }
        self.speak(moment, out);
    }

    fn hear(&mut self, _moment: &Moment, bytes: &[u8], out: &mut Outbox) {
        let mut decoder = core::mem::take(&mut self.decoder);
        decoder.feed(bytes, &mut |item| {
            self.answer(item.content.map_err(|error| error.kind), out);
        });
        self.decoder = decoder;
    }
}
