//! Our bytes as another's program reads them: the crate `ftms`, which shares nothing with this project, reads bike data and control commands
//! of the Bluetooth fitness machine service.

use ftms::ControlOptions;
use ftms::measurement::{
    self, MeasurementField as Theirs, MeasurementKind, MeasurementOptions,
    MeasurementResistanceFormat,
};
use proptest::option;
use proptest::prelude::*;
use protocols::ble_2ad2::{BikeData, ControlPoint, Energy, LONGEST_BIKE_DATA};

fn bike_data() -> impl Strategy<Value = BikeData> {
    let first = (
        option::of(any::<u16>()),
        option::of(any::<u16>()),
        option::of(any::<u16>()),
        option::of(any::<u16>()),
        option::of(0..0x00FF_FFFF_u32),
        option::of(any::<i16>()),
        option::of(any::<i16>()),
        option::of(any::<i16>()),
    );
    let second = (
        option::of((any::<u16>(), any::<u16>(), any::<u8>())),
        option::of(any::<u8>()),
        option::of(any::<u8>()),
        option::of(any::<u16>()),
        option::of(any::<u16>()),
    );
    (first, second).prop_map(|(first, second)| BikeData {
        speed_raw: first.0,
        mean_speed_raw: first.1,
        cadence_raw: first.2,
        mean_cadence_raw: first.3,
        distance: first.4,
        resistance: first.5,
        power_raw: first.6,
        mean_power_raw: first.7,
        energy: second.0.map(|(total, per_hour, per_minute)| Energy {
            total,
            per_hour,
            per_minute,
        }),
        heart_rate_raw: second.1,
        mets: second.2,
        elapsed: second.3,
        remaining: second.4,
    })
}

proptest! {
    #[test]
    fn bike_data_says_the_same_to_another_program(data in bike_data()) {
        let mut buffer = [0; LONGEST_BIKE_DATA];
        let bytes = data.encode(&mut buffer).unwrap();
        let options = MeasurementOptions {
            resistance_format: MeasurementResistanceFormat::Signed16Tenths,
            ..MeasurementOptions::default()
        };
        let read = measurement::decode_measurement(MeasurementKind::IndoorBike, bytes, options).unwrap();
        prop_assert!(!read.truncated && !read.trailing_bytes && !read.reserved_flags);
        let theirs = |field: Theirs| {
            let here = read.present & field.mask() != 0;
            let said = read.unavailable & field.mask() == 0;
            (here && said).then(|| read.values[field.index()])
        };
        // What the service calls "not available" they take for none, and we hand on as sent.
        let ours = |field: Theirs, value: Option<i32>| {
            value.filter(|_| read.unavailable & field.mask() == 0)
        };
        let energy = |of: fn(&Energy) -> i32| data.energy.as_ref().map(of);
        for (field, value) in [
            (Theirs::Speed, data.speed_raw.map(i32::from)),
            (Theirs::AverageSpeed, data.mean_speed_raw.map(i32::from)),
            (Theirs::Cadence, data.cadence_raw.map(i32::from)),
            (Theirs::AverageCadence, data.mean_cadence_raw.map(i32::from)),
            (Theirs::Distance, data.distance.map(|metres| i32::try_from(metres).unwrap())),
            (Theirs::Resistance, data.resistance.map(i32::from)),
            (Theirs::Power, data.power_raw.map(i32::from)),
            (Theirs::AveragePower, data.mean_power_raw.map(i32::from)),
            (Theirs::Energy, energy(|energy| i32::from(energy.total))),
            (Theirs::EnergyPerHour, energy(|energy| i32::from(energy.per_hour))),
            (Theirs::EnergyPerMinute, energy(|energy| i32::from(energy.per_minute))),
            (Theirs::HeartRate, data.heart_rate_raw.map(i32::from)),
            (Theirs::Met, data.mets.map(i32::from)),
            (Theirs::Elapsed, data.elapsed.map(i32::from)),
            (Theirs::Remaining, data.remaining.map(i32::from)),
        ] {
            prop_assert_eq!(theirs(field), ours(field, value), "{:?}", field);
        }
    }

    #[test]
    fn a_command_says_the_same_to_another_program(
        power in any::<i16>(), speed in any::<u16>(), inclination in any::<i16>(),
    ) {
        let commands = [
            (ControlPoint::RequestControl, 0x00, None),
            (ControlPoint::Reset, 0x01, None),
            (ControlPoint::Speed(speed), 0x02, Some(i32::from(speed))),
            (ControlPoint::Inclination(inclination), 0x03, Some(i32::from(inclination))),
            (ControlPoint::Power(power), 0x05, Some(i32::from(power))),
            (ControlPoint::Start, 0x07, None),
            (ControlPoint::Stop, 0x08, Some(1)),
            (ControlPoint::Pause, 0x08, Some(2)),
        ];
        for (command, opcode, operand) in commands {
            let mut buffer = [0; LONGEST_BIKE_DATA];
            let bytes = command.encode(&mut buffer).unwrap();
            let read = ftms::decode_control_request(bytes, ControlOptions::default()).unwrap();
            prop_assert_eq!(read.opcode, opcode);
            prop_assert_eq!((read.operand_count > 0).then(|| read.operands[0]), operand);
        }
    }
}
