//! Devices that speak unasked, and how their bytes are counted.

use core::time::Duration;

use protocols::gatt::BridgeDecoder;
use protocols::wire::Decoder;
use protocols::{
    ant, bci_5, contec_5, contec_9, ivy_450c, masimo, medlab_ecg, nellcor, nonin_ascii, nonin_df1,
    nonin_df2, nonin_df7, nonin_df8, nonin_df13, zephyr_hxm,
};

use super::lines::{B2400, B4800, B4800_EVEN, B9600, B19200, B19200_ODD, B57600, B115200};
use super::{Certainty, Verdict};
use crate::catalogue::Family;
use crate::port::LineSettings;

/// Where to listen, likeliest first, and how long: twice the longest gap of who speaks there.
pub(super) const LISTENING: &[(LineSettings, Duration)] = &[
    (B9600, Duration::from_millis(2_600)),
    (B115200, Duration::from_millis(2_400)),
    (B19200_ODD, Duration::from_millis(700)),
    (B4800, Duration::from_millis(700)),
    (B4800_EVEN, Duration::from_millis(700)),
    (B57600, Duration::from_millis(700)),
    (B19200, Duration::from_millis(2_600)),
    (B2400, Duration::from_millis(2_600)),
];

/// Bytes that are kept of a stream, to be looked at by eye.
const SAMPLE: usize = 2_048;

/// Of so many lost bytes one may be lost: noise loses more, a plug that was just put in less.
const LOST_AT_MOST: u64 = 4;

/// What its form proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Strength {
    /// A pattern of bits.
    Pattern,
    /// Words and numbers in their places.
    Spelled,
    /// A check sum, or a mark that no chance makes.
    Checked,
}

/// One protocol to listen for.
struct Ear {
    protocol: &'static str,
    strength: Strength,
    /// Messages from which on a pattern is likely.
    enough: u64,
    /// Protocols of the same pattern.
    twins: &'static [&'static str],
    /// Whether the bytes as a whole can be this; decoders pass over what they need not understand.
    can_be: fn(&[u8]) -> bool,
    open: fn() -> Box<dyn Counting>,
}

const fn ear(
    protocol: &'static str,
    strength: Strength,
    enough: u64,
    open: fn() -> Box<dyn Counting>,
) -> Ear {
    Ear {
        protocol,
        strength,
        enough,
        twins: &[],
        can_be: |_| true,
        open,
    }
}

const EARS: &[Ear] = &[
    ear("nonin-df2", Strength::Checked, 2, || {
        counted(nonin_df2::PacketDecoder::new())
    }),
    ear("nonin-df7", Strength::Checked, 2, || {
        counted(nonin_df7::PacketDecoder::new())
    }),
    ear("nonin-df13", Strength::Checked, 2, || {
        counted(nonin_df13::SpotCheckDecoder::new())
    }),
    ear("zephyr-hxm", Strength::Checked, 2, || {
        counted(zephyr_hxm::PacketDecoder::new())
    }),
    ear("ivy-450c", Strength::Checked, 2, || {
        counted(ivy_450c::FrameDecoder::new())
    }),
    ear("ant", Strength::Checked, 2, || {
        counted(ant::RadioDecoder::new())
    }),
    ear("masimo", Strength::Spelled, 2, || {
        counted(masimo::LineDecoder::new())
    }),
    ear("nellcor", Strength::Spelled, 2, || {
        counted(nellcor::LineDecoder::new())
    }),
    ear("nonin-ascii", Strength::Spelled, 2, || {
        counted(nonin_ascii::LineDecoder::new())
    }),
    Ear {
        twins: &["bci-5"],
        ..ear("contec-5", Strength::Pattern, 20, || {
            counted(contec_5::PacketDecoder::new())
        })
    },
    Ear {
        twins: &["contec-5"],
        ..ear("bci-5", Strength::Pattern, 20, || {
            counted(bci_5::PacketDecoder::new())
        })
    },
    ear("contec-9", Strength::Pattern, 20, || {
        counted(contec_9::DeviceDecoder::new())
    }),
    ear("nonin-df1", Strength::Pattern, 10, || {
        counted(nonin_df1::PacketDecoder::new())
    }),
    ear("nonin-df8", Strength::Pattern, 10, || {
        counted(nonin_df8::PacketDecoder::new())
    }),
    bridged("ble-2a37", || lines_of(0x2A37)),
    bridged("ble-2a5f", || lines_of(0x2A5F)),
    bridged("ble-2ad2", || lines_of(0x2AD2)),
    Ear {
        can_be: is_ecg,
        ..ear("medlab-ecg", Strength::Pattern, 2, || {
            counted(medlab_ecg::BoardDecoder::new())
        })
    },
];

/// A bridge's lines of one Bluetooth characteristic: its number is written on each.
const fn bridged(protocol: &'static str, open: fn() -> Box<dyn Counting>) -> Ear {
    ear(protocol, Strength::Spelled, 2, open)
}

struct Bridged {
    decoder: BridgeDecoder,
    characteristic: u16,
    tally: Tally,
}

fn lines_of(characteristic: u16) -> Box<dyn Counting> {
    Box::new(Bridged {
        decoder: BridgeDecoder::new(),
        characteristic,
        tally: Tally::default(),
    })
}

impl Counting for Bridged {
    fn feed(&mut self, bytes: &[u8]) {
        let (tally, wanted) = (&mut self.tally, self.characteristic);
        self.decoder.feed(bytes, &mut |found| match found.content {
            Ok(line) if line.characteristic == wanted => {
                tally.good += 1;
                tally.begins.get_or_insert(found.offset);
            }
            // A bridge may hand on more than one: that is no error of this one.
            Ok(_) => {}
            Err(error) => {
                tally.errors += 1;
                tally.lost += u64::from(error.skipped_bytes);
            }
        });
    }

    fn tally(&self) -> Tally {
        self.tally
    }
}

/// The board sends samples above all, and four of the nine markers: noise has the others among it.
fn is_ecg(bytes: &[u8]) -> bool {
    let of = |wanted: fn(u8) -> bool| bytes.iter().filter(|byte| wanted(**byte)).count();
    of(|byte| byte == 0xF7 || byte >= 0xFC) == 0
        && of(|byte| byte >= 0xF8) * 4 < bytes.len()
        && of(|byte| byte == 0xF8) > 0
}

/// What one decoder made of the bytes so far.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    good: u64,
    errors: u64,
    lost: u64,
    /// Where the first good message began.
    begins: Option<u64>,
}

trait Counting: Send {
    fn feed(&mut self, bytes: &[u8]);
    fn tally(&self) -> Tally;
}

struct Counted<D> {
    decoder: D,
    tally: Tally,
}

fn counted<D: Decoder + Send + 'static>(decoder: D) -> Box<dyn Counting> {
    Box::new(Counted {
        decoder,
        tally: Tally::default(),
    })
}

impl<D: Decoder + Send> Counting for Counted<D> {
    fn feed(&mut self, bytes: &[u8]) {
        let tally = &mut self.tally;
        self.decoder.feed(bytes, &mut |found| match found.content {
            Ok(_) => {
                tally.good += 1;
                tally.begins.get_or_insert(found.offset);
            }
            Err(error) => {
                tally.errors += 1;
                tally.lost += u64::from(error.skipped_bytes);
            }
        });
    }

    fn tally(&self) -> Tally {
        Tally {
            lost: self.tally.lost.saturating_add(self.decoder.skipped()),
            ..self.tally
        }
    }
}

/// Listens at one line setting for everybody who may speak there.
pub(super) struct Listening {
    line: LineSettings,
    ears: Vec<(&'static Ear, Box<dyn Counting>)>,
    bytes: u64,
    sample: Vec<u8>,
}

impl Listening {
    pub(super) fn at(line: LineSettings) -> Self {
        let ears = EARS
            .iter()
            .filter(|ear| {
                Family::by_id(ear.protocol).is_some_and(|family| family.lines.contains(&line))
            })
            .map(|ear| (ear, (ear.open)()))
            .collect();
        Self {
            line,
            ears,
            bytes: 0,
            sample: Vec::new(),
        }
    }

    pub(super) fn heard(&mut self, bytes: &[u8]) {
        let count = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.bytes = self.bytes.saturating_add(count);
        let room = SAMPLE.saturating_sub(self.sample.len());
        self.sample.extend(bytes.iter().take(room));
        for (_, decoder) in &mut self.ears {
            decoder.feed(bytes);
        }
    }

    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Who it is, as far as the bytes tell by now.
    pub(super) fn verdict(&self) -> Option<Verdict> {
        let mut fitting: Vec<(&Ear, Tally)> = self
            .ears
            .iter()
            .map(|(ear, decoder)| (*ear, decoder.tally()))
            .filter(|(ear, tally)| self.fits(ear, tally))
            .collect();
        fitting.sort_by_key(|(ear, tally)| core::cmp::Reverse((ear.strength, tally.good)));
        let (first, tally) = fitting.first().copied()?;
        let certainty = match first.strength {
            Strength::Checked if tally.good >= first.enough => Certainty::Sure,
            Strength::Spelled | Strength::Pattern if tally.good >= first.enough => {
                Certainty::Likely
            }
            Strength::Checked => Certainty::Likely,
            Strength::Spelled | Strength::Pattern => Certainty::Possible,
        };
        let mut alternatives: Vec<&'static str> = fitting
            .iter()
            .skip(1)
            .filter(|(ear, _)| certainty < Certainty::Sure || ear.strength == Strength::Checked)
            .map(|(ear, _)| ear.protocol)
            .collect();
        for twin in first.twins {
            if !alternatives.contains(twin) {
                alternatives.push(twin);
            }
        }
        Some(Verdict {
            protocol: first.protocol,
            certainty,
            line: self.line,
            identity: None,
            alternatives,
        })
    }

    fn fits(&self, ear: &Ear, tally: &Tally) -> bool {
        let Some(begins) = tally.begins else {
            return false;
        };
        let lost = tally.lost.saturating_sub(begins);
        let since = self.bytes.saturating_sub(begins);
        lost.saturating_mul(LOST_AT_MOST) <= since
            && tally.errors.saturating_mul(LOST_AT_MOST) <= tally.good.saturating_add(LOST_AT_MOST)
            && (ear.can_be)(&self.sample)
    }
}
