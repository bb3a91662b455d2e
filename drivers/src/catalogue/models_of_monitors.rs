//! The virtual monitors to choose from, a table for each family; the first of each stands in for it in a virtual gym.

use super::{Model, Settings};
use crate::virtual_devices::VirtualNoninDf2;
use crate::virtual_devices::monitors::ant::Ant;
use crate::virtual_devices::monitors::bci_5::{self, Bci5};
use crate::virtual_devices::monitors::ble_2a5f::Ble2a5f;
use crate::virtual_devices::monitors::ble_2a37::{Ble2a37, Strap};
use crate::virtual_devices::monitors::ble_2ad2::{Ble2ad2, Receiver};
use crate::virtual_devices::monitors::contec_5::{Contec5, FingerOut};
use crate::virtual_devices::monitors::contec_9::{Contec9, Index};
use crate::virtual_devices::monitors::ivy_450c::Ivy450c;
use crate::virtual_devices::monitors::masimo::{Form, Masimo};
use crate::virtual_devices::monitors::medlab_ecg::{MedlabEcg, Respiration};
use crate::virtual_devices::monitors::nellcor::Nellcor;
use crate::virtual_devices::monitors::nonin::{Commands, Format, Nonin};
use crate::virtual_devices::monitors::nonin_ascii::{NoninAscii, Printer};
use crate::virtual_devices::monitors::polar_hrmi::{Firmware, PolarHrmi};

/// Nonin, data format 1.
pub const NONIN_DF1: &[Model] = &[
    Model {
        id: "nonin-df1",
        what: "Nonin oximeter that sends data format 1, its format chosen by a pin: it ignores commands (recalled)",
        build: |now, _| Box::new(Nonin::switch_on(now, Format::Df1, Commands::Ignored)),
    },
    Model {
        id: "nonin-df1-commands",
        what: "Nonin oximeter that sends data format 1 until it is told another",
        build: |now, _| Box::new(Nonin::switch_on(now, Format::Df1, Commands::Answered)),
    },
];

/// Nonin, data format 2.
pub const NONIN_DF2: &[Model] = &[
    Model {
        id: "nonin-df2",
        what: "Nonin oximeter that sends data format 2",
        build: |now, _| Box::new(VirtualNoninDf2::new(now)),
    },
    Model {
        id: "nonin-df2-commands",
        what: "Nonin WristOx2 that sends data format 2 until it is told another",
        build: |now, _| Box::new(Nonin::switch_on(now, Format::Df2, Commands::Answered)),
    },
    Model {
        id: "nonin-df2-pin",
        what: "Nonin OEM III with data format 2 chosen by a pin: it ignores commands (recalled)",
        build: |now, _| Box::new(Nonin::switch_on(now, Format::Df2, Commands::Ignored)),
    },
];

/// Nonin, data format 7.
pub const NONIN_DF7: &[Model] = &[
    Model {
        id: "nonin-df7",
        what: "Nonin WristOx2 that sends data format 7 until it is told another",
        build: |now, _| Box::new(Nonin::switch_on(now, Format::Df7, Commands::Answered)),
    },
    Model {
        id: "nonin-df7-pin",
        what: "Nonin OEM III with data format 7 chosen by a pin: it ignores commands (recalled)",
        build: |now, _| Box::new(Nonin::switch_on(now, Format::Df7, Commands::Ignored)),
    },
];

/// Nonin, data format 8.
pub const NONIN_DF8: &[Model] = &[Model {
    id: "nonin-df8",
    what: "Nonin WristOx2 that sends data format 8 until it is told another",
    build: |now, _| Box::new(Nonin::switch_on(now, Format::Df8, Commands::Answered)),
}];

/// Nonin, data format 13.
pub const NONIN_DF13: &[Model] = &[Model {
    id: "nonin-df13",
    what: "Nonin WristOx2 that sends a spot check for each finger until it is answered",
    build: |now, _| Box::new(Nonin::switch_on(now, Format::Df13, Commands::Answered)),
}];

/// Nonin, printed lines.
pub const NONIN_ASCII: &[Model] = &[
    Model {
        id: "nonin-ascii",
        what: "Nonin Avant 4000, which prints a line a second",
        build: |now, _| Box::new(NoninAscii::switch_on(now, Printer::Avant)),
    },
    Model {
        id: "nonin-ascii-8600",
        what: "Nonin 8600, which prints the time of day before its numbers",
        build: |now, _| Box::new(NoninAscii::switch_on(now, Printer::Model8600)),
    },
    Model {
        id: "nonin-ascii-9847",
        what: "Nonin 9847, which prints the time of day and marks breaths",
        build: |now, _| Box::new(NoninAscii::switch_on(now, Printer::Model9847)),
    },
];

/// Contec, five bytes.
pub const CONTEC_5: &[Model] = &[
    Model {
        id: "contec-5",
        what: "Contec CMS50D of older firmware",
        build: |now, _| Box::new(Contec5::switch_on(now, FingerOut::Codes)),
    },
    Model {
        id: "contec-5-zeros",
        what: "Contec CMS50D whose firmware sends zeros while the finger is out",
        build: |now, _| Box::new(Contec5::switch_on(now, FingerOut::Zeros)),
    },
];

/// Contec, protocol V7.0.
pub const CONTEC_9: &[Model] = &[
    Model {
        id: "contec-9",
        what: "Contec CMS50D+ from firmware 4.6, without a perfusion index",
        build: |now, _| Box::new(Contec9::switch_on(now, Index::Unsupported)),
    },
    Model {
        id: "contec-9-index",
        what: "Contec CMS50FW with a perfusion index",
        build: |now, _| Box::new(Contec9::switch_on(now, Index::Supported)),
    },
];

/// BCI.
pub const BCI_5: &[Model] = &[
    Model {
        id: "bci-5",
        what: "BCI oximeter",
        build: |now, _| Box::new(Bci5::switch_on(now, bci_5::Dialect::Bci)),
    },
    Model {
        id: "bci-5-oem",
        what: "board in BCI's format whose bit for the probe says that the saturation falls, and that sends zeros for none",
        build: |now, _| Box::new(Bci5::switch_on(now, bci_5::Dialect::Oem)),
    },
];

/// Masimo.
pub const MASIMO: &[Model] = &[
    Model {
        id: "masimo",
        what: "Masimo Rad-8 that prints ASCII 1",
        build: |now, _| Box::new(Masimo::switch_on(now, Form::Rad8)),
    },
    Model {
        id: "masimo-radical-7",
        what: "Masimo Radical-7 that prints ASCII 1 in its longer form",
        build: |now, _| Box::new(Masimo::switch_on(now, Form::Radical7)),
    },
    Model {
        id: "masimo-ascii-2",
        what: "Masimo Rad-8 whose output is left at ASCII 2",
        build: |now, _| Box::new(Masimo::switch_on(now, Form::Ascii2)),
    },
];

/// Nellcor.
pub const NELLCOR: &[Model] = &[Model {
    id: "nellcor",
    what: "Nellcor bench oximeter with its data port set to ASCII",
    build: |now, _| Box::new(Nellcor::switch_on(now)),
}];

/// Polar straps by the HRMI board.
pub const POLAR_HRMI: &[Model] = &[
    Model {
        id: "polar-hrmi",
        what: "HRMI board that receives a Polar strap",
        build: |now, _| Box::new(PolarHrmi::switch_on(now, Firmware::Rates)),
    },
    Model {
        id: "polar-hrmi-periods",
        what: "HRMI board of the second firmware, which answers by periods between beats",
        build: |now, _| Box::new(PolarHrmi::switch_on(now, Firmware::Periods)),
    },
];

/// Ivy 450C.
pub const IVY_450C: &[Model] = &[Model {
    id: "ivy-450c",
    what: "Ivy 450C vital-signs monitor",
    build: |now, _| Box::new(Ivy450c::switch_on(now)),
}];

/// Medlab.
pub const MEDLAB_ECG: &[Model] = &[
    Model {
        id: "medlab-ecg",
        what: "Medlab EG01010 ECG board with protocol 1",
        build: |now, _| Box::new(MedlabEcg::switch_on(now, Respiration::Absent)),
    },
    Model {
        id: "medlab-ecg-respiration",
        what: "Medlab EG01010 ECG board with the board for respiration",
        build: |now, _| Box::new(MedlabEcg::switch_on(now, Respiration::Fitted)),
    },
];

/// Bluetooth heart rate through a serial bridge.
pub const BLE_2A37: &[Model] = &[
    Model {
        id: "ble-2a37",
        what: "Bluetooth strap behind a serial bridge, with contact and beat intervals",
        build: |now, _| Box::new(Ble2a37::switch_on(now, Strap::Full)),
    },
    Model {
        id: "ble-2a37-rate-alone",
        what: "Bluetooth strap behind a serial bridge that tells its rate alone",
        build: |now, _| Box::new(Ble2a37::switch_on(now, Strap::RateAlone)),
    },
];

/// Bluetooth oximeter through a serial bridge.
pub const BLE_2A5F: &[Model] = &[Model {
    id: "ble-2a5f",
    what: "Bluetooth oximeter behind a serial bridge",
    build: |now, _| Box::new(Ble2a5f::switch_on(now)),
}];

/// Bluetooth bike through a serial bridge.
pub const BLE_2AD2: &[Model] = &[
    Model {
        id: "ble-2ad2",
        what: "Bluetooth bike behind a serial bridge",
        build: |now, _| Box::new(Ble2ad2::switch_on(now, Receiver::Absent)),
    },
    Model {
        id: "ble-2ad2-heart-rate",
        what: "Bluetooth bike behind a serial bridge that receives the rider's strap",
        build: |now, _| Box::new(Ble2ad2::switch_on(now, Receiver::Fitted)),
    },
];

/// ANT.
pub const ANT: &[Model] = &[
    Model {
        id: "ant",
        what: "ANT stick with a heart-rate strap near it, of the number that device_number says",
        build: |now, settings| Box::new(Ant::with_strap(now, device_number(settings))),
    },
    Model {
        id: "ant-trainer",
        what: "ANT stick with an FE-C trainer near it, of the number that device_number says",
        build: |now, settings| Box::new(Ant::with_trainer(now, device_number(settings))),
    },
];

/// The sensor's number; one of ours where none is told, as 0 is nobody's.
fn device_number(settings: &Settings) -> u16 {
    const DEFAULT: u16 = 12_345;
    let told = settings.number("device_number");
    let told = told.and_then(|number| u16::try_from(number).ok());
    told.filter(|number| *number > 0).unwrap_or(DEFAULT)
}

/// All tables, each under its family's id.
pub const ALL: &[(&str, &[Model])] = &[
    ("nonin-df1", NONIN_DF1),
    ("nonin-df2", NONIN_DF2),
    ("nonin-df7", NONIN_DF7),
    ("nonin-df8", NONIN_DF8),
    ("nonin-df13", NONIN_DF13),
    ("nonin-ascii", NONIN_ASCII),
    ("contec-5", CONTEC_5),
    ("contec-9", CONTEC_9),
    ("bci-5", BCI_5),
    ("masimo", MASIMO),
    ("nellcor", NELLCOR),
    ("polar-hrmi", POLAR_HRMI),
    ("ivy-450c", IVY_450C),
    ("medlab-ecg", MEDLAB_ECG),
    ("ble-2a37", BLE_2A37),
    ("ble-2a5f", BLE_2A5F),
    ("ble-2ad2", BLE_2AD2),
    ("ant", ANT),
];
