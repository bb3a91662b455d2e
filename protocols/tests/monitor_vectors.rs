//! The monitors' worked examples, byte for byte, and the laws that hold for any bytes.

#[cfg(test)]
mod vectors {
    use protocols::nonin_df2::{self, HostCommand};
    use protocols::wire::{Decoded, Decoder, Field, Report, WireErrorKind};
    use protocols::zephyr_hxm;
    use serde_json::{Value, json};

    const NONIN: &str = include_str!("../vectors/nonin-df2/worked.json");
    const ZEPHYR: &str = include_str!("../vectors/zephyr-hxm/worked.json");

    fn field<T, U: Into<Value>>(
        entry: &mut Value,
        name: &str,
        field: &Field<T>,
        get: impl Fn(&T) -> U,
    ) {
        match field {
            Field::Absent => {}
            Field::Missing => entry[name] = Value::Null,
            Field::Present(value) => entry[name] = get(value).into(),
        }
    }

    fn message(offset: u64, report: &Report<'_>) -> Value {
        let mut entry = json!({ "offset": offset, "message": report.message });
        field(&mut entry, "heart_rate_bpm", &report.heart_rate, |v| {
            v.get()
        });
        field(&mut entry, "spo2_percent", &report.saturation, |v| v.get());
        field(&mut entry, "speed_metres_per_second", &report.speed, |v| {
            v.get()
        });
        if !report.plethysmogram.is_empty() {
            entry["plethysmogram"] = report.plethysmogram.into();
        }
        if let Some(words) = report.quality {
            entry["quality"] = words.into();
        }
        entry
    }

    fn kind(kind: WireErrorKind) -> Value {
        serde_json::to_value(kind).expect("a word")
    }

    fn bytes(entry: &Value) -> Vec<u8> {
        entry["bytes"]
            .as_str()
            .expect("bytes")
            .split_whitespace()
            .map(|byte| u8::from_str_radix(byte, 16).expect("hex"))
            .collect()
    }

    fn run<D: Decoder>(
        document: &str,
        direction: &str,
        fresh: impl Fn() -> D,
        tell: impl Fn(u64, &D::Message) -> Value,
    ) -> usize {
        let document: Value = serde_json::from_str(document).expect("a document");
        let entries = document[direction].as_array().expect("entries");
        for entry in entries {
            let mut decoder = fresh();
            let mut found = Vec::new();
            decoder.feed(&bytes(entry), &mut |item: Decoded<D::Message>| {
                found.push(match &item.content {
                    Ok(content) => tell(item.offset, content),
                    Err(error) => json!({
                        "offset": item.offset,
                        "error": kind(error.kind),
                        "skipped_bytes": error.skipped_bytes,
                    }),
                });
            });
            assert_eq!(Value::from(found), entry["expect"], "{}", entry["name"]);
            assert_eq!(
                Some(decoder.skipped()),
                entry["skipped"].as_u64(),
                "{}",
                entry["name"]
            );
        }
        entries.len()
    }

    #[test]
    fn every_worked_example_of_the_oximeter_reads_as_written() {
        let count = run(
            NONIN,
            "device",
            nonin_df2::PacketDecoder::new,
            |offset, packet| message(offset, &packet.report()),
        );
        assert_eq!(count, 26);
    }

    #[test]
    fn every_worked_command_to_the_oximeter_reads_as_written() {
        let count = run(
            NONIN,
            "host",
            nonin_df2::HostDecoder::new,
            |offset, command| message(offset, &command.report()),
        );
        assert_eq!(count, 10);
    }

    #[test]
    fn every_worked_example_of_the_strap_reads_as_written() {
        let count = run(
            ZEPHYR,
            "device",
            zephyr_hxm::PacketDecoder::new,
            |offset, packet| message(offset, &packet.report()),
        );
        assert_eq!(count, 15);
    }

    #[test]
    fn what_reads_whole_is_written_back_byte_for_byte() {
        let document: Value = serde_json::from_str(ZEPHYR).expect("a document");
        for entry in document["device"]
            .as_array()
            .expect("entries")
            .iter()
            .take(4)
        {
            let bytes = bytes(entry);
            let mut packet = None;
            zephyr_hxm::PacketDecoder::new().feed(&bytes, &mut |item| packet = item.content.ok());
            let mut buffer = [0; zephyr_hxm::PACKET_BYTES];
            let written = packet.expect("a packet").encode(&mut buffer).expect("room");
            assert_eq!(written, bytes, "{}", entry["name"]);
        }
    }

    #[test]
    fn worked_commands_are_written_back_byte_for_byte() {
        let document: Value = serde_json::from_str(NONIN).expect("a document");
        let mut written = 0;
        for entry in document["host"].as_array().expect("entries") {
            let bytes = bytes(entry);
            let mut again: Vec<u8> = Vec::new();
            let mut whole = true;
            nonin_df2::HostDecoder::new().feed(&bytes, &mut |item: Decoded<HostCommand>| {
                let mut buffer = [0; nonin_df2::LONGEST_COMMAND];
                match item.content {
                    Ok(command) => again.extend(command.encode(&mut buffer).expect("room")),
                    Err(_) => whole = false,
                }
            });
            if whole {
                assert_eq!(again, bytes, "{}", entry["name"]);
                written += 1;
            }
        }
        assert_eq!(written, 6);
    }

    #[test]
    fn the_strap_tells_its_beats_and_battery_too() {
        let document: Value = serde_json::from_str(ZEPHYR).expect("a document");
        let mut packets = Vec::new();
        for entry in document["device"]
            .as_array()
            .expect("entries")
            .iter()
            .take(4)
        {
            zephyr_hxm::PacketDecoder::new().feed(&bytes(entry), &mut |item| {
                packets.push(item.content.expect("a packet"));
            });
        }
        assert_eq!(packets[0].beat_number, 101);
        assert_eq!(packets[0].battery_percent(), Some(87));
        assert!(packets[0].beat_intervals().all(|interval| interval == 833));
        assert_eq!((packets[0].firmware, packets[0].hardware), (9_500, 9_800));
        assert_eq!(&packets[0].firmware_version, b"1i");
        assert_eq!(&packets[0].hardware_version, b"1v");
        assert!(packets[2].beat_intervals().all(|interval| interval == 423));
        assert_eq!(packets[2].beat_times[0], 1_000);
        assert_eq!((packets[2].distance_raw, packets[2].strides), (160, 12));
        assert!(packets[3].beat_intervals().all(|interval| interval == 250));
        assert_eq!(packets[3].battery_percent(), Some(12));
    }
}

#[cfg(test)]
mod laws {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use protocols::nonin_df2::{
        self, ClockTime, DataFormat, FRAMES, HostCommand, HostDecoder, LONGEST_REPLY, Packet,
        PacketValues, PulseRates, Reply, Saturations, Status,
    };
    use protocols::vocabulary::{BeatsPerMinute, OxygenSaturation};
    use protocols::wire::{Decoded, Decoder};
    use protocols::zephyr_hxm::{self, BEAT_TIMES};

    /// All items of a stream fed in pieces of these sizes, the last piece being what is left.
    fn items<D: Decoder>(
        decoder: &mut D,
        mut stream: &[u8],
        pieces: &[usize],
    ) -> Vec<Decoded<D::Message>> {
        let mut found = Vec::new();
        for piece in pieces {
            let (now, later) = stream.split_at((*piece).min(stream.len()));
            decoder.feed(now, &mut |item| found.push(item));
            stream = later;
        }
        decoder.feed(stream, &mut |item| found.push(item));
        found
    }

    fn rate() -> impl Strategy<Value = Option<BeatsPerMinute>> {
        prop_oneof![
            Just(None),
            (18_u16..=321).prop_map(BeatsPerMinute::new),
            prop::sample::select(vec![127_u16, 128, 129, 255, 256]).prop_map(BeatsPerMinute::new),
        ]
    }

    fn saturation() -> impl Strategy<Value = Option<OxygenSaturation>> {
        prop_oneof![Just(None), (0_u8..=100).prop_map(OxygenSaturation::new)]
    }

    prop_compose! {
        fn values()(
            recording in rate(), extended in rate(), display in rate(), extended_display in rate(),
            percents in [saturation(), saturation(), saturation(), saturation(), saturation(), saturation()],
            revision in 0_u8..128, timer in 0_u16..16_384, status_2 in any::<u8>(),
        ) -> PacketValues {
            PacketValues {
                rates: PulseRates { recording, extended, display, extended_display },
                saturations: Saturations {
                    recording: percents[0], display: percents[1], fast: percents[2],
                    beat_to_beat: percents[3], extended: percents[4], extended_display: percents[5],
                },
                revision, timer, status_2,
            }
        }
    }

    prop_compose! {
        fn nonin_packet()(
            values in values(), status in any::<[u8; FRAMES]>(), samples in any::<[u8; FRAMES]>(),
        ) -> (PacketValues, Packet) {
            (values, Packet::new(status.map(Status::from_byte), samples, values.data()))
        }
    }

    prop_compose! {
        fn zephyr_packet()(
            ids in any::<[u16; 2]>(), versions in any::<[[u8; 2]; 2]>(), bytes in any::<[u8; 4]>(),
            beat_times in any::<[u16; BEAT_TIMES]>(), distance_raw in any::<u16>(), speed_raw in any::<u16>(),
        ) -> zephyr_hxm::Packet {
            zephyr_hxm::Packet {
                firmware: ids[0], firmware_version: versions[0], hardware: ids[1], hardware_version: versions[1],
                battery_raw: bytes[0], heart_rate_raw: bytes[1], beat_number: bytes[2], beat_times,
                distance_raw, speed_raw, strides: bytes[3],
            }
        }
    }

    fn nonin_bytes(packet: &Packet) -> Vec<u8> {
        let mut buffer = [0; nonin_df2::PACKET_BYTES];
        packet.encode(&mut buffer).expect("room").to_vec()
    }

    fn zephyr_bytes(packet: &zephyr_hxm::Packet) -> Vec<u8> {
        let mut buffer = [0; zephyr_hxm::PACKET_BYTES];
        packet.encode(&mut buffer).expect("room").to_vec()
    }

    /// Streams in which packets, damaged packets and what looks like their begins are as likely as noise.
    fn stream() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            vec(any::<u8>(), 0..40),
            vec(
                prop::sample::select(vec![
                    0x01_u8, 0x02, 0x03, 0x06, 0x15, 0x26, 0x37, 0x80, 0x81, 0xF2
                ]),
                0..40
            ),
            nonin_packet().prop_map(|(_, packet)| nonin_bytes(&packet)),
            zephyr_packet().prop_map(|packet| zephyr_bytes(&packet)),
            (nonin_packet(), any::<prop::sample::Index>(), 0_u8..8).prop_map(
                |((_, packet), at, bit)| {
                    let mut bytes = nonin_bytes(&packet);
                    let at = at.index(bytes.len());
                    bytes[at] ^= 1 << bit;
                    bytes
                }
            ),
            (zephyr_packet(), any::<prop::sample::Index>()).prop_map(|(packet, at)| {
                let bytes = zephyr_bytes(&packet);
                bytes[..at.index(bytes.len())].to_vec()
            }),
            Just(vec![0x02, 0xF3, 0x03, 0x18, 0x05, 0x09, 0x03]),
            Just(vec![0x02, 0x70, 0x02, 0x02, 0x02, 0x03]),
        ];
        vec(piece, 0..8).prop_map(|pieces| pieces.concat())
    }

    /// Each byte fed belongs to exactly one of: a message, an error, noise, or an end shorter than `unfinished`.
    fn accounts<D: Decoder>(
        decoder: &D,
        found: &[Decoded<D::Message>],
        fed: usize,
        message: impl Fn(&D::Message) -> usize,
        unfinished: usize,
    ) -> Result<(), TestCaseError> {
        let used: usize = found
            .iter()
            .map(|item| match &item.content {
                Ok(content) => message(content),
                Err(error) => usize::try_from(error.skipped_bytes).expect("small"),
            })
            .sum();
        let used = used + usize::try_from(decoder.skipped()).expect("small");
        prop_assert!(used <= fed, "{used} of {fed}");
        prop_assert!(fed - used < unfinished, "{used} of {fed}");
        Ok(())
    }

    proptest! {
        #[test]
        fn the_oximeters_stream_may_be_split_anywhere(
            stream in stream(), pieces in vec(0_usize..60, 0..20), single in any::<bool>(),
        ) {
            let pieces = if single { vec![1; stream.len()] } else { pieces };
            let mut whole = nonin_df2::PacketDecoder::new();
            let mut split = nonin_df2::PacketDecoder::new();
            let found = items(&mut whole, &stream, &[]);
            prop_assert_eq!(&found, &items(&mut split, &stream, &pieces));
            prop_assert_eq!(whole.skipped(), split.skipped());
            accounts(&whole, &found, stream.len(), |_| nonin_df2::PACKET_BYTES, nonin_df2::PACKET_BYTES + 20)?;
        }

        #[test]
        fn the_straps_stream_may_be_split_anywhere(
            stream in stream(), pieces in vec(0_usize..60, 0..20), single in any::<bool>(),
        ) {
            let pieces = if single { vec![1; stream.len()] } else { pieces };
            let mut whole = zephyr_hxm::PacketDecoder::new();
            let mut split = zephyr_hxm::PacketDecoder::new();
            let found = items(&mut whole, &stream, &[]);
            prop_assert_eq!(&found, &items(&mut split, &stream, &pieces));
            prop_assert_eq!(whole.skipped(), split.skipped());
            accounts(&whole, &found, stream.len(), |_| zephyr_hxm::PACKET_BYTES, zephyr_hxm::PACKET_BYTES)?;
        }

        #[test]
        fn the_hosts_stream_may_be_split_anywhere(stream in stream(), pieces in vec(0_usize..60, 0..20)) {
            let mut whole = HostDecoder::new();
            let mut split = HostDecoder::new();
            let found = items(&mut whole, &stream, &[]);
            prop_assert_eq!(&found, &items(&mut split, &stream, &pieces));
            let length = |command: &HostCommand| command.encode(&mut [0; 10]).expect("room").len();
            accounts(&whole, &found, stream.len(), length, 20)?;
        }

        #[test]
        fn an_oximeters_packet_reads_as_it_was_written((values, packet) in nonin_packet()) {
            let bytes = nonin_bytes(&packet);
            let found = items(&mut nonin_df2::PacketDecoder::new(), &bytes, &[]);
            prop_assert_eq!(found.len(), 1);
            let read = found[0].content.expect("a packet");
            prop_assert_eq!(read, packet);
            prop_assert_eq!(read.values(), values);
            prop_assert_eq!(read.pulse_rate().ok(), values.rates.recording);
            prop_assert_eq!(read.saturation().ok(), values.saturations.recording);
        }

        #[test]
        fn a_straps_packet_reads_as_it_was_written(packet in zephyr_packet()) {
            let found = items(&mut zephyr_hxm::PacketDecoder::new(), &zephyr_bytes(&packet), &[]);
            prop_assert_eq!(found.len(), 1);
            prop_assert_eq!(found[0].content, Ok(packet));
        }

        #[test]
        fn a_command_reads_as_it_was_written(
            choice in 0_usize..9, options in any::<Option<u8>>(), time in any::<[u8; 6]>(), minutes in any::<u8>(),
        ) {
            let [year, month, day, hour, minute, second] = time;
            let format = |format| HostCommand::SelectFormat { format, options };
            let command = [
                format(DataFormat::Df2), format(DataFormat::Df7), format(DataFormat::Df8), format(DataFormat::Df13),
                HostCommand::GetClock,
                HostCommand::SetClock(ClockTime { year, month, day, hour, minute, second }),
                HostCommand::DeviceType, HostCommand::SerialNumber, HostCommand::BluetoothTimeout { minutes },
            ][choice];
            let mut buffer = [0; nonin_df2::LONGEST_COMMAND];
            let bytes = command.encode(&mut buffer).expect("room");
            let found = items(&mut HostDecoder::new(), bytes, &[]);
            prop_assert_eq!(found.len(), 1);
            prop_assert_eq!(found[0].content, Ok(command));
        }

        #[test]
        fn after_any_garbage_the_oximeter_is_read_within_two_packets(
            garbage in stream(), packets in [nonin_packet(), nonin_packet(), nonin_packet()],
        ) {
            let mut decoder = nonin_df2::PacketDecoder::new();
            items(&mut decoder, &garbage, &[]);
            let mut first = None;
            for (index, (_, packet)) in packets.iter().enumerate() {
                let found = items(&mut decoder, &nonin_bytes(packet), &[]);
                if found.iter().any(|item| item.content == Ok(*packet)) {
                    first = first.or(Some(index));
                } else {
                    prop_assert!(first.is_none(), "lost again after it was found");
                }
            }
            prop_assert!(first.is_some_and(|index| index <= 1), "{first:?}");
        }

        #[test]
        fn after_garbage_without_its_header_the_next_packet_of_the_strap_is_read(
            garbage in vec(any::<u8>(), 0..300), packet in zephyr_packet(),
        ) {
            prop_assume!(!garbage.windows(3).any(|bytes| bytes == [0x02, 0x26, 0x37]));
            let mut decoder = zephyr_hxm::PacketDecoder::new();
            let found = items(&mut decoder, &[garbage, zephyr_bytes(&packet)].concat(), &[]);
            prop_assert!(found.iter().any(|item| item.content == Ok(packet)));
        }

        #[test]
        fn after_any_garbage_the_strap_is_read_within_two_packets(
            garbage in stream(), packets in [zephyr_packet(), zephyr_packet()],
        ) {
            // A packet whose own payload begins another one may be taken apart; chance gives none.
            let mut decoder = zephyr_hxm::PacketDecoder::new();
            items(&mut decoder, &garbage, &[]);
            let mut found = Vec::new();
            for packet in &packets {
                found.extend(items(&mut decoder, &zephyr_bytes(packet), &[]));
            }
            prop_assert!(found.iter().any(|item| item.content == Ok(packets[1])));
        }

        #[test]
        fn one_flipped_bit_never_becomes_a_packet_of_the_oximeter(
            (_, packet) in nonin_packet(), at in 0_usize..nonin_df2::PACKET_BYTES, bit in 0_u8..8,
        ) {
            let mut bytes = nonin_bytes(&packet);
            bytes[at] ^= 1 << bit;
            let found = items(&mut nonin_df2::PacketDecoder::new(), &bytes, &[]);
            prop_assert!(found.iter().all(|item| item.content.is_err()));
        }

        #[test]
        fn one_flipped_bit_never_becomes_a_packet_of_the_strap(
            packet in zephyr_packet(), at in 0_usize..zephyr_hxm::PACKET_BYTES, bit in 0_u8..8,
        ) {
            let mut bytes = zephyr_bytes(&packet);
            bytes[at] ^= 1 << bit;
            let found = items(&mut zephyr_hxm::PacketDecoder::new(), &bytes, &[]);
            prop_assert!(found.iter().all(|item| item.content.is_err()));
        }

        #[test]
        fn whatever_data_a_packet_holds_its_values_are_in_range(data in any::<[u8; FRAMES]>(), raw in zephyr_packet()) {
            let packet = Packet::new([Status::QUIET; FRAMES], [0; FRAMES], data);
            let rates = packet.values().rates;
            for rate in [rates.recording, rates.extended, rates.display, rates.extended_display].into_iter().flatten() {
                prop_assert!((18..=321).contains(&rate.get()));
            }
            if let Ok(rate) = raw.heart_rate() {
                prop_assert!((30..=240).contains(&rate.get()));
            }
            if let Some(speed) = raw.speed() {
                prop_assert!((0.0..16.0).contains(&speed.get()));
            }
        }

        #[test]
        fn replies_between_frames_do_not_disturb_a_packet(
            (_, packet) in nonin_packet(), at in 1_usize..FRAMES, choice in 0_usize..6, bytes in any::<[u8; 9]>(),
        ) {
            let [year, month, day, hour, minute, second, ..] = bytes;
            let reply = [
                Reply::Done, Reply::Refused, Reply::WRIST_OX2, Reply::SerialNumber(bytes), Reply::BluetoothTimeoutSet,
                Reply::Clock(ClockTime { year, month, day, hour, minute, second }),
            ][choice];
            let mut buffer = [0; LONGEST_REPLY];
            let reply = reply.encode(&mut buffer).expect("room");
            let whole = nonin_bytes(&packet);
            let (before, after) = whole.split_at(at * nonin_df2::FRAME_BYTES);
            let mut decoder = nonin_df2::PacketDecoder::new();
            let found = items(&mut decoder, &[before, reply, after].concat(), &[]);
            prop_assert_eq!(found.len(), 1);
            prop_assert_eq!(found[0].content, Ok(packet));
            prop_assert_eq!(decoder.skipped(), u64::try_from(reply.len()).expect("small"));
        }

        #[test]
        fn a_decoder_that_was_reset_keeps_its_offsets_and_forgets_the_rest(
            cut in 1_usize..nonin_df2::PACKET_BYTES, (_, packet) in nonin_packet(),
        ) {
            let bytes = nonin_bytes(&packet);
            let mut decoder = nonin_df2::PacketDecoder::new();
            items(&mut decoder, &bytes[..cut], &[]);
            decoder.reset();
            let found = items(&mut decoder, &bytes, &[]);
            prop_assert_eq!(found.len(), 1);
            prop_assert_eq!(found[0].content, Ok(packet));
            prop_assert_eq!(found[0].offset, u64::try_from(cut).expect("small"));
        }
    }
}
