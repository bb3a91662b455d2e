//! What was ordered: a plan and a request a bout, and the goals. The prescription's own text stays in the record.

use control::prescription::{BoutSetup, Mode};
use protocols::vocabulary::number::from_u64;
use serde_json::{Value, json};

use super::bundle::{Bundle, with};
use super::code::{self, own};
use super::device;
use crate::clinic::ordered::Ordered;
use crate::clinic::prescription::words::Diagnosis;
use crate::records::SessionRecord;
use crate::records::session::BoutRecord;

/// What the plan's identifier is made of.
const PRESCRIPTION: &str = "urn:x-station:prescription";

/// The name of a bout's request among the resources.
pub(super) fn request(bout: &BoutRecord) -> String {
    format!("request {}", bout.number)
}

/// The name of a bout's plan: bouts of the same prescription share it. In disguise every prescription looks the same, so none does.
fn plan(bundle: &Bundle<'_>, bout: &BoutRecord) -> String {
    if bundle.telling.is_deidentified() {
        return format!("plan of bout {}", bout.number);
    }
    let ordered = &bout.prescription;
    format!("plan {} {}", ordered.id, ordered.version)
}

pub(super) fn write(bundle: &mut Bundle<'_>) {
    let mut written: Vec<String> = Vec::new();
    for bout in &bundle.session.bouts {
        let ordered = ordered(bout);
        let name = plan(bundle, bout);
        if !written.contains(&name) {
            care_plan(bundle, bout, &ordered);
            written.push(name);
        }
        service_request(bundle, bout, &ordered);
    }
}

/// What the session is, by the diagnosis of its prescriptions.
pub(super) fn programme(session: &SessionRecord) -> Value {
    let diagnosis = session.bouts.iter().find_map(diagnosis);
    let exercise = own("supervised-exercise");
    match diagnosis {
        Some(Diagnosis::Lung) => code::concept(&[
            code::snomed("15081005", "Pulmonary rehabilitation"),
            exercise,
        ]),
        Some(
            Diagnosis::Cardiac
            | Diagnosis::LongWarmUp
            | Diagnosis::AtrialFibrillation
            | Diagnosis::HeartTransplant,
        ) => code::concept(&[
            code::snomed("313395003", "Cardiac rehabilitation"),
            exercise,
        ]),
        Some(Diagnosis::Other) | None => code::concept(&[exercise]),
    }
}

/// What the prescription's text says beyond what the core works with.
fn ordered(bout: &BoutRecord) -> Ordered {
    Ordered::read(&bout.prescription.text)
}

fn diagnosis(bout: &BoutRecord) -> Option<Diagnosis> {
    let word = ordered(bout).diagnosis?;
    let (_, diagnosis) = Diagnosis::WORDS.iter().find(|(known, _)| *known == word)?;
    Some(*diagnosis)
}

fn care_plan(bundle: &mut Bundle<'_>, bout: &BoutRecord, ordered: &Ordered) {
    let name = plan(bundle, bout);
    let mut goals = Vec::new();
    for (place, goal) in (1..).zip(&ordered.goals) {
        let said = json!({ "description": { "text": goal } });
        goals.push(add_goal(bundle, &format!("goal {place} of {name}"), said));
    }
    if let Some((low, high)) = bout.setup.as_ref().and_then(zone) {
        let zone = json!({
            "description": { "text": "heart rate within the prescribed zone" },
            "target": [{
                "measure": code::concept(&[code::HEART_RATE.coding()]),
                "detailRange": {
                    "low": code::quantity(low, "/min"),
                    "high": code::quantity(high, "/min"),
                },
            }],
        });
        goals.push(add_goal(bundle, &format!("goal zone of {name}"), zone));
    }
    if let Some(setup) = bout.setup.as_ref().filter(|setup| setup.sensors.oximeter) {
        let floor = json!({
            "description": { "text": "saturation not below its floor" },
            "target": [{
                "measure": code::concept(&[code::SPO2.coding(), code::OXYGEN.coding()]),
                "detailRange": { "low": code::quantity(setup.prescription.saturation_floor, "%") },
            }],
        });
        goals.push(add_goal(
            bundle,
            &format!("goal saturation of {name}"),
            floor,
        ));
    }
    let plan = json!({
        "identifier": [identifier(bout)],
        "status": "active",
        "intent": "order",
        "subject": bundle.reference("patient"),
        "activity": [{ "reference": bundle.reference(&request(bout)) }],
    });
    let until = ordered.valid_until.as_ref();
    let plan = with(plan, "period", until.map(|until| json!({ "end": until })));
    let signed = ordered.signed_at.as_ref().map(|day| json!(day));
    let plan = with(plan, "created", signed);
    let plan = with(plan, "goal", (!goals.is_empty()).then(|| json!(goals)));
    bundle.add("CarePlan", &name, plan);
}

fn add_goal(bundle: &mut Bundle<'_>, name: &str, fields: Value) -> Value {
    let about = json!({
        "lifecycleStatus": "active",
        "subject": bundle.reference("patient"),
    });
    bundle.add("Goal", name, super::bundle::merged(about, fields))
}

fn identifier(bout: &BoutRecord) -> Value {
    let ordered = &bout.prescription;
    let value = format!("{}/{}", ordered.id, ordered.version);
    json!({ "system": PRESCRIPTION, "value": value })
}

fn service_request(bundle: &mut Bundle<'_>, bout: &BoutRecord, ordered: &Ordered) {
    let request_name = request(bout);
    let asked = json!({
        "identifier": [identifier(bout)],
        "status": "active",
        "intent": "order",
        "code": code::concept(&[own("supervised-exercise")]),
        "subject": bundle.reference("patient"),
        "encounter": bundle.reference("encounter"),
        "performer": [bundle.reference(device::SOFTWARE)],
    });
    let detail = bout.setup.as_ref().map(|setup| json!(details(setup)));
    let asked = with(asked, "orderDetail", detail);
    let asked = with(
        asked,
        "authoredOn",
        ordered.signed_at.as_ref().map(|day| json!(day)),
    );
    let signer = ordered.signer.as_ref();
    let asked = with(
        asked,
        "requester",
        signer.map(|who| json!({ "display": who })),
    );
    bundle.add("ServiceRequest", &request_name, asked);
}

fn zone(setup: &BoutSetup) -> Option<(f64, f64)> {
    setup.prescription.heart_rate?.zone
}

/// The order in the core's terms, a line each.
fn details(setup: &BoutSetup) -> Vec<Value> {
    let ordered = &setup.prescription;
    let minutes = |time: core::time::Duration| from_u64(time.as_secs()) / 60.0;
    let how = match ordered.mode {
        Mode::Constant { target } => format!("constant load, {:.1} MET above rest", target.get()),
        Mode::HeartRateHeld { target, .. } => format!("heart rate held at {target:.0}/min"),
        Mode::MetHeld { target } => {
            format!("metabolic rate held at {:.1} MET above rest", target.get())
        }
        Mode::Interval {
            work,
            work_for,
            recovery,
            recovery_for,
            repeats,
        } => format!(
            "{repeats} intervals: {:.1} min at {:.1} MET, {:.1} min at {:.1} MET above rest",
            minutes(work_for),
            work.get(),
            minutes(recovery_for),
            recovery.get()
        ),
        Mode::HeartRateInterval {
            work,
            work_for,
            recovery,
            recovery_for,
            repeats,
            ..
        } => format!(
            "{repeats} intervals: {:.1} min at {work:.0}/min, {:.1} min at {recovery:.0}/min",
            minutes(work_for),
            minutes(recovery_for)
        ),
        Mode::ByHand => "load by hand".to_owned(),
    };
    let mut lines = vec![
        how,
        format!(
            "{:.1} min warm-up, {:.1} min conditioning, {:.1} min cool-down",
            minutes(ordered.warm_up),
            minutes(ordered.conditioning),
            minutes(ordered.cool_down)
        ),
        format!("at most {:.1} MET above rest", ordered.ceiling.get()),
        format!("perceived exertion up to {}", ordered.exertion_upper),
    ];
    if let Some(limits) = ordered.heart_rate {
        lines.push(format!("heart rate below {:.0}/min", limits.upper));
    }
    lines
        .into_iter()
        .map(|text| json!({ "text": text }))
        .collect()
}
