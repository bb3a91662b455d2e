//! Records with a damaged page each: what is not on it opens.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;

use super::super::audit::Finding;
use super::super::fixtures::{
    Visit, archive_of, archive_of_a_signed_visit, archive_of_a_visit_in_three_gyms, archive_of_all,
    archive_of_two_at_once, closed, page_size, without_triggers,
};
use super::super::session::{Beginning, Ending, GapRecord, LostRows, SignatureState};
use super::super::{Archive, RecordsError, SessionFilter, SessionRecord, backup, desk, summary};

mod blocks;
mod lost;
mod misled;
mod turned;

/// Two visits, and so many rows of sessions that they stand on several pages.
fn several() -> (tempfile::TempDir, PathBuf, Vec<String>) {
    let (folder, archive) = archive_of_all([Visit::whole, Visit::whole]);
    let visits = ids(&archive);
    let path = closed(archive);
    let hand = without_triggers(&path);
    for number in 0..200 {
        hand.execute(
            "INSERT INTO sessions SELECT 'S-20260101-000000-' || ?1, run_id, patient, kind, pre_rolled, clock_rate, software, began_us,
             began_wall_us - 1000000, ended_us, ended_wall_us, state, end_reason, end_rule FROM sessions WHERE id = ?2",
            rusqlite::params![format!("{number:04}"), visits[0]],
        )
        .unwrap();
    }
    drop(hand);
    (folder, path, visits)
}

/// The sessions of a record.
fn ids(archive: &Archive) -> Vec<String> {
    let lines = archive.sessions().unwrap().into_iter();
    lines.map(|line| line.id).collect()
}

/// How many rows stood on the page that was damaged, by what is left of the index of their numbers.
fn lost(path: &Path) -> usize {
    let connection = Connection::open(path).unwrap();
    let numbers: Vec<i64> = connection
        .prepare("SELECT rowid FROM sessions INDEXED BY sessions_by_time WHERE began_wall_us > 0")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<rusqlite::Result<_>>()
        .unwrap();
    let is_gone = |number: &&i64| {
        let row = connection.query_row(
            "SELECT state FROM sessions NOT INDEXED WHERE rowid = ?1",
            [**number],
            |row| row.get::<_, String>(0),
        );
        row.is_err()
    };
    numbers.iter().filter(is_gone).count()
}

/// The first page of a table or an index.
fn root(path: &Path, of: &str) -> usize {
    let root: u32 = Connection::open(path)
        .unwrap()
        .query_row(
            "SELECT rootpage FROM sqlite_schema WHERE name = ?1",
            [of],
            |row| row.get(0),
        )
        .unwrap();
    root.try_into().unwrap()
}

/// An empty leaf, as a disk leaves it that lost what was written: no cells, and their content begins at the end of the page.
fn empty_leaf(path: &Path, of: Leaf) -> [u8; 8] {
    let kind = match of {
        Leaf::Table => 13,
        Leaf::Index => 10,
    };
    let size = u16::try_from(page_size(path)).unwrap().to_be_bytes();
    [kind, 0, 0, 0, 0, size[0], size[1], 0]
}

#[derive(Clone, Copy)]
enum Leaf {
    Table,
    Index,
}

/// Takes the content of a page away: the last leaf of a table or an index, or its only page.
fn damage(path: &Path, of: &str, nth_from_the_end: usize) {
    let root = root(path, of);
    let size = page_size(path);
    let mut bytes = std::fs::read(path).unwrap();
    let start = |page: usize| (page - 1) * size;
    let number = |at: usize| {
        usize::try_from(u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap())).unwrap()
    };
    let mut page = root;
    // Inner pages are of kind 5 (tables) and 2 (indexes), and tell their last child at 8, the others in their cells.
    while matches!(bytes[start(page)], 5 | 2) {
        let cells = usize::from(u16::from_be_bytes(
            bytes[start(page) + 3..start(page) + 5].try_into().unwrap(),
        ));
        page = if nth_from_the_end == 0 {
            number(start(page) + 8)
        } else {
            let cell = start(page) + 12 + 2 * (cells - nth_from_the_end);
            let at = usize::from(u16::from_be_bytes(
                bytes[cell..cell + 2].try_into().unwrap(),
            ));
            number(start(page) + at)
        };
    }
    let from = start(page);
    bytes[from..from + size].fill(0);
    std::fs::write(path, bytes).unwrap();
}

/// A copy of the file with such damage.
fn damaged_copy(path: &Path, of: &str, nth_from_the_end: usize) -> PathBuf {
    let copy = path.with_extension(format!("{of}{nth_from_the_end}"));
    std::fs::copy(path, &copy).unwrap();
    damage(&copy, of, nth_from_the_end);
    copy
}

type Opened = (usize, Vec<Result<usize, String>>);

/// How many sessions are listed, and how many events each of the visits has where it opens.
fn opened(path: &Path, visits: &[String]) -> Result<(Opened, Vec<String>), RecordsError> {
    let archive = Archive::open(path)?;
    let listed = archive.sessions()?.len();
    let events = |id: &String| match archive.find(id) {
        Err(RecordsError::NoSession { .. }) => Ok(Err(format!("no {id}"))),
        found => {
            let summary = summary::summarise(&archive, found?)?;
            assert!(!summary.bouts.is_empty());
            Ok(Ok(SessionRecord::read(&archive, id)?.events.len()))
        }
    };
    let visits: Result<Vec<_>, RecordsError> = visits.iter().map(events).collect();
    Ok(((listed, visits?), archive.damage()))
}

#[test]
fn a_record_that_is_whole_is_read_once_and_nothing_stands_in() {
    let (_folder, path, visits) = several();
    let ((listed, events), told) = opened(&path, &visits).unwrap();
    assert_eq!(listed, 202);
    assert!(events.iter().all(Result::is_ok));
    assert_eq!(told, Vec::<String>::new());
}

#[test]
fn a_damaged_index_closes_nothing() {
    let (_folder, path, visits) = several();
    let (whole, _) = opened(&path, &visits).unwrap();
    for index in [
        "sessions_by_time",
        "sessions_of_patient",
        "sqlite_autoindex_sessions_1",
        "sqlite_autoindex_bouts_1",
        "alarms_of_session",
        "events_of_session",
        "gaps_of_session",
        "measurements_of_bout",
        "learned_of_patient",
        "clock_anchors_of_run",
    ] {
        let copy = damaged_copy(&path, index, 0);
        let (read, told) =
            opened(&copy, &visits).unwrap_or_else(|error| panic!("{index}: {error}"));
        assert_eq!(read, whole, "{index}");
        let must = [
            "sessions_by_time",
            "alarms_of_session",
            "sqlite_autoindex_bouts_1",
        ];
        assert!(!told.is_empty() || !must.contains(&index), "{index}");
        for words in told {
            assert!(words.contains("is damaged, and"), "{index}: {words}");
        }
    }
}

#[test]
fn a_damaged_page_of_a_table_closes_what_stood_on_it_alone() {
    let (_folder, path, visits) = several();
    let ((listed, events), _) = opened(&path, &visits).unwrap();
    // The visits are the first rows; the last page has none of theirs, and one in the middle neither.
    for from_the_end in [0, 1, 2] {
        let copy = damaged_copy(&path, "sessions", from_the_end);
        let ((left, same), told) = opened(&copy, &visits).unwrap();
        let on_the_page = lost(&copy);
        assert_eq!(left, listed - on_the_page, "{from_the_end}");
        assert_eq!(same, events, "{from_the_end}");
        assert_eq!(told, ["some rows of sessions cannot be read"]);
    }
}

#[test]
fn tables_that_are_lost_whole_leave_the_list_and_are_told() {
    let (_folder, path, visits) = several();
    let (whole, _) = opened(&path, &visits).unwrap();
    for table in [
        "learned",
        "gaps",
        "measurements",
        "identities",
        "notes",
        "patients",
    ] {
        let copy = damaged_copy(&path, table, 0);
        let ((listed, events), told) =
            opened(&copy, &visits).unwrap_or_else(|error| panic!("{table}: {error}"));
        assert_eq!(listed, whole.0, "{table}");
        assert!(events.iter().all(Result::is_ok), "{table}: {events:?}");
        if !told.is_empty() {
            assert_eq!(told, [format!("some rows of {table} cannot be read")]);
        }
    }
}

/// Between the numbers of two rows there may be millions, and a lost prescription moves nothing.
#[test]
fn rows_far_apart_are_found_and_every_second_stays_where_it_was() {
    let (_folder, path, visits) = several();
    let hand = without_triggers(&path);
    for number in 1..400_i64 {
        hand.execute(
            "INSERT INTO gaps SELECT ?1, session_id, bout_id, run_id, 'notice', from_us, to_us, 0, 'far away' FROM
             (SELECT id AS session_id, NULL AS bout_id, run_id, began_us AS from_us, began_us AS to_us FROM sessions WHERE id = ?2)",
            rusqlite::params![number << 40, visits[0]],
        )
        .unwrap();
    }
    drop(hand);
    let seconds = |path: &Path| {
        let archive = Archive::open(path).unwrap();
        let session = SessionRecord::read(&archive, &visits[0]).unwrap();
        let told = archive.damage();
        let seconds = &session.bouts[0].seconds;
        let ends = (seconds[0].t_us, seconds[seconds.len() - 1].t_us);
        (ends, session.gaps.len(), told)
    };
    let (whole, all, _) = seconds(&path);
    for from_the_end in [0, 1, 3] {
        let (ends, left, _) = seconds(&damaged_copy(&path, "gaps", from_the_end));
        assert_eq!(ends, whole);
        assert!(left < all && left + 200 > all, "{left} of {all}");
    }
    assert_eq!(seconds(&damaged_copy(&path, "prescriptions", 0)).0, whole);
}

/// The rest of a long row stands on pages of its own: where one of those is damaged, that row is lost and no other, however far the next.
#[test]
fn a_row_that_cannot_be_read_to_its_end_loses_itself_alone() {
    let (_folder, path, visits) = several();
    let hand = without_triggers(&path);
    for number in 1..4_i64 {
        let reason = format!(
            "{}the rest of {number}{}",
            "a".repeat(9_000),
            "b".repeat(9_000)
        );
        hand.execute(
            "INSERT INTO gaps SELECT ?1, id, NULL, run_id, 'notice', began_us, began_us, 0, ?3 FROM sessions WHERE id = ?2",
            rusqlite::params![number << 40, visits[0], reason],
        )
        .unwrap();
    }
    drop(hand);
    let read = || {
        let archive = Archive::open(&path).unwrap();
        let gaps = SessionRecord::read(&archive, &visits[0]).unwrap().gaps;
        let told = archive.damage();
        let is_there = |number: i64| {
            let words = format!("the rest of {number}");
            gaps.iter().any(|gap| gap.reason.contains(&words))
        };
        ([1, 2, 3].map(is_there), told)
    };
    assert_eq!(read().0, [true; 3]);
    let size = page_size(&path);
    let mut bytes = std::fs::read(&path).unwrap();
    let mut places = bytes.windows(13);
    let place = places
        .rposition(|window| window == b"the rest of 2")
        .unwrap();
    // Where the next page of it is.
    bytes[place / size * size..][..4].fill(0xff);
    std::fs::write(&path, &bytes).unwrap();
    let (there, told) = read();
    assert_eq!(there, [true, false, true]);
    assert_eq!(told, ["some rows of gaps cannot be read"]);
}

#[test]
fn sessions_whose_row_is_lost_are_named() {
    let (_folder, archive) = archive_of_all([Visit::whole, Visit::whole]);
    let id = archive.sessions().unwrap()[0].id.clone();
    let path = closed(archive);
    damage(&path, "sessions", 0);
    let ((listed, _), told) = opened(&path, &[]).unwrap();
    assert_eq!(listed, 0);
    let words = told.join("; ");
    assert!(
        words.contains("some rows of sessions cannot be read"),
        "{words}"
    );
    assert!(words.contains(&id), "{words}");
}

/// The pages of a table or an index that have its rows.
fn leaves(path: &Path, of: &str) -> Vec<usize> {
    pages(path, of, "leaf")
}

fn pages(path: &Path, of: &str, kind: &str) -> Vec<usize> {
    let connection = Connection::open(path).unwrap();
    let mut statement = connection
        .prepare("SELECT pageno FROM dbstat WHERE name = ?1 AND pagetype = ?2 ORDER BY path")
        .unwrap();
    let pages = statement.query_map([of, kind], |row| row.get::<_, u32>(0));
    pages
        .unwrap()
        .map(|page| page.unwrap().try_into().unwrap())
        .collect()
}

/// A copy of the file with other bytes in a page.
fn with_page(path: &Path, page: usize, content: &[u8]) -> PathBuf {
    let copy = path.with_extension(format!("page{page}"));
    let mut bytes = std::fs::read(path).unwrap();
    let size = page_size(path);
    let place = &mut bytes[(page - 1) * size..page * size];
    place.fill(0);
    place[..content.len()].copy_from_slice(content);
    std::fs::write(&copy, bytes).unwrap();
    copy
}

fn read(path: &Path) -> (Archive, SessionRecord) {
    let archive = Archive::open(path).unwrap();
    let session = SessionRecord::read(&archive, "last").unwrap();
    (archive, session)
}

/// A damaged index takes nothing from what was signed: nobody is told that somebody changed it.
#[test]
fn what_was_signed_is_as_it_was_signed_whichever_index_is_lost() {
    let (_folder, archive) = archive_of_a_signed_visit();
    let path = closed(archive);
    let (_, whole) = read(&path);
    let indexes: Vec<String> = Connection::open(&path)
        .unwrap()
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'index'")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<rusqlite::Result<_>>()
        .unwrap();
    assert!(indexes.len() > 15, "{indexes:?}");
    for index in indexes {
        let (archive, session) = read(&damaged_copy(&path, &index, 0));
        let altered = desk::not_as_written(&archive, [session.line.id.as_str()]).unwrap();
        assert_eq!(altered, Vec::<String>::new(), "{index}");
        assert_eq!(
            session.signature_state(),
            whole.signature_state(),
            "{index}"
        );
        assert_eq!(session.notes, whole.notes, "{index}");
        assert_eq!(session.corrections, whole.corrections, "{index}");
        assert_eq!(session.bouts[0].seconds, whole.bouts[0].seconds, "{index}");
        for told in archive.damage() {
            assert!(!told.contains("cannot be read"), "{index}: {told}");
        }
    }
}

/// A page that a disk lost without a trace looks empty and sound: what an index still names is missed all the same.
#[test]
fn rows_that_an_index_names_are_missed_where_a_page_is_empty() {
    let (_folder, path, visits) = several();
    let pages = leaves(&path, "sessions");
    let copy = with_page(&path, pages[0], &empty_leaf(&path, Leaf::Table));
    let archive = Archive::open(&copy).unwrap();
    assert!(archive.find(&visits[0]).is_err());
    let told = archive.damage().join("; ");
    assert!(
        told.contains("some rows of sessions cannot be read"),
        "{told}"
    );
    assert!(told.contains(&visits[0]), "{told}");
}

#[test]
fn a_list_marks_a_session_whose_bouts_are_lost_and_none_that_lost_nothing() {
    let (_folder, archive) = archive_of_a_signed_visit();
    let path = closed(archive);
    let gaps = |path: &Path| {
        let archive = Archive::open(path).unwrap();
        let line = archive.find("last").unwrap();
        (archive.with_damage(line).unwrap().gaps, archive.damage())
    };
    let (none, told) = gaps(&path);
    assert_eq!((none, told.len()), (0, 0));
    let (lost, told) = gaps(&damaged_copy(&path, "bouts", 0));
    assert!(lost > 0 && told.len() == 1, "{told:?}");
    for table in ["samples", "sqlite_autoindex_sample_blocks_1"] {
        let copy = damaged_copy(&path, table, 0);
        assert_eq!(gaps(&copy).0, 0, "{table}");
        let (archive, session) = read(&copy);
        assert!(session.damage.is_empty(), "{:?}", session.damage);
        assert!(archive.damage().join("").contains("seconds"), "{table}");
    }
}

/// Who is on a list of which rows are lost nobody knows, and a file that is to be kept as it is takes no more.
#[test]
fn nothing_is_added_where_the_list_of_who_may_is_damaged_and_a_copy_is_made_all_the_same() {
    let (folder, archive) = archive_of_a_signed_visit();
    let path = closed(archive);
    damage(&path, "staff", 0);
    let archive = Archive::open(&path).unwrap();
    let nobody = desk::members(&archive).unwrap_err().to_string();
    assert!(nobody.contains("nobody is on it"), "{nobody}");
    let refusal = archive.refuse_where_damaged().unwrap_err().to_string();
    assert!(refusal.contains("some rows of staff"), "{refusal}");
    let copy = folder.path().join("copy.sqlite");
    let made = backup::backup(&path, &copy, false).unwrap();
    let mut findings = made.verified.findings.iter();
    assert!(findings.any(|finding| finding.because.contains("rows of staff")));
    assert!(copy.exists());
}

/// The same of an index: nobody is told that there is no such session, or none at all, and no list has fewer.
#[test]
fn a_session_is_found_and_listed_where_an_index_is_empty() {
    let (_folder, path, visits) = several();
    let listed = |archive: &Archive| {
        let patient = archive.sessions().unwrap()[0].patient.clone();
        let filters = [
            SessionFilter::default(),
            SessionFilter {
                patient: Some(patient),
                ..SessionFilter::default()
            },
            SessionFilter {
                state: Some("ended".to_owned()),
                ..SessionFilter::default()
            },
        ];
        filters.map(|filter| archive.list(&filter).unwrap().len())
    };
    let all = listed(&Archive::open(&path).unwrap());
    assert!(all.iter().all(|count| *count > 100), "{all:?}");
    for index in [
        "sqlite_autoindex_sessions_1",
        "sessions_by_time",
        "sessions_of_patient",
        "sessions_of_state",
    ] {
        let pages = leaves(&path, index);
        assert!(pages.len() > 1, "{index}");
        for page in pages {
            let copy = with_page(&path, page, &empty_leaf(&path, Leaf::Index));
            let archive = Archive::open(&copy).unwrap();
            for visit in &visits {
                assert_eq!(archive.find(visit).unwrap().id, *visit, "{index}");
            }
            assert_eq!(listed(&archive), all, "{index}, page {page}");
            assert_eq!(
                archive.damage(),
                ["what leads to the rows of sessions is damaged, and no row is known to be lost"]
            );
        }
    }
}

/// A page of an index that a disk lost without a trace hides nobody's name, and nobody who may sign.
#[test]
fn a_name_is_found_where_an_index_is_empty() {
    let (_folder, archive) = archive_of_a_signed_visit();
    let path = closed(archive);
    for (index, damage) in [
        ("sqlite_autoindex_identities_1", "identities"),
        ("sqlite_autoindex_staff_1", "staff"),
    ] {
        for page in leaves(&path, index) {
            let copy = with_page(&path, page, &empty_leaf(&path, Leaf::Index));
            let archive = Archive::open(&copy).unwrap();
            let name = desk::identity_of(&archive, "K7PD2MXQ").unwrap();
            assert_eq!(name.map(|known| known.name).as_deref(), Some("Jane Doe"));
            let words = archive.damage().join("; ");
            assert!(words.contains(&format!("the rows of {damage}")), "{words}");
            assert!(archive.refuse_where_damaged().is_err());
        }
    }
}

/// Whoever keeps a damaged record open is not shown for ever what it was when it was opened.
#[test]
fn what_stands_in_is_made_anew_after_somebody_wrote() {
    let (_folder, archive) = archive_of_a_signed_visit();
    let path = closed(archive);
    damage(&path, "sqlite_autoindex_sessions_1", 0);
    let (archive, session) = read(&path);
    assert!(!archive.damage().is_empty());
    without_triggers(&path)
        .execute("UPDATE sessions SET software = 'another'", [])
        .unwrap();
    let line = || archive.find("last").unwrap();
    assert_eq!(line().software, session.line.software);
    archive.renew().unwrap();
    assert_eq!(line().software, "another");
    archive.renew().unwrap();
    let stands = archive.damage();
    archive.renew().unwrap();
    assert_eq!(archive.damage(), stands, "nobody wrote since");
    assert_eq!(archive.sessions().unwrap().len(), 1);
}
