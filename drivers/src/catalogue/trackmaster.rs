//! Trackmaster and RAM/Medisoft treadmills.

use protocols::trackmaster;
use protocols::trackmaster::SpeedUnit;
use protocols::vocabulary::MachineKind;

use super::decoding::{End, decoding};
use super::{Family, Model, Role, Setting, Settings};
use crate::machines::trackmaster::TrackmasterLink;
use crate::port::LineSettings;
use crate::virtual_devices::trackmaster::VirtualTrackmaster;

/// The family.
pub const FAMILY: Family = Family {
    id: "trackmaster",
    devices: "Trackmaster and RAM/Medisoft medical treadmills",
    role: Role::Machine(&[MachineKind::Treadmill]),
    lines: &[
        LineSettings::plain(trackmaster::BAUD),
        LineSettings::plain(9_600),
    ],
    settings: &[SPEED_UNIT],
    link: |settings| Box::new(TrackmasterLink::new(speed_unit(settings))),
    decode_settings: &[Setting {
        key: "speed_unit",
        values: &["mph", "km/h"],
        what: "what the treadmill counts speed in; without it speeds are missing",
        required: false,
    }],
    decode: |from, settings| {
        let unit = settings.get("speed_unit").and_then(SpeedUnit::from_name);
        match from {
            End::Host => decoding(
                trackmaster::HostDecoder::new(unit),
                trackmaster::HostMessage::report,
            ),
            End::Device => decoding(
                trackmaster::MachineDecoder::new(unit),
                trackmaster::MachineMessage::report,
            ),
        }
    },
    ear: None,
    models: &[Model {
        id: "trackmaster",
        what: "Trackmaster treadmill with its watchdog",
        build: |now, settings| Box::new(VirtualTrackmaster::new(now, speed_unit(settings))),
    }],
    wiring: "DE-9: 2 transmit, 3 receive, 5 ground, no handshake; or USB mini-B, an FTDI chip inside",
    source: "makers' service manuals (Trackmaster, GE T2100-ST, RAM/Medisoft), the library trackmaster 0.1.1",
    tried: "virtual device",
    unsure: "ranges, acceleration and answer time are assumed",
};

const SPEED_UNIT: Setting = Setting {
    key: "speed_unit",
    values: &["mph", "km/h"],
    what: "what its display counts speed in",
    required: true,
};

fn speed_unit(settings: &Settings) -> SpeedUnit {
    settings
        .get("speed_unit")
        .and_then(SpeedUnit::from_name)
        .unwrap_or(SpeedUnit::MilesPerHour)
}
