//! CSS selectors, each read once per run.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use scraper::Selector;

/// As many as a suite may write; selectors that a case makes up anew each time are read each time.
const MOST: usize = 1000;

/// The selectors that were read so far.
#[derive(Default)]
pub(crate) struct Selectors {
    known: Mutex<HashMap<String, Arc<Selector>>>,
}

impl Selectors {
    /// A text as a selector; the error says why it is none.
    pub(crate) fn get(&self, text: &str) -> Result<Arc<Selector>, String> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(selector) = known.get(text) {
            return Ok(selector.clone());
        }
        let selector = Arc::new(checked(text)?);
        if known.len() < MOST {
            known.insert(text.to_owned(), selector.clone());
        }
        Ok(selector)
    }
}

/// Whether a text is a CSS selector; the error says why not.
pub(crate) fn checked(selector: &str) -> Result<Selector, String> {
    Selector::parse(selector).map_err(|error| match error.to_string() {
        // The parser's word for kinds of errors that it has no text for.
        text if text.starts_with("Unexpected error") => "it cannot be read as one".to_owned(),
        text => text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selector_is_read_once_and_what_is_none_never_kept() {
        let selectors = Selectors::default();
        let first = selectors.get("h1.title").unwrap();
        assert!(Arc::ptr_eq(&first, &selectors.get("h1.title").unwrap()));
        assert_eq!(selectors.get("h1 >> b").unwrap_err(), "it cannot be read as one");
        assert_eq!(selectors.known.lock().unwrap().len(), 1);
    }
}
