//! Where the gym's socket lies, and the directory around it: ours alone, from the first version on.

use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// Why a socket's directory is not used.
#[derive(Debug, Error)]
pub enum AddressError {
    /// It cannot be made or looked at.
    #[error("{path}: {source}")]
    Directory {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It belongs to somebody else, or is no directory.
    #[error("{path} is not a directory of yours: remove it, or name another socket with --socket")]
    NotOurs {
        /// Which.
        path: PathBuf,
    },
    /// Others may look into it.
    #[error("{path} can be entered by others (mode {mode:04o}): chmod 700 {path}")]
    Open {
        /// Which.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// The socket's path names no directory.
    #[error(
        "the socket {path} names no folder: write its whole path, such as /run/user/1000/station/gym.sock"
    )]
    NoDirectory {
        /// Which.
        path: PathBuf,
    },
}

/// The socket of this user's gym where nobody named another: `$XDG_RUNTIME_DIR/station/gym.sock`, without that variable
/// `/tmp/station-UID/gym.sock`.
#[must_use]
pub fn default_socket() -> PathBuf {
    socket_in(
        std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from),
        uid(),
    )
}

fn socket_in(runtime: Option<PathBuf>, uid: u32) -> PathBuf {
    match runtime {
        Some(runtime) if runtime.is_absolute() => runtime.join("station"),
        Some(_) | None => PathBuf::from(format!("/tmp/station-{uid}")),
    }
    .join("gym.sock")
}

fn uid() -> u32 {
    rustix::process::getuid().as_raw()
}

/// Makes the socket's directory, mode 0700, or checks the one that is there. For the gym.
///
/// # Errors
/// [`AddressError`]: the directory cannot be made, is somebody else's, or is open to others.
pub fn prepare(socket: &Path) -> Result<(), AddressError> {
    let directory = directory_of(socket)?;
    let made = fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(directory);
    made.map_err(|source| AddressError::Directory {
        path: directory.to_owned(),
        source,
    })?;
    check(socket)
}

/// Checks that the socket's directory is ours alone, so that no other user's gym is taken for ours. For gym and viewers.
///
/// # Errors
/// [`AddressError`]: the directory is not there, somebody else's, or open to others.
pub fn check(socket: &Path) -> Result<(), AddressError> {
    let directory = directory_of(socket)?;
    let found = fs::symlink_metadata(directory).map_err(|source| AddressError::Directory {
        path: directory.to_owned(),
        source,
    })?;
    if !found.is_dir() || found.uid() != uid() {
        return Err(AddressError::NotOurs {
            path: directory.to_owned(),
        });
    }
    let mode = found.permissions().mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(AddressError::Open {
            path: directory.to_owned(),
            mode,
        });
    }
    Ok(())
}

fn directory_of(socket: &Path) -> Result<&Path, AddressError> {
    socket
        .parent()
        .filter(|directory| !directory.as_os_str().is_empty())
        .ok_or_else(|| AddressError::NoDirectory {
            path: socket.to_owned(),
        })
}

/// The sockets in the same directory at which somebody answers: a demonstration has one of its own beside the gym's. The directory was
/// looked at before, or is not there.
#[must_use]
pub fn answering_beside(socket: &Path) -> Vec<PathBuf> {
    let Some(entries) = socket.parent().and_then(|there| fs::read_dir(there).ok()) else {
        return Vec::new();
    };
    let mut answering: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path != socket && path.extension().is_some_and(|it| it == "sock"))
        .filter(|path| UnixStream::connect(path).is_ok())
        .collect();
    answering.sort();
    answering
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runtime_directory_comes_first_and_a_relative_one_is_not_believed() {
        assert_eq!(
            socket_in(Some(PathBuf::from("/run/user/7")), 7),
            PathBuf::from("/run/user/7/station/gym.sock")
        );
        assert_eq!(socket_in(None, 7), PathBuf::from("/tmp/station-7/gym.sock"));
        assert_eq!(
            socket_in(Some(PathBuf::from("run")), 7),
            PathBuf::from("/tmp/station-7/gym.sock")
        );
    }

    #[test]
    fn the_directory_is_ours_alone_or_refused() {
        let temporary = tempfile::tempdir().unwrap();
        let socket = temporary.path().join("station").join("gym.sock");
        assert!(matches!(
            check(&socket),
            Err(AddressError::Directory { .. })
        ));
        prepare(&socket).unwrap();
        let directory = socket.parent().unwrap();
        let mode = fs::metadata(directory).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o700);
        fs::set_permissions(directory, fs::Permissions::from_mode(0o750)).unwrap();
        assert!(matches!(
            prepare(&socket),
            Err(AddressError::Open { mode: 0o750, .. })
        ));
    }

    #[test]
    fn a_link_in_place_of_the_directory_is_refused() {
        let temporary = tempfile::tempdir().unwrap();
        let real = temporary.path().join("real");
        fs::DirBuilder::new().mode(0o700).create(&real).unwrap();
        let link = temporary.path().join("link");
        std::os::unix::fs::symlink(&real, &link).unwrap();
        assert!(matches!(
            check(&link.join("gym.sock")),
            Err(AddressError::NotOurs { .. })
        ));
        assert!(matches!(
            check(Path::new("gym.sock")),
            Err(AddressError::NoDirectory { .. })
        ));
    }
}
