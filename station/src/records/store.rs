//! The file itself: how it is made, checked before anything is written to it, and opened.
//!
//! Whatever is not a sound record of this version or an older one is refused before a byte of it is touched.

use std::fs::{DirBuilder, File, OpenOptions};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension};
use rustix::fs::FlockOperation;

use super::error::RecordsError;
use super::header::{self, Header};
use super::purge::ranges::ranges;
use super::schema::{self, KNOWN_VERSION, Version};
use super::{blocks, damaged, freelist, older, reading};
use crate::making::PRIVATE_FILE;

/// Marks a SQLite file as a record of Station.
pub(super) const APPLICATION_ID: i64 = 0x5354_6142;

/// What this program makes is for its owner alone: it is about patients.
const PRIVATE_FOLDER: u32 = 0o700;

/// How long a reader waits for a writer in the middle of a commit.
const BUSY: Duration = Duration::from_secs(5);

/// The write-ahead log is emptied where no reader stands in the way for longer.
const READERS_LEAVE: Duration = Duration::from_millis(100);

/// A file of so many bytes is looked through whenever something is written beside a gym: that takes a tenth of a second at the most. A larger one
/// is when a gym opens it.
const LOOKED_THROUGH: u64 = 128 << 20;

/// The tables that a desk adds to.
const ADDED_TO: [&str; 9] = [
    "record",
    "runs",
    "events",
    "staff",
    "notes",
    "corrections",
    "measurements",
    "signatures",
    "identities",
];

/// A lock that is taken is tried so often before it is another gym's.
const LOCK_TRIES: u32 = 5;
/// And so long after one another.
const LOCK_AGAIN: Duration = Duration::from_millis(20);

/// An open record.
#[derive(Debug)]
pub(crate) struct Store {
    pub(crate) connection: Connection,
    pub(crate) path: PathBuf,
    /// It may have written.
    writes: bool,
    /// Held while this program writes: one gym a record.
    lock: Option<File>,
}

/// What was written is in the file itself from then on, so that a copy of that one file has it, also where somebody still reads: by the last who
/// writes, a gym where one runs.
impl Drop for Store {
    fn drop(&mut self) {
        if self.writes && (self.lock.is_some() || !is_locked(&self.path)) {
            self.empty_log();
        }
    }
}

impl Store {
    /// Opens a record for writing, and makes it where there is none.
    pub(crate) fn open_for_writing(path: &Path) -> Result<Self, RecordsError> {
        if let Some(folder) = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
        {
            DirBuilder::new()
                .recursive(true)
                .mode(PRIVATE_FOLDER)
                .create(folder)
                .map_err(|because| RecordsError::Folder {
                    folder: folder.to_owned(),
                    because,
                })?;
        }
        let lock = lock(path)?;
        match header::look(path)? {
            Header::Ours => Self::reader(path)?.check_pages()?,
            // A link is followed, not replaced: the disk that it leads to may only not be mounted.
            Header::Nothing if path.is_symlink() => {}
            Header::Nothing => make(path)?,
        }
        let had_log = has_log(path);
        let mut store = Self::writer(path, path)?;
        store.lock = Some(lock);
        if had_log {
            // What a gym that was killed had written stands in the file itself from now on, and can be looked through.
            store.empty_log();
            store.check_free_pages()?;
        }
        Ok(store)
    }

    /// Opens the file at `path`, which is to be the record at `record`, and brings it to this version.
    fn writer(path: &Path, record: &Path) -> Result<Self, RecordsError> {
        // SQLite gives its side files the rights that the file has.
        drop(private_file(path)?);
        let connection = Connection::open(path).map_err(|error| opening(record, &error))?;
        let mut store = Self {
            connection,
            path: record.to_owned(),
            writes: true,
            lock: None,
        };
        store.prepare().map_err(|error| store.said(error))?;
        Ok(store)
    }

    /// Opens a record that is there, for reading alone.
    pub(crate) fn open_for_reading(path: &Path) -> Result<Self, RecordsError> {
        match header::look(path)? {
            Header::Ours => Self::reader(path),
            Header::Nothing => Err(RecordsError::Absent {
                path: path.to_owned(),
                beside: String::new(),
            }),
        }
    }

    /// Opens a record of this version beside a gym that may be writing to it, to write too. Nothing is made, and nothing is brought to this
    /// version. Waits so long for the other to finish a commit.
    pub(crate) fn open_beside(path: &Path, patience: Duration) -> Result<Self, RecordsError> {
        let store = Self::open_for_reading(path)?;
        let (version, mode) = store
            .version()
            .and_then(|version| {
                let mode: String =
                    store
                        .connection
                        .pragma_query_value(None, "journal_mode", |row| row.get(0))?;
                Ok((version, mode))
            })
            .map_err(|error| store.failed("read", error))?;
        let path = store.path.clone();
        if let Some(because) = version.fault() {
            return Err(RecordsError::Damaged { path, because });
        }
        if version.is < KNOWN_VERSION {
            return Err(RecordsError::Earlier { path });
        }
        // Two programs can write to it at once in this mode alone; a copy that was made for keeping has the other.
        if !mode.eq_ignore_ascii_case("wal") {
            return Err(RecordsError::Copy { path });
        }
        let is_small = std::fs::metadata(&path).is_ok_and(|file| file.len() <= LOOKED_THROUGH);
        if is_small {
            store.check_what_a_desk_adds_to()?;
        }
        drop(store);
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection =
            Connection::open_with_flags(&path, flags).map_err(|error| opening(&path, &error))?;
        let store = Self {
            connection,
            path,
            writes: true,
            lock: None,
        };
        store
            .connection
            .busy_timeout(patience)
            .and_then(|()| {
                store
                    .connection
                    .pragma_update(None, "synchronous", "FULL")?;
                store.connection.pragma_update(None, "foreign_keys", true)?;
                blocks::register(&store.connection)
            })
            .map_err(|error| store.failed("written", error))?;
        Ok(store)
    }

    /// Brings what stands in the write-ahead log into the file, where no reader stands in the way for longer; else the next that closes it does.
    pub(crate) fn empty_log(&self) {
        // A gym that reads or writes at this moment comes first.
        drop(self.connection.busy_timeout(READERS_LEAVE).and_then(|()| {
            self.connection
                .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        }));
    }

    /// What the store said, as a person needs it.
    pub(crate) fn failed(&self, operation: &'static str, because: rusqlite::Error) -> RecordsError {
        match because.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => RecordsError::Damaged {
                path: self.path.clone(),
                because: match header::cut_off(&self.path) {
                    Some(words) => format!("{because}; {words}"),
                    None => because.to_string(),
                },
            },
            _ => RecordsError::Store {
                path: self.path.clone(),
                operation,
                because,
            },
        }
    }

    fn reader(path: &Path) -> Result<Self, RecordsError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection =
            Connection::open_with_flags(path, flags).map_err(|error| opening(path, &error))?;
        let store = Self {
            connection,
            path: path.to_owned(),
            writes: false,
            lock: None,
        };
        let version = store
            .connection
            .busy_timeout(BUSY)
            // What stands in for a part of it is about patients: it goes to no file.
            .and_then(|()| store.connection.pragma_update(None, "temp_store", "MEMORY"))
            .and_then(|()| store.version())
            .map_err(|error| store.failed("read", error))?
            .is;
        if version > KNOWN_VERSION {
            return Err(RecordsError::Newer {
                path: path.to_owned(),
                found: version,
                known: KNOWN_VERSION,
            });
        }
        blocks::register(&store.connection)
            .and_then(|()| older::stand_in(&store.connection, version))
            .map_err(|error| store.failed("read", error))?;
        Ok(store)
    }

    /// Reads every page, and holds every row against what leads to it, so that damage is found before anything is written.
    fn check_pages(&self) -> Result<(), RecordsError> {
        let said: String = self
            .connection
            .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
            .map_err(|error| self.failed("read", error))?;
        if said != "ok" {
            return Err(RecordsError::Damaged {
                path: self.path.clone(),
                because: said.lines().collect::<Vec<_>>().join("; "),
            });
        }
        let version = self.version().map_err(|error| self.failed("read", error))?;
        if let Some(because) = version.fault() {
            return Err(RecordsError::Damaged {
                path: self.path.clone(),
                because,
            });
        }
        self.check_free_pages()
    }

    /// Whether what is added by a desk would be written over something: the tables that it adds to, and the pages that are free.
    fn check_what_a_desk_adds_to(&self) -> Result<(), RecordsError> {
        for table in ADDED_TO {
            if !damaged::is_whole(&self.connection, table) {
                return Err(RecordsError::Damaged {
                    path: self.path.clone(),
                    because: format!(
                        "pages of {table} are damaged, and adding to it may lose what is there"
                    ),
                });
            }
        }
        self.check_head()?;
        self.check_free_pages()
    }

    /// Whether the record ends with the event that it says: what is chained to another could never be proved again.
    fn check_head(&self) -> Result<(), RecordsError> {
        let fits = || -> rusqlite::Result<bool> {
            let view = self.connection.unchecked_transaction()?;
            let Some(end) = reading::end(&view)? else {
                return Ok(true);
            };
            let last = view
                .query_row(
                    "SELECT id, hash FROM events ORDER BY id DESC LIMIT 1",
                    [],
                    |row| Ok((row.get(0)?, row.get(1)?)),
                )
                .optional()?;
            if last == Some(end) || end.0 == 0 {
                return Ok(true);
            }
            // The last may have been purged.
            let purged = ranges(&view)?;
            let last = purged.last_key_value();
            Ok(last.is_some_and(|(_, range)| (range.last, range.last_hash) == end))
        };
        match fits() {
            Ok(true) => Ok(()),
            Ok(false) => Err(RecordsError::Damaged {
                path: self.path.clone(),
                because:
                    "it does not end with the event that it says: what is added could not be proved"
                        .to_owned(),
            }),
            Err(error) => Err(self.failed("read", error)),
        }
    }

    /// Whether a page that is free to be written over is none.
    fn check_free_pages(&self) -> Result<(), RecordsError> {
        match freelist::fault(&self.connection, &self.path) {
            None => Ok(()),
            Some(because) => Err(RecordsError::Damaged {
                path: self.path.clone(),
                because,
            }),
        }
    }

    fn prepare(&mut self) -> Result<(), rusqlite_migration::Error> {
        self.connection.busy_timeout(BUSY)?;
        self.connection.pragma_update(None, "journal_mode", "WAL")?;
        self.connection.pragma_update(None, "synchronous", "FULL")?;
        self.connection.pragma_update(None, "foreign_keys", true)?;
        blocks::register(&self.connection)?;
        if self.version()?.told < KNOWN_VERSION {
            schema::bring_to_this_version(&mut self.connection)?;
            // The marks that the next program looks for stand in the file itself from now on.
            self.connection
                .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        }
        Ok(())
    }

    fn version(&self) -> rusqlite::Result<Version> {
        schema::version(&self.connection)
    }

    fn said(&self, error: rusqlite_migration::Error) -> RecordsError {
        if let rusqlite_migration::Error::RusqliteError { err, .. } = error {
            self.failed("brought to this version", err)
        } else {
            RecordsError::Damaged {
                path: self.path.clone(),
                because: error.to_string(),
            }
        }
    }
}

/// Makes a new record beside its place, and puts it there whole: a gym that is killed meanwhile leaves nothing behind that the next
/// one would have to take for a foreign file.
fn make(path: &Path) -> Result<(), RecordsError> {
    let fresh = beside(path, ".new");
    let unopened = |error: std::io::Error| RecordsError::Unopened {
        path: path.to_owned(),
        because: error.to_string(),
    };
    // What an earlier making left, and what stands beside a record that is no longer there: SQLite would take it for this one's.
    for left in [
        fresh.clone(),
        beside(&fresh, "-wal"),
        beside(&fresh, "-shm"),
        beside(path, "-wal"),
        beside(path, "-shm"),
    ] {
        match std::fs::remove_file(left) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(unopened(error));
            }
            Ok(()) | Err(_) => {}
        }
    }
    drop(Store::writer(&fresh, path)?);
    std::fs::rename(fresh, path).map_err(unopened)
}

/// The same path with something behind it.
pub(super) fn beside(path: &Path, more: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(more);
    PathBuf::from(name)
}

/// Whether some of what was written still stands in the log beside the file.
pub(super) fn has_log(path: &Path) -> bool {
    std::fs::metadata(beside(path, "-wal")).is_ok_and(|log| log.len() > 0)
}

/// Takes the lock that says: a gym writes here.
fn lock(path: &Path) -> Result<File, RecordsError> {
    let file = private_file(&beside(path, ".lock"))?;
    for _ in 0..LOCK_TRIES {
        if rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok() {
            return Ok(file);
        }
        // Somebody may only be looking whether it is taken.
        std::thread::park_timeout(LOCK_AGAIN);
    }
    Err(RecordsError::InUse {
        path: path.to_owned(),
    })
}

/// Whether a gym writes to the record at that place. It is looked at for a moment, in which no gym can take the lock.
pub(super) fn is_locked(path: &Path) -> bool {
    File::open(beside(path, ".lock"))
        .is_ok_and(|file| rustix::fs::flock(&file, FlockOperation::NonBlockingLockShared).is_err())
}

/// Takes the lock of a record at that place, where one was ever written there; nothing is made.
pub(super) fn lock_where_one_is(path: &Path) -> Result<Option<File>, RecordsError> {
    beside(path, ".lock")
        .exists()
        .then(|| lock(path))
        .transpose()
}

/// Opens a file for writing, and makes it for its owner alone where there is none.
fn private_file(path: &Path) -> Result<File, RecordsError> {
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(PRIVATE_FILE)
        .open(path)
        .map_err(|error| RecordsError::Unopened {
            path: path.to_owned(),
            because: error.to_string(),
        })
}

fn opening(path: &Path, error: &rusqlite::Error) -> RecordsError {
    RecordsError::Unopened {
        path: path.to_owned(),
        because: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_new_record_can_be_written_and_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/record.sqlite");
        let store = Store::open_for_writing(&path).unwrap();
        let mode: String = store
            .connection
            .pragma_query_value(None, "journal_mode", |row| row.get(0))
            .unwrap();
        assert_eq!(mode, "wal");
        let number = |pragma: &str| -> i64 {
            let value = store
                .connection
                .pragma_query_value(None, pragma, |row| row.get(0));
            value.unwrap()
        };
        assert_eq!(number("synchronous"), 2);
        assert_eq!(number("foreign_keys"), 1);
        Store::open_for_reading(&path).unwrap();
        drop(store);
        Store::open_for_writing(&path).unwrap();
    }

    #[test]
    fn at_no_time_is_a_record_in_the_making_taken_for_a_foreign_file() {
        for _ in 0..10 {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("record.sqlite");
            let there = path.clone();
            let making = std::thread::spawn(move || Store::open_for_writing(&there).map(drop));
            while !making.is_finished() {
                header::look(&path).expect("nothing, or a record");
            }
            making.join().unwrap().unwrap();
        }
    }

    #[test]
    fn what_a_making_that_was_cut_short_left_behind_is_in_nobodys_way() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("record.sqlite");
        for left in [
            "record.sqlite.new",
            "record.sqlite.new-wal",
            "record.sqlite-wal",
        ] {
            std::fs::write(folder.path().join(left), "half").unwrap();
        }
        drop(Store::open_for_writing(&path).unwrap());
        Store::open_for_reading(&path).unwrap();
        assert!(!folder.path().join("record.sqlite.new").exists());
    }

    #[test]
    fn a_link_to_a_disk_that_is_not_there_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("record.sqlite");
        let disk = folder.path().join("disk");
        std::os::unix::fs::symlink(disk.join("record.sqlite"), &path).unwrap();
        assert!(Store::open_for_writing(&path).is_err());
        assert!(path.is_symlink());
        std::fs::create_dir(&disk).unwrap();
        drop(Store::open_for_writing(&path).unwrap());
        assert!(path.is_symlink() && disk.join("record.sqlite").exists());
    }

    #[test]
    fn what_is_made_is_for_its_owner_alone() {
        let around = tempfile::tempdir().unwrap();
        let path = around.path().join("deep/record.sqlite");
        let _store = Store::open_for_writing(&path).unwrap();
        let made = std::fs::read_dir(path.parent().unwrap()).unwrap();
        let modes: Vec<u32> = made
            .map(|file| file.unwrap().metadata().unwrap().permissions().mode() & 0o777)
            .collect();
        assert!(modes.len() >= 2, "{modes:?}");
        assert!(modes.iter().all(|mode| *mode == 0o600), "{modes:?}");
        let folder = std::fs::metadata(path.parent().unwrap()).unwrap();
        assert_eq!(folder.permissions().mode() & 0o777, 0o700);
    }

    #[test]
    fn a_second_gym_on_the_same_record_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("record.sqlite");
        let _first = Store::open_for_writing(&path).unwrap();
        let refusal = Store::open_for_writing(&path).unwrap_err();
        assert!(matches!(refusal, RecordsError::InUse { .. }), "{refusal}");
    }

    #[test]
    fn a_record_of_a_newer_version_is_refused_and_not_a_byte_of_it_changes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("record.sqlite");
        let store = Store::open_for_writing(&path).unwrap();
        store
            .connection
            .pragma_update(None, "user_version", 7)
            .unwrap();
        drop(store);
        let before = std::fs::read(&path).unwrap();
        for refusal in [
            Store::open_for_writing(&path).unwrap_err(),
            Store::open_for_reading(&path).unwrap_err(),
        ] {
            assert!(
                matches!(refusal, RecordsError::Newer { found: 7, .. }),
                "{refusal}"
            );
            assert!(refusal.to_string().contains("--record"), "{refusal}");
        }
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }

    #[test]
    fn a_damaged_record_is_said_and_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("record.sqlite");
        drop(Store::open_for_writing(&path).unwrap());
        let mut bytes = std::fs::read(&path).unwrap();
        // The second and third page hold tables; their heads say what kind of page they are.
        for page in [4_096, 8_192, 12_288] {
            bytes[page..page + 64].fill(0xFF);
        }
        std::fs::write(&path, &bytes).unwrap();
        let refusal = Store::open_for_writing(&path).unwrap_err();
        assert!(matches!(refusal, RecordsError::Damaged { .. }), "{refusal}");
        assert_eq!(std::fs::read(&path).unwrap(), bytes);
    }

    #[test]
    fn what_is_no_record_is_said_and_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notes.txt");
        std::fs::write(&path, "bring towels").unwrap();
        let refusal = Store::open_for_writing(&path).unwrap_err();
        assert!(matches!(refusal, RecordsError::Foreign { .. }), "{refusal}");
        let other = folder.path().join("other.sqlite");
        Connection::open(&other)
            .unwrap()
            .execute_batch("CREATE TABLE a (b)")
            .unwrap();
        let refusal = Store::open_for_writing(&other).unwrap_err();
        assert!(matches!(refusal, RecordsError::Foreign { .. }), "{refusal}");
        assert_eq!(std::fs::read(&path).unwrap(), b"bring towels");
    }

    #[test]
    fn reading_where_nothing_is_makes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("record.sqlite");
        let refusal = Store::open_for_reading(&path).unwrap_err();
        assert!(matches!(refusal, RecordsError::Absent { .. }), "{refusal}");
        assert!(!path.exists());
    }
}
