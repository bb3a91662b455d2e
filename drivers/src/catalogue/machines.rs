//! The machines' lines of the catalogue.

use protocols::vocabulary::MachineKind;

use super::{Family, Model, Role, Setting, Settings, models_of_machines};
use crate::machines::csafe::{CsafeLink, CsafeProfile};
use crate::machines::trackmaster::{TrackmasterLink, TrackmasterSettings};
use crate::port::LineSettings;
use crate::virtual_devices::csafe::{CsafeModel, VirtualCsafe};
use crate::virtual_devices::trackmaster::VirtualTrackmaster;
use protocols::trackmaster::SpeedUnit;

/// CSAFE.
pub const CSAFE: Family = Family {
    id: "csafe",
    devices: "fitness machines of most makers; Concept2 monitors (reads alone)",
    role: Role::Machine(&[MachineKind::Cycle, MachineKind::Treadmill]),
    lines: &[LineSettings::plain(9_600)],
    settings: &[Setting {
        key: "kind",
        values: &["cycle", "treadmill"],
        what: "which machine it is; cycle without it",
        required: true,
    }],
    link: |settings| {
        Box::new(CsafeLink::new(match settings.get("kind") {
            Some("treadmill") => CsafeProfile::Treadmill,
            _ => CsafeProfile::Bike,
        }))
    },
    models: &[
        Model {
            id: "csafe-bike",
            what: "CSAFE bike that takes power while in use (also by the name csafe)",
            build: |_, _| Box::new(VirtualCsafe::new(CsafeModel::ControllableBike)),
        },
        Model {
            id: "csafe-treadmill",
            what: "CSAFE treadmill that takes speed and grade while in use",
            build: |_, _| Box::new(VirtualCsafe::new(CsafeModel::ControllableTreadmill)),
        },
        Model {
            id: "csafe-console-bike",
            what: "CSAFE bike whose console refuses power while in use, and is silent about it",
            build: |_, _| Box::new(VirtualCsafe::new(CsafeModel::ConsoleBike)),
        },
        Model {
            id: "csafe-console-treadmill",
            what: "CSAFE treadmill whose console refuses speed and grade while in use",
            build: |_, _| Box::new(VirtualCsafe::new(CsafeModel::ConsoleTreadmill)),
        },
        Model {
            id: "csafe-concept2",
            what: "Concept2 monitor: load is the damper's and the patient's, never the host's",
            build: |_, _| Box::new(VirtualCsafe::new(CsafeModel::Concept2)),
        },
    ],
    unsure: "the line's rate is recalled; ranges, slew and time-outs are assumed; which commands a console takes is found out",
};

/// Trackmaster.
pub const TRACKMASTER: Family = Family {
    id: "trackmaster",
    devices: "Trackmaster and RAM/Medisoft medical treadmills",
    role: Role::Machine(&[MachineKind::Treadmill]),
    lines: &[
        LineSettings::plain(protocols::trackmaster::BAUD),
        LineSettings::plain(9_600),
    ],
    settings: &[SPEED_UNIT],
    link: |settings| Box::new(TrackmasterLink::new(speed_unit(settings))),
    models: &[Model {
        id: "trackmaster",
        what: "Trackmaster treadmill with its watchdog",
        build: |now, settings| Box::new(VirtualTrackmaster::new(now, speed_unit(settings))),
    }],
    unsure: "ranges, acceleration and answer time are assumed",
};

/// Woodway.
pub const WOODWAY: Family = Family {
    id: "woodway",
    devices: "Woodway treadmills with the A0 command set",
    role: Role::Machine(&[MachineKind::Treadmill]),
    lines: &[LineSettings::plain(protocols::woodway::BAUD)],
    settings: &[],
    link: |_| {
        Box::new(TrackmasterLink::with_settings(
            TrackmasterSettings::woodway(),
        ))
    },
    models: models_of_machines::WOODWAY,
    unsure: "how long its timer waits, what its state byte says, its ramps and slowest speed; nothing of the maker's was read",
};

const SPEED_UNIT: Setting = Setting {
    key: "speed_unit",
    values: &["mph", "km/h"],
    what: "what it counts speed in; mph without it",
    required: true,
};

fn speed_unit(settings: &Settings) -> SpeedUnit {
    settings
        .get("speed_unit")
        .and_then(SpeedUnit::from_name)
        .unwrap_or(SpeedUnit::MilesPerHour)
}
