//! The Trackmaster codec against worked bytes, and its laws.

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use protocols::trackmaster::{
        BeltSpeed, BeltStatus, Command, CommandKind, FourDigits, HostDecoder, HostMessage,
        MachineDecoder, MachineMessage, Request, SpeedUnit, TwoDigits,
    };
    use protocols::wire::{Decoded, Decoder, Field, Report, WireError, WireErrorKind};
    use serde_json::Value;

    const WORKED: &str = include_str!("../vectors/trackmaster/worked.json");

    type Item<M> = Decoded<M>;

    fn feed<D: Decoder>(decoder: &mut D, bytes: &[u8]) -> Vec<Item<D::Message>> {
        let mut items = Vec::new();
        decoder.feed(bytes, &mut |item| items.push(item));
        items
    }

    fn machine(bytes: &[u8]) -> Vec<Item<MachineMessage>> {
        feed(
            &mut MachineDecoder::new(Some(SpeedUnit::MilesPerHour)),
            bytes,
        )
    }

    fn host(bytes: &[u8]) -> Vec<Item<HostMessage>> {
        feed(&mut HostDecoder::new(Some(SpeedUnit::MilesPerHour)), bytes)
    }

    fn bytes_of(hex: &str) -> Vec<u8> {
        hex.split_whitespace()
            .map(|pair| u8::from_str_radix(pair, 16).expect("hex"))
            .collect()
    }

    fn error<M>(offset: u64, kind: WireErrorKind, skipped_bytes: u32) -> Item<M> {
        Decoded {
            offset,
            content: Err(WireError {
                kind,
                skipped_bytes,
            }),
        }
    }

    fn value<T: Copy + Into<f64>>(field: Field<T>) -> Option<f64> {
        match field {
            Field::Present(value) => Some(value.into()),
            Field::Absent | Field::Missing => None,
        }
    }

    /// One worked example against what a direction's decoder gave.
    fn check<M: Copy>(
        entry: &Value,
        items: &[Item<M>],
        report: impl Fn(&M) -> Option<Report<'static>>,
        encode: impl Fn(&M) -> Vec<u8>,
    ) {
        let name = entry["source"].as_str().expect("source");
        let expected = entry["messages"].as_u64().unwrap_or(1);
        assert_eq!(items.len(), usize::try_from(expected).unwrap(), "{name}");
        if let Some(expected) = entry["error"].as_str() {
            let kind = items[0].content.err().expect(name).kind;
            assert_eq!(
                serde_json::to_value(kind).expect("word"),
                Value::from(expected)
            );
            return;
        }
        let messages: Vec<M> = items.iter().map(|item| item.content.expect(name)).collect();
        let encoded: Vec<u8> = messages.iter().flat_map(encode).collect();
        assert_eq!(
            encoded,
            bytes_of(entry["hex"].as_str().expect("hex")),
            "{name}"
        );
        let report = report(&messages[0]);
        let speed = report.and_then(|report| value(report.speed));
        let grade = report.and_then(|report| value(report.grade));
        assert_eq!(
            speed,
            entry["speed_metres_per_second"].as_f64(),
            "speed of {name}"
        );
        assert_eq!(grade, entry["grade_percent"].as_f64(), "grade of {name}");
    }

    #[test]
    fn every_worked_example_decodes_and_is_written_again() {
        let worked: Vec<Value> = serde_json::from_str(WORKED).expect("vectors");
        assert!(worked.len() >= 14);
        for entry in &worked {
            let bytes = bytes_of(entry["hex"].as_str().expect("hex"));
            let unit = entry["speed_unit"].as_str().and_then(SpeedUnit::from_name);
            match entry["direction"].as_str() {
                Some("host") => check(
                    entry,
                    &feed(&mut HostDecoder::new(unit), &bytes),
                    HostMessage::report,
                    |message| message.frame().as_bytes().to_vec(),
                ),
                Some("machine") => check(
                    entry,
                    &feed(&mut MachineDecoder::new(unit), &bytes),
                    MachineMessage::report,
                    |message| message.frame().as_bytes().to_vec(),
                ),
                other => panic!("direction {other:?}"),
            }
        }
    }

    #[test]
    fn a_speed_in_an_untold_unit_is_missing() {
        let mut decoder = MachineDecoder::new(None);
        let items = feed(&mut decoder, b"\xD10025");
        let report = items[0].content.expect("whole").report().expect("speed");
        assert_eq!(report.message, "actual_speed");
        assert_eq!(report.speed, Field::Missing);
        assert_eq!(report.grade, Field::Absent);
    }

    #[test]
    fn one_byte_can_end_a_message_and_be_one() {
        assert_eq!(
            machine(b"\xD100\xBE"),
            [
                error(0, WireErrorKind::Framing, 3),
                error(3, WireErrorKind::OutOfRange, 1),
            ]
        );
    }

    #[test]
    fn a_byte_that_is_no_digit_ends_a_message_once() {
        let mut decoder = MachineDecoder::new(None);
        let items = feed(&mut decoder, b"\xD10x255\xD200");
        assert_eq!(items, [error(0, WireErrorKind::Framing, 3)]);
        assert_eq!(decoder.skipped(), 3, "the rest of the broken message");
        assert_eq!(feed(&mut decoder, b"50").len(), 1);
    }

    #[test]
    fn an_opcode_of_no_table_cuts_off_and_is_counted_with_its_digits() {
        let mut decoder = HostDecoder::new(None);
        let items = feed(&mut decoder, b"\xA300\xCE0040T\xA2");
        assert_eq!(items[0], error(0, WireErrorKind::Framing, 3));
        assert_eq!(
            items[1].content,
            Ok(HostMessage::Command(Command::Stop)),
            "and nothing between"
        );
        assert_eq!(items.len(), 2);
        assert_eq!(decoder.skipped(), 6);
    }

    #[test]
    fn the_other_ends_messages_are_unknown_opcodes() {
        assert_eq!(host(b"\xB3\xD10025\xBE\xBF"), []);
        assert_eq!(machine(b"\xC0\xC1\xAD\xBD\xDE"), []);
    }

    #[test]
    fn a_copy_is_checked_and_never_a_reading() {
        let items = machine(b"\xB3\xA30040");
        let copy = items[1].content.expect("copy");
        assert_eq!(copy.report(), None);
        assert!(matches!(
            copy,
            MachineMessage::Copy(Command::SetSpeed(BeltSpeed { tenths, .. })) if tenths.get() == 40
        ));
        assert_eq!(
            machine(b"\xB3\xA304\xD032")[1],
            error(1, WireErrorKind::Framing, 3)
        );
    }

    #[test]
    fn set_values_and_acknowledgements_report_nothing() {
        for item in machine(b"\xB0\xD032\xD30040\xD40050\xD50000\xD800\xDD0000") {
            assert_eq!(item.content.expect("whole").report(), None);
        }
    }

    #[test]
    fn what_the_input_ends_in_and_digits_too_many_give_nothing() {
        assert_eq!(machine(b"\xD1002"), []);
        let items = machine(b"\xD10025999\xD0\x31");
        assert_eq!(items.len(), 2);
        assert_eq!(items[1].offset, 8);
        assert_eq!(
            items[1].content,
            Ok(MachineMessage::Status(BeltStatus::Stopped))
        );
    }

    #[test]
    fn a_reset_forgets_the_unfinished_message_without_an_error() {
        let mut decoder = MachineDecoder::new(None);
        assert_eq!(feed(&mut decoder, b"\xD100"), []);
        decoder.reset();
        let items = feed(&mut decoder, b"\xB2");
        assert_eq!(items.len(), 1);
        assert_eq!(items[0].offset, 3);
    }

    fn any_four() -> impl Strategy<Value = FourDigits> {
        (0_u16..=9_999).prop_map(|number| FourDigits::new(number).expect("in range"))
    }

    fn any_two() -> impl Strategy<Value = TwoDigits> {
        (0_u8..=99).prop_map(|number| TwoDigits::new(number).expect("in range"))
    }

    fn any_speed() -> impl Strategy<Value = BeltSpeed> {
        any_four().prop_map(|tenths| BeltSpeed {
            tenths,
            unit: Some(SpeedUnit::MilesPerHour),
        })
    }

    fn any_command() -> impl Strategy<Value = Command> {
        prop_oneof![
            Just(Command::StartWatched),
            Just(Command::StartUnwatched),
            Just(Command::Stop),
            any_speed().prop_map(Command::SetSpeed),
            any_four().prop_map(Command::SetElevation),
            any_four().prop_map(Command::SetTime),
            any_two().prop_map(Command::SetProtocol),
            any_two().prop_map(Command::SetStage),
            Just(Command::ResetTotals),
            any_four().prop_map(Command::SetWeight),
            Just(Command::AutoStop),
            Just(Command::CoolDown),
            Just(Command::ToggleAcknowledgeData),
        ]
    }

    fn any_host_message() -> impl Strategy<Value = HostMessage> {
        prop_oneof![
            any_command().prop_map(HostMessage::Command),
            prop::sample::select(Request::ALL.to_vec()).prop_map(HostMessage::Ask),
        ]
    }

    fn any_machine_message() -> impl Strategy<Value = MachineMessage> {
        prop_oneof![
            (0xA0_u8..=0xAC).prop_map(|opcode| MachineMessage::Acknowledged(
                CommandKind::from_opcode(opcode).expect("a command")
            )),
            any_command().prop_map(MachineMessage::Copy),
            (0_u8..=9).prop_map(|digit| MachineMessage::Status(BeltStatus::from_digit(digit))),
            any_speed().prop_map(MachineMessage::ActualSpeed),
            any_four().prop_map(MachineMessage::ActualElevation),
            any_speed().prop_map(MachineMessage::SetSpeed),
            any_four().prop_map(MachineMessage::SetElevation),
            (
                prop::sample::select(vec![Request::LapTime, Request::Distance, Request::Mets]),
                any_four()
            )
                .prop_map(|(request, number)| MachineMessage::Unused { request, number }),
            (
                prop::sample::select(vec![Request::Protocol, Request::Stage]),
                0_u16..=99
            )
                .prop_map(|(request, number)| MachineMessage::Unused {
                    request,
                    number: FourDigits::new(number).expect("in range"),
                }),
        ]
    }

    /// Bytes as a sick line has them: opcodes and digits far more often than chance.
    fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
        prop::collection::vec(
            prop_oneof![
                any::<u8>(),
                b'0'..=b'9',
                0xA0_u8..=0xAC,
                0xB0_u8..=0xBF,
                0xD0_u8..=0xDE
            ],
            0..80,
        )
    }

    /// Everything that `bytes` give when they come in the pieces that `cuts` make.
    fn in_pieces<D: Decoder>(
        decoder: &mut D,
        bytes: &[u8],
        cuts: &[usize],
    ) -> Vec<Item<D::Message>> {
        let mut items = Vec::new();
        let mut rest = bytes;
        for cut in cuts {
            let (piece, after) = rest.split_at((*cut).min(rest.len()));
            decoder.feed(piece, &mut |item| items.push(item));
            rest = after;
        }
        decoder.feed(rest, &mut |item| items.push(item));
        items
    }

    proptest! {
        #[test]
        fn the_result_does_not_depend_on_how_the_bytes_were_split(
            bytes in any_bytes(),
            cuts in prop::collection::vec(0_usize..9, 0..12),
        ) {
            let mut whole = MachineDecoder::new(Some(SpeedUnit::KilometresPerHour));
            let mut split = whole.clone();
            prop_assert_eq!(feed(&mut whole, &bytes), in_pieces(&mut split, &bytes, &cuts));
            prop_assert_eq!(whole.skipped(), split.skipped());
            let mut whole = HostDecoder::new(None);
            let mut split = whole.clone();
            prop_assert_eq!(feed(&mut whole, &bytes), in_pieces(&mut split, &bytes, &cuts));
        }

        #[test]
        fn every_byte_is_in_a_message_an_error_counted_or_unfinished(bytes in any_bytes()) {
            let mut decoder = MachineDecoder::new(None);
            let items = feed(&mut decoder, &bytes);
            let used: u64 = items
                .iter()
                .map(|item| match &item.content {
                    Ok(message) => u64::try_from(message.frame().as_bytes().len()).unwrap(),
                    Err(error) => u64::from(error.skipped_bytes),
                })
                .sum();
            let total = u64::try_from(bytes.len()).unwrap();
            let unfinished = total - used - decoder.skipped();
            prop_assert!(unfinished <= 4, "{} bytes are nowhere", unfinished);
        }

        #[test]
        fn what_the_host_writes_is_read_back(messages in prop::collection::vec(any_host_message(), 1..12)) {
            let bytes: Vec<u8> = messages.iter().flat_map(|message| message.frame().as_bytes().to_vec()).collect();
            let read: Vec<HostMessage> = host(&bytes).iter().map(|item| item.content.expect("whole")).collect();
            prop_assert_eq!(read, messages);
        }

        #[test]
        fn what_the_machine_writes_is_read_back(messages in prop::collection::vec(any_machine_message(), 1..12)) {
            let bytes: Vec<u8> = messages.iter().flat_map(|message| message.frame().as_bytes().to_vec()).collect();
            let read: Vec<MachineMessage> = machine(&bytes).iter().map(|item| item.content.expect("whole")).collect();
            prop_assert_eq!(read, messages);
        }

        #[test]
        fn the_first_message_after_any_garbage_is_found(garbage in any_bytes(), message in any_machine_message()) {
            let mut bytes = garbage.clone();
            bytes.extend_from_slice(message.frame().as_bytes());
            let items = machine(&bytes);
            let last = items.last().expect("the message at least");
            prop_assert_eq!(last.content, Ok(message));
            prop_assert_eq!(last.offset, u64::try_from(garbage.len()).unwrap());
        }

        #[test]
        fn no_bytes_make_a_value_that_the_wire_cannot_carry(bytes in any_bytes()) {
            for item in machine(&bytes) {
                let Some(report) = item.content.ok().and_then(|message| message.report()) else { continue };
                if let Some(speed) = value(report.speed) {
                    prop_assert!((0.0..=999.9 * 0.447_04 + 1e-9).contains(&speed));
                }
                if let Some(grade) = value(report.grade) {
                    prop_assert!((0.0..=999.9).contains(&grade));
                }
            }
        }
    }
}
