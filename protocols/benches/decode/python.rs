//! A plain loop over the same bytes in Python, timed by Python itself.

use std::io::Write;
use std::process::{Command, Stdio};

/// Reads bytes, goes through them once and adds them up, and says how many seconds that took.
const LOOP: &str = "
import sys, time
data = sys.stdin.buffer.read()
begun = time.perf_counter()
total = 0
for byte in data:
    total += byte
print(time.perf_counter() - begun)
";

/// How many megabytes a second the loop takes; `None` where there is no Python.
pub(crate) fn megabytes_a_second(bytes: &[u8]) -> Option<f64> {
    let mut python = Command::new("python3")
        .args(["-c", LOOP])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    python.stdin.take()?.write_all(bytes).ok()?;
    let output = python.wait_with_output().ok()?;
    let seconds: f64 = String::from_utf8(output.stdout).ok()?.trim().parse().ok()?;
    let count = u32::try_from(bytes.len()).map_or(f64::NAN, f64::from);
    Some(count / super::BYTES_A_MEGABYTE / seconds)
}
