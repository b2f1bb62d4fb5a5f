//! `[targets.NAME]`: one environment of the platform.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use url::{Host, Url};

use super::{known_component, known_name, size, valid_name};
use crate::http::Detour;
use crate::platform::reader::{Entry, Reader, Table, Text};
use crate::platform::{Address, Target};

pub(super) fn target(
    reader: &Reader,
    name: Text,
    table: Table<'_>,
    components: &[&str],
    targets: &[String],
) -> Target {
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
    let hosts = of_components(reader, &table, "hosts", components).into_iter().filter_map(|entry| {
        let text = entry.text()?;
        Some((entry.name.value, address_of_a_part(reader, &text)?))
    });
    let hosts = hosts.collect();
    let origins = of_components(reader, &table, "origins", components).into_iter().filter_map(|entry| {
        let texts = entry.texts()?;
        let urls = texts.iter().filter_map(|text| address_of_a_part(reader, text)).collect();
        Some((entry.name.value, urls))
    });
    let origins = origins.collect();
    let resolve = entries(&table, "resolve").iter().filter_map(|entry| detour(reader, entry)).collect();
    let foreign = table.text("foreign").filter(|text| {
        if text.value == name.value {
            reader.mistake("a target is not foreign to itself", text.range.clone(), "name another target");
            return false;
        }
        let known: Vec<&str> = targets.iter().map(String::as_str).collect();
        known_name(reader, "target", text, &known)
    });
    let target = Target {
        name: name.value,
        address: address.unwrap_or(Address::Demo),
        default: table.flag("default").unwrap_or(false),
        protected: table.flag("protected").unwrap_or(false),
        hosts,
        origins,
        resolve,
        foreign: foreign.map(|text| text.value),
        ca: table.text("ca").map(|text| text.value.into()),
        request_limit: table.duration("request_limit").unwrap_or(Duration::from_secs(10)),
        case_limit: table.duration("case_limit"),
        environment: table.text("environment").map(|text| text.value),
        max_body: size::size(reader, &table, "max_body").unwrap_or(size::MAX_BODY),
        http_port: table.whole("http_port", 1..=65_535).map(|port| port as u16),
        concurrency: table.count("concurrency"),
        per_second: table.count("per_second"),
    };
    table.finish();
    target
}

/// The keys of a table whose keys are names of the user's.
fn entries<'r>(table: &Table<'r>, key: &'static str) -> Vec<Entry<'r>> {
    table.table(key).map(|table| table.entries()).unwrap_or_default()
}

/// The keys of a table whose keys are components.
fn of_components<'r>(
    reader: &Reader,
    table: &Table<'r>,
    key: &'static str,
    components: &[&str],
) -> Vec<Entry<'r>> {
    let entries = entries(table, key);
    entries.iter().for_each(|entry| known_component(reader, &entry.name, components));
    entries
}

/// `"platform.example.com" = "10.0.0.7:443"`, also without a port.
fn detour(reader: &Reader, entry: &Entry<'_>) -> Option<Detour> {
    let host = match Host::parse(&entry.name.value) {
        Ok(host) => host.to_string(),
        Err(error) => {
            let help = "the port belongs to the address: `\"platform.example.com\" = \"10.0.0.7:443\"`";
            let range = entry.name.range.clone();
            reader.mistake_with_help("this is not a host name", range, error.to_string(), help);
            return None;
        }
    };
    let text = entry.text()?;
    let bare = text.value.trim_start_matches('[').trim_end_matches(']');
    let (ip, port) = match (text.value.parse::<SocketAddr>(), bare.parse::<IpAddr>()) {
        (Ok(address), _) => (address.ip(), Some(address.port())),
        (_, Ok(ip)) => (ip, None),
        _ => {
            let what = "this is not the address of a machine";
            let help = "write `10.0.0.7`, `10.0.0.7:8443` or `[fd00::7]:8443`";
            reader.mistake_with_help(what, text.range, "an IP address, with or without a port", help);
            return None;
        }
    };
    Some(Detour::to_machine(host, ip, port))
}

fn address(reader: &Reader, text: &Text) -> Option<Url> {
    address_as(
        reader,
        text,
        "this is not the address of a target",
        "write it as `https://staging.example.com`",
    )
}

fn address_of_a_part(reader: &Reader, text: &Text) -> Option<Url> {
    address_as(reader, text, "this is not an address", "write it as `https://invoices.example.com`")
}

fn address_as(reader: &Reader, text: &Text, what: &str, help: &str) -> Option<Url> {
    let parsed = Url::parse(&text.value).map_err(|error| error.to_string());
    match parsed.and_then(|url| target_address(url).map_err(str::to_owned)) {
        Ok(url) => Some(url),
        Err(label) => {
            reader.mistake_with_help(what, text.range.clone(), label, help);
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
