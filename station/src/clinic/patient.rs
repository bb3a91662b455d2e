//! The patients' folder: one file a patient, with what is known of them and what was ordered.

use std::path::{Path, PathBuf};

use control::prescription::PatientFacts;
use jiff::civil::Date;
use protocols::vocabulary::Kilograms;

use super::{Patient, ResolvedPrescription, prescription};
use crate::config::kind::{Flag, Number, Text, Whole};
use crate::config::mistake::{Findings, Mistake};
use crate::config::section::Section;
use crate::config::source;

/// What a patient's file says above its prescriptions.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    /// What changes the meaning of rules.
    pub facts: PatientFacts,
    /// Full years that the patient has lived by the end of this year, so a year too many rather than one too few.
    pub age: f64,
}

/// The folder's patients with everything that was found in their files.
#[derive(Debug, Default)]
pub struct Folder {
    /// The patients, by file name.
    pub patients: Vec<Patient>,
    /// What must be put right.
    pub mistakes: Vec<Mistake>,
    /// What deserves a look.
    pub warnings: Vec<Mistake>,
}

/// Reads the `.toml` files of a folder, by name. `today` decides which prescriptions are in force.
///
/// # Errors
///
/// Why the folder cannot be read.
pub fn read_folder(folder: &Path, today: Date) -> std::io::Result<Folder> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    paths.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "toml")
    });
    paths.sort();
    let mut read = Folder::default();
    for path in paths {
        read_file(&path, today, &mut read);
    }
    Ok(read)
}

/// Reads one patient's file, as if it stood alone in a folder.
#[must_use]
pub fn read_one(path: &Path, today: Date) -> Folder {
    let mut read = Folder::default();
    read_file(path, today, &mut read);
    read
}

fn read_file(path: &Path, today: Date, read: &mut Folder) {
    let text = match source::read(path) {
        Ok(text) => text,
        Err(mistake) => return read.mistakes.push(mistake),
    };
    let findings = Findings::new(path, &text);
    if let Some(table) = source::parse(&findings) {
        let section = Section::new(&findings, "a patient's file".to_owned(), 0..0, &table);
        if let Some(patient) = read_patient(section, today) {
            let twin = read
                .patients
                .iter()
                .any(|other| other.pseudonym == patient.pseudonym);
            if twin {
                findings.mistake(
                    &(0..0),
                    format!(
                        "pseudonym \"{}\" is another patient's too",
                        patient.pseudonym
                    ),
                    "write a pseudonym of this patient's own",
                );
            }
            read.patients.push(patient);
        }
    }
    let (mistakes, warnings) = findings.into_parts();
    read.mistakes.extend(mistakes);
    read.warnings.extend(warnings);
}

fn read_patient(section: Section<'_, '_>, today: Date) -> Option<Patient> {
    let pseudonym = section.required("pseudonym", &Text);
    let second_identifier = section.required("second_identifier", &Text);
    let this_year = u32::try_from(today.year()).unwrap_or(0);
    let born = section.required(
        "year_of_birth",
        &Whole(this_year.saturating_sub(120)..=this_year, ""),
    );
    let mass = section
        .required("mass_kg", &Number(20.0..=350.0, "kg"))
        .and_then(|mass| Kilograms::new(mass.into_inner()));
    let flag = |key| section.required(key, &Flag).map(toml::Spanned::into_inner);
    let atrial_fibrillation = flag("atrial_fibrillation");
    let denervated = flag("heart_transplant");
    let paced = flag("fixed_rate_pacing");
    let chronotropic_incompetence = flag("chronotropic_incompetence");
    let lung_disease = flag("chronic_lung_disease");
    let known = || {
        Some(Known {
            facts: PatientFacts {
                mass: mass?,
                atrial_fibrillation: atrial_fibrillation?,
                denervated: denervated?,
                paced: paced?,
                chronotropic_incompetence: chronotropic_incompetence?,
                lung_disease: lung_disease?,
            },
            age: f64::from(this_year.saturating_sub(*born.as_ref()?.get_ref())),
        })
    };
    let known = known();
    let prescriptions = read_prescriptions(&section, known.as_ref(), today);
    section.finish();
    Some(Patient {
        pseudonym: pseudonym?.into_inner(),
        second_identifier: second_identifier?.into_inner(),
        facts: known?.facts,
        prescriptions,
    })
}

/// The prescriptions in force: of each id the highest version whose time has come and has not gone.
fn read_prescriptions(
    section: &Section<'_, '_>,
    known: Option<&Known>,
    today: Date,
) -> Vec<ResolvedPrescription> {
    let findings = section.findings();
    let mut seen: Vec<(String, u32)> = Vec::new();
    let mut in_force: Vec<ResolvedPrescription> = Vec::new();
    let orders = section.tables("prescription");
    if !section.has("prescription") {
        findings.warning(
            &section.header(),
            "this patient has no prescription, so no session can begin",
            "write one under [[prescription]]",
        );
    }
    let mut starts: Vec<usize> = orders.iter().map(|order| order.header().start).collect();
    starts.push(findings.text().len());
    for (order, end) in orders.into_iter().zip(starts.into_iter().skip(1)) {
        let header = order.header();
        let text = findings.text().get(header.start..end).unwrap_or_default();
        let Some(read) = prescription::read(order, text.trim_end(), known, today) else {
            continue;
        };
        let name = (read.resolved.id.clone(), read.resolved.version);
        if seen.contains(&name) {
            findings.mistake(
                &header,
                format!(
                    "prescription \"{}\" version {} is there twice",
                    name.0, name.1
                ),
                "write the next version number, or another id",
            );
        }
        seen.push(name);
        if read.in_force {
            match in_force
                .iter_mut()
                .find(|other| other.id == read.resolved.id)
            {
                Some(other) if other.version < read.resolved.version => *other = read.resolved,
                Some(_) => {}
                None => in_force.push(read.resolved),
            }
        }
    }
    in_force
}
