use std::time::Duration;

use control::input::{Action, Entry as Entered};
use control::rules::{LoadAct, RuleId};
use control::view::{PhaseKind, Reason, Trust};
use protocols::vocabulary::Timestamp;

use super::super::figures::SessionFigures;
use super::super::fixtures::{
    Visit, WALL, archive_of, archive_of_a_corrected_alarm, archive_of_a_visit,
    archive_of_a_visit_in_three_gyms, archive_of_an_alarm_against_a_corrected, correct, hire,
    options, pressure, verified_rows,
};
use super::super::{Entry, Recorder};
use super::*;

#[test]
fn a_visit_comes_back_with_every_second_and_the_ordered_text() {
    let (_folder, archive) = archive_of_a_visit();
    let session = SessionRecord::read(&archive, "last").unwrap();
    let [bout] = session.bouts.as_slice() else {
        panic!("{session:?}")
    };
    assert_eq!((bout.number, bout.machine), (1, MachineKind::Cycle));
    assert!(!bout.prescription.text.is_empty());
    assert!((bout.setup.as_ref().unwrap().patient.mass.get() - 80.0).abs() < f64::EPSILON);
    let steps: Vec<i64> = bout
        .seconds
        .windows(2)
        .map(|pair| pair[1].t_us - pair[0].t_us)
        .collect();
    assert!(bout.seconds.len() > 450);
    assert!(
        steps.iter().all(|step| *step == 1_000_000),
        "a second is missing or doubled"
    );
    let conditioning: Vec<&Second> = bout
        .seconds
        .iter()
        .filter(|second| second.is_conditioning())
        .collect();
    assert!(conditioning.iter().all(|second| {
        second.heart_rate_trust == Trust::Trusted
            && second.zone_bpm == Some((95, 115))
            && second.granted_met_milli <= 6_000
    }));
    assert!(
        bout.seconds
            .iter()
            .any(|second| second.phase == PhaseKind::Recovery)
    );
    assert_eq!(session.wall_us(60_000_000), WALL + 60_000_000);
    assert!(session.length_us() >= 499_000_000);
    assert_eq!(session.measurements.len(), 2);
    assert_eq!(session.measurements_in_force().count(), 2);
    assert!(
        session
            .events
            .windows(2)
            .all(|pair| pair[0].id < pair[1].id)
    );
    assert_eq!(session.gaps, []);
}

#[test]
fn an_act_that_calls_nobody_again_is_among_what_an_alarm_did() {
    let (_folder, archive) = archive_of_a_visit();
    let mut session = SessionRecord::read(&archive, "last").unwrap();
    let alarm = session
        .events
        .iter()
        .find(|event| event.kind == "alarm-raised");
    let mut decision = alarm.unwrap().clone();
    let rule = decision.rule.clone().unwrap();
    let hardest = |session: &SessionRecord| session.alarms()[0].hardest();
    assert_ne!(hardest(&session), Some(LoadAct::Stop));
    decision.kind = "decision".to_owned();
    decision.act = None;
    let by = Reason::Rule(RuleId::from_name(&rule).unwrap(), LoadAct::Stop);
    decision.detail = Some(serde_json::json!({ "decision": { "binding": by } }));
    let place = session
        .events
        .iter()
        .position(|event| event.id == decision.id);
    session.events.insert(place.unwrap() + 1, decision);
    assert_eq!(hardest(&session), Some(LoadAct::Stop));
}

#[test]
fn a_plethysmogram_comes_back_whole_and_a_hole_stays_a_hole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.sqlite");
    let recorder = Recorder::open(&path, &options()).unwrap();
    let handle = recorder.handle();
    let mut visit = Visit::begin(recorder.ids().next(WALL), Timestamp::from_secs(1));
    for entry in visit.take() {
        assert!(handle.send(entry));
    }
    let samples = |from: u16| (from..from + 75).collect::<Vec<u16>>();
    // A minute and a second without a break, then a hole of four seconds.
    for second in (0..61).chain(65..67) {
        assert!(handle.send(Entry::Plethysmogram {
            session: visit.session,
            at: visit.now + Duration::from_secs(second),
            rate_hz: 75,
            samples: samples(u16::try_from(second).unwrap() * 75),
        }));
    }
    recorder.close(Duration::from_mins(1)).unwrap();
    let archive = Archive::open(&path).unwrap();
    let session = SessionRecord::read(&archive, "last").unwrap();
    let (waveforms, damaged) = session.waveforms(&archive).unwrap();
    let [first, second] = waveforms.as_slice() else {
        panic!("{waveforms:?}")
    };
    assert_eq!(damaged, []);
    assert_eq!(first.samples, (0..61 * 75).collect::<Vec<u16>>());
    assert_eq!(second.samples, (65 * 75..67 * 75).collect::<Vec<u16>>());
    assert_eq!(second.from_us - first.from_us, 65_000_000);
    assert_eq!(first.to_us() - first.from_us, 61_000_000);
    // A bit that a disk has turned: the block becomes a gap, the rest is as it was.
    rusqlite::Connection::open(&path)
        .unwrap()
        .execute_batch("UPDATE waveform_blocks SET checksum = zeroblob(8) WHERE block = 0")
        .unwrap();
    let (waveforms, damaged) = session.waveforms(&archive).unwrap();
    assert!(waveforms.contains(second) && !waveforms.contains(first));
    assert!(damaged[0].reason.contains("checksum"), "{damaged:?}");
}

#[test]
fn damaged_seconds_are_a_gap_of_the_session_that_says_so() {
    let (_folder, archive) = archive_of_a_visit();
    rusqlite::Connection::open(archive.path())
        .unwrap()
        .execute_batch("UPDATE sample_blocks SET data = zeroblob(9)")
        .unwrap();
    let session = SessionRecord::read(&archive, "last").unwrap();
    assert_eq!(session.seconds().count(), 0);
    let gap = session.gaps.last().unwrap();
    assert_eq!((gap.what.as_str(), gap.bout), ("samples", Some(1)));
    assert!(gap.to_us > gap.from_us && gap.lost >= 500, "{gap:?}");
}

/// A gym that is late by some tenths has lost nothing, and one that is later has: its gap and every sum say so alike.
#[test]
fn a_second_is_missing_where_the_gym_and_the_proof_say_so() {
    let (_folder, archive) = archive_of_a_visit();
    let mut session = SessionRecord::read(&archive, "last").unwrap();
    session.bouts[0].seconds.remove(200);
    for (late_us, missing) in [(60_000, 0), (500_000, 0), (500_001, 2)] {
        let mut late = session.clone();
        for second in &mut late.bouts[0].seconds[200..] {
            second.t_us += late_us;
        }
        late.bouts[0].to_us = late.bouts[0].to_us.map(|to_us| to_us + late_us);
        assert_eq!(late.bouts[0].missing_s(), missing, "{late_us}");
        assert_eq!(late.recorded_and_missing_s(), (499, missing), "{late_us}");
        assert_eq!(late.unrecorded().len(), usize::from(missing > 0));
    }
}

/// The second gym takes up a warm-up and stops it, the third one a stop: no event of the third bout says so before it is left.
#[test]
fn a_bout_that_goes_on_is_in_the_phase_that_it_was_in() {
    let (_folder, archive) = archive_of_a_visit_in_three_gyms();
    let session = SessionRecord::read(&archive, "last").unwrap();
    let spans = session.phases();
    for (bout, second) in session.seconds() {
        let told = spans
            .iter()
            .filter(|span| span.bout == bout.number)
            .filter(|span| (span.from_us..=span.to_us).contains(&second.t_us))
            .any(|span| span.phase == second.phase);
        assert!(told, "bout {} {second:?}: {spans:?}", bout.number);
    }
    let stopped = session
        .seconds()
        .filter(|(_, second)| second.phase == PhaseKind::Stopped)
        .count();
    assert_eq!(stopped, 10 + 45);
    let paused_s = SessionFigures::of(&session).paused_min * 60.0;
    assert!((paused_s - 55.0).abs() < 1.0, "{paused_s}");
}

#[test]
fn an_alarm_lasts_as_long_as_its_bout_tells_of_it() {
    let (_folder, archive) = archive_of_a_visit_in_three_gyms();
    let session = SessionRecord::read(&archive, "last").unwrap();
    let [first, second, third] = session.bouts.as_slice() else {
        panic!("{:?}", session.bouts)
    };
    let alarms = session.alarms();
    let of = |bout: u16, rule: &str| {
        let mut found = alarms
            .iter()
            .filter(|alarm| alarm.first.bout == Some(bout) && alarm.rule() == rule);
        let alarm = found.next();
        assert!(found.next().is_none(), "{rule} twice in bout {bout}");
        alarm
    };
    // Raised after the last that the gym wrote of its state: it was lost with it.
    let lost = of(1, "spo2-critical").unwrap();
    assert_eq!(
        (lost.beginning, lost.ending()),
        (Beginning::Raised, Ending::BrokeOff)
    );
    assert_eq!(Some(lost.to_us), first.to_us);
    assert_eq!(lost.first.saw().as_deref(), Some("SpO2 86 fell fast"));
    assert_eq!(lost.first.text, "spo2-critical raised: SpO2 86 fell fast");
    assert!(lost.to_us - lost.from_us < 15_000_000);
    assert!(of(2, "spo2-critical").is_none());
    // Raised in the second gym, and still there in the third.
    let raised = of(2, "controller-fault").unwrap();
    assert_eq!(
        (raised.beginning, raised.ending(), Some(raised.to_us)),
        (Beginning::Raised, Ending::BrokeOff, second.to_us)
    );
    let there = of(3, "controller-fault").unwrap();
    assert_eq!(
        (there.beginning, there.ending(), there.from_us),
        (Beginning::WentOn, Ending::Gone, third.from_us)
    );
    assert!(there.acknowledged().is_some());
    assert_eq!(there.priority(), Some("high"));
}

/// What was ordered once is done in three bouts, as its gym was lost twice.
#[test]
fn what_goes_on_after_a_lost_gym_was_ordered_once() {
    let (_folder, archive) = archive_of_a_visit_in_three_gyms();
    let session = SessionRecord::read(&archive, "last").unwrap();
    let orders: Vec<_> = session.orders().map(<[_]>::len).collect();
    assert_eq!(orders, [3]);
    let prescription = session.bouts[0].setup.as_ref().unwrap().prescription;
    let ordered = prescription.warm_up + prescription.conditioning + prescription.cool_down;
    let figures = SessionFigures::of(&session);
    let done = 60.0 * (figures.warm_up_min + figures.conditioning_min + figures.cool_down_min);
    let expected = 100.0 * done / ordered.as_secs_f64();
    let completed = figures.completed_percent.unwrap();
    assert!((completed - expected).abs() < 0.1, "{completed} {expected}");
    let mut again = session;
    again.bouts[0].prescription.version += 1;
    assert_eq!(again.orders().count(), 2, "another order is one of its own");
    again.bouts[1].broke_off = false;
    assert_eq!(again.orders().count(), 3, "what ended is ordered again");
}

#[test]
fn an_alarm_stays_as_it_was_and_says_what_its_figure_was_corrected_to() {
    for (rule, entered, holds, words) in [
        (
            RuleId::SbpHigh,
            pressure(142, 118),
            pressure(142, 78),
            "blood pressure 142/78 mmHg",
        ),
        (
            RuleId::SbpHigh,
            pressure(260, 80),
            pressure(160, 80),
            "blood pressure 160/80 mmHg",
        ),
        (
            RuleId::SbpHighTraining,
            pressure(225, 80),
            pressure(125, 80),
            "blood pressure 125/80 mmHg",
        ),
        (
            RuleId::RpeHigh,
            Entered::PerceivedExertion(16),
            Entered::PerceivedExertion(12),
            "perceived exertion 12",
        ),
        (
            RuleId::DyspnoeaHigh,
            Entered::Dyspnoea(7),
            Entered::Dyspnoea(2),
            "dyspnoea 2",
        ),
        (
            RuleId::Angina,
            Entered::Angina(1),
            Entered::Angina(0),
            "angina 0",
        ),
        (
            RuleId::Claudication,
            Entered::Claudication(4),
            Entered::Claudication(1),
            "claudication 1",
        ),
        (
            RuleId::Breathing,
            Entered::Breathing(45),
            Entered::Breathing(25),
            "breathing 25 /min",
        ),
    ] {
        let (_folder, archive) = archive_of_a_corrected_alarm(entered, holds);
        let session = SessionRecord::read(&archive, "last").unwrap();
        let alarms = session.alarms();
        let alarm = alarms
            .iter()
            .find(|alarm| alarm.rule() == rule.name())
            .unwrap_or_else(|| panic!("{rule}: {:?}", session.events));
        let Some(corrected) = alarm.corrected(alarm.first) else {
            panic!("{rule} is not marked")
        };
        assert_eq!(corrected.holds.words(), words);
        assert_eq!(corrected.wall_us, Some(session.corrections[0].wall_us));
        let entries = session.events.iter().filter(|event| event.rule.is_none());
        let marked = entries.filter(|event| session.corrected_later(event).is_some());
        assert_eq!(marked.count(), 1, "the entry itself");
    }
}

/// The pressure that dropped was read right, and the one at rest that it was held against was not.
#[test]
fn an_alarm_says_that_what_it_was_held_against_was_corrected() {
    let (_folder, archive) = archive_of_an_alarm_against_a_corrected(
        pressure(160, 80),
        pressure(142, 80),
        pressure(140, 80),
    );
    let session = SessionRecord::read(&archive, "last").unwrap();
    let alarms = session.alarms();
    for rule in [RuleId::SbpDrop, RuleId::PulsePressure] {
        let alarm = alarms.iter().find(|alarm| alarm.rule() == rule.name());
        let alarm = alarm.unwrap_or_else(|| panic!("{rule}: {:?}", session.events));
        let corrected = alarm.corrected(alarm.first).expect("it is marked");
        assert!(corrected.held_against);
        assert_eq!(
            corrected.words(),
            "held against an earlier one, corrected afterwards to blood pressure 140/80 mmHg"
        );
    }
    let marked = |event: &&EventRecord| session.corrected_later(event).is_some();
    let entries = session.events.iter().filter(|event| event.rule.is_none());
    assert_eq!(entries.filter(marked).count(), 1, "the entry at rest alone");
    let withdrawn = |rule: RuleId| {
        let mut rejudged = session.rejudged().into_iter();
        rejudged.any(|one| one.rule == rule && matches!(one.says, Says::Withdrawn { .. }))
    };
    assert!(withdrawn(RuleId::SbpDrop) && withdrawn(RuleId::PulsePressure));
}

/// A pulse pressure that was read too wide hid that it fell; who corrected it there and back again corrected nothing.
#[test]
fn a_pulse_pressure_is_judged_by_the_figures_that_hold() {
    let (_folder, archive) = archive_of_an_alarm_against_a_corrected(
        pressure(140, 80),
        pressure(145, 85),
        pressure(160, 80),
    );
    let of_the_pulse = || {
        let session = SessionRecord::read(&archive, "last").unwrap();
        let mut rejudged = session.rejudged().into_iter();
        rejudged.find(|one| one.rule == RuleId::PulsePressure)
    };
    let missed = of_the_pulse().unwrap();
    assert!(matches!(missed.says, Says::Missed { .. }), "{missed:?}");
    assert!(missed.because.contains("held against"), "{missed:?}");
    correct(&archive, 2, pressure(175, 85));
    correct(&archive, 4, pressure(145, 85));
    let missed = of_the_pulse().unwrap();
    assert!(missed.because.contains("held against"), "{missed:?}");
}

/// 150 at the load of conditioning, 150 some steps lower, and 130 where the first was.
fn dropped_against_the_one_at_the_lower_load() -> (tempfile::TempDir, Archive) {
    let (folder, archive) = archive_of(|visit| {
        visit.run(75);
        visit.act(Action::ConfirmStart);
        visit.run(160);
        visit.act(Action::Enter(pressure(150, 80)));
        visit.run(2);
        for _ in 0..4 {
            visit.act(Action::LoadDown);
            visit.run(10);
        }
        visit.act(Action::Enter(pressure(150, 80)));
        for _ in 0..4 {
            visit.act(Action::LoadUp);
            visit.run(10);
        }
        visit.act(Action::Enter(pressure(130, 80)));
        visit.run(5);
        visit.act(Action::AcknowledgeAll);
        visit.run(5);
        visit.close();
    });
    hire(&archive, "anna", "Anna Berg");
    (folder, archive)
}

/// Which alarms say that what they were held against was corrected.
fn held_against(archive: &Archive) -> Vec<String> {
    let session = SessionRecord::read(archive, "last").unwrap();
    let alarms = session.alarms();
    let of_pressure = alarms
        .iter()
        .filter(|alarm| alarm.corrected(alarm.first).is_some());
    of_pressure.map(|alarm| alarm.rule().to_owned()).collect()
}

#[test]
fn only_the_pressure_that_an_alarm_was_held_against_takes_its_ground() {
    let rules = [RuleId::SbpDrop, RuleId::PulsePressure].map(|rule| rule.name().to_owned());
    let (_folder, archive) = dropped_against_the_one_at_the_lower_load();
    let session = SessionRecord::read(&archive, "last").unwrap();
    let raised: Vec<&str> = session.alarms().iter().map(Alarm::rule).collect();
    assert!(
        raised.contains(&"sbp-drop") && raised.contains(&"pulse-pressure"),
        "{raised:?}"
    );
    correct(&archive, 1, pressure(120, 80));
    assert_eq!(held_against(&archive), Vec::<String>::new());
    correct(&archive, 2, pressure(120, 80));
    let mut told = held_against(&archive);
    told.sort_unstable();
    let mut expected = rules;
    expected.sort_unstable();
    assert_eq!(told, expected);
}

#[test]
fn a_value_that_ends_conditioning_was_measured_in_it() {
    let (_folder, archive) = archive_of_a_corrected_alarm(
        Entered::PerceivedExertion(18),
        Entered::PerceivedExertion(17),
    );
    let session = SessionRecord::read(&archive, "last").unwrap();
    let phases = session.measurements.iter().map(|taken| &*taken.phase);
    assert_eq!(phases.collect::<Vec<_>>(), ["conditioning"; 2]);
    let t_us = session.measurements[0].t_us;
    let ends = |span: &Span| span.phase == PhaseKind::Conditioning && span.to_us == t_us;
    assert!(session.phases().iter().any(ends));
    assert_eq!(verified_rows(&archive).findings, []);
}
