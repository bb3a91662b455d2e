//! Which link serves which configured device: the one table of drivers.

use drivers::link::Link;
use drivers::machines::csafe::{CsafeLink, CsafeProfile};
use drivers::machines::trackmaster::TrackmasterLink;
use drivers::monitors::{NoninDf2Link, ZephyrHxmLink};
use protocols::vocabulary::{
    Averaging, Capabilities, LoadControl, MachineKind, OnSilence, ReadBack, Slew,
};

use super::virtual_gym::speed_unit;
use crate::config::{MachineProtocol, SensorProtocol, StationConfig};

/// The link of a station's machine, and what the machine can do within the configuration.
pub(super) fn machine_link(station: &StationConfig) -> (Box<dyn Link>, Capabilities) {
    let link: Box<dyn Link> = match station.machine {
        MachineProtocol::CsafeBike => Box::new(CsafeLink::new(CsafeProfile::Bike)),
        MachineProtocol::CsafeTreadmill => Box::new(CsafeLink::new(CsafeProfile::Treadmill)),
        MachineProtocol::Trackmaster { miles } => Box::new(TrackmasterLink::new(speed_unit(miles))),
    };
    let capabilities = link
        .capabilities()
        .copied()
        .unwrap_or(unknown(station.machine.kind()));
    (link, station.limits.narrow(capabilities))
}

/// The link of a sensor.
pub(super) fn sensor_link(protocol: SensorProtocol) -> Box<dyn Link> {
    match protocol {
        SensorProtocol::NoninDf2 => Box::new(NoninDf2Link::new()),
        SensorProtocol::ZephyrHxm => Box::new(ZephyrHxmLink::new()),
    }
}

/// A machine of which nothing is known: its load is a person's alone.
const fn unknown(kind: MachineKind) -> Capabilities {
    Capabilities {
        kind,
        control: LoadControl::ByHand,
        power: None,
        belt: None,
        slew: Slew {
            watts_per_second: 0.0,
            metres_per_second_squared: 0.0,
            grade_percent_per_second: 0.0,
        },
        averaging: Averaging {
            delay: std::time::Duration::ZERO,
        },
        poll_interval: std::time::Duration::from_secs(1),
        on_silence: OnSilence::KeepsLoad,
        reads: ReadBack {
            power: false,
            cadence: false,
            speed: false,
            grade: false,
        },
    }
}
