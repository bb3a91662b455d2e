//! A toy gym on a desk: a patient, a machine that follows, a screen, and a hand that moves them turn by turn.

use core::time::Duration;

use monitor::{
    AlarmChange, AlarmId, Author, Breach, Call, Charter, Entry, Invariant, Left, Monitor, Phase,
    Pulse, Ramp, Seen, Shown, Signal,
};
use protocols::vocabulary::{
    Averaging, BeatsPerMinute, BeltRange, Capabilities, Kilograms, LoadControl, MachineCommand,
    MachineKind, MachineLoad, MachineReport, MachineState, MetresPerSecond, NetMets, OnSilence,
    OxygenSaturation, PercentGrade, PowerRange, ReadBack, Reading, RevolutionsPerMinute, Slew,
    Timestamp, Watts,
};

use crate::toy::Core;

/// Everything that the tests move.
pub(crate) struct Desk {
    pub(crate) monitor: Monitor,
    pub(crate) now: Timestamp,
    pub(crate) phase: Phase,
    /// What the machine was last asked for, and does at once.
    pub(crate) asked: MachineLoad,
    /// What the machine does instead.
    pub(crate) gives: Option<MachineLoad>,
    /// The strap's heart rate; nothing where it is silent.
    pub(crate) heart_rate: Option<u16>,
    /// The oximeter's saturation; nothing where it is silent.
    pub(crate) saturation: Option<u8>,
    /// The machine answers.
    pub(crate) answers: bool,
    pub(crate) alarm_shown: Option<AlarmId>,
    /// Who makes the commands.
    pub(crate) author: Author,
    /// A core that answers by itself.
    pub(crate) core: Option<Core>,
    /// Commands have entries.
    pub(crate) journal: bool,
    heard: (Timestamp, Timestamp),
}

impl Desk {
    pub(crate) fn new(charter: &Charter) -> Self {
        let asked = match charter.machine.kind {
            MachineKind::Cycle => watts(0),
            MachineKind::Treadmill => belt(0.0, 0.0),
        };
        Self {
            monitor: Monitor::new(*charter),
            now: Timestamp::from_secs(100),
            phase: Phase::Ready,
            asked,
            gives: None,
            heart_rate: Some(80),
            saturation: Some(96),
            answers: true,
            alarm_shown: None,
            author: Author::Controller,
            core: None,
            journal: true,
            heard: (Timestamp::ZERO, Timestamp::ZERO),
        }
    }

    /// A bike whose patient has been at `load` for a while.
    pub(crate) fn cycling(charter: &Charter, load: u16) -> Self {
        let mut desk = Self::new(charter);
        desk.pass(2.0);
        desk.phase = Phase::WarmUp;
        desk.send(MachineCommand::Start(watts(20)));
        let mut at = 20;
        while at < load {
            desk.pass(5.0);
            at = (at + 2).min(load);
            desk.load(watts(at));
        }
        desk.phase = Phase::Conditioning;
        desk.pass(2.0);
        desk.assert_sound();
        desk
    }

    /// A belt whose patient has been walking at `speed` km/h for a while.
    pub(crate) fn walking(charter: &Charter, speed: f64) -> Self {
        let mut desk = Self::new(charter);
        desk.pass(2.0);
        desk.phase = Phase::WarmUp;
        desk.send(MachineCommand::Start(belt(1.0, 0.0)));
        let mut at = 1.0;
        while at < speed - 1e-9 {
            desk.pass(12.0);
            at += 0.1;
            desk.load(belt(at, 0.0));
        }
        desk.phase = Phase::Conditioning;
        desk.pass(2.0);
        desk.assert_sound();
        desk
    }

    /// Time passes, in tenths of a second: the clock ticks, sensors and machine speak each second.
    pub(crate) fn pass(&mut self, seconds: f64) {
        let end = self.now + Duration::from_secs_f64(seconds);
        while self.now < end {
            self.now = self.now + Duration::from_millis(100);
            if self.now.as_millis().is_multiple_of(1_000) {
                self.devices();
            }
            self.see(Seen::Tick);
        }
    }

    /// The strap's heart rate goes to `rate`, two a second.
    pub(crate) fn drift(&mut self, rate: u16) {
        while let Some(now) = self.heart_rate.filter(|&now| now < rate) {
            self.heart_rate = Some((now + 2).min(rate));
            self.pass(1.0);
        }
    }

    fn devices(&mut self) {
        if let Some(rate) = self.heart_rate {
            self.heart(Pulse::Strap, rate);
        }
        if let Some(percent) = self.saturation {
            self.see(Seen::Saturation {
                reading: Reading::good(OxygenSaturation::new(percent).expect("in range")),
                sent_at: self.now,
            });
        }
        if self.answers {
            self.report();
        }
    }

    pub(crate) fn heart(&mut self, source: Pulse, rate: u16) {
        self.see(Seen::HeartRate {
            source,
            reading: Reading::good(BeatsPerMinute::new(rate).expect("in range")),
            sent_at: self.now,
        });
    }

    /// The machine tells what it does.
    pub(crate) fn report(&mut self) {
        let mut report = MachineReport::of(MachineState::Running);
        match self.gives.unwrap_or(self.asked) {
            MachineLoad::Power(power) => {
                report.power = Some(power);
                report.cadence = Some(RevolutionsPerMinute::new(60).expect("in range"));
            }
            MachineLoad::Belt { speed, grade } => {
                (report.speed, report.grade) = (Some(speed), Some(grade));
            }
        }
        self.see(Seen::Machine {
            report,
            sent_at: self.now,
        });
    }

    /// One turn out of which nothing but leave comes.
    pub(crate) fn see(&mut self, input: Seen) {
        self.turn(input, |_| {});
    }

    /// A tick out of which a command comes, with its entry.
    pub(crate) fn send(&mut self, command: MachineCommand) {
        self.answer(Seen::Tick, command);
    }

    /// A tick out of which a load comes.
    pub(crate) fn load(&mut self, load: MachineLoad) {
        self.send(MachineCommand::SetLoad(load));
    }

    /// One turn out of which a command comes, with its entry.
    pub(crate) fn answer(&mut self, input: Seen, command: MachineCommand) {
        self.turn(input, |left| left.command = Some(command));
    }

    /// One turn that comes out as `change` makes it; a command gets its entry beforehand.
    pub(crate) fn turn(&mut self, input: Seen, change: impl FnOnce(&mut Left<'static>)) {
        if let Seen::HeartRate {
            reading: Reading::Value { .. },
            sent_at,
            ..
        } = input
        {
            self.heard.0 = sent_at;
        } else if let Seen::Saturation { sent_at, .. } = input {
            self.heard.1 = sent_at;
        }
        let mut left = Left::nothing(self.phase);
        left.leave_until = Some(self.now + Duration::from_millis(400));
        left.alarm_shown = self.alarm_shown;
        change(&mut left);
        if let Some(core) = &mut self.core {
            core.handle(self.now, input, &mut left);
            (self.phase, self.alarm_shown) = (left.phase, left.alarm_shown);
        }
        if left.entry.is_none() && self.journal {
            left.entry = Some(Entry {
                command: left.command,
                author: Some(self.author),
                values: true,
                alarms: true,
            });
        }
        match left.command {
            Some(MachineCommand::Start(load) | MachineCommand::SetLoad(load)) => self.asked = load,
            Some(MachineCommand::Stop | MachineCommand::EmergencyStop) => {
                self.asked = match self.asked {
                    MachineLoad::Power(_) => watts(0),
                    MachineLoad::Belt { .. } => belt(0.0, 0.0),
                };
            }
            None => {}
        }
        let shown = [
            self.shown(Signal::HeartRate, self.heard.0),
            self.shown(Signal::Saturation, self.heard.1),
        ];
        let left = Left {
            shown: if left.shown.is_empty() {
                &shown
            } else {
                left.shown
            },
            ..left
        };
        self.monitor.watch(&Call {
            now: self.now,
            input,
            left,
        });
    }

    fn shown(&self, signal: Signal, sent_at: Timestamp) -> Shown {
        Shown {
            signal,
            sent_at,
            live: sent_at > Timestamp::ZERO && self.now.since(sent_at) <= Duration::from_secs(3),
        }
    }

    /// A tick in which an alarm is raised, and shown from then on.
    pub(crate) fn raise(&mut self, changes: &'static [AlarmChange], shown: u16) {
        self.alarm_shown = Some(AlarmId(shown));
        self.turn(Seen::Tick, |left| left.alarms = changes);
    }

    pub(crate) fn breaches(&self) -> &[Breach] {
        self.monitor.breaches()
    }

    #[track_caller]
    pub(crate) fn assert_sound(&self) {
        assert_eq!(self.breaches(), &[], "at {} ms", self.now.as_millis());
    }

    /// One breach, of `invariant`, and in the newest call.
    #[track_caller]
    pub(crate) fn assert_now(&self, invariant: Invariant) {
        self.assert_at(invariant, self.now);
    }

    /// One breach, of `invariant`, at `at`.
    #[track_caller]
    pub(crate) fn assert_at(&self, invariant: Invariant, at: Timestamp) {
        let found: Vec<_> = self
            .breaches()
            .iter()
            .map(|breach| (breach.invariant, breach.at.as_millis()))
            .collect();
        assert_eq!(
            found,
            [(invariant, at.as_millis())],
            "{:?}",
            self.breaches()
        );
    }

    /// Breaches of `invariant` alone, the first of them within `within` seconds from `from`.
    #[track_caller]
    pub(crate) fn assert_within(&self, invariant: Invariant, from: Timestamp, within: [f64; 2]) {
        let first = self.breaches().first().expect("a breach");
        assert!(
            self.breaches()
                .iter()
                .all(|breach| breach.invariant == invariant),
            "{:?}",
            self.breaches()
        );
        let after = first.at.since(from).as_secs_f64();
        assert!(
            (within[0]..=within[1]).contains(&after),
            "{after} s after: {first}"
        );
    }
}

pub(crate) fn watts(value: u16) -> MachineLoad {
    MachineLoad::Power(Watts::new(value).expect("in range"))
}

/// A belt at so many km/h and per cent.
pub(crate) fn belt(kilometres_per_hour: f64, grade: f64) -> MachineLoad {
    MachineLoad::Belt {
        speed: MetresPerSecond::from_kilometres_per_hour(kilometres_per_hour).expect("in range"),
        grade: PercentGrade::new(grade).expect("in range"),
    }
}

pub(crate) fn per_minute(net_mets: f64) -> Ramp {
    Ramp::per_minute(net_mets).expect("in range")
}

fn machine(kind: MachineKind) -> Capabilities {
    let speed = |value| MetresPerSecond::from_kilometres_per_hour(value).expect("in range");
    Capabilities {
        kind,
        control: LoadControl::Commanded,
        power: (kind == MachineKind::Cycle).then(|| PowerRange {
            min: Watts::new(20).expect("in range"),
            max: Watts::new(250).expect("in range"),
            step: 1,
        }),
        belt: (kind == MachineKind::Treadmill).then(|| BeltRange {
            min_speed: speed(1.0),
            max_speed: speed(12.0),
            max_grade: PercentGrade::new(15.0).expect("in range"),
            speed_step: 0.1 / 3.6,
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
        on_silence: OnSilence::KeepsLoad,
        reads: ReadBack {
            power: kind == MachineKind::Cycle,
            cadence: kind == MachineKind::Cycle,
            speed: kind == MachineKind::Treadmill,
            grade: kind == MachineKind::Treadmill,
        },
    }
}

fn charter(kind: MachineKind) -> Charter {
    Charter {
        requires_heart_rate: true,
        requires_saturation: true,
        heart_rate_limit: BeatsPerMinute::new(120),
        heart_rate_stop: BeatsPerMinute::new(130),
        saturation_floor: OxygenSaturation::new(88),
        ..Charter::new(
            machine(kind),
            Kilograms::new(80.0).expect("in range"),
            NetMets::new(5.0).expect("in range"),
            per_minute(1.0),
        )
    }
}

/// 80 kg on a bike: 1 MET a minute is 25.9 W a minute, 2.16 W a beat; 5 METs are 103 W.
pub(crate) fn bike() -> Charter {
    charter(MachineKind::Cycle)
}

/// 80 kg on a belt: 0.1 km/h on the flat is 0.048 METs, 1 MET a minute is 2.1 km/h a minute.
pub(crate) fn treadmill() -> Charter {
    charter(MachineKind::Treadmill)
}
