//! Line settings by name, of those that the catalogue's families have.

use crate::port::{DataBits, LineSettings, Parity};

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
pub(super) const B57600: LineSettings = LineSettings::plain(57_600);
pub(super) const B115200: LineSettings = LineSettings::plain(115_200);
