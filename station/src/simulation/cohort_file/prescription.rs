//! What a trial prescribes: in itself, for the patient, and for the times of the session.

use drivers::virtual_devices::patient::parameters::ParameterRange;
use drivers::virtual_devices::patient::{Exercise, PatientParameters};

use super::super::cohort::{SessionTimes, TrialPrescription};
use super::values::{Values, shown};
use crate::config::section::Section;

/// Ranges: heart rates, floor, speed and grade as a clinic's prescription may have them; loads as net METs can hold them. The
/// gain is wider than a clinic's, as a trial may be about a wrong one; a target keeps its zone above the lower limit, 40 beats a minute.
pub(super) const FIELDS: [ParameterRange; 9] = [
    field("target_bpm", 50.0, 200.0, "beats a minute"),
    field("ceiling_bpm", 50.0, 200.0, "beats a minute"),
    field(
        "assessed_gain_bpm_per_met",
        0.5,
        100.0,
        "beats a minute for each net MET",
    ),
    field("assessed_rest_bpm", 25.0, 180.0, "beats a minute"),
    field("warm_up_met", 0.0, 30.0, "net METs"),
    field("max_met", 0.0, 30.0, "net METs"),
    field("spo2_floor_pct", 80.0, 95.0, "per cent"),
    field("preferred_speed_m_s", 0.3, 4.4, "m/s"),
    field("grade_max", 0.0, 0.25, "metres of rise a metre"),
];

const fn field(field: &'static str, low: f64, high: f64, unit: &'static str) -> ParameterRange {
    ParameterRange {
        field,
        low,
        high,
        unit,
    }
}

/// Rise of load in warm-up and in conditioning, in METs a minute: the trial's profile (`controllers.md` 4.1).
const WARM_UP_RISE: f64 = 3.0;
const RISE: f64 = 1.0;

/// For whom it is. What is `None` has been noted, and is not judged.
pub(super) struct Patient {
    pub(super) machine: Option<Exercise>,
    pub(super) session: Option<SessionTimes>,
    pub(super) parameters: Option<PatientParameters>,
}

/// `None` where anything is wrong: it has been noted then.
pub(super) fn read(section: Section<'_, '_>, patient: &Patient) -> Option<TrialPrescription> {
    let prescribed = Prescribed {
        values: Values::read(&section, &FIELDS),
        section: &section,
    };
    prescribed.check_heart_rates();
    prescribed.check_loads(patient.machine);
    if let Some(session) = patient.session {
        prescribed.check_warm_up_reached(patient.machine, session);
        prescribed.check_target_reached(session);
    }
    prescribed.warn_of_warm_up(patient.machine);
    prescribed.warn_of_load(patient.machine);
    if let Some(parameters) = &patient.parameters {
        prescribed.warn_of_patient(parameters);
    }
    let values = prescribed.values;
    section.finish();
    values.made()
}

struct Prescribed<'p, 's, 't> {
    section: &'p Section<'s, 't>,
    values: Values,
}

impl Prescribed<'_, '_, '_> {
    fn pair(&self, one: &str, other: &str) -> Option<(f64, f64)> {
        Some((self.values.get(one)?, self.values.get(other)?))
    }

    fn mistake(&self, key: &'static str, what: String, remedy: String) {
        let place = self.section.place(key);
        self.section.findings().mistake(&place, what, remedy);
    }

    fn warning(&self, key: &'static str, what: String, remedy: &str) {
        let place = self.section.place(key);
        self.section.findings().warning(&place, what, remedy);
    }

    fn check_heart_rates(&self) {
        if let Some((target, ceiling)) = self.pair("target_bpm", "ceiling_bpm")
            && ceiling <= target
        {
            self.mistake(
                "ceiling_bpm",
                format!("ceiling_bpm {ceiling} is not above target_bpm {target}"),
                format!("write a ceiling_bpm above {target}, or a lower target_bpm"),
            );
        }
        if let Some((target, rest)) = self.pair("target_bpm", "assessed_rest_bpm")
            && target <= rest
        {
            self.mistake(
                "target_bpm",
                format!("target_bpm {target} is not above assessed_rest_bpm {rest}"),
                format!("write a target_bpm above {rest}, or the assessed rest as it was"),
            );
        }
    }

    fn check_loads(&self, machine: Option<Exercise>) {
        if let Some((warm_up, most)) = self.pair("warm_up_met", "max_met")
            && warm_up > most
        {
            self.mistake(
                "warm_up_met",
                format!("warm_up_met {warm_up} is above max_met {most}"),
                format!("write a warm_up_met of {most} or less, or a higher max_met"),
            );
        }
        if let (Some(machine), Some(most)) = (machine, self.values.get("max_met"))
            && most < least(machine)
        {
            self.mistake(
                "max_met",
                format!(
                    "max_met {most} is under the machine's least of {} net METs",
                    least(machine)
                ),
                format!("write a max_met of {} or more", least(machine)),
            );
        }
    }

    /// Whether the ramp leads from the machine's least load to the warm-up's before warm-up is over.
    fn check_warm_up_reached(&self, machine: Option<Exercise>, session: SessionTimes) {
        let (Some(machine), Some(warm_up)) = (machine, self.values.get("warm_up_met")) else {
            return;
        };
        let needs_s = (warm_up - least(machine)) / WARM_UP_RISE * 60.0;
        if session.warm_up_s > 0 && needs_s > f64::from(session.warm_up_s) {
            self.mistake(
                "warm_up_met",
                format!(
                    "warm_up_met {warm_up} is not reached: {WARM_UP_RISE} MET/min need {} s, and warm_up_s is {}",
                    needs_s.ceil(),
                    session.warm_up_s
                ),
                format!(
                    "write a lower warm_up_met, or a warm_up_s of {} or more",
                    needs_s.ceil()
                ),
            );
        }
    }

    /// The load that is foretold to hold the target, in net METs.
    fn foretold(&self) -> Option<f64> {
        let (target, rest) = self.pair("target_bpm", "assessed_rest_bpm")?;
        let gain = self.values.get("assessed_gain_bpm_per_met")?;
        Some((target - rest) / gain)
    }

    /// Whether the ramp leads from the warm-up to the load that holds the target, as far as it is let, before conditioning is over.
    fn check_target_reached(&self, session: SessionTimes) {
        let all = || {
            Some((
                self.values.get("target_bpm")?,
                self.foretold()?,
                self.values.get("warm_up_met")?,
                self.values.get("max_met")?,
            ))
        };
        let Some((target, foretold, warm_up, most)) = all() else {
            return;
        };
        let asked = foretold.min(most);
        let needs_s = (asked - warm_up) / RISE * 60.0;
        let has = session.conditioning_s;
        if needs_s >= f64::from(has) {
            self.mistake(
                "target_bpm",
                format!(
                    "target_bpm {target} is not reached: to {} net METs from warm_up_met {warm_up} {RISE} MET/min needs {} s, and conditioning_s is {has}",
                    shown(asked),
                    needs_s.ceil()
                ),
                format!(
                    "write a conditioning_s above {}, a higher warm_up_met, or a lower target_bpm",
                    needs_s.ceil()
                ),
            );
        }
    }

    /// The law takes the gain of the warm-up from the load that was ordered, and the machine gives its least: the gain comes out too high.
    fn warn_of_warm_up(&self, machine: Option<Exercise>) {
        let Some((warm_up, most)) = self.pair("warm_up_met", "max_met") else {
            return;
        };
        // Where the ceiling is under it too, that is what has to be mended.
        if let Some(least) = machine.map(least)
            && warm_up < least
            && least <= most
        {
            self.warning(
                "warm_up_met",
                format!(
                    "warm_up_met {warm_up} is under the machine's least of {least} net METs: the law takes too high a gain from it"
                ),
                &format!("write a warm_up_met of {least} or more, or see that it is meant"),
            );
        }
    }

    /// A target that takes more than is permitted is held at its load, and never reached.
    fn warn_of_load(&self, machine: Option<Exercise>) {
        let (Some(foretold), Some(target)) = (self.foretold(), self.values.get("target_bpm"))
        else {
            return;
        };
        let takes = shown(foretold);
        if let Some(most) = self.values.get("max_met")
            && foretold > most
        {
            self.warning(
                "max_met",
                format!("max_met {most} is less than the {takes} net METs that target_bpm {target} is foretold to take"),
                "write a higher max_met or a lower target_bpm, or see that it is meant",
            );
        }
        if machine == Some(Exercise::Treadmill)
            && let Some((speed, grade)) = self.pair("preferred_speed_m_s", "grade_max")
        {
            let belt = (6.0 + 108.0 * grade) * speed / 3.5;
            if foretold > belt {
                self.warning(
                    "grade_max",
                    format!(
                        "{speed} m/s at grade_max {grade} are {} net METs, less than the {takes} that target_bpm {target} is foretold to take",
                        shown(belt)
                    ),
                    "write a steeper grade_max or a faster preferred_speed_m_s, or see that it is meant",
                );
            }
        }
    }

    fn warn_of_patient(&self, parameters: &PatientParameters) {
        if let Some(target) = self.values.get("target_bpm")
            && target > parameters.hr_peak_bpm
        {
            self.warning(
                "target_bpm",
                format!(
                    "target_bpm {target} is above this patient's hr_peak_bpm {}",
                    parameters.hr_peak_bpm
                ),
                "write a target_bpm that the patient can reach, or see that it is meant",
            );
        }
        if let Some(floor) = self.values.get("spo2_floor_pct")
            && floor >= parameters.spo2_rest_pct
        {
            self.warning(
                "spo2_floor_pct",
                format!(
                    "spo2_floor_pct {floor} is not below this patient's spo2_rest_pct {}",
                    parameters.spo2_rest_pct
                ),
                "write a lower spo2_floor_pct, or see that it is meant",
            );
        }
    }
}

/// Least load of a machine that moves, in net METs (`controllers.md` 3.4).
const fn least(machine: Exercise) -> f64 {
    match machine {
        Exercise::Cycle => 1.0,
        Exercise::Treadmill => 0.5,
    }
}
