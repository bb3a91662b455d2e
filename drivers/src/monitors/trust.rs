//! What a monitor's own words make of its values.

use protocols::vocabulary::{Absence, OxygenSaturation, Quality, Reading};

/// Words with which there is no value, whatever number stands beside them; the first that stands says why.
const ABSENCES: [(&str, Absence); 10] = [
    ("sensor_disconnected", Absence::NoContact),
    ("sensor_off", Absence::NoContact),
    ("sensor_alarm", Absence::NoContact),
    ("sensor_fault", Absence::NoContact),
    ("no_finger", Absence::NoContact),
    ("pulse_lost", Absence::LowPerfusion),
    ("searching", Absence::Searching),
    ("searching_too_long", Absence::Searching),
    ("no_measurement", Absence::Searching),
    ("from_memory", Absence::Stale),
];

/// Words that leave a value less of its trust, the worst first. Words in neither table (`low_battery`, `low_spo2`, `smartpoint`) say
/// nothing about a value.
const DOUBTS: [(&str, Quality); 6] = [
    ("out_of_track", Quality::OutOfTrack),
    ("artefact", Quality::Artefact),
    ("low_signal_quality", Quality::Artefact),
    ("ambient_light", Quality::Artefact),
    ("low_perfusion", Quality::LowPerfusion),
    ("marginal_perfusion", Quality::MarginalPerfusion),
];

/// What the words leave of any value: its quality, or why there is none.
pub(super) fn judge(words: &[&str]) -> Result<Quality, Absence> {
    if let Some((_, absence)) = ABSENCES.iter().find(|(word, _)| words.contains(word)) {
        return Err(*absence);
    }
    let doubt = DOUBTS.iter().find(|(word, _)| words.contains(word));
    Ok(doubt.map_or(Quality::Good, |(_, quality)| *quality))
}

/// A value as it was judged. What the words say of an absence goes before what the number says.
pub(super) fn reading<T>(
    judged: Result<Quality, Absence>,
    value: Result<T, Absence>,
) -> Reading<T> {
    match judged.and_then(|quality| Ok((value?, quality))) {
        Ok((value, quality)) => Reading::Value { value, quality },
        Err(absence) => Reading::Missing(absence),
    }
}

/// A saturation as it was judged. 0 is a number of some formats and never a patient's: no pulse of living tissue gives it. The rules
/// count it as a weak pulse, so it is none, for want of perfusion; as a number it would stop a machine for a finger clip that looks
/// at nothing.
pub(super) fn saturation(
    judged: Result<Quality, Absence>,
    value: Result<OxygenSaturation, Absence>,
) -> Reading<OxygenSaturation> {
    reading(
        judged,
        value.and_then(|value| {
            if value == OxygenSaturation::MIN {
                Err(Absence::LowPerfusion)
            } else {
                Ok(value)
            }
        }),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_word_decides_and_an_absence_goes_before_every_doubt() {
        assert_eq!(judge(&[]), Ok(Quality::Good));
        assert_eq!(judge(&["low_battery", "low_spo2"]), Ok(Quality::Good));
        assert_eq!(
            judge(&["artefact", "low_perfusion", "out_of_track"]),
            Ok(Quality::OutOfTrack)
        );
        assert_eq!(judge(&["artefact", "searching"]), Err(Absence::Searching));
        assert_eq!(judge(&["searching", "sensor_off"]), Err(Absence::NoContact));
    }

    #[test]
    fn no_saturation_of_nothing() {
        let good = Ok(Quality::Good);
        let missing = Reading::Missing(Absence::LowPerfusion);
        assert_eq!(saturation(good, Ok(OxygenSaturation::MIN)), missing);
    }
}
