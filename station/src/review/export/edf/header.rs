//! The header: fields of ASCII of fixed widths.

use std::borrow::Cow;

use crate::dashboard::words::capital;
use crate::records::SOFTWARE;
use crate::review::export::Export;

/// The label that the format gives to annotations.
const ANNOTATIONS: &str = "EDF Annotations";

/// Months as the format writes them.
const MONTHS: [&str; 12] = [
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
];

/// How wide the patient's field is.
const PATIENT_WIDTH: usize = 80;

/// One signal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Signal {
    pub(super) label: Cow<'static, str>,
    pub(super) transducer: &'static str,
    pub(super) dimension: &'static str,
    pub(super) digital: (i16, i16),
    pub(super) physical: (&'static str, &'static str),
    /// Samples a record.
    pub(super) samples: usize,
}

impl Signal {
    /// A signal of one value a record.
    pub(super) const fn of(
        label: &'static str,
        transducer: &'static str,
        dimension: &'static str,
        digital: (i16, i16),
        physical: (&'static str, &'static str),
    ) -> Self {
        Self {
            label: Cow::Borrowed(label),
            transducer,
            dimension,
            digital,
            physical,
            samples: 1,
        }
    }

    /// Annotations of so many pairs of bytes a record.
    pub(super) fn annotations(samples: usize) -> Self {
        Self {
            samples,
            ..Self::of(ANNOTATIONS, "", "", (-32_768, 32_767), ("-1", "1"))
        }
    }

    /// A value in digits; the digital minimum where there is none, or where the signal cannot hold it.
    pub(super) fn digital(&self, value: Option<i64>) -> i16 {
        value
            .and_then(|value| i16::try_from(value).ok())
            .filter(|digital| *digital > self.digital.0 && *digital <= self.digital.1)
            .unwrap_or(self.digital.0)
    }

    /// Whether it can hold a value.
    pub(super) fn holds(&self, value: i64) -> bool {
        i64::from(self.digital(Some(value))) == value
    }
}

/// The header; `None` where a number of it has more digits than its field.
pub(super) fn write_header(
    export: &Export<'_>,
    begins_us: i64,
    continuous: bool,
    records: usize,
    signals: &[Signal],
) -> Option<Vec<u8>> {
    let begins = jiff::Timestamp::from_microsecond(begins_us).ok()?;
    let begins = jiff::tz::Offset::UTC.to_datetime(begins);
    let month = usize::from(begins.month().unsigned_abs()).checked_sub(1)?;
    let day = format!(
        "{:02}-{}-{:04}",
        begins.day(),
        MONTHS.get(month)?,
        begins.year()
    );
    let line = &export.session.line;
    let patient = patient(export);
    let recording = format!(
        "Startdate {day} {} X {} UTC",
        subfield(&line.id),
        subfield(SOFTWARE)
    );
    let kind = if continuous { "EDF+C" } else { "EDF+D" };
    let mut header = Header(String::new());
    header.field("0", 8)?;
    header.field(&patient, PATIENT_WIDTH)?;
    header.field(&recording, 80)?;
    header.field(
        &format!(
            "{:02}.{:02}.{:02}",
            begins.day(),
            begins.month(),
            begins.year().rem_euclid(100)
        ),
        8,
    )?;
    header.field(
        &format!(
            "{:02}.{:02}.{:02}",
            begins.hour(),
            begins.minute(),
            begins.second()
        ),
        8,
    )?;
    header.field(&(256 * (signals.len() + 1)).to_string(), 8)?;
    header.field(kind, 44)?;
    header.field(&records.to_string(), 8)?;
    header.field("1", 8)?;
    header.field(&signals.len().to_string(), 4)?;
    header.each(signals, 16, |signal| signal.label.to_string())?;
    header.each(signals, 80, |signal| signal.transducer.to_owned())?;
    header.each(signals, 8, |signal| signal.dimension.to_owned())?;
    header.each(signals, 8, |signal| signal.physical.0.to_owned())?;
    header.each(signals, 8, |signal| signal.physical.1.to_owned())?;
    header.each(signals, 8, |signal| signal.digital.0.to_string())?;
    header.each(signals, 8, |signal| signal.digital.1.to_string())?;
    header.each(signals, 80, |_| String::new())?;
    header.each(signals, 8, |signal| signal.samples.to_string())?;
    header.each(signals, 32, |_| String::new())?;
    Some(header.0.into_bytes())
}

/// The patient's field: code, sex, day of birth, name; an X for what is not told.
fn patient(export: &Export<'_>) -> String {
    let born = export
        .identity
        .and_then(|identity| identity.born)
        .and_then(|born| {
            let month = usize::from(born.month().unsigned_abs()).checked_sub(1)?;
            Some(format!(
                "{:02}-{}-{:04}",
                born.day(),
                MONTHS.get(month)?,
                born.year()
            ))
        });
    let name = export
        .identity
        .map_or_else(|| "X".to_owned(), |identity| subfield(&identity.name));
    let field = format!(
        "{} X {} {name}",
        subfield(&export.session.line.patient),
        born.as_deref().unwrap_or("X")
    );
    // Every letter of it is one byte by now.
    field.chars().take(PATIENT_WIDTH).collect()
}

struct Header(String);

impl Header {
    fn field(&mut self, text: &str, width: usize) -> Option<()> {
        let fits = text.len() <= width && text.bytes().all(|byte| (32..127).contains(&byte));
        let padded = format!("{text:<width$}");
        fits.then(|| self.0.push_str(&padded))
    }

    fn each(
        &mut self,
        signals: &[Signal],
        width: usize,
        of: impl Fn(&Signal) -> String,
    ) -> Option<()> {
        signals
            .iter()
            .try_for_each(|signal| self.field(&of(signal), width))
    }
}

/// Small letters that the format does not have, each with those that stand for it.
const LATIN: [(&str, &str); 20] = [
    ("äæ", "ae"),
    ("öøœ", "oe"),
    ("ü", "ue"),
    ("ß", "ss"),
    ("å", "aa"),
    ("àáâãăąā", "a"),
    ("çćč", "c"),
    ("ďđð", "d"),
    ("èéêëęěėē", "e"),
    ("ìíîïıī", "i"),
    ("łľ", "l"),
    ("ñńň", "n"),
    ("òóôõő", "o"),
    ("śšşș", "s"),
    ("ťţț", "t"),
    ("ùúûůűū", "u"),
    ("ýÿ", "y"),
    ("źżž", "z"),
    ("ğ", "g"),
    ("ř", "r"),
];

/// A part of a field: in ASCII, without spaces, which part the parts.
fn subfield(text: &str) -> String {
    let text: String = text.chars().map(in_ascii).collect();
    if text.is_empty() {
        "X".to_owned()
    } else {
        text
    }
}

fn in_ascii(letter: char) -> String {
    if letter.is_ascii_graphic() {
        return letter.to_string();
    }
    let small: String = letter.to_lowercase().collect();
    let mut known = LATIN.iter().filter(|(letters, _)| letters.contains(&small));
    let Some((_, ascii)) = known.next() else {
        return "_".to_owned();
    };
    if letter.is_uppercase() {
        capital(ascii)
    } else {
        (*ascii).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_written_with_the_letters_that_the_format_has() {
        for (name, written) in [
            ("Jörg Müller", "Joerg_Mueller"),
            ("Zoë Łukáš", "Zoe_Lukas"),
            ("Øster", "Oester"),
            ("王 X", "__X"),
            ("", "X"),
        ] {
            assert_eq!(subfield(name), written);
        }
    }
}
