use control::input::{Action, Entry as Entered, Input};

use super::super::fixtures::{
    Visit, archive_of, archive_of_a_visit, archive_of_a_visit_in_three_gyms,
};
use super::super::session::{Ending, EventRecord, Worst};
use super::*;

fn summary() -> Summary {
    let (_folder, archive) = archive_of_a_visit();
    let line = archive.find("last").unwrap();
    summarise(&archive, line).unwrap()
}

fn figure(bout: &BoutSummary, signal: &str) -> Extremes {
    bout.signals
        .iter()
        .find(|figure| figure.signal == signal)
        .unwrap()
        .extremes
}

#[test]
fn a_visit_is_summed_up_from_its_rows() {
    let summary = summary();
    assert_eq!(summary.session.state, "ended");
    assert!((summary.session.seconds - 500.0).abs() < 0.5);
    let [bout] = summary.bouts.as_slice() else {
        panic!("{summary:?}")
    };
    let phases: Vec<_> = bout
        .phases
        .iter()
        .map(|span| (span.phase.as_str(), span.seconds.round()))
        .collect();
    assert_eq!(phases[0], ("ready", 75.0));
    assert_eq!(phases[1].0, "warm_up");
    assert!((phases[1].1 - 60.0).abs() < 2.0, "{phases:?}");
    let spo2 = figure(bout, "spo2_percent");
    // Thirty seconds at 86: longer than the ten that a nadir has to last.
    assert!((spo2.lowest - 86.0).abs() < 0.5, "{spo2:?}");
    assert!(spo2.mean > 90.0 && spo2.peak <= 97.0);
    let load = figure(bout, "granted_met");
    assert!(load.peak <= 6.0 && load.mean < load.peak);
    assert!(bout.work_kj.unwrap() > 1.0);
    assert_eq!(bout.distance_m, None);
    let zone = bout.zone.unwrap();
    let conditioning: f64 = bout
        .phases
        .iter()
        .filter(|span| span.phase == "conditioning")
        .map(|span| span.seconds)
        .sum();
    let counted = f64::from(zone.below_s + zone.in_s + zone.above_s);
    assert!(
        (counted - conditioning).abs() <= 3.0,
        "{counted} {conditioning}"
    );
    assert!(bout.heart_rate_cover_percent.unwrap() > 99.0);
}

#[test]
fn a_zone_of_which_nothing_was_trusted_has_no_share() {
    let (_folder, archive) = archive_of_a_visit();
    let mut session = SessionRecord::read(&archive, "last").unwrap();
    let seconds = &mut session.bouts[0].seconds;
    for second in seconds.iter_mut() {
        second.heart_rate_trust = control::view::Trust::Doubted;
    }
    let zone = series::zone(seconds).unwrap();
    assert_eq!((zone.in_s, zone.in_percent), (0, None));
}

#[test]
fn the_load_of_an_alarm_is_the_one_before_its_rule_took_any_away() {
    use control::rules::{LoadAct, RuleId};
    use control::view::Reason;

    let (_folder, archive) = archive_of_a_visit();
    let mut session = SessionRecord::read(&archive, "last").unwrap();
    let raised_us = session
        .alarms()
        .iter()
        .find(|alarm| alarm.rule() == "spo2-floor")
        .unwrap()
        .first
        .t_us;
    // The rule held for 5 s, took away for 9 s, and only then called.
    let began_us = raised_us - 9_000_000;
    for second in &mut session.bouts[0].seconds {
        let act = if second.t_us < began_us {
            LoadAct::Hold
        } else {
            LoadAct::Fall
        };
        if (raised_us - 14_000_000..raised_us + 3_000_000).contains(&second.t_us) {
            second.reason = Reason::Rule(RuleId::Spo2Floor, act);
        }
        second.granted_met_milli = if second.t_us < began_us { 930 } else { 762 };
    }
    let alarms = AlarmSummary::of_session(&session);
    let alarm = alarms
        .iter()
        .find(|alarm| alarm.rule == "spo2-floor")
        .unwrap();
    assert_eq!(
        (alarm.granted_met, alarm.least_granted_met),
        (Some(0.93), Some(0.762))
    );
}

#[test]
fn an_alarm_has_the_priority_that_it_was_raised_with_and_when_it_got_a_higher_one() {
    let (_folder, archive) = archive_of_a_visit();
    let mut session = SessionRecord::read(&archive, "last").unwrap();
    let raised = session
        .events
        .iter()
        .find(|event| event.kind == "alarm-raised")
        .unwrap()
        .clone();
    session
        .events
        .retain(|event| !event.kind.starts_with("alarm-"));
    session.events.push(EventRecord {
        priority: Some("medium".to_owned()),
        ..raised.clone()
    });
    session.events.push(EventRecord {
        id: raised.id + 1,
        kind: "alarm-escalated".to_owned(),
        priority: Some("high".to_owned()),
        t_us: raised.t_us + 30_000_000,
        ..raised
    });
    let [alarm] = AlarmSummary::of_session(&session).try_into().unwrap();
    assert_eq!(alarm.raised_priority.as_deref(), Some("medium"));
    assert_eq!(alarm.priority.as_deref(), Some("high"));
    assert_eq!(alarm.escalated_after_s, Some(30.0));
}

#[test]
fn a_rule_that_does_nothing_to_the_load_has_taken_none_away() {
    let (_folder, archive) = archive_of_a_visit();
    let mut session = SessionRecord::read(&archive, "last").unwrap();
    session
        .events
        .retain(|event| event.kind.starts_with("alarm-"));
    for event in &mut session.events {
        event.act = None;
    }
    let alarms = AlarmSummary::of_session(&session);
    assert!(!alarms.is_empty());
    for alarm in alarms {
        assert_eq!(
            (alarm.granted_met, alarm.least_granted_met),
            (None, None),
            "{}",
            alarm.rule
        );
    }
}

#[test]
fn an_alarm_has_the_figure_that_it_was_raised_with_and_beside_it_the_worst_with_its_time() {
    let (_folder, archive) = archive_of_a_visit();
    let mut session = SessionRecord::read(&archive, "last").unwrap();
    let alarms = session.alarms();
    let floor = alarms.iter().find(|alarm| alarm.rule() == "spo2-floor");
    let floor = floor.unwrap();
    assert_eq!(floor.worst(), None, "its end tells the same again");
    let (gone, at_us) = floor.cleared().map(|gone| (gone.id, gone.t_us)).unwrap();
    drop(alarms);
    let set = |session: &mut SessionRecord, value| {
        let event = session.events.iter_mut().find(|event| event.id == gone);
        event.unwrap().value = value;
    };
    for (value, worst) in [(Some(84.0), Some(84.0)), (Some(88.0), None), (None, None)] {
        set(&mut session, value);
        let alarms = AlarmSummary::of_session(&session);
        let floor = alarms.iter().find(|alarm| alarm.rule == "spo2-floor");
        let floor = floor.unwrap();
        assert_eq!((floor.value, floor.limit), (Some(86.0), Some(88.0)));
        assert_eq!(floor.saw, "SpO2 86 at floor 88");
        let told = floor.worst.as_ref();
        assert_eq!(told.and_then(|told| told.value), worst, "{value:?}");
        assert!(told.is_none_or(|told| told.t_us == at_us));
        let words = told.map(Worst::words);
        let by = crate::records::replay::instant::clock(at_us);
        let wanted = format!("at worst SpO2 84 at floor 88, by {by}");
        assert_eq!(words, worst.map(|_| wanted));
    }
}

#[test]
fn an_alarm_says_what_was_done_about_it() {
    let summary = summary();
    let alarm = summary
        .alarms
        .iter()
        .find(|alarm| alarm.rule == "spo2-floor")
        .unwrap();
    assert_eq!((alarm.value, alarm.limit), (Some(86.0), Some(88.0)));
    let (granted, least) = (alarm.granted_met.unwrap(), alarm.least_granted_met.unwrap());
    assert!(least < granted, "{least} {granted}");
    assert!(alarm.acknowledged_after_s.is_some_and(|after| after < 31.0));
    assert!(alarm.cleared_after_s.is_some());
    assert!(
        alarm
            .actions
            .contains(&"acknowledges every alarm".to_owned()),
        "{alarm:?}"
    );
    assert_eq!(summary.measurements.len(), 2);
    assert_eq!(summary.findings, Vec::<String>::new());
}

#[test]
fn what_the_end_of_a_bout_took_is_not_the_rules_that_still_stood() {
    let ends: [fn(&mut Visit); 3] = [
        |visit| visit.input(Input::GymCloses { over: false }),
        |visit| visit.act(Action::Stop),
        |visit| {
            visit.act(Action::BeginCoolDown);
            visit.run(70);
        },
    ];
    for goes in ends {
        let (_folder, archive) = archive_of(|visit| {
            visit.run(75);
            visit.act(Action::ConfirmStart);
            visit.run(180);
            visit.act(Action::Enter(Entered::PerceivedExertion(16)));
            visit.run(5);
            goes(visit);
            visit.run(5);
            visit.close();
        });
        let summary = summarise(&archive, archive.find("last").unwrap()).unwrap();
        let end = &summary.bouts[0].phases.last().unwrap().phase;
        assert_ne!(end, "conditioning", "{summary:?}");
        let mut alarms = summary.alarms.iter();
        let alarm = alarms.find(|alarm| alarm.rule == "rpe-high").unwrap();
        assert_eq!(alarm.ending, Ending::Stayed);
        let (granted, least) = (alarm.granted_met.unwrap(), alarm.least_granted_met.unwrap());
        assert!(least < granted && least > 1.0, "{least} {granted}");
    }
}

#[test]
fn alarms_stand_in_the_order_of_their_beginning() {
    let (_folder, archive) = archive_of_a_visit_in_three_gyms();
    let mut session = SessionRecord::read(&archive, "last").unwrap();
    // One that stood when the session went on is told of only when it was acknowledged, after one that was raised meanwhile.
    let went_on = session.events.iter().position(|event| {
        event.bout == Some(3) && event.rule.as_deref() == Some("controller-fault")
    });
    let went_on = went_on.unwrap();
    let later_us = session.bouts[2].from_us + 1_000_000;
    for rule in ["hr-limit", "cadence-low"] {
        let between = EventRecord {
            kind: "alarm-raised".to_owned(),
            rule: Some(rule.to_owned()),
            t_us: later_us,
            ..session.events[went_on].clone()
        };
        session.events.insert(went_on, between);
    }
    let alarms = AlarmSummary::of_session(&session);
    assert!(alarms.is_sorted_by_key(|alarm| alarm.t_s), "{alarms:?}");
    let at_once = alarms
        .iter()
        .filter(|alarm| alarm.t_s == Some(whole_second(later_us)));
    let at_once: Vec<&str> = at_once.map(|alarm| alarm.rule.as_str()).collect();
    assert_eq!(at_once, ["cadence-low", "hr-limit"], "{alarms:?}");
}
