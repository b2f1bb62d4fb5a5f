//! What settings of two components come to.

mod dialects;
mod locations;
mod meanings;
mod properties;

use std::collections::BTreeMap;

use super::{Difference, Settings, differences, masked, notes};

fn settings(lines: &str) -> Settings {
    let pair =
        |line: &str| line.split_once(" = ").map(|(key, value)| (key.trim().to_owned(), value.to_owned()));
    lines
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| pair(line).expect("key = value"))
        .collect()
}

/// The differences of these settings, a line each: whether it explains, its words, and both settings.
fn told(issuer: &str, component: &str) -> String {
    let shown = |difference: &Difference| {
        let value = |value: &Option<String>| value.clone().unwrap_or("(not set)".to_owned());
        let Difference { key, component_key, issuer, component, .. } = difference;
        let sure = if difference.explains() { "" } else { "likely: " };
        format!(
            "{sure}{}\n  {key} = {}\n  {component_key} = {}",
            difference.words(),
            value(issuer),
            value(component)
        )
    };
    let differences = differences(&settings(issuer), &settings(component));
    if differences.is_empty() {
        return "nothing".to_owned();
    }
    differences.iter().map(shown).collect::<Vec<_>>().join("\n")
}

/// The same without the settings, in a line: `Store`, `maybe Database`.
fn meanings(issuer: &str, component: &str) -> String {
    let word = |difference: &Difference| {
        let sure = if difference.explains() { "" } else { "maybe " };
        format!("{sure}{:?}", difference.weight())
    };
    differences(&settings(issuer), &settings(component)).iter().map(word).collect::<Vec<_>>().join(", ")
}

fn of<const N: usize>(values: [(&str, &str); N]) -> BTreeMap<String, String> {
    values.map(|(key, value)| (key.to_owned(), value.to_owned())).into()
}
