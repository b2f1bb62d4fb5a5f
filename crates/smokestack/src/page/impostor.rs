//! A page in disguise: status 200, and yet a login form, a page of maintenance, a gateway's error or an error banner.
//!
//! Every page that a suite's line fetched is looked at. What the case does not judge itself is told at its end.

use smokestack_core::{Blame, Class, FailedCheck, Place};

use super::judged::{Judged, Subject};
use super::{Page, signed_in};

/// What a page is in truth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Disguise {
    Login,
    Maintenance,
    Gateway,
    Error,
    /// Another environment's page.
    Environment,
}

impl Disguise {
    fn words(self) -> &'static str {
        match self {
            Disguise::Login => "a login form",
            Disguise::Maintenance => "a page of maintenance",
            Disguise::Gateway => "a gateway's error page",
            Disguise::Error => "an error page",
            Disguise::Environment => "another environment's page",
        }
    }
}

/// A page that is not what it should be, told at the end of the case unless the case judges it.
#[derive(Clone, Debug)]
pub(crate) struct Suspicion {
    pub(crate) exchange: usize,
    pub(crate) disguise: Disguise,
    pub(crate) check: FailedCheck,
}

/// Words of whoever stands before a platform that gives no answer, as its pages begin.
const GATEWAY: &[&str] = &[
    "502 bad gateway",
    "503 service",
    "504 gateway",
    "bad gateway",
    "gateway time-out",
    "gateway timeout",
    "upstream connect error",
    "no healthy upstream",
    "no server is available to handle this request",
    "default backend - 404",
    "error 502",
    "error 503",
    "error 504",
];

const MAINTENANCE: &[&str] = &[
    "under maintenance",
    "scheduled maintenance",
    "maintenance mode",
    "down for maintenance",
    "site maintenance",
    "be right back",
    "be back soon",
    "temporarily unavailable",
    "service unavailable",
    "currently unavailable",
];

/// What headings and banners of errors say.
const ERROR: &[&str] = &[
    "something went wrong",
    "unexpected error",
    "an error occurred",
    "an error has occurred",
    "internal server error",
    "internal error",
    "application error",
    "server error",
    "unhandled exception",
    "whitelabel error page",
    "404 not found",
    "page not found",
    "could not be loaded",
];

/// What no page shows that works: traces and messages of servers, languages and databases.
const TRACES: &[&str] = &[
    "Traceback (most recent call last)",
    "Whitelabel Error Page",
    "Fatal error: Uncaught",
    "Unhandled exception",
    "NullReferenceException",
    "java.lang.NullPointerException",
    "at org.springframework.",
    "ActionView::Template::Error",
    "SQLSTATE[",
    "ORA-00",
    "PG::UndefinedColumn",
];

/// Where banners of errors stand.
const BANNERS: &str =
    "[role=alert], .alert-danger, .alert-error, .error-banner, .flash-error, .error-page, .error-message";

/// What a page is in truth, and the words on it that say so.
pub(crate) fn unmasked(page: &Page) -> Option<(Disguise, String)> {
    let is_html = matches!(page.media_type(), "text/html" | "application/xhtml+xml");
    if !(200..300).contains(&page.code()) || !is_html || is_excepted(page) {
        return None;
    }
    own_markers(page)
        .or_else(|| login(page))
        .or_else(|| stranger(page))
        .or_else(|| error(page))
        .or_else(|| other_environment(page))
}

/// Watches a page that a suite's line fetched.
pub(crate) fn watch(page: &Page, place: &Place) {
    let Some((disguise, found)) = unmasked(page) else { return };
    let check = match disguise {
        // In the words for a lost session, with what became of its cookies.
        Disguise::Login => match signed_in::accepted(page) {
            Err(check) => *check,
            Ok(()) => return,
        },
        Disguise::Environment => {
            let what = format!("environment at {}", page.asked());
            let expected = page.session().scope.run.target.environment.clone().unwrap_or_default();
            FailedCheck::new(Blame::Wrong, Class::Environment, what)
                .expected_found(format!("{expected:?}"), found)
        }
        _ => told(page, disguise, &found),
    };
    let (exchange, check) = (page.index(), check.at(place.clone()).about(page.index()));
    page.session().scope.suspect(Suspicion { exchange, disguise, check });
}

/// The failed check about a page that is an error in disguise.
pub(super) fn told(page: &Page, disguise: Disguise, found: &str) -> FailedCheck {
    let found = format!("{} with status {}: {found}", disguise.words(), page.code());
    let what = format!("page at {}", page.asked());
    FailedCheck::new(Blame::Wrong, Class::Impostor, what).expected_found("a page of the platform", found)
}

fn is_excepted(page: &Page) -> bool {
    let path = page.address().path();
    page.session().scope.run.platform.impostors.except.iter().any(|except| {
        let rest = path.strip_prefix(except.trim_end_matches('/'));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

/// By what the platform file says.
fn own_markers(page: &Page) -> Option<(Disguise, String)> {
    let own = &page.session().scope.run.platform.impostors;
    let lists = [
        (Disguise::Login, &own.login),
        (Disguise::Maintenance, &own.maintenance),
        (Disguise::Error, &own.error),
    ];
    for (disguise, selectors) in lists {
        let visitor = disguise == Disguise::Login && page.session().is_visitor();
        let found = selectors.iter().filter(|_| !visitor).find_map(|selector| {
            page.first(selector).map(|text| format!("`{selector}` is there, {}", page.shown(&text)))
        });
        if let Some(found) = found {
            return Some((disguise, found));
        }
    }
    let shown = (!own.texts.is_empty()).then(|| page.document().visible_text())?;
    let text = own.texts.iter().find(|text| shown.contains(text.as_str()))?;
    Some((Disguise::Error, format!("it shows {text:?}")))
}

/// A visitor may be asked to sign in; somebody signed in may not.
fn login(page: &Page) -> Option<(Disguise, String)> {
    let is_due = page.session().is_visitor() || !page.is_login_page();
    (!is_due).then(|| (Disguise::Login, "a password field".to_owned()))
}

/// A page that is none of the platform's own.
fn stranger(page: &Page) -> Option<(Disguise, String)> {
    if page.has_marker() {
        return None;
    }
    let (title, heading) = (page.first("title"), page.first("h1"));
    for (which, text) in [("`h1`", &heading), ("the title", &title)] {
        let Some(text) = text else { continue };
        let lower = text.to_lowercase();
        if GATEWAY.iter().any(|words| lower.starts_with(words)) {
            return Some((Disguise::Gateway, format!("{which} is {}", page.shown(text))));
        }
        if lower == "maintenance" || MAINTENANCE.iter().any(|words| lower.contains(words)) {
            return Some((Disguise::Maintenance, format!("{which} is {}", page.shown(text))));
        }
    }
    let bare = title.is_none() && heading.is_none();
    let shown = bare.then(|| page.document().visible_text())?;
    let lower = shown.to_lowercase();
    let is_gateway = GATEWAY.iter().any(|words| lower.starts_with(words));
    is_gateway.then(|| (Disguise::Gateway, format!("it says {}", page.shown(&shown))))
}

/// An error in a heading or a banner, or a trace anywhere.
fn error(page: &Page) -> Option<(Disguise, String)> {
    for (which, text) in [("`h1`", page.first("h1")), ("the title", page.first("title"))] {
        let text = text.unwrap_or_default();
        if says_error(&text) {
            return Some((Disguise::Error, format!("{which} is {}", page.shown(&text))));
        }
    }
    let banners = page.document().texts(BANNERS, 5).unwrap_or_default();
    if let Some(banner) = banners.iter().find(|text| says_error(text)) {
        return Some((Disguise::Error, format!("it says {}", page.shown(banner))));
    }
    let shown = page.document().visible_text();
    let trace = TRACES.iter().find(|trace| shown.contains(**trace))?;
    Some((Disguise::Error, format!("it shows {trace:?}")))
}

fn says_error(text: &str) -> bool {
    let lower = text.to_lowercase();
    ERROR.iter().any(|words| lower.contains(words))
}

/// The marker of the environment is another's.
fn other_environment(page: &Page) -> Option<(Disguise, String)> {
    let run = &page.session().scope.run;
    let (marker, own) = (run.platform.session.environment.as_ref()?, run.target.environment.as_ref()?);
    let shown = page.document().select(&marker.selector, 1, |element| match &marker.attribute {
        Some(attribute) => element.attr(attribute).map(str::to_owned),
        None => Some(super::document::folded(element.text())),
    });
    let shown = shown.ok()?.into_iter().next()??;
    (shown != *own).then(|| (Disguise::Environment, page.shown(&shown)))
}

impl Page {
    /// Checks that this is a page to sign in on. Without it, somebody signed in who is shown one is a failure.
    ///
    /// ```no_run
    /// # use smokestack::prelude::*;
    /// # async fn case(cx: Cx) -> Checked {
    /// let session = cx.session("dispatcher").await?;
    /// session.get("/login?again=1").await?.expect_login_page();
    /// # cx.done() }
    /// ```
    #[track_caller]
    pub fn expect_login_page(&self) -> Judged {
        self.settle(&[Disguise::Login]);
        let place = Place::caller();
        let found = format!("status {}", self.code());
        let subject = Subject::new(self, "page");
        subject.expect(
            self.is_login_page(),
            "page",
            "a page to sign in on",
            found,
            || self.heading_notes(),
            place,
        )
    }

    /// Checks that this page tells of an error, of maintenance or of a gateway's trouble, under whatever status. Without
    /// it, such a page with status 200 is a failure.
    #[track_caller]
    pub fn expect_error_page(&self) -> Judged {
        const ERRORS: [Disguise; 3] = [Disguise::Maintenance, Disguise::Gateway, Disguise::Error];
        self.settle(&ERRORS);
        let place = Place::caller();
        let shown = unmasked(self).is_some_and(|(disguise, _)| ERRORS.contains(&disguise));
        let (is_error, found) = (shown || self.code() >= 400, format!("status {}", self.code()));
        let expected = "a page that tells of an error";
        Subject::new(self, "page").expect(is_error, "page", expected, found, || self.heading_notes(), place)
    }

    /// The case judges this itself.
    pub(super) fn settle(&self, disguises: &[Disguise]) {
        self.session().scope.settle(self.index(), disguises);
    }
}
