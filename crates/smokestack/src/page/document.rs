//! The parsed page. Parsed once, when the first question is asked; nothing borrowed from it ever crosses an await.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ego_tree::NodeRef;
use ego_tree::iter::Edge;
use scraper::{ElementRef, Html, Node};

use super::parsed::{Parsed, parse};
use super::selectors::Selectors;

pub(crate) use super::selectors::checked;

/// A page that is parsed when it is first looked at.
#[derive(Default)]
pub(crate) struct Document {
    parsed: Mutex<Option<Parsed>>,
    selectors: Arc<Selectors>,
}

/// A look at a parsed page.
pub(crate) struct View<'p> {
    parsed: MutexGuard<'p, Option<Parsed>>,
    selectors: &'p Selectors,
}

impl Document {
    /// A page that is looked at with these selectors, which were read before.
    pub(crate) fn with(selectors: Arc<Selectors>) -> Document {
        Document { selectors, ..Document::default() }
    }

    /// Why the rest of the page was not read, where it was read in part.
    pub(crate) fn unread(&self) -> Option<String> {
        let parsed = self.parsed.lock().unwrap_or_else(PoisonError::into_inner);
        parsed.as_ref()?.unread.clone()
    }

    /// What of single elements was not read.
    pub(crate) fn thinned(&self) -> Option<String> {
        let parsed = self.parsed.lock().unwrap_or_else(PoisonError::into_inner);
        parsed.as_ref()?.thinned.clone()
    }

    /// Whether it was looked at before, or is by somebody else right now.
    pub(crate) fn is_read(&self) -> bool {
        match self.parsed.try_lock() {
            Ok(parsed) => parsed.is_some(),
            Err(_) => true,
        }
    }

    pub(crate) fn view(&self, body: &str) -> View<'_> {
        let mut parsed = self.parsed.lock().unwrap_or_else(PoisonError::into_inner);
        if parsed.is_none() {
            *parsed = Some(parse(body));
        }
        View { parsed, selectors: &self.selectors }
    }
}

impl View<'_> {
    /// The page's tree.
    pub(crate) fn html(&self) -> Option<&Html> {
        self.parsed.as_ref().map(|parsed| &parsed.html)
    }

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
        let selector = self.selectors.get(selector)?;
        let Some(html) = self.html() else { return Ok(Vec::new()) };
        Ok(html.select(&selector).take(most).map(make).collect())
    }

    /// What a function makes of the first element that matches in the smallest of these places that shows a text; of the
    /// page, where none of them shows it.
    pub(crate) fn first_within<T>(
        &self,
        places: &str,
        text: &str,
        selector: &str,
        make: impl Fn(ElementRef<'_>) -> T,
    ) -> Result<Option<T>, String> {
        let (places, selector) = (self.selectors.get(places)?, self.selectors.get(selector)?);
        let Some(html) = self.html() else { return Ok(None) };
        let text = folded(std::iter::once(text));
        let showing = html.select(&places).filter_map(|place| {
            let shown = folded(place.text());
            shown.contains(&text).then_some((shown.len(), place))
        });
        Ok(match showing.min_by_key(|(length, _)| *length) {
            Some((_, place)) => place.select(&selector).next().map(make),
            None => html.select(&selector).next().map(make),
        })
    }

    /// Shows every node to a function, in the page's order.
    pub(crate) fn each_node<'v>(&'v self, mut see: impl FnMut(NodeRef<'v, Node>)) {
        let html = self.html();
        html.into_iter().flat_map(|html| html.tree.root().descendants()).for_each(&mut see);
    }

    /// What a person can read: the body without scripts, styles and templates.
    pub(crate) fn visible_text(&self) -> String {
        let Some(html) = self.html() else { return String::new() };
        let mut text = String::new();
        let mut unseen = 0_usize;
        for edge in html.tree.root().traverse() {
            let (node, step) = match &edge {
                Edge::Open(node) => (node, 1),
                Edge::Close(node) => (node, -1),
            };
            match node.value() {
                Node::Text(words) if step == 1 && unseen == 0 => text.push_str(words),
                Node::Element(element) if UNSEEN.contains(&element.name()) => {
                    unseen = unseen.saturating_add_signed(step)
                }
                // Where a block or a cell begins or ends, a reader sees a gap.
                Node::Element(element) if !INLINE.contains(&element.name()) => text.push(' '),
                _ => {}
            }
        }
        folded(std::iter::once(text.as_str()))
    }
}

/// Elements whose text nobody sees.
const UNSEEN: [&str; 5] = ["head", "script", "style", "template", "noscript"];

/// Elements that stand within a line (HTML, "phrasing content"); text goes through them without a gap.
const INLINE: [&str; 26] = [
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "dfn", "em", "font", "i", "ins", "kbd", "label",
    "mark", "q", "s", "small", "span", "strong", "sub", "sup", "time", "u", "wbr",
];

/// What a reader sees of a text that was put into a page as if it were HTML.
pub(crate) fn read_as_html(text: &str) -> String {
    folded(Html::parse_fragment(text).root_element().text())
}

/// Texts joined, with white space folded to single spaces.
pub(crate) fn folded<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    let joined: String = texts.collect();
    joined.split_whitespace().collect::<Vec<_>>().join(" ")
}
