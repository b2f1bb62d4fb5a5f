//! What is said of a login that came to nothing, or took too long.

use std::time::Duration;

use smokestack_core::{Class, FailedCheck};

use super::Visitor;
use super::refusal::Refusal;
use crate::Stop;

impl Visitor {
    /// The login fails; what was found is that of the last answer.
    pub(super) fn refused(&self, refusal: Refusal) -> Stop {
        let seen = self.seen();
        let found = match seen.step.as_str() {
            "" => refusal.found,
            step => format!("{step}: {}", refusal.found),
        };
        let what = format!("login as `{}` fails", self.account());
        let check = FailedCheck::new(refusal.blame, Class::Login, what);
        let notes = refusal.notes.into_iter().chain(seen.clock.note()).collect();
        let exchange = seen.exchanges.last().map(|(_, _, index)| *index);
        let help = refusal.help.or_else(|| refusal.is_locked.then(|| self.locked_help()));
        let check = FailedCheck { found: Some(found), notes, help, exchange, ..check };
        self.scope.log.failed(check.at(self.place.clone()));
        Stop::failed()
    }

    /// What to try where the credentials may be what is wrong.
    pub(super) fn credentials_help(&self) -> String {
        if self.has_old_cookies {
            return "the account signs in without old cookies: see which of them went out beside new ones"
                .to_owned();
        }
        format!(
            "if the release did not break the login, the credentials in {} are wrong or the account is locked",
            self.credentials.from
        )
    }

    /// What to do about a locked account.
    fn locked_help(&self) -> String {
        let from = &self.credentials.from;
        format!(
            "unlock the account whose credentials are in {from}, and see whether they are right: wrong ones lock it again"
        )
    }

    /// How long all requests took together.
    pub(super) fn took(&self) -> Duration {
        self.seen().exchanges.iter().map(|(_, exchange, _)| exchange.took).sum()
    }

    /// The step that took longest, how long its longest exchange took, and that exchange's index.
    pub(super) fn longest(&self) -> Option<(String, Duration, usize)> {
        let seen = self.seen();
        let longest = seen.exchanges.iter().max_by_key(|(_, exchange, _)| exchange.took)?;
        let (step, exchange, index) = longest;
        let asked =
            exchange.hops.first().map(|hop| format!("{} {}", hop.method, hop.url)).unwrap_or_default();
        let step = if step.is_empty() { asked } else { step.clone() };
        Some((step, exchange.took, *index))
    }
}
