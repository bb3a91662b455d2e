//! What FIT has no field for: developer fields, each described in the file itself with name and unit.

use rustyfit::profile::mesgdef;
use rustyfit::profile::typedef::{FitBaseType, Manufacturer};
use rustyfit::proto::{DeveloperField, Message, Value};

/// The one developer of a file.
const INDEX: u8 = 0;

/// By this a reader knows our fields again: drawn once at random, never changed.
const APPLICATION: [u8; 16] = [
    0x5b, 0x1e, 0x6c, 0x0f, 0x2d, 0x94, 0x4a, 0x37, 0x9e, 0x58, 0xc4, 0x71, 0x83, 0xa6, 0xd2, 0x19,
];

/// The version of this set of fields.
const VERSION: u32 = 3;

/// A field of ours.
#[derive(Debug, Clone, Copy)]
pub(super) struct Own {
    number: u8,
    name: &'static str,
    units: &'static str,
    base: FitBaseType,
}

const fn own(number: u8, name: &'static str, units: &'static str, base: FitBaseType) -> Own {
    Own {
        number,
        name,
        units,
        base,
    }
}

/// Saturation that could be relied on.
pub(super) const SPO2: Own = own(0, "spo2", "%", FitBaseType::UINT8);
/// What the machine was told last.
pub(super) const LOAD_ASKED: Own = own(1, "load_asked", "W", FitBaseType::UINT16);
/// The same of a belt's speed.
pub(super) const SPEED_ASKED: Own = own(2, "speed_asked", "mm/s", FitBaseType::SINT32);
/// The same of its grade.
pub(super) const GRADE_ASKED: Own = own(3, "grade_asked", "0.1 %", FitBaseType::SINT32);
/// What phase or controller asked for, above rest.
pub(super) const MET_ASKED: Own = own(4, "met_asked", "0.001 MET", FitBaseType::UINT32);
/// What was let through, above rest.
pub(super) const MET_GRANTED: Own = own(5, "met_granted", "0.001 MET", FitBaseType::UINT32);
/// What decides the load from here on.
pub(super) const LIMITED_BY: Own = own(6, "limited_by", "", FitBaseType::STRING);
/// The alarm's rule.
pub(super) const RULE: Own = own(7, "rule", "", FitBaseType::STRING);
/// What became of the alarm.
pub(super) const RULE_CHANGE: Own = own(8, "rule_change", "", FitBaseType::STRING);
/// Its priority.
pub(super) const RULE_PRIORITY: Own = own(9, "rule_priority", "", FitBaseType::STRING);
/// What the rule does to the load.
pub(super) const RULE_ACTION: Own = own(10, "rule_action", "", FitBaseType::STRING);
/// The value that made it.
pub(super) const RULE_VALUE: Own = own(11, "rule_value", "the rule's own", FitBaseType::FLOAT64);
/// The limit that it broke.
pub(super) const RULE_LIMIT: Own = own(12, "rule_limit", "the rule's own", FitBaseType::FLOAT64);
/// Perceived exertion.
pub(super) const RPE: Own = own(13, "rpe", "Borg 6-20", FitBaseType::UINT8);
/// Dyspnoea.
pub(super) const DYSPNOEA: Own = own(14, "dyspnoea", "0-10", FitBaseType::UINT8);
/// Angina.
pub(super) const ANGINA: Own = own(15, "angina", "0-4", FitBaseType::UINT8);
/// Claudication.
pub(super) const CLAUDICATION: Own = own(16, "claudication", "0-4", FitBaseType::UINT8);
/// Breaths, counted.
pub(super) const BREATHING: Own = own(17, "breathing", "/min", FitBaseType::UINT8);
/// The phase of a lap.
pub(super) const PHASE: Own = own(18, "phase", "", FitBaseType::STRING);
/// The record's id of the session.
pub(super) const SESSION_ID: Own = own(19, "session_id", "", FitBaseType::STRING);
/// What was ordered: id and version.
pub(super) const PRESCRIPTION: Own = own(20, "prescription", "", FitBaseType::STRING);
/// Why the session ended.
pub(super) const END_REASON: Own = own(21, "end_reason", "", FitBaseType::STRING);
/// The highest mean of 5 s.
pub(super) const HEART_RATE_PEAK: Own = own(22, "heart_rate_peak_5s", "bpm", FitBaseType::FLOAT64);
/// The highest mean of 60 s.
pub(super) const POWER_PEAK: Own = own(23, "power_peak_60s", "W", FitBaseType::FLOAT64);
/// The lowest mean of 10 s.
pub(super) const SPO2_LOWEST: Own = own(24, "spo2_lowest_10s", "%", FitBaseType::FLOAT64);
/// The mean.
pub(super) const MET_MEAN: Own = own(25, "met_mean", "MET", FitBaseType::FLOAT64);
/// The highest mean of 60 s.
pub(super) const MET_PEAK: Own = own(26, "met_peak_60s", "MET", FitBaseType::FLOAT64);
/// The sum.
pub(super) const MET_MINUTES: Own = own(27, "met_minutes", "MET min", FitBaseType::FLOAT64);

/// What the measurement that made the alarm was corrected to later.
pub(super) const RULE_CORRECTED: Own = own(28, "rule_corrected_to", "", FitBaseType::STRING);

/// The worst value until the alarm was gone, where that was worse.
pub(super) const RULE_WORST: Own = own(29, "rule_worst", "the rule's own", FitBaseType::FLOAT64);
/// By when that was, after the session began.
pub(super) const RULE_WORST_AT: Own = own(30, "rule_worst_at", "s", FitBaseType::FLOAT64);

/// What of the record is not what was recorded.
pub(super) const ALTERED: Own = own(31, "altered", "", FitBaseType::STRING);
/// Glucose of the capillary blood.
pub(super) const GLUCOSE: Own = own(32, "glucose", "mg/dL", FitBaseType::UINT16);
/// Oxygen that flows to the patient.
pub(super) const OXYGEN_FLOW: Own = own(33, "oxygen_flow", "mL/min", FitBaseType::UINT16);

/// A text has so many bytes at most: the format counts them in one.
const TEXT_BYTES: usize = 240;

/// Every field of ours.
const ALL: [Own; 34] = [
    SPO2,
    LOAD_ASKED,
    SPEED_ASKED,
    GRADE_ASKED,
    MET_ASKED,
    MET_GRANTED,
    LIMITED_BY,
    RULE,
    RULE_CHANGE,
    RULE_PRIORITY,
    RULE_ACTION,
    RULE_VALUE,
    RULE_LIMIT,
    RPE,
    DYSPNOEA,
    ANGINA,
    CLAUDICATION,
    BREATHING,
    PHASE,
    SESSION_ID,
    PRESCRIPTION,
    END_REASON,
    HEART_RATE_PEAK,
    POWER_PEAK,
    SPO2_LOWEST,
    MET_MEAN,
    MET_PEAK,
    MET_MINUTES,
    RULE_CORRECTED,
    RULE_WORST,
    RULE_WORST_AT,
    ALTERED,
    GLUCOSE,
    OXYGEN_FLOW,
];

impl Own {
    /// The field with a value.
    pub(super) const fn holds(self, value: Value) -> DeveloperField {
        DeveloperField {
            num: self.number,
            developer_data_index: INDEX,
            value,
        }
    }

    /// The field with a text, as much of it as the format has room for.
    pub(super) fn says(self, text: &str) -> DeveloperField {
        let room = text.floor_char_boundary(TEXT_BYTES);
        let text = text.get(..room).unwrap_or_default();
        self.holds(Value::String(Box::from(text)))
    }

    /// The field with a text, where there is one.
    pub(super) fn may_say(self, text: Option<&str>) -> Option<DeveloperField> {
        text.map(|text| self.says(text))
    }

    /// The field with a figure, where there is one.
    pub(super) fn may_be(self, figure: Option<f64>) -> Option<DeveloperField> {
        figure.map(|figure| self.holds(Value::Float64(figure)))
    }
}

/// Whose the fields are.
pub(super) fn id() -> Message {
    let mut id = mesgdef::DeveloperDataId::new();
    id.developer_data_index = INDEX;
    id.application_id = Box::from(APPLICATION);
    id.manufacturer_id = Manufacturer::DEVELOPMENT;
    id.application_version = VERSION;
    id.into()
}

/// Name, unit and type of each.
pub(super) fn descriptions() -> impl Iterator<Item = Message> {
    ALL.into_iter().map(|own| {
        let mut description = mesgdef::FieldDescription::new();
        description.developer_data_index = INDEX;
        description.field_definition_number = own.number;
        description.fit_base_type_id = own.base;
        description.field_name = Box::from([Box::from(own.name)]);
        if !own.units.is_empty() {
            description.units = Box::from([Box::from(own.units)]);
        }
        description.into()
    })
}
