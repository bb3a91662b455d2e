//! What protocols have of their own: what their messages carry that no report has, and laws.

use proptest::collection::vec;
use proptest::prelude::*;
use protocols::contec_9::{DeviceMessage, Disconnection, HostCommand};
use protocols::nonin_df13::Taken;
use protocols::{masimo, nellcor};

use crate::wires::{Contec9, Contec9Host, Masimo, Nellcor, NoninDf13, Wire, items, messages};

#[test]
fn a_spot_check_has_a_date() {
    let frame = [
        0x00, 0x02, 0x00, 0x0D, 0x00, 0x0E, 0x14, 0x18, 0x05, 0x11, 0x09, 0x1E, 0x0C, 0x00, 0x02,
        0x00, 0x00, 0x48, 0x00, 0x62, 0x21, 0x03,
    ];
    let found = messages::<NoninDf13>(&frame);
    let taken = Taken {
        century: 20,
        year: 24,
        month: 5,
        day: 17,
        hour: 9,
        minute: 30,
        second: 12,
        fraction: 0,
    };
    assert_eq!(found[0].taken(), taken);
}

#[test]
fn the_perfusion_index_is_in_tenths_and_the_strength_is_told() {
    let bytes = [0x01, 0x88, 0x86, 0xE4, 0x99, 0x83, 0xDF, 0xD4, 0x81];
    let [DeviceMessage::Packet(packet)] = messages::<Contec9>(&bytes)[..] else {
        panic!("a packet");
    };
    assert_eq!(packet.perfusion_index().tenths_of_a_per_cent(), Some(340));
    assert_eq!(packet.content().signal_strength, 6);
    assert_eq!(packet.content().bar_graph, 9);
    let bytes = [0x01, 0xE8, 0xC6, 0xB4, 0x87, 0x8E, 0xDD, 0xFF, 0xFF];
    let [DeviceMessage::Packet(packet)] = messages::<Contec9>(&bytes)[..] else {
        panic!("a packet");
    };
    assert_eq!(packet.perfusion_index().tenths_of_a_per_cent(), None);
    assert!(packet.content().beat);
}

#[test]
fn a_device_says_why_it_ends_the_stream() {
    let found = messages::<Contec9>(&[0x0D, 0x80, 0x80, 0x0D, 0x80, 0x81, 0x0D, 0x80, 0x82]);
    let reasons = [
        Disconnection::NOT_KEPT_ALIVE,
        Disconnection::FINGER_OUT,
        Disconnection { reason: 2 },
    ];
    assert_eq!(found, reasons.map(DeviceMessage::Disconnected));
    assert_eq!(reasons.map(Disconnection::is_normal), [true, true, false]);
}

#[test]
fn commands_to_a_contec_are_written_as_the_sheet_has_them() {
    let commands = [
        (HostCommand::START_REALTIME, 0xA1, [0x80, 0x80]),
        (HostCommand::STOP_REALTIME, 0xA2, [0x80, 0x80]),
        (HostCommand::KEEP_ALIVE, 0xAF, [0x80, 0x80]),
        (HostCommand::STOP_STORED, 0xA7, [0x80, 0x80]),
        (HostCommand::read_stored(1, 1), 0xA6, [0x81, 0x81]),
        (HostCommand::DEVICE_ID, 0xAA, [0x80, 0x80]),
    ];
    for (command, code, [user, segment]) in commands {
        let wanted = [0x7D, 0x81, code, user, segment, 0x80, 0x80, 0x80, 0x80];
        assert_eq!(Contec9Host::encode(&command), wanted);
    }
}

#[test]
fn a_masimo_tells_its_number_its_index_its_alarms_and_the_wrong_output() {
    let line =
        b"12/01/05 11:56:29 SN=0123456789 SPO2=098% BPM=240 PI=20.00% ALARM=0012 EXC=000820\r\n";
    let [masimo::DeviceMessage::Line(line)] = messages::<Masimo>(line)[..] else {
        panic!("a line");
    };
    let number = line.serial_number().expect("a number");
    assert_eq!(number.as_str(), "0123456789");
    assert_eq!(line.clock().as_str(), "12/01/05 11:56:29");
    assert_eq!(line.perfusion_index().hundredths(), Some(2_000));
    assert!(line.alarms().has(masimo::Alarms::SATURATION_LOW));
    assert!(line.exceptions().has(masimo::Exceptions::RUNNING));
    assert_eq!(
        messages::<Masimo>(b"SpO2=097 PR=069 PI=04.69 EXC=800:SET\r\n"),
        [masimo::DeviceMessage::PrinterForm]
    );
}

#[test]
fn a_nellcor_tells_its_model_its_stars_and_its_codes() {
    let page = b"N-595   VERSION 1.0.0.0   CRC:XXXX  SpO2 Limit: 85-100%  PR Limit: 40-170BPM\r\n\
        TIME                %SPO2   BPM    PA       Status\r\n\
        12-NOV-98 14:00:05    84*  171*    50      PH  SL  AS\r\n";
    let found = messages::<Nellcor>(page);
    let [
        nellcor::DeviceMessage::Heading(heading),
        nellcor::DeviceMessage::Line(line),
    ] = &found[..]
    else {
        panic!("a heading and a line: {found:?}");
    };
    assert_eq!(heading.model.as_str(), "N-595");
    assert_eq!(line.clock().as_str(), "12-NOV-98 14:00:05");
    assert_eq!(line.amplitude().number.get(), Some(50));
    let codes: Vec<String> = line
        .status()
        .iter()
        .map(|code| code.as_str().to_owned())
        .collect();
    assert_eq!(codes, ["PH", "SL", "AS"]);
}

proptest! {
    #[test]
    fn one_lost_byte_is_found_at_once(
        packets in vec(Contec9::message(), 3), at in any::<prop::sample::Index>(),
    ) {
        let mut bytes: Vec<u8> = packets.iter().take(2).flat_map(Contec9::encode).collect();
        bytes.remove(at.index(bytes.len()));
        bytes.extend(Contec9::encode(&packets[2]));
        let found = items(&mut Contec9::fresh(), &bytes, &[]);
        let messages: Vec<_> = found.iter().filter_map(|item| item.content.ok()).collect();
        prop_assert!(messages.iter().all(|message| packets.contains(message)));
        prop_assert!(messages.ends_with(&packets[2..]));
    }
}
