//! What goes wrong in a session, drawn from a seed: nothing in a quarter of them, up to three things in the others.

use drivers::virtual_devices::patient::RandomStream;
use protocols::vocabulary::MachineKind;
use protocols::vocabulary::number::floor_to_u16;

use super::cohort::SessionTimes;
use super::fault::{Fault, FaultKind};

/// The stream of faults: the patient's own are 0 to 3.
const STREAM: u64 = 5;
/// The stream of the kinds that came later: a session in which none of them is drawn stays what it was before they came.
const LATER_STREAM: u64 = 6;
/// The kinds that came later.
const LATER: [FaultKind; 2] = [
    FaultKind::OximeterPulseStuck,
    FaultKind::OximeterSaturationStuck,
];
/// This share of the pulses that stick stand in for a strap ...
const STANDS_IN: f64 = 0.5;
/// ... that fell silent up to so many seconds before: beside a strap that speaks they mislead nobody.
const SILENT_BEFORE_S: f64 = 60.0;
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
    let mut later = RandomStream::new(seed, LATER_STREAM);
    let count = floor_to_u16((AT_MOST + 1.0) * random.uniform()).unwrap_or(0);
    let planned = f64::from(times.ready_s)
        + f64::from(times.warm_up_s)
        + f64::from(times.conditioning_s)
        + f64::from(times.cool_down_s);
    let mut faults: Vec<Fault> = (0..count)
        .map(|_| one((&mut random, &mut later), machine, planned, oximeter))
        .collect();
    let silent: Vec<Fault> = faults
        .iter()
        .filter(|fault| fault.kind == FaultKind::OximeterPulseStuck)
        .filter_map(|stuck| strap_stood_in_for(&mut later, stuck))
        .collect();
    faults.extend(silent);
    faults.sort_by(|one, other| one.at_s.total_cmp(&other.at_s));
    faults
}

/// The silent strap that a stuck pulse stands in for, where it is drawn: it comes back with the pulse.
fn strap_stood_in_for(random: &mut RandomStream, stuck: &Fault) -> Option<Fault> {
    if random.uniform() >= STANDS_IN {
        return None;
    }
    let before = whole(SILENT_BEFORE_S * random.uniform());
    let at_s = (stuck.at_s - before).max(FROM_S);
    Some(Fault {
        at_s,
        for_s: stuck.at_s + stuck.for_s - at_s,
        kind: FaultKind::StrapSilent,
        value: 0.0,
    })
}

fn one(
    (random, later): (&mut RandomStream, &mut RandomStream),
    machine: MachineKind,
    planned: f64,
    oximeter: bool,
) -> Fault {
    let (came_later, possible): (Vec<FaultKind>, Vec<FaultKind>) = FaultKind::ALL
        .into_iter()
        .filter(|kind| fits(*kind, machine, oximeter))
        .partition(|kind| LATER.contains(kind));
    let count = |kinds: &[FaultKind]| f64::from(u16::try_from(kinds.len()).unwrap_or(1));
    let picked = |kinds: &[FaultKind], place: f64| {
        floor_to_u16(place).and_then(|place| kinds.get(usize::from(place)).copied())
    };
    let kind = picked(&possible, count(&possible) * random.uniform());
    // All kinds are as likely as each other.
    let all = count(&possible) + count(&came_later);
    let kind = picked(&came_later, all * later.uniform())
        .or(kind)
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
        FaultKind::OximeterOff
        | FaultKind::OximeterOffset
        | FaultKind::OximeterWeak
        | FaultKind::OximeterPulseStuck
        | FaultKind::OximeterSaturationStuck => oximeter,
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
                let longest_s = LONGEST_S + SILENT_BEFORE_S;
                assert!(fault.at_s >= FROM_S && (1.0..=longest_s).contains(&fault.for_s));
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
    fn a_pulse_that_sticks_stands_in_for_a_silent_strap_in_every_second_case() {
        let (mut stuck, mut stands_in) = (0, 0);
        for seed in 0..8_000 {
            let faults = draw(seed, MachineKind::Cycle, &SessionTimes::REFERENCE, true);
            assert!(faults.is_sorted_by(|one, other| one.at_s <= other.at_s));
            for pulse in &faults {
                if pulse.kind != FaultKind::OximeterPulseStuck {
                    continue;
                }
                stuck += 1;
                let ends = pulse.at_s + pulse.for_s;
                stands_in += u32::from(faults.iter().any(|strap| {
                    strap.kind == FaultKind::StrapSilent
                        && strap.at_s <= pulse.at_s
                        && (strap.at_s + strap.for_s - ends).abs() <= 0.0
                }));
            }
        }
        let share = 100 * stands_in / stuck;
        assert!(
            stuck > 200 && (40..60).contains(&share),
            "{stands_in} of {stuck}"
        );
    }

    /// What was written of a run by its seed and number can be looked at again.
    #[test]
    fn sessions_without_a_later_kind_are_what_they_were() {
        let drawn = |seed| {
            let faults = draw(seed, MachineKind::Cycle, &SessionTimes::REFERENCE, true);
            faults
                .iter()
                .map(|fault| format!("{} {} {}", fault.kind.name(), fault.at_s, fault.for_s))
                .collect::<Vec<_>>()
        };
        assert_eq!(drawn(3), ["angina 1379 16"]);
        assert_eq!(drawn(4), ["strap_value 107 2"]);
        assert_eq!(drawn(5), ["dyspnoea 2099 95", "stop_button 2306 29"]);
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
