//! Why no answer came, read from the chain of errors.

use std::error::Error;
use std::time::Duration;

use smokestack_core::{NoAnswer, Stage};
use url::Url;

use super::resolve::NotResolved;
use crate::platform::size;

/// What a failed request came to.
pub(super) fn no_answer(error: &reqwest::Error, url: &Url, limit: Duration) -> NoAnswer {
    let stage = stage(error);
    let cause = match stage {
        Stage::TimeLimit => format!("no answer within {}", humantime::format_duration(limit)),
        Stage::CutShort => "the body is whole, and what is packed in it ends before its end".to_owned(),
        _ => innermost(error).to_string(),
    };
    NoAnswer { stage, address: address(url), cause }
}

/// What a request came to that was not over within its limit.
pub(super) fn too_late(url: &Url, limit: Duration) -> NoAnswer {
    let cause = format!("no whole answer within {}", humantime::format_duration(limit));
    NoAnswer { stage: Stage::TimeLimit, address: address(url), cause }
}

/// What a request came to whose answer is larger than the harness takes.
pub(super) fn too_large(url: &Url, limit: usize) -> NoAnswer {
    let cause = format!("the body is larger than `max_body`, {}", size::shown(limit));
    NoAnswer { stage: Stage::TooLarge, address: address(url), cause }
}

fn stage(error: &reqwest::Error) -> Stage {
    let chain = || std::iter::successors(error.source(), |&cause| cause.source());
    if chain().any(|cause| cause.is::<NotResolved>()) {
        return Stage::Dns;
    }
    if chain().any(is_tls) {
        return Stage::Tls;
    }
    if error.is_timeout() {
        return Stage::TimeLimit;
    }
    if error.is_connect() {
        return Stage::Connect;
    }
    if chain().any(is_unpacked_too_soon) {
        return Stage::CutShort;
    }
    // hyper tells these apart in words only.
    let words = chain().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    if ["end of file", "closed before", "reset by peer"].iter().any(|end| words.contains(end)) {
        return Stage::BrokenOff;
    }
    if words.contains("invalid HTTP")
        || words.contains("too large")
        || words.contains("invalid content-length")
        || error.is_decode()
    {
        return Stage::Protocol;
    }
    Stage::BrokenOff
}

/// rustls reports through `std::io::Error`, once or twice, whose inner error is not part of the chain.
fn is_tls(cause: &(dyn Error + 'static)) -> bool {
    let inner = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    cause.is::<rustls::Error>() || inner.is_some_and(|inner| is_tls(inner))
}

/// What unpacks an answer says no more than that there is no more; who reads from the connection says of what.
fn is_unpacked_too_soon(cause: &(dyn Error + 'static)) -> bool {
    let end = cause.downcast_ref::<std::io::Error>();
    end.is_some_and(|end| end.kind() == std::io::ErrorKind::UnexpectedEof && end.get_ref().is_none())
}

fn innermost(error: &reqwest::Error) -> &dyn Error {
    let mut cause: &dyn Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause
}

/// The host and port of an address.
pub(super) fn address(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port_or_known_default() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}
