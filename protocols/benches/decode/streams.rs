//! What devices send, minute after minute, with values that change, without an error.

pub(crate) mod machines;
pub(crate) mod oximeters;
pub(crate) mod sensors;

use protocols::csafe::{Fate, MachineFrame, Quantity, State, Status, code, unit};
use protocols::trackmaster::{BeltSpeed, BeltStatus, FourDigits, MachineMessage, SpeedUnit};
use protocols::{nonin_df2, zephyr_hxm};

/// Numbers that look drawn and are the same in each run.
struct Numbers(u32);

impl Numbers {
    /// The next, below `end`.
    fn below(&mut self, end: u16) -> u16 {
        // Numerical Recipes' linear congruence.
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        u16::try_from(self.0 >> 16).unwrap_or(0) % end.max(1)
    }

    fn byte_below(&mut self, end: u8) -> u8 {
        u8::try_from(self.below(end.into())).unwrap_or(0)
    }
}

fn filled(bytes: usize, mut next: impl FnMut(&mut Numbers, &mut Vec<u8>)) -> Vec<u8> {
    let mut numbers = Numbers(1);
    let mut stream = Vec::with_capacity(bytes + 256);
    while stream.len() < bytes {
        next(&mut numbers, &mut stream);
    }
    stream
}

/// Answers to the poll of a machine in use: five readings a frame.
pub(crate) fn csafe(bytes: usize) -> Vec<u8> {
    let mut buffer = [0; protocols::csafe::MAX_FRAME];
    let mut toggle = false;
    filled(bytes, move |numbers, stream| {
        toggle = !toggle;
        let mut frame = MachineFrame::new(Status {
            toggle,
            fate: Fate::Accepted,
            state: State::InUse,
        });
        let readings = [
            (code::GET_SPEED, 200, unit::TENTH_KILOMETRES_PER_HOUR),
            (code::GET_GRADE, 150, unit::TENTH_PERCENT_GRADE),
            (code::GET_CADENCE, 120, unit::REVOLUTIONS_PER_MINUTE),
            (code::GET_POWER, 400, unit::WATTS),
        ];
        let mut fits = true;
        for (code, end, unit) in readings {
            let value = numbers.below(end);
            fits &= frame
                .push(code, &Quantity { value, unit }.to_bytes())
                .is_ok();
        }
        let rate = 60 + numbers.byte_below(120);
        fits &= frame.push(code::GET_HEART_RATE, &[rate]).is_ok();
        assert!(fits, "five readings fit into a frame");
        stream.extend_from_slice(frame.encode(&mut buffer).unwrap_or_default());
    })
}

/// Status, speed and elevation of a treadmill that runs.
pub(crate) fn trackmaster(bytes: usize) -> Vec<u8> {
    filled(bytes, |numbers, stream| {
        let mut digits = |end| FourDigits::new(numbers.below(end)).unwrap_or(FourDigits::ZERO);
        let speed = BeltSpeed {
            tenths: digits(120),
            unit: Some(SpeedUnit::MilesPerHour),
        };
        let messages = [
            MachineMessage::Status(BeltStatus::RunningWatched),
            MachineMessage::ActualSpeed(speed),
            MachineMessage::ActualElevation(digits(250)),
        ];
        for message in messages {
            stream.extend_from_slice(message.frame().as_bytes());
        }
    })
}

/// Packets of an oximeter on a finger.
pub(crate) fn nonin_df2(bytes: usize) -> Vec<u8> {
    let mut buffer = [0; nonin_df2::PACKET_BYTES];
    filled(bytes, move |numbers, stream| {
        let mut data = [0; nonin_df2::FRAMES];
        let saturation = 85 + numbers.byte_below(15);
        let rate = 60 + numbers.byte_below(60);
        for (slot, value) in data.iter_mut().zip([0, rate, saturation]) {
            *slot = value;
        }
        let samples = core::array::from_fn(|_| numbers.byte_below(255));
        let status = core::array::from_fn(|_| nonin_df2::Status::QUIET);
        let packet = nonin_df2::Packet::new(status, samples, data);
        stream.extend_from_slice(packet.encode(&mut buffer).unwrap_or_default());
    })
}

/// Packets of a strap on a chest.
pub(crate) fn zephyr_hxm(bytes: usize) -> Vec<u8> {
    let mut buffer = [0; zephyr_hxm::PACKET_BYTES];
    filled(bytes, move |numbers, stream| {
        let packet = zephyr_hxm::Packet {
            firmware: 9_500,
            firmware_version: *b"1i",
            hardware: 9_800,
            hardware_version: *b"1v",
            battery_raw: numbers.byte_below(101),
            heart_rate_raw: 60 + numbers.byte_below(120),
            beat_number: numbers.byte_below(255),
            beat_times: core::array::from_fn(|_| numbers.below(u16::MAX)),
            distance_raw: numbers.below(4_096),
            speed_raw: numbers.below(4_096),
            strides: numbers.byte_below(128),
        };
        stream.extend_from_slice(packet.encode(&mut buffer).unwrap_or_default());
    })
}
