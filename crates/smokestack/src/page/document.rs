//! The parsed page. Parsed once, when the first question is asked; nothing borrowed from it ever crosses an await.

use std::sync::{Mutex, MutexGuard, PoisonError};

use scraper::{ElementRef, Html, Node, Selector};

/// A page that is parsed when it is first looked at.
#[derive(Default)]
pub(crate) struct Document {
    parsed: Mutex<Option<Html>>,
}

/// A look at a parsed page.
pub(crate) struct View<'p> {
    parsed: MutexGuard<'p, Option<Html>>,
}

impl Document {
    pub(crate) fn view(&self, body: &str) -> View<'_> {
        let mut parsed = self.parsed.lock().unwrap_or_else(PoisonError::into_inner);
        if parsed.is_none() {
            *parsed = Some(Html::parse_document(body));
        }
        View { parsed }
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

impl View<'_> {
    /// The texts of the first elements that match, white space folded.
    pub(crate) fn texts(&self, selector: &str, most: usize) -> Result<Vec<String>, String> {
        self.select(selector, most, |element| folded(element.text()))
    }

    pub(crate) fn count(&self, selector: &str) -> Result<usize, String> {
        self.select(selector, usize::MAX, |_| ()).map(|found| found.len())
    }

    /// What a function makes of the first elements that match.
    pub(crate) fn select<T>(
        &self,
        selector: &str,
        most: usize,
        make: impl Fn(ElementRef<'_>) -> T,
    ) -> Result<Vec<T>, String> {
        let selector = checked(selector)?;
        let Some(html) = self.parsed.as_ref() else { return Ok(Vec::new()) };
        Ok(html.select(&selector).take(most).map(make).collect())
    }

    /// What a person can read: the body without scripts, styles and templates.
    pub(crate) fn visible_text(&self) -> String {
        const UNSEEN: [&str; 4] = ["script", "style", "template", "noscript"];
        let Some(html) = self.parsed.as_ref() else { return String::new() };
        let visible =
            html.tree.root().descendants().filter(|node| matches!(node.value(), Node::Text(_))).filter(
                |node| {
                    let above = node.ancestors().filter_map(|node| {
                        node.value().as_element().map(|element| element.name().to_owned())
                    });
                    !above.into_iter().any(|name| UNSEEN.contains(&name.as_str()) || name == "head")
                },
            );
        folded(visible.filter_map(|node| node.value().as_text().map(|text| &**text)))
    }
}

/// Texts joined, with white space folded to single spaces.
pub(crate) fn folded<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    let joined: String = texts.collect();
    joined.split_whitespace().collect::<Vec<_>>().join(" ")
}
