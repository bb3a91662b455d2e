//! What a patient is made of.

use drivers::virtual_devices::patient::PatientParameters;
use drivers::virtual_devices::patient::parameters::{LEAST_RESERVE_BPM, RANGES};

use super::values::{Values, shown};
use crate::config::section::Section;

/// By so much the gain may lie over or under what rest, peak and uptake make of it before somebody is told.
const UNLIKE: f64 = 2.0;

/// `None` where anything is wrong: it has been noted then.
pub(super) fn read(section: Section<'_, '_>) -> Option<PatientParameters> {
    let values = Values::read(&section, &RANGES);
    check_reserve(&section, &values);
    warn_of_gain(&section, &values);
    section.finish();
    values.made()
}

fn check_reserve(section: &Section<'_, '_>, values: &Values) {
    let (Some(rest), Some(peak)) = (values.get("hr_rest_bpm"), values.get("hr_peak_bpm")) else {
        return;
    };
    let least = rest + LEAST_RESERVE_BPM;
    if peak < least {
        section.findings().mistake(
            &section.place("hr_peak_bpm"),
            format!("hr_peak_bpm {peak} is less than {LEAST_RESERVE_BPM} above hr_rest_bpm {rest}"),
            format!("write a hr_peak_bpm of {least} or more, or a lower hr_rest_bpm"),
        );
    }
}

/// The model takes the gain as it is, and the uptake for nothing: a gain that does not fit is a person's doing, or a slip.
fn warn_of_gain(section: &Section<'_, '_>, values: &Values) {
    let all = || {
        Some((
            values.get("hr_rest_bpm")?,
            values.get("hr_peak_bpm")?,
            values.get("peak_met")?,
            values.get("gain_bpm_per_met")?,
        ))
    };
    let Some((rest, peak, uptake, gain)) = all() else {
        return;
    };
    let likely = (peak - rest) / (uptake - 1.0);
    if !likely.is_finite() || likely <= 0.0 {
        return;
    }
    let than = if gain > UNLIKE * likely {
        "more than twice"
    } else if gain * UNLIKE < likely {
        "less than half"
    } else {
        return;
    };
    section.findings().warning(
        &section.place("gain_bpm_per_met"),
        format!(
            "gain_bpm_per_met {gain} is {than} of (hr_peak_bpm {peak} - hr_rest_bpm {rest}) / (peak_met {uptake} - 1)"
        ),
        format!("write about {}, or see that it is meant", shown(likely)),
    );
}
