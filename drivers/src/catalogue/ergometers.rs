//! The ergometers' lines of the catalogue, and those of what is read alone.

use protocols::daum_classic::{Cockpit, Dialect};
use protocols::ergoline::Variant;
use protocols::vocabulary::MachineKind;

use super::{Family, Role, Setting, Settings, models_of_machines, models_of_monitors};
use crate::machines::{
    ble_2ad2, computrainer, daum_classic, daum_premium, ergoline, kettler, monark, waterrower,
};
use crate::port::LineSettings;

const CYCLE: Role = Role::Machine(&[MachineKind::Cycle]);

/// Ergoline.
pub const ERGOLINE: Family = Family {
    id: "ergoline",
    devices: "ergoline er800, er900, ergoselect; GE eBike; Monark set to er900",
    role: CYCLE,
    lines: &[
        LineSettings::plain(protocols::ergoline::BAUD),
        LineSettings::plain(2_400),
        LineSettings::plain(9_600),
    ],
    settings: &[Setting {
        key: "variant",
        values: &["P10", "P3", "P4"],
        what: "which interface its menu is set to; P10 without it",
        required: true,
    }],
    link: |settings| Box::new(ergoline::link(variant(settings))),
    models: models_of_machines::ERGOLINE,
    unsure: "the rate in P10; every time; its range (25 to 400 W); how fast it follows",
};

/// Daum, classic.
pub const DAUM_CLASSIC: Family = Family {
    id: "daum-classic",
    devices: "Daum ergo_bike 8008, 8080 and other classic cockpits",
    role: CYCLE,
    lines: &[
        LineSettings::plain(protocols::daum_classic::BAUD),
        LineSettings::plain(protocols::daum_classic::OLD_BAUD),
    ],
    settings: &[
        Setting {
            key: "address",
            values: &["0..=255"],
            what: "the cockpit's address; 0 without it",
            required: false,
        },
        Setting {
            key: "dialect",
            values: &["current", "old"],
            what: "which generation of cockpits; current without it",
            required: false,
        },
    ],
    link: |settings| Box::new(daum_classic::link(cockpit(settings))),
    models: models_of_machines::DAUM_CLASSIC,
    unsure: "silence as the end of a message; stray bytes are passed over; its greatest load (400 W); how fast it follows",
};

/// Daum, premium.
pub const DAUM_PREMIUM: Family = Family {
    id: "daum-premium",
    devices: "Daum premium 8i; ergo_run (read alone)",
    role: CYCLE,
    lines: &[LineSettings::plain(protocols::daum_premium::BAUD)],
    settings: &[],
    link: |_| Box::new(daum_premium::link()),
    models: models_of_machines::DAUM_PREMIUM,
    unsure: "the line's rate; its range (25 to 800 W); how fast it follows",
};

/// Kettler.
pub const KETTLER: Family = Family {
    id: "kettler",
    devices: "Kettler ergometers in PC mode",
    role: CYCLE,
    lines: &[
        LineSettings::plain(protocols::kettler::BAUD),
        LineSettings::plain(57_600),
        LineSettings::plain(38_400),
        LineSettings::plain(115_200),
    ],
    settings: &[],
    link: |_| Box::new(kettler::link()),
    models: models_of_machines::KETTLER,
    unsure: "its step (5 W); how fast it follows; that it keeps its load",
};

/// Monark.
pub const MONARK: Family = Family {
    id: "monark",
    devices: "Monark 839E, LC and LC NOVO in PC mode; LT2 (read alone)",
    role: CYCLE,
    lines: &[
        LineSettings::plain(protocols::monark::BAUD),
        LineSettings::plain(9_600),
    ],
    settings: &[],
    link: |_| Box::new(monark::link()),
    models: models_of_machines::MONARK,
    unsure: "what it answers to a load; its range (20 to 1000 W); how fast it follows",
};

/// `RacerMate`.
pub const COMPUTRAINER: Family = Family {
    id: "computrainer",
    devices: "RacerMate CompuTrainer",
    role: CYCLE,
    lines: &[LineSettings::plain(protocols::computrainer::BAUD)],
    settings: &[],
    link: |_| Box::new(computrainer::link()),
    models: models_of_machines::COMPUTRAINER,
    unsure: "what it does when the host falls silent; how fast it follows",
};

/// `WaterRower`.
pub const WATERROWER: Family = Family {
    id: "waterrower",
    devices: "WaterRower S4 and S5 monitors (read alone)",
    role: CYCLE,
    lines: &[
        LineSettings::plain(protocols::waterrower::BAUD),
        LineSettings::plain(115_200),
    ],
    settings: &[],
    link: |_| Box::new(waterrower::link()),
    models: models_of_machines::WATERROWER,
    unsure: "its times; the order of two bytes; that a speed that stands still means rest",
};

/// Bluetooth's indoor bike.
pub const BLE_2AD2: Family = Family {
    id: "ble-2ad2",
    devices: "Bluetooth indoor bikes behind a serial bridge (read alone)",
    role: CYCLE,
    lines: &[LineSettings::plain(ble_2ad2::BAUD)],
    settings: &[],
    link: |_| Box::new(ble_2ad2::link()),
    models: models_of_monitors::BLE_2AD2,
    unsure: "the bridge's line and how it writes values",
};

fn variant(settings: &Settings) -> Variant {
    settings
        .get("variant")
        .and_then(Variant::from_name)
        .unwrap_or_default()
}

fn cockpit(settings: &Settings) -> Cockpit {
    let address = settings.number("address");
    Cockpit {
        address: address
            .and_then(|address| u8::try_from(address).ok())
            .unwrap_or_default(),
        dialect: settings
            .get("dialect")
            .and_then(Dialect::from_name)
            .unwrap_or_default(),
    }
}
