//! How long it takes to write a session in each form, and as a document; and how large it becomes.

use std::error::Error;

use jiff::tz::TimeZone;
use station::records::Archive;
use station::review::export::FORMATS;
use station::review::export::telling::Telling;
use station::review::export::write::{Order, Tells, Written, write};
use station::review::report;

use crate::{hour, timed};

pub(crate) fn measure(minutes: u64) -> Result<Vec<String>, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("record.sqlite");
    hour::record(&path, 1, minutes)?;
    let archive = Archive::open(&path)?;
    let sessions = archive.sessions()?;
    let sessions = sessions.get(..1).ok_or("no session")?;
    let mut lines = vec![format!("a session of {minutes} min, written | bytes | ms")];
    for format in FORMATS {
        let output = folder.path().join(format.name);
        let order = Order {
            format,
            output: &output,
            several: false,
            tells: Tells::Pseudonym,
            notes: false,
            force: true,
        };
        let (took_ms, written) = timed(|| write(&archive, sessions, &order))?;
        let bytes = match written {
            Written::Files(paths) => paths
                .iter()
                .map(|path| std::fs::metadata(path).map(|file| file.len()))
                .sum::<Result<u64, _>>()?,
            Written::Bytes(_) => 0,
        };
        lines.push(format!("{} | {bytes} | {took_ms:.1}", format.name));
    }
    let telling = Telling::nothing_else().in_zone(TimeZone::UTC);
    let line = sessions.first().ok_or("no session")?;
    let (took_ms, text) = timed(|| report::session(&archive, line, &telling))?;
    lines.push(format!("report | {} | {took_ms:.1}", text.len()));
    Ok(lines)
}
