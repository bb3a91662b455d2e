//! The Unix socket on which dashboards attach: on a thread of its own, so that no viewer can hold up the gym.
//!
//! Promises: the socket lies in a directory of mode 0700 and is 0600; a peer of another user is turned away; a conversation begins
//! with its version. A viewer gets the latest picture, never a backlog. A stop has a lane of its own to the control thread.
#![expect(
    clippy::disallowed_methods,
    reason = "flush here is of a Unix socket, not of a serial line"
)]

use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt, FileTypeExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{Semaphore, broadcast, mpsc, watch};

use super::messages::{Ask, FromGym, FromViewer, Request, VERSION};
use super::snapshot::Snapshot;

/// A viewer that has not said that it is alive for so long does not count as one.
const ALIVE_FOR: Duration = Duration::from_secs(3);

/// A viewer that has not said that it is alive for so long is let go: where it comes back, it attaches anew.
const GONE_AFTER: Duration = Duration::from_mins(1);

/// Viewers that may be attached at once: what looks on must not take the gym's last file descriptor, which a port needs.
const VIEWERS: usize = 64;

/// A handshake takes no longer.
const HANDSHAKE: Duration = Duration::from_secs(3);

/// The longest line a viewer may send, in bytes: a request is a few hundred.
const LINE_LIMIT: u64 = 64 * 1024;

/// Requests that wait for the control thread; more are refused to their viewer.
const REQUESTS: usize = 64;

/// Why there is no socket.
#[derive(Debug, Error)]
pub enum SocketError {
    /// Another gym serves there.
    #[error("a gym already serves at {0}: attach with `station watch`, or end it first")]
    InUse(PathBuf),
    /// Something else lies there.
    #[error("{0} is no socket and is left as it is: choose another place with --socket")]
    NoSocket(PathBuf),
    /// The directory or socket could not be made.
    #[error("cannot make the socket {path}: choose another place with --socket")]
    Make {
        /// Where.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

/// A request on its way to the control thread.
#[derive(Debug)]
pub struct Asked {
    /// Who gets the answer.
    pub viewer: u64,
    /// What.
    pub request: Request,
}

/// The control thread's ends.
#[derive(Debug)]
pub struct SocketEnds {
    /// Stops, before everything else.
    pub stops: mpsc::Receiver<Asked>,
    /// Everything else.
    pub requests: mpsc::Receiver<Asked>,
    /// How many viewers are alive.
    pub viewers: watch::Receiver<usize>,
    /// The latest picture.
    pub pictures: watch::Sender<Option<Arc<Snapshot>>>,
    /// Answers and last words, to every viewer; each picks its own.
    pub words: broadcast::Sender<Words>,
}

/// What is said to viewers beside pictures.
#[derive(Debug, Clone)]
pub enum Words {
    /// An answer to one viewer.
    Answer {
        /// Whom.
        viewer: u64,
        /// Which request.
        request: u64,
        /// Why not, if not.
        refused: Option<String>,
    },
    /// The gym has ended.
    Ended(String),
}

/// What every viewer is told at the handshake.
#[derive(Debug, Clone)]
pub struct Greeting {
    /// Where the record is.
    pub record: String,
    /// Whether the gym ends with its last viewer.
    pub ends_with_last_viewer: bool,
}

struct Hall {
    stops: mpsc::Sender<Asked>,
    requests: mpsc::Sender<Asked>,
    pictures: watch::Receiver<Option<Arc<Snapshot>>>,
    words: broadcast::Sender<Words>,
    alive: watch::Sender<usize>,
    greeting: Greeting,
    /// One for each viewer that may still attach.
    places: Semaphore,
}

/// Binds the socket; [`serve`] then runs on a thread of its own.
///
/// # Errors
/// [`SocketError`] with what to do.
pub fn bind(path: &Path) -> Result<std::os::unix::net::UnixListener, SocketError> {
    let make = |source| SocketError::Make {
        path: path.to_path_buf(),
        source,
    };
    if let Some(folder) = path.parent()
        && !folder.as_os_str().is_empty()
        && !folder.exists()
    {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .map_err(make)?;
    }
    if std::os::unix::net::UnixStream::connect(path).is_ok() {
        return Err(SocketError::InUse(path.to_path_buf()));
    }
    match fs::symlink_metadata(path) {
        Ok(found) if found.file_type().is_socket() => fs::remove_file(path).map_err(make)?,
        Ok(_) => return Err(SocketError::NoSocket(path.to_path_buf())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(make(error)),
    }
    let listener = std::os::unix::net::UnixListener::bind(path).map_err(make)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).map_err(make)?;
    listener.set_nonblocking(true).map_err(make)?;
    Ok(listener)
}

/// Starts the socket's thread.
///
/// # Errors
/// What the system said where no thread or reactor could be made.
pub fn serve(
    listener: std::os::unix::net::UnixListener,
    greeting: Greeting,
) -> io::Result<SocketEnds> {
    let (stops, stops_out) = mpsc::channel(REQUESTS);
    let (requests, requests_out) = mpsc::channel(REQUESTS);
    let (pictures_in, pictures) = watch::channel(None);
    let (alive, viewers) = watch::channel(0);
    let (words, _) = broadcast::channel(256);
    let hall = Arc::new(Hall {
        stops,
        requests,
        pictures,
        words: words.clone(),
        alive,
        greeting,
        places: Semaphore::new(VIEWERS),
    });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    std::thread::Builder::new()
        .name("station-viewers".to_owned())
        .spawn(move || {
            runtime.block_on(receive_viewers(listener, hall));
        })?;
    Ok(SocketEnds {
        stops: stops_out,
        requests: requests_out,
        viewers,
        pictures: pictures_in,
        words,
    })
}

async fn receive_viewers(listener: std::os::unix::net::UnixListener, hall: Arc<Hall>) {
    let listener = match UnixListener::from_std(listener) {
        Ok(listener) => listener,
        Err(error) => {
            tracing::error!(%error, "no dashboard can attach");
            return;
        }
    };
    let mut viewer = 0_u64;
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                viewer += 1;
                tokio::spawn(attend(stream, viewer, Arc::clone(&hall)));
            }
            Err(error) => {
                tracing::warn!(%error, "a dashboard could not attach");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

/// Counts one live viewer for as long as it is held.
struct Alive<'a>(&'a Hall);

impl<'a> Alive<'a> {
    fn new(hall: &'a Hall) -> Self {
        hall.alive.send_modify(|count| *count += 1);
        Self(hall)
    }
}

impl Drop for Alive<'_> {
    fn drop(&mut self) {
        self.0
            .alive
            .send_modify(|count| *count = count.saturating_sub(1));
    }
}

async fn attend(stream: UnixStream, viewer: u64, hall: Arc<Hall>) {
    let own = rustix::process::getuid().as_raw();
    if stream.peer_cred().map(|peer| peer.uid()).ok() != Some(own) {
        tracing::warn!(viewer, "a peer of another user was turned away");
        return;
    }
    let (input, mut output) = stream.into_split();
    let mut lines = Lines::of(input);
    let place = hall.places.try_acquire();
    let hello = tokio::time::timeout(HANDSHAKE, lines.next()).await;
    let answer = match hello {
        _ if place.is_err() => FromGym::Unwelcome {
            because: format!("{VIEWERS} dashboards are attached already: close one first"),
        },
        Ok(Some(FromViewer::Hello {
            version: VERSION, ..
        })) => FromGym::Welcome {
            version: VERSION,
            record: hall.greeting.record.clone(),
            ends_with_last_viewer: hall.greeting.ends_with_last_viewer,
        },
        Ok(Some(FromViewer::Hello { version, .. })) => FromGym::Unwelcome {
            because: format!(
                "this gym speaks version {VERSION}, the dashboard {version}: use the same Station for both"
            ),
        },
        _ => FromGym::Unwelcome {
            because: "a dashboard says its version first".to_owned(),
        },
    };
    let welcome = matches!(answer, FromGym::Welcome { .. });
    if say(&mut output, &answer).await.is_err() || !welcome {
        return;
    }
    let words = hall.words.subscribe();
    let (own_words, own_words_out) = mpsc::channel(REQUESTS);
    let pictures = hall.pictures.clone();
    let mut hears = pin!(hear(&mut lines, viewer, &hall, own_words));
    tokio::select! {
        () = &mut hears => {}
        ended = tell(&mut output, viewer, pictures, words, own_words_out) => {
            if !ended {
                // Nobody listens there any more; what was said before, a stop perhaps, still counts.
                let _all_heard = tokio::time::timeout(ALIVE_FOR, hears).await;
            }
        }
    }
}

/// Hears one viewer until it leaves, or has been silent for long. It counts as alive while it says so.
async fn hear(lines: &mut Lines, viewer: u64, hall: &Hall, own_words: mpsc::Sender<FromGym>) {
    let mut alive = Some(Alive::new(hall));
    let mut silent_for = Duration::ZERO;
    loop {
        let heard = tokio::time::timeout(ALIVE_FOR, lines.next()).await;
        if heard.is_ok() {
            silent_for = Duration::ZERO;
        }
        match heard {
            Err(_) => {
                alive = None;
                silent_for += ALIVE_FOR;
                if silent_for >= GONE_AFTER {
                    return;
                }
            }
            Ok(None | Some(FromViewer::Leave)) => return,
            Ok(Some(FromViewer::Alive | FromViewer::Hello { .. })) => {
                if alive.is_none() {
                    alive = Some(Alive::new(hall));
                }
            }
            Ok(Some(FromViewer::Ask(request))) => {
                let is_stop = matches!(request.ask, Ask::Stop | Ask::StopAll | Ask::EmergencyStop);
                let number = request.number;
                let lane = if is_stop { &hall.stops } else { &hall.requests };
                let taken = if is_stop {
                    lane.send(Asked { viewer, request }).await.is_ok()
                } else {
                    lane.try_send(Asked { viewer, request }).is_ok()
                };
                if !taken {
                    let refused = Some("the gym is busy; repeat".to_owned());
                    let answer = FromGym::Answer {
                        request: number,
                        refused,
                    };
                    if own_words.send(answer).await.is_err() {
                        return;
                    }
                }
            }
        }
    }
}

/// Tells one viewer the latest picture and its answers until it is gone, or until the gym has ended, and says whether that is why.
async fn tell(
    output: &mut OwnedWriteHalf,
    viewer: u64,
    mut pictures: watch::Receiver<Option<Arc<Snapshot>>>,
    mut words: broadcast::Receiver<Words>,
    mut own_words: mpsc::Receiver<FromGym>,
) -> bool {
    pictures.mark_changed();
    let mut drawn = true;
    loop {
        let message = tokio::select! {
            biased;
            word = words.recv() => match word {
                Ok(Words::Answer { viewer: whom, request, refused }) if whom == viewer => FromGym::Answer { request, refused },
                Ok(Words::Answer { .. }) | Err(broadcast::error::RecvError::Lagged(_)) => continue,
                Ok(Words::Ended(words)) => FromGym::Ended { words },
                Err(broadcast::error::RecvError::Closed) => return true,
            },
            Some(answer) = own_words.recv() => answer,
            changed = pictures.changed(), if drawn => {
                // The control thread has ended: the last words are still to come.
                drawn = changed.is_ok();
                if !drawn {
                    continue;
                }
                let picture = pictures.borrow_and_update().clone();
                match picture {
                    Some(picture) => FromGym::Picture(Snapshot::clone(&picture)),
                    None => continue,
                }
            }
        };
        let last = matches!(message, FromGym::Ended { .. });
        if say(output, &message).await.is_err() {
            return false;
        }
        if last {
            return true;
        }
    }
}

async fn say(output: &mut OwnedWriteHalf, message: &FromGym) -> io::Result<()> {
    let mut line = serde_json::to_vec(message).map_err(io::Error::other)?;
    line.push(b'\n');
    output.write_all(&line).await?;
    output.flush().await
}

/// What a viewer says, line by line.
struct Lines {
    reader: BufReader<OwnedReadHalf>,
    /// The line so far: half of one waits here for its other half, however long that takes.
    line: Vec<u8>,
}

impl Lines {
    fn of(input: OwnedReadHalf) -> Self {
        Self {
            reader: BufReader::new(input),
            line: Vec::new(),
        }
    }

    /// The next whole message; `None` where the viewer has gone or does not speak our language. Nothing is lost where this is not
    /// waited for to its end.
    async fn next(&mut self) -> Option<FromViewer> {
        let room = LINE_LIMIT.saturating_sub(u64::try_from(self.line.len()).ok()?);
        let mut reader = (&mut self.reader).take(room);
        reader.read_until(b'\n', &mut self.line).await.ok()?;
        let line = std::mem::take(&mut self.line);
        serde_json::from_slice(line.strip_suffix(b"\n")?).ok()
    }
}

#[cfg(test)]
mod tests;
