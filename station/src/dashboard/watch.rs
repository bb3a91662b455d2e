//! The loop around the dashboard: the terminal, the socket, the clock. Everything that decides what is drawn or sent is elsewhere.

pub mod lines;
pub mod socket;
pub(crate) mod terminal;

use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use thiserror::Error;

use self::socket::{News, Socket};
use self::terminal::{Terminal, Waited};
use super::alarms::{self, Bell};
use super::theme::Theme;
use super::ui::Ui;
use super::update::update;
use super::view::{Link, Seen, View};
use super::{keys::Key, panels};
use crate::clock;
use crate::gym::address::AddressError;
use crate::gym::messages::FromViewer;
use crate::gym::snapshot::Snapshot;
use control::rules::Priority;

/// Two pictures on the screen are at least so far apart.
const FRAME: u64 = 100_000_000;
/// How often the gym hears that this viewer is alive.
const ALIVE: u64 = 500_000_000;
/// After a signal the dashboard has this long to end by itself.
const END_BY_FORCE: Duration = Duration::from_secs(2);
/// How long the end of the gym is waited for after it was asked to end: longer than it may take over its machines (25 s) and over the
/// last of its record (10 s).
const END_WITHIN: u64 = 40_000_000_000;

/// What the dashboard needs to know before it begins.
#[derive(Debug, Clone)]
pub struct Options {
    /// The gym's socket.
    pub socket: PathBuf,
    /// Colours and glyphs.
    pub theme: Theme,
}

/// Why a dashboard could not go on.
#[derive(Debug, Error)]
pub enum WatchError {
    /// The socket's directory is not to be trusted.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// Nobody answers there.
    #[error("no gym answers at {path} ({source}): {}", remedy(elsewhere))]
    NoGym {
        /// Where.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
        /// Sockets beside it at which one answers.
        elsewhere: Vec<PathBuf>,
    },
    /// The gym does not want this viewer.
    #[error("the gym at {path} refuses this dashboard: {because}")]
    Unwelcome {
        /// Where.
        path: PathBuf,
        /// Why, and what to do.
        because: String,
    },
    /// There is no terminal to draw on.
    #[error("no terminal to draw on: `station watch --line` writes lines instead")]
    NoTerminal,
    /// The terminal failed.
    #[error("the terminal failed: {0}")]
    Terminal(#[source] io::Error),
}

fn remedy(elsewhere: &[PathBuf]) -> String {
    if elsewhere.is_empty() {
        return "start one with `station run --config FILE` or `station demo`".to_owned();
    }
    let commands: Vec<String> = elsewhere
        .iter()
        .map(|socket| format!("`station watch --socket {}`", socket.display()))
        .collect();
    format!("one answers elsewhere, {}", commands.join(" or "))
}

/// Whether there is a terminal to read keys from and to draw on.
#[must_use]
pub fn terminal_is_there() -> bool {
    terminal::is_there()
}

/// How a dashboard ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The person left, the terminal closed, or a signal came, while the gym was there.
    Left,
    /// The same, and there was no connection to the gym.
    Alone,
    /// The gym has ended, with words for the person.
    Ended(String),
}

/// Shows the dashboard until the person leaves, the terminal closes, a signal comes or the gym ends. The terminal is restored on every
/// way out.
///
/// # Errors
/// [`WatchError`]: no gym answers at the start, it refuses this viewer, or there is no usable terminal.
pub fn run(options: &Options) -> Result<Outcome, WatchError> {
    let socket = Socket::connect(&options.socket)?;
    if !terminal::is_there() {
        return Err(WatchError::NoTerminal);
    }
    let ended = end_on_signal();
    let mut terminal = Terminal::enter().map_err(WatchError::Terminal)?;
    let mut watch = Watch::new(options, &socket);
    let outcome = watch.until_end(&mut terminal, &ended);
    let alone = socket.link() != Link::Up;
    socket.tell(&FromViewer::Leave);
    match outcome {
        Ok(Outcome::Left) if alone => Ok(Outcome::Alone),
        other => other,
    }
}

/// A flag that a signal sets. A thread of its own waits for it: the main one reads keys.
pub(crate) fn end_on_signal() -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    let set = Arc::clone(&flag);
    let started = std::thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || {
            if let Err(error) = wait_for_signal(&set) {
                tracing::warn!(%error, "signals are not watched");
            }
        });
    if let Err(error) = started {
        tracing::warn!(%error, "signals end this dashboard without restoring the terminal");
    }
    flag
}

fn wait_for_signal(ended: &AtomicBool) -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut hang_up = signal(SignalKind::hangup())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        tokio::select! {
            _ = terminate.recv() => {}
            _ = hang_up.recv() => {}
            _ = interrupt.recv() => {}
        }
        ended.store(true, Ordering::Relaxed);
        // A main thread that writes to a terminal which takes nothing never sees the flag.
        tokio::time::sleep(END_BY_FORCE).await;
        std::process::exit(1)
    })
}

struct Watch<'a> {
    socket: &'a Socket,
    theme: &'a Theme,
    ui: Ui,
    bell: Bell,
    snapshot: Option<Box<Snapshot>>,
    drawn: Option<Drawn>,
    drawn_at: u64,
    alive_at: u64,
    dirty: bool,
}

/// What of time was on the screen: when it changes, the screen has to.
#[derive(PartialEq, Eq)]
struct Drawn {
    second: u64,
    high: bool,
    medium: bool,
    link: Link,
    size: (u16, u16),
}

impl<'a> Watch<'a> {
    fn new(options: &'a Options, socket: &'a Socket) -> Self {
        Self {
            socket,
            theme: &options.theme,
            ui: Ui::default(),
            bell: Bell::default(),
            snapshot: None,
            drawn: None,
            drawn_at: 0,
            alive_at: 0,
            dirty: true,
        }
    }

    fn until_end(
        &mut self,
        terminal: &mut Terminal,
        ended: &AtomicBool,
    ) -> Result<Outcome, WatchError> {
        loop {
            let now = clock::boot_nanos();
            if ended.load(Ordering::Relaxed) {
                return Ok(Outcome::Left);
            }
            if let Some(outcome) = self.take_news(now)? {
                return Ok(outcome);
            }
            if self
                .ui
                .ending
                .is_some_and(|since| now.saturating_sub(since) > END_WITHIN)
            {
                return Ok(Outcome::Ended(
                    "The gym was asked to end and has not said that it did: look with `station watch`.".to_owned(),
                ));
            }
            self.keep_time(terminal, now)?;
            let wait = FRAME
                .saturating_sub(now.saturating_sub(self.drawn_at))
                .clamp(1_000_000, FRAME);
            match terminal
                .wait(Duration::from_nanos(wait))
                .map_err(WatchError::Terminal)?
            {
                Waited::Nothing => {}
                Waited::Gone => return Ok(Outcome::Left),
                Waited::Keys(keys) => {
                    for key in keys {
                        if self.press(key) {
                            return Ok(Outcome::Left);
                        }
                    }
                }
            }
        }
    }

    fn seen(&self, now: u64) -> Seen<'_> {
        Seen {
            snapshot: self.snapshot.as_deref(),
            now,
            link: self.socket.link(),
            ends_with_last_viewer: self.socket.ends_with_last_viewer(),
        }
    }

    fn take_news(&mut self, now: u64) -> Result<Option<Outcome>, WatchError> {
        if let Some(snapshot) = self.socket.latest() {
            if self.snapshot.is_none()
                && let Some(first) = snapshot.stations.first()
            {
                self.ui.selected = first.number;
            }
            self.snapshot = Some(snapshot);
            self.dirty = true;
        }
        for news in self.socket.news() {
            match news {
                News::Answer { request, refused } => {
                    let mut ui = std::mem::take(&mut self.ui);
                    ui.answered(&self.seen(now), request, refused.as_deref());
                    self.ui = ui;
                    self.dirty = true;
                }
                News::Ended { words } => return Ok(Some(Outcome::Ended(words))),
                News::Unwelcome { because } => {
                    return Err(WatchError::Unwelcome {
                        path: self.socket.path().to_owned(),
                        because,
                    });
                }
            }
        }
        Ok(None)
    }

    /// Draws where something has changed, rings, and tells the gym that somebody watches.
    fn keep_time(&mut self, terminal: &mut Terminal, now: u64) -> Result<(), WatchError> {
        let size = terminal.size().map_err(WatchError::Terminal)?;
        let stations = self
            .snapshot
            .as_ref()
            .map_or(0, |snapshot| snapshot.stations.len());
        let columns = panels::columns(size, stations);
        let mut ui = std::mem::take(&mut self.ui);
        ui.columns = u8::try_from(columns).unwrap_or(u8::MAX);
        ui.tick(&self.seen(now));
        self.ui = ui;
        let due = Drawn {
            second: self.seen(now).gym_now().as_secs(),
            high: alarms::flash(Priority::High, now),
            medium: alarms::flash(Priority::Medium, now),
            link: self.socket.link(),
            size: (size.width, size.height),
        };
        let changed = self.dirty || self.drawn.as_ref() != Some(&due);
        if changed && now.saturating_sub(self.drawn_at) >= FRAME {
            let mut bell = std::mem::take(&mut self.bell);
            let rings = bell.rings(&self.seen(now));
            self.bell = bell;
            let view = View {
                seen: self.seen(now),
                ui: &self.ui,
                theme: self.theme,
            };
            terminal
                .draw(|frame| panels::draw(frame, &view), rings)
                .map_err(WatchError::Terminal)?;
            self.drawn = Some(due);
            self.drawn_at = now;
            self.dirty = false;
        }
        if now.saturating_sub(self.alive_at) >= ALIVE {
            self.socket.tell(&FromViewer::Alive);
            self.alive_at = now;
        }
        Ok(())
    }

    /// Obeys a key; says whether the person leaves.
    fn press(&mut self, key: Key) -> bool {
        let now = clock::boot_nanos();
        let mut ui = std::mem::take(&mut self.ui);
        let seen = self.seen(now);
        let mut leaves = false;
        for message in update(&mut ui, &seen, key) {
            if message == FromViewer::Leave {
                leaves = true;
            } else if !self.socket.send(&message) {
                ui.not_sent(&seen, &message);
            }
        }
        self.ui = ui;
        self.dirty = true;
        leaves
    }
}

/// A lock whose holder panicked still guards plain data.
fn whole<T>(locked: Result<T, PoisonError<T>>) -> T {
    locked.unwrap_or_else(PoisonError::into_inner)
}
