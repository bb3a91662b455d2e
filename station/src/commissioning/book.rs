//! Which machines were commissioned, by whom and when: a file beside the gym's.

use std::fs::{self, File, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::trial::Found;
use crate::config::StationConfig;
use crate::making;

/// Of nobody's patients: whoever may read the gym's file may read this.
const READ_BY_ALL: u32 = 0o644;

/// One machine's entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Commissioned {
    /// The station's number.
    pub station: u8,
    /// The machine's protocol.
    pub protocol: String,
    /// Where it was plugged in.
    pub port: String,
    /// Who did it.
    pub by: String,
    /// On which day, such as 2026-03-01.
    pub on: String,
    /// Which loads it was told and reported.
    pub follows: String,
    /// What it does when its host falls silent.
    pub on_silence: String,
    /// Whether it had a load at the end of that; `None` where that was not seen, or an earlier version tried it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keeps_load: Option<bool>,
    /// How long it took to rest after a stop, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stops_in_s: Option<f64>,
    /// What its relay does.
    pub relay: String,
}

/// All machines of one gym that were commissioned.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Book {
    #[serde(default, rename = "machine")]
    machines: Vec<Commissioned>,
}

/// The book cannot be read or written.
#[derive(Debug, Error)]
pub enum BookError {
    /// It cannot be read.
    #[error("the book of commissioned machines cannot be read: {0}")]
    Unreadable(io::Error),
    /// It is not what was written.
    #[error("is no book of commissioned machines: {0}")]
    Broken(String),
    /// It cannot be written.
    #[error("the book of commissioned machines cannot be written: {0}")]
    Unwritable(io::Error),
}

impl BookError {
    /// What is wrong, and what to do.
    #[must_use]
    pub fn told(&self) -> (String, &'static str) {
        let remedy = match self {
            Self::Unreadable(_) => "make it readable, or remove it and commission anew",
            Self::Broken(_) => "put back what was written, or remove it and commission anew",
            Self::Unwritable(_) => "make its folder writable",
        };
        (self.to_string(), remedy)
    }
}

impl Book {
    /// Where the book of a gym's file lies: `gym.toml` has `gym.commissioned.toml` beside it.
    #[must_use]
    pub fn path(gym: &Path) -> PathBuf {
        gym.with_extension("commissioned.toml")
    }

    /// The book of a gym's file; an empty one where there is none yet.
    ///
    /// # Errors
    /// [`BookError`] where it is there and cannot be used.
    pub fn of(gym: &Path) -> Result<Self, BookError> {
        let path = Self::path(gym);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(source) => return Err(BookError::Unreadable(source)),
        };
        toml::from_str(&text).map_err(|error| BookError::Broken(error.message().to_owned()))
    }

    /// Enters what was found of a station's machine into the book beside the gym's file, as it stands by now: trials of several machines
    /// may end at once. The file is whole at each instant.
    ///
    /// # Errors
    /// [`BookError`]
    pub fn enter(
        gym: &Path,
        station: &StationConfig,
        by: &str,
        on: Date,
        found: &Found,
    ) -> Result<(), BookError> {
        // Held until it is dropped, behind the last word of the new book. Its own file is another one after each entry.
        let lock = File::open(gym).map_err(BookError::Unwritable)?;
        lock.lock().map_err(BookError::Unwritable)?;
        let mut book = Self::of(gym)?;
        book.note(station, by, on, found);
        book.write(gym).map_err(BookError::Unwritable)
    }

    fn note(&mut self, station: &StationConfig, by: &str, on: Date, found: &Found) {
        self.machines
            .retain(|there| there.station != station.number);
        self.machines.push(Commissioned {
            station: station.number,
            protocol: station.machine.id().to_owned(),
            port: station.port.words(),
            by: by.to_owned(),
            on: on.to_string(),
            follows: found.follows.clone(),
            on_silence: found.on_silence.clone(),
            keeps_load: found.keeps_load,
            stops_in_s: found.stops_in_s,
            relay: found.relay.clone(),
        });
        self.machines.sort_by_key(|there| there.station);
    }

    /// The entry of a station's machine, while it is the same machine at the same port.
    #[must_use]
    pub fn entry(&self, station: &StationConfig) -> Option<&Commissioned> {
        self.machines.iter().find(|there| {
            there.station == station.number
                && there.protocol == station.machine.id()
                && there.port == station.port.words()
        })
    }

    /// Writes it in place of the one that is there.
    fn write(&self, gym: &Path) -> io::Result<()> {
        let path = Self::path(gym);
        let text = toml::to_string(self).map_err(|error| io::Error::other(error.to_string()))?;
        let text = format!(
            "# Written by `station check --live`: what each machine was seen to do.\n\n{text}"
        );
        let (beside, mut file) = making::begin(&path)?;
        let made = file
            .write_all(text.as_bytes())
            .and_then(|()| file.set_permissions(Permissions::from_mode(READ_BY_ALL)))
            .and_then(|()| file.sync_all())
            .and_then(|()| fs::rename(&beside, &path));
        if made.is_err() {
            let _gone = fs::remove_file(&beside);
        }
        made
    }
}
