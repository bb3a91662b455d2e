//! How each sign is foretold for 60 s ahead.

use super::Seen;

/// Share of its way that the heart rate goes in 60 s, by a time constant of 90 s: 1 - e^(-60/90) (`supervision.md` section 3, load-led).
const GONE_IN_60_S: f64 = 0.486_582_880_967_408;

/// Load-led: `y + (rest + k u - y)(1 - e^(-60/90))` (`supervision.md` section 3). A trend is not looked at: variability looks like one.
pub(super) fn heart_rate(seen: &Seen) -> Option<f64> {
    let response = seen.response.filter(|response| response.gain > 0.0)?;
    let (now, load) = (seen.heart_rate?, seen.load?);
    let ahead = now + (response.rest + response.gain * load - now) * GONE_IN_60_S;
    Some(if ahead < 0.0 { 0.0 } else { ahead })
}

/// The mean, held. No sheet settles it; measured on the virtual patients (`tests/law/ahead.rs`) every trend that was tried does worse,
/// damped or not, also while a patient with lung disease desaturates; how load lowers it is not known of a patient.
pub(super) fn saturation(seen: &Seen) -> Option<f64> {
    seen.load?;
    seen.saturation
}
