//! Heart-rate straps by an ANT radio.

use protocols::ant;
use protocols::ant::NetworkKey;

use super::decoding::{Decode, End, decoding, decoding_exact};
use super::{Family, Model, Role, Setting, Settings};
use crate::detect::ears::{Ear, Proof, counted};
use crate::monitors::{Ant, AntLink, Sensor};
use crate::port::LineSettings;
use crate::virtual_devices::monitors::ant::Ant as Radio;

/// The family.
pub const FAMILY: Family = Family {
    id: "ant",
    devices: "ANT+ heart-rate straps by an ANT radio; without network key and device number it stays silent",
    role: Role::HeartRate,
    lines: &[
        LineSettings::plain(ant::STICK_BAUD),
        LineSettings::plain(ant::MODULE_BAUD),
    ],
    settings: &[NETWORK_KEY, DEVICE_NUMBER],
    link: |settings| Box::new(AntLink::of(Ant::new(sensor(settings)))),
    decode_settings: &[],
    decode,
    ear: Some(Ear {
        no_chance: 2,
        ..Ear::of(Proof::Checked, 2, || counted(ant::RadioDecoder::new()))
    }),
    models: MODELS,
    wiring: "USB1 stick: a serial port of its own; USB2 and USB-m sticks by the driver usb-serial-simple (recalled); modules: logic levels, and the module's **RTS to the adapter's CTS**: it lowers it for 50 µs after each message",
    source: "hosts' code (GoldenCheetah, FortiusANT, openant, Auuki), which quote the ANT+ texts",
    tried: "virtual device; `openant` drives it",
    unsure: "the codes 8 and 9; that USB sticks talk as a tty; silence after 3 s",
};

const MODELS: &[Model] = &[
    Model {
        id: "ant",
        what: "ANT stick with a heart-rate strap near it, of the number that device_number says",
        build: |now, settings| Box::new(Radio::with_strap(now, device_number(settings))),
    },
    Model {
        id: "ant-trainer",
        what: "ANT stick with an FE-C trainer near it, of the number that device_number says",
        build: |now, settings| Box::new(Radio::with_trainer(now, device_number(settings))),
    },
];

pub(super) const NETWORK_KEY: Setting = Setting {
    key: "network_key",
    values: &["HEX*16"],
    what: "the network's key, 16 hexadecimal digits, from its owner; without it nothing is sent",
    required: true,
};

pub(super) const DEVICE_NUMBER: Setting = Setting {
    key: "device_number",
    values: &["1..=65535"],
    what: "the sensor's number, printed on it; without it nothing is sent",
    required: true,
};

/// What either end of a radio's line says, whichever sensor is behind it.
pub(super) fn decode(from: End, _: &Settings) -> Box<dyn Decode> {
    match from {
        End::Host => decoding_exact(
            ant::HostDecoder::new(),
            ant::HostMessage::report,
            ant::HostMessage::exact,
        ),
        End::Device => decoding(ant::RadioDecoder::new(), ant::RadioMessage::report),
    }
}

/// Whom to listen to: nobody without a key, or where any sensor would do.
pub(super) fn sensor(settings: &Settings) -> Option<Sensor> {
    let key = settings
        .get(NETWORK_KEY.key)
        .and_then(NetworkKey::from_hexadecimal)?;
    let number = settings.number(DEVICE_NUMBER.key)?;
    Sensor::new(key, u16::try_from(number).ok()?)
}

/// The sensor's number; one of ours where none is told, as 0 is nobody's.
pub(super) fn device_number(settings: &Settings) -> u16 {
    const DEFAULT: u16 = 12_345;
    let told = settings.number("device_number");
    let told = told.and_then(|number| u16::try_from(number).ok());
    told.filter(|number| *number > 0).unwrap_or(DEFAULT)
}
