//! The heart-rate law alone, without supervision: the trial of `controllers.md` 4.1 whose traces and figures are printed there. The law
//! and the division of load are the core's own; what stands here is the trial's timing.

use std::time::Duration;

use control::actuation::{Actuation, Sent};
use control::controller::{Entering, FALL_PER_BEAT, HeartRateHeld, Moment, rise_per_beat};
use control::prescription::Mode;
use control::view::{PhaseKind, Reason};
use drivers::virtual_devices::patient::event::StepInfluence;
use drivers::virtual_devices::patient::{
    Exercise, PatientEvent, STEP_S, Sensors, VirtualPatient, cycle_net_mets, treadmill_net_mets,
};
use protocols::vocabulary::{MachineKind, MachineLoad, NetMets};

use super::fault::Fault;
use super::measures::{self, Measures, SAMPLE_S, Sample};
use super::session::{AlarmCounts, Observer, Outcome, Plan, Second};
use super::trial::CONDITIONING_RAMP;

/// A beat of the law, in seconds.
const BEAT_S: u32 = 5;
/// Rest is the mean of the readings from this second of ready on.
const REST_FROM_S: usize = 20;
/// The warm-up's mean is of so many seconds at its end.
const WARM_UP_MEAN_S: usize = 90;
/// Quarters of a second in a sample.
const SAMPLE_STEPS: usize = 20;

/// Runs one session with the law alone. `None` where the machine does not fit the patient, or nothing is held.
pub fn run(plan: &Plan, observer: &mut impl Observer) -> Option<Outcome> {
    let mut trial = Trial::of(plan)?;
    let times = &plan.times;
    let begins = times.ready_s.saturating_add(times.warm_up_s);
    let ends = begins.saturating_add(times.conditioning_s);
    for second in 0..ends {
        trial.live(second);
        let over = second.saturating_add(1);
        if over.is_multiple_of(BEAT_S) && second >= times.ready_s {
            trial.beat(second >= begins)?;
            if let Some(t_s) = over.checked_sub(begins)
                && t_s.is_multiple_of(SAMPLE_S)
            {
                trial.sample(t_s);
            }
        }
        observer.passed(&trial.second(over, times.ready_s, begins));
    }
    let parameters = &plan.parameters;
    Some(Outcome {
        measures: Measures::of(
            &trial.samples,
            times.conditioning_s,
            trial.target,
            parameters.gain_bpm_per_met * parameters.economy,
        ),
        alarms: AlarmCounts::default(),
        alarmed: Vec::new(),
        told: Vec::new(),
        steps: Vec::new(),
        lasted_s: ends,
        finished: true,
        not_lowered_at_s: None,
    })
}

struct Trial<'p> {
    plan: &'p Plan,
    events: Vec<PatientEvent>,
    target: f64,
    actuation: Actuation,
    patient: VirtualPatient,
    sensors: Sensors,
    /// One a second, where there was one.
    readings: Vec<Option<u16>>,
    law: Option<HeartRateHeld>,
    applied: f64,
    sent: Option<Sent>,
    watts: f64,
    speed: f64,
    grade: f64,
    rates: [(f64, f64); SAMPLE_STEPS],
    samples: Vec<Sample>,
}

impl<'p> Trial<'p> {
    fn of(plan: &'p Plan) -> Option<Self> {
        let setup = &plan.setup;
        let belt = setup.prescription.belt.as_ref();
        Some(Self {
            events: plan.faults.iter().filter_map(Fault::of_patient).collect(),
            target: plan.target()?,
            actuation: Actuation::new(&plan.machine, setup.patient.mass, belt)?,
            patient: VirtualPatient::new(plan.parameters, plan.seed),
            sensors: Sensors::new(&plan.parameters),
            readings: Vec::new(),
            law: None,
            applied: 0.0,
            sent: None,
            watts: 0.0,
            speed: 0.0,
            grade: 0.0,
            rates: [(plan.parameters.hr_rest_bpm, plan.parameters.hr_rest_bpm); SAMPLE_STEPS],
            samples: Vec::new(),
            plan,
        })
    }

    /// One second: four steps of the patient under the actuators as they are, then the strap's reading.
    fn live(&mut self, second: u32) {
        let influence = StepInfluence::of(&self.events, f64::from(second));
        let exercises = second >= self.plan.times.ready_s;
        for _ in 0..4 {
            self.move_actuators();
            let net = if exercises {
                self.net_mets(&influence)
            } else {
                0.0
            };
            self.patient
                .step(net + influence.extra_met, influence.gain_factor);
            let steps = self.patient.steps();
            self.sensors.observe(&self.patient, steps, &self.events);
            self.rates.rotate_left(1);
            if let Some(last) = self.rates.last_mut() {
                *last = (self.patient.heart_rate(), self.patient.mean_heart_rate());
            }
        }
        self.readings.push(self.sensors.readings().strap);
    }

    fn net_mets(&self, influence: &StepInfluence) -> f64 {
        let parameters = self.patient.parameters();
        if self.exercise() == Exercise::Treadmill {
            treadmill_net_mets(parameters, self.speed, self.grade / 100.0)
        } else if influence.pedalling_stopped {
            0.0
        } else {
            cycle_net_mets(parameters, self.watts)
        }
    }

    const fn exercise(&self) -> Exercise {
        match self.plan.machine.kind {
            MachineKind::Cycle => Exercise::Cycle,
            MachineKind::Treadmill => Exercise::Treadmill,
        }
    }

    fn move_actuators(&mut self) {
        let towards = |is: f64, told: f64, per_second: f64| {
            let most = per_second * STEP_S;
            is + (told - is).clamp(-most, most)
        };
        let slew = self.plan.machine.slew;
        match self.sent.map(|sent| sent.load) {
            Some(MachineLoad::Power(told)) => {
                self.watts = towards(self.watts, told.as_f64(), slew.watts_per_second);
            }
            Some(MachineLoad::Belt { speed, grade }) => {
                self.speed = towards(self.speed, speed.get(), slew.metres_per_second_squared);
                self.grade = towards(self.grade, grade.get(), slew.grade_percent_per_second);
            }
            None => {}
        }
    }

    /// A beat, whose command acts from the next second.
    fn beat(&mut self, conditioning: bool) -> Option<()> {
        if conditioning {
            if self.law.is_none() {
                self.law = Some(self.enter()?);
            }
            let moment = self.moment()?;
            if let Some(law) = self.law.as_mut() {
                self.applied = law.beat(&moment).want;
            }
        } else {
            let warm_up = self.plan.setup.prescription.warm_up_load.get();
            self.applied += (warm_up - self.applied).clamp(-FALL_PER_BEAT, FALL_PER_BEAT);
        }
        let differs = self.sent.is_none_or(|sent| {
            (self.applied - sent.asked.get()).abs() >= self.plan.setup.tuning.command_step
        });
        if differs || !conditioning {
            let asked = NetMets::new(self.applied)?;
            let load = self.actuation.load(asked, self.sent.as_ref());
            self.sent = Some(Sent { asked, load });
        }
        Some(())
    }

    fn enter(&self) -> Option<HeartRateHeld> {
        let Mode::HeartRateHeld {
            target,
            assessed_gain,
            assessed_rest,
        } = self.plan.setup.prescription.mode
        else {
            return None;
        };
        let ready = usize::try_from(self.plan.times.ready_s).ok()?;
        let warmed_up = ready.saturating_add(usize::try_from(self.plan.times.warm_up_s).ok()?);
        let tuning = &self.plan.setup.tuning;
        HeartRateHeld::enter(&Entering {
            target,
            assessed_gain,
            assessed_rest,
            rest: mean_of(self.readings.get(REST_FROM_S..ready)?, 11),
            warm_up_mean: mean_of(
                self.readings
                    .get(warmed_up.saturating_sub(WARM_UP_MEAN_S)..warmed_up)?,
                21,
            ),
            warm_up_load: self.plan.setup.prescription.warm_up_load.get(),
            applied: self.applied,
            irregular: self.plan.setup.patient.atrial_fibrillation,
            feed_forward: tuning.feed_forward,
            plausibility_factor: tuning.plausibility_factor,
            earlier: self.plan.setup.earlier,
        })
    }

    fn moment(&self) -> Option<Moment> {
        let law = self.law.as_ref()?;
        let most = self
            .actuation
            .most()
            .get()
            .min(self.plan.setup.prescription.ceiling.get())
            .min(law.plausibility_cap());
        let last_five = self.readings.get(self.readings.len().saturating_sub(5)..)?;
        let silent_for = self
            .readings
            .iter()
            .rev()
            .take_while(|reading| reading.is_none())
            .count();
        let spoke_for = self
            .readings
            .iter()
            .rev()
            .take_while(|reading| reading.is_some())
            .count();
        let seconds = |count: usize| Duration::from_secs(u64::try_from(count).unwrap_or(u64::MAX));
        Some(Moment {
            applied: self.applied,
            least: self.actuation.least().get(),
            most,
            rise: rise_per_beat(CONDITIONING_RAMP),
            measured: mean_of(last_five, 3),
            heart_rate_age: Some(seconds(silent_for)),
            trusted_for: seconds(spoke_for),
            elapsed: Duration::ZERO,
        })
    }

    fn sample(&mut self, t_s: u32) {
        let mean_of = |of: fn(&(f64, f64)) -> f64| {
            measures::mean(self.rates.iter().map(of)).unwrap_or(self.plan.parameters.hr_rest_bpm)
        };
        self.samples.push(Sample {
            t_s,
            true_rate: mean_of(|rates| rates.0),
            mean_rate: mean_of(|rates| rates.1),
            commanded: self
                .sent
                .map_or(0.0, |sent| self.actuation.net_mets(&sent.load).get()),
        });
    }

    fn second(&self, over: u32, ready_s: u32, begins: u32) -> Second {
        Second {
            t_s: over,
            phase: if over <= ready_s {
                PhaseKind::Ready
            } else if over <= begins {
                PhaseKind::WarmUp
            } else {
                PhaseKind::Conditioning
            },
            reading: self.sensors.readings().strap,
            mean_rate: self.patient.mean_heart_rate(),
            saturation: self.patient.saturation(),
            asked: self.applied,
            granted: self.applied,
            load: (self.watts, self.speed, self.grade),
            reason: Reason::AsProposed,
        }
    }
}

/// Mean of the readings that there are, where there are as many as `at_least`.
fn mean_of(readings: &[Option<u16>], at_least: usize) -> Option<f64> {
    let there = || readings.iter().flatten();
    (there().count() >= at_least)
        .then(|| measures::mean(there().map(|reading| f64::from(*reading))))
        .flatten()
}
