//! The monitors' lines of the catalogue.

use super::{Family, Model, Role};
use crate::monitors::{NoninDf2Link, ZephyrHxmLink};
use crate::port::LineSettings;
use crate::virtual_devices::{VirtualNoninDf2, VirtualZephyrHxm};

/// Nonin, data format 2.
pub const NONIN_DF2: Family = Family {
    id: "nonin-df2",
    devices: "Nonin OEM III, Xpod and others, with plethysmogram",
    role: Role::Oximeter,
    lines: &[LineSettings::plain(protocols::nonin_df2::BAUD)],
    settings: &[],
    link: |_| Box::new(NoninDf2Link::new()),
    models: &[Model {
        id: "nonin-df2",
        what: "Nonin oximeter that sends data format 2",
        build: |now, _| Box::new(VirtualNoninDf2::new(now)),
    }],
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
