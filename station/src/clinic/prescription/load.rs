//! Loads in the core's terms: from watts, or speed and grade, to net METs for this patient; and whether they fit one another.

use std::time::Duration;

use control::prescription::{BeltPreference, Mode};
use protocols::vocabulary::{Kilograms, MachineKind, MetresPerSecond, NetMets};

use super::conditioning::{Conditioning, Rhythm};
use super::heart_rate::Foretold;
use super::identity::Identity;
use super::setting::{CEILING, Keys, RECOVERY, SPEED, Setting, TARGET, WARM_UP, WORK};
use super::words::{ControlMode, RiskClass};
use crate::clinic::equations;
use crate::clinic::patient::Known;
use crate::config::kind::{Above, Whole};
use crate::config::section::Section;

/// Least load of a belt that moves, in net METs (`controllers.md` 3.4).
const LEAST_OF_BELT: f64 = 0.5;

/// Least load of a cycle that is pedalled, in net METs: unloaded pedalling.
const LEAST_OF_CYCLE: f64 = 1.0;

/// A test's METs are written to a tenth.
const ROUNDED: f64 = 0.05;

/// Cadence below which load does not rise, where none is written, in revolutions a minute.
const CADENCE_LOW: u32 = 40;

/// All that a prescription says of load.
#[derive(Debug, Clone)]
pub(super) struct Loads {
    /// The mode; `None` where a heart rate leads the load.
    pub(super) mode: Option<Mode>,
    /// The rhythm of intervals by heart rate.
    pub(super) rhythm: Option<Rhythm>,
    pub(super) warm_up: NetMets,
    pub(super) ceiling: NetMets,
    pub(super) ramp_up: f64,
    pub(super) warm_up_ramp: f64,
    pub(super) cadence_low: u16,
    pub(super) belt: Option<BeltPreference>,
    /// The load of conditioning, for people.
    pub(super) words: String,
    /// The ceiling, for people.
    pub(super) ceiling_words: String,
}

/// What the reading of loads rests on.
#[derive(Clone, Copy)]
pub(super) struct Context<'c, 's, 't> {
    pub(super) section: &'c Section<'s, 't>,
    pub(super) machine: MachineKind,
    pub(super) mode: ControlMode,
    /// `None` where the patient's own lines are wrong: loads are read then, and not priced.
    mass: Option<Kilograms>,
}

/// A load with its cost for this patient.
#[derive(Debug, Clone, Copy)]
pub(super) struct Priced {
    pub(super) setting: Setting,
    pub(super) net: NetMets,
}

impl Loads {
    /// A ceiling above what the patient was seen to bear is a slip of the pen, or needs a test first (`supervision.md`, hazard U11).
    pub(super) fn check_against_peak(
        &self,
        section: &Section<'_, '_>,
        machine: MachineKind,
        peak_mets: f64,
    ) {
        let ceiling = equations::gross(self.ceiling);
        if ceiling > peak_mets + ROUNDED {
            section.findings().mistake(
                &section.place(CEILING.leading(machine)),
                format!(
                    "{} is above the end of the test, peak_mets = {peak_mets}",
                    self.ceiling_words
                ),
                "write a ceiling at the peak of the test or below, or the METs of a later test",
            );
        }
    }

    /// `None` where anything that it rests on is missing or wrong: it has been noted then.
    pub(super) fn read(
        section: &Section<'_, '_>,
        machine: Option<MachineKind>,
        mode: Option<ControlMode>,
        identity: &Identity,
        known: Option<&Known>,
        (warm_up_for, conditioning_for): (Duration, Option<Duration>),
        foretold: Option<Foretold>,
    ) -> Option<Self> {
        let (Some(machine), Some(mode)) = (machine, mode) else {
            excuse_keys(section);
            return None;
        };
        let context = Context {
            section,
            machine,
            mode,
            mass: known.map(|known| known.facts.mass),
        };
        let ramp_up = context.read_ramp(RAMP_UP, identity.risk, true);
        let warm_up_ramp = if section.has(WARM_UP_RAMP.power) || section.has(WARM_UP_RAMP.belt) {
            context.read_ramp(WARM_UP_RAMP, identity.risk, false)
        } else {
            ramp_up
        };
        let warm_up = context.price(WARM_UP);
        let ceiling = context.price(CEILING);
        let conditioning = Conditioning::read(&context);
        let cadence_low = context.read_cadence();
        let belt = context.read_belt(ceiling, conditioning);
        context.check_ceiling(ceiling);
        if let Some(warm_up) = warm_up {
            context.check_within(WARM_UP, warm_up, ceiling);
            context.check_warm_up_reached(warm_up, warm_up_ramp, warm_up_for);
        }
        let conditioning = conditioning?;
        let ramp = (ramp_up, conditioning_for);
        conditioning.check(&context, warm_up, ceiling, ramp, foretold);
        let (warm_up, ceiling) = (warm_up?, ceiling?);
        Some(Self {
            mode: conditioning.mode(),
            rhythm: conditioning.rhythm_by_heart_rate(),
            warm_up: warm_up.net,
            ceiling: ceiling.net,
            ramp_up: ramp_up?,
            warm_up_ramp: warm_up_ramp?,
            cadence_low: cadence_low?,
            belt: belt.ok()?,
            words: conditioning.words(warm_up),
            ceiling_words: ceiling.as_ceiling(),
        })
    }
}

/// Where machine or mode are not known, no key of a load can be judged, and none is called unknown.
fn excuse_keys(section: &Section<'_, '_>) {
    for keys in [WARM_UP, TARGET, CEILING, WORK, RECOVERY] {
        section.excuse([keys.power, keys.speed, keys.grade]);
    }
    for keys in [RAMP_UP, WARM_UP_RAMP] {
        section.excuse([keys.power, keys.belt]);
    }
    section.excuse([
        "target_mets",
        "work_s",
        "recovery_s",
        "repeats",
        "cadence_low_rpm",
        "preferred_speed_km_h",
    ]);
}

/// The keys of a ramp.
#[derive(Clone, Copy)]
struct RampKeys {
    power: &'static str,
    belt: &'static str,
}

const RAMP_UP: RampKeys = RampKeys {
    power: "ramp_up_w_per_min",
    belt: "ramp_up_km_h_per_min",
};

const WARM_UP_RAMP: RampKeys = RampKeys {
    power: "warm_up_ramp_w_per_min",
    belt: "warm_up_ramp_km_h_per_min",
};

impl Context<'_, '_, '_> {
    /// Reads a load and says what it costs.
    pub(super) fn price(&self, keys: Keys) -> Option<Priced> {
        let setting = Setting::read(self.section, keys, self.machine)?;
        let net = setting.net_mets(self.mass?);
        if net.is_none() {
            self.section.findings().mistake(
                &self.section.place(keys.leading(self.machine)),
                format!("{} is more than 30 METs for this patient", setting.words()),
                "write a load that a patient can do",
            );
        }
        Some(Priced { setting, net: net? })
    }

    /// A load that goes beyond the ceiling in power, speed or grade, with both figures.
    pub(super) fn check_within(&self, keys: Keys, load: Priced, ceiling: Option<Priced>) {
        let Some(ceiling) = ceiling else { return };
        if !load.setting.is_within(ceiling.setting) {
            let key = keys.leading(self.machine);
            self.section.findings().mistake(
                &self.section.place(key),
                format!(
                    "{key} asks for {}, above the ceiling of {}",
                    load.setting.words(),
                    ceiling.setting.words()
                ),
                "write a load at the ceiling or below, or have the ceiling raised",
            );
        }
    }

    /// METs a minute, from watts or km/h a minute; by risk class where none are written.
    fn read_ramp(&self, keys: RampKeys, risk: Option<RiskClass>, defaults: bool) -> Option<f64> {
        let (key, other, by_risk, most, unit) = match self.machine {
            MachineKind::Cycle => (
                keys.power,
                keys.belt,
                risk.map(RiskClass::cycle_ramp),
                600.0,
                "W each minute",
            ),
            MachineKind::Treadmill => (
                keys.belt,
                keys.power,
                risk.map(RiskClass::belt_ramp),
                12.0,
                "km/h each minute",
            ),
        };
        self.section
            .refused(other, "it is the other machine's ramp");
        let written = self.section.optional(key, &Above(most, unit));
        if let (Some(written), Some(limit)) = (&written, by_risk)
            && !matches!(
                self.mode,
                ControlMode::Interval | ControlMode::HeartRateInterval
            )
            && *written.get_ref() > limit
        {
            self.section.findings().warning(
                &written.span(),
                format!(
                    "{key} is {}, faster than this risk class's {limit}",
                    written.get_ref()
                ),
                format!("write {key} = {limit} or less, or see that it is meant"),
            );
        }
        if written.is_none() && self.section.has(key) {
            return None;
        }
        let ramp = written
            .map(toml::Spanned::into_inner)
            .or(by_risk.filter(|_| defaults))?;
        match self.machine {
            MachineKind::Cycle => Some(equations::cycling_ramp(ramp, self.mass?)),
            MachineKind::Treadmill => Some(equations::walking_ramp(ramp)),
        }
    }

    fn read_cadence(&self) -> Option<u16> {
        let key = "cadence_low_rpm";
        if self.machine == MachineKind::Treadmill {
            self.section.refused(key, "a belt has no cadence");
        }
        let cadence =
            self.section
                .or_default(key, &Whole(15..=60, "revolutions a minute"), CADENCE_LOW);
        u16::try_from(cadence.into_inner()).ok()
    }

    /// How a belt's load is divided. The speed that is walked best is the target's, or has to be written.
    fn read_belt(
        &self,
        ceiling: Option<Priced>,
        conditioning: Option<Conditioning>,
    ) -> Result<Option<BeltPreference>, Noted> {
        let key = "preferred_speed_km_h";
        if self.machine == MachineKind::Cycle {
            self.section.refused(key, "the machine is a cycle");
            return Ok(None);
        }
        let target = match conditioning {
            Some(Conditioning::Constant(load)) => load.setting.speed(),
            Some(_) | None => None,
        };
        let written = if self.mode == ControlMode::Constant {
            self.section.optional(key, &SPEED)
        } else {
            self.section.required(key, &SPEED)
        };
        let written =
            written.and_then(|speed| MetresPerSecond::from_kilometres_per_hour(speed.into_inner()));
        let preferred = written.or(target).ok_or(Noted)?;
        let ceiling = ceiling.ok_or(Noted)?;
        let Setting::Belt { speed, grade } = ceiling.setting else {
            return Err(Noted);
        };
        self.check_preferred(preferred, speed, target);
        Ok(Some(BeltPreference {
            preferred_speed: preferred,
            max_speed: speed,
            max_grade: grade,
        }))
    }

    fn check_preferred(
        &self,
        preferred: MetresPerSecond,
        fastest: MetresPerSecond,
        target: Option<MetresPerSecond>,
    ) {
        let findings = self.section.findings();
        let place = self.section.place("preferred_speed_km_h");
        let shown = preferred.kilometres_per_hour();
        if preferred > fastest {
            findings.mistake(
                &place,
                format!(
                    "preferred_speed_km_h {shown:.1} is above ceiling_speed_km_h {:.1}",
                    fastest.kilometres_per_hour()
                ),
                "write a preferred speed at the ceiling's or below",
            );
        }
        if let Some(target) = target
            && (target.get() - preferred.get()).abs() > 0.01
        {
            findings.warning(
                &place,
                format!(
                    "the belt is led at preferred_speed_km_h {shown:.1} with the grade that makes up for target_speed_km_h {:.1}",
                    target.kilometres_per_hour()
                ),
                "leave preferred_speed_km_h out where the target's speed is meant",
            );
        }
        if fastest.kilometres_per_hour() > 6.0 + 1e-9 {
            findings.warning(
                &self.section.place(CEILING.speed),
                format!(
                    "ceiling_speed_km_h {:.1} is outside the walking equation's range of 3 to 6, so METs are told too low above it",
                    fastest.kilometres_per_hour()
                ),
                "write 6.0 or less and raise the grade, or see that it is meant",
            );
        }
    }

    fn check_ceiling(&self, ceiling: Option<Priced>) {
        let Some(ceiling) = ceiling else { return };
        let least = self.least();
        if ceiling.net.get() < least {
            self.section.findings().mistake(
                &self.section.place(CEILING.leading(self.machine)),
                format!(
                    "the ceiling of {} is {:.2} METs above rest, under the machine's least of {least}",
                    ceiling.setting.words(),
                    ceiling.net.get()
                ),
                "write a ceiling that the machine can go down to",
            );
        }
    }

    /// Whether the ramp leads from the machine's least load to the warm-up's before warm-up is over.
    fn check_warm_up_reached(&self, warm_up: Priced, ramp: Option<f64>, time: Duration) {
        let Some(ramp) = ramp else { return };
        let needs = (warm_up.net.get() - self.least()) / ramp;
        let has = time.as_secs_f64() / 60.0;
        if !time.is_zero() && needs > has {
            self.section.findings().mistake(
                &self.section.place(WARM_UP.leading(self.machine)),
                format!(
                    "the warm-up's {} is not reached: its ramp needs {needs:.1} min, and warm-up lasts {has} min",
                    warm_up.setting.words()
                ),
                format!(
                    "write a longer warm_up_min, a lighter warm-up, or a faster {}",
                    match self.machine {
                        MachineKind::Cycle => WARM_UP_RAMP.power,
                        MachineKind::Treadmill => WARM_UP_RAMP.belt,
                    }
                ),
            );
        }
    }

    const fn least(&self) -> f64 {
        match self.machine {
            MachineKind::Cycle => LEAST_OF_CYCLE,
            MachineKind::Treadmill => LEAST_OF_BELT,
        }
    }
}

/// Something was wrong, and has been noted.
struct Noted;

impl Priced {
    /// A ceiling, for people: its METs are shown.
    fn as_ceiling(self) -> String {
        let outside = if self.setting.equation_holds() {
            ""
        } else {
            ", outside the equation's range"
        };
        format!(
            "ceiling {} ({:.1} METs{outside})",
            self.setting.words(),
            equations::gross(self.net)
        )
    }
}
