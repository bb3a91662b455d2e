//! Who speaks at which line settings: every protocol of the index that has a wire.

use crate::port::{DataBits, LineSettings, Parity};

/// One protocol's lines.
#[derive(Debug, Clone, Copy)]
pub struct Speaker {
    /// The protocol's id.
    pub protocol: &'static str,
    /// How its line can be set, likeliest first.
    pub lines: &'static [LineSettings],
}

const fn checked(baud: u32, parity: Parity) -> LineSettings {
    LineSettings {
        baud,
        data_bits: DataBits::Eight,
        parity,
        two_stop_bits: false,
    }
}

pub(super) const B2400: LineSettings = LineSettings::plain(2_400);
pub(super) const B4800: LineSettings = LineSettings::plain(4_800);
pub(super) const B4800_EVEN: LineSettings = checked(4_800, Parity::Even);
pub(super) const B9600: LineSettings = LineSettings::plain(9_600);
pub(super) const B19200: LineSettings = LineSettings::plain(19_200);
pub(super) const B19200_ODD: LineSettings = checked(19_200, Parity::Odd);
pub(super) const B38400: LineSettings = LineSettings::plain(38_400);
pub(super) const B57600: LineSettings = LineSettings::plain(57_600);
pub(super) const B115200: LineSettings = LineSettings::plain(115_200);

/// All of them, as the sheets give their lines; recalled rates are in, as a machine may be set to one.
pub const SPEAKERS: &[Speaker] = &[
    speaker("csafe", &[B9600]),
    speaker("trackmaster", &[B4800, B9600]),
    speaker("woodway", &[B4800]),
    speaker("ergoline", &[B4800, B9600, B2400]),
    speaker("daum-classic", &[B9600, B4800]),
    speaker("daum-premium", &[B9600]),
    speaker("kettler", &[B9600, B57600, B38400, B115200]),
    speaker("monark", &[B4800, B9600]),
    speaker("computrainer", &[B2400]),
    speaker("waterrower", &[B19200, B115200]),
    speaker("nonin-df1", &[B9600]),
    speaker("nonin-df2", &[B9600]),
    speaker("nonin-df7", &[B9600]),
    speaker("nonin-df8", &[B9600]),
    speaker("nonin-df13", &[B9600]),
    speaker("nonin-ascii", &[B9600]),
    speaker("contec-5", &[B19200_ODD, B4800_EVEN]),
    speaker("contec-9", &[B115200]),
    speaker("bci-5", &[B4800, B4800_EVEN]),
    speaker("masimo", &[B9600]),
    speaker("nellcor", &[B9600, B19200, B2400]),
    speaker("zephyr-hxm", &[B115200]),
    speaker("polar-hrmi", &[B9600]),
    speaker("ant", &[B115200, B57600]),
    speaker("ivy-450c", &[B9600]),
    speaker("medlab-ecg", &[B9600]),
    speaker("ble-2a37", &[B115200]),
    speaker("ble-2a5f", &[B115200]),
    speaker("ble-2ad2", &[B115200]),
];

const fn speaker(protocol: &'static str, lines: &'static [LineSettings]) -> Speaker {
    Speaker { protocol, lines }
}

impl Speaker {
    /// The lines of a protocol; none for one that has no wire.
    #[must_use]
    pub fn lines_of(protocol: &str) -> &'static [LineSettings] {
        SPEAKERS
            .iter()
            .find(|speaker| speaker.protocol == protocol)
            .map_or(&[], |speaker| speaker.lines)
    }
}
