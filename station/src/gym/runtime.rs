//! The gym on real ports: one thread that does all serial I/O and runs all cores.
//!
//! Promises: no hand-over between reading, decision and command; nothing here waits for a viewer, the record, a log or an adapter.
//! A port that takes no more bytes loses them, counted; it does not hold up another.

mod ports;
mod shell;

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use drivers::bench_io::Bench;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{Notify, mpsc};
use tokio::task::LocalSet;

use self::ports::Opened;
use self::shell::Shell;
use super::socket::SocketEnds;
use super::{Event, Gym};
use crate::clock::{self, GymClock};
use crate::records::RecorderHandle;

/// How long the gym may take to end after it was told to, by the real clock, before it is cut off.
const END_AT_LAST: Duration = Duration::from_secs(25);

/// How often viewers get a new picture.
const PICTURES: Duration = Duration::from_millis(100);

/// What the control thread is given.
pub struct Parts {
    /// The gym.
    pub gym: Gym,
    /// Its clock.
    pub clock: GymClock,
    /// Bench I/O of each station, in their order; `None` where it is not wired.
    pub benches: Vec<Option<Box<dyn Bench>>>,
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
    /// Ports that were rolled in advance: open them without asking, and take what comes as the same conversation.
    pub adopted: bool,
    /// Where the last bytes of each port are written at the end.
    pub capture_folder: Option<std::path::PathBuf>,
}

/// One port in the file system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Where it is; `None` for a port without one.
    pub path: std::path::PathBuf,
    /// Its rate, in baud.
    pub baud: u32,
}

/// Runs the gym until it has ended.
///
/// # Errors
/// What the system said where no reactor or signal handler could be made.
pub fn run(parts: Parts) -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let local = LocalSet::new();
    local.block_on(&runtime, serve(parts))
}

async fn serve(parts: Parts) -> std::io::Result<()> {
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
    } = parts;
    let SocketEnds {
        mut stops,
        mut requests,
        viewers: mut alive,
        pictures,
        words,
    } = viewers;
    let (opened_in, mut opened) = mpsc::channel::<Opened>(lines.len().max(1) * 2);
    let wake = Rc::new(Notify::new());
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
    let shell = Rc::new(RefCell::new(shell));
    if adopted {
        ports::adopt(&shell, &wake);
    }
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    let mut picture_due = clock.now();
    let mut ever_watched = false;
    let mut cut_off = None;
    loop {
        let (deadline, ended) = {
            let shell = shell.borrow();
            (shell.deadline(), shell.has_ended())
        };
        if ended {
            break;
        }
        let wait = clock.until(deadline.min(picture_due));
        tokio::select! {
            biased;
            Some(asked) = stops.recv() => Shell::event(&shell, &wake, |_| Event::Asked { viewer: asked.viewer, request: asked.request }),
            Some(opened) = opened.recv() => ports::settle(&shell, &wake, opened),
            () = wake.notified() => {}
            () = tokio::time::sleep(wait) => Shell::event(&shell, &wake, |_| Event::Due),
            Some(asked) = requests.recv() => Shell::event(&shell, &wake, |_| Event::Asked { viewer: asked.viewer, request: asked.request }),
            changed = alive.changed() => {
                if changed.is_ok() {
                    let count = *alive.borrow_and_update();
                    Shell::event(&shell, &wake, |_| Event::Viewers(count));
                    ever_watched |= count > 0;
                    if ends_with_last_viewer && ever_watched && count == 0 {
                        Shell::event(&shell, &wake, |_| Event::End { because: "the last dashboard has gone" });
                    }
                }
            }
            _ = terminate.recv() => Shell::event(&shell, &wake, |_| Event::End { because: "the gym was told to end" }),
            _ = interrupt.recv() => Shell::event(&shell, &wake, |_| Event::End { because: "the gym was interrupted" }),
            _ = hang_up.recv() => Shell::event(&shell, &wake, |_| Event::End { because: "the terminal hung up" }),
        }
        let now = clock.now();
        if now >= picture_due {
            let period = PICTURES.saturating_mul(clock.rate);
            picture_due = now + period;
            let picture = shell.borrow_mut().picture(now);
            let _nobody_looks = pictures.send(Some(Arc::new(picture)));
        }
        if shell.borrow().is_ending() {
            let limit = *cut_off.get_or_insert(clock::boot_nanos() + nanos(END_AT_LAST));
            if clock::boot_nanos() >= limit {
                tracing::error!("the gym did not come to its end in time and is cut off");
                break;
            }
        }
    }
    shell.borrow_mut().let_go();
    Ok(())
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
