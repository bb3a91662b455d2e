//! The shortest schedule of faults that still shows a breach: what a person looks at first.

use super::fault::Fault;

/// Nothing is shortened below this, in seconds.
const SHORTEST_S: f64 = 1.0;

/// Takes away what is not needed, then shortens what is left. `shows` runs the session with a schedule and says whether the breach
/// is still there; it has been seen with all of `faults`.
pub fn shrink(faults: &[Fault], mut shows: impl FnMut(&[Fault]) -> bool) -> Vec<Fault> {
    let mut kept = faults.to_vec();
    let mut index = 0;
    while index < kept.len() {
        let mut without = kept.clone();
        without.remove(index);
        if shows(&without) {
            kept = without;
        } else {
            index += 1;
        }
    }
    for index in 0..kept.len() {
        while let Some(shorter) = shortened(&kept, index) {
            if !shows(&shorter) {
                break;
            }
            kept = shorter;
        }
    }
    kept
}

/// The same with one fault half as long, in whole seconds.
fn shortened(faults: &[Fault], index: usize) -> Option<Vec<Fault>> {
    let mut shorter = faults.to_vec();
    let fault = shorter.get_mut(index)?;
    let half = (fault.for_s / 2.0).floor();
    if half < SHORTEST_S {
        return None;
    }
    fault.for_s = half;
    Some(shorter)
}

#[cfg(test)]
mod tests {
    use super::super::fault::FaultKind;
    use super::*;

    fn fault(kind: FaultKind, for_s: f64) -> Fault {
        Fault {
            at_s: 100.0,
            for_s,
            kind,
            value: 0.0,
        }
    }

    #[test]
    fn only_what_is_needed_is_left_and_no_longer_than_needed() {
        let all = [
            fault(FaultKind::OximeterOff, 60.0),
            fault(FaultKind::StrapSilent, 200.0),
            fault(FaultKind::Pause, 30.0),
        ];
        // It takes a strap that is silent for 40 s.
        let shows = |faults: &[Fault]| {
            faults
                .iter()
                .any(|fault| fault.kind == FaultKind::StrapSilent && fault.for_s >= 40.0)
        };
        let left = shrink(&all, shows);
        assert_eq!(left, [fault(FaultKind::StrapSilent, 50.0)]);
    }

    #[test]
    fn what_needs_no_fault_is_shown_without_any() {
        assert!(shrink(&[fault(FaultKind::Stop, 0.0)], |_| true).is_empty());
    }
}
