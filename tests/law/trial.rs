//! One session of the trial with the law alone: its timing and its actuators are those of `controllers.md` 4.1.

use std::time::Duration;

use control::actuation::{Actuation, Sent};
use control::controller::{Entering, HeartRateHeld, Moment, rise_per_beat};
use control::prescription::BeltPreference;
use control::situation::Response;
use drivers::virtual_devices::patient::{
    Condition, DrawnPatient, Exercise, ReferencePrescription, Sensors, VirtualPatient,
    cycle_net_mets, treadmill_net_mets,
};
use protocols::vocabulary::{
    Averaging, BeltRange, Capabilities, Kilograms, LoadControl, MachineKind, MachineLoad,
    MetresPerSecond, NetMets, OnSilence, PercentGrade, PowerRange, ReadBack, Slew, Watts,
};

pub(crate) const CONDITIONING_FROM: u64 = 360;
const CONDITIONING_TO: u64 = 2160;

/// One beat.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    /// Seconds since the start of conditioning.
    pub t: u64,
    pub mean: f64,
    pub reading: u16,
    /// The law's load after the beat.
    pub load: f64,
    /// The net METs of what was sent last, rounded as it was sent.
    pub sent: f64,
    /// Watts, or speed and grade, that are on: what the beat commands acts from the next second.
    pub machine: (f64, f64),
    /// Mean over 5 s of the true heart rate, and of it without variability.
    pub h5: f64,
    pub m5: f64,
}

/// What a second of a session looked like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Second {
    /// What the strap said.
    pub heart_rate: u16,
    /// What the oximeter said.
    pub saturation: u16,
    /// Heart rate without variability.
    pub mean: f64,
    /// What is known of the heart's answer to load.
    pub response: Response,
    /// The law's load.
    pub load: f64,
}

/// The measures of `controllers.md` section 4 that are printed under a trace.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Figures {
    pub rmse: f64,
    pub rmse_of_mean: f64,
    pub control_power: f64,
    pub overshoot_of_mean: f64,
    pub settled_at: Option<u64>,
}

/// One session.
pub(crate) struct Trial {
    drawn: DrawnPatient,
    prescription: ReferencePrescription,
    actuation: Actuation,
    patient: VirtualPatient,
    sensors: Sensors,
    readings: Vec<u16>,
    seconds: Vec<Second>,
    law: Option<HeartRateHeld>,
    applied: f64,
    sent: Option<Sent>,
    /// What the machine really does: watts, or speed and grade in per cent.
    watts: f64,
    speed: f64,
    grade: f64,
}

impl Trial {
    pub(crate) fn of(condition: Condition, seed: u64, exercise: Exercise) -> Self {
        let drawn = condition.draw(seed);
        let prescription = ReferencePrescription::of(&drawn, exercise);
        let preferred = MetresPerSecond::new(prescription.preferred_speed_m_s).expect("in range");
        let preference = BeltPreference {
            preferred_speed: preferred,
            max_speed: preferred,
            max_grade: PercentGrade::new(12.0).expect("in range"),
        };
        let mass = Kilograms::new(drawn.parameters.mass_kg).expect("in range");
        let actuation = Actuation::new(&machine(exercise), mass, Some(&preference))
            .expect("the reference machine fits");
        Self {
            prescription,
            actuation,
            patient: VirtualPatient::new(drawn.parameters, seed),
            sensors: Sensors::new(&drawn.parameters),
            drawn,
            readings: Vec::new(),
            seconds: Vec::new(),
            law: None,
            applied: 0.0,
            sent: None,
            watts: 0.0,
            speed: 0.0,
            grade: 0.0,
        }
    }

    /// The same patient and the same order on another day: other variability, and a heart that answers so many times as strongly.
    pub(crate) fn on_another_day(mut self, day: u64, answers: f64) -> Self {
        let mut parameters = self.drawn.parameters;
        parameters.gain_bpm_per_met *= answers;
        self.patient = VirtualPatient::new(parameters, self.drawn.seed + day);
        self
    }

    pub(crate) fn run(mut self) -> (Vec<Row>, Figures) {
        let mut rows = Vec::new();
        let (mut true_rates, mut means) = (Vec::new(), Vec::new());
        for second in 0..CONDITIONING_TO {
            self.live(second, &mut true_rates, &mut means);
            if (second + 1) % 5 != 0 || second < 60 {
                continue;
            }
            self.beat(second);
            if second + 1 >= CONDITIONING_FROM {
                rows.push(Row {
                    t: second + 1 - CONDITIONING_FROM,
                    mean: self.patient.mean_heart_rate(),
                    reading: *self.readings.last().expect("one a second"),
                    load: self.applied,
                    sent: self
                        .sent
                        .map_or(0.0, |sent| self.actuation.net_mets(&sent.load).get()),
                    machine: (self.watts + self.speed, self.grade),
                    h5: mean_of_last(&true_rates, 20),
                    m5: mean_of_last(&means, 20),
                });
            }
        }
        let figures = self.figures(&rows);
        (rows, figures)
    }

    /// The session second by second, up to the end of conditioning.
    pub(crate) fn seconds(mut self) -> Vec<Second> {
        let (mut true_rates, mut means) = (Vec::new(), Vec::new());
        for second in 0..CONDITIONING_TO {
            self.live(second, &mut true_rates, &mut means);
            self.note();
            if (second + 1) % 5 == 0 && second >= 60 {
                self.beat(second);
            }
        }
        self.seconds
    }

    fn note(&mut self) {
        let readings = self.sensors.readings();
        let response = match &self.law {
            Some(law) => Response {
                gain: law.gain(),
                rest: law.rest(),
            },
            None => Response {
                gain: self.drawn.assessment.assessed_gain_bpm_per_met,
                rest: mean_of(
                    &self.readings[self.readings.len().min(60) / 3..self.readings.len().min(60)],
                ),
            },
        };
        self.seconds.push(Second {
            heart_rate: readings.strap.expect("no fault"),
            saturation: readings.saturation.expect("no fault"),
            mean: self.patient.mean_heart_rate(),
            response,
            load: self.applied,
        });
    }

    /// One second: four steps of the patient under the actuators as they are, then the strap's reading.
    fn live(&mut self, second: u64, true_rates: &mut Vec<f64>, means: &mut Vec<f64>) {
        for _ in 0..4 {
            self.move_actuators();
            let net = self.net_mets(second);
            self.patient.step(net, 1.0);
            let steps = self.patient.steps();
            self.sensors.observe(&self.patient, steps, &[]);
            true_rates.push(self.patient.heart_rate());
            means.push(self.patient.mean_heart_rate());
        }
        self.readings
            .push(self.sensors.readings().strap.expect("no fault"));
    }

    fn net_mets(&self, second: u64) -> f64 {
        if second < 60 {
            return 0.0;
        }
        let parameters = self.patient.parameters();
        if matches!(self.actuation, Actuation::Treadmill(_)) {
            treadmill_net_mets(parameters, self.speed, self.grade / 100.0)
        } else {
            cycle_net_mets(parameters, self.watts)
        }
    }

    fn move_actuators(&mut self) {
        let towards = |is: f64, told: f64, most: f64| is + (told - is).clamp(-most, most);
        match self.sent.map(|sent| sent.load) {
            Some(MachineLoad::Power(told)) => {
                self.watts = towards(self.watts, told.as_f64(), 20.0 * 0.25);
            }
            Some(MachineLoad::Belt { speed, grade }) => {
                self.speed = towards(self.speed, speed.get(), 0.1 * 0.25);
                self.grade = towards(self.grade, grade.get(), 0.5 * 0.25);
            }
            None => {}
        }
    }

    fn beat(&mut self, second: u64) {
        let conditioning = second >= CONDITIONING_FROM;
        let warm_up = self.prescription.warm_up_met;
        if conditioning {
            if self.law.is_none() {
                self.law = Some(self.enter());
            }
            let moment = self.moment();
            let law = self.law.as_mut().expect("made above");
            self.applied = law.beat(&moment).want;
        } else {
            self.applied += (warm_up - self.applied).clamp(-0.25, 0.25);
        }
        let differs = self
            .sent
            .is_none_or(|sent| (self.applied - sent.asked.get()).abs() >= 0.05);
        if differs || !conditioning {
            let asked = NetMets::new(self.applied).expect("in range");
            let load = self.actuation.load(asked, self.sent.as_ref());
            self.sent = Some(Sent { asked, load });
        }
    }

    fn enter(&self) -> HeartRateHeld {
        HeartRateHeld::enter(&Entering {
            target: f64::from(self.prescription.target_bpm),
            assessed_gain: Some(self.drawn.assessment.assessed_gain_bpm_per_met),
            assessed_rest: Some(self.drawn.assessment.assessed_rest_bpm),
            rest: Some(mean_of(&self.readings[20..60])),
            warm_up_mean: Some(mean_of(&self.readings[270..360])),
            warm_up_load: self.prescription.warm_up_met,
            applied: self.applied,
            irregular: false,
            feed_forward: 0.7,
            plausibility_factor: 1.3,
            earlier: None,
        })
        .expect("it was assessed")
    }

    fn moment(&self) -> Moment {
        let law = self.law.as_ref().expect("entered");
        let most = self
            .actuation
            .most()
            .get()
            .min(self.prescription.max_met)
            .min(law.plausibility_cap());
        Moment {
            applied: self.applied,
            least: self.actuation.least().get(),
            most,
            rise: rise_per_beat(1.0),
            measured: Some(mean_of(&self.readings[self.readings.len() - 5..])),
            heart_rate_age: Some(Duration::ZERO),
            trusted_for: Duration::from_mins(10),
            elapsed: Duration::ZERO,
        }
    }

    fn figures(&self, rows: &[Row]) -> Figures {
        let target = f64::from(self.prescription.target_bpm);
        let gain = self.drawn.parameters.gain_bpm_per_met * self.drawn.parameters.economy;
        let window: Vec<&Row> = rows.iter().filter(|row| row.t > 300).collect();
        let root_mean_square = |values: Vec<f64>| {
            let squares: Vec<f64> = values.iter().map(|value| value * value).collect();
            mean_of(&squares).sqrt()
        };
        let moves: Vec<f64> = rows
            .windows(2)
            .filter(|pair| pair[1].t > 300)
            .map(|pair| gain * (pair[1].sent - pair[0].sent))
            .map(|step| step * step)
            .collect();
        Figures {
            rmse: root_mean_square(window.iter().map(|row| target - row.h5).collect()),
            rmse_of_mean: root_mean_square(window.iter().map(|row| target - row.m5).collect()),
            control_power: mean_of(&moves),
            overshoot_of_mean: rows
                .iter()
                .filter(|row| row.t > 0)
                .map(|row| row.m5 - target)
                .fold(f64::MIN, f64::max),
            settled_at: settled_at(rows, target),
        }
    }
}

/// First t at which the mean has been within 5 of the target for 120 s, minus 120.
fn settled_at(rows: &[Row], target: f64) -> Option<u64> {
    let mut since = None;
    for row in rows.iter().filter(|row| row.t > 0) {
        if (row.m5 - target).abs() <= 5.0 {
            // A sample is of the 5 s before its t.
            let first = *since.get_or_insert(row.t - 5);
            if row.t - first >= 120 {
                return Some(row.t - 120);
            }
        } else {
            since = None;
        }
    }
    None
}

fn mean_of<T: Copy + Into<f64>>(values: &[T]) -> f64 {
    let sum: f64 = values.iter().map(|value| (*value).into()).sum();
    let count = u32::try_from(values.len()).expect("a session is short");
    sum / f64::from(count)
}

fn mean_of_last(values: &[f64], count: usize) -> f64 {
    mean_of(&values[values.len() - count..])
}

fn machine(exercise: Exercise) -> Capabilities {
    Capabilities {
        kind: match exercise {
            Exercise::Cycle => MachineKind::Cycle,
            Exercise::Treadmill => MachineKind::Treadmill,
        },
        control: LoadControl::Commanded,
        power: Some(PowerRange {
            min: Watts::new(1).expect("in range"),
            max: Watts::new(1_000).expect("in range"),
            step: 1,
        }),
        belt: Some(BeltRange {
            min_speed: MetresPerSecond::new(0.5 / 3.6).expect("in range"),
            max_speed: MetresPerSecond::new(5.0).expect("in range"),
            max_grade: PercentGrade::new(25.0).expect("in range"),
            speed_step: 1.0 / 36.0,
            grade_step: 0.5,
        }),
        slew: Slew {
            watts_per_second: 20.0,
            metres_per_second_squared: 0.1,
            grade_percent_per_second: 0.5,
        },
        averaging: Averaging {
            delay: Duration::ZERO,
        },
        poll_interval: Duration::from_secs(1),
        on_silence: OnSilence::NoLoad,
        reads: ReadBack::default(),
    }
}
