//! A part of a page as a text: an element a line, below the one that it stands in.

use ego_tree::iter::Edge;
use scraper::{ElementRef, Node};
use smokestack_core::{Blame, Class, FailedCheck};

use super::document::folded;
use super::{Found, Page};
use crate::snapshot::{Built, Snapshot};

/// Deeper nesting is written as this one is.
const DEEPEST: usize = 40;

impl Found {
    /// The first element that matches, with all that is in it: an element a line, attributes by name, without comments,
    /// scripts and styles.
    ///
    /// ```no_run
    /// # fn check(page: &smokestack::Page) {
    /// page.find("table.orders thead").fragment().matches("orders-head");
    /// # }
    /// ```
    pub fn fragment(&self) -> Snapshot {
        let what = format!("`{}`", self.selector);
        let page = &self.subject.page;
        let found = page.document().select(&self.selector, 1, markup).unwrap_or_default();
        let text = match found.into_iter().next() {
            Some(text) => Built::Text(text),
            None => {
                let check = FailedCheck::new(Blame::Wrong, Class::Value, what.as_str())
                    .expected_found("an element", "no element matches");
                Built::None(Box::new(FailedCheck { notes: self.near(), ..check }))
            }
        };
        Snapshot::of_page(self.subject.clone(), &what, text)
    }
}

impl Page {
    pub(super) fn not_html(&self, what: &str) -> Box<FailedCheck> {
        let check = FailedCheck::new(Blame::Wrong, Class::Value, what)
            .expected_found("a page in HTML", format!("an answer {}", in_type(self.media_type())));
        Box::new(FailedCheck { notes: self.alerts(), ..check })
    }
}

fn in_type(media_type: &str) -> String {
    if media_type.contains('/') { format!("in `{media_type}`") } else { media_type.to_owned() }
}

fn markup(element: ElementRef<'_>) -> String {
    let mut text = String::new();
    let mut depth: usize = 0;
    let mut unseen: usize = 0;
    for edge in element.traverse() {
        let indent = depth.min(DEEPEST) * 2;
        match edge {
            Edge::Open(node) => match node.value() {
                _ if unseen > 0 => unseen += usize::from(node.value().is_element()),
                Node::Element(element) if matches!(element.name(), "script" | "style") => unseen = 1,
                Node::Element(element) => {
                    text.push_str(&format!("{:indent$}{}\n", "", tag(element)));
                    depth += 1;
                }
                Node::Text(words) => {
                    let words = folded(std::iter::once(&**words));
                    if !words.is_empty() {
                        text.push_str(&format!("{:indent$}{}\n", "", escaped(&words, false)));
                    }
                }
                _ => {}
            },
            Edge::Close(node) if node.value().is_element() => {
                if unseen > 0 {
                    unseen -= 1;
                } else {
                    depth = depth.saturating_sub(1);
                }
            }
            Edge::Close(_) => {}
        }
    }
    text
}

fn tag(element: &scraper::node::Element) -> String {
    let mut attributes: Vec<(&str, &str)> = element.attrs().collect();
    attributes.sort_unstable();
    let mut tag = format!("<{}", element.name());
    for (name, value) in attributes {
        let value = folded(std::iter::once(value));
        tag.push_str(&format!(" {name}"));
        if !value.is_empty() {
            tag.push_str(&format!("=\"{}\"", escaped(&value, true)));
        }
    }
    tag.push('>');
    tag
}

fn escaped(text: &str, within_quotes: bool) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    if within_quotes { text.replace('"', "&quot;") } else { text }
}

#[cfg(test)]
mod tests {
    use scraper::{Html, Selector};

    use super::*;

    fn of(html: &str) -> String {
        let html = Html::parse_fragment(html);
        html.select(&Selector::parse("main").unwrap()).map(markup).next().unwrap()
    }

    #[test]
    fn a_fragment_is_an_element_a_line() {
        let html = "<main  class='a   b' id=m><!-- x --><p>Tea &amp; <b>cake</b>\n\n now</p><script>1</script>            <input value='say \"hi\"' disabled><style>p{}</style></main>";
        insta::assert_snapshot!(of(html), @r#"
        <main class="a b" id="m">
          <p>
            Tea &amp;
            <b>
              cake
            now
          <input disabled value="say &quot;hi&quot;">
        "#);
    }

    #[test]
    fn a_fragment_that_nests_without_end_is_indented_so_far_and_no_further() {
        let deepest = of(&("<main>".to_owned() + &"<div>".repeat(1_000) + "x"));
        assert!(deepest.lines().last().is_some_and(|line| line.len() == DEEPEST * 2 + 1));
    }
}
