//! What oximeters send on a finger.

use protocols::nonin::{DisplayValues, Flags};
use protocols::printed::Number;
use protocols::vocabulary::{BeatsPerMinute, OxygenSaturation};
use protocols::{
    bci_5, contec_5, contec_9, masimo, nellcor, nonin_ascii, nonin_df1, nonin_df7, nonin_df8,
    nonin_df13,
};

use super::{Numbers, filled};

/// Bytes that every message fits into.
const ROOM: usize = 256;

fn shown(numbers: &mut Numbers) -> DisplayValues {
    DisplayValues {
        pulse_rate: BeatsPerMinute::new(60 + numbers.below(120)),
        saturation: OxygenSaturation::new(85 + numbers.byte_below(15)),
    }
}

fn printed(numbers: &mut Numbers) -> [Number; 2] {
    let values = shown(numbers);
    [
        Number::of_saturation(values.saturation),
        Number::of_rate(values.pulse_rate),
    ]
}

pub(crate) fn nonin_df1(bytes: usize) -> Vec<u8> {
    let mut room = [0; ROOM];
    filled(bytes, move |numbers, stream| {
        let packet = nonin_df1::Packet::new(shown(numbers), Flags::NONE);
        stream.extend_from_slice(packet.encode(&mut room).unwrap_or_default());
    })
}

pub(crate) fn nonin_df8(bytes: usize) -> Vec<u8> {
    let mut room = [0; ROOM];
    filled(bytes, move |numbers, stream| {
        let more = nonin_df8::MoreFlags::SMARTPOINT;
        let packet = nonin_df8::Packet::new(shown(numbers), Flags::NONE, more);
        stream.extend_from_slice(packet.encode(&mut room).unwrap_or_default());
    })
}

pub(crate) fn nonin_df7(bytes: usize) -> Vec<u8> {
    let mut room = [0; ROOM];
    filled(bytes, move |numbers, stream| {
        let mut data = [0; nonin_df7::FRAMES];
        let saturation = 85 + numbers.byte_below(15);
        let rate = 60 + numbers.byte_below(60);
        for (slot, value) in data.iter_mut().zip([0, rate, saturation]) {
            *slot = value;
        }
        let samples = core::array::from_fn(|_| 22_768 + numbers.below(20_000));
        let status = [nonin_df7::Status::QUIET; nonin_df7::FRAMES];
        let packet = nonin_df7::Packet::new(status, samples, data);
        stream.extend_from_slice(packet.encode(&mut room).unwrap_or_default());
    })
}

pub(crate) fn nonin_df13(bytes: usize) -> Vec<u8> {
    let mut room = [0; ROOM];
    filled(bytes, move |numbers, stream| {
        let values = shown(numbers);
        let taken = nonin_df13::Taken {
            century: 20,
            second: numbers.byte_below(60),
            ..nonin_df13::Taken::default()
        };
        let measured = nonin_df13::Measured {
            pulse_rate: values.pulse_rate,
            saturation: values.saturation,
        };
        let outcome = nonin_df13::Outcome::SMARTPOINT;
        let check = nonin_df13::SpotCheck::new(taken, outcome, measured);
        stream.extend_from_slice(check.encode(&mut room).unwrap_or_default());
    })
}

pub(crate) fn nonin_ascii(bytes: usize) -> Vec<u8> {
    let mut room = [0; ROOM];
    filled(bytes, move |numbers, stream| {
        let [saturation_printed, rate_printed] = printed(numbers);
        let line = nonin_ascii::Line {
            clock: None,
            saturation_printed,
            rate_printed,
            marks: nonin_ascii::Marks::default(),
        };
        stream.extend_from_slice(line.encode(&mut room).unwrap_or_default());
    })
}

pub(crate) fn contec_5(bytes: usize) -> Vec<u8> {
    let mut room = [0; ROOM];
    filled(bytes, move |numbers, stream| {
        let packet = contec_5::Packet::new(contec(numbers));
        stream.extend_from_slice(packet.encode(&mut room).unwrap_or_default());
    })
}

pub(crate) fn contec_9(bytes: usize) -> Vec<u8> {
    let mut room = [0; ROOM];
    filled(bytes, move |numbers, stream| {
        let index = contec_9::PerfusionIndex::UNSUPPORTED;
        let packet = contec_9::Packet::new(contec(numbers), index);
        let message = contec_9::DeviceMessage::Packet(packet);
        stream.extend_from_slice(message.encode(&mut room).unwrap_or_default());
    })
}

fn contec(numbers: &mut Numbers) -> contec_5::Content {
    contec_5::Content {
        signal_strength: 6,
        waveform: numbers.byte_below(101),
        bar_graph: numbers.byte_below(16),
        rate_raw: 60 + numbers.byte_below(120),
        saturation_raw: 85 + numbers.byte_below(15),
        ..contec_5::Content::default()
    }
}

pub(crate) fn bci_5(bytes: usize) -> Vec<u8> {
    let mut room = [0; ROOM];
    filled(bytes, move |numbers, stream| {
        let packet = bci_5::Packet::new(bci_5::Content {
            signal_strength: 6,
            waveform: numbers.byte_below(101),
            bar_graph: numbers.byte_below(16),
            rate_raw: 60 + numbers.byte_below(120),
            saturation_raw: 85 + numbers.byte_below(15),
            ..bci_5::Content::default()
        });
        stream.extend_from_slice(packet.encode(&mut room).unwrap_or_default());
    })
}

pub(crate) fn masimo(bytes: usize) -> Vec<u8> {
    let mut room = [0; ROOM];
    filled(bytes, move |numbers, stream| {
        let [saturation, rate] = printed(numbers);
        let running = masimo::Exceptions::RUNNING;
        let line = masimo::Clock::new(*b"09/15/10 15:10:29")
            .map(|clock| masimo::Line::new(clock, saturation, rate, running));
        assert!(line.is_some(), "the clock's form");
        let line = line.map(|line| line.encode(&mut room).unwrap_or_default());
        stream.extend_from_slice(line.unwrap_or_default());
    })
}

pub(crate) fn nellcor(bytes: usize) -> Vec<u8> {
    let mut room = [0; ROOM];
    filled(bytes, move |numbers, stream| {
        let [saturation, rate] = printed(numbers).map(nellcor::Shown::within);
        let amplitude = nellcor::Shown::within(Number::new(50).unwrap_or_default());
        let line = nellcor::Clock::new(*b"12-NOV-98 14:00:05").map(|clock| {
            let codes = nellcor::StatusCodes::NONE;
            nellcor::Line::new(clock, saturation, rate, amplitude, codes)
        });
        assert!(line.is_some(), "the clock's form");
        let line = line.map(|line| line.encode(&mut room).unwrap_or_default());
        stream.extend_from_slice(line.unwrap_or_default());
    })
}
