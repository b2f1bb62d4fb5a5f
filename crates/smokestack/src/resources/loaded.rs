//! The files of a page, and what can be expected of them.

use std::sync::Arc;

use smokestack_core::{Blame, Class, Fact, FailedCheck, Place};
use tokio::task::JoinSet;

use super::cache;
use super::fetch::{Fetched, Silent, is_looked_at};
use super::integrity::fingerprint;
use super::judge::{self, Wrong};
use super::kind::Kind;
use super::named::{self, Named};
use crate::Pending;
use crate::page::{Judged, Page};

/// How many files a check tells of, each by a failure of its own.
const SHOWN: usize = 8;

/// The files that a page names, fetched.
pub struct Resources {
    page: Page,
    files: Vec<File>,
    /// Files of other sites, which nobody asked for.
    left_out: Vec<Named>,
}

struct File {
    named: Named,
    came: Result<Arc<Fetched>, Silent>,
}

impl Page {
    /// Fetches what the page needs beside itself, as browsers find it: style sheets, scripts, modules, preloads, images with
    /// all their candidates, icons, fonts, manifests, sounds and videos; with them what style sheets name.
    ///
    /// A file is fetched once in a run, with the session's cookies, and not faster than the platform file allows. Files of other
    /// sites are fetched only if `sites` in `[resources]` names them, and without any cookie.
    ///
    /// ```no_run
    /// # use smokestack::prelude::*;
    /// # async fn case(cx: Cx) -> Checked {
    /// let page = cx.anonymous().get("/work-orders/").await?;
    /// page.resources().await?.all_load();
    /// # cx.done() }
    /// ```
    ///
    /// # Errors
    ///
    /// None: what gives no answer is told by [`Resources::all_load`].
    pub fn resources(&self) -> Pending<'_, Resources> {
        Box::pin(async move {
            let (named, mut left_out) = self.looked_at(named::of_page(self));
            let mut files = fetched(self, named).await;
            // What a style sheet names; what an imported one names is left to the browser.
            let sheets = files.iter().filter(|file| file.named.kind == Kind::StyleSheet);
            let sheets =
                sheets.filter_map(|file| file.came.as_ref().ok().filter(|sheet| sheet.status == 200));
            let within = sheets
                .flat_map(|sheet| named::of_style_sheet(&sheet.url, &String::from_utf8_lossy(&sheet.body)));
            let known = |file: &Named| {
                files.iter().any(|known| known.named.url == file.url && known.named.kind == file.kind)
            };
            let (named, more) = self.looked_at(within.filter(|file| !known(file)).collect());
            left_out.extend(more);
            let more = fetched(self, named).await;
            files.extend(more);
            self.tell_left_out(&left_out);
            Ok(Resources { page: self.clone(), files, left_out })
        })
    }

    /// Checks that browsers ask again before they show the page: no cache may use it by itself, so that nobody sees a page
    /// of before, whose files are gone.
    #[track_caller]
    pub fn is_revalidated(&self) -> Judged {
        let freshness = cache::freshness(self.header_map());
        let found = cache::told(self.header_map());
        let guessed = if freshness.is_none() { ", and a `last-modified` to guess from" } else { "" };
        let check = || {
            let what = format!("how long caches may use {}", self.url());
            let expected = "`cache-control` with `no-cache`, `no-store` or `max-age=0`";
            FailedCheck::new(Blame::Wrong, Class::Resource, what)
                .expected_found(expected, format!("{found}{guessed}"))
        };
        self.judge(if freshness == Some(0) { Ok(()) } else { Err(Box::new(check())) }, Place::caller())
    }

    fn looked_at(&self, named: Vec<Named>) -> (Vec<Named>, Vec<Named>) {
        named.into_iter().partition(|file| is_looked_at(self.session(), &file.url))
    }

    /// Nobody is to think that all was looked at.
    fn tell_left_out(&self, files: &[Named]) {
        let mut sites: Vec<String> =
            files.iter().map(|file| file.url.origin().ascii_serialization()).collect();
        sites.sort();
        sites.dedup();
        for site in sites {
            self.session().scope.log.learned(Fact::NotLookedAt { site });
        }
    }
}

impl Resources {
    /// Checks that every file comes and is of use to a browser: a good status, a type that fits, not empty, not a page in its
    /// place, the bytes that `integrity` means, leave to use it where another origin has to give it.
    #[track_caller]
    pub fn all_load(&self) -> Judged {
        let place = Place::caller();
        let page = self.page.address();
        let mut failed = Vec::new();
        for file in &self.files {
            match &file.came {
                Err(silent) => failed.push((silence(file, silent), &silent.exchange)),
                Ok(came) => {
                    let wrong = judge::wrong(&file.named, came, page);
                    failed.extend(wrong.map(|wrong| (self.told(file, came, wrong), &came.exchange)));
                }
            }
        }
        let more = failed.len().saturating_sub(SHOWN);
        if failed.is_empty() {
            return self.page.judge(Ok(()), place);
        }
        for (at, (mut check, exchange)) in failed.into_iter().take(SHOWN).enumerate() {
            if at + 1 == SHOWN && more > 0 {
                check.notes.push(format!("{more} more files of the page do not load"));
            }
            self.page.fail_about(check, exchange.clone(), place.clone());
        }
        Judged::of(false)
    }

    /// Checks that an https page asks for nothing over http: browsers leave out such scripts and styles, and warn of such forms.
    #[track_caller]
    pub fn have_no_mixed_content(&self) -> Judged {
        let place = Place::caller();
        if self.page.address().scheme() != "https" {
            return self.page.judge(Ok(()), place);
        }
        let files = self.files.iter().map(|file| &file.named).chain(&self.left_out);
        let plain = files.filter(|file| file.url.scheme() == "http");
        let mut found: Vec<String> =
            plain.map(|file| format!("{} {}: {}", file.named_as(), file.url, file.by)).collect();
        found.extend(self.plain_forms());
        let Some(first) = found.first() else { return self.page.judge(Ok(()), place) };
        let more = if found.len() > 1 { format!(", and {} more", found.len() - 1) } else { String::new() };
        let what = format!("what {} asks for over http", self.page.url());
        let check = FailedCheck::new(Blame::Wrong, Class::Resource, what)
            .expected_found("nothing", format!("{first}{more}"));
        let notes = found.iter().skip(1).take(SHOWN).cloned().collect();
        self.page.judge(Err(Box::new(FailedCheck { notes, ..check })), place)
    }

    /// Checks that files of the target whose names hold a hash may be kept: their `cache-control` gives them time. Whoever
    /// opens another page does not fetch them again then.
    #[track_caller]
    pub fn hashed_are_cacheable(&self) -> Judged {
        let place = Place::caller();
        let run = &self.page.session().scope.run;
        let hashed = self
            .files
            .iter()
            .filter(|file| cache::has_hashed_name(&file.named.url) && run.is_own(&file.named.url));
        let mut met = true;
        for came in hashed.filter_map(|file| file.came.as_ref().ok()).filter(|came| came.status == 200) {
            if cache::freshness(&came.headers).is_some_and(|seconds| seconds > 0) {
                continue;
            }
            met = false;
            let what = format!("how long caches may use {}", came.url);
            let check = FailedCheck::new(Blame::Wrong, Class::Resource, what).expected_found(
                "`cache-control` with `max-age`, since its name has a hash",
                cache::told(&came.headers),
            );
            self.page.fail_about(check, came.exchange.clone(), place.clone());
        }
        if met { self.page.judge(Ok(()), place) } else { Judged::of(false) }
    }

    /// How many files there are, those included that were not looked at.
    pub fn len(&self) -> usize {
        self.files.len() + self.left_out.len()
    }

    /// Whether the page names none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The addresses of files that were not looked at, since they are of other sites.
    pub fn not_looked_at(&self) -> impl Iterator<Item = &str> {
        self.left_out.iter().map(|file| file.url.as_str())
    }

    fn told(&self, file: &File, came: &Fetched, wrong: Wrong) -> FailedCheck {
        let Wrong { expected, found, help } = wrong;
        let page = self.page.url();
        let mut check =
            FailedCheck::new(Blame::Wrong, Class::Resource, file.what()).expected_found(expected, found);
        check.notes.push(format!("named by {} of {page}", file.named.by));
        if (200..300).contains(&came.status) && !came.body.is_empty() {
            check.notes.push(format!("what came: {} bytes, {}", came.body.len(), fingerprint(&came.body)));
        }
        if matches!(came.status, 404 | 410) {
            check.notes.extend(self.age());
        }
        check.help = help.map(str::to_owned);
        check
    }

    /// What says that the page itself is an old one.
    fn age(&self) -> Option<String> {
        let headers = self.page.header_map();
        cache::is_old(headers)
            .then(|| format!("the page may be one of before, from a cache: {}", cache::told(headers)))
    }

    /// Forms of the page that are sent over http.
    fn plain_forms(&self) -> Vec<String> {
        let base = named::base(&self.page);
        let actions = self.page.document().select("form[action], [formaction]", usize::MAX, |element| {
            ["action", "formaction"].into_iter().find_map(|name| element.attr(name)).map(str::to_owned)
        });
        let actions = actions.unwrap_or_default().into_iter().flatten();
        let urls = actions.filter_map(|action| named::web_address(&base, &action));
        urls.filter(|url| url.scheme() == "http").map(|url| format!("form {url}")).collect()
    }
}

impl File {
    /// `script https://platform.test/app.js`.
    fn what(&self) -> String {
        format!("{} {}", self.named.named_as(), self.named.url)
    }
}

impl Named {
    fn named_as(&self) -> &'static str {
        self.kind.word()
    }
}

fn silence(file: &File, silent: &Silent) -> FailedCheck {
    let no_answer = &silent.no_answer;
    let found = format!("none: {} {}: {}", no_answer.stage.words(), no_answer.address, no_answer.cause);
    let check =
        FailedCheck::new(Blame::Silent, Class::NoAnswer, file.what()).expected_found("an answer", found);
    check.note(format!("named by {}", file.named.by))
}

/// Fetches these files, as many at once as the target allows; in their order.
async fn fetched(page: &Page, named: Vec<Named>) -> Vec<File> {
    let mut asked = JoinSet::new();
    for (index, named) in named.into_iter().enumerate() {
        let page = page.clone();
        asked.spawn(async move {
            let session = page.session();
            let came = session.scope.run.shelf.file(session, &named, page.address()).await;
            (index, File { named, came })
        });
    }
    let mut files = asked.join_all().await;
    files.sort_by_key(|(index, _)| *index);
    files.into_iter().map(|(_, file)| file).collect()
}
