//! What a file's first bytes say, looked at without the store: whose it is, of which version, and how long it was.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::error::RecordsError;
use super::schema::KNOWN_VERSION;
use super::store::APPLICATION_ID;

/// Where numbers stand: SQLite's file format, section 1.3.
const PAGE_SIZE_AT: usize = 16;
const PAGES_AT: usize = 28;
const VERSION_AT: usize = 60;
const APPLICATION_AT: usize = 68;

/// No program is so many versions ahead.
const MOST_AHEAD: i64 = 65_535;

/// What a file's first bytes say.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Header {
    /// There is no file, or an empty one.
    Nothing,
    /// A record of this version or an older one.
    Ours,
}

/// Looks at a file without the store, so that one that is not ours is not touched at all.
pub(super) fn look(path: &Path) -> Result<Header, RecordsError> {
    let unopened = |error: std::io::Error| RecordsError::Unopened {
        path: path.to_owned(),
        because: error.to_string(),
    };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Header::Nothing),
        Err(error) => return Err(unopened(error)),
    };
    let mut header = Vec::with_capacity(100);
    file.take(100).read_to_end(&mut header).map_err(unopened)?;
    if header.is_empty() {
        return Ok(Header::Nothing);
    }
    let (version, application) = (number(&header, VERSION_AT), number(&header, APPLICATION_AT));
    if !header.starts_with(b"SQLite format 3\0") || application != Some(APPLICATION_ID) {
        return Err(RecordsError::Foreign {
            path: path.to_owned(),
        });
    }
    match version {
        Some(found) if found > KNOWN_VERSION + MOST_AHEAD => Err(RecordsError::Damaged {
            path: path.to_owned(),
            because: format!("the mark of its version is damaged: it says {found}"),
        }),
        Some(found) if found > KNOWN_VERSION => Err(RecordsError::Newer {
            path: path.to_owned(),
            found,
            known: KNOWN_VERSION,
        }),
        Some(_) => Ok(Header::Ours),
        None => Err(RecordsError::Foreign {
            path: path.to_owned(),
        }),
    }
}

/// In words, by how much a file is shorter than it says and how what is left of it can be read; `None` where it is not.
pub(super) fn cut_off(path: &Path) -> Option<String> {
    let mut header = [0; 32];
    let mut file = File::open(path).ok()?;
    file.read_exact(&mut header).ok()?;
    let page = page_size(&header)?;
    let pages = u64::try_from(number(&header, PAGES_AT)?).ok()?;
    let whole = page * pages;
    let missing = whole.checked_sub(file.metadata().ok()?.len())?;
    (missing > 0).then(|| {
        format!(
            "it is {missing} bytes shorter than it says, as a file is that was cut off. To read what is left: copy it, give the copy its \
             length back by `truncate -s {whole} COPY`, and look at it with `station verify --record COPY`"
        )
    })
}

/// How many bytes a page has, as the head of a file tells it.
pub(super) fn page_size(header: &[u8]) -> Option<u64> {
    match header.get(PAGE_SIZE_AT..PAGE_SIZE_AT + 2)? {
        // So SQLite writes the one size that two bytes do not hold.
        [0, 1] => Some(65_536),
        [high, low] => Some(u64::from(u16::from_be_bytes([*high, *low]))),
        _ => None,
    }
}

fn number(header: &[u8], from: usize) -> Option<i64> {
    let bytes = header.get(from..from + 4)?;
    let bytes = <[u8; 4]>::try_from(bytes).ok()?;
    Some(i64::from(i32::from_be_bytes(bytes)))
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{archive_of_a_visit, closed};
    use super::super::session::SessionRecord;
    use super::super::{Archive, verify::verify};
    use super::*;

    #[test]
    fn a_file_that_was_cut_off_says_how_the_rest_of_it_is_read() {
        let (_folder, archive) = archive_of_a_visit();
        let path = closed(archive);
        assert_eq!(cut_off(&path), None);
        let whole = std::fs::metadata(&path).unwrap().len();
        let file = File::options().write(true).open(&path).unwrap();
        file.set_len(whole - 12 * 4_096).unwrap();
        let refusal = Archive::open(&path).map(|_| ()).unwrap_err().to_string();
        let told = format!("truncate -s {whole} COPY");
        assert!(
            refusal.contains("49152 bytes shorter") && refusal.contains(&told),
            "{refusal}"
        );
        file.set_len(whole).unwrap();
        let archive = Archive::open(&path).unwrap();
        assert!(!verify(&archive, None).unwrap().findings.is_empty());
        let session = SessionRecord::read(&archive, "last").unwrap();
        assert!(session.bouts[0].seconds.len() > 400, "the rest opens");
    }
}
