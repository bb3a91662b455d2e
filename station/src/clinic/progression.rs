//! What the clinic's rules of progression give for a patient's last sessions (`prescription.md` section 8): a step up, a step down, or neither.
//!
//! Promises: a proposal, with each condition and how it stands; never an order, and nothing that changes a load. A step up needs every condition
//! to hold; what is not known does not hold, and what was not measured is not known, for either. Deliberately absent: any other wisdom than the sheet's.

mod rise;

use core::ops::RangeInclusive;

use self::rise::Rise;
use crate::records::length;

/// So many of the last sessions are looked at.
pub const SESSIONS: usize = 3;
/// With fewer, too little is known.
pub const AT_LEAST: usize = 2;

/// Ordered minutes done, in per cent: a step up needs so much, with less than the second a step down is offered.
const COMPLETED_PERCENT: (f64, f64) = (95.0, 80.0);
/// Time in zone for a step up, in per cent.
const IN_ZONE_PERCENT: f64 = 80.0;
/// Where a load is ordered, the share of it that was let through, in per cent: it stands for the time in the zone (choice: what a step of load
/// is, 5 to 10 per cent).
pub const LOAD_PERCENT: f64 = 90.0;
/// Perceived exertion: so much at most for a step up, so much twice for a step down.
const EXERTION: (i64, i64) = (13, 16);
/// Dyspnoea that stands for it.
const DYSPNOEA: i64 = 4;
/// The lowest saturation stays so much above its floor, in per cent.
const OVER_FLOOR: f64 = 2.0;
/// A resting heart rate higher by so much, in beats a minute.
const REST_RISE_BPM: f64 = 10.0;
/// A weight higher by so much, in kilograms.
const WEIGHT_RISE_KG: f64 = 2.0;
/// What is said of conditioning was measured in so much of it, in per cent (choice: as of the minutes).
pub const COVER_PERCENT: f64 = COMPLETED_PERCENT.0;
/// Away for more days than this.
const AWAY_DAYS: f64 = 14.0;
/// Conditioning shorter than this is lengthened before load rises, in minutes.
const LONG_ENOUGH_MIN: f64 = 30.0;

/// What was let through of the load that was ordered.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum LoadGiven {
    /// None was ordered: by heart rate, or by hand.
    #[default]
    NotOrdered,
    /// Nothing was recorded of it.
    Unknown,
    /// So much of it, in per cent.
    Percent(f64),
}

/// How much of a session was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Recorded {
    /// So much that no rule can have done anything that nobody knows of.
    Whole,
    /// Too many seconds are missing: rules may have done anything in them.
    #[default]
    InPart,
}

/// What a session says to the rules.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Facts {
    /// Ordered minutes done, in per cent: from those that were recorded to all that may have been. `None` where what is lacking says nothing
    /// of the patient.
    pub completed_percent: Option<RangeInclusive<f64>>,
    /// Time in zone, in per cent; `None` where no zone was ordered or too little was trusted.
    pub in_zone_percent: Option<f64>,
    /// Whether a zone was ordered.
    pub zone_ordered: bool,
    /// What was let through of the load that was ordered.
    pub load: LoadGiven,
    /// The highest perceived exertion, 6 to 20.
    pub exertion: Option<i64>,
    /// The highest dyspnoea, 0 to 10.
    pub dyspnoea: Option<i64>,
    /// Whether the heart rate of conditioning was in the lower half of the zone; `None` where it is held, or nothing is known.
    pub in_lower_half: Option<bool>,
    /// Whether the controller held the heart rate, so that the load followed it.
    pub heart_rate_held: bool,
    /// How much of it was recorded, and so whether what rules did is known.
    pub recorded: Recorded,
    /// Rules about the patient that stopped the load or took it to cool-down.
    pub stop_rules: usize,
    /// Rules about the patient that lowered it.
    pub reduce_rules: usize,
    /// The lowest saturation less its floor, in per cent; `None` where too little was trusted.
    pub over_floor: Option<f64>,
    /// Whether an oximeter was worn.
    pub oximeter: bool,
    /// Whether the answer of the blood pressure was normal; `None` where it was not measured in exercise.
    pub pressure_normal: Option<bool>,
    /// Whether medicines were the same since before the session; `None` where the prescription does not say.
    pub medicines_same: Option<bool>,
    /// Resting heart rate, in beats a minute.
    pub rest_bpm: Option<f64>,
    /// Weight, in kilograms.
    pub mass_kg: Option<f64>,
    /// Days since 1970 at its beginning, for how long the patient was away.
    pub day: f64,
    /// Ordered minutes of conditioning.
    pub conditioning_min: Option<f64>,
    /// Why of the others some are not known.
    pub doubts: Vec<Doubt>,
    /// What figures that were corrected afterwards changed of them, in words.
    pub corrected: Vec<String>,
    /// Rules that took load away and say nothing of the patient, each with what it did, in words.
    pub beside_the_patient: Vec<String>,
}

/// Why something of a session is not known.
#[derive(Debug, Clone, PartialEq)]
pub enum Doubt {
    /// Its record is not what was recorded: nothing of it counts.
    Altered,
    /// So many seconds of it are missing.
    SecondsMissing(i64),
    /// The heart rate could be held against its zone in so much of conditioning, in per cent.
    HeartRate(f64),
    /// The saturation was trusted in so much of conditioning, in per cent.
    Saturation(f64),
    /// A sensor, the machine or the gym ended it, in words.
    EndedBesideThePatient(String),
}

impl Doubt {
    /// In words.
    #[must_use]
    pub fn words(&self) -> String {
        let cover = |what: &str, percent: f64| {
            let percent = percent.floor();
            format!(
                "{what} in {percent:.0} % of conditioning alone ({COVER_PERCENT:.0} are needed)"
            )
        };
        match self {
            Self::Altered => {
                "its record is not what was recorded, and nothing of it counts".to_owned()
            }
            Self::SecondsMissing(seconds) => format!(
                "{} of its bouts are missing in the record",
                length::minutes(*seconds)
            ),
            Self::HeartRate(percent) => cover("the heart rate was trusted", *percent),
            Self::Saturation(percent) => cover("the saturation was trusted", *percent),
            Self::EndedBesideThePatient(what) => format!(
                "the minutes that it lacks say nothing of the patient: it ended early by what is not theirs ({what})"
            ),
        }
    }
}

/// How a condition stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    /// It holds.
    Yes,
    /// It does not.
    No,
    /// Nobody can tell.
    Unknown,
    /// It does not apply to these sessions.
    DoesNotApply,
}

/// A condition of the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// In words.
    pub words: &'static str,
    /// How it stands.
    pub stands: Stands,
    /// By which figures, where it is a comparison.
    pub by: Option<String>,
}

/// What is proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proposal {
    /// Too few sessions.
    TooLittleKnown,
    /// Less load.
    StepDown,
    /// A restart at 70 to 80 per cent after weeks away.
    Restart,
    /// Longer conditioning.
    Longer,
    /// More load.
    MoreLoad,
    /// Neither up nor down.
    AsItIs,
}

/// What the rules give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progression {
    /// What is proposed.
    pub proposal: Proposal,
    /// The conditions of a step up: all must hold.
    pub up: Vec<Condition>,
    /// The conditions of a step down: one is enough.
    pub down: Vec<Condition>,
}

impl Progression {
    /// What is proposed in a sentence, with the figures of the rule, and with what is not known where that may have decided it.
    #[must_use]
    pub fn words(&self) -> String {
        let unknown = self
            .down
            .iter()
            .filter(|condition| condition.stands == Stands::Unknown)
            .count();
        let not_known = format!("{unknown} of {} being not known", self.down.len());
        let up = match self.proposal {
            Proposal::TooLittleKnown => {
                return "Too little is known for a proposal: the rules look at two to three sessions."
                    .to_owned();
            }
            Proposal::StepDown => {
                return "A step down is proposed. The rule says when, not by how much: that is the physiologist's to say."
                    .to_owned();
            }
            Proposal::Restart => {
                return "A restart at 70 to 80 % of the load is proposed.".to_owned();
            }
            Proposal::AsItIs => return self.neither(unknown, &not_known),
            Proposal::Longer => {
                "A step up is proposed: duration before intensity, so 1 to 5 min more of conditioning a session (or 5 to 10 min each one to two weeks), up to 30 to 60 min. One variable at a time."
            }
            Proposal::MoreLoad => {
                "A step up is proposed: 5 to 10 % more load (cycle 5 to 10 W; treadmill 0.2 to 0.3 km/h, or 0.5 to 1 % of grade). One variable at a time."
            }
        };
        if unknown == 0 {
            return up.to_owned();
        }
        format!("{up} None of the conditions of a step down is known to hold, {not_known}.")
    }

    fn neither(&self, unknown: usize, not_known: &str) -> String {
        let holds = if self.up.iter().any(|up| up.stands == Stands::No) {
            "holds"
        } else {
            "is known to hold"
        };
        let down = if unknown == 0 {
            String::new()
        } else {
            format!(" is known to hold, {not_known}")
        };
        format!(
            "Neither a step up nor a step down is proposed: not every condition of a step up {holds}, and none of a step down{down}."
        )
    }
}

/// What the rules give for sessions, the earliest first.
#[must_use]
pub fn progression(sessions: &[Facts], today: f64) -> Progression {
    let last = sessions
        .len()
        .checked_sub(SESSIONS)
        .and_then(|from| sessions.get(from..))
        .unwrap_or(sessions);
    let up = step_up(last);
    let down = step_down(sessions, last, today);
    let down_holds = |words: &str| {
        down.iter()
            .any(|condition| condition.words == words && condition.stands == Stands::Yes)
    };
    let any_down = down.iter().any(|condition| condition.stands == Stands::Yes);
    let all_up = up
        .iter()
        .all(|condition| matches!(condition.stands, Stands::Yes | Stands::DoesNotApply));
    let long = last
        .last()
        .and_then(|facts| facts.conditioning_min)
        .is_some_and(|minutes| minutes >= LONG_ENOUGH_MIN);
    let proposal = if sessions.len() < AT_LEAST {
        Proposal::TooLittleKnown
    } else if down_holds(AWAY) {
        Proposal::Restart
    } else if any_down {
        Proposal::StepDown
    } else if all_up {
        if long {
            Proposal::MoreLoad
        } else {
            Proposal::Longer
        }
    } else {
        Proposal::AsItIs
    };
    Progression { proposal, up, down }
}

const AWAY: &str = "more than two weeks away (restart at 70 to 80 %)";

/// Whether all of some sessions fulfil something; unknown where one of them does not tell and none denies it.
fn all(sessions: &[Facts], holds: impl Fn(&Facts) -> Option<bool>) -> Stands {
    let told: Vec<Option<bool>> = sessions.iter().map(holds).collect();
    if told.contains(&Some(false)) {
        Stands::No
    } else if told.is_empty() || told.contains(&None) {
        Stands::Unknown
    } else {
        Stands::Yes
    }
}

fn step_up(last: &[Facts]) -> Vec<Condition> {
    let condition = |words, stands| Condition {
        words,
        stands,
        by: None,
    };
    let unless = |does_not_apply: bool, stands| {
        if does_not_apply && !last.is_empty() {
            Stands::DoesNotApply
        } else {
            stands
        }
    };
    let no_zone = last.iter().all(|facts| !facts.zone_ordered);
    let no_load = last.iter().all(|facts| facts.load == LoadGiven::NotOrdered);
    let held = last.iter().all(|facts| facts.heart_rate_held);
    let no_oximeter = last.iter().all(|facts| !facts.oximeter);
    vec![
        condition(
            "the last two to three sessions completed to 95 % of their minutes or more",
            all(last, |facts| reaches(facts, COMPLETED_PERCENT.0)),
        ),
        condition(
            "80 % or more of conditioning in the zone",
            unless(
                no_zone,
                all(last, |facts| {
                    Some(facts.in_zone_percent? >= IN_ZONE_PERCENT)
                }),
            ),
        ),
        condition(
            "90 % or more of the ordered load let through",
            unless(no_load, all(last, load_given)),
        ),
        condition(
            "perceived exertion 13 or less (or dyspnoea 4 or less)",
            all(last, easy),
        ),
        condition(
            "heart rate in the lower half of the zone at the same load",
            unless(no_zone || held, all(last, |facts| facts.in_lower_half)),
        ),
        condition(
            "no rule about the patient stopped or reduced the load",
            all(last, |facts| {
                let none = facts.stop_rules + facts.reduce_rules == 0;
                (facts.recorded == Recorded::Whole || !none).then_some(none)
            }),
        ),
        condition(
            "lowest saturation 2 % or more above its floor",
            unless(
                no_oximeter,
                all(last, |facts| Some(facts.over_floor? >= OVER_FLOOR)),
            ),
        ),
        condition(
            "normal answer of the systolic pressure",
            all(last, |facts| facts.pressure_normal),
        ),
        condition(
            "no change of medicines since",
            all(last, |facts| facts.medicines_same),
        ),
    ]
}

/// Whether so much of the ordered minutes was done; unknown where minutes that were not recorded decide it.
fn reaches(facts: &Facts, percent: f64) -> Option<bool> {
    let completed = facts.completed_percent.as_ref()?;
    if *completed.start() >= percent {
        Some(true)
    } else if *completed.end() < percent {
        Some(false)
    } else {
        None
    }
}

/// What was ordered by heart rate has no load that it could lack.
const fn load_given(facts: &Facts) -> Option<bool> {
    match facts.load {
        LoadGiven::NotOrdered => Some(true),
        LoadGiven::Unknown => None,
        LoadGiven::Percent(percent) => Some(percent >= LOAD_PERCENT),
    }
}

fn easy(facts: &Facts) -> Option<bool> {
    let exertion = facts.exertion.map(|score| score <= EXERTION.0);
    let dyspnoea = facts.dyspnoea.map(|score| score <= DYSPNOEA);
    match (exertion, dyspnoea) {
        (Some(one), Some(other)) => Some(one && other),
        (one, other) => one.or(other),
    }
}

fn step_down(sessions: &[Facts], last: &[Facts], today: f64) -> Vec<Condition> {
    let condition = |words, stands| Condition {
        words,
        stands,
        by: None,
    };
    let risen = |words, limit, rise: Option<Rise>| Condition {
        words,
        stands: told(rise.as_ref().map(|rise| rise.is_of(limit))),
        by: rise.map(|rise| rise.words()),
    };
    let happened = |happened: bool| if happened { Stands::Yes } else { Stands::No };
    let by_rules = |is_one: &dyn Fn(&Facts) -> bool| {
        if last.iter().all(|facts| facts.recorded == Recorded::Whole) || last.iter().any(is_one) {
            happened(last.iter().any(is_one))
        } else {
            Stands::Unknown
        }
    };
    let is_hard = |facts: &&Facts| facts.exertion.is_some_and(|score| score >= EXERTION.1);
    let hard = last.iter().filter(is_hard).count();
    let unknown = |facts: &&Facts| facts.recorded == Recorded::InPart && !is_hard(facts);
    let may_be_hard = hard + last.iter().filter(unknown).count();
    let asked = last.iter().any(|facts| facts.exertion.is_some());
    let newest = sessions.last();
    let away = newest.map(|facts| today - facts.day > AWAY_DAYS);
    vec![
        condition(
            "a stop rule about the patient",
            by_rules(&|facts| facts.stop_rules > 0),
        ),
        condition(
            "perceived exertion of 16 or more twice",
            if hard < 2 && (may_be_hard >= 2 || !asked) {
                Stands::Unknown
            } else {
                happened(hard >= 2)
            },
        ),
        condition(
            "less than 80 % of the minutes completed",
            told(newest.and_then(|facts| Some(!reaches(facts, COMPLETED_PERCENT.1)?))),
        ),
        condition(
            "two reduce events about the patient in one session",
            by_rules(&|facts| facts.reduce_rules >= 2),
        ),
        risen(
            "resting heart rate up by 10 /min",
            REST_RISE_BPM,
            Rise::of(sessions, |facts| facts.rest_bpm),
        ),
        risen(
            "weight up by 2 kg",
            WEIGHT_RISE_KG,
            Rise::of(sessions, |facts| facts.mass_kg),
        ),
        condition(AWAY, told(away)),
    ]
}

const fn told(known: Option<bool>) -> Stands {
    match known {
        Some(true) => Stands::Yes,
        Some(false) => Stands::No,
        None => Stands::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good(day: f64) -> Facts {
        Facts {
            completed_percent: Some(100.0..=100.0),
            in_zone_percent: Some(88.0),
            zone_ordered: true,
            load: LoadGiven::Percent(96.0),
            exertion: Some(12),
            dyspnoea: None,
            in_lower_half: Some(true),
            heart_rate_held: false,
            recorded: Recorded::Whole,
            stop_rules: 0,
            reduce_rules: 0,
            over_floor: Some(4.0),
            oximeter: true,
            pressure_normal: Some(true),
            medicines_same: Some(true),
            rest_bpm: Some(70.0),
            mass_kg: Some(80.0),
            day,
            conditioning_min: Some(20.0),
            doubts: Vec::new(),
            corrected: Vec::new(),
            beside_the_patient: Vec::new(),
        }
    }

    fn three() -> Vec<Facts> {
        [1.0, 4.0, 8.0].map(good).to_vec()
    }

    fn proposed(sessions: &[Facts]) -> Proposal {
        progression(sessions, 9.0).proposal
    }

    #[test]
    fn where_every_condition_holds_minutes_come_before_load() {
        let mut sessions = three();
        assert_eq!(proposed(&sessions), Proposal::Longer);
        sessions[2].conditioning_min = Some(30.0);
        assert_eq!(proposed(&sessions), Proposal::MoreLoad);
    }

    /// One was hard, and of another nobody knows.
    #[test]
    fn twice_hard_is_not_known_where_what_is_not_known_would_decide_it() {
        let stands = |change: fn(&mut [Facts])| {
            let mut sessions = three();
            change(&mut sessions);
            let progression = progression(&sessions, 9.0);
            let twice = progression
                .down
                .iter()
                .find(|one| one.words.contains("twice"));
            twice.map(|one| one.stands)
        };
        assert_eq!(stands(|_| {}), Some(Stands::No));
        assert_eq!(stands(|all| all[0].exertion = Some(17)), Some(Stands::No));
        assert_eq!(
            stands(|all| {
                all[0].exertion = Some(17);
                (all[1].recorded, all[1].exertion) = (Recorded::InPart, None);
            }),
            Some(Stands::Unknown)
        );
        assert_eq!(
            stands(|all| {
                (all[0].exertion, all[2].exertion) = (Some(17), Some(16));
                (all[1].recorded, all[1].exertion) = (Recorded::InPart, None);
            }),
            Some(Stands::Yes)
        );
        assert_eq!(
            stands(|all| (all[1].recorded, all[1].exertion) = (Recorded::InPart, None)),
            Some(Stands::No)
        );
    }

    #[test]
    fn each_condition_of_a_step_up_is_needed_and_what_is_not_known_does_not_hold() {
        let spoilt: [fn(&mut Facts); 13] = [
            |facts| facts.completed_percent = Some(94.0..=94.0),
            |facts| facts.completed_percent = Some(70.0..=100.0),
            |facts| facts.recorded = Recorded::InPart,
            |facts| facts.completed_percent = None,
            |facts| facts.in_zone_percent = Some(79.0),
            |facts| facts.load = LoadGiven::Percent(83.3),
            |facts| facts.load = LoadGiven::Unknown,
            |facts| facts.exertion = Some(14),
            |facts| facts.in_lower_half = Some(false),
            |facts| facts.reduce_rules = 1,
            |facts| facts.over_floor = Some(1.9),
            |facts| facts.pressure_normal = None,
            |facts| facts.medicines_same = Some(false),
        ];
        for (place, spoil) in spoilt.iter().enumerate() {
            let mut sessions = three();
            spoil(&mut sessions[1]);
            assert_eq!(proposed(&sessions), Proposal::AsItIs, "{place}");
        }
    }

    #[test]
    fn each_condition_of_a_step_down_is_enough() {
        let spoilt: [fn(&mut Vec<Facts>); 6] = [
            |all| all[0].stop_rules = 1,
            |all| {
                all.iter_mut()
                    .skip(1)
                    .for_each(|facts| facts.exertion = Some(16));
            },
            |all| all[2].completed_percent = Some(60.0..=79.0),
            |all| all[1].reduce_rules = 2,
            |all| all[2].rest_bpm = Some(80.0),
            |all| all[2].mass_kg = Some(82.0),
        ];
        for (place, spoil) in spoilt.iter().enumerate() {
            let mut sessions = three();
            spoil(&mut sessions);
            assert_eq!(proposed(&sessions), Proposal::StepDown, "{place}");
        }
    }

    #[test]
    fn minutes_that_nobody_recorded_are_no_ground_for_less_either() {
        let mut sessions = three();
        sessions[2].completed_percent = Some(60.0..=100.0);
        assert_eq!(proposed(&sessions), Proposal::AsItIs);
        sessions[2].completed_percent = None;
        assert_eq!(proposed(&sessions), Proposal::AsItIs);
    }

    #[test]
    fn what_is_not_known_is_never_told_as_what_does_not_hold() {
        let words = |change: fn(&mut Facts)| {
            let mut sessions = three();
            change(&mut sessions[2]);
            progression(&sessions, 9.0).words()
        };
        let no = words(|facts| facts.in_zone_percent = Some(70.0));
        assert!(
            no.ends_with("not every condition of a step up holds, and none of a step down."),
            "{no}"
        );
        let open = words(|facts| facts.completed_percent = None);
        assert!(
            open.ends_with(
                "not every condition of a step up is known to hold, and none of a step down is known to hold, 1 of 7 being not known."
            ),
            "{open}"
        );
        let up = words(|facts| facts.mass_kg = None);
        assert!(
            up.contains("is proposed") && up.ends_with("1 of 7 being not known."),
            "{up}"
        );
    }

    #[test]
    fn a_slow_creep_is_seen_and_a_comparison_says_against_what() {
        let with = |values: &[(f64, f64)]| -> Condition {
            let sessions: Vec<Facts> = values
                .iter()
                .map(|(day, rate)| Facts {
                    rest_bpm: Some(*rate),
                    ..good(*day)
                })
                .collect();
            let day = sessions.last().map_or(0.0, |last| last.day);
            let given = progression(&sessions, day);
            let mut down = given.down.into_iter();
            let found = down.find(|condition| condition.words.starts_with("resting heart rate"));
            found.unwrap()
        };
        let creep = with(&[(0.0, 62.0), (3.0, 66.0), (7.0, 70.0), (10.0, 76.0)]);
        assert_eq!(creep.stands, Stands::Yes);
        assert_eq!(
            creep.by.as_deref(),
            Some("76.0, against 70.0 of the session before and 66.0 of the first 3 sessions")
        );
        let still = with(&[(0.0, 66.0), (3.0, 70.0), (7.0, 70.0), (10.0, 76.0)]);
        assert_eq!(still.stands, Stands::No);
        let weeks = with(&[
            (0.0, 80.0),
            (10.0, 66.0),
            (20.0, 68.0),
            (30.0, 72.0),
            (48.0, 77.0),
        ]);
        assert_eq!(
            weeks.by.as_deref(),
            Some("77.0, against 72.0 of the session before and 71.3 of 3 sessions four weeks back")
        );
        let two = with(&[(0.0, 62.0), (3.0, 72.0)]);
        assert_eq!(two.stands, Stands::Yes);
        assert_eq!(
            two.by.as_deref(),
            Some("72.0, against 62.0 of the session before")
        );
    }

    #[test]
    fn who_was_away_begins_again_with_less() {
        let given = progression(&three(), 8.0 + 14.5);
        assert_eq!(given.proposal, Proposal::Restart);
        assert!(given.words().contains("70 to 80 %"));
    }

    #[test]
    fn what_does_not_apply_keeps_nobody_back_and_one_session_says_too_little() {
        let mut sessions = three();
        for facts in &mut sessions {
            facts.zone_ordered = false;
            facts.load = LoadGiven::NotOrdered;
            facts.in_zone_percent = None;
            facts.in_lower_half = None;
            facts.oximeter = false;
            facts.over_floor = None;
        }
        assert_eq!(proposed(&sessions), Proposal::Longer);
        assert_eq!(proposed(&sessions[..1]), Proposal::TooLittleKnown);
        assert_eq!(proposed(&[]), Proposal::TooLittleKnown);
    }

    #[test]
    fn only_the_last_three_sessions_count() {
        let mut sessions = three();
        let mut bad = good(0.0);
        bad.stop_rules = 1;
        sessions.insert(0, bad);
        assert_eq!(proposed(&sessions), Proposal::Longer);
    }
}
