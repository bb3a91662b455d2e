//! Which link serves which configured device.

use drivers::link::Link;
use protocols::vocabulary::{
    Averaging, Capabilities, LoadControl, MachineKind, OnSilence, ReadBack, Slew,
};

use crate::config::StationConfig;

/// The link of a station's machine, and what the machine can do within the configuration.
pub(super) fn machine_link(station: &StationConfig) -> (Box<dyn Link>, Capabilities) {
    let link = station.machine.protocol().link();
    let capabilities = link
        .capabilities()
        .copied()
        .unwrap_or(unknown(station.machine.kind()));
    (link, station.limits.narrow(capabilities))
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
