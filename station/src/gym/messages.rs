//! What a viewer and the gym say to each other over the socket: one JSON object a line, each way.

use control::input::Action;
use serde::{Deserialize, Serialize};

use super::snapshot::Snapshot;

/// The version of this conversation. Another one is refused at the handshake.
pub const VERSION: u32 = 4;

/// What a viewer says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(
    clippy::large_enum_variant,
    reason = "one at a time, from a person's key"
)]
pub enum FromViewer {
    /// First of all.
    Hello {
        /// [`VERSION`].
        version: u32,
        /// The program's version, for the log.
        program: String,
    },
    /// The viewer is alive: at least once a second.
    Alive,
    /// A person asks for something.
    Ask(Request),
    /// The person leaves on purpose.
    Leave,
}

/// What the gym says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum FromGym {
    /// The handshake is good.
    Welcome {
        /// [`VERSION`].
        version: u32,
        /// Where the record is.
        record: String,
        /// Whether the gym ends its sessions when its last viewer has gone (the demonstration).
        ends_with_last_viewer: bool,
    },
    /// The handshake is not good; the connection closes.
    Unwelcome {
        /// Why, and what to do.
        because: String,
    },
    /// The gym now.
    Picture(Snapshot),
    /// What became of a request.
    Answer {
        /// The request's own number.
        request: u64,
        /// `None`: taken. Else why not, for the person.
        refused: Option<String>,
    },
    /// The gym has ended every session and closes.
    Ended {
        /// What the person should know: where the record is and how to look at it.
        words: String,
    },
}

/// What a person asks for, with what they saw when they asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// Counted by the viewer.
    pub number: u64,
    /// The snapshot that was on the screen. One older than 2 s is refused, but for a stop.
    pub snapshot: u64,
    /// Which station; 0 for the whole gym.
    pub station: u8,
    /// The session that was on the screen at that station.
    pub session: Option<String>,
    /// What is asked for.
    pub ask: Ask,
}

/// What can be asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(
    clippy::large_enum_variant,
    reason = "one at a time, from a person's key"
)]
pub enum Ask {
    /// Stop this station. Always taken, whatever was seen.
    Stop,
    /// Stop every station. Always taken.
    StopAll,
    /// The emergency stop of this station: relay and fastest stop. Always taken.
    EmergencyStop,
    /// Begin a session with this patient and prescription; both identifiers were shown and confirmed.
    Open {
        /// The patient's pseudonym.
        patient: String,
        /// The second identifier as it was confirmed.
        second_identifier: String,
        /// The prescription's id.
        prescription: String,
        /// Names of the sensors bound to the patient.
        sensors: Vec<String>,
    },
    /// Go on with the session's next bout at another station, with the same sensors, confirmed.
    MoveTo {
        /// That station's number.
        station: u8,
        /// The prescription for the next bout.
        prescription: String,
    },
    /// Bind a sensor to this station's patient, or take it off.
    Bind {
        /// The sensor's name.
        sensor: String,
        /// Bound from now on, or free.
        bound: bool,
    },
    /// What the core takes from a person, but for `Begin` and the stops.
    Act(Action),
    /// The session is over: the patient leaves.
    Close,
    /// The last figures are taken; end every session safely and close the gym (the demonstration's `q`).
    EndGym,
}
