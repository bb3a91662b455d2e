//! Who ordered what for whom, on what ground, and from when to when.

use jiff::ToSpan;
use jiff::civil::Date;

use super::words::{BASES, Diagnosis, Implant, MEDICINES, RiskClass};
use crate::clinic::Validity;
use crate::clinic::patient::Known;
use crate::config::kind::{Day, ListOf, Number, OneOf, OrWord, Text, Whole};
use crate::config::section::Section;

/// Longest time between signing and the end of validity, in days `[choice]`.
const LONGEST_VALIDITY: i64 = 90;

/// A prescription's frame. What is `None` is missing or wrong, and has been noted.
#[derive(Debug)]
pub(super) struct Identity {
    pub(super) id: Option<String>,
    pub(super) version: Option<u32>,
    pub(super) validity: Option<Validity>,
    pub(super) risk: Option<RiskClass>,
    pub(super) diagnosis: Option<Diagnosis>,
    pub(super) beta_blocker: Option<bool>,
    pub(super) implants: Option<Vec<Implant>>,
}

impl Identity {
    pub(super) fn read(section: &Section<'_, '_>, known: Option<&Known>, today: Date) -> Self {
        let id = section.required("id", &Text);
        let version = section.required("version", &Whole(1..=9999, ""));
        if version
            .as_ref()
            .is_some_and(|version| *version.get_ref() > 1)
        {
            section.required("change_reason", &Text);
        } else {
            section.optional("change_reason", &Text);
        }
        section.required("author", &Text);
        section.required("signer", &Text);
        section.required("basis", &OneOf(BASES));
        read_goals(section);
        section.optional("sessions_ordered", &Whole(1..=72, "sessions"));
        section.optional("sessions_per_week", &Whole(1..=7, "sessions"));
        read_oxygen(section);
        let signed = read_signature(section, today);
        let beta_blocker = read_medicines(section, signed, today);
        let implants = read_implants(section, known);
        Self {
            id: id.map(toml::Spanned::into_inner),
            version: version.map(toml::Spanned::into_inner),
            validity: read_validity(section, signed, today),
            risk: section
                .required("risk_class", &OneOf(RiskClass::WORDS))
                .map(toml::Spanned::into_inner),
            diagnosis: read_diagnosis(section, known),
            beta_blocker,
            implants,
        }
    }

    /// Whether any of the implants may shock.
    pub(super) fn shocks(&self) -> bool {
        self.has(Implant::shocks)
    }

    /// Whether one of the implants assists the left ventricle.
    pub(super) fn assisted(&self) -> bool {
        self.has(|implant| implant == Implant::AssistDevice)
    }

    /// Whether one of the implants paces.
    pub(super) fn paces(&self) -> bool {
        self.has(Implant::paces)
    }

    fn has(&self, which: impl Fn(Implant) -> bool) -> bool {
        self.implants
            .as_ref()
            .is_some_and(|implants| implants.iter().copied().any(which))
    }
}

fn read_goals(section: &Section<'_, '_>) {
    if let Some(goals) = section.required("goals", &ListOf(Text))
        && goals.get_ref().is_empty()
    {
        section.findings().mistake(
            &goals.span(),
            "goals is empty",
            "write goals = [\"what the patient wants to reach\"]",
        );
    }
}

fn read_signature(section: &Section<'_, '_>, today: Date) -> Option<Date> {
    let signed = section.required("signed_at", &Day)?;
    let day = *signed.get_ref();
    if day > today {
        section.findings().mistake(
            &signed.span(),
            format!("signed_at is {day}, and today is {today}"),
            "write the day on which it was signed; unsigned prescriptions do not belong here",
        );
        return None;
    }
    Some(day)
}

/// From when to when the prescription holds.
fn read_validity(section: &Section<'_, '_>, signed: Option<Date>, today: Date) -> Option<Validity> {
    let findings = section.findings();
    let from = section.required("valid_from", &Day);
    let until = section.required("valid_until", &Day);
    let (from, until, signed) = (from?, until?, signed?);
    let (first, last) = (*from.get_ref(), *until.get_ref());
    if last < first || last < signed {
        findings.mistake(
            &until.span(),
            format!("valid_until is {last}, before valid_from {first} or signed_at {signed}"),
            "write the last day on which it holds",
        );
        return None;
    }
    let longest = signed.checked_add(LONGEST_VALIDITY.days()).ok()?;
    if last > longest {
        findings.mistake(
            &until.span(),
            format!(
                "valid_until is {last}, more than {LONGEST_VALIDITY} days after it was signed on {signed}"
            ),
            format!("write {longest} or an earlier day, and sign anew after it"),
        );
        return None;
    }
    if today > last {
        findings.warning(
            &until.span(),
            format!("this prescription ended on {last} and is not offered"),
            "have a new version written and signed",
        );
    }
    if today < first {
        findings.warning(
            &from.span(),
            format!("this prescription begins on {first} and is not offered yet"),
            "wait, or have a version signed that begins earlier",
        );
    }
    Some(Validity {
        from: first,
        until: last,
    })
}

fn read_diagnosis(section: &Section<'_, '_>, known: Option<&Known>) -> Option<Diagnosis> {
    let diagnosis = section.required("diagnosis", &OneOf(Diagnosis::WORDS))?;
    let read = *diagnosis.get_ref();
    let facts = known.map(|known| known.facts);
    let flag = match read {
        Diagnosis::AtrialFibrillation => facts
            .filter(|facts| !facts.atrial_fibrillation)
            .map(|_| "atrial_fibrillation"),
        Diagnosis::HeartTransplant => facts
            .filter(|facts| !facts.denervated)
            .map(|_| "heart_transplant"),
        Diagnosis::Lung => facts
            .filter(|facts| !facts.lung_disease)
            .map(|_| "chronic_lung_disease"),
        Diagnosis::Cardiac | Diagnosis::LongWarmUp | Diagnosis::Other => None,
    };
    if let Some(flag) = flag {
        section.findings().mistake(
            &diagnosis.span(),
            format!("diagnosis implies {flag}, and the patient's own line says {flag} = false"),
            format!("write {flag} = true above, or another diagnosis"),
        );
    }
    Some(read)
}

/// Whether a beta blocker is taken.
fn read_medicines(section: &Section<'_, '_>, signed: Option<Date>, today: Date) -> Option<bool> {
    let key = "medicines_acting_on_heart_rate";
    let medicines = section.required(key, &OrWord(ListOf(OneOf(MEDICINES)), "none"))?;
    let Some(taken) = medicines.get_ref() else {
        section.refused("medicines_changed_on", "no medicine acts on heart rate");
        return Some(false);
    };
    if taken.is_empty() {
        section.findings().mistake(
            &medicines.span(),
            format!("{key} is empty, which may be an answer or a gap"),
            format!("write {key} = \"none\", or what is taken"),
        );
    }
    let changed = section.required("medicines_changed_on", &Day);
    if let (Some(changed), Some(signed)) = (changed, signed) {
        let day = *changed.get_ref();
        if day > today {
            section.findings().mistake(
                &changed.span(),
                format!("medicines_changed_on is {day}, and today is {today}"),
                "write the day of the last change of drug or dose",
            );
        } else if day > signed {
            section.findings().mistake(
                &changed.span(),
                format!(
                    "a medicine that acts on heart rate was changed on {day}, after this was signed on {signed}: its limits do not hold"
                ),
                "have the limits confirmed and a new version signed",
            );
        }
    }
    Some(taken.iter().any(|beta_blocker| *beta_blocker))
}

fn read_implants(section: &Section<'_, '_>, known: Option<&Known>) -> Option<Vec<Implant>> {
    let implant = section.required("implant", &OrWord(OneOrMore(OneOf(Implant::WORDS)), "none"))?;
    let implants = implant.get_ref().clone().unwrap_or_default();
    let paced = known.is_some_and(|known| known.facts.paced);
    if paced && !implants.iter().copied().any(Implant::paces) {
        section.findings().mistake(
            &implant.span(),
            "fixed_rate_pacing is true, and no implant paces",
            "write implant = \"pacemaker\" or another that paces, or fixed_rate_pacing = false",
        );
    }
    Some(implants)
}

fn read_oxygen(section: &Section<'_, '_>) {
    let Some(value) = section.raw("oxygen") else {
        section.missing(
            "oxygen",
            "\"none\", or { rest_l_per_min = 1, exercise_l_per_min = 2 }",
        );
        return;
    };
    if value.get_ref().as_str() == Some("none") {
        return;
    }
    if value.get_ref().is_table() {
        if let Some(oxygen) = section.table("oxygen") {
            let flow = Number(0.0..=15.0, "L/min");
            oxygen.required("rest_l_per_min", &flow);
            oxygen.required("exercise_l_per_min", &flow);
            oxygen.finish();
        }
        return;
    }
    section.findings().mistake(
        &value.span(),
        "oxygen is neither \"none\" nor a table of flows",
        "write oxygen = \"none\", or { rest_l_per_min = 1, exercise_l_per_min = 2 }",
    );
}

/// A word, or a list of some.
struct OneOrMore<K>(K);

impl<K: crate::config::kind::Kind> crate::config::kind::Kind for OneOrMore<K> {
    type Value = Vec<K::Value>;

    fn read(&self, value: &toml::de::DeValue<'_>) -> Result<Self::Value, String> {
        let Some(list) = value.as_array() else {
            return self.0.read(value).map(|word| vec![word]);
        };
        if list.is_empty() {
            return Err("is an empty list, which may be an answer or a gap".to_owned());
        }
        list.iter()
            .map(|item| {
                self.0
                    .read(item.get_ref())
                    .map_err(|wrong| format!("holds an item that {wrong}"))
            })
            .collect()
    }

    fn expected(&self) -> String {
        format!("{}, or a list of these", self.0.expected())
    }
}
