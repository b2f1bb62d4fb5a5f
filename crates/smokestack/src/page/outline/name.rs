//! What an element is called where people see or hear it: its label, what stands in it, what it says when nothing else
//! does (HTML Accessibility API Mappings, simplified).

use std::collections::HashMap;

use scraper::{ElementRef, Html, Node};

use crate::page::document::folded;

/// The most nodes that are looked at for one name: a page may nest as deep as it likes.
const MOST_NODES: usize = 2_000;
/// Longer names are cut: nobody reads them.
const LONGEST: usize = 200;

/// The labels of a page.
pub(super) struct Names<'h> {
    by_id: HashMap<&'h str, ElementRef<'h>>,
    /// `label for=".."`.
    labels: HashMap<&'h str, ElementRef<'h>>,
}

impl<'h> Names<'h> {
    pub(super) fn of(html: &'h Html) -> Names<'h> {
        let mut names = Names { by_id: HashMap::new(), labels: HashMap::new() };
        for element in html.tree.nodes().filter_map(ElementRef::wrap) {
            if let Some(id) = element.attr("id") {
                names.by_id.entry(id).or_insert(element);
            }
            if let Some(of) = element.attr("for").filter(|_| element.value().name() == "label") {
                names.labels.entry(of).or_insert(element);
            }
        }
        names
    }

    /// A label that was given to it.
    pub(super) fn given(&self, element: ElementRef<'_>) -> Option<String> {
        let by = element.attr("aria-labelledby").map(|ids| {
            let parts = ids.split_whitespace().take(10).filter_map(|id| self.by_id.get(id));
            parts.map(|part| text_of(*part)).collect::<Vec<_>>().join(" ")
        });
        let label = || element.attr("aria-label").map(str::to_owned);
        let inner = || {
            let tag = match element.value().name() {
                "table" => "caption",
                "fieldset" => "legend",
                _ => return None,
            };
            element.child_elements().find(|child| child.value().name() == tag).map(text_of)
        };
        let alt = || element.attr("alt").map(str::to_owned);
        let title = || element.attr("title").map(str::to_owned);
        first([&|| by.clone(), &label, &inner, &alt, &title])
    }

    /// What stands in it, where it has no label.
    pub(super) fn of_content(&self, element: ElementRef<'_>) -> Option<String> {
        let content = || Some(text_of(element));
        let image = || {
            let all = element.descendants().take(MOST_NODES).filter_map(ElementRef::wrap);
            all.filter(|inner| inner.value().name() == "img").find_map(|image| self.given(image))
        };
        let labelled = || {
            let is_labelled =
                ["aria-label", "aria-labelledby"].iter().any(|name| element.attr(name).is_some());
            is_labelled.then(|| self.given(element)).flatten()
        };
        first([&labelled, &content, &image, &|| self.given(element)])
    }

    /// What stands on a button that is an `input`.
    pub(super) fn of_button(&self, input: ElementRef<'_>) -> Option<String> {
        let usual = || Some(if input.attr("type") == Some("reset") { "Reset" } else { "Submit" }.to_owned());
        first([&|| input.attr("value").map(str::to_owned), &|| self.given(input), &usual])
    }

    /// The label of a field; where it has none, what it says while it is empty, or what the server calls it.
    pub(super) fn of_field(&self, field: ElementRef<'_>) -> Option<String> {
        let labelled = || {
            let is_labelled = ["aria-label", "aria-labelledby"].iter().any(|name| field.attr(name).is_some());
            is_labelled.then(|| self.given(field)).flatten()
        };
        let label = || field.attr("id").and_then(|id| self.labels.get(id)).map(|label| text_of(*label));
        let around = || {
            let mut above = field.ancestors().filter_map(ElementRef::wrap);
            above.find(|above| above.value().name() == "label").map(text_of)
        };
        let own = |name: &'static str| field.attr(name).map(str::to_owned);
        first([&labelled, &label, &around, &|| own("placeholder"), &|| own("title"), &|| own("name")])
    }
}

/// The text in an element, without what scripts and choices in it say.
pub(super) fn text_of(element: ElementRef<'_>) -> String {
    let texts = element.descendants().take(MOST_NODES).filter_map(|node| {
        let above = node.parent().and_then(|parent| parent.value().as_element().map(|above| above.name()));
        match node.value() {
            Node::Text(text) if !matches!(above, Some("script" | "style" | "option" | "textarea")) => {
                Some(&**text)
            }
            _ => None,
        }
    });
    folded(texts)
}

/// The first name that says something, folded and cut.
fn first<const N: usize>(names: [&dyn Fn() -> Option<String>; N]) -> Option<String> {
    let said = names.iter().find_map(|name| {
        let name = folded(name()?.split_inclusive(' '));
        (!name.is_empty()).then_some(name)
    })?;
    Some(match said.char_indices().nth(LONGEST) {
        Some((cut, _)) => format!("{}…", &said[..cut]),
        None => said,
    })
}
