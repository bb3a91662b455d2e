//! What goes wrong with a strap on a rig's patient is on the strap's wire.

use drivers::virtual_devices::VirtualZephyrHxm;
use drivers::virtual_devices::patient::{Condition, EventKind, VirtualPatient};
use drivers::virtual_devices::rig::{Fault, RigOutput, ScheduledFault, VirtualRig};
use protocols::vocabulary::Timestamp;
use protocols::wire::Decoder;
use protocols::zephyr_hxm::PacketDecoder;

/// One second on the wire: what the strap said (0: nothing), and the heart's own rate.
struct Second {
    wire: u16,
    heart: f64,
}

/// A patient works at 6 METs from second 20 to 160, and something goes wrong with the strap from second 40 to 120.
fn seconds_with(kind: EventKind, value: f64) -> Vec<Second> {
    let drawn = Condition::Healthy.draw(1000);
    let mut rig = VirtualRig::new(
        Timestamp::ZERO,
        1,
        VirtualPatient::new(drawn.parameters, 1000),
    );
    rig.add_monitor(Box::new(VirtualZephyrHxm::new(Timestamp::ZERO)));
    let patient = |at_s, for_s, kind, value| {
        ScheduledFault::from_seconds(at_s, for_s, Fault::Patient { kind, value })
    };
    let faults = [
        patient(20.0, 140.0, EventKind::ExtraMet, 6.0),
        patient(40.0, 80.0, kind, value),
    ];
    rig.set_faults(faults.into_iter().collect());
    let mut decoder = PacketDecoder::new();
    let mut seconds = Vec::new();
    let mut now = Timestamp::ZERO;
    while now < Timestamp::from_secs(200) {
        let bytes = match rig.poll_output(now) {
            RigOutput::Wait(next) => {
                now = next;
                continue;
            }
            RigOutput::Transmit { bytes, .. } => bytes.to_vec(),
            plug @ (RigOutput::Unplug { .. } | RigOutput::PlugIn { .. }) => panic!("{plug:?}"),
        };
        let heart = rig.body().heart_rate;
        decoder.feed(&bytes, &mut |item| {
            let packet = item.content.expect("a good packet");
            seconds.push(Second {
                wire: packet.heart_rate_raw.into(),
                heart,
            });
        });
    }
    seconds
}

/// The strap takes a few beats to show what it feels.
const SETTLED: std::ops::Range<usize> = 48..119;

#[test]
fn without_a_fault_the_wire_follows_the_heart() {
    let seconds = seconds_with(EventKind::StrapOffset, 0.0);
    let (first, last) = (&seconds[20], &seconds[119]);
    assert!(last.heart > first.heart + 30.0, "the patient works");
    for second in &seconds[110..119] {
        assert!((f64::from(second.wire) - second.heart).abs() < 12.0);
    }
}

#[test]
fn a_stuck_strap_says_the_same_while_the_heart_goes_on_and_then_the_truth() {
    let seconds = seconds_with(EventKind::StrapStuck, 0.0);
    let stuck = seconds[SETTLED.start].wire;
    assert!(seconds[SETTLED].iter().all(|second| second.wire == stuck));
    let heart = |at: usize| seconds[at].heart;
    assert!((heart(118) - f64::from(stuck)).abs() > 20.0, "{stuck}");
    let after = &seconds[139];
    assert!((f64::from(after.wire) - after.heart).abs() < 12.0);
}

#[test]
fn a_false_value_and_an_offset_are_on_the_wire() {
    let seconds = seconds_with(EventKind::StrapValue, 205.0);
    assert!(seconds[SETTLED].iter().all(|second| second.wire == 205));
    assert!(seconds[..40].iter().all(|second| second.wire < 150));
    let true_ones = seconds_with(EventKind::StrapOffset, 0.0);
    let shifted = seconds_with(EventKind::StrapOffset, 40.0);
    for (shifted, truth) in shifted[SETTLED].iter().zip(&true_ones[SETTLED]) {
        let by = i32::from(shifted.wire) - i32::from(truth.wire);
        assert!((35..=45).contains(&by), "{by}");
    }
}

#[test]
fn a_strap_that_lost_the_skin_holds_its_rate_and_then_says_nothing() {
    let seconds = seconds_with(EventKind::StrapSilent, 0.0);
    assert!(seconds[SETTLED].iter().all(|second| second.wire == 0));
    assert!(seconds[..40].iter().skip(5).all(|second| second.wire > 0));
}
