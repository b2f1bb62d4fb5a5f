//! Whether a file is what the page needs. Browsers are the measure: what they would not use is wrong.

use reqwest::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS,
};
use url::Url;

use super::fetch::{Fetched, needs_leave};
use super::kind::{self, Kind};
use super::named::{Cors, Named};

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) expected: String,
    pub(super) found: String,
    pub(super) help: Option<&'static str>,
}

/// What is wrong with a file that a page at this address names, the first thing that a browser would stumble over.
pub(super) fn wrong(named: &Named, file: &Fetched, page: &Url) -> Option<Wrong> {
    let usual = |found: String, help| {
        Some(Wrong { expected: format!("{} {}", named.kind.article(), named.kind.word()), found, help })
    };
    let status = file.status;
    if !(200..300).contains(&status) {
        let location = file.exchange.last().and_then(|hop| hop.location.clone());
        let to = location.filter(|_| (300..400).contains(&status)).map(|to| format!(" to {to}"));
        return usual(format!("status {status}{}", to.unwrap_or_default()), None);
    }
    let content_type = file.header(CONTENT_TYPE);
    if named.kind != Kind::Data && kind::is_page(content_type.as_deref(), &file.body) {
        if file.url != named.url {
            return usual(format!("an HTML page with status {status}, at {}", file.url), None);
        }
        let help = "the file may not be there: servers that have a page for every path answer so";
        return usual(format!("an HTML page with status {status}"), Some(help));
    }
    if file.body.is_empty() {
        return usual(format!("nothing: status {status} and 0 bytes"), None);
    }
    let nosniff =
        file.header(X_CONTENT_TYPE_OPTIONS).is_some_and(|it| it.trim().eq_ignore_ascii_case("nosniff"));
    if let Some(found) = named.kind.refuses(content_type.as_deref(), nosniff) {
        return usual(found, None);
    }
    if let Some(found) = inside(named.kind, content_type.as_deref(), &file.body) {
        return usual(found, None);
    }
    let without_leave = needs_leave(named, page).then(|| without_leave(named, file, page)).flatten();
    without_leave.or_else(|| integrity(named, file, page))
}

/// What its bytes say against it.
fn inside(kind: Kind, content_type: Option<&str>, body: &[u8]) -> Option<String> {
    let beginning = String::from_utf8_lossy(&body[..body.len().min(256)]).trim_start().to_ascii_lowercase();
    match kind {
        Kind::Font if !kind::is_font(body) => Some("bytes that begin as no font does".to_owned()),
        Kind::Manifest => {
            let read = serde_json::from_slice::<serde_json::Value>(body);
            match read {
                Ok(value) if value.is_object() => None,
                Ok(_) => Some("JSON that is no object".to_owned()),
                Err(error) => Some(format!("no JSON: {error}")),
            }
        }
        Kind::Image if beginning.starts_with("<svg") || beginning.starts_with("<?xml") => {
            let essence = content_type.map(kind::essence).unwrap_or_default();
            let fits = essence == "image/svg+xml";
            (!fits).then(|| format!("an SVG with content type `{essence}`, which browsers do not show"))
        }
        Kind::Track if !beginning.trim_start_matches('\u{feff}').starts_with("webvtt") => {
            Some("text that does not begin with `WEBVTT`".to_owned())
        }
        _ => None,
    }
}

/// The other origin does not let the page use it (Fetch, "CORS check").
fn without_leave(named: &Named, file: &Fetched, page: &Url) -> Option<Wrong> {
    let origin = page.origin().ascii_serialization();
    let allowed = file.header(ACCESS_CONTROL_ALLOW_ORIGIN);
    let with_cookies = named.cors == Cors::Credentials;
    let credentials = file.header(ACCESS_CONTROL_ALLOW_CREDENTIALS).is_some_and(|it| it == "true");
    let is_allowed = match allowed.as_deref().map(str::trim) {
        Some("*") => !with_cookies,
        Some(known) => known == origin && (!with_cookies || credentials),
        None => false,
    };
    let found = allowed.map_or("none".to_owned(), |allowed| format!("`{allowed}`"));
    (!is_allowed).then(|| Wrong {
        expected: format!(
            "`access-control-allow-origin` for {origin}, since browsers ask another origin for leave"
        ),
        found,
        help: None,
    })
}

fn integrity(named: &Named, file: &Fetched, page: &Url) -> Option<Wrong> {
    let expected = named.integrity.as_ref()?;
    if named.cors == Cors::No && file.url.origin() != page.origin() {
        return Some(Wrong {
            expected: "`crossorigin` beside `integrity`, for a file of another origin".to_owned(),
            found: "none: browsers do not use the file".to_owned(),
            help: None,
        });
    }
    let found = expected.differs(&file.body)?;
    let help = "the page means other bytes than the server has: one of the two is of another release";
    Some(Wrong { expected: expected.shown(), found, help: Some(help) })
}
