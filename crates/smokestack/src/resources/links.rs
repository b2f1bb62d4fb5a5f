//! The pages that a page links to, and the pages that those link to.

use std::collections::{BTreeSet, VecDeque};

use smokestack_core::{Blame, Class, FailedCheck, Place};
use tokio::task::JoinSet;
use url::Url;

use super::named;
use crate::page::{Judged, Page};
use crate::session::SessionRequest;
use crate::{Checked, Pending};

/// More than a smoke test should look at.
const MOST: usize = 200;

/// How many broken links a check tells of.
const SHOWN: usize = 8;

/// Last parts of paths that end a session.
const ENDS_A_SESSION: [&str; 8] =
    ["logout", "log-out", "log_out", "logoff", "signout", "sign-out", "sign_out", "signoff"];

/// Attributes by which scripts turn a link into something else than a GET.
const WRITES: [&str; 6] = ["data-method", "data-turbo-method", "hx-post", "hx-put", "hx-patch", "hx-delete"];

/// The pages that links led to.
pub struct FollowedLinks {
    page: Page,
    pages: Vec<(Link, Page)>,
    left_out: usize,
}

/// A link that was followed.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Link {
    url: Url,
    /// What people read on it.
    text: String,
    /// The page that it stands on.
    on: String,
}

impl Page {
    /// Follows the links of the page, those of the pages that they lead to, and so on, so many steps deep; each address once, no
    /// faster than the platform file allows, and 200 of them at most.
    ///
    /// Only links of the target are followed, by GET. Those that end the session or write are not: the platform file's `logout` and
    /// paths that end like `/logout` or `/sign-out`, links with `download`, `rel=nofollow` or `data-method`, and paths
    /// below one of `not_followed` in `[resources]`.
    ///
    /// ```no_run
    /// # use smokestack::prelude::*;
    /// # async fn case(cx: Cx) -> Checked {
    /// let page = cx.session("dispatcher").await?.get("/home").await?;
    /// page.follow_links(1).await?.all_lead_to_pages();
    /// # cx.done() }
    /// ```
    ///
    /// # Errors
    ///
    /// None: a link that gives no answer is told as a failure of this line, and the others are followed.
    #[track_caller]
    pub fn follow_links(&self, depth: usize) -> Pending<'_, FollowedLinks> {
        let place = Place::caller();
        Box::pin(async move { Ok(follow(self, depth, &place).await) })
    }
}

async fn follow(page: &Page, depth: usize, place: &Place) -> FollowedLinks {
    let mut seen: BTreeSet<Url> = [page.address().clone()].into();
    seen.extend(page.exchange().hops.iter().filter_map(|hop| Url::parse(&hop.url).ok()));
    let mut followed = FollowedLinks { page: page.clone(), pages: Vec::new(), left_out: 0 };
    let mut on_this_level = vec![page.clone()];
    for _ in 0..depth {
        let mut links: VecDeque<Link> = on_this_level.iter().flat_map(links).collect();
        links.retain(|link| seen.insert(link.url.clone()));
        let room = MOST.saturating_sub(followed.pages.len());
        followed.left_out += links.len().saturating_sub(room);
        links.truncate(room);
        let pages = fetched(page, links, place).await;
        on_this_level = pages.iter().map(|(_, page)| page.clone()).collect();
        followed.pages.extend(pages);
    }
    followed
}

/// The pages that these links lead to, in their order. What gave no answer was told already.
async fn fetched(from: &Page, links: VecDeque<Link>, place: &Place) -> Vec<(Link, Page)> {
    let mut asked = JoinSet::new();
    for (index, link) in links.into_iter().enumerate() {
        let (session, place) = (from.session().fork(), place.clone());
        asked.spawn(async move {
            let turn = session.scope.run.pace.turn().await;
            let request = SessionRequest::new(reqwest::Method::GET, link.url.as_str());
            let page: Checked<Page> = session.send(request, place).await;
            drop(turn);
            Some((index, link, page.ok()?))
        });
    }
    let mut pages: Vec<(usize, Link, Page)> = asked.join_all().await.into_iter().flatten().collect();
    pages.sort_by_key(|(index, ..)| *index);
    pages.into_iter().map(|(_, link, page)| (link, page)).collect()
}

impl FollowedLinks {
    /// Checks that every link leads to a page: a status below 400, and not the login page for somebody who has signed in.
    #[track_caller]
    pub fn all_lead_to_pages(&self) -> Judged {
        let place = Place::caller();
        let broken: Vec<_> =
            self.pages.iter().filter_map(|(link, page)| Some((link, page, broken(page)?))).collect();
        if broken.is_empty() {
            return self.page.judge(Ok(()), place);
        }
        for (at, (link, page, found)) in broken.iter().take(SHOWN).enumerate() {
            let what = format!("link to {}", link.url);
            let mut check =
                FailedCheck::new(Blame::Wrong, Class::Resource, what).expected_found("a page", found);
            check.notes.push(format!("{} leads there, on {}", shown(&link.text), link.on));
            if at + 1 == SHOWN && broken.len() > SHOWN {
                check.notes.push(format!("{} more links lead to no page", broken.len() - SHOWN));
            }
            page.fail(check, place.clone());
        }
        Judged::of(false)
    }

    /// The pages, in the order in which their links stand.
    pub fn pages(&self) -> impl Iterator<Item = &Page> {
        self.pages.iter().map(|(_, page)| page)
    }

    /// How many addresses were not looked at, since there are more than 200.
    pub fn left_out(&self) -> usize {
        self.left_out
    }
}

/// What is wrong with the page that a link leads to.
fn broken(page: &Page) -> Option<String> {
    let status = page.code();
    if status >= 400 {
        return Some(format!("status {status}"));
    }
    let visitor = page.session().is_visitor();
    (!visitor && page.is_login_page()).then(|| format!("the login page with status {status}"))
}

/// The links of a page that may be followed.
fn links(page: &Page) -> Vec<Link> {
    let run = &page.session().scope.run;
    let base = named::base(page);
    let mut found = Vec::new();
    page.document().each_node(|node| {
        let Some(element) = node.value().as_element().filter(|it| matches!(it.name(), "a" | "area")) else {
            return;
        };
        let rel = element.attr("rel").unwrap_or_default().to_ascii_lowercase();
        let is_left = rel.split_ascii_whitespace().any(|rel| rel == "nofollow")
            || element.attr("download").is_some()
            || WRITES.iter().any(|name| element.attr(name).is_some_and(|it| !it.eq_ignore_ascii_case("get")));
        let url = element.attr("href").and_then(|href| named::web_address(&base, href));
        let Some(url) = url.filter(|url| !is_left && !named::is_asleep(node) && run.is_own(url)) else {
            return;
        };
        if ends_session(&url, &run.platform.session.logout)
            || is_below(&url, &run.platform.resources.not_followed)
        {
            return;
        }
        let text: String = node
            .descendants()
            .filter_map(|node| node.value().as_text().map(|text| text.to_string()))
            .collect();
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        found.push(Link { url, text, on: page.url().to_owned() });
    });
    found
}

fn ends_session(url: &Url, logout: &str) -> bool {
    let path = url.path().trim_end_matches('/');
    let last = path.rsplit('/').next().unwrap_or_default().split('.').next().unwrap_or_default();
    path == logout.trim_end_matches('/') || ENDS_A_SESSION.iter().any(|end| last.eq_ignore_ascii_case(end))
}

fn is_below(url: &Url, paths: &[String]) -> bool {
    paths.iter().any(|path| {
        let rest = url.path().strip_prefix(path.trim_end_matches('/'));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

/// What people read on a link, in quotes.
fn shown(text: &str) -> String {
    const LONGEST: usize = 40;
    let short: String = text.chars().take(LONGEST).collect();
    if text.is_empty() { "a link without text".to_owned() } else { format!("link {short:?}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(path: &str) -> Url {
        Url::parse("https://platform.test").unwrap().join(path).unwrap()
    }

    #[test]
    fn ways_out_of_the_session_are_known() {
        for path in
            ["/leave", "/leave/", "/account/logout", "/Sign-Out?next=/", "/logout.php", "/users/sign_out"]
        {
            assert!(ends_session(&url(path), "/leave"), "{path}");
        }
        for path in ["/leave-requests", "/reports/logouts", "/"] {
            assert!(!ends_session(&url(path), "/leave"), "{path}");
        }
    }

    #[test]
    fn paths_are_left_out_with_all_below_them() {
        let paths = ["/exports".to_owned(), "/admin/".to_owned()];
        assert!(is_below(&url("/exports"), &paths) && is_below(&url("/admin/users?x"), &paths));
        assert!(!is_below(&url("/exports-old"), &paths));
    }
}
