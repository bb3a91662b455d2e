//! A secret from the person at the keyboard: typed without being shown, or read from standard input line by line.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, Read, Write};

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

/// The longest line that is read.
const LONGEST: usize = 1_024;

/// Where secrets come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::commands) enum Secrets {
    /// The terminal.
    Terminal,
    /// Standard input, a line each.
    Stdin,
}

/// Why there is none.
#[derive(Debug, thiserror::Error)]
pub(in crate::commands) enum SecretError {
    /// No terminal.
    #[error(
        "a secret is typed at a terminal, and there is none ({0}): with --secret-stdin it is read from standard input"
    )]
    NoTerminal(io::Error),
    /// Nothing came.
    #[error("no secret came: {0}")]
    Unread(io::Error),
    /// The person gave up.
    #[error("nothing was done: the secret was not typed to its end")]
    GivenUp,
    /// The second time it was another one.
    #[error("both times were not the same: nothing was done")]
    Different,
}

impl Secrets {
    pub(in crate::commands) const fn from(stdin: bool) -> Self {
        if stdin { Self::Stdin } else { Self::Terminal }
    }

    /// The secret of somebody who has one.
    pub(in crate::commands) fn of(self, whose: &str) -> Result<String, SecretError> {
        match self {
            Self::Stdin => line_of_stdin(),
            Self::Terminal => typed(&format!("Secret of {whose}: ")),
        }
    }

    /// A new secret: typed twice.
    pub(in crate::commands) fn new_one(self, whose: &str) -> Result<String, SecretError> {
        match self {
            Self::Stdin => line_of_stdin(),
            Self::Terminal => {
                let first = typed(&format!("New secret of {whose}: "))?;
                let again = typed("The same again: ")?;
                if first == again {
                    Ok(first)
                } else {
                    Err(SecretError::Different)
                }
            }
        }
    }
}

fn line_of_stdin() -> Result<String, SecretError> {
    let mut line = String::new();
    io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(SecretError::Unread)?;
    let secret = line.trim_end_matches(['\n', '\r']).to_owned();
    if secret.is_empty() {
        return Err(SecretError::Unread(io::ErrorKind::UnexpectedEof.into()));
    }
    Ok(secret)
}

/// A terminal that shows nothing of what is typed, until it is dropped.
struct Hidden {
    terminal: File,
    before: Termios,
}

impl Hidden {
    fn open() -> io::Result<Self> {
        let terminal = OpenOptions::new().read(true).write(true).open("/dev/tty")?;
        let before = tcgetattr(&terminal)?;
        let mut hidden = before.clone();
        // Keys come one by one and end nothing by themselves, so that the terminal is never left as it is now.
        hidden
            .local_modes
            .remove(LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG);
        tcsetattr(&terminal, OptionalActions::Flush, &hidden)?;
        Ok(Self { terminal, before })
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        // Where the terminal is gone there is nothing to put back.
        let _put_back = tcsetattr(&self.terminal, OptionalActions::Flush, &self.before);
    }
}

fn typed(prompt: &str) -> Result<String, SecretError> {
    let mut hidden = Hidden::open().map_err(SecretError::NoTerminal)?;
    let unread = SecretError::Unread;
    hidden
        .terminal
        .write_all(prompt.as_bytes())
        .map_err(unread)?;
    let mut secret = Vec::new();
    let read = loop {
        let mut key = [0];
        match hidden.terminal.read(&mut key) {
            Ok(0) => break Err(SecretError::GivenUp),
            Err(error) => break Err(unread(error)),
            Ok(_) => {}
        }
        match key {
            [b'\r' | b'\n'] => break Ok(()),
            // Ctrl-C, Ctrl-D, Escape.
            [3 | 4 | 27] => break Err(SecretError::GivenUp),
            // Backspace takes a whole letter, however many bytes it has.
            [8 | 127] => while secret.pop().is_some_and(|byte: u8| byte & 0xC0 == 0x80) {},
            // Ctrl-U: from the beginning.
            [21] => secret.clear(),
            [byte] if secret.len() < LONGEST => secret.push(byte),
            [_] => {}
        }
    };
    hidden.terminal.write_all(b"\n").map_err(unread)?;
    read?;
    String::from_utf8(secret).map_err(|_| SecretError::GivenUp)
}
