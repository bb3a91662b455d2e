//! The machines but the first two.

use protocols::daum_classic::{Cockpit, Dialect};
use protocols::ergoline::Variant;
use protocols::{
    computrainer, daum_classic, daum_premium, ergoline, kettler, monark, waterrower, woodway,
};

use super::{Protocol, Sender, Stream, boxed, boxed_exact};
use crate::commands::settings::{Setting, Settings};

pub(super) const WOODWAY: Protocol = Protocol {
    id: "woodway",
    what: "Woodway treadmills with the A0 command set",
    settings: &[],
    open: woodway,
};

pub(super) const ERGOLINE: Protocol = Protocol {
    id: "ergoline",
    what: "ergoline er800 and er900, ergoselect, GE eBike, Monark in er900 mode",
    settings: ERGOLINE_SETTINGS,
    open: ergoline,
};

pub(super) const DAUM_CLASSIC: Protocol = Protocol {
    id: "daum-classic",
    what: "Daum ergo_bike 8008, 8080 and relatives",
    settings: DAUM_CLASSIC_SETTINGS,
    open: daum_classic,
};

pub(super) const DAUM_PREMIUM: Protocol = Protocol {
    id: "daum-premium",
    what: "Daum premium 8i, ergo_lyps and ergo_run 8i",
    settings: &[],
    open: daum_premium,
};

pub(super) const KETTLER: Protocol = Protocol {
    id: "kettler",
    what: "Kettler ergometers in PC mode",
    settings: &[],
    open: kettler,
};

pub(super) const MONARK: Protocol = Protocol {
    id: "monark",
    what: "Monark LC, NOVO, LT and 839E",
    settings: MONARK_SETTINGS,
    open: monark,
};

pub(super) const COMPUTRAINER: Protocol = Protocol {
    id: "computrainer",
    what: "RacerMate CompuTrainer",
    settings: &[],
    open: computrainer,
};

pub(super) const WATERROWER: Protocol = Protocol {
    id: "waterrower",
    what: "WaterRower S4 and S5 monitors",
    settings: &[],
    open: waterrower,
};

/// What a Daum cockpit's wire does not say.
const DAUM_CLASSIC_SETTINGS: &[Setting] = &[
    Setting {
        key: "address",
        values: &["0..=255"],
        what: "the cockpit's address; 0 without it",
        required: false,
    },
    Setting {
        key: "dialect",
        values: &["current", "old"],
        what: "very old cockpits have shorter answers; current without it",
        required: false,
    },
];

/// What an ergoline ergometer's wire does not say.
const ERGOLINE_SETTINGS: &[Setting] = &[
    Setting {
        key: "variant",
        values: &["P10", "P3", "P4"],
        what: "the interface that the ergometer's menu is set to; P10 without it",
        required: false,
    },
    Setting {
        key: "asked",
        values: &["W", "X", "S", "s", "D", "H", "M", "F", "Y", "I"],
        what: "what the host asked in P3: three digits alone are power if it was W",
        required: false,
    },
];

/// What a Monark bike's wire does not say.
const MONARK_SETTINGS: &[Setting] = &[Setting {
    key: "asked",
    values: &["power", "pedal", "pulse", "id", "servo", "B"],
    what: "what the host asked: an answer does not say; no readings without it",
    required: false,
}];

fn woodway(from: Sender, _: &Settings) -> Box<dyn Stream> {
    match from {
        Sender::Host => boxed(woodway::HostDecoder::new(), woodway::HostMessage::report),
        Sender::Device => boxed(
            woodway::MachineDecoder::new(),
            woodway::MachineMessage::report,
        ),
    }
}

fn ergoline(from: Sender, settings: &Settings) -> Box<dyn Stream> {
    let variant = settings.get("variant").and_then(Variant::from_name);
    let variant = variant.unwrap_or_default();
    match from {
        Sender::Host => boxed(
            ergoline::HostDecoder::new(variant),
            ergoline::HostMessage::report,
        ),
        Sender::Device => {
            let asked = settings.get("asked").and_then(ergoline::Asked::from_name);
            boxed_exact(
                ergoline::MachineDecoder::new(variant, asked),
                ergoline::MachineMessage::report,
                ergoline::MachineMessage::exact,
            )
        }
    }
}

fn daum_classic(from: Sender, settings: &Settings) -> Box<dyn Stream> {
    let address = settings.get("address").and_then(|it| it.parse().ok());
    let dialect = settings.get("dialect").and_then(Dialect::from_name);
    let cockpit = Cockpit {
        address: address.unwrap_or_default(),
        dialect: dialect.unwrap_or_default(),
    };
    match from {
        Sender::Host => boxed(
            daum_classic::HostDecoder::new(cockpit),
            daum_classic::HostMessage::report,
        ),
        Sender::Device => boxed(
            daum_classic::MachineDecoder::new(cockpit),
            daum_classic::MachineMessage::report,
        ),
    }
}

/// Both ends' frames have one form.
fn daum_premium(_: Sender, _: &Settings) -> Box<dyn Stream> {
    boxed_exact(
        daum_premium::FrameDecoder::new(),
        daum_premium::Message::report,
        daum_premium::Message::exact,
    )
}

fn kettler(from: Sender, _: &Settings) -> Box<dyn Stream> {
    match from {
        Sender::Host => boxed(kettler::HostDecoder::new(), kettler::HostMessage::report),
        Sender::Device => boxed_exact(
            kettler::MachineDecoder::new(),
            kettler::MachineMessage::report,
            kettler::MachineMessage::exact,
        ),
    }
}

fn monark(from: Sender, settings: &Settings) -> Box<dyn Stream> {
    match from {
        Sender::Host => boxed(monark::HostDecoder::new(), monark::HostMessage::report),
        Sender::Device => {
            let asked = settings.get("asked").and_then(monark::Asked::from_name);
            boxed_exact(
                monark::MachineDecoder::new(asked),
                monark::MachineMessage::report,
                monark::MachineMessage::exact,
            )
        }
    }
}

fn computrainer(from: Sender, _: &Settings) -> Box<dyn Stream> {
    match from {
        Sender::Host => boxed(
            computrainer::HostDecoder::new(),
            computrainer::HostMessage::report,
        ),
        Sender::Device => boxed(
            computrainer::MachineDecoder::new(),
            computrainer::MachineMessage::report,
        ),
    }
}

fn waterrower(from: Sender, _: &Settings) -> Box<dyn Stream> {
    match from {
        Sender::Host => boxed(
            waterrower::HostDecoder::new(),
            waterrower::HostMessage::report,
        ),
        Sender::Device => boxed_exact(
            waterrower::MachineDecoder::new(),
            waterrower::MachineMessage::report,
            waterrower::MachineMessage::exact,
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_of_a_setting_means_something_to_the_decoder() {
        let values = |of: &'static [Setting], key: &str| {
            let setting = of.iter().find(|setting| setting.key == key);
            setting.expect("a setting").values
        };
        for value in values(ERGOLINE_SETTINGS, "variant") {
            assert!(Variant::from_name(value).is_some(), "{value}");
        }
        for value in values(DAUM_CLASSIC_SETTINGS, "dialect") {
            assert!(Dialect::from_name(value).is_some(), "{value}");
        }
        let asked = values(ERGOLINE_SETTINGS, "asked");
        let known = asked.iter().filter_map(|it| ergoline::Asked::from_name(it));
        assert_eq!(known.count(), 1, "the others carry no reading");
        let asked = values(MONARK_SETTINGS, "asked");
        let known = asked.iter().filter_map(|it| monark::Asked::from_name(it));
        assert_eq!(known.count(), 3, "the others carry no reading");
    }
}
