//! The laws that every decoder is held to.

use protocols::gatt::{Value, ValueDecoder};
use protocols::wire::{Decoded, Decoder, Field, Report};

/// What one decoder is held to.
pub(crate) struct Held<D: Decoder> {
    pub(crate) fresh: fn() -> D,
    /// The message as its sender writes it; `None` where it has no bytes of its own.
    pub(crate) written: fn(&D::Message) -> Option<Vec<u8>>,
    /// Holds a message's readings to their ranges.
    pub(crate) in_range: fn(&D::Message),
    /// A valid frame, as bytes.
    pub(crate) frame: Vec<u8>,
    /// After how many of them, whatever came before, one is read; 0 where only a silence ends what is unfinished, after which the
    /// first is.
    pub(crate) bound: usize,
}

/// Least and most of each reading that a report may hold.
pub(crate) struct Ranges {
    pub(crate) heart_rate: [u16; 2],
    pub(crate) saturation: [u8; 2],
    pub(crate) power: u16,
    pub(crate) cadence: u16,
    pub(crate) speed: [f64; 2],
    pub(crate) grade: [f64; 2],
}

/// Where the sheet has no other range than the wire's.
pub(crate) const WIDE: Ranges = Ranges {
    heart_rate: [1, 510],
    saturation: [0, 100],
    power: u16::MAX,
    cadence: u16::MAX,
    speed: [-30_000.0, 30_000.0],
    grade: [-33_000.0, 33_000.0],
};

impl Ranges {
    pub(crate) fn hold_some(&self, report: Option<Report<'_>>) {
        if let Some(report) = report {
            self.hold(&report);
        }
    }

    pub(crate) fn hold(&self, report: &Report<'_>) {
        if let Field::Present(rate) = report.heart_rate {
            let [least, most] = self.heart_rate;
            assert!((least..=most).contains(&rate.get()), "{rate}");
        }
        if let Field::Present(percent) = report.saturation {
            let [least, most] = self.saturation;
            assert!((least..=most).contains(&percent.get()), "{percent}");
        }
        if let Field::Present(power) = report.power {
            assert!(power.get() <= self.power, "{power}");
        }
        if let Field::Present(cadence) = report.cadence {
            assert!(cadence.get() <= self.cadence, "{cadence}");
        }
        if let Field::Present(speed) = report.speed {
            let [least, most] = self.speed;
            assert!((least..=most).contains(&speed.get()), "{speed}");
        }
        if let Field::Present(grade) = report.grade {
            let [least, most] = self.grade;
            assert!((least..=most).contains(&grade.get()), "{grade}");
        }
    }
}

fn items<D: Decoder>(decoder: &mut D, stream: &[u8], piece: usize) -> Vec<Decoded<D::Message>> {
    let mut found = Vec::new();
    for piece in stream.chunks(piece) {
        decoder.feed(piece, &mut |item| found.push(item));
    }
    found
}

impl<D: Decoder> Held<D>
where
    D::Message: PartialEq + core::fmt::Debug,
{
    pub(crate) fn run(&self, input: &[u8]) {
        self.hold(input, true);
    }

    /// As [`Held::run`], of a format in which one message may lie inside another: they are told by where they end.
    pub(crate) fn run_where_messages_overlap(&self, input: &[u8]) {
        self.hold(input, false);
    }

    fn hold(&self, input: &[u8], by_begin: bool) {
        let Some((piece, stream)) = input.split_first() else {
            return;
        };
        let mut whole = (self.fresh)();
        let found = items(&mut whole, stream, stream.len().max(1));
        self.hold_to_split(stream, usize::from(piece % 32) + 1, &whole, &found);
        let fed = u64::try_from(stream.len()).unwrap();
        let mut before = None;
        let mut lost = whole.skipped();
        for item in &found {
            // An error may lie where the message after it begins: the frame that came too early breaks the one before it.
            let place = Some((item.offset, item.content.is_ok()));
            assert!(item.offset < fed, "within the stream");
            assert!(before < place || !by_begin, "in order");
            before = place;
            match &item.content {
                Ok(message) => self.hold_message(message),
                Err(error) => {
                    assert!(error.skipped_bytes > 0, "an error has bytes");
                    lost += u64::from(error.skipped_bytes);
                }
            }
        }
        assert!(lost <= fed, "{lost} bytes lost of {fed}");
        self.hold_to_bound(&mut whole);
    }

    fn hold_to_split(&self, stream: &[u8], piece: usize, whole: &D, found: &[Decoded<D::Message>]) {
        let mut split = (self.fresh)();
        assert_eq!(items(&mut split, stream, piece), found, "split by {piece}");
        assert_eq!(split.skipped(), whole.skipped());
        let mut reset = (self.fresh)();
        let (before, _) = stream.split_at(piece.min(stream.len()));
        items(&mut reset, before, 1);
        reset.reset();
        let again = items(&mut reset, stream, piece);
        assert_eq!(again.len(), found.len(), "after a reset");
        for (again, first) in again.iter().zip(found) {
            assert_eq!(again.content, first.content);
            assert_eq!(
                again.offset,
                first.offset + u64::try_from(before.len()).unwrap()
            );
        }
    }

    fn hold_message(&self, message: &D::Message) {
        (self.in_range)(message);
        if let Some(bytes) = (self.written)(message) {
            let again = items(&mut (self.fresh)(), &bytes, bytes.len());
            let [
                Decoded {
                    offset: 0,
                    content: Ok(again),
                },
            ] = again.as_slice()
            else {
                panic!("{message:?} is written as {bytes:02X?} and read as {again:?}");
            };
            assert_eq!(again, message, "{bytes:02X?}");
        }
    }

    fn hold_to_bound(&self, decoder: &mut D) {
        let expected = items(&mut (self.fresh)(), &self.frame, 1).pop();
        let expected = expected.expect("a frame").content;
        assert!(expected.is_ok(), "a valid frame");
        if self.bound == 0 {
            decoder.reset();
        }
        let last = (0..self.bound.max(1))
            .flat_map(|_| items(decoder, &self.frame, 1))
            .last();
        assert_eq!(last.map(|item| item.content), Some(expected), "found again");
    }
}

/// Some bytes that an encoder wrote.
pub(crate) fn bytes<E: core::fmt::Debug>(written: Result<&[u8], E>) -> Vec<u8> {
    written.expect("room").to_vec()
}

/// One whole value: the same however it is split, and the same when it is written again.
pub(crate) fn value<V: Value + PartialEq + core::fmt::Debug>(
    input: &[u8],
    written: fn(&V) -> Vec<u8>,
    in_range: fn(&V),
) {
    let Some((piece, value)) = input.split_first() else {
        return;
    };
    let decoded = |value: &[u8], piece: usize| {
        let mut decoder = ValueDecoder::<V>::new();
        for piece in value.chunks(piece) {
            decoder.feed(piece, &mut |_| panic!("a value is told at its end"));
        }
        let mut found = None;
        decoder.end_of_value(&mut |item| found = Some(item.content));
        found
    };
    let whole = decoded(value, value.len().max(1));
    assert_eq!(whole, decoded(value, usize::from(piece % 32) + 1));
    assert_eq!(whole.is_none(), value.is_empty());
    if let Some(Ok(message)) = whole {
        in_range(&message);
        let again = written(&message);
        assert_eq!(
            decoded(&again, again.len()),
            Some(Ok(message)),
            "{again:02X?}"
        );
    }
}
