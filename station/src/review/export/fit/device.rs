//! Who and what made the file: program, patient, machines, sensors.

use rustyfit::profile::mesgdef;
use rustyfit::profile::typedef::{DeviceIndex, Manufacturer, SourceType};
use rustyfit::proto::Message;

use super::{Clock, number};
use crate::dashboard::words;
use crate::records::SessionRecord;
use crate::records::figures::SessionFigures;
use crate::review::export::span::{self, Bout};
use crate::review::export::telling::Telling;

pub(super) fn file_creator() -> Message {
    let mut creator = mesgdef::FileCreator::new();
    creator.software_version = software_version();
    creator.into()
}

/// `0.1.0` as 10: FIT has hundredths of the first two parts.
fn software_version() -> u16 {
    let mut parts = env!("CARGO_PKG_VERSION")
        .split('.')
        .filter_map(|part| part.parse::<u16>().ok());
    let (major, minor) = (parts.next(), parts.next());
    let version = major
        .zip(minor)
        .and_then(|(major, minor)| major.checked_mul(100)?.checked_add(minor.checked_mul(10)?));
    version.unwrap_or(u16::MAX)
}

pub(super) fn user_profile(
    session: &SessionRecord,
    figures: &SessionFigures,
    telling: &Telling<'_>,
) -> Message {
    let mut user = mesgdef::UserProfile::new();
    user.friendly_name = Box::from(telling.name().unwrap_or(&session.line.patient));
    user.weight = number::u16_of(figures.dose.mass_kg, 10.0);
    user.age = number::fitting(telling.age(), u8::MAX);
    user.into()
}

/// The program, the machine of each bout, strap and oximeter. The record knows no serial number of any, so none is here.
pub(super) fn devices(clock: &Clock<'_>, bouts: &[Bout<'_>]) -> Vec<Message> {
    let mut devices: Vec<(String, i64)> = Vec::new();
    let first_us = bouts.first().map_or(0, Bout::began_us);
    devices.push((crate::records::SOFTWARE.to_owned(), first_us));
    for bout in bouts {
        let machine = words::machine(bout.record().machine);
        let name = format!("{machine} ({})", bout.record().protocol);
        devices.push((name, bout.began_us()));
    }
    if bouts.iter().any(|bout| span::has_strap(bout.record())) {
        devices.push(("heart-rate strap".to_owned(), first_us));
    }
    if bouts.iter().any(|bout| span::has_oximeter(bout.record())) {
        devices.push(("oximeter".to_owned(), first_us));
    }
    (0..)
        .zip(devices)
        .map(|(index, (name, from_us))| {
            let mut device = mesgdef::DeviceInfo::new();
            device.timestamp = clock.at(from_us);
            device.device_index = DeviceIndex(index);
            device.manufacturer = Manufacturer::DEVELOPMENT;
            device.product_name = Box::from(name);
            device.source_type = SourceType::LOCAL;
            if index == DeviceIndex::CREATOR.0 {
                device.software_version = software_version();
            }
            device.into()
        })
        .collect()
}
