//! Faults of virtual devices to order on the command line, for tests and demonstrations.
//!
//! `STATION:KIND@AT+FOR` or `STATION:KIND@AT+FOR=VALUE`, in seconds of the gym's time. Kinds of the patient and of sensors are those of
//! patients' files (`strap_silent`, `strap_stuck`, `strap_value`, `strap_offset`, `oximeter_off`, `oximeter_offset`, `pedalling_stops`,
//! `extra_met`, `gain_factor`); those of wires are `unplug`, `silence`, `half_frames`, `flipped_bits` and `old_bytes`, each followed by
//! `_machine`, `_strap` or `_oximeter`.

use control::input::Device;
use drivers::virtual_devices::patient::EventKind;
use drivers::virtual_devices::rig::{Fault, FaultSchedule, ScheduledFault, WireFault};

use super::PortId;
use super::virtual_gym::VirtualGym;
use crate::config::Config;

/// One fault to order.
#[derive(Debug, Clone, PartialEq)]
pub struct FaultOrder {
    /// As it was written.
    pub words: String,
    station: u8,
    at_s: f64,
    for_s: f64,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Patient { kind: EventKind, value: f64 },
    Wire { device: Device, fault: WireFault },
}

/// Reads one order.
///
/// # Errors
/// What is wrong, and what to write.
pub fn parse(text: &str) -> Result<FaultOrder, String> {
    let wrong = || format!("\"{text}\": write STATION:KIND@AT+FOR or STATION:KIND@AT+FOR=VALUE");
    let (station, rest) = text.split_once(':').ok_or_else(wrong)?;
    let (kind, times) = rest.split_once('@').ok_or_else(wrong)?;
    let (times, value) = times.split_once('=').unwrap_or((times, "0"));
    let (at, lasts) = times.split_once('+').ok_or_else(wrong)?;
    let number = |text: &str| {
        text.parse::<f64>()
            .ok()
            .filter(|number| number.is_finite())
            .ok_or_else(wrong)
    };
    Ok(FaultOrder {
        words: text.to_owned(),
        station: station.parse().map_err(|_| wrong())?,
        at_s: number(at)?,
        for_s: number(lasts)?,
        kind: kind_of(kind, number(value)?)
            .ok_or_else(|| format!("\"{kind}\" is no fault that can be ordered"))?,
    })
}

fn kind_of(word: &str, value: f64) -> Option<Kind> {
    let patient = |kind| Some(Kind::Patient { kind, value });
    match word {
        "strap_silent" => return patient(EventKind::StrapSilent),
        "strap_stuck" => return patient(EventKind::StrapStuck),
        "strap_value" => return patient(EventKind::StrapValue),
        "strap_offset" => return patient(EventKind::StrapOffset),
        "oximeter_off" => return patient(EventKind::OximeterOff),
        "oximeter_offset" => return patient(EventKind::OximeterOffset),
        "pedalling_stops" => return patient(EventKind::PedallingStops),
        "extra_met" => return patient(EventKind::ExtraMet),
        "gain_factor" => return patient(EventKind::GainFactor),
        _ => {}
    }
    let (fault, device) = word.rsplit_once('_')?;
    let device = match device {
        "machine" => Device::Machine,
        "strap" => Device::Strap,
        "oximeter" => Device::Oximeter,
        _ => return None,
    };
    let fault = match fault {
        "unplug" => WireFault::Unplugged,
        "silence" => WireFault::Silence,
        "half_frames" => WireFault::HalfFrames { per_thousand: 500 },
        "flipped_bits" => WireFault::FlippedBits { per_thousand: 50 },
        "old_bytes" => WireFault::OldBytes,
        _ => return None,
    };
    Some(Kind::Wire { device, fault })
}

/// Puts the orders on the rigs of their stations.
pub fn place(orders: &[FaultOrder], config: &Config, devices: &mut VirtualGym) {
    for (rig, station) in config.stations.iter().enumerate() {
        let here: Vec<&FaultOrder> = orders
            .iter()
            .filter(|order| order.station == station.number)
            .collect();
        let faults = here.iter().filter_map(|order| {
            let fault = match order.kind {
                Kind::Patient { kind, value } => Fault::Patient { kind, value },
                Kind::Wire { device, fault } => Fault::Wire {
                    device: device_of(config, devices, rig, device)?,
                    fault,
                },
            };
            Some(ScheduledFault::from_seconds(order.at_s, order.for_s, fault))
        });
        let schedule: FaultSchedule = faults.collect();
        if let Some(rig) = devices.rigs.get_mut(rig) {
            rig.set_faults(schedule);
        }
    }
}

/// The number of a station's device in its rig.
fn device_of(config: &Config, devices: &VirtualGym, rig: usize, device: Device) -> Option<usize> {
    let port = match device {
        Device::Machine => PortId(rig),
        Device::Strap | Device::Oximeter => {
            let number = config.stations.get(rig)?.number;
            let place = config.sensors.iter().position(|sensor| {
                sensor.home == Some(number) && sensor.protocol.role() == device
            })?;
            PortId(config.stations.len() + place)
        }
    };
    devices.behind(port).map(|socket| socket.device)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_read_as_it_is_written() {
        let order = parse("3:oximeter_offset@120+30=-8").expect("well written");
        assert_eq!(
            order.kind,
            Kind::Patient {
                kind: EventKind::OximeterOffset,
                value: -8.0
            }
        );
        let order = parse("1:unplug_machine@5+2").expect("well written");
        assert_eq!(
            order.kind,
            Kind::Wire {
                device: Device::Machine,
                fault: WireFault::Unplugged
            }
        );
    }

    #[test]
    fn what_cannot_be_ordered_is_said() {
        assert!(parse("1:earthquake@5+2").is_err_and(|words| words.contains("earthquake")));
        assert!(
            parse("1:strap_silent@5").is_err_and(|words| words.contains("STATION:KIND@AT+FOR"))
        );
        assert!(parse("1:strap_silent@5+NaN").is_err());
    }
}
