//! Whatever is written: no panic, and nothing accepted that breaks a rule.

use std::time::Duration;

use control::prescription::{Mode, Prescription};
use proptest::prelude::*;
use station::clinic::Patient;
use station::clinic::patient::read_folder;
use station::config::file::examine;

use super::{TODAY, fixtures, toml_files};

/// Values that somebody might write anywhere, at and beyond the limits of one key or another.
const VALUES: [&str; 26] = [
    "",
    "0",
    "1",
    "3",
    "20",
    "80",
    "81",
    "108",
    "116",
    "130",
    "131",
    "150",
    "-1",
    "2.5",
    "1e300",
    "nan",
    "-inf",
    "true",
    "false",
    "\"none\"",
    "\"icd\"",
    "[116, 100]",
    "[100, 131]",
    "[]",
    "2026-03-02",
    "{}",
];

/// A patient of the fixtures with some lines left out, doubled, or with another value.
fn altered(text: &str, changes: &[(prop::sample::Index, Option<usize>)]) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for (index, change) in changes {
        let line = index.index(lines.len());
        match change {
            None => {
                lines.remove(line);
            }
            Some(value) => {
                if let Some((key, _)) = lines[line].clone().split_once(" = ") {
                    lines[line] = format!("{key} = {}", VALUES[*value]);
                } else {
                    lines.insert(line, lines[line].clone());
                }
            }
        }
    }
    lines.join("\n")
}

/// What every prescription that was accepted keeps, whatever was written.
fn keeps_its_promises(patient: &Patient, core: &Prescription) -> bool {
    let facts = patient.facts;
    let ceiling = core.ceiling;
    let load = match core.mode {
        Mode::Constant { target } | Mode::MetHeld { target } => {
            core.warm_up_load <= target && target <= ceiling
        }
        Mode::Interval { work, recovery, .. } => recovery <= work && work <= ceiling,
        Mode::HeartRateHeld { target, .. } => {
            let limits = core.heart_rate.expect("a held rate has limits");
            let free = !facts.atrial_fibrillation && !facts.denervated && !facts.paced;
            let (lower, upper) = limits.zone.expect("a held rate has a zone");
            free && core.heart_rate_required && lower <= target && target <= upper
        }
        Mode::HeartRateInterval {
            work,
            work_for,
            recovery,
            recovery_for,
            ..
        } => {
            let limits = core.heart_rate.expect("a rate that leads has limits");
            let free = !facts.atrial_fibrillation && !facts.denervated && !facts.paced;
            let (lower, upper) = limits.zone.expect("a rate that leads has a zone");
            let least = Duration::from_mins(2);
            free && core.heart_rate_required
                && lower <= work
                && work <= upper
                && recovery < work
                && work_for >= least
                && recovery_for >= least
        }
        Mode::ByHand => true,
    };
    let rate = core.heart_rate.is_none_or(|limits| {
        let zone = limits.zone.is_none_or(|(lower, upper)| {
            limits.lower < lower && lower < upper && upper <= limits.upper
        });
        let icd = limits
            .icd_detection
            .is_none_or(|icd| limits.upper <= icd - 20.0);
        zone && icd && (40.0..=200.0).contains(&limits.upper)
    });
    load && rate
        && core.warm_up_load <= ceiling
        && core.ramp_up > 0.0
        && core.ramp_up.is_finite()
        && (0.0..=3.0).contains(&core.holding.dead_band)
        && core.cool_down >= Duration::from_mins(3)
        && (80.0..=95.0).contains(&core.saturation_floor)
        && (core.saturation_required || !facts.lung_disease)
}

proptest! {
    #[test]
    fn whatever_is_written_the_answer_is_mistakes_or_a_prescription_that_keeps_its_promises(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), prop::option::weighted(0.8, 0..VALUES.len())), 1..4),
    ) {
        let files = toml_files(&fixtures("valid/patients"));
        let text = std::fs::read_to_string(which.get(&files)).expect("a text");
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("patient.toml"), altered(&text, &changes)).expect("written");
        let read = read_folder(folder.path(), TODAY).expect("readable");
        prop_assert!(!read.patients.is_empty() || !read.mistakes.is_empty());
        for patient in &read.patients {
            for ordered in &patient.prescriptions {
                prop_assert!(keeps_its_promises(patient, &ordered.prescription), "{ordered:#?}");
            }
        }
    }

    #[test]
    fn no_text_at_all_makes_the_reader_fail(text in "(?s).{0,200}") {
        let folder = tempfile::tempdir().expect("a folder");
        let gym = folder.path().join("gym.toml");
        std::fs::write(&gym, text).expect("written");
        let (mistakes, _) = examine(&gym, TODAY).expect_err("mistakes");
        prop_assert!(!mistakes.is_empty());
    }
}
