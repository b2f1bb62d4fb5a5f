//! The formats in which settings are written: JSON flat or nested, Java properties, dotenv.

use std::collections::BTreeMap;

use super::{dotenv, json, properties};

/// How settings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    Properties,
    Dotenv,
}

/// Settings as they were read, secrets and all. They leave this module masked only.
pub(super) type Plain = BTreeMap<String, String>;

/// The largest text that is taken for settings.
pub(super) const LARGEST: u64 = 4 << 20;

impl Format {
    /// The words of the platform file.
    pub(crate) const WORDS: [&str; 3] = ["json", "properties", "dotenv"];

    pub(crate) fn named(word: &str) -> Option<Format> {
        [Format::Json, Format::Properties, Format::Dotenv].into_iter().find(|format| format.word() == word)
    }

    pub(super) fn word(self) -> &'static str {
        let [json, properties, dotenv] = Format::WORDS;
        match self {
            Format::Json => json,
            Format::Properties => properties,
            Format::Dotenv => dotenv,
        }
    }

    /// What the end of a file's name says: `app.json`, `.env.prod`.
    pub(super) fn of_name(name: &str) -> Option<Format> {
        let name = name.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
        match name.rsplit('.').next().unwrap_or_default() {
            "json" => Some(Format::Json),
            "properties" => Some(Format::Properties),
            "env" => Some(Format::Dotenv),
            _ if name.starts_with(".env.") => Some(Format::Dotenv),
            _ => None,
        }
    }

    /// What a `Content-Type` says.
    pub(super) fn of_type(content_type: &str) -> Option<Format> {
        let media = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match media.rsplit('/').next().unwrap_or_default() {
            "json" => Some(Format::Json),
            media if media.ends_with("+json") => Some(Format::Json),
            "x-java-properties" | "properties" => Some(Format::Properties),
            _ => None,
        }
    }

    /// What the text itself looks like.
    fn of_text(text: &str) -> Format {
        if text.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']) {
            return Format::Json;
        }
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let is_variable = |line: &str| {
            let line = line.strip_prefix("export ").unwrap_or(line);
            let name = line.split_once('=').map_or("", |(name, _)| name);
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        };
        if lines.all(is_variable) { Format::Dotenv } else { Format::Properties }
    }
}

/// Reads settings. Without a format, the text tells. No message shows any of it.
pub(super) fn read(format: Option<Format>, bytes: &[u8]) -> Result<Plain, String> {
    if bytes.len() as u64 > LARGEST {
        return Err(format!("larger than {} MiB", LARGEST >> 20));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| "not UTF-8".to_owned())?;
    if let Some(page) = page(text) {
        return Err(format!("not settings but {page}"));
    }
    let format = format.unwrap_or_else(|| Format::of_text(text));
    let settings = match format {
        Format::Json => json::read(text)?,
        Format::Properties => properties::read(text)?,
        Format::Dotenv => dotenv::read(text)?,
    };
    if settings.is_empty() {
        Err(format!("no settings in it, read as {}", format.word()))
    } else {
        Ok(settings)
    }
}

/// A page of HTML is what a login that stands before the settings answers with.
fn page(text: &str) -> Option<&'static str> {
    let start: String = text.trim_start().chars().take(16).collect::<String>().to_ascii_lowercase();
    (start.starts_with("<!doctype html") || start.starts_with("<html")).then_some("a page of HTML")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(format: Option<Format>, text: &str) -> String {
        match read(format, text.as_bytes()) {
            Ok(settings) => {
                settings.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(" ")
            }
            Err(why) => format!("no: {why}"),
        }
    }

    #[test]
    fn the_text_tells_its_format() {
        assert_eq!(shown(None, r#" {"session":{"store":"a"}}"#), "session.store=a");
        assert_eq!(shown(None, "# of portal\nexport SESSION_STORE=\"a b\"\n"), "SESSION_STORE=a b");
        assert_eq!(shown(None, "session.store = a\\\n  b\n"), "session.store=ab");
        assert_eq!(shown(None, "session.store=\"a\"\nX=1"), "X=1 session.store=\"a\"");
    }

    #[test]
    fn names_and_types_tell_the_format() {
        for (name, format) in [
            ("config/app.json", Some(Format::Json)),
            ("work-orders.Properties", Some(Format::Properties)),
            (".env", Some(Format::Dotenv)),
            ("deploy/.env.prod", Some(Format::Dotenv)),
            ("prod.env", Some(Format::Dotenv)),
            ("config.d/settings", None),
        ] {
            assert_eq!(Format::of_name(name), format, "{name}");
        }
        for (media, format) in [
            ("application/json; charset=utf-8", Some(Format::Json)),
            ("application/vnd.spring-boot.actuator.v3+json", Some(Format::Json)),
            ("text/x-java-properties", Some(Format::Properties)),
            ("text/plain", None),
            ("", None),
        ] {
            assert_eq!(Format::of_type(media), format, "{media}");
        }
        for word in Format::WORDS {
            assert_eq!(Format::named(word).map(Format::word), Some(word));
        }
        assert_eq!(Format::named("yaml"), None);
    }

    #[test]
    fn what_holds_no_settings_is_told_without_showing_it() {
        assert_eq!(
            shown(None, "<!DOCTYPE html><title>Sign in</title>"),
            "no: not settings but a page of HTML"
        );
        assert_eq!(shown(None, "# nothing\n"), "no: no settings in it, read as dotenv");
        assert_eq!(shown(None, "{}"), "no: no settings in it, read as json");
        assert_eq!(shown(Some(Format::Json), "hunter22"), "no: not JSON: line 1, column 1");
        assert_eq!(read(None, b"\xff").unwrap_err(), "not UTF-8");
        let huge = vec![b'a'; LARGEST as usize + 1];
        assert_eq!(read(None, &huge).unwrap_err(), "larger than 4 MiB");
    }
}
