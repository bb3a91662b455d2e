//! Which program has a port open, as far as the system tells.

use std::fmt;
use std::fs;
use std::path::Path;

/// A program that has a port open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::commands) struct Holder {
    /// Its name, and its process.
    pub(in crate::commands) name: String,
    pub(in crate::commands) process: u32,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (process {})", self.name, self.process)
    }
}

impl Holder {
    /// Who has the port open, but for this process; `None` where nobody does or the system does not tell. Whoever has the other end of
    /// a pseudo-terminal is the device, and may have its port open as well.
    pub(in crate::commands) fn of(port: &Path) -> Option<Self> {
        Self::among(Path::new("/proc"), port)
    }

    fn among(processes: &Path, port: &Path) -> Option<Self> {
        let port = port.canonicalize().ok()?;
        let terminal = port
            .strip_prefix("/dev/pts")
            .ok()
            .and_then(Path::to_str)
            .map(str::to_owned);
        fs::read_dir(processes).ok()?.flatten().find_map(|process| {
            let number: u32 = process.file_name().to_str()?.parse().ok()?;
            let home = process.path();
            let is_other = number != std::process::id();
            (is_other && has_open(&home, &port) && !is_device(&home, terminal.as_deref())).then(
                || Self {
                    name: name_of(&home),
                    process: number,
                },
            )
        })
    }
}

fn has_open(process: &Path, port: &Path) -> bool {
    let Ok(files) = fs::read_dir(process.join("fd")) else {
        return false;
    };
    files
        .flatten()
        .any(|file| fs::read_link(file.path()).is_ok_and(|target| target == port))
}

/// Whether a process has the device's end of the pseudo-terminal of this number.
fn is_device(process: &Path, terminal: Option<&str>) -> bool {
    let (Some(terminal), Ok(files)) = (terminal, fs::read_dir(process.join("fdinfo"))) else {
        return false;
    };
    files.flatten().any(|file| {
        let told = fs::read_to_string(file.path()).unwrap_or_default();
        let index = told
            .lines()
            .find_map(|line| line.strip_prefix("tty-index:"));
        index.is_some_and(|index| index.trim() == terminal)
    })
}

fn name_of(process: &Path) -> String {
    let name = fs::read_to_string(process.join("comm")).unwrap_or_default();
    match name.trim() {
        "" => "another program".to_owned(),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn whoever_has_a_port_open_is_named_and_nobody_else() {
        let folder = tempfile::tempdir().unwrap();
        let port = folder.path().join("ttyUSB0");
        let other = folder.path().join("ttyUSB1");
        fs::write(&port, "").unwrap();
        fs::write(&other, "").unwrap();
        let processes = folder.path().join("proc");
        let files = processes.join("4711/fd");
        fs::create_dir_all(&files).unwrap();
        fs::write(processes.join("4711/comm"), "minicom\n").unwrap();
        symlink(port.canonicalize().unwrap(), files.join("3")).unwrap();
        let holder = Holder::among(&processes, &port).unwrap();
        assert_eq!(holder.to_string(), "minicom (process 4711)");
        assert_eq!(Holder::among(&processes, &other), None);
    }

    #[test]
    fn a_port_that_this_process_has_open_is_free() {
        let folder = tempfile::tempdir().unwrap();
        let port = folder.path().join("ttyUSB0");
        let _open = fs::File::create(&port).unwrap();
        assert_eq!(Holder::of(&port), None);
    }
}
