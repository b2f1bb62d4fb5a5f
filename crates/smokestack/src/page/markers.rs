//! What a page says of who made it: the instance and the release.

use smokestack_core::Hop;

use super::{Page, signed_in};

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

    /// The hop that shows what the component says to the visitor.
    pub(crate) fn deciding(&self) -> Option<&Hop> {
        self.exchange().deciding(signed_in::refusal(self).is_some())
    }
}
