//! Why a login came to nothing.

use smokestack_core::Blame;

use crate::page::Page;

/// Why a login came to nothing, in parts.
pub(super) struct Refusal {
    pub(super) found: String,
    pub(super) notes: Vec<String>,
    pub(super) help: Option<String>,
    /// Whose fault it is, as far as it can be told.
    pub(super) blame: Blame,
    /// It is the account that is refused.
    pub(super) is_locked: bool,
}

impl Refusal {
    pub(super) fn new(found: impl Into<String>) -> Refusal {
        let (notes, help, blame) = (Vec::new(), None, Blame::Wrong);
        Refusal { found: found.into(), notes, help, blame, is_locked: false }
    }

    /// What is to be done is not clear from the platform file.
    pub(super) fn unclear(self) -> Refusal {
        Refusal { blame: Blame::Harness, ..self }
    }

    fn locked(found: String) -> Refusal {
        Refusal { is_locked: true, ..Refusal::new(found) }
    }

    pub(super) fn notes(mut self, notes: impl IntoIterator<Item = String>) -> Refusal {
        self.notes.extend(notes);
        self
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Refusal {
        self.help = Some(help.into());
        self
    }
}

/// Answers that no way of logging in gets on with: another site, an error, a locked account.
pub(super) fn plain(page: &Page, what: &str) -> Option<Refusal> {
    let first = page.exchange().hops.first().and_then(|hop| hop.status).unwrap_or_default();
    let status = page.code();
    let about_page = |found: String| Some(Refusal::new(found).notes(page.alerts()));
    if let Some(mut site) = page.leads_to() {
        // Whatever is asked there is of no use here, and long.
        site.set_query(None);
        site.set_fragment(None);
        let refusal = Refusal::new(format!("{what} leads to another site, {site}"));
        let help = "a login goes to the target's own addresses, and to the `provider` that `[login]` names";
        return Some(refusal.help(help));
    }
    match (first, status) {
        (500.., _) if page.exchange().hops.len() == 1 => about_page(format!("{what} answers status {first}")),
        (500.., _) | (_, 500..) => about_page(format!("{what} leads to status {status}")),
        (_, 423) => {
            Some(Refusal::locked("the account is locked (status 423)".to_owned()).notes(page.alerts()))
        }
        (_, 429) => about_page("the platform has had too many logins (status 429)".to_owned()),
        _ if says_locked(page) => {
            let found = format!("the account is locked (status {status})");
            Some(Refusal::locked(found).notes(page.alerts()))
        }
        _ => None,
    }
}

/// A page for people may say it in words alone.
fn says_locked(page: &Page) -> bool {
    !page.is_signed_in()
        && page.alerts().iter().any(|alert| {
            let alert = alert.to_ascii_lowercase();
            alert.contains("locked") && !alert.contains("unlocked")
        })
}
