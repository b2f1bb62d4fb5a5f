//! One of two targets: signs in there, asks for everything, and says what came.

use std::collections::BTreeMap;
use std::sync::Arc;

use reqwest::Method;
use smokestack_core::{Case, CaseLog, Fact, FailedCheck, Place, SessionCookie};

use super::cases;
use super::portrait::Portrait;
use super::set_up;
use super::visit::{Asked, Visit, accounts};
use super::words::Words;
use crate::page::Page;
use crate::run::Run;
use crate::scope::{Row, Scope};
use crate::session::{Session, SessionRequest, State, pool};

/// What a target answered, in the order of what was asked.
pub(super) struct Side {
    pub(super) target: String,
    pub(super) url: String,
    pub(super) answers: Vec<(Asked, Answer)>,
    /// Cases that came to no end, a line each.
    pub(super) endless: Vec<String>,
}

/// What came of asking.
pub(super) enum Answer {
    /// This.
    Came(Box<Portrait>),
    /// Nothing, for this reason.
    None(String),
    /// A case did not ask for it here, or got no answer.
    NotFetched,
}

/// A session, and what was seen of its login.
struct SignedIn {
    account: String,
    state: State,
    log: Arc<CaseLog>,
}

/// Asks a target for everything. The error says why it cannot be judged, a line each.
pub(super) async fn look(run: &Arc<Run>, visits: &[Visit], cases: &[Case]) -> Result<Side, Vec<String>> {
    set_up(run).await?;
    let mut signed_in = Vec::new();
    for account in accounts(visits) {
        signed_in.push(sign_in(run, &account).await?);
    }
    let mut pages = Vec::new();
    for visit in visits {
        pages.push((visit.asked(), ask(run, visit, &signed_in).await));
    }
    let mut fetched = cases::fetch(run, cases).await;
    let endless = std::mem::take(&mut fetched.endless);
    // Only now is every secret known that a page may show.
    let accounts: Vec<String> = signed_in.iter().map(|one| one.account.clone()).collect();
    let words = Words::of(run, &accounts);
    let login = &run.platform.login;
    let logins = signed_in.iter().map(|one| {
        let told = format!("signing in as `{}`", one.account);
        let asked = Asked { component: login.component.clone(), path: login.page.clone(), told };
        (asked, Answer::Came(Box::new(one.portrait(&words))))
    });
    let mut answers: Vec<_> = logins.collect();
    answers.extend(pages.into_iter().map(|(asked, page)| match page {
        Ok(page) => (asked, Answer::Came(Box::new(Portrait::of(&page, &words)))),
        Err(why) => (asked, Answer::None(words.text(&why))),
    }));
    let fetched = fetched.portraits(&words).into_iter();
    answers.extend(fetched.map(|(asked, portrait)| (asked, Answer::Came(Box::new(portrait)))));
    Ok(Side { target: run.target.name.clone(), url: run.url().to_string(), answers, endless })
}

async fn sign_in(run: &Arc<Run>, account: &str) -> Result<SignedIn, Vec<String>> {
    let log = Arc::<CaseLog>::default();
    let scope = scope(run, &log);
    let state = pool::shared(&scope, account, &Place::caller()).await;
    run.know(account).await;
    match state {
        Ok(state) => Ok(SignedIn { account: account.to_owned(), state, log }),
        Err(_) => Err(told(run, &log)),
    }
}

async fn ask(run: &Arc<Run>, visit: &Visit, signed_in: &[SignedIn]) -> Result<Page, String> {
    let log = Arc::<CaseLog>::default();
    let scope = scope(run, &log);
    let session = match &visit.account {
        Some(account) => {
            let state = signed_in.iter().find(|one| one.account == *account).map(|one| one.state.clone());
            Session::new(scope, state.unwrap_or_default())
        }
        None => Session::new(scope, State::default()).of_visitor(),
    };
    let address = run.component(&visit.component).map(|component| component.address(&visit.path));
    let address = address.unwrap_or_else(|| visit.path.clone());
    // As fast as the target's `per_second` allows, and one after the other.
    let turn = run.pace.turn().await;
    let page = session.send(SessionRequest::new(Method::GET, &address), Place::caller()).await;
    drop(turn);
    page.map_err(|_| {
        let found = log.notes().failed.into_iter().find_map(|check| check.found);
        found.map_or("no answer".to_owned(), |found| found.replacen("none: ", "no answer: ", 1))
    })
}

/// What went wrong, a line each.
fn told(run: &Run, log: &CaseLog) -> Vec<String> {
    let said = |check: FailedCheck| std::iter::once(check.headline()).chain(check.notes).chain(check.help);
    let mut lines: Vec<String> = log.notes().failed.into_iter().flat_map(said).collect();
    if let Some(first) = lines.first_mut() {
        *first = format!("{}: {first}", run.target.name);
    }
    lines
}

fn scope(run: &Arc<Run>, log: &Arc<CaseLog>) -> Arc<Scope> {
    Arc::new(Scope::new(Arc::clone(run), Arc::clone(log), "twin".to_owned(), false, Row::default()))
}

impl Answer {
    /// In a word or two, where the other target answered otherwise.
    pub(super) fn status(&self) -> String {
        match self {
            Answer::Came(portrait) => portrait.status.join(", "),
            Answer::None(why) => why.clone(),
            Answer::NotFetched => "(the case did not get it)".to_owned(),
        }
    }
}

impl SignedIn {
    fn portrait(&self, words: &Words<'_>) -> Portrait {
        let notes = self.log.notes();
        let cookies: BTreeMap<(String, Option<String>, String), SessionCookie> = notes
            .facts
            .iter()
            .flat_map(|fact| match fact {
                Fact::SignedIn { cookies, anonymous, .. } => [anonymous.as_slice(), cookies.as_slice()],
                _ => Default::default(),
            })
            .flatten()
            .map(|cookie| ((cookie.name.clone(), cookie.domain.clone(), cookie.path.clone()), cookie.clone()))
            .collect();
        let cookies: Vec<SessionCookie> = cookies.into_values().collect();
        Portrait::of_login(&notes.exchanges, &cookies, words)
    }
}
