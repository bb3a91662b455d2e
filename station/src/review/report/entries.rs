//! What people measured and asked, with corrections marked.

use jiff::tz::TimeZone;
use maud::{Markup, html};

use super::visit::Visit;
use super::words::{clock, measured, phase, when};
use crate::records::session::MeasurementRecord;

/// Every entry in order. One that a later one stands for is struck through, and names it.
pub(super) fn table(visit: &Visit, zone: &TimeZone) -> Markup {
    let all = &visit.record.measurements;
    html! {
        h2 { "Entries" }
        @if all.is_empty() {
            p { "Nobody entered a measurement or what the patient said." }
        } @else {
            table.wide {
                thead { tr { th { "Time" } th { "Phase" } th { "What" } th { "Value" } th { "Note" } } }
                tbody { @for taken in all { (row(visit, taken, zone)) } }
            }
        }
    }
}

fn row(visit: &Visit, taken: &MeasurementRecord, zone: &TimeZone) -> Markup {
    let all = &visit.record.measurements;
    let (name, value) = measured(taken);
    let corrected = visit.record.corrected(taken);
    let replaced = taken
        .replaces
        .and_then(|id| all.iter().find(|other| other.id == id));
    let by = visit.record.correction(taken.id);
    html! {
        tr {
            td.number { (clock(taken.t_us)) }
            td { (phase(&taken.phase)) }
            td { (name) }
            td { @if corrected.is_some() { s { (value) } } @else { (value) } }
            td {
                @if let Some(later) = corrected { "corrected to " (measured(later).1) " " }
                @if let Some(before) = replaced { "correction of " (measured(before).1) " " }
                @if let Some(by) = by {
                    "by " (by.author()) ", " (when(by.wall_us, zone)) ": " (by.why) " "
                    @if by.after_signature { "(after a signature) " }
                }
                @if taken.symptoms { "with symptoms" }
            }
        }
    }
}
