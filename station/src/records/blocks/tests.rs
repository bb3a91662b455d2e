use proptest::prelude::*;
use rusqlite::types::Value;

use super::super::archive::Archive;
use super::super::fixtures::archive_of_a_visit;
use super::super::store::Store;
use super::*;

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        "trusted",
        "doubted",
        "hr-stop cool_down",
        "[a-z \"\\\\ü]{0,12}"
    ]
    .prop_map(|word: String| word)
}

prop_compose! {
    fn heart()(
        rate in any::<Option<u16>>(), source in prop::option::of(word()), trust in word(), age in any::<Option<u32>>(),
        pulse in any::<Option<u16>>(), spo2 in any::<Option<u8>>(), spo2_trust in word(), target in any::<Option<u16>>(),
        lower in any::<Option<u16>>(), upper in any::<Option<u16>>(),
    ) -> SampleRow {
        SampleRow {
            at_us: 0, t_s: 0, phase: String::new(), heart_rate_bpm: rate, heart_rate_source: source, heart_rate_trust: trust,
            heart_rate_age_ms: age, pulse_bpm: pulse, spo2_percent: spo2, spo2_trust, target_heart_rate_bpm: target,
            zone_lower_bpm: lower, zone_upper_bpm: upper, proposed_met_milli: 0, granted_met_milli: 0, reason: String::new(),
            by_hand: false, told_power_w: None, told_speed_mm_s: None, told_grade_permille: None, reported_power_w: None,
            reported_speed_mm_s: None, reported_grade_permille: None, cadence_rpm: None,
        }
    }
}

prop_compose! {
    fn second()(
        heart in heart(), phase in word(), proposed in any::<u32>(), granted in any::<u32>(), reason in word(), by_hand in any::<bool>(),
        power in any::<(Option<u16>, Option<u16>)>(), speed in any::<(Option<i32>, Option<i32>)>(),
        grade in any::<(Option<i32>, Option<i32>)>(), cadence in any::<Option<u16>>(),
    ) -> SampleRow {
        SampleRow {
            phase, proposed_met_milli: proposed, granted_met_milli: granted, reason, by_hand, told_power_w: power.0,
            reported_power_w: power.1, told_speed_mm_s: speed.0, reported_speed_mm_s: speed.1, told_grade_permille: grade.0,
            reported_grade_permille: grade.1, cadence_rpm: cadence, ..heart
        }
    }
}

/// Rows in order of time, which never stands still; whole days may lie between them.
fn rows() -> impl Strategy<Value = Vec<SampleRow>> {
    let step = (1_i64..100_000_000_000, -5_i64..100_000);
    let start = (-1_000_000_000_000_i64..1_000_000_000_000, -10_i64..100_000);
    (start, prop::collection::vec((step, second()), 1..80)).prop_map(|((at, t), steps)| {
        let (mut at_us, mut t_s) = (at, t);
        steps
            .into_iter()
            .map(|((later_us, later_s), row)| {
                at_us += later_us;
                t_s += later_s;
                SampleRow { at_us, t_s, ..row }
            })
            .collect()
    })
}

proptest! {
    #[test]
    fn what_is_packed_comes_back_equal_in_every_column(rows in rows()) {
        let block = SampleBlock::of(&rows).unwrap();
        prop_assert_eq!(block.rows().unwrap(), rows);
    }
}

/// Every second as a hand with a SQLite shell sees it, each column with its type.
fn by_hand(archive: &Archive) -> Vec<Vec<Value>> {
    archive
        .query(
            "SELECT * FROM session_samples ORDER BY session_id, bout, at_us",
            [],
            |row| (0..30).map(|column| row.get(column)).collect(),
        )
        .unwrap()
}

/// The same record with every second plain again, as it stands while a session is live.
fn unpacked(archive: &Archive) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.sqlite");
    std::fs::copy(archive.path(), &path).unwrap();
    let store = Store::open_for_writing(&path).unwrap();
    store
        .connection
        .execute_batch(
            "CREATE TEMP TABLE seconds AS SELECT * FROM session_samples; DELETE FROM sample_blocks; DELETE FROM samples;",
        )
        .unwrap();
    let columns: Vec<String> = store
        .connection
        .prepare("SELECT name FROM pragma_table_info('samples')")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<rusqlite::Result<_>>()
        .unwrap();
    store
        .connection
        .execute(
            &format!(
                "INSERT INTO samples SELECT {} FROM seconds",
                columns.join(", ")
            ),
            [],
        )
        .unwrap();
    (folder, path)
}

fn pack_all(path: &std::path::Path) {
    let mut store = Store::open_for_writing(path).unwrap();
    for bout in bouts_to_pack(&store.connection).unwrap() {
        while pack_next(&mut store.connection, bout).unwrap() {}
    }
    assert!(bouts_to_pack(&store.connection).unwrap().is_empty());
}

#[test]
fn seconds_read_the_same_plain_and_packed_by_the_program_and_by_hand() {
    let (_folder, archive) = archive_of_a_visit();
    let (_other, path) = unpacked(&archive);
    let seconds = |path: &std::path::Path| {
        let archive = Archive::open(path).unwrap();
        let session = archive.find("last").unwrap().id;
        let bout = archive.bouts(&session).unwrap().remove(0).row;
        (archive.samples(bout).unwrap(), by_hand(&archive))
    };
    let plain = seconds(&path);
    assert!(plain.0.len() >= 500 && plain.1.len() == plain.0.len());
    pack_all(&path);
    assert_eq!(seconds(&path), plain);
    let archive = Archive::open(&path).unwrap();
    let left: Vec<i64> = archive
        .query("SELECT count(*) FROM samples", [], |row| row.get(0))
        .unwrap();
    assert_eq!(left, [0]);
}

#[test]
fn a_damaged_block_loses_its_own_seconds_and_says_which() {
    let (_folder, archive) = archive_of_a_visit();
    let (_other, path) = unpacked(&archive);
    pack_all(&path);
    rusqlite::Connection::open(&path)
        .unwrap()
        .execute_batch(
            "INSERT INTO sample_blocks SELECT id + 1, bout_id, last_us + 1000000, last_us + 600000000, last_s + 1, last_s + 600, samples, size,
             data, checksum FROM sample_blocks LIMIT 1",
        )
        .unwrap();
    let archive = Archive::open(&path).unwrap();
    let session = archive.find("last").unwrap().id;
    let bout = archive.bouts(&session).unwrap().remove(0).row;
    let seconds = archive.seconds_of(bout).unwrap();
    let last = seconds.rows.last().unwrap();
    let [damaged] = seconds.damaged.as_slice() else {
        panic!("{:?}", seconds.damaged)
    };
    assert_eq!(
        (damaged.from_s, damaged.to_s),
        (last.t_s + 1, last.t_s + 600)
    );
    assert!(damaged.because.contains("checksum"), "{damaged:?}");
    let summary =
        super::super::summary::summarise(&archive, archive.find("last").unwrap()).unwrap();
    let told = summary.gaps.last().unwrap();
    assert!(
        told.what == "samples" && told.reason.contains("damaged"),
        "{told:?}"
    );
}

#[test]
fn bytes_that_claim_another_size_are_refused() {
    let (_folder, archive) = archive_of_a_visit();
    let session = archive.find("last").unwrap().id;
    let bout = archive.bouts(&session).unwrap().remove(0).row;
    let block = SampleBlock::of(&archive.samples(bout).unwrap()).unwrap();
    for size in [0, 1, block.size - 1, block.size + 1, -1, i64::MAX] {
        let other = SampleBlock {
            size,
            ..block.clone()
        };
        assert!(other.rows().is_err(), "{size}");
    }
}
