//! Program, machines and sensors, and what each measures. The record knows no serial number of any.

use protocols::vocabulary::MachineKind;
use serde_json::{Value, json};

use super::bundle::Bundle;
use super::code::{self, own};
use crate::records::codes;
use crate::records::session::BoutRecord;

/// The program.
pub(super) const SOFTWARE: &str = "device software";
/// The strap.
pub(super) const STRAP: &str = "device strap";
/// The oximeter.
pub(super) const OXIMETER: &str = "device oximeter";

/// The name of a bout's machine among the resources.
pub(super) fn machine(bout: &BoutRecord) -> String {
    format!("device machine {}", bout.number)
}

pub(super) fn write(bundle: &mut Bundle<'_>) {
    let software = json!({
        "deviceName": [{ "name": "station", "type": "model-name" }],
        "type": code::concept(&[own("software")]),
        "version": [{ "value": bundle.session.line.software }],
    });
    bundle.add("Device", SOFTWARE, software);
    for bout in &bundle.session.bouts {
        let device = json!({
            "deviceName": [{ "name": bout.protocol, "type": "model-name" }],
            "type": code::concept(&[own(&codes::word(&bout.machine))]),
        });
        bundle.add("Device", &machine(bout), device);
        let measured: &[(&str, &str)] = match bout.machine {
            MachineKind::Cycle => &[("power", "W"), ("cadence", "/min")],
            MachineKind::Treadmill => &[("speed", "km/h"), ("grade", "%")],
        };
        for (what, unit) in measured {
            let kind = code::concept(&[own(what)]);
            metric(bundle, &machine(bout), what, &kind, unit);
        }
    }
    sensor(bundle, STRAP, "heart-rate-strap");
    let rate = code::concept(&[code::HEART_RATE.coding()]);
    metric(bundle, STRAP, "heart rate", &rate, "/min");
    sensor(bundle, OXIMETER, "oximeter");
    let saturation = code::concept(&[code::SPO2.coding(), code::OXYGEN.coding()]);
    metric(bundle, OXIMETER, "saturation", &saturation, "%");
}

fn sensor(bundle: &mut Bundle<'_>, name: &str, kind: &str) {
    if worn(bundle, name) {
        let device = json!({ "type": code::concept(&[own(kind)]) });
        bundle.add("Device", name, device);
    }
}

/// Whether the patient wore the sensor in any bout: it was bound, or it was heard.
pub(super) fn worn(bundle: &Bundle<'_>, name: &str) -> bool {
    bundle.session.bouts.iter().any(|bout| {
        if name == OXIMETER {
            crate::review::export::span::has_oximeter(bout)
        } else {
            crate::review::export::span::has_strap(bout)
        }
    })
}

fn metric(bundle: &mut Bundle<'_>, source: &str, what: &str, kind: &Value, unit: &str) {
    let is_sensor = source == STRAP || source == OXIMETER;
    if is_sensor && !worn(bundle, source) {
        return;
    }
    let metric = json!({
        "type": kind,
        "unit": { "coding": [{ "system": "http://unitsofmeasure.org", "code": unit }] },
        "source": bundle.reference(source),
        "category": "measurement",
    });
    bundle.add("DeviceMetric", &metric_name(source, what), metric);
}

fn metric_name(source: &str, what: &str) -> String {
    format!("metric {source} {what}")
}

/// The metric of a machine of that bout.
pub(super) fn machine_metric(bout: &BoutRecord, what: &str) -> String {
    metric_name(&machine(bout), what)
}
