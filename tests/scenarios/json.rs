//! Whatever a command writes as JSON has each key once in an object: readers differ in what they make of two.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::desk::desk;
use crate::program::run_with;

/// A JSON value that was read strictly.
struct Strict(Value);

struct Reader;

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader).map(Self)
    }
}

impl<'de> Visitor<'de> for Reader {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON with each key once")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut all = Vec::new();
        while let Some(Strict(item)) = items.next_element()? {
            all.push(item);
        }
        Ok(all.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut all = Map::new();
        while let Some((key, Strict(value))) = fields.next_entry::<String, _>()? {
            if all.contains_key(&key) {
                return Err(A::Error::custom(format_args!("the key {key} stands twice")));
            }
            all.insert(key, value);
        }
        Ok(all.into())
    }
}

/// Reads JSON as no reader could take it otherwise.
#[track_caller]
pub(crate) fn strict(text: &str) -> Value {
    let read: Result<Strict, _> = serde_json::from_str(text);
    match read {
        Ok(Strict(value)) => value,
        Err(error) => panic!("{error}: {text}"),
    }
}

#[test]
fn a_key_that_stands_twice_is_found() {
    assert_eq!(strict("{\"a\":[1,-2,0.5,null,true,\"b\"]}")["a"][1], -2);
    let read: Result<Strict, _> = serde_json::from_str("[{\"a\":1,\"b\":{\"c\":1,\"c\":2}}]");
    assert!(read.err().expect("refused").to_string().contains("key c"));
}

#[test]
fn every_command_on_a_record_writes_each_key_once() {
    let desk = desk().with_staff();
    let proof = ["--secret-stdin"];
    desk.done(&[&["note", "last", "Felt well."][..], &proof].concat());
    desk.done(
        &[
            &["correct", "last", "1", "124/78", "--why", "wrong line"][..],
            &proof,
        ]
        .concat(),
    );
    let signed = desk.done(
        &[
            &["sign", "last", "--meaning", "review", "--json"][..],
            &proof,
        ]
        .concat(),
    );
    assert_eq!(strict(&signed)["meaning"], "review");
    let identified = ["identify", "K7PD2MXQ", "--name", "Jane Doe"];
    desk.done(&[&identified[..], &proof].concat());
    let copy = desk.at("copy.sqlite");
    let copy = copy.to_str().expect("a path in letters");
    for arguments in [
        &["sessions", "--json"][..],
        &["sessions", "--names", "--json"],
        &["show", "last", "--json"],
        &["show", "last", "--names", "--corrections", "--json"],
        &["verify", "--json"],
        &["audit", "last", "--json"],
        &["head", "--json"],
        &["backup", copy, "--json"],
        &["staff", "list", "--json"],
        &["purge", "--before", "2020-01-01", "--json"],
    ] {
        strict(&desk.done(arguments));
    }
    let sessions = strict(&desk.done(&["sessions", "--json"]));
    assert_eq!(
        (&sessions[0]["alarms"], &sessions[0]["gaps"]),
        (&0.into(), &0.into())
    );
    let shown = strict(&desk.done(&["show", "last", "--json"]));
    assert!(shown["alarms"].is_array() && shown["gaps"].is_array());
    for format in ["jsonl", "fhir"] {
        let exported = desk.done(&["export", "last", "--format", format, "--output", "-"]);
        match format {
            "jsonl" => exported.lines().for_each(|line| drop(strict(line))),
            _ => drop(strict(&exported)),
        }
    }
}

#[test]
fn every_list_of_the_program_has_each_key_once() {
    for arguments in [
        &["rules", "--json"][..],
        &["decode", "--list", "--json"],
        &["virtual", "--list", "--json"],
    ] {
        let run = run_with(arguments, b"");
        assert_eq!(run.status, Some(0), "{}", run.stderr);
        strict(&run.stdout);
    }
}
