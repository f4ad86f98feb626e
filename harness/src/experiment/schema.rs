//! Takes the types of an experiment file, hands on the JSON Schema with which editors complete and check it.

use super::file::ExperimentFile;
use schemars::generate::SchemaSettings;
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

/// Names of thresholds, as `Threshold::parse` reads them.
const THRESHOLD_NAME: &str =
    r"^((baseline|fault|recovery)\.)?(panic_rate|error_rate|timeout_rate|throughput|latency\.p[0-9]+(\.[0-9]+)?)$";
/// Whole numbers whose digits are grouped, which YAML takes for text.
const GROUPED_NUMBER: &str = "^[0-9]+(_[0-9]+)*$";

/// The JSON Schema of an experiment file, draft 2020-12.
pub fn json_schema() -> Value {
    let schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<ExperimentFile>();
    let mut schema = schema.to_value();
    schema["title"] = json!("squall experiment");
    allow_grouped_numbers(&mut schema);
    schema
}

/// Lets `10_000` stand wherever a whole number may.
fn allow_grouped_numbers(schema: &mut Value) {
    match schema {
        Value::Array(entries) => entries.iter_mut().for_each(allow_grouped_numbers),
        Value::Object(entries) => {
            allow_grouped_text(entries);
            entries.values_mut().for_each(allow_grouped_numbers);
        }
        _ => {}
    }
}

fn allow_grouped_text(entries: &mut Map<String, Value>) {
    let Some(kind) = entries.get_mut("type") else { return };
    let kinds = match kind.clone() {
        Value::String(kind) => vec![Value::String(kind)],
        Value::Array(kinds) => kinds,
        _ => return,
    };
    if kinds.contains(&json!("integer")) {
        *kind = json!(kinds.into_iter().chain([json!("string")]).collect::<Vec<_>>());
        entries.insert("pattern".to_owned(), json!(GROUPED_NUMBER));
    }
}

/// The schema of `thresholds`: known names only.
pub(super) fn thresholds(_: &mut SchemaGenerator) -> Schema {
    schemars::json_schema!({
        "type": "object",
        "additionalProperties": false,
        "properties": { "recovery.time": { "type": "string", "description": "the time to return to the baseline, such as `< 2s`" } },
        "patternProperties": { THRESHOLD_NAME: { "type": "string", "pattern": r"^\s*[<>]" } }
    })
}

/// The schema of `params`: any parameter with a plain value; which ones there are, the target says.
pub(super) fn params(_: &mut SchemaGenerator) -> Schema {
    schemars::json_schema!({
        "type": "object",
        "additionalProperties": { "type": ["boolean", "number", "string"] }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn each_object(schema: &Value, check: &mut impl FnMut(&Map<String, Value>)) {
        match schema {
            Value::Array(entries) => entries.iter().for_each(|entry| each_object(entry, check)),
            Value::Object(entries) => {
                check(entries);
                entries.values().for_each(|entry| each_object(entry, check));
            }
            _ => {}
        }
    }

    #[test]
    fn no_map_of_known_keys_takes_unknown_ones() {
        let mut maps = 0;
        each_object(&json_schema(), &mut |entries| {
            if entries.get("properties").is_some_and(Value::is_object) && entries.contains_key("type") {
                maps += 1;
                assert_eq!(entries.get("additionalProperties"), Some(&json!(false)), "{entries:?}");
            }
        });
        assert!(maps > 15, "only {maps} maps");
    }

    #[test]
    fn the_schema_names_its_draft_and_describes_every_key() {
        let schema = json_schema();
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert_eq!(schema["title"], "squall experiment");
        for (key, value) in schema["properties"].as_object().unwrap() {
            assert!(value["description"].is_string() || value["$ref"].is_string(), "{key} has no description");
        }
    }

    #[test]
    fn grouped_numbers_are_allowed_where_whole_numbers_are() {
        assert_eq!(json_schema()["$defs"]["Keys"]["properties"]["count"]["type"], json!(["integer", "string"]));
    }
}
