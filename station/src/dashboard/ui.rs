//! This viewer's own state: what is selected, what is asked, what was sent. Nothing of the gym is kept here.

use std::collections::VecDeque;
use std::time::Duration;

use super::dialog::Dialog;
use super::view::Seen;
use crate::gym::messages::{Ask, FromViewer, Request};

/// How long a remark stays.
const REMARK_FOR: Duration = Duration::from_secs(8);
/// How long a stop may go unheard before the screen says that the gym does not answer.
const STOP_HEARD_WITHIN: Duration = Duration::from_secs(2);
/// How long a stop that went unheard is spoken of.
const STOP_REMEMBERED: Duration = Duration::from_mins(1);
/// How many requests on their way are remembered.
const SENT_AT_MOST: usize = 64;

/// Which view is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// All stations.
    Wall,
    /// The selected station by itself.
    Station,
}

/// What the dashboard has to say about the last key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// In words.
    pub text: String,
    /// Whether it must not be overlooked.
    pub loud: bool,
    /// When it was made, in nanoseconds of `CLOCK_BOOTTIME`.
    pub at: u64,
}

/// A request on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Sent {
    number: u64,
    /// The station that it is about; 0 is the gym.
    place: u8,
    what: String,
    is_stop: bool,
    is_end: bool,
}

/// How a stop stands, as this viewer can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopState {
    /// The key was pressed, the gym has not shown it yet.
    Asked,
    /// The key was pressed and the gym does not answer.
    Unheard,
    /// The gym has it; its bytes are not written yet.
    Taken,
    /// Its bytes were written, the machine has not confirmed, for so long.
    Sent(Duration),
    /// The machine reported neither load nor motion, so long ago.
    Confirmed(Duration),
}

/// This viewer's own state.
#[derive(Debug, Clone)]
pub struct Ui {
    /// The selected station's number. Only a key that selects changes it.
    pub selected: u8,
    /// Which view is open.
    pub screen: Screen,
    /// What stands over it.
    pub dialog: Option<Dialog>,
    /// What is to be said about the last key.
    pub remark: Option<Remark>,
    /// How many stations stand beside each other on the wall, for the arrows; set by the drawing loop.
    pub columns: u8,
    /// The gym was asked to end: since when.
    pub ending: Option<u64>,
    pub(super) stop_presses: Vec<u64>,
    pub(super) emergency_armed: Option<u64>,
    stops: Vec<(u8, u64)>,
    sent: VecDeque<Sent>,
    next_number: u64,
}

impl Default for Ui {
    fn default() -> Self {
        Self {
            selected: 1,
            screen: Screen::Wall,
            dialog: None,
            remark: None,
            columns: 2,
            ending: None,
            stop_presses: Vec::new(),
            emergency_armed: None,
            stops: Vec::new(),
            sent: VecDeque::new(),
            next_number: 1,
        }
    }
}

impl Ui {
    /// Whether letters are text now, so that only F8 stops.
    #[must_use]
    pub fn is_typing(&self) -> bool {
        self.dialog.as_ref().is_some_and(Dialog::is_typing)
    }

    /// Says something about the last key.
    pub fn say(&mut self, seen: &Seen<'_>, text: impl Into<String>) {
        self.remark = Some(Remark {
            text: text.into(),
            loud: false,
            at: seen.now,
        });
    }

    /// Says something that must not be overlooked.
    pub fn shout(&mut self, seen: &Seen<'_>, text: impl Into<String>) {
        self.remark = Some(Remark {
            text: text.into(),
            loud: true,
            at: seen.now,
        });
    }

    /// What is to be said now.
    #[must_use]
    pub fn remark(&self, now: u64) -> Option<&Remark> {
        self.remark
            .as_ref()
            .filter(|remark| Duration::from_nanos(now.saturating_sub(remark.at)) < REMARK_FOR)
    }

    /// A request to the gym with what was seen, numbered and remembered.
    pub fn request(&mut self, seen: &Seen<'_>, station: u8, ask: Ask, what: &str) -> FromViewer {
        self.request_of(seen, station, (station, ask), what)
    }

    /// The same, as one of those that a question about `place` asked for; 0 is the gym.
    pub(super) fn request_of(
        &mut self,
        seen: &Seen<'_>,
        place: u8,
        (station, ask): (u8, Ask),
        what: &str,
    ) -> FromViewer {
        let number = self.next_number;
        self.next_number += 1;
        if self.sent.len() == SENT_AT_MOST {
            self.sent.pop_front();
        }
        self.sent.push_back(Sent {
            number,
            place,
            what: what.to_owned(),
            is_stop: matches!(ask, Ask::Stop | Ask::StopAll | Ask::EmergencyStop),
            is_end: ask == Ask::EndGym,
        });
        FromViewer::Ask(Request {
            number,
            snapshot: seen.snapshot.map_or(0, |snapshot| snapshot.number),
            station,
            session: seen.session(station).map(str::to_owned),
            ask,
        })
    }

    /// What became of a request.
    pub fn answered(&mut self, seen: &Seen<'_>, number: u64, refused: Option<&str>) {
        let Some(index) = self.sent.iter().position(|sent| sent.number == number) else {
            return;
        };
        let Some(sent) = self.sent.remove(index) else {
            return;
        };
        let place = match sent.place {
            0 => "gym".to_owned(),
            station => format!("station {station}"),
        };
        match refused {
            // How far a stop has come stands in its tile; "taken" beside it could be read as "done".
            None if sent.is_stop => {}
            None => self.say(seen, format!("{place}: {}: taken", sent.what)),
            Some(because) => {
                if sent.is_end {
                    self.ending = None;
                }
                self.shout(seen, format!("{place}: {} NOT done: {because}", sent.what));
            }
        }
    }

    /// A stop was asked for here.
    pub(super) fn stop_asked(&mut self, station: u8, now: u64) {
        self.stops.retain(|(there, _)| *there != station);
        self.stops.push((station, now));
    }

    /// A message could not be written: the socket is gone. A stop that was not sent is said aloud, and never shown as asked for.
    pub fn not_sent(&mut self, seen: &Seen<'_>, message: &FromViewer) {
        let FromViewer::Ask(Request { ask, station, .. }) = message else {
            return;
        };
        match ask {
            Ask::StopAll => self.stops.clear(),
            Ask::Stop | Ask::EmergencyStop => self.stops.retain(|(there, _)| there != station),
            Ask::Open { .. }
            | Ask::MoveTo { .. }
            | Ask::Bind { .. }
            | Ask::Act(_)
            | Ask::Close
            | Ask::EndGym => {
                self.ending = None;
                self.shout(seen, "NOT sent: no connection to the gym");
                return;
            }
        }
        self.shout(
            seen,
            "STOP NOT SENT: no connection to the gym. Use the stop button at the machine!",
        );
    }

    /// How the last stop of a station stands; `None` where there is nothing to tell.
    #[must_use]
    pub fn stop_state(&self, seen: &Seen<'_>, station: u8) -> Option<StopState> {
        let progress = seen.station(station)?.stop;
        let unheard = self
            .stops
            .iter()
            .find(|(there, pressed)| *there == station && !is_heard(seen, station, *pressed));
        if let Some((_, pressed)) = unheard {
            return if waited(seen, *pressed) < STOP_HEARD_WITHIN {
                Some(StopState::Asked)
            } else {
                Some(StopState::Unheard)
            };
        }
        let progress = progress?;
        match (progress.sent, progress.confirmed) {
            (_, Some(confirmed)) => Some(StopState::Confirmed(seen.age(confirmed))),
            (Some(sent), None) => Some(StopState::Sent(seen.age(sent))),
            (None, None) => Some(StopState::Taken),
        }
    }

    /// What time and pictures alone do: questions time out to No, a half chord is forgotten, and so is a stop that the gym has shown. From
    /// then on the gym's word alone tells how it stands, also where that ends with the session.
    pub fn tick(&mut self, seen: &Seen<'_>) {
        self.stops.retain(|(station, pressed)| {
            waited(seen, *pressed) < STOP_REMEMBERED && !is_heard(seen, *station, *pressed)
        });
        let timed_out = self
            .dialog
            .as_ref()
            .is_some_and(|dialog| dialog.has_timed_out(seen.now));
        if timed_out {
            self.dialog = None;
            self.say(seen, "no answer: nothing was done");
        }
        if self
            .emergency_armed
            .is_some_and(|armed| seen.now.saturating_sub(armed) > super::update::CHORD_WITHIN)
        {
            self.emergency_armed = None;
        }
    }
}

fn waited(seen: &Seen<'_>, pressed: u64) -> Duration {
    Duration::from_nanos(seen.now.saturating_sub(pressed))
}

/// Whether the gym shows the stop of that press, or a later one.
fn is_heard(seen: &Seen<'_>, station: u8, pressed: u64) -> bool {
    let shown = seen.station(station).and_then(|station| station.stop);
    // The gym's stamp may lie a little before ours: both clocks are one, but the picture was taken meanwhile.
    let at = seen
        .snapshot
        .map(|snapshot| snapshot.clock.at(pressed.saturating_sub(500_000_000)));
    shown
        .zip(at)
        .is_some_and(|(progress, at)| progress.asked >= at)
}
