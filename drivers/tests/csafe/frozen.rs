//! A console that goes on showing what it showed.

use drivers::link::{Link as _, LinkEvent, Objection};
use protocols::csafe::{HostDecoder, MachineFrame, Status, code};
use protocols::vocabulary::MachineState;
use protocols::wire::Decoder;

use super::rig::{Rig, riding};

const FROZEN: LinkEvent = LinkEvent::Objected(Objection::Frozen);

/// What the console shows.
#[derive(Clone, Copy)]
struct Shown {
    state: u8,
    seconds: Option<u8>,
    metres: Option<u8>,
    cadence: u8,
    power: u8,
}

const STEADY: Shown = Shown {
    state: 5,
    seconds: Some(7),
    metres: Some(70),
    cadence: 60,
    power: 90,
};

/// The wire goes to a console of our own for so many seconds; `shown` tells what it shows in each.
fn seconds(rig: &mut Rig, many: u8, shown: impl Fn(u8) -> Shown) {
    rig.mute = true;
    for second in 0..many {
        for _ in 0..1_000 {
            let before = rig.sent.len();
            rig.pass(1);
            let asked: Vec<u8> = rig.sent[before..]
                .iter()
                .flat_map(|sent| sent.bytes.clone())
                .collect();
            HostDecoder::new().feed(&asked, &mut |found| {
                let question = found.content.expect("a good frame");
                let shown = shown(second);
                let mut answer = MachineFrame::new(Status::from_byte(shown.state));
                for command in question.commands() {
                    let data: Vec<u8> = match command.code {
                        code::GET_POWER => vec![shown.power, 0, 0x58],
                        code::GET_CADENCE => vec![shown.cadence, 0, 0x52],
                        code::GET_HEART_RATE => vec![100],
                        code::GET_TWORK => shown.seconds.map_or(vec![], |at| vec![0, 1, at]),
                        code::GET_HORIZONTAL => shown.metres.map_or(vec![], |at| vec![at, 0, 0x24]),
                        _ => vec![],
                    };
                    if !data.is_empty() {
                        answer.push(command.code, &data).expect("room");
                    }
                }
                let mut room = [0; 64];
                let bytes = answer.encode(&mut room).expect("room").to_vec();
                rig.receive(&bytes);
            });
        }
    }
}

#[test]
fn what_stands_still_for_fifteen_seconds_is_no_report_and_that_is_said_once() {
    let mut rig = riding(90);
    seconds(&mut rig, 14, |_| STEADY);
    assert!(rig.reports().len() > 25);
    seconds(&mut rig, 3, |_| STEADY);
    rig.events.retain(|(_, event)| *event == FROZEN);
    seconds(&mut rig, 60, |_| STEADY);
    assert!(rig.reports().is_empty(), "{:?}", rig.reports());
    assert!(!rig.told(&LinkEvent::Silent));
    assert_eq!(rig.events.len(), 1, "{:?}", rig.events);
    rig.forget();
    seconds(&mut rig, 10, |second| Shown {
        seconds: Some(second),
        ..STEADY
    });
    assert!(rig.reports().len() > 15);
    assert!(!rig.told(&FROZEN));
}

#[test]
fn a_steady_rider_a_rest_and_a_pause_are_reported() {
    let moves: [fn(u8) -> Shown; 6] = [
        |second| Shown {
            seconds: Some(second),
            metres: None,
            ..STEADY
        },
        |second| Shown {
            seconds: None,
            metres: Some(second),
            ..STEADY
        },
        |second| Shown {
            cadence: 60 + second / 10 % 2,
            ..STEADY
        },
        |second| Shown {
            seconds: None,
            metres: None,
            power: 90 + second / 10 % 2,
            ..STEADY
        },
        |_| Shown {
            cadence: 0,
            power: 0,
            ..STEADY
        },
        |_| Shown { state: 6, ..STEADY },
    ];
    for (case, shown) in moves.into_iter().enumerate() {
        let mut rig = riding(90);
        // Another machine than the one before.
        rig.link.handle_opened(rig.now);
        seconds(&mut rig, 60, shown);
        assert!(!rig.told(&FROZEN), "{case}");
        assert!(rig.reports().len() > 100, "{case}: {}", rig.reports().len());
    }
}

#[test]
fn a_console_without_time_and_distance_is_judged_by_the_rest() {
    let mut rig = riding(90);
    rig.link.handle_opened(rig.now);
    seconds(&mut rig, 20, |_| Shown {
        seconds: None,
        metres: None,
        ..STEADY
    });
    assert!(rig.told(&FROZEN));
}

#[test]
fn the_virtual_bike_is_asked_for_its_time_and_never_frozen() {
    let mut rig = riding(90);
    rig.pass(60_000);
    assert!(!rig.told(&FROZEN));
    assert_eq!(rig.state(), MachineState::Running);
    let asked = rig.sent_with(code::GET_TWORK).len();
    assert!((115..=121).contains(&asked), "{asked}");
    let last = rig.sent.last().expect("a poll").codes();
    assert!(
        rig.sent_with(code::GET_HORIZONTAL).len() > 110,
        "{last:02X?}"
    );
}
