//! CSAFE fitness machines of most makers, and Concept2 monitors.

use protocols::csafe;
use protocols::vocabulary::MachineKind;

use super::decoding::{End, decoding};
use super::{Family, Model, Role, Setting};
use crate::machines::csafe::{CsafeLink, CsafeProfile};
use crate::port::LineSettings;
use crate::virtual_devices::csafe::{CsafeModel, VirtualCsafe};

/// The family.
pub const FAMILY: Family = Family {
    id: "csafe",
    devices: "fitness machines of most makers; Concept2 monitors (reads alone)",
    role: Role::Machine(&[MachineKind::Cycle, MachineKind::Treadmill]),
    lines: &[LineSettings::plain(9_600)],
    settings: &[Setting {
        key: "kind",
        values: &["cycle", "treadmill"],
        what: "which machine it is",
        required: true,
    }],
    link: |settings| {
        Box::new(CsafeLink::new(match settings.get("kind") {
            Some("treadmill") => CsafeProfile::Treadmill,
            _ => CsafeProfile::Bike,
        }))
    },
    decode_settings: &[],
    decode: |from, _| match from {
        End::Host => decoding(csafe::HostDecoder::new(), csafe::HostFrame::report),
        End::Device => decoding(csafe::MachineDecoder::new(), csafe::MachineFrame::report),
    },
    ear: None,
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
    wiring: "RJ45 at the console, RS-232 levels: 3 data from the machine, 4 data to it, 7 and 8 ground; **5 is a supply of 5 to 10 V, leave it open**; some consoles send only while 6 (their CTS) is held: RTS to it. Recalled: meter before wiring",
    source: "Concept2's published definition, a console's firmware and hosts (Cyclops, csafe-fitness, qdomyos-zwift), a captured log; the FitLinxx text was not read",
    tried: "virtual device",
    unsure: "the line's rate is recalled; ranges, slew and time-outs are assumed; which commands a console takes is found out",
};
