//! Where a record is when nobody names one: the user's data folder, as the XDG base directory specification says.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::error::RecordsError;

/// Which record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// The gym's.
    Gym,
    /// The demonstration's own.
    Demonstration,
}

impl Which {
    const fn file_name(self) -> &'static str {
        match self {
            Self::Gym => "record.sqlite",
            Self::Demonstration => "demo.sqlite",
        }
    }
}

/// The environment's word for the record that commands at a desk work on.
const STATION_RECORD: &str = "STATION_RECORD";

/// The record that a command at a desk works on: the one that was named on the command line, else by the environment, else the gym's own. A gym
/// and a demonstration do not ask the environment: what they write to is never chosen by accident.
///
/// # Errors
/// [`RecordsError::NoHome`] where none was named and no folder is known.
pub fn at_desk(named: Option<&Path>) -> Result<PathBuf, RecordsError> {
    match named.map(Path::to_owned).or_else(by_environment) {
        Some(path) => Ok(path),
        None => resolve(None, Which::Gym),
    }
}

/// The record that the environment names.
pub(super) fn by_environment() -> Option<PathBuf> {
    std::env::var_os(STATION_RECORD)
        .filter(|named| !named.is_empty())
        .map(PathBuf::from)
}

/// The record that a command works on: the one that was named, else the one in the user's data folder.
///
/// # Errors
/// [`RecordsError::NoHome`] where none was named and no folder is known.
pub fn resolve(named: Option<&Path>, which: Which) -> Result<PathBuf, RecordsError> {
    match named {
        Some(path) => Ok(path.to_owned()),
        None => default_path(
            which,
            std::env::var_os("XDG_DATA_HOME"),
            std::env::var_os("HOME"),
        ),
    }
}

fn default_path(
    which: Which,
    data_home: Option<OsString>,
    home: Option<OsString>,
) -> Result<PathBuf, RecordsError> {
    let folder = data_home
        .map(PathBuf::from)
        // The specification: what is not absolute is ignored.
        .filter(|folder| folder.is_absolute())
        .or_else(|| {
            home.filter(|home| !home.is_empty())
                .map(|home| Path::new(&home).join(".local/share"))
        })
        .ok_or(RecordsError::NoHome)?;
    Ok(folder.join("station").join(which.file_name()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_folder_is_found_as_the_specification_says() {
        let found = |data: Option<&str>, home: Option<&str>| {
            default_path(
                Which::Gym,
                data.map(OsString::from),
                home.map(OsString::from),
            )
            .ok()
        };
        assert_eq!(
            found(Some("/data"), Some("/home/ada")),
            Some("/data/station/record.sqlite".into())
        );
        let at_home = Some("/home/ada/.local/share/station/record.sqlite".into());
        assert_eq!(found(None, Some("/home/ada")), at_home);
        assert_eq!(found(Some(""), Some("/home/ada")), at_home);
        assert_eq!(found(Some("relative"), Some("/home/ada")), at_home);
        assert_eq!(found(None, None), None);
    }

    #[test]
    fn the_demonstration_has_a_record_of_its_own() {
        let path = default_path(Which::Demonstration, Some("/data".into()), None).unwrap();
        assert_eq!(path, Path::new("/data/station/demo.sqlite"));
    }
}
