//! A gym that never was, on a socket, to look at the dashboard with: `cargo run --example fake-gym -- /tmp/x/gym.sock [SECONDS]`.
//! It answers every request, stops what it is told to stop, and ends by itself.

#![expect(
    clippy::disallowed_methods,
    reason = "a helper for looking: it waits for a while, which no product code does"
)]

mod pictures;

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use control::input::Action;
use control::view::PhaseKind;
use station::clock::{GymClock, boot_nanos, wall_micros};
use station::gym::address;
use station::gym::messages::{Ask, FromGym, FromViewer, Request, VERSION};
use station::gym::snapshot::{RecordHealth, Snapshot, StopProgress};

type Failed = Box<dyn std::error::Error>;

fn main() -> Result<(), Failed> {
    let mut arguments = std::env::args().skip(1);
    let socket = arguments.next().ok_or("where?")?;
    let seconds: u64 = arguments.next().map_or(Ok(600), |text| text.parse())?;
    let scene = arguments.next().unwrap_or_default();
    let socket = Path::new(&socket);
    address::prepare(socket)?;
    drop(std::fs::remove_file(socket));
    let listener = UnixListener::bind(socket)?;
    let mut picture = match scene.as_str() {
        "quiet" => pictures::quiet(),
        "empty" => pictures::empty(),
        _ => pictures::eight(),
    };
    picture.virtual_devices = scene != "real";
    picture
        .notices
        .push(pictures::notice("the disk is nearly full: 400 MB left"));
    let gym = Arc::new(Mutex::new((picture, boot_nanos())));
    let shared = Arc::clone(&gym);
    std::thread::spawn(move || {
        for viewer in listener.incoming().flatten() {
            let gym = Arc::clone(&shared);
            std::thread::spawn(move || drop(serve(viewer, &gym)));
        }
    });
    std::thread::sleep(Duration::from_secs(seconds));
    Ok(())
}

type Gym = Mutex<(Snapshot, u64)>;

fn serve(mut viewer: UnixStream, gym: &Arc<Gym>) -> Result<(), Failed> {
    let mut heard = BufReader::new(viewer.try_clone()?).lines();
    heard.next().ok_or("silent")??;
    let welcome = FromGym::Welcome {
        version: VERSION,
        record: "record.sqlite".to_owned(),
        ends_with_last_viewer: true,
    };
    say(&mut viewer, &welcome)?;
    let writer = Arc::new(Mutex::new(viewer));
    let (pictures, of_gym) = (Arc::clone(&writer), Arc::clone(gym));
    std::thread::spawn(move || {
        loop {
            let picture = FromGym::Picture(now(&of_gym));
            let mut viewer = pictures.lock().unwrap_or_else(PoisonError::into_inner);
            if say(&mut viewer, &picture).is_err() {
                return;
            }
            drop(viewer);
            std::thread::sleep(Duration::from_millis(100));
        }
    });
    for line in heard {
        if let FromViewer::Ask(request) = serde_json::from_str(&line?)? {
            let answer = obey(gym, &request);
            say(
                &mut writer.lock().unwrap_or_else(PoisonError::into_inner),
                &answer,
            )?;
        }
    }
    Ok(())
}

fn say(viewer: &mut UnixStream, message: &FromGym) -> Result<(), Failed> {
    let mut line = serde_json::to_vec(message)?;
    line.push(b'\n');
    viewer.write_all(&line)?;
    Ok(())
}

/// The picture as if it had begun when this helper did: its hour goes on.
fn now(gym: &Gym) -> Snapshot {
    let mut held = gym.lock().unwrap_or_else(PoisonError::into_inner);
    let begun = held.1;
    let snapshot = &mut held.0;
    snapshot.number += 1;
    snapshot.clock = GymClock {
        boot_nanos: begun,
        gym_nanos: pictures::AT.as_nanos(),
        rate: 1,
    };
    snapshot.at = snapshot.clock.now();
    snapshot.wall_micros = wall_micros();
    snapshot.record = RecordHealth::Recording {
        committed: snapshot.at,
    };
    let at = snapshot.at;
    for station in &mut snapshot.stations {
        for vital in [
            &mut station.view.heart_rate,
            &mut station.view.saturation,
            &mut station.view.pulse,
        ] {
            if vital.value.is_some() && station.number != 1 {
                vital.sent_at = Some(at.before(Duration::from_millis(400)));
            }
        }
        if let Some((_, sent_at)) = &mut station.view.machine {
            *sent_at = at;
        }
        if let Some(stop) = &mut station.stop
            && stop.confirmed.is_none()
        {
            if at.since(stop.asked) > Duration::from_secs(1) {
                stop.sent = Some(stop.asked);
            }
            if at.since(stop.asked) > Duration::from_secs(4) {
                stop.confirmed = Some(at);
            }
        }
    }
    snapshot.clone()
}

fn obey(gym: &Gym, request: &Request) -> FromGym {
    let mut held = gym.lock().unwrap_or_else(PoisonError::into_inner);
    let at = held.0.clock.now();
    let stations = held.0.stations.iter_mut();
    let all = request.ask == Ask::StopAll;
    for station in stations.filter(|station| all || station.number == request.station) {
        match &request.ask {
            Ask::Stop | Ask::StopAll | Ask::EmergencyStop => {
                station.stop = Some(StopProgress {
                    asked: at,
                    sent: None,
                    confirmed: None,
                });
                if station.session.is_some() {
                    station.view.phase = PhaseKind::Stopped;
                    station.view.phase_until = None;
                    station.view.told = Some(pictures::watts(0));
                }
            }
            Ask::Act(Action::Acknowledge(rule)) => {
                for alarm in station
                    .alarms
                    .iter_mut()
                    .filter(|alarm| alarm.rule == *rule)
                {
                    alarm.acknowledged = true;
                }
            }
            Ask::Act(Action::Silence(lasts)) => {
                for alarm in &mut station.alarms {
                    alarm.silenced_until = Some(at + *lasts);
                }
            }
            Ask::EndGym => {
                return FromGym::Ended {
                    words: "The record is record.sqlite; `station sessions` shows it.".to_owned(),
                };
            }
            Ask::Open { .. } | Ask::MoveTo { .. } | Ask::Bind { .. } | Ask::Act(_) | Ask::Close => {
            }
        }
    }
    let refused =
        matches!(request.ask, Ask::Act(Action::LoadUp)).then(|| "not in this scene".to_owned());
    FromGym::Answer {
        request: request.number,
        refused,
    }
}
