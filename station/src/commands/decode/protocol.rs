//! The protocols that can be decoded, by their ids, and what each has to be told.

mod machines;
mod oximeters;
mod sensors;

use protocols::exact::Exact;
use protocols::trackmaster::SpeedUnit;
use protocols::wire::{Decoded, Decoder, Report};
use protocols::{csafe, nonin_df2, trackmaster, zephyr_hxm};

use super::Sender;
use super::line::Told;
use crate::commands::settings::{Setting, Settings};

/// Every protocol, in the order in which `--list` names them.
pub(super) const PROTOCOLS: &[Protocol] = &[
    Protocol {
        id: "csafe",
        what: "CSAFE fitness machines of most makers, Concept2 monitors",
        settings: &[],
        open: |from, _| match from {
            Sender::Host => boxed(csafe::HostDecoder::new(), csafe::HostFrame::report),
            Sender::Device => boxed(csafe::MachineDecoder::new(), csafe::MachineFrame::report),
        },
    },
    Protocol {
        id: "trackmaster",
        what: "Trackmaster and RAM/Medisoft medical treadmills",
        settings: &[Setting {
            key: "speed_unit",
            values: &["mph", "km/h"],
            what: "what the treadmill counts speed in; without it speeds are missing",
            required: false,
        }],
        open: |from, settings| {
            let unit = settings.get("speed_unit").and_then(SpeedUnit::from_name);
            match from {
                Sender::Host => boxed(
                    trackmaster::HostDecoder::new(unit),
                    trackmaster::HostMessage::report,
                ),
                Sender::Device => boxed(
                    trackmaster::MachineDecoder::new(unit),
                    trackmaster::MachineMessage::report,
                ),
            }
        },
    },
    machines::WOODWAY,
    machines::ERGOLINE,
    machines::DAUM_CLASSIC,
    machines::DAUM_PREMIUM,
    machines::KETTLER,
    machines::MONARK,
    machines::COMPUTRAINER,
    machines::WATERROWER,
    oximeters::NONIN_DF1,
    Protocol {
        id: "nonin-df2",
        what: "Nonin pulse oximeters, serial data format 2 with plethysmogram",
        settings: &[],
        open: |from, _| match from {
            Sender::Host => boxed(nonin_df2::HostDecoder::new(), |command| {
                Some(command.report())
            }),
            Sender::Device => boxed(nonin_df2::PacketDecoder::new(), |packet| {
                Some(packet.report())
            }),
        },
    },
    oximeters::NONIN_DF7,
    oximeters::NONIN_DF8,
    oximeters::NONIN_DF13,
    oximeters::NONIN_ASCII,
    oximeters::CONTEC_5,
    oximeters::CONTEC_9,
    oximeters::BCI_5,
    oximeters::MASIMO,
    oximeters::NELLCOR,
    Protocol {
        id: "zephyr-hxm",
        what: "Zephyr HxM BT heart-rate strap (serial over Bluetooth)",
        settings: &[],
        open: |from, _| match from {
            Sender::Host => Box::new(NothingSent::default()),
            Sender::Device => boxed(zephyr_hxm::PacketDecoder::new(), |packet| {
                Some(packet.report())
            }),
        },
    },
    sensors::POLAR_HRMI,
    sensors::ANT,
    sensors::IVY_450C,
    sensors::MEDLAB_ECG,
    sensors::BLE_2A37,
    sensors::BLE_2A5F,
    sensors::BLE_2AD2,
];

/// One protocol.
#[derive(Debug)]
pub(super) struct Protocol {
    /// Its id, as in the configuration.
    pub(super) id: &'static str,
    /// Who speaks it, in one line.
    pub(super) what: &'static str,
    /// What the wire does not say.
    pub(super) settings: &'static [Setting],
    /// Begins to decode one direction.
    pub(super) open: fn(Sender, &Settings) -> Box<dyn Stream>,
}

/// One direction of a wire in any protocol.
pub(super) trait Stream {
    /// Takes bytes and hands on, in the order of the stream, every message that has something to report and every error.
    fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Decoded<Told<'_>>));

    /// What was fed since the last time is one whole value, where the protocol is one of values: hands on what it says. A line
    /// of text or the input ends here; to protocols of a wire that means nothing.
    fn end_of_value(&mut self, _sink: &mut dyn FnMut(Decoded<Told<'_>>)) {}

    /// Bytes of noise so far.
    fn skipped(&self) -> u64;
}

impl Protocol {
    /// The protocol of an id.
    pub(super) fn by_id(id: &str) -> Option<&'static Self> {
        PROTOCOLS.iter().find(|protocol| protocol.id == id)
    }
}

/// All ids, for people.
pub(super) fn known_ids() -> String {
    let ids: Vec<&str> = PROTOCOLS.iter().map(|protocol| protocol.id).collect();
    ids.join(", ")
}

/// How a message becomes a report; `None` where the sheets report nothing of it.
type ReportOf<M> = for<'a> fn(&'a M) -> Option<Report<'a>>;

/// What a message carries that its report cannot.
type ExactOf<M> = fn(&M) -> Exact;

struct Reporting<D: Decoder> {
    decoder: D,
    report: ReportOf<D::Message>,
    exact: ExactOf<D::Message>,
}

/// A stream of a protocol whose numbers all fit their units.
pub(super) fn boxed<D: Decoder + 'static>(
    decoder: D,
    report: ReportOf<D::Message>,
) -> Box<dyn Stream> {
    boxed_exact(decoder, report, |_| Exact::NONE)
}

/// A stream of a protocol that can carry numbers which their units cannot hold.
pub(super) fn boxed_exact<D: Decoder + 'static>(
    decoder: D,
    report: ReportOf<D::Message>,
    exact: ExactOf<D::Message>,
) -> Box<dyn Stream> {
    Box::new(Reporting {
        decoder,
        report,
        exact,
    })
}

impl<D: Decoder> Stream for Reporting<D> {
    fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Decoded<Told<'_>>)) {
        let (report, exact) = (self.report, self.exact);
        self.decoder
            .feed(bytes, &mut |Decoded { offset, content }| {
                let content = match &content {
                    Ok(message) => match report(message) {
                        Some(report) => Ok(Told {
                            report,
                            exact: exact(message),
                        }),
                        None => return,
                    },
                    Err(error) => Err(*error),
                };
                sink(Decoded { offset, content });
            });
    }

    fn skipped(&self) -> u64 {
        self.decoder.skipped()
    }
}

/// A direction in which the protocol sends nothing: whatever comes is noise.
#[derive(Default)]
pub(super) struct NothingSent {
    skipped: u64,
}

impl Stream for NothingSent {
    fn feed(&mut self, bytes: &[u8], _sink: &mut dyn FnMut(Decoded<Told<'_>>)) {
        let count = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.skipped = self.skipped.saturating_add(count);
    }

    fn skipped(&self) -> u64 {
        self.skipped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_of_the_table_means_something_to_the_decoder() {
        let trackmaster = Protocol::by_id("trackmaster").unwrap();
        for value in trackmaster.settings[0].values {
            assert!(SpeedUnit::from_name(value).is_some(), "{value}");
        }
    }
}
