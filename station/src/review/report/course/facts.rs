//! What each session says to the rules of progression.

mod rules;

use core::ops::RangeInclusive;

use control::prescription::{BoutSetup, Mode};
use control::rules::RuleId;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use self::rules::{Rules, is_of_the_patient};
use super::super::visit::Visit;
use crate::clinic::ordered::{Medicines, Ordered};
use crate::clinic::progression::{COVER_PERCENT, Doubt, Facts, LoadGiven, Recorded};
use crate::records::archive::seconds;
use crate::records::session::Ended;
use crate::records::{SessionRecord, figures};
use crate::review::export::span::has_oximeter;
use crate::review::verdict::MINUTES_PERCENT;

const DAY_S: f64 = 86_400.0;

/// Days since 1970 of a wall time.
pub(super) fn day(wall_us: i64) -> f64 {
    seconds(wall_us) / DAY_S
}

/// What a session says: what was measured of it, and why of the rest nothing is known.
pub(super) fn of(visit: &Visit, zone: &TimeZone) -> Facts {
    let facts = recorded(visit, zone);
    if !visit.verdict.is_altered {
        return facts;
    }
    // What was ordered stays, so that what does not apply does not become what nobody knows.
    Facts {
        load: match facts.load {
            LoadGiven::NotOrdered => LoadGiven::NotOrdered,
            LoadGiven::Unknown | LoadGiven::Percent(_) => LoadGiven::Unknown,
        },
        zone_ordered: facts.zone_ordered,
        heart_rate_held: facts.heart_rate_held,
        oximeter: facts.oximeter,
        day: facts.day,
        conditioning_min: facts.conditioning_min,
        doubts: vec![Doubt::Altered],
        ..Facts::default()
    }
}

/// What the record says of it.
fn recorded(visit: &Visit, zone: &TimeZone) -> Facts {
    let (record, shown) = (&visit.record, &visit.figures);
    let rules = Rules::of(record);
    let measured = Measured::of(visit, &rules);
    let setups = || record.bouts.iter().filter_map(|bout| bout.setup.as_ref());
    let ordered_zone = |setup: &BoutSetup| {
        let limits = setup.prescription.heart_rate;
        limits.is_some_and(|limits| limits.zone.is_some())
    };
    let (stop_rules, reduce_rules) = rules.of_the_patient();
    let held = setups().any(|setup| {
        matches!(
            setup.prescription.mode,
            Mode::HeartRateHeld { .. } | Mode::HeartRateInterval { .. }
        )
    });
    let lower_half = shown
        .zone
        .as_ref()
        .map(|zone| zone.lower_bpm..=f64::midpoint(zone.lower_bpm, zone.upper_bpm));
    let mean = shown.heart_rate.conditioning_mean_bpm;
    Facts {
        completed_percent: measured.completed_percent,
        in_zone_percent: shown
            .zone
            .as_ref()
            .filter(|_| measured.heart_rate)
            .map(|zone| zone.in_percent),
        zone_ordered: setups().any(ordered_zone),
        load: if figures::orders_load(record) {
            figures::load_percent(record)
                .filter(|_| measured.seconds)
                .map_or(LoadGiven::Unknown, LoadGiven::Percent)
        } else {
            LoadGiven::NotOrdered
        },
        exertion: shown.scores.exertion_peak,
        dyspnoea: shown.scores.dyspnoea_peak,
        in_lower_half: mean
            .zip(lower_half)
            .filter(|_| !held && measured.heart_rate)
            .map(|(mean, lower_half)| lower_half.contains(&mean)),
        heart_rate_held: held,
        recorded: if measured.seconds {
            Recorded::Whole
        } else {
            Recorded::InPart
        },
        stop_rules,
        reduce_rules,
        over_floor: shown
            .saturation
            .nadir_percent
            .zip(shown.saturation.floor_percent)
            .filter(|_| measured.saturation)
            .map(|(nadir, floor)| nadir - floor),
        oximeter: record.bouts.iter().any(has_oximeter),
        pressure_normal: shown
            .pressure
            .peak
            .filter(|_| measured.seconds)
            .and_then(|_| rules.pressure_normal()),
        medicines_same: medicines_same(visit, zone),
        rest_bpm: shown.heart_rate.rest_bpm,
        mass_kg: shown.dose.mass_kg,
        day: day(record.line.began_wall_micros),
        conditioning_min: conditioning(record),
        doubts: measured.doubts,
        corrected: rules.corrected(),
        beside_the_patient: rules.beside_the_patient(),
    }
}

/// Ordered minutes of conditioning.
fn conditioning(record: &SessionRecord) -> Option<f64> {
    // What goes on after its gym was lost does the rest of the same order; a bout that begins when another has ended is an order of its own,
    // by the same prescription too, and has its conditioning from the beginning.
    let minutes: f64 = record
        .orders()
        .filter_map(|bouts| bouts.first()?.setup.as_ref())
        .map(|setup| setup.prescription.conditioning.as_secs_f64() / 60.0)
        .sum();
    (minutes > 0.0).then_some(minutes)
}

/// What of a session was measured well enough to rest a proposal on.
struct Measured {
    /// Its seconds: so few are missing that no rule can have been silent for long.
    seconds: bool,
    /// The heart rate against its zone.
    heart_rate: bool,
    /// The saturation.
    saturation: bool,
    completed_percent: Option<RangeInclusive<f64>>,
    doubts: Vec<Doubt>,
}

impl Measured {
    fn of(visit: &Visit, rules: &Rules<'_>) -> Self {
        let shown = &visit.figures;
        let mut doubts = Vec::new();
        doubts.extend(visit.verdict.lost_s.map(Doubt::SecondsMissing));
        let seconds = doubts.is_empty();
        let mut covers = |cover: Option<f64>, doubt: fn(f64) -> Doubt| {
            let little = cover.filter(|cover| *cover < COVER_PERCENT);
            doubts.extend(little.map(doubt));
            seconds && little.is_none()
        };
        // Of all of conditioning, whoever told the heart rate: a pulse of the oximeter that stood in counts too.
        let against_zone = shown.zone.as_ref().map(|zone| {
            let counted = zone.below_min + zone.in_min + zone.above_min;
            100.0 * counted / shown.conditioning_min.max(counted)
        });
        let heart_rate = covers(against_zone, Doubt::HeartRate);
        let saturation = covers(shown.spo2_cover_percent, Doubt::Saturation);
        let done = shown
            .completed_recorded_percent
            .zip(shown.completed_percent);
        let by_whom = done
            .filter(|(recorded, _)| *recorded < MINUTES_PERCENT)
            .and_then(|_| ended_beside_the_patient(visit, rules));
        let completed_percent = done
            .filter(|_| by_whom.is_none())
            .map(|(recorded, told)| recorded..=told);
        doubts.extend(by_whom.map(Doubt::EndedBesideThePatient));
        Self {
            seconds,
            heart_rate,
            saturation,
            completed_percent,
            doubts,
        }
    }
}

/// What ended it that is not the patient's, in words: a sensor, the machine or the gym.
fn ended_beside_the_patient(visit: &Visit, rules: &Rules<'_>) -> Option<String> {
    let ended = visit.record.ended_by();
    let told = |of: fn(&Ended) -> Option<&str>| ended.as_ref().and_then(of);
    let rule = told(|ended| ended.rule.as_deref()).and_then(RuleId::from_name);
    let of_the_gym = matches!(
        told(|ended| Some(&ended.reason)),
        Some("gym-closed" | "interrupted")
    );
    if let Some(rule) = rule.filter(|rule| rules.has_lost_its_ground(*rule)) {
        return Some(format!("{rule}, by a figure that was corrected afterwards"));
    }
    if rule.is_some_and(|rule| !is_of_the_patient(rule)) || of_the_gym {
        visit.verdict.ended_by.clone()
    } else {
        (visit.verdict.gyms_lost > 0).then(|| "the gym was lost in it".to_owned())
    }
}

/// Whether the prescription says that nothing changed from the session on.
fn medicines_same(visit: &Visit, zone: &TimeZone) -> Option<bool> {
    let text = &visit.record.bouts.last()?.prescription.text;
    match Ordered::read(text).medicines? {
        Medicines::None => Some(true),
        Medicines::Taken(changed) => {
            let changed: Date = changed?.parse().ok()?;
            let wall_us = visit.record.line.began_wall_micros;
            let at = jiff::Timestamp::from_microsecond(wall_us).ok()?;
            Some(changed <= zone.to_datetime(at).date())
        }
    }
}

#[cfg(test)]
mod tests {
    use control::rules::LoadAct;

    use super::*;
    use crate::records::fixtures::archive_of_a_visit_in_three_gyms;
    use crate::review::export::samples;

    fn facts(session: SessionRecord) -> Facts {
        of(&Visit::of(session), &TimeZone::UTC)
    }

    /// The visit with one alarm alone, of that rule, that did this to the load.
    fn with_an_alarm(rule: RuleId, act: LoadAct) -> SessionRecord {
        let mut session = samples::visit();
        let mut raised = session.events.iter();
        let mut event = raised
            .find(|event| event.kind == "alarm-raised")
            .unwrap()
            .clone();
        session
            .events
            .retain(|event| !event.kind.starts_with("alarm-"));
        event.rule = Some(rule.name().to_owned());
        event.act = Some(crate::records::codes::word(&act));
        session.events.push(event);
        session
    }

    #[test]
    fn a_rest_and_what_failed_beside_the_patient_are_no_stop_rules() {
        let count = |rule, act| {
            let facts = facts(with_an_alarm(rule, act));
            (facts.stop_rules, facts.reduce_rules)
        };
        assert_eq!(count(RuleId::CadenceVeryLow, LoadAct::ZeroWait), (0, 0));
        assert_eq!(count(RuleId::CadenceStopped, LoadAct::Stop), (0, 0));
        assert_eq!(count(RuleId::Claudication, LoadAct::ZeroWait), (0, 0));
        for (rule, act) in [
            (RuleId::MachineLost, LoadAct::Stop),
            (RuleId::ControllerFault, LoadAct::Stop),
            (RuleId::HrLost, LoadAct::CoolDown),
            (RuleId::Spo2Lost, LoadAct::Fall),
            (RuleId::Unacknowledged, LoadAct::CoolDown),
            (RuleId::GymCloses, LoadAct::Stop),
        ] {
            assert_eq!(count(rule, act), (0, 0), "{rule}");
        }
        assert_eq!(count(RuleId::OperatorStop, LoadAct::Stop), (1, 0));
        assert_eq!(count(RuleId::Symptom, LoadAct::Stop), (1, 0));
        assert_eq!(count(RuleId::HrLimit, LoadAct::CoolDown), (1, 0));
        assert_eq!(count(RuleId::RpeHigh, LoadAct::Fall), (0, 1));
    }

    #[test]
    fn minutes_that_nobody_recorded_may_or_may_not_have_been_done() {
        let completed = facts(samples::with_a_gap()).completed_percent.unwrap();
        let whole = facts(samples::visit()).completed_percent.unwrap();
        assert!((whole.end() - whole.start()).abs() < 1e-9, "{whole:?}");
        // 20 s of the 360 s that were ordered.
        let missing = completed.end() - completed.start();
        assert!(
            (missing - 100.0 * 20.0 / 360.0).abs() < 0.5,
            "{completed:?}"
        );
    }

    #[test]
    fn a_load_that_was_not_given_is_no_ground_for_more() {
        let mut session = samples::visit();
        for second in &mut session.bouts[0].seconds {
            second.proposed_met_milli = 2_915;
            second.granted_met_milli = 2_915;
        }
        let LoadGiven::Percent(percent) = facts(session).load else {
            panic!("a load was ordered and recorded");
        };
        assert!(percent < 84.0, "{percent}");
    }

    #[test]
    fn what_goes_on_after_a_lost_gym_was_ordered_for_its_minutes_once() {
        let (_folder, archive) = archive_of_a_visit_in_three_gyms();
        let session = SessionRecord::read(&archive, "last").unwrap();
        let setup = session.bouts[0].setup.unwrap();
        let ordered = setup.prescription.conditioning.as_secs_f64() / 60.0;
        assert_eq!(facts(session.clone()).conditioning_min, Some(ordered));
        // Each had ended: each was ordered.
        let mut again = session;
        for bout in &mut again.bouts {
            bout.broke_off = false;
        }
        assert_eq!(facts(again).conditioning_min, Some(3.0 * ordered));
    }

    #[test]
    fn the_lower_half_of_the_zone_has_a_lower_end() {
        let at = |rate: u16| {
            let mut session = samples::visit();
            for second in &mut session.bouts[0].seconds {
                second.heart_rate_bpm = Some(rate);
            }
            facts(session).in_lower_half
        };
        // The zone is 95 to 115.
        let told = [90, 95, 104, 110].map(at);
        assert_eq!(told, [Some(false), Some(true), Some(true), Some(false)]);
    }
}
