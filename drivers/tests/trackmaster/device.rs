//! The virtual treadmill against the figures of the sheet.

use std::time::Duration;

use drivers::virtual_devices::trackmaster::VirtualTrackmaster;
use drivers::virtual_devices::{DeviceOutput, VirtualDevice};
use protocols::trackmaster::SpeedUnit;
use protocols::vocabulary::Timestamp;

struct Bench {
    machine: VirtualTrackmaster,
    now: Timestamp,
}

impl Bench {
    /// A treadmill powered up so long ago that it takes a start.
    fn warm() -> Self {
        Self::cold(SpeedUnit::MilesPerHour).after(10_000)
    }

    fn cold(unit: SpeedUnit) -> Self {
        let now = Timestamp::from_secs(1);
        let mut bench = Self {
            machine: VirtualTrackmaster::new(now, unit),
            now,
        };
        assert_eq!(bench.says(), b"T", "the search for a loop-back plug");
        bench
    }

    /// A treadmill that runs with its watchdog off at this set speed and elevation.
    fn running(speed: &str, elevation: &str) -> Self {
        let mut bench = Self::warm();
        bench.send(&[&[0xA3], speed.as_bytes(), &[0xA4], elevation.as_bytes()].concat());
        assert_eq!(bench.ask(b"\xA1"), b"\xB1");
        bench.after(60_000)
    }

    fn after(mut self, milliseconds: u64) -> Self {
        self.wait(milliseconds);
        self
    }

    fn wait(&mut self, milliseconds: u64) {
        self.now = self.now + Duration::from_millis(milliseconds);
    }

    /// Lets time pass as a host does that asks every 200 ms.
    fn wait_polling(&mut self, milliseconds: u64) {
        for _ in 0..milliseconds / 200 {
            self.wait(200);
            self.ask(b"\xC0");
        }
    }

    fn send(&mut self, bytes: &[u8]) {
        self.machine.handle_bytes(self.now, bytes);
    }

    fn says(&mut self) -> Vec<u8> {
        let mut said = Vec::new();
        while let DeviceOutput::Transmit(bytes) = self.machine.poll_output(self.now) {
            said.extend_from_slice(bytes);
        }
        said
    }

    fn ask(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.says();
        self.send(bytes);
        self.says()
    }
}

#[test]
fn a_machine_stands_with_the_minimum_set() {
    let mut bench = Bench::warm();
    assert_eq!(
        bench.ask(b"\xC0\xC1\xC2\xC3\xC4"),
        b"\xD01\xD10000\xD20000\xD30005\xD40000"
    );
    assert_eq!(
        bench.ask(b"\xC5\xC6\xC7\xC8\xC9\xCA\xCB\xCC\xCD"),
        b"\xD50000\xD60000\xD70000\xD800\xD900\xDA0000\xDB0000\xDC0000\xDD0000"
    );
}

#[test]
fn values_out_of_range_are_refused_and_change_nothing() {
    let mut bench = Bench::warm();
    assert_eq!(bench.ask(b"\xA30120\xA30121"), b"\xB3\xBE");
    assert_eq!(bench.ask(b"\xA40250\xA40255\xA40043"), b"\xB4\xBE\xBE");
    assert_eq!(bench.ask(b"\xC3\xC4"), b"\xD30120\xD40250");
    let mut metric = Bench::cold(SpeedUnit::KilometresPerHour);
    assert_eq!(metric.ask(b"\xA30200\xA30201"), b"\xB3\xBE");
}

#[test]
fn time_protocol_stage_totals_and_weight_do_nothing() {
    let mut bench = Bench::warm();
    assert_eq!(
        bench.ask(b"\xA50100\xA601\xA702\xA8\xA90700\xC5\xC8\xCA\xC0"),
        b"\xB5\xB6\xB7\xB8\xB9\xD50000\xD800\xDA0000\xD01"
    );
}

#[test]
fn a_start_within_three_seconds_of_power_up_is_rejected_until_a_stop() {
    let mut bench = Bench::cold(SpeedUnit::MilesPerHour).after(2_999);
    assert_eq!(bench.ask(b"\xA0"), b"\xBF");
    bench.wait(10_000);
    assert_eq!(bench.ask(b"\xA0\xA1"), b"\xBF\xBF", "and further ones");
    assert_eq!(bench.ask(b"\xA2\xA0\xC0"), b"\xB2\xB0\xD02");
}

#[test]
fn twenty_seconds_of_silence_end_the_rejection_as_well() {
    let mut bench = Bench::cold(SpeedUnit::MilesPerHour);
    assert_eq!(bench.ask(b"\xA0"), b"\xBF");
    bench.wait(19_999);
    assert_eq!(bench.ask(b"\xA0"), b"\xBF");
    bench.wait(20_000);
    assert_eq!(bench.ask(b"\xA0"), b"\xB0");
}

#[test]
fn a_start_after_three_seconds_is_taken() {
    let mut bench = Bench::cold(SpeedUnit::MilesPerHour).after(3_000);
    assert_eq!(bench.ask(b"\xA0\xC0"), b"\xB0\xD02");
}

#[test]
fn belt_and_elevation_ramp_and_round_down() {
    let mut bench = Bench::running("0005", "0000");
    assert_eq!(bench.ask(b"\xC0\xC1"), b"\xD03\xD10005");
    bench.send(b"\xA30040\xA40050");
    bench.wait(3_010);
    assert_eq!(
        bench.ask(b"\xC1\xC2"),
        b"\xD10020\xD20015",
        "0.5 + 3.01 x 0.5 mph, 3.01 x 0.5 %"
    );
    bench.wait(4_000);
    assert_eq!(bench.ask(b"\xC1\xC2"), b"\xD10040\xD20035");
    bench.wait(3_000);
    assert_eq!(bench.ask(b"\xC1\xC2"), b"\xD10040\xD20050");
}

#[test]
fn the_watchdog_stops_a_silent_hosts_belt_and_levels_it() {
    let mut bench = Bench::warm();
    bench.send(b"\xA30040\xA40050\xA0");
    bench.wait_polling(20_000);
    assert_eq!(bench.ask(b"\xC0\xC1\xC2"), b"\xD02\xD10040\xD20050");
    bench.wait(500);
    assert_eq!(bench.ask(b"\xC1"), b"\xD10040", "0.5 s are not over 0.5 s");
    bench.wait(501);
    assert_eq!(bench.ask(b"\xC4"), b"\xD40000");
    bench.wait(7_990);
    assert_eq!(bench.ask(b"\xC0"), b"\xD02", "4 mph at 0.5 mph/s take 8 s");
    bench.wait(20);
    assert_eq!(bench.ask(b"\xC0\xC1\xC3"), b"\xD01\xD10000\xD30005");
    bench.wait(10_000);
    assert_eq!(bench.ask(b"\xC2"), b"\xD20000");
}

#[test]
fn the_watchdog_fires_at_its_instant_however_late_anybody_looks() {
    let mut bench = Bench::warm();
    bench.send(b"\xA30040\xA0");
    bench.wait_polling(20_000);
    bench.wait(500 + 7_999);
    assert_eq!(bench.ask(b"\xC0"), b"\xD02");
    bench.wait(1);
    assert_eq!(bench.ask(b"\xC0"), b"\xD01");
}

#[test]
fn neither_unknown_opcodes_nor_halves_feed_the_watchdog_and_refused_commands_do() {
    for (fed, bytes) in [
        (false, b"\xCE".as_slice()),
        (false, b"\xA30"),
        (false, b"\xA3x"),
        (false, b"7"),
        (true, b"\xA39999"),
        (true, b"\xC9"),
    ] {
        let mut bench = Bench::warm();
        bench.send(b"\xA0");
        for _ in 0..4 {
            bench.wait(400);
            bench.send(bytes);
        }
        let mut status = bench.ask(b"\xC0");
        for _ in 0..20 {
            bench.wait(100);
            status = bench.ask(b"\xC0");
        }
        let expected: &[u8] = if fed { b"\xD02" } else { b"\xD01" };
        assert_eq!(status, expected, "{bytes:02X?}");
    }
}

#[test]
fn a_belt_without_watchdog_goes_on_in_silence() {
    let mut bench = Bench::running("0030", "0000").after(600_000);
    assert_eq!(bench.ask(b"\xC0\xC1"), b"\xD03\xD10030");
}

#[test]
fn a_start_while_it_runs_only_changes_the_watchdog() {
    let mut bench = Bench::running("0030", "0000");
    assert_eq!(bench.ask(b"\xA0\xC0\xC3"), b"\xB0\xD02\xD30030");
    assert_eq!(bench.ask(b"\xA1\xC0"), b"\xB1\xD03");
}

#[test]
fn a_stop_keeps_the_elevation_and_says_so_when_it_stands() {
    let mut bench = Bench::running("0020", "0050");
    assert_eq!(bench.ask(b"\xA2\xC0"), b"\xB2\xD03");
    bench.wait(3_990);
    assert_eq!(bench.ask(b"\xC0"), b"\xD03");
    bench.wait(20);
    assert_eq!(
        bench.ask(b"\xC0\xC1\xC2\xC3"),
        b"\xD01\xD10000\xD20050\xD30005"
    );
}

#[test]
fn an_auto_stop_levels_before_it_stands() {
    let mut bench = Bench::running("0020", "0050");
    assert_eq!(bench.ask(b"\xAA\xC3\xC4"), b"\xBA\xD30005\xD40000");
    bench.wait(9_990);
    assert_eq!(bench.ask(b"\xC0\xC1"), b"\xD03\xD10005", "5 % take 10 s");
    bench.wait(1_020);
    assert_eq!(bench.ask(b"\xC0\xC1\xC2"), b"\xD01\xD10000\xD20000");
}

#[test]
fn a_cool_down_goes_to_the_minimum_and_on() {
    let mut bench = Bench::running("0040", "0050");
    assert_eq!(bench.ask(b"\xAB\xC3\xC4"), b"\xBB\xD30005\xD40000");
    bench.wait(60_000);
    assert_eq!(bench.ask(b"\xC0\xC1\xC2"), b"\xD03\xD10005\xD20000");
}

#[test]
fn a_set_speed_of_nothing_stands_and_still_runs() {
    let mut bench = Bench::running("0000", "0000");
    assert_eq!(bench.ask(b"\xC0\xC1"), b"\xD03\xD10000");
}

#[test]
fn copies_follow_acknowledgements_alone_while_the_flag_is_on() {
    let mut bench = Bench::warm();
    assert_eq!(bench.ask(b"\xAC"), b"\xBC\xAC");
    assert_eq!(bench.ask(b"\xA30040"), b"\xB3\xA30040");
    assert_eq!(bench.ask(b"\xA39999\xCF\xC0"), b"\xBE\xBF\xD01");
    assert_eq!(bench.ask(b"\xAC\xA30040"), b"\xBC\xB3");
}

#[test]
fn broken_commands_are_answered_as_the_sheet_says() {
    let mut bench = Bench::warm();
    assert_eq!(bench.ask(b"\xA30x40\xC0"), b"\xBE\xD01");
    assert_eq!(bench.ask(b"\xA300\xC3"), b"\xD30005", "cut off: no answer");
    assert_eq!(bench.ask(b"\xAD0040\xB3"), b"\xBF\xBF");
    bench.send(b"\xA300");
    bench.wait(501);
    assert_eq!(bench.ask(b"40\xC3"), b"\xD30005", "cut off by silence");
    bench.send(b"\xA300");
    bench.wait(500);
    assert_eq!(bench.ask(b"40\xC3"), b"\xB3\xD30040");
}

#[test]
fn a_power_cycle_forgets_everything() {
    let mut bench = Bench::running("0040", "0050");
    bench.machine.power_up(bench.now);
    assert_eq!(bench.says(), b"T");
    assert_eq!(bench.machine.actual_load(), None);
    assert_eq!(bench.ask(b"\xC0\xC3\xC4\xA0"), b"\xD01\xD30005\xD40000\xBF");
}
