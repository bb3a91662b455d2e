//! What a line more costs: as many decoders as lines, fed in turns.

use std::hint::black_box;
use std::io::{self, Write};

use protocols::nonin_df2;
use protocols::wire::Decoder;

use super::{PIECE_BYTES, STREAM_BYTES, now, streams};

const LINES: [usize; 7] = [1, 2, 4, 8, 16, 32, 64];
const ROUNDS: usize = 5;

/// Nanoseconds a byte for each number of lines, and the ratio to one line's: a straight line has the ratio 1 everywhere.
pub(crate) fn print() -> io::Result<()> {
    let bytes = streams::nonin_df2(STREAM_BYTES);
    let mut best = [f64::INFINITY; LINES.len()];
    for _ in 0..ROUNDS {
        for (best, lines) in best.iter_mut().zip(LINES) {
            *best = best.min(nanos_a_byte(&bytes, lines));
        }
    }
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "\nnonin-df2 on several lines in turns, best of {ROUNDS}: ns a byte, and that over one line's"
    )?;
    for (lines, nanos) in LINES.into_iter().zip(best) {
        let one = best.first().copied().unwrap_or(nanos);
        writeln!(out, "{lines:>3} lines {nanos:>7.2} {:>6.2}", nanos / one)?;
    }
    Ok(())
}

fn nanos_a_byte(bytes: &[u8], lines: usize) -> f64 {
    let mut decoders: Vec<_> = (0..lines)
        .map(|_| nonin_df2::PacketDecoder::new())
        .collect();
    let mut messages = 0_u64;
    let begun = now();
    for piece in bytes.chunks(PIECE_BYTES) {
        for decoder in &mut decoders {
            decoder.feed(black_box(piece), &mut |item| {
                messages += u64::from(item.content.is_ok());
            });
        }
    }
    let took = begun.elapsed().as_secs_f64();
    black_box(messages);
    let fed = u32::try_from(bytes.len().saturating_mul(lines)).map_or(f64::NAN, f64::from);
    took * 1e9 / fed
}
