//! Files, each fetched once per run, whichever pages name it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use reqwest::Method;
use reqwest::header::{ACCEPT, COOKIE, HeaderMap, HeaderName, HeaderValue, LOCATION, ORIGIN, RANGE, REFERER};
use smokestack_core::{CookieNote, Exchange, Hop, NoAnswer};
use tokio::sync::OnceCell;
use url::Url;

use super::kind::Kind;
use super::named::{Cors, Named};
use crate::cookies::Occasion;
use crate::http::{Answer, Connection, Outgoing};
use crate::run::now;
use crate::session::Session;
use crate::session::location::{is_downgrade, redirect, shown_location};

/// A file needs no more.
const MOST_REDIRECTS: usize = 5;

/// Of a video or a sound the beginning will do.
const BEGINNING: HeaderValue = HeaderValue::from_static("bytes=0-1023");

/// The files of a run. What gave no answer is not kept: whoever asks again asks the platform.
#[derive(Default)]
pub(crate) struct Shelf {
    kept: Mutex<HashMap<Key, Arc<OnceCell<Arc<Fetched>>>>>,
}

/// What makes two requests for a file the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    url: Url,
    cors: Cors,
    origin: Option<String>,
    accept: &'static str,
}

/// A file as it came.
pub(super) struct Fetched {
    /// Where it came from in the end.
    pub(super) url: Url,
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
    pub(super) exchange: Exchange,
}

/// No answer came.
pub(super) struct Silent {
    pub(super) no_answer: NoAnswer,
    pub(super) exchange: Exchange,
}

impl Fetched {
    /// A header as text.
    pub(super) fn header(&self, name: HeaderName) -> Option<String> {
        Some(String::from_utf8_lossy(self.headers.get(name)?.as_bytes()).into_owned())
    }
}

impl Shelf {
    /// The file, from the shelf or from the platform.
    pub(super) async fn file(
        &self,
        session: &Session,
        file: &Named,
        page: &Url,
    ) -> Result<Arc<Fetched>, Silent> {
        let origin = needs_leave(file, page).then(|| page.origin().ascii_serialization());
        let key = Key { url: file.url.clone(), cors: file.cors, origin, accept: file.kind.accept() };
        let cell =
            self.kept.lock().unwrap_or_else(PoisonError::into_inner).entry(key.clone()).or_default().clone();
        let fetched =
            cell.get_or_try_init(|| async { ask(session, file.kind, &key, page).await.map(Arc::new) });
        fetched.await.cloned()
    }
}

/// Whether a browser asks the other origin for leave to use the file.
pub(super) fn needs_leave(file: &Named, page: &Url) -> bool {
    file.cors != Cors::No && file.url.origin() != page.origin()
}

/// Whether a run may ask for an address: one of the target's own, or of a site that the platform file names.
pub(super) fn is_looked_at(session: &Session, url: &Url) -> bool {
    let run = &session.scope.run;
    run.is_own(url) || run.platform.resources.sites.iter().any(|site| site.origin() == url.origin())
}

async fn ask(session: &Session, kind: Kind, key: &Key, page: &Url) -> Result<Fetched, Silent> {
    let run = &session.scope.run;
    let began = Instant::now();
    let mut exchange =
        Exchange { component: run.owner(&key.url), hops: Vec::new(), took: Default::default() };
    let mut url = key.url.clone();
    loop {
        let turn = run.pace.turn().await;
        let (headers, cookies) = headers(session, kind, key, &url, page);
        let outgoing = Outgoing { method: Method::GET, url: url.clone(), headers, body: None };
        let phase = session.scope.log.entered(format!("GET {url}"), session.scope.elapsed());
        let sent = Instant::now();
        let answered = run.client.send(outgoing, Connection::Kept).await;
        session.scope.log.left(phase, session.scope.elapsed());
        drop(turn);
        exchange.hops.push(hop(session, &url, cookies, &answered, sent));
        exchange.took = began.elapsed();
        let answer = match answered {
            Ok(answer) => answer,
            Err(no_answer) => return Err(Silent { no_answer, exchange }),
        };
        run.heard();
        let next =
            redirect(&answer, &url).filter(|next| is_looked_at(session, next) && !is_downgrade(&url, next));
        match next.filter(|_| exchange.hops.len() <= MOST_REDIRECTS) {
            Some(next) => url = next,
            None => {
                let Answer { status, headers, body, .. } = answer;
                return Ok(Fetched { url, status, headers, body, exchange });
            }
        }
    }
}

/// The session's cookies and headers go to the target alone, and not where a browser would leave them out.
fn headers(session: &Session, kind: Kind, key: &Key, url: &Url, page: &Url) -> (HeaderMap, Vec<CookieNote>) {
    let run = &session.scope.run;
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static(key.accept));
    let mut referer = page.clone();
    referer.set_fragment(None);
    referer.set_query(None);
    let texts = [(REFERER, Some(referer.to_string())), (ORIGIN, key.origin.clone())];
    headers.extend(
        texts.into_iter().filter_map(|(name, text)| Some((name, HeaderValue::from_str(&text?).ok()?))),
    );
    if kind == Kind::Media {
        headers.insert(RANGE, BEGINNING);
    }
    let without = key.origin.is_some() && key.cors == Cors::Anonymous;
    if !run.is_own(url) || without {
        return (headers, Vec::new());
    }
    let occasion = Occasion { url, method: "GET", initiator: Some(page), top_level: false, now: now() };
    let (cookie, notes) = session.state().jar.header(&occasion);
    let cookie = cookie.and_then(|cookie| HeaderValue::from_bytes(&cookie).ok());
    headers.extend(cookie.map(|cookie| (COOKIE, cookie)));
    for (name, value) in &session.state().headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::from_str(value)) {
            headers.insert(name, value);
        }
    }
    (headers, notes)
}

fn hop(
    session: &Session,
    url: &Url,
    cookies: Vec<CookieNote>,
    answered: &Result<Answer, NoAnswer>,
    sent: Instant,
) -> Hop {
    let run = &session.scope.run;
    let answer = answered.as_ref().ok();
    let named = |name: &str| {
        let value = answer?.headers.get(HeaderName::try_from(name).ok()?)?;
        Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    Hop {
        method: "GET".to_owned(),
        url: url.to_string(),
        component: run.owner(url),
        status: answer.map(|answer| answer.status),
        location: named(LOCATION.as_str()).as_deref().map(shown_location),
        instance: named(&run.platform.session.instance_header),
        release: named(&run.platform.session.release_header),
        login: run.is_own(url) && url.path() == run.platform.login.page,
        cookies,
        took: sent.elapsed(),
        timing: answer.map(|answer| answer.timing).unwrap_or_default(),
        no_answer: answered.as_ref().err().cloned(),
    }
}
