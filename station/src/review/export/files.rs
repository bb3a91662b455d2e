//! Files that are whole or not there: each is written beside its place, for its owner alone, made durable, and put there at the end.

use std::fs::{DirBuilder, File};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use super::ExportError;
use crate::making;

/// What is made is about patients.
const PRIVATE_FOLDER: u32 = 0o700;

/// Files in the making. Dropped before [`Staged::place`] has placed them, all of it is gone again.
#[derive(Debug, Default)]
pub struct Staged {
    /// Where each stands now, and where it is to be.
    files: Vec<(PathBuf, PathBuf)>,
    /// Folders that were made for them, one in another after it.
    folders: Vec<PathBuf>,
    force: bool,
}

impl Staged {
    /// Nothing yet. With `force`, files that are there give way.
    #[must_use]
    pub const fn new(force: bool) -> Self {
        Self {
            files: Vec::new(),
            folders: Vec::new(),
            force,
        }
    }

    /// A folder for files: there, or made in one that is there. A way that is not there is not made: it may be that of a disk that nobody
    /// has connected.
    ///
    /// # Errors
    /// Where something else is there, there is no folder to make it in, or the system refuses.
    pub fn folder(&mut self, path: &Path) -> Result<(), ExportError> {
        if path.is_dir() || path.as_os_str().is_empty() {
            return Ok(());
        }
        if path.symlink_metadata().is_ok() {
            return Err(ExportError::Occupied {
                path: path.to_owned(),
                wanted: "folder",
            });
        }
        is_in_a_folder(path)?;
        DirBuilder::new()
            .mode(PRIVATE_FOLDER)
            .create(path)
            .map_err(|because| unwritten(path, because))?;
        self.folders.push(path.to_owned());
        Ok(())
    }

    /// Writes a file beside its place.
    ///
    /// # Errors
    /// Where something is there already, or the system refuses.
    pub fn file(&mut self, path: &Path, bytes: &[u8]) -> Result<(), ExportError> {
        self.permitted(path)?;
        if path.file_name().is_none() {
            return Err(ExportError::Occupied {
                path: path.to_owned(),
                wanted: "file",
            });
        }
        // Who ends a name with a slash means a folder, whatever stands before it.
        if path.as_os_str().as_encoded_bytes().ends_with(b"/") {
            return Err(ExportError::Nowhere {
                folder: path.to_owned(),
            });
        }
        is_in_a_folder(path)?;
        let (beside, mut file) = making::begin(path).map_err(|because| unwritten(path, because))?;
        self.files.push((beside, path.to_owned()));
        file.write_all(bytes)
            .and_then(|()| file.sync_all())
            .map_err(|because| unwritten(path, because))
    }

    /// Puts every file in its place.
    ///
    /// # Errors
    /// Where the system refuses; a file that was placed then stays, whole.
    pub fn place(mut self) -> Result<Vec<PathBuf>, ExportError> {
        let mut placed = Vec::new();
        for (_, path) in &self.files {
            self.permitted(path)?;
        }
        while let Some((beside, path)) = self.files.first().cloned() {
            std::fs::rename(&beside, &path).map_err(|because| unwritten(&path, because))?;
            self.files.remove(0);
            placed.push(path);
        }
        self.folders.clear();
        for folder in placed.iter().filter_map(|path| path.parent()) {
            let folder = if folder.as_os_str().is_empty() {
                Path::new(".")
            } else {
                folder
            };
            File::open(folder)
                .and_then(|folder| folder.sync_all())
                .map_err(|because| unwritten(folder, because))?;
        }
        Ok(placed)
    }

    fn permitted(&self, path: &Path) -> Result<(), ExportError> {
        match path.symlink_metadata() {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(because) => Err(unwritten(path, because)),
            Ok(there) if !there.is_file() => Err(ExportError::Occupied {
                path: path.to_owned(),
                wanted: "regular file",
            }),
            Ok(_) if self.force => Ok(()),
            Ok(_) => Err(ExportError::There {
                path: path.to_owned(),
            }),
        }
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // What cannot be removed again is a hidden file beside, of a name that no reader takes for an export.
        for (beside, _) in self.files.drain(..) {
            drop(std::fs::remove_file(beside));
        }
        for folder in self.folders.drain(..).rev() {
            drop(std::fs::remove_dir(folder));
        }
    }
}

fn is_in_a_folder(path: &Path) -> Result<(), ExportError> {
    match path.parent() {
        Some(around) if !around.as_os_str().is_empty() && !around.exists() => {
            Err(ExportError::Nowhere {
                folder: around.to_owned(),
            })
        }
        Some(_) | None => Ok(()),
    }
}

fn unwritten(path: &Path, because: std::io::Error) -> ExportError {
    ExportError::Unwritten {
        path: path.to_owned(),
        because,
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn files_appear_together_for_their_owner_alone() {
        let around = tempfile::tempdir().unwrap();
        let folder = around.path().join("deep/out");
        let mut staged = Staged::new(false);
        staged.folder(&around.path().join("deep")).unwrap();
        staged.folder(&folder).unwrap();
        staged.file(&folder.join("a.csv"), b"a").unwrap();
        staged.file(&folder.join("b.csv"), b"b").unwrap();
        assert!(!folder.join("a.csv").exists());
        staged.place().unwrap();
        assert_eq!(names(&folder), ["a.csv", "b.csv"]);
        for name in ["a.csv", "b.csv"] {
            let mode = folder.join(name).metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        assert_eq!(
            folder.metadata().unwrap().permissions().mode() & 0o777,
            0o700
        );
    }

    #[test]
    fn a_folder_that_is_not_there_takes_no_file_and_is_named() {
        let around = tempfile::tempdir().unwrap();
        for (place, folder) in [("out/", "out/"), ("out/a.csv", "out")] {
            let mut staged = Staged::new(false);
            let refusal = staged.file(&around.path().join(place), b"a").unwrap_err();
            assert!(
                matches!(&refusal, ExportError::Nowhere { folder: named } if named.ends_with(folder)),
                "{refusal}"
            );
        }
        assert_eq!(names(around.path()), Vec::<String>::new());
    }

    #[test]
    fn what_is_not_placed_leaves_nothing_behind() {
        let around = tempfile::tempdir().unwrap();
        let folder = around.path().join("deep/out");
        let mut staged = Staged::new(false);
        staged.folder(&around.path().join("deep")).unwrap();
        staged.folder(&folder).unwrap();
        staged.file(&folder.join("a.csv"), b"a").unwrap();
        drop(staged);
        assert_eq!(names(around.path()), Vec::<String>::new());
    }

    #[test]
    fn a_way_that_is_not_there_is_not_made() {
        let around = tempfile::tempdir().unwrap();
        let away = around.path().join("disk");
        for refused in [
            Staged::new(true).folder(&away.join("out")),
            Staged::new(true).file(&away.join("a.csv"), b"a"),
        ] {
            let refusal = refused.unwrap_err().to_string();
            let wanted = format!("{} is not there", away.display());
            assert!(refusal.contains(&wanted), "{refusal}");
        }
        assert_eq!(names(around.path()), Vec::<String>::new());
    }

    #[test]
    fn what_is_there_gives_way_to_force_alone_and_only_if_it_is_a_file() {
        let around = tempfile::tempdir().unwrap();
        let path = around.path().join("a.csv");
        std::fs::write(&path, "old").unwrap();
        let refusal = Staged::new(false).file(&path, b"new").unwrap_err();
        assert!(matches!(refusal, ExportError::There { .. }), "{refusal}");
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        let mut staged = Staged::new(true);
        staged.file(&path, b"new").unwrap();
        staged.place().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
        for special in [Path::new("/dev/null"), around.path()] {
            let refusal = Staged::new(true).file(special, b"new").unwrap_err();
            assert!(matches!(refusal, ExportError::Occupied { .. }), "{refusal}");
        }
    }
}
