//! Limits, zone and target in heart rate, and what holding a heart rate rests on.

use control::controller::heart_rate_interval::WORK_SHARE;
use control::prescription::{HeartRateLimits, Holding, Mode};
use protocols::vocabulary::NetMets;
use toml::Spanned;

use super::basis::{self, Basis};
use super::conditioning::Rhythm;
use super::identity::Identity;
use super::words::{ControlMode, RiskClass};
use crate::clinic::patient::Known;
use crate::config::kind::{Flag, Number, OrWord, Pair, Whole};
use crate::config::section::Section;

/// Beats a minute that the upper limit keeps below a defibrillator's lowest detection rate (rules.toml, "Words").
const BELOW_DETECTION: f64 = 20.0;

/// Beats a minute that the upper limit keeps below a pacemaker's upper tracking rate, where every second beat may drop.
const BELOW_TRACKING: f64 = 10.0;

/// The lower limit where none is written, in beats a minute (rules.toml, `hr-low`).
const LOWER_LIMIT: u32 = 40;

/// What a prescription says of heart rate.
#[derive(Debug)]
pub(super) struct HeartRate {
    /// The limits; `None` where the patient has no heart-rate signal, or where something is wrong.
    pub(super) limits: Option<HeartRateLimits>,
    /// How a heart rate is held, beside the sheets' own way.
    pub(super) holding: Holding,
    /// METs at the end of the test, rest included, where one is written.
    pub(super) peak_mets: Option<f64>,
    target: Option<Wanted>,
    rest: Option<f64>,
    gain: Option<f64>,
}

/// The heart rates that lead the load, in beats a minute.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Wanted {
    /// One that is held.
    Held(f64),
    /// Those of work and recovery.
    InTurn {
        /// Of work.
        work: f64,
        /// Of recovery.
        recovery: f64,
    },
}

/// The loads that are foretold to reach what is wanted, in METs above rest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Foretold {
    /// Of the one that is held.
    Held(NetMets),
    /// Of work and recovery.
    InTurn {
        /// Of work.
        work: NetMets,
        /// Of recovery.
        recovery: NetMets,
    },
}

impl HeartRate {
    pub(super) fn read(
        section: &Section<'_, '_>,
        mode: Option<ControlMode>,
        identity: &Identity,
        known: Option<&Known>,
    ) -> Self {
        let held = mode.is_some_and(ControlMode::holds_heart_rate);
        let mut limits = read_limits(section, identity, held);
        let detection = read_device_rates(section, identity, limits.map(|limits| limits.upper));
        if let Some(limits) = &mut limits {
            limits.icd_detection = detection;
        }
        let basis = Basis::read(section, identity, held || section.has("zone_bpm"));
        if let Some(limits) = &limits {
            basis.check(section, limits, identity, known);
        }
        let peak_mets = section.optional("peak_mets", &basis::PEAK_METS);
        let (target, gain) = match mode {
            Some(mode) if held => {
                basis::check_held_is_possible(section, mode, identity, known);
                let target = basis.read_wanted(section, mode, limits.as_ref());
                (target, basis.read_gain(section, peak_mets.as_ref()))
            }
            Some(_) | None => {
                refuse_held_keys(section);
                (None, None)
            }
        };
        Self {
            limits,
            holding: read_holding(section, mode),
            peak_mets: peak_mets.map(Spanned::into_inner),
            target,
            rest: basis.rest,
            gain,
        }
    }

    /// The load that is foretold to reach what is wanted; `None` where nobody was assessed.
    pub(super) fn foretold(&self) -> Option<Foretold> {
        let (rest, gain) = (self.rest?, self.gain?);
        let load = |rate: f64, share: f64| NetMets::new(share * (rate - rest) / gain);
        Some(match self.target? {
            Wanted::Held(target) => Foretold::Held(load(target, 1.0)?),
            Wanted::InTurn { work, recovery } => Foretold::InTurn {
                work: load(work, WORK_SHARE)?,
                recovery: load(recovery, 1.0)?,
            },
        })
    }

    /// The mode of a heart rate that leads the load; `rhythm` is that of its intervals. `None` where it has no target.
    pub(super) fn mode(&self, rhythm: Option<Rhythm>) -> Option<Mode> {
        let (assessed_gain, assessed_rest) = (self.gain, self.rest);
        Some(match self.target? {
            Wanted::Held(target) => Mode::HeartRateHeld {
                target,
                assessed_gain,
                assessed_rest,
            },
            Wanted::InTurn { work, recovery } => {
                let rhythm = rhythm?;
                Mode::HeartRateInterval {
                    work,
                    work_for: rhythm.work,
                    recovery,
                    recovery_for: rhythm.recovery,
                    repeats: rhythm.repeats,
                    assessed_gain,
                    assessed_rest,
                }
            }
        })
    }
}

fn refuse_held_keys(section: &Section<'_, '_>) {
    let because = "only control_mode = \"heart_rate_held\" or \"heart_rate_interval\" has one";
    for key in [
        "target_bpm",
        "work_bpm",
        "recovery_bpm",
        "heart_rate_gain_bpm_per_met",
        "heart_rate_held_order",
    ] {
        section.refused(key, because);
    }
}

/// How a heart rate is held: by the oximeter too while the strap is lost, and with which errors counting as none.
fn read_holding(section: &Section<'_, '_>, mode: Option<ControlMode>) -> Holding {
    let (oximeter, band) = ("heart_rate_by_oximeter", "heart_rate_dead_band_bpm");
    if !mode.is_some_and(ControlMode::holds_heart_rate) {
        section.refused(oximeter, "no heart rate leads the load");
    }
    if mode != Some(ControlMode::HeartRateHeld) {
        section.refused(band, "only control_mode = \"heart_rate_held\" has one");
    }
    let by_oximeter = section.or_default(oximeter, &Flag, false);
    let dead_band = section.or_default(band, &Number(0.0..=3.0, "beats a minute"), 0.0);
    Holding {
        by_oximeter: by_oximeter.into_inner(),
        dead_band: dead_band.into_inner(),
    }
}

fn read_limits(
    section: &Section<'_, '_>,
    identity: &Identity,
    held: bool,
) -> Option<HeartRateLimits> {
    let rate = Whole(40..=200, "beats a minute");
    let limit = section.required(
        "heart_rate_upper_limit_bpm",
        &OrWord(rate.clone(), "no_signal"),
    );
    let margin = section.or_default(
        "stop_margin_bpm",
        &Whole(0..=20, "beats a minute"),
        identity.risk.map_or(0, RiskClass::stop_margin),
    );
    let lower = section.or_default(
        "heart_rate_lower_limit_bpm",
        &Whole(30..=80, "beats a minute"),
        LOWER_LIMIT,
    );
    let pair = Pair(rate);
    let zone = if held {
        section.required("zone_bpm", &pair)
    } else {
        section.optional("zone_bpm", &pair)
    };
    let limit = limit?;
    let Some(upper) = *limit.get_ref() else {
        if zone.is_some() || held {
            section.findings().mistake(
                &limit.span(),
                "heart_rate_upper_limit_bpm is \"no_signal\", and a zone or target in heart rate is prescribed",
                "write the upper limit in beats a minute",
            );
        }
        return None;
    };
    if let Some(zone) = &zone {
        check_zone(section, zone, upper, *lower.get_ref());
    }
    if *lower.get_ref() >= upper {
        section.findings().mistake(
            &lower.span(),
            format!(
                "heart_rate_lower_limit_bpm {} is not below heart_rate_upper_limit_bpm {upper}",
                lower.get_ref()
            ),
            "write a lower limit below the upper one",
        );
    }
    Some(HeartRateLimits {
        upper: f64::from(upper),
        lower: f64::from(lower.into_inner()),
        zone: zone.map(|zone| {
            let (lower, upper) = zone.into_inner();
            (f64::from(lower), f64::from(upper))
        }),
        stop_margin: f64::from(margin.into_inner()),
        icd_detection: None,
    })
}

fn check_zone(section: &Section<'_, '_>, zone: &Spanned<(u32, u32)>, upper: u32, lower: u32) {
    let findings = section.findings();
    let (from, to) = *zone.get_ref();
    if from >= to {
        findings.mistake(
            &zone.span(),
            format!("zone_bpm begins at {from} and ends at {to}"),
            "write the lower end first: zone_bpm = [lower, upper]",
        );
    }
    if to > upper {
        findings.mistake(
            &zone.span(),
            format!("zone_bpm ends at {to}, above heart_rate_upper_limit_bpm {upper}"),
            format!("write a zone that ends at {upper} or below, or have the limit changed"),
        );
    }
    if from <= lower {
        findings.mistake(
            &zone.span(),
            format!("zone_bpm begins at {from}, not above heart_rate_lower_limit_bpm {lower}"),
            "write a zone above the lower limit",
        );
    }
}

/// The implants' own rates, and whether the limit keeps its distance from both. Gives the lowest detection rate.
fn read_device_rates(
    section: &Section<'_, '_>,
    identity: &Identity,
    upper: Option<f64>,
) -> Option<f64> {
    let detection_kind = Whole(100..=250, "beats a minute");
    let tracking_kind = Whole(90..=180, "beats a minute");
    let judged = identity.implants.is_some();
    let detection = if identity.shocks() {
        section.required("icd_lowest_detection_bpm", &detection_kind)
    } else if judged {
        section.refused(
            "icd_lowest_detection_bpm",
            "no implant of this prescription is a defibrillator",
        );
        None
    } else {
        section.optional("icd_lowest_detection_bpm", &detection_kind)
    };
    let tracking = if judged && !identity.paces() {
        section.refused(
            "upper_tracking_bpm",
            "no implant of this prescription paces",
        );
        None
    } else {
        section.optional("upper_tracking_bpm", &tracking_kind)
    };
    let place = section.place("heart_rate_upper_limit_bpm");
    for (rate, below, key) in [
        (&detection, BELOW_DETECTION, "icd_lowest_detection_bpm"),
        (&tracking, BELOW_TRACKING, "upper_tracking_bpm"),
    ] {
        let (Some(rate), Some(upper)) = (rate, upper) else {
            continue;
        };
        let highest = f64::from(*rate.get_ref()) - below;
        if upper > highest {
            section.findings().mistake(
                &place,
                format!(
                    "heart_rate_upper_limit_bpm {upper} is less than {below} below {key} {}",
                    rate.get_ref()
                ),
                format!("write a limit of {highest} or less"),
            );
        }
    }
    if identity.shocks() && upper.is_none() && section.raw("heart_rate_upper_limit_bpm").is_some() {
        section.findings().mistake(
            &place,
            "a patient with a defibrillator has no upper heart-rate limit",
            "write heart_rate_upper_limit_bpm, 20 or more below the lowest detection rate",
        );
    }
    detection.map(|rate| f64::from(*rate.get_ref()))
}
