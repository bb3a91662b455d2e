//! Values of Bluetooth characteristics.

use proptest::collection::vec;
use proptest::prelude::*;
use protocols::ble_2a5f::{self, Pair, Sfloat};
use protocols::ble_2a37::{self, Contact, Intervals};
use protocols::ble_2ad2::{
    self, BikeData, ControlAnswer, ControlPoint, Energy, LONGEST_BIKE_DATA, LONGEST_COMMAND,
    MachineEvent, Outcome, Resistance,
};
use protocols::exact::Exact;
use protocols::gatt::{
    BridgeDecoder, BridgeLine, LONGEST_LINE, LONGEST_VALUE, Value, ValueDecoder,
};
use protocols::vocabulary::{MetresPerSecond, Watts};
use protocols::wire::{Decoded, Decoder, Field, Report, WireErrorKind};
use serde_json::{Value as Json, json};

use crate::support::{accounts, bytes, entries, items, only, split_law, told};

const HEART_RATE: &str = include_str!("../../vectors/ble-2a37/worked.json");
const OXIMETER: &str = include_str!("../../vectors/ble-2a5f/worked.json");
const BIKE: &str = include_str!("../../vectors/ble-2ad2/worked.json");

/// What one value is, fed in pieces of a size.
fn decoded<V: Value>(value: &[u8], piece: usize) -> Option<Decoded<V>> {
    let mut decoder = ValueDecoder::<V>::new();
    let mut found = None;
    for piece in value.chunks(piece) {
        decoder.feed(piece, &mut |_| panic!("a value is told at its end"));
    }
    decoder.end_of_value(&mut |item| found = Some(item));
    decoder.end_of_value(&mut |_| panic!("there is no other value"));
    found
}

/// Holds every entry of one direction against what is decoded, and what can be written against the bytes.
fn run<V: Value>(
    document: &str,
    direction: &str,
    tell: impl Fn(&V) -> Option<(Report<'static>, Exact)>,
    written: impl Fn(&V) -> Vec<u8>,
) -> usize {
    let entries = entries(document, direction);
    for entry in &entries {
        let value = bytes(entry["bytes"].as_str().expect("bytes"));
        let item = decoded::<V>(&value, 3).expect("a value");
        let found = match &item.content {
            Ok(message) => {
                if entry.get("not_canonical").is_none() {
                    assert_eq!(written(message), value, "{}", entry["name"]);
                }
                tell(message).map(|(report, exact)| told(item.offset, &report, &exact))
            }
            Err(error) => Some(json!({
                "offset": item.offset,
                "error": serde_json::to_value(error.kind).expect("a word"),
                "skipped_bytes": error.skipped_bytes,
            })),
        };
        let found: Vec<Json> = found.into_iter().collect();
        assert_eq!(Json::from(found), entry["expect"], "{}", entry["name"]);
    }
    entries.len()
}

fn strap_bytes(measurement: &ble_2a37::Measurement) -> Vec<u8> {
    let mut buffer = [0; ble_2a37::LONGEST_MEASUREMENT];
    measurement.encode(&mut buffer).expect("room").to_vec()
}

fn oximeter_bytes(measurement: &ble_2a5f::Measurement) -> Vec<u8> {
    let mut buffer = [0; ble_2a5f::LONGEST_MEASUREMENT];
    measurement.encode(&mut buffer).expect("room").to_vec()
}

fn bike_bytes(data: &BikeData) -> Vec<u8> {
    let mut buffer = [0; LONGEST_BIKE_DATA];
    data.encode(&mut buffer).expect("room").to_vec()
}

fn command_bytes(command: ControlPoint) -> Vec<u8> {
    let mut buffer = [0; LONGEST_COMMAND];
    command.encode(&mut buffer).expect("room").to_vec()
}

fn strap() -> impl Strategy<Value = ble_2a37::Measurement> {
    let contact = prop::sample::select(vec![Contact::NotSupported, Contact::Lost, Contact::Held]);
    let intervals = prop::option::of(vec(any::<u16>(), 0..=253))
        .prop_map(|all| all.map(|all| Intervals::new(&all).expect("they fit")));
    (any::<u16>(), contact, any::<Option<u16>>(), intervals).prop_map(
        |(rate, contact, energy, intervals)| ble_2a37::Measurement {
            rate,
            contact,
            energy,
            intervals,
        },
    )
}

prop_compose! {
    fn oximeter()(
        normal in any::<[u16; 2]>(), fast in any::<Option<[u16; 2]>>(), slow in any::<Option<[u16; 2]>>(),
        status in any::<Option<u16>>(), sensor in prop::option::of(0_u32..1 << 24), amplitude in any::<Option<u16>>(),
    ) -> ble_2a5f::Measurement {
        let pair = |[saturation, rate]: [u16; 2]| Pair { saturation: Sfloat(saturation), rate: Sfloat(rate) };
        ble_2a5f::Measurement {
            normal: pair(normal), fast: fast.map(pair), slow: slow.map(pair), status, sensor,
            amplitude: amplitude.map(Sfloat),
        }
    }
}

prop_compose! {
    fn bike()(
        words in any::<[Option<u16>; 6]>(), distance in prop::option::of(0_u32..1 << 24), signed in any::<[Option<i16>; 3]>(),
        energy in any::<Option<(u16, u16, u8)>>(), small in any::<[Option<u8>; 2]>(),
    ) -> BikeData {
        let [speed_raw, mean_speed_raw, cadence_raw, mean_cadence_raw, elapsed, remaining] = words;
        let ([resistance, power_raw, mean_power_raw], [heart_rate_raw, mets]) = (signed, small);
        let energy = energy.map(|(total, per_hour, per_minute)| Energy { total, per_hour, per_minute });
        BikeData {
            speed_raw, mean_speed_raw, cadence_raw, mean_cadence_raw, distance, resistance, power_raw, mean_power_raw,
            energy, heart_rate_raw, mets, elapsed, remaining,
        }
    }
}

fn command() -> impl Strategy<Value = ControlPoint> {
    let plain = vec![
        ControlPoint::RequestControl,
        ControlPoint::Reset,
        ControlPoint::Start,
        ControlPoint::Stop,
        ControlPoint::Pause,
    ];
    prop_oneof![
        prop::sample::select(plain),
        any::<u16>().prop_map(ControlPoint::Speed),
        any::<i16>().prop_map(ControlPoint::Inclination),
        any::<u8>().prop_map(|tenths| ControlPoint::Resistance(Resistance::Narrow(tenths))),
        any::<i16>().prop_map(|tenths| ControlPoint::Resistance(Resistance::Wide(tenths))),
        any::<i16>().prop_map(ControlPoint::Power),
        any::<u8>().prop_map(ControlPoint::HeartRate),
        any::<(i16, i16, u8, u8)>().prop_map(|(wind, grade, rolling, coefficient)| {
            ControlPoint::Simulation {
                wind,
                grade,
                rolling,
                coefficient,
            }
        }),
        any::<u16>().prop_map(ControlPoint::Wheel),
    ]
}

#[test]
fn every_worked_value_of_the_strap_reads_as_written() {
    let tell = |value: &ble_2a37::Measurement| Some((value.report(), Exact::NONE));
    assert_eq!(run(HEART_RATE, "device", tell, strap_bytes), 14);
}

#[test]
fn every_worked_value_of_the_oximeter_reads_as_written() {
    let tell = |value: &ble_2a5f::Measurement| Some((value.report(), value.exact()));
    assert_eq!(run(OXIMETER, "device", tell, oximeter_bytes), 18);
}

#[test]
fn every_worked_value_of_the_bike_reads_as_written() {
    let tell = |value: &BikeData| Some((value.report()?, value.exact()));
    assert_eq!(run(BIKE, "device", tell, bike_bytes), 13);
    let tell = |value: &ControlPoint| Some((value.report()?, Exact::NONE));
    assert_eq!(
        run(BIKE, "host", tell, |command| command_bytes(*command)),
        19
    );
}

#[test]
fn the_strap_tells_its_intervals_and_energy_too() {
    let value = bytes("16 96 90 01 9A 01 95 01");
    let worked = ble_2a37::Measurement::from_value(&value).expect("valid");
    let intervals = worked.intervals.expect("intervals");
    let milliseconds: Vec<u16> = intervals.milliseconds().collect();
    assert_eq!(milliseconds, [391, 400, 396]);
    assert_eq!(worked.contact, Contact::Held);
    let energy = ble_2a37::Measurement::from_value(&bytes("18 48 10 27")).expect("valid");
    assert_eq!(energy.energy, Some(10_000));
    assert_eq!(energy.intervals.map(|all| all.as_slice().len()), Some(0));
    assert!(Intervals::new(&[1; 253]).is_some());
    assert!(Intervals::new(&[1; 254]).is_none());
}

#[test]
fn the_machines_answer_and_its_own_words() {
    let done = ControlAnswer {
        opcode: 5,
        outcome: Outcome::DONE,
    };
    assert_eq!(done.bytes().to_vec(), bytes("80 05 01"));
    assert_eq!(ControlAnswer::from_value(&done.bytes()), Ok(done));
    assert_eq!(
        ControlAnswer::from_value(&[0x80, 5]),
        Err(WireErrorKind::Framing)
    );
    assert_eq!(
        ControlAnswer::from_value(&[0x81, 5, 1]),
        Err(WireErrorKind::Framing)
    );
    assert_eq!(Outcome::NOT_PERMITTED.words(), Some("not permitted"));
    assert_eq!(Outcome(6).words(), None);
    let key = MachineEvent::from_value(&[0x03]);
    assert_eq!(key, Ok(MachineEvent::STOPPED_BY_SAFETY_KEY));
    assert!(MachineEvent(8).is_target_changed() && !MachineEvent(4).is_target_changed());
    assert_eq!(MachineEvent::from_value(&[]), Err(WireErrorKind::Framing));
}

#[test]
fn what_is_asked_for_is_rounded_down_and_never_wraps() {
    let watts = |watts| ControlPoint::power(Watts::new(watts).expect("in range"));
    assert_eq!(watts(150), ControlPoint::Power(150));
    assert_eq!(watts(u16::MAX), ControlPoint::Power(i16::MAX));
    let speed = |speed| ControlPoint::speed(MetresPerSecond::new(speed).expect("in range"));
    assert_eq!(speed(1.25), Some(ControlPoint::Speed(450)));
    assert_eq!(speed(1.252_7), Some(ControlPoint::Speed(450)));
    assert_eq!(speed(-1.0), None);
    assert_eq!(speed(200.0), None);
}

#[test]
fn values_come_one_after_the_other_with_their_places() {
    let mut decoder = ble_2a37::MeasurementDecoder::new();
    let mut found = Vec::new();
    for value in [&[0x00, 0x48][..], &[], &[0x01], &[0x00, 0x49]] {
        decoder.feed(value, &mut |_| panic!("a value is told at its end"));
        decoder.end_of_value(&mut |item| found.push(item));
    }
    let places: Vec<u64> = found.iter().map(|item| item.offset).collect();
    assert_eq!(places, [0, 2, 3]);
    let error = found[1].content.expect_err("too short");
    assert_eq!(
        (error.kind, error.skipped_bytes),
        (WireErrorKind::Framing, 1)
    );
    decoder.feed(&[0x00], &mut |_| panic!("a value is told at its end"));
    decoder.reset();
    decoder.feed(&[0x00, 0x4A], &mut |_| panic!("a value is told at its end"));
    decoder.end_of_value(&mut |item| found.push(item));
    assert_eq!(found[3].offset, 6);
    assert_eq!(found[3].content.expect("valid").rate, 0x4A);
}

#[test]
fn a_value_longer_than_any_is_read_as_far_as_it_may_go() {
    let mut value = vec![0x10, 0x48];
    value.resize(2 * LONGEST_VALUE, 0x01);
    let item = decoded::<ble_2a37::Measurement>(&value, 100).expect("a value");
    let intervals = item.content.expect("valid").intervals.expect("intervals");
    assert_eq!(intervals.as_slice().len(), (LONGEST_VALUE - 2) / 2);
}

#[test]
fn a_line_of_the_bridge_is_as_the_sheet_has_it() {
    let line = BridgeLine::new(ble_2ad2::CONTROL_POINT, &[0x80, 0x05, 0x01]).expect("fits");
    let mut buffer = [0; LONGEST_LINE];
    assert_eq!(line.encode(&mut buffer), Ok(&b"2AD9 800501\n"[..]));
    for text in [
        &b"2AD9 800501\n"[..],
        b"2ad9 80 05 01\r\n",
        b"2AD9  80 05  01 \n",
    ] {
        assert_eq!(only(&mut BridgeDecoder::new(), text).content, Ok(line));
    }
    for text in [
        &b"2AD9\n"[..],
        b"2AD9 \n",
        b"2AD9 8\n",
        b"2AD9 8 0\n",
        b"2AD 80\n",
        b"2AD9-80\n",
        b"2AD9 8g\n",
        b" 2AD9 80\n",
    ] {
        let error = only(&mut BridgeDecoder::new(), text)
            .content
            .expect_err("broken");
        let length = usize::try_from(error.skipped_bytes).expect("small");
        assert_eq!((error.kind, length), (WireErrorKind::Framing, text.len()));
    }
    assert!(BridgeLine::new(0, &[]).is_none());
    assert!(BridgeLine::new(0, &[0; LONGEST_VALUE + 1]).is_none());
}

proptest! {
    #[test]
    fn a_straps_value_reads_as_it_was_written(strap in strap()) {
        let value = strap_bytes(&strap);
        prop_assert_eq!(ble_2a37::Measurement::from_value(&value), Ok(strap));
    }

    #[test]
    fn an_oximeters_value_reads_as_it_was_written(oximeter in oximeter()) {
        let value = oximeter_bytes(&oximeter);
        prop_assert_eq!(ble_2a5f::Measurement::from_value(&value), Ok(oximeter));
        for short in 0..value.len() {
            prop_assert_eq!(ble_2a5f::Measurement::from_value(&value[..short]), Err(WireErrorKind::Framing));
        }
    }

    #[test]
    fn a_bikes_value_reads_as_it_was_written(bike in bike()) {
        let value = bike_bytes(&bike);
        prop_assert_eq!(BikeData::from_value(&value), Ok(bike));
        for short in 0..value.len() {
            prop_assert_eq!(BikeData::from_value(&value[..short]), Err(WireErrorKind::Framing));
        }
    }

    #[test]
    fn a_command_reads_as_it_was_written(command in command()) {
        let value = command_bytes(command);
        prop_assert_eq!(ControlPoint::from_value(&value), Ok(command));
        prop_assert!(ControlPoint::from_value(&[&value[..], &[0, 0]].concat()).is_err());
    }

    #[test]
    fn whatever_comes_is_in_range_however_it_is_split(value in vec(any::<u8>(), 0..40), piece in 1_usize..8) {
        if let Some(Ok(strap)) = decoded::<ble_2a37::Measurement>(&value, piece).map(|item| item.content) {
            prop_assert!(strap.heart_rate().map_or(true, |rate| rate.get() <= 300));
        }
        if let Some(Ok(oximeter)) = decoded::<ble_2a5f::Measurement>(&value, piece).map(|item| item.content) {
            prop_assert!(oximeter.rate_exact().is_none_or(|rate| rate > 0.0 && rate <= 300.0));
            prop_assert!(oximeter.saturation_exact().is_none_or(|percent| percent > 0.0 && percent <= 100.0));
            prop_assert_eq!(oximeter.pulse_rate().is_some(), oximeter.rate_exact().is_some());
            prop_assert_eq!(oximeter.saturation().is_some(), oximeter.saturation_exact().is_some());
        }
        if let Some(Ok(bike)) = decoded::<BikeData>(&value, piece).map(|item| item.content) {
            if let Field::Present(speed) = bike.speed() { prop_assert!((0.0..=182.05).contains(&speed.get())) }
            if let Field::Present(power) = bike.power() { prop_assert!(power.get() <= 32_767) }
        }
        let whole = decoded::<ControlPoint>(&value, value.len().max(1));
        prop_assert_eq!(decoded::<ControlPoint>(&value, piece), whole);
        prop_assert_eq!(decoded::<ble_2a37::Measurement>(&[], piece), None);
    }

    #[test]
    fn the_bridges_stream_may_be_split_anywhere(
        pieces in vec(prop_oneof![
            vec(any::<u8>(), 0..20), vec(prop::sample::select(b"2AD9 80\r\n".to_vec()), 0..30),
            (any::<u16>(), vec(any::<u8>(), 1..40)).prop_map(|(name, value)| {
                let mut buffer = [0; LONGEST_LINE];
                BridgeLine::new(name, &value).expect("fits").encode(&mut buffer).expect("room").to_vec()
            }),
        ], 0..8), sizes in vec(0_usize..30, 0..10),
    ) {
        let stream = pieces.concat();
        let (decoder, found) = split_law(BridgeDecoder::new, &stream, &sizes)?;
        let errors: Vec<_> = found.into_iter().filter(|item| item.content.is_err()).collect();
        if errors.len() == items(&mut BridgeDecoder::new(), &stream, &[]).len() {
            accounts(&decoder, &errors, stream.len(), |_| 0, stream.len() + 1)?;
        }
    }

    #[test]
    fn a_line_of_the_bridge_reads_as_it_was_written(name in any::<u16>(), value in vec(any::<u8>(), 1..=LONGEST_VALUE), noise in vec(any::<u8>(), 0..40)) {
        let line = BridgeLine::new(name, &value).expect("fits");
        let mut buffer = [0; LONGEST_LINE];
        let written = line.encode(&mut buffer).expect("room");
        prop_assert_eq!(only(&mut BridgeDecoder::new(), written).content, Ok(line));
        let mut decoder = BridgeDecoder::new();
        items(&mut decoder, &[&noise[..], b"\n"].concat(), &[]);
        prop_assert_eq!(only(&mut decoder, written).content, Ok(line));
    }
}
