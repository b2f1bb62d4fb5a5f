//! Several components and no other but the issuer lose the session: what they share is to blame, not each of them.

use super::finding::Finding;
use super::seen::{Seen, Withheld};
use super::session::{Loss, setting};
use super::settings::{self, Difference, differences};
use crate::{Certainty, SessionCookie};

pub(super) fn finding(seen: &Seen<'_>, loss: &Loss<'_>) -> Finding {
    let issuer = seen.issuer;
    let title = match issuer {
        Some(issuer) if loss.lost.contains_key(issuer) => "no component accepts the platform session",
        Some(issuer) if loss.passed.contains(&issuer) => {
            "no component but the issuer accepts the platform session"
        }
        _ => "no component that was asked accepts the platform session",
    };
    let lost: Vec<&str> = loss.lost.keys().copied().collect();
    let mut finding = Finding::new(seen.issuer_or_words(), title, "")
        .sure(Certainty::Possible)
        .proven_by([format!("refused by {}", lost.join(", "))])
        .noted(cookie_lines(seen));
    let unasked: Vec<&str> = seen.components().filter(|name| !loss.asked.contains(name)).collect();
    if !unasked.is_empty() {
        finding.proof.push(format!("not asked in this run: {}", unasked.join(", ")));
    }
    let of_before = seen.of_before(&lost);
    finding.proof.extend(of_before.clone());
    let withheld = seen.withheld(loss.lost.values().flatten());
    let apart = issuer
        .filter(|_| unasked.is_empty())
        .and_then(|issuer| Some((issuer, apart_from_all(seen, loss, issuer)?)));
    if let Some((issuer, apart)) = apart {
        let sure = if apart.explains() { Certainty::Certain } else { Certainty::Likely };
        finding.certainty = sure;
        finding.cause =
            format!("{issuer} issues the session, and its `{}` is that of no other component", apart.key);
        finding.settings.push(setting(issuer, &apart.key, &apart.issuer));
        finding
            .settings
            .extend(lost.iter().map(|name| setting(name, &apart.component_key, &apart.component)));
    } else if let Some(Withheld { cookie, why, .. }) = withheld {
        finding.certainty = Certainty::Likely;
        finding.cause = format!("cookie `{cookie}` was not sent: {why}");
    } else if let (Some(_), Some(issuer)) = (of_before, issuer) {
        finding.certainty = Certainty::Likely;
        finding.cause = format!(
            "since the deploy {issuer} keeps sessions where the others do not look, or signs them with a key that they do not have"
        );
    } else if loss.passed.is_empty() {
        finding.cause =
            "something all components share, such as the session store, its cookie or the proxy in front"
                .to_owned();
    } else {
        let known = issuer.and_then(|issuer| seen.settings(issuer));
        let equal = |name: &&str| {
            known.zip(seen.settings(name)).is_some_and(|(ours, theirs)| differences(ours, theirs).is_empty())
        };
        finding.cause = if lost.iter().all(equal) {
            "the issuer's cookie or the proxy in front, since all session settings are equal".to_owned()
        } else {
            "the issuer's session settings, its cookie or the proxy in front".to_owned()
        };
    }
    let compared: Vec<&str> = issuer.into_iter().chain(lost).collect();
    finding.notes.extend(seen.unreadable(&compared));
    finding
}

/// A session setting of the issuer that differs from the one value that all who lost the session have.
fn apart_from_all(seen: &Seen<'_>, loss: &Loss<'_>, issuer: &str) -> Option<Difference> {
    let ours = seen.settings(issuer)?;
    let theirs: Vec<_> = loss.lost.keys().map(|name| seen.settings(name)).collect::<Option<_>>()?;
    settings::apart_from_all(ours, &theirs)
}

fn cookie_lines(seen: &Seen<'_>) -> Vec<String> {
    let describe = |cookie: &&SessionCookie| {
        let domain =
            cookie.domain.as_ref().map_or("host-only".to_owned(), |domain| format!("Domain={domain}"));
        format!("the login set cookie `{}`: {domain}, Path={}", cookie.name, cookie.path)
    };
    seen.cookies.iter().map(describe).collect()
}
