//! What a whole, valid frame says, and how it is put on the wire.

use super::status::Status;
use super::{Direction, EXTENDED_START, MAX_FRAME, STANDARD_START, STOP, STUFF, code};
use crate::wire::NoRoom;

/// Most bytes between a start flag and a checksum: nothing is left of a frame without stuffing but its two flags and its sum.
const MAX_CONTENTS: usize = MAX_FRAME - 3;

/// Who an extended frame is for and from: 00 host, FD default secondary, FF everybody, 01 to FC assignable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Addresses {
    /// Who it is for.
    pub destination: u8,
    /// Who sent it.
    pub source: u8,
}

/// One command of the host, or one answer of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item<'a> {
    /// Its code, one of [`mod@code`] or any other.
    pub code: u8,
    /// Its data; empty for a short command.
    pub data: &'a [u8],
}

/// The items of a frame, in order.
#[derive(Debug, Clone)]
pub struct Items<'a> {
    rest: &'a [u8],
    direction: Direction,
}

/// Why something cannot become part of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PushError {
    /// The frame is full.
    NoRoom,
    /// A short code with data, a long one without a count, or a count that the code's table does not give.
    Form,
}

/// Commands of a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostFrame {
    addresses: Option<Addresses>,
    contents: Contents,
}

/// An answer of a machine, or what it says unasked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MachineFrame {
    addresses: Option<Addresses>,
    contents: Contents,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Contents {
    bytes: [u8; MAX_CONTENTS],
    length: usize,
}

impl HostFrame {
    /// The empty frame, `F1 00 F2`: it asks for the fate of the frame before. Also what commands are pushed into.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            addresses: None,
            contents: Contents::EMPTY,
        }
    }

    /// The same with addresses.
    #[must_use]
    pub const fn addressed(addresses: Addresses) -> Self {
        Self {
            addresses: Some(addresses),
            contents: Contents::EMPTY,
        }
    }

    /// Adds a short command.
    ///
    /// # Errors
    /// [`PushError::Form`] for a code below 80, [`PushError::NoRoom`] where the frame is full; nothing is added then.
    pub fn push_short(&mut self, short: u8) -> Result<(), PushError> {
        if short < code::FIRST_SHORT {
            return Err(PushError::Form);
        }
        self.contents.push(&[short], &[])
    }

    /// Adds a long command with its data.
    ///
    /// # Errors
    /// [`PushError::Form`] for a code of 80 or above or a count that the code's table does not give, [`PushError::NoRoom`]
    /// where the frame is full; nothing is added then.
    pub fn push_long(&mut self, long: u8, data: &[u8]) -> Result<(), PushError> {
        let item = Item { code: long, data };
        if long >= code::FIRST_SHORT || !item.count_fits(Direction::Host) {
            return Err(PushError::Form);
        }
        self.contents.push_counted(item)
    }

    /// Its commands, in order.
    #[must_use]
    pub fn commands(&self) -> Items<'_> {
        Items {
            rest: self.contents.as_slice(),
            direction: Direction::Host,
        }
    }

    /// Who it is for and from; `None` in a standard frame.
    #[must_use]
    pub const fn addresses(&self) -> Option<Addresses> {
        self.addresses
    }

    /// Puts it on the wire: the bytes written stand at the beginning of `buffer`.
    ///
    /// # Errors
    /// [`NoRoom`] where the buffer is too small or stuffing makes the frame longer than [`MAX_FRAME`].
    pub fn encode<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b [u8], NoRoom> {
        encode(self.addresses, self.contents.as_slice(), buffer)
    }

    pub(super) fn from_contents(addresses: Option<Addresses>, contents: &[u8]) -> Option<Self> {
        well_formed(contents, Direction::Host)?;
        Some(Self {
            addresses,
            contents: Contents::copied(contents)?,
        })
    }
}

impl Default for HostFrame {
    fn default() -> Self {
        Self::new()
    }
}

impl MachineFrame {
    /// A bare status. Also what answers are pushed into.
    #[must_use]
    pub fn new(status: Status) -> Self {
        Self::of(None, status)
    }

    /// The same with addresses.
    #[must_use]
    pub fn addressed(addresses: Addresses, status: Status) -> Self {
        Self::of(Some(addresses), status)
    }

    fn of(addresses: Option<Addresses>, status: Status) -> Self {
        let mut contents = Contents::EMPTY;
        if let Some(first) = contents.bytes.first_mut() {
            *first = status.to_byte();
            contents.length = 1;
        }
        Self {
            addresses,
            contents,
        }
    }

    /// Adds one answer.
    ///
    /// # Errors
    /// [`PushError::Form`] for a count that the code's table does not give, [`PushError::NoRoom`] where the frame is full;
    /// nothing is added then.
    pub fn push(&mut self, answered: u8, data: &[u8]) -> Result<(), PushError> {
        let item = Item {
            code: answered,
            data,
        };
        if !item.count_fits(Direction::Machine) {
            return Err(PushError::Form);
        }
        self.contents.push_counted(item)
    }

    /// What the machine says of itself; `None` in an empty frame, `F1 00 F2`, which is not "error".
    #[must_use]
    pub fn status(&self) -> Option<Status> {
        self.contents
            .as_slice()
            .first()
            .map(|byte| Status::from_byte(*byte))
    }

    /// Its answers, in order. What stands inside a wrapper (1A) is one item: [`super::concept2`] takes
    /// it apart.
    #[must_use]
    pub fn items(&self) -> Items<'_> {
        Items {
            rest: self.contents.as_slice().get(1..).unwrap_or_default(),
            direction: Direction::Machine,
        }
    }

    /// The data of the last answer of this code.
    #[must_use]
    pub fn answer(&self, answered: u8) -> Option<&[u8]> {
        self.items()
            .filter(|item| item.code == answered)
            .last()
            .map(|item| item.data)
    }

    /// Who it is for and from; `None` in a standard frame.
    #[must_use]
    pub const fn addresses(&self) -> Option<Addresses> {
        self.addresses
    }

    /// Puts it on the wire: the bytes written stand at the beginning of `buffer`.
    ///
    /// # Errors
    /// [`NoRoom`] where the buffer is too small or stuffing makes the frame longer than [`MAX_FRAME`].
    pub fn encode<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b [u8], NoRoom> {
        encode(self.addresses, self.contents.as_slice(), buffer)
    }

    pub(super) fn from_contents(addresses: Option<Addresses>, contents: &[u8]) -> Option<Self> {
        if let [_status, items @ ..] = contents {
            well_formed(items, Direction::Machine)?;
        }
        Some(Self {
            addresses,
            contents: Contents::copied(contents)?,
        })
    }
}

impl Contents {
    const EMPTY: Self = Self {
        bytes: [0; MAX_CONTENTS],
        length: 0,
    };

    fn copied(from: &[u8]) -> Option<Self> {
        let mut copy = Self::EMPTY;
        copy.bytes.get_mut(..from.len())?.copy_from_slice(from);
        copy.length = from.len();
        Some(copy)
    }

    fn as_slice(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    fn push_counted(&mut self, item: Item<'_>) -> Result<(), PushError> {
        let count = u8::try_from(item.data.len()).map_err(|_| PushError::NoRoom)?;
        self.push(&[item.code, count], item.data)
    }

    fn push(&mut self, head: &[u8], data: &[u8]) -> Result<(), PushError> {
        let free = self.bytes.get_mut(self.length..).ok_or(PushError::NoRoom)?;
        let (head_slot, free) = free
            .split_at_mut_checked(head.len())
            .ok_or(PushError::NoRoom)?;
        let (data_slot, _) = free
            .split_at_mut_checked(data.len())
            .ok_or(PushError::NoRoom)?;
        head_slot.copy_from_slice(head);
        data_slot.copy_from_slice(data);
        self.length += head.len() + data.len();
        Ok(())
    }
}

impl Item<'_> {
    /// Whether the count is the table's, for the items that carry a field of ours; any count for every other.
    fn count_fits(&self, direction: Direction) -> bool {
        let expected = match (direction, self.code) {
            (Direction::Host, code::SET_SPEED | code::SET_GRADE | code::SET_POWER)
            | (
                Direction::Machine,
                code::GET_SPEED | code::GET_CADENCE | code::GET_GRADE | code::GET_POWER,
            ) => 3,
            (Direction::Machine, code::GET_HEART_RATE) => 1,
            _ => return true,
        };
        self.data.len() == expected
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = Item<'a>;

    fn next(&mut self) -> Option<Item<'a>> {
        let (item, rest) = split_item(self.rest, self.direction)?;
        self.rest = rest;
        Some(item)
    }
}

/// The first item and what follows it; `None` where there is none, or its count runs past the end.
fn split_item(contents: &[u8], direction: Direction) -> Option<(Item<'_>, &[u8])> {
    let (&code, rest) = contents.split_first()?;
    if direction == Direction::Host && code >= code::FIRST_SHORT {
        return Some((Item { code, data: &[] }, rest));
    }
    let (&count, rest) = rest.split_first()?;
    let (data, rest) = rest.split_at_checked(count.into())?;
    Some((Item { code, data }, rest))
}

/// The items inside a wrapper, whose codes are others than a frame's; `None` where one is cut short.
pub(super) fn wrapped(contents: &[u8], direction: Direction) -> Option<Items<'_>> {
    let mut rest = contents;
    while !rest.is_empty() {
        (_, rest) = split_item(rest, direction)?;
    }
    Some(Items {
        rest: contents,
        direction,
    })
}

/// `None` where items are cut short, or one of ours has a wrong count.
fn well_formed(mut contents: &[u8], direction: Direction) -> Option<()> {
    while !contents.is_empty() {
        let (item, rest) = split_item(contents, direction)?;
        if !item.count_fits(direction) {
            return None;
        }
        contents = rest;
    }
    Some(())
}

fn encode<'b>(
    addresses: Option<Addresses>,
    contents: &[u8],
    buffer: &'b mut [u8],
) -> Result<&'b [u8], NoRoom> {
    let mut wire = Wire { buffer, length: 0 };
    match addresses {
        None => wire.put(STANDARD_START)?,
        Some(Addresses {
            destination,
            source,
        }) => {
            wire.put(EXTENDED_START)?;
            wire.put_stuffed(destination)?;
            wire.put_stuffed(source)?;
        }
    }
    let mut checksum = 0;
    for byte in contents {
        checksum ^= byte;
        wire.put_stuffed(*byte)?;
    }
    wire.put_stuffed(checksum)?;
    wire.put(STOP)?;
    let Wire { buffer, length } = wire;
    buffer.get(..length).ok_or(NoRoom)
}

/// Bytes as they go out.
struct Wire<'b> {
    buffer: &'b mut [u8],
    length: usize,
}

impl Wire<'_> {
    fn put(&mut self, byte: u8) -> Result<(), NoRoom> {
        if self.length >= MAX_FRAME {
            return Err(NoRoom);
        }
        *self.buffer.get_mut(self.length).ok_or(NoRoom)? = byte;
        self.length += 1;
        Ok(())
    }

    fn put_stuffed(&mut self, byte: u8) -> Result<(), NoRoom> {
        if (EXTENDED_START..=STUFF).contains(&byte) {
            self.put(STUFF)?;
            self.put(byte & 0x03)
        } else {
            self.put(byte)
        }
    }
}
