//! What an hour of one station costs one core: `cargo bench -p control`. Real time beside it, in one run, by kind of input.
//!
//! Measured in the time that the core worked, so that what else runs on the machine counts as little as it can.
//!
//! A strap and an oximeter speak once a second, the machine once a second, and ten ticks fall between: what a gym sends.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a benchmark reads the clock, prints what it measured, and may fail loudly"
)]

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

use control::Station;
use control::input::{Action, Device, HeartRateSource, Input, LinkState};
use control::outputs::Outputs;
use control::prescription::{
    BoundSensors, BoutSetup, HeartRateLimits, Holding, Mode, PatientFacts, Prescription, Tuning,
};
use protocols::vocabulary::{
    Averaging, BeatsPerMinute, Capabilities, Kilograms, LoadControl, MachineCommand, MachineKind,
    MachineLoad, MachineReport, MachineState, NetMets, OnSilence, OxygenSaturation, PowerRange,
    ReadBack, Reading, RevolutionsPerMinute, Slew, Timestamp, Watts,
};

const SECONDS: u64 = 3_600;
const ROUNDS: u32 = 5;

fn main() {
    let mut best = [Duration::MAX; 5];
    let mut whole = Duration::MAX;
    for _ in 0..ROUNDS {
        let from = worked();
        hour(|_, call| call());
        whole = whole.min(worked().saturating_sub(from));
        // The clock is read around each call in rounds of its own: it costs as much as a tenth of a tick.
        let mut spent = [Duration::ZERO; 5];
        hour(|kind, call| {
            let from = Instant::now();
            call();
            spent[kind] += from.elapsed();
        });
        for (least, now) in best.iter_mut().zip(spent) {
            *least = (*least).min(now);
        }
    }
    println!(
        "an hour of one station: {:.1} ms, {:.0} times real time (best of {ROUNDS})",
        whole.as_secs_f64() * 1e3,
        3_600.0 / whole.as_secs_f64()
    );
    for (name, (spent, count)) in ["ticks", "strap", "saturation", "pulse", "machine"]
        .into_iter()
        .zip(best.into_iter().zip([10, 1, 1, 1, 1]))
    {
        println!(
            "  {name:<10} {:>6.2} ms, {:>5.0} ns a call",
            spent.as_secs_f64() * 1e3,
            spent.as_secs_f64() * 1e9 / f64::from(count * 3_600)
        );
    }
}

/// How long this thread has had a core.
fn worked() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap()
}

/// An hour of conditioning; `around` makes each call, and may measure it.
fn hour(mut around: impl FnMut(usize, &mut dyn FnMut())) {
    let mut station = Station::new(cycle());
    let mut outputs = Outputs::default();
    let mut told = 0;
    for input in begin() {
        station.handle(Timestamp::ZERO, &input, &mut outputs);
    }
    let (mut granted, mut reached) = (0.0, 0.0);
    for second in 0..SECONDS {
        reached += (granted - reached) / 60.0;
        for tenth in 1..=10 {
            let now = Timestamp::from_millis(second * 1_000 + tenth * 100);
            let input = match tenth {
                2 => Some((1, strap(now, second, reached))),
                4 => Some((2, saturation(now))),
                5 => Some((3, pulse(now, second, reached))),
                7 => Some((4, machine(now, told))),
                _ => None,
            };
            for (kind, input) in input.into_iter().chain([(0, Input::Tick)]) {
                around(kind, &mut || {
                    station.handle(now, &input, &mut outputs);
                });
                if let Some(decision) = outputs.decision {
                    granted = decision.granted.get();
                }
                if let Some(
                    MachineCommand::Start(MachineLoad::Power(watts))
                    | MachineCommand::SetLoad(MachineLoad::Power(watts)),
                ) = outputs.command
                {
                    told = watts.get();
                }
            }
        }
    }
}

fn rate(second: u64, reached: f64) -> Reading<BeatsPerMinute> {
    let wobble = [0, 1, 2, 1][usize::try_from(second % 4).unwrap()];
    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a small positive number"
    )]
    let beats = 70 + wobble + (11.0 * reached) as u16;
    Reading::good(BeatsPerMinute::new(beats).unwrap())
}

fn strap(sent_at: Timestamp, second: u64, reached: f64) -> Input {
    Input::HeartRate {
        source: HeartRateSource::Strap,
        reading: rate(second, reached),
        sent_at,
    }
}

fn pulse(sent_at: Timestamp, second: u64, reached: f64) -> Input {
    Input::HeartRate {
        source: HeartRateSource::Oximeter,
        reading: rate(second, reached),
        sent_at,
    }
}

fn saturation(sent_at: Timestamp) -> Input {
    Input::Saturation {
        reading: Reading::good(OxygenSaturation::new(96).unwrap()),
        sent_at,
    }
}

fn machine(sent_at: Timestamp, told: u16) -> Input {
    let mut report = MachineReport::of(MachineState::Running);
    report.power = Watts::new(told);
    report.cadence = RevolutionsPerMinute::new(60);
    Input::Machine { report, sent_at }
}

fn begin() -> Vec<Input> {
    let mut inputs = vec![Input::Watched { by_anyone: true }];
    for device in [Device::Machine, Device::Strap, Device::Oximeter] {
        inputs.push(Input::Link {
            device,
            state: LinkState::Up,
        });
    }
    for action in [
        Action::Begin(setup()),
        Action::DoorChecked,
        Action::ConfirmStart,
    ] {
        inputs.push(Input::Operator(action));
    }
    inputs
}

fn cycle() -> Capabilities {
    Capabilities {
        kind: MachineKind::Cycle,
        control: LoadControl::Commanded,
        power: Some(PowerRange {
            min: Watts::new(5).unwrap(),
            max: Watts::new(400).unwrap(),
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
        reads: ReadBack {
            power: true,
            cadence: true,
            speed: false,
            grade: false,
        },
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
                upper: 130.0,
                lower: 40.0,
                zone: Some((95.0, 115.0)),
                stop_margin: 10.0,
                icd_detection: None,
            }),
            saturation_floor: 88.0,
            heart_rate_required: true,
            saturation_required: true,
            warm_up_load: NetMets::new(1.8).unwrap(),
            ceiling: NetMets::new(6.0).unwrap(),
            ramp_up: 1.0,
            warm_up_ramp: 3.0,
            warm_up: Duration::from_mins(5),
            conditioning: Duration::from_mins(50),
            cool_down: Duration::from_mins(4),
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
            mass: Kilograms::new(80.0).unwrap(),
            atrial_fibrillation: false,
            denervated: false,
            paced: false,
            chronotropic_incompetence: false,
            lung_disease: false,
        },
        sensors: BoundSensors {
            strap: true,
            oximeter: true,
        },
        tuning: Tuning::DEFAULT,
        earlier: None,
    }
}
