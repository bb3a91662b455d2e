//! What straps, radios, ECG monitors and Bluetooth bridges send on a patient.

use protocols::ant::{self, Data, DataKind, RadioMessage};
use protocols::{gatt, ivy_450c, medlab_ecg, polar_hrmi};

use super::{Numbers, filled};

fn rate(numbers: &mut Numbers) -> u8 {
    60 + numbers.byte_below(120)
}

/// Straps' pages, four a second.
pub(crate) fn ant(bytes: usize) -> Vec<u8> {
    let mut room = [0; ant::LONGEST_FRAME];
    filled(bytes, move |numbers, stream| {
        let [low, high] = numbers.below(u16::MAX).to_le_bytes();
        let beat = numbers.byte_below(255);
        let page = [0x00, 0xFF, 0xFF, 0xFF, low, high, beat, rate(numbers)];
        let message = RadioMessage::Data(Data::new(DataKind::Broadcast, 0, page));
        stream.extend_from_slice(message.frame().encode(&mut room).unwrap_or_default());
    })
}

/// Answers to the poll of a board.
pub(crate) fn polar_hrmi(bytes: usize) -> Vec<u8> {
    let mut room = [0; polar_hrmi::LONGEST_ANSWER];
    filled(bytes, move |numbers, stream| {
        let status = polar_hrmi::Status::new(true, false);
        let rates = [rate(numbers), rate(numbers)];
        let answer = polar_hrmi::Answer::new(status, numbers.byte_below(255), &rates);
        assert!(answer.is_some(), "two rates fit");
        let answer = answer.map(|answer| answer.encode(&mut room).unwrap_or_default());
        stream.extend_from_slice(answer.unwrap_or_default());
    })
}

/// Frames of a monitor, one a second.
pub(crate) fn ivy_450c(bytes: usize) -> Vec<u8> {
    let mut room = [0; ivy_450c::LONGEST_FRAME];
    filled(bytes, move |numbers, stream| {
        let waves = ivy_450c::Waves::new(core::array::from_fn(|_| numbers.byte_below(0xFF)));
        let shown = ivy_450c::Numbers {
            heart_rate: Some(rate(numbers).into()),
            saturation: Some(85 + numbers.below(15)),
            pulse_rate: Some(rate(numbers).into()),
            ..ivy_450c::Numbers::default()
        };
        let frame = shown.frame(waves).ok();
        assert!(frame.is_some(), "nine lines fit");
        let frame = frame.map(|frame| frame.encode(&mut room).unwrap_or_default().len());
        let whole = room.get(..frame.unwrap_or_default());
        stream.extend_from_slice(whole.unwrap_or_default());
    })
}

/// A heart beat's samples, then its rate.
pub(crate) fn medlab_ecg(bytes: usize) -> Vec<u8> {
    let mut room = [0; medlab_ecg::LONGEST_MESSAGE];
    filled(bytes, move |numbers, stream| {
        stream.push(medlab_ecg::WAVEFORM);
        stream.extend((0..50).map(|_| numbers.byte_below(medlab_ecg::HIGHEST_DATA)));
        let beat = medlab_ecg::Message::PulseRate(rate(numbers));
        stream.extend_from_slice(beat.encode(&mut room).unwrap_or_default());
    })
}

/// Heart rate measurements as a bridge writes them.
pub(crate) fn bridge(bytes: usize) -> Vec<u8> {
    let mut room = [0; gatt::LONGEST_LINE];
    filled(bytes, move |numbers, stream| {
        let line = gatt::BridgeLine::new(0x2A37, &[0x00, rate(numbers)]);
        assert!(line.is_some(), "two bytes fit");
        let line = line.map(|line| line.encode(&mut room).unwrap_or_default().len());
        let whole = room.get(..line.unwrap_or_default());
        stream.extend_from_slice(whole.unwrap_or_default());
    })
}
