//! The virtual devices that there are, by the names of the command line.

use drivers::virtual_devices::csafe::{CsafeModel, VirtualCsafe};
use drivers::virtual_devices::trackmaster::VirtualTrackmaster;
use drivers::virtual_devices::{VirtualDevice, VirtualNoninDf2, VirtualZephyrHxm};
use protocols::trackmaster::SpeedUnit;
use protocols::vocabulary::Timestamp;
use protocols::{nonin_df2, trackmaster, zephyr_hxm};

use crate::commands::settings::{Setting, Settings};

/// Every device, in the order in which `--list` names them.
pub(super) const MODELS: &[Model] = &[
    csafe(
        "csafe-bike",
        "CSAFE bike that takes power while in use (also by the name csafe)",
        |_, _| machine(VirtualCsafe::new(CsafeModel::ControllableBike)),
    ),
    csafe(
        "csafe-treadmill",
        "CSAFE treadmill that takes speed and grade while in use",
        |_, _| machine(VirtualCsafe::new(CsafeModel::ControllableTreadmill)),
    ),
    csafe(
        "csafe-console-bike",
        "CSAFE bike whose console refuses power while in use, and is silent about it",
        |_, _| machine(VirtualCsafe::new(CsafeModel::ConsoleBike)),
    ),
    csafe(
        "csafe-console-treadmill",
        "CSAFE treadmill whose console refuses speed and grade while in use",
        |_, _| machine(VirtualCsafe::new(CsafeModel::ConsoleTreadmill)),
    ),
    csafe(
        "csafe-concept2",
        "Concept2 monitor: load is the damper's and the patient's, never the host's",
        |_, _| machine(VirtualCsafe::new(CsafeModel::Concept2)),
    ),
    Model {
        id: "trackmaster",
        what: "Trackmaster treadmill with its watchdog",
        line_rate: trackmaster::BAUD,
        settings: &[Setting {
            key: "speed_unit",
            values: &["mph", "km/h"],
            what: "what it counts speed in; mph without it",
        }],
        build: |now, settings| {
            let unit = settings.get("speed_unit").and_then(SpeedUnit::from_name);
            let unit = unit.unwrap_or(SpeedUnit::MilesPerHour);
            machine(VirtualTrackmaster::new(now, unit))
        },
    },
    Model {
        id: "nonin-df2",
        what: "Nonin oximeter that sends data format 2",
        line_rate: nonin_df2::BAUD,
        settings: &[],
        build: |now, _| monitor(VirtualNoninDf2::new(now)),
    },
    Model {
        id: "zephyr-hxm",
        what: "Zephyr HxM BT heart-rate strap",
        line_rate: zephyr_hxm::BAUD,
        settings: &[],
        build: |now, _| monitor(VirtualZephyrHxm::new(now)),
    },
];

/// The rate of a CSAFE line in baud (recalled; all public hosts use it).
const CSAFE_LINE_RATE: u32 = 9_600;

/// One virtual device to choose.
pub(super) struct Model {
    /// Its name on the command line.
    pub(super) id: &'static str,
    /// What it is, in one line.
    pub(super) what: &'static str,
    /// The rate of its line, in baud.
    pub(super) line_rate: u32,
    /// What can be set.
    pub(super) settings: &'static [Setting],
    /// Switches one on.
    pub(super) build: fn(Timestamp, &Settings) -> Built,
}

/// A device that has been switched on.
pub(super) enum Built {
    /// The patient is on it.
    Machine(Box<dyn VirtualDevice>),
    /// The patient wears it, and is on no machine.
    Monitor(Box<dyn VirtualDevice>),
}

impl Model {
    /// The device of a name.
    pub(super) fn by_id(id: &str) -> Option<&'static Self> {
        let id = if id == "csafe" { "csafe-bike" } else { id };
        MODELS.iter().find(|model| model.id == id)
    }
}

/// All names, for people.
pub(super) fn known_ids() -> String {
    let ids: Vec<&str> = MODELS.iter().map(|model| model.id).collect();
    ids.join(", ")
}

const fn csafe(
    id: &'static str,
    what: &'static str,
    build: fn(Timestamp, &Settings) -> Built,
) -> Model {
    Model {
        id,
        what,
        line_rate: CSAFE_LINE_RATE,
        settings: &[],
        build,
    }
}

fn machine(device: impl VirtualDevice + 'static) -> Built {
    Built::Machine(Box::new(device))
}

fn monitor(device: impl VirtualDevice + 'static) -> Built {
    Built::Monitor(Box::new(device))
}
