//! How many megabytes a second each decoder takes, beside a plain sum over the same bytes in the same run:
//! `cargo bench -p protocols --bench decode`.
//!
//! Every round measures sum and decoder of every protocol in alternating blocks, so that what slows the machine down for a while
//! slows both. What is printed is the median of the rounds with the least and the greatest, and the ratio of the medians. Each stream is
//! decoded clean and with one byte in a hundred damaged; the same bytes are gone through once by a loop in Python, where there is one; and an
//! oximeter's decoder serves 1 to 64 lines in turns, for what a line more costs. No decoder can allocate: the crate has no allocator.

mod lines;
mod python;
mod streams;

use std::hint::black_box;
use std::io::{self, Write};
use std::time::{Duration, Instant};

use protocols::trackmaster::SpeedUnit;
use protocols::wire::Decoder;
use protocols::{
    ant, bci_5, computrainer, contec_5, contec_9, csafe, daum_classic, daum_premium, ergoline,
    gatt, ivy_450c, kettler, masimo, medlab_ecg, monark, nellcor, nonin_ascii, nonin_df1,
    nonin_df2, nonin_df7, nonin_df8, nonin_df13, polar_hrmi, trackmaster, waterrower, woodway,
    zephyr_hxm,
};

/// Bytes of each stream.
const STREAM_BYTES: usize = 2 << 20;
/// Bytes that a decoder is fed at once: what one read of a port can bring.
const PIECE_BYTES: usize = 1_024;
const ROUNDS: usize = 15;
/// A sum is so much faster that one pass would be too short to time.
const SUM_PASSES: u32 = 16;
const BYTES_A_MEGABYTE: f64 = 1e6;

/// One protocol's stream, what decodes it, and what was measured.
struct Contest {
    protocol: &'static str,
    bytes: Vec<u8>,
    decode: fn(&[u8]) -> Found,
    found: Found,
    damaged: Vec<u8>,
    found_damaged: Found,
    decoding_damaged: Vec<f64>,
    decoding: Vec<f64>,
    summing: Vec<f64>,
}

/// What a decoder found in a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Found {
    messages: u64,
    errors: u64,
}

fn main() -> io::Result<()> {
    let mut contests = vec![
        Contest::new("csafe", streams::csafe(STREAM_BYTES), |bytes| {
            decode(csafe::MachineDecoder::new(), bytes)
        }),
        Contest::new("trackmaster", streams::trackmaster(STREAM_BYTES), |bytes| {
            let unit = Some(SpeedUnit::MilesPerHour);
            decode(trackmaster::MachineDecoder::new(unit), bytes)
        }),
        Contest::new("nonin-df2", streams::nonin_df2(STREAM_BYTES), |bytes| {
            decode(nonin_df2::PacketDecoder::new(), bytes)
        }),
        Contest::new("zephyr-hxm", streams::zephyr_hxm(STREAM_BYTES), |bytes| {
            decode(zephyr_hxm::PacketDecoder::new(), bytes)
        }),
    ];
    contests.extend(machines());
    contests.extend(oximeters());
    contests.extend(sensors());
    for round in 0..ROUNDS {
        for contest in &mut contests {
            contest.measure(round % 2 == 0);
        }
    }
    print(&contests)?;
    lines::print()
}

/// Every machine but CSAFE and Trackmaster, which stand with the first four protocols.
fn machines() -> [Contest; 8] {
    use streams::machines as send;
    [
        Contest::new("woodway", send::woodway(STREAM_BYTES), |bytes| {
            decode(woodway::MachineDecoder::new(), bytes)
        }),
        Contest::new("ergoline", send::ergoline(STREAM_BYTES), |bytes| {
            decode(
                ergoline::MachineDecoder::new(ergoline::Variant::P10, None),
                bytes,
            )
        }),
        Contest::new("daum-classic", send::daum_classic(STREAM_BYTES), |bytes| {
            decode(
                daum_classic::MachineDecoder::new(daum_classic::Cockpit::default()),
                bytes,
            )
        }),
        Contest::new("daum-premium", send::daum_premium(STREAM_BYTES), |bytes| {
            decode(daum_premium::FrameDecoder::new(), bytes)
        }),
        Contest::new("kettler", send::kettler(STREAM_BYTES), |bytes| {
            decode(kettler::MachineDecoder::new(), bytes)
        }),
        Contest::new("monark", send::monark(STREAM_BYTES), |bytes| {
            decode(
                monark::MachineDecoder::new(Some(monark::Asked::Power)),
                bytes,
            )
        }),
        Contest::new("computrainer", send::computrainer(STREAM_BYTES), |bytes| {
            decode(computrainer::MachineDecoder::new(), bytes)
        }),
        Contest::new("waterrower", send::waterrower(STREAM_BYTES), |bytes| {
            decode(waterrower::MachineDecoder::new(), bytes)
        }),
    ]
}

/// Every oximeter but Nonin's format 2, which stands with the first four protocols.
fn oximeters() -> [Contest; 10] {
    use streams::oximeters as send;
    [
        Contest::new("nonin-df1", send::nonin_df1(STREAM_BYTES), |bytes| {
            decode(nonin_df1::PacketDecoder::new(), bytes)
        }),
        Contest::new("nonin-df7", send::nonin_df7(STREAM_BYTES), |bytes| {
            decode(nonin_df7::PacketDecoder::new(), bytes)
        }),
        Contest::new("nonin-df8", send::nonin_df8(STREAM_BYTES), |bytes| {
            decode(nonin_df8::PacketDecoder::new(), bytes)
        }),
        Contest::new("nonin-df13", send::nonin_df13(STREAM_BYTES), |bytes| {
            decode(nonin_df13::SpotCheckDecoder::new(), bytes)
        }),
        Contest::new("nonin-ascii", send::nonin_ascii(STREAM_BYTES), |bytes| {
            decode(nonin_ascii::LineDecoder::new(), bytes)
        }),
        Contest::new("contec-5", send::contec_5(STREAM_BYTES), |bytes| {
            decode(contec_5::PacketDecoder::new(), bytes)
        }),
        Contest::new("contec-9", send::contec_9(STREAM_BYTES), |bytes| {
            decode(contec_9::DeviceDecoder::new(), bytes)
        }),
        Contest::new("bci-5", send::bci_5(STREAM_BYTES), |bytes| {
            decode(bci_5::PacketDecoder::new(), bytes)
        }),
        Contest::new("masimo", send::masimo(STREAM_BYTES), |bytes| {
            decode(masimo::LineDecoder::new(), bytes)
        }),
        Contest::new("nellcor", send::nellcor(STREAM_BYTES), |bytes| {
            decode(nellcor::LineDecoder::new(), bytes)
        }),
    ]
}

/// Every other sensor but the Zephyr strap. A Bluetooth value has no frame, so the bridge's lines stand for the three.
fn sensors() -> [Contest; 5] {
    use streams::sensors as send;
    [
        Contest::new("polar-hrmi", send::polar_hrmi(STREAM_BYTES), |bytes| {
            decode(polar_hrmi::AnswerDecoder::new(), bytes)
        }),
        Contest::new("ant", send::ant(STREAM_BYTES), |bytes| {
            decode(ant::RadioDecoder::new(), bytes)
        }),
        Contest::new("ivy-450c", send::ivy_450c(STREAM_BYTES), |bytes| {
            decode(ivy_450c::FrameDecoder::new(), bytes)
        }),
        Contest::new("medlab-ecg", send::medlab_ecg(STREAM_BYTES), |bytes| {
            decode(medlab_ecg::BoardDecoder::new(), bytes)
        }),
        Contest::new("bridge", send::bridge(STREAM_BYTES), |bytes| {
            decode(gatt::BridgeDecoder::new(), bytes)
        }),
    ]
}

impl Contest {
    fn new(protocol: &'static str, bytes: Vec<u8>, decode: fn(&[u8]) -> Found) -> Self {
        // Once unmeasured: the pages are there, and what is in the stream is known.
        let found = decode(&bytes);
        assert!(
            found.messages > 0 && found.errors == 0,
            "{protocol}: a stream without errors: {found:?}"
        );
        let damaged = damaged(&bytes);
        Self {
            protocol,
            bytes,
            decode,
            found,
            found_damaged: decode(&damaged),
            damaged,
            decoding_damaged: Vec::with_capacity(ROUNDS),
            decoding: Vec::with_capacity(ROUNDS),
            summing: Vec::with_capacity(ROUNDS),
        }
    }

    fn measure(&mut self, sum_first: bool) {
        if sum_first {
            self.measure_sum();
        }
        let begun = now();
        let found = (self.decode)(black_box(&self.bytes));
        let passed = begun.elapsed();
        assert_eq!(
            found, self.found,
            "{}: a decoder has a memory",
            self.protocol
        );
        self.decoding.push(self.megabytes_a_second(1, passed));
        if !sum_first {
            self.measure_sum();
        }
        let begun = now();
        let found = (self.decode)(black_box(&self.damaged));
        let passed = begun.elapsed();
        assert_eq!(found, self.found_damaged, "{}", self.protocol);
        self.decoding_damaged
            .push(self.megabytes_a_second(1, passed));
    }

    fn measure_sum(&mut self) {
        let begun = now();
        for _ in 0..SUM_PASSES {
            let sum: u64 = black_box(&self.bytes)
                .iter()
                .map(|byte| u64::from(*byte))
                .sum();
            black_box(sum);
        }
        let passed = begun.elapsed();
        self.summing
            .push(self.megabytes_a_second(SUM_PASSES, passed));
    }

    fn megabytes_a_second(&self, passes: u32, took: Duration) -> f64 {
        let bytes = u32::try_from(self.bytes.len()).map_or(f64::NAN, f64::from);
        bytes * f64::from(passes) / BYTES_A_MEGABYTE / took.as_secs_f64()
    }
}

/// The same bytes, one in a hundred with some of its bits the other way round: always the same ones.
fn damaged(bytes: &[u8]) -> Vec<u8> {
    let mut state = 0x2545_F491_u32;
    let mut draw = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state
    };
    bytes
        .iter()
        .map(|byte| {
            let drawn = draw();
            let [bits, _, _, _] = draw().to_le_bytes();
            if drawn.is_multiple_of(100) {
                byte ^ bits.max(1)
            } else {
                *byte
            }
        })
        .collect()
}

fn decode<D: Decoder>(mut decoder: D, bytes: &[u8]) -> Found {
    let mut found = Found::default();
    for piece in bytes.chunks(PIECE_BYTES) {
        decoder.feed(piece, &mut |item| match black_box(&item).content {
            Ok(_) => found.messages += 1,
            Err(_) => found.errors += 1,
        });
    }
    found
}

/// Least, median and greatest.
fn spread(rounds: &[f64]) -> Option<[f64; 3]> {
    let mut sorted = rounds.to_vec();
    sorted.sort_by(f64::total_cmp);
    Some([
        *sorted.first()?,
        *sorted.get(sorted.len() / 2)?,
        *sorted.last()?,
    ])
}

fn print(contests: &[Contest]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let megabytes = STREAM_BYTES >> 20;
    writeln!(
        out,
        "decoded MB/s beside a plain sum over the same {megabytes} MiB, {ROUNDS} rounds: median (least to greatest)"
    )?;
    writeln!(
        out,
        "{:12} {:>9} {:>22} {:>26} {:>9} {:>16} {:>12}",
        "protocol", "messages", "decoder", "sum", "sum/dec.", "1 % damaged", "dec./Python"
    )?;
    for contest in contests {
        let (Some(decoding), Some(summing)) = (spread(&contest.decoding), spread(&contest.summing))
        else {
            continue;
        };
        let [least, median, most] = decoding;
        let decoder = format!("{median:.0} ({least:.0} to {most:.0})");
        let [sum_least, sum_median, sum_most] = summing;
        let sum = format!("{sum_median:.0} ({sum_least:.0} to {sum_most:.0})");
        writeln!(
            out,
            "{:12} {:>9} {decoder:>22} {sum:>26} {:>9.1} {:>16} {:>12}",
            contest.protocol,
            contest.found.messages,
            sum_median / median,
            spread(&contest.decoding_damaged)
                .map_or_else(String::new, |[_, damaged, _]| format!("{damaged:.0}")),
            python::megabytes_a_second(&contest.bytes).map_or_else(
                || "no python3".to_owned(),
                |loops| format!("{:.0}", median / loops)
            ),
        )?;
    }
    Ok(())
}

#[expect(
    clippy::disallowed_methods,
    reason = "a benchmark measures time; no product code runs here"
)]
fn now() -> Instant {
    Instant::now()
}
