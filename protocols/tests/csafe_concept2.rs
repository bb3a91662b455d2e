//! Concept2's commands inside the wrapper: worked data, both ways, and the laws.

#[cfg(test)]
mod concept2 {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use protocols::csafe::concept2::{
        Answer, Command, LONGEST_PLOT, Plot, StrokeState, Version, WorkoutState, answers, commands,
    };
    use protocols::csafe::{HostDecoder, HostFrame, Item, MachineDecoder, code};
    use protocols::wire::{Decoder, NoRoom};
    use serde_json::Value;

    fn bytes_of(hex: &str) -> Vec<u8> {
        hex.split_whitespace()
            .map(|pair| u8::from_str_radix(pair, 16).expect("hex"))
            .collect()
    }

    fn named(answer: &Answer<'_>) -> String {
        let plot = |name: &str, plot: &Plot<'_>| {
            let values = plot.values().map(|value| format!(" {value}"));
            format!("{name}{}", values.collect::<String>())
        };
        match answer {
            Answer::WorkoutType(kind) => format!("workout_type {kind}"),
            Answer::WorkoutState(WorkoutState::Rowing) => "workout rowing".to_owned(),
            Answer::WorkoutState(WorkoutState::Interval(which)) => {
                format!("workout interval {which}")
            }
            Answer::WorkoutState(WorkoutState::Ended) => "workout ended".to_owned(),
            Answer::WorkoutState(WorkoutState::Rearmed) => "workout rearmed".to_owned(),
            Answer::WorkoutState(WorkoutState::Unnamed(which)) => {
                format!("workout unnamed {which}")
            }
            Answer::WorkoutState(other) => format!("{other:?}"),
            Answer::IntervalType(kind) => format!("interval_type {kind}"),
            Answer::IntervalCount(count) => format!("interval_count {count}"),
            Answer::WorkTime {
                hundredths,
                fraction,
            } => format!("work_time {hundredths} {fraction}"),
            Answer::WorkDistance { tenths, fraction } => {
                format!("work_distance {tenths} {fraction}")
            }
            Answer::StrokeState(StrokeState::Driving) => "stroke driving".to_owned(),
            Answer::StrokeState(other) => format!("{other:?}"),
            Answer::DragFactor(factor) => format!("drag {factor}"),
            Answer::ErrorValue(value) => format!("error {value}"),
            Answer::RestTime(seconds) => format!("rest {seconds}"),
            Answer::ForcePlot(values) => plot("force", values),
            Answer::HeartBeats(values) => plot("beats", values),
            Answer::Other(item) => format!("other {:02X}", item.code),
        }
    }

    fn check(direction: &str, read: impl Fn(&[u8]) -> Option<(Vec<String>, Vec<u8>)>) -> usize {
        let document: Value =
            serde_json::from_str(include_str!("../vectors/csafe/concept2.json")).expect("JSON");
        let entries = document[direction].as_array().expect("entries");
        for entry in entries {
            let name = entry["name"].as_str().expect("a name");
            let bytes = bytes_of(entry["bytes"].as_str().expect("bytes"));
            match (read(&bytes), entry["expect"].as_array()) {
                (Some((found, written)), Some(expected)) => {
                    assert_eq!(found, *expected, "{name}");
                    assert_eq!(written, bytes, "{name}, written again");
                }
                (found, expected) => assert!(
                    found.is_none() && expected.is_none(),
                    "{name}: {found:?}, {expected:?}"
                ),
            }
        }
        entries.len()
    }

    fn answers_of(data: &[u8]) -> Option<(Vec<String>, Vec<u8>)> {
        let found = answers(data)?;
        let mut written = Vec::new();
        let names = found.map(|answer| {
            let mut buffer = [0; 257];
            written.extend_from_slice(answer.encode(&mut buffer).expect("room"));
            named(&answer)
        });
        Some((names.collect(), written))
    }

    fn commands_of(data: &[u8]) -> Option<(Vec<String>, Vec<u8>)> {
        let found = commands(data)?;
        let mut written = Vec::new();
        let names = found.map(|command| {
            let mut buffer = [0; 257];
            written.extend_from_slice(command.encode(&mut buffer).expect("room"));
            format!("{command:?}")
        });
        Some((names.collect(), written))
    }

    #[test]
    fn every_worked_wrapper_reads_as_written_and_is_written_again() {
        assert_eq!(check("machine", answers_of), 11);
        assert_eq!(check("host", commands_of), 7);
    }

    #[test]
    fn a_wrapper_is_asked_and_answered_in_whole_frames() {
        let mut wrapper = Vec::new();
        for command in [
            Command::WorkTime,
            Command::WorkDistance,
            Command::StrokeState,
        ] {
            wrapper.extend_from_slice(command.encode(&mut [0; 8]).expect("room"));
        }
        let mut frame = HostFrame::new();
        frame
            .push_long(code::SET_USER_CONFIGURATION_1, &wrapper)
            .expect("room");
        let mut buffer = [0; 32];
        let wire = frame.encode(&mut buffer).expect("room");
        assert_eq!(wire, bytes_of("F1 1A 03 A0 A3 BF A5 F2"));
        let mut asked = Vec::new();
        HostDecoder::new().feed(wire, &mut |item| asked.push(item.content.expect("whole")));
        assert_eq!(asked, [frame]);

        let wire = bytes_of("F1 85 1A 11 A0 05 10 27 00 00 32 A3 05 E8 03 00 00 04 BF 01 02 DB F2");
        let mut told = Vec::new();
        MachineDecoder::new().feed(&wire, &mut |item| told.push(item.content.expect("whole")));
        let data = told[0].answer(code::SET_USER_CONFIGURATION_1);
        let names: Vec<String> = answers(data.expect("a wrapper"))
            .expect("whole answers")
            .map(|answer| named(&answer))
            .collect();
        assert_eq!(
            names,
            [
                "work_time 10000 50",
                "work_distance 1000 4",
                "stroke driving"
            ]
        );
    }

    #[test]
    fn a_monitor_says_what_it_is() {
        let version = Version {
            model: 5,
            hardware: 0x0102,
            software: 0x0304,
        };
        let data = [0x16, 0x02, 0x05, 0x02, 0x01, 0x04, 0x03];
        assert_eq!(version.to_data(), data);
        assert_eq!(Version::from_data(&data), Some(version));
        assert_eq!(Version::from_data(&data[..5]), None);
        assert_eq!(Version::from_data(&[0x05, 0x02, 0x05, 0, 0, 0, 0]), None);
        assert_eq!(Version::from_data(&[0x16, 0x03, 0x05, 0, 0, 0, 0]), None);
    }

    #[test]
    fn what_has_no_form_is_not_written() {
        let mut buffer = [0; 64];
        let too_long = Command::ForcePlot(LONGEST_PLOT + 1);
        assert_eq!(too_long.encode(&mut buffer), Err(NoRoom));
        let data_of_a_short_one = Command::Other(Item {
            code: 0x80,
            data: &[1],
        });
        assert_eq!(data_of_a_short_one.encode(&mut buffer), Err(NoRoom));
        assert_eq!(Command::WorkTime.encode(&mut []), Err(NoRoom));
        assert_eq!(Answer::DragFactor(1).encode(&mut [0; 2]), Err(NoRoom));
    }

    fn likely() -> impl Strategy<Value = Vec<u8>> {
        let byte = prop_oneof![
            any::<u8>(),
            prop::sample::select(bytes_of(
                "00 01 02 04 05 20 21 6B 6C 80 89 8D 8E 9F A0 A3 BF C1 C9 CF"
            )),
        ];
        vec(byte, 0..60)
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_and_written_again_or_refused(data in likely()) {
            for (_, written) in [answers_of(&data), commands_of(&data)].into_iter().flatten() {
                prop_assert_eq!(&written, &data);
            }
        }

        #[test]
        fn every_state_has_its_number(byte in any::<u8>()) {
            prop_assert_eq!(WorkoutState::from_byte(byte).to_byte(), byte);
            prop_assert_eq!(StrokeState::from_byte(byte).to_byte(), byte);
        }
    }
}
