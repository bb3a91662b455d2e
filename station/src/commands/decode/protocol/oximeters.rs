//! The oximeters.

use protocols::{
    bci_5, contec_5, contec_9, masimo, nellcor, nonin, nonin_ascii, nonin_df1, nonin_df7,
    nonin_df8, nonin_df13,
};

use super::{NothingSent, Protocol, Sender, Stream, boxed};

pub(super) const NONIN_DF1: Protocol = Protocol {
    id: "nonin-df1",
    what: "Nonin pulse oximeters, serial data format 1, three bytes a second",
    settings: &[],
    open: |from, _| match from {
        Sender::Host => nonin_host(),
        Sender::Device => boxed(nonin_df1::PacketDecoder::new(), |packet| {
            Some(packet.report())
        }),
    },
};

pub(super) const NONIN_DF7: Protocol = Protocol {
    id: "nonin-df7",
    what: "Nonin pulse oximeters, serial data format 7 with a plethysmogram of 16 bits",
    settings: &[],
    open: |from, _| match from {
        Sender::Host => nonin_host(),
        Sender::Device => boxed(nonin_df7::PacketDecoder::new(), |packet| {
            Some(packet.report())
        }),
    },
};

pub(super) const NONIN_DF8: Protocol = Protocol {
    id: "nonin-df8",
    what: "Nonin pulse oximeters, serial data format 8, four bytes a second",
    settings: &[],
    open: |from, _| match from {
        Sender::Host => nonin_host(),
        Sender::Device => boxed(nonin_df8::PacketDecoder::new(), |packet| {
            Some(packet.report())
        }),
    },
};

pub(super) const NONIN_DF13: Protocol = Protocol {
    id: "nonin-df13",
    what: "Nonin pulse oximeters, serial data format 13, spot checks with their date",
    settings: &[],
    open: |from, _| match from {
        Sender::Host => boxed(nonin_df13::HostDecoder::new(), |message| {
            Some(message.report())
        }),
        Sender::Device => boxed(nonin_df13::SpotCheckDecoder::new(), |check| {
            Some(check.report())
        }),
    },
};

pub(super) const NONIN_ASCII: Protocol = Protocol {
    id: "nonin-ascii",
    what: "Nonin monitors that print a line a second (8500, 8600, 9600, 9847, 4000)",
    settings: &[],
    open: |from, _| match from {
        Sender::Host => Box::new(NothingSent::default()),
        Sender::Device => boxed(nonin_ascii::LineDecoder::new(), |line| Some(line.report())),
    },
};

pub(super) const CONTEC_5: Protocol = Protocol {
    id: "contec-5",
    what: "Contec CMS50 finger oximeters, older firmware, five bytes a packet",
    settings: &[],
    open: |from, _| match from {
        Sender::Host => boxed(contec_5::HostDecoder::new(), |message| {
            Some(message.report())
        }),
        Sender::Device => boxed(contec_5::PacketDecoder::new(), |packet| {
            Some(packet.report())
        }),
    },
};

pub(super) const CONTEC_9: Protocol = Protocol {
    id: "contec-9",
    what: "Contec CMS50 finger oximeters, protocol V7.0, nine bytes a packet",
    settings: &[],
    open: |from, _| match from {
        Sender::Host => boxed(contec_9::HostDecoder::new(), |command| {
            Some(command.report())
        }),
        Sender::Device => boxed(
            contec_9::DeviceDecoder::new(),
            contec_9::DeviceMessage::report,
        ),
    },
};

pub(super) const BCI_5: Protocol = Protocol {
    id: "bci-5",
    what: "BCI and Smiths oximeters and boards, five bytes a packet",
    settings: &[],
    open: |from, _| match from {
        Sender::Host => Box::new(NothingSent::default()),
        Sender::Device => boxed(bci_5::PacketDecoder::new(), |packet| Some(packet.report())),
    },
};

pub(super) const MASIMO: Protocol = Protocol {
    id: "masimo",
    what: "Masimo oximeters that print ASCII 1 (Rad-5, Rad-8, Rad-87, Radical-7)",
    settings: &[],
    open: |from, _| match from {
        Sender::Host => Box::new(NothingSent::default()),
        Sender::Device => boxed(masimo::LineDecoder::new(), masimo::DeviceMessage::report),
    },
};

pub(super) const NELLCOR: Protocol = Protocol {
    id: "nellcor",
    what: "Nellcor bench oximeters on their ASCII data port",
    settings: &[],
    open: |from, _| match from {
        Sender::Host => boxed(nellcor::HostDecoder::new(), |message| {
            Some(message.report())
        }),
        Sender::Device => boxed(nellcor::LineDecoder::new(), nellcor::DeviceMessage::report),
    },
};

/// What a host says to every Nonin device that hears it.
fn nonin_host() -> Box<dyn Stream> {
    boxed(nonin::HostDecoder::new(), |command| Some(command.report()))
}
