//! One virtual device's port.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::io::Errno;

use super::ShellError;
use crate::pseudo_terminal::{PseudoTerminal, PseudoTerminalError, open_port, or_nothing};

/// Where a device of a rig is to be found by a host: a pseudo-terminal that comes and goes with its plug, or a port that is
/// there.
#[derive(Debug)]
pub struct RigPort {
    rig: usize,
    device: usize,
    line_rate: u32,
    place: Place,
    garbled: Vec<u8>,
    lost_bytes: u64,
}

#[derive(Debug)]
enum Place {
    Terminal {
        link: Option<PathBuf>,
        open: Option<PseudoTerminal>,
    },
    Port {
        path: PathBuf,
        open: OwnedFd,
        plugged: bool,
    },
}

impl RigPort {
    /// Opens a pseudo-terminal for device `device` of rig `rig`, which talks at `line_rate` baud. Under `link` a symbolic link
    /// leads to it, also after an unplug and return.
    ///
    /// # Errors
    /// As [`PseudoTerminal::open`].
    pub fn on_pseudo_terminal(
        rig: usize,
        device: usize,
        line_rate: u32,
        link: Option<&Path>,
    ) -> Result<Self, PseudoTerminalError> {
        let open = PseudoTerminal::open(line_rate, link)?;
        let place = Place::Terminal {
            link: link.map(Path::to_path_buf),
            open: Some(open),
        };
        Ok(Self::at(rig, device, line_rate, place))
    }

    /// Opens a port that is there, such as one end of a null modem. A pulled plug is silence on it.
    ///
    /// # Errors
    /// As [`open_port`].
    pub fn on_port(
        rig: usize,
        device: usize,
        line_rate: u32,
        path: &Path,
    ) -> Result<Self, PseudoTerminalError> {
        let place = Place::Port {
            path: path.to_path_buf(),
            open: open_port(path, line_rate)?,
            plugged: true,
        };
        Ok(Self::at(rig, device, line_rate, place))
    }

    const fn at(rig: usize, device: usize, line_rate: u32, place: Place) -> Self {
        Self {
            rig,
            device,
            line_rate,
            place,
            garbled: Vec::new(),
            lost_bytes: 0,
        }
    }

    /// The rig's place among those served.
    #[must_use]
    pub const fn rig(&self) -> usize {
        self.rig
    }

    /// The device's number in its rig.
    #[must_use]
    pub const fn device(&self) -> usize {
        self.device
    }

    /// Where a host opens it; `None` while it is unplugged and has no link.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match &self.place {
            Place::Terminal {
                link: Some(link), ..
            } => Some(link),
            Place::Terminal { link: None, open } => open.as_ref().map(PseudoTerminal::path),
            Place::Port { path, .. } => Some(path),
        }
    }

    /// Bytes that found no room, as the host does not read.
    #[must_use]
    pub const fn lost_bytes(&self) -> u64 {
        self.lost_bytes
    }

    /// What to watch for bytes; `None` while nothing can come.
    pub(super) fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        match &self.place {
            Place::Terminal { open, .. } => open.as_ref().map(AsFd::as_fd),
            Place::Port { open, .. } => Some(open.as_fd()),
        }
    }

    pub(super) fn unplug(&mut self) {
        match &mut self.place {
            Place::Terminal { open, .. } => *open = None,
            Place::Port { plugged, .. } => *plugged = false,
        }
    }

    pub(super) fn plug_in(&mut self) -> Result<(), PseudoTerminalError> {
        match &mut self.place {
            Place::Terminal { link, open } => {
                *open = Some(PseudoTerminal::open(self.line_rate, link.as_deref())?);
            }
            Place::Port { plugged, .. } => *plugged = true,
        }
        Ok(())
    }

    /// Sends to the host, garbage where its rate is not the device's.
    pub(super) fn send(&mut self, bytes: &[u8]) -> Result<(), ShellError> {
        self.garbled.clear();
        self.garbled.extend_from_slice(bytes);
        if self.rate_is_wrong() {
            garble(&mut self.garbled);
        }
        let written = match &self.place {
            Place::Terminal { open: None, .. } | Place::Port { plugged: false, .. } => Ok(0),
            Place::Terminal {
                open: Some(terminal),
                ..
            } => terminal.write(&self.garbled),
            Place::Port { open, .. } => or_nothing(rustix::io::write(open, &self.garbled)),
        };
        let written = written.map_err(|source| self.broken(source))?;
        let lost = u64::try_from(bytes.len().saturating_sub(written)).unwrap_or(u64::MAX);
        self.lost_bytes = self.lost_bytes.saturating_add(lost);
        Ok(())
    }

    /// What the host has sent, garbage where its rate is not the device's.
    pub(super) fn receive<'a>(&self, buffer: &'a mut [u8]) -> Result<&'a [u8], ShellError> {
        let count = match &self.place {
            Place::Terminal { open: None, .. } => Ok(0),
            Place::Terminal {
                open: Some(terminal),
                ..
            } => terminal.read(buffer),
            Place::Port { open, plugged, .. } => match rustix::io::read(open, &mut *buffer) {
                // A port that says it has bytes and gives none is gone.
                Ok(0) => Err(io::Error::from(Errno::IO)),
                Ok(_) if !plugged => Ok(0),
                result => or_nothing(result),
            },
        };
        let count = count.map_err(|source| self.broken(source))?;
        let heard = buffer.get_mut(..count).unwrap_or_default();
        if self.rate_is_wrong() {
            garble(heard);
        }
        Ok(heard)
    }

    /// Whether the host has set another rate than the device's. A port that is there has a line of its own, which garbles by
    /// itself.
    fn rate_is_wrong(&self) -> bool {
        match &self.place {
            Place::Terminal {
                open: Some(terminal),
                ..
            } => terminal
                .line_rate()
                .is_ok_and(|rate| rate != self.line_rate),
            Place::Terminal { open: None, .. } | Place::Port { .. } => false,
        }
    }

    fn broken(&self, source: io::Error) -> ShellError {
        let path = self.path().map(|path| path.display().to_string());
        ShellError::Port {
            path: path.unwrap_or_default(),
            source,
        }
    }
}

/// What bytes look like at a wrong rate: never as they were, and the same each time.
pub(super) fn garble(bytes: &mut [u8]) {
    for byte in bytes {
        *byte = byte.rotate_left(3) ^ 0xD6;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_without_a_device_behind_it_is_named() {
        let error = RigPort::on_port(0, 0, 9_600, Path::new("/dev/no-such-port")).unwrap_err();
        assert!(error.to_string().contains("/dev/no-such-port"));
    }

    #[test]
    fn no_byte_survives_a_wrong_rate() {
        for byte in 0..=255_u8 {
            let mut bytes = [byte];
            garble(&mut bytes);
            assert_ne!(bytes, [byte]);
        }
    }
}
