//! Masimo's and Nellcor's lines.

use drivers::virtual_devices::monitors::masimo::{Form, Masimo};
use drivers::virtual_devices::monitors::nellcor::Nellcor;
use drivers::virtual_devices::stream::SensorFaults;

use crate::host::{AsDevice, Host, NOBODY, RESTING, START};

const UNPLUGGED: SensorFaults = SensorFaults {
    unplugged: true,
    motion: false,
};
const MOTION: SensorFaults = SensorFaults {
    unplugged: false,
    motion: true,
};

fn text<D: AsDevice>(host: &mut Host<D>, millis: u64) -> String {
    String::from_utf8(host.run(millis)).expect("text")
}

#[test]
fn masimo_says_in_exc_what_is_wrong_with_the_sensor() {
    let mut host = Host::new(Masimo::switch_on(START, Form::Rad8));
    let placing = text(&mut host, 1_000);
    host.run(1_000);
    assert_eq!(
        text(&mut host, 1_000),
        "01/01/26 00:00:02 SPO2=---% BPM=--- PI=--.--% ALARM=00 EXC=808\r\n",
        "{placing}"
    );
    host.run(10_000);
    assert_eq!(
        text(&mut host, 1_000),
        "01/01/26 00:00:13 SPO2=097% BPM=075 PI=02.40% ALARM=00 EXC=800\r\n"
    );
    host.body.perfusion_good = false;
    host.run(1_000);
    assert!(text(&mut host, 1_000).ends_with("PI=00.20% ALARM=00 EXC=C04\r\n"));
    host.body = RESTING;
    host.device.set_faults(MOTION);
    host.run(1_000);
    assert!(text(&mut host, 1_000).ends_with("SPO2=097% BPM=075 PI=02.40% ALARM=00 EXC=810\r\n"));
    host.device.set_faults(UNPLUGGED);
    host.run(1_000);
    assert!(text(&mut host, 1_000).ends_with("SPO2=---% BPM=--- PI=--.--% ALARM=00 EXC=001\r\n"));
    host.device.set_faults(SensorFaults::default());
    host.body = NOBODY;
    host.run(1_000);
    assert!(text(&mut host, 1_000).ends_with("SPO2=---% BPM=--- PI=--.--% ALARM=00 EXC=820\r\n"));
}

#[test]
fn masimo_alarms_by_its_limits_and_not_at_them() {
    for (rate, saturation, alarm) in [
        (50.0, 90.0, "ALARM=00"),
        (75.0, 89.0, "ALARM=12"),
        (140.0, 97.0, "ALARM=00"),
        (142.0, 97.0, "ALARM=14"),
        (49.0, 97.0, "ALARM=18"),
        (160.0, 80.0, "ALARM=16"),
    ] {
        let mut host = Host::of("masimo");
        host.body.heart_rate = rate;
        host.body.saturation = saturation;
        host.run(20_000);
        let line = text(&mut host, 1_000);
        assert!(line.contains(alarm), "{line}");
    }
}

#[test]
fn masimo_measures_25_to_240_and_has_dashes_beyond() {
    for (rate, shown) in [(26.0, "BPM=026"), (240.0, "BPM=240"), (260.0, "BPM=---")] {
        let mut host = Host::of("masimo");
        host.body.heart_rate = rate;
        host.run(30_000);
        let line = text(&mut host, 1_000);
        assert!(line.contains(shown), "{line}");
    }
}

#[test]
fn radical_7_prints_the_longer_form_and_a_wrong_output_another() {
    let mut host = Host::of("masimo-radical-7");
    host.run(12_000);
    assert_eq!(
        text(&mut host, 1_000),
        "01/01/26 00:00:12 SN=0123456789 SPO2=097% BPM=075 PI=02.40% SPCO=01.0% SPMET=00.5% DESAT=01 PIDELTA=-02 PVI=027 ALARM=0000 EXC=000800\r\n"
    );
    let mut host = Host::of("masimo-ascii-2");
    host.run(12_000);
    assert_eq!(
        text(&mut host, 2_000),
        "SpO2=097 PR=075 PI=02.40 EXC=800:SET\r\n"
    );
}

const COLUMNS: &str = "TIME                %SPO2   BPM    PA       Status";

#[test]
fn nellcor_heads_each_page_of_25_lines() {
    let mut host = Host::of("nellcor");
    let lines: Vec<String> = text(&mut host, 120_000)
        .lines()
        .map(str::to_owned)
        .collect();
    assert!(lines[0].starts_with("N-595   VERSION 1.0.0.0   CRC:0000  SpO2 Limit: 85-100%"));
    assert_eq!(lines[1], COLUMNS);
    let pages = lines.iter().filter(|line| *line == COLUMNS).count();
    assert_eq!(pages, 3);
    assert_eq!(lines.len(), 60 + 2 * pages);
    assert_eq!(lines[28], COLUMNS);
    assert_eq!(lines[2 + 10], "01-Jan-26 00:00:20     97    75    50");
}

#[test]
fn nellcor_says_by_its_codes_what_is_wrong() {
    let mut host = Host::new(Nellcor::switch_on(START));
    host.run(4_000);
    assert_eq!(
        text(&mut host, 2_000),
        "01-Jan-26 00:00:04    ---   ---   ---      PS\r\n"
    );
    host.run(10_000);
    host.device.set_faults(MOTION);
    assert_eq!(
        text(&mut host, 2_000),
        "01-Jan-26 00:00:16     97    75    50      MO\r\n"
    );
    host.device.set_faults(UNPLUGGED);
    assert_eq!(
        text(&mut host, 2_000),
        "01-Jan-26 00:00:18    ---   ---   ---      SD\r\n"
    );
    host.device.set_faults(SensorFaults::default());
    host.body = NOBODY;
    host.run(2_000);
    assert!(text(&mut host, 2_000).ends_with("---   ---   ---      SO\r\n"));
}

#[test]
fn nellcor_stars_what_is_outside_its_limits() {
    let mut host = Host::of("nellcor");
    host.body.heart_rate = 180.0;
    host.body.saturation = 84.0;
    host.run(20_000);
    let line = text(&mut host, 2_000);
    assert!(
        line.ends_with("    84*  180*    50      PH  SL\r\n"),
        "{line}"
    );
    host.body.heart_rate = 30.0;
    host.run(20_000);
    assert!(text(&mut host, 2_000).ends_with("30*    50      PL  SL\r\n"));
}

#[test]
fn a_pulse_that_stops_is_lost_for_a_minute_and_then_the_sensor_is_off() {
    let mut host = Host::of("nellcor");
    host.run(20_000);
    host.body.heart_rate = 0.0;
    host.run(8_000);
    let line = text(&mut host, 2_000);
    assert!(line.ends_with("     0     0     0      LP\r\n"), "{line}");
    host.run(60_000);
    assert!(text(&mut host, 2_000).ends_with("      SO\r\n"));
}

#[test]
fn the_menu_stops_the_lines_until_it_is_left() {
    let mut host = Host::of("nellcor");
    host.run(3_000);
    assert!(host.ask(b"1\r\n").is_empty());
    assert!(host.ask(&[0x03, 0x03]).ends_with(b"Command?"));
    assert!(host.run(10_000).is_empty());
    assert!(host.ask(b"1\r\n").starts_with(b"N-595   VERSION 1.0.0.0"));
    assert!(host.run(10_000).is_empty());
    assert_eq!(host.ask(b"0\r\n").get(..2), Some(b"\r\n".as_slice()));
    assert!(text(&mut host, 5_000).lines().count() >= 2);
}
