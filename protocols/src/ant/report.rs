//! What pages tell in every protocol's terms, by the channels of this project: 0 straps, 1 power meters, 2 fitness equipment.
//! From other channels, and from bursts, nothing is taken.

use crate::exact::{Exact, unless_held};
use crate::vocabulary::number::floor_to_u16;
use crate::vocabulary::{RevolutionsPerMinute, Watts};
use crate::wire::{Field, Report};

use super::channel::Profile;
use super::control::ControlPage;
use super::data::{Data, DataKind};
use super::fitness::{FitnessPage, StridingMachine};
use super::heart_rate::HeartRatePage;
use super::host::HostMessage;
use super::power::PowerPage;
use super::radio::RadioMessage;

impl RadioMessage {
    /// The readings it carries; `None` where it carries none.
    #[must_use]
    pub fn report(&self) -> Option<Report<'static>> {
        let Self::Data(data) = self else {
            return None;
        };
        match data.profile()? {
            Profile::HeartRate => {
                let page = HeartRatePage::from_bytes(data.page);
                Some(Report {
                    heart_rate: page.heart_rate().map_or(Field::Missing, Field::Present),
                    ..Report::named("heart_rate")
                })
            }
            Profile::BikePower => {
                let PowerPage::Standard(page) = PowerPage::from_bytes(data.page) else {
                    return None;
                };
                Some(effort("standard_power", page.cadence, Some(page.power)))
            }
            Profile::FitnessEquipment => FitnessPage::from_bytes(data.page).report(),
        }
    }
}

impl HostMessage {
    /// What it asks of a machine; `None` where it asks nothing that a reading has a name for.
    #[must_use]
    pub fn report(&self) -> Option<Report<'static>> {
        match self.control_page()? {
            page @ ControlPage::TargetPower(_) => {
                let whole = page.power().and_then(floor_to_u16).and_then(Watts::new);
                Some(Report {
                    power: field(whole),
                    ..Report::named("target_power")
                })
            }
            ControlPage::Track(track) => Some(Report {
                grade: field(track.grade()),
                ..Report::named("track")
            }),
            ControlPage::BasicResistance(_)
            | ControlPage::Wind(_)
            | ControlPage::Request { .. }
            | ControlPage::Other(_) => None,
        }
    }

    /// What the report cannot carry: quarters of a watt.
    #[must_use]
    pub fn exact(&self) -> Exact {
        let asked = self.control_page().and_then(|page| page.power());
        let power_watts = asked.and_then(|watts| unless_held(watts, Some(libm::floor(watts))));
        Exact {
            power_watts,
            ..Exact::NONE
        }
    }

    /// The page for a machine that it carries.
    #[must_use]
    pub fn control_page(&self) -> Option<ControlPage> {
        let Self::Data(data) = self else {
            return None;
        };
        (data.profile() == Some(Profile::FitnessEquipment))
            .then(|| ControlPage::from_bytes(data.page))
    }
}

impl Data {
    /// The profile whose page this is; `None` for bursts and on channels that this project does not use.
    #[must_use]
    pub const fn profile(&self) -> Option<Profile> {
        match self.kind {
            DataKind::Broadcast | DataKind::Acknowledged => Profile::of_channel(self.channel),
            DataKind::Burst(_) => None,
        }
    }
}

impl FitnessPage {
    fn report(&self) -> Option<Report<'static>> {
        match self {
            Self::General(page) => Some(Report {
                speed: field(page.speed()),
                heart_rate: field(page.heart_rate()),
                ..Report::named("general")
            }),
            Self::Settings(page) => Some(Report {
                grade: field(page.grade()),
                ..Report::named("settings")
            }),
            Self::Treadmill(page) => Some(Report {
                cadence: cadence(page.cadence),
                ..Report::named("treadmill")
            }),
            Self::Striding(page) => {
                let name = match page.machine {
                    StridingMachine::Elliptical => "elliptical",
                    StridingMachine::StationaryBike => "stationary_bike",
                    StridingMachine::Rower => "rower",
                    StridingMachine::Climber => "climber",
                    StridingMachine::Skier => "skier",
                };
                Some(effort(name, page.cadence, page.power))
            }
            Self::Trainer(page) => Some(effort("trainer", page.cadence, page.power)),
            Self::Metabolic(_)
            | Self::TrainerTorque(_)
            | Self::Capabilities(_)
            | Self::CommandStatus(_)
            | Self::Common(_)
            | Self::Other(_) => None,
        }
    }
}

fn effort(name: &'static str, turns: Option<u8>, power: Option<u16>) -> Report<'static> {
    Report {
        cadence: cadence(turns),
        power: field(power.and_then(Watts::new)),
        ..Report::named(name)
    }
}

fn cadence(turns: Option<u8>) -> Field<RevolutionsPerMinute> {
    field(turns.and_then(|turns| RevolutionsPerMinute::new(turns.into())))
}

fn field<T>(value: Option<T>) -> Field<T> {
    value.map_or(Field::Missing, Field::Present)
}
