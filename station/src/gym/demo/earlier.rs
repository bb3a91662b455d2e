//! The earlier visits of two of the demonstration's patients, rolled through the same core, links and devices, so that there is something
//! to compare today with. One of them could do more then, the other was as today.

use std::time::Duration;

use control::view::PhaseKind;
use protocols::vocabulary::Timestamp;

use super::super::messages::Ask;
use super::nurse::Nurse;
use super::people::{People, as_before};
use super::{Opening, end_of_day, gym};
use crate::clock::Day;
use crate::records::{Entry, SessionIds};

/// So many days before today they came.
pub const EARLIER_DAYS: [u64; 3] = [7, 5, 2];

/// The stations at which they exercised: the same as today.
const AT: [u8; 2] = [1, 4];

/// No visit lasts longer.
const AT_MOST: Duration = Duration::from_hours(1);

/// Rolls the visits of one of those days to their end, and adds what they taught to what is known of the patients.
pub fn roll_earlier(
    days_ago: u64,
    people: &mut People,
    begins: Timestamp,
    wall_micros: i64,
    day: Day,
    session_ids: SessionIds,
    record: &mut dyn FnMut(Entry),
) {
    let (mut config, _) = gym();
    config
        .stations
        .retain(|station| AT.contains(&station.number));
    config
        .sensors
        .retain(|sensor| sensor.home.is_some_and(|home| AT.contains(&home)));
    let opening = Opening {
        begins,
        wall_micros,
        day,
        session_ids,
    };
    let bodies = as_before(&AT, days_ago);
    let mut simulated = opening.open(&config, &people.earlier, bodies, [], record);
    let mut second = begins;
    while second < begins + AT_MOST {
        second = second + Duration::from_secs(1);
        simulated.run_until(second, record);
        let picture = simulated.picture();
        let done = |phase| phase == PhaseKind::Finished;
        if picture.stations.iter().all(|there| done(there.view.phase)) {
            break;
        }
        let nurse = Nurse {
            comes: &|_| true,
            at_rest_too: false,
        };
        nurse.attend(&mut simulated, &config, record);
    }
    for number in AT {
        simulated.ask(number, Ask::Close, record);
    }
    people.earlier = end_of_day(simulated, record);
}

#[cfg(test)]
mod tests {
    use super::super::{ENDS_WITHIN, ROLLED, roll};
    use super::*;
    use crate::clinic::finding::Finding;
    use crate::gym::Event;
    use crate::records::summary::summarise;
    use crate::records::{Anchor, Archive, Kept, Recorder, RecorderOptions};

    const WALL_MICROS: i64 = 1_795_444_267_000_000;

    fn recorder(path: &std::path::Path, wall_micros: i64) -> Recorder {
        let anchor = Anchor {
            at: Timestamp::from_secs(1),
            wall_micros,
        };
        let options = RecorderOptions {
            stations: 6,
            clock_rate: 1,
            anchor,
        };
        Recorder::open(path, &options).unwrap()
    }

    fn sorted(kept: &[Kept]) -> Vec<Kept> {
        let mut kept = kept.to_vec();
        kept.sort_by_key(|kept| kept.bout);
        kept
    }

    /// Three days and today, as the demonstration opens: through core, links, devices, record and back.
    #[test]
    fn the_patient_who_did_more_then_is_found_and_the_other_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("record.sqlite");
        let begins = Timestamp::from_secs(1);
        let (config, mut people) = gym();
        for days in EARLIER_DAYS {
            let ago = i64::try_from(days).unwrap() * 86_400_000_000;
            let recorder = recorder(&path, WALL_MICROS - ago);
            // The record has of the days before what a gym that had stayed open would remember.
            assert_eq!(sorted(recorder.learned()), sorted(&people.earlier));
            let handle = recorder.handle();
            roll_earlier(
                days,
                &mut people,
                begins,
                WALL_MICROS - ago,
                crate::clock::day(),
                recorder.ids(),
                &mut |entry| assert!(handle.send(entry)),
            );
            recorder.close(Duration::from_mins(1)).unwrap();
        }
        assert_eq!(people.earlier.len(), 6);
        let recorder = recorder(&path, WALL_MICROS);
        assert_eq!(sorted(recorder.learned()), sorted(&people.earlier));
        let handle = recorder.handle();
        let mut today = roll(
            &config,
            people,
            begins,
            WALL_MICROS,
            crate::clock::day(),
            recorder.ids(),
            &mut |entry| assert!(handle.send(entry)),
        );
        assert_eq!(today.now(), begins + ROLLED);
        let picture = today.picture();
        let sessions: Vec<_> = picture
            .stations
            .iter()
            .map(|station| station.session.clone().unwrap())
            .collect();
        for (station, session) in picture.stations.iter().zip(&sessions) {
            let less = |finding: &Finding| matches!(finding, Finding::LoadAtSameHeartRate { difference_met, sessions: 3, .. } if *difference_met < 0.0);
            let expected = usize::from(station.number == 1);
            assert_eq!(session.findings.len(), expected, "{session:?}");
            assert!(session.findings.iter().all(less), "{session:?}");
        }
        today.handle(
            Event::End {
                because: "the test is over",
            },
            &mut |entry| assert!(handle.send(entry)),
        );
        let until = today.now() + ENDS_WITHIN;
        today.run_until(until, &mut |entry| assert!(handle.send(entry)));
        drop(handle);
        recorder.close(Duration::from_mins(1)).unwrap();
        let archive = Archive::open(&path).unwrap();
        let summary = summarise(&archive, archive.find(&sessions[0].id).unwrap()).unwrap();
        let learned = summary.bouts[0].learned.as_ref().unwrap();
        assert_eq!(learned.compared_with, 3);
        let told: Vec<&str> = learned
            .findings
            .iter()
            .map(|line| line.text.as_str())
            .collect();
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(
            told[0].ends_with("W less at the same heart rate than in the last three sessions"),
            "{told:?}"
        );
    }
}
