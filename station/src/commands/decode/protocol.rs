//! The protocols that can be decoded, by their ids, and what each has to be told.

use std::fmt::Debug;

use protocols::trackmaster::SpeedUnit;
use protocols::wire::{Decoded, Decoder, Report};
use protocols::{csafe, nonin_df2, trackmaster, zephyr_hxm};
use thiserror::Error;

use super::Sender;

/// Every protocol, in the order in which `--list` names them.
pub(super) const PROTOCOLS: &[Protocol] = &[
    Protocol {
        id: "csafe",
        what: "CSAFE fitness machines of most makers, Concept2 monitors",
        settings: &[],
        open: |from, _| match from {
            Sender::Host => boxed(csafe::HostDecoder::new(), csafe::HostFrame::report),
            Sender::Device => boxed(csafe::MachineDecoder::new(), csafe::MachineFrame::report),
        },
    },
    Protocol {
        id: "trackmaster",
        what: "Trackmaster and RAM/Medisoft medical treadmills",
        settings: &[Setting {
            key: "speed_unit",
            values: &["mph", "km/h"],
            what: "what the treadmill counts speed in; without it speeds are missing",
        }],
        open: |from, settings| {
            let unit = settings.get("speed_unit").and_then(SpeedUnit::from_name);
            match from {
                Sender::Host => boxed(
                    trackmaster::HostDecoder::new(unit),
                    trackmaster::HostMessage::report,
                ),
                Sender::Device => boxed(
                    trackmaster::MachineDecoder::new(unit),
                    trackmaster::MachineMessage::report,
                ),
            }
        },
    },
    Protocol {
        id: "nonin-df2",
        what: "Nonin pulse oximeters, serial data format 2 with plethysmogram",
        settings: &[],
        open: |from, _| match from {
            Sender::Host => boxed(nonin_df2::HostDecoder::new(), |command| {
                Some(command.report())
            }),
            Sender::Device => boxed(nonin_df2::PacketDecoder::new(), |packet| {
                Some(packet.report())
            }),
        },
    },
    Protocol {
        id: "zephyr-hxm",
        what: "Zephyr HxM BT heart-rate strap (serial over Bluetooth)",
        settings: &[],
        open: |from, _| match from {
            Sender::Host => Box::new(NothingSent { skipped: 0 }),
            Sender::Device => boxed(zephyr_hxm::PacketDecoder::new(), |packet| {
                Some(packet.report())
            }),
        },
    },
];

/// One protocol.
#[derive(Debug)]
pub(super) struct Protocol {
    /// Its id, as in the configuration.
    pub(super) id: &'static str,
    /// Who speaks it, in one line.
    pub(super) what: &'static str,
    /// What the wire does not say.
    pub(super) settings: &'static [Setting],
    /// Begins to decode one direction.
    pub(super) open: fn(Sender, &Settings) -> Box<dyn Stream>,
}

/// Something that a decoder can be told by `--set`.
#[derive(Debug)]
pub(super) struct Setting {
    /// What stands before the `=`.
    pub(super) key: &'static str,
    /// What may stand behind it.
    pub(super) values: &'static [&'static str],
    /// What it means, in one line.
    pub(super) what: &'static str,
}

/// The settings as given, checked against the protocol's table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Settings(Vec<(&'static str, &'static str)>);

/// A `--set` that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum SettingsError {
    #[error("--set {given:?} has no value; write --set KEY=VALUE")]
    NoValue { given: String },
    #[error("{protocol} has no settings; leave --set {key} out")]
    NoSettings { protocol: &'static str, key: String },
    #[error("{protocol} has no setting {key:?}; write one of {known}")]
    UnknownKey {
        protocol: &'static str,
        key: String,
        known: String,
    },
    #[error("{key} cannot be {value:?}; write one of {known}")]
    UnknownValue {
        key: &'static str,
        value: String,
        known: String,
    },
    #[error("{key} is set twice; set it once")]
    Twice { key: &'static str },
}

/// One direction of a wire in any protocol.
pub(super) trait Stream {
    /// Takes bytes and hands on, in the order of the stream, every message that has something to report and every error.
    fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Decoded<Report<'_>>));

    /// Bytes of noise so far.
    fn skipped(&self) -> u64;
}

impl Protocol {
    /// The protocol of an id.
    pub(super) fn by_id(id: &str) -> Option<&'static Self> {
        PROTOCOLS.iter().find(|protocol| protocol.id == id)
    }
}

/// All ids, for people.
pub(super) fn known_ids() -> String {
    let ids: Vec<&str> = PROTOCOLS.iter().map(|protocol| protocol.id).collect();
    ids.join(", ")
}

impl Settings {
    /// Checks what was given against what the protocol knows.
    pub(super) fn parse(protocol: &Protocol, given: &[String]) -> Result<Self, SettingsError> {
        let mut settings: Vec<(&'static str, &'static str)> = Vec::new();
        for one in given {
            let (key, value) = one
                .split_once('=')
                .ok_or_else(|| SettingsError::NoValue { given: one.clone() })?;
            let setting = protocol.setting(key)?;
            let value = setting
                .values
                .iter()
                .find(|known| **known == value)
                .ok_or_else(|| SettingsError::UnknownValue {
                    key: setting.key,
                    value: value.to_owned(),
                    known: setting.values.join(", "),
                })?;
            if settings.iter().any(|(known, _)| *known == setting.key) {
                return Err(SettingsError::Twice { key: setting.key });
            }
            settings.push((setting.key, value));
        }
        Ok(Self(settings))
    }

    fn get(&self, key: &str) -> Option<&'static str> {
        let found = self.0.iter().find(|(known, _)| *known == key);
        found.map(|(_, value)| *value)
    }
}

impl Protocol {
    fn setting(&self, key: &str) -> Result<&'static Setting, SettingsError> {
        let known = self.settings.iter().find(|setting| setting.key == key);
        known.ok_or_else(|| {
            let key = key.to_owned();
            if self.settings.is_empty() {
                return SettingsError::NoSettings {
                    protocol: self.id,
                    key,
                };
            }
            let known: Vec<&str> = self.settings.iter().map(|setting| setting.key).collect();
            SettingsError::UnknownKey {
                protocol: self.id,
                key,
                known: known.join(", "),
            }
        })
    }
}

/// How a message becomes a report; `None` where the sheets report nothing of it.
type ReportOf<M> = for<'a> fn(&'a M) -> Option<Report<'a>>;

struct Reporting<D: Decoder> {
    decoder: D,
    report: ReportOf<D::Message>,
}

fn boxed<D: Decoder + 'static>(decoder: D, report: ReportOf<D::Message>) -> Box<dyn Stream> {
    Box::new(Reporting { decoder, report })
}

impl<D: Decoder> Stream for Reporting<D> {
    fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Decoded<Report<'_>>)) {
        let report = self.report;
        self.decoder
            .feed(bytes, &mut |Decoded { offset, content }| {
                let content = match &content {
                    Ok(message) => match report(message) {
                        Some(report) => Ok(report),
                        None => return,
                    },
                    Err(error) => Err(*error),
                };
                sink(Decoded { offset, content });
            });
    }

    fn skipped(&self) -> u64 {
        self.decoder.skipped()
    }
}

/// A direction in which the protocol sends nothing: whatever comes is noise.
struct NothingSent {
    skipped: u64,
}

impl Stream for NothingSent {
    fn feed(&mut self, bytes: &[u8], _sink: &mut dyn FnMut(Decoded<Report<'_>>)) {
        let count = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.skipped = self.skipped.saturating_add(count);
    }

    fn skipped(&self) -> u64 {
        self.skipped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(id: &str, given: &[&str]) -> Result<Settings, SettingsError> {
        let given: Vec<String> = given.iter().map(|one| (*one).to_owned()).collect();
        Settings::parse(Protocol::by_id(id).unwrap(), &given)
    }

    #[test]
    fn a_setting_is_taken_when_the_protocol_knows_key_and_value() {
        let settings = parse("trackmaster", &["speed_unit=km/h"]).unwrap();
        assert_eq!(settings.get("speed_unit"), Some("km/h"));
        assert_eq!(parse("trackmaster", &[]).unwrap().get("speed_unit"), None);
    }

    #[test]
    fn every_value_of_the_table_means_something_to_the_decoder() {
        let trackmaster = Protocol::by_id("trackmaster").unwrap();
        for value in trackmaster.settings[0].values {
            assert!(SpeedUnit::from_name(value).is_some(), "{value}");
        }
    }

    #[test]
    fn a_setting_that_cannot_be_used_says_what_can() {
        let told = |id, given: &[&str]| parse(id, given).unwrap_err().to_string();
        assert!(told("trackmaster", &["speed_unit"]).contains("KEY=VALUE"));
        assert!(told("trackmaster", &["unit=mph"]).contains("speed_unit"));
        assert!(told("trackmaster", &["speed_unit=knots"]).contains("mph, km/h"));
        assert!(told("csafe", &["speed_unit=mph"]).contains("csafe has no settings"));
        let twice = ["speed_unit=mph", "speed_unit=km/h"];
        assert!(told("trackmaster", &twice).contains("twice"));
    }
}
