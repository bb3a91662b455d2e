//! A day at a glance: each session a row, on a phone a card, with its heart rate against the zone and its load in small.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use protocols::vocabulary::MachineKind;

use super::controller;
use super::page::{document, fact};
use super::svg::{Axis, Scale, area, line, path, px, trace};
use super::visit::Visit;
use super::words::{decimal, ended, machine, maybe, share};
use crate::records::archive::{local, offset};
use crate::records::session::{Second, SignatureState};
use crate::records::{Archive, RecordsError, SessionLine};
use crate::review::export::span::SECOND_US;

/// Who the pseudonyms are; empty where nobody asked for names.
pub type Names = BTreeMap<String, String>;

/// Width and height of a small plot.
const WIDTH: f64 = 260.0;
const HEIGHT: f64 = 44.0;
/// Seconds that a point of it stands for.
const EVERY: usize = 6;

/// A day's sessions, in order, the earliest first, as HTML.
///
/// # Errors
/// Where the record cannot be read; the error says what to do.
pub fn page(
    archive: &Archive,
    sessions: &[SessionLine],
    day: Date,
    zone: &TimeZone,
    names: &Names,
) -> Result<String, RecordsError> {
    let visits = sessions
        .iter()
        .map(|line| Visit::read(archive, line))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(write(&visits, day, zone, names))
}

pub(super) fn write(visits: &[Visit], day: Date, zone: &TimeZone, names: &Names) -> String {
    let body = html! {
        (head(visits, day))
        section.day {
            @for visit in visits { (card(visit, zone, names)) }
        }
        p.small {
            "Upper line of a small plot: heart rate, with the zone of conditioning in grey; lower line: load. Where the line stops, nothing was recorded or trusted. "
            @if let Some(first) = visits.first() { "Times are of " (offset(first.record.line.began_wall_micros, zone)) ". " }
            "Each plot has its own scale of time, from the session's beginning to its end."
        }
    };
    document(&format!("Day {day}"), &body)
}

fn head(visits: &[Visit], day: Date) -> Markup {
    let count = |wanted: Option<bool>| {
        let met = visits.iter().map(|visit| visit.verdict.met);
        met.filter(|met| *met == wanted).count()
    };
    let patients: BTreeSet<&str> = visits
        .iter()
        .map(|visit| visit.record.line.patient.as_str())
        .collect();
    let minutes: f64 = visits.iter().map(|visit| visit.figures.total_min).sum();
    let alarms: usize = visits.iter().map(|visit| visit.figures.alarm_count()).sum();
    let acknowledged: usize = visits.iter().map(|visit| visit.figures.acknowledged).sum();
    html! {
        header {
            h1 { "Day report: " (day.strftime("%A").to_string()) ", " (day) }
            @if visits.iter().any(|visit| visit.record.line.kind == "virtual") { p.notice { "Virtual patients: nobody exercised." } }
            dl.facts {
                (fact("Sessions", &html! { (visits.len()) " of " (patients.len()) " patients, " (decimal(minutes, 0)) " min" }))
                (fact("Ordered", &html! {
                    (count(Some(true))) " met, " (count(Some(false))) " not"
                    @if count(None) > 0 { ", " (count(None)) " not known" }
                }))
                (fact("Alarms", &html! {
                    (alarms) ", " (acknowledged) " acknowledged"
                    @if visits.iter().any(|visit| visit.record.has_lost_events()) { ", as far as can be read" }
                }))
            }
        }
    }
}

fn card(visit: &Visit, zone: &TimeZone, names: &Names) -> Markup {
    let state = visit.record.signature_state();
    let (line, figures) = (&visit.record.line, &visit.figures);
    let time: String = local(line.began_wall_micros, zone)
        .chars()
        .skip(11)
        .collect();
    let stations: Vec<String> = visit
        .record
        .bouts
        .iter()
        .map(|bout| format!("{} ({})", bout.station, machine(bout)))
        .collect();
    html! {
        article.card {
            div.who {
                p { b { (time) } " " b { (line.patient) } @if let Some(name) = names.get(&line.patient) { " " (name) } }
                p { "Station " (stations.join(", ")) }
                p { span.sign { (visit.sign()) } " " (visit.verdict.short()) "; " (ended(line)) }
                p { @if state == SignatureState::Unsigned { b { "not signed" } } @else { (state.to_string()) } }
                @if let Some(origin) = &line.imported { p { (origin.words()) } }
            }
            div.plots { (spark(visit)) }
            dl.small-facts {
                (small("min", &decimal(figures.total_min, 0)))
                (small("HR mean", &maybe(figures.heart_rate.mean_bpm, 0)))
                (small("HR peak", &maybe(figures.heart_rate.peak_bpm, 0)))
                @if visit.verdict.is_by_load() {
                    (small("% in zone", "by load"))
                } @else {
                    (small("% in zone", &share(visit.verdict.zone_share(figures))))
                }
                (small("SpO2 low", &maybe(figures.saturation.nadir_percent, 0)))
                (small("METs", &maybe(figures.dose.met_mean, 1)))
                (small("RPE", &maybe(figures.scores.exertion_mean, 1)))
                (small("alarms", &figures.alarm_count().to_string()))
            }
            @if !remarks(visit).is_empty() {
                ul.remarks { @for remark in remarks(visit) { li { (remark) } } }
            }
        }
    }
}

fn small(name: &str, value: &str) -> Markup {
    html! { div { dt { (name) } dd { (value) } } }
}

/// What somebody should look at.
fn remarks(visit: &Visit) -> Vec<String> {
    let mut remarks: Vec<String> = controller::findings(visit)
        .into_iter()
        .map(str::to_owned)
        .collect();
    remarks.extend(visit.figures.alarms.iter().map(|count| {
        let times = if count.count > 1 {
            format!(" ({} times)", count.count)
        } else {
            String::new()
        };
        let words = super::words::rule_words(&count.rule);
        format!("{words}{times}")
    }));
    if visit.verdict.is_altered {
        remarks.push("the record of it is not what was recorded".to_owned());
    } else if !visit.altered.is_empty() {
        remarks.push("its wires, journal or plethysmogram are damaged in the record".to_owned());
    }
    if !visit.record.gaps.is_empty() || !visit.record.unrecorded().is_empty() {
        remarks.push("not everything was recorded".to_owned());
    }
    remarks
}

/// Heart rate against its zone, and load, without labels.
fn spark(visit: &Visit) -> Markup {
    let axis = Axis {
        from_us: 0,
        to_us: visit.record.length_us().max(60 * SECOND_US),
        left: 0.0,
        right: WIDTH,
    };
    let rate = small_plot(visit, &axis, "line heart", true, |second| {
        second.trusted_heart_rate()
    });
    let belt = visit
        .record
        .bouts
        .iter()
        .all(|bout| bout.machine == MachineKind::Treadmill);
    let load = small_plot(visit, &axis, "line load", false, |second| {
        if belt {
            second.speed_kmh()
        } else {
            second.power_w()
        }
    });
    html! { (rate) (load) }
}

fn small_plot(
    visit: &Visit,
    axis: &Axis,
    class: &str,
    with_zone: bool,
    value: impl Fn(&Second) -> Option<f64>,
) -> Markup {
    let zone = visit
        .figures
        .zone
        .as_ref()
        .filter(|_| with_zone)
        .map(|zone| (zone.lower_bpm, zone.upper_bpm));
    let pieces: Vec<_> = visit
        .record
        .bouts
        .iter()
        .flat_map(|bout| trace(&bout.seconds, EVERY, &value))
        .collect();
    let values = pieces
        .iter()
        .flatten()
        .map(|(_, value)| *value)
        .chain(zone.into_iter().flat_map(|(low, high)| [low, high]));
    let name = if with_zone { "heart rate" } else { "load" };
    let Some(scale) = Scale::around(values, 10.0, (1.0, HEIGHT - 1.0)) else {
        return html! { p.why { "no " (name) } };
    };
    html! {
        svg.spark viewBox={ "0 0 " (px(WIDTH)) " " (px(HEIGHT)) } role="img" aria-label=(name) xmlns="http://www.w3.org/2000/svg" {
            @if let Some((low, high)) = zone {
                @for span in visit.record.phases().iter().filter(|span| span.phase == control::view::PhaseKind::Conditioning) {
                    (area("zone", (axis.x(span.from_us), scale.y(high)), (axis.width(span.from_us, span.to_us), scale.y(low) - scale.y(high))))
                }
            }
            (path(class, &line(&pieces, axis, &scale)))
        }
    }
}
