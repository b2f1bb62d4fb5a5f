//! Accounts that cases have for themselves: whoever asked first comes first in this process, and over all processes a lock
//! for each account says who has it.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;

use super::lock::Held;
use super::{Holder, LockFile};

/// Gives out the accounts of pools, each to one case at a time.
#[derive(Debug, Default)]
pub(crate) struct Desk {
    state: Mutex<State>,
}

/// An account that is asked for, and the lock that other processes see; none where no other process may use it.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    pub(crate) account: String,
    pub(crate) lock: Option<LockFile>,
}

/// An account in the hands of one case, until this is dropped.
#[derive(Debug)]
pub(crate) struct Leased {
    account: String,
    held: Option<Held>,
    trouble: Option<String>,
    desk: Option<Arc<Desk>>,
}

/// Who has an account, where that is known.
pub(crate) type Busy = Vec<(String, Option<Holder>)>;

#[derive(Debug, Default)]
struct State {
    accounts: HashMap<String, Account>,
    line: VecDeque<Waiting>,
}

#[derive(Debug, Default)]
struct Account {
    lock: Option<LockFile>,
    /// The case of this process that has it.
    holder: Option<Holder>,
    /// A thread waits until no other process has it.
    asked: bool,
}

/// A case that waits for any of these accounts.
#[derive(Debug)]
struct Waiting {
    accounts: Vec<String>,
    holder: Holder,
    tell: oneshot::Sender<Leased>,
}

impl Desk {
    /// The first of these accounts that is free, or that comes to be within the limit; else who has them. `waiting` hears
    /// who has them where none is free.
    pub(crate) async fn lease(
        self: &Arc<Desk>,
        wanted: &[Wanted],
        holder: &Holder,
        limit: Duration,
        waiting: impl FnOnce(Busy),
    ) -> Result<Leased, Busy> {
        let told = match self.at_once_or_later(wanted, holder) {
            Ok(leased) => return Ok(leased),
            Err(told) => told,
        };
        waiting(self.busy(wanted));
        match tokio::time::timeout(limit, told).await {
            Ok(Ok(leased)) => Ok(leased),
            _ => Err(self.busy(wanted)),
        }
    }

    fn at_once_or_later(
        self: &Arc<Desk>,
        wanted: &[Wanted],
        holder: &Holder,
    ) -> Result<Leased, oneshot::Receiver<Leased>> {
        let mut state = self.state();
        let state = &mut *state;
        state.line.retain(|waiting| !waiting.tell.is_closed());
        for Wanted { account, lock } in wanted {
            let is_wanted = state.line.iter().any(|waiting| waiting.accounts.contains(account));
            let known = state.accounts.entry(account.clone()).or_default();
            known.lock.clone_from(lock);
            // Whoever came earlier comes first.
            if known.holder.is_some() || is_wanted {
                continue;
            }
            let (held, trouble) = match lock.as_ref().map(|lock| lock.try_take(holder)) {
                None => (None, None),
                Some(Ok(Ok(held))) => (Some(held), None),
                Some(Ok(Err(_))) => continue,
                Some(Err(error)) => (None, Some(error.to_string())),
            };
            known.holder = Some(holder.clone());
            return Ok(Leased { account: account.clone(), held, trouble, desk: Some(Arc::clone(self)) });
        }
        let (tell, told) = oneshot::channel();
        let accounts = wanted.iter().map(|wanted| wanted.account.clone()).collect();
        state.line.push_back(Waiting { accounts, holder: holder.clone(), tell });
        for Wanted { account, .. } in wanted {
            self.ask(state, account);
        }
        Err(told)
    }

    /// Waits until no other process has the account, for whoever is first in line then. One thread is enough for all.
    fn ask(self: &Arc<Desk>, state: &mut State, account: &str) {
        let Some(known) = state.accounts.get_mut(account) else { return };
        if known.holder.is_some() || known.asked {
            return;
        }
        let Some(lock) = known.lock.clone() else { return self.offer(state, account, None, None) };
        known.asked = true;
        let (desk, name) = (Arc::clone(self), account.to_owned());
        let asked = lock.wait(move |taken| {
            let mut state = desk.state();
            if let Some(known) = state.accounts.get_mut(&name) {
                known.asked = false;
            }
            match taken {
                Ok(held) => desk.offer(&mut state, &name, Some(held), None),
                Err(error) => desk.offer(&mut state, &name, None, Some(error.to_string())),
            }
        });
        if let Err(error) = asked {
            known.asked = false;
            self.offer(state, account, None, Some(error.to_string()));
        }
    }

    /// Gives a free account to the first in line who wants it; where nobody does, back to the system.
    fn offer(
        self: &Arc<Desk>,
        state: &mut State,
        account: &str,
        held: Option<Held>,
        trouble: Option<String>,
    ) {
        let mut leased = Leased { account: account.to_owned(), held, trouble, desk: None };
        while let Some(first) =
            state.line.iter().position(|waiting| waiting.accounts.iter().any(|wanted| wanted == account))
        {
            let Some(Waiting { holder, tell, .. }) = state.line.remove(first) else { return };
            if let Some(held) = &mut leased.held {
                held.say(&holder);
            }
            leased.desk = Some(Arc::clone(self));
            match tell.send(leased) {
                Ok(()) => {
                    state.accounts.entry(account.to_owned()).or_default().holder = Some(holder);
                    return;
                }
                Err(back) => {
                    // It gave up meanwhile. What has no desk is given back to nobody.
                    leased = back;
                    leased.desk = None;
                }
            }
        }
    }

    fn give_back(self: &Arc<Desk>, account: &str) {
        let mut state = self.state();
        if let Some(known) = state.accounts.get_mut(account) {
            known.holder = None;
        }
        if state.line.iter().any(|waiting| waiting.accounts.iter().any(|wanted| wanted == account)) {
            self.ask(&mut state, account);
        }
    }

    /// Who has each of these accounts.
    fn busy(&self, wanted: &[Wanted]) -> Busy {
        let state = self.state();
        let own = |account: &str| state.accounts.get(account).and_then(|known| known.holder.clone());
        let other = |lock: &Option<LockFile>| lock.as_ref().and_then(LockFile::holder);
        wanted
            .iter()
            .map(|Wanted { account, lock }| (account.clone(), own(account).or_else(|| other(lock))))
            .collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Leased {
    /// The account's name.
    pub(crate) fn account(&self) -> &str {
        &self.account
    }

    /// Why other processes do not see that it is leased.
    pub(crate) fn trouble(&self) -> Option<&str> {
        self.trouble.as_deref()
    }
}

impl Drop for Leased {
    fn drop(&mut self) {
        // Another process comes first.
        drop(self.held.take());
        if let Some(desk) = self.desk.take() {
            desk.give_back(&self.account);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn wanted(accounts: &[&str], folder: Option<&Path>) -> Vec<Wanted> {
        let lock = |account: &str| folder.map(|folder| LockFile::at(folder.join(format!("{account}.lock"))));
        accounts.iter().map(|name| Wanted { account: (*name).to_owned(), lock: lock(name) }).collect()
    }

    fn holder(case: &str) -> Holder {
        Holder::new(case)
    }

    fn cases(busy: &Busy) -> Vec<(&str, Option<&str>)> {
        let case = |holder: &Option<Holder>| holder.as_ref().map(|holder| holder.case.clone().leak() as &str);
        busy.iter().map(|(account, holder)| (account.as_str(), case(holder))).collect()
    }

    #[test]
    fn whoever_asked_first_comes_first() {
        let desk = Arc::new(Desk::default());
        let ask = |case: &str| desk.at_once_or_later(&wanted(&["alice"], None), &holder(case));
        let first = ask("s::first").unwrap();
        let (mut second, mut third) = (ask("s::second").unwrap_err(), ask("s::third").unwrap_err());
        drop(first);
        let second = second.try_recv().unwrap();
        assert!(third.try_recv().is_err());
        drop(second);
        assert_eq!(third.try_recv().unwrap().account(), "alice");
    }

    #[test]
    fn whoever_gave_up_is_passed_over() {
        let desk = Arc::new(Desk::default());
        let ask = |case: &str| desk.at_once_or_later(&wanted(&["alice"], None), &holder(case));
        let first = ask("s::first").unwrap();
        let (second, mut third) = (ask("s::second").unwrap_err(), ask("s::third").unwrap_err());
        drop(second);
        drop(first);
        assert!(third.try_recv().is_ok());
        assert!(ask("s::fourth").is_ok(), "the third one has let go of it");
    }

    #[test]
    fn a_lease_that_came_too_late_for_its_case_goes_to_the_next() {
        let desk = Arc::new(Desk::default());
        let ask = |case: &str| desk.at_once_or_later(&wanted(&["alice"], None), &holder(case));
        let first = ask("s::first").unwrap();
        let (second, mut third) = (ask("s::second").unwrap_err(), ask("s::third").unwrap_err());
        drop(first);
        // It was handed over, and its case ended before it looked.
        drop(second);
        assert!(third.try_recv().is_ok());
    }

    #[test]
    fn the_accounts_of_a_pool_are_given_out_in_turn_and_never_twice() {
        let desk = Arc::new(Desk::default());
        let pool = wanted(&["alice", "bob"], None);
        let one = desk.at_once_or_later(&pool, &holder("s::one")).unwrap();
        let other = desk.at_once_or_later(&pool, &holder("s::other")).unwrap();
        assert_eq!((one.account(), other.account()), ("alice", "bob"));
        let mut third = desk.at_once_or_later(&pool, &holder("s::third")).unwrap_err();
        assert_eq!(cases(&desk.busy(&pool)), [("alice", Some("s::one")), ("bob", Some("s::other"))]);
        drop(other);
        assert_eq!(third.try_recv().unwrap().account(), "bob");
    }

    #[tokio::test]
    async fn another_process_waits_until_it_is_given_back() {
        let folder = tempfile::tempdir().unwrap();
        let pool = wanted(&["alice", "bob"], Some(folder.path()));
        // Locks know processes as little as desks do.
        let (here, there) = (Arc::new(Desk::default()), Arc::new(Desk::default()));
        let one = here.at_once_or_later(&pool, &holder("s::one")).unwrap();
        let other = here.at_once_or_later(&pool, &holder("s::other")).unwrap();
        let mut told = Busy::new();
        let taken = there.lease(&pool, &holder("s::third"), Duration::ZERO, |busy| told = busy).await;
        assert_eq!(cases(&told), [("alice", Some("s::one")), ("bob", Some("s::other"))]);
        assert_eq!(cases(&taken.unwrap_err()), cases(&told));
        let waiting = {
            let (there, pool) = (there.clone(), pool.clone());
            tokio::spawn(async move { there.lease(&pool, &holder("s::fourth"), Duration::MAX, |_| {}).await })
        };
        drop(other);
        let fourth = waiting.await.unwrap().unwrap();
        assert_eq!(fourth.account(), "bob");
        assert_eq!(cases(&here.busy(&pool)), [("alice", Some("s::one")), ("bob", Some("s::fourth"))]);
        drop((one, fourth));
        assert!(here.lease(&pool, &holder("s::fifth"), Duration::MAX, |_| {}).await.is_ok());
    }

    #[test]
    fn a_lock_that_cannot_be_taken_is_said_and_holds_up_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let pool = wanted(&["alice"], Some(&folder.path().join("gone")));
        let desk = Arc::new(Desk::default());
        let leased = desk.at_once_or_later(&pool, &holder("s::one")).unwrap();
        assert!(leased.trouble().is_some_and(|why| why.contains("cannot be locked")), "{leased:?}");
        assert!(desk.at_once_or_later(&pool, &holder("s::other")).is_err());
    }
}
