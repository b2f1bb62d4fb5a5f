//! The pages that the lines of a case fetch, for as long as somebody compares them.

use std::sync::{Mutex, PoisonError};

use crate::page::Page;

/// Collects pages while it is told to; otherwise none is kept.
#[derive(Default)]
pub(crate) struct Watched {
    pages: Mutex<Option<Vec<Page>>>,
}

impl Watched {
    /// From here on pages are kept.
    pub(super) fn begin(&self) {
        *self.pages.lock().unwrap_or_else(PoisonError::into_inner) = Some(Vec::new());
    }

    /// Those that came since, in their order; from here on none is kept.
    pub(super) fn end(&self) -> Vec<Page> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default()
    }

    /// A line of a suite fetched this page. What answers a write is not for comparing: it was not only looked at.
    pub(crate) fn note(&self, page: &Page) {
        let is_read = page.exchange().hops.first().is_some_and(|hop| hop.method == "GET");
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pages) = pages.as_mut().filter(|_| is_read) {
            pages.push(page.clone());
        }
    }
}
