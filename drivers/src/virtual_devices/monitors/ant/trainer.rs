//! An FE-C trainer: its pages, one a period, and what it makes of what it is told.
//!
//! It has no watchdog: on a lost link it holds its last load, as most trainers do.

use protocols::ant::{
    Capabilities, ChannelId, CommandOutcome, CommandStatus, CommonPage, ControlPage, Equipment,
    FitnessPage, General, MachinePhase, MachineStatus, PAGE_BYTES, Profile, Settings, Track,
    Trainer as TrainerPage,
};
use protocols::vocabulary::{MachineLoad, Timestamp, number};

use super::Transmitter;
use crate::virtual_devices::beats::rounded;
use crate::virtual_devices::monitors::brake::{Brake, cadence, load};
use crate::virtual_devices::stream::Moment;

/// A trainer's transmission type \[recalled\].
const TRANSMISSION_TYPE: u8 = 5;
/// Its greatest resistance, newtons: the sheet's sample.
const GREATEST_RESISTANCE: u16 = 200;
/// Its greatest power, watts \[assumed\].
const GREATEST_POWER: f64 = 1_000.0;
/// What it brakes with before it is told anything, in half per cent of its greatest resistance \[assumed\].
const FIRST_RESISTANCE: u8 = 20;
/// Rider and cycle, kilograms, under the earth's pull \[assumed\].
const WEIGHT: f64 = 85.0 * 9.81;
/// Metres that a turn of the crank takes it: 18 km/h at 60 a minute \[assumed\].
const METRES_A_TURN: f64 = 5.0;
/// Every so many messages is page 17, and of so many the last two are pages 80 and 81.
const SETTINGS_EACH: u64 = 10;
const COMMON_EACH: u64 = 120;
/// A distance is used, and not of a model.
const DISTANCE_IN_USE: u8 = 0x04;
/// The rider is too slow for the target.
const TOO_SLOW: u8 = 0x01;

/// The trainer.
#[derive(Debug)]
pub struct Trainer {
    start: Timestamp,
    id: ChannelId,
    has_power: bool,
    target: Target,
    brake: Brake,
    cadence: f64,
    watts: f64,
    metres: f64,
    felt_at: Timestamp,
    events: u8,
    accumulated: u16,
    status: CommandStatus,
    asked: Option<Asked>,
}

/// What it was told last.
#[derive(Debug, Clone, Copy)]
enum Target {
    /// Half per cent of the greatest resistance.
    Resistance(u8),
    /// Watts.
    Power(f64),
    /// A road.
    Track(Track),
}

/// A page that a host asked for, and how often it comes yet.
#[derive(Debug, Clone, Copy)]
struct Asked {
    page: FitnessPage,
    times: u8,
}

impl Trainer {
    pub(super) const fn new(start: Timestamp, device_number: u16) -> Self {
        Self {
            start,
            id: ChannelId {
                device_number,
                device_type: Profile::FitnessEquipment.device_type(),
                transmission_type: TRANSMISSION_TYPE,
            },
            has_power: true,
            target: Target::Resistance(FIRST_RESISTANCE),
            brake: Brake::leaving(0.0, Timestamp::ZERO),
            cadence: 0.0,
            watts: 0.0,
            metres: 0.0,
            felt_at: start,
            events: 0,
            accumulated: 0,
            status: CommandStatus::BEFORE_ANY,
            asked: None,
        }
    }

    /// Metres a second.
    fn speed(&self) -> f64 {
        self.cadence / 60.0 * METRES_A_TURN
    }

    /// What the brake would take of a rider, in watts.
    fn braked(&self, now: Timestamp) -> f64 {
        let newtons = match self.target {
            Target::Power(watts) => return self.brake.watts(now, watts),
            Target::Resistance(halves) => {
                f64::from(GREATEST_RESISTANCE) * f64::from(halves) / 200.0
            }
            Target::Track(track) => {
                let grade = track.grade().map_or(0.0, |grade| grade.get() / 100.0);
                WEIGHT * (grade + track.rolling_resistance())
            }
        };
        let watts = newtons * self.speed();
        self.brake.watts(now, watts.clamp(0.0, GREATEST_POWER))
    }

    fn aim(&mut self, now: Timestamp, target: Target) -> CommandOutcome {
        self.brake = Brake::leaving(self.braked(now), now);
        self.target = target;
        CommandOutcome::DONE
    }

    /// Does what a page says. One that it does not know changes nothing.
    fn obey(&mut self, now: Timestamp, page: ControlPage) {
        const MOST_HALVES: u8 = 200;
        let outcome = match page {
            ControlPage::Request { answers, page } => {
                self.asked = self.answer(page).map(|page| Asked {
                    page,
                    times: (answers & 0x7F).max(1),
                });
                return;
            }
            ControlPage::Other(_) => return,
            ControlPage::TargetPower(_) => match page.power() {
                Some(watts) if watts <= GREATEST_POWER => self.aim(now, Target::Power(watts)),
                Some(_) | None => CommandOutcome::REJECTED,
            },
            ControlPage::BasicResistance(halves) if halves <= MOST_HALVES => {
                self.aim(now, Target::Resistance(halves))
            }
            ControlPage::BasicResistance(_) => CommandOutcome::REJECTED,
            ControlPage::Track(track) => self.aim(now, Target::Track(track)),
            // There is no wind in here \[assumed\].
            ControlPage::Wind(_) => CommandOutcome::DONE,
        };
        // FF is no number of a sequence.
        let sequence = self.status.sequence.map_or(0, |last| (last + 1) % 0xFF);
        self.status = CommandStatus::after(&page, sequence, outcome);
    }

    fn answer(&self, page: u8) -> Option<FitnessPage> {
        match page {
            FitnessPage::COMMAND_STATUS => Some(FitnessPage::CommandStatus(self.status)),
            FitnessPage::CAPABILITIES => Some(FitnessPage::Capabilities(Capabilities {
                greatest_resistance: GREATEST_RESISTANCE,
                modes: Capabilities::ALL_MODES,
            })),
            0x50 => Some(maker()),
            0x51 => Some(product()),
            _ => None,
        }
    }

    const fn machine_status(&self, flags: u8) -> MachineStatus {
        MachineStatus {
            phase: if self.cadence > 0.0 {
                MachinePhase::InUse
            } else {
                MachinePhase::Ready
            },
            lap: false,
            flags,
        }
    }

    fn general(&self, now: Timestamp) -> FitnessPage {
        let quarters = now.since(self.start).as_millis() / 250 % 256;
        let metres = number::floor_to_u32(self.metres).map_or(0, |metres| metres % 256);
        FitnessPage::General(General {
            equipment: Equipment::TRAINER,
            time: u8::try_from(quarters).unwrap_or(0),
            distance: u8::try_from(metres).unwrap_or(0),
            speed_raw: rounded(self.speed() * 1_000.0),
            heart_rate_raw: None,
            status: self.machine_status(DISTANCE_IN_USE),
        })
    }

    fn settings(&self) -> FitnessPage {
        let (incline_raw, resistance) = match self.target {
            Target::Resistance(halves) => (None, Some(halves)),
            Target::Power(_) => (None, None),
            Target::Track(track) => (hundredths(track), None),
        };
        FitnessPage::Settings(Settings {
            cycle_length: None,
            incline_raw,
            resistance,
            status: self.machine_status(0),
        })
    }

    fn motion(&mut self) -> FitnessPage {
        let power = rounded(self.watts).unwrap_or(0);
        self.events = self.events.wrapping_add(1);
        self.accumulated = self.accumulated.wrapping_add(power);
        let is_too_slow =
            matches!(self.target, Target::Power(watts) if watts > 0.0) && self.cadence <= 0.0;
        FitnessPage::Trainer(TrainerPage {
            event_count: self.events,
            cadence: rounded(self.cadence).and_then(|turns| u8::try_from(turns).ok()),
            accumulated: self.accumulated,
            power: Some(power),
            wants: 0,
            status: self.machine_status(if is_too_slow { TOO_SLOW } else { 0 }),
        })
    }
}

impl Transmitter for Trainer {
    fn id(&self) -> ChannelId {
        self.id
    }

    fn period(&self) -> u16 {
        Profile::FitnessEquipment.period()
    }

    fn sense(&mut self, moment: &Moment) {
        let time = moment.at.since(self.felt_at).as_secs_f64();
        self.metres += self.speed() * time;
        self.felt_at = self.felt_at.max(moment.at);
        let cadence = moment.body.map_or(0.0, |body| cadence(body.cadence));
        self.cadence = if self.has_power { cadence } else { 0.0 };
        self.watts = if self.cadence > 0.0 {
            self.braked(moment.at)
        } else {
            0.0
        };
    }

    fn page(&mut self, moment: &Moment) -> Option<[u8; PAGE_BYTES]> {
        if !self.has_power {
            return None;
        }
        if let Some(asked) = self.asked {
            let times = asked.times - 1;
            self.asked = (times > 0).then_some(Asked { times, ..asked });
            return Some(asked.page.bytes());
        }
        let number = moment.number;
        let page = match (number % COMMON_EACH, number % SETTINGS_EACH) {
            (118, _) => maker(),
            (119, _) => product(),
            (_, 9) => self.settings(),
            _ if number.is_multiple_of(2) => self.general(moment.at),
            _ => self.motion(),
        };
        Some(page.bytes())
    }

    fn take(&mut self, moment: &Moment, page: [u8; PAGE_BYTES]) {
        self.obey(moment.at, ControlPage::from_bytes(page));
    }

    fn actual_load(&self) -> Option<MachineLoad> {
        load(self.watts)
    }

    fn set_power(&mut self, moment: &Moment, on: bool) {
        *self = Self {
            has_power: on,
            ..Self::new(moment.at, self.id.device_number)
        };
    }
}

/// The road's grade in hundredths of a per cent.
fn hundredths(track: Track) -> Option<i16> {
    let hundredths = track.grade()?.get() * 100.0;
    let size = i16::try_from(rounded(hundredths.abs())?).ok()?;
    Some(if hundredths < 0.0 { -size } else { size })
}

/// Maker, product and numbers of no meaning.
const fn maker() -> FitnessPage {
    FitnessPage::Common(CommonPage::Maker {
        hardware: 1,
        maker: 0xFF,
        model: 1,
    })
}

const fn product() -> FitnessPage {
    FitnessPage::Common(CommonPage::Product {
        software: [1, 1],
        serial: 1,
    })
}
