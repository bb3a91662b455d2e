//! What was let through, and told to the machine, of the load that was ordered.
//!
//! Promises: the order is the prescription's, whatever a limit, a rule or a hand made of what was asked for afterwards.

use control::prescription::Mode;

use super::super::session::{BoutRecord, Second, SessionRecord};

/// The ordered load of conditioning, in thousandths of a MET above rest: of intervals the mean of work and recovery. `None` where a heart
/// rate is held, or the load is in a person's hand.
fn ordered_milli(bout: &BoutRecord) -> Option<f64> {
    let ordered = match bout.setup.as_ref()?.prescription.mode {
        Mode::Constant { target } | Mode::MetHeld { target } => target.get(),
        Mode::Interval {
            work,
            work_for,
            recovery,
            recovery_for,
            ..
        } => {
            let (work_s, recovery_s) = (work_for.as_secs_f64(), recovery_for.as_secs_f64());
            let whole = work_s + recovery_s;
            (work.get() * work_s + recovery.get() * recovery_s) / whole
        }
        Mode::HeartRateHeld { .. } | Mode::HeartRateInterval { .. } | Mode::ByHand => return None,
    };
    (ordered.is_finite() && ordered > 0.0).then_some(1_000.0 * ordered)
}

/// The load of recovery between intervals, in thousandths of a MET above rest, and what rounding adds; nothing where there is none.
fn recovery_milli(bout: &BoutRecord) -> f64 {
    match bout.setup.as_ref().map(|setup| setup.prescription.mode) {
        Some(Mode::Interval { recovery, .. }) => 1_000.0 * recovery.get() + 1.0,
        Some(_) | None => 0.0,
    }
}

/// Whether every bout of a session was ordered by its load.
#[must_use]
pub fn orders_load(session: &SessionRecord) -> bool {
    !session.bouts.is_empty()
        && session
            .bouts
            .iter()
            .all(|bout| ordered_milli(bout).is_some())
}

/// The mean load that was let through in the recorded seconds of conditioning, in per cent of the one that was ordered.
#[must_use]
pub fn load_percent(session: &SessionRecord) -> Option<f64> {
    against(session, |bouts| {
        super::means::number(conditioning(bouts).count())
    })
}

/// What was let through, against the ordered load over the ordered minutes.
pub(super) fn work_percent(session: &SessionRecord) -> Option<f64> {
    against(session, |bouts| {
        let setup = bouts.first().and_then(|bout| bout.setup.as_ref());
        setup.map_or(0.0, |setup| setup.prescription.conditioning.as_secs_f64())
    })
    .map(|percent| percent.min(100.0))
}

/// What was let through in conditioning, in per cent of the ordered load over so many seconds of each order.
fn against(session: &SessionRecord, seconds: impl Fn(&[BoutRecord]) -> f64) -> Option<f64> {
    if !orders_load(session) {
        return None;
    }
    let (mut ordered, mut given) = (0.0, 0.0);
    for bouts in session.orders() {
        ordered += ordered_milli(bouts.first()?)? * seconds(bouts);
        let unloaded = recovery_milli(bouts.first()?);
        given += conditioning(bouts)
            .map(|second| {
                let granted = f64::from(second.granted_met_milli);
                // Recovery under the machine's least is pedalled without load, and is a recovery.
                if granted <= unloaded {
                    granted
                } else {
                    f64::from(second.given_met_milli())
                }
            })
            .sum::<f64>();
    }
    (ordered > 0.0).then_some(100.0 * given / ordered)
}

fn conditioning(bouts: &[BoutRecord]) -> impl Iterator<Item = &Second> {
    bouts
        .iter()
        .flat_map(|bout| &bout.seconds)
        .filter(|second| second.is_conditioning())
}
