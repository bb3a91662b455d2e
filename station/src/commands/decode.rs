//! `station decode`: bytes of a wire, raw, as hexadecimal text or as a capture, to one JSON object a message.
//!
//! Promises: memory is bounded however long the input; from a live pipe each line is printed as soon as its bytes are in; what
//! is printed does not depend on how the input was split.
//!
//! Deliberately absent: values that a rule needs a clock for (staleness), which the links judge.

mod capture;
mod form;
mod hex;
mod line;

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use drivers::catalogue::{Decode, End, FAMILIES, Family, Told};
use drivers::port::capture_file::FIRST_LINE;
use protocols::wire::Decoded;
use serde::Serialize;
use thiserror::Error;

use self::form::{Form, FormError};
use self::hex::HexReader;
use self::line::Line;
use crate::commands::output::{self, Output};
use crate::commands::settings::{self, Setting, SettingsError};

/// Bytes that are read at once.
const READ_SIZE: usize = 16 * 1_024;

const EXAMPLES: &str = "\
Examples:
  station decode --protocol nonin-df2 recording.bin
  station decode --protocol trackmaster --set speed_unit=mph < /dev/ttyUSB0
  echo 'F1 85 B0 01 68 5C F2' | station decode --protocol csafe --hex
  station decode --protocol csafe --from host --hex requests.txt
  station decode --protocol nonin-df2 oximeter.txt

A file of station capture, or of station serve --capture, is known by its first line; --from host reads what was sent to the device.

A message is {\"offset\": N, \"message\": \"...\", ...}, an error {\"offset\": N, \"error\": \"checksum\", \"skipped_bytes\": K}.
Exit status: 0 without errors, 1 with errors in the bytes, bytes of which nothing is of the protocol, a device that has to be set otherwise or a capture that is not of this version, 2 for wrong usage.";

/// Arguments of `station decode`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct DecodeArgs {
    /// The wire's protocol, by its id; --list names them
    #[arg(
        long,
        value_name = "PROTOCOL",
        required_unless_present = "list",
        conflicts_with = "list"
    )]
    protocol: Option<String>,

    /// The file to read; standard input without it
    #[arg(conflicts_with = "list")]
    file: Option<PathBuf>,

    /// The input is text: two hexadecimal digits a byte, blanks and line ends where you like
    #[arg(long)]
    hex: bool,

    /// Which end of the wire sent the bytes
    #[arg(long, value_enum, default_value_t = Sender::Device)]
    from: Sender,

    /// What the wire does not say; may be given for several keys
    #[arg(long = "set", value_name = "KEY=VALUE")]
    settings: Vec<String>,

    /// Name the protocols and their settings instead of decoding
    #[arg(long)]
    list: bool,

    /// With --list: as one JSON array. Messages are JSON in any case
    #[arg(long)]
    json: bool,
}

/// The end of the wire that sent the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Sender {
    /// A host, such as Station itself.
    Host,
    /// A machine or a monitor.
    Device,
}

impl Sender {
    const fn end(self) -> End {
        match self {
            Self::Host => End::Host,
            Self::Device => End::Device,
        }
    }
}

/// All ids, for people.
fn known_ids() -> String {
    let ids: Vec<&str> = FAMILIES.iter().map(|family| family.id).collect();
    ids.join(", ")
}

/// Why nothing, or no more, could be decoded.
#[derive(Debug, Error)]
enum DecodeError {
    #[error("there is no protocol {given:?}; write one of {known}", known = known_ids())]
    UnknownProtocol { given: String },
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error("{name} cannot be opened: {source}; give a file that is there, or no file for standard input", name = path.display())]
    Open { path: PathBuf, source: io::Error },
    #[error("the input cannot be read further, at byte {at}: {source}")]
    Read { at: u64, source: io::Error },
    #[error(transparent)]
    Form(#[from] FormError),
    #[error(
        "the input is a capture, and none that can be read: its first line is not {FIRST_LINE:?}; decode it with the version of Station that kept it, or put that line back"
    )]
    OtherCapture,
}

/// One row of `--list --json`.
#[derive(Debug, Serialize)]
struct ListedProtocol {
    id: &'static str,
    what: &'static str,
    settings: &'static [Setting],
}

/// Decodes, or lists what can be decoded.
#[must_use]
pub fn run(arguments: &DecodeArgs) -> ExitCode {
    let mut out = Output::new();
    if arguments.list {
        list(&mut out, arguments.json);
        return match out.finish() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => cannot_write(&error),
        };
    }
    let decoded = decode(arguments, &mut out);
    if let Err(error) = out.finish() {
        return cannot_write(&error);
    }
    match decoded {
        Ok(tally) => {
            if let Some(remedy) = tally.remedy {
                output::complain(&remedy);
            }
            if tally.noise > 0 {
                output::complain(&format_args!("bytes of noise skipped: {}", tally.noise));
            }
            let nothing = tally.nothing_of(arguments.protocol.as_deref().unwrap_or_default());
            if let Some(words) = &nothing {
                output::complain(words);
            }
            if tally.errors == 0 && tally.remedy.is_none() && nothing.is_none() {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            }
        }
        Err(error @ DecodeError::OtherCapture) => output::finding(&error),
        Err(error) => output::wrong_usage(&error),
    }
}

fn cannot_write(error: &io::Error) -> ExitCode {
    output::finding(&format_args!(
        "the output cannot be written: {error}; look at where it goes to"
    ))
}

fn list(out: &mut Output, as_json: bool) {
    let rows = FAMILIES.iter().map(|family| ListedProtocol {
        id: family.id,
        what: family.devices,
        settings: family.decode_settings,
    });
    if as_json {
        out.json_line(&rows.collect::<Vec<_>>());
        return;
    }
    let width = FAMILIES.iter().map(|it| it.id.len()).max().unwrap_or(0);
    for row in rows {
        out.line(&format!("{:width$}  {}", row.id, row.what));
        for setting in row.settings {
            let values = setting.values.join("|");
            let key = setting.key;
            let what = setting.what;
            out.line(&format!("{:width$}    --set {key}={values}  {what}", ""));
        }
    }
}

/// What was found beside messages.
#[derive(Debug)]
struct Tally {
    messages: u64,
    errors: u64,
    noise: u64,
    /// What the bytes say that has to be set otherwise at the device.
    remedy: Option<&'static str>,
    /// What the input says of itself that its bytes are.
    says: Option<String>,
}

impl Tally {
    /// That nothing of the input is of the protocol, where that is so.
    fn nothing_of(&self, given: &str) -> Option<String> {
        let is_nothing = self.messages == 0 && self.errors == 0 && self.noise > 0;
        is_nothing.then(|| {
            let what = format!("nothing of the input is {given}");
            match self.says.as_deref() {
                Some(says) if says != given => {
                    format!("{what}: the file says that it is {says}; write --protocol {says}")
                }
                Some(_) | None => format!("{what}; look at --protocol, --from and --set"),
            }
        })
    }
}

/// Bytes of which is looked for what has to be set otherwise.
const SAMPLE: usize = 2_048;

/// A stream whose first bytes are kept, to be looked at as a whole.
struct Sampled {
    stream: Box<dyn Decode>,
    sample: Vec<u8>,
}

impl Decode for Sampled {
    fn feed(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Decoded<Told<'_>>)) {
        let room = SAMPLE.saturating_sub(self.sample.len());
        self.sample.extend(bytes.iter().take(room));
        self.stream.feed(bytes, sink);
    }

    fn end_of_value(&mut self, sink: &mut dyn FnMut(Decoded<Told<'_>>)) {
        self.stream.end_of_value(sink);
    }

    fn skipped(&self) -> u64 {
        self.stream.skipped()
    }
}

fn decode(arguments: &DecodeArgs, out: &mut Output) -> Result<Tally, DecodeError> {
    let given = arguments.protocol.as_deref().unwrap_or_default();
    let family = Family::by_id(given).ok_or_else(|| DecodeError::UnknownProtocol {
        given: given.to_owned(),
    })?;
    let settings = settings::parse(family.id, family.decode_settings, &arguments.settings)?;
    let mut stream = Sampled {
        stream: (family.decode)(arguments.from.end(), &settings),
        sample: Vec::with_capacity(SAMPLE),
    };
    let input = open(arguments.file.as_deref())?;
    let (mut form, mut input) = if arguments.hex {
        (Form::Hex(HexReader::default()), input)
    } else {
        let (form, input) =
            Form::of(input).map_err(|source| DecodeError::Read { at: 0, source })?;
        (form.ok_or(DecodeError::OtherCapture)?, input)
    };
    let mut buffer = vec![0; READ_SIZE];
    let mut read_bytes = 0_u64;
    let (mut messages, mut errors) = (0, 0);
    while out.is_open() {
        let count = match input.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(source) => {
                return Err(DecodeError::Read {
                    at: read_bytes,
                    source,
                });
            }
        };
        let chunk = buffer.get_mut(..count).unwrap_or_default();
        let mut print = |found: Decoded<Told<'_>>| {
            messages += u64::from(found.content.is_ok());
            errors += u64::from(found.content.is_err());
            out.json_line(&Line(found));
        };
        let taken = form.take(chunk, arguments.from, &mut stream, &mut print);
        out.flush();
        taken?;
        read_bytes = read_bytes.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
    }
    let mut print = |found: Decoded<Told<'_>>| {
        messages += u64::from(found.content.is_ok());
        errors += u64::from(found.content.is_err());
        out.json_line(&Line(found));
    };
    form.finish(arguments.from, &mut stream, &mut print)?;
    stream.end_of_value(&mut print);
    Ok(Tally {
        messages,
        errors,
        noise: stream.skipped(),
        remedy: family.ear.and_then(|ear| ear.remedy(&stream.sample)),
        says: form.protocol().map(str::to_owned),
    })
}

fn open(file: Option<&Path>) -> Result<Box<dyn Read>, DecodeError> {
    let Some(path) = file else {
        return Ok(Box::new(io::stdin().lock()));
    };
    match File::open(path) {
        Ok(file) => Ok(Box::new(file)),
        Err(source) => Err(DecodeError::Open {
            path: path.to_path_buf(),
            source,
        }),
    }
}
