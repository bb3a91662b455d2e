//! When a relay that a person closed for a trial opens again.

use super::*;
use crate::input::{Device, Input, LinkState};
use crate::station::bench::{Patient, held};
use protocols::vocabulary::{MachineReport, MachineState, RevolutionsPerMinute, Watts};

/// A station whose relay is on trial since now, and nothing else is the matter.
fn on_trial() -> Patient {
    let mut patient = Patient::on(held());
    patient.seconds(5);
    patient.send(&Input::Link {
        device: Device::Machine,
        state: LinkState::Up,
    });
    let until = patient.now() + RELAY_TRIAL;
    patient.station.relay_trial_until = Some(until);
    patient
}

fn is_over(patient: &Patient) -> bool {
    patient.station.is_trial_over(patient.now())
}

#[test]
fn a_trial_is_over_in_time_and_by_whatever_calls_for_a_person() {
    let patient = on_trial();
    assert!(!is_over(&patient));
    let until = patient.now() + RELAY_TRIAL;
    assert!(patient.station.is_trial_over(until));
    assert!(
        !patient
            .station
            .is_trial_over(until.before(Duration::from_millis(1)))
    );
    let calls: [fn(&mut Station); 2] = [
        |station| station.fault = true,
        |station| station.stop_circuit_open = true,
    ];
    for call in calls {
        let mut patient = on_trial();
        call(&mut patient.station);
        assert!(is_over(&patient));
    }
}

#[test]
fn a_trial_is_over_with_a_machine_that_comes_back_in_motion_and_not_by_what_it_said_before() {
    for (moves, after_s, over) in [(true, 1, true), (false, 1, false), (true, 0, false)] {
        let mut patient = on_trial();
        let report = MachineReport {
            power: Watts::new(if moves { 60 } else { 0 }),
            cadence: RevolutionsPerMinute::new(if moves { 60 } else { 0 }),
            ..MachineReport::of(if moves {
                MachineState::Running
            } else {
                MachineState::Standing
            })
        };
        let sent_at = patient.now();
        patient.tenths += 10;
        let heard = sent_at + Duration::from_secs(after_s);
        patient.send(&Input::Machine {
            report,
            sent_at: heard,
        });
        // The trial that settled itself in the call is put back: here only the judgement is looked at.
        patient.station.relay_trial_until = Some(sent_at + RELAY_TRIAL);
        assert_eq!(is_over(&patient), over, "{moves} {after_s}");
    }
}

#[test]
fn a_trial_ends_with_the_need_for_it_and_with_a_stop() {
    // Nothing wants the relay open any more.
    let mut patient = on_trial();
    let now = patient.now();
    assert!(!patient.station.settle_relay(now, Nudge::None));
    assert_eq!(patient.station.relay_trial_until, None);
    // A machine that takes no commands, in a pause: the trial goes on until somebody stops it.
    for (nudge, open) in [(Nudge::None, false), (Nudge::Stop, true)] {
        let mut patient = Patient::on(held());
        patient.run_to(PhaseKind::Conditioning);
        patient.send(&Input::Operator(crate::input::Action::Pause));
        patient.station.capabilities.control = LoadControl::ByHand;
        let now = patient.now();
        patient.station.relay_trial_until = Some(now + RELAY_TRIAL);
        assert_eq!(patient.station.settle_relay(now, nudge), open, "{nudge:?}");
    }
}

#[test]
fn a_machine_that_takes_no_commands_is_cut_off_by_a_pause_as_by_a_stop() {
    for (control, phase, opens) in [
        (LoadControl::ByHand, PhaseKind::Paused, true),
        (LoadControl::ByHand, PhaseKind::Conditioning, false),
        (LoadControl::Commanded, PhaseKind::Paused, false),
    ] {
        let mut patient = Patient::on(held());
        patient.run_to(PhaseKind::Conditioning);
        if phase == PhaseKind::Paused {
            patient.send(&Input::Operator(crate::input::Action::Pause));
        }
        patient.station.capabilities.control = control;
        assert_eq!(patient.station.phase(), phase);
        let now = patient.now();
        let open = patient.station.settle_relay(now, Nudge::None);
        assert_eq!(open, opens, "{control:?} {phase:?}");
    }
}
