//! The monitors' lines of the catalogue.

use super::models_of_monitors as models;
use super::{Family, Model, Role, Setting, Settings};
use crate::link::Link;
use crate::monitors::{
    Ant, AntLink, Bci5Link, Ble2a5fLink, Ble2a37Link, ClipOn, Contec5Link, Contec9Link, Ivy450c,
    Ivy450cLink, MasimoLink, MedlabEcg, MedlabEcgLink, NellcorLink, NoninAsciiLink, NoninDf1Link,
    NoninDf2Link, NoninDf7Link, NoninDf8Link, NoninDf13Link, PolarHrmiLink, Strap, ZephyrHxmLink,
};
use crate::port::{LineSettings, Parity};
use crate::virtual_devices::VirtualZephyrHxm;
use protocols::ant::NetworkKey;
use protocols::medlab_ecg::Notch;

/// Nonin, data format 2.
pub const NONIN_DF2: Family = Family {
    id: "nonin-df2",
    devices: "Nonin OEM III, Xpod and others, with plethysmogram",
    role: Role::Oximeter,
    lines: &[LineSettings::plain(protocols::nonin_df2::BAUD)],
    settings: &[],
    link: |_| Box::new(NoninDf2Link::new()),
    models: models::NONIN_DF2,
    unsure: "selecting the format, and the rate's range, are recalled",
};

/// Zephyr `HxM`.
pub const ZEPHYR_HXM: Family = Family {
    id: "zephyr-hxm",
    devices: "Zephyr HxM strap (serial over Bluetooth)",
    role: Role::HeartRate,
    lines: &[LineSettings::plain(protocols::zephyr_hxm::BAUD)],
    settings: &[],
    link: |_| Box::new(ZephyrHxmLink::new()),
    models: &[Model {
        id: "zephyr-hxm",
        what: "Zephyr HxM BT heart-rate strap",
        build: |now, _| Box::new(VirtualZephyrHxm::new(now)),
    }],
    unsure: "identifiers and averaging are recalled",
};

/// Nonin, data format 1.
pub const NONIN_DF1: Family = Family {
    id: "nonin-df1",
    devices: "Nonin OEM II and III, Xpod, 8000-series boards: numbers alone, held by the device for 10 s, without a check",
    role: Role::Oximeter,
    lines: &[LineSettings::plain(protocols::nonin_df1::BAUD)],
    settings: &[],
    link: |_| Box::new(NoninDf1Link::new()),
    models: models::NONIN_DF1,
    unsure: "the format itself; the range of rates; silence after 2.5 s",
};

/// Nonin, data format 7.
pub const NONIN_DF7: Family = Family {
    id: "nonin-df7",
    devices: "Nonin OEM III, Xpod, WristOx2 3150, Onyx II 9560",
    role: Role::Oximeter,
    lines: &[LineSettings::plain(protocols::nonin_df7::BAUD)],
    settings: &[],
    link: |_| Box::new(NoninDf7Link::new()),
    models: models::NONIN_DF7,
    unsure: "the range of rates; whether OEM III and Xpod take the choice of format",
};

/// Nonin, data format 8.
pub const NONIN_DF8: Family = Family {
    id: "nonin-df8",
    devices: "Nonin WristOx2 3150, Onyx II 9560: numbers alone, held by the device for 10 s, without a check",
    role: Role::Oximeter,
    lines: &[LineSettings::plain(protocols::nonin_df8::BAUD)],
    settings: &[],
    link: |_| Box::new(NoninDf8Link::new()),
    models: models::NONIN_DF8,
    unsure: "the range of rates; silence after 2.5 s",
};

/// Nonin, data format 13.
pub const NONIN_DF13: Family = Family {
    id: "nonin-df13",
    devices: "Nonin Onyx II 9560, WristOx2 3150 as spot check: no supervision of an exercise",
    role: Role::Oximeter,
    lines: &[LineSettings::plain(protocols::nonin_df13::BAUD)],
    settings: &[],
    link: |_| Box::new(NoninDf13Link::new()),
    models: models::NONIN_DF13,
    unsure: "its answer and its repetition; the option bits; silence after 10 s",
};

/// Nonin, text.
pub const NONIN_ASCII: Family = Family {
    id: "nonin-ascii",
    devices: "Nonin 8500, 8600, 9600 Avant, 9847, Avant 4000",
    role: Role::Oximeter,
    lines: &[LineSettings::plain(protocols::nonin_ascii::BAUD)],
    settings: &[],
    link: |_| Box::new(NoninAsciiLink::new()),
    models: models::NONIN_ASCII,
    unsure: "the width of fields; the range of rates; silence after 2.5 s",
};

/// Contec, older dialect.
pub const CONTEC_5: Family = Family {
    id: "contec-5",
    devices: "Contec CMS50C, D, D+ with firmware up to 4.5, older E and F: consumer devices",
    role: Role::Oximeter,
    lines: &[
        LineSettings {
            parity: Parity::Odd,
            ..LineSettings::plain(protocols::contec_5::BAUD)
        },
        LineSettings {
            parity: Parity::Even,
            ..LineSettings::plain(4_800)
        },
    ],
    settings: &[],
    link: |_| Box::new(Contec5Link::new()),
    models: models::CONTEC_5,
    unsure: "the flags of byte 1; that 0 is no value; ten packets in agreement",
};

/// Contec, protocol V7.0.
pub const CONTEC_9: Family = Family {
    id: "contec-9",
    devices: "Contec CMS50D+ from firmware 4.6, later E, F and I, CMS50EW, CMS50FW: consumer devices",
    role: Role::Oximeter,
    lines: &[LineSettings::plain(protocols::contec_9::BAUD)],
    settings: &[],
    link: |_| Box::new(Contec9Link::new()),
    models: models::CONTEC_9,
    unsure: "the times of the start-up; that 0 is no value; ten packets in agreement",
};

/// BCI.
pub const BCI_5: Family = Family {
    id: "bci-5",
    devices: "BCI 3301, 3303, 3180 and boards of other makers in their format",
    role: Role::Oximeter,
    lines: &[
        LineSettings::plain(protocols::bci_5::BAUD),
        LineSettings {
            parity: Parity::Even,
            ..LineSettings::plain(protocols::bci_5::BAUD)
        },
        LineSettings {
            two_stop_bits: true,
            ..LineSettings::plain(protocols::bci_5::BAUD)
        },
    ],
    settings: &[],
    link: |_| Box::new(Bci5Link::new()),
    models: models::BCI_5,
    unsure: "the unplugged probe and 127 as no value; that 0 is none; silence after 1 s; no document of the maker was seen",
};

/// Masimo, ASCII 1.
pub const MASIMO: Family = Family {
    id: "masimo",
    devices: "Masimo Rad-5, Rad-8, Rad-87, Radical-7 with the output set to ASCII 1",
    role: Role::Oximeter,
    lines: &[LineSettings::plain(protocols::masimo::BAUD)],
    settings: &[],
    link: |_| Box::new(MasimoLink::new()),
    models: models::MASIMO,
    unsure: "averaging; silence after 3 s",
};

/// Nellcor.
pub const NELLCOR: Family = Family {
    id: "nellcor",
    devices: "Nellcor N-595, N-395, NPB-290 and 295, N-560, N-550 with the port set to ASCII",
    role: Role::Oximeter,
    lines: &[
        LineSettings::plain(protocols::nellcor::BAUD),
        LineSettings::plain(2_400),
        LineSettings::plain(19_200),
    ],
    settings: &[],
    link: |_| Box::new(NellcorLink::new()),
    models: models::NELLCOR,
    unsure: "a line each 2 s; the rates of 2400 and 19200 baud",
};

/// HRMI board.
pub const POLAR_HRMI: Family = Family {
    id: "polar-hrmi",
    devices: "HRMI board with Polar T31, T31C, T61C and Wearlink straps",
    role: Role::HeartRate,
    lines: &[LineSettings::plain(protocols::polar_hrmi::BAUD)],
    settings: &[],
    link: |_| Box::new(PolarHrmiLink::new()),
    models: models::POLAR_HRMI,
    unsure: "averaging; other rates by jumper",
};

/// Ivy 450C.
pub const IVY_450C: Family = Family {
    id: "ivy-450c",
    devices: "Ivy 450C vital-signs monitor: ECG rate, and a saturation",
    role: Role::HeartRate,
    lines: &[LineSettings::plain(9_600)],
    settings: &[CLIP],
    link: |settings| {
        Box::new(Ivy450cLink::of(Ivy450c::new(
            match settings.get(CLIP.key) {
                Some("patient") => ClipOn::Patient,
                _ => ClipOn::Nobody,
            },
        )))
    },
    models: models::IVY_450C,
    unsure: "averaging; the texts of alarms; silence after 3 s",
};

/// Medlab.
pub const MEDLAB_ECG: Family = Family {
    id: "medlab-ecg",
    devices: "Medlab EG01010 ECG board with protocol 1",
    role: Role::HeartRate,
    lines: &[LineSettings::plain(protocols::medlab_ecg::BAUD)],
    settings: &[MAINS],
    link: |settings| Box::new(MedlabEcgLink::of(MedlabEcg::new(notch(settings)))),
    models: models::MEDLAB_ECG,
    unsure: "silence after 3 s; what the board sends first",
};

/// Bluetooth heart rate.
pub const BLE_2A37: Family = Family {
    id: "ble-2a37",
    devices: "Bluetooth LE straps behind a serial bridge",
    role: Role::HeartRate,
    lines: &[LineSettings::plain(115_200)],
    settings: &[],
    link: |_| Box::new(Ble2a37Link::new()),
    models: models::BLE_2A37,
    unsure: "the form of the bridge and its rate; silence after 3 s",
};

/// Bluetooth oximeter.
pub const BLE_2A5F: Family = Family {
    id: "ble-2a5f",
    devices: "Bluetooth LE oximeters behind a serial bridge",
    role: Role::Oximeter,
    lines: &[LineSettings::plain(115_200)],
    settings: &[],
    link: |_| Box::new(Ble2a5fLink::new()),
    models: models::BLE_2A5F,
    unsure: "the form of the bridge and its rate; the bits of both status fields; silence after 3 s",
};

/// ANT heart rate.
pub const ANT: Family = Family {
    id: "ant",
    devices: "ANT+ heart-rate straps by an ANT radio; without network key and device number it stays silent",
    role: Role::HeartRate,
    lines: &[
        LineSettings::plain(protocols::ant::STICK_BAUD),
        LineSettings::plain(protocols::ant::MODULE_BAUD),
    ],
    settings: &[NETWORK_KEY, DEVICE_NUMBER],
    link: ant,
    models: models::ANT,
    unsure: "the codes 8 and 9; that USB sticks talk as a tty; silence after 3 s",
};

const CLIP: Setting = Setting {
    key: "clip",
    values: &["patient", "nobody"],
    what: "who wears the monitor's own finger clip; nobody without it, and then its saturation is not told",
    required: false,
};

const MAINS: Setting = Setting {
    key: "mains",
    values: &["50", "60"],
    what: "frequency of the country's mains in Hz, which the board takes out; 50 without it",
    required: false,
};

fn notch(settings: &Settings) -> Notch {
    match settings.get("mains") {
        Some("60") => Notch::SixtyHertz,
        _ => Notch::FiftyHertz,
    }
}

const NETWORK_KEY: Setting = Setting {
    key: "network_key",
    values: &["HEX*16"],
    what: "the network's key, 16 hexadecimal digits, from its owner; without it nothing is sent",
    required: true,
};

const DEVICE_NUMBER: Setting = Setting {
    key: "device_number",
    values: &["1..=65535"],
    what: "the strap's number, printed on it; without it nothing is sent",
    required: true,
};

/// Without a key, or for any strap, the link says nothing to the radio and is silent.
fn ant(settings: &Settings) -> Box<dyn Link> {
    let key = settings
        .get(NETWORK_KEY.key)
        .and_then(NetworkKey::from_hexadecimal);
    let number = settings.number(DEVICE_NUMBER.key).unwrap_or(0);
    let strap = key
        .zip(u16::try_from(number).ok())
        .and_then(|(key, number)| Strap::new(key, number));
    Box::new(AntLink::of(Ant::new(strap)))
}
