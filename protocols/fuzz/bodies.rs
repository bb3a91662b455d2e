//! What each fuzz target does with its input, the same under the fuzzer and in the ordinary tests over the committed corpus.
//!
//! The first byte of an input says in how large pieces the rest is fed. Of every decoder is asked, for any bytes: no panic, no
//! end that is not reached; the same items however the bytes are split, and after a reset; every error inside the bytes that
//! were fed; readings in the sheet's range; what was read is read the same when it is written again; and after all that a
//! valid frame is found within the sheet's bound.

#[path = "bodies/ergometers.rs"]
mod ergometers;
#[path = "bodies/laws.rs"]
mod laws;
#[path = "bodies/machines.rs"]
mod machines;
#[path = "bodies/oximeters.rs"]
mod oximeters;
#[path = "bodies/sensors.rs"]
mod sensors;
#[path = "bodies/values.rs"]
mod values;

/// One target.
pub(crate) struct Target {
    /// Its name: the protocol, and which end's bytes it takes.
    pub(crate) name: &'static str,
    /// What it does with an input.
    pub(crate) body: fn(&[u8]),
}

/// All targets. A new decoder is a row here and a corpus.
pub(crate) const TARGETS: &[Target] = &[
    target("ant_device", sensors::ant_device),
    target("ant_host", sensors::ant_host),
    target("bci_5_device", oximeters::bci_5_device),
    target("ble_2a37_device", values::ble_2a37_device),
    target("ble_2a5f_device", values::ble_2a5f_device),
    target("ble_2ad2_device", values::ble_2ad2_device),
    target("ble_2ad2_host", values::ble_2ad2_host),
    target("computrainer_device", ergometers::computrainer_device),
    target("computrainer_host", ergometers::computrainer_host),
    target("contec_5_device", oximeters::contec_5_device),
    target("contec_5_host", oximeters::contec_5_host),
    target("contec_9_device", oximeters::contec_9_device),
    target("contec_9_host", oximeters::contec_9_host),
    target("csafe_device", machines::csafe_device),
    target("csafe_host", machines::csafe_host),
    target("daum_classic_device", ergometers::daum_classic_device),
    target("daum_classic_host", ergometers::daum_classic_host),
    target("daum_premium_both", ergometers::daum_premium_both),
    target("ergoline_device", ergometers::ergoline_device),
    target("ergoline_host", ergometers::ergoline_host),
    target("gatt_bridge", values::gatt_bridge),
    target("ivy_450c_device", sensors::ivy_450c_device),
    target("kettler_device", ergometers::kettler_device),
    target("kettler_host", ergometers::kettler_host),
    target("masimo_device", oximeters::masimo_device),
    target("medlab_ecg_device", sensors::medlab_ecg_device),
    target("medlab_ecg_host", sensors::medlab_ecg_host),
    target("monark_device", ergometers::monark_device),
    target("monark_host", ergometers::monark_host),
    target("nellcor_device", oximeters::nellcor_device),
    target("nellcor_host", oximeters::nellcor_host),
    target("nonin_ascii_device", oximeters::nonin_ascii_device),
    target("nonin_df13_device", oximeters::nonin_df13_device),
    target("nonin_df13_host", oximeters::nonin_df13_host),
    target("nonin_df1_device", oximeters::nonin_df1_device),
    target("nonin_df2_device", oximeters::nonin_df2_device),
    target("nonin_df2_host", oximeters::nonin_df2_host),
    target("nonin_df7_device", oximeters::nonin_df7_device),
    target("nonin_df8_device", oximeters::nonin_df8_device),
    target("nonin_host", oximeters::nonin_host),
    target("polar_hrmi_device", sensors::polar_hrmi_device),
    target("polar_hrmi_host", sensors::polar_hrmi_host),
    target("trackmaster_device", machines::trackmaster_device),
    target("trackmaster_host", machines::trackmaster_host),
    target("waterrower_device", ergometers::waterrower_device),
    target("waterrower_host", ergometers::waterrower_host),
    target("woodway_device", machines::woodway_device),
    target("woodway_host", machines::woodway_host),
    target("zephyr_hxm_device", sensors::zephyr_hxm_device),
];

/// The target of a name.
pub(crate) fn by_name(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}

const fn target(name: &'static str, body: fn(&[u8])) -> Target {
    Target { name, body }
}
