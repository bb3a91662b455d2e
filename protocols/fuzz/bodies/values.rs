//! Bluetooth values, and the bridge that hands them on.

use protocols::{ble_2a5f, ble_2a37, ble_2ad2, gatt};

use crate::bodies::laws::{Held, Ranges, WIDE, bytes, value};

pub(crate) fn ble_2a37_device(input: &[u8]) {
    const RANGES: Ranges = Ranges {
        heart_rate: [1, 300],
        ..WIDE
    };
    // An interval more than is written fits beside a narrow rate, and half an energy's room too.
    let written = |value: &ble_2a37::Measurement| bytes(value.encode(&mut [0; 520]));
    value(input, written, |value| RANGES.hold(&value.report()));
}

pub(crate) fn ble_2a5f_device(input: &[u8]) {
    const RANGES: Ranges = Ranges {
        heart_rate: [1, 300],
        ..WIDE
    };
    let written = |value: &ble_2a5f::Measurement| {
        bytes(value.encode(&mut [0; ble_2a5f::LONGEST_MEASUREMENT]))
    };
    value(input, written, |value| {
        RANGES.hold(&value.report());
        assert!(
            value
                .rate_exact()
                .is_none_or(|rate| rate > 0.0 && rate <= 300.0)
        );
        assert!(
            value
                .saturation_exact()
                .is_none_or(|percent| percent > 0.0 && percent <= 100.0)
        );
    });
}

pub(crate) fn ble_2ad2_device(input: &[u8]) {
    const RANGES: Ranges = Ranges {
        heart_rate: [1, 255],
        power: 32_767,
        speed: [0.0, 182.05],
        ..WIDE
    };
    let written =
        |value: &ble_2ad2::BikeData| bytes(value.encode(&mut [0; ble_2ad2::LONGEST_BIKE_DATA]));
    value(input, written, |value| RANGES.hold_some(value.report()));
}

pub(crate) fn ble_2ad2_host(input: &[u8]) {
    let written =
        |value: &ble_2ad2::ControlPoint| bytes(value.encode(&mut [0; ble_2ad2::LONGEST_COMMAND]));
    value(input, written, |value| WIDE.hold_some(value.report()));
}

pub(crate) fn gatt_bridge(input: &[u8]) {
    let held = Held {
        fresh: gatt::BridgeDecoder::new,
        written: |line| Some(bytes(line.encode(&mut [0; gatt::LONGEST_LINE]))),
        in_range: |line| assert!(!line.value().is_empty()),
        frame: b"2A37 0048\n".to_vec(),
        bound: 2,
    };
    held.run(input);
}
