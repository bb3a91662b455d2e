use proptest::prelude::*;

use super::*;

fn link() -> LinkOf {
    LinkOf {
        protocol: "csafe".to_owned(),
        settings: "kind=cycle".to_owned(),
    }
}

fn event() -> impl Strategy<Value = WireEvent> {
    let bytes = || prop::collection::vec(any::<u8>(), 0..40);
    prop_oneof![
        1 => Just(WireEvent::Opened),
        1 => Just(WireEvent::Closed),
        8 => (any::<i32>(), bytes()).prop_map(|(age, bytes)| WireEvent::Received {
            age_nanos: i64::from(age),
            bytes,
        }),
        8 => bytes().prop_map(|bytes| WireEvent::Sent { bytes }),
    ]
}

fn stored(piece: &WirePiece, bout: i64) -> Stored {
    let connection = rusqlite::Connection::open_in_memory().unwrap();
    let whole = |number: u64| i64::try_from(number).unwrap();
    let sum = piece.checksum(bout);
    connection
        .query_row(
            "SELECT 'machine', ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10",
            rusqlite::params![
                piece.block,
                piece.piece,
                piece.whole,
                piece.link.protocol,
                piece.link.settings,
                whole(piece.first_us),
                whole(piece.last_us),
                whole(piece.records),
                piece.data,
                sum.as_slice()
            ],
            Stored::read,
        )
        .unwrap()
}

proptest! {
    /// Whatever happened, in pieces or as a whole block, it is read back as it was.
    #[test]
    fn what_is_written_is_read_back(
        happened in prop::collection::vec((0..2_000_000_u64, event(), any::<bool>()), 1..60),
        begins in 0..4_000_000_000_u64,
    ) {
        let mut writer = WireWriter::new(link());
        let (mut at, mut given, mut in_pieces) = (begins, Vec::new(), Vec::new());
        for (since, event, commit) in happened {
            at += since;
            let record = WireRecord { at: Timestamp::from_micros(at), event };
            writer.push(&record).unwrap();
            given.push(record);
            if commit && let Some(piece) = writer.take_piece() {
                let piece = stored(&piece, 7);
                prop_assert_eq!(piece.checked(7).err(), None);
                in_pieces.extend(piece.happened().unwrap());
            }
        }
        if let Some(piece) = writer.take_piece() {
            in_pieces.extend(stored(&piece, 7).happened().unwrap());
        }
        prop_assert_eq!(&in_pieces, &given);
        let whole = stored(&writer.finish().unwrap(), 7);
        prop_assert!(whole.whole);
        prop_assert_eq!(whole.happened().unwrap(), given);
        prop_assert!(whole.checked(8).is_err(), "in another's place");
        prop_assert_eq!(writer.finish(), None);
    }
}

#[test]
fn a_block_of_which_a_byte_was_changed_is_a_fault_and_never_a_panic() {
    let mut writer = WireWriter::new(link());
    for second in 0..30 {
        writer
            .push(&WireRecord {
                at: Timestamp::from_secs(second),
                event: WireEvent::Received {
                    age_nanos: 1_000,
                    bytes: vec![0xF1, 0x81, 0xF2],
                },
            })
            .unwrap();
    }
    let whole = stored(&writer.finish().unwrap(), 1);
    for place in 0..whole.data.len() {
        let mut changed = whole.clone();
        changed.data[place] ^= 0x40;
        assert!(changed.checked(1).is_err(), "byte {place}");
        let _ = changed.happened();
    }
}
