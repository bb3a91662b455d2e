//! What limits and targets in heart rate rest on: rest and peak, measured or estimated, and the patient's gain.

use control::prescription::HeartRateLimits;

use super::heart_rate::Wanted;
use super::identity::Identity;
use super::words::{ControlMode, MaximumKind, RiskClass};
use crate::clinic::equations;
use crate::clinic::patient::Known;
use crate::config::kind::{Number, OneOf, OrWord, Text, Whole};
use crate::config::section::Section;

/// Share of the highest heart rate by age above which a limit needs a reason `[choice]`.
const SHARE_OF_MAXIMUM: f64 = 0.95;

/// METs of the best effort in a test.
pub(super) const PEAK_METS: Number = Number(1.5..=25.0, "METs, rest included");

/// A gain in beats a minute for each net MET: wider than the controller's own 4 to 40, which it clamps to.
const GAIN: Number = Number(2.0..=60.0, "beats a minute for each net MET");

/// Rest and peak.
#[derive(Debug)]
pub(super) struct Basis {
    pub(super) rest: Option<f64>,
    maximum: Option<f64>,
    kind: Option<MaximumKind>,
}

impl Basis {
    /// Reads rest and peak, which have to be there where heart rate is `used`: held, or with a zone.
    pub(super) fn read(section: &Section<'_, '_>, identity: &Identity, used: bool) -> Self {
        let rest_kind = Whole(30..=130, "beats a minute");
        let maximum_kind = Whole(60..=220, "beats a minute");
        let origin = OneOf(MaximumKind::WORDS);
        let (rest, maximum) = if used {
            (
                section.required("heart_rate_rest_bpm", &rest_kind),
                section.required("heart_rate_max_bpm", &maximum_kind),
            )
        } else {
            (
                section.optional("heart_rate_rest_bpm", &rest_kind),
                section.optional("heart_rate_max_bpm", &maximum_kind),
            )
        };
        let kind = if section.has("heart_rate_max_bpm") {
            section.required("heart_rate_max_kind", &origin)
        } else {
            section.optional("heart_rate_max_kind", &origin)
        };
        if let Some(kind) = &kind
            && *kind.get_ref() == MaximumKind::EstimatedHealthy
            && identity.beta_blocker == Some(true)
        {
            section.findings().mistake(
                &kind.span(),
                "heart_rate_max_kind is a formula for people without a beta blocker, and this patient takes one",
                "write \"measured\" with the peak of a test on the medicine, or \"brawner_2004\" or \"keteyian_2012\" with its figure",
            );
        }
        if let (Some(rest), Some(maximum)) = (&rest, &maximum)
            && rest.get_ref() >= maximum.get_ref()
        {
            section.findings().mistake(
                &maximum.span(),
                format!(
                    "heart_rate_max_bpm {} is not above heart_rate_rest_bpm {}",
                    maximum.get_ref(),
                    rest.get_ref()
                ),
                "write the highest heart rate of the test",
            );
        }
        Self {
            rest: rest.map(|rest| f64::from(rest.into_inner())),
            maximum: maximum.map(|maximum| f64::from(maximum.into_inner())),
            kind: kind.map(toml::Spanned::into_inner),
        }
    }

    /// A limit near or above what the patient's age lets expect needs a reason, or a peak that was measured.
    pub(super) fn check(
        &self,
        section: &Section<'_, '_>,
        limits: &HeartRateLimits,
        identity: &Identity,
        known: Option<&Known>,
    ) {
        section.optional("heart_rate_limit_reason", &Text);
        let (Some(known), Some(beta_blocker)) = (known, identity.beta_blocker) else {
            return;
        };
        let (by_age, formula) = if beta_blocker {
            (
                equations::brawner(known.age),
                "Brawner 2004, with a beta blocker",
            )
        } else {
            (equations::tanaka(known.age), "Tanaka 2001")
        };
        let highest = (SHARE_OF_MAXIMUM * by_age).floor();
        let measured = self.kind == Some(MaximumKind::Measured)
            && self.maximum.is_some_and(|maximum| maximum >= limits.upper);
        if limits.upper > highest && !measured && !section.has("heart_rate_limit_reason") {
            section.findings().mistake(
                &section.place("heart_rate_upper_limit_bpm"),
                format!(
                    "heart_rate_upper_limit_bpm {} is above {highest}, 95 % of the highest heart rate at {} years ({formula})",
                    limits.upper, known.age
                ),
                "write heart_rate_limit_reason = \"why\", or heart_rate_max_bpm with heart_rate_max_kind = \"measured\", or a lower limit",
            );
        }
    }

    /// The heart rates that lead the load.
    pub(super) fn read_wanted(
        &self,
        section: &Section<'_, '_>,
        mode: ControlMode,
        limits: Option<&HeartRateLimits>,
    ) -> Option<Wanted> {
        if mode != ControlMode::HeartRateInterval {
            let because = "only control_mode = \"heart_rate_interval\" has one";
            section.refused("work_bpm", because);
            section.refused("recovery_bpm", because);
            let target = self.read_target(section, "target_bpm", limits)?;
            return Some(Wanted::Held(target));
        }
        let because = "only control_mode = \"heart_rate_held\" has one";
        section.refused("target_bpm", because);
        let work = self.read_target(section, "work_bpm", limits);
        // Recovery lies under the zone: it is held against rest and peak alone.
        let recovery = self.read_target(section, "recovery_bpm", None);
        let (work, recovery) = (work?, recovery?);
        if recovery >= work {
            section.findings().mistake(
                &section.place("recovery_bpm"),
                format!("recovery_bpm {recovery} is not below work_bpm {work}"),
                "write a lower heart rate for recovery",
            );
        }
        Some(Wanted::InTurn { work, recovery })
    }

    /// One target, inside the zone of `limits`.
    fn read_target(
        &self,
        section: &Section<'_, '_>,
        key: &'static str,
        limits: Option<&HeartRateLimits>,
    ) -> Option<f64> {
        let target = section.required(key, &Whole(40..=200, "beats a minute"))?;
        let at = target.span();
        let bpm = f64::from(target.into_inner());
        let findings = section.findings();
        if let Some((lower, upper)) = limits.and_then(|limits| limits.zone)
            && !(lower..=upper).contains(&bpm)
        {
            findings.mistake(
                &at,
                format!("{key} {bpm} is outside zone_bpm {lower} to {upper}"),
                "write a target inside the zone",
            );
        }
        if let Some(rest) = self.rest
            && bpm <= rest
        {
            findings.mistake(
                &at,
                format!("{key} {bpm} is not above heart_rate_rest_bpm {rest}"),
                "write a target above rest",
            );
        }
        if let Some(maximum) = self.maximum
            && bpm > maximum
        {
            findings.mistake(
                &at,
                format!("{key} {bpm} is above heart_rate_max_bpm {maximum}"),
                "write a target below the highest heart rate",
            );
        }
        Some(bpm)
    }

    /// The patient's gain: as written, or from the test's rest, peak and METs. `None`: nobody was assessed, as a person said.
    pub(super) fn read_gain(
        &self,
        section: &Section<'_, '_>,
        peak_mets: Option<&toml::Spanned<f64>>,
    ) -> Option<f64> {
        let key = "heart_rate_gain_bpm_per_met";
        if section.has(key) {
            let written = section.optional(key, &OrWord(GAIN, "not_assessed"));
            return written.and_then(toml::Spanned::into_inner);
        }
        let Some(peak_mets) = peak_mets else {
            if !section.has("peak_mets") {
                section.missing(
                    &format!("peak_mets or {key}"),
                    &format!("the test's METs, or {key} = {GAIN_WORDS}, or \"not_assessed\""),
                );
            }
            return None;
        };
        if self.kind.is_some_and(|kind| kind != MaximumKind::Measured) {
            section.findings().mistake(
                &peak_mets.span(),
                "a gain from peak_mets needs a peak that was measured, and heart_rate_max_kind is a formula",
                format!("write {key} = {GAIN_WORDS}, or \"not_assessed\""),
            );
            return None;
        }
        let gain = equations::assessed_gain(self.rest?, self.maximum?, *peak_mets.get_ref())?;
        if !GAIN.0.contains(&gain) {
            section.findings().mistake(
                &peak_mets.span(),
                format!("rest, peak and peak_mets give a gain of {gain:.1} beats a minute for each MET, outside {} to {}", GAIN.0.start(), GAIN.0.end()),
                "write the figures of one and the same test",
            );
        }
        Some(gain)
    }
}

/// What to write for a gain.
const GAIN_WORDS: &str = "a number from 2 to 60";

/// Where the heart rate does not follow the load, the load cannot follow the heart rate.
pub(super) fn check_held_is_possible(
    section: &Section<'_, '_>,
    mode: ControlMode,
    identity: &Identity,
    known: Option<&Known>,
) {
    let findings = section.findings();
    let place = section.place("control_mode");
    let mode = mode.word();
    let facts = known.map(|known| known.facts);
    let reasons = [
        (
            facts.is_some_and(|facts| facts.atrial_fibrillation),
            "the patient has atrial fibrillation",
        ),
        (
            facts.is_some_and(|facts| facts.denervated),
            "the patient's heart is a transplant",
        ),
        (
            facts.is_some_and(|facts| facts.paced),
            "the patient is paced at a fixed rate",
        ),
        (
            identity.assisted(),
            "the implant is a ventricular assist device",
        ),
    ];
    for (holds, reason) in reasons {
        if holds {
            findings.mistake(
                &place,
                format!("control_mode is \"{mode}\", and {reason}"),
                "write \"constant\", \"met_held\", \"interval\" or \"by_hand\", and let exertion lead",
            );
        }
    }
    let order = section.optional("heart_rate_held_order", &Text);
    match identity.risk {
        Some(RiskClass::High) if order.is_none() => findings.mistake(
            &place,
            format!("control_mode is \"{mode}\" at high risk, without a physician's order"),
            "write heart_rate_held_order = \"who ordered it and why\", or another control_mode",
        ),
        Some(RiskClass::Moderate) if order.is_none() => findings.warning(
            &place,
            format!("control_mode is \"{mode}\" at moderate risk, which is for patients after three sessions"),
            "see that three sessions are done, or write heart_rate_held_order = \"who ordered it and why\"",
        ),
        Some(RiskClass::Low | RiskClass::Moderate | RiskClass::High) | None => {}
    }
}
