//! A clean-up that is due when its case has ended: noted, carried out, told.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use smokestack_core::{Blame, Class, Exit, Fact, FailedCheck, Place};
use url::Url;

use super::carry_out::{self, Done, Failure, NOT_FOUND};
use super::noted::Noted;
use super::{CleanUp, step};
use crate::session::Session;
use crate::store::{Holder, Note, now_ms};
use crate::{Checked, Stop};

/// A clean-up that is due when the case has ended.
#[derive(Clone)]
pub struct OnExit {
    due: Arc<Mutex<Option<Due>>>,
}

/// What is still to be done.
struct Due {
    note: Option<Note>,
    /// How many exchanges the case had when it was noted.
    exchanges: usize,
}

impl OnExit {
    /// The case has taken it away itself, and has seen that it is gone: there is nothing more to do.
    pub fn done(&self) {
        if let Some(Due { note: Some(note), .. }) = self.take() {
            note.done();
        }
    }

    fn take(&self) -> Option<Due> {
        self.due.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Notes it, and leaves it to whoever runs the case.
pub(crate) fn leave(clean_up: CleanUp, place: Place) -> Checked<OnExit> {
    let note = match note(&clean_up, &place) {
        Ok(note) => note,
        Err(why) => {
            let what = format!("taking away {} cannot be noted", clean_up.what);
            let check = FailedCheck::new(Blame::Harness, Class::Harness, what).at(place);
            let check = FailedCheck { found: Some(why), ..check };
            let help = "the case went no further: what it had made would stay if the run were killed";
            clean_up.session.scope.log.failed(check.help(help));
            return Err(Stop::failed());
        }
    };
    let log = clean_up.session.scope.log.clone();
    let exchanges = log.notes().exchanges.len();
    let on_exit = OnExit { due: Arc::new(Mutex::new(Some(Due { note, exchanges }))) };
    let (what, due) = (format!("taking away {}", clean_up.what), on_exit.clone());
    let told_at = place.clone();
    log.on_exit(Exit {
        what,
        place,
        body: Box::new(move || {
            Box::pin(async move {
                if let Some(due) = due.take() {
                    end(&clean_up, due, told_at).await;
                }
            })
        }),
    });
    Ok(on_exit)
}

fn note(clean_up: &CleanUp, place: &Place) -> Result<Option<Note>, String> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let scope = &clean_up.session.scope;
    let noted = Noted {
        what: clean_up.what.clone(),
        case: scope.case.clone(),
        place: place.clone(),
        target: scope.run.target.name.clone(),
        url: scope.run.url().to_string(),
        account: clean_up.session.account().map(str::to_owned),
        steps: clean_up.steps.clone(),
        noted_at: now_ms(),
    };
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("{}-{}-{count}", noted.noted_at, std::process::id());
    scope.run.notes.write(&name, &Holder::new(&scope.case), &noted).map_err(|error| error.to_string())
}

/// Whether the case has sent anything since then by which it may have made something: what was refused made nothing.
fn may_have_written(session: &Session, before: usize) -> bool {
    let scope = &session.scope;
    let logout = &scope.run.platform.session.logout;
    let ends_session = |url: &str| Url::parse(url).is_ok_and(|url| url.path() == logout);
    let exchanges = scope.log.notes().exchanges;
    let hops = exchanges.iter().skip(before).flat_map(|exchange| &exchange.hops);
    hops.filter(|hop| !hop.login && !ends_session(&hop.url)).any(|hop| {
        let writes = !matches!(hop.method.as_str(), "GET" | "HEAD" | "OPTIONS");
        writes && !hop.status.is_some_and(|status| (400..500).contains(&status))
    })
}

/// Takes it away now that the case has ended.
async fn end(clean_up: &CleanUp, due: Due, place: Place) {
    let session = &clean_up.session;
    let may_have_made_it = may_have_written(session, due.exchanges);
    match carry_out::for_case(session, &clean_up.steps, &place).await {
        (notes, Ok(Done::NotFound)) if may_have_made_it => {
            session.scope.log.absorb(notes);
            // The note stays: it may be found by whoever comes next.
            let what = step::told_of(&clean_up.what, &clean_up.steps);
            session.scope.log.learned(Fact::LeftBehind {
                what,
                case: String::new(),
                why: NOT_FOUND.to_owned(),
            });
        }
        (notes, Ok(_)) => {
            session.scope.log.absorb(notes);
            if let Some(note) = due.note {
                note.done();
            }
        }
        (mut notes, Err(Failure { check, .. })) => {
            let left = match due.note {
                Some(_) => "it may still be there: the next run takes it away, or `smokestack sweep`",
                None => "it may still be there",
            };
            let what = format!("taking away {}: {}", clean_up.what, check.what);
            let class = if check.blame == Blame::Wrong { Class::LeftBehind } else { check.class };
            let mut check = FailedCheck { what, class, place: Some(place), ..*check }.note(left);
            let by_hand = step::told(&clean_up.steps);
            if !by_hand.is_empty() {
                check = check.note(format!("by hand: {by_hand}"));
            }
            notes.failed = vec![check];
            session.scope.log.absorb(notes);
        }
    }
}
