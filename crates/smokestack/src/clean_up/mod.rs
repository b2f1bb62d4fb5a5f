//! What a case made is taken away again when the case has ended: however it ended, and by the next run where this one was
//! killed.

mod carry_out;
mod noted;
pub(crate) mod on_exit;
mod step;
mod sweep;
mod swept;

use smokestack_core::Place;

use crate::session::Session;
use crate::{Checked, Component, Cx};
pub use on_exit::OnExit;
use step::Step;
pub(crate) use sweep::{Found, Sweep};
pub use swept::{SweepError, Sweeping, Swept};

/// How something is taken away: a few steps of somebody signed in, which can be written down before the thing is made.
///
/// ```no_run
/// # use smokestack::prelude::*;
/// # async fn case(cx: Cx) -> Checked {
/// let session = cx.session("dispatcher").await?;
/// let title = cx.unique("lamp");
/// // Noted before the request that needs it goes out.
/// cx.on_exit(
///     session.clean_up("the record").open("/work-orders/").within(&title).follow("a").submit("form#delete-record"),
/// )?;
/// let form = session.get("/work-orders/new").await?.form("form#new-record")?;
/// let saved = form.fill("Title", &title).submit().await?;
/// saved.find("h1").text().contains(&title);
/// # cx.done()
/// # }
/// ```
///
/// The steps are taken in their order. Nothing is left, and all is well, where an address says 404 or 410. Where no text of a
/// page is the one that [`CleanUp::within`] looks for, nothing is left if the case has written nothing since; otherwise the
/// run warns that it may be: a list need not show all that there is.
#[derive(Clone)]
pub struct CleanUp {
    session: Session,
    what: String,
    steps: Vec<Step>,
}

impl Session {
    /// How something is taken away by whoever has this session; `what` is told where that fails: `the record`.
    pub fn clean_up(&self, what: &str) -> CleanUp {
        CleanUp { session: self.clone(), what: what.to_owned(), steps: Vec::new() }
    }
}

impl Component {
    /// How a record of this text is taken away that its form has made, if the platform file says so: in its `list`, by
    /// `undo`.
    pub fn clean_up(&self, session: &Session, text: &str) -> Option<CleanUp> {
        let form = self.config.form.as_ref()?;
        let (list, undo) = form.list.as_deref().zip(form.undo.as_deref())?;
        let record = session.clean_up(&format!("the record of {}", self.name()));
        Some(record.open(self.address(list)).within(text).follow("a[href]").submit(undo))
    }
}

impl CleanUp {
    /// Opens a page: a path on the target, or a whole address of it.
    pub fn open(self, address: impl AsRef<str>) -> CleanUp {
        self.then(Step::Open(address.as_ref().to_owned()))
    }

    /// Looks no further than where this text stands: the innermost table row, list item or article that has it, or else the
    /// page. A page without it has nothing that could be taken away. To be given a text that nothing else has: [`Cx::unique`].
    pub fn within(self, text: &str) -> CleanUp {
        self.then(Step::Within(text.to_owned()))
    }

    /// Follows the first link that a CSS selector finds there.
    pub fn follow(self, selector: &str) -> CleanUp {
        self.then(Step::Follow(selector.to_owned()))
    }

    /// Sends the first form that a CSS selector finds there, with what it came with.
    pub fn submit(self, selector: &str) -> CleanUp {
        self.then(Step::Submit(selector.to_owned()))
    }

    /// Sends `DELETE` to an address, which is known once the thing was made.
    pub fn delete(self, address: impl AsRef<str>) -> CleanUp {
        self.then(Step::Delete(address.as_ref().to_owned()))
    }

    /// Takes back what was written by a component's JSON API: looked for in its list by its text.
    pub(crate) fn take_back_listed(self, component: &str, text: &str) -> CleanUp {
        self.then(Step::TakeBackListed { component: component.to_owned(), text: text.to_owned() })
    }

    /// Takes back what was written by a component's JSON API, where the answer to the write said.
    pub(crate) fn take_back(self, component: &str, address: &str) -> CleanUp {
        self.then(Step::TakeBack { component: component.to_owned(), address: address.to_owned() })
    }

    fn then(mut self, step: Step) -> CleanUp {
        self.steps.push(step);
        self
    }
}

impl Cx {
    /// Has something taken away when the case has ended: after a failed check, a panic, its time limit or Ctrl-C too. What
    /// was left last is taken away first. It is noted on disk before this returns, so that the next run against the target,
    /// or `smokestack sweep`, takes it away where this one is killed.
    ///
    /// A clean-up that fails is a failed check of this line, behind those that the case has.
    ///
    /// # Errors
    ///
    /// It cannot be noted: what needs it must not be sent.
    #[track_caller]
    pub fn on_exit(&self, clean_up: CleanUp) -> Checked<OnExit> {
        on_exit::leave(clean_up, Place::caller())
    }
}
