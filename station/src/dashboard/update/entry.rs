//! What a person types, read strictly: a figure that cannot be is not taken.

use control::input::Entry;
use protocols::vocabulary::MillimetresOfMercury;
use protocols::vocabulary::number::floor_to_u16;

use crate::dashboard::dialog::Field;

/// Reads what was typed.
///
/// # Errors
/// What is wrong with it, and how it is typed, for the person.
pub fn parse(field: Field, text: &str) -> Result<Entry, String> {
    match field {
        Field::BloodPressure => blood_pressure(text),
        Field::Exertion => grade(text, 6, 20).map(Entry::PerceivedExertion),
        Field::Dyspnoea => grade(text, 0, 10).map(Entry::Dyspnoea),
        Field::Angina => grade(text, 0, 4).map(Entry::Angina),
        Field::Claudication => grade(text, 0, 4).map(Entry::Claudication),
        Field::Breathing => grade(text, 1, 99).map(Entry::Breathing),
        Field::Glucose => glucose(text).map(Entry::Glucose),
        Field::OxygenFlow => oxygen(text).map(Entry::OxygenFlow),
    }
}

/// Whether a character can be part of what is typed there.
#[must_use]
pub const fn accepts(field: Field, character: char) -> bool {
    match field {
        Field::BloodPressure => {
            character.is_ascii_digit() || matches!(character, '/' | ' ' | 's' | 'S')
        }
        Field::Exertion
        | Field::Dyspnoea
        | Field::Angina
        | Field::Claudication
        | Field::Breathing => character.is_ascii_digit(),
        Field::Glucose | Field::OxygenFlow => character.is_ascii_digit() || character == '.',
    }
}

fn grade(text: &str, low: u8, high: u8) -> Result<u8, String> {
    text.trim()
        .parse::<u8>()
        .ok()
        .filter(|grade| (low..=high).contains(grade))
        .ok_or_else(|| format!("a whole number from {low} to {high}"))
}

/// Milligrams in a decilitre of what has one millimole in a litre: glucose has 180.16 g/mol.
const GLUCOSE_MG_DL: f64 = 18.016;

/// Who writes a point writes millimoles in a litre.
fn glucose(text: &str) -> Result<u16, String> {
    // Whole numbers that may be meant in either unit are not taken.
    let how = || "40 to 600 mg/dL, or 1.2 to 33.3 mmol/L with a point: 20.0".to_owned();
    let text = text.trim();
    if text.contains('.') {
        let millimoles: f64 = text.parse().map_err(|_| how())?;
        return Some(millimoles)
            .filter(|millimoles| (1.2..=33.3).contains(millimoles))
            .and_then(|millimoles| floor_to_u16(millimoles * GLUCOSE_MG_DL + 0.5))
            .ok_or_else(how);
    }
    let milligrams = text.parse().ok();
    milligrams
        .filter(|milligrams| (40..=600).contains(milligrams))
        .ok_or_else(how)
}

/// Litres a minute, to a tenth.
fn oxygen(text: &str) -> Result<u16, String> {
    let how = || "0 to 15 L/min, as 2 or 1.5".to_owned();
    let text = text.trim();
    let litres: f64 = text.parse().map_err(|_| how())?;
    let tenths = text.split_once('.').map_or(0, |(_, tenths)| tenths.len());
    floor_to_u16(litres * 10.0 + 0.5)
        .filter(|_| tenths <= 1)
        .map(|tenths| tenths.saturating_mul(100))
        .filter(|millilitres| *millilitres <= 15_000)
        .ok_or_else(how)
}

fn blood_pressure(text: &str) -> Result<Entry, String> {
    let text = text.trim();
    let (figures, symptoms) = match text.strip_suffix(['s', 'S']) {
        Some(figures) => (figures.trim_end(), true),
        None => (text, false),
    };
    let how = || "systolic/diastolic, as 128/74".to_owned();
    let (systolic, diastolic) = figures.split_once(['/', ' ']).ok_or_else(how)?;
    let read = |figure: &str| figure.trim().parse::<u16>().ok();
    let (systolic, diastolic) = read(systolic).zip(read(diastolic)).ok_or_else(how)?;
    if !(50..=300).contains(&systolic) || !(20..=200).contains(&diastolic) {
        return Err("systolic 50 to 300, diastolic 20 to 200".to_owned());
    }
    if diastolic >= systolic {
        return Err("systolic first: it is the higher one".to_owned());
    }
    let (systolic, diastolic) = MillimetresOfMercury::new(systolic)
        .zip(MillimetresOfMercury::new(diastolic))
        .ok_or_else(how)?;
    Ok(Entry::BloodPressure {
        systolic,
        diastolic,
        symptoms,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pressure(systolic: u16, diastolic: u16, symptoms: bool) -> Entry {
        Entry::BloodPressure {
            systolic: MillimetresOfMercury::new(systolic).unwrap(),
            diastolic: MillimetresOfMercury::new(diastolic).unwrap(),
            symptoms,
        }
    }

    #[test]
    fn blood_pressure_is_read_as_nurses_write_it() {
        let read = |text| parse(Field::BloodPressure, text);
        assert_eq!(read("128/74"), Ok(pressure(128, 74, false)));
        assert_eq!(read(" 128/74 s"), Ok(pressure(128, 74, true)));
        assert_eq!(read("128/74s"), Ok(pressure(128, 74, true)));
        assert_eq!(read("128 74"), Ok(pressure(128, 74, false)));
        for wrong in [
            "", "128", "74/128", "128/", "/74", "301/80", "49/30", "120/19", "s",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn grades_have_both_ends() {
        assert_eq!(parse(Field::Exertion, "6"), Ok(Entry::PerceivedExertion(6)));
        assert_eq!(
            parse(Field::Exertion, "20"),
            Ok(Entry::PerceivedExertion(20))
        );
        assert!(parse(Field::Exertion, "5").is_err());
        assert!(parse(Field::Exertion, "21").is_err());
        assert_eq!(parse(Field::Dyspnoea, "0"), Ok(Entry::Dyspnoea(0)));
        assert!(parse(Field::Dyspnoea, "11").is_err());
        assert!(parse(Field::Angina, "").is_err());
    }

    #[test]
    fn glucose_is_read_in_both_units_and_oxygen_in_litres() {
        let glucose = |text| parse(Field::Glucose, text);
        assert_eq!(glucose("100"), Ok(Entry::Glucose(100)));
        assert_eq!(glucose("5.6"), Ok(Entry::Glucose(101)));
        assert_eq!(glucose(" 13.9"), Ok(Entry::Glucose(250)));
        // What may be millimoles as well as milligrams is asked for with a point.
        for wrong in [
            "", ".", "6", "20", "33", "601", "40.0", "1.1", "33.4", "5.6.1", "-5",
        ] {
            assert!(glucose(wrong).is_err(), "{wrong}");
        }
        let oxygen = |text| parse(Field::OxygenFlow, text);
        assert_eq!(oxygen("2"), Ok(Entry::OxygenFlow(2_000)));
        assert_eq!(oxygen("1.5"), Ok(Entry::OxygenFlow(1_500)));
        assert_eq!(oxygen("0"), Ok(Entry::OxygenFlow(0)));
        for wrong in ["", "15.1", "15.04", "0.04", "nan", "99999"] {
            assert!(oxygen(wrong).is_err(), "{wrong}");
        }
    }
}
