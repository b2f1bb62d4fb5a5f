//! What a page says of who made it: the instance and the release.

use smokestack_core::{Blame, Class, FailedCheck, Hop, Place};

use super::{Judged, Page, signed_in};

impl Page {
    /// The instance that refused the visitor, or showed the page: by the platform file's `instance_header`, or by its
    /// `instance_marker` on the page.
    pub fn instance(&self) -> Option<String> {
        let hop = self.deciding()?;
        let marker = || {
            let selector = self.session().scope.run.platform.session.instance_marker.as_deref()?;
            // After a redirect the page is somebody else's.
            let own = self.exchange().last().is_some_and(|last| std::ptr::eq(last, hop));
            let text = own.then(|| self.document().texts(selector, 1).ok()).flatten()?.into_iter().next()?;
            (!text.is_empty()).then_some(text)
        };
        hop.instance.clone().or_else(marker)
    }

    /// The release of that instance, by the platform file's `release_header`.
    pub fn release(&self) -> Option<&str> {
        self.deciding()?.release.as_deref()
    }

    /// Checks that the answer is of this release, by the platform file's `release_header`.
    #[track_caller]
    pub fn shows_release(&self, expected: &str) -> Judged {
        let place = Place::caller();
        if self.release() == Some(expected) {
            return self.judge(Ok(()), place);
        }
        let header = &self.session().scope.run.platform.session.release_header;
        let (found, help) = match self.release() {
            Some(release) => (format!("release {release}"), None),
            None => (
                "no release".to_owned(),
                Some(format!("`release_header` in `[session]`, now `{header}`, says where it stands")),
            ),
        };
        let check = FailedCheck::new(Blame::Wrong, Class::Release, format!("release at {}", self.asked()));
        let check = check.expected_found(format!("release {expected}"), found);
        self.judge(Err(Box::new(FailedCheck { help, notes: self.heading_notes(), ..check })), place)
    }

    /// The hop that shows what the component says to the visitor.
    pub(crate) fn deciding(&self) -> Option<&Hop> {
        self.exchange().deciding(signed_in::refusal(self).is_some())
    }
}
