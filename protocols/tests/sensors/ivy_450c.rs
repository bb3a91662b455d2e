//! The Ivy monitor.

use proptest::collection::vec;
use proptest::prelude::*;
use protocols::exact::Exact;
use protocols::ivy_450c::{
    BloodPressure, Frame, FrameDecoder, HEAD, LONGEST_FRAME, LONGEST_TEXT, LineName, Numbers,
    WAVE_BYTES, Waves,
};
use protocols::vocabulary::{BeatsPerMinute, OxygenSaturation};

use crate::support::{accounts, bytes, entries, items, only, run, split_law, told};

const VECTORS: &str = include_str!("../../vectors/ivy-450c/worked.json");

/// As the public recording has them.
const RECORDED: Numbers = Numbers {
    heart_rate: Some(80),
    lead_fault: false,
    respiration_rate: Some(35),
    saturation: Some(100),
    pulse_rate: Some(80),
    blood_pressure: Some(BloodPressure {
        systolic: 121,
        diastolic: 75,
        mean: 92,
        pulse: 80,
    }),
};

fn written(frame: &Frame) -> Vec<u8> {
    let mut buffer = [0; LONGEST_FRAME];
    frame.encode(&mut buffer).expect("room").to_vec()
}

fn waves() -> impl Strategy<Value = Waves> {
    vec(any::<u8>(), WAVE_BYTES).prop_map(|bytes| Waves::new(bytes.try_into().expect("400 bytes")))
}

prop_compose! {
    fn numbers()(
        values in [any::<Option<u16>>(), any::<Option<u16>>(), any::<Option<u16>>(), any::<Option<u16>>()],
        small in [0_u16..400, 0_u16..400, 0_u16..400, 0_u16..400], use_small in any::<bool>(), lead_fault in any::<bool>(),
        cuff in any::<Option<[u16; 4]>>(),
    ) -> Numbers {
        let [heart_rate, respiration_rate, saturation, pulse_rate] =
            if use_small { small.map(Some) } else { values };
        let blood_pressure = cuff.map(|[systolic, diastolic, mean, pulse]| BloodPressure { systolic, diastolic, mean, pulse });
        Numbers { heart_rate, lead_fault, respiration_rate, saturation, pulse_rate, blood_pressure }
    }
}

fn frame() -> impl Strategy<Value = Frame> {
    let text = vec(
        prop::sample::select(b"HR=SPO2;;;0189 \rx".to_vec()),
        0..=LONGEST_TEXT,
    );
    prop_oneof![
        (numbers(), waves()).prop_map(|(numbers, waves)| numbers.frame(waves).expect("room")),
        (text, waves()).prop_map(|(text, waves)| Frame::new(waves, &text).expect("ASCII")),
    ]
}

/// Whole frames, frames cut short, frames with a byte too many or too few, heads, noise.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        vec(any::<u8>(), 0..60),
        vec(prop::sample::select(b"\xFFANSAR-B \xFE".to_vec()), 0..40),
        Just(HEAD.to_vec()),
        frame().prop_map(|frame| written(&frame)),
        (frame(), any::<prop::sample::Index>()).prop_map(|(frame, at)| {
            let bytes = written(&frame);
            bytes[..at.index(bytes.len())].to_vec()
        }),
        (frame(), any::<prop::sample::Index>(), any::<u8>()).prop_map(|(frame, at, byte)| {
            let mut bytes = written(&frame);
            bytes.insert(at.index(bytes.len()), byte);
            bytes
        }),
    ];
    vec(piece, 0..5).prop_map(|pieces| pieces.concat())
}

#[test]
fn every_worked_frame_reads_as_written() {
    let count = run(VECTORS, "device", FrameDecoder::new, |offset, frame| {
        Some(told(offset, &frame.report(), &Exact::NONE))
    });
    assert_eq!(count, 13);
}

#[test]
fn the_recorded_text_is_written_byte_for_byte() {
    let recorded = bytes(
        entries(VECTORS, "device")[0]["bytes"]
            .as_str()
            .expect("bytes"),
    );
    assert_eq!(recorded.len(), 568);
    let waves: [u8; WAVE_BYTES] = recorded[9..409].try_into().expect("400 bytes");
    let frame = RECORDED.frame(Waves::new(waves)).expect("room");
    assert_eq!(written(&frame), recorded);
    assert!(frame.encode(&mut [0; 567]).is_err());
}

#[test]
fn a_frame_tells_more_than_its_report() {
    let waves = Waves::new(core::array::from_fn(|place| {
        u8::try_from(place / 50).expect("small")
    }));
    let frame = RECORDED.frame(waves).expect("room");
    assert_eq!(frame.pulse_rate(), BeatsPerMinute::new(80));
    assert_eq!(frame.respiration_rate(), Some(35));
    assert_eq!(frame.blood_pressure(), RECORDED.blood_pressure);
    assert_eq!(frame.alarm(LineName::HeartRate), b"");
    assert_eq!(frame.alarm(LineName::PressureOne), b"");
    let label = frame.fields(LineName::PressureTwo).nth(3);
    assert_eq!(label, Some(&b"NO TRANSDUCER"[..]));
    let waves = frame.waves();
    assert_eq!((waves.ecg().len(), waves.ecg()[199]), (200, 3));
    assert_eq!(waves.respiration(), [4; 50]);
    assert_eq!(waves.plethysmogram(), [5; 50]);
    assert_eq!(waves.pressures(), [&[6; 50][..], &[7; 50][..]]);
}

#[test]
fn what_is_off_says_so() {
    let off = Numbers {
        lead_fault: true,
        ..Numbers::default()
    };
    let frame = off.frame(Waves::new([100; WAVE_BYTES])).expect("room");
    assert_eq!(frame.heart_rate(), None);
    assert_eq!(frame.alarm(LineName::HeartRate), b"LEAD FAULT");
    assert_eq!((frame.saturation(), frame.pulse_rate()), (None, None));
    assert_eq!(
        (frame.blood_pressure(), frame.respiration_rate()),
        (None, None)
    );
    let lines: Vec<&[u8]> = frame.text().split(|byte| *byte == b'\r').collect();
    assert_eq!(lines[0], b"HR=1;;ECG-II-DIAG;LEAD FAULT");
    assert_eq!(lines[1], b"RR=1;;;");
    assert_eq!(lines[3], b"SPO2=1;;PR= ;");
    assert_eq!(lines[4], b"NIBP=4;;;;;;");
}

#[test]
fn a_text_that_cannot_be_sent_is_no_frame() {
    let waves = Waves::new([0; WAVE_BYTES]);
    assert!(Frame::new(waves, &[b'x'; LONGEST_TEXT]).is_some());
    assert!(Frame::new(waves, &[b'x'; LONGEST_TEXT + 1]).is_none());
    assert!(Frame::new(waves, &[0x80]).is_none());
}

proptest! {
    #[test]
    fn the_monitors_stream_may_be_split_anywhere(stream in stream(), pieces in vec(0_usize..700, 0..10)) {
        let (decoder, found) = split_law(FrameDecoder::new, &stream, &pieces)?;
        for frame in found.iter().filter_map(|item| item.content.ok()) {
            prop_assert!(frame.heart_rate().is_none_or(|rate| (15..=300).contains(&rate.get())));
            prop_assert!(frame.saturation().is_none_or(|percent| (1..=100).contains(&percent.get())));
        }
        // A byte that was put in may be an LF, which is read and not written.
        if !stream.contains(&b'\n') {
            accounts(&decoder, &found, stream.len(), |frame| written(frame).len(), LONGEST_FRAME)?;
        }
    }

    #[test]
    fn a_frame_reads_as_it_was_written(frame in frame()) {
        prop_assert_eq!(only(&mut FrameDecoder::new(), &written(&frame)).content, Ok(frame));
    }

    #[test]
    fn numbers_read_as_they_were_written(numbers in numbers(), waves in waves()) {
        let frame = numbers.frame(waves).expect("room");
        let rate = numbers.heart_rate.filter(|rate| (15..=300).contains(rate));
        prop_assert_eq!(frame.heart_rate().map(BeatsPerMinute::get), rate);
        let percent = numbers.saturation.filter(|percent| (1..=100).contains(percent));
        prop_assert_eq!(frame.saturation().map(OxygenSaturation::get).map(u16::from), percent);
        let pulse = numbers.pulse_rate.filter(|rate| (1..=510).contains(rate));
        prop_assert_eq!(frame.pulse_rate().map(BeatsPerMinute::get), pulse);
        let respiration = numbers.respiration_rate.filter(|rate| *rate < 1_000);
        prop_assert_eq!(frame.respiration_rate(), respiration);
    }

    #[test]
    fn after_garbage_without_a_head_the_next_frame_is_read(garbage in vec(any::<u8>(), 0..1_500), frame in frame()) {
        prop_assume!(!garbage.windows(HEAD.len()).any(|bytes| bytes == HEAD));
        let found = items(&mut FrameDecoder::new(), &[garbage, written(&frame)].concat(), &[]);
        prop_assert_eq!(found.last().map(|item| item.content), Some(Ok(frame)));
    }

    #[test]
    fn after_any_garbage_one_of_the_next_three_frames_is_read(garbage in stream(), numbers in numbers()) {
        // Waves without a head of their own: each false head spoils one frame, and the longest takes less than two.
        let frame = numbers.frame(Waves::new([100; WAVE_BYTES])).expect("room");
        let mut decoder = FrameDecoder::new();
        items(&mut decoder, &garbage, &[]);
        let stream = written(&frame).repeat(3);
        let found = items(&mut decoder, &stream, &[]);
        prop_assert_eq!(found.last().map(|item| item.content), Some(Ok(frame)));
    }
}
