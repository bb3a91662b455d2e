//! CSAFE against its worked frames: bytes to message, message to bytes, bad bytes to their error; and the laws that hold for
//! any bytes.

/// Walks `vectors/csafe/worked.json`.
#[cfg(test)]
mod vectors {
    use protocols::csafe::{Fate, HostDecoder, MachineDecoder, MachineFrame, State};
    use protocols::wire::{Decoded, Decoder, Field, Report, WireError, WireErrorKind};
    use serde_json::Value;

    fn worked() -> Vec<Value> {
        serde_json::from_str(include_str!("../vectors/csafe/worked.json")).expect("a list")
    }

    fn bytes_of(vector: &Value) -> Vec<u8> {
        text(vector, "hex")
            .split(' ')
            .map(|byte| u8::from_str_radix(byte, 16).expect("hex"))
            .collect()
    }

    fn text<'v>(vector: &'v Value, key: &str) -> &'v str {
        vector[key].as_str().expect("a text")
    }

    fn only<M>(decoder: &mut dyn Decoder<Message = M>, bytes: &[u8]) -> Result<M, WireError> {
        let mut found = Vec::new();
        decoder.feed(bytes, &mut |item: Decoded<M>| found.push(item));
        assert_eq!(found.len(), 1, "one thing in {bytes:02X?}");
        let item = found.remove(0);
        assert_eq!(item.offset, 0);
        item.content
    }

    /// What a vector of either direction gives: its report, the bytes it is written as, and the addresses it bears.
    type Outcome = Result<(Option<Report<'static>>, Vec<u8>, Option<(u8, u8)>), WireError>;

    fn outcome(vector: &Value) -> Outcome {
        let bytes = bytes_of(vector);
        let mut buffer = [0; 120];
        if text(vector, "direction") == "host" {
            let frame = only(&mut HostDecoder::new(), &bytes)?;
            let written = frame.encode(&mut buffer).expect("room").to_vec();
            let addresses = frame.addresses().map(|to| (to.destination, to.source));
            Ok((frame.report(), written, addresses))
        } else {
            let frame = only(&mut MachineDecoder::new(), &bytes)?;
            check_status(&frame, vector);
            let written = frame.encode(&mut buffer).expect("room").to_vec();
            let addresses = frame.addresses().map(|to| (to.destination, to.source));
            Ok((frame.report(), written, addresses))
        }
    }

    fn check_status(frame: &MachineFrame, vector: &Value) {
        let expected = &vector["status"];
        if expected.is_null() {
            return;
        }
        let status = frame.status().expect("a status");
        assert_eq!(Some(status.toggle), expected["toggle"].as_bool());
        let fate = match status.fate {
            Fate::Accepted => "accepted",
            Fate::Rejected => "rejected",
            Fate::Bad => "bad",
            Fate::NotReady => "not_ready",
        };
        assert_eq!(Some(fate), expected["fate"].as_str());
        let state = match status.state {
            State::Error => "error",
            State::Ready => "ready",
            State::Idle => "idle",
            State::HaveId => "have_id",
            State::InUse => "in_use",
            State::Paused => "paused",
            State::Finished => "finished",
            State::Manual => "manual",
            State::OffLine => "off_line",
            State::Undefined(_) => "undefined",
        };
        assert_eq!(Some(state), expected["state"].as_str());
    }

    fn check_field<T: Into<f64>>(found: Field<T>, key: &str, expected: &Value, source: &str) {
        match (found, expected.get(key)) {
            (Field::Absent, None) | (Field::Missing, Some(Value::Null)) => {}
            (Field::Present(value), Some(Value::Number(number))) => {
                let (value, number) = (value.into(), number.as_f64().expect("a number"));
                assert!((value - number).abs() < 1e-9, "{source}: {key} {value}");
            }
            (Field::Absent | Field::Missing | Field::Present(_), other) => {
                panic!("{source}: {key} should be {other:?}")
            }
        }
    }

    fn check_report(found: Option<Report<'static>>, expected: &Value, source: &str) {
        let Some(report) = found else {
            assert!(expected.is_null(), "{source}: carries no field");
            return;
        };
        assert!(expected.is_object(), "{source}: carries a field");
        let whole = |field: Field<u16>| match field {
            Field::Absent => Field::Absent,
            Field::Missing => Field::Missing,
            Field::Present(value) => Field::Present(f64::from(value)),
        };
        let heart_rate = whole(number(report.heart_rate));
        check_field(heart_rate, "heart_rate_bpm", expected, source);
        check_field(whole(number(report.power)), "power_watts", expected, source);
        check_field(
            whole(number(report.cadence)),
            "cadence_rpm",
            expected,
            source,
        );
        check_field(report.speed, "speed_metres_per_second", expected, source);
        check_field(report.grade, "grade_percent", expected, source);
    }

    fn number<T: Into<u16>>(field: Field<T>) -> Field<u16> {
        match field {
            Field::Absent => Field::Absent,
            Field::Missing => Field::Missing,
            Field::Present(value) => Field::Present(value.into()),
        }
    }

    #[test]
    fn every_worked_frame_gives_what_it_means_and_is_written_as_it_was_read() {
        let vectors = worked();
        assert!(vectors.len() >= 23);
        for vector in &vectors {
            let source = text(vector, "source");
            let expected = &vector["expected"];
            let Some(kind) = expected.get("error") else {
                let (report, written, addresses) = outcome(vector).expect(source);
                check_report(report, &expected["report"], source);
                if vector.get("not_canonical").is_none() {
                    assert_eq!(written, bytes_of(vector), "{source}");
                }
                let destination = addresses.map(|(destination, _)| u64::from(destination));
                assert_eq!(destination, vector["addresses"]["destination"].as_u64());
                continue;
            };
            let error = outcome(vector).expect_err(source);
            let word = match error.kind {
                WireErrorKind::Checksum => "checksum",
                WireErrorKind::Framing => "framing",
                WireErrorKind::OutOfRange | WireErrorKind::IllegalCommand => "other",
            };
            assert_eq!(Some(word), kind.as_str(), "{source}");
            assert_eq!(
                Some(u64::from(error.skipped_bytes)),
                expected["skipped_bytes"].as_u64(),
                "{source}"
            );
        }
    }
}

/// What holds for any bytes and for any frame.
#[cfg(test)]
mod laws {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use protocols::csafe::{
        Addresses, HostDecoder, HostFrame, MachineDecoder, MachineFrame, PushError, Quantity,
        Status, code,
    };
    use protocols::vocabulary::{MetresPerSecond, PercentGrade, Watts};
    use protocols::wire::{Decoded, Decoder, Field, NoRoom, WireErrorKind};

    fn all<D: Decoder>(decoder: &mut D, bytes: &[u8]) -> Vec<Decoded<D::Message>> {
        let mut found = Vec::new();
        decoder.feed(bytes, &mut |item| found.push(item));
        found
    }

    fn kinds(bytes: &[u8]) -> Vec<Result<(), WireErrorKind>> {
        all(&mut MachineDecoder::new(), bytes)
            .into_iter()
            .map(|found| found.content.map(drop).map_err(|error| error.kind))
            .collect()
    }

    /// Bytes in which flags, stuffing and known codes are common.
    fn wire_bytes() -> impl Strategy<Value = Vec<u8>> {
        let byte = prop_oneof![
            3 => prop::sample::select(vec![0xF0, 0xF1, 0xF2, 0xF3]),
            3 => prop::sample::select(vec![0xA5, 0xA7, 0xA8, 0xB0, 0xB4, 0x25, 0x28, 0x34, 0x1A]),
            3 => 0..=4_u8,
            2 => any::<u8>(),
        ];
        vec(byte, 0..300)
    }

    fn addresses() -> impl Strategy<Value = Option<Addresses>> {
        prop::option::of(
            (any::<u8>(), any::<u8>()).prop_map(|(destination, source)| Addresses {
                destination,
                source,
            }),
        )
    }

    prop_compose! {
        fn host_frame()(
            addresses in addresses(),
            items in vec((any::<u8>(), vec(any::<u8>(), 0..9)), 0..9),
        ) -> HostFrame {
            let mut frame = addresses.map_or_else(HostFrame::new, HostFrame::addressed);
            for (code, data) in items {
                // A count that the table does not give is refused, which leaves the frame as it was.
                let _ = if code >= code::FIRST_SHORT {
                    frame.push_short(code)
                } else {
                    frame.push_long(code, &data)
                };
            }
            frame
        }
    }

    prop_compose! {
        fn machine_frame()(
            addresses in addresses(),
            status in any::<u8>(),
            items in vec((any::<u8>(), vec(any::<u8>(), 0..9)), 0..9),
        ) -> MachineFrame {
            let status = Status::from_byte(status);
            let mut frame = match addresses {
                Some(addresses) => MachineFrame::addressed(addresses, status),
                None => MachineFrame::new(status),
            };
            for (code, data) in items {
                let _ = frame.push(code, &data);
            }
            frame
        }
    }

    proptest! {
        #[test]
        fn any_bytes_split_anywhere_give_the_same(bytes in wire_bytes(), cut in 0..300_usize) {
            let (first, second) = bytes.split_at(cut.min(bytes.len()));
            let (mut whole, mut split) = (MachineDecoder::new(), MachineDecoder::new());
            let together = all(&mut whole, &bytes);
            let mut apart = all(&mut split, first);
            apart.extend(all(&mut split, second));
            prop_assert_eq!(together, apart);
            prop_assert_eq!(whole.skipped(), split.skipped());

            let (mut whole, mut split) = (HostDecoder::new(), HostDecoder::new());
            let together = all(&mut whole, &bytes);
            let mut apart = all(&mut split, first);
            apart.extend(all(&mut split, second));
            prop_assert_eq!(together, apart);
            prop_assert_eq!(whole.skipped(), split.skipped());
        }

        #[test]
        fn offsets_rise_and_lost_bytes_are_never_counted_twice(bytes in wire_bytes()) {
            let mut decoder = MachineDecoder::new();
            let found = all(&mut decoder, &bytes);
            let mut end = 0;
            let mut lost = 0;
            for item in &found {
                prop_assert!(item.offset >= end);
                end = item.offset;
                if let Err(error) = item.content {
                    end += u64::from(error.skipped_bytes);
                    lost += u64::from(error.skipped_bytes);
                }
            }
            let fed = u64::try_from(bytes.len()).expect("small");
            prop_assert!(lost + decoder.skipped() <= fed);
        }

        #[test]
        fn what_a_host_writes_a_machine_reads(frame in host_frame()) {
            let mut buffer = [0; 300];
            match frame.encode(&mut buffer) {
                Ok(bytes) => {
                    let found = all(&mut HostDecoder::new(), bytes);
                    prop_assert_eq!(found, vec![Decoded { offset: 0, content: Ok(frame) }]);
                }
                Err(NoRoom) => prop_assert!(frame.commands().count() > 0),
            }
        }

        #[test]
        fn what_a_machine_writes_a_host_reads(frame in machine_frame()) {
            let mut buffer = [0; 300];
            match frame.encode(&mut buffer) {
                Ok(bytes) => {
                    let found = all(&mut MachineDecoder::new(), bytes);
                    prop_assert_eq!(found, vec![Decoded { offset: 0, content: Ok(frame) }]);
                }
                Err(NoRoom) => prop_assert!(frame.items().count() > 0),
            }
        }

        #[test]
        fn a_good_frame_is_found_after_any_garbage(garbage in wire_bytes(), watts in any::<u16>()) {
            let mut frame = MachineFrame::new(Status::from_byte(0x05));
            let [low, high] = watts.to_le_bytes();
            frame.push(code::GET_POWER, &[low, high, 0x58]).expect("room");
            let mut buffer = [0; 32];
            let mut bytes = garbage.clone();
            bytes.extend(frame.encode(&mut buffer).expect("room"));
            let found = all(&mut MachineDecoder::new(), &bytes);
            let last = found.last().expect("something");
            prop_assert_eq!(last.content, Ok(frame));
        }

        #[test]
        fn powers_are_read_as_they_were_set(watts in any::<u16>()) {
            let power = Watts::new(watts).expect("every word is a power");
            let mut frame = HostFrame::new();
            frame
                .push_long(code::SET_POWER, &Quantity::of_power(power).to_bytes())
                .expect("room");
            let report = frame.report().expect("a field");
            prop_assert_eq!(report.power, Field::Present(power));
        }

        #[test]
        fn speed_and_grade_are_never_rounded_up(speed in 0.0..1000.0_f64, grade in 0.0..3000.0_f64) {
            let asked = MetresPerSecond::new(speed).expect("in range");
            let sent = Quantity::of_speed(asked).and_then(Quantity::speed).expect("carried");
            prop_assert!(sent.get() <= speed + 1e-7 && sent.get() > speed - 0.1 / 3.6 - 1e-7);
            let asked = PercentGrade::new(grade).expect("in range");
            let sent = Quantity::of_grade(asked).and_then(Quantity::grade).expect("carried");
            prop_assert!(sent.get() <= grade + 1e-6 && sent.get() > grade - 0.1 - 1e-6);
        }
    }

    #[test]
    fn a_start_flag_inside_a_frame_begins_a_new_one() {
        let found = all(
            &mut MachineDecoder::new(),
            &[0xF1, 0x05, 0xF1, 0x81, 0x81, 0xF2],
        );
        assert_eq!(found.len(), 2);
        let error = found[0].content.expect_err("cut off");
        assert_eq!(
            (error.kind, error.skipped_bytes),
            (WireErrorKind::Framing, 2)
        );
        assert_eq!(found[1].offset, 2);
        assert!(found[1].content.is_ok());
        let framing = Err(WireErrorKind::Framing);
        assert_eq!(kinds(&[0xF1, 0xF1, 0x81, 0x81, 0xF2]), [framing, Ok(())]);
        assert_eq!(
            kinds(&[0xF1, 0xF0, 0, 0xFD, 0x81, 0x81, 0xF2]),
            [framing, Ok(())]
        );
    }

    #[test]
    fn a_start_flag_after_stuffing_is_one_error_and_the_new_frame() {
        let framing = Err(WireErrorKind::Framing);
        assert_eq!(
            kinds(&[0xF1, 0x05, 0xF3, 0xF1, 0x81, 0x81, 0xF2]),
            [framing, Ok(())]
        );
    }

    #[test]
    fn what_follows_an_error_is_skipped_up_to_the_next_start_flag() {
        let mut decoder = MachineDecoder::new();
        let found = all(
            &mut decoder,
            &[
                0xF1, 0x05, 0xF3, 0x09, 0x33, 0xF2, 0xF2, 0xF1, 0x81, 0x81, 0xF2,
            ],
        );
        assert_eq!(found.len(), 2);
        assert_eq!(decoder.skipped(), 3);
    }

    #[test]
    fn a_frame_of_120_bytes_is_read_and_one_of_121_is_not() {
        let frame_of = |length: usize| {
            let mut bytes = vec![0xF1, 0x00, 0x1A];
            bytes.push(u8::try_from(length - 6).expect("small"));
            bytes.resize(length - 2, 0);
            bytes.push(0x1A ^ bytes[3]);
            bytes.push(0xF2);
            assert_eq!(bytes.len(), length);
            bytes
        };
        assert_eq!(kinds(&frame_of(120)), [Ok(())]);
        assert_eq!(kinds(&frame_of(121)), [Err(WireErrorKind::Framing)]);
        assert_eq!(kinds(&frame_of(120)[..119]), []);
    }

    #[test]
    fn a_frame_without_end_is_one_error_and_the_next_is_read() {
        let mut bytes = vec![0xF1];
        bytes.resize(400, 0x55);
        bytes.extend([0xF1, 0x81, 0x81, 0xF2]);
        assert_eq!(kinds(&bytes), [Err(WireErrorKind::Framing), Ok(())]);
    }

    #[test]
    fn an_unfinished_frame_gives_nothing_and_is_forgotten_on_reset() {
        let mut decoder = MachineDecoder::new();
        assert_eq!(all(&mut decoder, &[0xF1, 0x05]).len(), 0);
        decoder.reset();
        let found = all(&mut decoder, &[0xB0, 0xF1, 0x81, 0x81, 0xF2]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].offset, 3);
        assert_eq!(decoder.skipped(), 1);
    }

    #[test]
    fn a_frame_refuses_what_it_cannot_carry() {
        let mut frame = HostFrame::new();
        assert_eq!(frame.push_short(0x34), Err(PushError::Form));
        assert_eq!(frame.push_long(0xB4, &[]), Err(PushError::Form));
        assert_eq!(
            frame.push_long(code::SET_POWER, &[75, 0]),
            Err(PushError::Form)
        );
        assert_eq!(frame.push_long(0x1A, &[0; 118]), Err(PushError::NoRoom));
        assert_eq!(frame, HostFrame::new());
        frame.push_long(0x1A, &[0; 115]).expect("room");
        assert_eq!(frame.push_short(0x80), Err(PushError::NoRoom));
        assert_eq!(frame.encode(&mut [0; 119]), Err(NoRoom));
        assert_eq!(frame.encode(&mut [0; 120]).map(<[u8]>::len), Ok(120));
        let mut stuffed = HostFrame::new();
        stuffed.push_long(0x1A, &[0xF1; 100]).expect("room");
        assert_eq!(stuffed.encode(&mut [0; 300]), Err(NoRoom));
    }
}
