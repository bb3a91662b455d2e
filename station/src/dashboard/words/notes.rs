//! Why a sign is doubted, and what a person should know of the control of load that no alarm says, in words.

use control::controller::Target;
use control::input::HeartRateSource;
use control::rules::RuleId;
use control::view::{Agreement, Irregular, OXIMETER_LAG_S, StationView, Trust, VitalView};
use protocols::vocabulary::Quality;

use super::{figure, source, whole};

/// The gain of the warm-up is told where it is off by more than 30 % of the assessed one (`supervision.md` section 6, U14).
const GAIN_TOLD_OUTSIDE: std::ops::RangeInclusive<f64> = 0.7..=1.3;

/// A strap, and the oximeter whose pulse stood in for it.
const BOTH: &str = "strap and oximeter";

/// Why a sign is not trusted, in a few words: the rule that doubts it, or what its device says; nothing where it is.
#[must_use]
pub const fn doubt(vital: &VitalView) -> &'static str {
    match (vital.trust, vital.doubted_by, vital.quality) {
        (Trust::Trusted | Trust::Absent, _, _) => "",
        (Trust::Doubted | Trust::Lost, Some(rule), _) => by_rule(rule),
        (Trust::Doubted | Trust::Lost, None, Some(quality)) => by_device(quality),
        (Trust::Doubted | Trust::Lost, None, None) => "waits for good readings",
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "few rules doubt a sign; any other that comes to do so is said to be one"
)]
const fn by_rule(rule: RuleId) -> &'static str {
    match rule {
        RuleId::HrImplausible => "not believable",
        RuleId::HrStep => "jumped",
        RuleId::HrStuck => "stands still while load moves",
        RuleId::HrNoRiseTold => "does not follow load",
        RuleId::HrCadenceLock => "follows the pedals",
        RuleId::HrSourcesApart => "strap and oximeter far apart",
        RuleId::WeakPulse => "no good pulse",
        _ => "a rule doubts it",
    }
}

const fn by_device(quality: Quality) -> &'static str {
    match quality {
        Quality::Good | Quality::MarginalPerfusion => "waits for good readings",
        Quality::LowPerfusion => "pulse too weak",
        Quality::Artefact => "motion",
        Quality::OutOfTrack => "out of track",
        Quality::Frozen => "beats stand still",
    }
}

/// Which sensor it is, as a person would take it into the hand.
#[must_use]
pub const fn sensor(source: HeartRateSource) -> &'static str {
    match source {
        HeartRateSource::Strap => "strap",
        HeartRateSource::Oximeter => "oximeter",
        HeartRateSource::Machine => "machine's grips",
    }
}

/// The sensor of a heart rate that is doubted, or that gives none: a person has to look at it. A picture that is old is no sensor's fault.
#[must_use]
pub fn sensor_to_look_at(vital: &VitalView) -> Option<&'static str> {
    let is_well = vital.value.is_some() && vital.trust == Trust::Trusted;
    vital.source.filter(|_| !is_well).map(sensor)
}

/// What a rule says, with the sensor's name in the place of the word where the station knows which one it is.
#[must_use]
pub fn named(sentence: String, rule: RuleId, view: &StationView) -> String {
    match (sentence.strip_prefix("sensor: "), suspect(rule, view)) {
        (Some(trouble), Some(sensor)) => format!("{sensor}: {trouble}"),
        (_, None) | (None, _) => sentence,
    }
}

/// Which sensor a rule that holds now speaks of.
fn suspect(rule: RuleId, view: &StationView) -> Option<&'static str> {
    let strap = view.notes.strap_doubted_by == Some(rule);
    let oximeter = view.pulse.doubted_by == Some(rule);
    match (rule, strap, oximeter) {
        (RuleId::Spo2Lost, _, _) => Some(sensor(HeartRateSource::Oximeter)),
        // A strap that is lost was stood in for, and what stood in for it is lost too.
        (RuleId::HrLost, _, _) if view.notes.stands_in => Some(BOTH),
        (RuleId::HrLost, _, _) => view.heart_rate.source.map(sensor),
        (_, true, true) => Some(BOTH),
        (_, true, false) => Some(sensor(HeartRateSource::Strap)),
        (_, false, true) => Some(sensor(HeartRateSource::Oximeter)),
        (_, false, false) => None,
    }
}

/// Which required sign is waited for, and why: `strap's HR jumped`.
#[must_use]
pub fn awaited_signal(view: &StationView) -> String {
    let why = |name: &str, vital: &VitalView| {
        let doubt = doubt(vital);
        let whose = vital
            .source
            .map_or_else(String::new, |source| format!("{}'s ", sensor(source)));
        (!doubt.is_empty()).then(|| format!("{whose}{name} {doubt}"))
    };
    let by_oximeter = view.heart_rate.source == Some(HeartRateSource::Oximeter);
    why("HR", &view.heart_rate)
        .or_else(|| why("SpO2", &view.saturation))
        .or_else(|| by_oximeter.then(|| "HR by the oximeter's pulse alone".to_owned()))
        .unwrap_or_default()
}

/// A target in its own unit: `HR 104`, `3.5 net MET`.
#[must_use]
pub fn target(target: Target) -> String {
    match target {
        Target::HeartRate(rate) => format!("HR {}", whole(rate)),
        Target::Load(load) => format!("{:.2} net MET", load.get()),
    }
}

/// Everything that is to be known, a line each, what matters most first.
#[must_use]
pub fn of(view: &StationView) -> Vec<String> {
    let notes = &view.notes;
    let mut lines = Vec::new();
    if notes.stands_in {
        let strap = match notes.strap_doubted_by {
            Some(rule) => format!("strap doubted, {}", by_rule(rule)),
            None => "strap lost".to_owned(),
        };
        lines.push(format!(
            "{strap}: oximeter's pulse leads, HR limits 5 tighter"
        ));
    }
    lines.extend(agreement(&notes.agreement));
    match notes.irregular {
        Some(Irregular::OnFile) => {
            lines.push("atrial fibrillation: HR is the mean of 15 s".to_owned());
        }
        Some(Irregular::Seen) => {
            lines.push("HR irregular, not on file: mean of 15 s; look at the rhythm".to_owned());
        }
        None => {}
    }
    if notes.without_gain {
        lines.push("HR cannot be held: no gain known; warm-up load stays".to_owned());
    }
    if notes.slowed {
        lines.push("load swung to and fro: control made slower".to_owned());
    }
    if let Some(share) = notes.gain_of_assessed
        && !GAIN_TOLD_OUTSIDE.contains(&share)
    {
        let taken = if notes.smaller_load {
            "smaller load taken; "
        } else {
            ""
        };
        lines.push(format!(
            "HR rose {} times the assessment's in warm-up: {taken}medicines as usual?",
            figure(share)
        ));
    }
    if let (Some(now), Some(ordered)) = (notes.target, notes.target_ordered)
        && now != ordered
    {
        lines.push(format!(
            "target {} by hand, ordered {}",
            target(now),
            target(ordered)
        ));
    }
    lines
}

/// How old what an oximeter shows is.
#[must_use]
pub fn oximeter_lag() -> String {
    let (least, most) = OXIMETER_LAG_S;
    format!("of {least} to {most} s ago")
}

/// What of it is worth a row of the record when it begins: without figures, so that each is the same as long as it lasts.
#[must_use]
pub fn lasting(view: &StationView) -> Vec<&'static str> {
    let notes = &view.notes;
    let seen = notes.irregular == Some(Irregular::Seen);
    [
        (
            notes.stands_in,
            "the oximeter's pulse stands in for the strap: limits in heart rate are 5 tighter",
        ),
        (notes.agreement.differ, "the sources of heart rate differ"),
        (
            seen,
            "the heart rate is irregular and nothing is on file: means are of 15 s",
        ),
        (
            notes.without_gain,
            "the heart rate cannot be held, no gain is known: the warm-up load stays",
        ),
        (
            notes.slowed,
            "the load swung to and fro: control was made slower",
        ),
        (
            notes.smaller_load,
            "the warm-up's gain does not fit the assessment: the smaller load is taken",
        ),
    ]
    .into_iter()
    .filter_map(|(holds, words)| holds.then_some(words))
    .collect()
}

/// What differs, each with its figure, and which stands alone.
fn agreement(agreement: &Agreement) -> Option<String> {
    if !agreement.differ {
        return None;
    }
    let figures: Vec<String> = [
        (HeartRateSource::Strap, agreement.strap),
        (HeartRateSource::Oximeter, agreement.oximeter),
        (HeartRateSource::Machine, agreement.machine),
    ]
    .into_iter()
    .filter_map(|(of, mean)| Some(format!("{} {}", source(of), whole(mean?))))
    .collect();
    let alone = agreement
        .alone
        .map(|of| format!(": {} stands alone", source(of)))
        .unwrap_or_default();
    Some(format!("HR differs, {}{alone}", figures.join(", ")))
}

#[cfg(test)]
mod tests {
    use protocols::vocabulary::NetMets;

    use super::*;

    fn view() -> StationView {
        crate::dashboard::pictures::busy(1, protocols::vocabulary::MachineKind::Cycle, "A").view
    }

    #[test]
    fn a_doubt_says_why() {
        let mut vital = view().heart_rate;
        assert_eq!(doubt(&vital), "");
        vital.trust = Trust::Doubted;
        assert_eq!(doubt(&vital), "waits for good readings");
        vital.quality = Some(Quality::Artefact);
        assert_eq!(doubt(&vital), "motion");
        vital.doubted_by = Some(RuleId::HrCadenceLock);
        assert_eq!(doubt(&vital), "follows the pedals");
        for rule in [
            RuleId::HrImplausible,
            RuleId::HrStep,
            RuleId::HrStuck,
            RuleId::HrNoRiseTold,
            RuleId::HrSourcesApart,
            RuleId::WeakPulse,
        ] {
            vital.doubted_by = Some(rule);
            assert_ne!(doubt(&vital), "a rule doubts it", "{rule}");
        }
    }

    #[test]
    fn a_sensor_that_is_known_is_named_and_one_that_is_not_is_not_guessed() {
        let said =
            |view: &StationView, rule| named(super::super::alarm(rule, None, None), rule, view);
        let mut view = view();
        let still = "heart rate stands still";
        assert_eq!(said(&view, RuleId::HrStuck), format!("sensor: {still}"));
        view.notes.strap_doubted_by = Some(RuleId::HrStuck);
        assert_eq!(said(&view, RuleId::HrStuck), format!("strap: {still}"));
        assert_eq!(
            said(&view, RuleId::HrCadenceLock),
            "sensor: heart rate follows the pedals",
            "another rule's doubt is not this one's"
        );
        view.pulse.doubted_by = Some(RuleId::HrStuck);
        assert_eq!(
            said(&view, RuleId::HrStuck),
            format!("strap and oximeter: {still}")
        );
        view.notes.strap_doubted_by = None;
        assert_eq!(said(&view, RuleId::HrStuck), format!("oximeter: {still}"));

        let lost = "no trusted heart rate";
        view.heart_rate.source = None;
        assert_eq!(said(&view, RuleId::HrLost), format!("sensor: {lost}"));
        view.heart_rate.source = Some(HeartRateSource::Strap);
        assert_eq!(said(&view, RuleId::HrLost), format!("strap: {lost}"));
        view.heart_rate.source = Some(HeartRateSource::Oximeter);
        assert_eq!(said(&view, RuleId::HrLost), format!("oximeter: {lost}"));
        view.notes.stands_in = true;
        assert_eq!(
            said(&view, RuleId::HrLost),
            format!("strap and oximeter: {lost}")
        );
        assert_eq!(
            said(&view, RuleId::Spo2Lost),
            "oximeter: no trusted saturation"
        );
        assert_eq!(
            said(&view, RuleId::HrLimit),
            "heart rate over its limit",
            "of the patient no sensor is named"
        );
    }

    #[test]
    fn a_strap_that_is_doubted_is_told_from_one_that_is_lost() {
        let mut view = view();
        view.notes.stands_in = true;
        let first = |view: &StationView| of(view).first().cloned().unwrap_or_default();
        assert!(first(&view).starts_with("strap lost: oximeter's pulse leads"));
        view.notes.strap_doubted_by = Some(RuleId::HrStuck);
        assert!(
            first(&view).starts_with(
                "strap doubted, stands still while load moves: oximeter's pulse leads"
            )
        );
    }

    #[test]
    fn a_load_that_waits_says_for_what() {
        let mut view = view();
        assert_eq!(awaited_signal(&view), "");
        view.heart_rate.source = Some(HeartRateSource::Oximeter);
        assert_eq!(awaited_signal(&view), "HR by the oximeter's pulse alone");
        view.saturation.trust = Trust::Lost;
        assert_eq!(awaited_signal(&view), "SpO2 waits for good readings");
    }

    #[test]
    fn each_note_is_said_in_its_own_words_and_none_without_cause() {
        let mut view = view();
        assert_eq!(of(&view), Vec::<String>::new());
        let load = |value| Some(Target::Load(NetMets::new(value).unwrap()));
        let notes = &mut view.notes;
        notes.stands_in = true;
        notes.irregular = Some(Irregular::Seen);
        notes.slowed = true;
        notes.without_gain = true;
        notes.gain_of_assessed = Some(0.5);
        notes.smaller_load = true;
        (notes.target, notes.target_ordered) = (load(3.0), load(3.5));
        notes.agreement = Agreement {
            strap: Some(92.0),
            oximeter: Some(118.0),
            machine: Some(117.0),
            differ: true,
            alone: Some(HeartRateSource::Strap),
        };
        let said = of(&view).join("\n");
        for part in [
            "oximeter's pulse leads, HR limits 5 tighter",
            "HR differs, strap 92, oximeter's pulse 118, machine's grips 117: strap stands alone",
            "HR irregular, not on file",
            "HR cannot be held",
            "load swung to and fro",
            "HR rose 0.5 times the assessment's in warm-up: smaller load taken",
            "target 3.00 net MET by hand, ordered 3.50 net MET",
        ] {
            assert!(said.contains(part), "{part}: {said}");
        }
        assert_eq!(lasting(&view).len(), 6);
        view.notes.irregular = Some(Irregular::OnFile);
        assert_eq!(lasting(&view).len(), 5);
        view.notes.gain_of_assessed = Some(0.65);
        view.notes.smaller_load = false;
        let said = of(&view).join("\n");
        assert!(said.contains("atrial fibrillation: HR is the mean of 15 s"));
        assert!(said.contains("in warm-up: medicines as usual?"), "{said}");
        view.notes.agreement.differ = false;
        assert!(!of(&view).join("\n").contains("HR differs"));
    }
}
