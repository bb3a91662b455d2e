//! JSON as the same table that TOML is read into, so that both go through one set of checks and every mistake has its line.
//!
//! Promises: RFC 8259 and no more: neither comments nor trailing commas. Any text gives a table or a mistake, never a panic. A key
//! that stands twice and a `null` are mistakes, as both would let a value pass unseen.

use std::borrow::Cow;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeArray, DeString, DeTable, DeValue};

use super::mistake::Findings;

/// No file of ours nests deeper than a third of this.
const DEEPEST: usize = 24;

/// So much of what stands in the way is shown.
const SHOWN: usize = 16;

/// Whether a text is meant as JSON: no TOML begins with a brace.
#[must_use]
pub fn is_meant(text: &str) -> bool {
    without_mark(text).trim_start().starts_with('{')
}

/// The text as a table. `None` where it is none: that has been noted then, and nothing else is judged.
pub fn parse<'t>(findings: &Findings<'t>) -> Option<DeTable<'t>> {
    let text = findings.text();
    let mut reader = Reader {
        findings,
        text,
        at: text.len().saturating_sub(without_mark(text).len()),
    };
    let before = findings.count();
    let table = reader.document()?;
    (findings.count() == before).then_some(table)
}

/// The text without the mark that some editors put before it.
fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// The text, and how far it is read. Where its methods give `None`, what broke the syntax has been noted.
struct Reader<'f, 't> {
    findings: &'f Findings<'t>,
    text: &'t str,
    at: usize,
}

impl<'t> Reader<'_, 't> {
    fn document(&mut self) -> Option<DeTable<'t>> {
        self.skip_space();
        if self.rest().is_empty() {
            return self.refuse("the file is empty", "write { \"format\": 1, ... }");
        }
        if self.peek() != Some(b'{') {
            return self.refuse_here("the file is no JSON object", "begin with {");
        }
        let table = self.table(0)?;
        self.skip_space();
        if self.rest().is_empty() {
            Some(table)
        } else {
            self.refuse_here("the object has ended before this", "delete what follows it")
        }
    }

    fn value(&mut self, depth: usize) -> Option<Spanned<DeValue<'t>>> {
        let from = self.at;
        let value = match self.peek() {
            Some(b'{') => DeValue::Table(self.table(depth)?),
            Some(b'[') => DeValue::Array(self.array(depth)?),
            Some(b'"') => DeValue::String(self.string()?),
            Some(_) | None => self.scalar()?,
        };
        Some(Spanned::new(from..self.at, value))
    }

    fn table(&mut self, depth: usize) -> Option<DeTable<'t>> {
        self.go_in(depth)?;
        let mut table = DeTable::new();
        while self.another(b'}', table.is_empty())? {
            if self.peek() != Some(b'"') {
                return self.refuse_here(
                    "this is no key",
                    "write keys in double quotes: \"key\": value",
                );
            }
            let from = self.at;
            let key = self.string()?;
            let key = Spanned::new(from..self.at, key);
            self.skip_space();
            if self.peek() != Some(b':') {
                return self.refuse_here(
                    format!(
                        "there is no colon behind \"{}\"",
                        key.get_ref().escape_debug()
                    ),
                    "write \"key\": value",
                );
            }
            self.at = self.at.saturating_add(1);
            self.skip_space();
            let value = self.value(depth.saturating_add(1))?;
            if table.contains_key(key.get_ref().as_ref()) {
                self.findings.mistake(
                    &key.span(),
                    format!(
                        "\"{}\" stands twice in this object",
                        key.get_ref().escape_debug()
                    ),
                    "keep one of both",
                );
            }
            table.insert(key, value);
        }
        Some(table)
    }

    fn array(&mut self, depth: usize) -> Option<DeArray<'t>> {
        self.go_in(depth)?;
        let mut array = DeArray::new();
        while self.another(b']', array.is_empty())? {
            let value = self.value(depth.saturating_add(1))?;
            array.push(value);
        }
        Some(array)
    }

    /// Goes over the opening bracket.
    fn go_in(&mut self, depth: usize) -> Option<()> {
        if depth >= DEEPEST {
            return self.refuse(
                format!("this is nested {DEEPEST} deep, deeper than any file here"),
                "see where a bracket is not closed",
            );
        }
        self.at = self.at.saturating_add(1);
        Some(())
    }

    /// Whether another entry follows, behind its comma where it is not the first. Goes over the closing bracket where none does.
    fn another(&mut self, end: u8, first: bool) -> Option<bool> {
        let closing = char::from(end);
        self.skip_space();
        if self.peek() == Some(end) {
            self.at = self.at.saturating_add(1);
            return Some(false);
        }
        if first {
            return Some(true);
        }
        if self.peek() != Some(b',') {
            return self.refuse_here(
                format!("neither a comma nor {closing} stands here"),
                format!("write a comma between two entries, {closing} behind the last"),
            );
        }
        let comma = self.at;
        self.at = self.at.saturating_add(1);
        self.skip_space();
        if self.peek() == Some(end) {
            self.at = comma;
            return self.refuse(
                format!("nothing follows this comma before {closing}"),
                "delete the comma",
            );
        }
        Some(true)
    }

    fn string(&mut self) -> Option<DeString<'t>> {
        let mut escaped = false;
        let mut end = None;
        for (offset, byte) in self.rest().bytes().enumerate().skip(1) {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => {
                    end = Some(offset);
                    break;
                }
                0..0x20 => break,
                _ => {}
            }
        }
        let Some(length) = end else {
            return self.refuse(
                "this text is not closed on its line",
                "close it with a double quote; a line break in it is written \\n",
            );
        };
        let written = self.rest().get(..=length)?;
        let bare = written.get(1..length)?;
        let read = if bare.contains('\\') {
            serde_json::from_str::<String>(written).ok().map(Cow::Owned)
        } else {
            Some(Cow::Borrowed(bare))
        };
        let Some(read) = read else {
            return self.refuse(
                "this text has a backslash that JSON does not know",
                "write \\\\ for a backslash, \\\" for a quote",
            );
        };
        self.at = self.at.saturating_add(written.len());
        Some(read)
    }

    /// A number, true or false.
    fn scalar(&mut self) -> Option<DeValue<'t>> {
        let word = self.word();
        let read = match word {
            "true" => Some(DeValue::Boolean(true)),
            "false" => Some(DeValue::Boolean(false)),
            "null" => {
                self.refuse::<()>(
                    "null is no value here",
                    "write the value, or leave the key out",
                );
                Some(DeValue::Boolean(false))
            }
            // Every number of JSON is one of TOML.
            _ if is_number(word) => DeValue::parse(word).ok().map(Spanned::into_inner),
            _ => None,
        };
        let Some(read) = read else {
            return self.refuse_here(
                "this is no JSON value",
                "write a number such as -0.5, a text in double quotes, true or false",
            );
        };
        self.at = self.at.saturating_add(word.len());
        Some(read)
    }

    /// What stands here up to a space or a sign of JSON's own.
    fn word(&self) -> &'t str {
        let rest = self.rest();
        let is_end = |letter: char| letter.is_whitespace() || ",:[]{}\"".contains(letter);
        rest.get(..rest.find(is_end).unwrap_or(rest.len()))
            .unwrap_or_default()
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.rest().bytes().next()
    }

    fn skip_space(&mut self) {
        let rest = self.rest();
        let after = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        self.at = self
            .at
            .saturating_add(rest.len().saturating_sub(after.len()));
    }

    /// Notes what is wrong, and shows what stands here.
    fn refuse_here<T>(&self, what: impl Into<String>, remedy: impl Into<String>) -> Option<T> {
        let rest = self.rest();
        if rest.starts_with(['/', '#']) {
            return self.refuse(
                "this is a comment, and JSON has none",
                "delete it, or write the file as TOML, where # begins a comment",
            );
        }
        let what = what.into();
        let word = self.word();
        let word = if word.is_empty() { rest } else { word };
        let visible = |letter: &char| !letter.is_control();
        let shown: String = word.chars().take_while(visible).take(SHOWN).collect();
        let what = match (rest.is_empty(), shown.is_empty()) {
            (true, _) => format!("{what}: the file ends"),
            (false, true) => what,
            (false, false) => format!("{what}: {shown}"),
        };
        self.refuse(what, remedy)
    }

    fn refuse<T>(&self, what: impl Into<String>, remedy: impl Into<String>) -> Option<T> {
        let at: Range<usize> = self.at..self.at;
        self.findings.mistake(&at, what, remedy);
        None
    }
}

/// Whether a word is a number by JSON's grammar.
fn is_number(word: &str) -> bool {
    let unsigned = word.strip_prefix('-').unwrap_or(word);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let exponent = exponent.map(|text| text.strip_prefix(['+', '-']).unwrap_or(text));
    are_digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(are_digits)
        && exponent.is_none_or(are_digits)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn refused(text: &str) -> Vec<String> {
        let findings = Findings::new(Path::new("c.json"), text);
        assert!(parse(&findings).is_none(), "{text}");
        let (mistakes, _) = findings.into_parts();
        mistakes.iter().map(ToString::to_string).collect()
    }

    /// A table as `serde_json` would have read it; `None` where a number is beyond it.
    fn value(read: &DeValue<'_>) -> Option<Value> {
        Some(match read {
            DeValue::String(text) => Value::String(text.to_string()),
            DeValue::Integer(number) => serde_json::from_str(number.as_str()).ok()?,
            DeValue::Float(number) => Value::from(number.as_str().parse::<f64>().ok()?),
            DeValue::Boolean(truth) => Value::Bool(*truth),
            DeValue::Datetime(_) => return None,
            DeValue::Array(list) => Value::Array(
                list.iter()
                    .map(|one| value(one.get_ref()))
                    .collect::<Option<_>>()?,
            ),
            DeValue::Table(table) => Value::Object(
                table
                    .iter()
                    .map(|(key, one)| Some((key.get_ref().to_string(), value(one.get_ref())?)))
                    .collect::<Option<_>>()?,
            ),
        })
    }

    fn read(text: &str) -> Option<Value> {
        let findings = Findings::new(Path::new("c.json"), text);
        parse(&findings).and_then(|table| value(&DeValue::Table(table)))
    }

    #[test]
    fn what_json_does_not_have_is_told_with_its_line() {
        let told = [
            (
                "{ \"a\": 1, // one\n }",
                "c.json:1: this is a comment, and JSON has none; delete it, or write the file as TOML, where # begins a comment",
            ),
            (
                "{ \"a\": [1,\n2,\n] }",
                "c.json:2: nothing follows this comma before ]; delete the comma",
            ),
            (
                "{ \"a\": 1,\n a: 2 }",
                "c.json:2: this is no key: a; write keys in double quotes: \"key\": value",
            ),
            (
                "{ \"a\"\n 2 }",
                "c.json:2: there is no colon behind \"a\": 2; write \"key\": value",
            ),
            (
                "{ \"a\": 1\n \"b\": 2 }",
                "c.json:2: neither a comma nor } stands here: \"b\": 2 }; write a comma between two entries, } behind the last",
            ),
            (
                "{ \"a\": NaN }",
                "c.json:1: this is no JSON value: NaN; write a number such as -0.5, a text in double quotes, true or false",
            ),
            (
                "{ \"a\": 'b' }",
                "c.json:1: this is no JSON value: 'b'; write a number such as -0.5, a text in double quotes, true or false",
            ),
            (
                "{ \"a\": 1\n",
                "c.json:2: neither a comma nor } stands here: the file ends; write a comma between two entries, } behind the last",
            ),
            (
                "{ \"a\": \"b\n\" }",
                "c.json:1: this text is not closed on its line; close it with a double quote; a line break in it is written \\n",
            ),
            (
                "{ \"a\": \"C:\\data\" }",
                "c.json:1: this text has a backslash that JSON does not know; write \\\\ for a backslash, \\\" for a quote",
            ),
            (
                "{}\n{}",
                "c.json:2: the object has ended before this: {}; delete what follows it",
            ),
            (
                "[1]",
                "c.json:1: the file is no JSON object: [1]; begin with {",
            ),
            (
                " \n",
                "c.json:2: the file is empty; write { \"format\": 1, ... }",
            ),
        ];
        for (text, expected) in told {
            assert_eq!(refused(text), [expected], "{text}");
        }
    }

    #[test]
    fn nulls_and_keys_that_stand_twice_are_all_told() {
        assert_eq!(
            refused("{ \"a\": null,\n \"a\": 1,\n \"b\": [null] }"),
            [
                "c.json:1: null is no value here; write the value, or leave the key out",
                "c.json:2: \"a\" stands twice in this object; keep one of both",
                "c.json:3: null is no value here; write the value, or leave the key out",
            ]
        );
    }

    #[test]
    fn nesting_has_an_end() {
        let text = format!("{{ \"a\": {}", "[".repeat(100_000));
        assert!(refused(&text)[0].contains("nested 24 deep"));
    }

    #[test]
    fn spans_are_those_of_the_text() {
        let text = "\u{feff}{ \"\\u00e4\": [ 1.5e3, \"ä\" ] }";
        let findings = Findings::new(Path::new("c.json"), text);
        let table = parse(&findings).expect("JSON");
        let (key, list) = table.iter().next().expect("an entry");
        assert_eq!(
            (key.get_ref().as_ref(), &text[key.span()]),
            ("ä", "\"\\u00e4\"")
        );
        let items: Vec<&str> = list
            .get_ref()
            .as_array()
            .expect("a list")
            .iter()
            .map(|item| &text[item.span()])
            .collect();
        assert_eq!(items, ["1.5e3", "\"ä\""]);
        assert!(is_meant(text));
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            any::<bool>().prop_map(Value::Bool),
            any::<u64>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>()
                .prop_filter("finite", |number| number.is_finite())
                .prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(6, 60, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
                prop::collection::btree_map(any::<String>(), inner, 0..6)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_as_it_was(value in any_json(), pretty in any::<bool>()) {
            let value = serde_json::json!({ "a": value });
            let text = if pretty {
                serde_json::to_string_pretty(&value)
            } else {
                serde_json::to_string(&value)
            };
            prop_assert_eq!(read(&text.expect("written")), Some(value));
        }

        #[test]
        fn nothing_is_taken_that_serde_json_refuses(
            text in prop::collection::vec(
                prop::sample::select(vec![
                    "{", "}", "[", "]", ",", ":", "\"", "\"a\"", "\"b\":", "0", "1", "-", ".", "e", "E+", "true", "nul", "null",
                    " ", "\n", "\\", "\\u", "d8", "/", "{\"a\":", "ä", "\u{1}",
                ]),
                0..24,
            )
        ) {
            let text = format!("{{\"c\":{}}}", text.concat());
            let findings = Findings::new(Path::new("c.json"), &text);
            let taken = parse(&findings).is_some();
            let known: Result<serde::de::IgnoredAny, _> = serde_json::from_str(&text);
            prop_assert!(known.is_ok() || !taken, "{}", text);
            let (mistakes, _) = findings.into_parts();
            prop_assert_eq!(taken, mistakes.is_empty());
        }

        #[test]
        fn any_text_gives_a_table_or_a_mistake(text in any::<String>()) {
            let findings = Findings::new(Path::new("c.json"), &text);
            let taken = parse(&findings).is_some();
            let (mistakes, _) = findings.into_parts();
            prop_assert_eq!(taken, mistakes.is_empty());
        }
    }
}
