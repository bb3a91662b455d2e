//! Ports: opened off the control thread, read by a small task each, closed off the control thread again.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;

use drivers::port::{LineClock, LineSettings, low_latency};
use protocols::vocabulary::Timestamp;
use serialport::TTYPort;
use tokio::io::{AsyncRead, ReadBuf};
use tokio::sync::Notify;
use tokio_serial::{ClearBuffer, SerialPort, SerialStream};

use super::Line;
use super::shell::{Port, Shell};
use crate::gym::{Event, PortId};

/// What one read takes at most, in bytes: more than a pseudo-terminal holds, so that what waited comes as one piece.
const READ_SIZE: usize = 65_536;

/// How an attempt to open went.
pub(super) struct Opened {
    pub(super) port: PortId,
    pub(super) outcome: Result<TTYPort, String>,
}

/// Opens a port on a thread of its own: an adapter can take seconds over it.
pub(super) fn open(shell: &Rc<RefCell<Shell>>, wake: &Rc<Notify>, port: PortId) {
    let (line, answer) = {
        let shell = shell.borrow();
        (shell.lines.get(port.0).cloned(), shell.opened.clone())
    };
    let Some(line) = line else { return };
    let spawned = std::thread::Builder::new()
        .name("station-open".to_owned())
        .spawn(move || {
            let outcome = open_flushed(&line);
            // The gym has ended where nobody takes it: dropping closes the port.
            let _ended = answer.blocking_send(Opened { port, outcome });
        });
    if let Err(error) = spawned {
        tracing::error!(%error, "no thread to open a port");
        let because = format!("the system gives no thread to open it: {error}");
        Shell::event(shell, wake, |_| Event::PortShut { port, because });
    }
}

/// Opens exclusively and discards what waited. An adapter that gathers bytes is told to hand them over at once, where this user may.
fn open_flushed(line: &Line) -> Result<TTYPort, String> {
    if let Err(error) = low_latency::lower(&line.path) {
        let port = line.path.display();
        tracing::warn!(%port, %error, "the adapter goes on gathering bytes; see station check");
    }
    let builder = line
        .settings
        .builder(&line.path.to_string_lossy())
        .exclusive(true);
    let port = builder.open_native().map_err(|error| words(line, &error))?;
    port.clear(ClearBuffer::All)
        .map_err(|error| words(line, &error))?;
    Ok(port)
}

fn words(line: &Line, error: &tokio_serial::Error) -> String {
    let path = line.path.display();
    match error.kind() {
        tokio_serial::ErrorKind::NoDevice => {
            format!("{path} is not there, or another program holds it")
        }
        tokio_serial::ErrorKind::Io(std::io::ErrorKind::NotFound) => {
            format!("{path} is not there: plug it in")
        }
        tokio_serial::ErrorKind::Io(std::io::ErrorKind::PermissionDenied) => {
            format!("{path} is not ours to open: add this user to the port's group (often dialout)")
        }
        tokio_serial::ErrorKind::InvalidInput
        | tokio_serial::ErrorKind::Unknown
        | tokio_serial::ErrorKind::Io(_) => format!("{path}: {error}"),
    }
}

/// A port was opened, or not: the gym is told, and a task reads it from now on.
pub(super) fn settle(shell: &Rc<RefCell<Shell>>, wake: &Rc<Notify>, opened: Opened) {
    let Opened { port, outcome } = opened;
    let stream = outcome
        .and_then(|native| SerialStream::try_from(native).map_err(|error| error.to_string()));
    match stream {
        Ok(stream) => {
            let now = shell.borrow().clock().now();
            start_reading(shell, wake, port, stream, |line_clock| {
                line_clock.opened(now);
            });
            Shell::event(shell, wake, |_| Event::PortOpened(port));
        }
        Err(because) => Shell::event(shell, wake, |_| Event::PortShut { port, because }),
    }
}

/// Ports that were opened before their devices said a first byte, in the order of ports.
#[derive(Debug)]
pub struct OpenedFirst(Vec<Result<TTYPort, String>>);

impl OpenedFirst {
    /// Opens all of them, flushed. To be called before the devices behind them are served.
    #[must_use]
    pub fn open(lines: &[Line]) -> Self {
        Self(lines.iter().map(open_flushed).collect())
    }
}

/// Takes ports as the conversation that was rolled in advance: nobody identifies anew, and as nothing can have waited in them, the
/// first bytes count.
pub(super) fn adopt(shell: &Rc<RefCell<Shell>>, wake: &Rc<Notify>, opened: OpenedFirst) {
    let begins = Timestamp::from_nanos(shell.borrow().clock().gym_nanos);
    for (index, outcome) in opened.0.into_iter().enumerate() {
        let port = PortId(index);
        let stream = outcome
            .and_then(|native| SerialStream::try_from(native).map_err(|error| error.to_string()));
        match stream {
            Ok(stream) => start_reading(shell, wake, port, stream, |line_clock| {
                line_clock.opened_before_its_device_spoke(begins);
            }),
            Err(because) => Shell::event(shell, wake, |_| Event::PortShut { port, because }),
        }
    }
}

fn start_reading(
    shell: &Rc<RefCell<Shell>>,
    wake: &Rc<Notify>,
    port: PortId,
    stream: SerialStream,
    begin: impl FnOnce(&mut LineClock),
) {
    let stream: Port = Rc::new(RefCell::new(stream));
    let line_clock = {
        let mut here = shell.borrow_mut();
        let settings = here.lines.get(port.0).map(|line| line.settings);
        let settings = settings.unwrap_or(LineSettings::plain(9_600));
        let mut line_clock = LineClock::new(&settings, here.clock().rate);
        begin(&mut line_clock);
        if let Some(slot) = here.ports.get_mut(port.0) {
            *slot = Some(Rc::clone(&stream));
        }
        line_clock
    };
    let reading = read(Rc::clone(shell), Rc::clone(wake), port, stream, line_clock);
    supervise(shell, wake, port, reading);
}

/// Runs a port's task. One that fails has left its port unread: the port counts as gone, and is opened anew.
pub(super) fn supervise(
    shell: &Rc<RefCell<Shell>>,
    wake: &Rc<Notify>,
    port: PortId,
    reading: impl Future<Output = ()> + 'static,
) {
    let task = tokio::task::spawn_local(reading);
    let (shell, wake) = (Rc::clone(shell), Rc::clone(wake));
    tokio::task::spawn_local(async move {
        if task.await.is_ok() {
            return;
        }
        let words = crate::log::take_panic().unwrap_or_default();
        tracing::error!(port = port.0, panic = words, "the task of a port failed");
        let because = "what came over this port made the program fail; the port is opened anew";
        shut(&shell, &wake, port, because.to_owned());
    });
}

/// Reads one port until it is gone.
async fn read(
    shell: Rc<RefCell<Shell>>,
    wake: Rc<Notify>,
    port: PortId,
    stream: Port,
    mut line_clock: LineClock,
) {
    let mut buffer = vec![0_u8; READ_SIZE];
    let mut seen_gaps = shell.borrow_mut().wake_up().1;
    let because = loop {
        let outcome = poll_fn(|context| {
            let mut read_buffer = ReadBuf::new(&mut buffer);
            let mut stream = stream.borrow_mut();
            Pin::new(&mut *stream)
                .poll_read(context, &mut read_buffer)
                .map_ok(|()| read_buffer.filled().len())
        })
        .await;
        match outcome {
            Ok(0) => break "the port has gone".to_owned(),
            Ok(count) => {
                let bytes = buffer.get(..count).unwrap_or_default();
                {
                    let mut here = shell.borrow_mut();
                    let (now, gaps) = here.wake_up();
                    here.capture(now, port, bytes);
                    if gaps != seen_gaps {
                        seen_gaps = gaps;
                        line_clock.opened(now);
                    }
                }
                Shell::event(&shell, &wake, |now| {
                    let sent_at = line_clock.sent_at(now, count);
                    // What waited since before the port was opened counts for nothing.
                    let bytes = if line_clock.is_backlog() { &[] } else { bytes };
                    Event::Bytes {
                        port,
                        sent_at,
                        bytes,
                    }
                });
            }
            Err(error) => break format!("the port has gone: {error}"),
        }
    };
    drop(stream);
    shut(&shell, &wake, port, because);
}

/// A port that nobody reads any more is closed, and the gym is told.
fn shut(shell: &Rc<RefCell<Shell>>, wake: &Rc<Notify>, port: PortId, because: String) {
    let shared = shell
        .borrow_mut()
        .ports
        .get_mut(port.0)
        .and_then(Option::take);
    if let Some(stream) = shared.and_then(Rc::into_inner) {
        close(stream.into_inner());
    }
    Shell::event(shell, wake, |_| Event::PortShut { port, because });
}

/// Closes a port on a thread of its own: a sick adapter can take seconds over it.
fn close(stream: SerialStream) {
    let spawned = std::thread::Builder::new()
        .name("station-close".to_owned())
        .spawn(move || drop(stream));
    if let Err(error) = spawned {
        tracing::error!(%error, "no thread to close a port");
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use drivers::pseudo_terminal::PseudoTerminal;
    use drivers::virtual_devices::{DeviceOutput, VirtualDevice, VirtualZephyrHxm};
    use tokio::sync::{broadcast, mpsc};
    use tokio::task::LocalSet;

    use super::*;
    use crate::clock::{self, GymClock};
    use crate::gym::snapshot::LinkHealth;
    use crate::gym::{Circumstances, Gym, demo};
    use crate::records::{Anchor, Recorder, RecorderOptions};

    /// What is waited for comes in a moment, or not at all.
    const AT_LAST: Duration = Duration::from_mins(1);

    fn strap_packet(now: Timestamp) -> Vec<u8> {
        let mut strap = VirtualZephyrHxm::new(now);
        match strap.poll_output(now) {
            DeviceOutput::Transmit(bytes) => bytes.to_vec(),
            DeviceOutput::Wait(_) => panic!("its first packet is due"),
        }
    }

    #[test]
    fn the_first_packet_of_a_port_that_was_opened_before_its_device_counts() {
        let folder = tempfile::tempdir().unwrap();
        let begins = Timestamp::from_secs(5);
        let clock = GymClock::starting_at(begins, 1);
        let options = RecorderOptions {
            stations: 1,
            clock_rate: 1,
            anchor: Anchor {
                at: begins,
                wall_micros: 0,
            },
        };
        let recorder = Recorder::open(&folder.path().join("record.sqlite"), &options).unwrap();
        let (mut config, _) = demo::gym();
        config.stations.clear();
        config.sensors.truncate(1);
        let circumstances = Circumstances {
            now: begins,
            clock_rate: 1,
            wall_micros: 0,
            day: clock::day(),
            pre_rolled: true,
            session_ids: recorder.ids(),
        };
        let mut gym = Gym::new(&config, circumstances);
        gym.handle(begins, Event::PortOpened(PortId(0)));
        let wire = PseudoTerminal::open(115_200, None).unwrap();
        let lines = vec![Line {
            path: wire.path().to_path_buf(),
            settings: LineSettings::plain(115_200),
        }];
        let opened = OpenedFirst::open(&lines);
        wire.write(&strap_packet(begins)).unwrap();
        let (words, _) = broadcast::channel(1);
        let (opened_in, _opened) = mpsc::channel(1);
        let shell = Shell::new(
            gym,
            clock,
            Vec::new(),
            lines,
            recorder.handle(),
            words,
            Vec::new(),
            opened_in,
            None,
        );
        let shell = Rc::new(RefCell::new(shell));
        let link = |shell: &Rc<RefCell<Shell>>| {
            let picture = shell.borrow_mut().picture(clock.now());
            picture.sensors[0].link.clone()
        };
        assert_eq!(link(&shell), LinkHealth::Identifying);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        LocalSet::new().block_on(&runtime, async {
            adopt(&shell, &Rc::new(Notify::new()), opened);
            let up = async {
                while link(&shell) != LinkHealth::Up {
                    tokio::task::yield_now().await;
                }
            };
            tokio::time::timeout(AT_LAST, up)
                .await
                .expect("one packet is enough");
        });
    }
}
