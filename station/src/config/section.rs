//! One table of a file, read key by key: what is missing, of another kind, out of range or unknown is noted and reading goes on, so
//! that a person sees every mistake at once.

use std::cell::RefCell;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::kind::Kind;
use super::mistake::{Findings, Notation};

/// So many keys are listed where an unknown one stands; more would hide the others.
const LISTED: usize = 12;

/// One table of a file. Finish it with [`Section::finish`], which names the keys that nobody asked for.
#[derive(Debug)]
pub struct Section<'s, 't> {
    findings: &'s Findings<'t>,
    name: String,
    header: Range<usize>,
    table: &'s DeTable<'t>,
    known: RefCell<Vec<&'static str>>,
}

impl<'s, 't> Section<'s, 't> {
    /// A table that a person calls `name`, whose header stands at `header`.
    #[must_use]
    pub const fn new(
        findings: &'s Findings<'t>,
        name: String,
        header: Range<usize>,
        table: &'s DeTable<'t>,
    ) -> Self {
        Self {
            findings,
            name,
            header,
            table,
            known: RefCell::new(Vec::new()),
        }
    }

    /// Where to note what is found.
    #[must_use]
    pub const fn findings(&self) -> &'s Findings<'t> {
        self.findings
    }

    /// The same under another name, once its own is known.
    #[must_use]
    pub fn named(self, name: String) -> Self {
        Self { name, ..self }
    }

    /// Where the table's header stands.
    #[must_use]
    pub fn header(&self) -> Range<usize> {
        self.header.clone()
    }

    /// What a person calls it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A key that has to be there. `None` where it is not, or is wrong: that has been noted then.
    pub fn required<K: Kind>(&self, key: &'static str, kind: &K) -> Option<Spanned<K::Value>> {
        if self.entry(key).is_none() {
            self.missing(key, &kind.expected());
        }
        self.optional(key, kind)
    }

    /// A key that may be there. `None` where it is not, or is wrong: the latter has been noted then.
    pub fn optional<K: Kind>(&self, key: &'static str, kind: &K) -> Option<Spanned<K::Value>> {
        let (_, value) = self.entry(key)?;
        match kind.read(value.get_ref()) {
            Ok(read) => Some(Spanned::new(value.span(), read)),
            Err(wrong) => {
                self.findings.mistake(
                    &value.span(),
                    format!("{key} {wrong}"),
                    self.order(key, &kind.expected()),
                );
                None
            }
        }
    }

    /// A key that may be there, and what stands for it where it is not.
    pub fn or_default<K: Kind>(
        &self,
        key: &'static str,
        kind: &K,
        default: K::Value,
    ) -> Spanned<K::Value> {
        self.optional(key, kind)
            .unwrap_or_else(|| Spanned::new(self.header(), default))
    }

    /// A key that does not belong here, and why.
    pub fn refused(&self, key: &'static str, because: &str) {
        if let Some((at, _)) = self.entry(key) {
            self.findings.mistake(
                &at,
                format!("{key} does not belong here: {because}"),
                self.notation().deletion(),
            );
        }
    }

    /// Notes that a key is missing.
    pub fn missing(&self, key: &str, expected: &str) {
        self.findings.mistake(
            &self.header,
            format!("{key} is missing in {}", self.name),
            self.order(key, expected),
        );
    }

    /// Keys that belong here and cannot be judged.
    pub fn excuse(&self, keys: impl IntoIterator<Item = &'static str>) {
        self.known.borrow_mut().extend(keys);
    }

    /// Whether the key is there.
    #[must_use]
    pub fn has(&self, key: &'static str) -> bool {
        self.entry(key).is_some()
    }

    /// Where the key's value stands; the table's header where it is not there.
    #[must_use]
    pub fn place(&self, key: &'static str) -> Range<usize> {
        self.entry(key)
            .map_or_else(|| self.header(), |(_, value)| value.span())
    }

    /// A value as it stands, for what is read by hand.
    pub fn raw(&self, key: &'static str) -> Option<&'s Spanned<DeValue<'t>>> {
        self.entry(key).map(|(_, value)| value)
    }

    /// A table inside this one. `None` where it is not there, or is something else: the latter has been noted then.
    pub fn table(&self, key: &'static str) -> Option<Self> {
        let (_, value) = self.entry(key)?;
        let DeValue::Table(table) = value.get_ref() else {
            self.findings.mistake(
                &value.span(),
                format!("{key} is no table"),
                self.order(key, "{ ... }"),
            );
            return None;
        };
        Some(Self::new(
            self.findings,
            format!("{key} of {}", self.name),
            value.span(),
            table,
        ))
    }

    /// The tables of an array of tables; none where it is not there.
    pub fn tables(&self, key: &'static str) -> Vec<Self> {
        let Some((_, value)) = self.entry(key) else {
            return Vec::new();
        };
        let refuse = |at: &Range<usize>| {
            self.findings.mistake(
                at,
                format!("{key} is no list of tables"),
                self.notation().list(key),
            );
        };
        let DeValue::Array(array) = value.get_ref() else {
            refuse(&value.span());
            return Vec::new();
        };
        let mut sections = Vec::new();
        for (index, item) in array.iter().enumerate() {
            match item.get_ref() {
                DeValue::Table(table) => sections.push(Self::new(
                    self.findings,
                    self.notation().item(key, index.saturating_add(1)),
                    item.span(),
                    table,
                )),
                DeValue::String(_)
                | DeValue::Integer(_)
                | DeValue::Float(_)
                | DeValue::Boolean(_)
                | DeValue::Datetime(_)
                | DeValue::Array(_) => refuse(&item.span()),
            }
        }
        sections
    }

    /// Names every key that nobody asked for. To be called last.
    pub fn finish(self) {
        let deletion = self.notation().deletion();
        let known = self.known.into_inner();
        for key in self.table.keys() {
            let given: &str = key.get_ref();
            if known.contains(&given) {
                continue;
            }
            let remedy = match nearest(given, &known) {
                Some(near) => format!("write {near}, or {deletion}"),
                None if known.len() <= LISTED => {
                    format!("delete it; the keys here are {}", known.join(", "))
                }
                None => format!("delete it; {} tells the keys", self.findings.form().manual),
            };
            self.findings.mistake(
                &key.span(),
                format!("{} is no key of {}", given.escape_debug(), self.name),
                remedy,
            );
        }
    }

    fn notation(&self) -> Notation {
        self.findings.form().notation
    }

    /// The remedy that has a key written.
    fn order(&self, key: &str, value: &str) -> String {
        format!("write {}", self.notation().assigned(key, value))
    }

    fn entry(&self, key: &'static str) -> Option<(Range<usize>, &'s Spanned<DeValue<'t>>)> {
        let mut known = self.known.borrow_mut();
        if !known.contains(&key) {
            known.push(key);
        }
        self.table
            .iter()
            .find(|(name, _)| name.get_ref() == key)
            .map(|(name, value)| (name.span(), value))
    }
}

/// The known word that is most like the one given, if any is: at most a third of its letters differ.
pub(crate) fn nearest(given: &str, known: &[&'static str]) -> Option<&'static str> {
    known
        .iter()
        // What is so much longer is not alike, and would take long to compare.
        .filter(|key| given.len() <= key.len().saturating_mul(8))
        .map(|key| (distance(given, key), *key))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, key)| distance.saturating_mul(3) <= key.chars().count())
        .map(|(_, key)| key)
}

/// How many letters have to be added, removed or changed to come from one word to the other (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut above: Vec<usize> = (0..=to.len()).collect();
    for (row, letter) in from.chars().enumerate() {
        let mut diagonal = row;
        let mut left = row.saturating_add(1);
        let mut line = vec![left];
        for (other, over) in to.iter().zip(above.iter().skip(1)) {
            let changed = diagonal.saturating_add(usize::from(letter != *other));
            left = changed
                .min(left.saturating_add(1))
                .min(over.saturating_add(1));
            diagonal = *over;
            line.push(left);
        }
        above = line;
    }
    above.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_letters_to_change() {
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("speed_units", "speed_unit"), 1);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("same", "same"), 0);
    }

    #[test]
    fn a_key_is_only_offered_where_it_is_alike() {
        let known = ["speed_unit", "port"];
        assert_eq!(nearest("speed_units", &known), Some("speed_unit"));
        assert_eq!(nearest("colour", &known), None);
    }
}
