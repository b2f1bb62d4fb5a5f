//! What a reader sees of a page, as a text: landmarks, headings, labels, table heads, buttons and links, without the data
//! between them and without the markup around them.

mod name;
mod table;

use ego_tree::iter::Edge;
use ego_tree::{NodeId, NodeRef};
use scraper::{ElementRef, Html, Node};
use url::{Position, Url};

use super::Page;
use super::document::folded;
use super::judged::Subject;
use crate::snapshot::{Built, Snapshot};
use name::{Names, text_of};
use table::CELLS;
pub(crate) use table::said_once;

impl Page {
    /// What a reader sees of the page: landmarks, headings, labels, table heads, buttons and links. Data is no part of it:
    /// of a table's rows it has the kinds of links and buttons, of a list what differs after the rules.
    ///
    /// ```no_run
    /// # fn check(page: &smokestack::Page) {
    /// page.outline().matches("orders");
    /// # }
    /// ```
    pub fn outline(&self) -> Snapshot {
        let what = "outline of the page";
        let subject = Subject::new(self, what);
        if !self.is_html() {
            return Snapshot::of_page(subject, what, Built::None(self.not_html(what)));
        }
        Snapshot::of_page(subject, what, Built::Outline(self.outline_lines()))
    }

    /// The same as a text, as the page has it.
    pub(crate) fn outline_lines(&self) -> String {
        self.document().html().map(|html| outline(html, self.address())).unwrap_or_default()
    }
}

/// The most bytes of an outline that are looked for; no page that somebody reads has so many.
const LARGEST: usize = 2 << 20;
/// Deeper nesting is written as this one is.
const DEEPEST: usize = 12;
/// A table's rows have no more kinds of links and buttons than are among so many.
const MOST_IN_ROWS: usize = 500;
/// A choice of more than so many is data.
const MOST_OPTIONS: usize = 12;
struct Writer<'p> {
    address: &'p Url,
    names: Names<'p>,
    text: String,
    /// Elements whose content stands below a line of their own.
    open: Vec<NodeId>,
    /// Those of them that are the rows of a table, and how many lines they have.
    rows: Vec<(NodeId, usize)>,
    /// Elements that nobody sees, one in the other.
    unseen: usize,
}

fn outline(html: &Html, address: &Url) -> String {
    let names = Names::of(html);
    let mut writer =
        Writer { address, names, text: String::new(), open: Vec::new(), rows: Vec::new(), unseen: 0 };
    let in_head = |element: &ElementRef<'_>| element.value().name() == "title" && within(*element, &["head"]);
    if let Some(title) = html.tree.nodes().filter_map(ElementRef::wrap).find(in_head) {
        writer.line(&format!("title {:?}", text_of(title)));
    }
    if let Some(language) = html.root_element().attr("lang").map(str::trim).filter(|lang| !lang.is_empty()) {
        writer.line(&format!("language {language}"));
    }
    for edge in html.tree.root().traverse() {
        match edge {
            Edge::Open(node) => writer.enter(node),
            Edge::Close(node) => writer.leave(node),
        }
        if writer.text.len() > LARGEST {
            break;
        }
    }
    writer.text
}

impl Writer<'_> {
    fn enter(&mut self, node: NodeRef<'_, Node>) {
        let Some(element) = ElementRef::wrap(node) else { return };
        if self.unseen > 0 || is_unseen(element) {
            self.unseen += 1;
            return;
        }
        if let Some(line) = self.said(element) {
            self.line(&line);
            self.open.push(node.id());
            if line == CELLS {
                self.rows.push((node.id(), 0));
            }
        }
    }

    fn leave(&mut self, node: NodeRef<'_, Node>) {
        if !node.value().is_element() {
            return;
        }
        self.unseen = self.unseen.saturating_sub(1);
        if self.open.last() == Some(&node.id()) {
            self.open.pop();
        }
        if self.rows.last().is_some_and(|(rows, _)| *rows == node.id()) {
            self.rows.pop();
        }
    }

    fn line(&mut self, line: &str) {
        if let Some((_, lines)) = self.rows.last_mut() {
            *lines += 1;
            if *lines > MOST_IN_ROWS {
                return;
            }
        }
        let indent = self.open.len().min(DEEPEST) * 2;
        self.text.push_str(&format!("{:indent$}{line}\n", ""));
    }

    /// What is said of an element; nothing where it is only markup.
    fn said(&self, element: ElementRef<'_>) -> Option<String> {
        let tag = element.value().name();
        let role = element.attr("role").and_then(|role| role.split_whitespace().next());
        match (role, tag) {
            (Some("presentation" | "none"), _) => None,
            (Some(role @ ("alert" | "status")), _) => {
                let text = text_of(element);
                (!text.is_empty()).then(|| format!("{role} {text:?}"))
            }
            (Some(role), _) if LANDMARKS.contains(&role) => Some(self.named(role, element, Name::Given)),
            (Some("heading"), _) => self.heading(element, element.attr("aria-level").unwrap_or("2")),
            (Some(role @ ("button" | "link" | "tab" | "menuitem" | "checkbox" | "radio" | "switch")), _)
                if tag != "a" && tag != "input" =>
            {
                Some(self.named(role, element, Name::Content))
            }
            (_, "header" | "footer") if within(element, &SECTIONS) => None,
            (_, "header") => Some(self.named("banner", element, Name::Given)),
            (_, "footer") => Some(self.named("contentinfo", element, Name::Given)),
            (_, "nav") => Some(self.named("navigation", element, Name::Given)),
            (_, "main" | "search") => Some(self.named(tag, element, Name::Given)),
            (_, "aside") => Some(self.named("complementary", element, Name::Given)),
            (_, "section") => self.names.given(element).map(|name| format!("region {name:?}")),
            (_, "dialog") => Some(self.named("dialog", element, Name::Given)),
            (_, "form") => Some(self.named("form", element, Name::Given)),
            (_, "fieldset") => Some(self.named("group", element, Name::Given)),
            (_, "h1" | "h2" | "h3" | "h4" | "h5" | "h6") => self.heading(element, &tag[1..]),
            (_, "a" | "area") => self.link(element),
            // A picture on a link or a button is its name.
            (_, "img") if within(element, &["a", "button"]) => None,
            (_, "img") => {
                let name = self.names.given(element)?;
                Some(format!("image {name:?}"))
            }
            (_, "iframe") => Some(self.named("frame", element, Name::Given)),
            (_, "button") => Some(with_states(self.named("button", element, Name::Content), element)),
            (_, "summary") => Some(self.named("disclosure", element, Name::Content)),
            (_, "input" | "select" | "textarea") => self.field(element, tag),
            (_, "table") => Some(self.named("table", element, Name::Given) + &table::heads(element)),
            (_, "tbody") if table::is_data(element) && self.has_controls(element) => Some(CELLS.to_owned()),
            (_, "dt") => {
                let text = text_of(element);
                (!text.is_empty()).then(|| format!("term {text:?}"))
            }
            _ => None,
        }
    }

    fn named(&self, word: &str, element: ElementRef<'_>, from: Name) -> String {
        let name = match from {
            Name::Given => self.names.given(element),
            Name::Content => self.names.of_content(element),
        };
        name.map_or_else(|| word.to_owned(), |name| format!("{word} {name:?}"))
    }

    fn heading(&self, element: ElementRef<'_>, level: &str) -> Option<String> {
        let text = self.names.of_content(element)?;
        Some(format!("heading {level} {text:?}"))
    }

    /// Where it leads is a part of it; in a table's rows, what stands on it is data.
    fn link(&self, element: ElementRef<'_>) -> Option<String> {
        let to = element.attr("href")?;
        let to = self.address.join(to.trim()).map_or_else(
            |_| to.trim().to_owned(),
            |url| match url.origin() == self.address.origin() {
                true => url[Position::BeforePath..].to_owned(),
                false => url.to_string(),
            },
        );
        let name = self.rows.is_empty().then(|| self.names.of_content(element)).flatten();
        Some(match name {
            Some(name) => format!("link {name:?} to {to}"),
            None => format!("link to {to}"),
        })
    }

    fn field(&self, element: ElementRef<'_>, tag: &str) -> Option<String> {
        let kind = element.attr("type").unwrap_or("text").to_ascii_lowercase();
        let (word, name) = match (tag, kind.as_str()) {
            ("input", "hidden") => return None,
            ("input", "submit" | "button" | "reset" | "image") => ("button", self.names.of_button(element)),
            ("input", kind) => (kind, self.names.of_field(element)),
            (tag, _) => (tag, self.names.of_field(element)),
        };
        let name = name.map(|name| format!(" {name:?}")).unwrap_or_default();
        let options = if tag == "select" { options(element) } else { String::new() };
        Some(with_states(format!("{word}{name}{options}"), element))
    }

    fn has_controls(&self, body: ElementRef<'_>) -> bool {
        let control = |element: ElementRef<'_>| {
            matches!(element.value().name(), "a" | "button" | "input" | "select" | "textarea")
                && self.said(element).is_some()
        };
        body.descendants().skip(1).filter_map(ElementRef::wrap).any(control)
    }
}

/// What names an element.
#[derive(Clone, Copy)]
enum Name {
    /// Only a label that was given to it.
    Given,
    /// What stands in it, where it has no label.
    Content,
}

const LANDMARKS: [&str; 12] = [
    "banner",
    "complementary",
    "contentinfo",
    "dialog",
    "form",
    "group",
    "main",
    "menu",
    "navigation",
    "region",
    "search",
    "tablist",
];

/// A header or footer in these is theirs and not the page's.
const SECTIONS: [&str; 5] = ["article", "aside", "main", "nav", "section"];

const UNSEEN: [&str; 7] = ["head", "noscript", "script", "style", "svg", "template", "title"];

fn is_unseen(element: ElementRef<'_>) -> bool {
    let hidden = element.attr("hidden").is_some() || element.attr("aria-hidden") == Some("true");
    let styled = element.attr("style").is_some_and(|style| {
        let style: String = style.to_ascii_lowercase().split_whitespace().collect();
        style.contains("display:none") || style.contains("visibility:hidden")
    });
    let closed = element.value().name() == "dialog" && element.attr("open").is_none();
    UNSEEN.contains(&element.value().name()) || hidden || styled || closed
}

fn within(element: ElementRef<'_>, tags: &[&str]) -> bool {
    // A page may nest as deep as it likes.
    element
        .ancestors()
        .take(200)
        .filter_map(ElementRef::wrap)
        .any(|above| tags.contains(&above.value().name()))
}

fn options(select: ElementRef<'_>) -> String {
    let all = select.descendants().filter_map(ElementRef::wrap);
    let options: Vec<String> = all
        .filter(|element| element.value().name() == "option")
        .take(MOST_OPTIONS + 1)
        .map(|option| folded(option.text()))
        .collect();
    match options.len() {
        0 => ", no options".to_owned(),
        few if few <= MOST_OPTIONS => format!(", options {}", options.join(" | ")),
        _ => format!(", more than {MOST_OPTIONS} options"),
    }
}

fn with_states(mut line: String, element: ElementRef<'_>) -> String {
    for state in ["required", "disabled", "readonly", "multiple"] {
        if element.attr(state).is_some() {
            line.push_str(&format!(", {state}"));
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(html: &str) -> String {
        let address = Url::parse("https://shop.example/orders/").unwrap();
        said_once(&outline(&Html::parse_document(html), &address))
    }

    #[test]
    fn an_outline_is_what_a_reader_sees_of_a_page() {
        insta::assert_snapshot!(of(PAGE), @r#"
        title "Orders - Shop"
        language en
        banner
          link "Shop" to /
          navigation "Main"
            link "Orders" to /orders/
            link "New order" to /orders/new
        main
          heading 1 "Open orders"
          region "Filter"
            heading 2 "Filter"
            form
              select "State", options Open | Closed
              checkbox "Urgent"
              text "Search", required
              textarea "note"
              group "Size"
                radio "Small"
              button "Go"
              button "Reset all", disabled
          table "Orders", columns Number | Title
            cells
              link to /orders/1
              button "Close"
          table, rows Client | Since
          term "Owner"
          heading 3 "News"
          alert "Saved"
          link "Help" to https://help.example/?q=1#top
        complementary
          heading 2 "Tips"
        contentinfo
          link "Write" to mailto:a@b.example
        "#);
    }

    const PAGE: &str = r#"<!doctype html><html lang="en"><head><title>Orders - Shop</title><style>p{}</style></head>
        <body><header><a href="/"><img src="/logo.png" alt="Shop"></a>
        <nav aria-label="Main"><ul><li><a href="/orders/">Orders</a><li><a href="new">New order</a></ul></nav></header>
        <main><h1>Open <em>orders</em></h1><p>There are 3.</p>
        <section aria-labelledby="s"><h2 id="s">Filter</h2>
        <form><label for="state">State</label><select id="state" name="state"><option>Open<option>Closed</select>
        <label>Urgent <input type="checkbox" name="urgent"></label><input name="q" placeholder="Search" required>
        <input type="hidden" name="csrf" value="x"><textarea name="note"></textarea>
        <fieldset><legend>Size</legend><label><input type="radio" name="size"> Small</label></fieldset>
        <input type="submit" value="Go"><button disabled>Reset all</button></form></section>
        <table><caption>Orders</caption><thead><tr><th>Number<th>Title</tr></thead>
        <tbody><tr><td><a href="/orders/1">O-1</a><td>Lamp <button>Close</button></tr>
        <tr><td><a href="/orders/1">O-1</a><td>Door <button>Close</button></tr></tbody></table>
        <table><tr><th>Client</th><td>ACME</td></tr><tr><th>Since</th><td>2020</td></tr></table>
        <dl><dt>Owner</dt><dd>Ann</dd></dl><article><header><h3>News</h3></header></article>
        <div hidden><h2>Not shown</h2></div><div style="display: none"><h2>Nor this</h2></div><svg><title>Icon</title></svg>
        <div role="alert">Saved</div><script>var a = "<h2>no</h2>";</script>
        <a href="https://help.example/?q=1#top">Help</a><a>no link</a></main>
        <aside><h2>Tips</h2></aside><footer><a href="mailto:a@b.example">Write</a></footer></body></html>"#;

    #[test]
    fn tables_that_lay_out_a_page_are_no_data() {
        let html = "<table><tr><td><a href=/a>First</a></td><td><a href=/b>Second</a></td></tr></table>";
        assert_eq!(of(html), "table\n  link \"First\" to /a\n  link \"Second\" to /b");
    }

    #[test]
    fn a_table_of_many_rows_is_no_more_than_its_kinds_of_links() {
        let rows: String =
            (0..20_000).map(|n| format!("<tr><td><a href=/orders/{}>{n}</a>", n % 2)).collect();
        let html = format!("<table><tr><th>Number<th>Title</tr>{rows}</table><footer></footer>");
        let heads = "table, columns Number | Title\n  cells";
        assert_eq!(of(&html), format!("{heads}\n    link to /orders/0\n    link to /orders/1\ncontentinfo"));
    }

    #[test]
    fn a_page_that_nests_without_end_has_an_outline_that_ends() {
        let html = "<nav>".repeat(2_000) + "<a href=/>x</a>";
        let outline = outline(&Html::parse_document(&html), &Url::parse("https://shop.example/").unwrap());
        assert!(outline.len() < LARGEST + 100, "{}", outline.len());
        let depth = |line: &str| line.len() - line.trim_start().len();
        assert_eq!(outline.lines().map(depth).max(), Some(DEEPEST * 2));
    }
}
