//! The program in a terminal, as a person sees it: of 120 columns and 40 rows, or of another size.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};

use station::clock::boot_nanos;

/// Columns and rows, where nobody asks for others.
const SIZE: (u16, u16) = (120, 40);

/// Nothing on a screen takes longer to come, however loaded the machine is.
const AT_LAST: Duration = Duration::from_mins(4);

/// A terminal with the program in it.
pub(crate) struct Screen {
    child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    drawn: Receiver<Vec<u8>>,
    parser: vt100::Parser,
    _terminal: Box<dyn MasterPty + Send>,
}

impl Screen {
    pub(crate) fn open(arguments: &[&str]) -> Self {
        Self::sized(arguments, SIZE)
    }

    /// The same with so many columns and rows.
    pub(crate) fn sized(arguments: &[&str], size: (u16, u16)) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_station"));
        command.args(arguments);
        Self::of(command, size)
    }

    /// In a folder, with these variables beside the test's own.
    pub(crate) fn within(
        folder: &Path,
        variables: &BTreeMap<String, String>,
        arguments: &[String],
    ) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_station"));
        command.args(arguments);
        command.cwd(folder);
        for (name, value) in variables {
            command.env(name, value);
        }
        Self::of(command, SIZE)
    }

    fn of(mut command: CommandBuilder, (columns, rows): (u16, u16)) -> Self {
        let size = PtySize {
            rows,
            cols: columns,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system().openpty(size).expect("a terminal");
        command.env("TERM", "xterm-256color");
        command.env("LC_ALL", "C.UTF-8");
        let child = pair
            .slave
            .spawn_command(command)
            .expect("the program starts");
        drop(pair.slave);
        let mut output = pair.master.try_clone_reader().expect("a reader");
        let (sender, drawn) = sync_channel(1_024);
        thread::spawn(move || {
            let mut buffer = [0; 4_096];
            // A terminal whose program has gone gives an error or nothing: both are its end.
            while let Ok(count @ 1..) = output.read(&mut buffer) {
                if sender.send(buffer[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self {
            child,
            keys: pair.master.take_writer().expect("a writer"),
            drawn,
            parser: vt100::Parser::new(
                NonZeroU16::new(rows).expect("rows"),
                NonZeroU16::new(columns).expect("columns"),
                0,
            ),
            _terminal: pair.master,
        }
    }

    /// Waits until the screen's text fulfils the condition.
    pub(crate) fn until(&mut self, what: &str, condition: impl Fn(&str) -> bool) {
        assert!(
            self.until_or_left(what, condition),
            "the program left before {what}; last seen:\n{}",
            self.parser.screen().contents()
        );
    }

    /// The same; false where the program has left before.
    pub(crate) fn until_or_left(&mut self, what: &str, condition: impl Fn(&str) -> bool) -> bool {
        let limit = boot_nanos() + u64::try_from(AT_LAST.as_nanos()).expect("small");
        loop {
            let text = self.parser.screen().contents();
            if condition(&text) {
                return true;
            }
            let more = self.drawn.recv_timeout(AT_LAST);
            assert!(
                boot_nanos() < limit && more != Err(RecvTimeoutError::Timeout),
                "waited in vain for {what}; last seen:\n{text}"
            );
            match more {
                Ok(bytes) => self.parser.process(&bytes),
                Err(_) => return false,
            }
        }
    }

    /// What stands on it now.
    pub(crate) fn text(&self) -> String {
        self.parser.screen().contents()
    }

    /// Presses keys.
    pub(crate) fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).expect("taken");
        self.keys.flush().expect("taken");
    }

    /// Waits until the program has left, and gives what stands in the terminal then.
    pub(crate) fn until_left(mut self) -> (ExitStatus, String) {
        self.until_or_left("the program to leave", |_| false);
        let status = self.child.wait().expect("gone");
        (status, self.parser.screen().contents())
    }

    /// Kills the program without a word.
    pub(crate) fn kill(mut self) {
        let process = self
            .child
            .process_id()
            .and_then(|id| i32::try_from(id).ok());
        let process = process
            .and_then(rustix::process::Pid::from_raw)
            .expect("it runs");
        rustix::process::kill_process(process, rustix::process::Signal::KILL).expect("killed");
        self.child.wait().expect("gone");
    }
}
