//! Lines of JSON that show where they were changed: each ends with a sum over all lines up to it, and the last has the SHA-256 of all before.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::{FIRST, FORMAT, LAST};
use crate::records::SOFTWARE;
use crate::records::chain::Hex;

/// So much of the running sum stands at the end of a line: four bytes in hexadecimal digits.
const SUM_DIGITS: usize = 8;
/// What stands around it.
const BEFORE_SUM: &str = ",\"sum\":\"";
const AFTER_SUM: &str = "\"}";

/// Lines in the making.
#[derive(Debug, Default)]
pub struct Lines {
    body: String,
    running: Sha256,
    counts: BTreeMap<String, usize>,
}

impl Lines {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a line.
    pub fn push(&mut self, kind: &str, fields: &Map<String, Value>) {
        let line = plain(kind, fields);
        self.running.update(line.as_bytes());
        let sum = short(&self.running);
        let open = line.strip_suffix('}').unwrap_or(&line);
        self.body.push_str(open);
        self.body.push_str(BEFORE_SUM);
        self.body.push_str(&sum);
        self.body.push_str(AFTER_SUM);
        self.body.push('\n');
        *self.counts.entry(kind.to_owned()).or_default() += 1;
    }

    /// The whole file: a first line with these fields and the counts, and a last one.
    #[must_use]
    pub fn finish(self, mut header: Map<String, Value>) -> Vec<u8> {
        header.insert("format".to_owned(), FORMAT.into());
        header.insert("software".to_owned(), SOFTWARE.into());
        header.insert(
            "counts".to_owned(),
            self.counts
                .iter()
                .map(|(kind, count)| (kind.clone(), Value::from(*count)))
                .collect(),
        );
        let mut whole = plain(FIRST, &header);
        whole.push('\n');
        whole.push_str(&self.body);
        let sum: [u8; 32] = Sha256::digest(&whole).into();
        let count: usize = self.counts.values().sum();
        let last = [
            ("lines".to_owned(), Value::from(count + 1)),
            ("sha256".to_owned(), Hex(&sum).to_string().into()),
        ];
        whole.push_str(&plain(LAST, &last.into_iter().collect()));
        whole.push('\n');
        whole.into_bytes()
    }
}

/// A line without its sum: the type first, then the fields by name.
fn plain(kind: &str, fields: &Map<String, Value>) -> String {
    let kind = Value::from(kind);
    let rest = Value::Object(fields.clone()).to_string();
    match rest.strip_prefix('{') {
        Some("}") | None => format!("{{\"type\":{kind}}}"),
        Some(rest) => format!("{{\"type\":{kind},{rest}"),
    }
}

fn short(running: &Sha256) -> String {
    let sum: [u8; 32] = running.clone().finalize().into();
    Hex(&sum).to_string().chars().take(SUM_DIGITS).collect()
}

/// Why lines are not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// They are something else.
    #[error("line 1 is no first line of an export as jsonl")]
    Foreign,
    /// A newer Station wrote them.
    #[error("it is of format {found}, and this Station knows {FORMAT}: use a newer Station")]
    Newer {
        /// The number that it says.
        found: i64,
    },
    /// The last line is not there.
    #[error("it was cut: it ends after line {line} without its last line")]
    Cut {
        /// The last line that is whole.
        line: usize,
    },
    /// The lines between are as they were written, and the first or the last is not.
    #[error("it was changed at line 1 or at line {line}, its last")]
    Ends {
        /// The last line.
        line: usize,
    },
    /// A line is not as it was written.
    #[error("it was changed at line {line}, or a line is missing there")]
    Changed {
        /// Which, from 1.
        line: usize,
    },
}

/// One line between the first and the last.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Which of the file, from 1.
    pub number: usize,
    /// Its type.
    pub kind: String,
    /// Its fields, without type and sum.
    pub fields: Map<String, Value>,
}

/// Lines that are as they were written.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    /// The first line.
    pub header: Map<String, Value>,
    /// The first line as it stands.
    pub header_text: String,
    /// Every line between.
    pub lines: Vec<Line>,
    /// The SHA-256 of the file up to its last line.
    pub sha256: [u8; 32],
}

impl Read {
    /// Reads a file, and checks every sum in it.
    ///
    /// # Errors
    /// The first line that is not as it was written.
    pub fn of(bytes: &[u8]) -> Result<Self, LineError> {
        let text = text(bytes)?;
        let mut all = text.split_inclusive('\n');
        let head = all.next().unwrap_or_default();
        let header = header(head)?;
        let (mut running, mut length, mut lines) = (Sha256::new(), head.len(), Vec::new());
        for (number, line) in (2..).zip(all) {
            let Some(inner) = line.strip_suffix('\n') else {
                return Err(LineError::Cut { line: number - 1 });
            };
            if let Some(last) = object(inner).filter(|line| is_a(line, LAST)) {
                if length + line.len() != bytes.len() {
                    return Err(LineError::Changed { line: number + 1 });
                }
                let before = bytes.get(..length).unwrap_or_default();
                let sha256: [u8; 32] = Sha256::digest(before).into();
                let as_written = last.get("lines") == Some(&Value::from(number - 1))
                    && last.get("sha256") == Some(&Value::from(Hex(&sha256).to_string()));
                let header_text = head.trim_end().to_owned();
                return as_written
                    .then_some(Self {
                        header,
                        header_text,
                        lines,
                        sha256,
                    })
                    .ok_or(LineError::Ends { line: number });
            }
            let (kind, fields) =
                summed(inner, &mut running).ok_or(LineError::Changed { line: number })?;
            lines.push(Line {
                number,
                kind,
                fields,
            });
            length += line.len();
        }
        Err(LineError::Cut {
            line: lines.len() + 1,
        })
    }
}

fn text(bytes: &[u8]) -> Result<&str, LineError> {
    str::from_utf8(bytes).map_err(|error| {
        let sound = bytes.get(..error.valid_up_to()).unwrap_or_default();
        match String::from_utf8_lossy(sound).matches('\n').count() {
            0 => LineError::Foreign,
            before => LineError::Changed { line: before + 1 },
        }
    })
}

fn header(line: &str) -> Result<Map<String, Value>, LineError> {
    let header = object(line)
        .filter(|line| is_a(line, FIRST))
        .ok_or(LineError::Foreign)?;
    match header.get("format").and_then(Value::as_i64) {
        Some(found) if found > FORMAT => Err(LineError::Newer { found }),
        Some(_) => Ok(header),
        None => Err(LineError::Foreign),
    }
}

fn object(line: &str) -> Option<Map<String, Value>> {
    serde_json::from_str(line).ok()
}

fn is_a(line: &Map<String, Value>, kind: &str) -> bool {
    line.get("type").and_then(Value::as_str) == Some(kind)
}

/// The type and the fields of a line whose sum is right.
fn summed(line: &str, running: &mut Sha256) -> Option<(String, Map<String, Value>)> {
    let (open, sum) = line.strip_suffix(AFTER_SUM)?.rsplit_once(BEFORE_SUM)?;
    running.update(open);
    running.update("}");
    if short(running) != sum {
        return None;
    }
    let mut fields = object(line)?;
    fields.remove("sum");
    let kind = fields.remove("type")?.as_str()?.to_owned();
    Some((kind, fields))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> String {
        let mut lines = Lines::new();
        for number in 0..5 {
            let fields = serde_json::json!({ "number": number, "text": "a \"word\"\n" });
            lines.push("word", fields.as_object().unwrap());
        }
        String::from_utf8(lines.finish(Map::new())).unwrap()
    }

    #[test]
    fn lines_come_back_as_they_were_written() {
        let read = Read::of(file().as_bytes()).unwrap();
        assert_eq!(read.lines.len(), 5);
        assert_eq!(read.lines[4].fields["number"], 4);
        assert_eq!(read.lines[4].number, 6);
        assert_eq!(read.header["counts"]["word"], 5);
    }

    #[test]
    fn a_file_that_was_cut_anywhere_says_where() {
        let file = file();
        for length in 1..file.len() {
            let error = Read::of(&file.as_bytes()[..length]).unwrap_err();
            let whole = file[..length].matches('\n').count();
            match error {
                LineError::Foreign => assert_eq!(whole, 0),
                LineError::Cut { line } => assert_eq!(line, whole.max(1)),
                LineError::Newer { .. } | LineError::Ends { .. } | LineError::Changed { .. } => {
                    panic!("{error}")
                }
            }
        }
    }

    #[test]
    fn a_line_that_was_changed_left_out_put_in_or_moved_is_named() {
        let file = file();
        let lines: Vec<&str> = file.split_inclusive('\n').collect();
        let refused = |lines: &[&str]| Read::of(lines.concat().as_bytes()).unwrap_err();
        let changed = lines[3].replace("word", "world");
        let mut with = lines.clone();
        with[3] = &changed;
        assert_eq!(refused(&with), LineError::Changed { line: 4 });
        let mut without = lines.clone();
        without.remove(2);
        assert_eq!(refused(&without), LineError::Changed { line: 3 });
        let mut twice = lines.clone();
        twice.insert(4, lines[4]);
        assert_eq!(refused(&twice), LineError::Changed { line: 6 });
        let mut moved = lines.clone();
        moved.swap(1, 2);
        assert_eq!(refused(&moved), LineError::Changed { line: 2 });
        let mut without_the_last = lines.clone();
        without_the_last.remove(5);
        assert_eq!(refused(&without_the_last), LineError::Ends { line: 6 });
        let first = lines[0].replace("\"software\":\"", "\"software\":\"another ");
        let mut headed = lines.clone();
        headed[0] = &first;
        assert_eq!(refused(&headed), LineError::Ends { line: 7 });
        let more = [lines.clone(), vec!["{}\n"]].concat();
        assert_eq!(refused(&more), LineError::Changed { line: 8 });
    }

    #[test]
    fn what_is_foreign_or_newer_is_said_so() {
        for foreign in ["", "\n", "Dear all\n", "{}\n", "{\"type\":\"end\"}\n"] {
            assert_eq!(Read::of(foreign.as_bytes()), Err(LineError::Foreign));
        }
        let newer = file().replace("\"format\":1", "\"format\":2");
        assert_eq!(
            Read::of(newer.as_bytes()),
            Err(LineError::Newer { found: 2 })
        );
    }
}
