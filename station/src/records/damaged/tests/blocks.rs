//! Blocks that a disk has changed, and pages of blocks: what is not in them is there, and nobody is accused.

use protocols::vocabulary::Timestamp;

use super::*;
use crate::review::course::Visit as Reviewed;

/// A visit of many blocks, in pages so small that they stand on several.
fn long() -> (tempfile::TempDir, PathBuf) {
    let (folder, archive) = archive_of(|visit| {
        visit.run(9_000);
        visit.close();
    });
    let path = closed(archive);
    Connection::open(&path)
        .unwrap()
        .execute_batch("PRAGMA journal_mode = DELETE; PRAGMA page_size = 512; VACUUM; PRAGMA journal_mode = WAL;")
        .unwrap();
    (folder, path)
}

fn seconds(session: &SessionRecord) -> Vec<i64> {
    session.seconds().map(|(_, second)| second.t_us).collect()
}

#[test]
fn a_lost_page_of_packed_seconds_takes_those_that_stood_on_it() {
    let (_folder, path) = long();
    let whole = seconds(&read(&path).1);
    let pages = leaves(&path, "sample_blocks");
    assert!(pages.len() > 2, "{pages:?}");
    let mut lost_in_all = 0;
    for page in &pages {
        let (archive, session) = read(&with_page(&path, *page, &[]));
        let left = seconds(&session);
        let lost: Vec<i64> = whole
            .iter()
            .copied()
            .filter(|at| !left.contains(at))
            .collect();
        lost_in_all += lost.len();
        assert!(left.iter().all(|at| whole.contains(at)), "page {page}");
        let is_told = |at: &i64| {
            let mut gaps = session.gaps.iter().filter(|gap| gap.is_damage);
            gaps.any(|gap| (gap.from_us..=gap.to_us).contains(at))
        };
        assert!(lost.iter().all(is_told), "page {page}: {:?}", session.gaps);
        assert!(!left.iter().any(is_told), "page {page}: {:?}", session.gaps);
        // The first second stands where the bout begins, or up to a second later: where it is lost nobody knows.
        let told: i64 = session.gaps.iter().map(|gap| gap.lost).sum();
        let told = usize::try_from(told).unwrap();
        assert!(
            told.abs_diff(lost.len()) <= 1,
            "page {page}: {told}, {}",
            lost.len()
        );
        let told = archive.damage().join("; ");
        assert!(told.contains("packed seconds"), "page {page}: {told}");
    }
    assert_eq!(lost_in_all, whole.len(), "{pages:?}");
}

/// What leads to packed seconds leads to none, and no page of it fails: they are there all the same, and nobody took them.
#[test]
fn an_index_of_packed_seconds_that_is_empty_hides_none() {
    let (_folder, path) = long();
    let (_, whole) = read(&path);
    for page in leaves(&path, "sqlite_autoindex_sample_blocks_1") {
        let (archive, session) = read(&with_page(&path, page, &empty_leaf(&path, Leaf::Index)));
        assert_eq!(seconds(&session), seconds(&whole), "page {page}");
        assert_eq!(session.damage, whole.damage, "page {page}");
        let altered = desk::altered(&archive, &session).unwrap();
        assert_eq!(altered, desk::Altered::default(), "page {page}");
        assert!(archive.damage().join("; ").contains("packed seconds"));
    }
}

#[test]
fn a_block_that_a_disk_has_changed_accuses_nobody() {
    for (table, first, spares_figures) in [
        ("sample_blocks", "first_us", false),
        ("waveform_blocks", "block", true),
        ("wire_blocks", "block", true),
        ("journal_blocks", "block", true),
    ] {
        let (_folder, archive) = archive_of(|visit| {
            visit.plethysmogram(Timestamp::from_millis(770));
            visit.whole();
        });
        let path = closed(archive);
        let met = |path: &Path| {
            let (archive, session) = read(path);
            let visit = Reviewed::taken(&archive, &session).unwrap();
            (visit.verdict, visit.altered)
        };
        let (whole, altered) = met(&path);
        assert_eq!(altered, Vec::<String>::new());
        without_triggers(&path)
            .execute(
                &format!(
                    "UPDATE {table} SET data = CAST(substr(data, 1, length(data) - 1) || x'5a' AS BLOB)
                     WHERE {first} = (SELECT min({first}) FROM {table})"
                ),
                [],
            )
            .unwrap();
        let (verdict, altered) = met(&path);
        let words = altered.join("; ");
        assert!(words.contains("damaged"), "{table}: {words}");
        for accusation in ["is not what", "was changed", "is gone", "another"] {
            assert!(!words.contains(accusation), "{table}: {words}");
        }
        assert!(verdict.is_damaged, "{table}");
        assert_eq!(verdict.is_altered, !spares_figures, "{table}");
        if spares_figures {
            assert_eq!(verdict.met, whole.met, "{table}");
        }
        // Who looks at everything names it.
        let verified = crate::records::fixtures::verified_rows(&Archive::open(&path).unwrap());
        assert!(!verified.findings.is_empty(), "{table}");
    }
}

/// A block that is damaged explains what rests on blocks, and hides nothing that somebody altered beside it.
#[test]
fn a_damaged_block_hides_no_alteration() {
    for (alters, accuses) in [
        (
            "UPDATE measurements SET value = 9 WHERE id = (SELECT min(id) FROM measurements)",
            "is not what any event tells",
        ),
        (
            "UPDATE signatures SET by_name = 'Dr X'",
            "the signature of Dr X is not what event",
        ),
        ("DELETE FROM signatures", "tells of is gone"),
    ] {
        let (_folder, archive) = archive_of_a_signed_visit();
        let path = closed(archive);
        let hand = without_triggers(&path);
        hand.execute_batch(&format!(
            "UPDATE wire_blocks SET data = CAST(data || x'5a' AS BLOB) WHERE block = (SELECT min(block) FROM wire_blocks); {alters};"
        ))
        .unwrap();
        drop(hand);
        let (archive, session) = read(&path);
        let visit = Reviewed::taken(&archive, &session).unwrap();
        let words = visit.altered.join("; ");
        assert!(words.contains(accuses), "{alters}: {words}");
        assert!(
            words.contains("cannot be held against"),
            "{alters}: {words}"
        );
        assert!(
            visit.verdict.is_altered && !visit.verdict.is_damaged,
            "{alters}"
        );
        let shown = desk::not_as_written(&archive, [session.line.id.as_str()]).unwrap();
        assert!(shown.join("; ").contains(accuses), "{alters}: {shown:?}");
    }
}
