//! Every device family that a gym can have: a file here and one line of [`FAMILIES`] each, with what its link, its decoders and its virtual
//! devices are made by.
//!
//! Promises: an id is that of the protocol everywhere, in the configuration, on the command line and in the device table. What the wire
//! does not say (a unit, an address, a variant) is a [`Setting`] with its words; a family that needs one says so.
//!
//! Deliberately absent: what a family's bytes mean (`protocols`), and the questions by which it is found on a port (`detect`).

mod decoding;
mod settings;

pub mod ant;
pub mod ant_power;
pub mod bci_5;
pub mod ble_2a37;
pub mod ble_2a5f;
pub mod ble_2ad2;
pub mod computrainer;
pub mod contec_5;
pub mod contec_9;
pub mod csafe;
pub mod daum_classic;
pub mod daum_premium;
pub mod ergoline;
pub mod ivy_450c;
pub mod kettler;
pub mod masimo;
pub mod medlab_ecg;
pub mod monark;
pub mod nellcor;
pub mod nonin_ascii;
pub mod nonin_df1;
pub mod nonin_df13;
pub mod nonin_df2;
pub mod nonin_df7;
pub mod nonin_df8;
pub mod polar_hrmi;
pub mod trackmaster;
pub mod waterrower;
pub mod woodway;
pub mod zephyr_hxm;

use protocols::vocabulary::{MachineKind, Timestamp};

use crate::detect::Ear;
use crate::link::Link;
use crate::port::LineSettings;
use crate::virtual_devices::VirtualDevice;

pub use decoding::{Decode, End, Told};
pub use settings::{Setting, Settings};

/// All of them, machines first, in the order in which people are shown them.
pub const FAMILIES: &[Family] = &[
    csafe::FAMILY,
    trackmaster::FAMILY,
    woodway::FAMILY,
    ergoline::FAMILY,
    daum_classic::FAMILY,
    daum_premium::FAMILY,
    kettler::FAMILY,
    monark::FAMILY,
    computrainer::FAMILY,
    waterrower::FAMILY,
    ble_2ad2::FAMILY,
    ant_power::FAMILY,
    nonin_df1::FAMILY,
    nonin_df2::FAMILY,
    nonin_df7::FAMILY,
    nonin_df8::FAMILY,
    nonin_df13::FAMILY,
    nonin_ascii::FAMILY,
    contec_5::FAMILY,
    contec_9::FAMILY,
    bci_5::FAMILY,
    masimo::FAMILY,
    nellcor::FAMILY,
    zephyr_hxm::FAMILY,
    polar_hrmi::FAMILY,
    ant::FAMILY,
    ivy_450c::FAMILY,
    medlab_ecg::FAMILY,
    ble_2a37::FAMILY,
    ble_2a5f::FAMILY,
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
    /// What [`Self::decode`] has to be told.
    pub decode_settings: &'static [Setting],
    /// Begins to read what one end sends, without a link.
    pub decode: fn(End, &Settings) -> Box<dyn Decode>,
    /// How it is known by what it says unasked; `None` where it says nothing, or nothing by which it is known.
    pub ear: Option<Ear>,
    /// The virtual devices of this family; the first stands in for it in a virtual gym.
    pub models: &'static [Model],
    /// How it is wired: plug, pins, levels, handshake lines, supply, as far as its sheet says.
    pub wiring: &'static str,
    /// Where what is known of it was read.
    pub source: &'static str,
    /// Against what it was tried.
    pub tried: &'static str,
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
    use protocols::daum_classic::Dialect;
    use protocols::ergoline::{self, Variant};
    use protocols::monark;
    use protocols::trackmaster::SpeedUnit;

    use super::*;

    #[test]
    fn every_value_of_a_setting_means_something_to_the_decoder() {
        let known = |id: &str, key: &str, means: fn(&str) -> bool| {
            let settings = Family::by_id(id).expect("a family").decode_settings;
            let setting = settings.iter().find(|setting| setting.key == key);
            let values = setting.expect("a setting").values;
            let known = values.iter().filter(|value| means(value));
            (values.len(), known.count())
        };
        let unit = |value: &str| SpeedUnit::from_name(value).is_some();
        assert_eq!(known("trackmaster", "speed_unit", unit), (2, 2));
        let variant = |value: &str| Variant::from_name(value).is_some();
        assert_eq!(known("ergoline", "variant", variant), (3, 3));
        let dialect = |value: &str| Dialect::from_name(value).is_some();
        assert_eq!(known("daum-classic", "dialect", dialect), (2, 2));
        // The others carry no reading.
        let asked = |value: &str| ergoline::Asked::from_name(value).is_some();
        assert_eq!(known("ergoline", "asked", asked), (10, 1));
        let asked = |value: &str| monark::Asked::from_name(value).is_some();
        assert_eq!(known("monark", "asked", asked), (6, 3));
    }

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
