//! What people call an element: its labels, and the text in it.

use std::collections::HashMap;

use ego_tree::iter::Edge;
use ego_tree::{NodeId, NodeRef};
use scraper::Node;
use scraper::node::Element;

use super::super::document::folded;

/// Of a longer text nobody says more.
const MOST_NODES: usize = 2_000;

/// What stands in a label and is not said of what it labels.
const UNSAID: [&str; 8] =
    ["select", "textarea", "button", "script", "style", "template", "datalist", "noscript"];

/// The elements of a page that others name: by `id`, and by the `for` of a label.
pub(super) struct Names<'t> {
    by_id: HashMap<&'t str, NodeRef<'t, Node>>,
    labels: HashMap<&'t str, Vec<NodeRef<'t, Node>>>,
}

impl<'t> Names<'t> {
    pub(super) fn read(root: NodeRef<'t, Node>) -> Names<'t> {
        let mut names = Names { by_id: HashMap::new(), labels: HashMap::new() };
        for node in root.descendants() {
            let Some(element) = node.value().as_element() else { continue };
            if let Some(id) = element.attr("id").filter(|id| !id.is_empty()) {
                names.by_id.entry(id).or_insert(node);
            }
            if let (Some(id), "label") = (element.attr("for"), element.name()) {
                names.labels.entry(id).or_default().push(node);
            }
        }
        names
    }

    /// The element of this `id`, which is the first of it.
    pub(super) fn of_id(&self, id: &str) -> Option<NodeRef<'t, Node>> {
        self.by_id.get(id).copied()
    }

    /// What `aria-labelledby` and `aria-label` say.
    pub(super) fn aria(&self, element: &Element) -> Vec<String> {
        let ids = element.attr("aria-labelledby").unwrap_or_default().split_ascii_whitespace();
        let texts: Vec<String> = ids.filter_map(|id| self.of_id(id)).map(text).collect();
        let labelled = folded(std::iter::once(texts.join(" ").as_str()));
        let own = folded(element.attr("aria-label").into_iter());
        [labelled, own].into_iter().filter(|label| !label.is_empty()).collect()
    }

    /// All that a control is called; `around` is the label that it stands in.
    pub(super) fn labels(
        &self,
        node: NodeRef<'t, Node>,
        element: &'t Element,
        around: Option<NodeId>,
    ) -> Vec<String> {
        let mut labels = self.aria(element);
        // A label names the first element of its id, and no other.
        let named =
            element.attr("id").filter(|id| self.of_id(id).is_some_and(|first| first.id() == node.id()));
        let named = named.and_then(|id| self.labels.get(id)).into_iter().flatten().copied();
        let around = around.and_then(|id| node.tree().get(id));
        labels.extend(named.chain(around).map(text));
        labels.extend(element.attr("title").map(|title| folded(std::iter::once(title))));
        labels.retain(|label| !label.is_empty());
        labels.dedup();
        labels
    }
}

/// The text of an element as it is said: without what is to be filled in it, with what its pictures say.
pub(super) fn text(node: NodeRef<'_, Node>) -> String {
    let mut said = String::new();
    let mut unsaid = 0_usize;
    for edge in node.traverse().take(MOST_NODES) {
        match edge {
            Edge::Open(part) => match part.value() {
                Node::Text(words) if unsaid == 0 => said.push_str(words),
                Node::Element(element) if part.id() != node.id() && is_unsaid(element) => unsaid += 1,
                Node::Element(element) if unsaid == 0 && element.name() == "img" => {
                    said.push(' ');
                    said.push_str(element.attr("alt").unwrap_or_default());
                    said.push(' ');
                }
                Node::Element(element) if unsaid == 0 && element.name() == "br" => said.push(' '),
                _ => {}
            },
            Edge::Close(part) => {
                if part.id() != node.id() && part.value().as_element().is_some_and(is_unsaid) {
                    unsaid = unsaid.saturating_sub(1);
                }
            }
        }
    }
    folded(std::iter::once(said.as_str()))
}

/// Whether people who say one of these mean the other: `Title` is what a label `Title: *` says.
pub(super) fn is_called(label: &str, wanted: &str) -> bool {
    label == wanted || bare(label) == wanted
}

/// A label without what marks it.
pub(super) fn bare(label: &str) -> &str {
    label.trim_matches(|c: char| c == '*' || c == ':' || c.is_whitespace())
}

fn is_unsaid(element: &Element) -> bool {
    UNSAID.contains(&element.name()) || element.attr("aria-hidden") == Some("true")
}
