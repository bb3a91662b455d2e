//! The columns of the tables of one session.

use std::cmp::Ordering;

use control::prescription::Mode;
use control::rules::RuleId;
use control::view::Reason;

use super::{Column, EventRow, MeasurementRow, SampleRow, decimal};
use crate::dashboard::words::rules;
use crate::records::chain::Hex;
use crate::records::session::{
    CorrectedFigure, CorrectionRecord, EventRecord, GapRecord, NoteRecord, Second, SignatureRecord,
};
use crate::records::{codes, figures};

const TIME: &str = "after the session began, on the gym's own clock";

/// A second a row.
impl<'a> SampleRow<'a> {
    /// Its columns.
    pub(super) const COLUMNS: &'a [Column<Self>] = &[
        Column::number("t_s", "s", TIME, |row| Some(time(row.second.t_us))),
        Column::number("bout", "", "which of the session, from 1", |row| {
            Some(row.bout.number.to_string())
        }),
        Column::number("station", "", "the station's number on the wall", |row| {
            Some(row.bout.station.to_string())
        }),
        Column::text("machine", "cycle or treadmill", |row| {
            Some(codes::word(&row.bout.machine))
        }),
        Column::text(
            "phase",
            "idle, ready, warm_up, conditioning, cool_down, recovery, finished, paused, stopped ...",
            |row| Some(codes::word(&row.second.phase)),
        ),
        Column::number("target_bpm", "/min", "the heart rate asked for", |row| {
            number(row.second.target_heart_rate_bpm)
        }),
        Column::number("zone_lower_bpm", "/min", "the zone's lower end", |row| {
            number(row.second.zone_bpm.map(|zone| zone.0))
        }),
        Column::number("zone_upper_bpm", "/min", "the zone's upper end", |row| {
            number(row.second.zone_bpm.map(|zone| zone.1))
        }),
        Column::number(
            "hr_bpm",
            "/min",
            "the heart rate that counted; look at hr_quality",
            |row| number(row.second.heart_rate_bpm),
        ),
        Column::text(
            "hr_source",
            "whose it is: strap, oximeter or machine",
            |row| row.second.heart_rate_source.as_ref().map(codes::word),
        ),
        Column::text("hr_quality", "trusted, doubted, lost or absent", |row| {
            Some(codes::word(&row.second.heart_rate_trust))
        }),
        Column::number("hr_age_s", "s", "how old it was", |row| {
            row.second
                .heart_rate_age_ms
                .map(|age| decimal(i64::from(age), 3))
        }),
        Column::text(
            "in_zone",
            "below, in or above; where the heart rate was trusted and there was a zone",
            |row| in_zone(row.second).map(str::to_owned),
        ),
        Column::number("spo2_pct", "%", "saturation; look at spo2_quality", |row| {
            number(row.second.spo2_percent)
        }),
        Column::text("spo2_quality", "trusted, doubted, lost or absent", |row| {
            Some(codes::word(&row.second.spo2_trust))
        }),
        Column::number("pulse_bpm", "/min", "the oximeter's own pulse", |row| {
            number(row.second.pulse_bpm)
        }),
        Column::number(
            "load_asked_w",
            "W",
            "what the machine was told last",
            |row| number(row.second.told.power_w),
        ),
        Column::number(
            "load_actual_w",
            "W",
            "what the machine said of itself; empty while it was silent",
            |row| number(row.second.reported.power_w),
        ),
        Column::number(
            "speed_asked_kmh",
            "km/h",
            "what the belt was told last",
            |row| row.second.told.speed_mm_s.map(kilometres),
        ),
        Column::number(
            "speed_kmh",
            "km/h",
            "what the belt said of itself; empty while it was silent",
            |row| row.second.reported.speed_mm_s.map(kilometres),
        ),
        Column::number(
            "grade_asked_pct",
            "%",
            "what the belt was told last",
            |row| row.second.told.grade_permille.map(percent),
        ),
        Column::number(
            "grade_pct",
            "%",
            "what the belt said of itself; empty while it was silent",
            |row| row.second.reported.grade_permille.map(percent),
        ),
        Column::number("cadence_rpm", "/min", "as the machine said", |row| {
            number(row.second.cadence_rpm)
        }),
        Column::number(
            "mets",
            "MET",
            "rest included, by ACSM's equations on what the machine said; from warm-up to cool-down",
            mets,
        ),
        Column::number(
            "met_proposed",
            "MET",
            "above rest: what phase or controller asked for",
            |row| Some(decimal(i64::from(row.second.proposed_met_milli), 3)),
        ),
        Column::number(
            "met_granted",
            "MET",
            "above rest: what the supervisor let through",
            |row| Some(decimal(i64::from(row.second.granted_met_milli), 3)),
        ),
        Column::text(
            "reason",
            "what decided it: as_proposed, phase, ramp, ... or a rule and what it did",
            |row| Some(codes::reason(row.second.reason)),
        ),
        Column::text(
            "controller",
            "who moved the load: phase, load, heart_rate, interval, hand",
            |row| Some(controller(row).to_owned()),
        ),
        Column::text("limit_rule", "the rule, where a rule decided", |row| {
            limit_rule(row.second.reason)
        }),
        Column::number(
            "by_hand",
            "",
            "1 where the load was in a person's hand, else 0",
            |row| Some(u8::from(row.second.by_hand).to_string()),
        ),
    ];
}

/// What happened, a row each.
impl<'a> EventRow<'a> {
    /// Its columns.
    pub(super) const COLUMNS: &'a [Column<Self>] = &[
        Column::number("t_s", "s", TIME, |row| Some(time(row.event.t_us))),
        Column::text("utc", "wall time", |row| Some(wall(row.event.wall_us))),
        Column::number("number", "", "in the record's chain of events", |row| {
            Some(row.event.id.to_string())
        }),
        Column::number(
            "bout",
            "",
            "of which bout; empty for the session's own",
            |row| number(row.event.bout),
        ),
        Column::text(
            "kind",
            "session, phase, alarm-raised, alarm-acknowledged, operator, decision, command, link, gap, notice ...",
            |row| Some(row.event.kind.clone()),
        ),
        Column::text("rule", "the rule that it speaks of", |row| {
            row.event.rule.clone()
        }),
        Column::text("priority", "the alarm's", |row| row.event.priority.clone()),
        Column::text("action", "what the rule does to the load", |row| {
            row.event.act.clone()
        }),
        Column::number(
            "value",
            "as unit says",
            "what made it, of a later event of an alarm the worst until then; of a command and a decision the load that was let through",
            |row| number(row.event.value),
        ),
        Column::number(
            "limit",
            "as unit says",
            "what it broke; of a command and a decision the load that was asked for",
            |row| number(row.event.limit),
        ),
        Column::text(
            "unit",
            "of value and limit; MET above rest for command and decision; score: the scale of the question",
            |row| unit(row).map(str::to_owned),
        ),
        Column::number(
            "from_load",
            "MET",
            "above rest: of a command and a decision the load let through before it; of the first event of an alarm the load before its rule took any away",
            |row| met(row.loads?.0),
        ),
        Column::number(
            "to_load",
            "MET",
            "above rest: of a command and a decision the load let through; of the first event of an alarm the least load until it was gone or something else ended the exercise",
            |row| met(row.loads?.1),
        ),
        Column::text(
            "by",
            "who did it: staff (at the station; their name is not known), or station",
            |row| Some(by(row.event).to_owned()),
        ),
        Column::text("reason", "in words; empty where de-identified", |row| {
            Some(row.event.text.clone())
        }),
        Column::text(
            "corrected_to",
            "of an entry that was corrected later, and of an alarm that its figure made: the value that holds, as in measurements.csv (after `the earlier one:` where it is what the figure was held against); of an entry empty where de-identified",
            |row| row.corrected.as_ref().map(CorrectedFigure::value),
        ),
        Column::number(
            "worst",
            "as unit says",
            "of the first event of an alarm: the worst value until it was gone, where that was worse than the one that made it",
            |row| number(row.worst.as_ref()?.value),
        ),
        Column::number("worst_t_s", "s", "by when it was the worst", |row| {
            Some(time(row.worst.as_ref()?.t_us))
        }),
        Column::number(
            "ack_t_s",
            "s",
            "of the first event of an alarm: when a person acknowledged it",
            |row| row.acknowledged_us.map(time),
        ),
        Column::text(
            "hash",
            "SHA-256 in the record's chain; empty where de-identified",
            |row| (!row.deidentified).then(|| Hex(&row.event.hash).to_string()),
        ),
    ];
}

/// What people measured and asked, a row each.
impl<'a> MeasurementRow<'a> {
    /// Its columns.
    pub(super) const COLUMNS: &'a [Column<Self>] = &[
        Column::number("t_s", "s", TIME, |row| Some(time(row.taken.t_us))),
        Column::number("number", "", "of the row, for replaces", |row| {
            Some(row.taken.id.to_string())
        }),
        Column::number("bout", "", "during which bout", |row| {
            Some(row.taken.bout.to_string())
        }),
        Column::text(
            "kind",
            "blood-pressure, perceived-exertion (6 to 20), dyspnoea (0 to 10), angina, claudication (0 to 4), breathing, glucose, oxygen-flow",
            |row| Some(row.taken.kind.clone()),
        ),
        Column::number(
            "value",
            "as unit says",
            "the figure; systolic pressure",
            |row| Some(row.taken.value.to_string()),
        ),
        Column::number("value2", "as unit says", "diastolic pressure", |row| {
            number(row.taken.second_value)
        }),
        Column::text("unit", "of both", |row| Some(row.taken.unit.clone())),
        Column::text("phase", "in which phase", |row| {
            Some(row.taken.phase.clone())
        }),
        Column::number(
            "symptoms",
            "",
            "1 where symptoms were there beside it, else 0",
            |row| Some(u8::from(row.taken.symptoms).to_string()),
        ),
        Column::number(
            "replaces",
            "",
            "the row that this one corrects; that one holds no longer",
            |row| number(row.taken.replaces),
        ),
        Column::text(
            "corrected_utc",
            "when it was corrected to this, wall time; empty where it is no correction",
            |row| row.correction.map(|correction| wall(correction.wall_us)),
        ),
        Column::text(
            "by",
            "who corrected it, with id, and `not proved` where no secret was given; empty where de-identified",
            |row| row.correction.map(CorrectionRecord::author),
        ),
        Column::text(
            "why",
            "why it was corrected; empty where `--notes` did not ask for free text",
            |row| row.correction.map(|correction| correction.why.clone()),
        ),
        Column::number(
            "after_signature",
            "",
            "1 where it was corrected after a signature",
            |row| {
                row.correction
                    .map(|correction| u8::from(correction.after_signature).to_string())
            },
        ),
    ];
}

/// What was written about the session, a row each; none where de-identified.
pub(super) const NOTES: &[Column<NoteRecord>] = &[
    Column::text("utc", "wall time", |row| Some(wall(row.wall_us))),
    Column::text(
        "by",
        "who wrote it, with id, and `not proved` where no secret was given",
        |row| Some(row.author()),
    ),
    Column::text(
        "text",
        "the words; empty where `--notes` did not ask for free text",
        |row| Some(row.text.clone()),
    ),
    Column::number(
        "after_signature",
        "",
        "1 where it was written after a signature, else 0",
        |row| Some(u8::from(row.after_signature).to_string()),
    ),
];

/// Who stands for the session, a row each.
pub(super) const SIGNATURES: &[Column<SignatureRecord>] = &[
    Column::text("utc", "wall time", |row| Some(wall(row.wall_us))),
    Column::text("by", "the printed name; empty where de-identified", |row| {
        Some(row.name.clone())
    }),
    Column::text(
        "meaning",
        "authorship, review, approval or responsibility",
        |row| Some(row.meaning.clone()),
    ),
    Column::text(
        "content_sha256",
        "over what was signed; station verify computes it anew. Empty where de-identified",
        |row| (row.sha256 != [0; 32]).then(|| Hex(&row.sha256).to_string()),
    ),
];

/// What was not recorded, a row each.
pub(super) const GAPS: &[Column<GapRecord>] = &[
    Column::number("from_s", "s", TIME, |row| Some(time(row.from_us))),
    Column::number("to_s", "s", TIME, |row| Some(time(row.to_us))),
    Column::number(
        "bout",
        "",
        "of which bout; empty for the session's own",
        |row| number(row.bout),
    ),
    Column::text("what", "what is missing", |row| Some(row.what.clone())),
    Column::number(
        "lost",
        "",
        "how many entries; 0 where nobody knows",
        |row| Some(row.lost.to_string()),
    ),
    Column::text("reason", "why; empty where de-identified", |row| {
        Some(row.reason.clone())
    }),
];

fn number(value: Option<impl ToString>) -> Option<String> {
    value.map(|value| value.to_string())
}

/// Microseconds as seconds.
fn time(micros: i64) -> String {
    decimal(micros, 6)
}

/// Millimetres a second as kilometres an hour.
fn kilometres(millimetres: i32) -> String {
    decimal(i64::from(millimetres) * 36, 4)
}

/// Thousandths as per cent.
fn percent(thousandths: i32) -> String {
    decimal(i64::from(thousandths), 1)
}

fn wall(micros: i64) -> String {
    jiff::Timestamp::from_microsecond(micros).map_or_else(|_| String::new(), |at| at.to_string())
}

fn in_zone(second: &Second) -> Option<&'static str> {
    second.against_zone().map(|stands| match stands {
        Ordering::Less => "below",
        Ordering::Equal => "in",
        Ordering::Greater => "above",
    })
}

/// What moved the load in a second, before limits and rules.
fn controller(row: &SampleRow<'_>) -> &'static str {
    if row.second.by_hand {
        return "hand";
    }
    let mode = row.bout.setup.as_ref().map(|setup| setup.prescription.mode);
    match (row.second.is_conditioning(), mode) {
        (true, Some(Mode::Constant { .. } | Mode::MetHeld { .. })) => "load",
        (true, Some(Mode::HeartRateHeld { .. } | Mode::HeartRateInterval { .. })) => "heart_rate",
        (true, Some(Mode::Interval { .. })) => "interval",
        (true, Some(Mode::ByHand)) => "hand",
        (false, _) | (true, None) => "phase",
    }
}

/// The unit of an event's value and limit, where it has one of them.
fn unit(row: &EventRow<'_>) -> Option<&'static str> {
    row.event.value.or(row.event.limit)?;
    if matches!(row.event.kind.as_str(), "command" | "decision") {
        return Some("MET");
    }
    let rule = RuleId::from_name(row.event.rule.as_deref()?)?;
    Some(rules::unit(rule, row.machine?))
}

/// Who did what an event tells of.
fn by(event: &EventRecord) -> &'static str {
    match event.kind.as_str() {
        "operator" | "refused" | "alarm-acknowledged" | "alarm-silenced" => "staff",
        _ => "station",
    }
}

fn met(met: f64) -> Option<String> {
    met.is_finite().then(|| format!("{met:.3}"))
}

fn limit_rule(reason: Reason) -> Option<String> {
    if let Reason::Rule(rule, _) = reason {
        Some(rule.name().to_owned())
    } else {
        None
    }
}

fn mets(row: &SampleRow<'_>) -> Option<String> {
    if !row.second.is_exercise() {
        return None;
    }
    let mass = row.bout.setup.as_ref().map(|setup| setup.patient.mass);
    figures::met(row.bout.machine, row.second, mass).map(|met| format!("{met:.3}"))
}
