//! One whole value after the other, as a stream.

use core::marker::PhantomData;

use crate::wire::{Decoded, Decoder, WireError, WireErrorKind};

/// The most bytes of a value (the attribute protocol's own limit, recalled).
pub const LONGEST_VALUE: usize = 512;

/// What a characteristic's value says.
pub trait Value: Sized {
    /// Reads one whole value.
    ///
    /// # Errors
    /// [`WireErrorKind::Framing`] where it is too short for its flags; what else may be wrong, the characteristic says.
    fn from_value(value: &[u8]) -> Result<Self, WireErrorKind>;
}

/// Values out of a stream whose owner says where each ends. What is fed goes to the value that is coming in, in pieces of any
/// size; [`Self::end_of_value`] is what gives it. Bytes above [`LONGEST_VALUE`] are ignored, as everything is that no flag
/// announces.
#[derive(Debug, Clone)]
pub struct ValueDecoder<V> {
    value: [u8; LONGEST_VALUE],
    /// Bytes of it that came, also those that did not fit.
    length: usize,
    /// Offset of its first byte.
    offset: u64,
    kind: PhantomData<fn() -> V>,
}

impl<V: Value> ValueDecoder<V> {
    /// A decoder that has seen nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            value: [0; LONGEST_VALUE],
            length: 0,
            offset: 0,
            kind: PhantomData,
        }
    }

    /// The value is whole: hands on what it says, or one error over all its bytes. Nothing where there is none.
    pub fn end_of_value(&mut self, sink: &mut dyn FnMut(Decoded<V>)) {
        if self.length == 0 {
            return;
        }
        let value = self.value.get(..self.length).unwrap_or(&self.value);
        let skipped_bytes = u32::try_from(self.length).unwrap_or(u32::MAX);
        let content = V::from_value(value).map_err(|kind| WireError {
            kind,
            skipped_bytes,
        });
        let offset = self.offset;
        self.reset();
        sink(Decoded { offset, content });
    }
}

impl<V: Value> Default for ValueDecoder<V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<V: Value> Decoder for ValueDecoder<V> {
    type Message = V;

    /// Takes bytes of a value. A value is told by [`Self::end_of_value`], never by its bytes: nothing goes to `sink`.
    fn feed(&mut self, bytes: &[u8], _sink: &mut dyn FnMut(Decoded<V>)) {
        let slots = self.value.iter_mut().skip(self.length);
        for (slot, byte) in slots.zip(bytes) {
            *slot = *byte;
        }
        self.length = self.length.saturating_add(bytes.len());
    }

    fn skipped(&self) -> u64 {
        0
    }

    fn reset(&mut self) {
        let length = u64::try_from(self.length).unwrap_or(u64::MAX);
        self.offset = self.offset.saturating_add(length);
        self.length = 0;
    }
}
