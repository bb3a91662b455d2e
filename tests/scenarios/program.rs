//! Runs the program.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::thread;

/// The program, ready to be given arguments.
pub(crate) fn station() -> Command {
    Command::new(env!("CARGO_BIN_EXE_station"))
}

/// Runs the program to its end with `input` on its standard input.
pub(crate) fn run_with<I: AsRef<OsStr>>(arguments: &[I], input: &[u8]) -> Run {
    let mut child = station()
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let output = thread::scope(|scope| {
        // A program that found wrong usage reads nothing: the pipe is then closed, and that is right.
        scope.spawn(move || drop(stdin.write_all(input)));
        child.wait_with_output().expect("the program ends")
    });
    Run::new(&output)
}

/// The program as a virtual device at its port. Dropped, it is gone.
pub(crate) struct Plugged {
    pub(crate) child: Child,
    /// Where it is plugged in.
    pub(crate) port: PathBuf,
}

impl Plugged {
    /// Starts `station virtual` with these arguments on a new pseudo-terminal, and waits until it has told its port.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut child = station()
            .arg("virtual")
            .args(arguments)
            .arg("--pty")
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("a pipe"))
            .read_line(&mut line)
            .expect("a line");
        let port = PathBuf::from(line.trim_end());
        Self { child, port }
    }
}

impl Drop for Plugged {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// What a program that has ended left behind.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    pub(crate) fn new(output: &Output) -> Self {
        Self {
            status: output.status.code(),
            stdout: String::from_utf8(output.stdout.clone()).expect("text"),
            stderr: String::from_utf8(output.stderr.clone()).expect("text"),
        }
    }

    pub(crate) fn lines(&self) -> Vec<&str> {
        self.stdout.lines().collect()
    }
}
