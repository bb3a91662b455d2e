//! Whether a session met its prescription: the one answer that list, review and report give.
//!
//! Promises: a session that is still open, or whose bouts another version began, is not judged. Deliberately absent: a judgement of the
//! patient; what was not met is told with what it was that ended the session or held the load back.

use control::prescription::Mode;
use control::rules::RuleId;

use crate::clinic::progression;
use crate::dashboard::words::limiters::{self, Group};
use crate::dashboard::words::{rules, share_against};
use crate::records::SessionRecord;
use crate::records::archive::whole_second;
use crate::records::codes;
use crate::records::figures::{self, SessionFigures};
use crate::records::length;
use crate::records::session::{BoutRecord, Ended, HoleKind};

/// A prescription is met from this share of the ordered minutes on, in per cent (`prescription.md` section 8, as for a step up).
pub const MINUTES_PERCENT: f64 = 95.0;

/// The others judge nothing where fewer of the bouts' seconds than this share are recorded (choice: as of the minutes).
const WHOLE_PERCENT: i64 = 95;

/// And, where a heart rate is held, from this share of conditioning in the zone on (the same).
pub const ZONE_PERCENT: f64 = 80.0;

/// And, where a load is ordered, from this share of it on.
pub const LOAD_PERCENT: f64 = progression::LOAD_PERCENT;

/// Whether a session met its prescription, and by what that is told.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// `None` where it cannot be told, as of a record that was altered.
    pub met: Option<bool>,
    /// Share of the ordered minutes that were exercised, in per cent, 100 at most.
    pub minutes_percent: Option<f64>,
    /// How the ordered intensity was kept; `None` where none was ordered, or nothing was measured.
    pub intensity: Option<Intensity>,
    /// Why it ended before its time, in words; `None` where it did not.
    pub ended_by: Option<String>,
    /// What held the load back for longest in conditioning, in words, and for how many seconds of it.
    pub held_back: Option<(&'static str, u32)>,
    /// It is still open.
    pub is_open: bool,
    /// Its record is not what was recorded: nothing is judged by that.
    pub is_altered: bool,
    /// That may be what damaged pages took alone.
    pub is_damaged: bool,
    /// So many seconds of its bouts are missing that nothing can be judged by the others; `None` where none is, or few.
    pub lost_s: Option<i64>,
    /// How often its gym was lost.
    pub gyms_lost: usize,
    /// For how many seconds of the session no gym ran then, as far as it went on.
    pub without_a_gym_s: i64,
}

/// How the ordered intensity was kept in conditioning.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Intensity {
    /// By heart rate.
    Zone {
        /// Share in the zone, in per cent.
        in_percent: f64,
        /// Minutes below it.
        below_min: f64,
        /// Minutes above it.
        above_min: f64,
    },
    /// By load: the share that was let through of what the prescription orders, in per cent.
    Load {
        /// The share.
        percent: f64,
    },
}

impl Intensity {
    /// Whether it was kept.
    #[must_use]
    pub fn is_met(&self) -> bool {
        match self {
            Self::Zone { in_percent, .. } => *in_percent >= ZONE_PERCENT,
            Self::Load { percent } => *percent >= LOAD_PERCENT,
        }
    }

    /// In words: `84 % of conditioning in the zone`.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Zone { in_percent, .. } => {
                format!(
                    "{} % of conditioning in the zone",
                    share_against(*in_percent, ZONE_PERCENT)
                )
            }
            Self::Load { percent } => format!(
                "{} % of the ordered load",
                share_against(*percent, LOAD_PERCENT)
            ),
        }
    }

    fn short(&self) -> String {
        match self {
            Self::Zone { in_percent, .. } => {
                format!("{} % in zone", share_against(*in_percent, ZONE_PERCENT))
            }
            Self::Load { percent } => {
                format!("{} % of load", share_against(*percent, LOAD_PERCENT))
            }
        }
    }
}

impl Verdict {
    /// Judges a session by its figures.
    #[must_use]
    pub fn of(session: &SessionRecord, figures: &SessionFigures) -> Self {
        let is_open = session.line.state == "open";
        let minutes_percent = figures.completed_percent;
        let intensity = intensity(session, figures);
        let lost_s = lost(session);
        let judged = minutes_percent.filter(|_| !is_open && lost_s.is_none());
        let met = judged.map(|minutes| {
            minutes >= MINUTES_PERCENT && intensity.is_none_or(|kept| kept.is_met())
        });
        // An ordinary rise holds nothing back; one that leaves the ordered load unreached does.
        let by_ramp = match intensity {
            Some(kept @ Intensity::Load { .. }) => !kept.is_met(),
            Some(Intensity::Zone { .. }) | None => false,
        };
        let held_back = figures.held_back_s.iter().find_map(|(word, seconds)| {
            let reason = codes::read_reason(word)?;
            Group::of(reason).filter(|group| *group != Group::Ramp || by_ramp)?;
            Some((limiters::of(reason), *seconds))
        });
        Self {
            met,
            minutes_percent,
            intensity,
            ended_by: session.ended_by().as_ref().and_then(ended_by),
            held_back,
            is_open,
            is_altered: false,
            is_damaged: false,
            lost_s,
            gyms_lost: session.bouts.iter().filter(|bout| bout.broke_off).count(),
            without_a_gym_s: without_a_gym(session),
        }
    }

    /// The same of a session of whose record this is not what was recorded, where anything is.
    #[must_use]
    pub fn of_a_record_with(self, altered: &[String]) -> Self {
        if altered.is_empty() {
            return self;
        }
        Self {
            met: None,
            is_altered: true,
            ..self
        }
    }

    /// Whether a load was ordered, and no heart rate that it is judged by.
    #[must_use]
    pub const fn is_by_load(&self) -> bool {
        matches!(self.intensity, Some(Intensity::Load { .. }))
    }

    /// Share of conditioning in the zone, in per cent, where that tells how an order was kept: beside an ordered load a zone may be drawn,
    /// and nobody asked for it.
    #[must_use]
    pub fn zone_share(&self, figures: &SessionFigures) -> Option<f64> {
        let zone = figures.zone.as_ref().filter(|_| !self.is_by_load())?;
        Some(zone.in_percent)
    }

    /// As much of it as a row of a list has room for: `met`, `not: 62 % in zone`.
    #[must_use]
    pub fn short(&self) -> String {
        match self.met {
            _ if self.is_open => "open".to_owned(),
            _ if self.is_altered && self.is_damaged => "damaged".to_owned(),
            _ if self.is_altered => "altered".to_owned(),
            None if self.lost_s.is_some() => "seconds lost".to_owned(),
            None => "--".to_owned(),
            Some(true) => "met".to_owned(),
            Some(false) => format!("not: {}", self.failing()),
        }
    }

    /// The whole of it in a sentence, and in another that its gym was lost, whatever else is judged.
    #[must_use]
    pub fn sentence(&self) -> String {
        let judged = self.judged();
        match self.gym_lost() {
            Some(lost) => format!("{judged} {lost}"),
            None => judged,
        }
    }

    fn gym_lost(&self) -> Option<String> {
        let times = match self.gyms_lost {
            0 => return None,
            1 => "once".to_owned(),
            2 => "twice".to_owned(),
            more => format!("{more} times"),
        };
        let gone = match self.without_a_gym_s {
            0 => String::new(),
            gone => format!(" ({} until it went on)", length::minutes(gone)),
        };
        Some(format!("The gym was lost in it {times}{gone}."))
    }

    fn judged(&self) -> String {
        if self.is_open {
            return "The session is still open: nothing is judged yet.".to_owned();
        }
        if self.is_altered {
            return "Whether the prescription was met cannot be told: the record is not what was recorded.".to_owned();
        }
        if let Some(lost) = self.lost_s {
            return format!(
                "Whether the prescription was met cannot be told: {} of its bouts are missing in the record.",
                length::minutes(lost)
            );
        }
        let Some(met) = self.met else {
            return "Whether the prescription was met cannot be told: what was ordered is not in a form that this version reads.".to_owned();
        };
        let mut parts = Vec::new();
        parts.extend(self.minutes_percent.map(|percent| {
            format!(
                "{} % of the ordered minutes",
                share_against(percent, MINUTES_PERCENT)
            )
        }));
        parts.extend(self.intensity.map(|kept| kept.words()));
        let mut sentence = format!(
            "The prescription was {}: {}",
            if met { "met" } else { "not met" },
            parts.join(", ")
        );
        if let Some(because) = self.ended_by.as_ref().filter(|_| !met) {
            sentence = format!("{sentence}; it ended early: {because}");
        }
        if let Some((what, seconds)) = self.held_back.filter(|_| !met) {
            sentence = format!(
                "{sentence}; load was held back longest by {what} ({})",
                length::minutes(seconds)
            );
        }
        sentence.push('.');
        sentence
    }

    /// What was missed, the minutes first.
    fn failing(&self) -> String {
        let minutes = self
            .minutes_percent
            .filter(|percent| *percent < MINUTES_PERCENT);
        match (minutes, self.intensity) {
            (Some(percent), _) => format!("{} % of time", share_against(percent, MINUTES_PERCENT)),
            (None, Some(kept)) => kept.short(),
            (None, None) => String::new(),
        }
    }
}

/// What is lost without a word in the record may be anything; where a gap tells why, so little of the bouts may be missing as of the minutes.
fn lost(session: &SessionRecord) -> Option<i64> {
    let lost: i64 = session.bouts.iter().map(BoutRecord::missing_s).sum();
    let recorded = i64::try_from(session.seconds().count()).unwrap_or(i64::MAX);
    let is_damaged = session
        .gaps
        .iter()
        .any(|gap| gap.is_damage && gap.is_of_seconds());
    let much = recorded
        .saturating_add(lost)
        .saturating_mul(100 - WHOLE_PERCENT)
        < lost.saturating_mul(100);
    (is_damaged || much).then(|| lost.max(1))
}

/// From where its gym was lost until it went on, in seconds.
fn without_a_gym(session: &SessionRecord) -> i64 {
    let holes = session.holes().into_iter();
    let lost = holes.filter(|hole| hole.kind == HoleKind::GymLost);
    let micros: i64 = lost.map(|hole| hole.to_us - hole.from_us).sum();
    whole_second(micros)
}

/// Why a session ended before its time.
fn ended_by(ended: &Ended) -> Option<String> {
    if let Some(rule) = &ended.rule {
        let plain = RuleId::from_name(rule).map(|rule| rules::of(rule).plain);
        return Some(plain.map_or_else(|| rule.clone(), str::to_owned));
    }
    Some(match ended.reason.as_str() {
        "completed" => return None,
        "patient" => "the patient ended it".to_owned(),
        "staff" => "the staff ended it".to_owned(),
        "gym-closed" => "the gym was closed".to_owned(),
        "interrupted" => "it was interrupted".to_owned(),
        other => other.replace('-', " "),
    })
}

/// By heart rate where one was held, else by load where one was ordered. Intervals by heart rate have no zone that they should stay in.
fn intensity(session: &SessionRecord, shown: &SessionFigures) -> Option<Intensity> {
    let modes: Vec<Mode> = session
        .bouts
        .iter()
        .filter_map(|bout| Some(bout.setup.as_ref()?.prescription.mode))
        .collect();
    let holds = |mode: &Mode| matches!(mode, Mode::HeartRateHeld { .. });
    if !modes.is_empty() && modes.iter().all(holds) {
        let zone = shown.zone.as_ref()?;
        return Some(Intensity::Zone {
            in_percent: zone.in_percent,
            below_min: zone.below_min,
            above_min: zone.above_min,
        });
    }
    figures::load_percent(session).map(|percent| Intensity::Load { percent })
}

#[cfg(test)]
mod tests {
    use control::view::Reason;

    use super::*;
    use crate::records::fixtures::{archive_of_a_visit, archive_of_a_visit_in_three_gyms};

    fn verdict() -> Verdict {
        Verdict {
            met: Some(true),
            minutes_percent: Some(100.0),
            intensity: Some(Intensity::Zone {
                in_percent: 84.0,
                below_min: 3.0,
                above_min: 1.0,
            }),
            ended_by: None,
            held_back: Some(("saturation near its floor", 64)),
            is_open: false,
            is_altered: false,
            is_damaged: false,
            lost_s: None,
            gyms_lost: 0,
            without_a_gym_s: 0,
        }
    }

    #[test]
    fn an_altered_record_meets_nothing_and_misses_nothing() {
        let (_folder, archive) = archive_of_a_visit();
        let session = SessionRecord::read(&archive, "last").unwrap();
        let judged = Verdict::of(&session, &SessionFigures::of(&session));
        assert_eq!(judged.clone().of_a_record_with(&[]), judged);
        let altered = judged.of_a_record_with(&["measurement 1 was changed".to_owned()]);
        assert_eq!((altered.met, altered.short().as_str()), (None, "altered"));
        assert!(
            altered
                .sentence()
                .contains("cannot be told: the record is not what was recorded")
        );
    }

    #[test]
    fn turns_are_held_against_what_was_ordered_and_not_against_what_the_ramp_let_be_asked() {
        let (_folder, archive) = archive_of_a_visit();
        let mut session = SessionRecord::read(&archive, "last").unwrap();
        let mets = |value| protocols::vocabulary::NetMets::new(value).unwrap();
        let setup = session.bouts[0].setup.as_mut().unwrap();
        setup.prescription.mode = Mode::Interval {
            work: mets(8.0),
            work_for: core::time::Duration::from_mins(1),
            recovery: mets(2.0),
            recovery_for: core::time::Duration::from_mins(2),
            repeats: 5,
        };
        let granted: Vec<f64> = session
            .seconds()
            .filter(|(_, second)| second.is_conditioning())
            .map(|(_, second)| f64::from(second.granted_met_milli))
            .collect();
        let mean = granted.iter().sum::<f64>() / f64::from(u32::try_from(granted.len()).unwrap());
        let judged = Verdict::of(&session, &SessionFigures::of(&session));
        let Some(Intensity::Load { percent }) = judged.intensity else {
            panic!("loads were ordered: {judged:?}");
        };
        // (8 x 60 + 2 x 120) / 180 = 4 MET.
        assert!((percent - mean / 40.0).abs() < 1e-6, "{percent} of {mean}");
    }

    #[test]
    fn a_session_is_judged_by_its_minutes_and_by_what_was_let_through_of_the_load() {
        let (_folder, archive) = archive_of_a_visit();
        let session = SessionRecord::read(&archive, "last").unwrap();
        let figures = SessionFigures::of(&session);
        let judged = Verdict::of(&session, &figures);
        assert_eq!(judged.minutes_percent, figures.completed_percent);
        let Some(Intensity::Load { percent }) = judged.intensity else {
            panic!("a constant load was ordered: {judged:?}");
        };
        let conditioning: Vec<_> = session
            .seconds()
            .filter(|(_, second)| second.is_conditioning())
            .map(|(_, second)| second.clone())
            .collect();
        let sum = |of: fn(&crate::records::session::Second) -> u32| {
            f64::from(conditioning.iter().map(of).sum::<u32>())
        };
        // 3.5 MET were ordered, whatever limits and rules made of what was asked for.
        let expected = 100.0 * sum(|second| second.granted_met_milli) / (sum(|_| 1) * 3_500.0);
        assert!((percent - expected).abs() < 1e-9);
        // A fall of saturation ended conditioning before its time.
        assert_eq!(judged.met, Some(false));
        let minutes = judged.minutes_percent.unwrap();
        assert!(minutes < MINUTES_PERCENT, "{minutes}");
        assert_eq!(judged.short(), format!("not: {minutes:.0} % of time"));
        assert!(
            judged.sentence().contains("held back longest by"),
            "{}",
            judged.sentence()
        );
    }

    #[test]
    fn what_limits_took_from_what_was_asked_for_is_still_ordered() {
        let (_folder, archive) = archive_of_a_visit();
        let mut session = SessionRecord::read(&archive, "last").unwrap();
        let mets = |value| protocols::vocabulary::NetMets::new(value).unwrap();
        let held_back = |session: &mut SessionRecord, granted: u32| {
            for second in &mut session.bouts[0].seconds {
                // Saturation held it, and what was asked for came down with it.
                second.proposed_met_milli = granted;
                second.granted_met_milli = granted;
            }
            let judged = Verdict::of(session, &SessionFigures::of(session));
            let Some(Intensity::Load { percent }) = judged.intensity else {
                panic!("a load was ordered: {judged:?}");
            };
            (percent, judged.intensity.unwrap())
        };
        for mode in [
            Mode::Constant { target: mets(3.5) },
            Mode::MetHeld { target: mets(3.5) },
        ] {
            session.bouts[0].setup.as_mut().unwrap().prescription.mode = mode;
            let (percent, kept) = held_back(&mut session, 2_915);
            assert!((percent - 100.0 * 2.915 / 3.5).abs() < 1e-9, "{percent}");
            assert!(!kept.is_met());
            assert_eq!(kept.words(), "83 % of the ordered load");
            let (_, kept) = held_back(&mut session, 3_150);
            assert!(kept.is_met());
            // What is not met is never told with the figure of the limit.
            let (_, kept) = held_back(&mut session, 3_140);
            assert!(!kept.is_met());
            assert_eq!(kept.words(), "89 % of the ordered load");
        }
    }

    #[test]
    fn nothing_is_judged_by_what_is_left_of_lost_seconds() {
        let (_folder, archive) = archive_of_a_visit();
        let mut session = SessionRecord::read(&archive, "last").unwrap();
        session.bouts[0].seconds.drain(100..200);
        let judged = Verdict::of(&session, &SessionFigures::of(&session));
        assert_eq!((judged.met, judged.lost_s), (None, Some(100)));
        assert_eq!(judged.short(), "seconds lost");
        let sentence = judged.sentence();
        assert!(
            sentence.contains("cannot be told: 1:40 of its bouts"),
            "{sentence}"
        );
    }

    #[test]
    fn the_ramp_is_named_where_it_alone_kept_the_load_from_what_was_ordered() {
        let (_folder, archive) = archive_of_a_visit();
        let mut session = SessionRecord::read(&archive, "last").unwrap();
        let mets = |value| protocols::vocabulary::NetMets::new(value).unwrap();
        let held_back = |session: &SessionRecord, minutes: f64| {
            let figures = SessionFigures {
                completed_percent: Some(minutes),
                held_back_s: vec![(codes::reason(Reason::Ramp), 50)],
                ..SessionFigures::of(session)
            };
            Verdict::of(session, &figures).held_back
        };
        let prescription = &mut session.bouts[0].setup.as_mut().unwrap().prescription;
        prescription.mode = Mode::Constant { target: mets(8.0) };
        let ramp = Some((limiters::of(Reason::Ramp), 50));
        assert_eq!(held_back(&session, 100.0), ramp);
        assert_eq!(
            held_back(&session, 90.0),
            ramp,
            "the longest, whatever else"
        );
        for second in &mut session.bouts[0].seconds {
            second.granted_met_milli = 7_900;
        }
        assert_eq!(held_back(&session, 100.0), None, "it is there");
    }

    #[test]
    fn what_was_missed_is_named_and_what_was_met_needs_no_excuse() {
        let met = verdict();
        assert_eq!(met.short(), "met");
        assert_eq!(
            met.sentence(),
            "The prescription was met: 100 % of the ordered minutes, 84 % of conditioning in the zone."
        );
        let missed = Verdict {
            met: Some(false),
            minutes_percent: Some(62.4),
            ended_by: Some("saturation at its floor".to_owned()),
            ..verdict()
        };
        assert_eq!(missed.short(), "not: 62 % of time");
        assert_eq!(
            missed.sentence(),
            "The prescription was not met: 62 % of the ordered minutes, 84 % of conditioning in the zone; it ended early: saturation at \
             its floor; load was held back longest by saturation near its floor (1:04)."
        );
    }

    #[test]
    fn a_gym_that_was_lost_is_told_whatever_is_judged() {
        let (_folder, archive) = archive_of_a_visit_in_three_gyms();
        let session = SessionRecord::read(&archive, "last").unwrap();
        let judged = Verdict::of(&session, &SessionFigures::of(&session));
        // Each gym was away for 20 s.
        let told = " The gym was lost in it twice (0:40 until it went on).";
        assert!(judged.sentence().ends_with(told), "{}", judged.sentence());
        let open = Verdict {
            is_open: true,
            gyms_lost: 1,
            ..verdict()
        };
        assert!(open.sentence().ends_with(". The gym was lost in it once."));
    }

    #[test]
    fn of_an_ordered_load_no_share_in_a_zone_is_told() {
        let (_folder, archive) = archive_of_a_visit();
        let session = SessionRecord::read(&archive, "last").unwrap();
        let figures = SessionFigures::of(&session);
        assert!(figures.zone.is_some(), "a zone is drawn");
        let by_load = Verdict::of(&session, &figures);
        assert!(by_load.is_by_load());
        assert_eq!(by_load.zone_share(&figures), None);
        let by_heart_rate = verdict();
        assert!(!by_heart_rate.is_by_load());
        assert_eq!(
            by_heart_rate.zone_share(&figures),
            figures.zone.as_ref().map(|zone| zone.in_percent)
        );
    }

    #[test]
    fn an_open_session_is_not_judged() {
        let open = Verdict {
            met: None,
            is_open: true,
            ..verdict()
        };
        assert_eq!(open.short(), "open");
        assert!(open.sentence().contains("still open"));
        let unknown = Verdict {
            met: None,
            ..verdict()
        };
        assert_eq!(unknown.short(), "--");
    }
}
