//! The Ivy 450C vital-signs monitor's stream "ANSAR-B": once a second a frame with a second of waveforms and the numbers as
//! text. Its heart rate is a real ECG's.
//!
//! Line: 9600 baud, 8N1, no handshake; the monitor speaks unasked. A frame is about 570 bytes, 0.6 s on the wire, so a number is
//! up to 1.6 s old when it is in. Sources: mdpnp's reader and its public recording of the stream. That waveform bytes may
//! have any value is \[assumed\], as is that the heart rate is averaged over 8 beats or 4 s (recalled).
//!
//! Promises: a frame is reported whole, at its end. There is **no checksum**: a lost or added byte costs the frame, or its first
//! line, and so the heart rate goes missing; it does not go wrong.
//!
//! Deliberately absent: the meaning of the digit before the first field, which no source tells; readings of the cuff, which the
//! stream repeats each second without their time; the judgement of alarm texts (`LEAD FAULT`, `CHECK LEAD`), which is the
//! driver's: [`Frame::alarm`] hands them on. The host says nothing.

mod decode;
mod frame;
mod numbers;

pub use decode::FrameDecoder;
pub use frame::{
    BloodPressure, Frame, HEAD, LONGEST_FRAME, LONGEST_TEXT, LineName, WAVE_BYTES, Waves,
};
pub use numbers::Numbers;

/// The line's speed.
pub const BAUD: u32 = 9_600;
