//! After a gym that was lost: its sessions are shown as interrupted, and nothing moves until somebody resumes.

use control::input::{Device, Input};
use control::prescription::BoundSensors;
use control::{DECISIONS, FORMAT, Station};
use protocols::vocabulary::Timestamp;

use super::Gym;
use super::visit::Visit;
use crate::records::{Interrupted, InterruptedBout, Kept};

impl Gym {
    /// Sessions that a lost gym left open. Each comes back to its station, stopped; a person looks after the patient, acknowledges
    /// and resumes, or closes it.
    pub fn found_interrupted(&mut self, now: Timestamp, interrupted: &[Interrupted]) {
        for session in interrupted {
            let came_back = session
                .bout
                .as_ref()
                .is_some_and(|bout| self.bring_back(now, session, bout));
            let words = if came_back {
                format!(
                    "{}: the gym was lost during this session. Look after the patient; then acknowledge and resume, or close it.",
                    session.patient
                )
            } else {
                format!(
                    "{}: session {} was interrupted when the gym was lost, and is closed as such in the record.",
                    session.patient, session.session
                )
            };
            self.notice(now, words);
        }
        self.flush_chronicle();
    }

    /// What earlier sessions taught of their patients, the oldest first. Real patients and virtual ones know nothing of each other.
    pub fn remember(&mut self, learned: &[Kept]) {
        for kept in learned
            .iter()
            .filter(|kept| kept.is_virtual == self.virtual_devices)
        {
            self.chronicle.earlier.keep(kept.clone());
        }
    }

    /// What is remembered of the patients' last sessions, the oldest first.
    #[must_use]
    pub fn remembered(&self) -> Vec<Kept> {
        self.chronicle.earlier.all().to_vec()
    }

    /// Something that was found at the start and that a person should know.
    pub fn tell(&mut self, now: Timestamp, words: &str) {
        self.notice(now, words.to_owned());
        self.flush_chronicle();
    }

    /// Puts a session back on its station. It cannot where station, patient or prescription are not the same any more, or where its
    /// state is of another version or of another machine's time.
    fn bring_back(
        &mut self,
        now: Timestamp,
        session: &Interrupted,
        bout: &InterruptedBout,
    ) -> bool {
        let (saved_at, state) = &bout.last_state;
        let header = &bout.header;
        if *saved_at > now || header.decisions != DECISIONS || header.state_format != FORMAT {
            return false;
        }
        let Ok(core) = state.restore::<Station>() else {
            return false;
        };
        let Some(index) = self.bays.iter().position(|bay| bay.number == bout.station) else {
            return false;
        };
        let Some(patient) = self
            .patients
            .iter()
            .find(|patient| patient.pseudonym == session.patient)
            .cloned()
        else {
            return false;
        };
        let (id, version) = &bout.prescription;
        let same = |there: &&crate::clinic::ResolvedPrescription| {
            there.id == *id && there.version == *version
        };
        let Some(prescription) = patient.prescriptions.iter().find(same).cloned() else {
            return false;
        };
        let Some(bay) = self.bays.get_mut(index) else {
            return false;
        };
        if bay.visit.is_some() || *core.capabilities() != bay.capabilities {
            return false;
        }
        // What was worn last, not what was worn when the bout began.
        let setup = core.bout().copied().unwrap_or(bout.header.setup);
        bay.core = core;
        let visit = Visit {
            session: session.session,
            patient,
            prescription,
            bout: bout.bout.number.saturating_add(1),
            since: *saved_at,
            was_interrupted: true,
            bout_closed: None,
            sampled: None,
            earlier: self.chronicle.earlier.like(
                &session.patient,
                bay.capabilities.kind,
                bout.bout.number,
            ),
            findings: Vec::new(),
            found: None,
        };
        self.chronicle.session_resumed(now, &visit);
        bay.visit = Some(visit);
        bay.force_checkpoint(now);
        self.chronicle.bout_began(now, bay, &setup);
        self.bind_at_home(index, bout.station, setup.sensors);
        self.turn(
            now,
            index,
            &Input::LoopGap {
                lasted: now.since(*saved_at),
            },
        );
        self.tell_worn(now, index, setup.sensors);
        self.turn(now, index, &Input::Fault);
        self.tell_surroundings(now, index);
        true
    }

    /// The sensors that hang beside the station serve its patient again, as far as the bout had such.
    fn bind_at_home(&mut self, index: usize, station: u8, had: BoundSensors) {
        for sensor in &mut self.sensors {
            let wanted = match sensor.role {
                Device::Strap => had.strap,
                Device::Oximeter => had.oximeter,
                Device::Machine => false,
            };
            if wanted && sensor.home == Some(station) && sensor.bay.is_none() {
                sensor.bay = Some(index);
            }
        }
    }

    /// A sensor that does not hang beside its station is bound again by a person: until then the core knows that it is not worn.
    fn tell_worn(&mut self, now: Timestamp, index: usize, had: BoundSensors) {
        let bound = self.worn(index);
        if bound == had {
            return;
        }
        self.turn(now, index, &Input::Sensors { bound });
        let name = self
            .bays
            .get(index)
            .map_or_else(String::new, |bay| bay.name.clone());
        self.notice(now, format!("{name}: which sensor the patient wore cannot be told any more. Bind it again before you resume."));
    }
}
