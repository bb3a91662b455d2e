//! A file as text, and its TOML as a table that knows where everything stands.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use toml::de::DeTable;

use super::mistake::{Findings, Form, Mistake};

/// Largest file that is read, in bytes: a configuration is written by a person.
const LARGEST: u64 = 4 * 1024 * 1024;

/// The text of one of the gym's files.
///
/// # Errors
///
/// Why it cannot be read, as a mistake with its remedy.
pub fn read(path: &Path) -> Result<String, Mistake> {
    read_of_form(path, Form::GYM)
}

/// A file's text.
///
/// # Errors
///
/// Why it cannot be read, as a mistake with its remedy.
pub fn read_of_form(path: &Path, form: Form) -> Result<String, Mistake> {
    let refuse = |what: String, remedy: String| Mistake::of_file(path, what, remedy);
    let mut file = File::open(path).map_err(|error| unread(path, form, &error))?;
    if file.metadata().is_ok_and(|about| about.is_dir()) {
        return Err(refuse(
            "this is a folder, not a file".to_owned(),
            format!("name {} in it", form.name),
        ));
    }
    let mut bytes = Vec::new();
    // What a pipe or a device gives has no size until it is read.
    let mut some = file.by_ref().take(LARGEST.saturating_add(1));
    let size = some
        .read_to_end(&mut bytes)
        .map_err(|error| unread(path, form, &error))?;
    if u64::try_from(size).is_ok_and(|size| size > LARGEST) {
        return Err(refuse(
            format!("the file has more than {LARGEST} bytes, and nobody writes so many"),
            format!("name {} instead", form.name),
        ));
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let before = error.as_bytes().get(..valid).unwrap_or_default();
        let mut mistake = refuse(
            "the file is no UTF-8 text".to_owned(),
            "save it as UTF-8".to_owned(),
        );
        mistake.line = String::from_utf8_lossy(before)
            .matches('\n')
            .count()
            .saturating_add(1);
        mistake
    })
}

fn unread(path: &Path, form: Form, error: &std::io::Error) -> Mistake {
    let kind = error.kind();
    let remedy = if kind == std::io::ErrorKind::NotFound {
        format!(
            "name a file that is there, or make one as {} shows",
            form.manual
        )
    } else if kind == std::io::ErrorKind::PermissionDenied {
        "give this user leave to read it".to_owned()
    } else {
        "see that the disk and the path are sound".to_owned()
    };
    Mistake::of_file(path, format!("the file cannot be read: {error}"), remedy)
}

/// The text as TOML. `None` where its syntax is broken: each broken line has been noted then, and nothing else is judged.
pub fn parse<'t>(findings: &Findings<'t>) -> Option<DeTable<'t>> {
    let (table, errors) = DeTable::parse_recoverable(findings.text());
    if errors.is_empty() {
        return Some(table.into_inner());
    }
    let mut lines: Vec<usize> = Vec::new();
    for error in errors {
        let at = error.span().unwrap_or(0..0);
        let line = findings
            .text()
            .get(..at.start)
            .map_or(0, |before| before.matches('\n').count());
        if lines.contains(&line) {
            continue;
        }
        lines.push(line);
        findings.mistake(
            &at,
            format!("this is not TOML: {}", error.message()),
            remedy(error.message()),
        );
    }
    None
}

fn remedy(message: &str) -> &'static str {
    if message.contains("duplicate key") {
        "keep one of both lines"
    } else {
        "write `key = value`, with texts in \"quotes\", or a [[table]] header"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_text_file_is_refused_with_its_reason() {
        let folder = tempfile::tempdir().expect("a folder");
        let refused = read(folder.path()).expect_err("a folder is no file");
        assert!(refused.what_is_wrong.contains("a folder, not a file"));
        let latin = folder.path().join("latin.toml");
        std::fs::write(&latin, b"name = \"a\"\nnote = \"F\xfc\xdfe\"\n").expect("written");
        let refused = read(&latin).expect_err("Latin-1 is no UTF-8");
        assert_eq!(
            (refused.line, refused.what_to_write.as_str()),
            (2, "save it as UTF-8")
        );
        let large = folder.path().join("large.toml");
        std::fs::write(&large, vec![b' '; 4 * 1024 * 1024 + 1]).expect("written");
        let refused = read(&large).expect_err("nobody writes so much");
        assert!(refused.what_is_wrong.contains("more than 4194304 bytes"));
        let missing = read(&folder.path().join("gym.toml")).expect_err("nothing there");
        assert!(
            missing
                .what_to_write
                .starts_with("name a file that is there")
        );
    }

    #[test]
    fn every_broken_line_is_told_once() {
        let text = "a = = 1\nb = 2\nc = [1,\nd = yes\n";
        let findings = Findings::new(Path::new("gym.toml"), text);
        assert!(parse(&findings).is_none());
        let (mistakes, _) = findings.into_parts();
        assert!(mistakes.len() >= 2, "{mistakes:?}");
        let mut lines: Vec<usize> = mistakes.iter().map(|mistake| mistake.line).collect();
        lines.dedup();
        assert_eq!(lines.len(), mistakes.len());
        assert_eq!(lines.first(), Some(&1));
    }
}
