//! Settings in JSON, flat or nested, as flat keys with dots.

use serde_json::Value;

use super::format::Plain;

pub(super) fn read(text: &str) -> Result<Plain, String> {
    let text = text.trim_start_matches('\u{feff}');
    // The parser's own words may show what stood there.
    let json: Value = serde_json::from_str(text)
        .map_err(|error| format!("not JSON: line {}, column {}", error.line(), error.column()))?;
    let mut settings = Plain::new();
    match json.get("propertySources").and_then(Value::as_array) {
        Some(sources) => spring(sources, &mut settings),
        None => flatten("", &json, &mut settings),
    }
    Ok(settings)
}

fn flatten(key: &str, json: &Value, settings: &mut Plain) {
    let below = |name: &str| if key.is_empty() { name.to_owned() } else { format!("{key}.{name}") };
    match json {
        Value::Object(object) => {
            object.iter().for_each(|(name, value)| flatten(&below(name), value, settings))
        }
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(n, value)| flatten(&below(&n.to_string()), value, settings));
        }
        Value::String(text) => {
            settings.insert(key.to_owned(), text.clone());
        }
        other => {
            settings.insert(key.to_owned(), other.to_string());
        }
    }
}

/// Spring Boot's `/actuator/env`: what an earlier source says goes before what later ones say.
/// https://docs.spring.io/spring-boot/api/rest/actuator/env.html
fn spring(sources: &[Value], settings: &mut Plain) {
    let properties = sources.iter().filter_map(|source| source.get("properties")?.as_object()).flatten();
    for (key, property) in properties {
        let text = match property.get("value") {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => continue,
        };
        settings.entry(key.clone()).or_insert(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        read(text).unwrap().iter().map(|(key, value)| format!("{key}={value}")).collect()
    }

    #[test]
    fn nested_settings_become_flat_keys() {
        let nested =
            r#"{"session":{"store":"redis://a/0","ttl":60,"nodes":["a","b"]},"debug":false,"none":null}"#;
        assert_eq!(
            shown(nested),
            [
                "debug=false",
                "none=null",
                "session.nodes.0=a",
                "session.nodes.1=b",
                "session.store=redis://a/0",
                "session.ttl=60"
            ]
        );
    }

    #[test]
    fn the_sources_of_spring_are_read_in_their_order() {
        let env = r#"{"activeProfiles":["prod"],"propertySources":[{"name":"systemEnvironment","properties":{
            "spring.redis.host":{"value":"a","origin":"env"}}},{"name":"application.yml","properties":{
            "spring.redis.host":{"value":"localhost"},"spring.redis.port":{"value":6379},"x":{}}}]}"#;
        assert_eq!(shown(env), ["spring.redis.host=a", "spring.redis.port=6379"]);
    }
}
