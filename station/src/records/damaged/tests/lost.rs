//! What lost rows and events told is not known, and is never told as what never was.

use control::input::{Action, Entry};

use super::*;

/// Events tell of a signature whose row is lost: nobody is told that the session is not signed.
#[test]
fn a_lost_signature_is_not_known_and_not_none() {
    let (_folder, archive) = archive_of_a_signed_visit();
    let path = closed(archive);
    damage(&path, "signatures", 0);
    let archive = Archive::open(&path).unwrap();
    let session = SessionRecord::read(&archive, "last").unwrap();
    assert_eq!(session.signature_state(), SignatureState::NotKnown);
    assert_eq!(archive.damage(), ["some rows of signatures cannot be read"]);
}

#[test]
fn a_lost_event_of_a_note_leaves_the_note_and_nobody_knows_whether_it_was_proved() {
    let (_folder, archive) = archive_of_a_signed_visit();
    let path = closed(archive);
    let proofs = |path: &Path| {
        let (_, session) = read(path);
        let notes = session.notes.iter().map(|note| note.proved);
        (notes.collect::<Vec<_>>(), session.bouts.len())
    };
    assert_eq!(proofs(&path), (vec![Some(true); 2], 1));
    let mut unknown = 0;
    for page in leaves(&path, "events") {
        let copy = with_page(&path, page, &[]);
        let (notes, bouts) = proofs(&copy);
        assert_eq!((notes.len(), bouts), (2, 1), "page {page}");
        assert!(!notes.contains(&Some(false)), "page {page}");
        let (_, session) = read(&copy);
        for note in session.notes.iter().filter(|note| note.proved.is_none()) {
            let author = note.author();
            assert!(author.contains("not known whether proved"), "{author}");
            unknown += 1;
        }
    }
    assert_eq!(unknown, 2, "each note has one event");
}

#[test]
fn how_the_record_ends_is_not_known_where_that_is_lost_and_the_rest_is_read() {
    let (_folder, archive) = archive_of_a_signed_visit();
    let path = closed(archive);
    let (archive, whole) = read(&path);
    let kept = desk::head(&archive).unwrap();
    damage(&path, "record", 0);
    let (archive, session) = read(&path);
    assert_eq!(session.events.len(), whole.events.len());
    let found = kept.event;
    assert_eq!(
        archive.findings(5).unwrap(),
        [Finding::EndUnknown { found }]
    );
    assert!(desk::check_head(&archive, &kept).unwrap().is_sound());
    let unknown = desk::head(&archive).unwrap_err().to_string();
    assert!(
        unknown.contains("what tells how it ends is lost"),
        "{unknown}"
    );
}

/// Whatever page of events is lost: no alarm is said to have been acknowledged by nobody, or to have stayed, where the event of that is lost.
#[test]
fn what_became_of_an_alarm_is_not_known_where_its_events_are_lost() {
    let (_folder, archive) = archive_of_a_visit_in_three_gyms();
    let path = closed(archive);
    let said = |session: &SessionRecord| {
        let alarms = session.alarms();
        let said = alarms.iter().map(|alarm| {
            let acknowledged = alarm.acknowledged().map(|event| event.id);
            let words = (acknowledged, alarm.ending(), alarm.beginning, alarm.from_us);
            (alarm.first.id, words, alarm.has_lost_events())
        });
        said.collect::<Vec<_>>()
    };
    let whole = said(&read(&path).1);
    assert!(whole.iter().all(|(_, _, lost)| !lost), "{whole:?}");
    let (mut unknown, mut headless) = (0, 0);
    for page in leaves(&path, "events") {
        let (_, session) = read(&with_page(&path, page, &[]));
        for (alarm, now, is_lost) in said(&session) {
            let (acknowledged, ending, beginning, _) = now;
            let Some((_, before, _)) = whole.iter().find(|(other, ..)| *other == alarm) else {
                // Its raise is lost, and what tells of it later is the first that is read.
                assert!(is_lost, "page {page}: {now:?}");
                assert_eq!(beginning, Beginning::NotRecorded, "page {page}: {now:?}");
                assert!(ending != Ending::Stayed, "page {page}: {now:?}");
                headless += 1;
                continue;
            };
            assert!(
                now == *before || is_lost,
                "page {page}: {now:?}, {before:?}"
            );
            assert!(ending != Ending::Stayed || !is_lost, "page {page}");
            unknown += usize::from(is_lost && (acknowledged, ending) != (before.0, before.1));
        }
    }
    assert!(unknown > 0 && headless > 0, "{unknown}, {headless}");
}

/// Whatever page of events is lost: that is a gap where it was, the phases are as its seconds have them, and nobody is told that there was no alarm.
#[test]
fn what_events_alone_tell_is_not_told_as_whole_where_some_are_lost() {
    let (_folder, archive) = archive_of_a_visit_in_three_gyms();
    let path = closed(archive);
    let phases = |session: &SessionRecord| {
        let spans = session.phases().into_iter();
        spans
            .map(|span| (span.bout, span.phase, span.from_us, span.to_us))
            .collect::<Vec<_>>()
    };
    let (_, whole) = read(&path);
    let is_of_events = |gap: &&GapRecord| gap.what == GapRecord::EVENTS;
    assert!(!whole.gaps.iter().any(|gap| is_of_events(&gap)));
    let of_phases = |session: &SessionRecord| {
        let events = session.events.iter();
        events.filter(|event| event.kind == "phase").count()
    };
    let mut changes_lost = 0;
    for page in leaves(&path, "events") {
        let (archive, session) = read(&with_page(&path, page, &[]));
        let gaps: Vec<&GapRecord> = session.gaps.iter().filter(is_of_events).collect();
        assert_eq!(!gaps.is_empty(), session.has_lost_events(), "page {page}");
        let lost = whole.events.iter();
        let is_read = |id: i64| session.events.iter().any(|event| event.id == id);
        for event in lost.filter(|event| event.in_session && !is_read(event.id)) {
            let around = |gap: &&GapRecord| (gap.from_us..=gap.to_us).contains(&event.t_us);
            assert!(
                gaps.iter().any(around),
                "page {page}: {event:?} in {gaps:?}"
            );
        }
        for gap in &gaps {
            assert!(
                gap.is_damage && !gap.is_of_seconds() && gap.lost > 0,
                "{gap:?}"
            );
        }
        changes_lost += usize::from(of_phases(&session) < of_phases(&whole));
        let (now, before) = (phases(&session), phases(&whole));
        assert_eq!(now.len(), before.len(), "page {page}: {now:?}, {before:?}");
        for (now, before) in now.iter().zip(&before) {
            let is_close = |now: i64, before: i64| (now - before).abs() <= 1_000_000;
            assert!(
                (now.0, now.1) == (before.0, before.1)
                    && is_close(now.2, before.2)
                    && is_close(now.3, before.3),
                "page {page}: {now:?}, {before:?}"
            );
        }
        let summary = summary::summarise(&archive, session.line.clone()).unwrap();
        assert_eq!(summary.events_are_lost, session.has_lost_events());
    }
    assert!(changes_lost > 1, "{changes_lost}");
}

/// A page that is damaged and looks like one may tell of numbers that go back, or of events that were never written: neither is gone over for ever,
/// and neither hides what stands behind it.
#[test]
fn numbers_that_cannot_be_lose_their_page_alone() {
    // So many events that numbers of two bytes fill a page.
    let (_folder, archive) = archive_of(|visit| {
        for _ in 0..60 {
            visit.act(Action::Enter(Entry::PerceivedExertion(11)));
            visit.run(1);
        }
        visit.whole();
    });
    let path = closed(archive);
    let (archive, whole) = read(&path);
    let written = archive.findings(1).map(|found| found.len()).unwrap();
    assert_eq!(written, 0);
    let pages = leaves(&path, "events");
    let bytes = std::fs::read(&path).unwrap();
    let size = page_size(&path);
    let mut tried = 0;
    for page in &pages[1..pages.len() - 1] {
        let content = &bytes[(page - 1) * size..page * size];
        // The place of the second row: the length of what it holds in one or two bytes, its number in two.
        let cell = usize::from(u16::from_be_bytes([content[10], content[11]]));
        let number = cell + if content[cell] < 128 { 1 } else { 2 };
        if content[number] < 128 {
            continue;
        }
        // The number 1, and the greatest of two bytes.
        for (first, second) in [(0x80, 1), (0xff, 0x7f)] {
            let mut changed = content.to_vec();
            (changed[number], changed[number + 1]) = (first, second);
            let (_, session) = read(&with_page(&path, *page, &changed));
            let gone = whole.events.len() - session.events.len();
            assert!(gone > 0 && gone < 60, "page {page}: {gone}");
            let last = |session: &SessionRecord| session.events.last().map(|event| event.id);
            assert_eq!(last(&session), last(&whole), "page {page}");
            tried += 1;
        }
    }
    assert!(tried > 1, "{tried}");
}

/// Whatever page of the events is lost, or all of them: the sessions are listed and open, those that have not ended too.
#[test]
fn no_session_is_closed_by_lost_events() {
    let (_folder, archive) = archive_of_a_signed_visit();
    let path = closed(archive);
    let hand = without_triggers(&path);
    hand.execute_batch(
        "INSERT INTO sessions SELECT 'S-20260101-000000-0000', run_id, patient, kind, pre_rolled, clock_rate, software, began_us,
         began_wall_us - 1000000, NULL, NULL, 'open', NULL, NULL FROM sessions;
         INSERT INTO purged_events SELECT -9, -8, previous_hash, hash, id FROM events WHERE kind = 'note' LIMIT 1;",
    )
    .unwrap();
    drop(hand);
    let mut pages = leaves(&path, "events");
    pages.push(root(&path, "events"));
    for page in pages {
        let (archive, session) = read(&with_page(&path, page, &[]));
        assert_eq!(archive.sessions().unwrap().len(), 2, "page {page}");
        assert_eq!(session.notes.len(), 2, "page {page}");
        assert!(session.bouts[0].seconds.len() > 100, "page {page}");
        assert!(!archive.findings(5).unwrap().is_empty(), "page {page}");
        summary::summarise(&archive, archive.find("last").unwrap()).unwrap();
    }
}

/// A piece of the plethysmogram that is lost is a gap, and the others are there.
#[test]
fn a_lost_page_of_the_plethysmogram_is_a_gap() {
    let (_folder, archive) = archive_of(|visit| {
        visit.run(75);
        // So long, and so hard to pack, that it stands on several pages.
        for piece in 0..200_u32 {
            let noise = (0..225_u32).map(|sample| {
                let mixed = (sample + 225 * piece).wrapping_mul(747_796_405);
                let mixed = (mixed ^ mixed >> ((mixed >> 28) + 4)).wrapping_mul(277_803_737);
                let mixed = mixed ^ mixed >> 22;
                u16::try_from(mixed % 4_096).unwrap()
            });
            let at = visit.now + Duration::from_secs(3 * u64::from(piece));
            visit.plethysmogram_of(at, noise.collect());
        }
        visit.whole();
    });
    let path = closed(archive);
    let samples = |archive: &Archive, session: &SessionRecord| {
        let (waveforms, gaps) = session.waveforms(archive).unwrap();
        let samples = waveforms.iter().map(|waveform| waveform.samples.len());
        (samples.sum::<usize>(), gaps)
    };
    let (archive, session) = read(&path);
    let (whole, gaps) = samples(&archive, &session);
    assert!(whole > 0 && gaps.is_empty());
    let mut all = leaves(&path, "waveform_blocks");
    // On these stands the rest of one piece.
    let overflow = pages(&path, "waveform_blocks", "overflow");
    all.extend(&overflow);
    let mut alone = 0;
    for page in all {
        let (archive, session) = read(&with_page(&path, page, &[]));
        let (left, gaps) = samples(&archive, &session);
        assert!(left < whole, "{left} of {whole}");
        let [gap] = gaps.as_slice() else {
            panic!("{gaps:?}")
        };
        assert!(gap.is_damage && gap.to_us >= gap.from_us, "{gap:?}");
        alone += usize::from(left > whole / 2);
    }
    // But for the piece that leads to the others in the tree of the table.
    assert!(
        alone + 3 > overflow.len() && alone > 3,
        "{alone} of {overflow:?}"
    );
}

/// The value that a measurement was corrected to is lost: the first does not hold for that, and is not shown as if it did.
#[test]
fn what_was_corrected_does_not_hold_again_where_the_new_value_is_lost() {
    let (_folder, archive) = archive_of_a_signed_visit();
    let path = closed(archive);
    let (_, whole) = read(&path);
    assert_eq!(whole.measurements_in_force().count(), 2);
    let page = leaves(&path, "measurements")[0];
    let bytes = std::fs::read(&path).unwrap();
    let size = page_size(&path);
    let mut content = bytes[(page - 1) * size..page * size].to_vec();
    assert_eq!(content[4], 3, "the last of three is the correction");
    content[4] = 2;
    let copy = with_page(&path, page, &content);
    let (archive, session) = read(&copy);
    assert_eq!(session.measurements.len(), 2);
    assert!(!archive.damage().is_empty());
    assert_eq!((session.lost.measurements, session.lost.notes), (1, 0));
    let held: Vec<&str> = session
        .measurements_in_force()
        .map(|taken| taken.kind.as_str())
        .collect();
    assert_eq!(held, ["perceived-exertion"]);
    let summary = summary::summarise(&archive, archive.find("last").unwrap()).unwrap();
    assert!(summary.measurements[1].correction_is_lost);
    assert_eq!(summary.measurements[1].number, 2);
    assert_eq!(session.number_of(session.measurements[1].id), Some(2));
    // The first is lost: nobody can tell any more which number the others had.
    content.copy_within(10..14, 8);
    let (_, session) = read(&with_page(&path, page, &content));
    assert_eq!(session.measurements.len(), 2);
    assert_eq!(session.number_of(session.measurements[0].id), None);
    // All are lost: nobody is told that there were none.
    let (_, session) = read(&with_page(&path, page, &[]));
    assert_eq!(session.lost.measurements, 3);
}

/// An index that is empty hides no note, no signature and no measurement.
#[test]
fn what_events_tell_of_is_looked_for_where_an_index_hides_it() {
    let (_folder, archive) = archive_of_a_signed_visit();
    let path = closed(archive);
    let (_, whole) = read(&path);
    let empty = empty_leaf(&path, Leaf::Index);
    for index in [
        "notes_of_session",
        "corrections_of_session",
        "signatures_of_session",
        "measurements_of_bout",
    ] {
        let page = leaves(&path, index)[0];
        let (archive, session) = read(&with_page(&path, page, &empty));
        assert_eq!(session.notes, whole.notes, "{index}");
        assert_eq!(session.corrections, whole.corrections, "{index}");
        assert_eq!(session.signatures, whole.signatures, "{index}");
        assert_eq!(session.measurements, whole.measurements, "{index}");
        assert_eq!(session.lost, LostRows::default(), "{index}");
        assert!(!archive.damage().is_empty(), "{index}");
    }
    for (table, lost) in [("notes", 2), ("signatures", 1)] {
        let (_, session) = read(&damaged_copy(&path, table, 0));
        assert_eq!(
            session.lost.notes + session.lost.signatures,
            lost,
            "{table}"
        );
    }
}

/// Where rows or events are lost nobody is accused of having changed what may only be lost.
#[test]
fn nobody_is_accused_of_what_a_disk_took() {
    let (_folder, archive) = archive_of_a_signed_visit();
    let path = closed(archive);
    let mut copies: Vec<PathBuf> = [
        "notes",
        "corrections",
        "measurements",
        "signatures",
        "prescriptions",
        "learned",
        "texts",
    ]
    .iter()
    .map(|table| damaged_copy(&path, table, 0))
    .collect();
    let pages = leaves(&path, "events");
    copies.extend(pages.iter().map(|page| with_page(&path, *page, &[])));
    let mut told = 0;
    for copy in copies {
        let (archive, session) = read(&copy);
        let chain = desk::not_as_written(&archive, [session.line.id.as_str()]).unwrap();
        let altered = desk::altered(&archive, &session).unwrap().words;
        for words in chain.iter().chain(&altered) {
            for accusation in [
                "is not what",
                "no event tells",
                "is gone",
                "was changed",
                "another",
            ] {
                assert!(!words.contains(accusation), "{}: {words}", copy.display());
            }
        }
        told += usize::from(
            altered
                .iter()
                .any(|words| words.contains("cannot be held against")),
        );
    }
    assert!(told > 5, "{told}");
}

/// A number far behind the end leads nobody there one by one.
#[test]
fn nothing_is_looked_for_behind_the_end() {
    let (_folder, archive) = archive_of_a_signed_visit();
    let path = closed(archive);
    without_triggers(&path)
        .execute(
            "UPDATE events SET id = 1 << 40 WHERE id = (SELECT max(id) FROM events)",
            [],
        )
        .unwrap();
    let pages = leaves(&path, "events");
    for page in [pages[1], pages[pages.len() - 2]] {
        let (archive, session) = read(&with_page(&path, page, &[]));
        assert!(session.events.len() > 50, "page {page}");
        assert!(!archive.findings(5).unwrap().is_empty());
    }
}
