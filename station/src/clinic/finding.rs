//! What a bout shows beside the ones before it, in words for the physiologist. Said only where it is more than chance: beyond two
//! standard uncertainties, which count how a heart differs from one day to the next.
//!
//! Deliberately absent: any consequence. A finding changes no load and no limit; a person asks and decides.

use control::learning::{Learned, Steady};
use serde::{Deserialize, Serialize};

use super::equations;

/// By how much the heart rate at one and the same load differs from day to day, in beats a minute, one standard deviation: with another
/// hour, sleep, warmth, coffee, medicine (assumed, from what is told of healthy people).
const FROM_DAY_TO_DAY: f64 = 3.0;

/// The same in atrial fibrillation (choice).
const FROM_DAY_TO_DAY_IRREGULAR: f64 = 6.0;

/// A mean over the steady part is itself off by so much, in beats a minute (`tests/law/learning.rs`).
const OF_A_MEAN: f64 = 1.0;

/// An assessed gain is off by so much, as a share of it (`controllers.md` 2.3).
const OF_AN_ASSESSMENT: f64 = 0.15;

/// Two standard uncertainties are more than chance.
const BEYOND: f64 = 2.0;

/// So many earlier sessions are needed: one may have been the odd one.
pub const AT_LEAST: usize = 2;

/// Smaller differences of load are no news, in METs.
const NEWS_METS: f64 = 0.2;

/// A gain is worth a word outside these shares of the assessed one (`supervision.md` U19).
const AS_ASSESSED: (f64, f64) = (0.6, 1.6);

/// Watts are told to so many.
const WATTS: f64 = 5.0;

/// Something that a physiologist wants to know.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// More or less load at the same heart rate than in earlier sessions.
    LoadAtSameHeartRate {
        /// By how much, in net METs; more is positive.
        difference_met: f64,
        /// Its standard uncertainty.
        sd_met: f64,
        /// The same in watts, on an ergometer.
        difference_w: Option<f64>,
        /// How many sessions it was compared with.
        sessions: usize,
    },
    /// The heart answers load otherwise than the assessment says.
    AnswerToLoad {
        /// The gain that was learned, in beats a minute for each net MET.
        gain: f64,
        /// Its standard uncertainty.
        gain_sd: f64,
        /// The gain that was assessed.
        assessed: f64,
    },
}

/// How a heart answers to load: what carries a steady stretch over to another heart rate or load.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Answer {
    /// Beats a minute for each net MET.
    pub gain: f64,
    /// By how much the heart rate climbs in a minute at a load that stays, in beats a minute.
    pub drift: f64,
}

impl Answer {
    /// By how much the heart rate climbs from one moment of a bout to another, both in seconds after conditioning began.
    fn climbs(self, from_s: f64, to_s: f64) -> f64 {
        self.drift * (to_s - from_s) / 60.0
    }

    /// The load that would have given another heart rate at that second of conditioning, in net METs.
    #[must_use]
    pub fn load_at(self, then: &Steady, heart_rate: f64, second: f64) -> f64 {
        let climbs = self.climbs(then.middle_s, second);
        then.load + (heart_rate - then.heart_rate - climbs) / self.gain
    }

    /// The heart rate that another load would have given at that second of conditioning, in beats a minute.
    #[must_use]
    pub fn heart_rate_at(self, then: &Steady, load: f64, second: f64) -> f64 {
        then.heart_rate + self.gain * (load - then.load) + self.climbs(then.middle_s, second)
    }
}

/// What findings rest on.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// What this bout taught.
    pub learned: &'a Learned,
    /// What the like bouts of earlier sessions did.
    pub earlier: &'a [Learned],
    /// The patient's weight, where the machine is an ergometer.
    pub mass_kg: Option<f64>,
    /// The gain that was assessed.
    pub assessed_gain: Option<f64>,
    /// Atrial fibrillation.
    pub irregular: bool,
    /// The first bout of its visit: who comes from another machine has not come to rest, and answers less than rested.
    pub is_first: bool,
}

/// Everything worth saying, the most worth first.
#[must_use]
pub fn findings(shown: &Shown<'_>) -> Vec<Finding> {
    [answer_to_load(shown), load_at_same_heart_rate(shown)]
        .into_iter()
        .flatten()
        .collect()
}

fn answer_to_load(shown: &Shown<'_>) -> Option<Finding> {
    let assessed = shown.assessed_gain?;
    let Learned { gain, gain_sd, .. } = *shown.learned;
    let as_assessed = AS_ASSESSED.0 * assessed <= gain && gain <= AS_ASSESSED.1 * assessed;
    let sd = (OF_AN_ASSESSMENT * assessed).hypot(gain_sd);
    let beyond = (gain - assessed).abs() > BEYOND * sd;
    (shown.is_first && !shown.irregular && !as_assessed && beyond).then_some(
        Finding::AnswerToLoad {
            gain,
            gain_sd,
            assessed,
        },
    )
}

fn load_at_same_heart_rate(shown: &Shown<'_>) -> Option<Finding> {
    let now = shown.learned.steady?;
    let before: Vec<_> = shown
        .earlier
        .iter()
        .filter_map(|earlier| earlier.steady)
        .collect();
    if before.len() < AT_LEAST {
        return None;
    }
    let gains = shown.earlier.iter().chain([shown.learned]);
    let gain = mean(gains.map(|learned| learned.gain))?;
    // What each earlier session would have needed for today's heart rate, at the same minute: it climbs by itself meanwhile.
    let answer = Answer {
        gain,
        drift: shown.learned.drift,
    };
    let loads: Vec<f64> = before
        .iter()
        .map(|then| answer.load_at(then, now.heart_rate, now.middle_s))
        .collect();
    let then = mean(loads.iter().copied())?;
    let difference = now.load - then;
    let count = mean_count(loads.len());
    // How far the earlier ones lie apart, in beats a minute; where that is less than days are known to differ, they were alike by chance.
    let spread = loads
        .iter()
        .map(|load| ((load - then) * gain).powi(2))
        .sum::<f64>()
        / (count - 1.0);
    let day = if shown.irregular {
        FROM_DAY_TO_DAY_IRREGULAR
    } else {
        FROM_DAY_TO_DAY
    };
    let day = spread.max(day * day + OF_A_MEAN * OF_A_MEAN) * (1.0 + 1.0 / count);
    let moved = now.heart_rate - mean(before.iter().map(|then| then.heart_rate))?;
    let by_gain = moved * shown.learned.gain_sd / gain;
    let by_drift =
        0.5 * answer.climbs(mean(before.iter().map(|then| then.middle_s))?, now.middle_s);
    let sd = (day + by_gain * by_gain + by_drift * by_drift).sqrt() / gain;
    let is_news = difference.abs() >= NEWS_METS && difference.abs() > BEYOND * sd;
    is_news.then(|| Finding::LoadAtSameHeartRate {
        difference_met: difference,
        sd_met: sd,
        difference_w: shown
            .mass_kg
            .map(|mass| difference * equations::watts_per_net_met(mass)),
        sessions: before.len(),
    })
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    (count > 0.0).then(|| sum / count)
}

fn mean_count(count: usize) -> f64 {
    protocols::vocabulary::number::from_u64(u64::try_from(count).unwrap_or(u64::MAX))
}

impl Finding {
    /// The whole of it, in words.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::LoadAtSameHeartRate { sessions, .. } => {
                self.than(&format!("the last {} sessions", in_words(*sessions)))
            }
            Self::AnswerToLoad { gain, assessed, .. } => {
                let (how, ask) = if gain > assessed {
                    ("more", "ask about medicines: a beta blocker left out?")
                } else {
                    ("less", "ask about medicines: a beta blocker that is new?")
                };
                format!(
                    "answers load {how} strongly than assessed (gain {gain:.0} against {assessed:.0} beats/min per MET); {ask}"
                )
            }
        }
    }

    /// A difference of load beside sessions that are named: `20 W more at the same heart rate than in the first two sessions`. Any other
    /// finding has words of its own.
    #[must_use]
    pub fn than(&self, sessions: &str) -> String {
        match self {
            Self::LoadAtSameHeartRate { .. } => {
                format!(
                    "{} at the same heart rate than in {sessions}",
                    self.amount()
                )
            }
            Self::AnswerToLoad { .. } => self.text(),
        }
    }

    /// As much of it as a tile has room for.
    #[must_use]
    pub fn short(&self) -> String {
        match self {
            Self::LoadAtSameHeartRate { .. } => format!("{} at same HR", self.amount()),
            Self::AnswerToLoad { gain, assessed, .. } => {
                format!("gain {gain:.0}, assessed {assessed:.0}: ask")
            }
        }
    }

    /// `20 W less`, `0.6 MET more`.
    fn amount(&self) -> String {
        match self {
            Self::LoadAtSameHeartRate {
                difference_met,
                difference_w,
                ..
            } => {
                let how = if *difference_met > 0.0 {
                    "more"
                } else {
                    "less"
                };
                match difference_w {
                    Some(watts) => {
                        format!("{:.0} W {how}", (watts.abs() / WATTS).round() * WATTS)
                    }
                    None => format!("{:.1} MET {how}", difference_met.abs()),
                }
            }
            Self::AnswerToLoad { .. } => String::new(),
        }
    }
}

/// A small number as a word.
#[must_use]
pub fn in_words(sessions: usize) -> String {
    match sessions {
        2 => "two".to_owned(),
        3 => "three".to_owned(),
        more => more.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use control::learning::{OnMachine, Steady};

    use super::*;

    /// A bout of gain 10 that held this heart rate by that load.
    fn bout(heart_rate: f64, load: f64) -> Learned {
        Learned {
            gain: 10.0,
            gain_sd: 0.8,
            tau_s: 80.0,
            tau_sd: 20.0,
            drift: 0.1,
            drift_sd: 0.1,
            steady: Some(Steady {
                heart_rate,
                load,
                machine: OnMachine::Watts(50.0),
                middle_s: 750.0,
                seconds: 900.0,
            }),
        }
    }

    fn told(learned: &Learned, earlier: &[Learned], mass_kg: Option<f64>) -> Vec<String> {
        let shown = Shown {
            learned,
            earlier,
            mass_kg,
            assessed_gain: Some(10.0),
            irregular: false,
            is_first: true,
        };
        findings(&shown).iter().map(Finding::text).collect()
    }

    const THREE: [(f64, f64); 3] = [(109.0, 3.9), (110.0, 4.0), (111.0, 4.1)];

    fn three() -> [Learned; 3] {
        THREE.map(|(heart_rate, load)| bout(heart_rate, load))
    }

    #[test]
    fn less_load_at_the_same_heart_rate_is_told_in_watts_or_mets() {
        let now = bout(110.0, 3.2);
        assert_eq!(
            told(&now, &three(), Some(80.0)),
            ["20 W less at the same heart rate than in the last three sessions"]
        );
        assert_eq!(
            told(&now, &three(), None),
            ["0.8 MET less at the same heart rate than in the last three sessions"]
        );
        let two = [bout(110.0, 4.0), bout(110.0, 4.0)];
        assert_eq!(
            told(&bout(110.0, 5.0), &two, None),
            ["1.0 MET more at the same heart rate than in the last two sessions"]
        );
    }

    #[test]
    fn another_target_is_no_finding() {
        // Ten beats more for one MET more is what its gain explains.
        assert!(told(&bout(120.0, 5.0), &three(), Some(80.0)).is_empty());
        assert!(!told(&bout(120.0, 4.0), &three(), Some(80.0)).is_empty());
    }

    #[test]
    fn what_a_day_explains_is_not_told() {
        // 2 √(3² + 1²) √(4/3) beats a minute by a gain of 10: 0.730 MET.
        assert!(told(&bout(110.0, 4.0 - 0.72), &three(), None).is_empty());
        assert_eq!(told(&bout(110.0, 4.0 - 0.74), &three(), None).len(), 1);
        assert!(told(&bout(110.0, 4.0 + 0.72), &three(), None).is_empty());
        assert_eq!(told(&bout(110.0, 4.0 + 0.74), &three(), None).len(), 1);
    }

    #[test]
    fn earlier_sessions_that_lie_apart_prove_less() {
        let apart = [bout(110.0, 3.3), bout(110.0, 4.0), bout(110.0, 4.7)];
        assert!(told(&bout(110.0, 3.0), &apart, None).is_empty());
        assert_eq!(told(&bout(110.0, 3.0), &three(), None).len(), 1);
    }

    #[test]
    fn a_shorter_look_is_held_against_the_same_minute() {
        let mut early = bout(110.0, 3.3);
        if let Some(steady) = early.steady.as_mut() {
            steady.middle_s = 450.0;
        }
        let shown = Shown {
            learned: &early,
            earlier: &three(),
            mass_kg: None,
            assessed_gain: None,
            irregular: false,
            is_first: true,
        };
        // Five minutes earlier the heart had climbed half a beat less: the load then would have been 0.05 MET more.
        let by_then = 0.7 + 0.05;
        match findings(&shown).as_slice() {
            [Finding::LoadAtSameHeartRate { difference_met, .. }] => {
                assert!((difference_met + by_then).abs() < 1e-9, "{difference_met}");
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn one_earlier_session_or_none_proves_nothing() {
        assert!(told(&bout(110.0, 1.0), &[bout(110.0, 4.0)], None).is_empty());
        assert!(told(&bout(110.0, 1.0), &[], None).is_empty());
        let unsteady = Learned {
            steady: None,
            ..bout(110.0, 1.0)
        };
        assert!(told(&unsteady, &three(), None).is_empty());
        assert!(told(&bout(110.0, 1.0), &[unsteady; 3], None).is_empty());
    }

    #[test]
    fn in_atrial_fibrillation_more_is_needed_and_the_gain_says_nothing() {
        let shown = |learned| Shown {
            learned,
            earlier: &[],
            mass_kg: None,
            assessed_gain: Some(4.0),
            irregular: true,
            is_first: true,
        };
        let (steady, now, three) = (bout(110.0, 4.0), bout(110.0, 3.0), three());
        assert!(findings(&shown(&steady)).is_empty());
        let irregular = Shown {
            earlier: &three,
            ..shown(&now)
        };
        assert!(findings(&irregular).is_empty());
    }

    #[test]
    fn an_answer_far_from_the_assessed_one_is_told_with_what_to_ask() {
        let answers = |gain, assessed| {
            let learned = Learned {
                gain,
                ..bout(110.0, 4.0)
            };
            let shown = Shown {
                learned: &learned,
                earlier: &[],
                mass_kg: None,
                assessed_gain: Some(assessed),
                irregular: false,
                is_first: true,
            };
            findings(&shown).first().map(Finding::text)
        };
        assert_eq!(
            answers(14.6, 9.0).as_deref(),
            Some(
                "answers load more strongly than assessed (gain 15 against 9 beats/min per MET); ask about medicines: a beta blocker left \
                 out?"
            )
        );
        assert!(answers(5.3, 9.0).is_some_and(|text| text.contains("less strongly")));
        // Inside 0.6 and 1.6 of it: nothing.
        assert_eq!(answers(14.3, 9.0), None);
        assert_eq!(answers(5.5, 9.0), None);
    }

    #[test]
    fn who_comes_from_another_machine_is_not_held_against_the_assessment() {
        let learned = bout(110.0, 4.0);
        let shown = |is_first| Shown {
            learned: &learned,
            earlier: &[],
            mass_kg: None,
            assessed_gain: Some(20.0),
            irregular: false,
            is_first,
        };
        assert_eq!(findings(&shown(true)).len(), 1);
        assert!(findings(&shown(false)).is_empty());
    }

    #[test]
    fn a_tile_has_few_words() {
        let shown = Shown {
            learned: &bout(110.0, 3.2),
            earlier: &three(),
            mass_kg: Some(80.0),
            assessed_gain: Some(5.0),
            irregular: false,
            is_first: true,
        };
        let short: Vec<String> = findings(&shown).iter().map(Finding::short).collect();
        assert_eq!(short, ["gain 10, assessed 5: ask", "20 W less at same HR"]);
        assert!(short.iter().all(|text| text.len() <= 26));
    }
}
