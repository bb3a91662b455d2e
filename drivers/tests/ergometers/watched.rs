//! Machines that are read alone, and others on a machine's port.

use std::time::Duration;

use drivers::link::{Link, LinkEvent, LinkOutput};
use drivers::machines::{ble_2ad2, ergoline, waterrower};
use drivers::virtual_devices::{Body, DeviceOutput, VirtualDevice, VirtualNoninDf2};
use protocols::ergoline::Variant;
use protocols::vocabulary::{
    LoadControl, MachineCommand, MachineReport, MachineState, OnSilence, Timestamp, Watts,
};

use super::rig::{Rig, power};
use super::stand_in::{KINDS, Mood, StandIn};

/// A monitor whose rower rests or rows.
struct Rower {
    line: Vec<u8>,
    rows: bool,
    speed: u16,
}

impl StandIn for Rower {
    fn hear(&mut self, bytes: &[u8], _mood: Mood, out: &mut Vec<u8>) {
        self.line.extend_from_slice(bytes);
        if !self.line.ends_with(b"\r\n") {
            return;
        }
        if self.rows {
            self.speed += 1;
        }
        let asked = std::mem::take(&mut self.line);
        let answer = match asked.trim_ascii_end() {
            b"USB" => "_WR_".to_owned(),
            b"IV?" => "IV40210".to_owned(),
            b"IRD1A0" => "IDD1A0006E".to_owned(),
            b"IRD088" => "IDD0880055".to_owned(),
            b"IRS1A9" => "IDS1A916".to_owned(),
            b"IRD148" => format!("IDD148{:04X}", self.speed),
            b"IRD14A" => "IDD14A00C8".to_owned(),
            _ => "ERROR".to_owned(),
        };
        out.extend_from_slice(format!("{answer}\r\n").as_bytes());
    }

    fn load(&self) -> u16 {
        0
    }
}

#[test]
fn a_rower_is_read_and_has_no_power_between_strokes_that_do_not_come() {
    for rows in [true, false] {
        let rower = Box::new(Rower {
            line: Vec::new(),
            rows,
            speed: 200,
        });
        let rig = Rig::with(Box::new(waterrower::link()), rower)
            .opened()
            .opened();
        assert_eq!(rig.sent[0].bytes, b"USB\r\n");
        let report = *rig.reports().last().expect("a report");
        assert_eq!(report.power, Watts::new(if rows { 85 } else { 0 }));
        assert_eq!(report.cadence.expect("strokes").get(), 22);
        assert_eq!(report.heart_rate.expect("a rate").get(), 110);
        assert_eq!(report.state == MachineState::Running, rows);
        let capabilities = rig.link.capabilities().expect("a machine");
        assert_eq!(capabilities.control, LoadControl::ByHand);
        assert_eq!(capabilities.on_silence, OnSilence::NoLoad);
        assert!(rig.link.release_bytes().is_empty());
    }
}

fn reports(link: &mut dyn Link, now: Timestamp) -> Vec<MachineReport> {
    let mut reports = Vec::new();
    loop {
        match link.poll_output(now) {
            LinkOutput::Event(LinkEvent::Machine { report, .. }) => reports.push(report),
            LinkOutput::Event(_) => {}
            LinkOutput::Wait(_) => return reports,
            LinkOutput::Transmit(_) | LinkOutput::Preempt(_) => panic!("it only listens"),
        }
    }
}

#[test]
fn a_bluetooth_bike_is_put_together_from_its_values_and_refuses_loads() {
    let mut link = ble_2ad2::link();
    let now = Timestamp::from_secs(1);
    link.handle_opened(now);
    link.handle_bytes(now, now, b"2AD2 45 02 79 00 64 00 80\n");
    assert!(reports(&mut link, now).is_empty(), "speed is still to come");
    link.handle_bytes(now, now, b"2AD2 00 00 08 07\n2AD9 80 05 01\n");
    let told = reports(&mut link, now);
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].power, Watts::new(100));
    assert_eq!(told[0].cadence.expect("cadence").get(), 60);
    assert_eq!(told[0].heart_rate.expect("a rate").get(), 128);
    assert_eq!(told[0].speed, None);
    for command in [
        MachineCommand::Start(power(50)),
        MachineCommand::SetLoad(power(50)),
        MachineCommand::Stop,
    ] {
        link.handle_command(now, command);
        let event = link.poll_output(now);
        assert_eq!(event, LinkOutput::Event(LinkEvent::Refused(command)));
        assert!(reports(&mut link, now).is_empty());
    }
}

#[test]
fn a_bluetooth_bike_that_falls_silent_is_told_once() {
    let mut link = ble_2ad2::link();
    let mut now = Timestamp::from_secs(1);
    link.handle_opened(now);
    link.handle_bytes(now, now, b"2AD2 44 00 08 07 78 00 96 00\n");
    let mut silent = 0;
    for _ in 0..100 {
        while let LinkOutput::Event(event) = link.poll_output(now) {
            silent += usize::from(event == LinkEvent::Silent);
        }
        now = now + Duration::from_millis(100);
    }
    assert_eq!(silent, 1);
}

#[test]
fn p4_gives_the_heart_rate_of_its_records_and_is_told_nothing() {
    let mut link = ergoline::link(Variant::P4);
    let now = Timestamp::from_secs(1);
    link.handle_opened(now);
    let record = b"NR.01,SYST:135mmHg,DIAST:085mmHg,Pulse:092/min\r\n";
    link.handle_bytes(now, now, record);
    let told = reports(&mut link, now);
    assert_eq!(told[0].heart_rate.expect("a rate").get(), 92);
    assert_eq!(told[0].power, None);
    let capabilities = link.capabilities().expect("a machine");
    assert_eq!(capabilities.control, LoadControl::ByHand);
    assert!(link.release_bytes().is_empty());
}

#[test]
fn an_oximeter_on_the_port_is_called_by_its_name() {
    let body = Body {
        heart_rate: 104.0,
        strap_heart_rate: 104,
        saturation: 97.0,
        cadence: 60.0,
        walking: true,
        strap_contact: true,
        finger_in: true,
        perfusion_good: true,
    };
    for kind in KINDS {
        let mut rig = Rig::with(kind.link(), kind.stand_in());
        rig.mood.mute = true;
        rig.open();
        let mut oximeter = VirtualNoninDf2::new(rig.now);
        for _ in 0..3_000 {
            oximeter.advance(rig.now, &body);
            let mut heard = Vec::new();
            while let DeviceOutput::Transmit(bytes) = oximeter.poll_output(rig.now) {
                heard.extend_from_slice(bytes);
            }
            if !heard.is_empty() {
                rig.receive(&heard);
            }
            rig.pass(1);
        }
        let named = LinkEvent::OtherProtocol("nonin-df2");
        assert!(rig.told(&named), "{kind:?}");
        assert!(!rig.told(&LinkEvent::Up), "{kind:?}");
    }
}

#[test]
fn what_a_link_says_comes_back_by_a_loop_in_the_cable_and_proves_nothing() {
    for kind in KINDS {
        let mut rig = Rig::with(kind.link(), kind.stand_in());
        rig.mood.mute = true;
        rig.open();
        for _ in 0..8_000 {
            let before = rig.sent.len();
            rig.pass(1);
            let echo: Vec<u8> = rig.sent[before..]
                .iter()
                .flat_map(|sent| sent.bytes.clone())
                .collect();
            if !echo.is_empty() {
                rig.receive(&echo);
            }
        }
        assert!(!rig.told(&LinkEvent::Up), "{kind:?}");
        assert!(rig.reports().is_empty(), "{kind:?}");
    }
}
