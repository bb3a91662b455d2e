//! A bike behind a serial bridge for Bluetooth, a value a line \[assumed: real bridges differ\]: it tells cadence, speed and power, and
//! takes a power at its control point.

use core::ops::RangeInclusive;

use protocols::ble_2ad2::{
    BikeData, CHARACTERISTIC, CONTROL_POINT, ControlAnswer, ControlPoint, LONGEST_BIKE_DATA,
    MachineEvent, Outcome, STATUS,
};
use protocols::gatt::{BridgeDecoder, BridgeLine, Value};
use protocols::vocabulary::{MachineLoad, Timestamp};
use protocols::wire::{Decoder, WireErrorKind};

use super::ble_2a37::notify;
use super::brake::{Brake, cadence, load};
use crate::virtual_devices::beats::{Sensor, Site, rounded};
use crate::virtual_devices::stream::{Moment, Outbox, Rhythm, Speaker, Stream};

/// Powers that it takes, in watts, and their step.
const POWERS: RangeInclusive<i16> = 0..=400;
const STEP: i16 = 5;
/// While nobody sets a power its brake stands still: watts a revolution a minute (assumed).
const UNSET_WATTS: f64 = 1.5;
/// Metres a crank's turn, as km/h a revolution a minute (assumed: 18 km/h at 60, as in the sheet's sample).
const SPEED: f64 = 0.3;

/// Whether the bike has a receiver for the rider's strap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Receiver {
    /// It has none.
    Absent,
    /// It tells the heart rate too.
    Fitted,
}

/// The bike. A host that is gone leaves its power standing, as the profile has no watchdog.
#[derive(Debug)]
pub struct Ble2ad2 {
    receiver: Receiver,
    strap: Sensor,
    decoder: BridgeDecoder,
    has_power: bool,
    granted: bool,
    /// The power that was set, in watts.
    target: Option<f64>,
    brake: Brake,
    cadence: f64,
    /// What the rider's legs feel now, in watts.
    watts: f64,
}

impl Ble2ad2 {
    /// Switches one on.
    #[must_use]
    pub fn switch_on(start: Timestamp, receiver: Receiver) -> Stream<Self> {
        Stream::new(
            start,
            Self {
                receiver,
                strap: Sensor::new(Site::Chest, start),
                decoder: BridgeDecoder::new(),
                has_power: true,
                granted: false,
                target: None,
                brake: Brake::default(),
                cadence: 0.0,
                watts: 0.0,
            },
        )
    }

    fn feel(&mut self, moment: &Moment) {
        let cadence = moment.body.map_or(0.0, |body| cadence(body.cadence));
        self.cadence = if self.has_power { cadence } else { 0.0 };
        self.watts = if self.cadence > 0.0 {
            self.braked(moment.at)
        } else {
            0.0
        };
    }

    /// What the brake would take of a rider.
    fn braked(&self, now: Timestamp) -> f64 {
        let target = self.target.unwrap_or(self.cadence * UNSET_WATTS);
        self.brake.watts(now, target)
    }

    fn bike_data(&self) -> BikeData {
        /// Half revolutions, and hundredths of km/h.
        const HALVES: f64 = 2.0;
        const HUNDREDTHS: f64 = 100.0;
        let rate = self.strap.rate(8).and_then(|rate| u8::try_from(rate).ok());
        BikeData {
            speed_raw: rounded(self.cadence * SPEED * HUNDREDTHS),
            cadence_raw: rounded(self.cadence * HALVES),
            power_raw: rounded(self.watts).and_then(|watts| i16::try_from(watts).ok()),
            heart_rate_raw: (self.receiver == Receiver::Fitted).then(|| rate.unwrap_or(0)),
            ..BikeData::default()
        }
    }

    fn set_power_target(&mut self, moment: &Moment, target: Option<f64>) {
        self.brake = Brake::leaving(self.braked(moment.at), moment.at);
        self.target = target;
    }

    fn command(&mut self, moment: &Moment, line: &BridgeLine, out: &mut Outbox) {
        let Some(opcode) = line.value().first().copied() else {
            return;
        };
        let command = ControlPoint::from_value(line.value());
        let (outcome, event) = match command {
            Ok(ControlPoint::RequestControl) => {
                self.granted = true;
                (Outcome::DONE, None)
            }
            _ if !self.granted => (Outcome::NOT_PERMITTED, None),
            Ok(command) => self.obey(moment, command),
            Err(WireErrorKind::IllegalCommand) => (Outcome::NOT_SUPPORTED, None),
            Err(WireErrorKind::Framing | WireErrorKind::OutOfRange | WireErrorKind::Checksum) => {
                (Outcome::BAD_PARAMETER, None)
            }
        };
        notify(
            CONTROL_POINT,
            &ControlAnswer { opcode, outcome }.bytes(),
            out,
        );
        if let Some(event) = event {
            notify(STATUS, &[event.0], out);
        }
    }

    fn obey(&mut self, moment: &Moment, command: ControlPoint) -> (Outcome, Option<MachineEvent>) {
        match command {
            ControlPoint::RequestControl => (Outcome::DONE, None),
            ControlPoint::Reset => {
                self.granted = false;
                self.set_power_target(moment, None);
                (Outcome::DONE, Some(MachineEvent::RESET))
            }
            ControlPoint::Power(watts) if POWERS.contains(&watts) && watts % STEP == 0 => {
                self.set_power_target(moment, Some(f64::from(watts)));
                (Outcome::DONE, None)
            }
            ControlPoint::Power(_) => (Outcome::BAD_PARAMETER, None),
            ControlPoint::Start => (Outcome::DONE, Some(MachineEvent::STARTED)),
            ControlPoint::Stop | ControlPoint::Pause => {
                self.set_power_target(moment, Some(0.0));
                (Outcome::DONE, Some(MachineEvent::STOPPED_BY_USER))
            }
            ControlPoint::Speed(_)
            | ControlPoint::Inclination(_)
            | ControlPoint::Resistance(_)
            | ControlPoint::HeartRate(_)
            | ControlPoint::Simulation { .. }
            | ControlPoint::Wheel(_) => (Outcome::NOT_SUPPORTED, None),
        }
    }
}

impl Speaker for Ble2ad2 {
    fn rhythm(&self) -> Option<Rhythm> {
        self.has_power.then_some(Rhythm::seconds(1))
    }

    fn sense(&mut self, moment: &Moment) {
        self.strap.sense(moment);
        self.feel(moment);
    }

    fn tick(&mut self, _moment: &Moment, out: &mut Outbox) {
        let mut value = [0; LONGEST_BIKE_DATA];
        if let Ok(value) = self.bike_data().encode(&mut value) {
            notify(CHARACTERISTIC, value, out);
        }
    }

    fn hear(&mut self, moment: &Moment, bytes: &[u8], out: &mut Outbox) {
        if !self.has_power {
            return;
        }
        let mut decoder = core::mem::take(&mut self.decoder);
        decoder.feed(bytes, &mut |item| match item.content {
            Ok(line) if line.characteristic == CONTROL_POINT => self.command(moment, &line, out),
            Ok(_) | Err(_) => {}
        });
        self.decoder = decoder;
    }

    fn actual_load(&self) -> Option<MachineLoad> {
        load(self.watts)
    }

    fn set_power(&mut self, moment: &Moment, on: bool) {
        self.has_power = on;
        self.granted = false;
        self.target = None;
        self.brake = Brake::default();
        self.decoder.reset();
        self.feel(moment);
    }
}
