//! Reads settings where they are: over HTTP from as many instances as there are, from a file, from a program.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION};
use tokio::time::Instant;
use url::Url;

use super::format::{self, Format, LARGEST, Plain};
use super::source::Header;
use crate::http::{Answer, Connection, Outgoing};
use crate::program_output::{self, Bounds};
use crate::regular_file;
use crate::run::Run;

/// How long reading the settings of one component may take, however many instances it has.
pub(super) const LIMIT: Duration = Duration::from_secs(20);

/// How many fresh connections are tried for each instance that there should be.
const TRIES: usize = 8;

/// What one instance says, or why not.
pub(super) type Read = (Option<String>, Result<Plain, String>);

/// Reads settings over HTTP until that many instances have answered.
pub(super) async fn over_http(
    run: &Run,
    url: &Url,
    header: Option<&Header>,
    format: Option<Format>,
    instances: usize,
) -> Vec<Read> {
    let headers = match opening(run, header).await {
        Ok(headers) => headers,
        Err(why) => return vec![(None, Err(why))],
    };
    let connection = if instances > 1 { Connection::Fresh } else { Connection::Kept };
    let until = Instant::now() + LIMIT;
    let mut read: BTreeMap<Option<String>, Result<Plain, String>> = BTreeMap::new();
    for _ in 0..instances * TRIES {
        let request =
            Outgoing { method: Method::GET, url: url.clone(), headers: headers.clone(), body: None };
        let sent = tokio::time::timeout_at(until, run.client.send(request, connection)).await;
        let answer = match sent {
            Ok(Ok(answer)) => answer,
            Ok(Err(no)) => {
                let why = format!("{} {}: {}", no.stage.words(), no.address, no.cause);
                read.entry(None).or_insert(Err(why));
                break;
            }
            Err(_) => {
                let why = format!("nothing more within {}", humantime::format_duration(LIMIT));
                if read.is_empty() {
                    read.insert(None, Err(why));
                }
                break;
            }
        };
        let text = |name: &str| answer.headers.get(name).and_then(|value| value.to_str().ok());
        let instance = text(&run.platform.session.instance_header).map(str::to_owned);
        let is_named = instance.is_some();
        read.entry(instance).or_insert_with(|| settings(&answer, header.is_some(), format));
        // Whoever does not say which instance it is would be asked in vain.
        if read.len() >= instances || !is_named {
            break;
        }
    }
    read.into_iter().collect()
}

fn settings(answer: &Answer, with_header: bool, format: Option<Format>) -> Result<Plain, String> {
    let text = |name| answer.headers.get(name).and_then(|value| value.to_str().ok());
    if answer.status != 200 {
        let to = text(LOCATION).map(|to| format!(" to {to}")).unwrap_or_default();
        let closed = matches!(answer.status, 300..=399 | 401 | 403);
        let help = if closed && !with_header { "; `header` in `settings` names a token" } else { "" };
        return Err(format!("status {}{to}{help}", answer.status));
    }
    format::read(format.or_else(|| Format::of_type(text(CONTENT_TYPE)?)), &answer.body)
}

/// The header that opens the settings. Its value is a secret from here on.
async fn opening(run: &Run, header: Option<&Header>) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    let Some(Header { name, prefix, value }) = header else { return Ok(headers) };
    let secret = value
        .read(&run.platform.beside(Path::new("")), &run.env())
        .await
        .map_err(|missing| missing.to_string())?;
    if !run.redactor.learn(&secret, &format!("header `{name}`")) {
        let shortest = smokestack_core::SHORTEST_SECRET;
        return Err(format!(
            "the secret in {value} is shorter than {shortest} characters: it could not be kept out of reports"
        ));
    }
    let value = HeaderValue::from_str(&format!("{prefix}{secret}"))
        .map_err(|_| format!("the secret in {value} has characters that no header may have"))?;
    headers.insert(name, value);
    Ok(headers)
}

/// Reads settings from a file.
pub(super) async fn from_file(path: PathBuf, format: Option<Format>) -> Result<Plain, String> {
    let format = format.or_else(|| Format::of_name(&path.to_string_lossy()));
    let read = tokio::task::spawn_blocking(move || {
        let cannot = |error: std::io::Error| format!("cannot be read: {error}");
        let bytes = regular_file::read(&path, LARGEST).map_err(cannot)?;
        if bytes.len() as u64 > LARGEST {
            return Err(format!("larger than {} MiB", LARGEST >> 20));
        }
        Ok(bytes)
    });
    let bytes = read.await.map_err(|error| error.to_string())??;
    format::read(format, &bytes)
}

/// Reads settings from what a program prints.
pub(super) async fn from_command(
    run: &Run,
    words: &[String],
    format: Option<Format>,
) -> Result<Plain, String> {
    let bounds = Bounds { limit: LIMIT, largest: LARGEST };
    let folder = run.platform.beside(Path::new(""));
    let printed = program_output::output(bounds, words, &folder, &run.env()).await;
    format::read(format, printed.map_err(|error| error.to_string())?.as_bytes())
}
