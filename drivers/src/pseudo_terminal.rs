//! A pseudo-terminal as the wire between a virtual device and a host that thinks it opens a serial port.
//!
//! Promises: the terminal is raw from its first moment and its far end is kept open here, so that nothing echoes, no setting is
//! lost between two hosts, and the near end never reports a hang-up. Dropping it is an unplug: the host finds its port gone,
//! and the link under a fixed name goes with it.
//!
//! Deliberately absent: the pace of a line. Bytes written are there at once; parity and 7-bit settings have no effect, as on
//! every pseudo-terminal.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::pty::OpenptFlags;
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};
use thiserror::Error;

/// The device's end of a pseudo-terminal.
#[derive(Debug)]
pub struct PseudoTerminal {
    near: OwnedFd,
    far: OwnedFd,
    path: PathBuf,
    link: Option<PathBuf>,
}

/// A pseudo-terminal, or a port for a virtual device, that could not be made ready.
#[derive(Debug, Error)]
pub enum PseudoTerminalError {
    /// The system gave no pseudo-terminal.
    #[error("no pseudo-terminal can be had")]
    Open(#[source] io::Error),
    /// The name under which it was to be found is taken by something that is no link.
    #[error("{} is there already and is no link", .0.display())]
    LinkTaken(PathBuf),
    /// The link could not be made.
    #[error("the link {} cannot be made", path.display())]
    Link {
        /// Where it was to be.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// A port could not be opened for a virtual device.
    #[error("the port {} cannot be opened", path.display())]
    Port {
        /// The port.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
}

impl PseudoTerminal {
    /// Opens one. `line_rate` (baud) is what a host that sets none finds; under `link` a symbolic link leads to it.
    ///
    /// # Errors
    /// Where the system has none left or refuses it, or the link cannot be made. A link that is there is replaced, anything
    /// else is left alone.
    pub fn open(line_rate: u32, link: Option<&Path>) -> Result<Self, PseudoTerminalError> {
        let (near, far, path) =
            open_pair(line_rate).map_err(|errno| PseudoTerminalError::Open(errno.into()))?;
        if let Some(link) = link {
            make_link(&path, link)?;
        }
        Ok(Self {
            near,
            far,
            path,
            link: link.map(Path::to_path_buf),
        })
    }

    /// Where a host opens it: the link where there is one.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.link.as_deref().unwrap_or(&self.path)
    }

    /// The terminal itself, whatever links lead to it.
    #[must_use]
    pub fn device_path(&self) -> &Path {
        &self.path
    }

    /// What the host has sent: how many bytes of `buffer` were filled, 0 where nothing waits.
    ///
    /// # Errors
    /// What the system says, but for "nothing now".
    pub fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        or_nothing(rustix::io::read(&self.near, buffer))
    }

    /// Sends to the host: how many bytes found room. The others are lost where the host does not read, as on a line.
    ///
    /// # Errors
    /// What the system says, but for "no room now".
    pub fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        or_nothing(rustix::io::write(&self.near, bytes))
    }

    /// The rate in baud that the host has set.
    ///
    /// # Errors
    /// What the system says.
    pub fn line_rate(&self) -> io::Result<u32> {
        Ok(tcgetattr(&self.far)?.output_speed())
    }
}

impl AsFd for PseudoTerminal {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.near.as_fd()
    }
}

impl Drop for PseudoTerminal {
    fn drop(&mut self) {
        // Only our own: another may have taken the name since. Whether it can be removed changes nothing for anybody.
        if let Some(link) = &self.link
            && fs::read_link(link).is_ok_and(|target| target == self.path)
        {
            fs::remove_file(link).ok();
        }
    }
}

/// Opens a serial port from the device's side: raw, not blocking, at `line_rate` baud.
///
/// # Errors
/// [`PseudoTerminalError::Port`].
pub fn open_port(path: &Path, line_rate: u32) -> Result<OwnedFd, PseudoTerminalError> {
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let opened = rustix::fs::open(path, flags, Mode::empty()).and_then(|port| {
        make_raw(&port, line_rate)?;
        Ok(port)
    });
    opened.map_err(|errno| PseudoTerminalError::Port {
        path: path.to_path_buf(),
        source: errno.into(),
    })
}

/// A read or write that had nothing to do counts as one of no bytes.
///
/// # Errors
/// What the system says, but for "not now".
pub(crate) fn or_nothing(result: Result<usize, Errno>) -> io::Result<usize> {
    match result {
        Ok(count) => Ok(count),
        Err(Errno::AGAIN | Errno::INTR) => Ok(0),
        Err(errno) => Err(errno.into()),
    }
}

fn open_pair(line_rate: u32) -> Result<(OwnedFd, OwnedFd, PathBuf), Errno> {
    let near = rustix::pty::openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
    rustix::io::fcntl_setfd(&near, rustix::io::FdFlags::CLOEXEC)?;
    rustix::pty::grantpt(&near)?;
    rustix::pty::unlockpt(&near)?;
    let name = rustix::pty::ptsname(&near, Vec::new())?;
    let path = PathBuf::from(OsStr::from_bytes(name.as_bytes()));
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
    let far = rustix::fs::open(&path, flags, Mode::empty())?;
    make_raw(&far, line_rate)?;
    let flags = rustix::fs::fcntl_getfl(&near)?;
    rustix::fs::fcntl_setfl(&near, flags | OFlags::NONBLOCK)?;
    Ok((near, far, path))
}

fn make_raw(terminal: &OwnedFd, line_rate: u32) -> Result<(), Errno> {
    let mut settings = tcgetattr(terminal)?;
    settings.make_raw();
    settings.set_speed(line_rate)?;
    tcsetattr(terminal, OptionalActions::Now, &settings)
}

/// Puts the link there in one move, so that a host that looks always finds the old or the new one.
fn make_link(target: &Path, link: &Path) -> Result<(), PseudoTerminalError> {
    if fs::symlink_metadata(link).is_ok_and(|found| !found.file_type().is_symlink()) {
        return Err(PseudoTerminalError::LinkTaken(link.to_path_buf()));
    }
    let mut name = link.as_os_str().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let fresh = PathBuf::from(name);
    std::os::unix::fs::symlink(target, &fresh)
        .and_then(|()| fs::rename(&fresh, link))
        .map_err(|source| PseudoTerminalError::Link {
            path: link.to_path_buf(),
            source,
        })
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::{Read, Write};

    use rustix::event::{PollFd, PollFlags, Timespec, poll};

    use super::*;

    fn host(path: &Path) -> File {
        File::options().read(true).write(true).open(path).unwrap()
    }

    /// Waits until something can be read.
    fn wait_for(source: &impl AsFd) {
        let limit = Timespec {
            tv_sec: 10,
            tv_nsec: 0,
        };
        let mut sources = [PollFd::new(source, PollFlags::IN)];
        assert_eq!(poll(&mut sources, Some(&limit)), Ok(1));
    }

    #[test]
    fn every_byte_passes_in_both_directions_unchanged() {
        let terminal = PseudoTerminal::open(9_600, None).unwrap();
        let mut host = host(terminal.path());
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(terminal.write(&all).unwrap(), 256);
        let mut seen = vec![0; 256];
        host.read_exact(&mut seen).unwrap();
        assert_eq!(seen, all);

        host.write_all(&all).unwrap();
        let mut seen = Vec::new();
        while seen.len() < 256 {
            wait_for(&terminal);
            let mut buffer = [0; 64];
            let count = terminal.read(&mut buffer).unwrap();
            seen.extend_from_slice(&buffer[..count]);
        }
        assert_eq!(seen, all);
    }

    #[test]
    fn nothing_echoes_before_a_host_has_opened_it() {
        let terminal = PseudoTerminal::open(9_600, None).unwrap();
        terminal.write(b"abc\n").unwrap();
        assert_eq!(terminal.read(&mut [0; 16]).unwrap(), 0);
    }

    #[test]
    fn what_nobody_reads_fills_a_buffer_that_has_an_end() {
        let terminal = PseudoTerminal::open(9_600, None).unwrap();
        let mut kept = 0;
        for _ in 0..1_000 {
            kept += terminal.write(&[7; 1_000]).unwrap();
        }
        assert!((1..1_000_000).contains(&kept), "{kept}");
    }

    #[test]
    fn the_rate_that_a_host_sets_is_seen() {
        let terminal = PseudoTerminal::open(9_600, None).unwrap();
        assert_eq!(terminal.line_rate().unwrap(), 9_600);
        let host = host(terminal.path());
        let mut settings = tcgetattr(&host).unwrap();
        settings.set_speed(115_200).unwrap();
        tcsetattr(&host, OptionalActions::Now, &settings).unwrap();
        assert_eq!(terminal.line_rate().unwrap(), 115_200);
    }

    #[test]
    fn a_dropped_terminal_is_gone_for_its_host_and_so_is_its_link() {
        let folder = Folder::new("unplug");
        let link = folder.0.join("oximeter");
        let terminal = PseudoTerminal::open(9_600, Some(&link)).unwrap();
        let mut host = host(&link);
        assert_eq!(fs::read_link(&link).unwrap(), terminal.device_path());
        drop(terminal);
        let read = host.read(&mut [0; 16]);
        assert!(matches!(read, Ok(0) | Err(_)), "{read:?}");
        assert!(fs::symlink_metadata(&link).is_err());
    }

    #[test]
    fn a_link_is_replaced_and_removed_by_its_owner_alone() {
        let folder = Folder::new("link");
        let link = folder.0.join("strap");
        let first = PseudoTerminal::open(9_600, Some(&link)).unwrap();
        let second = PseudoTerminal::open(9_600, Some(&link)).unwrap();
        drop(first);
        assert_eq!(fs::read_link(&link).unwrap(), second.device_path());
    }

    #[test]
    fn a_file_in_the_place_of_the_link_is_left_alone() {
        let folder = Folder::new("file");
        let link = folder.0.join("notes");
        fs::write(&link, "keep me").unwrap();
        let error = PseudoTerminal::open(9_600, Some(&link)).unwrap_err();
        assert!(matches!(error, PseudoTerminalError::LinkTaken(_)));
        assert_eq!(fs::read_to_string(&link).unwrap(), "keep me");
    }

    #[test]
    fn a_port_that_is_not_there_is_named() {
        let error = open_port(Path::new("/dev/no-such-port"), 9_600).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the port /dev/no-such-port cannot be opened"
        );
    }

    /// A folder of one test, removed at its end.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let name = format!("station-pty-{name}-{}", std::process::id());
            let path = std::env::temp_dir().join(name);
            fs::create_dir_all(&path).unwrap();
            Self(path)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).ok();
        }
    }
}
