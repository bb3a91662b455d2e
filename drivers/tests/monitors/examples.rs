//! The sheets' worked examples on every link.

use drivers::catalogue::Settings;
use drivers::link::LinkEvent;
use protocols::ivy_450c::{Frame, Numbers, Waves};
use protocols::vocabulary::Reading::Missing;
use protocols::vocabulary::{Absence, Quality, Reading};

use crate::sheets::{Rate, Told, examples, good, ivy, of};
use crate::wire::{HELD, UNPROVED, Wire, family, monitors};

fn told<T: Copy + Into<u16>>(readings: &[Reading<T>]) -> Vec<Told> {
    let told = readings.iter().map(|reading| match reading {
        Reading::Value { value, quality } => of((*value).into(), *quality),
        Missing(absence) => Missing(*absence),
    });
    told.collect()
}

#[test]
fn the_sheets_examples_give_the_sheets_values_and_nothing_else() {
    for example in examples() {
        let mut wire = Wire::believed(example.id);
        wire.bytes(&example.bytes);
        wire.wait(HELD);
        let shown = format!("{} {:02X?}", example.id, example.bytes);
        let saturations: Vec<_> = example.saturation.into_iter().collect();
        assert_eq!(told(&wire.saturations()), saturations, "{shown}");
        let (rates, others) = match example.kind {
            Rate::Pulse => (wire.pulses(), wire.hearts().len()),
            Rate::Heart if example.id == "ivy-450c" => (wire.hearts(), 0),
            Rate::Heart => (wire.hearts(), wire.pulses().len()),
        };
        assert_eq!(told(&rates), [example.rate], "{shown}");
        assert_eq!(others, 0, "{shown}");
        let states: Vec<_> = wire.states().into_iter().map(|(_, state)| state).collect();
        let is_live = UNPROVED.iter().any(|(id, ..)| *id == example.id);
        let expected: &[_] = if is_live { &[] } else { &[LinkEvent::Up] };
        assert_eq!(states, expected, "{shown}");
    }
}

#[test]
fn every_family_has_an_example() {
    let named: Vec<_> = examples().iter().map(|example| example.id).collect();
    // These two have tests of their own, by their virtual devices.
    let others = ["nonin-df2", "zephyr-hxm"];
    for family in monitors().filter(|family| !others.contains(&family.id)) {
        assert!(named.contains(&family.id), "{}", family.id);
    }
}

#[test]
fn a_monitors_own_clip_that_nobody_wears_says_nothing_against_an_oximeter() {
    let numbers = Numbers {
        heart_rate: Some(80),
        ..Numbers::default()
    };
    let mut wire = Wire::with((family("ivy-450c").link)(&Settings::default()));
    wire.bytes(&ivy(numbers));
    assert_eq!(told(&wire.hearts()), [good(80)]);
    assert_eq!((wire.saturations(), wire.pulses()), (vec![], vec![]));
}

#[test]
fn an_alarms_text_takes_the_trust_from_its_line_alone() {
    let text = b"HR=1;150;ECG-II-DIAG;HIGH\rSPO2=1;97;PR=400 ;\r";
    let frame = Frame::new(Waves::new([100; 400]), text).expect("a text");
    let mut bytes = [0; 1_100];
    let mut wire = Wire::ready("ivy-450c");
    wire.bytes(frame.encode(&mut bytes).expect("room"));
    assert_eq!(told(&wire.hearts()), [of(150, Quality::OutOfTrack)]);
    assert_eq!(told(&wire.saturations()), [good(97)]);
    assert_eq!(told(&wire.pulses()), [Missing(Absence::OutOfRange)]);
}

#[test]
fn a_heading_without_readings_makes_no_oximeter_live() {
    let mut wire = Wire::ready("nellcor");
    wire.bytes(b"N-595   VERSION 1.0.0.0   CRC:XXXX  SpO2 Limit: 85-100%  PR Limit: 40-170BPM\r\n");
    assert_eq!(wire.events, []);
    assert_eq!(wire.link.counters().messages, 1);
}
