//! What leads to events leads to fewer than there are, and nothing that is read fails: a page of an index that a disk lost without a trace, or one of
//! an earlier state. Nobody is told that what it does not lead to never was, and nobody is accused of having taken it away.

use super::*;
use crate::records::session::MeasurementRecord;
use crate::records::verify;

/// What is told of a session, but for gaps.
type Account = (
    Vec<i64>,
    Vec<(i64, Beginning, Ending)>,
    Vec<(u16, i64, i64)>,
    Vec<MeasurementRecord>,
);

fn account(session: &SessionRecord) -> Account {
    let alarms = session.alarms();
    let phases = session.phases().into_iter();
    (
        session.events.iter().map(|event| event.id).collect(),
        alarms
            .iter()
            .map(|alarm| (alarm.first.id, alarm.beginning, alarm.ending()))
            .collect(),
        phases
            .map(|span| (span.bout, span.from_us, span.to_us))
            .collect(),
        session.measurements.clone(),
    )
}

/// The content of a page with its last rows, or entries, taken away.
fn shortened(path: &Path, page: usize, keeps: u16) -> Vec<u8> {
    let size = page_size(path);
    let bytes = std::fs::read(path).unwrap();
    let mut content = bytes[(page - 1) * size..page * size].to_vec();
    content[3..5].copy_from_slice(&keeps.to_be_bytes());
    content
}

#[test]
fn an_index_that_leads_to_fewer_events_hides_none() {
    let (_folder, archive) = archive_of_a_signed_visit();
    let path = closed(archive);
    let (_, whole) = read(&path);
    let pages = leaves(&path, "events_of_session");
    assert!(pages.len() > 1);
    let empty = empty_leaf(&path, Leaf::Index);
    let contents = pages
        .iter()
        .flat_map(|page| [(*page, empty.to_vec()), (*page, shortened(&path, *page, 1))]);
    for (page, content) in contents {
        let (archive, session) = read(&with_page(&path, page, &content));
        assert_eq!(account(&session), account(&whole), "page {page}");
        assert!(!session.has_lost_events(), "page {page}");
        let altered = desk::not_as_written(&archive, [session.line.id.as_str()]).unwrap();
        assert_eq!(altered, Vec::<String>::new(), "page {page}");
        assert_eq!(
            archive.damage(),
            ["an index of events is damaged, and no event is lost by that"]
        );
        // Nothing is added to it.
        assert!(archive.refuse_where_damaged().is_err());
        let listed = archive.with_damage(session.line.clone()).unwrap();
        assert_eq!(listed.gaps, session.line.gaps, "page {page}");
    }
}

#[test]
fn who_looks_one_up_alone_is_led_right_too() {
    let (_folder, archive) = archive_of_a_signed_visit();
    let path = closed(archive);
    let page = leaves(&path, "events_of_session")[0];
    let copy = with_page(&path, page, &empty_leaf(&path, Leaf::Index));
    let archive = Archive::open(&copy).unwrap();
    archive.find("last").unwrap();
    assert!(archive.refuse_where_damaged().is_err());
}

/// A page of events as it was when there were fewer: the index tells which are lost, and whose they were.
#[test]
fn events_that_an_index_alone_knows_of_are_lost_and_known_to_be() {
    let (_folder, archive) = archive_of_all([Visit::whole, Visit::whole]);
    let path = closed(archive);
    let visits = |path: &Path| {
        let archive = Archive::open(path).unwrap();
        let lines = archive.sessions().unwrap().into_iter();
        let read = |line| SessionRecord::of(&archive, line).unwrap();
        (lines.map(read).collect::<Vec<_>>(), archive.damage())
    };
    let (whole, damage) = visits(&path);
    assert_eq!((whole.len(), damage.len()), (2, 0));
    let own = |session: &SessionRecord| session.events.iter().map(|event| event.id).collect();
    let whole: Vec<Vec<i64>> = whole.iter().map(own).collect();
    let mut tried = 0;
    for page in leaves(&path, "events") {
        let kept = shortened(&path, page, 1);
        let (left, damage) = visits(&with_page(&path, page, &kept));
        for (session, whole) in left.iter().zip(&whole) {
            let left: Vec<i64> = own(session);
            let lost = whole.iter().filter(|event| !left.contains(event)).count();
            let told = session.gaps.iter();
            let told = told.filter(|gap| gap.what == GapRecord::EVENTS);
            let of_nobody = told
                .clone()
                .any(|gap| gap.reason.contains("nobody can tell"));
            assert!(!of_nobody, "page {page}: {:?}", session.gaps);
            let told: i64 = told.map(|gap| gap.lost).sum();
            assert_eq!(
                usize::try_from(told),
                Ok(lost),
                "page {page}: {:?}",
                session.gaps
            );
            tried += lost;
        }
        assert_eq!(
            damage,
            ["pages of events are damaged, and which are lost stands with each session"]
        );
    }
    assert!(tried > 20, "{tried}");
}

/// Both at once: an index that cannot be read does not hide that events are lost.
#[test]
fn a_lost_index_beside_lost_events_takes_nothing_from_what_is_told_of_them() {
    let (_folder, archive) = archive_of_a_signed_visit();
    let path = closed(archive);
    for index in ["events_of_session", "alarms_of_session"] {
        let without_index = damaged_copy(&path, index, 0);
        for page in leaves(&path, "events") {
            let (archive, both) = read(&with_page(&without_index, page, &[]));
            let (_, alone) = read(&with_page(&path, page, &[]));
            assert_eq!(account(&both).0, account(&alone).0, "{index}, page {page}");
            assert_eq!(account(&both).1, account(&alone).1, "{index}, page {page}");
            assert_eq!(both.has_lost_events(), alone.has_lost_events());
            let altered = desk::not_as_written(&archive, [both.line.id.as_str()]).unwrap();
            for words in altered {
                let accuses = words.contains("is not what") || words.contains("no event tells");
                assert!(!accuses, "{index}, page {page}: {words}");
            }
        }
    }
}

/// What leads to alarms leads to none, in a record that has some: who searches for them finds them, and a list counts them.
#[test]
fn an_index_that_leads_to_no_alarm_hides_none() {
    let (_folder, archive) = archive_of_a_visit_in_three_gyms();
    let path = closed(archive);
    let with_rule = |archive: &Archive| {
        let (_, session) = read(&path);
        let rule = session.alarms()[0].first.rule.clone();
        let filter = SessionFilter {
            search: rule.clone(),
            ..SessionFilter::default()
        };
        assert!(rule.is_some());
        archive.list(&filter).unwrap()
    };
    let whole = with_rule(&Archive::open(&path).unwrap());
    assert!(whole[0].alarms > 0, "{whole:?}");
    let page = root(&path, "alarms_of_session");
    let empty = empty_leaf(&path, Leaf::Index);
    let archive = Archive::open(&with_page(&path, page, &empty)).unwrap();
    assert_eq!(with_rule(&archive), whole);
    assert_eq!(
        archive.damage(),
        ["an index of events is damaged, and no event is lost by that"]
    );
}

/// Half of a page is there: events that are walked over, and are not found by their number as that of the next one is lost, are lost as it is, and
/// told as events of those whose they were. Nobody else is told that something was changed, or taken away.
#[test]
fn half_a_page_of_events_is_damage_and_whose_they_were_is_known() {
    let (_folder, archive) = archive_of_two_at_once();
    let ids = ids(&archive);
    let path = closed(archive);
    let whole: Vec<SessionRecord> = ids
        .iter()
        .map(|id| SessionRecord::read(&Archive::open(&path).unwrap(), id).unwrap())
        .collect();
    let size = page_size(&path);
    let bytes = std::fs::read(&path).unwrap();
    let (mut hurt, mut unhurt) = (0, 0);
    for page in leaves(&path, "events") {
        let content = &bytes[(page - 1) * size..page * size];
        // A leaf tells in its head how many rows it has, and behind that where each begins: with its length and its number.
        let two = |at: usize| usize::from(u16::from_be_bytes([content[at], content[at + 1]]));
        let middle = two(8 + two(3) / 2 * 2);
        for (part, with) in [
            (size / 2..size, 0),
            (middle..middle + 6, 0x7f),
            (middle..middle + 12, 0xa7),
        ] {
            let mut content = content.to_vec();
            content[part].fill(with);
            let copy = with_page(&path, page, &content);
            let verified = verify::verify(&Archive::open(&copy).unwrap(), None).unwrap();
            for (id, whole) in ids.iter().zip(&whole) {
                let archive = Archive::open(&copy).unwrap();
                let session = SessionRecord::read(&archive, id).unwrap();
                let kept: Vec<i64> = session.events.iter().map(|event| event.id).collect();
                let is_whole = whole.events.iter().all(|event| kept.contains(&event.id));
                let in_gaps: i64 = session
                    .gaps
                    .iter()
                    .filter(|gap| gap.what == GapRecord::EVENTS)
                    .map(|gap| gap.lost)
                    .sum();
                let names = verified.findings.iter();
                let is_named = names
                    .filter(|damage| damage.what == "events")
                    .any(|damage| {
                        damage.session.as_ref() == Some(id) || damage.because.contains(id.as_str())
                    });
                if is_whole && !is_named {
                    unhurt += 1;
                    assert_eq!(in_gaps, 0, "page {page}, {id}: {:?}", session.gaps);
                } else if !is_whole {
                    hurt += 1;
                    assert!(in_gaps > 0, "page {page}, {id}: {:?}", session.gaps);
                    assert!(is_named, "page {page}, {id}: {:?}", verified.findings);
                }
                for words in desk::not_as_written(&archive, [id.as_str()]).unwrap() {
                    assert!(!words.contains("missing"), "page {page}, {id}: {words}");
                }
            }
        }
    }
    assert!(hurt > 10 && unhurt > 0, "{hurt}, {unhurt}");
}

/// Who takes events away with SQL leaves no page that is damaged: they are missing, and that is said as ever.
#[test]
fn events_that_somebody_took_away_are_no_damage() {
    let (_folder, archive) = archive_of_a_signed_visit();
    let path = closed(archive);
    without_triggers(&path)
        .execute("DELETE FROM events WHERE kind = 'phase'", [])
        .unwrap();
    let (archive, session) = read(&path);
    assert!(!session.has_lost_events());
    assert_eq!(archive.damage(), Vec::<String>::new());
    let altered = desk::not_as_written(&archive, [session.line.id.as_str()]).unwrap();
    let words = altered.join("; ");
    assert!(
        words.contains("missing") && words.contains("is not what"),
        "{words}"
    );
}
