//! How the decoders of straps, radios, ECG monitors and Bluetooth values are made.

use protocols::ble_2ad2::{BikeData, BikeDataDecoder, ControlPoint};
use protocols::exact::Exact;
use protocols::gatt::{Value, ValueDecoder};
use protocols::wire::{Decoded, Decoder, Report};
use protocols::{ant, ble_2a5f, ble_2a37, ble_2ad2, ivy_450c, medlab_ecg, polar_hrmi};

use super::{NothingSent, Protocol, Sender, Stream, Told, boxed, boxed_exact};

pub(super) const POLAR_HRMI: Protocol = Protocol {
    id: "polar-hrmi",
    what: "Polar 5 kHz straps by the HRMI board",
    settings: &[],
    open: |from, _| match from {
        Sender::Host => boxed(polar_hrmi::HostDecoder::new(), |command| {
            Some(command.report())
        }),
        Sender::Device => boxed(polar_hrmi::AnswerDecoder::new(), |answer| {
            Some(answer.report())
        }),
    },
};

pub(super) const ANT: Protocol = Protocol {
    id: "ant",
    what: "ANT radios: straps on channel 0, power meters on 1, FE-C machines on 2",
    settings: &[],
    open: |from, _| match from {
        Sender::Host => boxed_exact(
            ant::HostDecoder::new(),
            ant::HostMessage::report,
            ant::HostMessage::exact,
        ),
        Sender::Device => boxed(ant::RadioDecoder::new(), ant::RadioMessage::report),
    },
};

pub(super) const IVY_450C: Protocol = Protocol {
    id: "ivy-450c",
    what: "Ivy 450C vital-signs monitor, stream ANSAR-B",
    settings: &[],
    open: |from, _| match from {
        Sender::Host => Box::new(NothingSent::default()),
        Sender::Device => boxed(ivy_450c::FrameDecoder::new(), |frame| Some(frame.report())),
    },
};

pub(super) const MEDLAB_ECG: Protocol = Protocol {
    id: "medlab-ecg",
    what: "Medlab EG01010 ECG board, protocol 1",
    settings: &[],
    open: |from, _| match from {
        Sender::Host => boxed(medlab_ecg::HostDecoder::new(), |command| {
            Some(command.report())
        }),
        Sender::Device => boxed(medlab_ecg::BoardDecoder::new(), medlab_ecg::Message::report),
    },
};

pub(super) const BLE_2A37: Protocol = Protocol {
    id: "ble-2a37",
    what: "Bluetooth heart rate measurement: the input is one value, with --hex each line is",
    settings: &[],
    open: |from, _| match from {
        Sender::Host => Box::new(NothingSent::default()),
        Sender::Device => values(
            ble_2a37::MeasurementDecoder::new(),
            |value| Some(value.report()),
            |_| Exact::NONE,
        ),
    },
};

pub(super) const BLE_2A5F: Protocol = Protocol {
    id: "ble-2a5f",
    what: "Bluetooth oximeter, continuous measurement: values as for ble-2a37",
    settings: &[],
    open: |from, _| match from {
        Sender::Host => Box::new(NothingSent::default()),
        Sender::Device => values(
            ble_2a5f::MeasurementDecoder::new(),
            |value| Some(value.report()),
            ble_2a5f::Measurement::exact,
        ),
    },
};

pub(super) const BLE_2AD2: Protocol = Protocol {
    id: "ble-2ad2",
    what: "Bluetooth indoor bike data, from the host its control point: values as for ble-2a37",
    settings: &[],
    open: |from, _| match from {
        Sender::Host => values(ble_2ad2::HostDecoder::new(), ControlPoint::report, |_| {
            Exact::NONE
        }),
        Sender::Device => values(BikeDataDecoder::new(), BikeData::report, BikeData::exact),
    },
};

/// A protocol of whole values.
struct Values<V> {
    decoder: ValueDecoder<V>,
    report: fn(&V) -> Option<Report<'static>>,
    exact: fn(&V) -> Exact,
}

fn values<V: Value + 'static>(
    decoder: ValueDecoder<V>,
    report: fn(&V) -> Option<Report<'static>>,
    exact: fn(&V) -> Exact,
) -> Box<dyn Stream> {
    Box::new(Values {
        decoder,
        report,
        exact,
    })
}

impl<V: Value> Stream for Values<V> {
    fn feed(&mut self, bytes: &[u8], _sink: &mut dyn FnMut(Decoded<Told<'_>>)) {
        self.decoder.feed(bytes, &mut |_| {});
    }

    fn end_of_value(&mut self, sink: &mut dyn FnMut(Decoded<Told<'_>>)) {
        let (report, exact) = (self.report, self.exact);
        self.decoder
            .end_of_value(&mut |Decoded { offset, content }| {
                let content = match content {
                    Ok(value) => match report(&value) {
                        Some(report) => Ok(Told {
                            report,
                            exact: exact(&value),
                        }),
                        None => return,
                    },
                    Err(error) => Err(error),
                };
                sink(Decoded { offset, content });
            });
    }

    fn skipped(&self) -> u64 {
        self.decoder.skipped()
    }
}
