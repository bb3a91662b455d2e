//! Figures and codes as the documents write them.

use crate::records::MeasurementKind;
use std::time::Duration;

use control::rules::RuleId;
use control::view::Reason;
use jiff::tz::TimeZone;
use protocols::vocabulary::MachineKind;

use crate::dashboard::words::{self, limiters};
use crate::records::archive::{local, offset, whole_second};
use crate::records::session::{BoutRecord, MeasurementRecord};
use crate::records::{SessionLine, codes, length};

/// What stands where there is no figure.
pub(super) const NONE: &str = "--";

/// A number with so many decimals, with a printed minus; one that is none is [`NONE`].
pub(super) fn decimal(value: f64, digits: usize) -> String {
    printed(words::decimal(value, digits))
}

/// A number with a printed minus.
pub(super) fn printed(text: String) -> String {
    match text.strip_prefix('-') {
        Some(size) if text != NONE => format!("\u{2212}{size}"),
        Some(_) | None => text,
    }
}

/// A share in per cent, where there is one.
pub(super) fn share(percent: Option<f64>) -> String {
    percent.map_or_else(|| NONE.to_owned(), words::share)
}

/// A number with so many decimals, where there is one.
pub(super) fn maybe(value: Option<f64>, digits: usize) -> String {
    value.map_or_else(|| NONE.to_owned(), |value| decimal(value, digits))
}

/// An instant of a session, or a length of time, to the nearest second: `12:40`.
pub(super) fn clock(micros: i64) -> String {
    let whole = whole_second(micros).max(0);
    words::minutes(Duration::from_secs(whole.unsigned_abs()))
}

/// A length of time in seconds: `40 s`, `3:20 min`.
pub(super) fn lasted(length: f64) -> String {
    let whole = protocols::vocabulary::number::floor_to_u32(length + 0.5).unwrap_or(0);
    if whole < 60 {
        format!("{whole} s")
    } else {
        format!("{} min", length::minutes(whole))
    }
}

/// A day and time as people there write it, with its zone: `2026-11-23 14:31 (UTC+1)`.
pub(super) fn when(wall_micros: i64, zone: &TimeZone) -> String {
    format!(
        "{} ({})",
        local(wall_micros, zone),
        offset(wall_micros, zone)
    )
}

/// How a session ended.
pub(super) fn ended(line: &SessionLine) -> String {
    match (
        &line.end_rule,
        line.end_reason.as_deref(),
        line.state.as_str(),
    ) {
        (Some(rule), _, _) => format!("ended by rule {rule}: {}", rule_words(rule)),
        (None, _, "open") => "still open".to_owned(),
        (None, Some("completed"), _) => "ended as prescribed".to_owned(),
        (None, Some("patient"), _) => "ended by the patient".to_owned(),
        (None, Some("staff"), _) => "ended by staff".to_owned(),
        (None, Some("gym-closed"), _) => "ended as the gym closed".to_owned(),
        (None, Some("interrupted") | None, _) => {
            "interrupted: the gym was lost, and no end was recorded".to_owned()
        }
        (None, Some(other), _) => format!("ended: {}", other.replace('-', " ")),
    }
}

/// What a rule tells of, without figures.
pub(super) fn rule_words(rule: &str) -> &'static str {
    RuleId::from_name(rule).map_or("", |rule| words::rules::of(rule).plain)
}

/// What held the load, by the record's words for it.
pub(super) fn held_by(reason: &str) -> String {
    let Some(code) = codes::read_reason(reason) else {
        return reason.replace('_', " ");
    };
    let plain = limiters::of(code);
    match code {
        Reason::Rule(rule, act) => format!("{}: {plain} (rule {rule})", words::act(act)),
        Reason::AsProposed
        | Reason::Phase
        | Reason::PrescribedCeiling
        | Reason::MachineCeiling
        | Reason::StopLatched
        | Reason::Prediction
        | Reason::PlausibilityCap
        | Reason::SignalNotTrusted
        | Reason::Ramp
        | Reason::Hand
        | Reason::RecordGap
        | Reason::SaturationNearFloor
        | Reason::MachineFollows
        | Reason::Rounding => plain.to_owned(),
    }
}

/// The machine of a bout.
pub(super) const fn machine(bout: &BoutRecord) -> &'static str {
    match bout.machine {
        MachineKind::Cycle => "cycle ergometer",
        MachineKind::Treadmill => "treadmill",
    }
}

/// A phase by the record's word for it.
pub(super) fn phase(word: &str) -> String {
    codes::read(word).map_or_else(
        || word.replace('_', " "),
        |phase| words::phase(phase).to_lowercase(),
    )
}

/// What was measured or asked, and what it came to.
pub(super) fn measured(taken: &MeasurementRecord) -> (String, String) {
    let (name, scale) = match taken.kind.as_str() {
        "blood-pressure" => ("blood pressure", "mmHg"),
        "perceived-exertion" => ("perceived exertion", "of 6 to 20"),
        "dyspnoea" => ("dyspnoea", "of 0 to 10"),
        "angina" => ("angina", "of 0 to 4"),
        "claudication" => ("claudication", "of 0 to 4"),
        "breathing" => ("breathing", "/min"),
        "glucose" => ("glucose", "mg/dL"),
        "oxygen-flow" => ("oxygen flow", "L/min"),
        other => {
            return (
                other.replace('-', " "),
                format!("{} {}", taken.value, taken.unit),
            );
        }
    };
    let value = match taken.second_value {
        Some(second) => format!("{}/{second}", taken.value),
        None => MeasurementKind::written(&taken.unit, taken.value).0,
    };
    (name.to_owned(), format!("{value} {scale}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_as_people_write_them() {
        assert_eq!(decimal(-0.04, 1), "0.0");
        assert_eq!(decimal(-1.26, 1), "\u{2212}1.3");
        assert_eq!(decimal(f64::NAN, 1), NONE);
        assert_eq!(maybe(None, 0), NONE);
        assert_eq!(lasted(59.4), "59 s");
        assert_eq!(lasted(59.6), "1:00 min");
        assert_eq!(clock(760_000_000), "12:40");
    }

    #[test]
    fn a_time_says_its_zone() {
        let wall = crate::records::fixtures::WALL;
        assert_eq!(when(wall, &TimeZone::UTC), "2026-11-23 14:31 (UTC)");
        let india = TimeZone::fixed(jiff::tz::Offset::from_seconds(19_800).unwrap());
        assert_eq!(when(wall, &india), "2026-11-23 20:01 (UTC+5:30)");
        let west = TimeZone::fixed(jiff::tz::offset(-5));
        assert_eq!(when(wall, &west), "2026-11-23 09:31 (UTC\u{2212}5)");
    }
}
