//! What is added at the desk while a session is reviewed, and that it was looked at.

use super::form::{Adding, Form};
use crate::dashboard::dialog::Field;
use crate::dashboard::update::entry;
use crate::records::desk::{By, Correction, DeskError, Meaning, Of, correct, looked, note, sign};
use crate::records::session::SessionRecord;
use crate::records::{Archive, MeasurementKind, codes};

/// Does what a form asks for; says what was done.
///
/// # Errors
/// Why it was not done, with what to do.
pub(super) fn act(
    archive: &Archive,
    session: &SessionRecord,
    form: &Form,
) -> Result<String, DeskError> {
    archive.refuse_where_damaged()?;
    let by = By::of(Some(form.text("by")));
    let (secret, id) = (form.text("secret"), session.line.id.as_str());
    match form.adding {
        Adding::Note => {
            note(archive.path(), &by, secret, id, form.text("note"))?;
            Ok("the note is with the session".to_owned())
        }
        Adding::Correction => {
            let number = form.text("number").parse().unwrap_or(0);
            let value = corrected(session, number, form.text("right value"))?;
            let correction = Correction {
                number,
                value,
                why: form.text("why"),
            };
            let new = correct(
                archive.path(),
                &by,
                secret,
                id,
                &session.measurements,
                &correction,
            )?;
            Ok(format!("measurement {new} stands for {number} now"))
        }
        Adding::Signature => {
            let word = form.text("meaning");
            let meaning = Meaning::of(word).ok_or_else(|| {
                let words = Meaning::ALL.map(Meaning::word).join(", ");
                DeskError::Unfit(format!(
                    "there is no meaning \"{word}\": write one of {words}"
                ))
            })?;
            let signed = sign(archive.path(), &by, secret, id, meaning)?;
            let words = format!("signed by {} ({})", signed.name, signed.meaning);
            Ok(match signed.changed_from_outside {
                Some(told) => format!("{words}. {told}"),
                None => words,
            })
        }
    }
}

/// The right value of a measurement, read as it is typed at the gym.
fn corrected(
    session: &SessionRecord,
    number: usize,
    text: &str,
) -> Result<control::input::Entry, DeskError> {
    let taken = number
        .checked_sub(1)
        .and_then(|place| session.measurements.get(place));
    let kind = taken.and_then(|taken| codes::read::<MeasurementKind>(&taken.kind));
    let Some(kind) = kind else {
        return Err(DeskError::NoMeasurement {
            session: session.line.id.clone(),
            number,
        });
    };
    entry::parse(Field::of(kind), text).map_err(DeskError::Unfit)
}

/// Tells the record that somebody looked; what is to be said where it cannot be told.
pub(super) fn look(archive: &Archive, by: &By, of: Of<'_>) -> Option<String> {
    let told = looked(archive, by, &[of], "review", false);
    told.err()
        .map(|error| format!("this look is not in the record's trail: {error}"))
}
