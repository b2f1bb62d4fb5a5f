//! What an answer and the requests before it did with cookies, and may not.

use smokestack_core::Place;

use super::impostor::Disguise;
use super::{Judged, Page};
use crate::contract;

impl Page {
    /// Checks that no two cookies of one name went out with a request, and that a visitor who has not signed in got no
    /// other cookies than the platform file's `[session.contract]` allows. Without one, only cookies that a login of the
    /// run set count.
    #[track_caller]
    pub fn cookies_as_agreed(&self) -> Judged {
        let place = Place::caller();
        // It is about cookies, whoever is shown what.
        self.settle(&[Disguise::Login]);
        let exchange = &self.inner.exchange;
        let run = &self.inner.session.scope.run;
        let agreed = run.platform.session.contract.as_ref();
        let names = agreed.is_none().then(|| run.pool.cookie_names());
        let mut broken = contract::twice(exchange, names.as_ref());
        if let Some(agreed) = agreed.filter(|_| self.inner.session.is_visitor()) {
            broken.extend(contract::anonymous(agreed, std::iter::once(exchange)));
        }
        if broken.is_empty() {
            return self.judge(Ok(()), place);
        }
        broken.into_iter().for_each(|check| {
            self.fail(check, place.clone());
        });
        Judged::of(false)
    }
}
