//! Pages: what reads is written so, in every field.

use proptest::prelude::*;
use protocols::ant::{
    Capabilities, CommandOutcome, CommandStatus, CommonPage, ControlPage, Equipment, FitnessPage,
    General, HeartRatePage, MachinePhase, MachineStatus, Metabolic, PowerPage, RateSource,
    Settings, StandardPower, Striding, StridingMachine, TargetLimit, Torque, Track, Trainer,
    TrainerTorque, Treadmill, Wind,
};
use protocols::vocabulary::Watts;

fn without_ff() -> impl Strategy<Value = Option<u8>> {
    prop::option::of(0_u8..0xFF)
}

fn without_ffff() -> impl Strategy<Value = Option<u16>> {
    prop::option::of(0_u16..0xFFFF)
}

prop_compose! {
    fn status()(phase in prop::sample::select(vec![
        MachinePhase::Asleep, MachinePhase::Ready, MachinePhase::InUse, MachinePhase::Finished,
        MachinePhase::Unnamed(0), MachinePhase::Unnamed(5), MachinePhase::Unnamed(7),
    ]), lap in any::<bool>(), flags in 0_u8..16) -> MachineStatus {
        MachineStatus { phase, lap, flags }
    }
}

fn common() -> impl Strategy<Value = CommonPage> {
    prop_oneof![
        any::<(u8, u16, u16)>().prop_map(|(hardware, maker, model)| CommonPage::Maker {
            hardware,
            maker,
            model
        }),
        any::<([u8; 2], u32)>()
            .prop_map(|(software, serial)| CommonPage::Product { software, serial }),
        any::<[u8; 7]>().prop_map(CommonPage::Battery),
    ]
}

prop_compose! {
    fn torque()(
        counts in any::<[u8; 2]>(), cadence in without_ff(), sums in any::<[u16; 2]>(),
    ) -> Torque {
        let ([event_count, revolutions], [period, torque]) = (counts, sums);
        Torque { event_count, revolutions, cadence, period, torque }
    }
}

fn power_page() -> impl Strategy<Value = PowerPage> {
    prop_oneof![
        any::<[u8; 7]>().prop_map(PowerPage::Calibration),
        (any::<u8>(), without_ff(), without_ff(), any::<[u16; 2]>()).prop_map(
            |(event_count, balance, cadence, [accumulated, power])| {
                PowerPage::Standard(StandardPower {
                    event_count,
                    balance,
                    cadence,
                    accumulated,
                    power,
                })
            }
        ),
        torque().prop_map(PowerPage::WheelTorque),
        torque().prop_map(PowerPage::CrankTorque),
        (
            any::<u8>(),
            [without_ff(), without_ff()],
            [without_ff(), without_ff()]
        )
            .prop_map(
                |(event_count, effectiveness, smoothness)| PowerPage::Pedalling {
                    event_count,
                    effectiveness,
                    smoothness
                }
            ),
        (any::<u8>(), any::<[u16; 3]>()).prop_map(|(event_count, [slope, time, ticks])| {
            PowerPage::TorqueFrequency {
                event_count,
                slope,
                time,
                ticks,
            }
        }),
        common().prop_map(PowerPage::Common),
    ]
}

fn striding() -> impl Strategy<Value = Striding> {
    let machine = prop::sample::select(vec![
        StridingMachine::Elliptical,
        StridingMachine::StationaryBike,
        StridingMachine::Rower,
        StridingMachine::Climber,
        StridingMachine::Skier,
    ]);
    (
        machine,
        any::<[u8; 2]>(),
        without_ff(),
        without_ffff(),
        status(),
    )
        .prop_map(
            |(machine, [climbed, strides], cadence, power, status)| Striding {
                machine,
                climbed: if machine == StridingMachine::Elliptical {
                    climbed
                } else {
                    0
                },
                strides: if machine == StridingMachine::StationaryBike {
                    0
                } else {
                    strides
                },
                cadence,
                power,
                status,
            },
        )
}

fn page_of_every_machine() -> impl Strategy<Value = FitnessPage> {
    prop_oneof![
        (
            0_u8..32,
            any::<[u8; 2]>(),
            without_ffff(),
            without_ff(),
            status()
        )
            .prop_map(
                |(equipment, [time, distance], speed_raw, heart_rate_raw, status)| {
                    FitnessPage::General(General {
                        equipment: Equipment(equipment),
                        time,
                        distance,
                        speed_raw,
                        heart_rate_raw,
                        status,
                    })
                }
            ),
        (
            without_ff(),
            prop::option::of(i16::MIN..i16::MAX),
            without_ff(),
            status()
        )
            .prop_map(|(cycle_length, incline_raw, resistance, status)| {
                FitnessPage::Settings(Settings {
                    cycle_length,
                    incline_raw,
                    resistance,
                    status,
                })
            }),
        (without_ffff(), without_ffff(), any::<u8>(), status()).prop_map(
            |(mets, energy_rate, energy, status)| {
                FitnessPage::Metabolic(Metabolic {
                    mets,
                    energy_rate,
                    energy,
                    status,
                })
            }
        ),
        (without_ff(), any::<[u8; 2]>(), status()).prop_map(
            |(cadence, [descended, climbed], status)| {
                FitnessPage::Treadmill(Treadmill {
                    cadence,
                    descended,
                    climbed,
                    status,
                })
            }
        ),
    ]
}

fn fitness_page() -> impl Strategy<Value = FitnessPage> {
    prop_oneof![
        page_of_every_machine(),
        striding().prop_map(FitnessPage::Striding),
        (
            any::<u8>(),
            without_ff(),
            any::<u16>(),
            prop::option::of(0_u16..0xFFF),
            0_u8..16,
            status()
        )
            .prop_map(
                |(event_count, cadence, accumulated, power, wants, status)| FitnessPage::Trainer(
                    Trainer {
                        event_count,
                        cadence,
                        accumulated,
                        power,
                        wants,
                        status,
                    }
                )
            ),
        (any::<[u8; 2]>(), any::<[u16; 2]>(), status()).prop_map(
            |([event_count, turns], [period, torque], status)| {
                FitnessPage::TrainerTorque(TrainerTorque {
                    event_count,
                    turns,
                    period,
                    torque,
                    status,
                })
            }
        ),
        any::<(u16, u8)>().prop_map(|(greatest_resistance, modes)| {
            FitnessPage::Capabilities(Capabilities {
                greatest_resistance,
                modes,
            })
        }),
        (without_ff(), without_ff(), any::<u8>(), any::<[u8; 4]>()).prop_map(
            |(command, sequence, outcome, data)| {
                FitnessPage::CommandStatus(CommandStatus {
                    command,
                    sequence,
                    outcome: CommandOutcome(outcome),
                    data,
                })
            }
        ),
        common().prop_map(FitnessPage::Common),
    ]
}

fn control_page() -> impl Strategy<Value = ControlPage> {
    prop_oneof![
        any::<u8>().prop_map(ControlPage::BasicResistance),
        any::<u16>().prop_map(ControlPage::TargetPower),
        any::<[u8; 3]>().prop_map(|[coefficient_raw, speed_raw, drafting_raw]| {
            ControlPage::Wind(Wind {
                coefficient_raw,
                speed_raw,
                drafting_raw,
            })
        }),
        any::<(u16, u8)>().prop_map(|(grade_raw, rolling_raw)| ControlPage::Track(Track {
            grade_raw,
            rolling_raw
        })),
        any::<[u8; 2]>().prop_map(|[answers, page]| ControlPage::Request { answers, page }),
    ]
}

#[test]
fn the_worked_pages_say_more_than_their_readings() {
    let general = FitnessPage::from_bytes([0x10, 0x19, 0x28, 0x0C, 0x7C, 0x15, 0xFF, 0x35]);
    let FitnessPage::General(page) = general else {
        panic!("{general:?}")
    };
    assert_eq!(page.equipment, Equipment::TRAINER);
    assert_eq!((page.time, page.distance), (40, 12));
    assert_eq!(page.rate_source(), RateSource::Ant);
    assert!(page.distance_is_used() && !page.speed_is_virtual());
    assert_eq!(
        general.status().map(|status| status.phase),
        Some(MachinePhase::InUse)
    );

    let trainer = FitnessPage::from_bytes([0x19, 9, 0x58, 0x70, 0x08, 0xF0, 0x40, 0x31]);
    let FitnessPage::Trainer(page) = trainer else {
        panic!("{trainer:?}")
    };
    assert_eq!(
        (page.accumulated, page.power, page.wants),
        (2_160, Some(240), 4)
    );
    assert_eq!(page.target_limit(), TargetLimit::TooSlow);

    let capabilities = FitnessPage::from_bytes([0x36, 0xFF, 0xFF, 0xFF, 0xFF, 0xC8, 0, 7]);
    let FitnessPage::Capabilities(page) = capabilities else {
        panic!("{capabilities:?}")
    };
    assert_eq!(page.greatest_resistance, 200);
    assert!(page.takes_resistance() && page.takes_power() && page.takes_simulation());
    assert_eq!(capabilities.status(), None);
}

#[test]
fn a_command_is_confirmed_by_its_own_status_alone() {
    let command = ControlPage::target_power(Watts::new(150).expect("in range"));
    let worked = FitnessPage::from_bytes([0x47, 0x31, 3, 0, 0xFF, 0xFF, 0x58, 2]);
    let FitnessPage::CommandStatus(status) = worked else {
        panic!("{worked:?}")
    };
    assert!(status.confirms(&command));
    assert_eq!(
        status,
        CommandStatus::after(&command, 3, CommandOutcome::DONE)
    );
    assert!(!status.confirms(&ControlPage::TargetPower(604)));
    assert!(!status.confirms(&ControlPage::BasicResistance(2)));
    let rejected = CommandStatus::after(&command, 3, CommandOutcome::REJECTED);
    assert!(!rejected.confirms(&command));
    assert!(!CommandStatus::BEFORE_ANY.confirms(&command));
    assert_eq!(rejected.outcome.words(), Some("rejected"));
    assert_eq!(CommandOutcome(9).words(), None);
}

proptest! {
    #[test]
    fn a_straps_page_reads_as_it_was_written(page in any::<[u8; 8]>()) {
        prop_assert_eq!(HeartRatePage::from_bytes(page).bytes(), page);
    }

    #[test]
    fn a_power_meters_page_reads_as_it_was_written(page in power_page()) {
        prop_assert_eq!(PowerPage::from_bytes(page.bytes()), page);
    }

    #[test]
    fn a_machines_page_reads_as_it_was_written(page in fitness_page()) {
        prop_assert_eq!(FitnessPage::from_bytes(page.bytes()), page);
    }

    #[test]
    fn a_hosts_page_reads_as_it_was_written(page in control_page()) {
        prop_assert_eq!(ControlPage::from_bytes(page.bytes()), page);
    }

    #[test]
    fn any_page_reads_twice_the_same(page in any::<[u8; 8]>()) {
        let power = PowerPage::from_bytes(page);
        prop_assert_eq!(PowerPage::from_bytes(power.bytes()), power);
        let fitness = FitnessPage::from_bytes(page);
        prop_assert_eq!(FitnessPage::from_bytes(fitness.bytes()), fitness);
        let control = ControlPage::from_bytes(page);
        prop_assert_eq!(ControlPage::from_bytes(control.bytes()), control);
    }

    #[test]
    fn a_trainers_power_never_reads_as_none(power in any::<u16>(), status in status()) {
        let page = Trainer { event_count: 0, cadence: None, accumulated: 0, power: Some(power), wants: 0, status };
        let again = FitnessPage::from_bytes(FitnessPage::Trainer(page).bytes());
        let FitnessPage::Trainer(again) = again else { panic!("{again:?}") };
        prop_assert_eq!(again.power, Some(power.min(4_094)));
    }
}
