//! Files in the making: each stands under a hidden name of its own beside its place until it is whole.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// What is made is about patients: for its owner alone.
pub(crate) const PRIVATE_FILE: u32 = 0o600;

/// Begins a file that is to stand at `place`: where it stands until then, and the file. It is made anew: what is there under that name is
/// somebody's.
///
/// # Errors
/// Where it cannot be made.
pub(crate) fn begin(place: &Path) -> io::Result<(PathBuf, File)> {
    let mut name = OsString::from(".");
    name.push(place.file_name().unwrap_or_default());
    name.push(format!(".{}.part", std::process::id()));
    let beside = place.with_file_name(name);
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(PRIVATE_FILE)
        .open(&beside)?;
    Ok((beside, file))
}
