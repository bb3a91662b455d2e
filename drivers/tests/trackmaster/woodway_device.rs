//! The virtual Woodway against the figures of the sheet.

use std::time::Duration;

use drivers::virtual_devices::woodway::virtual_woodway;
use drivers::virtual_devices::{DeviceOutput, VirtualDevice};
use proptest::prelude::*;
use protocols::vocabulary::{MachineLoad, Timestamp};

struct Bench {
    machine: Box<dyn VirtualDevice>,
    now: Timestamp,
}

impl Bench {
    fn new() -> Self {
        let now = Timestamp::from_secs(1);
        let mut bench = Self {
            machine: Box::new(virtual_woodway(now)),
            now,
        };
        assert_eq!(bench.says(), b"T", "as a Trackmaster");
        bench
    }

    /// Without its timer, so that nobody has to ask.
    fn running(speed: &str, elevation: &str) -> Self {
        let mut bench = Self::new();
        let set = [&[0xA3], speed.as_bytes(), &[0xA4], elevation.as_bytes()].concat();
        assert_eq!(bench.ask(&set), b"\xB3\xB4");
        assert_eq!(bench.ask(b"\xA9"), b"\xB9");
        bench.wait(120_000);
        bench
    }

    fn wait(&mut self, milliseconds: u64) {
        self.now = self.now + Duration::from_millis(milliseconds);
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
        self.machine.handle_bytes(self.now, bytes);
        self.says()
    }

    fn speed(&self) -> Option<f64> {
        match self.machine.actual_load() {
            Some(MachineLoad::Belt { speed, .. }) => Some(speed.get()),
            Some(power @ MachineLoad::Power(_)) => panic!("{power:?}"),
            None => None,
        }
    }
}

#[test]
fn the_worked_requests_are_answered_as_in_the_sheet() {
    let mut bench = Bench::running("3020", "0043");
    assert_eq!(bench.ask(b"\xC1"), b"\xD13020", "reverse 2.0 mph");
    assert!((bench.speed().expect("it runs") + 0.894_08).abs() < 1e-9);
    assert_eq!(bench.ask(b"\xC2"), b"\xD20043");
    assert_eq!(bench.ask(b"\xC3"), b"\xD3\x00\x02\x01\x04");
    assert_eq!(bench.ask(b"\xC0"), b"\xD03");
}

#[test]
fn it_starts_without_a_wait_and_follows_its_ramp() {
    let mut bench = Bench::new();
    assert_eq!(bench.ask(b"\xC0\xA0\xC0"), b"\xD01\xB0\xD02");
    assert_eq!(bench.ask(b"\xA30020"), b"\xB3");
    for _ in 0..20 {
        bench.wait(100);
        bench.ask(b"\xC0");
    }
    assert_eq!(bench.ask(b"\xC1"), b"\xD10010");
    for _ in 0..20 {
        bench.wait(100);
        bench.ask(b"\xC0");
    }
    assert_eq!(bench.ask(b"\xC1"), b"\xD10020");
}

#[test]
fn its_timer_stops_the_belt_keeps_the_elevation_and_says_so_once() {
    let mut bench = Bench::running("0020", "0050");
    assert_eq!(bench.ask(b"\xA0"), b"\xB0");
    bench.wait(500);
    assert_eq!(bench.says(), b"");
    bench.wait(1);
    assert_eq!(bench.says(), b"\xBD");
    bench.wait(3_900);
    bench.says();
    assert!(bench.speed().is_some());
    bench.wait(200);
    assert_eq!(bench.ask(b"\xC0\xC1\xC2"), b"\xD01\xD10000\xD20050");
    assert_eq!(bench.speed(), None);
}

#[test]
fn refused_values_and_commands_change_nothing() {
    let mut bench = Bench::new();
    assert_eq!(
        bench.ask(b"\xA30299\xA30300\xA33299\xA33300"),
        b"\xB3\xBE\xB3\xBE"
    );
    assert_eq!(bench.ask(b"\xA31000"), b"\xBE", "no direction");
    assert_eq!(bench.ask(b"\xA40299\xA40300\xA40001"), b"\xB4\xBE\xB4");
    assert_eq!(
        bench.ask(b"\xA1\xA5\xAB\xAC\xC4\xB3"),
        b"\xBF\xBF\xBF\xBF\xBF\xBF"
    );
    assert_eq!(bench.ask(b"\xA30x20\xC0"), b"\xBE\xD01");
    assert_eq!(bench.ask(b"\xA300\xC0"), b"\xD01", "cut off: no answer");
    bench.machine.handle_bytes(bench.now, b"\xA300");
    bench.wait(501);
    assert_eq!(bench.ask(b"20\xC0"), b"\xD01", "cut off by silence");
}

#[test]
fn an_auto_stop_takes_speed_and_elevation_and_a_disengaged_belt_keeps_its_elevation() {
    let mut bench = Bench::running("0020", "0050");
    assert_eq!(bench.ask(b"\xAA"), b"\xBA");
    bench.wait(9_900);
    assert_eq!(bench.ask(b"\xC0\xC1"), b"\xD03\xD10000", "5 % take 10 s");
    bench.wait(200);
    assert_eq!(bench.ask(b"\xC0\xC2"), b"\xD01\xD20000");
    let mut bench = Bench::running("0020", "0050");
    assert_eq!(bench.ask(b"\xA2"), b"\xB2");
    bench.wait(4_100);
    assert_eq!(bench.ask(b"\xC0\xC2"), b"\xD01\xD20050");
}

#[test]
fn a_change_of_direction_goes_through_a_stand() {
    let mut bench = Bench::running("0010", "0000");
    bench.ask(b"\xA33010");
    bench.wait(1_900);
    bench.says();
    assert!(
        bench
            .speed()
            .is_some_and(|speed| (0.0..0.1).contains(&speed))
    );
    bench.wait(2_200);
    assert_eq!(bench.ask(b"\xC1"), b"\xD13010");
}

#[test]
fn without_power_it_coasts_and_with_power_again_it_stands() {
    let mut bench = Bench::running("0050", "0000");
    bench.machine.set_power(bench.now, false);
    assert!(bench.speed().is_some());
    assert_eq!(bench.ask(b"\xC0"), b"");
    bench.wait(5_000);
    bench.says();
    assert_eq!(bench.speed(), None);
    bench.machine.set_power(bench.now, true);
    assert_eq!(bench.says(), b"T");
    assert_eq!(bench.ask(b"\xC0\xC1"), b"\xD01\xD10000");
}

proptest! {
    #[test]
    fn any_bytes_leave_the_load_in_range_and_the_next_request_is_answered(
        steps in prop::collection::vec(
            (prop::collection::vec(prop_oneof![any::<u8>(), Just(0xA9), Just(0xA3), b'0'..=b'9'], 0..20), 0_u64..5_000),
            1..12,
        ),
    ) {
        let mut bench = Bench::new();
        for (bytes, millis) in steps {
            bench.ask(&bytes);
            bench.wait(millis);
            bench.says();
            if let Some(MachineLoad::Belt { speed, grade }) = bench.machine.actual_load() {
                prop_assert!(speed.get().abs() <= 29.9 * 0.447_04 + 1e-9);
                prop_assert!((0.0..=29.9 + 1e-9).contains(&grade.get()));
            }
        }
        prop_assert!(bench.ask(b"\xC0").starts_with(b"\xD0"));
    }
}
