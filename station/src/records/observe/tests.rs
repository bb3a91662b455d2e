use core::time::Duration;

use control::view::LIVE_FOR;

use super::super::fixtures::Visit;
use super::*;
use crate::dashboard::view::AGED_AFTER;

/// The seconds of a visit that pedals, and the place of the first of them in which nothing speaks any more.
fn silenced(silence: impl Fn(&mut Visit)) -> (Vec<Sample>, usize) {
    let mut visit = Visit::begin(
        "S-20261123-143107-K7PD".parse().unwrap(),
        Timestamp::from_secs(1),
    );
    visit.pulse = Some(80);
    visit.run(75);
    visit.act(Action::ConfirmStart);
    visit.run(30);
    let spoke = visit.take();
    silence(&mut visit);
    visit.run(60);
    let fell_silent = samples(&spoke).len();
    let all: Vec<Entry> = spoke.into_iter().chain(visit.take()).collect();
    (samples(&all), fell_silent)
}

fn samples(entries: &[Entry]) -> Vec<Sample> {
    let of = |entry: &Entry| {
        if let Entry::Sample(sample) = entry {
            Some((**sample).clone())
        } else {
            None
        }
    };
    entries.iter().filter_map(of).collect()
}

/// How many seconds after the last word of a device its value still stands there.
fn stood_for(
    (samples, fell_silent): &(Vec<Sample>, usize),
    there: impl Fn(&Sample) -> bool,
) -> usize {
    let (before, after) = samples.split_at(*fell_silent);
    assert!(there(before.last().unwrap()), "{:?}", before.last());
    let stood = after.iter().take_while(|sample| there(sample)).count();
    assert!(
        !after.iter().skip(stood).any(there),
        "what fell silent came back"
    );
    stood
}

#[test]
fn what_a_machine_said_last_is_not_said_again_once_it_is_silent() {
    let seen = silenced(|visit| visit.machine_speaks = false);
    // The last word is 0.62 s old in the last second before, then 1.62 and 2.62 s.
    for stood in [
        stood_for(&seen, |sample| sample.reported.power_w.is_some()),
        stood_for(&seen, |sample| sample.cadence_rpm.is_some()),
    ] {
        assert_eq!(stood, 2);
    }
    let last = seen.0.last().unwrap();
    assert_eq!(last.reported, MachineFigures::default());
    // The strap and the oximeter go on.
    assert!(last.heart_rate_bpm.is_some() && last.spo2_percent.is_some());
    // The wall and the record have one limit.
    assert_eq!(AGED_AFTER, LIVE_FOR);
    assert_eq!(LIVE_FOR, Duration::from_secs(3));
}

#[test]
fn no_sign_of_the_patient_outlives_its_sensor() {
    let seen = silenced(|visit| {
        visit.strap_speaks = false;
        visit.saturation = None;
        visit.pulse = None;
    });
    for stood in [
        stood_for(&seen, |sample| sample.heart_rate_bpm.is_some()),
        stood_for(&seen, |sample| sample.heart_rate_age_ms.is_some()),
        stood_for(&seen, |sample| sample.spo2_percent.is_some()),
        stood_for(&seen, |sample| sample.pulse_bpm.is_some()),
    ] {
        assert_eq!(stood, 2);
    }
    assert!(seen.0.last().unwrap().reported.power_w.is_some());
}

/// What the core wants of a relay is no event where nothing can open.
#[test]
fn a_relay_is_told_to_open_and_close_where_one_is_wired_alone() {
    for wired in [true, false] {
        let mut visit = Visit::begin(
            "S-20261123-143107-K7PD".parse().unwrap(),
            Timestamp::from_secs(1),
        );
        if !wired {
            visit.without_relay();
        }
        visit.run(75);
        visit.act(Action::ConfirmStart);
        visit.run(30);
        visit.act(Action::EmergencyStop);
        visit.run(8);
        visit.act(Action::AcknowledgeAll);
        visit.run(8);
        visit.act(Action::Resume);
        visit.run(2);
        let of_relay = |entry: Entry| {
            if let Entry::Event(event) = entry {
                event.text.contains("relay").then_some(event.text)
            } else {
                None
            }
        };
        let told: Vec<String> = visit.take().into_iter().filter_map(of_relay).collect();
        let opens_and_closes = [
            "the relay opens: the machine has no power",
            "the relay closes: the machine has its power back",
        ];
        assert_eq!(told, &opens_and_closes[..if wired { 2 } else { 0 }]);
    }
}
