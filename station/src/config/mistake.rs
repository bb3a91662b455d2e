//! Mistakes in files that people write: where, what, and what to write instead.

use std::cell::RefCell;
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::Serialize;

/// One mistake in a file, or one thing that is allowed and still deserves a look.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Mistake {
    /// The file.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong, with the value that was given.
    pub what_is_wrong: String,
    /// What to write or do instead, as an order.
    pub what_to_write: String,
}

impl Mistake {
    /// A mistake of a whole file: one that cannot be read, for instance.
    #[must_use]
    pub fn of_file(file: &Path, what_is_wrong: String, what_to_write: String) -> Self {
        Self {
            file: file.to_owned(),
            line: 1,
            column: 1,
            what_is_wrong,
            what_to_write,
        }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}:{}: {}; {}",
            self.file.display(),
            self.line,
            self.what_is_wrong,
            self.what_to_write
        )
    }
}

/// How a file is written, so that a remedy can be copied into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notation {
    /// TOML.
    Toml,
    /// JSON.
    Json,
}

impl Notation {
    /// A key with what to write for it.
    #[must_use]
    pub fn assigned(self, key: &str, value: &str) -> String {
        match self {
            Self::Toml => format!("{key} = {value}"),
            Self::Json => format!("\"{key}\": {value}"),
        }
    }

    /// What a person calls one table of a list of tables; `number` from 1.
    #[must_use]
    pub fn item(self, key: &str, number: usize) -> String {
        match self {
            Self::Toml => format!("[[{key}]] {number}"),
            Self::Json => format!("number {number} of \"{key}\""),
        }
    }

    /// How a list of tables is written.
    #[must_use]
    pub fn list(self, key: &str) -> String {
        match self {
            Self::Toml => format!("write [[{key}]] on a line of its own above each"),
            Self::Json => format!("write \"{key}\": [{{ ... }}, {{ ... }}]"),
        }
    }

    /// How to be rid of a key.
    #[must_use]
    pub const fn deletion(self) -> &'static str {
        match self {
            Self::Toml => "delete the line",
            Self::Json => "delete it with its value",
        }
    }
}

/// What kind of file it is, in the words of a remedy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Form {
    /// How it is written.
    pub notation: Notation,
    /// What a person calls it.
    pub name: &'static str,
    /// Where its keys are told.
    pub manual: &'static str,
}

impl Form {
    /// The gym's and the patients' files.
    pub const GYM: Self = Self {
        notation: Notation::Toml,
        name: "the gym's file",
        manual: "docs/configuration.md",
    };
}

/// One file's text, and what was found in it so far. Findings are gathered, so that a person sees all of them at once.
#[derive(Debug)]
pub struct Findings<'t> {
    file: PathBuf,
    text: &'t str,
    form: Form,
    mistakes: RefCell<Vec<Found>>,
    warnings: RefCell<Vec<Found>>,
}

/// What was found at a byte of the text.
#[derive(Debug)]
struct Found {
    at: usize,
    what_is_wrong: String,
    what_to_write: String,
}

impl<'t> Findings<'t> {
    /// Nothing found yet, in one of the gym's files.
    #[must_use]
    pub fn new(file: &Path, text: &'t str) -> Self {
        Self::of_form(file, text, Form::GYM)
    }

    /// Nothing found yet, in a file of this form.
    #[must_use]
    pub fn of_form(file: &Path, text: &'t str, form: Form) -> Self {
        Self {
            file: file.to_owned(),
            text,
            form,
            mistakes: RefCell::new(Vec::new()),
            warnings: RefCell::new(Vec::new()),
        }
    }

    /// The file's text.
    #[must_use]
    pub const fn text(&self) -> &'t str {
        self.text
    }

    /// What kind of file it is.
    #[must_use]
    pub const fn form(&self) -> Form {
        self.form
    }

    /// The file.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Something that must be put right.
    pub fn mistake(&self, at: &Range<usize>, what: impl Into<String>, remedy: impl Into<String>) {
        let found = self.found(at, what.into(), remedy.into());
        self.mistakes.borrow_mut().push(found);
    }

    /// Something that is allowed and deserves a look.
    pub fn warning(&self, at: &Range<usize>, what: impl Into<String>, remedy: impl Into<String>) {
        let found = self.found(at, what.into(), remedy.into());
        self.warnings.borrow_mut().push(found);
    }

    /// How many mistakes so far.
    #[must_use]
    pub fn count(&self) -> usize {
        self.mistakes.borrow().len()
    }

    /// Mistakes and warnings, each in the order of the file.
    #[must_use]
    pub fn into_parts(self) -> (Vec<Mistake>, Vec<Mistake>) {
        let mistakes = self.mistakes.take();
        let warnings = self.warnings.take();
        (self.located(mistakes), self.located(warnings))
    }

    fn found(&self, at: &Range<usize>, what_is_wrong: String, what_to_write: String) -> Found {
        let at = if self.text.is_char_boundary(at.start) {
            at.start
        } else {
            self.text.len()
        };
        Found {
            at,
            what_is_wrong,
            what_to_write,
        }
    }

    /// In the order of the file, with line and column. One walk over the text, however much was found in it.
    fn located(&self, mut found: Vec<Found>) -> Vec<Mistake> {
        found.sort_by_key(|one| one.at);
        let (mut from, mut line, mut column) = (0, 1_usize, 1_usize);
        let locate = |one: Found| {
            let between = self.text.get(from..one.at).unwrap_or_default();
            if let Some((_, last)) = between.rsplit_once('\n') {
                line = line.saturating_add(between.matches('\n').count());
                column = last.chars().count().saturating_add(1);
            } else {
                column = column.saturating_add(between.chars().count());
            }
            from = one.at;
            Mistake {
                file: self.file.clone(),
                line,
                column,
                what_is_wrong: one.what_is_wrong,
                what_to_write: one.what_to_write,
            }
        };
        found.into_iter().map(locate).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_names_its_line_and_its_column_in_characters() {
        let findings = Findings::new(Path::new("gym.toml"), "a = 1\nname = \"Füße\" # é\n");
        findings.mistake(&(21..22), "this is wrong", "write something else");
        findings.mistake(&(0..1), "so is this", "write that");
        findings.mistake(&(23..24), "and this", "write another");
        findings.mistake(&(999..999), "at the end", "write it");
        let (mistakes, warnings) = findings.into_parts();
        assert!(warnings.is_empty());
        assert_eq!((mistakes[0].line, mistakes[0].column), (1, 1));
        assert_eq!((mistakes[2].line, mistakes[2].column), (2, 16));
        assert_eq!((mistakes[3].line, mistakes[3].column), (3, 1));
        assert_eq!((mistakes[1].line, mistakes[1].column), (2, 14));
        assert_eq!(
            mistakes[1].to_string(),
            "gym.toml:2: this is wrong; write something else"
        );
    }
}
