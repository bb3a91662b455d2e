//! One session, for the referring doctor.

use jiff::tz::TimeZone;
use maud::{Markup, html};

use super::happened::{self, marks};
use super::page::{document, fact};
use super::visit::Visit;
use super::words::{clock, decimal, ended, lasted, machine, when};
use super::{chart, controller, entries, figures, ordered};
use crate::dashboard::words::capital;
use crate::records::archive::seconds;
use crate::records::chain::Hex;
use crate::records::session::SignatureState;
use crate::records::{Archive, RecordsError, SessionLine};
use crate::review::export::telling::Telling;

/// So many findings about the chain of events are told; `station verify` tells more.
const MOST: usize = 5;

/// The session's document as HTML.
///
/// # Errors
/// Where the record cannot be read; the error says what to do.
pub fn page(
    archive: &Archive,
    line: &SessionLine,
    telling: &Telling<'_>,
) -> Result<String, RecordsError> {
    let mut visit = Visit::read(archive, line)?;
    let chain = archive.findings(MOST)?;
    let chain: Vec<String> = chain.iter().map(ToString::to_string).collect();
    visit.verdict = visit.verdict.of_a_record_with(&chain);
    visit.altered.extend(chain);
    Ok(write(&visit, telling))
}

pub(super) fn write(visit: &Visit, telling: &Telling<'_>) -> String {
    let line = &visit.record.line;
    let marks = marks(visit);
    let holders = chart::holders(visit);
    let zone = telling.zone().cloned().unwrap_or(TimeZone::UTC);
    let body = html! {
        (head(visit, &zone, telling))
        (verdict(visit))
        (chart::chart(visit, &marks, &holders))
        section { (happened::table(visit, &marks, &zone)) }
        section { (chart::legend(&holders)) }
        section { h2 { "Figures" } (figures::tables(visit)) }
        section { (entries::table(visit, &zone)) }
        section { (ordered::section(visit)) }
        section { (controller::section(visit, &holders)) }
        section { (missing(visit)) }
        section { (notes(visit, &zone)) }
        (signature(visit, &zone, telling.is_deidentified()))
    };
    document(&format!("Session {} of {}", line.id, line.patient), &body)
}

fn head(visit: &Visit, zone: &TimeZone, telling: &Telling<'_>) -> Markup {
    let line = &visit.record.line;
    html! {
        header {
            h1 { "Session report" }
            @if line.kind == "virtual" { p.notice { "A virtual patient: nobody exercised." } }
            dl.facts {
                @if let Some(name) = telling.name() { (fact("Name", &html! { (name) })) }
                (fact("Patient", &html! { b { (line.patient) } " (pseudonym)" }))
                @if let Some(age) = telling.age() { (fact("Age", &html! { (age) @if age >= 90 { " or more" } })) }
                (fact("Began", &html! { (when(line.began_wall_micros, zone)) }))
                (fact("Lasted", &html! { (decimal(line.seconds / 60.0, 1)) " min, " (ended(line)) }))
                @for bout in &visit.record.bouts {
                    (fact("Station", &html! {
                        (bout.station) ", " (machine(bout)) " (" (bout.protocol) "), prescription " (bout.prescription.id) " version " (bout.prescription.version)
                    }))
                }
                (fact("Session", &html! { (line.id) }))
                @if let Some(origin) = &line.imported { (fact("Origin", &html! { (origin.words()) })) }
                (fact("Supervised by", &html! { "not in this record" }))
                (fact("Signature", &html! { (visit.record.signature_state().to_string()) }))
            }
        }
    }
}

fn verdict(visit: &Visit) -> Markup {
    html! {
        p.verdict { span.sign { (visit.sign()) } " " (visit.verdict.sentence()) }
        @if !visit.altered.is_empty() {
            p.finding {
                b { "This record is not what was recorded: " } (visit.altered.join("; "))
                ". " code { "station verify --session " (visit.record.line.id) } " says all; compare it with a backup."
            }
        }
        @for finding in controller::findings(visit) {
            p.finding { b { "Finding: " } (finding) }
        }
    }
}

/// What was not recorded, and what could not be relied on.
fn missing(visit: &Visit) -> Markup {
    let gaps = &visit.record.gaps;
    let seconds_missing: f64 = visit
        .record
        .unrecorded()
        .iter()
        .map(|(from_us, to_us)| seconds(to_us - from_us))
        .sum();
    html! {
        h2 { "Gaps" }
        @if gaps.is_empty() && seconds_missing < 0.5 {
            p { "Every second of the bouts was recorded." }
        } @else {
            p { "Seconds of bouts, and between them, without a record: " (lasted(seconds_missing)) "." }
        }
        @if !gaps.is_empty() {
            table.wide {
                thead { tr { th { "From" } th { "For" } th { "What" } th { "Entries lost" } th { "Why" } } }
                tbody {
                    @for gap in gaps {
                        tr {
                            td.number { (clock(gap.from_us)) }
                            td.number {
                                @if gap.to_us > gap.from_us { (lasted(seconds(gap.to_us - gap.from_us))) } @else { "nobody knows" }
                            }
                            td { (gap.what) }
                            td.number { @if gap.lost > 0 { (gap.lost) } @else { "nobody knows" } }
                            td { (gap.reason) }
                        }
                    }
                }
            }
        }
    }
}

/// What people wrote about the session, and what the gym told.
fn notes(visit: &Visit, zone: &TimeZone) -> Markup {
    let told: Vec<_> = visit
        .record
        .events
        .iter()
        .filter(|event| matches!(event.kind.as_str(), "session" | "notice" | "link" | "gap"))
        .collect();
    html! {
        h2 { "Notes" }
        @if visit.record.notes.is_empty() { p { "Nobody wrote a note." } }
        @for note in &visit.record.notes {
            p {
                b { (note.author()) ", " (when(note.wall_us, zone)) } @if note.after_signature { ", after a signature" } ": "
                (note.text)
            }
        }
        @if !told.is_empty() {
            h2 { "What the gym told" }
            table.wide {
                thead { tr { th { "Time" } th { "Notice" } } }
                tbody { @for event in told { tr { td.number { (clock(event.t_us)) } td { (event.text) } } } }
            }
        }
    }
}

/// Who stands for the session, and what proves the record.
fn signature(visit: &Visit, zone: &TimeZone, deidentified: bool) -> Markup {
    let state = visit.record.signature_state();
    html! {
        section.signature {
            h2 { "Signature" }
            @if state == SignatureState::Unsigned {
                p { "Not signed." }
                div.lines { span { "Name" } span { "Date" } span { "Signature" } }
            } @else {
                p { (capital(&state.to_string())) "." }
            }
            @for signature in &visit.record.signatures {
                p {
                    b { (signature.name) } " (" (signature.by) ") signed for " (signature.meaning) " on " (when(signature.wall_us, zone))
                    @if !deidentified { span.proof { ", over " (Hex(&signature.sha256).to_string()) } }
                }
            }
            @if let Some(last) = visit.record.events.last().filter(|_| !deidentified) {
                p.proof { "The record's chain at the session's last event: " (last.id) ", " (Hex(&last.hash).to_string()) ". " code { "station verify" } " proves the chain." }
            }
        }
    }
}
