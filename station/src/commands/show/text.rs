//! A session's summary for people, readable at 80 columns.

use jiff::tz::TimeZone;

use crate::commands::identify;
use crate::commands::lines::{WIDTH, under};
use crate::dashboard::words::share;
use crate::records::archive::{local, offset};
use crate::records::desk::Identity;
use crate::records::figures::of_what_was_recorded;
use crate::records::length;
use crate::records::session::{Ending, NoteRecord, SignatureRecord, Worst, figures};
use crate::records::summary::{
    AlarmSummary, BoutSummary, CorrectedLine, Figure, LearnedSummary, MeasurementLine, Summary,
};

/// Where the words of a line begin.
const INDENT: usize = 12;

/// What is shown beside what always is.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Extent<'a> {
    /// Values that were corrected.
    pub(super) corrections: bool,
    /// Who the patient is.
    pub(super) identity: Option<&'a Identity>,
}

pub(super) fn lines(summary: &Summary, extent: &Extent<'_>, zone: &TimeZone) -> Vec<String> {
    let mut lines = head(summary, extent.identity, zone);
    for bout in &summary.bouts {
        lines.push(String::new());
        lines.extend(of_bout(bout));
    }
    section(&mut lines, "Alarms", &summary.alarms, |alarm| {
        of_alarm(alarm, zone)
    });
    lost_events(&mut lines, summary);
    section(&mut lines, "Measurements", &summary.measurements, |taken| {
        of_measurement(taken, extent.corrections, zone)
    });
    lost(&mut lines, summary.lost.measurements);
    section(&mut lines, "Gaps", &summary.gaps, |gap| {
        let lost = match gap.lost {
            0 => "nobody knows how many entries".to_owned(),
            lost => format!("{lost} entries"),
        };
        let text = format!(
            "{} over {:.1} s: {lost}, because {}",
            gap.what, gap.seconds, gap.reason
        );
        wrapped(&clock(gap.t_s), &text)
    });
    if summary.gaps_are_lost {
        put_lost(&mut lines, "some of the record cannot be read");
    }
    section(&mut lines, "Notices", &summary.notices, |notice| {
        wrapped(&clock(Some(notice.t_s)), &notice.text)
    });
    lost_events(&mut lines, summary);
    section(&mut lines, "Notes", &summary.notes, |note| {
        of_note(note, zone)
    });
    lost(&mut lines, summary.lost.notes);
    section(&mut lines, "Signatures", &summary.signatures, |signature| {
        of_signature(signature, zone)
    });
    lost(&mut lines, summary.lost.signatures);
    lines
}

fn of_measurement(taken: &MeasurementLine, corrections: bool, zone: &TimeZone) -> Vec<String> {
    let mark = if taken.corrected.is_empty() {
        ""
    } else {
        ", corrected"
    };
    let text = format!(
        "{} {} {} ({}){mark}",
        numbered(taken.number),
        taken.kind.replace('-', " "),
        if taken.correction_is_lost {
            "corrected, and what to cannot be read".to_owned()
        } else {
            figures(taken.value, taken.second_value, &taken.unit, taken.symptoms)
        },
        words(&taken.phase)
    );
    let mut lines = wrapped(&clock(Some(taken.t_s)), &text);
    if corrections {
        for corrected in &taken.corrected {
            lines.extend(wrapped("", &of_corrected(corrected, &taken.unit, zone)));
        }
    }
    lines
}

/// A measurement's number, where it is known.
fn numbered(number: usize) -> String {
    match number {
        0 => "#?".to_owned(),
        number => format!("#{number}"),
    }
}

fn of_corrected(corrected: &CorrectedLine, unit: &str, zone: &TimeZone) -> String {
    let was = format!(
        "was {} {}",
        numbered(corrected.number),
        figures(
            corrected.value,
            corrected.second_value,
            unit,
            corrected.symptoms
        )
    );
    corrected.correction.as_ref().map_or_else(
        || was.clone(),
        |correction| {
            format!(
                "{was} until {}, {}{}: {}",
                correction.author(),
                local(correction.wall_us, zone),
                later(correction.after_signature),
                correction.why
            )
        },
    )
}

/// The mark of what came after a signature.
const fn later(after_signature: bool) -> &'static str {
    if after_signature {
        ", after the signature"
    } else {
        ""
    }
}

fn of_note(note: &NoteRecord, zone: &TimeZone) -> Vec<String> {
    let whose = format!(
        "{}, {}{}:",
        note.author(),
        local(note.wall_us, zone),
        later(note.after_signature)
    );
    let mut lines = under("  ", &whose);
    lines.extend(note.text.lines().flat_map(|line| under("    ", line)));
    lines
}

fn of_signature(signature: &SignatureRecord, zone: &TimeZone) -> Vec<String> {
    under(
        "  ",
        &format!(
            "{} ({}), {}: {}, event {}",
            signature.name,
            signature.by,
            local(signature.wall_us, zone),
            signature.meaning,
            signature.event
        ),
    )
}

fn head(summary: &Summary, identity: Option<&Identity>, zone: &TimeZone) -> Vec<String> {
    let session = &summary.session;
    let ended = match (&session.end_rule, &session.end_reason) {
        (Some(rule), _) => format!("ended by rule {rule}"),
        (None, Some(reason)) if reason == "interrupted" => "interrupted".to_owned(),
        (None, Some(reason)) => format!("ended: {}", reason.replace('-', " ")),
        (None, None) => session.state.clone(),
    };
    let mut kind = session.kind.clone();
    if session.pre_rolled {
        kind.push_str(", rolled before its gym opened");
    }
    if session.clock_rate > 1 {
        kind = format!("{kind}, {} times as fast", session.clock_rate);
    }
    let who = identity.map_or_else(String::new, |identity| {
        format!(" ({})", identify::words(identity))
    });
    let mut lines = vec![
        format!("Session {}", session.id),
        format!("  patient   {}{who}", session.patient),
        format!(
            "  began     {} ({}), {:.1} min, {ended}",
            local(session.began_wall_micros, zone),
            offset(session.began_wall_micros, zone),
            session.seconds / 60.0
        ),
        format!("  kind      {kind}; recorded by {}", session.software),
        format!("  signature {}", summary.signature),
    ];
    // Whoever reads this by way of a pipe or a file sees no other warning.
    if !summary.findings.is_empty() {
        lines.extend(under(
            "  record    ",
            &format!(
                "NOT what was written and signed: {}",
                summary.findings.join("; ")
            ),
        ));
    }
    if let Some(origin) = &session.imported {
        let at = origin.at.as_deref().unwrap_or_default();
        lines.push(format!("  origin    {} at {at}", origin.words()));
    }
    lines
}

fn of_bout(bout: &BoutSummary) -> Vec<String> {
    let mut lines = vec![format!(
        "Bout {}: station {}, {} by {}, prescription {} version {}",
        bout.bout,
        bout.station,
        bout.machine,
        bout.protocol,
        bout.prescription,
        bout.prescription_version
    )];
    let phases: Vec<String> = bout
        .phases
        .iter()
        .map(|span| {
            let lasted = format!("{} {}", words(&span.phase), minutes(span.seconds));
            if span.unrecorded_s > 0.0 {
                format!("{lasted} ({} not recorded)", minutes(span.unrecorded_s))
            } else {
                lasted
            }
        })
        .collect();
    lines.extend(folded("  phases    ", &phases, ", "));
    if let Some(zone) = &bout.zone {
        let share = match zone.in_percent {
            Some(percent) => format!("{} % of conditioning in it", share(percent)),
            None => "no trusted heart rate in conditioning".to_owned(),
        };
        lines.push(format!(
            "  zone      {:.0} to {:.0} /min: {share}",
            zone.lower_bpm, zone.upper_bpm
        ));
        if zone.in_percent.is_some() {
            lines.push(format!(
                "            ({} below, {} in, {} above)",
                minutes(zone.below_s.into()),
                minutes(zone.in_s.into()),
                minutes(zone.above_s.into())
            ));
        }
    }
    let trusted: Vec<String> = [
        ("heart rate", bout.heart_rate_cover_percent),
        ("saturation", bout.spo2_cover_percent),
    ]
    .iter()
    .filter_map(|(name, cover)| cover.map(|cover| format!("{name} {} %", share(cover))))
    .collect();
    lines.extend(folded("  trusted   ", &trusted, ", "));
    lines.extend(of_machine(bout));
    if let Some(learned) = &bout.learned {
        lines.extend(of_learned(learned));
    }
    if !bout.signals.is_empty() {
        lines.push(format!(
            "  {:<16}{:>8}{:>8}{:>8}",
            "signal", "mean", "peak", "lowest"
        ));
        lines.extend(bout.signals.iter().map(of_signal));
    }
    lines
}

/// What the machine did, and of how many seconds that is where some are missing.
fn of_machine(bout: &BoutSummary) -> Vec<String> {
    let mut lines = Vec::new();
    let of = if bout.missing_s > 0 {
        let said = of_what_was_recorded(bout.recorded_s, bout.missing_s);
        lines.extend(under("  RECORDED  ", &said));
        format!("of {} s", bout.recorded_s)
    } else {
        String::new()
    };
    let done: Vec<String> = [
        bout.work_kj
            .map(|work| format!("{work:.1} kJ of work{}", within(&of))),
        bout.distance_m
            .map(|distance| format!("{distance:.0} m of way{}", within(&of))),
        bout.reported_percent
            .filter(|percent| *percent < 100.0)
            .map(|percent| format!("reported in {} % of exercise", share(percent))),
    ]
    .into_iter()
    .flatten()
    .collect();
    lines.extend(folded("  machine   ", &done, ", "));
    lines
}

/// What a sum is of, behind it.
fn within(of: &str) -> String {
    if of.is_empty() {
        String::new()
    } else {
        format!(" ({of})")
    }
}

/// What was learned, and each finding by itself: it is what the eye is to stop at.
fn of_learned(learned: &LearnedSummary) -> Vec<String> {
    let assessed = learned
        .assessed_gain_bpm_per_met
        .map_or_else(String::new, |gain| format!(", assessed {gain:.1}"));
    let figures = [
        format!(
            "gain {:.1} ± {:.1} /min per MET{assessed}",
            learned.gain_bpm_per_met, learned.gain_sd_bpm_per_met
        ),
        format!(
            "time constant {:.0} ± {:.0} s",
            learned.tau_s, learned.tau_sd_s
        ),
        format!(
            "drift {:+.2} ± {:.2} /min each minute",
            learned.drift_bpm_per_min, learned.drift_sd_bpm_per_min
        ),
    ];
    let mut lines = folded("  learned   ", &figures, ", ");
    if let Some(steady) = &learned.steady {
        let load = match (steady.power_w, steady.speed_kmh, steady.grade_percent) {
            (Some(power), _, _) => format!("{power:.0} W, {:.1} MET", steady.load_met),
            (None, Some(speed), Some(grade)) => {
                format!(
                    "{speed:.1} km/h at {grade:.1} %, {:.1} MET",
                    steady.load_met
                )
            }
            _ => format!("{:.1} MET", steady.load_met),
        };
        lines.push(format!(
            "            from minute 5: {:.0} /min at {load} above rest",
            steady.heart_rate_bpm
        ));
    }
    for finding in &learned.findings {
        let mut words = finding.text.split(' ');
        let mut line = format!("  FINDING   {}", words.next().unwrap_or_default());
        for word in words {
            if line.chars().count() + 1 + word.chars().count() > WIDTH {
                lines.push(std::mem::replace(&mut line, " ".repeat(INDENT - 1)));
            }
            line.push(' ');
            line.push_str(word);
        }
        lines.push(line);
    }
    lines
}

fn of_signal(figure: &Figure) -> String {
    let (name, unit) = match figure.signal {
        "heart_rate_bpm" => ("heart rate", "/min"),
        "spo2_percent" => ("saturation", "%"),
        "granted_met" => ("load above rest", "MET"),
        "power_w" => ("power", "W"),
        "speed_kmh" => ("speed", "km/h"),
        "grade_percent" => ("grade", "%"),
        "cadence_rpm" => ("cadence", "rev/min"),
        other => (other, ""),
    };
    let digits = usize::from(figure.signal == "granted_met") + 1;
    let extremes = &figure.extremes;
    format!(
        "  {name:<16}{:>8.digits$}{:>8.digits$}{:>8.digits$} {unit}",
        extremes.mean, extremes.peak, extremes.lowest
    )
}

fn of_alarm(alarm: &AlarmSummary, zone: &TimeZone) -> Vec<String> {
    let priority = alarm
        .raised_priority
        .as_deref()
        .unwrap_or("")
        .to_ascii_uppercase();
    let mut text = format!("{priority} {}", alarm.rule);
    if alarm.saw != alarm.rule {
        text = format!("{text}, {}", alarm.saw);
    }
    let mut lines = wrapped(&clock(alarm.t_s), text.trim_start());
    let mut done = Vec::new();
    if let Some(corrected) = &alarm.corrected {
        let words = corrected.words_with(|wall_us| local(wall_us, zone));
        done.push(words);
    }
    done.extend(alarm.worst.as_ref().map(Worst::words));
    done.extend(alarm.beginning.words().map(str::to_owned));
    if let (Some(priority), Some(after)) = (&alarm.priority, alarm.escalated_after_s) {
        done.push(format!(
            "{} after {}",
            priority.to_ascii_uppercase(),
            minutes(after)
        ));
    }
    if let (Some(act), Some(granted), Some(least)) = (
        &alarm.hardest_act,
        alarm.granted_met,
        alarm.least_granted_met,
    ) {
        done.push(format!(
            "load {granted:.2} to {least:.2} MET ({})",
            words(act)
        ));
    }
    done.push(match alarm.acknowledged_after_s {
        Some(after) => format!("acknowledged after {}", minutes(after)),
        None if alarm.acknowledged => "acknowledged".to_owned(),
        None if alarm.events_are_lost => {
            "whether anybody acknowledged it cannot be read".to_owned()
        }
        None => "nobody acknowledged it".to_owned(),
    });
    done.extend(
        alarm
            .cleared_after_s
            .map(|after| format!("gone after {}", minutes(after))),
    );
    let until = clock(Some(alarm.until_t_s));
    if alarm.ending == Ending::Gone && alarm.cleared_after_s.is_none() {
        done.push(format!("gone at {until}"));
    }
    done.extend(alarm.ending.words(&until));
    if alarm.repeated > 0 {
        let least = if alarm.events_are_lost {
            "at least "
        } else {
            ""
        };
        done.push(format!("called again {least}{} times", alarm.repeated));
    }
    if alarm.events_are_lost {
        done.push(AlarmSummary::MORE_MAY_BE_LOST.to_owned());
    }
    lines.extend(folded("           ", &done, ", "));
    if !alarm.actions.is_empty() {
        lines.extend(folded("           people: ", &alarm.actions, ", "));
    }
    lines
}

/// Under a section, or in place of its "none": that more was there.
fn lost(lines: &mut Vec<String>, count: usize) {
    let words = match count {
        0 => return,
        1 => "1 that events tell of cannot be read".to_owned(),
        count => format!("{count} that events tell of cannot be read"),
    };
    put_lost(lines, &words);
}

/// The same of what is told by events alone.
fn lost_events(lines: &mut Vec<String>, summary: &Summary) {
    if summary.events_are_lost {
        put_lost(lines, "events that may tell of more cannot be read");
    }
}

fn put_lost(lines: &mut Vec<String>, words: &str) {
    match lines
        .last_mut()
        .and_then(|last| last.strip_suffix(": none").map(str::to_owned))
    {
        Some(heading) => {
            lines.pop();
            lines.push(format!("{heading}: {words}"));
        }
        None => lines.push(format!("  {words}")),
    }
}

/// A heading and what stands under it, or that there is nothing.
fn section<T>(
    lines: &mut Vec<String>,
    heading: &str,
    items: &[T],
    show: impl Fn(&T) -> Vec<String>,
) {
    lines.push(String::new());
    if items.is_empty() {
        lines.push(format!("{heading}: none"));
        return;
    }
    lines.push(heading.to_owned());
    lines.extend(items.iter().flat_map(show));
}

/// Parts in as many lines as they need, the later ones under the first.
fn folded(head: &str, parts: &[String], between: &str) -> Vec<String> {
    if parts.is_empty() {
        return Vec::new();
    }
    let indent = " ".repeat(head.len().min(INDENT));
    let mut lines = Vec::new();
    let mut line = head.to_owned();
    let mut fresh = true;
    let mut put = |joint: &str, words: &str| {
        let joint = if fresh { "" } else { joint };
        if !fresh && line.chars().count() + joint.len() + words.chars().count() >= WIDTH {
            lines.push(format!("{}{}", line.trim_end(), joint.trim_end()));
            line = format!("{indent}{words}");
        } else {
            line = format!("{line}{joint}{words}");
        }
        fresh = false;
    };
    for part in parts {
        if indent.len() + part.chars().count() < WIDTH {
            put(between, part);
            continue;
        }
        // Longer than a line by itself: it goes on word by word.
        for (number, word) in part.split(' ').enumerate() {
            put(if number == 0 { between } else { " " }, word);
        }
    }
    lines.push(line);
    lines
}

/// A time and words, broken between words.
fn wrapped(time: &str, text: &str) -> Vec<String> {
    under(&format!("  {time:>7}  "), text)
}

/// Seconds after the session began, as minutes and seconds.
fn clock(t_s: Option<i64>) -> String {
    t_s.map_or_else(String::new, length::minutes)
}

/// A length of time, as minutes and seconds.
fn minutes(seconds: f64) -> String {
    let whole = protocols::vocabulary::number::floor_to_u32(seconds + 0.5).unwrap_or(0);
    length::minutes(whole)
}

/// A code as words.
fn words(code: &str) -> String {
    match code {
        "warm_up" => "warm-up".to_owned(),
        "cool_down" => "cool-down".to_owned(),
        "zero_wait" => "load to nothing".to_owned(),
        other => other.replace('_', " "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::fixtures::{
        archive_of_a_corrected_alarm, archive_of_a_visit, archive_of_a_visit_in_three_gyms,
        pressure,
    };
    use crate::records::summary::summarise;

    #[test]
    fn a_visit_reads_well_at_eighty_columns() {
        let (_folder, archive) = archive_of_a_visit();
        let summary = summarise(&archive, archive.find("last").unwrap()).unwrap();
        let lines = lines(&summary, &Extent::default(), &TimeZone::UTC);
        let text = lines.join("\n");
        println!("{text}");
        for wanted in [
            "Session S-20261123-143107-",
            "  patient   K7PD2MXQ",
            "  began     2026-11-23 14:31 (UTC), 8.3 min, ended: completed",
            "Bout 1: station 2, cycle by csafe, prescription bike-steady version 3",
            "  phases    ready 1:15, warm-up 1:00,",
            "  heart rate      ",
            "spo2-floor, SpO2 86 at floor 88",
            "people: acknowledges every alarm",
            "blood pressure 142/78 mmHg (conditioning)",
            "perceived exertion 12 (conditioning)",
            "Gaps: none",
            "  signature not signed",
            "Signatures: none",
        ] {
            assert!(text.contains(wanted), "{wanted:?} in\n{text}");
        }
        for line in &lines {
            assert!(line.chars().count() <= WIDTH, "{line}");
            assert_eq!(line.trim_end(), line);
        }
    }

    #[test]
    fn a_zone_that_nothing_is_known_of_has_no_share() {
        let (_folder, archive) = archive_of_a_visit();
        let mut summary = summarise(&archive, archive.find("last").unwrap()).unwrap();
        summary.bouts[0].zone.as_mut().unwrap().in_percent = None;
        let text = lines(&summary, &Extent::default(), &TimeZone::UTC).join("\n");
        let zone = "  zone      95 to 115 /min: no trusted heart rate in conditioning\n";
        assert!(text.contains(zone), "{text}");
    }

    #[test]
    fn an_alarm_is_told_with_the_most_that_its_rule_did() {
        let (_folder, archive) = archive_of_a_visit();
        let summary = summarise(&archive, archive.find("last").unwrap()).unwrap();
        let alarm = AlarmSummary {
            act: Some("hold".to_owned()),
            hardest_act: Some("cool_down".to_owned()),
            raised_priority: Some("medium".to_owned()),
            priority: Some("high".to_owned()),
            escalated_after_s: Some(30.0),
            ..summary.alarms[0].clone()
        };
        let told = of_alarm(&alarm, &TimeZone::UTC).join("\n");
        assert!(
            told.contains("(cool-down)") && !told.contains("hold"),
            "{told}"
        );
        // With the priority that it had at that time.
        assert!(
            told.contains("MEDIUM spo2-") && told.contains("HIGH after 0:30"),
            "{told}"
        );
    }

    #[test]
    fn an_alarm_says_which_pressure_it_was_and_what_that_was_corrected_to() {
        let (_folder, archive) =
            archive_of_a_corrected_alarm(pressure(142, 118), pressure(142, 78));
        let summary = summarise(&archive, archive.find("last").unwrap()).unwrap();
        let text = lines(&summary, &Extent::default(), &TimeZone::UTC).join("\n");
        for wanted in [
            "HIGH sbp-high, diastolic 118 over stop limit 115\n",
            "           corrected afterwards to blood pressure 142/78 mmHg, 20",
        ] {
            assert!(text.contains(wanted), "{wanted:?} in\n{text}");
        }
        let json = serde_json::to_value(&summary).unwrap();
        let alarm = json["alarms"]
            .as_array()
            .and_then(|alarms| alarms.iter().find(|alarm| alarm["rule"] == "sbp-high"))
            .unwrap();
        assert_eq!(alarm["saw"], "diastolic 118 over stop limit 115");
        assert_eq!(alarm["corrected"]["holds"]["second_value"], 78);
    }

    #[test]
    fn a_session_whose_gyms_were_lost_is_told_bout_by_bout() {
        let (_folder, archive) = archive_of_a_visit_in_three_gyms();
        let summary = summarise(&archive, archive.find("last").unwrap()).unwrap();
        let text = lines(&summary, &Extent::default(), &TimeZone::UTC).join("\n");
        for wanted in [
            "  phases    stopped 0:45, ",
            "nobody acknowledged it,\n           until the record breaks off at 3:58\n",
            "there when the session went on, load",
        ] {
            assert!(text.contains(wanted), "{wanted:?} in\n{text}");
        }
        assert!(
            !text.contains("idle") && !text.contains("there to the end"),
            "{text}"
        );
    }

    #[test]
    fn a_share_that_is_not_all_of_it_and_a_machine_that_was_silent_are_told() {
        let (_folder, archive) = archive_of_a_visit();
        let mut summary = summarise(&archive, archive.find("last").unwrap()).unwrap();
        let told =
            |summary: &Summary| lines(summary, &Extent::default(), &TimeZone::UTC).join("\n");
        assert!(!told(&summary).contains("of exercise"));
        summary.bouts[0].heart_rate_cover_percent = Some(99.67);
        summary.bouts[0].reported_percent = Some(99.9);
        let text = told(&summary);
        assert!(text.contains("trusted   heart rate 99 %"), "{text}");
        assert!(
            text.contains("kJ of work, reported in 99 % of exercise"),
            "{text}"
        );
    }

    #[test]
    fn long_lists_go_on_under_their_beginning() {
        let parts: Vec<String> = (0..12).map(|number| format!("part {number:04}")).collect();
        let lines = folded("  phases    ", &parts, ", ");
        assert!(lines.len() > 1);
        assert!(lines.iter().all(|line| line.chars().count() <= WIDTH));
        assert!(lines[1].starts_with("            part"));
        let long = format!("one that {}ends", "goes on and ".repeat(12));
        let lines = folded("    people: ", &[long.clone(), "another".to_owned()], ", ");
        assert!(lines.iter().all(|line| line.chars().count() <= WIDTH));
        let words: Vec<&str> = lines
            .iter()
            .flat_map(|line| line.split_whitespace())
            .collect();
        assert_eq!(words.join(" "), format!("people: {long}, another"));
    }
}
