//! `station virtual replay F`: a capture in place of a device.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use drivers::port::CapturedBytes;
use drivers::port::capture_file::{self, CaptureLineError, FIRST_LINE};
use thiserror::Error;

/// In place of a device's name.
pub(super) const NAME: &str = "replay";

/// The line's rate where the file tells none.
const USUAL_LINE_RATE: u32 = 9_600;

/// What is to be played.
#[derive(Debug)]
pub(super) struct Played {
    pub(super) pieces: Vec<CapturedBytes>,
    pub(super) line_rate: u32,
}

/// A file that cannot be played.
#[derive(Debug, Error)]
pub(super) enum ReplayError {
    #[error("replay needs a file; write station virtual replay FILE, one of station capture")]
    NoFile,
    #[error("{} cannot be read: {source}; give a file of station capture", path.display())]
    Unread { path: PathBuf, source: io::Error },
    #[error("{} is no file of station capture that can be read: its first line is not {FIRST_LINE:?}", .0.display())]
    NoCapture(PathBuf),
    #[error("{}, line {line}: {source}", path.display())]
    Line {
        path: PathBuf,
        line: usize,
        source: CaptureLineError,
    },
}

/// Reads a capture whole: what is played may not wait for a disk.
pub(super) fn read(path: Option<&Path>) -> Result<Played, ReplayError> {
    let path = path.ok_or(ReplayError::NoFile)?;
    let unread = |source| ReplayError::Unread {
        path: path.to_path_buf(),
        source,
    };
    let mut played = Played {
        pieces: Vec::new(),
        line_rate: USUAL_LINE_RATE,
    };
    let mut is_capture = false;
    for (index, text) in BufReader::new(File::open(path).map_err(unread)?)
        .lines()
        .enumerate()
    {
        let text = text.map_err(unread)?;
        if index == 0 {
            is_capture = text == FIRST_LINE;
            if !is_capture {
                break;
            }
            continue;
        }
        if let Some(rate) = capture_file::rate_of(&text) {
            played.line_rate = rate;
        }
        let piece = capture_file::from_line(&text).map_err(|source| ReplayError::Line {
            path: path.to_path_buf(),
            line: index.saturating_add(1),
            source,
        })?;
        played.pieces.extend(piece);
    }
    if is_capture {
        Ok(played)
    } else {
        Err(ReplayError::NoCapture(path.to_path_buf()))
    }
}
