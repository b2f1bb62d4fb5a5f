//! `settings` of `[components.NAME]`: where a component's effective settings are.

use reqwest::header::HeaderName;
use url::Url;

use super::account::source;
use crate::platform::reader::{Reader, Table};
use crate::settings::{Format, Header, Place, Source};

/// Where settings are; `None` if the key is not there, and after a mistake.
pub(super) fn settings(reader: &Reader, component: &Table<'_>) -> Option<Source> {
    let place = component.place("settings")?;
    if !component.is_table("settings") {
        let address = address(reader, component, "settings")?;
        return Some(Source { place: Place::Url { address, header: None }, format: None });
    }
    let table = component.table("settings")?;
    let named: Vec<&str> = ["url", "file", "command"].into_iter().filter(|key| table.has(key)).collect();
    let header = table.table("header").and_then(|table| header(reader, table));
    let found = match named[..] {
        [] => {
            table.missing("url", "url = \"/internal/config\"");
            None
        }
        [first, second, ..] => {
            let what = format!("`{first}` and `{second}` exclude each other");
            reader.mistake(what, place, "settings are read from one place");
            None
        }
        ["url"] => address(reader, &table, "url").map(|address| Place::Url { address, header }),
        [_] => {
            if let Some(place) = table.place("header") {
                reader.mistake("only `url` has a `header`", place, "not sent to anybody");
            }
            let file = table.text("file").map(|text| Place::File(text.value));
            file.or_else(|| table.texts("command").map(Place::Command))
        }
    };
    let format = table.text("format").and_then(|text| {
        let format = Format::named(&text.value);
        if format.is_none() {
            let label = format!("one of {}", Format::WORDS.map(|word| format!("`{word}`")).join(", "));
            reader.mistake(format!("`{}` is no format of settings", text.value), text.range, label);
        }
        format
    });
    table.finish();
    Some(Source { place: found?, format })
}

/// A path on the platform, or a whole address.
fn address(reader: &Reader, table: &Table<'_>, key: &'static str) -> Option<String> {
    let text = table.text(key)?;
    let is_path = text.value.starts_with('/') && !text.value.starts_with("//");
    let whole = Url::parse(&text.value).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    if whole.as_ref().is_some_and(|url| !url.username().is_empty() || url.password().is_some()) {
        let what = "credentials do not belong into the address of settings";
        reader.mistake_with_help(what, text.range, "user and password", "name them with `header`");
        return None;
    }
    if !is_path && whole.is_none() {
        let what = "this is neither a path nor a whole address";
        reader.mistake(what, text.range, "a path begins with one `/`");
        return None;
    }
    Some(text.value)
}

fn header(reader: &Reader, table: Table<'_>) -> Option<Header> {
    const VALUE: &str = "value = { env = \"CONFIG_TOKEN\" }";
    let name = table.required_text("name", "name = \"x-config-token\"").and_then(|text| {
        let name = HeaderName::try_from(text.value.as_str()).ok();
        if name.is_none() {
            reader.mistake("this is not the name of a header", text.range, "letters, digits and `-`");
        }
        name
    });
    let prefix = table.text("prefix").map(|text| text.value).unwrap_or_default();
    if !table.has("value") {
        table.missing("value", VALUE);
    }
    let value = source(reader, &table, "value", VALUE);
    table.finish();
    Some(Header { name: name?, prefix, value: value? })
}

#[cfg(test)]
mod tests {
    use crate::platform::Platform;

    /// What is wrong with a platform file whose component has these settings.
    fn mistakes(settings: &str) -> String {
        let text = format!(
            "[platform]\nname = \"x\"\n[login]\ncomponent = \"a\"\n[session]\nsigned_in = \"b\"\n\
             [components.a]\nsettings = {settings}\n[targets.t]\nurl = \"http://localhost\"\n[accounts.u]\n\
             username = {{ env = \"U\" }}\npassword = {{ env = \"P\" }}\n"
        );
        let Err(refusal) = Platform::parse("smokestack.toml", &text, &[]) else { return "none".to_owned() };
        let told = refusal.mistakes.iter().map(|mistake| {
            let place = mistake.span.as_ref().map_or("", |span| &span.text[span.range.clone()]);
            let help = mistake.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
            format!("{place} → {}: {}{help}", mistake.what, mistake.label)
        });
        told.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn every_place_can_be_named() {
        for settings in [
            "\"/internal/config\"",
            "\"https://config.example.com/a\"",
            "{ url = \"/c\", format = \"json\", header = { name = \"X-Token\", value = { file = \"token\" } } }",
            "{ url = \"/c\", header = { name = \"authorization\", prefix = \"Bearer \", value = { env = \"T\" } } }",
            "{ file = \"a.properties\" }",
            "{ command = [\"kubectl\", \"exec\", \"deploy/a\", \"--\", \"env\"], format = \"dotenv\" }",
        ] {
            assert_eq!(mistakes(settings), "none", "{settings}");
        }
    }

    #[test]
    fn wrong_settings_are_told_with_what_to_write() {
        insta::assert_snapshot!(mistakes("\"config\""), @r#""config" → this is neither a path nor a whole address: a path begins with one `/`"#);
        insta::assert_snapshot!(mistakes("{}"), @"settings → `url` is missing in `[components.a.settings]`: in this table; add `url = \"/internal/config\"`");
        insta::assert_snapshot!(mistakes("{ url = \"/c\", file = \"c\" }"), @r#"{ url = "/c", file = "c" } → `url` and `file` exclude each other: settings are read from one place"#);
        insta::assert_snapshot!(mistakes("{ url = \"/c\", format = \"yaml\" }"), @r#""yaml" → `yaml` is no format of settings: one of `json`, `properties`, `dotenv`"#);
        insta::assert_snapshot!(mistakes("{ command = \"env\" }"), @r#""env" → `components.a.settings.command` must be a list of texts: this is a string"#);
        insta::assert_snapshot!(mistakes("{ file = \"c\", header = { name = \"x\", value = { env = \"T\" } } }"), @r#"{ name = "*", value = { env = "T" } } → only `url` has a `header`: not sent to anybody"#);
    }

    #[test]
    fn a_secret_in_settings_is_refused_and_not_shown() {
        let header = |header: &str| mistakes(&format!("{{ url = \"/c\", header = {header} }}"));
        for told in [
            mistakes("\"http://app:hunter22@config/a\""),
            header("{ name = \"x-token\", value = \"hunter22\" }"),
            header("{ name = \"authorization\", value = \"hunter22\" }"),
            header("{ name = \"x token\", value = \"hunter22\" }"),
        ] {
            assert!(!told.contains("hunter22") && told != "none", "{told}");
        }
        insta::assert_snapshot!(header("{ name = \"x-token\" }"), @r#"header → `value` is missing in `[components.a.settings.header]`: in this table; add `value = { env = "CONFIG_TOKEN" }`"#);
        insta::assert_snapshot!(header("{ value = {} }"), @r#"
        header → `name` is missing in `[components.a.settings.header]`: in this table; add `name = "x-config-token"`
        value → `env` is missing in `[components.a.settings.header.value]`: in this table; add `env = "VARIABLE"`
        "#);
    }
}
