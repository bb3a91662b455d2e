//! Short plays that lead where chance hardly does: each takes the station over with a patient of its own, and plays on from any state.

use std::time::Duration;

use control::input::{Action, Entry};
use control::prescription::{BoutSetup, Mode};
use control::view::PhaseKind;
use proptest::prelude::*;
use protocols::vocabulary::{MillimetresOfMercury, number};

use crate::bench::{constant, mets};
use crate::properties::Watched;

/// What is played.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Scene {
    /// A belt is stopped late in conditioning by somebody who comes after its time, in the first call of many seconds, and goes on.
    PastTheEnd,
    /// Nobody takes the blood pressure that is due.
    PressureForgotten,
    /// Blood pressure is lower at a higher load than at a lower one, and than at rest.
    PressureDrops,
    /// Pulse pressure narrows while load rises.
    PulsePressureNarrows,
    /// The heart does not answer load at all.
    Unmoved,
    /// The heart is over its target at the least load.
    OverTarget,
    /// The heart is under its target at the greatest load.
    UnderTarget,
    /// The strap repeats one number while load is level.
    Stuck,
    /// The patient pedals at so many turns a minute.
    Pedals(u16),
}

pub(crate) fn scene() -> impl Strategy<Value = Scene> {
    prop::sample::select(vec![
        Scene::PastTheEnd,
        Scene::PressureForgotten,
        Scene::PressureDrops,
        Scene::PulsePressureNarrows,
        Scene::Unmoved,
        Scene::OverTarget,
        Scene::UnderTarget,
        Scene::Stuck,
        Scene::Pedals(0),
        Scene::Pedals(25),
        Scene::Pedals(35),
    ])
}

type Played = Result<(), String>;

impl Watched {
    pub(crate) fn play(&mut self, scene: Scene) -> Played {
        match scene {
            Scene::PastTheEnd => self.past_the_end(),
            Scene::PressureForgotten => self.pressure_forgotten(),
            Scene::PressureDrops => self.pressure_drops(),
            Scene::PulsePressureNarrows => self.pulse_pressure_narrows(),
            Scene::Unmoved => self.unmoved(),
            Scene::OverTarget => self.over_target(),
            Scene::UnderTarget => self.under_target(),
            Scene::Stuck => self.stuck(),
            Scene::Pedals(cadence) => self.pedals(cadence),
        }
    }

    /// Whoever is there leaves, and a patient comes for whom this is ordered; up to the check at the door.
    fn receive(&mut self, change: impl FnOnce(&mut BoutSetup)) -> Played {
        self.act(Action::Stop)?;
        self.mend()?;
        self.wait(150)?;
        self.act(Action::AcknowledgeAll)?;
        self.wait(60)?;
        self.act(Action::Finish)?;
        let mut setup = self.case.setup;
        let ordered = &mut setup.prescription;
        ordered.mode = constant();
        ordered.ceiling = mets(6.0);
        ordered.ramp_up = 6.0;
        ordered.warm_up_ramp = 6.0;
        ordered.warm_up = Duration::from_secs(20);
        ordered.conditioning = Duration::from_mins(10);
        ordered.blood_pressure_interval = None;
        setup.patient.atrial_fibrillation = false;
        setup.patient.lung_disease = false;
        if let Some(limits) = setup.prescription.heart_rate.as_mut() {
            limits.icd_detection = None;
        }
        change(&mut setup);
        self.act(Action::Begin(setup))?;
        self.act(Action::DoorChecked)
    }

    fn start(&mut self) -> Played {
        self.act(Action::ConfirmStart)?;
        self.wait(650)
    }

    /// Lets time pass until conditioning is there, or two minutes.
    fn wait_for_conditioning(&mut self) -> Played {
        for _ in 0..120 {
            if self.bench.station.phase() == PhaseKind::Conditioning {
                break;
            }
            self.wait(10)?;
        }
        Ok(())
    }

    fn pressure(&mut self, systolic: u16, diastolic: u16) -> Played {
        let entry = Entry::BloodPressure {
            systolic: MillimetresOfMercury::new(systolic).expect("in range"),
            diastolic: MillimetresOfMercury::new(diastolic).expect("in range"),
            symptoms: false,
        };
        self.act(Action::Enter(entry))
    }

    fn past_the_end(&mut self) -> Played {
        self.receive(|setup| setup.prescription.conditioning = Duration::from_secs(100))?;
        self.start()?;
        self.wait_for_conditioning()?;
        self.wait(900)?;
        self.bench.tenths += 300;
        self.act(Action::Stop)?;
        self.nurse()?;
        self.wait(60)
    }

    fn pressure_forgotten(&mut self) -> Played {
        self.receive(|setup| {
            setup.prescription.blood_pressure_interval = Some(Duration::from_mins(1));
        })?;
        self.start()?;
        self.wait(2_000)
    }

    fn pressure_drops(&mut self) -> Played {
        self.receive(|_| {})?;
        self.pressure(120, 80)?;
        self.start()?;
        self.pressure(150, 80)?;
        self.wait_for_conditioning()?;
        self.wait(600)?;
        self.pressure(119, 79)
    }

    fn pulse_pressure_narrows(&mut self) -> Played {
        self.receive(|setup| setup.prescription.ramp_up = 1.0)?;
        self.start()?;
        self.pressure(150, 80)?;
        self.wait_for_conditioning()?;
        self.wait(300)?;
        self.pressure(150, 95)
    }

    fn unmoved(&mut self) -> Played {
        self.receive(|_| {})?;
        self.bench.gain = 0.0;
        self.start()?;
        self.wait(4_500)
    }

    /// The heart rate is to be held there, with no more load than so much.
    fn receive_held(&mut self, target: f64, ceiling: f64) -> Played {
        self.receive(|setup| {
            setup.prescription.mode = Mode::HeartRateHeld {
                target,
                assessed_gain: Some(10.0),
                assessed_rest: Some(70.0),
            };
            setup.prescription.ceiling = mets(ceiling);
        })
    }

    fn over_target(&mut self) -> Played {
        self.receive_held(85.0, 6.0)?;
        self.bench.gain = 0.0;
        self.start()?;
        self.wait_for_conditioning()?;
        self.slide(95)?;
        self.wait(3_600)
    }

    fn under_target(&mut self) -> Played {
        self.receive_held(120.0, 2.0)?;
        self.start()?;
        self.wait_for_conditioning()?;
        self.wait(3_000)
    }

    fn stuck(&mut self) -> Played {
        self.receive(|_| {})?;
        self.start()?;
        self.wait_for_conditioning()?;
        self.wait(900)?;
        let shown = self.bench.station.view().heart_rate.value;
        self.bench.stuck = shown.and_then(number::floor_to_u16);
        self.wait(700)
    }

    fn pedals(&mut self, cadence: u16) -> Played {
        self.receive(|_| {})?;
        self.start()?;
        self.wait_for_conditioning()?;
        self.wait(300)?;
        self.bench.machine.cadence = cadence;
        self.wait(150)
    }
}
