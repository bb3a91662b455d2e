//! The gym on real ports: one thread that does all serial I/O and runs all cores.
//!
//! Promises: no hand-over between reading, decision and command; nothing here waits for a viewer, the record, a log or an adapter.
//! A port that takes no more bytes loses them, counted; it does not hold up another. Where this thread itself fails, every machine is
//! told to let go all the same.

mod ports;
mod shell;
mod watchdog;

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use drivers::bench_io::{Bench, Signals};
use drivers::port::LineSettings;
use protocols::vocabulary::Timestamp;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::LocalSet;

use self::ports::Opened;
pub use self::ports::OpenedFirst;
use self::shell::Shell;
use super::snapshot::Snapshot;
use super::socket::{Asked, SocketEnds};
use super::{Event, Gym};
use crate::clock::{self, GymClock};
use crate::records::RecorderHandle;

/// How long the gym may take to end after it was told to, by the real clock, before it is cut off.
const END_AT_LAST: Duration = Duration::from_secs(25);

/// How often viewers get a new picture.
const PICTURES: Duration = Duration::from_millis(100);

/// Bench I/O of one station; `None` where it is not wired.
#[derive(Default)]
pub struct WiredBench {
    /// Stop circuit and safety relay.
    pub safety: Option<Box<dyn Bench>>,
    /// Stack light, sounder and call button.
    pub signals: Option<Box<dyn Signals>>,
}

/// What the control thread is given.
pub struct Parts {
    /// The gym.
    pub gym: Gym,
    /// Its clock.
    pub clock: GymClock,
    /// Bench I/O of each station, in their order.
    pub benches: Vec<WiredBench>,
    /// Each port's place in the file system and rate, in the order of ports: a virtual port's pseudo-terminal included.
    pub lines: Vec<Line>,
    /// The record.
    pub recorder: RecorderHandle,
    /// The viewers.
    pub viewers: SocketEnds,
    /// What to run when a high alarm sounds.
    pub sound_command: Vec<String>,
    /// Whether the gym ends when its last viewer has gone.
    pub ends_with_last_viewer: bool,
    /// Ports that were rolled in advance, already open: what comes is the same conversation. `None`: the gym asks for its ports.
    pub adopted: Option<OpenedFirst>,
    /// Where the last bytes of each port are written at the end.
    pub capture_folder: Option<std::path::PathBuf>,
    /// Numbers of stations whose core is to panic now, for tests; where nobody sends any more, none does.
    pub panics: mpsc::Receiver<u8>,
}

/// One port in the file system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Where it is; `None` for a port without one.
    pub path: std::path::PathBuf,
    /// How it is set.
    pub settings: LineSettings,
}

/// Calls `ready` as soon as signals end the gym safely, then runs it until it has ended. Gives the stations whose machines were not at
/// rest then: whoever looks after the patients has to be told.
///
/// # Errors
/// What the system said where no reactor or signal handler could be made, what `ready` said, and what was found wrong where the
/// thread failed.
pub fn run(
    parts: Parts,
    ready: impl FnOnce() -> std::io::Result<()>,
) -> std::io::Result<Vec<String>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let local = LocalSet::new();
    // Whoever unwinds through here has told the machines to let go; the record and the viewers still get their end.
    catch_unwind(AssertUnwindSafe(|| {
        local.block_on(&runtime, serve(parts, ready))
    }))
    .unwrap_or_else(|_| {
        let words = crate::log::take_panic().unwrap_or_default();
        tracing::error!(panic = words, "the control thread failed");
        Err(std::io::Error::other(format!(
            "the control thread failed ({words}); every machine was told to let go, look after the patients"
        )))
    })
}

/// Tells every machine to let go when it is dropped: at the gym's end, and where the control thread panics.
struct LetGo(Rc<RefCell<Shell>>);

impl Drop for LetGo {
    fn drop(&mut self) {
        // Nobody borrows it: what did is gone, or has been unwound.
        if let Ok(mut shell) = self.0.try_borrow_mut() {
            shell.let_go();
        }
    }
}

async fn serve(
    parts: Parts,
    ready: impl FnOnce() -> std::io::Result<()>,
) -> std::io::Result<Vec<String>> {
    let Parts {
        gym,
        clock,
        benches,
        lines,
        recorder,
        viewers,
        sound_command,
        ends_with_last_viewer,
        adopted,
        capture_folder,
        panics,
    } = parts;
    let SocketEnds {
        stops,
        requests,
        viewers: alive,
        pictures,
        words,
    } = viewers;
    let (opened_in, opened) = mpsc::channel::<Opened>(lines.len().max(1) * 2);
    let shell = Shell::new(
        gym,
        clock,
        benches,
        lines,
        recorder,
        words,
        sound_command,
        opened_in,
        capture_folder,
    );
    let mut here = ControlThread {
        shell: Rc::new(RefCell::new(shell)),
        wake: Rc::new(Notify::new()),
        clock,
        ends_with_last_viewer,
        ever_watched: false,
        picture_due: clock.now(),
        pictures,
        cut_off: None,
    };
    let let_go = LetGo(Rc::clone(&here.shell));
    if let Some(opened) = adopted {
        ports::adopt(&here.shell, &here.wake, opened);
    }
    let outside = Outside {
        stops,
        requests,
        opened,
        alive,
        panics,
        terminate: signal(SignalKind::terminate())?,
        interrupt: signal(SignalKind::interrupt())?,
        hang_up: signal(SignalKind::hangup())?,
    };
    ready()?;
    here.go_on(outside).await;
    drop(let_go);
    Ok(here.shell.borrow().not_at_rest())
}

/// Where things come from, beside the ports.
struct Outside {
    stops: mpsc::Receiver<Asked>,
    requests: mpsc::Receiver<Asked>,
    opened: mpsc::Receiver<Opened>,
    alive: watch::Receiver<usize>,
    panics: mpsc::Receiver<u8>,
    terminate: Signal,
    interrupt: Signal,
    hang_up: Signal,
}

/// The control thread's own loop beside the tasks that read ports.
struct ControlThread {
    shell: Rc<RefCell<Shell>>,
    wake: Rc<Notify>,
    clock: GymClock,
    ends_with_last_viewer: bool,
    ever_watched: bool,
    picture_due: Timestamp,
    pictures: watch::Sender<Option<Arc<Snapshot>>>,
    cut_off: Option<u64>,
}

impl ControlThread {
    /// Until the gym has ended. A stop is looked for before everything else.
    async fn go_on(&mut self, mut outside: Outside) {
        while !self.is_over() {
            let wait = self
                .clock
                .until(self.shell.borrow().deadline().min(self.picture_due));
            tokio::select! {
                biased;
                Some(asked) = outside.stops.recv() => self.asked(asked),
                Some(opened) = outside.opened.recv() => ports::settle(&self.shell, &self.wake, opened),
                () = self.wake.notified() => {}
                () = tokio::time::sleep(wait) => self.event(Event::Due),
                Some(asked) = outside.requests.recv() => self.asked(asked),
                Ok(()) = outside.alive.changed() => {
                    let count = *outside.alive.borrow_and_update();
                    self.watched_by(count);
                }
                Some(station) = outside.panics.recv() => self.shell.borrow_mut().order_panic(station),
                _ = outside.terminate.recv() => self.event(Event::End { because: "the gym was told to end" }),
                _ = outside.interrupt.recv() => self.event(Event::End { because: "the gym was interrupted" }),
                _ = outside.hang_up.recv() => self.event(Event::End { because: "the terminal hung up" }),
            }
            self.show();
        }
    }

    fn event(&self, event: Event<'_>) {
        Shell::event(&self.shell, &self.wake, |_| event);
    }

    fn asked(&self, asked: Asked) {
        self.event(Event::Asked {
            viewer: asked.viewer,
            request: Box::new(asked.request),
        });
    }

    fn watched_by(&mut self, count: usize) {
        self.event(Event::Viewers(count));
        self.ever_watched |= count > 0;
        if self.ends_with_last_viewer && self.ever_watched && count == 0 {
            self.event(Event::End {
                because: "the last dashboard has gone",
            });
        }
    }

    /// Hands viewers a new picture where one is due.
    fn show(&mut self) {
        let now = self.clock.now();
        if now >= self.picture_due {
            self.picture_due = now + PICTURES.saturating_mul(self.clock.rate);
            let picture = self.shell.borrow_mut().picture(now);
            let _nobody_looks = self.pictures.send(Some(Arc::new(picture)));
        }
    }

    /// Whether the gym has ended, or has had all the time it may take to.
    fn is_over(&mut self) -> bool {
        let shell = self.shell.borrow();
        if shell.has_ended() {
            return true;
        }
        if !shell.is_ending() {
            return false;
        }
        let limit = *self
            .cut_off
            .get_or_insert(clock::boot_nanos().saturating_add(nanos(END_AT_LAST)));
        let over = clock::boot_nanos() >= limit;
        if over {
            tracing::error!("the gym did not come to its end in time and is cut off");
        }
        over
    }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
