//! Sessions to files: which file each is, and how a session in disguise is called.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::io::Read;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;

use super::files::Staged;
use super::{Export, ExportError, Format, FreeText, Part};
use crate::records::desk::{altered, identity_of, not_as_written};
use crate::records::figures::SessionFigures;
use crate::records::identity::ALPHABET;
use crate::records::session::{Disguise, GapRecord};
use crate::records::{Archive, SessionLine, SessionRecord};

/// What is to be written, and where.
#[derive(Debug, Clone, Copy)]
pub struct Order<'a> {
    /// As what.
    pub format: &'a Format,
    /// A file; a folder where the form is one or there are several sessions; `-` for standard output.
    pub output: &'a Path,
    /// Several sessions were asked for, however many there are: into a folder.
    pub several: bool,
    /// What is told of who the patients are.
    pub tells: Tells,
    /// With the free text that people wrote, where the form has it only when it is asked for.
    pub notes: bool,
    /// Files that are there give way.
    pub force: bool,
}

/// What files tell of who a patient is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tells {
    /// The pseudonym.
    Pseudonym,
    /// The name too, where it was written down and the form has a place for it.
    Name,
    /// Nothing that leads back to the patient.
    Nothing,
}

/// What was written.
#[derive(Debug)]
pub enum Written {
    /// These files.
    Files(Vec<PathBuf>),
    /// Bytes for standard output.
    Bytes(Vec<u8>),
}

/// Writes sessions, the first first. All of them are there at the end, or none.
///
/// # Errors
/// Where the record cannot be read, the form cannot hold a session, or the files cannot be written.
pub fn write(
    archive: &Archive,
    sessions: &[SessionLine],
    order: &Order<'_>,
) -> Result<Written, ExportError> {
    let to_standard_output = order.output == Path::new("-");
    if to_standard_output && (order.several || order.format.ending.is_none()) {
        return Err(ExportError::Several {
            format: order.format.name,
        });
    }
    let mut staged = Staged::new(order.force);
    let mut disguises = Disguises::default();
    // What is wrong with the chain of events, which is one for all sessions.
    let chain = not_as_written(archive, [])?;
    for line in sessions {
        let disguise = (order.tells == Tells::Nothing)
            .then(|| disguises.of(line))
            .transpose()?;
        let (name, parts) = parts(archive, line, order, disguise.as_ref(), &chain)?;
        if to_standard_output {
            return Ok(Written::Bytes(
                parts.into_iter().flat_map(|part| part.bytes).collect(),
            ));
        }
        stage(&mut staged, order, &name, &parts)?;
    }
    staged.place().map(Written::Files)
}

/// A session's files, and what they are called where nobody says: pseudonym and id.
fn parts(
    archive: &Archive,
    line: &SessionLine,
    order: &Order<'_>,
    disguise: Option<&(Disguise, usize)>,
    chain: &[String],
) -> Result<(String, Vec<Part>), ExportError> {
    let _view = archive.view()?;
    let session = SessionRecord::of(archive, line.clone())?;
    let mut session = if order.notes || order.format.free_text == FreeText::Always {
        session
    } else {
        session.without_free_text()
    };
    let (waveforms, mut damaged) = session.waveforms(archive)?;
    let figures = SessionFigures::of(&session);
    say_what_is_altered(archive, &mut session, chain)?;
    let identity = identity_of(archive, &line.patient)?;
    let age = identity
        .as_ref()
        .and_then(|identity| identity.age_at(line.began_wall_micros, &TimeZone::system()));
    let (session, name) = match disguise {
        None => {
            let name = format!("{}_{}", plain(&line.patient), line.id);
            (session, name)
        }
        Some((disguise, number)) => {
            for gap in &mut damaged {
                gap.reason.clear();
            }
            (
                session.disguised(disguise, *number),
                disguise.session(*number),
            )
        }
    };
    let export = Export {
        session: &session,
        figures: &figures,
        waveforms: &waveforms,
        damaged: &damaged,
        deidentified: disguise.is_some(),
        age,
        identity: identity.as_ref().filter(|_| order.tells == Tells::Name),
        archive,
    };
    (order.format.write)(&export).map(|parts| (name, parts))
}

/// Who has only the file is to know that the record it comes from is not what was written: each finding stands among the gaps, but those that
/// tell of lost seconds, which do so already.
fn say_what_is_altered(
    archive: &Archive,
    session: &mut SessionRecord,
    chain: &[String],
) -> Result<(), ExportError> {
    let to_us = session.length_us();
    let of_session = altered(archive, session)?.words;
    for because in chain.iter().cloned().chain(of_session) {
        if session.gaps.iter().all(|gap| gap.reason != because) {
            session.gaps.push(GapRecord {
                bout: None,
                what: GapRecord::ALTERED.to_owned(),
                from_us: 0,
                to_us,
                lost: 0,
                reason: because,
                is_damage: true,
            });
        }
    }
    Ok(())
}

fn stage(
    staged: &mut Staged,
    order: &Order<'_>,
    name: &str,
    parts: &[Part],
) -> Result<(), ExportError> {
    if order.several {
        staged.folder(order.output)?;
    }
    let Some(ending) = order.format.ending else {
        let folder = if order.several {
            order.output.join(name)
        } else {
            order.output.to_owned()
        };
        staged.folder(&folder)?;
        return parts
            .iter()
            .try_for_each(|part| staged.file(&folder.join(part.name), &part.bytes));
    };
    let path = if order.several || order.output.is_dir() {
        order.output.join(format!("{name}.{ending}"))
    } else {
        order.output.to_owned()
    };
    parts
        .iter()
        .try_for_each(|part| staged.file(&path, &part.bytes))
}

/// A pseudonym as part of a file's name: whatever it holds, it leads into no other folder.
pub(crate) fn plain(pseudonym: &str) -> String {
    pseudonym
        .chars()
        .map(|letter| {
            if letter.is_ascii_alphanumeric() || letter == '-' {
                letter
            } else {
                '_'
            }
        })
        .collect()
}

/// One disguise a patient, made anew for each export.
#[derive(Debug, Default)]
struct Disguises(BTreeMap<String, (Disguise, usize)>);

impl Disguises {
    /// The disguise of a session's patient, and which of the patient's sessions this is.
    fn of(&mut self, line: &SessionLine) -> Result<(Disguise, usize), ExportError> {
        let (disguise, count) = match self.0.entry(line.patient.clone()) {
            Entry::Occupied(there) => there.into_mut(),
            Entry::Vacant(place) => {
                place.insert((Disguise::new(random_key()?, line.began_wall_micros), 0))
            }
        };
        *count += 1;
        Ok((disguise.clone(), *count))
    }
}

/// Eight letters and digits that nobody can foresee.
fn random_key() -> Result<String, ExportError> {
    let mut bytes = [0_u8; 8];
    std::fs::File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(&mut bytes))
        .map_err(|because| ExportError::NoKey { because })?;
    Ok(bytes
        .iter()
        .filter_map(|byte| ALPHABET.get(usize::from(byte % 32)))
        .map(|letter| char::from(*letter))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::fixtures::archive_of_a_visit;

    #[test]
    fn a_pseudonym_leads_into_no_other_folder() {
        assert_eq!(plain("K7PD2MXQ"), "K7PD2MXQ");
        assert_eq!(plain("../a b"), "___a_b");
    }

    /// The file says of itself what the record that it comes from lacks.
    #[test]
    fn lost_seconds_and_altered_rows_stand_in_the_file() {
        let (folder, archive) = archive_of_a_visit();
        rusqlite::Connection::open(archive.path())
            .unwrap()
            .execute_batch("DELETE FROM sample_blocks; UPDATE measurements SET value = 118 WHERE kind = 'blood-pressure'")
            .unwrap();
        let line = archive.find("last").unwrap();
        let text = |format: &str, tells: Tells, name: &str| {
            let output = folder.path().join(format!("{format}-{tells:?}"));
            let order = Order {
                format: Format::named(format).unwrap(),
                output: &output,
                several: false,
                tells,
                notes: false,
                force: true,
            };
            write(&archive, std::slice::from_ref(&line), &order).unwrap();
            let file = if name.is_empty() {
                output
            } else {
                output.join(name)
            };
            String::from_utf8_lossy(&std::fs::read(file).unwrap()).into_owned()
        };
        let gaps = text("csv", Tells::Pseudonym, "gaps.csv");
        assert!(gaps.contains("are missing: the bout has turns"), "{gaps}");
        assert!(
            gaps.contains("measurement 2 is not what any event tells"),
            "{gaps}"
        );
        let gaps = text("csv", Tells::Nothing, "gaps.csv");
        assert!(
            gaps.contains("samples") && gaps.contains("altered"),
            "{gaps}"
        );
        assert!(!gaps.contains("measurement 2"), "{gaps}");
        let summary = text("csv", Tells::Pseudonym, "summary.csv");
        let mut rows = summary
            .lines()
            .map(|line| line.split(',').collect::<Vec<_>>());
        let names = rows.next().unwrap();
        let place = names
            .iter()
            .position(|name| name.starts_with("missing_s"))
            .unwrap();
        assert!(
            rows.next().unwrap()[place].parse::<u32>().unwrap() > 490,
            "{summary}"
        );
        for (format, told) in [("fhir", "are missing"), ("jsonl", "are missing")] {
            let file = text(format, Tells::Pseudonym, "");
            assert!(file.contains(told), "{format}");
        }
    }

    /// Without a second there is no activity: the rows alone are altered.
    #[test]
    fn a_fit_file_says_that_its_record_is_altered() {
        let (folder, archive) = archive_of_a_visit();
        let output = folder.path().join("fit");
        let line = archive.find("last").unwrap();
        let file = |tells: Tells| {
            let order = Order {
                format: Format::named("fit").unwrap(),
                output: &output,
                several: false,
                tells,
                notes: false,
                force: true,
            };
            write(&archive, std::slice::from_ref(&line), &order).unwrap();
            let file = String::from_utf8_lossy(&std::fs::read(&output).unwrap()).into_owned();
            (
                file.contains("this record is not what was recorded"),
                file.contains("altered: measurement 2 is not what any event tells"),
            )
        };
        assert_eq!(file(Tells::Pseudonym), (false, false));
        rusqlite::Connection::open(archive.path())
            .unwrap()
            .execute_batch("UPDATE measurements SET value = 118 WHERE kind = 'blood-pressure'")
            .unwrap();
        assert_eq!(file(Tells::Pseudonym), (true, true));
        assert_eq!(file(Tells::Nothing), (true, false));
    }

    #[test]
    fn no_two_keys_are_the_same() {
        let (one, other) = (random_key().unwrap(), random_key().unwrap());
        assert_eq!(one.len(), 8);
        assert_ne!(one, other);
    }
}
