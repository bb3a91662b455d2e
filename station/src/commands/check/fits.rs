//! Which machines of a gym a prescription cannot be begun on: the core itself is asked, as when a patient sits down.

use control::Station;
use control::input::{Action, Input};
use control::outputs::Outputs;
use control::prescription::BoundSensors;
use protocols::vocabulary::Timestamp;
use serde::Serialize;

use crate::clinic::{Patient, ResolvedPrescription};
use crate::config::Config;
use crate::dashboard::words;

/// A station whose machine does not take a prescription.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Unfit {
    /// The station's number.
    pub(super) station: u8,
    /// Its name.
    pub(super) name: String,
    /// Why not, and what to do.
    pub(super) because: &'static str,
}

/// The stations with a machine of the prescription's kind on which its bout would be refused, in the order of their numbers.
pub(super) fn unfit(
    config: &Config,
    patient: &Patient,
    ordered: &ResolvedPrescription,
) -> Vec<Unfit> {
    let worn = BoundSensors {
        strap: true,
        oximeter: true,
    };
    let begin = Input::Operator(Action::Begin(ordered.setup(
        patient.facts,
        worn,
        config.tuning,
    )));
    config
        .stations
        .iter()
        .filter(|station| station.machine.kind() == ordered.machine)
        .filter_map(|station| {
            let link = station.machine.protocol().link();
            let mut core = Station::new(station.capabilities_of(link.as_ref()));
            let mut outputs = Outputs::default();
            core.handle(Timestamp::ZERO, &begin, &mut outputs);
            Some(Unfit {
                station: station.number,
                name: station.name.clone(),
                because: words::refusal(outputs.refused?),
            })
        })
        .collect()
}
