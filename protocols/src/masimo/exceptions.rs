//! What the device says about its own values: the bits of `EXC` and `ALARM`.

use crate::quality_words::{flag_set, flag_words};

flag_words! {
    /// The bits of `EXC` that have a word (001 to 800 by the Rad-8's manual, the others read in mdpnp's driver), and the good
    /// state. Others say nothing about the values.
    Exceptions(u32) {
        /// There is no sensor.
        NO_SENSOR = 0x00_0001 => "sensor_disconnected";
        /// The sensor is defective.
        DEFECTIVE_SENSOR = 0x00_0002 => "sensor_fault";
        /// The pulse is weak.
        LOW_PERFUSION = 0x00_0004 => "low_perfusion";
        /// The device searches for a pulse.
        PULSE_SEARCH = 0x00_0008 => "searching";
        /// Interference.
        INTERFERENCE = 0x00_0010 => "artefact";
        /// The sensor is off the patient.
        SENSOR_OFF = 0x00_0020 => "sensor_off";
        /// Too much light of the room.
        AMBIENT_LIGHT = 0x00_0040 => "ambient_light";
        /// The sensor is not recognised.
        UNRECOGNISED_SENSOR = 0x00_0080 => "sensor_fault";
        /// Low signal IQ.
        LOW_SIGNAL_QUALITY = 0x00_0400 => "low_signal_quality";
        /// The device's algorithm runs: the good state.
        RUNNING = 0x00_0800;
        /// There is no cable.
        NO_CABLE = 0x00_1000 => "sensor_disconnected";
        /// The cable is defective.
        DEFECTIVE_CABLE = 0x01_0000 => "sensor_fault";
    }
}

flag_set! {
    /// The bits of `ALARM`: the device's own limits, none of which says anything about its values.
    Alarms(u16) {
        /// Saturation above its limit.
        SATURATION_HIGH = 0x0001;
        /// Saturation below its limit.
        SATURATION_LOW = 0x0002;
        /// Rate above its limit.
        RATE_HIGH = 0x0004;
        /// Rate below its limit.
        RATE_LOW = 0x0008;
        /// An alarm sounds.
        ACTIVE = 0x0010;
        /// Alarms are silenced.
        SILENCED = 0x0020;
        /// Low battery.
        LOW_BATTERY = 0x0040;
    }
}
