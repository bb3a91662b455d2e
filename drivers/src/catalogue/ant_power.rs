//! Power meters by an ANT radio: the wire is that of `ant`, the sensor is a machine's.

use protocols::ant;
use protocols::vocabulary::MachineKind;

use super::ant::{DEVICE_NUMBER, NETWORK_KEY, decode, device_number, sensor};
use super::{Family, Model, Role};
use crate::monitors::{Ant, AntPowerLink};
use crate::port::LineSettings;
use crate::virtual_devices::monitors::ant::Ant as Radio;

/// The family.
pub const FAMILY: Family = Family {
    id: "ant-power",
    devices: "ANT+ power meters on cycles by an ANT radio (read alone); without network key and device number it stays silent",
    role: Role::Machine(&[MachineKind::Cycle]),
    lines: &[
        LineSettings::plain(ant::STICK_BAUD),
        LineSettings::plain(ant::MODULE_BAUD),
    ],
    settings: &[NETWORK_KEY, DEVICE_NUMBER],
    link: |settings| Box::new(AntPowerLink::of(Ant::new(sensor(settings)))),
    decode_settings: &[],
    decode,
    // A radio is known as such; who is behind it, it does not say unasked.
    ear: None,
    models: MODELS,
    wiring: "as `ant`",
    source: "hosts' code (GoldenCheetah, FortiusANT, openant, Auuki), which quote the ANT+ texts",
    tried: "virtual device",
    unsure: "that every meter sends page 16; the codes 8 and 9; that USB sticks talk as a tty; silence after 3 s",
};

const MODELS: &[Model] = &[Model {
    id: "ant-power",
    what: "ANT stick with a power meter near it, of the number that device_number says, on a cycle whose brake is set by hand",
    build: |now, settings| Box::new(Radio::with_power_meter(now, device_number(settings))),
}];
