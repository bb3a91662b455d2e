//! One channel of the radio: how it is set up, and whether it hears the sensor.

use core::time::Duration;

use protocols::ant::{ChannelId, ChannelState, Code, FREQUENCY, HostMessage, PAGE_BYTES};
use protocols::vocabulary::Timestamp;

/// The first data come so long after opening.
const FIRST_DATA: Duration = Duration::from_millis(500);
/// After so many periods without a message the radio searches again.
const MISSED_MOST: u8 = 8;
/// A search's time-out is told in these.
const TIMEOUT_UNIT: Duration = Duration::from_millis(2_500);
/// Never.
const NO_TIMEOUT: u8 = 255;
/// What holds of a channel until it is told: the radio's defaults \[recalled; the sheet has 10 to 12 for the search\].
const DEFAULT_FREQUENCY: u8 = 66;
const DEFAULT_PERIOD: u16 = 8_192;
const DEFAULT_SEARCH: u8 = 12;
/// The bit of a device type that asks for pairing.
const PAIRING: u8 = 0x80;

/// How a channel is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Channel {
    network: Option<u8>,
    id: Option<ChannelId>,
    frequency: u8,
    period: u16,
    search_timeout: u8,
    open: Option<Open>,
}

#[derive(Debug, Clone, Copy)]
struct Open {
    at: Timestamp,
    /// Since when it has searched; `None` while it hears the sensor.
    searching: Option<Timestamp>,
    missed: u8,
    /// It has heard the sensor since it was opened.
    has_heard: bool,
    /// Acknowledged data are on their way to the sensor.
    delivering: Option<[u8; PAGE_BYTES]>,
}

/// What a channel knows of the one sensor in the radio's reach, in one of its periods.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sensor {
    pub(super) id: ChannelId,
    pub(super) period: u16,
    /// It sends in this period.
    pub(super) is_there: bool,
}

/// What became of a period.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Period {
    /// The sensor's page is heard.
    pub(super) is_heard: bool,
    /// This page got to the sensor.
    pub(super) delivered: Option<[u8; PAGE_BYTES]>,
}

impl Default for Channel {
    fn default() -> Self {
        Self {
            network: None,
            id: None,
            frequency: DEFAULT_FREQUENCY,
            period: DEFAULT_PERIOD,
            search_timeout: DEFAULT_SEARCH,
            open: None,
        }
    }
}

impl Channel {
    pub(super) const fn is_assigned(&self) -> bool {
        self.network.is_some()
    }

    pub(super) const fn is_open(&self) -> bool {
        self.open.is_some()
    }

    pub(super) const fn state(&self) -> ChannelState {
        match (self.network, self.open) {
            (None, _) => ChannelState::Unassigned,
            (Some(_), None) => ChannelState::Assigned,
            (
                Some(_),
                Some(Open {
                    searching: Some(_), ..
                }),
            ) => ChannelState::Searching,
            (Some(_), Some(_)) => ChannelState::Tracking,
        }
    }

    /// Whom it hears: zeros until it has heard a sensor.
    pub(super) const fn id_told(&self, sensor: ChannelId) -> ChannelId {
        match self.open {
            Some(Open {
                has_heard: true, ..
            }) => sensor,
            _ => ChannelId {
                device_number: 0,
                device_type: 0,
                transmission_type: 0,
            },
        }
    }

    /// Acknowledged data will be delivered with the next message; one at a time.
    pub(super) const fn deliver(&mut self, page: [u8; PAGE_BYTES]) -> Code {
        match &mut self.open {
            None if self.network.is_none() => Code::WRONG_STATE,
            None => Code::NOT_OPEN,
            Some(Open {
                delivering: Some(_),
                ..
            }) => Code::TRANSFER_IN_PROGRESS,
            Some(open) => {
                open.delivering = Some(page);
                Code::DONE
            }
        }
    }

    /// Does what a message about this channel says, and tells how it went.
    pub(super) fn obey(&mut self, now: Timestamp, message: &HostMessage) -> Code {
        match (*message, self.network) {
            (HostMessage::AssignChannel { network, .. }, None) => {
                *self = Self {
                    network: Some(network),
                    ..Self::default()
                };
            }
            (HostMessage::AssignChannel { .. }, Some(_)) | (_, None) => return Code::WRONG_STATE,
            (HostMessage::SetChannelId { id, .. }, _) => self.id = Some(id),
            (
                HostMessage::SetFrequency {
                    megahertz_above_2400,
                    ..
                },
                _,
            ) => self.frequency = megahertz_above_2400,
            (HostMessage::SetPeriod { period, .. }, _) => self.period = period,
            (HostMessage::SetSearchTimeout { timeout, .. }, _) => self.search_timeout = timeout,
            (HostMessage::OpenChannel(_), _) => return self.open(now),
            (HostMessage::CloseChannel(_), _) => {
                return match self.open.take() {
                    Some(_) => Code::DONE,
                    None => Code::WRONG_STATE,
                };
            }
            (HostMessage::UnassignChannel(_), _) => {
                if self.is_open() {
                    return Code::WRONG_STATE;
                }
                *self = Self::default();
            }
            _ => {}
        }
        Code::DONE
    }

    /// A period of the sensor goes by.
    pub(super) fn period(
        &mut self,
        now: Timestamp,
        sensor: Sensor,
        has_key: &dyn Fn(u8) -> bool,
        event: &mut dyn FnMut(Code),
    ) -> Period {
        let fits = self.fits(sensor, has_key);
        let timeout = TIMEOUT_UNIT * u32::from(self.search_timeout);
        let never = self.search_timeout == NO_TIMEOUT;
        let Some(open) = &mut self.open else {
            return Period::default();
        };
        let is_heard = fits && sensor.is_there && now.since(open.at) >= FIRST_DATA;
        let delivering = open.delivering.take();
        if delivering.is_some() {
            event(if is_heard {
                Code::DELIVERED
            } else {
                Code::NOT_DELIVERED
            });
        }
        if is_heard {
            open.searching = None;
            open.missed = 0;
            open.has_heard = true;
            return Period {
                is_heard,
                delivered: delivering,
            };
        }
        match open.searching {
            None => {
                open.missed += 1;
                event(Code::RECEIVE_FAILED);
                if open.missed >= MISSED_MOST {
                    open.missed = 0;
                    open.searching = Some(now);
                    event(Code::GONE_TO_SEARCH);
                }
            }
            // No time for a search at all ends it at once \[assumed\].
            Some(since) if !never && now.since(since) >= timeout.max(FIRST_DATA) => {
                event(Code::SEARCH_TIMED_OUT);
                event(Code::CHANNEL_CLOSED);
                self.open = None;
            }
            Some(_) => {}
        }
        Period::default()
    }

    const fn open(&mut self, now: Timestamp) -> Code {
        if self.is_open() {
            return Code::WRONG_STATE;
        }
        if self.id.is_none() {
            return Code::NO_ID;
        }
        self.open = Some(Open {
            at: now,
            searching: Some(now),
            missed: 0,
            has_heard: false,
            delivering: None,
        });
        Code::DONE
    }

    /// Whether this channel can hear the strap at all.
    fn fits(&self, sensor: Sensor, has_key: &dyn Fn(u8) -> bool) -> bool {
        let any_or = |wanted: u16, is: u16| wanted == 0 || wanted == is;
        let whom = sensor.id;
        self.network.is_some_and(has_key)
            && self.frequency == FREQUENCY
            && self.period == sensor.period
            && self.id.is_some_and(|id| {
                any_or(id.device_number, whom.device_number)
                    && any_or((id.device_type & !PAIRING).into(), whom.device_type.into())
                    && any_or(id.transmission_type.into(), whom.transmission_type.into())
            })
    }
}
