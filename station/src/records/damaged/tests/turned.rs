//! A bit or a byte of a page that a disk turned, and nothing that is read fails: what is listed and told is what there is, or it is said that it may
//! not be; one row that is none closes no other.

use super::super::super::replay::replay;
use super::*;
use crate::records::Recorder;
use crate::records::fixtures::options;
use crate::records::list::SessionLine;

/// What lists and a session tell that rests on small tables.
#[derive(Debug, PartialEq)]
struct Told {
    all: Vec<SessionLine>,
    of_a_day: usize,
    of_the_patient: usize,
    unsigned: usize,
    session: (usize, usize, usize, SignatureState, usize, usize),
    altered: Vec<String>,
}

fn told(archive: &Archive, id: &str) -> Told {
    let all = archive.sessions().unwrap();
    let count = |filter: SessionFilter| archive.list(&filter).unwrap().len();
    let session = SessionRecord::read(archive, id).unwrap();
    let began = session.line.began_wall_micros;
    Told {
        of_a_day: count(SessionFilter {
            from_wall_us: Some(began - 1),
            before_wall_us: Some(began + 1),
            ..SessionFilter::default()
        }),
        of_the_patient: count(SessionFilter {
            patient: Some(session.line.patient.clone()),
            ..SessionFilter::default()
        }),
        unsigned: count(SessionFilter {
            unsigned: true,
            ..SessionFilter::default()
        }),
        session: (
            session.notes.len(),
            session.measurements.len(),
            session.gaps.len(),
            session.signature_state(),
            session.bouts.len(),
            session.seconds().count(),
        ),
        altered: desk::not_as_written(archive, [id]).unwrap(),
        all: all
            .into_iter()
            .map(|line| archive.with_damage(line).unwrap())
            .collect(),
    }
}

/// A copy of the file with a byte of it changed.
fn turned(path: &Path, at: usize, change: impl FnOnce(u8) -> u8) -> PathBuf {
    let copy = path.with_extension("turned");
    let mut bytes = std::fs::read(path).unwrap();
    bytes[at] = change(bytes[at]);
    std::fs::write(&copy, bytes).unwrap();
    copy
}

/// Where on a page those bytes stand first, in the file.
fn place_of(path: &Path, page: usize, what: &[u8]) -> usize {
    let size = page_size(path);
    let bytes = std::fs::read(path).unwrap();
    let start = (page - 1) * size;
    let mut places = bytes[start..start + size].windows(what.len());
    start + places.position(|window| window == what).unwrap()
}

/// Where the rows, or entries, of a leaf stand in the file.
fn cells(path: &Path, page: usize) -> Vec<usize> {
    let size = page_size(path);
    let bytes = std::fs::read(path).unwrap();
    let start = (page - 1) * size;
    let two = |at: usize| {
        let [high, low] = [bytes[start + at], bytes[start + at + 1]];
        usize::from(u16::from_be_bytes([high, low]))
    };
    (0..two(3)).map(|cell| start + two(8 + 2 * cell)).collect()
}

#[test]
fn a_turned_bit_of_an_index_changes_nothing_that_is_told() {
    let (_folder, archive) = archive_of_a_signed_visit();
    let id = archive.sessions().unwrap()[0].id.clone();
    let path = closed(archive);
    let whole = told(&Archive::open(&path).unwrap(), &id);
    let indexes: Vec<(String, String)> = Connection::open(&path)
        .unwrap()
        .prepare("SELECT name, tbl_name FROM sqlite_schema WHERE type = 'index' ORDER BY name")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .collect::<rusqlite::Result<_>>()
        .unwrap();
    let rooted = |(name, table): &(String, String)| {
        // What a table without row numbers is kept by is the table itself.
        let without: bool = Connection::open(&path)
            .unwrap()
            .query_row(
                "SELECT sql LIKE '%WITHOUT ROWID%' FROM sqlite_schema WHERE name = ?1",
                [table],
                |row| row.get(0),
            )
            .unwrap();
        !(without && name.starts_with("sqlite_autoindex"))
    };
    let mut told_of = 0;
    for (index, _) in indexes.iter().filter(|index| rooted(index)) {
        for page in leaves(&path, index).into_iter().take(2) {
            for (number, cell) in cells(&path, page).into_iter().enumerate().take(2) {
                let room = page * page_size(&path) - cell;
                for at in (0..room.min(24)).step_by(3) {
                    let bit = 1 << ((at + number) % 8);
                    let copy = turned(&path, cell + at, |byte| byte ^ bit);
                    let archive = Archive::open(&copy).unwrap();
                    assert_eq!(told(&archive, &id), whole, "{index} {cell} {at}");
                    told_of += usize::from(!archive.damage().is_empty());
                }
            }
        }
    }
    assert!(told_of > 100, "{told_of}");
}

/// The mark of the version says an earlier one: nothing that is there is told as what never was, and nobody writes.
#[test]
fn a_turned_bit_of_the_version_hides_no_table() {
    let (_folder, archive) = archive_of_a_signed_visit();
    let id = archive.sessions().unwrap()[0].id.clone();
    let path = closed(archive);
    let whole = told(&Archive::open(&path).unwrap(), &id);
    for version in [2, 4] {
        let copy = turned(&path, 63, |_| version);
        let archive = Archive::open(&copy).unwrap();
        assert_eq!(told(&archive, &id), whole, "{version}");
        assert_eq!(archive.damage().len(), 1);
        assert!(archive.damage()[0].contains("mark of its version"));
        let opened = Recorder::open(&copy, &options());
        assert!(matches!(opened, Err(RecordsError::Damaged { .. })));
    }
}

/// Why a look is not told of, where not a byte of the file is changed by it.
fn refused_look(archive: &Archive, id: &str) -> String {
    let before = std::fs::read(archive.path()).unwrap();
    let by = desk::By::of(Some("anna"));
    let refused = desk::looked(archive, &by, &[desk::Of::Session(id)], "show", false);
    assert!(std::fs::read(archive.path()).unwrap() == before);
    refused.unwrap_err().to_string()
}

/// A leaf of events tells that less of it is taken than is: what is added there would be written over what stands there. Nobody adds.
#[test]
fn nothing_is_written_over_events_by_who_looks() {
    let (_folder, archive) = archive_of_a_signed_visit();
    let id = archive.sessions().unwrap()[0].id.clone();
    let path = closed(archive);
    let last = *leaves(&path, "events").last().unwrap();
    let at = (last - 1) * page_size(&path) + 5;
    let bytes = std::fs::read(&path).unwrap();
    let begins = u16::from_be_bytes([bytes[at], bytes[at + 1]]);
    let bit = (5..12).find(|bit| begins & (1 << bit) == 0).unwrap();
    let raised = (begins | 1 << bit).to_be_bytes();
    let copy = turned(&path, at, |_| raised[0]);
    let copy = turned(&copy, at + 1, |_| raised[1]);
    let archive = Archive::open(&copy).unwrap();
    let session = SessionRecord::read(&archive, &id).unwrap();
    assert_eq!(
        session.signature_state(),
        SignatureState::Signed { additions: 1 }
    );
    assert_eq!(
        archive.damage(),
        ["a page of events is damaged, and no event is known to be lost"]
    );
    refused_look(&archive, &id);
}

/// How the record says that it ends is not how it ends: nothing is chained to that.
#[test]
fn nothing_is_added_behind_an_end_that_is_not_the_last_event() {
    let (_folder, archive) = archive_of_a_signed_visit();
    let id = archive.sessions().unwrap()[0].id.clone();
    let path = closed(archive);
    let hash: Vec<u8> = Connection::open(&path)
        .unwrap()
        .query_row("SELECT last_hash FROM record", [], |row| row.get(0))
        .unwrap();
    let place = place_of(&path, root(&path, "record"), &hash);
    let copy = turned(&path, place, |byte| byte ^ 8);
    let words = refused_look(&Archive::open(&copy).unwrap(), &id);
    assert!(words.contains("does not end with the event"), "{words}");
}

/// A row that says another session than what leads to it: a session from which it is gone by that is accused of nothing.
#[test]
fn a_turned_bit_of_what_links_a_row_accuses_nobody() {
    let (_folder, archive) = archive_of_a_signed_visit();
    let id = archive.sessions().unwrap()[0].id.clone();
    let path = closed(archive);
    for table in ["notes", "corrections", "signatures"] {
        let place = place_of(&path, leaves(&path, table)[0], id.as_bytes());
        let copy = turned(&path, place + id.len() - 1, |byte| byte ^ 1);
        let archive = Archive::open(&copy).unwrap();
        assert!(!archive.damage().is_empty(), "{table}");
        let altered = desk::not_as_written(&archive, [id.as_str()]).unwrap();
        for words in &altered {
            assert!(
                words.contains("cannot be held against"),
                "{table}: {altered:?}"
            );
        }
        assert!(!altered.is_empty(), "{table}");
    }
}

/// Whatever text of whatever small table has a byte that belongs to no text: every session is listed and read, and it is said.
#[test]
fn a_byte_that_is_no_text_closes_nothing() {
    let (_folder, archive) = archive_of_a_signed_visit();
    let id = archive.sessions().unwrap()[0].id.clone();
    let path = closed(archive);
    let mut tried = 0;
    for table in super::super::TABLES {
        let hand = without_triggers(&path);
        let texts: Vec<String> = hand
            .prepare("SELECT name FROM pragma_table_info(?1) WHERE type = 'TEXT'")
            .unwrap()
            .query_map([table], |row| row.get(0))
            .unwrap()
            .collect::<rusqlite::Result<_>>()
            .unwrap();
        drop(hand);
        for column in texts {
            let copy = path.with_extension("text");
            std::fs::copy(&path, &copy).unwrap();
            let hand = without_triggers(&copy);
            let changed = hand
                .execute(
                    &format!(
                        "UPDATE {table} SET {column} = CAST(CAST({column} AS BLOB) || x'ff' AS TEXT) WHERE {column} = (SELECT max({column}) FROM {table})"
                    ),
                    [],
                )
                .unwrap_or(0);
            hand.close().unwrap();
            if changed == 0 {
                continue;
            }
            tried += 1;
            let archive = Archive::open(&copy).unwrap();
            assert_eq!(archive.sessions().unwrap().len(), 1, "{table}.{column}");
            let is_of_its_id = column.ends_with("id") || column == "session_id";
            match SessionRecord::read(&archive, &id) {
                Ok(_) => {}
                Err(RecordsError::NoSession { .. }) if is_of_its_id => {}
                Err(error) => panic!("{table}.{column}: {error}"),
            }
        }
    }
    assert!(tried > 25, "{tried}");
}

/// A number of a row that a bit made higher hides none of those behind it.
#[test]
fn a_row_with_a_number_that_is_too_high_hides_no_other() {
    let (_folder, path, visits) = several();
    for table in ["sessions", "events"] {
        let pages = leaves(&path, table);
        let page = pages[pages.len() / 2];
        let rows = cells(&path, page);
        let row = rows[rows.len() / 2];
        let bytes = std::fs::read(&path).unwrap();
        // Its length stands before its number, each in bytes of which all but the last have their highest bit set.
        let behind =
            |from: usize| from + bytes[from..].iter().position(|byte| *byte < 0x80).unwrap();
        let number = behind(behind(row) + 1);
        let clear = [0x40, 0x20, 0x10]
            .into_iter()
            .find(|bit| bytes[number] & bit == 0);
        let copy = turned(&path, number, |byte| byte | clear.unwrap());
        let ((listed, events), told) = opened(&copy, &visits).unwrap();
        let ((all, before), _) = opened(&path, &visits).unwrap();
        assert!(!told.is_empty(), "{table}");
        let few = |now: usize, before: usize| now <= before && now + rows.len() >= before;
        assert!(few(listed, all), "{table}: {listed} of {all}, {told:?}");
        for (now, before) in events.iter().zip(&before) {
            let (Ok(now), Ok(before)) = (now, before) else {
                panic!("{table}: {now:?}");
            };
            assert!(few(*now, *before), "{table}: {now} of {before} events");
        }
    }
}

/// Whatever page of a journal or of its states is lost: its bout is followed on from the next state, and the other one as ever.
#[test]
fn a_lost_page_of_a_journal_is_gone_around() {
    let (_folder, archive) = archive_of_two_at_once();
    let ids = ids(&archive);
    let path = closed(archive);
    let whole = ids
        .iter()
        .map(|id| replay(&Archive::open(&path).unwrap(), id).unwrap())
        .collect::<Vec<_>>();
    let mut went_on = 0;
    for table in ["journal_blocks", "checkpoints"] {
        for kind in ["leaf", "internal", "overflow"] {
            for page in pages(&path, table, kind) {
                let archive = Archive::open(&with_page(&path, page, &[])).unwrap();
                for (id, whole) in ids.iter().zip(&whole) {
                    let found = replay(&archive, id).unwrap();
                    if found == *whole {
                        continue;
                    }
                    let (now, before) = (&found.bouts[0], &whole.bouts[0]);
                    assert!(now.difference.is_some(), "{table} {page}");
                    assert!(now.turns <= before.turns, "{table} {page}");
                    went_on += usize::from(now.restarts > before.restarts);
                }
            }
        }
    }
    assert!(went_on > 5, "{went_on}");
}
