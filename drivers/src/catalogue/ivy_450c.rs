//! Ivy 450C.

use protocols::ivy_450c;

use super::decoding::{End, decoding, nothing_sent};
use super::{Family, Model, Role, Setting};
use crate::detect::ears::{Ear, Proof, counted};
use crate::monitors::{self, ClipOn, Ivy450cLink};
use crate::port::LineSettings;
use crate::virtual_devices::monitors::ivy_450c::Ivy450c;

/// The family.
pub const FAMILY: Family = Family {
    id: "ivy-450c",
    devices: "Ivy 450C vital-signs monitor: ECG rate, and a saturation",
    role: Role::HeartRate,
    lines: &[LineSettings::plain(9_600)],
    settings: &[CLIP],
    link: |settings| {
        Box::new(Ivy450cLink::of(monitors::Ivy450c::new(
            match settings.get(CLIP.key) {
                Some("patient") => ClipOn::Patient,
                _ => ClipOn::Nobody,
            },
        )))
    },
    decode_settings: &[],
    decode: |from, _| match from {
        End::Host => nothing_sent(),
        End::Device => decoding(ivy_450c::FrameDecoder::new(), |frame| Some(frame.report())),
    },
    ear: Some(Ear::of(Proof::Checked, 2, || {
        counted(ivy_450c::FrameDecoder::new())
    })),
    models: MODELS,
    wiring: "RS-232: transmit and ground are enough, it speaks unasked; pins by its manual; no handshake",
    source: "a public recording, a program (mdpnp)",
    tried: "virtual device",
    unsure: "averaging; the texts of alarms; silence after 3 s",
};

const MODELS: &[Model] = &[Model {
    id: "ivy-450c",
    what: "Ivy 450C vital-signs monitor",
    build: |now, _| Box::new(Ivy450c::switch_on(now)),
}];

const CLIP: Setting = Setting {
    key: "clip",
    values: &["patient", "nobody"],
    what: "who wears the monitor's own finger clip; nobody without it, and then its saturation is not told",
    required: false,
};
