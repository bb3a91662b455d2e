//! The virtual devices that there are, by the names of the command line.

use drivers::catalogue::{FAMILIES, Family, Model, Setting};

/// The device of a name, with its family. A family's own name is its first device.
pub(super) fn by_id(id: &str) -> Option<(&'static Family, &'static Model)> {
    Model::by_id(id).or_else(|| {
        let family = Family::by_id(id)?;
        Some((family, family.models.first()?))
    })
}

/// Every device with its family, in the order in which `--list` names them.
pub(super) fn all() -> impl Iterator<Item = (&'static Family, &'static Model)> {
    FAMILIES
        .iter()
        .flat_map(|family| family.models.iter().map(move |model| (family, model)))
}

/// All names, for people.
pub(super) fn known_ids() -> String {
    let ids: Vec<&str> = all().map(|(_, model)| model.id).collect();
    ids.join(", ")
}

/// What can be told of a family's devices. Which machine it is, a device's own name says.
pub(super) fn settings(family: &'static Family) -> &'static [Setting] {
    match family.settings {
        [kind, rest @ ..] if kind.key == "kind" => rest,
        all => all,
    }
}
