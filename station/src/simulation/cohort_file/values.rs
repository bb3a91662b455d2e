//! A table of plain figures, each with its range: read field by field, so that every mistake is noted, then made into its type.

use drivers::virtual_devices::patient::parameters::ParameterRange;
use serde::Deserialize;
use serde::de::value::{Error, MapDeserializer};

use crate::config::kind::Number;
use crate::config::section::Section;

/// The figures of a table that are there and in range.
pub(super) struct Values {
    read: Vec<(&'static str, f64)>,
}

impl Values {
    /// Reads every field. All are required.
    pub(super) fn read(section: &Section<'_, '_>, fields: &[ParameterRange]) -> Self {
        let one = |range: &ParameterRange| {
            let kind = Number(range.low..=range.high, range.unit);
            let value = section.required(range.field, &kind)?;
            Some((range.field, value.into_inner()))
        };
        Self {
            read: fields.iter().filter_map(one).collect(),
        }
    }

    /// A field; `None` where it has been noted.
    pub(super) fn get(&self, field: &str) -> Option<f64> {
        let mut read = self.read.iter();
        read.find(|(name, _)| *name == field)
            .map(|(_, value)| *value)
    }

    /// The type whose fields these are; `None` where one has been noted.
    pub(super) fn made<T: for<'de> Deserialize<'de>>(self) -> Option<T> {
        T::deserialize(MapDeserializer::<_, Error>::new(self.read.into_iter())).ok()
    }
}

/// A figure for people: two digits are enough.
pub(super) fn shown(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}
