//! Nonin's oximeters: formats, holds, spot checks and answers.

use drivers::virtual_devices::monitors::nonin::{Commands, Format, Nonin};
use drivers::virtual_devices::stream::SensorFaults;
use protocols::nonin_df1::{self, Flags};
use protocols::nonin_df7::{self, Perfusion};
use protocols::nonin_df8::{self, MoreFlags};
use protocols::nonin_df13::{self, Outcome, SpotCheck};
use protocols::vocabulary::{BeatsPerMinute, OxygenSaturation, Timestamp};
use protocols::wire::Decoder;

use crate::host::{AsDevice, Host, NOBODY, RESTING, START, decoded};

fn checks<D: AsDevice>(host: &mut Host<D>, millis: u64) -> Vec<(Timestamp, SpotCheck)> {
    let mut decoder = nonin_df13::SpotCheckDecoder::new();
    let mut found = Vec::new();
    for (at, bytes) in host.run_timed(millis) {
        decoder.feed(&bytes, &mut |item| {
            found.push((at, item.content.expect("whole")));
        });
    }
    found
}

#[test]
fn display_values_are_held_ten_seconds_in_formats_1_and_8_with_their_flags_at_once() {
    let mut host = Host::of("nonin-df8");
    host.run(20_000);
    host.body = NOBODY;
    host.run(250);
    let held = decoded::<nonin_df8::PacketDecoder>(&host.run(9_000));
    for packet in &held {
        assert_eq!(packet.pulse_rate().map(BeatsPerMinute::get), Ok(75));
        assert!(packet.flags().has(Flags::OUT_OF_TRACK));
        assert!(packet.more_flags().has(MoreFlags::SENSOR_ALARM));
    }
    host.run(2_000);
    let gone = host.run(2_000);
    assert!(gone.ends_with(&[0xA3, 0x7F, 0x7F, 0x08]));
}

#[test]
fn format_1_says_that_the_cable_is_out_and_that_the_pulse_is_weak_for_as_long_as_it_is() {
    let mut host = Host::new(Nonin::switch_on(START, Format::Df1, Commands::Ignored));
    host.body.perfusion_good = false;
    host.run(20_000);
    for packet in decoded::<nonin_df1::PacketDecoder>(&host.run(10_000)) {
        assert_eq!(packet.flags(), Flags::LOW_PERFUSION);
    }
    host.device.set_faults(SensorFaults {
        unplugged: true,
        motion: false,
    });
    host.run(15_000);
    assert!(host.run(1_000).ends_with(&[0xE3, 0x7F, 0x7F]));
}

#[test]
fn format_7_loses_its_values_at_once_and_has_a_wide_waveform() {
    let mut host = Host::of("nonin-df7");
    host.run(10_000);
    let packets = decoded::<nonin_df7::PacketDecoder>(&host.run(10_000));
    let samples: Vec<u16> = packets
        .iter()
        .flat_map(nonin_df7::Packet::plethysmogram)
        .collect();
    assert_eq!(samples.iter().max(), Some(&42_768));
    assert_eq!(samples.iter().min(), Some(&22_768));
    let in_pulse = |packet: &nonin_df7::Packet| {
        packet
            .status()
            .iter()
            .filter(|status| status.perfusion() == Perfusion::Good)
            .count()
    };
    let pulses: usize = packets.iter().map(in_pulse).sum();
    assert!((12 * 4..=13 * 6).contains(&pulses), "{pulses}");
    host.body = NOBODY;
    host.run(670);
    let packets = decoded::<nonin_df7::PacketDecoder>(&host.run(1_000));
    for packet in &packets {
        assert!(packet.pulse_rate().is_err() && packet.saturation().is_err());
        assert!(
            packet
                .status()
                .iter()
                .all(|it| it.sensor_alarm() && it.out_of_track())
        );
        assert_eq!(
            packet.values().rates.display.map(BeatsPerMinute::get),
            Some(75)
        );
        assert!(
            packet
                .plethysmogram()
                .iter()
                .all(|sample| *sample == 32_768)
        );
    }
}

#[test]
fn motion_is_an_artefact_and_loses_the_track_after_three_pulses() {
    let mut host = Host::new(Nonin::switch_on(START, Format::Df7, Commands::Ignored));
    host.run(10_000);
    host.device.set_faults(SensorFaults {
        unplugged: false,
        motion: true,
    });
    let packets = decoded::<nonin_df7::PacketDecoder>(&host.run(5_000));
    assert!(packets.iter().any(|it| it.quality().has("artefact")));
    assert!(packets.last().is_some_and(|it| it.pulse_rate().is_err()));
}

#[test]
fn a_device_that_obeys_answers_as_the_sheet_says_and_changes_its_format() {
    let answers: [(&[u8], &[u8]); 9] = [
        (
            &[0x02, 0x72, 0x00, 0x03],
            &[0x02, 0xF2, 0x06, 0, 1, 1, 0, 0, 0, 0x03],
        ),
        (&[0x02, 0x72, 0x06, 24, 5, 17, 9, 30, 12, 0x03], &[0x06]),
        (
            &[0x02, 0x72, 0x00, 0x03],
            &[0x02, 0xF2, 0x06, 24, 5, 17, 9, 30, 12, 0x03],
        ),
        (
            &[0x02, 0x73, 0x00, 0x03],
            &[0x02, 0xF3, 0x03, 0x18, 0x05, 0x09, 0x03],
        ),
        (
            &[0x02, 0x74, 0x02, 0x02, 0x02, 0x03],
            b"\x02\xF4\x0A\x02000000001\x03",
        ),
        (&[0x02, 0x70, 0x04, 0x02, 0x08, 0x21, 0x9E, 0x03], &[0x15]),
        (&[0x02, 0x70, 0x02, 0x02, 0x09, 0x03], &[0x15]),
        (&[0x02, 0x71, 0x00, 0x03], &[0x15]),
        (&[0x02, 0x70, 0x04, 0x02, 0x08, 0x21, 0x9F, 0x03], &[0x06]),
    ];
    let mut host = Host::of("nonin-df7");
    host.run(10_000);
    for (command, answer) in answers {
        assert_eq!(host.ask(command), answer, "{command:02X?}");
    }
    host.run(400);
    let packets = decoded::<nonin_df8::PacketDecoder>(&host.run(10_000));
    assert_eq!(packets.len(), 10);
    assert_eq!(host.ask(&[0x02, 0x70, 0x02, 0x02, 0x07, 0x03]), [0x06]);
    host.run(340);
    assert!(decoded::<nonin_df7::PacketDecoder>(&host.run(10_000)).len() >= 29);
}

#[test]
fn a_device_whose_format_is_a_pins_ignores_every_command() {
    for model in ["nonin-df1", "nonin-df7-pin"] {
        let mut host = Host::of(model);
        assert!(host.ask(&[0x02, 0x70, 0x02, 0x02, 0x08, 0x03]).is_empty());
        assert!(host.ask(&[0x02, 0x73, 0x00, 0x03]).is_empty());
    }
}

#[test]
fn a_spot_check_comes_every_four_seconds_until_it_is_answered() {
    let mut host = Host::of("nonin-df13");
    let found = checks(&mut host, 20_000);
    assert_eq!(found.len(), 3);
    for pair in found.windows(2) {
        let millis = pair[1].0.since(pair[0].0).as_millis();
        assert!((3_990..=4_010).contains(&millis), "{millis}");
    }
    let check = found[0].1;
    assert!(check.outcome().has(Outcome::SMARTPOINT));
    assert_eq!(check.pulse_rate().map(BeatsPerMinute::get), Ok(75));
    assert_eq!(check.saturation().map(OxygenSaturation::get), Ok(97));
    host.ask(&[0x15]);
    assert_eq!(checks(&mut host, 100).len(), 1);
    host.ask(&[0x06]);
    assert!(checks(&mut host, 60_000).is_empty());
    host.body = NOBODY;
    assert!(checks(&mut host, 5_000).is_empty());
    host.body = RESTING;
    assert!(!checks(&mut host, 12_000).is_empty());
}

#[test]
fn a_finger_that_is_pulled_early_gives_no_measurement() {
    let mut host = Host::of("nonin-df13");
    host.run(5_000);
    host.body = NOBODY;
    let found = checks(&mut host, 1_000);
    assert_eq!(found.len(), 1);
    assert!(found[0].1.outcome().has(Outcome::NO_MEASUREMENT));
    assert!(found[0].1.pulse_rate().is_err());
}

#[test]
fn a_spot_check_that_succeeded_has_both_values_however_slow_the_heart() {
    for rate in 18..60_u16 {
        let mut host = Host::of("nonin-df13");
        host.body.heart_rate = f64::from(rate);
        let found = checks(&mut host, 22_000);
        let (_, check) = found.first().expect("an end of the measurement");
        assert!(check.outcome().has(Outcome::SMARTPOINT), "{rate}");
        assert!(
            check.pulse_rate().is_ok() && check.saturation().is_ok(),
            "{rate}"
        );
    }
}

#[test]
fn printed_lines_are_the_manuals() {
    let mut host = Host::of("nonin-ascii");
    host.run(10_000);
    assert_eq!(host.run(1_000), b"SPO2=097 HR=075\r\n");
    host.body = NOBODY;
    host.run(250);
    assert_eq!(host.run(1_000), b"SPO2=--- HR=---\r\n");
    let mut host = Host::of("nonin-ascii-8600");
    host.run(61_000);
    assert_eq!(host.run(1_000), b"00:01:01 SPO2=097 HR=075\r\n");
    let mut host = Host::of("nonin-ascii-9847");
    host.run(64_000);
    assert_eq!(host.run(1_000), b"00:01:04 SPO2=097 HR=075 B\r\n");
}
