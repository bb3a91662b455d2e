//! A bench for the judging half: signals, rules, alarms, and a load that stands where the script puts it.

use core::time::Duration;

use control::alarms::Alarms;
use control::input::{Entry, HeartRateSource, Input};
use control::load_history::{LoadHistory, Lowered};
use control::outputs::AlarmChanges;
use control::prescription::{
    BoundSensors, BoutSetup, HeartRateLimits, Holding, Mode, PatientFacts, Prescription, Tuning,
};
use control::rules::values::{self, Limit, Values};
use control::rules::{LoadAct, Priority, RuleId, table};
use control::signals::Signals;
use control::situation::{Situation, Stimulus};
use control::supervisor::Supervisor;
use control::view::PhaseKind;
use protocols::vocabulary::{
    Absence, Averaging, BeatsPerMinute, Capabilities, Kilograms, LoadControl, MachineKind,
    MachineLoad, MachineReport, MachineState, MillimetresOfMercury, NetMets, OnSilence,
    OxygenSaturation, PowerRange, Quality, ReadBack, Reading, RevolutionsPerMinute, Slew,
    Timestamp, Watts,
};

use super::figures::{self, Due};

/// The station's judging half under a script.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Bench {
    pub(crate) now: Timestamp,
    pub(crate) bout: BoutSetup,
    pub(crate) situation: Situation,
    pub(crate) signals: Signals,
    pub(crate) supervisor: Supervisor,
    pub(crate) history: LoadHistory,
    pub(crate) alarms: Alarms,
    /// What changed among the alarms since the script last took it.
    pub(crate) changes: AlarmChanges,
    /// What each sensor says once a second; `None` is silence.
    pub(crate) strap: Option<Reading<BeatsPerMinute>>,
    pub(crate) pulse: Option<Reading<BeatsPerMinute>>,
    pub(crate) saturation: Option<Reading<OxygenSaturation>>,
    pub(crate) machine: Option<MachineReport>,
    /// The strap's number is one higher in every other second, as a heart's is: nothing stands still.
    pub(crate) beats: bool,
}

impl Bench {
    /// The same, with a heart rate that is held at 110.
    pub(crate) fn held() -> Self {
        Self::with(|bout| {
            bout.prescription.mode = Mode::HeartRateHeld {
                target: 110.0,
                assessed_gain: Some(10.0),
                assessed_rest: Some(70.0),
            };
        })
    }

    /// Conditioning at 3 METs, everything well.
    pub(crate) fn new() -> Self {
        Self::with(|_| {})
    }

    /// The same, with a setup of the script's own.
    pub(crate) fn with(change: impl FnOnce(&mut BoutSetup)) -> Self {
        let mut bout = setup();
        change(&mut bout);
        let now = Timestamp::from_secs(1_000);
        Self {
            now,
            signals: Signals::new(&bout),
            supervisor: Supervisor::new(),
            history: LoadHistory::EMPTY,
            alarms: Alarms::NONE,
            changes: AlarmChanges::default(),
            situation: situation(now),
            strap: Some(rate(100)),
            pulse: None,
            saturation: Some(percent(96)),
            machine: Some(report(80, 71)),
            beats: false,
            bout,
        }
    }

    pub(crate) fn heart_rate(&mut self, value: u16) -> &mut Self {
        self.strap = Some(rate(value));
        self
    }

    pub(crate) fn oxygen(&mut self, value: u8) -> &mut Self {
        self.saturation = Some(percent(value));
        self
    }

    pub(crate) fn granted(&mut self, load: f64) -> &mut Self {
        self.situation.granted = mets(load);
        self
    }

    pub(crate) fn phase(&mut self, phase: PhaseKind) -> &mut Self {
        self.situation.phase = phase;
        self.situation.phase_since = self.now;
        self.situation.exercising = matches!(
            phase,
            PhaseKind::WarmUp | PhaseKind::Conditioning | PhaseKind::CoolDown | PhaseKind::Paused
        );
        self
    }

    /// One second: every sensor that is not silent speaks, then nine ticks.
    pub(crate) fn second(&mut self) -> &mut Self {
        self.speak();
        for _ in 1..10 {
            self.now = self.now + Duration::from_millis(100);
            self.turn(&Input::Tick, Stimulus::Tick);
        }
        self.now = self.now + Duration::from_millis(100);
        self
    }

    pub(crate) fn seconds(&mut self, count: u64) -> &mut Self {
        for _ in 0..count {
            self.second();
        }
        self
    }

    /// Everything that speaks at the beginning of a second.
    pub(crate) fn speak(&mut self) {
        let sent_at = self.now;
        if let Some(reading) = self.strap {
            let higher = self.beats && !sent_at.as_secs().is_multiple_of(2);
            let said = match reading.value() {
                Some(value) if higher => rate(value.get() + 1),
                Some(_) | None => reading,
            };
            self.read_rate(HeartRateSource::Strap, said);
        }
        if let Some(reading) = self.pulse {
            self.read_rate(HeartRateSource::Oximeter, reading);
        }
        if let Some(reading) = self.saturation {
            self.turn(&Input::Saturation { reading, sent_at }, Stimulus::Signals);
        }
        if let Some(report) = self.machine {
            self.situation.machine_heard = Some(sent_at);
            self.turn(&Input::Machine { report, sent_at }, Stimulus::Machine);
        }
        self.turn(&Input::Tick, Stimulus::Tick);
    }

    /// One second in which the strap speaks so many times, and everything else once.
    pub(crate) fn strap_speaks(&mut self, times: u32) {
        let reading = self.strap;
        self.speak();
        for _ in 1..times {
            self.now = self.now + Duration::from_secs(1) / times;
            if let Some(reading) = reading {
                self.read_rate(HeartRateSource::Strap, reading);
            }
        }
        self.now = self.now + Duration::from_secs(1) / times;
    }

    pub(crate) fn read_rate(&mut self, source: HeartRateSource, reading: Reading<BeatsPerMinute>) {
        let input = Input::HeartRate {
            source,
            reading,
            sent_at: self.now,
        };
        self.turn(&input, Stimulus::Signals);
    }

    /// One turn, as the station does it.
    pub(crate) fn turn(&mut self, input: &Input, stimulus: Stimulus) {
        self.situation.now = self.now;
        self.situation.unacknowledged_since = self.alarms.unacknowledged_since();
        self.signals.take(self.now, input);
        self.history
            .push(self.now, self.situation.granted, Lowered::ForOtherReasons);
        self.supervisor.judge(
            &self.situation,
            stimulus,
            &mut self.signals,
            &self.history,
            Some(&self.bout),
        );
        let changes = self.alarms.update(
            self.now,
            self.supervisor.tells(),
            self.situation.record_whole,
        );
        self.changes.raised = self.changes.raised.union(changes.raised);
        self.changes.escalated = self.changes.escalated.union(changes.escalated);
        self.changes.acknowledged = self.changes.acknowledged.union(changes.acknowledged);
        self.changes.silenced = self.changes.silenced.union(changes.silenced);
        self.changes.cleared = self.changes.cleared.union(changes.cleared);
        self.changes.repeated = self.changes.repeated.union(changes.repeated);
        self.expect_nothing_that_is_off();
    }

    /// What the table says of a rule for this prescription.
    fn values(&self, rule: RuleId) -> Values {
        let bout = &self.bout;
        let machine = self.situation.capabilities.kind;
        values::of(table::row(rule), &bout.prescription, &bout.patient, machine)
    }

    /// A rule that is said to be off for this prescription never fires.
    fn expect_nothing_that_is_off(&self) {
        for rule in self.supervisor.in_force().iter() {
            assert_eq!(self.values(rule).off, None, "{rule}");
        }
    }

    /// A limit that is shown for this prescription is the one that the rule held its value against.
    pub(crate) fn expect_shown_limit(&self, rule: RuleId) {
        let told = self.supervisor.tells().find(|told| told.rule == rule);
        let used = told.and_then(|told| told.limit);
        let shown = self.values(rule).limit.and_then(|limit| match limit {
            Limit::Above(figure)
            | Limit::AtLeast(figure)
            | Limit::Below(figure)
            | Limit::AtMost(figure) => Some(figure),
            Limit::Pressure(..) | Limit::Longer(_) | Limit::After(_) => None,
        });
        if let (Some(used), Some(shown)) = (used, shown) {
            assert!((used - shown).abs() < 1e-9, "{rule}: {used}, not {shown}");
        }
    }

    pub(crate) fn enter(&mut self, entry: Entry) -> &mut Self {
        self.turn(&Input::Tick, Stimulus::Entry(entry));
        self
    }

    pub(crate) fn pressure(&mut self, systolic: u16, diastolic: u16) -> &mut Self {
        self.enter(pressure(systolic, diastolic, false))
    }

    pub(crate) fn acknowledge(&mut self, rule: RuleId) -> &mut Self {
        self.alarms.acknowledge(rule);
        self.supervisor.acknowledge(rule);
        self.turn(&Input::Tick, Stimulus::Surroundings);
        self
    }

    pub(crate) fn fires(&self, rule: RuleId) -> bool {
        self.supervisor.in_force().contains(rule)
    }

    pub(crate) fn act(&self, rule: RuleId) -> Option<LoadAct> {
        self.supervisor.standing(rule).0
    }

    pub(crate) fn tell(&self, rule: RuleId) -> Option<Priority> {
        self.supervisor.standing(rule).1
    }

    /// From now on the sensors say what they are set to. The rule's condition becomes true by the reading `true_after` seconds from
    /// now; each stage has to come at its time, and not a tick before.
    pub(crate) fn expect_stages(&mut self, rule: RuleId, true_after: u64) -> &mut Self {
        let denervated = self.bout.patient.denervated;
        self.expect_stages_from(rule, self.now + Duration::from_secs(true_after), denervated)
    }

    pub(crate) fn expect_stages_from(
        &mut self,
        rule: RuleId,
        first_true: Timestamp,
        denervated: bool,
    ) -> &mut Self {
        let stages = figures::stages(rule);
        for (reached, stage) in stages.iter().enumerate() {
            let due = first_true + Duration::from_secs(stage.after_for(denervated));
            let before = due.before(Duration::from_millis(100));
            while self.now < due {
                self.tenth();
                if self.now <= before {
                    self.expect_standing(rule, &stages[..reached]);
                }
            }
            self.tenth();
            self.expect_standing(rule, &stages[..=reached]);
        }
        self
    }

    /// Ticks on to the next whole second, where the sensors are about to speak.
    pub(crate) fn now_is_whole(&mut self) -> &mut Self {
        while !self.now.as_millis().is_multiple_of(1_000) {
            self.tenth();
        }
        self
    }

    /// The rule is over `after` seconds from now, and not a tick before.
    pub(crate) fn expect_end(&mut self, rule: RuleId, after: u64) -> &mut Self {
        let due = self.now + Duration::from_secs(after);
        while self.now < due {
            self.tenth();
            assert!(self.fires(rule), "{rule} ended early, at {:?}", self.now);
        }
        self.tenth();
        assert!(!self.fires(rule), "{rule} did not end");
        self
    }

    /// A tenth of a second: at a whole second the sensors speak first. Afterwards `now` is the next tenth.
    pub(crate) fn tenth(&mut self) {
        if self.now.as_millis().is_multiple_of(1_000) {
            self.speak();
        } else {
            self.turn(&Input::Tick, Stimulus::Tick);
        }
        self.now = self.now + Duration::from_millis(100);
    }

    fn expect_standing(&self, rule: RuleId, reached: &[Due]) {
        let act = reached.iter().filter_map(|stage| stage.load).max();
        let tell = reached.iter().filter_map(|stage| stage.tell).max();
        assert_eq!(
            self.supervisor.standing(rule),
            (act, tell),
            "{rule} before {:?}, {} stages due",
            self.now,
            reached.len()
        );
        assert_eq!(self.fires(rule), !reached.is_empty(), "{rule}");
        if reached.iter().any(|stage| stage.relay_opens) {
            assert!(self.supervisor.verdict().relay_open, "{rule}");
        }
        if let Some(told) = self.supervisor.tells().find(|told| told.rule == rule) {
            let latched = figures::is_latched(rule, reached);
            assert_eq!(told.latched, latched, "{rule} before {:?}", self.now);
        }
        self.expect_shown_limit(rule);
    }
}

pub(crate) fn rate(value: u16) -> Reading<BeatsPerMinute> {
    Reading::good(BeatsPerMinute::new(value).expect("in range"))
}

pub(crate) fn percent(value: u8) -> Reading<OxygenSaturation> {
    Reading::good(OxygenSaturation::new(value).expect("in range"))
}

pub(crate) fn flagged(value: u8, quality: Quality) -> Reading<OxygenSaturation> {
    Reading::Value {
        value: OxygenSaturation::new(value).expect("in range"),
        quality,
    }
}

pub(crate) fn no_finger() -> Reading<OxygenSaturation> {
    Reading::Missing(Absence::NoContact)
}

pub(crate) fn mets(load: f64) -> NetMets {
    NetMets::new(load).expect("in range")
}

pub(crate) fn report(watts: u16, cadence: u16) -> MachineReport {
    MachineReport {
        power: Watts::new(watts),
        cadence: RevolutionsPerMinute::new(cadence),
        ..MachineReport::of(MachineState::Running)
    }
}

pub(crate) fn pressure(systolic: u16, diastolic: u16, symptoms: bool) -> Entry {
    Entry::BloodPressure {
        systolic: MillimetresOfMercury::new(systolic).expect("in range"),
        diastolic: MillimetresOfMercury::new(diastolic).expect("in range"),
        symptoms,
    }
}

/// H 120, S 130, zone 96 to 112, floor 88; strap and oximeter bound.
fn setup() -> BoutSetup {
    BoutSetup {
        prescription: Prescription {
            mode: Mode::Constant { target: mets(3.0) },
            heart_rate: Some(HeartRateLimits {
                upper: 120.0,
                lower: 40.0,
                zone: Some((96.0, 112.0)),
                stop_margin: 10.0,
                icd_detection: None,
            }),
            saturation_floor: 88.0,
            heart_rate_required: true,
            saturation_required: true,
            warm_up_load: mets(1.5),
            ceiling: mets(6.0),
            ramp_up: 0.8,
            warm_up_ramp: 1.0,
            warm_up: Duration::from_mins(5),
            conditioning: Duration::from_mins(20),
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
            oximeter: true,
        },
        tuning: Tuning::DEFAULT,
        earlier: None,
    }
}

fn situation(now: Timestamp) -> Situation {
    Situation {
        now,
        phase: PhaseKind::Conditioning,
        phase_since: now,
        exercising: true,
        conditioning_over: false,
        target: Some(110.0),
        granted: mets(3.0),
        load_on: true,
        resting_heart_rate: None,
        at_minimum: false,
        at_cap: false,
        cool_down_load: mets(0.75),
        blood_pressure_due: None,
        watched: true,
        stop_circuit_open: false,
        fault: false,
        machine_heard: Some(now),
        capabilities: cycle(),
        told: Some(MachineLoad::Power(Watts::new(80).expect("in range"))),
        emergency: false,
        gym_closes: false,
        out_of_use: false,
        reported: None,
        response: None,
        unacknowledged_since: None,
        record_whole: true,
    }
}

/// A cycle that follows at 20 W a second, averages for a second and is asked each second.
pub(crate) fn cycle() -> Capabilities {
    Capabilities {
        kind: MachineKind::Cycle,
        control: LoadControl::Commanded,
        power: Some(PowerRange {
            min: Watts::new(10).expect("in range"),
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
            delay: Duration::from_secs(1),
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
