//! Which link serves which configured device.

use drivers::link::Link;
use protocols::vocabulary::Capabilities;

use crate::config::StationConfig;

/// The link of a station's machine, and what the machine can do within the configuration.
pub(super) fn machine_link(station: &StationConfig) -> (Box<dyn Link>, Capabilities) {
    let link = station.machine.protocol().link();
    let capabilities = station.capabilities_of(link.as_ref());
    (link, capabilities)
}
