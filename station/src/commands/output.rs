//! What every command says, and where: results on standard output, complaints on standard error.
//!
//! Promises: a reader who has gone away (`| head`) is no error and ends nothing with noise.

use std::fmt::Display;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::process::ExitCode;

use serde::Serialize;

/// Exit status of wrong usage.
const WRONG_USAGE: u8 = 2;

/// Standard output, line by line. Lines are kept until [`Output::flush`] or until there are many.
#[derive(Debug)]
pub struct Output {
    out: BufWriter<io::StdoutLock<'static>>,
    state: State,
}

#[derive(Debug)]
enum State {
    Open,
    /// Nobody reads any more.
    Closed,
    Failed(io::Error),
}

impl Output {
    /// Takes standard output for as long as this lives.
    #[must_use]
    pub fn new() -> Self {
        Self {
            out: BufWriter::new(io::stdout().lock()),
            state: State::Open,
        }
    }

    /// Whether it is still of use to go on.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(self.state, State::Open)
    }

    /// Writes one line; the line's end is added.
    pub fn line(&mut self, text: &str) {
        self.attempt(|out| {
            out.write_all(text.as_bytes())?;
            out.write_all(b"\n")
        });
    }

    /// Writes one JSON value as one line.
    pub fn json_line(&mut self, value: &impl Serialize) {
        self.attempt(|out| {
            serde_json::to_writer(&mut *out, value)?;
            out.write_all(b"\n")
        });
    }

    /// Writes bytes as they are.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.attempt(|out| out.write_all(bytes));
    }

    /// Hands on what is kept.
    pub fn flush(&mut self) {
        self.attempt(Write::flush);
    }

    /// Hands on what is kept, and says whether all of it was taken. A reader who has gone away took what was wanted.
    ///
    /// # Errors
    /// What the system said of the first line that could not be written, a full disk for instance.
    pub fn finish(mut self) -> io::Result<()> {
        self.flush();
        match self.state {
            State::Open | State::Closed => Ok(()),
            State::Failed(error) => Err(error),
        }
    }

    fn attempt(
        &mut self,
        write: impl FnOnce(&mut BufWriter<io::StdoutLock<'static>>) -> io::Result<()>,
    ) {
        if !self.is_open() {
            return;
        }
        if let Err(error) = write(&mut self.out) {
            self.state = if error.kind() == ErrorKind::BrokenPipe {
                State::Closed
            } else {
                State::Failed(error)
            };
        }
    }
}

impl Default for Output {
    fn default() -> Self {
        Self::new()
    }
}

/// What an error says, and in brackets what brought it about, where its own words do not tell that.
#[must_use]
pub fn with_causes(error: &dyn std::error::Error) -> String {
    let words = error.to_string();
    let mut causes = Vec::new();
    let mut next = error.source();
    while let Some(cause) = next {
        let said = cause.to_string();
        if !words.contains(&said) {
            causes.push(said);
        }
        next = cause.source();
    }
    if causes.is_empty() {
        words
    } else {
        format!("{words} ({})", causes.join(": "))
    }
}

/// Says a line on standard error.
pub fn complain(what: &dyn Display) {
    // Where even standard error is closed there is nobody to tell.
    let _told = writeln!(io::stderr().lock(), "station: {what}");
}

/// Complains, and gives the exit status 1: something was found, or could not be done.
#[must_use]
pub fn finding(what: &dyn Display) -> ExitCode {
    complain(what);
    ExitCode::FAILURE
}

/// Complains, and gives the exit status 2: the command was used wrongly. `what` says what to write instead.
#[must_use]
pub fn wrong_usage(what: &dyn Display) -> ExitCode {
    complain(what);
    ExitCode::from(WRONG_USAGE)
}
