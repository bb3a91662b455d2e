//! What a bout's seconds are for the forms that other programs read: phases and sides of intervals, pieces without a hole, and when a timer
//! would have run.

use core::time::Duration;

use control::controller::{Interval, Turn};
use control::input::HeartRateSource;
use control::prescription::Mode;
use control::view::PhaseKind;
use protocols::vocabulary::NetMets;

use crate::records::session::{BoutRecord, EventRecord, MeasurementRecord, Second};
use crate::records::{HOLE_US, SessionRecord};

/// A recorded second stands for one, in microseconds.
pub(in crate::review) const SECOND_US: i64 = 1_000_000;

/// One bout, cut. It has one second at least.
pub(super) struct Bout<'a> {
    session: &'a SessionRecord,
    record: &'a BoutRecord,
    laps: Vec<Lap<'a>>,
    runs: Vec<Run>,
    from_us: i64,
    to_us: i64,
}

/// A phase, or one side of an interval.
pub(super) struct Lap<'a> {
    /// The phase.
    pub(super) phase: PhaseKind,
    /// Where in its intervals conditioning stood.
    pub(super) turn: Option<Turn>,
    /// When it began, in microseconds after the session began.
    pub(super) from_us: i64,
    /// When it ended: where the next begins, or with the last second.
    pub(super) to_us: i64,
    /// Its seconds.
    pub(super) seconds: &'a [Second],
}

/// The timer ran.
pub(super) struct Run {
    /// From when, in microseconds after the session began.
    pub(super) from_us: i64,
    /// To when.
    pub(super) to_us: i64,
    /// What ended it.
    pub(super) end: RunEnd,
}

/// What ended a run of the timer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RunEnd {
    /// A pause or a stop.
    Stood,
    /// Seconds that were not recorded.
    Gap,
    /// The bout's last second.
    Over,
    /// The last second before the gym was lost: nobody ended it there.
    Lost,
}

impl<'a> Bout<'a> {
    /// Cuts a bout; `None` where it has no second.
    pub(super) fn of(session: &'a SessionRecord, record: &'a BoutRecord) -> Option<Self> {
        let from_us = record.seconds.first()?.t_us;
        let to_us = record.seconds.last()?.t_us.saturating_add(SECOND_US);
        Some(Self {
            session,
            record,
            laps: laps(record, to_us),
            runs: runs(record),
            from_us,
            to_us,
        })
    }

    /// Its record.
    pub(super) const fn record(&self) -> &'a BoutRecord {
        self.record
    }

    /// Which of the session, from 1.
    pub(super) const fn number(&self) -> u16 {
        self.record.number
    }

    /// When its first second was.
    pub(super) const fn began_us(&self) -> i64 {
        self.from_us
    }

    /// When its last second ended.
    pub(super) const fn ended_us(&self) -> i64 {
        self.to_us
    }

    /// Its laps, in order; together they are the bout.
    pub(super) fn laps(&self) -> &[Lap<'a>] {
        &self.laps
    }

    /// When the timer ran.
    pub(super) fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// How long the timer ran.
    pub(super) fn timer_us(&self) -> i64 {
        self.runs.iter().map(|run| run.to_us - run.from_us).sum()
    }

    /// How long the timer ran within a lap.
    pub(super) fn timer_within_us(&self, lap: &Lap<'_>) -> i64 {
        self.runs
            .iter()
            .map(|run| (run.to_us.min(lap.to_us) - run.from_us.max(lap.from_us)).max(0))
            .sum()
    }

    /// What happened during it, in order.
    pub(super) fn events(&self) -> impl Iterator<Item = &'a EventRecord> {
        let number = self.record.number;
        self.session
            .events
            .iter()
            .filter(move |event| event.bout == Some(number))
    }

    /// The measurements that hold, in order.
    pub(super) fn measurements(&self) -> impl Iterator<Item = &'a MeasurementRecord> {
        let number = self.record.number;
        self.session
            .measurements_in_force()
            .filter(move |taken| taken.bout == number)
    }
}

/// The ordered intervals, where there are any.
fn intervals(record: &BoutRecord) -> Option<Interval> {
    let (work_for, recovery_for, repeats) = match record.setup.as_ref()?.prescription.mode {
        Mode::Interval {
            work_for,
            recovery_for,
            repeats,
            ..
        }
        | Mode::HeartRateInterval {
            work_for,
            recovery_for,
            repeats,
            ..
        } => (work_for, recovery_for, repeats),
        Mode::Constant { .. }
        | Mode::HeartRateHeld { .. }
        | Mode::MetHeld { .. }
        | Mode::ByHand => return None,
    };
    // When work and recovery turn does not hang on their loads.
    let nothing = NetMets::ZERO;
    Some(Interval::new(
        nothing,
        work_for,
        nothing,
        recovery_for,
        repeats,
    ))
}

/// Where each second belongs: its phase, and where in its intervals conditioning stood, by the time of conditioning so far.
fn places(record: &BoutRecord) -> Vec<(PhaseKind, Option<Turn>)> {
    let intervals = intervals(record);
    let mut elapsed_us = 0_i64;
    let mut before: Option<&Second> = None;
    record
        .seconds
        .iter()
        .map(|second| {
            if let Some(before) = before.filter(|_| second.is_conditioning())
                && before.is_conditioning()
            {
                elapsed_us = elapsed_us.saturating_add(second.t_us - before.t_us);
            }
            before = Some(second);
            let elapsed = Duration::from_micros(elapsed_us.unsigned_abs());
            let turn = intervals
                .filter(|_| second.is_conditioning())
                .and_then(|intervals| intervals.turn(elapsed));
            (second.phase, turn)
        })
        .collect()
}

fn laps(record: &BoutRecord, end_us: i64) -> Vec<Lap<'_>> {
    let places = places(record);
    let mut rest = record.seconds.as_slice();
    let mut laps: Vec<Lap<'_>> = Vec::new();
    for same in places.chunk_by(|one, next| one == next) {
        let (seconds, after) = rest.split_at(same.len().min(rest.len()));
        rest = after;
        if let (Some((phase, turn)), Some(first)) = (same.first(), seconds.first()) {
            if let Some(before) = laps.last_mut() {
                before.to_us = first.t_us;
            }
            laps.push(Lap {
                phase: *phase,
                turn: *turn,
                from_us: first.t_us,
                to_us: end_us,
                seconds,
            });
        }
    }
    laps
}

fn runs(record: &BoutRecord) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut running: Option<i64> = None;
    let mut before_us: Option<i64> = None;
    for second in &record.seconds {
        let stands = matches!(second.phase, PhaseKind::Paused | PhaseKind::Stopped);
        if let (Some(from_us), Some(last_us)) = (running, before_us)
            && second.t_us.saturating_sub(last_us) > HOLE_US
        {
            runs.push(Run {
                from_us,
                to_us: last_us.saturating_add(SECOND_US),
                end: RunEnd::Gap,
            });
            running = None;
        }
        match running {
            Some(from_us) if stands => {
                runs.push(Run {
                    from_us,
                    to_us: second.t_us,
                    end: RunEnd::Stood,
                });
                running = None;
            }
            None if !stands => running = Some(second.t_us),
            Some(_) | None => {}
        }
        before_us = Some(second.t_us);
    }
    if let (Some(from_us), Some(last_us)) = (running, before_us) {
        runs.push(Run {
            from_us,
            to_us: last_us.saturating_add(SECOND_US),
            end: if record.broke_off {
                RunEnd::Lost
            } else {
                RunEnd::Over
            },
        });
    }
    runs
}

/// The seconds in pieces without a hole: in each, every second follows a second after the one before, from the piece's first on.
pub(in crate::review) fn pieces(seconds: &[Second]) -> impl Iterator<Item = &[Second]> {
    let mut rest = seconds;
    core::iter::from_fn(move || {
        let first_us = rest.first()?.t_us;
        let due = (0_i64..).map(|place| first_us.saturating_add(place.saturating_mul(SECOND_US)));
        let whole = rest
            .iter()
            .zip(due)
            .take_while(|(second, due_us)| (second.t_us - due_us).abs() < SECOND_US / 2)
            .count();
        let (piece, after) = rest.split_at(whole.max(1));
        rest = after;
        Some(piece)
    })
}

/// Whether the patient wore a strap: it was bound, or it was heard.
pub(in crate::review) fn has_strap(bout: &BoutRecord) -> bool {
    bout.setup.as_ref().is_some_and(|setup| setup.sensors.strap)
        || bout
            .seconds
            .iter()
            .any(|second| second.heart_rate_source == Some(HeartRateSource::Strap))
}

/// Whether the patient wore an oximeter: it was bound, or it was heard.
pub(in crate::review) fn has_oximeter(bout: &BoutRecord) -> bool {
    bout.setup
        .as_ref()
        .is_some_and(|setup| setup.sensors.oximeter)
        || bout
            .seconds
            .iter()
            .any(|second| second.spo2_percent.is_some() || second.pulse_bpm.is_some())
}
