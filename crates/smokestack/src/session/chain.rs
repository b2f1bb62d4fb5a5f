//! Sends a request and follows its redirects hop by hop, so that every hop and every cookie decision is recorded.

use std::time::Instant;

use reqwest::Method;
use reqwest::header::{
    ACCEPT, CONTENT_TYPE, COOKIE, HeaderMap, HeaderName, HeaderValue, LOCATION, ORIGIN, REFERER,
    REFERRER_POLICY, SET_COOKIE,
};
use smokestack_core::{Blame, Class, CookieNote, Exchange, FailedCheck, Hop, NoAnswer, Place};
use url::Url;

use super::location::{is_downgrade, learn_redirect, redirect, shown_location};
use super::request::{Body, Request};
use super::{Referrer, Session, circle};
use crate::cookies::{self, Occasion};
use crate::http::{Answer, Outgoing};
use crate::page::Page;
use crate::run::now;
use crate::{Checked, Stop};

/// As many as browsers allow.
const MOST_REDIRECTS: usize = 20;

/// How often one chain may come to an address. Twice is common: on the way to the login and back from it.
const MOST_VISITS: usize = 3;

/// How often one chain may send a form: a login repeated without end would lock the account.
const MOST_WRITES: usize = 2;

/// Sends a request with the session's cookies and follows where it leads.
pub(super) async fn follow(session: &Session, request: Request, place: Place) -> Checked<Page> {
    let url = match session.scope.run.url().join(&request.address) {
        Ok(url) if session.may_visit(&url) => url,
        Ok(url) => {
            let target = &session.scope.run.target.name;
            let help = "a session's cookies and credentials stay with their target";
            return refuse(session, place, format!("`{url}` is not an address of target `{target}`"), help);
        }
        Err(error) => {
            let help = "write a path, `/work-orders/`, or a whole address of the target";
            return refuse(session, place, format!("`{}` is not an address: {error}", request.address), help);
        }
    };
    if request.writes() && !request.is_login && session.scope.run.target.protected && !may_write(session) {
        let what = format!(
            "{} {url} was not sent: target `{}` is protected",
            request.method, session.scope.run.target.name
        );
        return refuse(
            session,
            place,
            what,
            "a case that writes says `.mutates()`, and the run `--allow-mutations`",
        );
    }
    if request.writes() && session.scope.is_try {
        let what = format!("{} {url} was not sent: it would be with every try", request.method);
        let help = "write before `eventually`, and ask in it for what has to come of that";
        return refuse(session, place, what, help);
    }
    let mut walk = Walk {
        session,
        exchange: Exchange { component: owner(session, &url), hops: Vec::new(), took: Default::default() },
        began: Instant::now(),
        within: request.within.clone(),
        redirects: Vec::new(),
    };
    let mut outgoing = first(&request, url);
    // What SameSite asks about: no redirect changes where the visitor came from.
    let initiator = request.referrer.as_ref().map(|referrer| referrer.page().clone());
    let mut referrer = request.referrer;
    let mut tainted = false;
    loop {
        let (method, url) = (outgoing.method.clone(), outgoing.url.clone());
        let answer = match walk.hop(outgoing, initiator.as_ref()).await {
            Ok(answer) => answer,
            Err(no_answer) => return walk.silence(no_answer, place),
        };
        // What was sent over https does not go on over http, where everybody could read it.
        let next = redirect(&answer, &url).filter(|next| may_follow(session, &url, next));
        match next {
            Some(_) if walk.exchange.hops.len() > MOST_REDIRECTS => {
                return walk.endless(place, &format!("more than {MOST_REDIRECTS} redirects"));
            }
            Some(next) if walk.times(&next) >= MOST_VISITS => {
                let found = format!("redirects that lead to {next} again and again");
                return walk.endless(place, &found);
            }
            Some(next) if method == Method::POST && walk.writes() > MOST_WRITES => {
                let found = format!("redirects that send the form again and again, last to {next}");
                return walk.endless(place, &found);
            }
            Some(next) => {
                let keeps_method =
                    matches!(answer.status, 307 | 308) || method == Method::GET || method == Method::HEAD;
                let body = if keeps_method { request.body.as_ref() } else { None };
                let method = if keeps_method { method } else { Method::GET };
                if let Some(referrer) = &mut referrer {
                    tainted |= referrer.is_tainted_by(&url, &next);
                    let policy = answer.headers.get(REFERRER_POLICY).and_then(|policy| policy.to_str().ok());
                    referrer.redirected(policy.unwrap_or_default());
                }
                outgoing = outgoing_to(method, next, body, referrer.as_ref(), tainted);
                if !answer.body.is_empty() {
                    walk.redirects.push((answer, url, walk.exchange.hops.len()));
                }
            }
            None => return Ok(walk.page(answer, url)),
        }
    }
}

/// Whether a redirect is followed. What the platform file names as another site it names with its scheme.
fn may_follow(session: &Session, from: &Url, to: &Url) -> bool {
    session.may_visit(to) && (!is_downgrade(from, to) || session.visits_provider(to))
}

/// Whom an address belongs to, in findings.
fn owner(session: &Session, url: &Url) -> Option<String> {
    if session.visits_provider(url) {
        return Some("identity provider".to_owned());
    }
    session.scope.run.owner(url)
}

fn may_write(session: &Session) -> bool {
    session.scope.mutates && session.scope.run.allow_mutations
}

/// Nothing is sent; the suite asked for what it may not have.
fn refuse<T>(session: &Session, place: Place, what: String, help: &str) -> Checked<T> {
    let check = FailedCheck::new(Blame::Harness, Class::Harness, what).at(place);
    session.scope.log.failed(check.help(help));
    Err(Stop::failed())
}

/// One request on its way through its redirects.
struct Walk<'s> {
    session: &'s Session,
    exchange: Exchange,
    began: Instant,
    within: Option<String>,
    /// Redirects with something in their bodies, each with its address and its number.
    redirects: Vec<(Answer, Url, usize)>,
}

impl Walk<'_> {
    async fn hop(&mut self, mut outgoing: Outgoing, initiator: Option<&Url>) -> Result<Answer, NoAnswer> {
        let run = &self.session.scope.run;
        let (method, url) = (outgoing.method.to_string(), outgoing.url.clone());
        let occasion = Occasion { method: &method, initiator, ..Occasion::typed(&url, now()) };
        let (header, mut cookies) = self.session.state().jar.header(&occasion);
        if let Some(value) = header.and_then(|header| HeaderValue::from_bytes(&header).ok()) {
            outgoing.headers.insert(COOKIE, value);
        }
        let headers = if run.is_own(&url) { self.session.state().headers.clone() } else { Vec::new() };
        for (name, value) in &headers {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::from_str(value)) {
                outgoing.headers.insert(name, value);
            }
        }
        let scope = &self.session.scope;
        let within = self.within.as_ref().map(|within| format!(" {within}")).unwrap_or_default();
        let phase = scope.log.entered(format!("{method} {url}{within}"), scope.elapsed());
        let sent = Instant::now();
        let owner = owner(self.session, &url);
        let straight = self.session.straight.as_ref().filter(|way| owner.as_deref() == Some(&way.component));
        let client = straight.map_or(&run.client, |way| &way.client);
        let answered = client.send(outgoing, self.session.connection).await;
        scope.log.left(phase, scope.elapsed());
        if let Ok(answer) = &answered {
            run.heard();
            learn_redirect(run, answer, &url);
            cookies.extend(self.take_cookies(answer, &Occasion { now: now(), ..occasion }));
        }
        let answer = answered.as_ref().ok();
        if method == "GET" && answer.is_some_and(|answer| answer.status >= 500) {
            owner.iter().for_each(|component| run.erred(component, &url));
        }
        let named = |name: &str| {
            let name = HeaderName::try_from(name).ok()?;
            Some(answer?.headers.get(name)?.to_str().ok()?.to_owned())
        };
        self.exchange.hops.push(Hop {
            method,
            component: owner,
            status: answer.map(|answer| answer.status),
            location: named(LOCATION.as_str()).as_deref().map(shown_location),
            instance: named(&run.platform.session.instance_header),
            release: named(&run.platform.session.release_header),
            login: run.is_own(&url) && url.path() == run.platform.login.page,
            cookies,
            took: sent.elapsed(),
            timing: answer.map(|answer| answer.timing).unwrap_or_default(),
            no_answer: answered.as_ref().err().cloned(),
            url: url.to_string(),
        });
        self.exchange.took = self.began.elapsed();
        answered
    }

    fn take_cookies(&self, answer: &Answer, occasion: &Occasion<'_>) -> Vec<CookieNote> {
        let run = &self.session.scope.run;
        let jar = &mut self.session.state().jar;
        let headers = answer.headers.get_all(SET_COOKIE).iter();
        headers
            .map(|header| {
                let note = jar.take(header.as_bytes(), answer.status, occasion);
                let value = cookies::value(header.as_bytes());
                run.learn_token(value.trim_matches('"'), &format!("cookie `{}`", note.name));
                note
            })
            .collect()
    }

    fn page(self, answer: Answer, url: Url) -> Page {
        let index = self.session.scope.log.exchanged(self.exchange.clone());
        let page = |answer, url, exchange| Page::new(self.session.clone(), answer, url, exchange, index);
        let redirects = self.redirects.into_iter().map(|(answer, url, hops)| {
            let hops = self.exchange.hops[..hops].to_vec();
            page(answer, url, Exchange { hops, ..self.exchange.clone() })
        });
        let redirects = redirects.collect();
        page(answer, url, self.exchange).after(redirects)
    }

    fn silence(self, no_answer: NoAnswer, place: Place) -> Checked<Page> {
        let scope = &self.session.scope;
        let asked =
            self.exchange.hops.last().map(|hop| format!("{} {}", hop.method, hop.url)).unwrap_or_default();
        let index = scope.log.exchanged(self.exchange);
        if let Some(case) = scope.run.not_heard(&scope.case, &no_answer) {
            return Err(Stop::blocked(format!(
                "target `{}` being out of reach, see `{case}`",
                scope.run.target.name
            )));
        }
        let check = FailedCheck::new(Blame::Silent, Class::NoAnswer, asked).expected_found(
            "an answer",
            format!("none: {} {}: {}", no_answer.stage.words(), no_answer.address, no_answer.cause),
        );
        let check = FailedCheck { notes: self.within.into_iter().collect(), ..check };
        scope.log.failed(check.at(place).about(index));
        Err(Stop::failed())
    }

    /// How often the chain has asked for this address.
    fn times(&self, url: &Url) -> usize {
        self.exchange.hops.iter().filter(|hop| hop.url == url.as_str()).count()
    }

    /// How often the chain has sent its form.
    fn writes(&self) -> usize {
        self.exchange.hops.iter().filter(|hop| hop.method == "POST").count()
    }

    fn endless(self, place: Place, found: &str) -> Checked<Page> {
        let scope = &self.session.scope;
        let check = circle::endless(&self.exchange, found, self.within, self.session.is_visitor());
        let index = scope.log.exchanged(self.exchange);
        scope.log.failed(check.at(place).about(index));
        Err(Stop::failed())
    }
}

fn first(request: &Request, url: Url) -> Outgoing {
    let mut outgoing =
        outgoing_to(request.method.clone(), url, request.body.as_ref(), request.referrer.as_ref(), false);
    outgoing.headers.extend(request.header.clone());
    outgoing
}

fn outgoing_to(
    method: Method,
    url: Url,
    body: Option<&Body>,
    referrer: Option<&Referrer>,
    tainted: bool,
) -> Outgoing {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("text/html,application/json;q=0.9,*/*;q=0.8"));
    if let Some(referrer) = referrer {
        if let Some(Ok(value)) = referrer.referer(&url).map(HeaderValue::try_from) {
            headers.insert(REFERER, value);
        }
        // Servers that check forms look at it; browsers send it with all that is no GET or HEAD (Fetch, section 3.2).
        let origin = HeaderValue::try_from(referrer.origin(&url, tainted));
        if let (false, Ok(origin)) = (matches!(method, Method::GET | Method::HEAD), origin) {
            headers.insert(ORIGIN, origin);
        }
    }
    let body = body.map(|body| {
        if let Ok(content_type) = HeaderValue::try_from(&body.content_type) {
            headers.insert(CONTENT_TYPE, content_type);
        }
        body.bytes.clone()
    });
    Outgoing { method, url, headers, body }
}
