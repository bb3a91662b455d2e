use jiff::tz::TimeZone;
use scraper::{ElementRef, Html, Selector};

use super::visit::Visit;
use super::words::{NONE, decimal, when};
use super::*;
use crate::records::SessionRecord;
use crate::records::figures::SessionFigures;
use crate::records::fixtures::{
    archive_of_a_corrected_alarm, archive_of_a_visit_in_three_gyms, pressure,
};
use crate::records::session::{CorrectionRecord, MeasurementRecord, NoteRecord, SignatureRecord};
use crate::review::export::fixtures::made;
use crate::review::export::samples;
use crate::review::export::telling::Telling;

fn telling() -> Telling<'static> {
    Telling::nothing_else().in_zone(TimeZone::UTC)
}

fn written(session: SessionRecord) -> (Visit, Html) {
    let visit = Visit::of(session);
    let page = Html::parse_document(&session::write(&visit, &telling()));
    (visit, page)
}

fn all<'a>(page: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    page.select(&Selector::parse(selector).unwrap()).collect()
}

fn within<'a>(part: ElementRef<'a>, selector: &str) -> Vec<ElementRef<'a>> {
    part.select(&Selector::parse(selector).unwrap()).collect()
}

fn words(part: ElementRef<'_>) -> String {
    let all: String = part.text().collect();
    all.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn whole(page: &Html) -> String {
    words(page.root_element())
}

/// Value, and unit or reason, of a row of the tables of figures.
fn figure(page: &Html, group: &str, name: &str) -> (String, String) {
    let table = all(page, "table.figures")
        .into_iter()
        .find(|table| {
            within(*table, "caption")
                .first()
                .map(|caption| words(*caption))
                == Some(group.to_owned())
        })
        .unwrap_or_else(|| panic!("no table {group}"));
    let row = within(table, "tr")
        .into_iter()
        .find(|row| words(within(*row, "th")[0]) == name)
        .unwrap_or_else(|| panic!("no row {name} in {group}"));
    let cells = within(row, "td");
    (words(cells[0]), words(cells[1]))
}

/// The data of a line of the wide chart, or of the narrow one.
fn data(page: &Html, form: &str, class: &str) -> String {
    let lines = all(page, &format!("svg.{form} path.{class}"));
    assert_eq!(lines.len(), 1, "one {class} in the {form} chart");
    lines[0].value().attr("d").unwrap().to_owned()
}

/// The points of a path of M and L, in its pieces.
fn points(data: &str) -> Vec<Vec<(f64, f64)>> {
    data.split('M')
        .skip(1)
        .map(|piece| {
            piece
                .split(['L', 'h'])
                .filter_map(|point| {
                    let (x, y) = point.split_once(' ')?;
                    Some((x.parse().unwrap(), y.parse().unwrap()))
                })
                .collect()
        })
        .collect()
}

/// Group, name, value, decimals, unit.
type Row = (&'static str, &'static str, Option<f64>, usize, &'static str);

fn of_time_and_heart(f: &SessionFigures) -> Vec<Row> {
    vec![
        ("Time", "conditioning", Some(f.conditioning_min), 1, "min"),
        ("Time", "ordered minutes done", f.completed_percent, 0, "%"),
        ("Heart rate", "at rest", f.heart_rate.rest_bpm, 0, "/min"),
        (
            "Heart rate",
            "mean of exercise",
            f.heart_rate.mean_bpm,
            0,
            "/min",
        ),
        (
            "Heart rate",
            "peak of 5 s",
            f.heart_rate.peak_bpm,
            0,
            "/min",
        ),
        (
            "Heart rate",
            "1 min after",
            f.heart_rate.after_1_min_bpm,
            1,
            "/min",
        ),
        (
            "Heart rate",
            "conditioning in the zone",
            f.zone.as_ref().map(|zone| zone.in_percent),
            0,
            "%, ordered by load",
        ),
    ]
}

fn of_dose_and_rest(f: &SessionFigures) -> Vec<Row> {
    vec![
        ("Load and dose", "power, mean", f.dose.power_mean_w, 0, "W"),
        ("Load and dose", "work", f.dose.work_kj, 1, "kJ"),
        (
            "Load and dose",
            "METs, peak of 60 s",
            f.dose.met_peak,
            1,
            "MET",
        ),
        (
            "Load and dose",
            "MET-minutes",
            f.dose.met_minutes,
            0,
            "MET min",
        ),
        ("Load and dose", "weight used", f.dose.mass_kg, 1, "kg"),
        (
            "Saturation",
            "lowest for 10 s",
            f.saturation.nadir_percent,
            0,
            "%",
        ),
        (
            "Saturation",
            "below the floor",
            f.saturation.below_floor_min,
            1,
            "min",
        ),
        (
            "What the patient said",
            "exertion, mean",
            f.scores.exertion_mean,
            1,
            "of 6 to 20",
        ),
        (
            "How good the signals were",
            "heart rate trusted, of conditioning",
            f.heart_rate_cover_percent,
            0,
            "%",
        ),
    ]
}

#[test]
fn every_figure_is_that_of_the_record() {
    let (visit, page) = written(samples::visit());
    let f = &visit.figures;
    let wanted = of_time_and_heart(f).into_iter().chain(of_dose_and_rest(f));
    let mut told = 0;
    for (group, name, value, digits, unit) in wanted {
        let shown = figure(&page, group, name);
        match value {
            Some(value) => {
                assert_eq!(
                    shown,
                    (decimal(value, digits), unit.to_owned()),
                    "{group}: {name}"
                );
                told += 1;
            }
            None => assert_eq!(shown.0, NONE, "{group}: {name}"),
        }
    }
    assert!(told >= 14, "{told}");
    let (systolic, diastolic) = f.pressure.peak.unwrap();
    assert_eq!(
        figure(&page, "Blood pressure", "peak of exercise"),
        (format!("{systolic}/{diastolic}"), "mmHg".to_owned())
    );
}

#[test]
fn what_is_missing_says_why() {
    let (_, page) = written(samples::without_oximeter());
    assert_eq!(
        figure(&page, "Saturation", "lowest for 10 s"),
        (NONE.to_owned(), "no oximeter was worn".to_owned())
    );
    assert_eq!(
        figure(&page, "Load and dose", "distance"),
        (NONE.to_owned(), "no treadmill in this session".to_owned())
    );
    assert_eq!(
        figure(&page, "What the patient said", "angina, highest"),
        (NONE.to_owned(), "nobody asked".to_owned())
    );
    assert!(all(&page, "path.saturation").is_empty());
}

#[test]
fn a_figure_of_the_zone_is_missing_for_what_it_is_missing_for() {
    let told = |session| {
        figure(
            &written(session).1,
            "Heart rate",
            "conditioning in the zone",
        )
    };
    let none = |why: &str| (NONE.to_owned(), why.to_owned());
    let mut doubted = samples::visit();
    for second in &mut doubted.bouts[0].seconds {
        second.heart_rate_trust = control::view::Trust::Doubted;
    }
    assert_eq!(told(doubted), none("no trusted heart rate in conditioning"));
    let mut without = samples::visit();
    let setup = without.bouts[0].setup.as_mut().unwrap();
    setup.prescription.heart_rate.as_mut().unwrap().zone = None;
    for second in &mut without.bouts[0].seconds {
        second.zone_bpm = None;
    }
    assert_eq!(told(without), none("no zone was ordered"));
}

#[test]
fn a_gap_breaks_every_line_and_is_hatched() {
    let (_, page) = written(samples::visit());
    assert!(all(&page, "g.gap").is_empty());
    assert!(whole(&page).contains("Every second of the bouts was recorded."));
    let unbroken = points(&data(&page, "wide", "heart")).len();

    let (visit, page) = written(samples::with_a_gap());
    let [hole] = visit.record.holes()[..] else {
        panic!("one gap")
    };
    assert!((19_000_000..=21_000_000).contains(&(hole.to_us - hole.from_us)));
    for form in ["wide", "narrow"] {
        let hatched = all(&page, &format!("svg.{form} g.gap rect"));
        let number =
            |name: &str| -> f64 { hatched[0].value().attr(name).unwrap().parse().unwrap() };
        let (left, right) = (number("x"), number("x") + number("width"));
        for class in ["heart", "load", "saturation", "other"] {
            let pieces = points(&data(&page, form, class));
            for point in pieces.iter().flat_map(|piece| piece.windows(2)) {
                let [(before, _), (after, _)] = point else {
                    panic!("two points")
                };
                assert!(
                    *after <= left + 0.2 || *before >= right - 0.2,
                    "{class} of the {form} chart goes from {before} to {after} over {left} to {right}"
                );
            }
        }
        assert_eq!(points(&data(&page, form, "heart")).len(), unbroken + 1);
    }
    assert!(whole(&page).contains("the queue was full"));
}

#[test]
fn what_was_doubted_is_a_line_of_its_own_and_what_was_lost_is_none() {
    let (visit, page) = written(samples::with_a_doubt());
    let doubted: usize = points(&data(&page, "wide", "doubted"))
        .iter()
        .map(Vec::len)
        .sum();
    assert!(doubted > 5, "{doubted}");
    let (_, whole) = written(samples::visit());
    let pieces = |page: &Html| points(&data(page, "wide", "heart")).len();
    assert_eq!(pieces(&page), pieces(&whole) + 1);
    assert!(visit.figures.heart_rate_cover_percent.unwrap() < 100.0);
}

#[test]
fn the_numbers_of_the_chart_are_those_of_the_table() {
    let (visit, page) = written(samples::visit());
    let drawn: Vec<String> = all(&page, "svg.wide .mark-number")
        .into_iter()
        .map(words)
        .collect();
    let rows = all(&page, "section:nth-of-type(1) table.wide tbody tr");
    let listed: Vec<String> = rows
        .iter()
        .map(|row| words(within(*row, "td")[0]))
        .collect();
    assert_eq!(drawn, listed);
    assert!(drawn.len() >= visit.alarms.len() && !visit.alarms.is_empty());
    let alarm = visit
        .alarms
        .iter()
        .find(|alarm| alarm.rule == "spo2-floor")
        .unwrap();
    let told = rows
        .iter()
        .map(|row| words(*row))
        .find(|text| text.contains("(spo2-floor)"))
        .unwrap();
    let after = alarm.acknowledged_after_s.unwrap();
    assert!(told.contains("SpO2 86"), "{told}");
    assert!(
        told.contains(&format!("Acknowledged after {after:.0} s")),
        "{told}"
    );
    assert!(told.contains("MET above rest"), "{told}");
}

#[test]
fn what_held_the_load_back_has_letters_and_the_seconds_of_the_figures() {
    let (visit, page) = written(samples::visit());
    let held = &visit.figures.held_back_s;
    let holders = chart::holders(&visit);
    assert_eq!(holders.len(), held.len());
    assert!(!held.is_empty());
    let drawn = all(&page, "svg.wide rect.held");
    assert!(drawn.len() >= held.len());
    let text = whole(&page);
    assert!(
        text.contains("What held the load back in conditioning"),
        "{text}"
    );
}

#[test]
fn the_first_sentence_says_whether_the_prescription_was_met() {
    let verdict = |session| {
        let (_, page) = written(session);
        words(all(&page, "p.verdict")[0])
    };
    let whole_visit = verdict(samples::visit());
    assert!(
        whole_visit.contains("of the ordered minutes"),
        "{whole_visit}"
    );
    assert!(whole_visit.contains("of the ordered load"), "{whole_visit}");
    let lost = verdict(samples::interrupted());
    assert!(
        lost.contains("was not met") && lost.contains("interrupted"),
        "{lost}"
    );
    let mut open = samples::interrupted();
    open.line.state = "open".to_owned();
    open.line.end_reason = None;
    assert!(verdict(open).contains("still open"));
}

#[test]
fn a_correction_stands_beside_what_it_corrects() {
    let mut session = samples::visit();
    let taken = session
        .measurements
        .iter()
        .find(|taken| taken.kind == "perceived-exertion")
        .unwrap()
        .clone();
    session.measurements.push(MeasurementRecord {
        id: taken.id + 100,
        value: taken.value + 2,
        replaces: Some(taken.id),
        ..taken.clone()
    });
    let (visit, page) = written(session);
    assert_eq!(visit.figures.scores.exertion_peak, Some(taken.value + 2));
    let struck: Vec<String> = all(&page, "s").into_iter().map(words).collect();
    assert_eq!(struck, [format!("{} of 6 to 20", taken.value)]);
    let text = whole(&page);
    assert!(
        text.contains(&format!("corrected to {} of 6 to 20", taken.value + 2)),
        "{text}"
    );
    assert!(
        text.contains(&format!("correction of {} of 6 to 20", taken.value)),
        "{text}"
    );
    let flags: Vec<String> = all(&page, "svg.wide .flag-words")
        .into_iter()
        .map(words)
        .collect();
    assert!(
        flags.contains(&format!("RPE {}", taken.value + 2)),
        "{flags:?}"
    );
    assert!(
        !flags.contains(&format!("RPE {}", taken.value)),
        "{flags:?}"
    );
}

#[test]
fn nothing_runs_nothing_is_loaded_and_texts_stay_texts() {
    let evil = "<script>alert(1)</script><img src=http://evil.example/x onerror=alert(2)>";
    let mut session = samples::with_a_gap();
    session.gaps[0].reason = evil.to_owned();
    session.line.patient = evil.to_owned();
    session.bouts[0].prescription.id = evil.to_owned();
    session.bouts[0].prescription.text = format!("goals = [\"{evil}\"]\nauthor = \"{evil}\"\n");
    for event in &mut session.events {
        evil.clone_into(&mut event.text);
    }
    let visit = Visit::of(session);
    let telling = telling().named(evil);
    let day = "2026-11-23".parse().unwrap();
    let sessions = std::slice::from_ref(&visit);
    for text in [
        session::write(&visit, &telling),
        day::write(
            sessions,
            day,
            &TimeZone::UTC,
            &Names::from([(evil.to_owned(), evil.to_owned())]),
        ),
        course::write(vec![Visit::of(visit.record.clone())], 0, &telling),
    ] {
        let page = Html::parse_document(&text);
        for forbidden in [
            "script",
            "img",
            "link",
            "iframe",
            "object",
            "a[href]",
            "[src]",
            "[onerror]",
            "[onload]",
            "base",
            "form",
        ] {
            assert!(all(&page, forbidden).is_empty(), "{forbidden}");
        }
        assert!(whole(&page).contains("<script>alert(1)</script>"));
        let style: String = all(&page, "style").into_iter().map(words).collect();
        assert!(
            !style.contains("url(") && !style.contains("@import"),
            "nothing is loaded by the style"
        );
        let bare = text
            .replace("xmlns=\"http://www.w3.org/2000/svg\"", "")
            .replace("http://evil.example/x", "");
        assert!(!bare.contains("http"), "no address of elsewhere");
        assert!(!bare.contains("<script"));
    }
}

#[test]
fn a_name_stands_there_only_where_it_was_asked_for() {
    let visit = Visit::of(samples::visit());
    let bare = session::write(&visit, &telling());
    assert!(!bare.contains("Jane Roe"));
    let named = session::write(&visit, &telling().named("Jane Roe"));
    assert!(named.contains("Jane Roe"));
    let hidden = Visit::of(samples::disguised(samples::visit()));
    let hidden = session::write(&hidden, &Telling::deidentified());
    for secret in [
        "K7PD",
        "bike-steady",
        "2026",
        "Dr. Example",
        "three flights",
    ] {
        assert!(!hidden.contains(secret), "{secret}");
    }
}

#[test]
fn notes_corrections_and_signatures_say_who_and_when() {
    let mut session = samples::visit();
    let taken = session.measurements[0].clone();
    session.measurements.push(MeasurementRecord {
        id: taken.id + 100,
        replaces: Some(taken.id),
        ..taken.clone()
    });
    let wall_us = crate::records::fixtures::WALL;
    let (by, name) = ("anna".to_owned(), "Anna Berg".to_owned());
    session.corrections.push(CorrectionRecord {
        event: 0,
        measurement: taken.id + 100,
        wall_us,
        by: by.clone(),
        name: name.clone(),
        proved: Some(false),
        why: "read from the wrong cuff".to_owned(),
        after_signature: false,
    });
    session.notes.push(NoteRecord {
        wall_us,
        by: by.clone(),
        name: name.clone(),
        proved: Some(true),
        text: "slept badly <b>".to_owned(),
        after_signature: true,
    });
    session.signatures.push(SignatureRecord {
        wall_us,
        by,
        name,
        meaning: "review".to_owned(),
        sha256: [7; 32],
        event: 3,
    });
    let (_, page) = written(session);
    let text = whole(&page);
    for wanted in [
        "by Anna Berg (anna, not proved), 2026-11-23 14:31 (UTC): read from the wrong cuff",
        "Anna Berg (anna), 2026-11-23 14:31 (UTC), after a signature: slept badly <b>",
        "Anna Berg (anna) signed for review on 2026-11-23 14:31 (UTC)",
    ] {
        assert!(text.contains(wanted), "{wanted} in {text}");
    }
    assert!(!text.contains("Not signed") && !text.contains("not signed"));
    let (_, unsigned) = written(samples::visit());
    assert!(whole(&unsigned).contains("Not signed."));
}

#[test]
fn two_machines_share_one_axis_in_mets_and_the_time_between_is_called_that() {
    let (_, page) = written(samples::bike_then_belt());
    let names: Vec<String> = all(&page, "svg.wide .name")
        .into_iter()
        .map(words)
        .collect();
    for wanted in [
        "Load, MET with rest",
        "Cadence, /min",
        "Grade, %",
        "Bout 1: cycle ergometer",
        "Bout 2: treadmill",
    ] {
        assert!(
            names.iter().any(|name| name == wanted),
            "{wanted} in {names:?}"
        );
    }
    let holes: Vec<String> = all(&page, "svg.wide g.gap title")
        .into_iter()
        .map(words)
        .collect();
    assert_eq!(holes, ["between bouts"]);
    assert!(whole(&page).contains("Every second of the bouts was recorded."));
}

#[test]
fn a_session_of_which_no_second_was_recorded_says_so() {
    let mut session = samples::visit();
    session.bouts[0].seconds.clear();
    let (_, page) = written(session);
    assert!(all(&page, "svg").is_empty());
    assert!(whole(&page).contains("No second of this session was recorded"));
}

#[test]
fn a_day_has_a_card_for_each_session() {
    let visits = [
        Visit::of(samples::visit()),
        Visit::of(samples::interrupted()),
        Visit::of(samples::with_a_gap()),
    ];
    let text = day::write(
        &visits,
        "2026-11-23".parse().unwrap(),
        &TimeZone::UTC,
        &Names::new(),
    );
    let page = Html::parse_document(&text);
    let cards = all(&page, "article.card");
    assert_eq!(cards.len(), 3);
    assert!(words(cards[1]).contains("not: "));
    assert!(words(cards[2]).contains("not everything was recorded"));
    assert!(cards.iter().all(|card| words(*card).contains("not signed")));
    assert!(
        cards
            .iter()
            .all(|card| within(*card, "svg.spark").len() == 2)
    );
    // A name is of one figure in every document.
    let mean = decimal(visits[0].figures.heart_rate.mean_bpm.unwrap(), 0);
    let shown = words(within(cards[0], "dl.small-facts")[0]);
    assert!(shown.contains(&format!("HR mean{mean}HR peak")), "{shown}");
    let facts = words(all(&page, "dl.facts")[0]);
    assert!(facts.contains("3 of 1 patients"), "{facts}");
    assert!(whole(&page).contains("Monday, 2026-11-23"));
}

#[test]
fn a_course_tells_first_and_latest_and_proposes_by_the_rule_alone() {
    let later = |days: i64| {
        let mut session = samples::visit();
        session.line.began_wall_micros += days * 86_400_000_000;
        Visit::of(session)
    };
    let now = crate::records::fixtures::WALL + 8 * 86_400_000_000;
    let only = course::write(vec![later(0)], now, &telling());
    assert!(only.contains("Too little is known"));

    let visits = vec![later(0), later(3), later(7)];
    let mean = visits[2].figures.dose.met_mean.unwrap();
    let page = Html::parse_document(&course::write(visits, now, &telling()));
    let verdict = words(all(&page, "p.verdict")[0]);
    // Two alarms of the fixture's saturation took load away in each session.
    assert!(
        verdict.contains("What is next") && verdict.contains("step"),
        "{verdict}"
    );
    let row = all(&page, "table.course tr")
        .into_iter()
        .find(|row| words(*row).starts_with("Mean METs"))
        .unwrap();
    let cells: Vec<String> = within(row, "td.number").into_iter().map(words).collect();
    assert_eq!(
        cells,
        [decimal(mean, 1), decimal(mean, 1), "0.0".to_owned()]
    );
    assert_eq!(all(&page, "table.wide:not(.course) tbody tr").len(), 3);
    assert!(all(&page, "figure.trend").len() > 8);
    assert!(whole(&page).contains("climb three flights of stairs"));
}

#[test]
fn lost_seconds_stand_on_the_first_screen_and_nothing_is_judged_by_the_others() {
    let (_folder, archive) = crate::records::fixtures::archive_of_a_visit();
    rusqlite::Connection::open(archive.path())
        .unwrap()
        .execute_batch("DELETE FROM sample_blocks")
        .unwrap();
    let line = archive.find("last").unwrap();
    let page = session(&archive, &line, &Telling::nothing_else()).unwrap();
    let first = page.split("<svg").next().unwrap();
    for words in [
        "Whether the prescription was met cannot be told",
        "This record is not what was recorded",
        "are missing: the bout has turns, but not a second was recorded",
    ] {
        assert!(first.contains(words), "{words}");
    }
    assert!(page.contains(" s are missing: means, peaks and sums are of the recorded ones"));
}

#[test]
fn an_alarm_whose_figure_was_corrected_says_so_beside_it() {
    let (_folder, archive) = archive_of_a_corrected_alarm(pressure(142, 118), pressure(142, 78));
    let (visit, page) = written(SessionRecord::read(&archive, "last").unwrap());
    let at = when(visit.record.corrections[0].wall_us, &TimeZone::UTC);
    let wanted = format!(
        "diastolic 118 over stop limit 115 \u{2014} corrected afterwards to blood pressure 142/78 mmHg, {at} (sbp-high)"
    );
    assert!(whole(&page).contains(&wanted), "{wanted}");
}

#[test]
fn time_between_bouts_and_a_gym_that_was_lost_are_hatched_as_what_they_are() {
    let named = |page: &Html| -> Vec<String> {
        let holes = all(page, "svg.wide g.gap title");
        holes.into_iter().map(words).collect()
    };
    let (_folder, archive) = archive_of_a_visit_in_three_gyms();
    let (_, page) = written(SessionRecord::read(&archive, "last").unwrap());
    assert_eq!(named(&page), ["gym lost", "gym lost"]);
    let made = made();
    let (_, page) = written(SessionRecord::read(&made.archive, "last").unwrap());
    assert_eq!(named(&page), ["not recorded", "between bouts"]);
}
