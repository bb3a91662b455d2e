//! The one shape of every codec: bytes in pieces of any size go in, messages and named errors come out, each with its
//! place in the stream.

use serde::Serialize;

use crate::vocabulary::{
    BeatsPerMinute, MetresPerSecond, OxygenSaturation, PercentGrade, RevolutionsPerMinute, Watts,
};

/// A decoder of one direction of one wire format.
///
/// Authors: keep a bounded buffer, never index unchecked, resynchronise after any garbage within the sheet's bound, and give
/// the same items in the same order however the bytes are split.
pub trait Decoder {
    /// What a whole, valid frame says.
    type Message;

    /// Takes bytes and hands every message and error that they complete to `sink`, in the order of the stream.
    fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Decoded<Self::Message>));

    /// How many bytes were noise that the format skips in silence.
    fn skipped(&self) -> u64;

    /// Forgets everything unfinished, as after a port was opened anew. Counters and offsets go on.
    fn reset(&mut self);
}

/// One thing that a decoder found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decoded<M> {
    /// Where its first byte lies, counted from the first byte ever fed.
    pub offset: u64,
    /// What it is.
    pub content: Result<M, WireError>,
}

/// Why bytes are no message, in the sheets' own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WireErrorKind {
    /// A whole frame whose check does not hold.
    Checksum,
    /// Bytes that break the frame's form.
    Framing,
    /// The device refused a value.
    OutOfRange,
    /// The device refused a command.
    IllegalCommand,
}

/// An error on the wire, with how many bytes were lost to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WireError {
    /// What is wrong.
    pub kind: WireErrorKind,
    /// Bytes that belong to the error and are used for nothing.
    pub skipped_bytes: u32,
}

/// What one message tells, as `station decode` prints it: every field the wire format can carry is `Present` or `Missing`,
/// and one that it does not carry is `Absent`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Report<'a> {
    /// The message's name in the protocol's own words, snake case.
    pub message: &'static str,
    /// Heart or pulse rate.
    pub heart_rate: Field<BeatsPerMinute>,
    /// Saturation.
    pub saturation: Field<OxygenSaturation>,
    /// Samples of the plethysmogram in the order of the wire; empty where the format has none.
    pub plethysmogram: &'a [u16],
    /// Power.
    pub power: Field<Watts>,
    /// Cadence.
    pub cadence: Field<RevolutionsPerMinute>,
    /// Speed.
    pub speed: Field<MetresPerSecond>,
    /// Grade.
    pub grade: Field<PercentGrade>,
    /// Quality words, sorted by alphabet; `None` where the format has none to give.
    pub quality: Option<&'a [&'static str]>,
}

/// One field of a [`Report`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field<T> {
    /// The message does not carry it.
    Absent,
    /// The message carries it, and it says "none".
    Missing,
    /// The message carries it.
    Present(T),
}

impl Report<'_> {
    /// A report that carries nothing but its name.
    #[must_use]
    pub const fn named(message: &'static str) -> Self {
        Self {
            message,
            heart_rate: Field::Absent,
            saturation: Field::Absent,
            plethysmogram: &[],
            power: Field::Absent,
            cadence: Field::Absent,
            speed: Field::Absent,
            grade: Field::Absent,
            quality: None,
        }
    }
}

/// Bytes do not fit where they were to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoRoom;

impl core::fmt::Display for NoRoom {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("the buffer is too small for the frame")
    }
}

impl core::error::Error for NoRoom {}
