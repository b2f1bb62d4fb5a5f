//! The files that a page names, as browsers find them.

use ego_tree::NodeRef;
use scraper::Node;
use scraper::node::Element;
use url::Url;

use super::css;
use super::integrity::Expected;
use super::kind::{self, Kind};
use super::srcset;
use crate::page::Page;

/// A file that is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) kind: Kind,
    pub(super) url: Url,
    /// Where: `` `script[src]` ``.
    pub(super) by: String,
    pub(super) integrity: Option<Expected>,
    pub(super) cors: Cors,
}

/// How a browser asks another origin for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Cors {
    /// Without asking for leave.
    No,
    /// Without cookies.
    Anonymous,
    /// With cookies.
    Credentials,
}

/// A way in which an element names a file.
struct Found<'e> {
    kind: Kind,
    address: &'e str,
    attribute: &'static str,
}

/// The files that a page names, its inline styles included, each once.
pub(super) fn of_page(page: &Page) -> Vec<Named> {
    let mut named = Vec::new();
    if !page.is_html() {
        return named;
    }
    let base = base(page);
    page.document().each_node(|node| {
        let Some(element) = node.value().as_element().filter(|_| !is_asleep(node)) else { return };
        for found in files(node, element) {
            let by = format!("`{}[{}]`", element.name(), found.attribute);
            named.extend(Named::of(found, element, &base, by));
        }
        let style = element.attr("style").map(|text| (text.to_owned(), "attribute `style`"));
        let sheet = (element.name() == "style").then(|| (text(node), "element `style`"));
        for (text, what) in style.into_iter().chain(sheet) {
            named.extend(of_style(&text, &base, what));
        }
    });
    once(named)
}

/// The files that a style sheet at this address names.
pub(super) fn of_style_sheet(url: &Url, text: &str) -> Vec<Named> {
    once(of_style(text, url, &format!("style sheet {url}")).collect())
}

/// The address that others of the page are relative to: of the page itself, or of its first `base`.
pub(super) fn base(page: &Page) -> Url {
    let document = page.document();
    let hrefs = document.select("base[href]", 1, |element| element.attr("href").map(str::to_owned));
    let href = hrefs.ok().and_then(|found| found.into_iter().next()).flatten();
    let base = href.and_then(|href| page.address().join(href.trim()).ok());
    base.filter(|url| matches!(url.scheme(), "http" | "https")).unwrap_or_else(|| page.address().clone())
}

/// Whether it is part of a template, or of what is there for browsers without scripts.
pub(super) fn is_asleep(node: NodeRef<'_, Node>) -> bool {
    let mut above = node.ancestors().filter_map(|node| node.value().as_element());
    above.any(|element| matches!(element.name(), "template" | "noscript"))
}

/// An address of the web, without its fragment.
pub(super) fn web_address(base: &Url, address: &str) -> Option<Url> {
    let address = address.trim_matches(|c: char| c.is_ascii_whitespace());
    let mut url = base.join(address).ok().filter(|_| !address.is_empty() && !address.starts_with('#'))?;
    url.set_fragment(None);
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then_some(url)
}

impl Named {
    fn of(found: Found<'_>, element: &Element, base: &Url, by: String) -> Option<Named> {
        let url = web_address(base, found.address)?;
        let cors = match element.attr("crossorigin").map(|value| value.trim().to_ascii_lowercase()) {
            Some(value) if value == "use-credentials" => Cors::Credentials,
            Some(_) => Cors::Anonymous,
            None if found.kind.is_always_cors() => Cors::Anonymous,
            None => Cors::No,
        };
        // Only for these a browser looks at it (SRI, section 3.4).
        let has_integrity = matches!(element.name(), "link" | "script");
        let integrity = element.attr("integrity").filter(|_| has_integrity).and_then(Expected::of);
        Some(Named { kind: found.kind, url, by, integrity, cors })
    }
}

fn of_style<'t>(text: &'t str, base: &'t Url, what: &'t str) -> impl Iterator<Item = Named> + 't {
    css::files(text).into_iter().filter_map(move |(kind, address)| {
        let url = web_address(base, &address)?;
        let how = if kind == Kind::StyleSheet { "@import" } else { "url()" };
        let cors = if kind.is_always_cors() { Cors::Anonymous } else { Cors::No };
        Some(Named { kind, url, by: format!("`{how}` in {what}"), integrity: None, cors })
    })
}

fn files<'e>(node: NodeRef<'e, Node>, element: &'e Element) -> Vec<Found<'e>> {
    let one = |kind, attribute: &'static str| {
        let address = element.attrs().find(|(name, _)| *name == attribute).map(|(_, value)| value);
        address.map(|address| Found { kind, address, attribute }).into_iter().collect::<Vec<_>>()
    };
    let candidates = |attribute: &'static str| {
        let addresses = element.attr(attribute).map(srcset::addresses).unwrap_or_default();
        addresses.into_iter().map(move |address| Found { kind: Kind::Image, address, attribute })
    };
    match element.name() {
        "link" => {
            let mut found = of_link(element).map(|kind| one(kind, "href")).unwrap_or_default();
            if found.iter().any(|found| found.kind == Kind::Image) {
                found.extend(candidates("imagesrcset"));
            }
            found
        }
        "script" => of_script(element).map(|kind| one(kind, "src")).unwrap_or_default(),
        "img" => one(Kind::Image, "src").into_iter().chain(candidates("srcset")).collect(),
        "source" if is_in_picture(node) => candidates("srcset").collect(),
        "source" | "audio" => one(Kind::Media, "src"),
        "video" => one(Kind::Image, "poster").into_iter().chain(one(Kind::Media, "src")).collect(),
        "track" => one(Kind::Track, "src"),
        "input" if element.attr("type").is_some_and(|it| it.eq_ignore_ascii_case("image")) => {
            one(Kind::Image, "src")
        }
        // Of SVG, also by `xlink:href`.
        "image" | "use" => one(Kind::Image, "href"),
        _ => Vec::new(),
    }
}

/// What a `link` is for; none if browsers fetch nothing for it.
fn of_link(element: &Element) -> Option<Kind> {
    let rel = element.attr("rel")?.to_ascii_lowercase();
    let rels: Vec<&str> = rel.split_ascii_whitespace().collect();
    let is = |name: &str| rels.contains(&name);
    let is_css =
        element.attr("type").is_none_or(|it| it.trim().is_empty() || kind::essence(it) == "text/css");
    if is("stylesheet") {
        return (is_css && element.attr("disabled").is_none()).then_some(Kind::StyleSheet);
    }
    if is("icon") || is("apple-touch-icon") || is("apple-touch-icon-precomposed") || is("mask-icon") {
        return Some(Kind::Image);
    }
    if is("manifest") {
        return Some(Kind::Manifest);
    }
    if is("modulepreload") {
        return Some(Kind::Module);
    }
    if is("preload") { Kind::of_preload(element.attr("as")?) } else { None }
}

/// What a `script` is; none if it holds data, or is for browsers without modules.
fn of_script(element: &Element) -> Option<Kind> {
    if element.attr("nomodule").is_some() {
        return None;
    }
    match element.attr("type").map(|it| it.trim().to_ascii_lowercase()) {
        Some(module) if module == "module" => Some(Kind::Module),
        Some(other) if !other.is_empty() => {
            Kind::Script.refuses(Some(&other), true).is_none().then_some(Kind::Script)
        }
        _ => Some(Kind::Script),
    }
}

fn is_in_picture(node: NodeRef<'_, Node>) -> bool {
    node.parent()
        .and_then(|parent| parent.value().as_element())
        .is_some_and(|parent| parent.name() == "picture")
}

fn text(node: NodeRef<'_, Node>) -> String {
    node.children().filter_map(|child| child.value().as_text().map(|text| text.to_string())).collect()
}

/// Each file once for each way of judging it; what names it first is told.
fn once(named: Vec<Named>) -> Vec<Named> {
    let mut once: Vec<Named> = Vec::new();
    for file in named {
        let same = |known: &Named| {
            (known.kind, &known.url, &known.integrity, known.cors)
                == (file.kind, &file.url, &file.integrity, file.cors)
        };
        if !once.iter().any(same) {
            once.push(file);
        }
    }
    once
}
