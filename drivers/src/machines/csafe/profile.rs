//! What differs between a bike and a treadmill: capabilities, how a load is written, what lets go.

use std::time::Duration;

use protocols::csafe::{HostFrame, Quantity, code};
use protocols::vocabulary::{
    Averaging, BeltRange, Capabilities, LoadControl, MachineKind, MachineLoad, MetresPerSecond,
    OnSilence, PercentGrade, PowerRange, ReadBack, Slew, Watts,
};

use super::POLL_INTERVAL;

/// Least power above nothing, in watts \[assumed\].
const POWER_MIN: u16 = 25;
/// Greatest power, in watts \[assumed\].
const POWER_MAX: u16 = 400;
/// Tenths of km/h in the slowest belt above standing, 0.5 km/h \[assumed\].
const SPEED_MIN_TENTHS: u16 = 5;
/// The slowest belt above standing, in km/h.
const SPEED_MIN: f64 = 0.5;
/// Fastest belt, in km/h \[assumed\].
const SPEED_MAX: f64 = 20.0;
/// Steepest belt, in per cent \[assumed\].
const GRADE_MAX: f64 = 15.0;
/// Slowest that a brake is expected to follow, in watts a second \[assumed\]: a step of 75 W within 3 s.
const POWER_SLEW: f64 = 25.0;
/// How a belt follows, in km/h each second \[assumed\].
const SPEED_SLEW: f64 = 0.5;
/// How a grade follows, in per cent each second \[assumed\].
const GRADE_SLEW: f64 = 0.5;

/// SETPOWER 0 W, then GOFINISHED: where the first is refused in use, the second still ends it.
const RELEASE_BIKE: &[u8] = &[
    0xF1, 0x34, 0x03, 0x00, 0x00, 0x58, 0x6F, 0xF2, 0xF1, 0x86, 0x86, 0xF2,
];
/// SETSPEED 0 and SETGRADE 0, then GOFINISHED.
const RELEASE_TREADMILL: &[u8] = &[
    0xF1, 0x25, 0x03, 0x00, 0x00, 0x31, 0x28, 0x03, 0x00, 0x00, 0x4C, 0x70, 0xF2, 0xF1, 0x86, 0x86,
    0xF2,
];

/// What kind of CSAFE machine stands at the other end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CsafeProfile {
    /// A bike with power.
    Bike,
    /// A treadmill with speed and grade.
    Treadmill,
}

impl CsafeProfile {
    pub(super) fn capabilities(self) -> Capabilities {
        let belt = self == Self::Treadmill;
        Capabilities {
            kind: if belt {
                MachineKind::Treadmill
            } else {
                MachineKind::Cycle
            },
            control: LoadControl::Commanded,
            power: (!belt).then(power_range).flatten(),
            belt: belt.then(belt_range).flatten(),
            slew: if belt {
                Slew {
                    watts_per_second: 0.0,
                    metres_per_second_squared: SPEED_SLEW / 3.6,
                    grade_percent_per_second: GRADE_SLEW,
                }
            } else {
                Slew {
                    watts_per_second: POWER_SLEW,
                    metres_per_second_squared: 0.0,
                    grade_percent_per_second: 0.0,
                }
            },
            averaging: Averaging {
                delay: Duration::ZERO,
            },
            poll_interval: POLL_INTERVAL,
            on_silence: OnSilence::KeepsLoad,
            reads: ReadBack {
                power: !belt,
                cadence: !belt,
                speed: belt,
                grade: belt,
            },
        }
    }

    /// What is asked in a poll, the most important first, with the bytes of its answer.
    pub(super) const fn questions(self) -> &'static [(u8, usize)] {
        match self {
            // A cross-trainer gives its cadence as speed, and has no other (captured on a Life Fitness machine).
            Self::Bike => &[
                (code::GET_POWER, 5),
                (code::GET_CADENCE, 5),
                (code::GET_HEART_RATE, 3),
                (code::GET_SPEED, 5),
                // What has to move while somebody pedals. The second finds room once one of the others is not answered.
                (code::GET_TWORK, 5),
                (code::GET_HORIZONTAL, 5),
            ],
            Self::Treadmill => &[
                (code::GET_SPEED, 5),
                (code::GET_GRADE, 5),
                (code::GET_HEART_RATE, 3),
            ],
        }
    }

    pub(super) const fn release(self) -> &'static [u8] {
        match self {
            Self::Bike => RELEASE_BIKE,
            Self::Treadmill => RELEASE_TREADMILL,
        }
    }

    /// No load at all.
    pub(super) const fn nothing(self) -> MachineLoad {
        match self {
            Self::Bike => MachineLoad::Power(Watts::ZERO),
            Self::Treadmill => MachineLoad::Belt {
                speed: MetresPerSecond::ZERO,
                grade: PercentGrade::ZERO,
            },
        }
    }

    /// The frame that sets this load, rounded down to what the machine resolves; below its minimum that is nothing. `None`
    /// for another kind of machine's load, and for a reverse or declining belt.
    pub(super) fn frame_of(self, load: &MachineLoad) -> Option<HostFrame> {
        let mut frame = HostFrame::new();
        match (self, *load) {
            (Self::Bike, MachineLoad::Power(power)) => {
                let watts = match power.get() {
                    0..POWER_MIN => 0,
                    watts => watts.min(POWER_MAX),
                };
                let power = Quantity::of_power(Watts::new(watts)?);
                frame.push_long(code::SET_POWER, &power.to_bytes()).ok()?;
            }
            (Self::Treadmill, MachineLoad::Belt { speed, grade }) => {
                let fastest = MetresPerSecond::from_kilometres_per_hour(SPEED_MAX)?;
                let mut speed = Quantity::of_speed(speed.min(fastest))?;
                if speed.value < SPEED_MIN_TENTHS {
                    speed.value = 0;
                }
                let grade = Quantity::of_grade(grade.min(PercentGrade::new(GRADE_MAX)?))?;
                frame.push_long(code::SET_SPEED, &speed.to_bytes()).ok()?;
                frame.push_long(code::SET_GRADE, &grade.to_bytes()).ok()?;
            }
            (Self::Bike, MachineLoad::Belt { .. }) | (Self::Treadmill, MachineLoad::Power(_)) => {
                return None;
            }
        }
        Some(frame)
    }
}

/// The load to begin with: a belt starts at its slowest, or slower.
pub(super) fn starting(load: MachineLoad) -> MachineLoad {
    let slowest = MetresPerSecond::from_kilometres_per_hour(SPEED_MIN);
    match (load, slowest) {
        (MachineLoad::Belt { speed, grade }, Some(slowest)) => MachineLoad::Belt {
            speed: speed.min(slowest),
            grade,
        },
        _ => load,
    }
}

fn power_range() -> Option<PowerRange> {
    Some(PowerRange {
        min: Watts::new(POWER_MIN)?,
        max: Watts::new(POWER_MAX)?,
        step: 1,
    })
}

fn belt_range() -> Option<BeltRange> {
    Some(BeltRange {
        min_speed: MetresPerSecond::from_kilometres_per_hour(SPEED_MIN)?,
        max_speed: MetresPerSecond::from_kilometres_per_hour(SPEED_MAX)?,
        max_grade: PercentGrade::new(GRADE_MAX)?,
        speed_step: 0.1 / 3.6,
        grade_step: 0.1,
    })
}

#[cfg(test)]
mod tests {
    use protocols::csafe::HostDecoder;
    use protocols::wire::{Decoder, Field};

    use super::*;

    fn commands(bytes: &[u8]) -> Vec<(u8, Vec<u8>)> {
        let mut commands = Vec::new();
        HostDecoder::new().feed(bytes, &mut |found| {
            let frame = found.content.expect("a good frame");
            commands.extend(frame.commands().map(|item| (item.code, item.data.to_vec())));
        });
        commands
    }

    #[test]
    fn release_bytes_are_good_frames_that_take_load_away_and_end_the_exercise() {
        assert_eq!(
            commands(CsafeProfile::Bike.release()),
            [
                (code::SET_POWER, vec![0, 0, 0x58]),
                (code::GO_FINISHED, vec![])
            ]
        );
        assert_eq!(
            commands(CsafeProfile::Treadmill.release()),
            [
                (code::SET_SPEED, vec![0, 0, 0x31]),
                (code::SET_GRADE, vec![0, 0, 0x4C]),
                (code::GO_FINISHED, vec![])
            ]
        );
    }

    #[test]
    fn power_is_kept_within_the_brake_and_goes_to_nothing_below_it() {
        let written = |watts: u16| {
            let load = MachineLoad::Power(Watts::new(watts).expect("a power"));
            let frame = CsafeProfile::Bike.frame_of(&load).expect("a frame");
            frame.report().expect("a field").power
        };
        let present = |watts: u16| Field::Present(Watts::new(watts).expect("a power"));
        assert_eq!(written(24), present(0));
        assert_eq!(written(25), present(25));
        assert_eq!(written(400), present(400));
        assert_eq!(written(401), present(400));
    }

    #[test]
    fn a_belt_is_rounded_down_and_stands_below_its_slowest() {
        let written = |speed: f64, grade: f64| {
            let load = MachineLoad::Belt {
                speed: MetresPerSecond::from_kilometres_per_hour(speed).expect("in range"),
                grade: PercentGrade::new(grade).expect("in range"),
            };
            CsafeProfile::Treadmill.frame_of(&load).map(|frame| {
                let mut buffer = [0; 32];
                commands(frame.encode(&mut buffer).expect("room"))
            })
        };
        let belt = |speed: u8, grade: u8| {
            Some(vec![
                (code::SET_SPEED, vec![speed, 0, 0x31]),
                (code::SET_GRADE, vec![grade, 0, 0x4C]),
            ])
        };
        assert_eq!(written(5.09, 2.59), belt(50, 25));
        assert_eq!(written(5.0, 2.5), belt(50, 25));
        assert_eq!(written(0.5, 0.0), belt(5, 0));
        assert_eq!(written(0.49, 0.0), belt(0, 0));
        assert_eq!(written(25.0, 20.0), belt(200, 150));
        assert_eq!(written(-1.0, 0.0), None);
        assert_eq!(written(1.0, -0.5), None);
    }

    #[test]
    fn another_kind_of_machines_load_is_not_written() {
        let power = MachineLoad::Power(Watts::ZERO);
        assert_eq!(CsafeProfile::Treadmill.frame_of(&power), None);
        let belt = CsafeProfile::Treadmill.nothing();
        assert_eq!(CsafeProfile::Bike.frame_of(&belt), None);
    }

    #[test]
    fn ranges_are_those_of_the_profile() {
        let bike = CsafeProfile::Bike.capabilities();
        assert!(bike.power.is_some() && bike.belt.is_none());
        let treadmill = CsafeProfile::Treadmill.capabilities();
        assert!(treadmill.power.is_none() && treadmill.belt.is_some());
        assert_eq!(treadmill.on_silence, OnSilence::KeepsLoad);
    }
}
