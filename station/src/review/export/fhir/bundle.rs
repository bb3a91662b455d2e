//! The bundle in the making: entries, their addresses, and what nearly every resource says.

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::records::SessionRecord;
use crate::review::export::telling::Telling;

/// Where the patient's pseudonym comes from.
const PSEUDONYM: &str = "urn:x-station:pseudonym";
/// What stands for the patient in a de-identified file.
const LABEL: &str = "urn:x-station:label";
/// The session's id in the record.
const SESSION: &str = "urn:x-station:session";

/// Wall time, as FHIR has an instant.
pub(super) fn wall(wall_us: i64) -> String {
    jiff::Timestamp::from_microsecond(wall_us)
        .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
        .to_string()
}

/// A bundle in the making.
pub(super) struct Bundle<'a> {
    pub(super) session: &'a SessionRecord,
    pub(super) telling: &'a Telling<'a>,
    entries: Vec<Value>,
}

impl<'a> Bundle<'a> {
    pub(super) const fn of(session: &'a SessionRecord, telling: &'a Telling<'a>) -> Self {
        Self {
            session,
            telling,
            entries: Vec::new(),
        }
    }

    /// Adds a resource; `name` is unlike that of any other of the session.
    pub(super) fn add(&mut self, kind: &str, name: &str, fields: Value) -> Value {
        let id = self.id(name);
        let head = json!({ "resourceType": kind, "id": id });
        self.entries.push(json!({
            "fullUrl": format!("urn:uuid:{id}"),
            "resource": merged(head, fields),
        }));
        self.reference(name)
    }

    /// `final`; while the session goes on what still moves with it is `preliminary`.
    pub(super) fn status(&self) -> &'static str {
        if self.session.line.state == "open" {
            "preliminary"
        } else {
            "final"
        }
    }

    /// Adds an observation about the patient in this session. What does not move any more while it goes on says so with a status of its own.
    pub(super) fn observe(&mut self, name: &str, fields: Value) -> Value {
        let about = json!({
            "status": self.status(),
            "subject": self.reference("patient"),
            "encounter": self.reference("encounter"),
        });
        self.add("Observation", name, merged(about, fields))
    }

    /// A reference to the resource of that name.
    pub(super) fn reference(&self, name: &str) -> Value {
        json!({ "reference": format!("urn:uuid:{}", self.id(name)) })
    }

    /// References to everything that is in it so far.
    pub(super) fn everything(&self) -> Vec<Value> {
        self.entries
            .iter()
            .filter_map(|entry| entry.get("fullUrl"))
            .map(|url| json!({ "reference": url }))
            .collect()
    }

    /// The patient's identifier.
    pub(super) fn patient_identifier(&self) -> Value {
        let system = if self.telling.is_deidentified() {
            LABEL
        } else {
            PSEUDONYM
        };
        json!({ "system": system, "value": self.session.line.patient })
    }

    /// The session's identifier.
    pub(super) fn session_identifier(&self) -> Value {
        json!({ "system": SESSION, "value": self.session.line.id })
    }

    /// An instant of the session, UTC: from its beginning on by its own clock.
    pub(super) fn instant(&self, t_us: i64) -> String {
        wall(self.session.line.began_wall_micros.saturating_add(t_us))
    }

    /// From when to when.
    pub(super) fn period(&self, from_us: i64, to_us: i64) -> Value {
        json!({ "start": self.instant(from_us), "end": self.instant(to_us) })
    }

    /// The whole session; without an end where it has none.
    pub(super) fn whole(&self) -> Value {
        if self.session.line.state == "ended" {
            self.period(0, self.session.length_us())
        } else {
            json!({ "start": self.instant(0) })
        }
    }

    /// The bundle.
    pub(super) fn finish(self) -> Value {
        let mut security = vec![json!({
            "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
            "code": if self.telling.is_deidentified() { "ANONYED" } else { "PSEUDED" },
        })];
        if self.telling.name().is_some() {
            security.clear();
        }
        if self.session.line.kind == "virtual" {
            // A virtual patient's figures must never be taken for a person's.
            security.push(json!({
                "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason",
                "code": "HTEST",
            }));
        }
        let bundle = json!({
            "resourceType": "Bundle",
            "id": self.id("bundle"),
            "identifier": self.session_identifier(),
            "type": "collection",
            "entry": self.entries,
        });
        let labels = (!security.is_empty()).then(|| json!({ "security": security }));
        with(bundle, "meta", labels)
    }

    /// The same for the same session and name, and for no other: a UUID of version 8 over both.
    fn id(&self, name: &str) -> String {
        let mut sum = Sha256::new();
        sum.update(b"station fhir\0");
        sum.update(self.session.line.id.as_bytes());
        sum.update(b"\0");
        sum.update(name.as_bytes());
        let mut digits: Vec<char> = sum
            .finalize()
            .iter()
            .take(16)
            .flat_map(|byte| format!("{byte:02x}").chars().collect::<Vec<_>>())
            .collect();
        if let Some(version) = digits.get_mut(12) {
            *version = '8';
        }
        if let Some(variant) = digits.get_mut(16) {
            *variant = 'a';
        }
        let mut id = String::new();
        for (place, digit) in digits.into_iter().enumerate() {
            if matches!(place, 8 | 12 | 16 | 20) {
                id.push('-');
            }
            id.push(digit);
        }
        id
    }
}

/// Two objects as one; what the second says holds.
pub(super) fn merged(one: Value, other: Value) -> Value {
    match (one, other) {
        (Value::Object(mut fields), Value::Object(more)) => {
            fields.extend(more);
            Value::Object(fields)
        }
        (one, Value::Null) => one,
        (_, other) => other,
    }
}

/// An object with one more field, where there is a value for it.
pub(super) fn with(object: Value, field: &str, value: Option<Value>) -> Value {
    match value {
        None => object,
        Some(value) => merged(
            object,
            Value::Object(Map::from_iter([(field.to_owned(), value)])),
        ),
    }
}
