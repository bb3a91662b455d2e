//! The questions, in the order in which they are asked.
//!
//! Authors: a question is in its sheet among those that read. It is also harmless to everybody else who may stand at the other end, at
//! any rate: the tests take it apart bit by bit. So no `ST` (an ergoline starts at a line's S), no `servo` (or at s), no `G1` (a Medlab
//! board changes its lead), no `Y00` (its check sum holds a 5, the board's notch), no `USB` (a `WaterRower` speaks from then on).

use core::time::Duration;

use super::answers::{self, Judgement};
use super::lines::{B2400, B4800, B9600, B19200, B57600, B115200};
use crate::port::LineSettings;

/// How long an answer may take if its sheet says nothing else.
const USUAL: Duration = Duration::from_millis(600);

/// One protocol's questions at one line setting.
#[derive(Clone, Copy)]
pub struct Probe {
    /// Whose questions they are, for people.
    pub protocol: &'static str,
    /// How the line is set.
    pub line: LineSettings,
    /// The first goes to whoever is there; each further one only where the answers so far fit.
    pub questions: &'static [&'static [u8]],
    /// How long each answer may take.
    pub wait: Duration,
    /// Whether the question itself can be an answer to it, and no echo: only where nothing echoed before.
    pub(super) repeats: bool,
    /// What the answers so far come to; one entry for each question asked.
    pub(super) judge: fn(&[Vec<u8>]) -> Option<Judgement>,
}

const fn probe(
    protocol: &'static str,
    line: LineSettings,
    questions: &'static [&'static [u8]],
    judge: fn(&[Vec<u8>]) -> Option<Judgement>,
) -> Probe {
    Probe {
        protocol,
        line,
        questions,
        wait: USUAL,
        repeats: false,
        judge,
    }
}

/// The question to an old cockpit of Daum's first dialect.
const fn daum_of_old(line: LineSettings) -> Probe {
    Probe {
        repeats: true,
        ..probe(
            "daum-classic",
            line,
            DAUM_CLASSIC_OLD,
            answers::daum_classic_old,
        )
    }
}

/// `GETSTATUS`, `GETVERSION`.
const CSAFE: &[&[u8]] = &[&[0xF1, 0x80, 0x80, 0xF2], &[0xF1, 0x91, 0x91, 0xF2]];
/// `C0`: does the belt run; `C4`: the elevation that was set, which Woodway's dialect does not know; `C0` again.
const BELT: &[&[u8]] = &[&[0xC0], &[0xC4], &[0xC0]];
/// An empty line clears what questions before have left in the machine's buffer.
const ERGOLINE: &[&[u8]] = &[b"\rI\r", b"I\r"];
const MONARK: &[&[u8]] = &[b"\rid\r", b"id\r"];
const KETTLER: &[&[u8]] = &[b"\r\nID\r\n", b"VE\r\n", b"id\r\n"];
const HRMI: &[&[u8]] = &[b"\rV\r", b"G 1\r"];
const DAUM_CLASSIC: &[&[u8]] = &[&[0x11], &[0x11]];
/// Old cockpits want a byte more; at address 0 they answer with these two.
const DAUM_CLASSIC_OLD: &[&[u8]] = &[&[0x11, 0x00], &[0x11, 0x00]];
/// `V00`, `V70`, each with the acknowledgement without which the machine repeats its answer.
const DAUM_PREMIUM: &[&[u8]] = &[b"\x01V0082\x17", &[0x06], b"\x01V7089\x17", &[0x06]];
/// Model, device id.
const CONTEC_9: &[&[u8]] = &[
    &[0x7D, 0x81, 0xA8, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80],
    &[0x7D, 0x81, 0xAA, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80],
];
/// Version, capabilities.
const ANT: &[&[u8]] = &[
    &[0xA4, 0x02, 0x4D, 0x00, 0x3E, 0xD5],
    &[0xA4, 0x02, 0x4D, 0x00, 0x54, 0xBF],
];
/// Model and version, which it tells in use alone: until `USB` it refuses it, and is not begun by it.
const WATERROWER: &[&[u8]] = &[b"\r\nIV?\r\n", b"IV?\r\n"];
const COMPUTRAINER: &[&[u8]] = &[b"RacerMate"];

/// All of them, likeliest first, those of one line setting together: each change of the line costs time.
pub const PROBES: &[Probe] = &[
    probe("csafe", B9600, CSAFE, answers::csafe),
    probe("daum-premium", B9600, DAUM_PREMIUM, answers::daum_premium),
    probe("kettler", B9600, KETTLER, answers::kettler),
    probe("polar-hrmi", B9600, HRMI, answers::polar_hrmi),
    probe("ergoline", B9600, ERGOLINE, answers::ergoline),
    // Not behind the other Daum: the end of one question and the next would be two 03 to a Nellcor at twice the rate, its menu.
    probe("daum-classic", B9600, DAUM_CLASSIC, answers::daum_classic),
    probe("trackmaster", B9600, BELT, answers::belt),
    // Not right behind the other dialect, for the same reason.
    daum_of_old(B9600),
    probe("trackmaster", B4800, BELT, answers::belt),
    probe("ergoline", B4800, ERGOLINE, answers::ergoline),
    // Before the Monark: its `id` begins as two commands of a Daum, which this one finds first.
    daum_of_old(B4800),
    Probe {
        // A Monark may take a second over the first answer.
        wait: Duration::from_secs(1),
        ..probe("monark", B4800, MONARK, answers::monark)
    },
    probe("ant", B115200, ANT, answers::ant),
    probe("contec-9", B115200, CONTEC_9, answers::contec_9),
    probe("waterrower", B19200, WATERROWER, answers::waterrower),
    probe("ant", B57600, ANT, answers::ant),
    probe("kettler", B57600, KETTLER, answers::kettler),
    probe("ergoline", B2400, ERGOLINE, answers::ergoline),
    probe("computrainer", B2400, COMPUTRAINER, answers::computrainer),
];

impl core::fmt::Debug for Probe {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{} at {}", self.protocol, self.line)
    }
}
