//! What is drawn from: the gym's last picture, this viewer's own state, and now. Ages are computed here, never believed.

use std::time::Duration;

use control::view::{AlarmView, LIVE_FOR, Trust, VitalView};
use protocols::vocabulary::Timestamp;

use super::alarms;
use super::theme::Theme;
use super::ui::Ui;
use super::words;
use crate::gym::snapshot::{Snapshot, StationSnapshot};

/// No picture for longer than this: the wall says so, and no number is live.
pub const PICTURE_LIMIT: Duration = Duration::from_secs(1);
/// A value older than this shows its age and dims.
pub const AGED_AFTER: Duration = LIVE_FOR;
/// A vital sign older than this is not shown (`supervision.md` 2.1: lost).
pub const VITAL_LIMIT: Duration = Duration::from_secs(10);
/// What is said of a value that came and does not any more.
const LOST: &str = "lost";
/// A machine's report older than this is not shown (rule `machine-lost`).
pub const REPORT_LIMIT: Duration = Duration::from_secs(5);

/// How the socket to the gym is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// It has not answered yet.
    Connecting,
    /// It is open.
    Up,
    /// It was open, and is not since then, in nanoseconds of `CLOCK_BOOTTIME`.
    Lost {
        /// Since when.
        since: u64,
    },
}

/// What this viewer sees now.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// The gym's last picture.
    pub snapshot: Option<&'a Snapshot>,
    /// Now, in nanoseconds of `CLOCK_BOOTTIME`.
    pub now: u64,
    /// How the socket is.
    pub link: Link,
    /// The gym ends its sessions when its last viewer has gone.
    pub ends_with_last_viewer: bool,
}

impl<'a> Seen<'a> {
    /// The gym's time now; its start where no picture has come.
    #[must_use]
    pub fn gym_now(&self) -> Timestamp {
        self.snapshot
            .map_or(Timestamp::ZERO, |snapshot| snapshot.clock.at(self.now))
    }

    /// How old the picture is by the machine's clock.
    #[must_use]
    pub fn picture_age(&self) -> Duration {
        self.snapshot.map_or(Duration::ZERO, |snapshot| {
            self.gym_now().since(snapshot.at) / snapshot.clock.rate.max(1)
        })
    }

    /// Whether the picture may be taken for the gym as it is now.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.snapshot.is_some() && self.link == Link::Up && self.picture_age() <= PICTURE_LIMIT
    }

    /// How long the gym has not been heard; `None` while it is.
    #[must_use]
    pub fn lost_for(&self) -> Option<Duration> {
        if self.is_live() {
            return None;
        }
        let by_socket = match self.link {
            Link::Lost { since } => Duration::from_nanos(self.now.saturating_sub(since)),
            Link::Connecting | Link::Up => Duration::ZERO,
        };
        Some(by_socket.max(self.picture_age()))
    }

    /// The station of that number.
    #[must_use]
    pub fn station(&self, number: u8) -> Option<&'a StationSnapshot> {
        self.snapshot?
            .stations
            .iter()
            .find(|station| station.number == number)
    }

    /// The session on that station.
    #[must_use]
    pub fn session(&self, number: u8) -> Option<&'a str> {
        let session = self.station(number)?.session.as_ref()?;
        Some(session.id.as_str())
    }

    /// Whether an alarm is in the bright phase of its flash: on an old picture none is.
    #[must_use]
    pub fn lit(&self, alarm: &AlarmView) -> bool {
        self.is_live() && alarms::lit(alarm, self.now)
    }

    /// How long ago, in the gym's time.
    #[must_use]
    pub fn age(&self, then: Timestamp) -> Duration {
        self.gym_now().since(then)
    }

    /// How long until, in the gym's time; nothing where it is past.
    #[must_use]
    pub fn left(&self, then: Timestamp) -> Duration {
        then.since(self.gym_now())
    }

    /// Wall time now, in microseconds since 1970; `None` where no picture has come.
    #[must_use]
    pub fn wall_micros(&self) -> Option<i64> {
        let age = i64::try_from(self.picture_age().as_micros()).ok()?;
        self.snapshot?.wall_micros.checked_add(age)
    }

    /// How fresh something that was sent then is. A faster gym's limits are by the machine's clock, as its lines are faster too.
    #[must_use]
    pub fn freshness(&self, sent_at: Timestamp, limit: Duration) -> Freshness {
        let age = self.age(sent_at);
        let real = age
            / self
                .snapshot
                .map_or(1, |snapshot| snapshot.clock.rate.max(1));
        if real > limit {
            Freshness::Gone(age)
        } else if real > AGED_AFTER || !self.is_live() {
            Freshness::Aged(age)
        } else {
            Freshness::Live
        }
    }

    /// A vital sign as it may be shown.
    #[must_use]
    pub fn vital(&self, vital: &VitalView) -> Figure {
        let fresh = vital
            .sent_at
            .map(|sent_at| self.freshness(sent_at, VITAL_LIMIT));
        let why = || match (vital.absence, fresh) {
            (Some(absence), _) => words::absence(absence),
            // Something came just now, and the core does not believe it.
            (None, Some(Freshness::Live)) => "not trusted",
            (None, _) => LOST,
        };
        // Of an irregular rhythm the mean is shown: a number that jumps tells nobody where it stands.
        let shown = vital.value.map(|value| vital.mean_15_s.unwrap_or(value));
        match (shown, fresh, vital.trust) {
            (None, _, Trust::Absent) => Figure::NoSensor,
            (Some(value), Some(Freshness::Live), trust) => Figure::Value {
                value,
                doubted: (trust != Trust::Trusted).then(|| words::notes::doubt(vital)),
                age: None,
            },
            (Some(value), Some(Freshness::Aged(age)), trust) => Figure::Value {
                value,
                doubted: (trust != Trust::Trusted).then(|| words::notes::doubt(vital)),
                age: Some(age),
            },
            (Some(_), Some(Freshness::Gone(age)), _) => Figure::Missing {
                why: LOST,
                age: Some(age),
            },
            (Some(_), None, _) => Figure::Missing {
                why: "of unknown age",
                age: None,
            },
            (None, Some(Freshness::Live), _) => Figure::Missing {
                why: why(),
                age: None,
            },
            (None, _, _) => Figure::Missing {
                why: why(),
                age: vital.sent_at.map(|sent_at| self.age(sent_at)),
            },
        }
    }
}

/// How fresh a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// It counts.
    Live,
    /// It is shown dimmed, with its age.
    Aged(Duration),
    /// It is not shown any more; its age is.
    Gone(Duration),
}

/// A number as it may be shown: missing is never zero and never the last value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Figure {
    /// A value.
    Value {
        /// The number.
        value: f64,
        /// The core does not trust it, and why.
        doubted: Option<&'static str>,
        /// Its age, where it is too old to be live.
        age: Option<Duration>,
    },
    /// There is none.
    Missing {
        /// Why.
        why: &'static str,
        /// Since when nothing came.
        age: Option<Duration>,
    },
    /// Nobody measures it.
    NoSensor,
}

impl Figure {
    /// The number, or dashes.
    #[must_use]
    pub fn digits(&self) -> String {
        match self {
            Self::Value { value, .. } => words::whole(*value),
            Self::Missing { .. } | Self::NoSensor => "--".to_owned(),
        }
    }

    /// Whether it is a value of now.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        matches!(self, Self::Value { age: None, .. })
    }

    /// What has to be said beside the number, or nothing.
    #[must_use]
    pub fn remark(&self) -> String {
        match self {
            Self::Value {
                doubted: None,
                age: None,
                ..
            } => String::new(),
            Self::Value {
                doubted: Some(why),
                age: None,
                ..
            } => format!("doubtful: {why}"),
            Self::Value { age: Some(age), .. } => format!("{} old", words::minutes(*age)),
            Self::Missing {
                why,
                age: Some(age),
            } if *why == LOST => format!("{LOST} {}", words::minutes(*age)),
            // The age first: in a narrow tile the reason is what may be cut.
            Self::Missing {
                why,
                age: Some(age),
            } => format!("{} {why}", words::minutes(*age)),
            Self::Missing { why, age: None } => (*why).to_owned(),
            Self::NoSensor => "no sensor".to_owned(),
        }
    }
}

/// All that a panel draws from.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// The gym as this viewer sees it now.
    pub seen: Seen<'a>,
    /// This viewer's own state.
    pub ui: &'a Ui,
    /// Colours and glyphs.
    pub theme: &'a Theme,
}
