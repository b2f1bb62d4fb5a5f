//! `[session.contract]`: what the session's cookie has to look like.

use crate::contract::{Contract, Domain, Lifetime};
use crate::platform::reader::{Reader, Table};

/// The keys that say something of the cookie that `cookie` names.
const OF_THE_COOKIE: [&str; 10] = [
    "others",
    "domain",
    "path",
    "secure",
    "http_only",
    "same_site",
    "lifetime",
    "max_size",
    "shape",
    "set_by",
];

pub(super) fn contract(reader: &Reader, table: Table<'_>) -> Contract {
    let text = |key| table.text(key).map(|text| text.value);
    if OF_THE_COOKIE.iter().any(|key| table.has(key)) && !table.has("cookie") {
        table.missing("cookie", "cookie = \"session\"");
    }
    let contract = Contract {
        snapshot: table.flag("snapshot").unwrap_or(false),
        cookie: text("cookie"),
        others: table.names("others"),
        domain: text("domain").map(|domain| match domain.as_str() {
            "host-only" => Domain::HostOnly,
            _ => Domain::Covers(domain.trim_start_matches('.').to_ascii_lowercase()),
        }),
        path: table.path("path"),
        secure: table.flag("secure"),
        http_only: table.flag("http_only"),
        same_site: same_site(reader, &table),
        lifetime: lifetime(reader, &table),
        max_size: table.count("max_size"),
        shape: text("shape"),
        set_by: text("set_by"),
        renewed: table.flag("renewed"),
        anonymous: table.names("anonymous"),
        refused: table.names("refused").unwrap_or_default(),
    };
    table.finish();
    contract
}

fn same_site(reader: &Reader, table: &Table<'_>) -> Option<String> {
    let text = table.text("same_site")?;
    if !["lax", "strict", "none", "unset"].contains(&text.value.to_ascii_lowercase().as_str()) {
        let label = "`Lax`, `Strict`, `None` or `unset`";
        reader.mistake("`session.contract.same_site` is not one", text.range, label);
    }
    Some(text.value)
}

fn lifetime(reader: &Reader, table: &Table<'_>) -> Option<Lifetime> {
    let text = table.text("lifetime")?;
    if text.value == "browser" {
        return Some(Lifetime::Browser);
    }
    match humantime::parse_duration(&text.value) {
        Ok(duration) => Some(Lifetime::Seconds(i64::try_from(duration.as_secs()).unwrap_or(i64::MAX))),
        Err(error) => {
            let what = "`session.contract.lifetime` is neither `browser` nor a duration";
            let help = "write `browser` for a cookie that ends with it, or `30m`, `14days`";
            reader.mistake_with_help(what, text.range, error.to_string(), help);
            None
        }
    }
}
