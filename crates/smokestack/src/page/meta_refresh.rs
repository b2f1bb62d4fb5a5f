//! Pages that lead on by themselves: `<meta http-equiv="refresh">` (HTML, "shared declarative refresh steps").

use smokestack_core::{Blame, Class, CookieAction, CookieNote, FailedCheck, Place};
use url::Url;

use super::Page;
use crate::session::Pending;

/// Who waits longer is meant to read the page.
const AT_ONCE: u64 = 3;

impl Page {
    /// Where a browser goes from here without anybody's doing.
    pub(crate) fn leads_on_to(&self) -> Option<Url> {
        if self.code() >= 400 {
            return None;
        }
        let content = self.refresh()?;
        let (_, target) = read(&content).filter(|(seconds, _)| *seconds <= AT_ONCE)?;
        self.address().join(target).ok().filter(|next| next != self.address())
    }

    /// How the page leads back, at once and so without end, to an address that it was asked at. Whoever is given a cookie
    /// with it may be shown another page then.
    pub(crate) fn leads_back(&self) -> Option<String> {
        let hops = &self.exchange().hops;
        let last = hops.last()?;
        if self.code() >= 400 || last.cookies.iter().any(|note| note.action == CookieAction::Stored) {
            return None;
        }
        let content = self.refresh()?;
        let next = match read(&content) {
            Some((0, target)) => self.address().join(target).ok()?,
            None if is_nought(&content) => self.address().clone(),
            _ => return None,
        };
        if bare(&next) == bare(self.address()) {
            return Some("the page leads back to itself at once, by `meta refresh`".to_owned());
        }
        let before = hops.iter().position(|hop| hop.method == "GET" && hop.url == bare(&next).as_str())?;
        Some(format!("the page leads back to hop {} at once, by `meta refresh`", before + 1))
    }

    /// Goes on where the page leads by itself at once, as browsers do, to the page at which they stay; checks that there is one:
    /// two pages that lead to each other are never shown.
    ///
    /// ```no_run
    /// # use smokestack::prelude::*;
    /// # async fn case(cx: Cx) -> Checked {
    /// let page = cx.session("dispatcher").await?.get("/old-start").await?.comes_to_rest().await?;
    /// page.find("h1").text().is("Start");
    /// # cx.done() }
    /// ```
    ///
    /// # Errors
    ///
    /// A request got no answer; that is written down as a failure of this line.
    #[track_caller]
    pub fn comes_to_rest(&self) -> Pending<'_, Page> {
        /// More than any platform has in a row.
        const MOST: usize = 10;
        let place = Place::caller();
        Box::pin(async move {
            let (mut page, mut seen, mut steps) = (self.clone(), vec![bare(self.address())], 0);
            while let Some(next) = page.leads_on_at_once() {
                // Whoever is given a cookie may be shown another page then.
                if page.exchange().hops.iter().any(|hop| hop.cookies.iter().any(is_new)) {
                    seen.clear();
                }
                let back = seen.contains(&bare(&next));
                steps += 1;
                if back || steps > MOST {
                    let what = format!("chain of {}", self.first_request());
                    let again =
                        if back { ", where it was before" } else { ", and so does every page before it" };
                    let found =
                        format!("{} leads on to {next} at once, by `meta refresh`{again}", page.url());
                    let check = FailedCheck::new(Blame::Wrong, Class::Redirect, what);
                    page.fail(check.expected_found("a page that stays", found), place.clone());
                    break;
                }
                page = page.session().fetch(next.as_str(), &place).await?;
                seen.push(bare(page.address()));
            }
            Ok(page)
        })
    }

    /// Where a browser goes from here without waiting; a page that leads back to itself is told by [`Page::leads_back`].
    fn leads_on_at_once(&self) -> Option<Url> {
        let content = self.refresh().filter(|_| self.code() < 400)?;
        let (_, target) = read(&content).filter(|(seconds, _)| *seconds == 0)?;
        let next = self.address().join(target).ok()?;
        let goes = bare(&next) != bare(self.address()) && self.session().may_visit(&next);
        goes.then_some(next)
    }

    fn first_request(&self) -> String {
        let first = self.exchange().hops.first();
        first.map(|hop| format!("{} {}", hop.method, hop.url)).unwrap_or_default()
    }

    /// What the page says of going on by itself.
    fn refresh(&self) -> Option<String> {
        let contents = self
            .document()
            .select("meta[http-equiv=refresh i]", 1, |meta| meta.attr("content").map(str::to_owned));
        contents.ok()?.pop()?
    }
}

/// An address as a server hears it.
fn bare(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_fragment(None);
    url
}

fn is_new(note: &CookieNote) -> bool {
    note.action == CookieAction::Stored
}

/// Whether such a `content` has the same page loaded again at once: no seconds and no address.
fn is_nought(content: &str) -> bool {
    let digits = content.trim().trim_end_matches([';', ',']).trim_end();
    !digits.is_empty() && digits.bytes().all(|byte| byte == b'0')
}

/// Seconds and address of such a `content`; none without an address, which loads the same page again.
fn read(content: &str) -> Option<(u64, &str)> {
    let content = content.trim_start();
    let digits = content.find(|c: char| !c.is_ascii_digit())?;
    let (seconds, rest) = content.split_at(digits);
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ';' || c == ',');
    let named = rest.get(..3).filter(|name| name.eq_ignore_ascii_case("url")).map(|_| rest[3..].trim_start());
    let target = named.and_then(|rest| rest.strip_prefix('=')).map_or(rest, str::trim_start);
    let target = match target.chars().next().filter(|quote| matches!(quote, '"' | '\'')) {
        Some(quote) => target[1..].split(quote).next().unwrap_or_default(),
        None => target,
    };
    let target = target.trim();
    (!target.is_empty()).then_some((if seconds.is_empty() { 0 } else { seconds.parse().ok()? }, target))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn it_is_read_as_browsers_do() {
        for content in ["0;url=/home", "0; URL='/home'", "0, /home", " 0 ; url = \"/home\" more", "0.5;/home"]
        {
            assert_eq!(read(content), Some((0, "/home")), "{content}");
        }
        assert_eq!(read("30;url=/home?a=b;c"), Some((30, "/home?a=b;c")));
        for content in ["", "5", "5;", "0;url="] {
            assert_eq!(read(content), None, "{content}");
        }
    }

    #[test]
    fn the_same_page_again_at_once_is_told_from_a_later_one() {
        for content in ["0", " 00 ; ", "0,"] {
            assert!(is_nought(content), "{content}");
        }
        for content in ["", "5", "0;url=/home", "0.5"] {
            assert!(!is_nought(content), "{content}");
        }
    }

    proptest! {
        #[test]
        fn anything_can_be_read(content in ".{0,40}") {
            read(&content);
        }
    }
}
