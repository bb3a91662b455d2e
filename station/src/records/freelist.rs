//! The list of pages of a record's file that are free to be written over.
//!
//! SQLite's own check passes over it where a view stands first among what the file describes (`sqlite3BtreeIntegrityCheck` takes a first root of 0 for
//! a check of a part, and a view has root 0; seen with 3.53). A page that is in the list and holds rows is overwritten by the next that writes.
//! The layout is that of "The Freelist" in SQLite's description of its file format.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use rusqlite::Connection;

use super::store::has_log;
use super::{header, reading};

/// Where the head of a file tells which the first of the list is, and how many are in it.
const FIRST: usize = 32;
const COUNT: usize = 36;
const HEAD: usize = 100;

/// What is wrong with the list, in words; `None` where nothing is, or where it cannot be seen: while the end of what was written still stands in
/// the log beside the file, or the file is not readable at all, which others tell.
pub(super) fn fault(connection: &Connection, path: &Path) -> Option<String> {
    // Somebody may have written between the list and what it is held against: a fault stays.
    look(connection, path).and_then(|_| look(connection, path))
}

fn look(connection: &Connection, path: &Path) -> Option<String> {
    if has_log(path) {
        return None;
    }
    let wrong = match read(path).ok()? {
        Err(wrong) => wrong,
        Ok(free) if free.is_empty() => return None,
        Ok(free) => {
            let used = reading::rows(connection, "SELECT pageno FROM dbstat('main')", [], |row| {
                row.get::<_, u32>(0)
            });
            let page = used.ok()?.into_iter().find(|page| free.contains(page))?;
            format!("page {page} is in it and holds rows")
        }
    };
    Some(format!(
        "its list of free pages is damaged ({wrong}): whoever writes to it may write over what is there"
    ))
}

/// The pages of the list; or what cannot be true of it.
fn read(path: &Path) -> std::io::Result<Result<BTreeSet<u32>, String>> {
    let mut file = File::open(path)?;
    let mut head = [0; HEAD];
    file.read_exact(&mut head)?;
    let bytes = header::page_size(&head).unwrap_or(0);
    let size = usize::try_from(bytes).unwrap_or(0);
    if size < HEAD {
        return Ok(Ok(BTreeSet::new()));
    }
    let pages = u32::try_from(file.metadata()?.len() / bytes).unwrap_or(u32::MAX);
    let told = number(&head, COUNT);
    let mut free = BTreeSet::new();
    let mut next = number(&head, FIRST);
    let mut trunk = vec![0; size];
    while next != 0 {
        if !(2..=pages).contains(&next) {
            return Ok(Err(format!("it leads to page {next} of {pages}")));
        }
        if !free.insert(next) {
            return Ok(Err(format!("page {next} is in it twice")));
        }
        file.seek(SeekFrom::Start(u64::from(next - 1) * bytes))?;
        file.read_exact(&mut trunk)?;
        let leaves = usize::try_from(number(&trunk, 4)).unwrap_or(usize::MAX);
        if leaves > size / 4 - 2 {
            return Ok(Err(format!("page {next} of it is none")));
        }
        for place in 0..leaves {
            let leaf = number(&trunk, 8 + 4 * place);
            if !(2..=pages).contains(&leaf) {
                return Ok(Err(format!("it names page {leaf} of {pages}")));
            }
            if !free.insert(leaf) {
                return Ok(Err(format!("page {leaf} is in it twice")));
            }
        }
        next = number(&trunk, 0);
    }
    if u32::try_from(free.len()) == Ok(told) {
        Ok(Ok(free))
    } else {
        Ok(Err(format!("it has {} pages of {told}", free.len())))
    }
}

fn number(bytes: &[u8], at: usize) -> u32 {
    match bytes.get(at..at + 4) {
        Some([a, b, c, d]) => u32::from_be_bytes([*a, *b, *c, *d]),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::super::backup::backup;
    use super::super::fixtures::{
        archive_of_a_visit, closed, options, page_size, without_triggers,
    };
    use super::super::verify::verify;
    use super::super::{Archive, Recorder, RecordsError};
    use super::*;

    /// A record with free pages, and the first page of their list.
    fn with_free_pages() -> (tempfile::TempDir, std::path::PathBuf, usize) {
        let (folder, archive) = archive_of_a_visit();
        let path = closed(archive);
        let hand = without_triggers(&path);
        hand.execute_batch(
            "CREATE TABLE filler (data BLOB); INSERT INTO filler VALUES (zeroblob(200000)); DROP TABLE filler;",
        )
        .unwrap();
        hand.close().unwrap();
        let head = std::fs::read(&path).unwrap();
        let trunk = usize::try_from(number(&head, FIRST)).unwrap();
        assert!(number(&head, COUNT) > 10);
        (folder, path, trunk)
    }

    /// The first page of a table.
    fn root(path: &Path, table: &str) -> u32 {
        let sql = "SELECT rootpage FROM sqlite_schema WHERE name = ?1";
        let connection = Connection::open(path).unwrap();
        connection
            .query_row(sql, [table], |row| row.get(0))
            .unwrap()
    }

    #[test]
    fn whoever_would_write_over_what_is_there_does_not_write() {
        let (_folder, path, trunk) = with_free_pages();
        assert_eq!(
            fault(&Connection::open(&path).unwrap(), &path),
            None,
            "a sound list"
        );
        let sound = std::fs::read(&path).unwrap();
        let at = (trunk - 1) * page_size(&path);
        let in_use = root(&path, "events");
        let spoil: [(&str, usize, [u8; 4]); 6] = [
            ("holds rows", at + 8, in_use.to_be_bytes()),
            ("twice", at + 8, sound[at + 12..at + 16].try_into().unwrap()),
            ("names page", at + 8, u32::MAX.to_be_bytes()),
            ("leads to page", at, u32::MAX.to_be_bytes()),
            ("of it is none", at + 4, u32::MAX.to_be_bytes()),
            ("it has", at + 4, [0; 4]),
        ];
        for (words, at, bytes) in spoil {
            let mut spoilt = sound.clone();
            spoilt[at..at + 4].copy_from_slice(&bytes);
            std::fs::write(&path, &spoilt).unwrap();
            let archive = Archive::open(&path).unwrap();
            let found = verify(&archive, None).unwrap();
            let mut told = found.findings.iter();
            assert!(
                told.any(|damage| damage.because.contains(words)),
                "{words}: {:?}",
                found.findings
            );
            let copy = path.with_extension("copy");
            let copied = backup(&path, &copy, false).unwrap();
            assert!(!copied.verified.findings.is_empty(), "{words}");
            std::fs::remove_file(copy).unwrap();
            let opened = Recorder::open(&path, &options());
            assert!(
                matches!(opened, Err(RecordsError::Damaged { .. })),
                "{words}"
            );
            assert!(
                std::fs::read(&path).unwrap() == spoilt,
                "{words}: written to"
            );
        }
    }
}
