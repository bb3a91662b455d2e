use core::time::Duration;

use control::input::{Action, Device, Entry, HeartRateSource, Input, LinkState};
use control::outputs::{AlarmChanges, Beat, Decision, Outputs, Refusal};
use control::prescription::BoundSensors;
use control::rules::{LoadAct, RuleId, RuleSet};
use control::view::{PhaseKind, Reason};
use proptest::prelude::*;
use protocols::vocabulary::{
    Absence, BeatsPerMinute, MachineCommand, MachineLoad, MachineReport, MachineState,
    MetresPerSecond, NetMets, OxygenSaturation, PercentGrade, Quality, Reading,
    RevolutionsPerMinute, Timestamp, Watts,
};

use super::*;

fn pieces(writer: &mut BlockWriter, turns: &[JournalTurn], every: usize) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (count, turn) in turns.iter().enumerate() {
        writer.push(turn).unwrap();
        if (count + 1).is_multiple_of(every) {
            pieces.extend(writer.take_piece());
        }
    }
    pieces.extend(writer.take_piece());
    pieces
}

fn report(power: u16, speed: f64) -> MachineReport {
    MachineReport {
        state: MachineState::Running,
        power: Watts::new(power),
        cadence: RevolutionsPerMinute::new(60),
        speed: MetresPerSecond::new(speed),
        grade: PercentGrade::new(2.5),
        heart_rate: None,
    }
}

fn decision(seed: f64) -> Decision {
    let mut acting = RuleSet::EMPTY;
    acting.insert(RuleId::HrLimit);
    Decision {
        proposed: NetMets::new(2.0 + seed.abs() % 3.0).unwrap(),
        granted: NetMets::new(1.0 + seed.abs() % 3.0).unwrap(),
        binding: Reason::Rule(RuleId::HrLimit, LoadAct::Hold),
        acting,
        beat: Some(Beat {
            reference: 104.0,
            measured: Some(101.0 + seed),
            error: seed,
            feed_forward: 2.1,
            integral: seed / 7.0,
            lag: seed / 3.0,
            want: 2.0 + seed / 11.0,
        }),
        heart_rate: Some(101.0 + seed),
        saturation: None,
    }
}

fn any_input() -> impl Strategy<Value = Input> {
    let sent = prop_oneof![
        (0_u64..5_000_000).prop_map(|micros| Timestamp::from_micros(1_000_000_000 + micros)),
        any::<u64>().prop_map(Timestamp::from_nanos),
    ];
    let heart = prop_oneof![
        (40_u16..200).prop_map(|rate| Reading::good(BeatsPerMinute::new(rate).unwrap())),
        Just(Reading::Missing(Absence::NoContact)),
    ];
    let oxygen = prop_oneof![
        (80_u8..=100).prop_map(|value| Reading::Value {
            value: OxygenSaturation::new(value).unwrap(),
            quality: Quality::MarginalPerfusion
        }),
        Just(Reading::Missing(Absence::Searching)),
    ];
    prop_oneof![
        5 => Just(Input::Tick),
        2 => (heart, sent.clone()).prop_map(|(reading, sent_at)| Input::HeartRate {
            source: HeartRateSource::Strap, reading, sent_at
        }),
        2 => (oxygen, sent.clone()).prop_map(|(reading, sent_at)| Input::Saturation { reading, sent_at }),
        2 => (prop_oneof![Just(50_u16), Just(75)], prop_oneof![Just(0.0), Just(-0.0), Just(1.3)], sent)
            .prop_map(|(power, speed, sent_at)| Input::Machine { report: report(power, speed), sent_at }),
        1 => prop_oneof![
            Just(Input::Link { device: Device::Strap, state: LinkState::Silent }),
            Just(Input::Operator(Action::Enter(Entry::PerceivedExertion(13)))),
            Just(Input::LoopGap { lasted: Duration::from_millis(312) }),
            Just(Input::Sensors { bound: BoundSensors { strap: true, oximeter: false } }),
            Just(Input::Refused { command: MachineCommand::Start(MachineLoad::Power(Watts::new(25).unwrap())) }),
            Just(Input::GymCloses { over: true }),
            Just(Input::Fault),
        ],
    ]
}

fn any_outputs() -> impl Strategy<Value = Outputs> {
    let leave = prop_oneof![
        Just(Timestamp::ZERO),
        Just(Timestamp::NEVER),
        (0_u64..4_000).prop_map(|millis| Timestamp::from_millis(1_000_000 + millis)),
    ];
    (
        leave,
        any::<bool>(),
        prop::option::of(any::<f64>().prop_filter("finite", |value| value.is_finite())),
        prop::option::of(Just(MachineCommand::SetLoad(MachineLoad::Power(
            Watts::new(61).unwrap(),
        )))),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(
            |(leave_until, relay_open, seed, command, alarms, phase)| Outputs {
                command,
                relay_open,
                leave_until,
                alarms: AlarmChanges {
                    raised: if alarms {
                        decision(0.0).acting
                    } else {
                        RuleSet::EMPTY
                    },
                    ..AlarmChanges::default()
                },
                decision: seed.map(decision),
                phase_change: phase.then_some((PhaseKind::WarmUp, PhaseKind::Conditioning)),
                refused: phase.then_some(Refusal::NotNow),
            },
        )
}

/// What is equal here is equal in every bit.
fn bits(turns: &[JournalTurn]) -> Vec<u8> {
    turns
        .iter()
        .flat_map(|turn| postcard::to_stdvec(&(turn.now, &turn.input, &turn.outputs)).unwrap())
        .collect()
}

proptest! {
    #[test]
    fn what_goes_in_comes_out_bit_for_bit_in_pieces_and_whole(
        steps in prop::collection::vec((any_input(), any_outputs(), 0_u64..300_000, any::<bool>()), 1..60),
        every in 1_usize..9,
    ) {
        let mut now = 1_000_000_000_u64;
        let turns: Vec<_> = steps
            .into_iter()
            .map(|(input, outputs, step, fine)| {
                now += step;
                let now = Timestamp::from_nanos(now * 1_000 + if fine { 7 } else { 0 });
                JournalTurn { now, input, outputs }
            })
            .collect();
        let mut writer = BlockWriter::new(0);
        let pieces = pieces(&mut writer, &turns, every);
        let whole = writer.finish().unwrap().unwrap();
        prop_assert_eq!(bits(&decode_block(&pieces).unwrap()), bits(&turns));
        prop_assert_eq!(bits(&decode_block(&[whole]).unwrap()), bits(&turns));
    }

    #[test]
    fn no_bytes_make_the_reader_panic(data in prop::collection::vec(any::<u8>(), 0..300)) {
        let piece = Piece { block: 0, piece: 0, whole: false, first_us: 0, last_us: 0, turns: 0, data };
        let _ = decode_block(&[piece]);
    }
}

#[test]
fn a_quiet_tick_costs_at_most_three_bytes() {
    let mut writer = BlockWriter::new(0);
    let mut sizes = Vec::new();
    for tick in 1..100_u64 {
        let before = writer.size();
        let now = Timestamp::from_micros(tick * 100_000 + tick * 37 % 211);
        let outputs = Outputs {
            leave_until: now + Duration::from_millis(400),
            ..Outputs::default()
        };
        writer
            .push(&JournalTurn {
                now,
                input: Input::Tick,
                outputs,
            })
            .unwrap();
        sizes.push(writer.size() - before);
    }
    assert!(sizes[1..].iter().all(|size| *size <= 3), "{sizes:?}");
}

#[test]
fn a_block_that_was_cut_gives_what_is_left_of_it() {
    let turns: Vec<_> = (0..10_u64)
        .map(|second| JournalTurn {
            now: Timestamp::from_secs(second),
            input: Input::LoopGap {
                lasted: Duration::from_secs(second),
            },
            outputs: Outputs::default(),
        })
        .collect();
    let mut writer = BlockWriter::new(0);
    let mut pieces = pieces(&mut writer, &turns, 9);
    let last = pieces.len() - 1;
    pieces[last].data.pop();
    let (found, error) = decode_block(&pieces).unwrap_err();
    assert_eq!(found, turns[..9]);
    assert_eq!(error, JournalError::CutShort);
}

/// Noise that is the same in every run.
struct Noise(u64);

impl Noise {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }

    fn small(&mut self, bound: u16) -> u16 {
        u16::try_from(self.below(bound.into())).unwrap()
    }
}

/// A tenth of a second as a busy station lives it: a tick with jitter, an oximeter three times a second, a strap each second, a
/// machine asked five times a second, a beat of the controller each five seconds with figures that never repeat.
fn busy_tenth(tenth: u64, noise: &mut Noise) -> Vec<(u64, Input, Option<Decision>)> {
    let sent = |at: u64| Timestamp::from_micros(tenth * 100_000 + at);
    let beat = tenth
        .is_multiple_of(50)
        .then(|| decision(f64::from(noise.small(u16::MAX)) / 7_777.7));
    let mut turns = vec![(noise.below(250), Input::Tick, beat)];
    if tenth.is_multiple_of(2) {
        let at = 20_000 + noise.below(3_000);
        let input = Input::Machine {
            report: report(75 + u16::from(noise.below(5) == 0), 0.0),
            sent_at: sent(at - 8_300 - noise.below(300)),
        };
        turns.push((at, input, None));
    }
    if tenth % 3 == 1 {
        let at = 50_000 + noise.below(3_000);
        let value = OxygenSaturation::new(94 + u8::from(noise.below(9) == 0)).unwrap();
        let input = Input::Saturation {
            reading: Reading::good(value),
            sent_at: sent(at - 16_700 - noise.below(300)),
        };
        turns.push((at, input, None));
    }
    if tenth % 10 == 7 {
        let at = 80_000 + noise.below(3_000);
        let rate = BeatsPerMinute::new(100 + noise.small(4)).unwrap();
        let input = Input::HeartRate {
            source: HeartRateSource::Strap,
            reading: Reading::good(rate),
            sent_at: sent(at - 5_200 - noise.below(300)),
        };
        turns.push((at, input, None));
    }
    turns
}

#[test]
fn an_hour_of_a_busy_station_stays_under_a_quarter_of_a_megabyte() {
    let mut noise = Noise(0x2545_F491_4F6C_DD1D);
    let (mut turns, mut stored) = (0_u64, 0_usize);
    let mut writer = BlockWriter::new(0);
    for tenth in 0..36_000_u64 {
        for (micros, input, decision) in busy_tenth(tenth, &mut noise) {
            let now = Timestamp::from_micros(tenth * 100_000 + micros);
            let outputs = Outputs {
                leave_until: now + Duration::from_millis(400),
                decision,
                ..Outputs::default()
            };
            let turn = JournalTurn {
                now,
                input,
                outputs,
            };
            writer.push(&turn).unwrap();
            turns += 1;
        }
        if tenth % 600 == 599 {
            stored += writer.finish().unwrap().unwrap().data.len();
        }
    }
    println!("an hour of {turns} turns: {stored} bytes");
    assert!(stored < 256 * 1_024, "{stored} bytes");
}
