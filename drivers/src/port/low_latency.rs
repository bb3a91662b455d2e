//! USB adapters that gather bytes before they hand them over: the FTDI family, whose timer Linux shows as a file.
//!
//! Deliberately absent: the driver's own low-latency flag (`TIOCSSERIAL`), which the libraries at hand offer by unsafe code alone; other
//! families, which have no timer to set.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Milliseconds that an adapter has to wait at least: its timer's lowest setting.
pub const LEAST_MILLIS: u32 = 1;

/// The timer of one adapter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LatencyTimer {
    /// The file that shows it, and takes another value from who may write it.
    pub file: PathBuf,
    /// How long it waits for more bytes, in milliseconds.
    pub millis: u32,
}

impl LatencyTimer {
    /// The timer of the adapter that a port is; `None` where it has none.
    #[must_use]
    pub fn of(port: &Path) -> Option<Self> {
        Self::under(Path::new("/sys/class/tty"), port)
    }

    fn under(classes: &Path, port: &Path) -> Option<Self> {
        let device = port.canonicalize().ok()?;
        let file = classes
            .join(device.file_name()?)
            .join("device/latency_timer");
        let millis = fs::read_to_string(&file).ok()?.trim().parse().ok()?;
        Some(Self { file, millis })
    }

    /// Whether it waits longer than it has to.
    #[must_use]
    pub const fn is_slow(&self) -> bool {
        self.millis > LEAST_MILLIS
    }

    /// Sets it to its lowest.
    ///
    /// # Errors
    /// What the system says: as a rule that this user may not.
    pub fn lower(&self) -> io::Result<()> {
        fs::write(&self.file, LEAST_MILLIS.to_string())
    }
}

/// Lowers the timer of a port that is about to be opened, where it has one and this user may. Else it stays as it is: the line's clock
/// allows for it.
///
/// # Errors
/// What the system says where it is not lowered.
pub fn lower(port: &Path) -> io::Result<()> {
    match LatencyTimer::of(port).filter(LatencyTimer::is_slow) {
        Some(timer) => timer.lower(),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timer_is_found_by_any_path_of_its_port_and_lowered() {
        let root = std::env::temp_dir().join(format!("station-latency-{}", std::process::id()));
        let device = root.join("class/ttyUSB0/device");
        fs::create_dir_all(&device).unwrap();
        fs::write(device.join("latency_timer"), "16\n").unwrap();
        fs::write(root.join("ttyUSB0"), "").unwrap();
        fs::write(root.join("ttyACM0"), "").unwrap();
        let link = root.join("by-id");
        drop(fs::remove_file(&link));
        std::os::unix::fs::symlink(root.join("ttyUSB0"), &link).unwrap();
        let of = |port: &Path| LatencyTimer::under(&root.join("class"), port);
        let timer = of(&link).unwrap();
        assert_eq!(timer.millis, 16);
        assert!(timer.is_slow());
        timer.lower().unwrap();
        let lowered = of(&link).unwrap();
        assert_eq!(lowered.millis, 1);
        assert!(!lowered.is_slow());
        assert_eq!(of(&root.join("ttyACM0")), None);
        assert_eq!(of(&root.join("ttyUSB9")), None);
        fs::remove_dir_all(&root).unwrap();
    }
}
