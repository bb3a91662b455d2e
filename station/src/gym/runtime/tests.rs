use std::io;

use drivers::pseudo_terminal::PseudoTerminal;
use protocols::vocabulary::Timestamp;
use tokio::sync::{broadcast, mpsc, watch};

use super::*;
use crate::gym::{Circumstances, PortId, demo};
use crate::records::{Anchor, Recorder, RecorderOptions};

/// The demonstration's first bike on a pseudo-terminal, and what a control thread needs.
fn one_bike(port: &PseudoTerminal, folder: &std::path::Path) -> (Parts, Recorder) {
    let (mut config, _) = demo::gym();
    config.stations.truncate(1);
    config.sensors.clear();
    let now = Timestamp::from_secs(1);
    let anchor = Anchor {
        at: now,
        wall_micros: 0,
    };
    let options = RecorderOptions {
        stations: 1,
        clock_rate: 1,
        anchor,
    };
    let recorder = Recorder::open(&folder.join("record.sqlite"), &options).unwrap();
    let circumstances = Circumstances {
        now,
        clock_rate: 1,
        wall_micros: 0,
        day: clock::day(),
        pre_rolled: false,
        session_ids: recorder.ids(),
    };
    let lines = vec![Line {
        path: port.path().to_owned(),
        settings: LineSettings::plain(9_600),
    }];
    let opened = OpenedFirst::open(&lines);
    let parts = Parts {
        gym: Gym::new(&config, circumstances),
        clock: GymClock::starting_at(now, 1),
        benches: vec![WiredBench::default()],
        lines,
        recorder: recorder.handle(),
        viewers: SocketEnds {
            stops: mpsc::channel(1).1,
            requests: mpsc::channel(1).1,
            viewers: watch::channel(0).1,
            pictures: watch::channel(None).0,
            words: broadcast::channel(1).0,
        },
        sound_command: Vec::new(),
        ends_with_last_viewer: false,
        adopted: Some(opened),
        panics: mpsc::channel(1).1,
        capture_folder: None,
    };
    (parts, recorder)
}

fn shell_of(parts: Parts, recorder: &Recorder, opened: mpsc::Sender<Opened>) -> Shell {
    Shell::new(
        parts.gym,
        parts.clock,
        Vec::new(),
        parts.lines,
        recorder.handle(),
        broadcast::channel(1).0,
        parts.sound_command,
        opened,
        None,
    )
}

#[test]
fn a_control_thread_that_fails_lets_every_machine_go() {
    let folder = tempfile::tempdir().unwrap();
    let port = PseudoTerminal::open(9_600, None).unwrap();
    let (parts, _recorder) = one_bike(&port, folder.path());
    let release: Vec<u8> = parts
        .gym
        .release_bytes()
        .flat_map(|(_, bytes)| bytes.to_vec())
        .collect();
    assert!(!release.is_empty());
    let failed = run(parts, || -> io::Result<()> {
        panic!("as the test wants it")
    });
    assert!(failed.is_err());
    let mut told = [0; 256];
    let count = port.read(&mut told).unwrap();
    assert_eq!(told[..count], release[..], "{:X?}", &told[..count]);
}

#[test]
fn a_port_whose_task_fails_is_opened_anew() {
    let folder = tempfile::tempdir().unwrap();
    let port = PseudoTerminal::open(9_600, None).unwrap();
    let (parts, recorder) = one_bike(&port, folder.path());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    LocalSet::new().block_on(&runtime, async {
        let (opened_in, mut opened) = mpsc::channel(1);
        let shell = Rc::new(RefCell::new(shell_of(parts, &recorder, opened_in)));
        let wake = Rc::new(Notify::new());
        // As the gym wants it at its first turn.
        Shell::event(&shell, &wake, |_| Event::Due);
        let first = opened.recv().await.expect("opened");
        ports::settle(&shell, &wake, first);
        ports::supervise(&shell, &wake, PortId(0), async {
            panic!("as the test wants it");
        });
        while opened.is_empty() {
            tokio::task::yield_now().await;
            Shell::event(&shell, &wake, |_| Event::Due);
        }
        let again = opened.recv().await.expect("opened anew");
        assert_eq!(again.port, PortId(0));
    });
}

#[test]
fn a_sound_command_that_hangs_is_begun_a_few_times_and_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let port = PseudoTerminal::open(9_600, None).unwrap();
    let (mut parts, recorder) = one_bike(&port, folder.path());
    let (begun, goes_on) = (folder.path().join("begun"), folder.path().join("goes_on"));
    parts.sound_command = vec![
        "sh".to_owned(),
        "-c".to_owned(),
        "echo >> \"$0\"; until [ -e \"$1\" ]; do :; done".to_owned(),
        begun.to_str().unwrap().to_owned(),
        goes_on.to_str().unwrap().to_owned(),
    ];
    let shell = shell_of(parts, &recorder, mpsc::channel(1).0);
    for _ in 0..50 {
        shell.sound();
    }
    std::fs::write(&goes_on, "").unwrap();
    while shell.sounding.load(std::sync::atomic::Ordering::Acquire) > 0 {
        std::thread::yield_now();
    }
    assert_eq!(std::fs::read(&begun).unwrap().len(), 4);
}
