//! `SameSite`: what goes to, and is taken from, a site that a page of another site leads to.

use super::super::occasion::Occasion;
use super::super::parse::SameSite;
use super::super::site::Site;
use super::super::stored::Stored;

/// Seconds in which a cookie without `SameSite` goes along with a form that another site sends. Chromium allows it
/// because sign-in by way of another site depends on it; other browsers never withhold such a cookie.
const GRACE: i64 = 120;

/// The site that a request comes from, if that is another one than it goes to.
pub(super) fn foreign<'a>(occasion: &Occasion<'a>) -> Option<Site<'a>> {
    let from = Site::of(occasion.initiator?);
    (from != Site::of(occasion.url)).then_some(from)
}

/// Whether the cookie goes along (RFC 6265bis, section 5.8.3).
pub(super) fn goes_along(cookie: &Stored, occasion: &Occasion<'_>) -> Result<(), String> {
    let Some(from) = foreign(occasion) else { return Ok(()) };
    let what = match cookie.same_site {
        Some(SameSite::None) => return Ok(()),
        Some(same_site) => format!("it is SameSite={}", same_site.word()),
        None => "it has no SameSite, which counts as Lax".to_owned(),
    };
    let is_strict = cookie.same_site == Some(SameSite::Strict);
    let is_young = cookie.same_site.is_none() && occasion.now - cookie.set_at <= GRACE;
    if !occasion.top_level {
        return Err(format!("{what}, and a page of another site asks, `{from}`"));
    }
    if is_strict || !(occasion.is_safe() || is_young) {
        return Err(format!("{what}, and the {} comes from another site, `{from}`", occasion.method));
    }
    Ok(())
}

/// Whether an answer may set the cookie (RFC 6265bis, section 5.7).
pub(super) fn may_be_set(same_site: Option<SameSite>, occasion: &Occasion<'_>) -> Result<(), String> {
    if same_site == Some(SameSite::None) || occasion.top_level {
        return Ok(());
    }
    let Some(from) = foreign(occasion) else { return Ok(()) };
    let what = same_site.map_or("it has no SameSite, which counts as Lax".to_owned(), |same_site| {
        format!("it is SameSite={}", same_site.word())
    });
    Err(format!("{what}, and a page of another site asked, `{from}`"))
}
