//! Faults of virtual devices to order on the command line, for tests and demonstrations.
//!
//! `STATION:KIND@AT+FOR` or `STATION:KIND@AT+FOR=VALUE`, in seconds of the gym's time. Kinds of the patient and of sensors are those of
//! patients' files (`strap_silent`, `strap_stuck`, `strap_value`, `strap_offset`, `oximeter_off`, `oximeter_offset`, `pedalling_stops`,
//! `extra_met`, `gain_factor`); those of wires are `unplug`, `silence`, `half_frames`, `flipped_bits` and `old_bytes`, each followed by
//! `_machine`, `_strap` or `_oximeter`. While the gym runs an order has no `@AT`: it begins when it is read ([`listen`]).

use std::collections::BTreeMap;
use std::io::{self, BufRead};
use std::sync::mpsc::SyncSender;
use std::time::Duration;

use control::input::Device;
use drivers::virtual_devices::patient::EventKind;
use drivers::virtual_devices::rig::{Fault, FaultSchedule, ScheduledFault, WireFault};
use drivers::virtual_devices::shell::RigOrder;
use tokio::sync::mpsc::Sender;

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

/// What can be ordered while the gym runs; it begins at once.
#[derive(Debug, Clone, PartialEq)]
enum OrderNow {
    Fault(FaultOrder),
    /// Every fault of the station's devices is over.
    Mended {
        station: u8,
    },
    /// The station's core panics.
    Panic {
        station: u8,
    },
}

/// Reads one order.
///
/// # Errors
/// What is wrong, and what to write.
pub fn parse(text: &str) -> Result<FaultOrder, String> {
    let wrong = || format!("\"{text}\": write STATION:KIND@AT+FOR or STATION:KIND@AT+FOR=VALUE");
    let (station, rest) = text.split_once(':').ok_or_else(wrong)?;
    let (kind, times) = rest.split_once('@').ok_or_else(wrong)?;
    let (at, lasts) = times.split_once('+').ok_or_else(wrong)?;
    order(text, station, kind, (at, lasts), &wrong)
}

/// Reads one order that begins at once: `STATION:KIND+FOR`, `STATION:KIND+FOR=VALUE`, `STATION:mended` or `STATION:panic`.
fn parse_now(text: &str) -> Result<OrderNow, String> {
    let wrong = || {
        format!(
            "\"{text}\": write STATION:KIND+FOR, STATION:KIND+FOR=VALUE, STATION:mended or STATION:panic"
        )
    };
    let (station, rest) = text.split_once(':').ok_or_else(wrong)?;
    let number = || station.parse().map_err(|_| wrong());
    match rest {
        "mended" => Ok(OrderNow::Mended { station: number()? }),
        "panic" => Ok(OrderNow::Panic { station: number()? }),
        _ => {
            let (kind, lasts) = rest.split_once('+').ok_or_else(wrong)?;
            order(text, station, kind, ("0", lasts), &wrong).map(OrderNow::Fault)
        }
    }
}

fn order(
    text: &str,
    station: &str,
    kind: &str,
    (at, lasts): (&str, &str),
    wrong: &dyn Fn() -> String,
) -> Result<FaultOrder, String> {
    let (lasts, value) = lasts.split_once('=').unwrap_or((lasts, "0"));
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
    let rigs = Rigs::of(config, devices);
    for (place, station) in config.stations.iter().enumerate() {
        let faults = orders
            .iter()
            .filter(|order| order.station == station.number)
            .filter_map(|order| {
                let (_, fault) = rigs.fault(order)?;
                Some(ScheduledFault::from_seconds(order.at_s, order.for_s, fault))
            });
        let schedule: FaultSchedule = faults.collect();
        if let Some(rig) = devices.rigs.get_mut(place) {
            rig.set_faults(schedule);
        }
    }
}

/// Where the virtual devices of each station are.
#[derive(Debug, Clone)]
pub struct Rigs {
    /// By the station's number: its rig, and which of its devices are which.
    stations: BTreeMap<u8, (usize, Vec<(Device, usize)>)>,
}

impl Rigs {
    /// The rigs of a gym.
    #[must_use]
    pub fn of(config: &Config, devices: &VirtualGym) -> Self {
        let stations = config.stations.iter().enumerate().map(|(rig, station)| {
            let there = [Device::Machine, Device::Strap, Device::Oximeter]
                .into_iter()
                .filter_map(|device| Some((device, device_of(config, devices, rig, device)?)))
                .collect();
            (station.number, (rig, there))
        });
        Self {
            stations: stations.collect(),
        }
    }

    /// An order as its rig takes it; `None` where there is no such station or device.
    fn fault(&self, order: &FaultOrder) -> Option<(usize, Fault)> {
        let (rig, devices) = self.stations.get(&order.station)?;
        let fault = match order.kind {
            Kind::Patient { kind, value } => Fault::Patient { kind, value },
            Kind::Wire { device, fault } => Fault::Wire {
                device: devices.iter().find(|(there, _)| *there == device)?.1,
                fault,
            },
        };
        Some((*rig, fault))
    }
}

/// Carries out orders, a line each, until nobody gives any more or the gym has gone. What is not understood is said in the log.
///
/// # Errors
/// What the system said where the lines cannot be read.
pub fn listen(
    lines: impl BufRead,
    rigs: &Rigs,
    faults: &SyncSender<(usize, RigOrder)>,
    panics: &Sender<u8>,
) -> io::Result<()> {
    for line in lines.lines() {
        let line = line?;
        let order = match parse_now(&line) {
            Ok(OrderNow::Panic { station }) => {
                if panics.blocking_send(station).is_err() {
                    break;
                }
                continue;
            }
            Ok(OrderNow::Mended { station }) => rigs
                .stations
                .get(&station)
                .map(|(rig, _)| (*rig, RigOrder::SetFaults(FaultSchedule::default())))
                .ok_or_else(|| format!("there is no station {station}")),
            Ok(OrderNow::Fault(order)) => {
                let lasts = Duration::try_from_secs_f64(order.for_s).unwrap_or_default();
                rigs.fault(&order)
                    .map(|(rig, fault)| (rig, RigOrder::Fault { fault, lasts }))
                    .ok_or_else(|| format!("{line}: there is no such virtual device"))
            }
            Err(because) => Err(because),
        };
        match order {
            Ok(order) => {
                if faults.send(order).is_err() {
                    break;
                }
            }
            Err(because) => tracing::error!(because, "an order was not carried out"),
        }
    }
    Ok(())
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
    fn an_order_of_now_has_no_time_to_begin_at() {
        let order = parse_now("1:oximeter_offset+30=-8").expect("well written");
        let OrderNow::Fault(order) = order else {
            panic!("a fault");
        };
        assert_eq!((order.station, order.at_s, order.for_s), (1, 0.0, 30.0));
        assert_eq!(
            order.kind,
            Kind::Patient {
                kind: EventKind::OximeterOffset,
                value: -8.0
            }
        );
        assert_eq!(parse_now("2:panic"), Ok(OrderNow::Panic { station: 2 }));
        assert_eq!(parse_now("3:mended"), Ok(OrderNow::Mended { station: 3 }));
        assert!(parse_now("1:strap_silent@5+2").is_err());
        assert!(parse("1:strap_silent+2").is_err());
        assert!(parse_now("x:panic").is_err_and(|words| words.contains("STATION:panic")));
    }

    #[test]
    fn orders_are_carried_out_line_by_line_and_a_wrong_one_holds_up_no_other() {
        let rigs = Rigs {
            stations: [(4, (2, vec![(Device::Strap, 1)]))].into_iter().collect(),
        };
        let (faults_in, faults) = std::sync::mpsc::sync_channel(8);
        let (panics_in, mut panics) = tokio::sync::mpsc::channel(8);
        let lines = b"4:silence_strap+10\n4:silence_machine+10\nhurry\n9:mended\n4:mended\n4:panic\n5:panic\n";
        listen(&lines[..], &rigs, &faults_in, &panics_in).expect("read");
        let ordered: Vec<_> = faults.try_iter().collect();
        assert!(
            matches!(
                ordered[..],
                [
                    (
                        2,
                        RigOrder::Fault {
                            fault: Fault::Wire {
                                device: 1,
                                fault: WireFault::Silence
                            },
                            lasts
                        }
                    ),
                    (2, RigOrder::SetFaults(_)),
                ] if lasts == Duration::from_secs(10)
            ),
            "{ordered:?}"
        );
        assert_eq!((panics.try_recv(), panics.try_recv()), (Ok(4), Ok(5)));
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
