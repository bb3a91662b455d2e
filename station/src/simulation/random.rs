//! What goes wrong in a session, drawn from a seed: nothing in a quarter of them, up to three things in the others.

use drivers::virtual_devices::patient::RandomStream;
use protocols::vocabulary::MachineKind;
use protocols::vocabulary::number::floor_to_u16;

use super::cohort::SessionTimes;
use super::fault::{Fault, FaultKind};

/// The stream of faults: the patient's own are 0 to 3.
const STREAM: u64 = 5;
/// Nothing goes wrong before this, in seconds: the patient sits down.
const FROM_S: f64 = 20.0;
/// The most that goes wrong in one session.
const AT_MOST: f64 = 3.0;
/// The longest that something lasts, in seconds; half of all lasts less than a minute.
const LONGEST_S: f64 = 600.0;

/// Draws the faults of a session. The same seed and machine give the same faults.
#[must_use]
pub fn draw(seed: u64, machine: MachineKind, times: &SessionTimes, oximeter: bool) -> Vec<Fault> {
    let mut random = RandomStream::new(seed, STREAM);
    let count = floor_to_u16((AT_MOST + 1.0) * random.uniform()).unwrap_or(0);
    let planned = f64::from(times.ready_s)
        + f64::from(times.warm_up_s)
        + f64::from(times.conditioning_s)
        + f64::from(times.cool_down_s);
    let mut faults: Vec<Fault> = (0..count)
        .map(|_| one(&mut random, machine, planned, oximeter))
        .collect();
    faults.sort_by(|one, other| one.at_s.total_cmp(&other.at_s));
    faults
}

fn one(random: &mut RandomStream, machine: MachineKind, planned: f64, oximeter: bool) -> Fault {
    let possible: Vec<FaultKind> = FaultKind::ALL
        .into_iter()
        .filter(|kind| fits(*kind, machine, oximeter))
        .collect();
    let pick =
        floor_to_u16(f64::from(u16::try_from(possible.len()).unwrap_or(1)) * random.uniform());
    let kind = pick
        .and_then(|pick| possible.get(usize::from(pick)).copied())
        .unwrap_or(FaultKind::StrapSilent);
    let at_s = whole(FROM_S + (planned - FROM_S) * random.uniform());
    // The square of a draw: short faults are common, long ones happen.
    let part = random.uniform();
    let for_s = whole(1.0 + (LONGEST_S - 1.0) * part * part * part);
    let (low, high) = span(kind, machine);
    let value = whole(10.0 * (low + (high - low) * random.uniform())) / 10.0;
    let whole_value = matches!(
        kind,
        FaultKind::StrapValue
            | FaultKind::StrapOffset
            | FaultKind::OximeterOffset
            | FaultKind::Exertion
            | FaultKind::Dyspnoea
            | FaultKind::Angina
            | FaultKind::Systolic
    );
    Fault {
        at_s,
        for_s,
        kind,
        value: if whole_value { whole(value) } else { value },
    }
}

/// Whether it can happen there.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "everything else can happen anywhere"
)]
const fn fits(kind: FaultKind, machine: MachineKind, oximeter: bool) -> bool {
    match kind {
        FaultKind::PedallingStops | FaultKind::Cadence => matches!(machine, MachineKind::Cycle),
        FaultKind::OximeterOff | FaultKind::OximeterOffset | FaultKind::OximeterWeak => oximeter,
        _ => true,
    }
}

/// The values that are drawn, narrower than those that a file may write: what happens, not what can be thought of.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "everything else has no value"
)]
const fn span(kind: FaultKind, machine: MachineKind) -> (f64, f64) {
    match kind {
        FaultKind::StrapValue => (20.0, 230.0),
        FaultKind::StrapOffset => (-40.0, 40.0),
        FaultKind::OximeterOffset => (-20.0, 4.0),
        FaultKind::ExtraMet => (0.1, 2.0),
        FaultKind::GainFactor => (0.7, 1.8),
        FaultKind::Cadence => (0.0, 130.0),
        FaultKind::MachineKeys => match machine {
            MachineKind::Cycle => (-60.0, 60.0),
            MachineKind::Treadmill => (-40.0, 40.0),
        },
        FaultKind::MachineWeak => (0.0, 0.95),
        FaultKind::Exertion => (6.0, 20.0),
        FaultKind::Dyspnoea => (0.0, 10.0),
        FaultKind::Angina => (0.0, 4.0),
        FaultKind::Systolic => (90.0, 270.0),
        _ => (0.0, 0.0),
    }
}

fn whole(value: f64) -> f64 {
    value.floor()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_kind_is_drawn_inside_its_range_and_the_same_again() {
        let mut kinds = BTreeSet::new();
        let mut sound = 0;
        for seed in 0..2_000 {
            let machine = if seed % 2 == 0 {
                MachineKind::Cycle
            } else {
                MachineKind::Treadmill
            };
            let faults = draw(seed, machine, &SessionTimes::REFERENCE, true);
            assert_eq!(faults, draw(seed, machine, &SessionTimes::REFERENCE, true));
            sound += u32::from(faults.is_empty());
            for fault in faults {
                kinds.insert(fault.kind);
                assert!(fault.at_s >= FROM_S && fault.for_s >= 1.0 && fault.for_s <= LONGEST_S);
                match fault.kind.range() {
                    Some((low, high)) => {
                        assert!((low..=high).contains(&fault.value), "{fault:?}");
                    }
                    None => assert!(fault.value.abs() <= 0.0, "{fault:?}"),
                }
            }
        }
        assert_eq!(kinds.len(), FaultKind::ALL.len());
        assert!((400..600).contains(&sound), "{sound} of 2000 are sound");
    }

    #[test]
    fn nobody_pedals_on_a_belt_and_no_finger_is_clipped_without_a_clip() {
        for seed in 0..500 {
            for fault in draw(
                seed,
                MachineKind::Treadmill,
                &SessionTimes::REFERENCE,
                false,
            ) {
                assert!(fits(fault.kind, MachineKind::Treadmill, false), "{fault:?}");
            }
        }
    }
}
