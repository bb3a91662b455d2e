//! The virtual oximeter by itself: its grid, its waveform, its answers.

use std::time::Duration;

use drivers::link::LinkEvent;
use drivers::monitors::NoninDf2Link;
use drivers::virtual_devices::{Body, DeviceOutput, VirtualDevice, VirtualNoninDf2};
use protocols::nonin_df2::Status;

use crate::bench::{Bench, RESTING, START};

#[test]
fn frames_fall_on_an_exact_grid_for_an_hour() {
    let mut device = VirtualNoninDf2::new(START);
    let mut now = START;
    let mut frames: u64 = 0;
    let end = START + Duration::from_hours(1);
    while now < end {
        match device.poll_output(now) {
            DeviceOutput::Transmit(_) => {
                let ideal = START.as_nanos() + frames * 40_000_000 / 3;
                assert_eq!(now.as_nanos(), ideal);
                frames += 1;
            }
            DeviceOutput::Wait(until) => now = until,
        }
    }
    assert_eq!(frames, 75 * 3_600);
}

#[test]
fn a_late_host_finds_the_last_second_and_a_whole_packet_first() {
    let mut device = VirtualNoninDf2::new(START);
    let mut bytes = Vec::new();
    let late = START + Duration::from_mins(1);
    while let DeviceOutput::Transmit(frame) = device.poll_output(late) {
        bytes.extend_from_slice(frame);
    }
    assert!((51 * 5..=76 * 5).contains(&bytes.len()), "{}", bytes.len());
    assert!(Status::from_byte(bytes[1]).sync());
}

#[test]
fn the_waveform_beats_with_the_heart_and_is_flat_without_a_finger() {
    let samples = |body: Body| {
        let mut bench = Bench::new(VirtualNoninDf2::new(START), NoninDf2Link::new());
        bench.body = body;
        bench.run(12_000);
        let mut found = Vec::new();
        for (_, event) in &bench.events {
            if let LinkEvent::Plethysmogram { samples, .. } = event {
                found.extend_from_slice(samples);
            }
        }
        found
    };
    let good = samples(RESTING);
    assert_eq!(good.iter().max(), Some(&168));
    assert_eq!(good.iter().min(), Some(&88));
    let upstrokes = good
        .windows(2)
        .filter(|two| two[0] < 128 && two[1] >= 128)
        .count();
    assert!((14..=15).contains(&upstrokes), "{upstrokes}");
    let weak = samples(Body {
        perfusion_good: false,
        ..RESTING
    });
    assert_eq!(weak.iter().max(), Some(&138));
    let none = samples(Body {
        finger_in: false,
        ..RESTING
    });
    assert!(none.iter().all(|sample| *sample == 128));
}

#[test]
fn commands_are_answered_before_the_next_frame_as_the_sheet_says() {
    let answers: [(&[u8], &[u8]); 9] = [
        (&[0x02, 0x70, 0x02, 0x02, 0x02, 0x03], &[0x06]),
        (&[0x02, 0x70, 0x04, 0x02, 0x02, 0x21, 0x99, 0x03], &[0x06]),
        (&[0x02, 0x70, 0x04, 0x02, 0x02, 0x21, 0x98, 0x03], &[0x15]),
        (&[0x02, 0x70, 0x02, 0x02, 0x07, 0x03], &[0x15]),
        (&[0x02, 0x71, 0x00, 0x03], &[0x15]),
        (
            &[
                0x02, 0x72, 0x06, 24, 5, 17, 9, 30, 12, 0x03, 0x02, 0x72, 0x00, 0x03,
            ],
            &[0x06, 0x02, 0xF2, 0x06, 24, 5, 17, 9, 30, 12, 0x03],
        ),
        (
            &[0x02, 0x73, 0x00, 0x03],
            &[0x02, 0xF3, 0x03, 0x18, 0x05, 0x09, 0x03],
        ),
        (
            &[0x02, 0x74, 0x02, 0x02, 0x02, 0x03],
            b"\x02\xF4\x0A\x02000000001\x03",
        ),
        (
            &[0x02, 0x75, 0x04, 0x04, 0x00, 0x0A, 0x0E, 0x03],
            &[0x02, 0xF5, 0x02, 0x00, 0x00, 0x03],
        ),
    ];
    for (command, answer) in answers {
        let mut device = VirtualNoninDf2::new(START);
        let _ = device.poll_output(START);
        let now = START + Duration::from_millis(5);
        device.handle_bytes(now, command);
        assert_eq!(device.poll_output(now), DeviceOutput::Transmit(answer));
        assert!(matches!(device.poll_output(now), DeviceOutput::Wait(_)));
    }
}

#[test]
fn more_commands_than_a_device_can_hold_are_answered_in_part_and_break_no_frame() {
    let mut bench = Bench::new(VirtualNoninDf2::new(START), NoninDf2Link::new());
    bench.run(5_000);
    bench.forget();
    bench
        .device
        .handle_bytes(bench.now, &[0x02, 0x73, 0x00, 0x03].repeat(1_000));
    bench.run(5_000);
    assert_eq!(bench.saturations().len(), 15);
    assert!(
        bench
            .saturations()
            .iter()
            .all(|(_, it)| it.value().is_some())
    );
}
