//! The terminal: taken on the way in, given back on every way out, and noticed when it is gone.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use crossterm::event::{self, Event};
use ratatui::layout::Rect;
use ratatui::{DefaultTerminal, Frame};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use crate::dashboard::keys::Key;

/// How many keys are read in one turn at the most.
const KEYS_AT_MOST: usize = 64;

/// What waiting for a key brought.
#[derive(Debug)]
pub(crate) enum Waited {
    /// Nothing in time.
    Nothing,
    /// Keys, in order.
    Keys(Vec<Key>),
    /// The terminal is gone.
    Gone,
}

/// Whether there is a terminal to read keys from and to draw on.
pub(crate) fn is_there() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal()
}

/// The terminal while the dashboard has it. Dropping it restores; so does a panic (ratatui's hook, chained to the one before).
#[derive(Debug)]
pub(crate) struct Terminal {
    screen: DefaultTerminal,
}

impl Terminal {
    /// Takes the terminal: raw, on its other screen.
    pub(crate) fn enter() -> io::Result<Self> {
        match ratatui::try_init() {
            Ok(screen) => Ok(Self { screen }),
            Err(error) => {
                restore();
                Err(error)
            }
        }
    }

    /// Its size now.
    pub(crate) fn size(&self) -> io::Result<Rect> {
        let size = self.screen.size()?;
        Ok(Rect::new(0, 0, size.width, size.height))
    }

    /// Draws one picture, and rings the bell with it.
    pub(crate) fn draw(
        &mut self,
        render: impl FnOnce(&mut Frame<'_>),
        rings: bool,
    ) -> io::Result<()> {
        self.screen.draw(render)?;
        if rings {
            let mut out = io::stdout();
            out.write_all(b"\x07")?;
            out.flush()?;
        }
        Ok(())
    }

    /// Waits for keys. The terminal is asked first whether it is still there: crossterm's own reader spins on a dead one.
    #[expect(
        clippy::unused_self,
        reason = "only who holds the terminal may read its keys"
    )]
    pub(crate) fn wait(&mut self, at_most: Duration) -> io::Result<Waited> {
        let stdin = io::stdin();
        let mut polled = [PollFd::new(&stdin, PollFlags::IN)];
        let timeout = Timespec::try_from(at_most).map_err(io::Error::other)?;
        match poll(&mut polled, Some(&timeout)) {
            Ok(0) | Err(Errno::INTR) => return Ok(Waited::Nothing),
            Ok(_) => {}
            Err(errno) => return Err(errno.into()),
        }
        let [polled] = &polled;
        let events = polled.revents();
        if events.intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL) {
            return Ok(Waited::Gone);
        }
        let mut keys = Vec::new();
        while keys.len() < KEYS_AT_MOST && event::poll(Duration::ZERO)? {
            if let Event::Key(pressed) = event::read()? {
                keys.extend(Key::from_event(&pressed));
            }
        }
        Ok(Waited::Keys(keys))
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        restore();
    }
}

fn restore() {
    // A terminal that is gone cannot be restored, and nobody would read the complaint.
    if let Err(error) = ratatui::try_restore() {
        tracing::debug!(%error, "the terminal could not be restored");
    }
}
