//! What a radio answers, and what it tells of its own.

/// The code of a response or an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code(pub u8);

impl Code {
    /// The message was done.
    pub const DONE: Self = Self(0);
    /// The search timed out.
    pub const SEARCH_TIMED_OUT: Self = Self(1);
    /// One period passed without a message.
    pub const RECEIVE_FAILED: Self = Self(2);
    /// A broadcast went out.
    pub const TRANSMITTED: Self = Self(3);
    /// A transfer to us failed.
    pub const TRANSFER_RECEIVE_FAILED: Self = Self(4);
    /// The other radio got the acknowledged data: it does not say that the machine obeys.
    pub const DELIVERED: Self = Self(5);
    /// The other radio did not get the acknowledged data.
    pub const NOT_DELIVERED: Self = Self(6);
    /// The channel is closed.
    pub const CHANNEL_CLOSED: Self = Self(7);
    /// So many periods were missed that the radio searches again (recalled).
    pub const GONE_TO_SEARCH: Self = Self(8);
    /// Two channels wanted the radio at once (recalled).
    pub const COLLISION: Self = Self(9);
    /// The channel is in the wrong state for this.
    pub const WRONG_STATE: Self = Self(21);
    /// The channel is not open.
    pub const NOT_OPEN: Self = Self(22);
    /// The channel has no id.
    pub const NO_ID: Self = Self(24);
    /// A transfer is still going on.
    pub const TRANSFER_IN_PROGRESS: Self = Self(31);
    /// A burst's sequence number is wrong.
    pub const BURST_SEQUENCE: Self = Self(32);
    /// The message is none, or too short.
    pub const INVALID_MESSAGE: Self = Self(40);
    /// There is no such network.
    pub const INVALID_NETWORK: Self = Self(41);

    /// In words, as a fragment of a sentence; `None` for a code that the sheet does not name.
    #[must_use]
    pub const fn words(self) -> Option<&'static str> {
        Some(match self {
            Self::DONE => "done",
            Self::SEARCH_TIMED_OUT => "the search timed out",
            Self::RECEIVE_FAILED => "one period without a message",
            Self::TRANSMITTED => "transmitted",
            Self::TRANSFER_RECEIVE_FAILED => "a transfer to the host failed",
            Self::DELIVERED => "delivered",
            Self::NOT_DELIVERED => "not delivered",
            Self::CHANNEL_CLOSED => "the channel is closed",
            Self::GONE_TO_SEARCH => "nothing heard any more, searching",
            Self::COLLISION => "two channels wanted the radio at once",
            Self::WRONG_STATE => "the channel is in the wrong state",
            Self::NOT_OPEN => "the channel is not open",
            Self::NO_ID => "the channel has no id",
            Self::TRANSFER_IN_PROGRESS => "a transfer is still going on",
            Self::BURST_SEQUENCE => "a burst out of its sequence",
            Self::INVALID_MESSAGE => "an invalid message",
            Self::INVALID_NETWORK => "no such network",
            _ => return None,
        })
    }
}
