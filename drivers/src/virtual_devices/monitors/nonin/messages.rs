//! What the oximeter says in each of its formats.

use protocols::nonin_df1::{self, DisplayValues, Flags};
use protocols::nonin_df2;
use protocols::nonin_df7::{self, Perfusion, Status};
use protocols::nonin_df8::{self, MoreFlags};

use super::{FRAMES_A_LINE, FRAMES_A_PACKET, Format, Nonin};
use crate::virtual_devices::beats::rounded;
use crate::virtual_devices::monitors::nonin_ascii::has_contact;
use crate::virtual_devices::oximeter;
use crate::virtual_devices::stream::{Moment, Outbox};

/// The perfusion bits stand on so many frames from the pulse's upstroke on.
const PULSE_FRAMES: u32 = 5;

impl Nonin {
    /// What is to be said at this frame.
    pub(super) fn speak(&mut self, moment: &Moment, out: &mut Outbox) {
        let begins_line = moment.number.is_multiple_of(FRAMES_A_LINE);
        match self.format {
            Format::Df2 => out.add_bytes(&nonin_df2::Packet::frame(
                self.status(moment),
                u8::try_from(self.sample(moment, 128.0, 40.0)).unwrap_or(u8::MAX),
                self.data_byte(moment),
            )),
            Format::Df7 => out.add_bytes(&nonin_df7::Packet::frame(
                self.status(moment),
                self.sample(moment, 32_768.0, 10_000.0),
                self.data_byte(moment),
            )),
            Format::Df1 if begins_line => {
                let packet = nonin_df1::Packet::new(self.shown(), self.flags(moment));
                out.add(|buffer| packet.encode(buffer));
            }
            Format::Df8 if begins_line => {
                let more = if has_contact(moment) {
                    MoreFlags::NONE
                } else {
                    MoreFlags::SENSOR_ALARM
                };
                let packet = nonin_df8::Packet::new(self.shown(), self.flags(moment), more);
                out.add(|buffer| packet.encode(buffer));
            }
            Format::Df13 => {
                // The values are of the packet's begin: the track may be newer than they are.
                let has_values = self.values.rates.recording.is_some()
                    && self.values.saturations.recording.is_some();
                let measured = (has_values && self.oximeter.is_tracking()).then_some(self.values);
                if let Some(check) = self.checks.next(moment, measured, self.clock) {
                    out.add(|buffer| check.encode(buffer));
                }
            }
            Format::Df1 | Format::Df8 => {}
        }
    }

    fn data_byte(&self, moment: &Moment) -> u8 {
        usize::try_from(moment.number % FRAMES_A_PACKET)
            .ok()
            .and_then(|place| self.data.get(place))
            .copied()
            .unwrap_or(0)
    }

    fn shown(&self) -> DisplayValues {
        DisplayValues {
            pulse_rate: self.values.rates.display,
            saturation: self.values.saturations.display,
        }
    }

    /// As held at this moment.
    fn flags(&self, moment: &Moment) -> Flags {
        let contact = has_contact(moment);
        let is_weak = moment.body.is_some_and(|body| !body.perfusion_good);
        let set = [
            (Flags::SENSOR_DISCONNECTED, moment.faults.unplugged),
            (Flags::OUT_OF_TRACK, !self.oximeter.is_tracking()),
            (Flags::LOW_PERFUSION, contact && is_weak),
            (Flags::ARTEFACT, contact && self.oximeter.is_pulse_bad()),
        ];
        let set = set.iter().filter(|(_, is_set)| *is_set);
        set.fold(Flags::NONE, |all, (flag, _)| all.with(*flag))
    }

    fn status(&self, moment: &Moment) -> Status {
        let contact = has_contact(moment);
        let in_pulse = contact && self.oximeter.frames_since_beat() < PULSE_FRAMES;
        let perfusion = match moment.body {
            Some(body) if in_pulse && body.perfusion_good => Perfusion::Good,
            Some(_) if in_pulse => Perfusion::Low,
            _ => Perfusion::None,
        };
        Status::QUIET
            .with_sync(moment.number.is_multiple_of(FRAMES_A_PACKET))
            .with_sensor_disconnected(moment.faults.unplugged)
            .with_sensor_alarm(!contact)
            .with_out_of_track(!self.oximeter.is_tracking())
            .with_artefact(contact && self.oximeter.is_pulse_bad())
            .with_perfusion(perfusion)
    }

    /// The waveform around its middle; a quarter of it with a weak pulse (assumed), flat without a finger.
    fn sample(&self, moment: &Moment, middle: f64, amplitude: f64) -> u16 {
        let amplitude = match moment.body {
            Some(body) if has_contact(moment) && body.perfusion_good => amplitude,
            Some(_) if has_contact(moment) => amplitude / 4.0,
            _ => 0.0,
        };
        rounded(middle + amplitude * oximeter::waveform(self.pulse.phase())).unwrap_or(0)
    }
}
