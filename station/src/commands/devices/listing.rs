//! The serial ports of this machine, with the adapters that they are.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

/// One serial port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Listed {
    /// The path to write in a configuration: by the adapter's own number where it has one, else by the socket.
    pub(super) port: PathBuf,
    /// The path of the day: given out anew at each plug.
    pub(super) device: PathBuf,
    /// The socket that it is plugged into.
    pub(super) by_path: Option<PathBuf>,
    /// What the adapter calls itself.
    pub(super) adapter: Option<String>,
    /// The adapter's own number; many cheap ones have none.
    pub(super) usb_serial: Option<String>,
}

/// All serial ports, in the order of their names. A port on the board that has no chip behind it is left out, and so is one that is the
/// system's console: whoever reads it would take a question for a command.
pub(super) fn all() -> Vec<Listed> {
    under(Path::new("/sys/class/tty"), Path::new("/dev"))
}

fn under(classes: &Path, devices: &Path) -> Vec<Listed> {
    let Ok(entries) = fs::read_dir(classes) else {
        return Vec::new();
    };
    let consoles = fs::read_to_string(classes.join("console/active")).unwrap_or_default();
    let is_console = |name: &str| consoles.split_whitespace().any(|console| console == name);
    let mut found: Vec<Listed> = entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let class = entry.path();
            let device = devices.join(&name);
            (is_port(&class, &name) && !is_console(&name) && device.exists())
                .then(|| listed(&class, device, devices))
        })
        .collect();
    found.sort_by(|one, other| one.device.cmp(&other.device));
    found
}

/// A port that was named, whatever it is.
pub(super) fn named(path: &Path) -> Listed {
    let device = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let class = device
        .file_name()
        .map(|name| Path::new("/sys/class/tty").join(name));
    let told = match class {
        Some(class) if class.join("device").exists() => listed(&class, device, Path::new("/dev")),
        Some(_) | None => Listed {
            port: path.to_path_buf(),
            device,
            by_path: None,
            adapter: None,
            usb_serial: None,
        },
    };
    Listed {
        port: path.to_path_buf(),
        ..told
    }
}

/// Terminals of the screen have no device behind them; sockets on the board that lead nowhere have type 0.
fn is_port(class: &Path, name: &str) -> bool {
    let has_chip = fs::read_to_string(class.join("type")).is_ok_and(|kind| kind.trim() != "0");
    class.join("device").exists() && (!name.starts_with("ttyS") || has_chip)
        || name.starts_with("rfcomm")
}

fn listed(class: &Path, device: PathBuf, devices: &Path) -> Listed {
    let usb = usb_device(class);
    let told = |what: &str| {
        let usb = usb.as_deref()?;
        let text = fs::read_to_string(usb.join(what)).ok()?;
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    };
    let usb_serial = told("serial");
    let adapter = match (told("manufacturer"), told("product")) {
        (Some(maker), Some(product)) if product.starts_with(&maker) => Some(product),
        (Some(maker), Some(product)) => Some(format!("{maker} {product}")),
        (maker, product) => product.or(maker),
    };
    let by_path = link_to(&devices.join("serial/by-path"), &device);
    // Two adapters without numbers share one name by id, which then leads to either.
    let by_id = usb_serial
        .as_ref()
        .and_then(|_| link_to(&devices.join("serial/by-id"), &device));
    let port = by_id
        .or_else(|| by_path.clone())
        .unwrap_or_else(|| device.clone());
    Listed {
        port,
        device,
        by_path,
        adapter,
        usb_serial,
    }
}

/// The USB device that a port belongs to: the nearest folder above it that has a vendor.
fn usb_device(class: &Path) -> Option<PathBuf> {
    let device = class.join("device").canonicalize().ok()?;
    device
        .ancestors()
        .find(|folder| folder.join("idVendor").exists())
        .map(Path::to_path_buf)
}

/// The link in `folder` that leads to `device`.
fn link_to(folder: &Path, device: &Path) -> Option<PathBuf> {
    let target = device.canonicalize().ok()?;
    let mut links: Vec<PathBuf> = fs::read_dir(folder)
        .ok()?
        .flatten()
        .map(|entry| entry.path())
        .filter(|link| link.canonicalize().is_ok_and(|leads| leads == target))
        .collect();
    links.sort();
    links.into_iter().next()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    /// A machine with two adapters, one of them without a number of its own, a socket on the board without a chip, and a console.
    fn machine(root: &Path) -> (PathBuf, PathBuf) {
        let (classes, devices) = (root.join("class"), root.join("dev"));
        for (name, socket, serial) in [
            ("ttyUSB0", "1-1", Some("A50285BI")),
            ("ttyUSB1", "1-2", None),
        ] {
            let usb = root.join("usb").join(socket);
            let port = usb.join("interface");
            fs::create_dir_all(&port).unwrap();
            fs::write(usb.join("idVendor"), "0403\n").unwrap();
            fs::write(usb.join("manufacturer"), "FTDI\n").unwrap();
            fs::write(usb.join("product"), "FT232R USB UART\n").unwrap();
            if let Some(serial) = serial {
                fs::write(usb.join("serial"), serial).unwrap();
            }
            let class = classes.join(name);
            fs::create_dir_all(&class).unwrap();
            symlink(&port, class.join("device")).unwrap();
            for (folder, link) in [
                ("by-id", "usb-FTDI".to_owned()),
                ("by-path", format!("usb-{socket}")),
            ] {
                let folder = devices.join("serial").join(folder);
                fs::create_dir_all(&folder).unwrap();
                fs::write(devices.join(name), "").unwrap();
                let link = folder.join(link);
                if !link.exists() {
                    symlink(devices.join(name), link).unwrap();
                }
            }
        }
        let empty = classes.join("ttyS0");
        fs::create_dir_all(empty.join("device")).unwrap();
        fs::write(empty.join("type"), "0\n").unwrap();
        fs::write(devices.join("ttyS0"), "").unwrap();
        fs::create_dir_all(classes.join("tty1")).unwrap();
        let console = classes.join("ttyS1");
        fs::create_dir_all(console.join("device")).unwrap();
        fs::write(console.join("type"), "4\n").unwrap();
        fs::write(devices.join("ttyS1"), "").unwrap();
        fs::create_dir_all(classes.join("console")).unwrap();
        fs::write(classes.join("console/active"), "tty0 ttyS1\n").unwrap();
        (classes, devices)
    }

    #[test]
    fn an_adapter_is_named_by_its_number_and_one_without_by_its_socket() {
        let folder = tempfile::tempdir().unwrap();
        let (classes, devices) = machine(folder.path());
        let ports = under(&classes, &devices);
        let [numbered, nameless] = ports.as_slice() else {
            panic!("two adapters: {ports:#?}");
        };
        assert_eq!(numbered.port, devices.join("serial/by-id/usb-FTDI"));
        assert_eq!(numbered.usb_serial.as_deref(), Some("A50285BI"));
        assert_eq!(numbered.adapter.as_deref(), Some("FTDI FT232R USB UART"));
        assert_eq!(nameless.port, devices.join("serial/by-path/usb-1-2"));
        assert_eq!(nameless.usb_serial, None);
        assert_eq!(nameless.device, devices.join("ttyUSB1"));
    }
}
