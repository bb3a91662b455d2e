//! Every device family that a gym can have: one line of [`FAMILIES`] each, with what its link and its virtual device are made by.
//!
//! Promises: an id is that of the protocol everywhere, in the configuration, on the command line and in the device table. What the wire
//! does not say (a unit, an address, a variant) is a [`Setting`] with its words; a family that needs one says so.
//!
//! Deliberately absent: what a family's bytes mean (`protocols`), and how it is found on a port.

mod ergometers;
mod machines;
pub mod models_of_machines;
pub mod models_of_monitors;
mod monitors;
mod settings;

use protocols::vocabulary::{MachineKind, Timestamp};

use crate::link::Link;
use crate::port::LineSettings;
use crate::virtual_devices::VirtualDevice;

pub use ergometers::*;
pub use machines::*;
pub use monitors::*;
pub use settings::{Setting, Settings};

/// All of them, machines first, in the order in which people are shown them.
pub const FAMILIES: &[Family] = &[
    CSAFE,
    TRACKMASTER,
    WOODWAY,
    ERGOLINE,
    DAUM_CLASSIC,
    DAUM_PREMIUM,
    KETTLER,
    MONARK,
    COMPUTRAINER,
    WATERROWER,
    BLE_2AD2,
    NONIN_DF1,
    NONIN_DF2,
    NONIN_DF7,
    NONIN_DF8,
    NONIN_DF13,
    NONIN_ASCII,
    CONTEC_5,
    CONTEC_9,
    BCI_5,
    MASIMO,
    NELLCOR,
    ZEPHYR_HXM,
    POLAR_HRMI,
    ANT,
    IVY_450C,
    MEDLAB_ECG,
    BLE_2A37,
    BLE_2A5F,
];

/// One protocol, as far as a gym has to know it.
#[derive(Debug, Clone, Copy)]
pub struct Family {
    /// The protocol's id.
    pub id: &'static str,
    /// Who speaks it, in one line.
    pub devices: &'static str,
    /// What it is in a gym.
    pub role: Role,
    /// How its line is set, likeliest first; never empty. A port is opened with the first unless its configuration says otherwise.
    pub lines: &'static [LineSettings],
    /// What the wire does not say.
    pub settings: &'static [Setting],
    /// Makes the link of one device. Settings have been checked against [`Self::settings`].
    pub link: fn(&Settings) -> Box<dyn Link>,
    /// The virtual devices of this family; the first stands in for it in a virtual gym.
    pub models: &'static [Model],
    /// What about it is recalled or assumed and was not read in a maker's text or a working program; empty where nothing is.
    pub unsure: &'static str,
}

/// What a device is in a gym.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It loads a patient.
    Machine(&'static [MachineKind]),
    /// It tells the heart's own rate.
    HeartRate,
    /// It tells saturation and pulse.
    Oximeter,
}

/// A virtual device to choose.
#[derive(Debug, Clone, Copy)]
pub struct Model {
    /// Its name on the command line.
    pub id: &'static str,
    /// What it is, in one line.
    pub what: &'static str,
    /// Switches one on.
    pub build: fn(Timestamp, &Settings) -> Box<dyn VirtualDevice>,
}

impl Family {
    /// The family of an id.
    #[must_use]
    pub fn by_id(id: &str) -> Option<&'static Self> {
        FAMILIES.iter().find(|family| family.id == id)
    }

    /// How its line is set if nobody says otherwise.
    #[must_use]
    pub fn line(&self) -> LineSettings {
        self.lines
            .first()
            .copied()
            .unwrap_or(LineSettings::plain(9_600))
    }

    /// The virtual device that stands in for one with these settings: the one named after its kind, or the first.
    #[must_use]
    pub fn stand_in(&self, settings: &Settings) -> Option<&'static Model> {
        let kind = settings.get("kind");
        let named = |model: &&Model| {
            let rest = model.id.strip_prefix(self.id);
            kind.is_some() && rest.and_then(|rest| rest.strip_prefix('-')) == kind
        };
        self.models
            .iter()
            .find(named)
            .or_else(|| self.models.first())
    }
}

impl Model {
    /// The model of a name, with its family.
    #[must_use]
    pub fn by_id(id: &str) -> Option<(&'static Family, &'static Self)> {
        FAMILIES.iter().find_map(|family| {
            let model = family.models.iter().find(|model| model.id == id)?;
            Some((family, model))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_families_or_models_share_a_name_and_each_can_be_made() {
        let mut ids: Vec<_> = FAMILIES.iter().map(|family| family.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), FAMILIES.len());
        let models = || FAMILIES.iter().flat_map(|family| family.models);
        let mut names: Vec<_> = models().map(|model| model.id).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), models().count());
        for family in FAMILIES {
            assert!(!family.lines.is_empty(), "{}", family.id);
            assert!(!family.models.is_empty(), "{}", family.id);
            let link = (family.link)(&Settings::default());
            let is_machine = matches!(family.role, Role::Machine(_));
            assert_eq!(link.capabilities().is_some(), is_machine, "{}", family.id);
            for model in family.models {
                let _ = (model.build)(Timestamp::ZERO, &Settings::default());
            }
        }
    }
}
