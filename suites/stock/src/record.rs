//! A record that a form makes, taken away again whatever becomes of the case.

use smokestack::OnExit;
use smokestack::fake::faker::lorem::en::Words;
use smokestack::prelude::*;

/// A text by which a record is known again, and known for ours.
pub(crate) fn made_up(cx: &Cx) -> String {
    let words: Vec<String> = cx.fake(Words(2..4));
    cx.unique(&words.join(" "))
}

/// A record that is going to be made.
pub(crate) struct Record {
    text: String,
    session: Session,
    left: Option<OnExit>,
}

impl Record {
    /// Of this row's component. How it is taken away is noted before it is made, where the platform file says enough.
    pub(crate) fn of(cx: &Cx, session: &Session) -> Checked<Record> {
        let text = made_up(cx);
        let clean_up = cx.component()?.clean_up(session, &text);
        let left = clean_up.map(|clean_up| cx.on_exit(clean_up)).transpose()?;
        Ok(Record { text, session: session.clone(), left })
    }

    /// What has to stand in it.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Nothing is to be taken away: what was refused was not made, but what ended in an error may have been.
    pub(crate) fn was_refused(&self, answer: &Page) {
        if let Some(left) = self.left.as_ref().filter(|_| answer.status().code() < 500) {
            left.done();
        }
    }

    /// Takes it away by the form on the page that shows it.
    pub(crate) async fn take_away(self, cx: &Cx, saved: &Page, is_saved: bool) -> Checked {
        if !is_saved {
            self.was_refused(saved);
        }
        let Some(undo) = cx.component()?.undo_selector().map(str::to_owned) else { return cx.done() };
        let left = match self.left {
            None if is_saved => {
                Some(cx.on_exit(self.session.clean_up("the record").open(saved.url()).submit(&undo))?)
            }
            left => left,
        };
        let gone = saved.form(&undo)?.submit().await?.status().is_success().is_met();
        if let Some(left) = left.filter(|_| gone) {
            left.done();
        }
        cx.done()
    }
}
