//! Records as canonical JSON (RFC 8785). A subset of it: strings hold only what needs no escape, numbers
//! are not negative and whole, and what is absent is left out.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::{Actor, Record, Value};
use crate::Error;

/// The version of the record's form.
const VERSION: u64 = 1;

/// Whether a string stands in JSON as it is.
pub(super) fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\')
}

/// Writes a record that was checked: its strings are plain.
pub(super) fn write(record: &Record) -> Vec<u8> {
    let Record { kind, at, actor, report, item, sha256, detail } = record;
    let mut fields = vec![format!("\"actor\":\"{actor}\""), format!("\"at\":\"{at}\"")];
    if !detail.is_empty() {
        let detail = detail.iter().map(|(name, value)| format!("\"{name}\":{}", write_value(value)));
        fields.push(format!("\"detail\":{{{}}}", detail.collect::<Vec<_>>().join(",")));
    }
    fields.extend(item.map(|item| format!("\"item\":\"{item}\"")));
    fields.push(format!("\"kind\":\"{kind}\""));
    fields.extend(report.map(|report| format!("\"report\":\"{report}\"")));
    fields.extend(sha256.map(|sha256| format!("\"sha256\":\"{sha256}\"")));
    fields.push(format!("\"v\":{VERSION}"));
    format!("{{{}}}", fields.join(",")).into_bytes()
}

fn write_value(value: &Value) -> String {
    match value {
        Value::Text(text) => format!("\"{text}\""),
        Value::Number(number) => number.to_string(),
        Value::List(texts) => {
            let quoted: Vec<_> = texts.iter().map(|text| format!("\"{text}\"")).collect();
            format!("[{}]", quoted.join(","))
        }
    }
}

fn malformed(why: &'static str) -> Error {
    Error::Text { what: "a record", why }
}

/// Reads a record, whatever its spelling.
pub(super) fn read(bytes: &[u8]) -> Result<Record, Error> {
    let Ok(Json::Object(mut fields)) = serde_json::from_slice(bytes) else {
        return Err(malformed("it is not a JSON object"));
    };
    if fields.remove("v").and_then(|version| version.as_u64()) != Some(VERSION) {
        return Err(malformed("its version is not 1"));
    }
    let mut word = |name| match fields.remove(name) {
        None => Ok(None),
        Some(Json::String(text)) => Ok(Some(text)),
        Some(_) => Err(malformed("a field that must be a string is none")),
    };
    let required = |field: Option<String>| field.ok_or(malformed("it lacks its actor, its time or its kind"));
    let record = Record {
        kind: required(word("kind")?)?.parse()?,
        at: required(word("at")?)?.parse()?,
        actor: required(word("actor")?)?.parse::<Actor>()?,
        report: word("report")?.map(|text| text.parse()).transpose()?,
        item: word("item")?.map(|text| text.parse()).transpose()?,
        sha256: word("sha256")?.map(|text| text.parse()).transpose()?,
        detail: match fields.remove("detail") {
            None => BTreeMap::new(),
            Some(Json::Object(detail)) => detail
                .into_iter()
                .map(|(name, value)| Ok((name, read_value(value)?)))
                .collect::<Result<_, Error>>()?,
            Some(_) => return Err(malformed("its detail is not an object")),
        },
    };
    if fields.is_empty() { Ok(record) } else { Err(malformed("it has a field that records do not have")) }
}

fn read_value(value: Json) -> Result<Value, Error> {
    match value {
        Json::String(text) => Some(Value::Text(text)),
        Json::Number(number) => number.as_u64().map(Value::Number),
        Json::Array(values) => values
            .into_iter()
            .map(|value| if let Json::String(text) = value { Some(text) } else { None })
            .collect::<Option<_>>()
            .map(Value::List),
        _ => None,
    }
    .ok_or(malformed("a detail is neither a string, nor a number, nor a list of strings"))
}
