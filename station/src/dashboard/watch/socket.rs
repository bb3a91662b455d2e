//! The socket to the gym: one thread reads, keeps the latest picture alone and connects again; the main thread writes.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use super::{WatchError, whole};
use crate::clock;
use crate::dashboard::view::Link;
use crate::gym::address;
use crate::gym::messages::{FromGym, FromViewer, VERSION};
use crate::gym::snapshot::Snapshot;

/// Longest line that is read: a picture of hundreds of stations.
const LONGEST_LINE: u64 = 16 << 20;
/// Time between two tries to connect again.
const AGAIN: Duration = Duration::from_millis(500);
/// A gym that takes nothing for this long is not there.
const WRITE_WITHIN: Duration = Duration::from_millis(250);
/// The handshake is answered within this.
const WELCOME_WITHIN: Duration = Duration::from_secs(3);
/// News that nobody took yet are kept up to this number; the oldest goes.
const NEWS_AT_MOST: usize = 256;

/// What came from the gym beside pictures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// What became of a request.
    Answer {
        /// Its number.
        request: u64,
        /// Why not.
        refused: Option<String>,
    },
    /// The gym has ended.
    Ended {
        /// For the person.
        words: String,
    },
    /// The gym refuses this viewer.
    Unwelcome {
        /// Why.
        because: String,
    },
}

/// The socket to the gym.
#[derive(Debug)]
pub struct Socket {
    path: PathBuf,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    link: Link,
    writer: Option<UnixStream>,
    latest: Option<Box<Snapshot>>,
    news: VecDeque<News>,
    ends_with_last_viewer: bool,
    closing: bool,
}

/// A connection after its handshake.
struct Connection {
    reader: BufReader<UnixStream>,
    writer: UnixStream,
    ends_with_last_viewer: bool,
}

enum Failed {
    Io(io::Error),
    Unwelcome(String),
}

impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl Socket {
    /// Connects, shakes hands, and starts the reader.
    ///
    /// # Errors
    /// [`WatchError`]: the directory is not ours alone, nobody answers, or the gym refuses this viewer.
    pub fn connect(path: &Path) -> Result<Self, WatchError> {
        let no_gym = |source| WatchError::NoGym {
            path: path.to_owned(),
            source,
            elsewhere: address::answering_beside(path),
        };
        match address::check(path) {
            Ok(()) => {}
            Err(address::AddressError::Directory { source, .. }) => return Err(no_gym(source)),
            Err(other) => return Err(other.into()),
        }
        let connection = shake_hands(path).map_err(|failed| match failed {
            Failed::Io(source) => no_gym(source),
            Failed::Unwelcome(because) => WatchError::Unwelcome {
                path: path.to_owned(),
                because,
            },
        })?;
        let shared = Arc::new(Shared {
            state: Mutex::new(State {
                link: Link::Up,
                writer: Some(connection.writer),
                latest: None,
                news: VecDeque::new(),
                ends_with_last_viewer: connection.ends_with_last_viewer,
                closing: false,
            }),
            changed: Condvar::new(),
        });
        let (reads, at) = (Arc::clone(&shared), path.to_owned());
        std::thread::Builder::new()
            .name("gym-socket".to_owned())
            .spawn(move || keep_reading(&reads, &at, connection.reader))
            .map_err(no_gym)?;
        Ok(Self {
            path: path.to_owned(),
            shared,
        })
    }

    /// Where the socket lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How the connection is.
    #[must_use]
    pub fn link(&self) -> Link {
        whole(self.shared.state.lock()).link
    }

    /// Whether the gym ends its sessions when its last viewer has gone.
    #[must_use]
    pub fn ends_with_last_viewer(&self) -> bool {
        whole(self.shared.state.lock()).ends_with_last_viewer
    }

    /// The latest picture, where a new one has come.
    #[must_use]
    pub fn latest(&self) -> Option<Box<Snapshot>> {
        whole(self.shared.state.lock()).latest.take()
    }

    /// Waits until something has come or the connection has changed, or so long.
    pub fn wait(&self, at_most: Duration) {
        let state = whole(self.shared.state.lock());
        if state.latest.is_none() && state.news.is_empty() {
            drop(self.shared.changed.wait_timeout(state, at_most));
        }
    }

    /// What came beside pictures, in order.
    #[must_use]
    pub fn news(&self) -> VecDeque<News> {
        std::mem::take(&mut whole(self.shared.state.lock()).news)
    }

    /// Writes a message whose loss the lost connection tells by itself.
    pub fn tell(&self, message: &FromViewer) {
        if !self.send(message) {
            tracing::debug!("the gym was not told");
        }
    }

    /// Writes a message; says whether the system took it whole. One that fails closes the connection: half a line is none.
    #[must_use = "a stop that was not sent has to be said"]
    pub fn send(&self, message: &FromViewer) -> bool {
        let writer = whole(self.shared.state.lock())
            .writer
            .as_ref()
            .and_then(|writer| writer.try_clone().ok());
        let Some(mut writer) = writer else {
            return false;
        };
        let sent = say(&mut writer, message);
        if sent.is_err() {
            // The reader sees the end and connects again.
            drop(writer.shutdown(Shutdown::Both));
        }
        sent.is_ok()
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        let mut state = whole(self.shared.state.lock());
        state.closing = true;
        if let Some(writer) = state.writer.take() {
            drop(writer.shutdown(Shutdown::Both));
        }
        self.shared.changed.notify_all();
    }
}

fn say(writer: &mut UnixStream, message: &FromViewer) -> io::Result<()> {
    let mut line = serde_json::to_vec(message)?;
    line.push(b'\n');
    writer.write_all(&line)
}

fn shake_hands(path: &Path) -> Result<Connection, Failed> {
    let mut writer = UnixStream::connect(path)?;
    writer.set_write_timeout(Some(WRITE_WITHIN))?;
    writer.set_read_timeout(Some(WELCOME_WITHIN))?;
    let mut reader = BufReader::new(writer.try_clone()?);
    say(
        &mut writer,
        &FromViewer::Hello {
            version: VERSION,
            program: env!("CARGO_PKG_VERSION").to_owned(),
        },
    )?;
    let ends_with_last_viewer = match hear(&mut reader)? {
        FromGym::Welcome {
            version: VERSION,
            ends_with_last_viewer,
            ..
        } => ends_with_last_viewer,
        FromGym::Welcome { version, .. } => {
            return Err(Failed::Unwelcome(format!(
                "it speaks version {version} and this dashboard {VERSION}: use the same release for both"
            )));
        }
        FromGym::Unwelcome { because } => return Err(Failed::Unwelcome(because)),
        FromGym::Picture(_) | FromGym::Answer { .. } | FromGym::Ended { .. } => {
            return Err(Failed::Io(io::Error::other(
                "it does not begin with a welcome",
            )));
        }
    };
    // From here on silence is for the pictures' age to tell.
    writer.set_read_timeout(None)?;
    Ok(Connection {
        reader,
        writer,
        ends_with_last_viewer,
    })
}

fn hear(reader: &mut BufReader<UnixStream>) -> io::Result<FromGym> {
    let mut line = Vec::new();
    reader
        .by_ref()
        .take(LONGEST_LINE)
        .read_until(b'\n', &mut line)?;
    if line.last() != Some(&b'\n') {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    serde_json::from_slice(&line).map_err(io::Error::from)
}

fn keep_reading(shared: &Shared, path: &Path, first: BufReader<UnixStream>) {
    let mut reader = Some(first);
    loop {
        if let Some(open) = reader.take() {
            read_until_lost(shared, open);
        }
        match shake_hands(path) {
            Ok(connection) => {
                let mut state = whole(shared.state.lock());
                if state.closing {
                    return;
                }
                state.link = Link::Up;
                state.writer = Some(connection.writer);
                state.ends_with_last_viewer = connection.ends_with_last_viewer;
                reader = Some(connection.reader);
                shared.changed.notify_all();
                continue;
            }
            Err(Failed::Unwelcome(because)) => {
                let mut state = whole(shared.state.lock());
                push(&mut state, News::Unwelcome { because });
                shared.changed.notify_all();
                return;
            }
            Err(Failed::Io(_)) => {}
        }
        let state = whole(shared.state.lock());
        if state.closing {
            return;
        }
        let (state, _) = whole(shared.changed.wait_timeout(state, AGAIN));
        if state.closing {
            return;
        }
    }
}

fn read_until_lost(shared: &Shared, mut reader: BufReader<UnixStream>) {
    while let Ok(heard) = hear(&mut reader) {
        let mut state = whole(shared.state.lock());
        match heard {
            // Whatever was there and not taken yet is old now.
            FromGym::Picture(snapshot) => state.latest = Some(Box::new(snapshot)),
            FromGym::Answer { request, refused } => {
                push(&mut state, News::Answer { request, refused });
            }
            FromGym::Ended { words } => push(&mut state, News::Ended { words }),
            FromGym::Unwelcome { because } => push(&mut state, News::Unwelcome { because }),
            FromGym::Welcome { .. } => {}
        }
        shared.changed.notify_all();
    }
    let mut state = whole(shared.state.lock());
    state.writer = None;
    state.link = Link::Lost {
        since: clock::boot_nanos(),
    };
    shared.changed.notify_all();
}

fn push(state: &mut State, news: News) {
    if state.news.len() == NEWS_AT_MOST {
        state.news.pop_front();
    }
    state.news.push_back(news);
}
