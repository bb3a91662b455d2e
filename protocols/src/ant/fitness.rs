//! Pages of fitness equipment (device type 17), machine to host.

mod command;
mod general;
mod motion;
mod status;

pub use command::{Capabilities, CommandOutcome, CommandStatus};
pub use general::{Equipment, General, Metabolic, RateSource, Settings};
pub use motion::{Striding, StridingMachine, TargetLimit, Trainer, TrainerTorque, Treadmill};
pub use status::{MachinePhase, MachineStatus};

use super::data::PAGE_BYTES;
use super::page::CommonPage;

/// A page. Numbers are decimal here and hexadecimal on the wire's tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FitnessPage {
    /// 16.
    General(General),
    /// 17.
    Settings(Settings),
    /// 18 (recalled).
    Metabolic(Metabolic),
    /// 19 (recalled).
    Treadmill(Treadmill),
    /// 20 to 24 (recalled, but for 21).
    Striding(Striding),
    /// 25.
    Trainer(Trainer),
    /// 26.
    TrainerTorque(TrainerTorque),
    /// 54.
    Capabilities(Capabilities),
    /// 71.
    CommandStatus(CommandStatus),
    /// 80 to 82.
    Common(CommonPage),
    /// Any other.
    Other([u8; PAGE_BYTES]),
}

const GENERAL: u8 = 0x10;
const SETTINGS: u8 = 0x11;
const METABOLIC: u8 = 0x12;
const TREADMILL: u8 = 0x13;
const ELLIPTICAL: u8 = 0x14;
const STATIONARY_BIKE: u8 = 0x15;
const ROWER: u8 = 0x16;
const CLIMBER: u8 = 0x17;
const SKIER: u8 = 0x18;
const TRAINER: u8 = 0x19;
const TRAINER_TORQUE: u8 = 0x1A;
const CAPABILITIES: u8 = 0x36;
const COMMAND_STATUS: u8 = 0x47;

impl FitnessPage {
    /// The number of the page that tells what became of a command: what a host asks for after one.
    pub const COMMAND_STATUS: u8 = COMMAND_STATUS;
    /// The number of the page that tells what the machine can do.
    pub const CAPABILITIES: u8 = CAPABILITIES;

    /// Reads a page.
    #[must_use]
    pub fn from_bytes(page: [u8; PAGE_BYTES]) -> Self {
        let [number, ..] = page;
        let striding = |machine| Self::Striding(Striding::from_bytes(machine, page));
        match number {
            GENERAL => Self::General(General::from_bytes(page)),
            SETTINGS => Self::Settings(Settings::from_bytes(page)),
            METABOLIC => Self::Metabolic(Metabolic::from_bytes(page)),
            TREADMILL => Self::Treadmill(Treadmill::from_bytes(page)),
            ELLIPTICAL => striding(StridingMachine::Elliptical),
            STATIONARY_BIKE => striding(StridingMachine::StationaryBike),
            ROWER => striding(StridingMachine::Rower),
            CLIMBER => striding(StridingMachine::Climber),
            SKIER => striding(StridingMachine::Skier),
            TRAINER => Self::Trainer(Trainer::from_bytes(page)),
            TRAINER_TORQUE => Self::TrainerTorque(TrainerTorque::from_bytes(page)),
            CAPABILITIES => Self::Capabilities(Capabilities::from_bytes(page)),
            COMMAND_STATUS => Self::CommandStatus(CommandStatus::from_bytes(page)),
            _ => CommonPage::from_bytes(page).map_or(Self::Other(page), Self::Common),
        }
    }

    /// The page as it is sent; reserved bytes are FF.
    #[must_use]
    pub fn bytes(&self) -> [u8; PAGE_BYTES] {
        match self {
            Self::General(page) => page.bytes(),
            Self::Settings(page) => page.bytes(),
            Self::Metabolic(page) => page.bytes(),
            Self::Treadmill(page) => page.bytes(),
            Self::Striding(page) => page.bytes(),
            Self::Trainer(page) => page.bytes(),
            Self::TrainerTorque(page) => page.bytes(),
            Self::Capabilities(page) => page.bytes(),
            Self::CommandStatus(page) => page.bytes(),
            Self::Common(page) => page.bytes(),
            Self::Other(page) => *page,
        }
    }

    /// Byte 7 of the pages 16 to 26.
    #[must_use]
    pub const fn status(&self) -> Option<MachineStatus> {
        match self {
            Self::General(page) => Some(page.status),
            Self::Settings(page) => Some(page.status),
            Self::Metabolic(page) => Some(page.status),
            Self::Treadmill(page) => Some(page.status),
            Self::Striding(page) => Some(page.status),
            Self::Trainer(page) => Some(page.status),
            Self::TrainerTorque(page) => Some(page.status),
            Self::Capabilities(_) | Self::CommandStatus(_) | Self::Common(_) | Self::Other(_) => {
                None
            }
        }
    }
}
