//! Numbers out of a value and into one, in their order.

use crate::wire::{NoRoom, WireErrorKind};

/// What is left of a value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    pub(crate) const fn new(value: &'a [u8]) -> Self {
        Self(value)
    }

    pub(crate) fn u8(&mut self) -> Result<u8, WireErrorKind> {
        self.bytes().map(u8::from_le_bytes)
    }

    pub(crate) fn u16(&mut self) -> Result<u16, WireErrorKind> {
        self.bytes().map(u16::from_le_bytes)
    }

    pub(crate) fn i16(&mut self) -> Result<i16, WireErrorKind> {
        self.bytes().map(i16::from_le_bytes)
    }

    pub(crate) fn u24(&mut self) -> Result<u32, WireErrorKind> {
        let [low, middle, high] = self.bytes()?;
        Ok(u32::from_le_bytes([low, middle, high, 0]))
    }

    /// The next field where it is there.
    pub(crate) fn when<T>(
        &mut self,
        is_there: bool,
        read: impl FnOnce(&mut Self) -> Result<T, WireErrorKind>,
    ) -> Result<Option<T>, WireErrorKind> {
        if is_there {
            read(self).map(Some)
        } else {
            Ok(None)
        }
    }

    /// What is left.
    pub(crate) const fn rest(&self) -> &'a [u8] {
        self.0
    }

    fn bytes<const BYTES: usize>(&mut self) -> Result<[u8; BYTES], WireErrorKind> {
        let (bytes, rest) = self.0.split_first_chunk().ok_or(WireErrorKind::Framing)?;
        self.0 = rest;
        Ok(*bytes)
    }
}

/// Writes a value into a caller's buffer.
#[derive(Debug)]
pub(crate) struct Writer<'a> {
    buffer: &'a mut [u8],
    length: usize,
}

impl<'a> Writer<'a> {
    pub(crate) const fn new(buffer: &'a mut [u8]) -> Self {
        Self { buffer, length: 0 }
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> Result<(), NoRoom> {
        let end = self.length.saturating_add(bytes.len());
        let slots = self.buffer.get_mut(self.length..end).ok_or(NoRoom)?;
        slots.copy_from_slice(bytes);
        self.length = end;
        Ok(())
    }

    /// The lowest three bytes of a number, or nothing.
    pub(crate) fn u24(&mut self, number: Option<u32>) -> Result<(), NoRoom> {
        let Some([low, middle, high, _]) = number.map(u32::to_le_bytes) else {
            return Ok(());
        };
        self.bytes(&[low, middle, high])
    }

    /// Two bytes of a number, or nothing.
    pub(crate) fn u16(&mut self, number: Option<u16>) -> Result<(), NoRoom> {
        number.map_or(Ok(()), |number| self.bytes(&number.to_le_bytes()))
    }

    /// Two bytes of a signed number, or nothing.
    pub(crate) fn i16(&mut self, number: Option<i16>) -> Result<(), NoRoom> {
        number.map_or(Ok(()), |number| self.bytes(&number.to_le_bytes()))
    }

    /// A byte, or nothing.
    pub(crate) fn u8(&mut self, number: Option<u8>) -> Result<(), NoRoom> {
        number.map_or(Ok(()), |number| self.bytes(&[number]))
    }

    pub(crate) fn finish(self) -> Result<&'a [u8], NoRoom> {
        let Self { buffer, length } = self;
        buffer.get(..length).ok_or(NoRoom)
    }
}
