//! `[targets.NAME]`: one environment of the platform.

use std::time::Duration;

use url::Url;

use super::valid_name;
use crate::platform::reader::{Reader, Table, Text};
use crate::platform::{Address, Target};

pub(super) fn target(reader: &Reader, name: Text, table: Table<'_>) -> Target {
    valid_name(reader, "a target", &name);
    let demo = table.flag("demo").unwrap_or(false);
    let url = table.text("url");
    let address = match (&url, demo) {
        (Some(text), false) => address(reader, text).map(Address::Url),
        (Some(text), true) => {
            reader.mistake(
                "a demo target has no address",
                text.range.clone(),
                "the suite binary starts it on a free port",
            );
            None
        }
        (None, true) => Some(Address::Demo),
        (None, false) => {
            table.missing("url", "url = \"https://staging.example.com\"");
            None
        }
    };
    let target = Target {
        name: name.value,
        address: address.unwrap_or(Address::Demo),
        default: table.flag("default").unwrap_or(false),
        protected: table.flag("protected").unwrap_or(false),
        request_limit: table.duration("request_limit").unwrap_or(Duration::from_secs(10)),
        case_limit: table.duration("case_limit"),
        concurrency: table.count("concurrency"),
    };
    table.finish();
    target
}

fn address(reader: &Reader, text: &Text) -> Option<Url> {
    let parsed = Url::parse(&text.value).map_err(|error| error.to_string());
    match parsed.and_then(|url| target_address(url).map_err(str::to_owned)) {
        Ok(url) => Some(url),
        Err(label) => {
            let help = "write it as `https://staging.example.com`";
            reader.mistake_with_help("this is not the address of a target", text.range.clone(), label, help);
            None
        }
    }
}

/// An address that a target may have, or what is wrong with it.
pub(crate) fn target_address(url: Url) -> Result<Url, &'static str> {
    if !matches!(url.scheme(), "http" | "https") {
        Err("only `http` and `https`")
    } else if url.host_str().is_none_or(str::is_empty) {
        Err("no host")
    } else if !url.username().is_empty() || url.password().is_some() {
        Err("credentials do not belong into an address")
    } else if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        Err("only scheme, host and port")
    } else {
        Ok(url)
    }
}
