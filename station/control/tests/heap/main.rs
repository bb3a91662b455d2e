//! The core takes no memory: an hour of a station, counted by an allocator that counts.
//!
//! The crate is `no_std` without `alloc`, so that it could not; this is the proof from outside, vocabulary and `libm` included.

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use control::Station;
    use control::input::{Action, Device, HeartRateSource, Input, LinkState};
    use control::outputs::Outputs;
    use control::prescription::{
        BoundSensors, BoutSetup, HeartRateLimits, Holding, Mode, PatientFacts, Prescription, Tuning,
    };
    use protocols::vocabulary::{
        Averaging, BeatsPerMinute, Capabilities, Kilograms, LoadControl, MachineKind,
        MachineReport, MachineState, NetMets, OnSilence, PowerRange, ReadBack, Reading,
        RevolutionsPerMinute, Slew, Timestamp, Watts,
    };

    fn cycle() -> Capabilities {
        Capabilities {
            kind: MachineKind::Cycle,
            control: LoadControl::Commanded,
            power: Some(PowerRange {
                min: Watts::new(5).expect("in range"),
                max: Watts::new(400).expect("in range"),
                step: 1,
            }),
            belt: None,
            slew: Slew {
                watts_per_second: 20.0,
                metres_per_second_squared: 0.1,
                grade_percent_per_second: 0.5,
            },
            averaging: Averaging {
                delay: Duration::ZERO,
            },
            poll_interval: Duration::from_secs(1),
            on_silence: OnSilence::KeepsLoad,
            reads: ReadBack::default(),
        }
    }

    fn setup() -> BoutSetup {
        BoutSetup {
            prescription: Prescription {
                mode: Mode::HeartRateHeld {
                    target: 105.0,
                    assessed_gain: Some(10.0),
                    assessed_rest: Some(70.0),
                },
                heart_rate: Some(HeartRateLimits {
                    upper: 120.0,
                    lower: 40.0,
                    zone: Some((95.0, 115.0)),
                    stop_margin: 10.0,
                    icd_detection: None,
                }),
                saturation_floor: 88.0,
                heart_rate_required: true,
                saturation_required: false,
                warm_up_load: NetMets::new(1.8).expect("in range"),
                ceiling: NetMets::new(6.0).expect("in range"),
                ramp_up: 1.0,
                warm_up_ramp: 3.0,
                warm_up: Duration::from_mins(5),
                conditioning: Duration::from_mins(45),
                cool_down: Duration::from_mins(5),
                exertion_upper: 14,
                dyspnoea_upper: 6,
                claudication_stop: 3,
                systolic_stop: 250,
                diastolic_stop: 115,
                blood_pressure_interval: None,
                cadence_low: 40,
                belt: None,
                holding: Holding::default(),
            },
            patient: PatientFacts {
                mass: Kilograms::new(80.0).expect("in range"),
                atrial_fibrillation: false,
                denervated: false,
                paced: false,
                chronotropic_incompetence: false,
                lung_disease: false,
            },
            sensors: BoundSensors {
                strap: true,
                oximeter: false,
            },
            tuning: Tuning::DEFAULT,
            earlier: None,
        }
    }

    /// An hour from door to recovery, with a strap that falls silent, a stop and an alarm or two in it.
    fn hour(station: &mut Station, outputs: &mut Outputs) -> u32 {
        let mut commands = 0;
        let mut send = |now: Timestamp, input: &Input| {
            station.handle(now, input, outputs);
            commands += u32::from(outputs.command.is_some());
        };
        send(Timestamp::ZERO, &Input::Watched { by_anyone: true });
        for device in [Device::Machine, Device::Strap] {
            let state = LinkState::Up;
            send(Timestamp::ZERO, &Input::Link { device, state });
        }
        for action in [
            Action::Begin(setup()),
            Action::DoorChecked,
            Action::ConfirmStart,
        ] {
            send(Timestamp::ZERO, &Input::Operator(action));
        }
        for tenth in 1..36_000_u64 {
            let now = Timestamp::from_millis(tenth * 100);
            let second = tenth / 10;
            let silent = (1_000..1_060).contains(&second);
            match tenth % 10 {
                3 if !silent => {
                    let beats =
                        [88, 89, 104, 131][usize::try_from(second / 600 % 4).expect("small")];
                    let wobble = u16::try_from(second % 3).expect("small");
                    send(
                        now,
                        &Input::HeartRate {
                            source: HeartRateSource::Strap,
                            reading: Reading::good(
                                BeatsPerMinute::new(beats + wobble).expect("in range"),
                            ),
                            sent_at: now,
                        },
                    );
                }
                6 => {
                    let mut report = MachineReport::of(MachineState::Running);
                    report.cadence = RevolutionsPerMinute::new(60);
                    send(
                        now,
                        &Input::Machine {
                            report,
                            sent_at: now,
                        },
                    );
                }
                _ => {}
            }
            match tenth {
                20_000 => send(now, &Input::Operator(Action::Stop)),
                20_100 => send(now, &Input::Operator(Action::AcknowledgeAll)),
                20_200 => send(now, &Input::Operator(Action::Resume)),
                _ => {}
            }
            send(now, &Input::Tick);
        }
        commands
    }

    #[test]
    fn an_hour_of_a_station_takes_no_memory() {
        let mut station = Station::new(cycle());
        let mut outputs = Outputs::default();
        let mut commands = 0;
        let counted = allocation_counter::measure(|| {
            commands = hour(&mut station, &mut outputs);
        });
        assert!(
            commands > 20,
            "it was an hour with something in it: {commands}"
        );
        assert_eq!(counted.count_total, 0, "{counted:?}");
        // The counter counts.
        let counted = allocation_counter::measure(|| drop(std::hint::black_box(vec![1_u8; 64])));
        assert!(counted.count_total > 0);
    }
}
