//! What either end of a wire sends, read without a link: any protocol's decoder by one trait.

use protocols::exact::Exact;
use protocols::gatt::{Value, ValueDecoder};
use protocols::wire::{Decoded, Decoder, Report};

/// The end of a wire that sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// A host, such as a gym.
    Host,
    /// A machine or a monitor.
    Device,
}

/// What a message tells, and the numbers of it that its report cannot carry.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// What it reports.
    pub report: Report<'a>,
    /// The numbers that their units cannot hold.
    pub exact: Exact,
}

/// One direction of a wire in any protocol.
pub trait Decode: Send {
    /// Takes bytes and hands on, in the order of the stream, every message that has something to report and every error.
    fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Decoded<Told<'_>>));

    /// What was fed since the last time is one whole value, where the protocol is one of values: hands on what it says. A line
    /// of text or the input ends here; to protocols of a wire that means nothing.
    fn end_of_value(&mut self, _sink: &mut dyn FnMut(Decoded<Told<'_>>)) {}

    /// Bytes of noise so far.
    fn skipped(&self) -> u64;
}

/// How a message becomes a report; `None` where the sheets report nothing of it.
type ReportOf<M> = for<'a> fn(&'a M) -> Option<Report<'a>>;

/// What a message carries that its report cannot.
type ExactOf<M> = fn(&M) -> Exact;

/// Hands on what a message tells, and every error.
fn told<'m, M>(
    item: &'m Decoded<M>,
    report: impl Fn(&'m M) -> Option<Report<'m>>,
    exact: ExactOf<M>,
    sink: &mut dyn FnMut(Decoded<Told<'_>>),
) {
    let content = match &item.content {
        Ok(message) => {
            let Some(report) = report(message) else {
                return;
            };
            Ok(Told {
                report,
                exact: exact(message),
            })
        }
        Err(error) => Err(*error),
    };
    sink(Decoded {
        offset: item.offset,
        content,
    });
}

struct Reporting<D: Decoder> {
    decoder: D,
    report: ReportOf<D::Message>,
    exact: ExactOf<D::Message>,
}

/// A stream of a protocol whose numbers all fit their units.
pub(super) fn decoding<D: Decoder + Send + 'static>(
    decoder: D,
    report: ReportOf<D::Message>,
) -> Box<dyn Decode> {
    decoding_exact(decoder, report, |_| Exact::NONE)
}

/// A stream of a protocol that can carry numbers which their units cannot hold.
pub(super) fn decoding_exact<D: Decoder + Send + 'static>(
    decoder: D,
    report: ReportOf<D::Message>,
    exact: ExactOf<D::Message>,
) -> Box<dyn Decode> {
    Box::new(Reporting {
        decoder,
        report,
        exact,
    })
}

impl<D: Decoder + Send> Decode for Reporting<D> {
    fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Decoded<Told<'_>>)) {
        let (report, exact) = (self.report, self.exact);
        self.decoder
            .feed(bytes, &mut |item| told(&item, report, exact, sink));
    }

    fn skipped(&self) -> u64 {
        self.decoder.skipped()
    }
}

/// A direction in which the protocol sends nothing: whatever comes is noise.
pub(super) fn nothing_sent() -> Box<dyn Decode> {
    Box::new(NothingSent::default())
}

/// A direction in which the protocol sends nothing: whatever comes is noise.
#[derive(Default)]
struct NothingSent {
    skipped: u64,
}

impl Decode for NothingSent {
    fn feed(&mut self, bytes: &[u8], _sink: &mut dyn FnMut(Decoded<Told<'_>>)) {
        let count = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.skipped = self.skipped.saturating_add(count);
    }

    fn skipped(&self) -> u64 {
        self.skipped
    }
}

/// A protocol of whole values.
struct Values<V> {
    decoder: ValueDecoder<V>,
    report: fn(&V) -> Option<Report<'static>>,
    exact: fn(&V) -> Exact,
}

pub(super) fn values<V: Value + Send + 'static>(
    decoder: ValueDecoder<V>,
    report: fn(&V) -> Option<Report<'static>>,
    exact: fn(&V) -> Exact,
) -> Box<dyn Decode> {
    Box::new(Values {
        decoder,
        report,
        exact,
    })
}

impl<V: Value + Send> Decode for Values<V> {
    fn feed(&mut self, bytes: &[u8], _sink: &mut dyn FnMut(Decoded<Told<'_>>)) {
        self.decoder.feed(bytes, &mut |_| {});
    }

    fn end_of_value(&mut self, sink: &mut dyn FnMut(Decoded<Told<'_>>)) {
        let (report, exact) = (self.report, self.exact);
        self.decoder
            .end_of_value(&mut |item| told(&item, report, exact, sink));
    }

    fn skipped(&self) -> u64 {
        self.decoder.skipped()
    }
}
