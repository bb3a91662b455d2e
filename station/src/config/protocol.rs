//! A device's protocol as configured: its family of the catalogue, with what its wire does not tell.

use drivers::catalogue::{self, FAMILIES, Family, Role, Setting, Settings};
use drivers::link::Link;
use drivers::port::LineSettings;
use drivers::virtual_devices::VirtualDevice;
use protocols::vocabulary::{MachineKind, Timestamp};
use toml::Spanned;
use toml::de::DeValue;

use control::input::Device;

use super::kind::{Kind, either, shown};
use super::section::Section;

/// A protocol with what its wire does not tell, and how its line is set.
#[derive(Debug, Clone)]
pub struct Protocol {
    family: &'static Family,
    settings: Settings,
    line: LineSettings,
}

impl PartialEq for Protocol {
    fn eq(&self, other: &Self) -> bool {
        (self.family.id, &self.settings, self.line)
            == (other.family.id, &other.settings, other.line)
    }
}

impl Protocol {
    /// A family by these settings, on its likeliest line.
    #[must_use]
    pub fn new(family: &'static Family, settings: Settings) -> Self {
        Self {
            family,
            settings,
            line: family.line(),
        }
    }

    /// The protocol's id, as in the index of protocols.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        self.family.id
    }

    /// How its line is set.
    #[must_use]
    pub const fn line(&self) -> LineSettings {
        self.line
    }

    /// What was told of it.
    #[must_use]
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// A link of it.
    #[must_use]
    pub fn link(&self) -> Box<dyn Link> {
        (self.family.link)(&self.settings)
    }

    /// A virtual device of it; `None` where the catalogue has none.
    #[must_use]
    pub fn virtual_device(&self, now: Timestamp) -> Option<Box<dyn VirtualDevice>> {
        let model = self.family.stand_in(&self.settings)?;
        Some((model.build)(now, &self.settings))
    }
}

/// A machine's protocol.
#[derive(Debug, Clone, PartialEq)]
pub struct MachineProtocol {
    protocol: Protocol,
    kind: MachineKind,
}

impl MachineProtocol {
    /// A CSAFE bike.
    #[must_use]
    pub fn csafe_bike() -> Self {
        Self::with(
            &catalogue::csafe::FAMILY,
            MachineKind::Cycle,
            "kind",
            "cycle",
        )
    }

    /// A CSAFE treadmill.
    #[must_use]
    pub fn csafe_treadmill() -> Self {
        let kind = MachineKind::Treadmill;
        Self::with(&catalogue::csafe::FAMILY, kind, "kind", "treadmill")
    }

    /// A Trackmaster treadmill that counts in this unit.
    #[must_use]
    pub fn trackmaster(speed_unit: &str) -> Self {
        let kind = MachineKind::Treadmill;
        Self::with(
            &catalogue::trackmaster::FAMILY,
            kind,
            "speed_unit",
            speed_unit,
        )
    }

    /// An ergometer of that family, of which nothing has to be told.
    #[cfg(test)]
    pub(crate) fn ergometer(family: &'static Family) -> Self {
        Self {
            protocol: Protocol::new(family, Settings::new(Vec::new())),
            kind: MachineKind::Cycle,
        }
    }

    fn with(family: &'static Family, kind: MachineKind, key: &'static str, value: &str) -> Self {
        let settings = Settings::new(vec![(key, value.to_owned())]);
        Self {
            protocol: Protocol::new(family, settings),
            kind,
        }
    }

    /// Its protocol.
    #[must_use]
    pub const fn protocol(&self) -> &Protocol {
        &self.protocol
    }

    /// The protocol's id, as in the index of protocols.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        self.protocol.id()
    }

    /// Cycle or treadmill.
    #[must_use]
    pub const fn kind(&self) -> MachineKind {
        self.kind
    }
}

/// A sensor's protocol.
#[derive(Debug, Clone, PartialEq)]
pub struct SensorProtocol(Protocol);

impl SensorProtocol {
    /// Nonin serial format 2: an oximeter.
    #[must_use]
    pub fn nonin_df2() -> Self {
        Self(Protocol::new(
            &catalogue::nonin_df2::FAMILY,
            Settings::default(),
        ))
    }

    /// Zephyr `HxM`: a strap.
    #[must_use]
    pub fn zephyr_hxm() -> Self {
        Self(Protocol::new(
            &catalogue::zephyr_hxm::FAMILY,
            Settings::default(),
        ))
    }

    /// Its protocol.
    #[must_use]
    pub const fn protocol(&self) -> &Protocol {
        &self.0
    }

    /// The protocol's id, as in the index of protocols.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        self.0.id()
    }

    /// Strap or oximeter.
    #[must_use]
    pub const fn role(&self) -> Device {
        match self.0.family.role {
            Role::Oximeter => Device::Oximeter,
            Role::HeartRate => Device::Strap,
            Role::Machine(_) => Device::Machine,
        }
    }
}

/// A machine under `key`, with what its wire does not tell beside it.
pub(super) fn read_machine(
    section: &Section<'_, '_>,
    key: &'static str,
) -> Option<MachineProtocol> {
    let is_machine = |role| matches!(role, Role::Machine(_));
    let protocol = read(section, key, is_machine)?;
    let Role::Machine(kinds) = protocol.family.role else {
        return None;
    };
    let told = match protocol.settings.get("kind") {
        Some("treadmill") => Some(MachineKind::Treadmill),
        Some(_) => Some(MachineKind::Cycle),
        None => None,
    };
    Some(MachineProtocol {
        kind: told.or(kinds.first().copied())?,
        protocol,
    })
}

/// A sensor under `key`, with what its wire does not tell beside it.
pub(super) fn read_sensor(section: &Section<'_, '_>, key: &'static str) -> Option<SensorProtocol> {
    let is_sensor = |role| !matches!(role, Role::Machine(_));
    read(section, key, is_sensor).map(SensorProtocol)
}

fn read(section: &Section<'_, '_>, key: &'static str, fits: fn(Role) -> bool) -> Option<Protocol> {
    let family = section.required(key, &FamilyOf(fits));
    let settings = || {
        FAMILIES
            .iter()
            .filter(|family| fits(family.role))
            .flat_map(|family| family.settings)
    };
    let keys = settings().map(|setting| setting.key);
    let Some(family) = family.map(Spanned::into_inner) else {
        // Which of them belong here cannot be said; what no family takes is wrong all the same.
        section.excuse(keys.chain(["line"]));
        for (index, setting) in settings().enumerate() {
            let is_first = settings()
                .take(index)
                .all(|before| before.key != setting.key);
            let taken = settings().any(|other| {
                other.key == setting.key
                    && section
                        .raw(setting.key)
                        .is_some_and(|value| ValueOf(other).read(value.get_ref()).is_ok())
            });
            if is_first && !taken {
                section.optional(setting.key, &ValueOf(setting));
            }
        }
        return None;
    };
    for other in keys.filter(|key| !family.settings.iter().any(|known| known.key == *key)) {
        section.refused(other, &why_not(family, other));
    }
    let mut told = Vec::new();
    let mut is_whole = true;
    for setting in family.settings {
        let value = if setting.required {
            section.required(setting.key, &ValueOf(setting))
        } else {
            section.optional(setting.key, &ValueOf(setting))
        };
        is_whole &= value.is_some() || !setting.required && !section.has(setting.key);
        told.extend(value.map(|value| (setting.key, value.into_inner())));
    }
    let line = if section.has("line") {
        section.optional("line", &LineOf(family))?.into_inner()
    } else {
        section.excuse(["line"]);
        family.line()
    };
    is_whole.then(|| Protocol {
        family,
        settings: Settings::new(told),
        line,
    })
}

/// Why a key of another family does not belong to this one.
fn why_not(family: &Family, key: &str) -> String {
    match (key, family.role) {
        ("kind", Role::Machine([MachineKind::Cycle])) => {
            format!("{} is always a cycle", family.id)
        }
        ("kind", Role::Machine([MachineKind::Treadmill])) => {
            format!("{} is always a treadmill", family.id)
        }
        _ => format!("{} tells it on its wire, or has none", family.id),
    }
}

/// The id of a family that fits.
struct FamilyOf(fn(Role) -> bool);

impl Kind for FamilyOf {
    type Value = &'static Family;

    fn read(&self, value: &DeValue<'_>) -> Result<&'static Family, String> {
        let refused = || format!("is {}, which is not known here", shown(value));
        let id = value.as_str().ok_or_else(refused)?;
        Family::by_id(id)
            .filter(|family| (self.0)(family.role))
            .ok_or_else(refused)
    }

    fn expected(&self) -> String {
        let fits = |family: &&Family| (self.0)(family.role);
        either(
            FAMILIES
                .iter()
                .filter(fits)
                .map(|family| format!("\"{}\"", family.id)),
        )
    }
}

/// What a setting may be: a word in quotes, or a whole number.
struct ValueOf(&'static Setting);

impl Kind for ValueOf {
    type Value = String;

    fn read(&self, value: &DeValue<'_>) -> Result<String, String> {
        let written = match value {
            DeValue::Integer(number) => number.to_string(),
            DeValue::String(word) => word.to_string(),
            DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_)
            | DeValue::Array(_)
            | DeValue::Table(_) => String::new(),
        };
        if self.0.takes(&written) {
            Ok(written)
        } else if self.0.is_secret() {
            // A key with one digit wrong is all but the key.
            Err("is not as it has to be".to_owned())
        } else {
            Err(format!("is {}, which is not known here", shown(value)))
        }
    }

    fn expected(&self) -> String {
        either(self.0.values.iter().map(|value| {
            if let Some(digits) = value.strip_prefix("HEX*") {
                format!("\"{digits} hexadecimal digits\"")
            } else if let Some((least, most)) = value.split_once("..=") {
                format!("a whole number from {least} to {most}")
            } else {
                format!("\"{value}\"")
            }
        }))
    }
}

/// One of a family's line settings, as people write them.
struct LineOf(&'static Family);

impl Kind for LineOf {
    type Value = LineSettings;

    fn read(&self, value: &DeValue<'_>) -> Result<LineSettings, String> {
        let refused = || format!("is {}, which {} does not speak at", shown(value), self.0.id);
        let written = value.as_str().ok_or_else(refused)?;
        let found = self.0.lines.iter().find(|line| line.to_string() == written);
        found.copied().ok_or_else(refused)
    }

    fn expected(&self) -> String {
        either(self.0.lines.iter().map(|line| format!("\"{line}\"")))
    }
}
