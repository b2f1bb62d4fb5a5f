//! What a case is given: the door to accounts, sessions, data and its own component.

use std::sync::{Arc, PoisonError};

use smokestack_core::{Blame, Class, FailedCheck, Place};

use crate::carried::Carried;
use crate::contract;
use crate::page::listed;
use crate::platform::pages::SeenBy;
pub(crate) use crate::scope::Scope;
use crate::session::lease::{self, Hold, Lease};
use crate::session::lease_login::Purpose;
use crate::session::{Pending, Session, State};
use crate::session::{again, foreign, idle, spare};
use crate::{Checked, Component, Form, Page, Stop};

/// What a case is given. Cheap to clone.
#[derive(Clone)]
pub struct Cx {
    pub(crate) scope: Arc<Scope>,
}

impl Cx {
    /// A fork of the account's session. The account is logged in once per run, by the first case that asks.
    ///
    /// # Errors
    ///
    /// The login failed: in the case that asked first this is a failure with the reason, in every other the case is
    /// blocked by it.
    #[track_caller]
    pub fn session(&self, account: &str) -> Pending<'_, Session> {
        self.sign_in(account.to_owned(), Place::caller(), Login::Shared)
    }

    /// A session of the case's own, from a login of its own: for cases that log out. Where the platform file says
    /// `own_logins`, it is one of an account of that pool, which the case has for itself until it ends.
    ///
    /// # Errors
    ///
    /// As [`Cx::session`].
    #[track_caller]
    pub fn own_session(&self, account: &str) -> Pending<'_, Session> {
        self.sign_in(account.to_owned(), Place::caller(), Login::Own)
    }

    /// An account of this pool that no other case has, in no process, until the case ends: for cases that change what
    /// belongs to the account, or end its sessions. Accounts are of a pool if they say `pool = ".."` in the platform file.
    ///
    /// Whoever asked first comes first. Waiting counts as the case's own time: a case that may have to wait for many others
    /// needs a [`time_limit`](crate::Case::time_limit) for it.
    ///
    /// ```no_run
    /// # use smokestack::prelude::*;
    /// # async fn case(cx: Cx) -> Checked {
    /// let lease = cx.lease("dispatchers").await?;
    /// let session = lease.session().await?;
    /// session.get("/home").await?.signed_in_as(lease.account());
    /// # cx.done() }
    /// ```
    ///
    /// # Errors
    ///
    /// No account came free in time: the case is blocked, and says who has them. None of them can sign in: as
    /// [`Cx::session`]. There is no such pool.
    #[track_caller]
    pub fn lease(&self, pool: &str) -> Pending<'_, Lease> {
        let (pool, place) = (pool.to_owned(), Place::caller());
        Box::pin(async move { lease::of_pool(&self.scope, &pool, &Purpose::Session, &place).await })
    }

    /// The account's session after the platform file's `idle` pause, from a login of its own, which all cases share that
    /// ask for it. Nobody used it since the login; the pause is measured from there.
    ///
    /// # Errors
    ///
    /// As [`Cx::session`], and where the platform file names no pause: list the case with
    /// `.given(|given| given.idle().is_some())`.
    #[track_caller]
    pub fn idle_session(&self, account: &str) -> Pending<'_, Session> {
        let (account, place) = (account.to_owned(), Place::caller());
        Box::pin(async move {
            let Some(pause) = self.scope.run.platform.session.idle else {
                return Err(self.lacking("a pause", "`idle` in `[session]` of the platform file", place));
            };
            lease::not_needed(&self.scope, &account, &place)?;
            let (state, hold) = idle::after_pause(&self.scope, &account, pause, &place).await?;
            self.scope.run.know(hold.as_deref().map_or(&account, Hold::account)).await;
            let about = format!("nobody used the session for {}", humantime::format_duration(pause));
            Ok(Session::new(self.scope.clone(), state).known_as(about).held(hold))
        })
    }

    /// The account's session of another target, the one that `foreign` names, as if this target had issued it: what this
    /// row's component must refuse.
    ///
    /// # Errors
    ///
    /// Nobody can sign in at the other target, which is no fault of this one; or there is none: list the case with
    /// `.given(|given| given.foreign().is_some())`.
    #[track_caller]
    pub fn foreign_session(&self, account: &str) -> Pending<'_, Session> {
        let (account, place) = (account.to_owned(), Place::caller());
        Box::pin(async move {
            let component = self.component()?;
            lease::not_needed(&self.scope, &account, &place)?;
            let Some(other) = &self.scope.run.foreign else {
                return Err(self.lacking("another target", "`foreign` in `[targets.NAME]`", place));
            };
            let (state, hold) =
                foreign::brought(&self.scope, other, &account, &component.entry(), &place).await?;
            let about = format!("the session is one of target `{}`", other.target.name);
            Ok(Session::new(self.scope.clone(), state).known_as(about).held(hold))
        })
    }

    /// A fork of the account's session, as [`Cx::session`] gives it; checks what its login did to cookies. Browsers keep
    /// each of them, and all are as the platform file's `[session.contract]` says: one check for each attribute that is
    /// declared, and with `snapshot = true` a comparison with what was accepted.
    ///
    /// # Errors
    ///
    /// As [`Cx::session`].
    #[track_caller]
    pub fn contract_session(&self, account: &str) -> Pending<'_, Session> {
        let (account, place) = (account.to_owned(), Place::caller());
        Box::pin(async move {
            let session = self.sign_in(account.clone(), place.clone(), Login::Shared).await?;
            let broken = contract::login::broken(&self.scope, &account, &place).await;
            if broken.is_empty() {
                self.scope.log.met();
            }
            broken.into_iter().for_each(|check| self.scope.log.failed(check.at(place.clone())));
            Ok(session)
        })
    }

    /// The component that issues the session.
    ///
    /// # Errors
    ///
    /// None: the platform file always names one.
    pub fn issuer(&self) -> Checked<Component> {
        let run = &self.scope.run;
        run.component(&run.platform.login.component).ok_or_else(Stop::failed)
    }

    /// Two accounts whose pages can be told apart.
    ///
    /// # Errors
    ///
    /// The platform file has only one that is of no pool: list the case with `.given(|given| given.two_accounts())`.
    #[track_caller]
    pub fn two_accounts(&self) -> Checked<[String; 2]> {
        let pair = self.scope.run.pair().map(|pair| pair.map(|account| account.name.clone()));
        pair.ok_or_else(|| self.lacking("two accounts", "another `[accounts.NAME]`", Place::caller()))
    }

    /// The case needs what the platform file does not have.
    fn lacking(&self, what: &str, where_: &str, place: Place) -> Stop {
        let what = format!("this case asks for {what}, and the platform file has none");
        let check = FailedCheck::new(Blame::Harness, Class::Harness, what).at(place);
        self.scope.log.failed(check.help(format!("add {where_}")));
        Stop::failed()
    }

    /// The account's session from before the deploy, as the file of `--carried` has it.
    ///
    /// # Errors
    ///
    /// The run carries none, or none of this account: list the case with [`Case::carried`](crate::Case::carried).
    #[track_caller]
    pub fn carried_session(&self, account: &str) -> Checked<Session> {
        let kept = self.carried(Place::caller())?;
        match kept.session(account) {
            Some(kept) => Ok(Session::new(self.scope.clone(), kept.state.clone()).of_account(account)),
            None => {
                let names: Vec<_> = kept.sessions.iter().map(|kept| kept.account.as_str()).collect();
                let what = format!("the carried file has no session of `{account}`");
                let check = FailedCheck::new(Blame::Harness, Class::Harness, what).at(Place::caller());
                self.scope.log.failed(check.note(format!("it has those of: {}", names.join(", "))));
                Err(Stop::failed())
            }
        }
    }

    /// A visitor who came before the deploy and never signed in, as the file of `--carried` has one.
    ///
    /// # Errors
    ///
    /// As [`Cx::carried_session`].
    #[track_caller]
    pub fn carried_visitor(&self) -> Checked<Session> {
        let kept = self.carried(Place::caller())?;
        Ok(Session::new(self.scope.clone(), kept.anonymous.clone()))
    }

    /// Signs in anew in the browser of somebody who was signed in before the deploy and whose session has ended since: its
    /// old cookies are still there. None where the file of `--carried` has no session for that.
    ///
    /// # Errors
    ///
    /// The login fails, which is told here: it is not the login of everybody. If that fails too, the case is blocked by
    /// it. And as [`Cx::carried_session`].
    #[track_caller]
    pub fn signed_in_again(&self) -> Pending<'_, Option<Session>> {
        let place = Place::caller();
        Box::pin(async move {
            let Some(spare) = &self.carried(place.clone())?.spare else { return Ok(None) };
            again::signed_in_after_its_end(&self.scope, &spare.account, &spare.state, &place).await
        })
    }

    /// Signs the account in in the browser of a visitor who came before the deploy: [`Cx::carried_visitor`].
    ///
    /// # Errors
    ///
    /// As [`Cx::signed_in_again`].
    #[track_caller]
    pub fn signed_in_visitor(&self, account: &str) -> Pending<'_, Session> {
        let (account, place) = (account.to_owned(), Place::caller());
        Box::pin(async move {
            let browser = self.carried(place.clone())?.anonymous.clone();
            again::signed_in(&self.scope, &account, browser, &place).await
        })
    }

    /// The form of this row's component that was open in somebody's browser when the deploy came, to be submitted
    /// with a session of [`Cx::carried_session`]; none where none was saved.
    ///
    /// # Errors
    ///
    /// As [`Cx::carried_session`] and [`Cx::component`].
    #[track_caller]
    pub fn carried_form(&self, session: &Session, account: &str) -> Checked<Option<Form>> {
        let component = self.component()?;
        let kept = self.carried(Place::caller())?.form(component.name(), account);
        Ok(kept.and_then(|kept| Form::carried(kept, session)))
    }

    fn carried(&self, place: Place) -> Checked<&Carried> {
        self.scope.run.carried().ok_or_else(|| {
            let what = "this case asks for a session from before the deploy, and the run has none";
            let check = FailedCheck::new(Blame::Harness, Class::Harness, what).at(place);
            self.scope.log.failed(check.help("list it with `.carried()`, and run it with `--carried FILE`"));
            Stop::failed()
        })
    }

    /// The page of this row of the platform file's page tables, as whoever its row names sees it, judged as the row says.
    /// Each failed check names its line of the file.
    ///
    /// # Errors
    ///
    /// As [`Cx::session`] and [`Session::get`]; and where the case is about no page: list it with `.each_page()`.
    #[track_caller]
    pub fn listed_page(&self) -> Pending<'_, Page> {
        let place = Place::caller();
        Box::pin(async move {
            let row = self.scope.row.page.and_then(|page| self.scope.run.platform.pages.get(page));
            let Some(row) = row else {
                let what = "this case asks for its page and has none";
                let check = FailedCheck::new(Blame::Harness, Class::Harness, what).at(place);
                self.scope.log.failed(check.help("list it with `.each_page()`"));
                return Err(Stop::failed());
            };
            let session = match &row.seen_by {
                SeenBy::Visitor => self.anonymous(),
                SeenBy::FirstAccount => {
                    self.sign_in(self.account()?, row.place.clone(), Login::Shared).await?
                }
                SeenBy::Account(account) => {
                    self.sign_in(account.clone(), row.place.clone(), Login::Shared).await?
                }
            };
            let address = self.component()?.address(&row.path);
            let page = match &row.eventually {
                None => listed::asked(session, address, row).await?,
                Some((place, tries)) => {
                    let asked = |session| listed::asked(session, address.clone(), row);
                    session.eventually_at(*tries, Box::new(asked), place.clone()).await?
                }
            };
            // What an error page takes says nothing.
            if let Some((place, budget)) = row.budget.as_ref().filter(|_| !page.has_failed_at_all()) {
                page.duration().usually_under_at(*budget, place.clone()).await?;
            }
            Ok(page)
        })
    }

    /// A visitor who has not signed in.
    pub fn anonymous(&self) -> Session {
        Session::new(self.scope.clone(), State::default()).of_visitor()
    }

    /// The component of this row.
    ///
    /// # Errors
    ///
    /// The case is not about a component: list it with `.component(..)` or `.each_component()`.
    #[track_caller]
    pub fn component(&self) -> Checked<Component> {
        let named = self.scope.row.component.as_deref().and_then(|name| self.scope.run.component(name));
        named.ok_or_else(|| {
            let what = "this case asks for its component and has none";
            let check = FailedCheck::new(Blame::Harness, Class::Harness, what).at(Place::caller());
            self.scope.log.failed(check.help("list it with `.component(\"…\")` or `.each_component()`"));
            Stop::failed()
        })
    }

    /// The account of this row (`.each_account()`), or else the first account of the platform file that is of no pool.
    ///
    /// # Errors
    ///
    /// The platform file names none.
    #[track_caller]
    pub fn account(&self) -> Checked<String> {
        let first = || self.scope.run.platform.shared_accounts().next().map(|account| account.name.clone());
        self.scope.row.account.clone().or_else(first).ok_or_else(|| {
            let what = "the platform file names no account that all cases share";
            let check = FailedCheck::new(Blame::Harness, Class::Harness, what).at(Place::caller());
            self.scope.log.failed(check.help("add an `[accounts.NAME]` without `pool`"));
            Stop::failed()
        })
    }

    /// Made-up data. The run's seed and the case's name decide it: a printed seed gives it back.
    ///
    /// ```no_run
    /// # use smokestack::prelude::*;
    /// use smokestack::fake::faker::lorem::en::Sentence;
    /// # async fn case(cx: Cx) -> Checked {
    /// let note: String = cx.fake(Sentence(3..6));
    /// # cx.done() }
    /// ```
    pub fn fake<T: fake::Dummy<F>, F>(&self, faker: F) -> T {
        let mut random = self.scope.random.lock().unwrap_or_else(PoisonError::into_inner);
        T::dummy_with_rng(&faker, &mut *random)
    }

    /// Ends a case that cannot be judged because something else is broken: neither passed nor failed.
    pub fn blocked<T>(&self, by: impl Into<String>) -> Checked<T> {
        Err(Stop::blocked(by))
    }

    /// Ends a case that does not apply to this platform or target.
    pub fn skip<T>(&self, why: impl Into<String>) -> Checked<T> {
        Err(Stop::skipped(why))
    }

    /// The end of a case: it passed if no check failed.
    pub fn done(&self) -> Checked {
        Ok(())
    }

    /// Whether there is a session that logout could end: not where credentials go with every request.
    pub fn can_log_out(&self) -> bool {
        self.scope.run.platform.login.settings.makes_a_session()
    }

    /// The name of the target that the run is about.
    pub fn target(&self) -> &str {
        &self.scope.run.target.name
    }

    fn sign_in(&self, account: String, place: Place, login: Login) -> Pending<'_, Session> {
        Box::pin(async move {
            let phase = self.scope.log.entered(format!("signing in as `{account}`"), self.scope.elapsed());
            let signed_in = match lease::of_row(&self.scope, &account, &place).await {
                Ok(Some(hold)) => hold.signed_in(&self.scope, login, &place).await.map(|it| (it, Some(hold))),
                Ok(None) => spare::signed_in(&self.scope, &account, login, &place).await,
                Err(stop) => Err(stop),
            };
            self.scope.log.left(phase, self.scope.elapsed());
            let (state, hold) = signed_in?;
            self.scope.run.know(hold.as_deref().map_or(&account, Hold::account)).await;
            let session = Session::new(self.scope.clone(), state).of_account(&account);
            let spare = hold.as_deref().map(Hold::account).filter(|spare| *spare != account);
            let about =
                spare.map(|spare| format!("the session is one of `{spare}`, from a login of the case's own"));
            Ok(about.into_iter().fold(session, Session::known_as).held(hold))
        })
    }
}

/// Which login a session is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Login {
    /// The one that all cases share.
    Shared,
    /// One of the case's own.
    Own,
}
